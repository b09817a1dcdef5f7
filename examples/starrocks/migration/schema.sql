-- retort: dialect starrocks

CREATE TABLE my_orm_table (
    id INT NOT NULL,
    name STRING NOT NULL
)
PRIMARY KEY (id)
COMMENT 'table comment'
DISTRIBUTED BY HASH(id) BUCKETS 10
PROPERTIES ('replication_num' = '1');

CREATE TABLE my_core_table (
    id INT NOT NULL,
    name VARCHAR(50)
)
PRIMARY KEY (id)
COMMENT 'core table comment'
DISTRIBUTED BY HASH(id) BUCKETS 10
PROPERTIES ('replication_num' = '1');

CREATE VIEW user_view (
    id COMMENT 'ID',
    name COMMENT 'Name'
)
COMMENT 'Active users'
AS SELECT id, name FROM my_core_table WHERE name IS NOT NULL;

CREATE MATERIALIZED VIEW user_stats_mv
REFRESH ASYNC
PROPERTIES ('replication_num' = '1')
AS SELECT id, COUNT(*) AS cnt FROM my_core_table GROUP BY id;
