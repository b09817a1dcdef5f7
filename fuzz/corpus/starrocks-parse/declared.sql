CREATE TABLE example_table1
(
    k1 TINYINT,
    k2 DECIMAL(10, 2) DEFAULT "10.5",
    v1 CHAR(10) REPLACE,
    v2 INT SUM
)
ENGINE = olap
AGGREGATE KEY(k1, k2)
COMMENT "my first starrocks table"
DISTRIBUTED BY HASH(k1) BUCKETS 10;
create materialized view mv_invalid refresh async as select * from t1 limit 10;
create materialized view mv1 comment "this is a comment2" partition by date_trunc('month', date) distributed by random REFRESH DEFERRED MANUAL PROPERTIES (
'replication_num' = '1'
) 
as select 'This is a test', --mocked 
123,v1.date, v1.id from iceberg0.partitioned_db.t2 as v1;
create view test_view_2 AS SELECT `test`.`tbl1`.`k1`, `test`.`tbl1`.`k2` FROM `test`.`tbl1`;
create table t(k int);
CREATE TABLE `test_normal` (
  `k` BIGINT NOT NULL COMMENT "",
  `v` string COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`)
DISTRIBUTED BY HASH(`k`) BUCKETS 1
PROPERTIES (
"replication_num" = "1",
"compression" = "zstd(21)"
);
CREATE TABLE `test_normal` (
  `k` BIGINT NOT NULL COMMENT "",
  `v` string COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`)
DISTRIBUTED BY HASH(`k`) BUCKETS 1
PROPERTIES (
"replication_num" = "1",
"compression" = "zstd(18)"
);
CREATE TABLE `test_normal` (
  `k` BIGINT NOT NULL COMMENT "",
  `v` string COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`)
DISTRIBUTED BY HASH(`k`) BUCKETS 1
PROPERTIES (
"replication_num" = "1",
"compression" = "zstd(20)"
);
CREATE TABLE `t_dictionary_null_if_not_exist_gen_column` (
  `k` BIGINT NOT NULL COMMENT "",
  `v` BIGINT AS dictionary_get("test_dictionary_null_if_not_exist", k)[1]
) ENGINE=OLAP
PRIMARY KEY(`k`)
DISTRIBUTED BY HASH(`k`) BUCKETS 1 
PROPERTIES (
"replication_num" = "1",
"enable_persistent_index" = "false",
"replicated_storage" = "true",
"compression" = "LZ4"
);
CREATE MATERIALIZED VIEW `mv6`
PARTITION BY (`k1`)
DISTRIBUTED BY RANDOM
REFRESH ASYNC
PROPERTIES (
"replication_num" = "1",
"storage_medium" = "HDD"
)
AS select k1, v1, v2 from t1
union all
select k1, v1, v2 from t2;
CREATE MATERIALIZED VIEW `mv4`
REFRESH ASYNC 
AS
select t0.k1, t1.v1
from t_random t0 join t1 on t0.k1 = t1.k1;
create table t(k int, k1 date) PARTITION BY date_trunc('day', k1)
distributed by hash(k) buckets 10;
create table t(k int, k1 date) PARTITION BY RANGE(`k1`)
(
    PARTITION `p202006` VALUES LESS THAN ("2020-07-01"),
    PARTITION `p202007` VALUES LESS THAN ("2020-08-01"),
    PARTITION `p202008` VALUES LESS THAN ("2020-09-01")
) distributed by hash(k) buckets 10;
create table t(k int, k1 date) PARTITION BY RANGE(`k1`)
(
    PARTITION `p202006` VALUES LESS THAN ("2020-07-01"),
    PARTITION `p202007` VALUES LESS THAN ("2020-08-01"),
    PARTITION `p202008` VALUES LESS THAN ("2020-09-01")
) distributed by hash(k) buckets 10;
CREATE TABLE `agg_test` (
    `k1` int(11) NOT NULL COMMENT "",
    `k2` int(11) NOT NULL COMMENT "",
    `v1` bigint REPLACE NULL COMMENT "",
    `v2` bigint REPLACE NULL COMMENT "",
    `v3` bigint REPLACE NULL COMMENT ""
)
AGGREGATE KEY(k1, k2)
COMMENT "OLAP"
DISTRIBUTED BY HASH(`k1`, `k2`) BUCKETS 1
ORDER BY (k2,k1)
PROPERTIES (
    "replication_num" = "1",
    "in_memory" = "false",
    "storage_format" = "DEFAULT",
    "enable_persistent_index" = "false"
);
CREATE TABLE `agg_test` (
    `k1` int(11) NOT NULL COMMENT "",
    `k2` int(11) NOT NULL COMMENT "",
    `v1` bigint REPLACE NULL COMMENT "",
    `v2` bigint REPLACE NULL COMMENT "",
    `v3` bigint REPLACE NULL COMMENT ""
)
AGGREGATE KEY(k1, k2)
COMMENT "OLAP"
DISTRIBUTED BY HASH(`k1`) BUCKETS 1
ORDER BY (k2,k1)
PROPERTIES (
    "replication_num" = "1",
    "storage_format" = "DEFAULT",
    "enable_persistent_index" = "false"
);
