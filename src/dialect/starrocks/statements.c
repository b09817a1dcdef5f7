/* Which words begin a statement or a clause of ALTER, and who reads the rest. */
#include "dialect/starrocks/alter.h"

const RtStatementRule starrocks_table_clauses[] = {
    { .intro = "ADD COLUMN",
      .parse = starrocks_parse_add_column,
      .written_as = rt_parse_add_column,
      .variant = RT_COLUMN_MAY_MOVE },
    { .intro = "DROP COLUMN",
      .parse = starrocks_parse_drop_column,
      .written_as = rt_parse_drop_column },
    { .intro = "MODIFY COLUMN",
      .parse = starrocks_parse_modify_column,
      .written_as = rt_parse_modify_column,
      .variant = RT_COLUMN_MAY_MOVE },
    { .intro = "RENAME", .parse = rt_parse_rename, .kind = RT_KIND_TABLE },
    { .intro = "RENAME COLUMN", .parse = rt_parse_rename_column },
    { .intro = "RENAME PARTITION", .parse = starrocks_parse_map_rename },
    { .intro = "RENAME ROLLUP",
      .parse = starrocks_parse_map_rename,
      .variant = STARROCKS_TABLE_ROLLUP },
    { .intro = "SWAP WITH", .parse = starrocks_parse_swap, .kind = RT_KIND_TABLE },
    { .intro = "DISTRIBUTED BY", .parse = starrocks_parse_distribution },
    { .intro = "ADD", .parse = rt_parse_add_element },
    { .intro = "DROP INDEX", .parse = rt_parse_drop_child, .kind = RT_KIND_INDEX },
    { .intro = "ADD PARTITION", .parse = starrocks_parse_add_partition },
    { .intro = "ADD PARTITIONS", .parse = starrocks_parse_add_batch },
    { .intro = "DROP PARTITION", .parse = starrocks_parse_drop_partition },
    { .intro = "DROP PARTITIONS", .parse = starrocks_parse_drop_partitions },
    { .intro = "ADD ROLLUP", .parse = starrocks_parse_add_rollup },
    { .intro = "DROP ROLLUP", .parse = starrocks_parse_drop_rollup },
    { .intro = "PARTITION BY", .parse = starrocks_parse_merge },
    { .intro = "REPLACE PARTITION", .parse = starrocks_parse_replace_partition },
    /* Rows, and how those of a partition are stored. */
    { .intro = "TRUNCATE PARTITION", .parse = starrocks_parse_opaque_clause, .flags = RT_OP_DATA },
    { .intro = "MODIFY PARTITION",
      .parse = starrocks_parse_opaque_clause,
      .flags = RT_OP_DATA | RT_OP_STATE },
    /* What a replay cannot see, or what changes no schema. */
    { .intro = "DROP ALL", .parse = starrocks_parse_opaque_clause },
    { .intro = "ADD TEMPORARY", .parse = starrocks_parse_opaque_clause },
    { .intro = "DROP TEMPORARY", .parse = starrocks_parse_opaque_clause },
    { .intro = "PARTITIONS", .parse = starrocks_parse_opaque_clause },
    { .intro = "DEFAULT BUCKETS", .parse = starrocks_parse_opaque_clause },
    { .intro = "AUTO_INCREMENT", .parse = starrocks_parse_opaque_clause },
    { .intro = "COMPACT", .parse = starrocks_parse_opaque_clause },
    { .intro = "BASE COMPACT", .parse = starrocks_parse_opaque_clause },
    { .intro = "CUMULATIVE COMPACT", .parse = starrocks_parse_opaque_clause },
    { .intro = "SPLIT", .parse = starrocks_parse_opaque_clause },
    { .intro = "EXECUTE", .parse = starrocks_parse_opaque_clause },
    { .intro = "CREATE BRANCH", .parse = starrocks_parse_opaque_clause },
    { .intro = "CREATE OR REPLACE BRANCH", .parse = starrocks_parse_opaque_clause },
    { .intro = "CREATE TAG", .parse = starrocks_parse_opaque_clause },
    { .intro = "CREATE OR REPLACE TAG", .parse = starrocks_parse_opaque_clause },
    { .intro = "DROP BRANCH", .parse = starrocks_parse_opaque_clause },
    { .intro = "DROP TAG", .parse = starrocks_parse_opaque_clause },
    { .intro = "DROP PERSISTENT INDEX", .parse = starrocks_parse_opaque_clause },
    { NULL },
};

const RtStatementRule starrocks_view_clauses[] = {
    { .intro = "(", .parse = starrocks_parse_view_columns },
    { .intro = "RENAME", .parse = rt_parse_rename, .kind = RT_KIND_VIEW },
    { .intro = "ADD DIALECT", .parse = starrocks_parse_opaque_clause },
    { .intro = "MODIFY DIALECT", .parse = starrocks_parse_opaque_clause },
    { NULL },
};

const RtStatementRule starrocks_mv_clauses[] = {
    { .intro = "RENAME", .parse = rt_parse_rename, .kind = RT_KIND_MATERIALIZED_VIEW },
    { .intro = "SWAP WITH", .parse = starrocks_parse_swap, .kind = RT_KIND_MATERIALIZED_VIEW },
    /* State, not schema: whether it refreshes and serves queries. */
    { .intro = "ACTIVE",
      .parse = starrocks_parse_opaque_clause,
      .flags = RT_OP_DATA | RT_OP_STATE },
    { .intro = "INACTIVE",
      .parse = starrocks_parse_opaque_clause,
      .flags = RT_OP_DATA | RT_OP_STATE },
    { .intro = "ADD COLUMN", .parse = starrocks_parse_opaque_clause },
    { .intro = "DROP COLUMN", .parse = starrocks_parse_opaque_clause },
    { NULL },
};

const RtStatementRule starrocks_database_clauses[] = {
    { .intro = "RENAME", .parse = rt_parse_rename, .kind = RT_KIND_DATABASE },
    { .intro = "SET DATA QUOTA",
      .parse = starrocks_parse_opaque_clause,
      .flags = RT_OP_DATA | RT_OP_STATE },
    { .intro = "SET REPLICA QUOTA",
      .parse = starrocks_parse_opaque_clause,
      .flags = RT_OP_DATA | RT_OP_STATE },
    { NULL },
};

const RtStatementRule starrocks_statements[] = {
    { .intro = "CREATE TABLE", .parse = starrocks_parse_table, .form = &starrocks_form_table },
    { .intro = "CREATE TEMPORARY TABLE",
      .parse = starrocks_parse_table,
      .form = &starrocks_form_table,
      .flags = RT_OP_TEMPORARY },
    { .intro = "CREATE EXTERNAL TABLE",
      .parse = starrocks_parse_object,
      .form = &starrocks_form_external_table },
    { .intro = "CREATE VIEW", .parse = starrocks_parse_object, .form = &starrocks_form_view },
    { .intro = "CREATE OR REPLACE VIEW",
      .parse = starrocks_parse_replace,
      .form = &starrocks_form_view },
    { .intro = "CREATE MATERIALIZED VIEW",
      .parse = starrocks_parse_object,
      .form = &starrocks_form_materialized_view },
    { .intro = "CREATE INDEX", .parse = starrocks_parse_index, .kind = RT_KIND_INDEX },
    { .intro = "CREATE DATABASE",
      .parse = starrocks_parse_object,
      .form = &starrocks_form_database },
    { .intro = "CREATE SCHEMA", .parse = starrocks_parse_object, .form = &starrocks_form_database },
    { .intro = "DROP TABLE", .parse = starrocks_parse_drop, .kind = RT_KIND_TABLE },
    { .intro = "DROP TEMPORARY TABLE",
      .parse = starrocks_parse_drop,
      .kind = RT_KIND_TABLE,
      .flags = RT_OP_TEMPORARY },
    { .intro = "DROP VIEW", .parse = starrocks_parse_drop, .kind = RT_KIND_VIEW },
    { .intro = "DROP MATERIALIZED VIEW",
      .parse = starrocks_parse_drop,
      .kind = RT_KIND_MATERIALIZED_VIEW },
    { .intro = "DROP INDEX", .parse = starrocks_parse_drop, .kind = RT_KIND_INDEX },
    { .intro = "DROP DATABASE", .parse = starrocks_parse_drop, .kind = RT_KIND_DATABASE },
    { .intro = "DROP SCHEMA", .parse = starrocks_parse_drop, .kind = RT_KIND_DATABASE },
    { .intro = "USE", .parse = starrocks_parse_use },
    { .intro = "SET CATALOG", .parse = starrocks_parse_use, .variant = STARROCKS_USE_CATALOG },
    { .intro = "ALTER TABLE",
      .parse = starrocks_parse_alter,
      .form = &starrocks_form_table,
      .clauses = starrocks_table_clauses,
      .joined = true },
    { .intro = "ALTER VIEW",
      .parse = starrocks_parse_alter,
      .form = &starrocks_form_view,
      .clauses = starrocks_view_clauses },
    { .intro = "ALTER DATABASE",
      .parse = starrocks_parse_alter,
      .form = &starrocks_form_database,
      .clauses = starrocks_database_clauses },
    { .intro = "ALTER MATERIALIZED VIEW",
      .parse = starrocks_parse_alter,
      .form = &starrocks_form_materialized_view,
      .clauses = starrocks_mv_clauses },
    { NULL },
};

#define SESSION(word)                                                                              \
    {                                                                                              \
        .intro = word, .flags = RT_OP_SESSION                                                      \
    }
#define DATA(word)                                                                                 \
    {                                                                                              \
        .intro = word, .flags = RT_OP_DATA                                                         \
    }
#define STATE(word)                                                                                \
    {                                                                                              \
        .intro = word, .flags = RT_OP_DATA | RT_OP_STATE                                           \
    }

const RtStatementRule starrocks_others[] = {
    SESSION("ADMIN"),    SESSION("ANALYZE"),  SESSION("BEGIN"), SESSION("COMMIT"), SESSION("DESC"),
    SESSION("DESCRIBE"), SESSION("EXPLAIN"),  SESSION("HELP"),  STATE("GRANT"),    STATE("REVOKE"),
    SESSION("KILL"),     SESSION("ROLLBACK"), SESSION("SET"),   SESSION("SHOW"),   SESSION("START"),
    SESSION("SYNC"),     DATA("DELETE"),      DATA("INSERT"),   STATE("REFRESH"),  DATA("SELECT"),
    DATA("TRUNCATE"),    DATA("UPDATE"),      DATA("VALUES"),   DATA("WITH"),      { NULL },
};
