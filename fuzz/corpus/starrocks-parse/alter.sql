ALTER DATABASE db_name SET DATA QUOTA quota;
ALTER VIEW example_db.example_view
(
c1 COMMENT "column 1",
c2 COMMENT "column 2",
c3 COMMENT "column 3"
)
AS SELECT k1, k2, SUM(v1) 
FROM example_table
GROUP BY k1, k2;
ALTER TABLE site_access
  DISTRIBUTED BY HASH(site_id,city_code) BUCKETS 30;
ALTER TABLE iceberg_catalog.iceberg_db.test_table EXECUTE remove_orphan_files();
alter table test.test drop temporary partition tp_bj_js;
alter table db2.tbl2 drop temporary partition if exists tp4;
alter table db2.tbl2 add rollup r1(k1);
alter table t0 drop index index1;
ALTER TABLE test_pk_tbl1 ORDER BY (k3);
ALTER TABLE mixed_empty_nested ADD COLUMN arr_map_st_empty ARRAY<MAP<INT, STRUCT<
    id INT,
    data ARRAY<INT>
>>> DEFAULT [
    map{},
    map{1: row(10, [1, 2, 3])},
    map{},
    map{2: row(20, [])}
];
ALTER TABLE three_level_nesting ADD COLUMN st_map_arr STRUCT<
    id INT,
    data MAP<VARCHAR(20), ARRAY<INT>>
> DEFAULT row(1, map{'scores': [90, 95, 100]});
ALTER TABLE t_ns
ADD COLUMN st_outer STRUCT<
  k1 INT,
  mid STRUCT<
    a INT,
    sub STRUCT<x INT, y VARCHAR(20)>
  >,
  k2 VARCHAR(20)
>
DEFAULT row(10, row(1, row(7, 'yy')), 'end');
ALTER TABLE users_pk_table ADD COLUMN account_expires DATE DEFAULT '2025-12-31';
ALTER TABLE test_users_bucketed drop partition column bucket(user_id, 16);
ALTER VIEW v1 AS SELECT k1,avg(k2) as k2,avg(k3) as k3 FROM t1 GROUP BY k1;
ALTER TABLE demo2_alter_0 DISTRIBUTED BY HASH(`user_name`) BUCKETS 10;
alter table agg_test add rollup r1 (k1,k2,v3,v1);
