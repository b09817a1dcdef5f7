CREATE TABLE orders (
                id INT,
                user_id INT,
                amount DECIMAL(10, 2),
                order_date DATE
            )
            DISTRIBUTED BY HASH(id)
            PROPERTIES ("replication_num" = "1");
CREATE TABLE t_numbers(start INT, end INT)
DUPLICATE KEY (start)
DISTRIBUTED BY HASH(start) BUCKETS 1;
CREATE TABLE `bitmap_table` (
    `tagname` varchar(65533) NOT NULL COMMENT "标签名称",
    `tagvalue` varchar(65533) NOT NULL COMMENT "标签值",
    `userid` bitmap NOT NULL COMMENT "访问用户ID"
    ) ENGINE=OLAP
    PRIMARY KEY(`tagname`, `tagvalue`)
    COMMENT "OLAP"
    DISTRIBUTED BY HASH(`tagname`)
    PROPERTIES (
    "replication_num" = "3",
    "storage_format" = "DEFAULT"
    );
create materialized view manual_immediate_implicit refresh manual distributed by hash(c_1_9) as select c_1_9, c_1_4 from t1;
CREATE TABLE site_access(
    event_day datetime,
    site_id INT DEFAULT '10',
    city_code VARCHAR(100),
    user_name VARCHAR(32) DEFAULT '',
    pv BIGINT DEFAULT '0'
)
DUPLICATE KEY(event_day, site_id, city_code, user_name)
PARTITION BY date_trunc('day', event_day)(
 START ("2023-03-27") END ("2023-03-31") EVERY (INTERVAL 1 day),
 START ("9999-12-30") END ("9999-12-31") EVERY (INTERVAL 1 day)
)
DISTRIBUTED BY HASH(event_day, site_id) BUCKETS 32
PROPERTIES(
    "partition_live_number" = "3",
    "replication_num" = "1"
);
CREATE TABLE site_access_fix_buckets (
    event_day DATETIME NOT NULL,
    site_id INT DEFAULT '10',
    city_code VARCHAR(100),
    user_name VARCHAR(32) DEFAULT '',
    pv BIGINT DEFAULT '0'
)
DUPLICATE KEY(event_day, site_id, city_code, user_name)
DISTRIBUTED BY HASH(event_day, site_id, city_code, user_name) BUCKETS 32
PROPERTIES(
    "replication_num" = "1"
);
create view v1 as select date_trunc('month', k1) as kv1, k2 as kv2 from tbl1;
create external table test.jdbc_key_words_test
(a int, `schema` varchar(20))
ENGINE=jdbc
PROPERTIES (
"resource"="jdbc_test",
"table"="test_table"
);
CREATE TABLE t3 (
  `id` bigint NOT NULL,
  `dt` varchar(10) NOT NULL,
  `ds_id` binary,
  `ds_province` binary,
  `ds_age` binary,
  `ds_dt` binary
) ENGINE=OLAP
PRIMARY KEY(id, dt)
DISTRIBUTED BY HASH(id) BUCKETS 3;
CREATE TABLE site_access(
    event_day DATE,
    site_id INT DEFAULT '10',
    city_code VARCHAR(100),
    user_name VARCHAR(32) DEFAULT '',
    pv BIGINT SUM DEFAULT '0'
)
AGGREGATE KEY(event_day, site_id, city_code, user_name)
PARTITION BY RANGE(event_day)
(
    PARTITION p1 VALUES LESS THAN ("2020-01-31"),
    PARTITION p2 VALUES LESS THAN ("2020-02-29"),
    PARTITION p3 VALUES LESS THAN ("2020-03-31")
)
DISTRIBUTED BY HASH(site_id) BUCKETS 1
PROPERTIES (
"replication_num" = "1",
"in_memory" = "false"
);
CREATE TABLE t_colocate_reject (
    k1 VARCHAR(10) NOT NULL,
    k2 INT NOT NULL,
    v1 INT
)
DUPLICATE KEY(k1, k2)
DISTRIBUTED BY HASH(k1) BUCKETS 1
PROPERTIES (
    "replication_num" = "1",
    "cloud_native_fast_schema_evolution_v2" = "true",
    "colocate_with" = "cg_varchar_widen_uuid0"
);
CREATE TABLE variant_fallback_cast_test (
    test_id INT,
    test_label STRING,
    variant_col VARIANT,
    source_type STRING,
    target_cast STRING,
    expected_behavior STRING
)
properties(
  'format-version' = '3'
);
CREATE TABLE t0 (
    v1 INT,
    v2 INT,
    v3 VARCHAR(20)
) DUPLICATE KEY(v1)
DISTRIBUTED BY HASH(v1) BUCKETS 3
PROPERTIES (
    "replication_num" = "1"
);
CREATE MATERIALIZED VIEW test_mv1 PARTITION BY dt 
REFRESH DEFERRED MANUAL AS SELECT * FROM mv_iceberg_uuid0.mv_ice_db_uuid0.mv_ice_tbl_uuid0;
CREATE TABLE meta_nested_types (
    k1 int,
    j  json,
    a  array<int>,
    m  map<int, varchar(20)>,
    s  struct<c0 int, c1 varchar(20)>
)
DUPLICATE KEY(k1)
DISTRIBUTED BY HASH(k1) BUCKETS 1
PROPERTIES ("replication_num" = "1", "compression"="lz4");
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
    "enable_persistent_index" = "true"
);
