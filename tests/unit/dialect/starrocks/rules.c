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

#define G(type, expression)                                                                        \
    "CREATE TABLE g (k INT, d DATETIME, s VARCHAR(10), j BIGINT, x " type " AS " expression ")"

#define COMPUTED "CREATE TABLE t (k INT, v INT, w INT, g BIGINT AS (v + 1)) DUPLICATE KEY (k)"

static const Case generated[] = {
    { NULL, G("INT", "k + 1"), "Column Type: INT, Expression Type: BIGINT" },
    { NULL, G("BIGINT", "k + 1"), NULL },
    { NULL, G("INT", "CAST(k + 1 AS INT)"), NULL },
    { NULL, G("DOUBLE", "k / 2"), NULL },
    { NULL, G("BIGINT", "k / 2"), "Expression Type: DOUBLE" },
    { NULL, G("DATE", "date_trunc('day', d)"), "Expression Type: DATETIME" },
    { NULL, G("DATETIME", "date_trunc('day', d)"), NULL },
    { NULL, G("DATE", "to_date(d)"), NULL },
    { NULL, G("VARCHAR(3)", "upper(s)"), NULL },
    { NULL, G("CHAR(3)", "upper(s)"), NULL },
    { NULL, G("INT", "upper(s)"), "Expression Type: VARCHAR" },
    { NULL, G("BOOLEAN", "k > 1 AND j < 2"), NULL },
    { NULL, G("INT", "k > 1"), "Expression Type: BOOLEAN" },
    { NULL, G("INT", "some_function(k)"), NULL },
    { NULL, G("BIGINT", "zz + 1"), "Column 'zz' cannot be resolved" },
    { NULL, G("BIGINT", "k + 1, y BIGINT AS x + 1"), "other generated columns: x" },
    { T, "ALTER TABLE t ADD COLUMN g BIGINT AS (v + 1)", NULL },
    { T, "ALTER TABLE t ADD COLUMN g INT AS (v + 1)", "Expression Type: BIGINT" },
    { T, "ALTER TABLE t ADD COLUMN g INT AS (zz)", "Column 'zz' cannot be resolved" },
    { COMPUTED, "ALTER TABLE t MODIFY COLUMN g BIGINT AS (v + 2)", NULL },
    { COMPUTED, "ALTER TABLE t MODIFY COLUMN g DATE AS days_add('2026-01-01', v)", NULL },
    { COMPUTED, "ALTER TABLE t MODIFY COLUMN g INT AS (v + 2)", "Expression Type: BIGINT" },
    { COMPUTED, "ALTER TABLE t MODIFY COLUMN g BIGINT", "generated column to a non-generated" },
    { COMPUTED, "ALTER TABLE t MODIFY COLUMN w BIGINT AS (v + 2)", "non-generated column to a" },
    { COMPUTED, "ALTER TABLE t MODIFY COLUMN v BIGINT", "associates with the generated column" },
    { COMPUTED, "ALTER TABLE t MODIFY COLUMN w BIGINT", NULL },
    { COMPUTED, "ALTER TABLE t MODIFY COLUMN v COMMENT 'c'", NULL },
    { COMPUTED, "ALTER TABLE t MODIFY COLUMN g COMMENT 'c'", NULL },
    { NULL, "CREATE TABLE t (k INT, d DATE) PARTITION BY RANGE (dd) ()", "Column 'dd'" },
    { NULL, "CREATE TABLE t (k INT, d DATE) PARTITION BY date_trunc('day', dd)", "Column 'dd'" },
    { NULL, "CREATE TABLE t (k INT, d DATE) PARTITION BY date_trunc('day', D)", NULL },
    { NULL, "CREATE TABLE t (k INT, d DATE) PARTITION BY time_slice(d, INTERVAL 7 DAY, floor)",
      NULL },
};

#define V(query) "CREATE VIEW v AS " query
#define MV(query) "CREATE MATERIALIZED VIEW v REFRESH MANUAL AS " query

static const Case views[] = {
    /* tables */
    { T, V("SELECT k FROM t"), NULL },
    { T, V("SELECT k FROM d.t"), NULL },
    { T, V("SELECT k FROM default_catalog.d.t"), NULL },
    { T, V("SELECT k FROM u"), "Unknown table 'd.u'" },
    { T, V("SELECT k FROM d.u"), "Unknown table 'd.u'" },
    { T, V("SELECT k FROM T"), "Unknown table 'd.T'" },
    { T, MV("SELECT k FROM u"), "Unknown table 'd.u'" },
    { T, V("SELECT t.k FROM t JOIN u ON t.k = u.k"), "Unknown table 'd.u'" },
    { T, V("SELECT t.k FROM t, u"), "Unknown table 'd.u'" },
    { T, V("SELECT k FROM (SELECT k FROM u) a"), "Unknown table 'd.u'" },
    { T, V("SELECT k FROM (t JOIN u)"), "Unknown table 'd.u'" },
    { T, V("SELECT k FROM t WHERE EXISTS (SELECT 1 FROM u)"), "Unknown table 'd.u'" },
    { T, V("SELECT k FROM t UNION ALL SELECT k FROM u"), "Unknown table 'd.u'" },
    { T, V("WITH u AS (SELECT k FROM t) SELECT k FROM u"), NULL },
    { T, V("WITH u (a) AS (SELECT k FROM t), w AS (SELECT a FROM u) SELECT a FROM w"), NULL },
    { T, V("SELECT 1"), NULL },
    { T, V("SELECT extract(DAY FROM d) FROM t"), NULL },
    { T, V("SELECT trim(BOTH 'x' FROM s) FROM t"), NULL },
    { T, V("SELECT x FROM TABLE(generate_series(1, 3)) AS g (x)"), NULL },
    { T, V("SELECT x FROM TABLE(generate_series(start => 1, end => 3)) AS g (x)"), NULL },
    { T, V("SELECT k FROM t, unnest([1, 2]) AS u (n)"), NULL },
    { T, V("SELECT k FROM t CROSS JOIN LATERAL unnest(split(s, ',')) AS u (n)"), NULL },
    /* sources that the schema does not hold */
    { T, V("SELECT k FROM other.u"), NULL },
    { T, V("SELECT k FROM lake.d.u"), NULL },
    { T, V("SELECT TABLE_NAME FROM information_schema.tables"), NULL },
    { T "; CREATE DATABASE other", V("SELECT k FROM other.u"), "Unknown table 'other.u'" },
    { T "; CREATE TABLE u LIKE t", V("SELECT k FROM u"), NULL },
    { T "; CREATE TABLE u AS SELECT k FROM t", V("SELECT k FROM u"), NULL },
    { T "; USE other", V("SELECT k FROM u"), NULL },
    { "CREATE EXTERNAL TABLE u (k INT) ENGINE = mysql PROPERTIES ('host' = 'h')",
      V("SELECT k FROM u"), NULL },
    { T, V("SELECT k FROM u"), NULL, .catalog = "lake" },
    /* columns */
    { T, V("SELECT zz FROM t"), "Column 'zz' cannot be resolved" },
    { T, V("SELECT K, `D` FROM t"), NULL },
    { T, V("SELECT t.k, t.zz FROM t"), "Column 't.zz' cannot be resolved" },
    { T, V("SELECT a.k FROM t a"), NULL },
    { T, V("SELECT a.zz FROM t AS a"), "Column 'a.zz' cannot be resolved" },
    { T, V("SELECT k FROM t WHERE zz = 1"), "Column 'zz' cannot be resolved" },
    { T, V("SELECT k FROM t GROUP BY zz"), "Column 'zz' cannot be resolved" },
    { T, V("SELECT k AS zz FROM t GROUP BY zz"), NULL },
    { T, V("SELECT k zz FROM t ORDER BY zz DESC"), NULL },
    { T, V("SELECT count(*), max(v) FROM t WHERE d >= DATE '2026-01-01'"), NULL },
    { T, V("SELECT date_trunc('day', d), CAST(v AS BIGINT), v + INTERVAL 1 DAY FROM t"), NULL },
    { T, V("SELECT CASE WHEN k > 1 THEN v ELSE NULL END FROM t"), NULL },
    { T, V("SELECT CASE WHEN zz > 1 THEN v ELSE NULL END FROM t"), "Column 'zz'" },
    { T, V("SELECT row_number() OVER (PARTITION BY k ORDER BY d DESC) FROM t"), NULL },
    { T,
      V("SELECT sum(v) OVER (ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) "
        "FROM t"),
      NULL },
    { T, V("SELECT array_map(x -> x + 1, [k]) FROM t"), NULL },
    { T, V("SELECT time_slice(d, INTERVAL 1 DAY, floor), timestampdiff(MINUTE, d, d) FROM t"),
      NULL },
    { T, V("SELECT n FROM (SELECT k AS n FROM t) a WHERE a.n > 1"), NULL },
    { T, V("SELECT a.v FROM (SELECT k AS n FROM t) a"), "Column 'a.v' cannot be resolved" },
    { T, V("SELECT `count(*)` FROM (SELECT count(*) FROM t) a"), NULL },
    { T, V("WITH c AS (SELECT k AS n FROM t) SELECT c.v FROM c"), "Column 'c.v'" },
    { T, V("WITH u (n) AS (SELECT k FROM t) SELECT u.n FROM u"), NULL },
    { T, V("SELECT e, k FROM t, unnest([1]) AS x (e)"), NULL },
    { T, V("SELECT zz FROM t, unnest([1]) AS x (e)"), "Column 'zz' cannot be resolved" },
    { T, V("SELECT zz FROM t, unnest([1]) AS x"), NULL },
    { T, V("SELECT k FROM t PARTITION (p1)"), NULL },
    { T, V("SELECT x.zz FROM t PARTITION (p1) x"), "Column 'x.zz' cannot be resolved" },
    { T "; CREATE TABLE w (y INT)", V("SELECT y FROM t JOIN [SHUFFLE] w ON k = y"), NULL },
    { T, V("SELECT k FROM t JOIN [SHUFFLE] u ON k = y"), "Unknown table 'd.u'" },
    { T, V("SELECT x FROM t PIVOT (sum(v) FOR s IN ('x', 'y'))"), NULL },
    { T, V("SELECT * EXCEPT (k) FROM t"), NULL },
    { T, V("SELECT * EXCEPT (zz) FROM t"), "Column 'zz' cannot be resolved" },
    { T, V("SELECT k FROM t WHERE k IN (WITH u AS (SELECT v FROM t) SELECT v FROM u)"), NULL },
    { T, V("SELECT k FROM u WHERE k IN (WITH u AS (SELECT k FROM t) SELECT k FROM u)"),
      "Unknown table 'd.u'" },
    { T, V("WITH RECURSIVE c AS (SELECT k FROM t UNION ALL SELECT k FROM c) SELECT k FROM c"),
      NULL },
    { T "; CREATE VIEW b (x) AS SELECT k FROM t", V("SELECT x FROM b"), NULL },
    { T "; CREATE VIEW b (x) AS SELECT k FROM t", V("SELECT k FROM b"), "Column 'k'" },
    { T "; CREATE VIEW b AS SELECT k FROM t", V("SELECT anything FROM b"), "Column 'anything'" },
    { T "; CREATE VIEW b AS SELECT k, v + 1, n AS m FROM t", V("SELECT anything FROM b"), NULL },
    { T "; CREATE VIEW b AS SELECT *, 1 AS x FROM t", V("SELECT x, s FROM b"), NULL },
    { T "; CREATE VIEW b AS SELECT k FROM t", "ALTER VIEW b AS SELECT zz FROM t", "Column 'zz'" },
    { T "; CREATE VIEW b AS SELECT k FROM t", "ALTER VIEW b AS SELECT v FROM t", NULL },
    { T, "CREATE OR REPLACE VIEW b AS SELECT k FROM u", "Unknown table 'd.u'" },
    { T, "CREATE VIEW b PROPERTIES ('x' = 'y') AS SELECT k FROM t", "only supported for Iceberg" },
};

#define BY(clause, query) "CREATE MATERIALIZED VIEW v " clause " REFRESH MANUAL AS " query

static const Case columns_of_views[] = {
    /* as many as the query gives */
    { T, "CREATE VIEW v (a) AS SELECT k, v FROM t", "different column counts" },
    { T, "CREATE VIEW v (a, b, c, e, f) AS SELECT * FROM t", NULL },
    { T, "CREATE VIEW v (a) AS SELECT * FROM t", "different column counts" },
    { T, "CREATE VIEW v (a) AS SELECT * FROM lake.d.u", NULL },
    { T, "CREATE VIEW v (a, b) AS SELECT k, count(*) FROM t GROUP BY k", NULL },
    { T, "CREATE VIEW v (a) AS WITH c AS (SELECT k, v FROM t) SELECT * FROM c",
      "different column counts" },
    { T, BY("(a, b)", "SELECT k FROM t"), "different column counts" },
    /* how materialized views lie */
    { T, BY("DISTRIBUTED BY HASH (k)", "SELECT k, v FROM t"), NULL },
    { T, BY("DISTRIBUTED BY HASH (K)", "SELECT k, v FROM t"), NULL },
    { T, BY("DISTRIBUTED BY HASH (zz)", "SELECT k, v FROM t"), "Distribution column(zz)" },
    { T, BY("DISTRIBUTED BY HASH (k)", "SELECT k AS a FROM t"), "Distribution column(k)" },
    { T, BY("DISTRIBUTED BY HASH (d)", "SELECT * FROM t"), NULL },
    { T, BY("DISTRIBUTED BY HASH (zz)", "SELECT * FROM t"), "Distribution column(zz)" },
    { T, BY("DISTRIBUTED BY HASH (zz)", "SELECT * FROM lake.d.u"), NULL },
    { T, BY("DISTRIBUTED BY HASH (`count(*)`)", "SELECT k, count(*) FROM t GROUP BY k"), NULL },
    { T, BY("DISTRIBUTED BY RANDOM", "SELECT k FROM t"), NULL },
    { T, BY("(a) DISTRIBUTED BY HASH (a)", "SELECT k FROM t"), NULL },
    { T, BY("(a) DISTRIBUTED BY HASH (k)", "SELECT k FROM t"), "Distribution column(k)" },
    { T, BY("ORDER BY (v, k)", "SELECT k, v FROM t"), NULL },
    { T, BY("ORDER BY (v, zz)", "SELECT k, v FROM t"), "Sort key not exists: zz" },
    { M, "ALTER MATERIALIZED VIEW m ORDER BY (k)", NULL, 4, 2, DATA },
    { M, "ALTER MATERIALIZED VIEW m ORDER BY (v)", "Sort key not exists: v", 4, 2, DATA },
    { R, BY("PARTITION BY d", "SELECT d, v FROM t"), NULL },
    { R, BY("PARTITION BY (d)", "SELECT d, v FROM t"), NULL },
    { R, BY("PARTITION BY date_trunc('month', d)", "SELECT d, v FROM t"), NULL },
    { R, BY("PARTITION BY date_trunc('month', d)", "SELECT d AS a, v FROM t"),
      "partition exp column:d is not found" },
    { R, BY("PARTITION BY a", "SELECT date_trunc('month', d) AS a, v FROM t"), NULL },
    { R, BY("PARTITION BY zz", "SELECT d, v FROM t"), "partition exp column:zz is not found" },
    { R, BY("PARTITION BY zz", "SELECT d, count(*) FROM t GROUP BY d"), NULL },
    { R "; CREATE VIEW b AS SELECT d FROM t", BY("PARTITION BY v", "SELECT * FROM b"),
      "partition exp column:v is not found" },
    { R "; CREATE TABLE u LIKE t", BY("PARTITION BY zz", "SELECT d, v FROM t"), NULL },
};

#define D "CREATE TABLE t (k INT, d DATETIME) DUPLICATE KEY (k) PARTITION BY date_trunc('day', d)"
#define L "CREATE TABLE t (c VARCHAR(9) NOT NULL, d DATE NOT NULL) PARTITION BY (c, d)"
#define O                                                                                          \
    "CREATE TABLE t (c VARCHAR(9) NOT NULL, d DATE) PARTITION BY LIST (c) (PARTITION p VALUES IN " \
    "('a'))"

#define NUMBERS(batches)                                                                           \
    "CREATE TABLE t (n INT) PARTITION BY RANGE (n) (" batches ") DISTRIBUTED BY HASH (n)"

static const Case partitions[] = {
    { T, "ALTER TABLE t DROP PARTITION p", "Error in list of partitions" },
    { NULL, "CREATE TABLE x (a INT) PRIMARY KEY (a, a) DISTRIBUTED BY HASH (a)",
      "Key columns must be the first few columns" },
    { D, "ALTER TABLE t DROP PARTITION p20260101", NULL },
    { D, "ALTER TABLE t DROP PARTITION p202601", "Error in list of partitions" },
    { D, "ALTER TABLE t DROP PARTITION pz", "Error in list of partitions" },
    { D, "ALTER TABLE t DROP PARTITION IF EXISTS pz", NULL },
    { D, "ALTER TABLE t ADD PARTITION p VALUES IN ('a')", "partition type is not of List" },
    { L, "ALTER TABLE t ADD PARTITION p VALUES IN (('a', '2026-01-01'))", NULL },
    { L, "ALTER TABLE t ADD PARTITION p VALUES IN ('a')", "size should be 2" },
    { O, "ALTER TABLE t ADD PARTITION q VALUES IN ('b', 'c')", NULL },
    { O, "ALTER TABLE t ADD PARTITION q VALUES IN (('b', 'c'))", "size should be 1" },
    { O, "ALTER TABLE t ADD PARTITION q VALUES IN (('b'))", NULL },
    { NULL, "CREATE TABLE t (d DATE) PARTITION BY date_trunc('hour', d)", "year|quarter|month" },
    { NULL, "CREATE TABLE t (d DATETIME) PARTITION BY date_trunc('hour', d)", NULL },
    { NULL,
      "CREATE TABLE t (d DATE) PARTITION BY date_trunc('month', d) (START ('2026-01-01') END "
      "('2026-02-01') EVERY (INTERVAL 1 DAY))",
      "granularity" },
    { NULL,
      "CREATE TABLE t (d DATE) PARTITION BY date_trunc('day', d) (START ('2026-01-01') END "
      "('2026-02-01') EVERY (INTERVAL 1 DAY))",
      NULL },
    { NULL, NUMBERS("START ('0') END ('100000') EVERY (1)"), NULL },
    { NULL, NUMBERS("START ('0') END ('100001') EVERY (1)"), "of table t make more than 100000" },
    { NULL,
      NUMBERS("START ('0') END ('60000') EVERY (1), START ('60000') END ('120000') EVERY (1)"),
      "of table t make more than 100000" },
    { NULL,
      "CREATE TABLE t (d DATETIME) PARTITION BY RANGE (d) (START ('2000-01-01') END ('2026-01-01') "
      "EVERY (INTERVAL 1 HOUR))",
      "of table t make more than 100000" },
    { NUMBERS("START ('0') END ('60000') EVERY (1)"),
      "ALTER TABLE t ADD PARTITIONS START ('60000') END ('100000') EVERY (1)", NULL },
    { NUMBERS("START ('0') END ('60000') EVERY (1)"),
      "ALTER TABLE t ADD PARTITIONS START ('60000') END ('100001') EVERY (1)",
      "of table t make more than 100000" },
    { NULL, "CREATE TABLE t (s STRING) PARTITION BY truncate(s, 5)", "invalid data type DECIMAL" },
    { NULL, "CREATE TABLE t (k INT, d DATE) PRIMARY KEY (k) PARTITION BY (d)", "on key column" },
    { NULL, "CREATE TABLE t (k INT, d DATE) PRIMARY KEY (k, d) PARTITION BY (d)", NULL },
    { NULL,
      "CREATE TABLE t (k DATETIME, v DATETIME, g DATE AS to_date(k)) PRIMARY KEY (k) PARTITION "
      "BY (g)",
      NULL },
    { NULL,
      "CREATE TABLE t (k DATETIME, v DATETIME, g DATE AS to_date(v)) PRIMARY KEY (k) PARTITION "
      "BY (g)",
      "on key column" },
    { NULL, "CREATE DATABASE o PROPERTIES ('storage_volume' = 'v')", "only be 'local'", NOTHING },
    { NULL, "CREATE DATABASE o PROPERTIES ('storage_volume' = 'v')", NULL, DATA },
};

#define N(type) "CREATE TABLE t (k INT, n " type ") DUPLICATE KEY (k)"
#define AG(type) "CREATE TABLE t (k INT, n " type ") AGGREGATE KEY (k) DISTRIBUTED BY HASH (k)"

static const Case columns[] = {
    { NULL, N("TINYINT DEFAULT '127'"), NULL },
    { NULL, N("TINYINT DEFAULT '128'"), "out of range" },
    { NULL, N("INT DEFAULT '-2147483648'"), NULL },
    { NULL, N("INT DEFAULT '99999999999'"), "out of range" },
    { NULL, N("LARGEINT DEFAULT '170141183460469231731687303715884105727'"), NULL },
    { NULL, N("INT DEFAULT 'x'"), "Invalid number format" },
    { NULL, N("DOUBLE DEFAULT '1e3'"), NULL },
    { NULL, N("DOUBLE DEFAULT 'x'"), "Invalid number format" },
    { NULL, N("DECIMAL(4, 2) DEFAULT '12.5'"), NULL },
    { NULL, N("DECIMAL(4, 2) DEFAULT '123.5'"), "out of range" },
    { NULL, N("BOOLEAN DEFAULT 'true'"), NULL },
    { NULL, N("BOOLEAN DEFAULT '0'"), NULL },
    { NULL, N("BOOLEAN DEFAULT 'maybe'"), "Invalid BOOLEAN literal" },
    { NULL, N("DATE DEFAULT '2026-01-01'"), NULL },
    { NULL, N("DATE DEFAULT 'today'"), "Invalid date literal" },
    { NULL, N("DATETIME DEFAULT CURRENT_TIMESTAMP"), NULL },
    { NULL, N("DATE DEFAULT CURRENT_TIMESTAMP"), "it is one of DATETIME" },
    { NULL, N("VARCHAR(36) DEFAULT (uuid())"), NULL },
    { NULL, N("VARCHAR(35) DEFAULT (uuid())"), "it is one of VARCHAR" },
    { NULL, N("LARGEINT DEFAULT (uuid_numeric())"), NULL },
    { NULL, N("BIGINT DEFAULT (uuid_numeric())"), "it is one of LARGEINT" },
    { NULL, N("VARCHAR(3) DEFAULT 'abcd'"), "too long" },
    { NULL, N("INT DEFAULT 7"), "a default is a string" },
    { NULL, AG("HLL HLL_UNION DEFAULT ''"), NULL },
    { NULL, AG("HLL HLL_UNION DEFAULT 'x'"), "no other default" },
    { NULL, N("BIGINT AUTO_INCREMENT"), NULL },
    { NULL, N("BIGINT AUTO_INCREMENT") " PROPERTIES ('replicated_storage' = 'false')",
      "must use Replicated Storage" },
    { NULL, N("BIGINT AS (k + 1), v INT"), "after ordinary columns" },
    { NULL, "CREATE TABLE t (k INT) DISTRIBUTED BY HASH (k, k)", "Duplicated distribution column" },
    { NULL, "CREATE TABLE t (k INT) DUPLICATE KEY (k) PRIMARY KEY (k)", "once each" },
    { NULL, P("'storage_cooldown_ttl' = '1 DAY'"), "storage medium property is not found" },
    { NULL, P("'storage_medium' = 'HDD', 'storage_cooldown_ttl' = '1 DAY'"), "Can not assign" },
    { NULL, P("'storage_medium' = 'SSD', 'storage_cooldown_ttl' = '1 DAY'"), NULL },
    { NULL, P("'unique_constraints' = 'k, zz'"), "some columns of" },
    { NULL, P("'unique_constraints' = 'k; K, v'"), NULL },
    { NULL, TABLE "DISTRIBUTED BY RANDOM PROPERTIES ('colocate_with' = 'g')",
      "random distribution" },
    { NULL, P("'colocate_with' = 'g'"), NULL },
    { T, SET("'write_quorum' = 'ONE', 'enable_load_profile' = 'true'"), "one table property" },
    { T, SET("'binlog.enable' = 'true', 'binlog.ttl_second' = '5'"), NULL },
    { T, "ALTER TABLE t RENAME t", "Same table name" },
    { T, "CREATE VIEW v (a, A) AS SELECT k, v FROM t", "Duplicate column name 'A'" },
};

static const Case grammar[] = {
    { NULL, "CREATE TABLE t (k INT) DISTRIBUTED BY HASH (k) PARTITION BY (k)", "the order is" },
    { NULL, "CREATE TABLE t (k INT) BUCKETS 3 DISTRIBUTED BY HASH (k)", "the order is" },
    { NULL, "CREATE TABLE t (k INT NULL KEY, v INT)", "the order is KEY" },
    { NULL, "CREATE TABLE t (k INT, v INT DEFAULT '1' NOT NULL)", "the order is KEY" },
    { NULL, "CREATE TABLE t (k INT, v INT NOT NULL SUM) AGGREGATE KEY (k) DISTRIBUTED BY HASH (k)",
      "the order is KEY" },
    { NULL,
      "CREATE TABLE t (k INT, `key` INT NULL DEFAULT NULL COMMENT 'KEY', v STRING AS "
      "concat('a', 'NULL'), INDEX i (k) USING BITMAP)",
      NULL },
    { NULL, "CREATE TABLE t (k INT, d DATETIME(6))", "no precision" },
    { NULL, "CREATE TABLE t (k INT, s STRUCT<a ARRAY<STRUCT<b INT>>>, d DATETIME(6))",
      "no precision" },
    { NULL, "CREATE TABLE t (k INT, s STRUCT<a:INT>)", "Unexpected input ':'" },
    { NULL, "CREATE TABLE t (k INT, m MAP<INT, INT> DEFAULT map{1: 2})", NULL },
    { T, "ALTER TABLE t ADD COLUMN w DATETIME(6)", "no precision" },
    { T, "ALTER TABLE t ADD COLUMN (w INT, `x` DATETIME(6))", "no precision" },
    { T, "ALTER TABLE t MODIFY COLUMN d DATETIME(6)", "no precision" },
    { T, "ALTER TABLE t ADD COLUMN w DATETIME DEFAULT CURRENT_TIMESTAMP(6)", NULL },
    { T, "ALTER TABLE t ADD COLUMN w DATE AS (DATE(d))", NULL },
    { NULL, "CREATE EXTERNAL TABLE t (k INT) ENGINE = file PROPERTIES ('path' = 'x', More)",
      "Unexpected input 'More'" },
    { NULL, "CREATE TABLE t (k INT) ENGINE = InnoDB", "Unknown engine name" },
    { NULL, "CREATE EXTERNAL TABLE t (k INT) ENGINE = hive", "database, table and resource" },
    { NULL, "CREATE EXTERNAL TABLE t (k INT) ROW FORMAT SERDE 'x'", "a clause of Hive" },
    { NULL, "CREATE EXTERNAL TABLE t (k INT) ENGINE = mysql PROPERTIES ('host' = 'h')", NULL },
    { T, "ALTER TABLE t ADD COLUMN IF NOT EXISTS w INT", "no IF [NOT] EXISTS" },
    { T, "ALTER TABLE t DROP COLUMN IF EXISTS v", "no IF EXISTS" },
    { T, "ALTER TABLE t MODIFY COLUMN d DATETIME NULL KEY", "KEY stands before" },
    { T, "ALTER TABLE t MODIFY COLUMN d DATETIME KEY NULL", NULL },
    { T, "ALTER TABLE t ADD COLUMN a ARRAY<INT> DEFAULT '[]'", "complex type" },
    { T, "ALTER TABLE t ADD COLUMN a ARRAY<INT> DEFAULT []", NULL },
    { T,
      "ALTER TABLE t ADD COLUMN w DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
      "no ON UPDATE" },
    { T, "CREATE MATERIALIZED VIEW m REFRESH INCREMENTAL AS SELECT k FROM t", "INCREMENTAL" },
    { T, "CREATE MATERIALIZED VIEW m PARTITION BY RANGE(k) REFRESH MANUAL AS SELECT k FROM t",
      "Unexpected input 'RANGE'" },
    { T, "ALTER TABLE t ADD INDEX i (s) USING NGRAMBF ('gram_num' = '4', 'bloom_filter_fpp' = '1')",
      "should be in [0.0001, 0.05]" },
    { T, "ALTER TABLE t ADD INDEX i (s) USING NGRAMBF ('gram_num' = '4', 'case_sensitive' = '2')",
      "one of true, false" },
    { T, "ALTER TABLE t ADD INDEX i (s) USING NGRAMBF ('gram_num' = '4')", NULL },
};

#define DAYS                                                                                       \
    "ALTER TABLE t DROP PARTITIONS START ('2026-01-01') END ('2026-02-01') EVERY (INTERVAL 1 "

static const Case opaque[] = {
    { R, "ALTER TABLE t PARTITIONS (p) DISTRIBUTED BY HASH (k) BUCKETS 4", NULL },
    { R, "ALTER TABLE t PARTITIONS (p) DISTRIBUTED BY HASH (v) BUCKETS 4", "distribution column" },
    { R, "ALTER TABLE t PARTITIONS (p) DISTRIBUTED BY RANDOM", "distribution type" },
    { TABLE "DISTRIBUTED BY RANDOM", "ALTER TABLE t PARTITIONS (t) DISTRIBUTED BY HASH (k)",
      "distribution type" },
    { T, "ALTER TABLE elsewhere PARTITIONS (p) DISTRIBUTED BY RANDOM", NULL },
    { R, "ALTER TABLE t DROP PARTITIONS WHERE date_trunc('month', D) < '2026-01-01' FORCE", NULL },
    { R, "ALTER TABLE t DROP PARTITIONS IF EXISTS WHERE s LIKE 'a%'", "Column `s`" },
    { R, "ALTER TABLE t DROP PARTITIONS WHERE s LIKE 'a%'", "Column `s`" },
    { "CREATE TABLE t (k INT, d DATETIME, g DATE AS to_date(d)) PARTITION BY (g)",
      "ALTER TABLE t DROP PARTITIONS WHERE d < '2026-01-01'", NULL },
    { D, DAYS "MONTH)", "granularity(day)" },
    { D, DAYS "DAY)", NULL },
    { R, DAYS "MONTH)", NULL },
    { L, "ALTER TABLE t DROP PARTITION pa_20260101", NULL },
    { L, "ALTER TABLE t DROP PARTITION p1", "Error in list of partitions" },
    { NULL, "ALTER DATABASE d SET DATA QUOTA 10T;", NULL },
    { NULL, "ALTER DATABASE d SET DATA QUOTA 1024mb", NULL },
    { NULL, "ALTER DATABASE d SET DATA QUOTA 1024", "a number with a unit" },
    { NULL, "ALTER DATABASE d SET DATA QUOTA quota", "a number with a unit" },
    { NULL, "ALTER DATABASE d SET REPLICA QUOTA 100", NULL },
    { NULL, "ALTER DATABASE d SET REPLICA QUOTA 10T", "it is a number" },
    { T, "CREATE TABLE u AS SELECT k FROM t", NULL },
    { T, "CREATE TABLE u LIKE t", NULL },
    { T, "CREATE TABLE u AS SELECT zz FROM t", "Column 'zz' cannot be resolved" },
    { T, "CREATE TABLE IF NOT EXISTS u COMMENT 'AS x' AS SELECT k FROM w", "Unknown table 'd.w'" },
    { T, "CREATE TEMPORARY TABLE u AS SELECT k FROM w", "Unknown table 'd.w'" },
    { T, "CREATE TABLE lake.d.u AS SELECT k FROM w", NULL },
    { T, "CREATE TABLE u AS SELECT k FROM (SELECT k FROM t)", "derived table" },
    { T, V("SELECT k FROM (SELECT k FROM t)"), "derived table" },
    { T, V("SELECT k FROM ((SELECT k FROM t) UNION (SELECT k FROM t)) u"), NULL },
};

#define ROLLUP(list) "CREATE MATERIALIZED VIEW m AS SELECT k, " list " FROM t GROUP BY k"

static const Case rollups[] = {
    { T, ROLLUP("sum(v)"), NULL },
    { T, ROLLUP("bitmap_union(to_bitmap(v))"), NULL },
    { T, ROLLUP("bitmap_union(to_bitmap(v + 1)) AS b"), NULL },
    { T, ROLLUP("bitmap_union(to_bitmap(v + 1)) b"), NULL },
    { T, ROLLUP("bitmap_union(to_bitmap(v + 1))"), "should have an alias" },
    { T, ROLLUP("sum(v + 1)"), "should have an alias" },
    { T, ROLLUP("sum(v) + 1"), NULL },
    { T, "CREATE MATERIALIZED VIEW m REFRESH MANUAL AS SELECT sum(v + 1) FROM t", NULL },
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

#define TEST(name)                                                                                 \
    static void test_##name(void)                                                                  \
    {                                                                                              \
        for (size_t i = 0; i < G_N_ELEMENTS(name); i++)                                            \
            check_case(&name[i]);                                                                  \
    }

TEST(columns)
TEST(columns_of_views)
TEST(properties)
TEST(partitions)
TEST(generated)
TEST(grammar)
TEST(opaque)
TEST(rollups)
TEST(views)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/rules/columns", test_columns);
    g_test_add_func("/starrocks/rules/generated", test_generated);
    g_test_add_func("/starrocks/rules/grammar", test_grammar);
    g_test_add_func("/starrocks/rules/opaque", test_opaque);
    g_test_add_func("/starrocks/rules/partitions", test_partitions);
    g_test_add_func("/starrocks/rules/properties", test_properties);
    g_test_add_func("/starrocks/rules/rollups", test_rollups);
    g_test_add_func("/starrocks/rules/columns-of-views", test_columns_of_views);
    g_test_add_func("/starrocks/rules/views", test_views);
    return g_test_run();
}
