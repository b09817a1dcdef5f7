/* Everything that StarRocks lets one write about a schema, as rows; docs: CREATE_TABLE, …_VIEW. */
#include "dialect/starrocks/starrocks.h"

#define KEY_ROW(words, word, as)                                                                   \
    {                                                                                              \
        .name = word, .intro = words, .kind = &rt_value_names, .hooks = &starrocks_value_key,      \
        .role = as, .silence = RT_SILENCE_UNMANAGED                                                \
    }

static const RtAttribute table_attributes[] = {
    [STARROCKS_TABLE_ENGINE] = { .name = "engine",
                                 .intro = "ENGINE =",
                                 .kind = &rt_value_word,
                                 .fallback = "OLAP" },
    [STARROCKS_TABLE_PRIMARY_KEY] = KEY_ROW("PRIMARY KEY", "primary_key", RT_ROLE_KEY),
    [STARROCKS_TABLE_DUPLICATE_KEY] = KEY_ROW("DUPLICATE KEY", "duplicate_key", RT_ROLE_NONE),
    [STARROCKS_TABLE_UNIQUE_KEY] = KEY_ROW("UNIQUE KEY", "unique_key", RT_ROLE_KEY),
    [STARROCKS_TABLE_AGGREGATE_KEY] = KEY_ROW("AGGREGATE KEY", "aggregate_key", RT_ROLE_NONE),
    [STARROCKS_TABLE_COMMENT] = { .name = "comment",
                                  .intro = "COMMENT",
                                  .kind = &rt_value_string,
                                  .fallback = "''",
                                  .role = RT_ROLE_COMMENT,
                                  .alter = RT_ALTER_IN_PLACE,
                                  .alter_intro = "COMMENT =",
                                  .since = { 3, 1, 0 } },
    [STARROCKS_TABLE_PARTITION] = { .name = "partition_by",
                                    .intro = "PARTITION BY",
                                    .kind = &starrocks_value_partition },
    /* Of a range or list scheme the scheme is compared, the partitions are data. */
    [STARROCKS_TABLE_PARTITIONS] = { .name = "partitions",
                                     .kind = &rt_value_properties,
                                     .hooks = &starrocks_value_partitions,
                                     .silence = RT_SILENCE_UNMANAGED,
                                     .is_data = true,
                                     .comes_with_rows = true },
    [STARROCKS_TABLE_DISTRIBUTION] = { .name = "distributed_by",
                                       .intro = "DISTRIBUTED BY",
                                       .kind = &starrocks_value_distribution,
                                       .silence = RT_SILENCE_UNMANAGED,
                                       .alter = RT_ALTER_IN_PLACE },
    [STARROCKS_TABLE_BUCKETS] = { .name = "buckets",
                                  .intro = "BUCKETS",
                                  .kind = &rt_value_number,
                                  .silence = RT_SILENCE_UNMANAGED },
    [STARROCKS_TABLE_ORDER] = { .name = "order_by",
                                .intro = "ORDER BY",
                                .kind = &rt_value_names,
                                .alter = RT_ALTER_IN_PLACE,
                                .since = { 3, 0, 0 } },
    [STARROCKS_TABLE_ROLLUP] = { .name = "rollup",
                                 .intro = "ROLLUP",
                                 .kind = &rt_value_properties,
                                 .hooks = &starrocks_value_rollup,
                                 .silence = RT_SILENCE_UNMANAGED,
                                 .is_data = true,
                                 .entry_kind = RT_KIND_ROLLUP,
                                 .is_managed = true },
    [STARROCKS_TABLE_PROPERTIES] = { .name = "properties",
                                     .intro = "PROPERTIES",
                                     .kind = &rt_value_properties,
                                     .silence = RT_SILENCE_UNMANAGED,
                                     .alter = RT_ALTER_IN_PLACE,
                                     .alter_intro = "SET" },
};

static const char *const column_ends[] = { "COMMENT", "FIRST", "AFTER", NULL };

static const RtAttribute column_attributes[] = {
    [STARROCKS_COLUMN_TYPE] = { .name = "type",
                                .kind = &rt_value_type,
                                .hooks = &starrocks_value_type,
                                .role = RT_ROLE_TYPE,
                                .alter = RT_ALTER_IN_PLACE },
    [STARROCKS_COLUMN_CHARSET] = { .name = "charset",
                                   .intro = "CHARSET|CHARACTER SET|CHAR SET",
                                   .kind = &rt_value_word,
                                   .uncompared = true },
    [STARROCKS_COLUMN_KEY] = { .name = "key",
                               .intro = "KEY",
                               .kind = &rt_value_flag,
                               .alter_only = true },
    [STARROCKS_COLUMN_AGGREGATE] = { .name = "aggregate",
                                     .intro = "SUM|MAX|MIN|REPLACE|REPLACE_IF_NOT_NULL|HLL_UNION|"
                                              "BITMAP_UNION|PERCENTILE_UNION|AGG_STATE_UNION",
                                     .kind = &rt_value_word,
                                     .intro_is_value = true },
    [STARROCKS_COLUMN_NOT_NULL] = { .name = "not_null",
                                    .intro = "NOT NULL",
                                    .kind = &rt_value_flag,
                                    .role = RT_ROLE_NOT_NULL,
                                    .alter = RT_ALTER_IN_PLACE },
    [STARROCKS_COLUMN_NULL] = { .name = "null",
                                .intro = "NULL",
                                .kind = &rt_value_flag,
                                .uncompared = true },
    [STARROCKS_COLUMN_DEFAULT] = { .name = "default",
                                   .intro = "DEFAULT",
                                   .kind = &starrocks_value_default,
                                   .fallback = "NULL",
                                   .role = RT_ROLE_DEFAULT,
                                   .ends = column_ends },
    [STARROCKS_COLUMN_AUTO_INCREMENT] = { .name = "auto_increment",
                                          .intro = "AUTO_INCREMENT",
                                          .kind = &rt_value_flag },
    [STARROCKS_COLUMN_GENERATED] = { .name = "generated",
                                     .intro = "AS",
                                     .kind = &starrocks_value_expression,
                                     .role = RT_ROLE_GENERATED,
                                     .ends = column_ends,
                                     .since = { 3, 1, 0 } },
    [STARROCKS_COLUMN_COMMENT] = { .name = "comment",
                                   .intro = "COMMENT",
                                   .kind = &rt_value_string,
                                   .fallback = "''",
                                   .role = RT_ROLE_COMMENT,
                                   .alter = RT_ALTER_IN_PLACE },
};

static const RtAttribute index_attributes[] = {
    [STARROCKS_INDEX_PARTS] = { .name = "columns",
                                .kind = &rt_value_names,
                                .role = RT_ROLE_PARTS,
                                .alter = RT_ALTER_RECREATE },
    [STARROCKS_INDEX_USING] = { .name = "using",
                                .intro = "USING",
                                .kind = &rt_value_word,
                                .fallback = "BITMAP",
                                .alter = RT_ALTER_RECREATE },
    [STARROCKS_INDEX_PROPERTIES] = { .name = "properties",
                                     .kind = &rt_value_properties,
                                     .silence = RT_SILENCE_UNMANAGED,
                                     .alter = RT_ALTER_RECREATE },
    [STARROCKS_INDEX_COMMENT] = { .name = "comment",
                                  .intro = "COMMENT",
                                  .kind = &rt_value_string,
                                  .fallback = "''",
                                  .role = RT_ROLE_COMMENT,
                                  .alter = RT_ALTER_RECREATE },
};

static const RtAttribute view_attributes[] = {
    [STARROCKS_VIEW_COLUMNS] = { .name = "columns",
                                 .kind = &rt_value_parts,
                                 .hooks = &starrocks_value_columns,
                                 .suffix = "comment",
                                 .silence = RT_SILENCE_UNMANAGED,
                                 .alter = RT_ALTER_RECREATE },
    [STARROCKS_VIEW_COMMENT] = { .name = "comment",
                                 .intro = "COMMENT",
                                 .kind = &rt_value_string,
                                 .fallback = "''",
                                 .role = RT_ROLE_COMMENT,
                                 .alter = RT_ALTER_RECREATE },
    [STARROCKS_VIEW_SECURITY] = { .name = "security",
                                  .intro = "SECURITY",
                                  .kind = &rt_value_word,
                                  .fallback = "NONE",
                                  .shown = { 3, 5, 0 },
                                  .alter = RT_ALTER_IN_PLACE,
                                  .alter_intro = "SET SECURITY" },
    /* Of views in other catalogs. */
    [STARROCKS_VIEW_PROPERTIES] = { .name = "properties",
                                    .intro = "PROPERTIES",
                                    .kind = &rt_value_properties,
                                    .silence = RT_SILENCE_UNMANAGED,
                                    .alter = RT_ALTER_RECREATE },
    [STARROCKS_VIEW_BODY] = { .name = "definition",
                              .intro = "AS",
                              .kind = &rt_value_body,
                              .hooks = &starrocks_value_query,
                              .role = RT_ROLE_DEFINITION,
                              .kept_since = { 4, 0, 6 },
                              .alter = RT_ALTER_IN_PLACE },
};

static const RtAttribute mv_attributes[] = {
    [STARROCKS_MV_COLUMNS] = { .name = "columns",
                               .kind = &rt_value_parts,
                               .hooks = &starrocks_value_columns,
                               .suffix = "comment",
                               .silence = RT_SILENCE_UNMANAGED },
    [STARROCKS_MV_COMMENT] = { .name = "comment",
                               .intro = "COMMENT",
                               .kind = &rt_value_string,
                               .fallback = "''",
                               .role = RT_ROLE_COMMENT },
    [STARROCKS_MV_PARTITION] = { .name = "partition_by",
                                 .intro = "PARTITION BY",
                                 .kind = &starrocks_value_partition },
    [STARROCKS_MV_DISTRIBUTION] = { .name = "distributed_by",
                                    .intro = "DISTRIBUTED BY",
                                    .kind = &starrocks_value_distribution,
                                    .silence = RT_SILENCE_UNMANAGED },
    [STARROCKS_MV_BUCKETS] = { .name = "buckets",
                               .intro = "BUCKETS",
                               .kind = &rt_value_number,
                               .silence = RT_SILENCE_UNMANAGED },
    [STARROCKS_MV_ORDER] = { .name = "order_by",
                             .intro = "ORDER BY",
                             .kind = &rt_value_names,
                             .alter = RT_ALTER_IN_PLACE },
    [STARROCKS_MV_REFRESH] = { .name = "refresh",
                               .intro = "REFRESH",
                               .kind = &starrocks_value_refresh,
                               .silence = RT_SILENCE_UNMANAGED,
                               .alter = RT_ALTER_IN_PLACE },
    [STARROCKS_MV_PROPERTIES] = { .name = "properties",
                                  .intro = "PROPERTIES",
                                  .kind = &rt_value_properties,
                                  .silence = RT_SILENCE_UNMANAGED,
                                  .alter = RT_ALTER_IN_PLACE,
                                  .alter_intro = "SET" },
    [STARROCKS_MV_BODY] = { .name = "definition",
                            .intro = "AS",
                            .kind = &rt_value_body,
                            .hooks = &starrocks_value_query,
                            .role = RT_ROLE_DEFINITION,
                            .kept_since = { 4, 0, 1 } },
};

/* Kept as it is written, since its engine decides what it may hold. */
static const RtAttribute external_table_attributes[] = {
    [STARROCKS_EXTERNAL_DEFINITION] = { .name = "definition",
                                        .kind = &rt_value_body,
                                        .role = RT_ROLE_DEFINITION },
};

static const RtAttribute database_attributes[] = {
    /* Taken for the sake of other servers' clients, and not heeded. */
    [STARROCKS_DATABASE_CHARSET] = { .name = "charset",
                                     .intro = "CHARACTER SET|CHARSET|DEFAULT CHARACTER SET|"
                                              "CHARACTER SET =|CHARSET =",
                                     .kind = &rt_value_word,
                                     .uncompared = true },
    [STARROCKS_DATABASE_COLLATE] = { .name = "collate",
                                     .intro = "COLLATE|COLLATE =",
                                     .kind = &rt_value_word,
                                     .uncompared = true },
    [STARROCKS_DATABASE_PROPERTIES] = { .name = "properties",
                                        .intro = "PROPERTIES",
                                        .kind = &rt_value_properties,
                                        .silence = RT_SILENCE_UNMANAGED,
                                        .alter = RT_ALTER_IN_PLACE,
                                        .alter_intro = "SET" },
};

#define ROWS(rows) .attributes = (rows), .n_attributes = G_N_ELEMENTS(rows)

const RtForm starrocks_form_table = {
    .name = "table",
    .kind = RT_KIND_TABLE,
    .intro = "TABLE",
    ROWS(table_attributes),
};
const RtForm starrocks_form_external_table = {
    .name = "external table",
    .kind = RT_KIND_TABLE,
    .intro = "EXTERNAL TABLE",
    ROWS(external_table_attributes),
    .is_left_alone = true,
};
const RtForm starrocks_form_column = {
    .name = "column",
    .kind = RT_KIND_COLUMN,
    ROWS(column_attributes),
};
const RtForm starrocks_form_index = {
    .name = "index",
    .kind = RT_KIND_INDEX,
    .intro = "INDEX",
    ROWS(index_attributes),
};
const RtForm starrocks_form_view = {
    .name = "view",
    .kind = RT_KIND_VIEW,
    .intro = "VIEW",
    ROWS(view_attributes),
};
const RtForm starrocks_form_materialized_view = {
    .name = "materialized view",
    .kind = RT_KIND_MATERIALIZED_VIEW,
    .intro = "MATERIALIZED VIEW",
    ROWS(mv_attributes),
};
const RtForm starrocks_form_database = {
    .name = "database",
    .kind = RT_KIND_DATABASE,
    .intro = "DATABASE",
    ROWS(database_attributes),
};

const RtForm *const starrocks_forms[] = {
    &starrocks_form_table,    &starrocks_form_external_table,
    &starrocks_form_column,   &starrocks_form_index,
    &starrocks_form_view,     &starrocks_form_materialized_view,
    &starrocks_form_database, NULL,
};

const RtElementRule starrocks_elements[STARROCKS_N_ELEMENTS] = {
    { .intro = "INDEX", .form = &starrocks_form_index },
    { .form = &starrocks_form_column },
};

#define DISPLAY(from, to)                                                                          \
    {                                                                                              \
        from, to, RT_ARGUMENTS_DROPPED                                                             \
    }
#define FILLED(from, to)                                                                           \
    {                                                                                              \
        from, to, RT_ARGUMENTS_FILLED                                                              \
    }

/* What the server takes for one type, by the names that it prints in SHOW CREATE TABLE and in
   information_schema. Widths of integers are for display only. */
static const RtTypeAlias type_aliases[] = {
    { "TINYINT(1)", "BOOLEAN", RT_ARGUMENTS_KEPT },
    { "BOOL", "BOOLEAN", RT_ARGUMENTS_KEPT },
    DISPLAY("TINYINT", "TINYINT"),
    DISPLAY("SMALLINT", "SMALLINT"),
    DISPLAY("INT", "INT"),
    DISPLAY("INTEGER", "INT"),
    DISPLAY("BIGINT", "BIGINT"),
    DISPLAY("LARGEINT", "LARGEINT"),
    DISPLAY("FLOAT", "FLOAT"),
    DISPLAY("DOUBLE", "DOUBLE"),
    DISPLAY("DATETIME", "DATETIME"),
    { "STRING", "VARCHAR(65533)", RT_ARGUMENTS_DROPPED },
    { "TEXT", "VARCHAR(65533)", RT_ARGUMENTS_DROPPED },
    FILLED("VARCHAR", "VARCHAR(1)"),
    FILLED("CHAR", "CHAR(1)"),
    FILLED("VARBINARY", "VARBINARY(1048576)"),
    FILLED("BINARY", "VARBINARY(1048576)"),
    FILLED("DECIMAL", "DECIMAL(10, 0)"),
    FILLED("DECIMALV2", "DECIMAL(10, 0)"),
    FILLED("NUMERIC", "DECIMAL(10, 0)"),
    FILLED("NUMBER", "DECIMAL(10, 0)"),
    FILLED("DECIMAL32", "DECIMAL(10, 0)"),
    FILLED("DECIMAL64", "DECIMAL(10, 0)"),
    FILLED("DECIMAL128", "DECIMAL(10, 0)"),
    FILLED("DECIMAL256", "DECIMAL(10, 0)"),
    { NULL, NULL, RT_ARGUMENTS_KEPT },
};

/* Next to a number they are cast to one, and those that are none to NULL. */
static const char *const text_types[] = { "CHAR", "VARCHAR", NULL };

const RtRules starrocks_rules = {
    .fold = {
        /* Databases, tables and views are told apart by case. */
        [RT_KIND_COLUMN] = RT_FOLD_ASCII,
        [RT_KIND_INDEX] = RT_FOLD_ASCII,
        [RT_KIND_PARTITION] = RT_FOLD_ASCII,
        [RT_KIND_ROLLUP] = RT_FOLD_ASCII,
    },
    .space = {
        [RT_KIND_TABLE] = 1,
        [RT_KIND_VIEW] = 1,
        [RT_KIND_MATERIALIZED_VIEW] = 1,
        [RT_KIND_DATABASE] = 2,
    },
    .types = {
        .open = '<',
        .close = '>',
        .note = "COMMENT",
        .aliases = type_aliases,
        .texts = text_types,
    },
    .adjust = starrocks_adjust,
};
