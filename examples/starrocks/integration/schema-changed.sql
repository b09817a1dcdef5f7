-- retort: dialect starrocks

CREATE DATABASE my_schema;

CREATE TABLE my_table (
    id INT NOT NULL,
    name VARCHAR(100),
    new_column DATETIME
)
ENGINE = OLAP
PRIMARY KEY (id)
COMMENT 'A modified table comment'
PARTITION BY RANGE (id) (
    PARTITION p1 VALUES LESS THAN ('100')
)
DISTRIBUTED BY HASH(id) BUCKETS 10
PROPERTIES (
    'storage_medium' = 'SSD',
    'replication_num' = '1'
);

CREATE VIEW my_schema.my_view (user_id, user_name)
COMMENT 'A sample view with all options.'
SECURITY INVOKER
AS SELECT id, name FROM my_table WHERE id > 50;

CREATE VIEW my_schema.simple_view (user_id, user_name)
AS SELECT id, name FROM my_table;

CREATE MATERIALIZED VIEW my_schema.my_mv
REFRESH ASYNC
PROPERTIES ('replication_num' = '1')
AS SELECT name, count(*) AS cnt FROM my_table GROUP BY name;
