/* Differences as StarRocks makes them: clauses that share an ALTER, what is refused, side effects.
 */
#include "records.h"

typedef struct Case {
    const char *from, *to;
    const char *sql; /* "" where nothing differs; NULL where it is refused */
} Case;

#define T(columns) "CREATE TABLE t (" columns ") DUPLICATE KEY (k) DISTRIBUTED BY HASH (k) "
#define P(columns) "CREATE TABLE t (" columns ") PRIMARY KEY (k) "

#define K(columns) "CREATE TABLE t (" columns ") DUPLICATE KEY (k, l) DISTRIBUTED BY HASH (k) "

static const Case cases[] = {
    { T("k INT, v INT"), T("k INT, v INT, w DATE, x JSON"),
      "ALTER TABLE t ADD COLUMN w DATE, ADD COLUMN x JSON;" },
    /* What the server printed decides nothing of how a type is written. */
    { T("k int(11), v varchar(65533), w struct<a int(11)>"),
      T("k INT, v STRING, w STRUCT<a INT COMMENT 'x'>, n INT, d NUMERIC(9,2), "
        "s STRUCT<a integer COMMENT 'x', b array<text>>, m map<varbinary,largeint>"),
      "ALTER TABLE t ADD COLUMN n INT, ADD COLUMN d DECIMAL(9, 2), ADD COLUMN s STRUCT<a INT "
      "COMMENT 'x', b ARRAY<STRING>>, ADD COLUMN m MAP<VARBINARY, LARGEINT>;" },
    { T("k INT, v INT"), T("k INT, v INT COMMENT 'x'"),
      "ALTER TABLE t MODIFY COLUMN v COMMENT 'x';" },
    { K("k INT, l INT COMMENT 'c', v INT"), K("k INT, l BIGINT COMMENT 'c', v INT"),
      "ALTER TABLE t MODIFY COLUMN l BIGINT KEY COMMENT 'c';" },
    { T("k INT, v INT"), T("k BIGINT, v INT"), NULL }, /* the distribution column */
    { P("k INT, v INT"), P("k INT"), "ALTER TABLE t DROP COLUMN v;" },
    { K("k INT, l INT, v INT"), T("k INT, v INT"), "ALTER TABLE t DROP COLUMN l;" },
    { T("k INT, v VARCHAR(10)"), T("k INT, v STRING"), "ALTER TABLE t MODIFY COLUMN v STRING;" },
    { T("k INT, v STRING"), T("k INT, v VARCHAR(10)"), NULL },
    { T("k INT, v TINYINT(1)"), T("k INT, v BOOLEAN"), "" },
    { T("k INT") "BUCKETS 4", T("k INT"), "" },
    { T("k INT") "BUCKETS 4", T("k INT") "BUCKETS 8",
      "ALTER TABLE t DISTRIBUTED BY HASH(k) BUCKETS 8;" },
    { T("k INT"), "CREATE TABLE t (k INT) DUPLICATE KEY (k) DISTRIBUTED BY RANDOM BUCKETS 3",
      "ALTER TABLE t DISTRIBUTED BY RANDOM BUCKETS 3;" },
    { P("k INT, v INT"),
      "CREATE TABLE t (k INT NOT NULL, v INT) PRIMARY KEY (k) DISTRIBUTED BY "
      "HASH (k) PROPERTIES ('replicated_storage' = 'true')",
      "" },
    { P("k INT, v INT"), T("k INT NOT NULL, v INT"), NULL },
    { T("k INT"), T("k INT") "PROPERTIES ('replication_num' = '1', 'storage_medium' = 'SSD')",
      "ALTER TABLE t SET ('replication_num' = '1');ALTER TABLE t SET "
      "('default.storage_medium' = 'SSD');" },
    { T("k INT"), T("k INT, INDEX i (k) USING BITMAP"),
      "ALTER TABLE t ADD INDEX i (k) USING BITMAP;" },
    { T("k INT"), "CREATE TABLE t (k INT) DUPLICATE KEY (k) COMMENT 'n' DISTRIBUTED BY HASH (k)",
      "ALTER TABLE t COMMENT = 'n';" },
    { "CREATE VIEW v AS SELECT 1 AS a", "CREATE VIEW v AS SELECT 2 AS a",
      "ALTER VIEW v AS SELECT 2 AS a;" },
    { "CREATE VIEW v AS SELECT 1 AS a", "CREATE VIEW v COMMENT 'n' AS SELECT 1 AS a",
      "CREATE OR REPLACE VIEW v COMMENT 'n' AS SELECT 1 AS a;" },
    { "CREATE VIEW v AS SELECT 1 AS a", "CREATE VIEW v SECURITY INVOKER AS SELECT 1 AS a",
      "ALTER VIEW v SET SECURITY INVOKER;" },
    { "CREATE MATERIALIZED VIEW m REFRESH ASYNC AS SELECT 1 AS a",
      "CREATE MATERIALIZED VIEW m REFRESH MANUAL AS SELECT 1 AS a",
      "ALTER MATERIALIZED VIEW m REFRESH MANUAL;" },
    { "CREATE MATERIALIZED VIEW m REFRESH ASYNC AS SELECT 1 AS a",
      "CREATE MATERIALIZED VIEW m REFRESH ASYNC AS SELECT 2 AS a", NULL },
};

static void
assert_replayed(RtCatalog *catalog, const char *sql)
{
    g_autofree char *problem = records_replay(catalog, &rt_dialect_starrocks.assumed, sql, false);
    if (problem)
        g_error("%s: %s", sql, problem);
}

static char *
render(const Case *test)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) from = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(RtCatalog) to = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(GArray) rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    g_autoptr(GError) error = NULL;
    const RtServer *server = &rt_dialect_starrocks.assumed;
    assert_replayed(from, test->from);
    assert_replayed(to, test->to);
    g_autoptr(RtDiff) diff = rt_diff_new(&rt_dialect_starrocks, server, from, to, NULL);
    if (diff->refusals->len)
        return NULL;
    if (!rt_render(&rt_dialect_starrocks, server, from, (RtOp *) (void *) diff->ops->data,
                   diff->ops->len, rendered, &error))
        g_error("%s", error->message);
    GString *sql = g_string_new(NULL);
    for (unsigned i = 0; i < rendered->len; i++) {
        const char *statement = g_array_index(rendered, RtRendered, i).sql;
        assert_replayed(from, statement);
        g_string_append_printf(sql, "%s;", statement);
    }
    g_autofree char *left = records_diff(server, from, to);
    g_assert_cmpstr(left, ==, NULL);
    return g_string_free(sql, FALSE);
}

static void
test_changes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *sql = render(&cases[i]);
        g_test_message("%s", cases[i].to);
        g_assert_cmpstr(sql, ==, cases[i].sql);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/changes", test_changes);
    return g_test_run();
}
