CREATE TABLE `example_table1` (
  `k1` tinyint(4) NULL COMMENT "",
  `k2` decimal64(10, 2) NULL DEFAULT "10.5" COMMENT "",
  `v1` char(10) REPLACE NULL COMMENT "",
  `v2` int(11) SUM NULL COMMENT ""
) ENGINE=OLAP 
AGGREGATE KEY(`k1`, `k2`)
COMMENT "my first starrocks table"
DISTRIBUTED BY HASH(`k1`) BUCKETS 10 
PROPERTIES (
"replication_num" = "3",
"in_memory" = "false",
"enable_persistent_index" = "false",
"replicated_storage" = "true",
"compression" = "LZ4"
);
CREATE MATERIALIZED VIEW `mv_invalid` (`c_1_0`, `c_1_1`, `c_1_2`, `c_1_3`, `c_1_4`, `c_1_5`, `c_1_6`, `c_1_7`, `c_1_8`, `c_1_9`, `c_1_10`, `c_1_11`, `c_1_12`)
DISTRIBUTED BY RANDOM
REFRESH ASYNC
PROPERTIES (
"replicated_storage" = "true",
"replication_num" = "1",
"storage_medium" = "HDD"
)
AS select * from t1 limit 10;
CREATE MATERIALIZED VIEW `mv1` (`'This is a test'`, `123`, `date`, `id`)
COMMENT "this is a comment2"
PARTITION BY (date_trunc('month', `date`))
DISTRIBUTED BY RANDOM
REFRESH DEFERRED MANUAL
PROPERTIES (
"replicated_storage" = "true",
"replication_num" = "1",
"storage_medium" = "HDD"
)
AS SELECT 'This is a test' AS `'This is a test'`, 123 AS `123`, `iceberg0`.`partitioned_db`.`v1`.`date`, `iceberg0`.`partitioned_db`.`v1`.`id`
FROM `iceberg0`.`partitioned_db`.`t2` AS `v1`;
CREATE VIEW `test_view_2` (`k1`, `k2`) AS SELECT `test`.`tbl1`.`k1`, `test`.`tbl1`.`k2`
FROM `test`.`tbl1`;
CREATE TABLE `t` (
  `k` int(11) NULL COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`)
DISTRIBUTED BY RANDOM
PROPERTIES (
"replication_num" = "3",
"bucket_size" = "1024",
"in_memory" = "false",
"enable_persistent_index" = "false",
"replicated_storage" = "true",
"compression" = "LZ4"
);
CREATE TABLE `test_normal` (
  `k` bigint(20) NOT NULL COMMENT "",
  `v` varchar(65533) NULL COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`)
DISTRIBUTED BY HASH(`k`) BUCKETS 1 
PROPERTIES (
"compression" = "ZSTD(21)",
"fast_schema_evolution" = "true",
"replicated_storage" = "true",
"replication_num" = "1"
);
CREATE TABLE `test_normal` (
  `k` bigint(20) NOT NULL COMMENT "",
  `v` varchar(65533) NULL COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`)
DISTRIBUTED BY HASH(`k`) BUCKETS 1 
PROPERTIES (
"compression" = "ZSTD(18)",
"fast_schema_evolution" = "true",
"replicated_storage" = "true",
"replication_num" = "1"
);
CREATE TABLE `test_normal` (
  `k` bigint(20) NOT NULL COMMENT "",
  `v` varchar(65533) NULL COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`)
DISTRIBUTED BY HASH(`k`) BUCKETS 1 
PROPERTIES (
"compression" = "ZSTD(20)",
"fast_schema_evolution" = "true",
"replicated_storage" = "true",
"replication_num" = "1"
);
CREATE TABLE `t_dictionary_null_if_not_exist_gen_column` (
  `k` bigint(20) NOT NULL COMMENT "",
  `v` bigint(20) NULL AS DICTIONARY_GET('test_dictionary_null_if_not_exist', k, false)[1] COMMENT ""
) ENGINE=OLAP 
PRIMARY KEY(`k`)
DISTRIBUTED BY HASH(`k`) BUCKETS 1 
PROPERTIES (
"compression" = "LZ4",
"enable_persistent_index" = "false",
"fast_schema_evolution" = "true",
"replicated_storage" = "true",
"replication_num" = "1"
);
CREATE MATERIALIZED VIEW `mv6` (`k1`, `v1`, `v2`)
PARTITION BY (`k1`)
DISTRIBUTED BY RANDOM
REFRESH ASYNC
PROPERTIES (
"replication_num" = "1",
"replicated_storage" = "true",
"storage_medium" = "HDD"
)
AS SELECT `t1`.`k1`, `t1`.`v1`, `t1`.`v2`
FROM `test_create_mv`.`t1` UNION ALL SELECT `t2`.`k1`, `t2`.`v1`, `t2`.`v2`
FROM `test_create_mv`.`t2`;
CREATE MATERIALIZED VIEW `mv4` (`k1`, `v1`)
DISTRIBUTED BY RANDOM
REFRESH ASYNC
PROPERTIES (
"replicated_storage" = "true",
"replication_num" = "1",
"storage_medium" = "HDD"
)
AS select t0.k1, t1.v1
from t_random t0 join t1 on t0.k1 = t1.k1;
CREATE TABLE `t` (
  `k` int(11) NULL COMMENT "",
  `k1` date NULL COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`, `k1`)
PARTITION BY date_trunc('day', k1)
DISTRIBUTED BY HASH(`k`) BUCKETS 10 
PROPERTIES (
"compression" = "LZ4",
"fast_schema_evolution" = "true",
"replicated_storage" = "true",
"replication_num" = "3"
);
CREATE TABLE `t` (
  `k` int(11) NULL COMMENT "",
  `k1` date NULL COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`, `k1`)
PARTITION BY RANGE(`k1`)
(PARTITION p202006 VALUES [("0000-01-01"), ("2020-07-01")),
PARTITION p202007 VALUES [("2020-07-01"), ("2020-08-01")),
PARTITION p202008 VALUES [("2020-08-01"), ("2020-09-01")))
DISTRIBUTED BY HASH(`k`)
PROPERTIES (
"replication_num" = "3",
"in_memory" = "false",
"enable_persistent_index" = "false",
"replicated_storage" = "true",
"fast_schema_evolution" = "true",
"compression" = "LZ4"
);
CREATE TABLE `t` (
  `k` int(11) NULL COMMENT "",
  `k1` date NULL COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`k`, `k1`)
PARTITION BY RANGE(`k1`)
(PARTITION p202006 VALUES [("0000-01-01"), ("2020-07-01")),
PARTITION p202007 VALUES [("2020-07-01"), ("2020-08-01")),
PARTITION p202008 VALUES [("2020-08-01"), ("2020-09-01")))
DISTRIBUTED BY HASH(`k`) BUCKETS 10 
PROPERTIES (
"replication_num" = "3",
"in_memory" = "false",
"enable_persistent_index" = "false",
"replicated_storage" = "true",
"compression" = "LZ4"
);
CREATE TABLE `agg_test` (
  `k1` int(11) NOT NULL COMMENT "",
  `k2` int(11) NOT NULL COMMENT "",
  `v1` bigint(20) REPLACE NULL COMMENT "",
  `v2` bigint(20) REPLACE NULL COMMENT "",
  `v3` bigint(20) REPLACE NULL COMMENT ""
) ENGINE=OLAP 
AGGREGATE KEY(`k1`, `k2`)
COMMENT "OLAP"
DISTRIBUTED BY HASH(`k1`, `k2`) BUCKETS 1 
ORDER BY(`k1`, `k2`)
PROPERTIES (
"replication_num" = "1",
"in_memory" = "false",
"enable_persistent_index" = "false",
"replicated_storage" = "true",
"fast_schema_evolution" = "true",
"compression" = "LZ4"
);
CREATE TABLE `agg_test` (
  `k1` int(11) NOT NULL COMMENT "",
  `k2` bigint(20) NULL COMMENT "",
  `v1` bigint(20) REPLACE NULL COMMENT "",
  `v2` bigint(20) REPLACE NULL COMMENT "",
  `v3` bigint(20) REPLACE NULL COMMENT ""
) ENGINE=OLAP 
AGGREGATE KEY(`k1`, `k2`)
COMMENT "OLAP"
DISTRIBUTED BY HASH(`k1`) BUCKETS 1 
ORDER BY(`k1`, `k2`)
PROPERTIES (
"compression" = "LZ4",
"fast_schema_evolution" = "true",
"replicated_storage" = "true",
"replication_num" = "1"
);
