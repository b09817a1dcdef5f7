/*
 * What servers refuse by their rules, each rule with what it refuses and what it takes: by version,
 * run mode and catalog. The words are those of the frontend, as far as it was seen to refuse it.
 */
#include "records.h"

#include <string.h>

typedef struct Case {
    const char *setup, *sql;
    const char *reason;    /* part of it; NULL: taken */
    unsigned major, minor; /* 0: 4.1 */
    const char *run_mode;  /* NULL: not known */
    const char *catalog;
} Case;

#define TABLE                                                                                      \
    "CREATE TABLE t (k INT, d DATE, v INT, s VARCHAR(10), n DECIMAL(10, 2)) DUPLICATE KEY (k, d) "
#define T TABLE "DISTRIBUTED BY HASH (k)"
#define R                                                                                          \
    TABLE "PARTITION BY RANGE (d) (PARTITION p VALUES LESS THAN ('2026-01-01')) DISTRIBUTED BY "   \
          "HASH (k)"
#define M T "; CREATE MATERIALIZED VIEW m REFRESH MANUAL AS SELECT k FROM t"
#define P(list) T " PROPERTIES (" list ")"
#define SET(what) "ALTER TABLE t SET (" what ")"
#define SET_VIEW(what) "ALTER MATERIALIZED VIEW m SET (" what ")"
#define NOTHING .run_mode = "shared_nothing"
#define DATA .run_mode = "shared_data"

static const Case properties[] = {
    /* names */
    { NULL, P("'replication_nums' = '1'"), "did you mean `replication_num`" },
    { NULL, P("'zz' = '1'"), "Unknown properties: {zz=1}" },
    { NULL, P("'zz' = '1'"), NULL, 4, 2 },
    { NULL, P("'zz' = '1'"), NULL, .catalog = "lake" },
    { NULL, P("'format-version' = '2'"), "tables in other catalogs" },
    { NULL, P("'format-version' = '2'"), "tables in other catalogs", 4, 2 },
    { NULL, P("'format-version' = '2'"), NULL, .catalog = "lake" },
    { NULL, P("'auto_refresh_partitions_limit' = '2'"), "one of materialized views" },
    /* run modes */
    { NULL, P("'persistent_index_type' = 'LOCAL'"), "one of shared-data clusters", NOTHING },
    { NULL, P("'persistent_index_type' = 'LOCAL'"), NULL, DATA },
    { NULL, P("'persistent_index_type' = 'LOCAL'"), NULL },
    { NULL, P("'datacache.enable' = 'true'"), NULL, NOTHING },
    { T, SET("'datacache.enable' = 'true'"), "cloud native tables", NOTHING },
    { T, SET("'datacache.enable' = 'true'"), NULL, DATA },
    { T, SET("'datacache.enable' = 'true'"), NULL },
    /* values */
    { NULL, P("'write_quorum' = 'SOME'"), "one of MAJORITY, ONE, ALL" },
    { NULL, P("'write_quorum' = 'one'"), NULL },
    { NULL, P("'replication_num' = '0'"), "must not be less than 1" },
    { NULL, P("'replication_num' = 'x'"), "must be integer" },
    { NULL, P("'bloom_filter_fpp' = '0.5'"), "should be in [0.0001, 0.05]" },
    { NULL, P("'bloom_filter_fpp' = '0.01'"), NULL },
    { NULL, P("'compression' = 'zstd(23)'"), "from 1 to 22" },
    { NULL, P("'compression' = 'zstd(3)'"), NULL },
    { NULL, P("'storage_medium' = 'TAPE'"), "one of HDD, SSD" },
    { NULL, P("'enable_load_profile' = 'maybe'"), NULL },
    { NULL, P("'replicated_storage' = 'maybe'"), NULL },
    { T, SET("'replicated_storage' = 'maybe'"), "one of true, false" },
    { NULL, P("'time_drift_constraint' = 'x'"), "<targetColumn> between" },
    { NULL, P("'partition_live_number' = '0'"), "must not be less than 1" },
    { NULL, P("'partition_live_number' = '-1'"), NULL },
    { NULL, P("'flat_json.null.factor' = '0.3'"), "after enabling flat JSON" },
    { NULL, P("'flat_json.enable' = 'true', 'flat_json.null.factor' = '0.3'"), NULL },
    { NULL, P("'bloom_filter_columns' = 'k, z'"), "'z': not exists" },
    { NULL, P("'bloom_filter_columns' = 'k, n'"), "unsupported type DECIMAL" },
    { NULL, P("'bloom_filter_columns' = 'k, S'"), NULL },
    { NULL, P("'bloom_filter_columns' = ''"), NULL },
    /* partitions */
    { NULL, P("'dynamic_partition.enable' = 'true'"), "range partition table" },
    { NULL, R " PROPERTIES ('dynamic_partition.enable' = 'true')", NULL },
    { NULL, P("'partition_retention_condition' = 'd > now()'"), "for a partitioned table" },
    { NULL, R " PROPERTIES ('partition_retention_condition' = 'd > now()')", NULL },
    /* what SET takes */
    { T, SET("'compression' = 'ZSTD'"), "fixed when the table is made" },
    { T, SET("'fast_schema_evolution' = 'false'"), "fixed when the table is made" },
    { T, SET("'storage_medium' = 'SSD'"), "write `default.storage_medium`" },
    { T, SET("'default.storage_medium' = 'SSD'"), NULL },
    { T, SET("'replication_num' = '1'"), NULL },
    { R, SET("'replication_num' = '1'"), "default.replication_num" },
    { R, SET("'default.replication_num' = '1'"), NULL },
    { T, SET("'bucket_size' = '1024'"), "RANDOM distribution" },
    { TABLE "DISTRIBUTED BY RANDOM", SET("'bucket_size' = '1024'"), NULL },
    { T, SET("'partition_live_number' = '2'"), "not range partitioned" },
    { R, SET("'partition_live_number' = '2'"), NULL },
    { T, SET("'bloom_filter_columns' = 'n'"), "unsupported type DECIMAL" },
    { T, SET("'bloom_filter_columns' = 's'"), NULL },
    { T, SET("'zz' = '1'"), "Unknown properties: {zz=1}" },
    { T, SET("'zz' = '1'"), NULL, 4, 2 },
    { M, SET_VIEW("'zz' = '1'"), "`session.` prefix" },
    { M, SET_VIEW("'session.query_timeout' = '1'"), NULL },
    { M, SET_VIEW("'replication_num' = '1'"), "unknown properties" },
    { M, SET_VIEW("'colocate_with' = 'g'"), "not supported for materialized view" },
    { M, SET_VIEW("'mv_rewrite_staleness_second' = '60'"), NULL },
};

static void
check_case(const Case *one)
{
    g_autoptr(RtModel) model = rt_model_new("d");
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    RtServer server = { .product = "StarRocks",
                        .major = one->major ? (uint16_t) one->major : 4,
                        .minor = one->major ? (uint16_t) one->minor : 1,
                        .run_mode = one->run_mode,
                        .catalog = one->catalog,
                        .backends = 3 };
    g_autofree char *broken =
        one->setup ? records_replay(catalog, &server, one->setup, false) : NULL;
    g_autofree char *problem = records_replay(catalog, &server, one->sql, false);
    bool agrees = one->reason ? problem && strstr(problem, one->reason) : !problem;
    if (!broken && agrees)
        return;
    g_printerr("%s: %s\n", one->sql, broken ?: problem ?: "taken");
    g_test_fail();
}

static void
test_properties(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(properties); i++)
        check_case(&properties[i]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/rules/properties", test_properties);
    return g_test_run();
}
