/* Differences as StarRocks makes them: clauses that share an ALTER, what is refused, side effects.
 */
#include "records.h"

#include "dialect/effect.h"

typedef struct Case {
    const char *from, *to;
    const char *sql;        /* "" where nothing differs; NULL where it is refused */
    const RtServer *server; /* NULL: the one that is assumed */
} Case;

static const RtServer apart = {
    .product = "StarRocks", .major = 4, .minor = 2, .run_mode = "shared_data", .backends = -1
};

#define T(columns) "CREATE TABLE t (" columns ") DUPLICATE KEY (k) DISTRIBUTED BY HASH (k) "
#define P(columns) "CREATE TABLE t (" columns ") PRIMARY KEY (k) "

#define K(columns) "CREATE TABLE t (" columns ") DUPLICATE KEY (k, l) DISTRIBUTED BY HASH (k) "

#define M(clauses) "CREATE MATERIALIZED VIEW m REFRESH MANUAL " clauses " AS SELECT 1 AS a, 2 AS b"

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
    { M(""), M("ORDER BY (b)"), NULL },
    { M(""), M("ORDER BY (b)"), "ALTER MATERIALIZED VIEW m ORDER BY (b);", &apart },
    { M("ORDER BY (b)"), M("ORDER BY (b, a)"), "ALTER MATERIALIZED VIEW m ORDER BY (b, a);",
      &apart },
    { M("ORDER BY (b)"), M(""), NULL, &apart },
    { M("DISTRIBUTED BY HASH (a)"), M("DISTRIBUTED BY HASH (a) ORDER BY (b)"), NULL, &apart },
};

static void
assert_replayed(RtCatalog *catalog, const RtServer *server, const char *sql)
{
    g_autofree char *problem = records_replay(catalog, server, sql, false);
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
    const RtServer *server = test->server ?: &rt_dialect_starrocks.assumed;
    assert_replayed(from, server, test->from);
    assert_replayed(to, server, test->to);
    g_autoptr(RtDiff) diff = rt_diff_new(&rt_dialect_starrocks, server, from, to, NULL);
    if (diff->refusals->len)
        return NULL;
    if (!rt_render(&rt_dialect_starrocks, server, from, (RtOp *) (void *) diff->ops->data,
                   diff->ops->len, rendered, &error))
        g_error("%s", error->message);
    GString *sql = g_string_new(NULL);
    for (unsigned i = 0; i < rendered->len; i++) {
        const char *statement = g_array_index(rendered, RtRendered, i).sql;
        assert_replayed(from, server, statement);
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

/* Statements by hand: what they leave of a table, and what is said of them. */
static const struct {
    const char *table, *sql;
    RtRuns runs;
    const char *rendered; /* NULL: it stays opaque */
    const char *refused;
} by_hand[] = {
    { "CREATE TABLE t (d DATE, v INT) DUPLICATE KEY (d) PARTITION BY date_trunc('day', d) "
      "DISTRIBUTED BY HASH (d)",
      "ALTER TABLE t PARTITION BY date_trunc('month', d) BETWEEN '2026-01-01' AND '2026-03-31'",
      RT_RUNS_JOB,
      "ALTER TABLE t PARTITION BY date_trunc('month', d) BETWEEN '2026-01-01' AND '2026-03-31'",
      NULL },
    { "CREATE TABLE t (d DATE, v INT) DUPLICATE KEY (d) PARTITION BY date_trunc('day', d) "
      "DISTRIBUTED BY HASH (d)",
      "ALTER TABLE t PARTITION BY (v)", RT_RUNS_JOB, NULL,
      "Unsupported partition type for merge partitions" },
    { "CREATE TABLE t (d DATE, v INT) DUPLICATE KEY (d) PARTITION BY (d) DISTRIBUTED BY HASH (d)",
      "ALTER TABLE t PARTITION BY date_trunc('month', d)", RT_RUNS_JOB, NULL,
      "Unsupported table partition type when merge partitions" },
    { T("k INT"), "ALTER TABLE t PARTITION BY date_trunc('month', k)", RT_RUNS_JOB, NULL,
      "Unsupported table partition type when merge partitions" },
    { T("k INT"), "ALTER TABLE t TRUNCATE PARTITION p1", RT_RUNS_METADATA, NULL, NULL },
    { T("k INT"), "ALTER TABLE t MODIFY PARTITION (*) SET ('storage_medium' = 'HDD')",
      RT_RUNS_METADATA, NULL, NULL },
    { T("k INT"), "ALTER TABLE t REPLACE PARTITION (p1, p2) WITH TEMPORARY PARTITION (a, b)",
      RT_RUNS_METADATA, NULL, NULL },
    { "CREATE DATABASE d", "ALTER DATABASE d SET ('storage_volume' = 'other')", RT_RUNS_METADATA,
      "ALTER DATABASE d SET ('storage_volume' = 'other')", NULL },
    { T("k INT"), "ALTER DATABASE elsewhere SET ('storage_volume' = 'other')", RT_RUNS_METADATA,
      "ALTER DATABASE elsewhere SET ('storage_volume' = 'other')", NULL },
    { "CREATE DATABASE d", "ALTER DATABASE d SET DATA QUOTA 10T", RT_RUNS_METADATA, NULL, NULL },
};

static void
test_by_hand(void)
{
    const RtServer *server = &rt_dialect_starrocks.assumed;
    for (size_t i = 0; i < G_N_ELEMENTS(by_hand); i++) {
        g_autoptr(RtModel) model = rt_model_new(NULL);
        g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
        g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
        g_autoptr(GArray) rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
        g_autoptr(GError) error = NULL;
        g_autofree char *made = records_replay(catalog, server, by_hand[i].table, false);
        g_autofree char *read = records_parse(model, server, by_hand[i].sql, false, ops);
        g_test_message("%s", by_hand[i].sql);
        g_assert_cmpstr(made ?: read, ==, NULL);
        RtOp *op = &g_array_index(ops, RtOp, 0);
        g_assert_true(by_hand[i].rendered || by_hand[i].refused || (op->flags & RT_OP_DATA));
        g_assert_cmpint(rt_effect(&rt_dialect_starrocks, server, catalog, op).runs, ==,
                        by_hand[i].runs);
        if (by_hand[i].rendered) {
            g_assert_true(
                rt_render(&rt_dialect_starrocks, server, catalog, op, 1, rendered, &error));
            g_assert_cmpstr(g_array_index(rendered, RtRendered, 0).sql, ==, by_hand[i].rendered);
        }
        const RtObject *before = rt_catalog_at(catalog, 0);
        bool is_taken = rt_replay(&rt_dialect_starrocks, server, catalog, op, &error);
        g_assert_cmpstr(error ? error->message : NULL, ==, by_hand[i].refused);
        g_assert_true(is_taken == !by_hand[i].refused);
        bool is_same =
            rt_object_values_equal(rt_catalog_context(catalog), before, rt_catalog_at(catalog, 0));
        bool is_changed =
            op->form == &starrocks_form_database && rt_name_equal(op->name, before->name);
        g_assert_true(is_same == !is_changed);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/changes", test_changes);
    g_test_add_func("/starrocks/changes/by-hand", test_by_hand);
    return g_test_run();
}
