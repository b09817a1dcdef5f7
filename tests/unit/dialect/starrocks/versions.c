/* Each switch of a version has two sides: what the server before it refuses, does or assumes. */
#include "records.h"

#include "dialect/effect.h"
#include "state/definition.h"

#include <string.h>

typedef struct Side {
    unsigned major, minor, patch;
    const char *run_mode;
    const char *outcome; /* "refused", "metadata" or "job" */
} Side;

typedef struct Case {
    const char *what, *setup, *sql;
    Side sides[4]; /* ended by major 0 */
} Case;

#define T "CREATE TABLE t (k INT, v INT, s VARCHAR(10)) DUPLICATE KEY (k) DISTRIBUTED BY HASH (k)"
#define A "CREATE TABLE t (k INT, v INT SUM) AGGREGATE KEY (k) DISTRIBUTED BY HASH (k)"
#define S "CREATE TABLE t (k INT, s STRUCT<a INT>) DUPLICATE KEY (k) DISTRIBUTED BY HASH (k)"
#define C(tail) "CREATE TABLE u (k INT, v INT) DUPLICATE KEY (k) " tail
#define F S " PROPERTIES ('fast_schema_evolution' = 'true')"
#define R                                                                                          \
    "CREATE TABLE t (d DATE) DUPLICATE KEY (d) PARTITION BY RANGE (d) (PARTITION p VALUES LESS "   \
    "THAN ('2026-01-01'), PARTITION q VALUES LESS THAN ('2027-01-01')) DISTRIBUTED BY HASH (d)"
#define P(property) C("DISTRIBUTED BY RANDOM PROPERTIES ('" property "')")
#define APART "shared_data"

static const Case cases[] = {
    { "comment of a table",
      T,
      "ALTER TABLE t COMMENT = 'x'",
      { { 3, 0, 9, NULL, "refused" }, { 3, 1, 0, NULL, "metadata" } } },
    { "random distribution",
      T,
      C("DISTRIBUTED BY RANDOM"),
      { { 3, 0, 9, NULL, "refused" }, { 3, 1, 0, NULL, "metadata" } } },
    { "generated column",
      T,
      "ALTER TABLE t ADD COLUMN g BIGINT AS (v + 1)",
      { { 3, 0, 9, NULL, "refused" }, { 3, 1, 0, NULL, "job" } } },
    { "distributed anew",
      T,
      "ALTER TABLE t DISTRIBUTED BY HASH(v) BUCKETS 4",
      { { 3, 1, 9, NULL, "refused" }, { 3, 2, 0, NULL, "job" } } },
    { "sort key of every model",
      T,
      C("DISTRIBUTED BY HASH (k) ORDER BY (v)"),
      { { 3, 2, 9, NULL, "refused" }, { 3, 3, 0, NULL, "metadata" } } },
    { "column renamed",
      T,
      "ALTER TABLE t RENAME COLUMN v TO w",
      { { 3, 3, 1, NULL, "refused" }, { 3, 3, 2, NULL, "metadata" } } },
    { "field of a struct",
      S,
      "ALTER TABLE t MODIFY COLUMN s ADD FIELD b INT",
      { { 3, 2, 9, NULL, "refused" },
        { 3, 3, 1, NULL, "refused" },
        { 3, 3, 2, NULL, "metadata" } } },
    { "field of a struct, backported",
      F,
      "ALTER TABLE t MODIFY COLUMN s ADD FIELD b INT",
      { { 3, 2, 9, NULL, "refused" }, { 3, 2, 10, NULL, "metadata" } } },
    { "temporary table",
      T,
      "CREATE TEMPORARY TABLE u (k INT) DUPLICATE KEY (k) DISTRIBUTED BY HASH (k)",
      { { 3, 2, 9, NULL, "refused" }, { 3, 3, 0, NULL, "metadata" } } },
    { "partitions dropped by name at once",
      R,
      "ALTER TABLE t DROP PARTITIONS (p, q)",
      { { 3, 3, 9, NULL, "refused" }, { 3, 4, 0, NULL, "metadata" } } },
    { "partitions dropped by a condition",
      R,
      "ALTER TABLE t DROP PARTITIONS WHERE d < '2026-01-01'",
      { { 3, 3, 9, NULL, "refused" }, { 3, 4, 0, NULL, "metadata" } } },
    { "one partition dropped",
      R,
      "ALTER TABLE t DROP PARTITION p",
      { { 3, 3, 9, NULL, "metadata" }, { 3, 4, 0, NULL, "metadata" } } },
    { "scheduled refresh",
      T,
      "CREATE MATERIALIZED VIEW m REFRESH SCHEDULE EVERY (INTERVAL 1 HOUR) AS SELECT k FROM t",
      { { 4, 0, 9, NULL, "refused" }, { 4, 1, 0, NULL, "metadata" } } },
    { "property bucket_size",
      T,
      P("bucket_size' = '1024"),
      { { 3, 1, 9, NULL, "refused" }, { 3, 2, 0, NULL, "metadata" } } },
    { "property fast_schema_evolution",
      T,
      P("fast_schema_evolution' = 'true"),
      { { 3, 1, 9, NULL, "refused" }, { 3, 2, 0, NULL, "metadata" } } },
    { "property base_compaction_forbidden_time_ranges",
      T,
      "ALTER TABLE t SET ('base_compaction_forbidden_time_ranges' = '')",
      { { 3, 2, 12, NULL, "refused" }, { 3, 2, 13, NULL, "metadata" } } },
    { "property partition_retention_condition",
      R,
      "ALTER TABLE t SET ('partition_retention_condition' = 'd > now()')",
      { { 3, 4, 9, NULL, "refused" }, { 3, 5, 0, NULL, "metadata" } } },
    { "property flat_json.enable",
      T,
      P("flat_json.enable' = 'true"),
      { { 3, 5, 9, NULL, "refused" }, { 4, 0, 0, NULL, "metadata" } } },
    { "property file_bundling",
      T,
      P("file_bundling' = 'true"),
      { { 3, 5, 9, APART, "refused" }, { 4, 0, 0, APART, "metadata" } } },
    { "property cloud_native_fast_schema_evolution_v2",
      T,
      P("cloud_native_fast_schema_evolution_v2' = 'true"),
      { { 4, 0, 9, APART, "refused" }, { 4, 1, 0, APART, "metadata" } } },
    { "unknown property",
      T,
      P("zz' = '1"),
      { { 4, 1, 9, NULL, "refused" }, { 4, 2, 0, NULL, "metadata" } } },
    { "fast schema evolution",
      T,
      "ALTER TABLE t ADD COLUMN w INT",
      { { 3, 2, 9, NULL, "job" },
        { 3, 3, 0, NULL, "metadata" },
        { 4, 0, 9, APART, "job" },
        { 4, 1, 0, APART, "metadata" } } },
    { "partitions merged",
      "CREATE TABLE t (d DATETIME) DUPLICATE KEY (d) PARTITION BY date_trunc('day', d)",
      "ALTER TABLE t PARTITION BY date_trunc('month', d)",
      { { 3, 4, 9, NULL, "refused" }, { 3, 5, 0, NULL, "job" } } },
    { "default buckets",
      T,
      "ALTER TABLE t DISTRIBUTED BY HASH(k) DEFAULT BUCKETS 8",
      { { 3, 5, 7, NULL, "refused" },
        { 3, 5, 8, NULL, "metadata" },
        { 4, 0, 0, NULL, "refused" },
        { 4, 0, 1, NULL, "metadata" } } },
    { "wider text",
      T,
      "ALTER TABLE t MODIFY COLUMN s VARCHAR(20)",
      { { 4, 0, 9, NULL, "job" }, { 4, 1, 0, NULL, "metadata" }, { 4, 1, 0, APART, "metadata" } } },
    { "wider number",
      T,
      "ALTER TABLE t MODIFY COLUMN v BIGINT",
      { { 4, 1, 0, NULL, "job" }, { 4, 1, 0, APART, "metadata" } } },
    { "view renamed",
      "CREATE VIEW v AS SELECT 1 AS a",
      "ALTER VIEW v RENAME w",
      { { 4, 0, 9, NULL, "refused" }, { 4, 1, 0, NULL, "metadata" } } },
    { "materialized view sorted anew",
      T ";CREATE MATERIALIZED VIEW m REFRESH MANUAL AS SELECT k, v FROM t",
      "ALTER MATERIALIZED VIEW m ORDER BY (v)",
      { { 4, 1, 9, APART, "refused" },
        { 4, 2, 0, APART, "job" },
        { 4, 2, 0, "shared_nothing", "refused" } } },
    { "materialized view sorted anew, spread by a hash",
      T ";CREATE MATERIALIZED VIEW m DISTRIBUTED BY HASH (k) REFRESH MANUAL AS SELECT k, v FROM t",
      "ALTER MATERIALIZED VIEW m ORDER BY (v)",
      { { 4, 2, 0, APART, "refused" } } },
    { "column of an aggregate table says KEY",
      A,
      "ALTER TABLE t ADD COLUMN w INT",
      { { 4, 1, 9, NULL, "job" }, { 4, 2, 0, NULL, "refused" } } },
    { "long text",
      T,
      "ALTER TABLE t ADD COLUMN w VARCHAR(2000000)",
      { { 4, 1, 9, NULL, "refused" }, { 4, 2, 0, NULL, "metadata" } } },
    { "distribution by ranges",
      T,
      "CREATE TABLE u (k INT, v INT SUM) AGGREGATE KEY (k)",
      { { 4, 0, 9, APART, "refused" },
        { 4, 1, 0, NULL, "refused" },
        { 4, 1, 0, APART, "metadata" } } },
    { "sort key of ranges",
      T,
      "CREATE TABLE u (k INT, v INT) PRIMARY KEY (k) ORDER BY (v)",
      { { 4, 1, 0, NULL, "metadata" }, { 4, 1, 0, APART, "refused" } } },
};

static RtServer
make_server(const Side *side)
{
    return (RtServer){ .product = "StarRocks",
                       .major = (uint16_t) side->major,
                       .minor = (uint16_t) side->minor,
                       .patch = (uint16_t) side->patch,
                       .run_mode = side->run_mode,
                       .backends = -1 };
}

static const char *
judge(const Case *test, const Side *side)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtServer server = make_server(side);
    g_autofree char *wrong = records_replay(catalog, &server, test->setup, false);
    g_assert_cmpstr(wrong, ==, NULL);
    g_autofree char *unread = records_parse(model, &server, test->sql, false, ops);
    g_assert_cmpstr(unread, ==, NULL);
    RtOp *op = &g_array_index(ops, RtOp, 0);
    g_autoptr(GError) error = NULL;
    RtEffect effect = rt_effect(&rt_dialect_starrocks, &server, catalog, op);
    if (!rt_replay(&rt_dialect_starrocks, &server, catalog, op, &error))
        return "refused";
    return effect.runs == RT_RUNS_METADATA ? "metadata" : "job";
}

static void
test_switches(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (const Side *side = cases[i].sides;
             side < cases[i].sides + G_N_ELEMENTS(cases[i].sides) && side->major; side++) {
            g_test_message("%s: %u.%u.%u %s", cases[i].what, side->major, side->minor, side->patch,
                           side->run_mode ? side->run_mode : "");
            g_assert_cmpstr(judge(&cases[i], side), ==, side->outcome);
        }
    }
}

/* What a server assumes where nobody says it, so that both are the same to it. */
static void
test_assumptions(void)
{
    static const struct {
        const char *declared, *printed;
        Side same, other;
    } pairs[] = {
        { C(""),
          C("DISTRIBUTED BY RANDOM PROPERTIES ('bucket_size' = '1073741824')"),
          { 4, 1, 0, NULL, NULL },
          { 0 } },
        { C("DISTRIBUTED BY HASH (k) PROPERTIES ('replication_num' = '1')"),
          C("DISTRIBUTED BY HASH (k)"),
          { 4, 1, 0, APART, NULL },
          { 4, 1, 0, NULL, NULL } },
        { "CREATE VIEW v SECURITY INVOKER AS SELECT 1 AS a",
          "CREATE VIEW v AS SELECT 1 AS a",
          { 3, 4, 9, NULL, NULL },
          { 3, 5, 0, NULL, NULL } },
        { "CREATE MATERIALIZED VIEW m REFRESH ASYNC EVERY (INTERVAL 1 HOUR) AS SELECT 1 AS a",
          "CREATE MATERIALIZED VIEW m REFRESH SCHEDULE EVERY (INTERVAL 1 HOUR) AS SELECT 1 AS a",
          { 4, 1, 1, NULL, NULL },
          { 0 } },
        { "CREATE TABLE u (k INT) PRIMARY KEY (k) PROPERTIES ('enable_persistent_index' = 'true')",
          "CREATE TABLE u (k INT) PRIMARY KEY (k)",
          { 3, 3, 0, NULL, NULL },
          { 3, 2, 0, NULL, NULL } },
        { C("DISTRIBUTED BY RANDOM PROPERTIES ('bucket_size' = '4294967296')"),
          C("DISTRIBUTED BY RANDOM"),
          { 3, 5, 0, NULL, NULL },
          { 4, 1, 0, NULL, NULL } },
        { C("DISTRIBUTED BY HASH (k)"), C(""), { 0 }, { 4, 1, 0, APART, NULL } },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        for (unsigned is_other = 0; is_other < 2; is_other++) {
            const Side *side = is_other ? &pairs[i].other : &pairs[i].same;
            g_autoptr(RtModel) model = rt_model_new(NULL);
            g_autoptr(RtCatalog) from = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
            g_autoptr(RtCatalog) to = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
            RtServer server = make_server(side);
            if (!side->major)
                continue;
            g_autofree char *first = records_replay(from, &server, pairs[i].printed, false);
            g_autofree char *second = records_replay(to, &server, pairs[i].declared, false);
            g_assert_cmpstr(first, ==, NULL);
            g_assert_cmpstr(second, ==, NULL);
            g_autofree char *difference = records_diff(&server, from, to);
            g_test_message("%s: %s", pairs[i].declared, difference ? difference : "the same");
            g_assert_true((difference != NULL) == is_other);
        }
    }
}

/* Since when a server keeps texts as they are given: of views since 4.0.6, of others before. */
static void
test_kept_texts(void)
{
    static const struct {
        uint16_t patch;
        bool is_needed;
    } cases_of_4_0[] = { { 0, true }, { 5, true }, { 6, false } };
    for (size_t i = 0; i < G_N_ELEMENTS(cases_of_4_0); i++) {
        RtServer server = { .product = "StarRocks", .major = 4, .patch = cases_of_4_0[i].patch };
        g_assert_cmpint(rt_definitions_are_needed(&rt_dialect_starrocks, &server), ==,
                        cases_of_4_0[i].is_needed);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/versions/switches", test_switches);
    g_test_add_func("/starrocks/versions/assumptions", test_assumptions);
    g_test_add_func("/starrocks/versions/kept_texts", test_kept_texts);
    return g_test_run();
}
