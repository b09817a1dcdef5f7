/* Everything that SQLite lets one write about a schema, as rows; sqlite.org/lang_createtable.html.
 */
#include "dialect/sqlite/sqlite.h"

static const RtAttribute table_attributes[] = {
    [SQLITE_TABLE_WITHOUT_ROWID] = { .name = "without_rowid",
                                     .intro = "WITHOUT ROWID",
                                     .kind = &rt_value_flag,
                                     .alter = RT_ALTER_RECREATE,
                                     .since = { 3, 8, 2 } },
    [SQLITE_TABLE_STRICT] = { .name = "strict",
                              .intro = "STRICT",
                              .kind = &rt_value_flag,
                              .alter = RT_ALTER_RECREATE,
                              .since = { 3, 37, 0 } },
};

static const RtAttribute virtual_table_attributes[] = {
    { .name = "using",
      .intro = "USING",
      .kind = &rt_value_body,
      .role = RT_ROLE_DEFINITION,
      .alter = RT_ALTER_NEVER },
};

static const RtAttribute column_attributes[] = {
    [SQLITE_COLUMN_TYPE] = { .name = "type",
                             .kind = &rt_value_type,
                             .role = RT_ROLE_TYPE,
                             .alter = RT_ALTER_RECREATE },
    [SQLITE_COLUMN_NOT_NULL] = { .name = "not_null",
                                 .intro = "NOT NULL",
                                 .kind = &rt_value_flag,
                                 .role = RT_ROLE_NOT_NULL,
                                 .alter = RT_ALTER_RECREATE },
    [SQLITE_COLUMN_NULL] = { .name = "null",
                             .intro = "NULL",
                             .kind = &rt_value_flag,
                             .uncompared = true },
    /* Follows NOT NULL; that of a key is a row of the key. */
    [SQLITE_COLUMN_CONFLICT] = { .name = "on_conflict",
                                 .intro = "ON CONFLICT",
                                 .kind = &rt_value_word,
                                 .fallback = "ABORT",
                                 .alter = RT_ALTER_RECREATE },
    [SQLITE_COLUMN_DEFAULT] = { .name = "default",
                                .intro = "DEFAULT",
                                .kind = &rt_value_literal,
                                .fallback = "NULL",
                                .role = RT_ROLE_DEFAULT,
                                .alter = RT_ALTER_RECREATE },
    [SQLITE_COLUMN_COLLATE] = { .name = "collate",
                                .intro = "COLLATE",
                                .kind = &rt_value_name,
                                .fallback = "BINARY",
                                .alter = RT_ALTER_RECREATE },
    [SQLITE_COLUMN_GENERATED] = { .name = "generated",
                                  .intro = "GENERATED ALWAYS AS|AS",
                                  .kind = &rt_value_parenthesized,
                                  .role = RT_ROLE_GENERATED,
                                  .alter = RT_ALTER_RECREATE,
                                  .since = { 3, 31, 0 } },
    [SQLITE_COLUMN_STORED] = { .name = "stored",
                               .intro = "STORED",
                               .kind = &rt_value_flag,
                               .alter = RT_ALTER_RECREATE,
                               .since = { 3, 31, 0 } },
    [SQLITE_COLUMN_VIRTUAL] = { .name = "virtual",
                                .intro = "VIRTUAL",
                                .kind = &rt_value_flag,
                                .since = { 3, 31, 0 },
                                .uncompared = true },
};

static const RtAttribute key_attributes[] = {
    [SQLITE_KEY_PARTS] = { .name = "columns",
                           .kind = &rt_value_parts,
                           .role = RT_ROLE_PARTS,
                           .alter = RT_ALTER_RECREATE },
    /* DESC behind a column's own PRIMARY KEY keeps an INTEGER from being the rowid, which it does
       not inside parentheses: sqlite.org/lang_createtable.html#rowid. */
    [SQLITE_KEY_DESCENDING] = { .name = "descending",
                                .intro = "DESC",
                                .kind = &rt_value_flag,
                                .alter = RT_ALTER_RECREATE },
    [SQLITE_KEY_CONFLICT] = { .name = "on_conflict",
                              .intro = "ON CONFLICT",
                              .kind = &rt_value_word,
                              .fallback = "ABORT",
                              .alter = RT_ALTER_RECREATE },
    [SQLITE_KEY_AUTOINCREMENT] = { .name = "autoincrement",
                                   .intro = "AUTOINCREMENT",
                                   .kind = &rt_value_flag,
                                   .alter = RT_ALTER_RECREATE },
};

static const RtAttribute unique_attributes[] = {
    [SQLITE_UNIQUE_PARTS] = { .name = "columns",
                              .kind = &rt_value_parts,
                              .role = RT_ROLE_PARTS,
                              .alter = RT_ALTER_RECREATE },
    [SQLITE_UNIQUE_CONFLICT] = { .name = "on_conflict",
                                 .intro = "ON CONFLICT",
                                 .kind = &rt_value_word,
                                 .fallback = "ABORT",
                                 .alter = RT_ALTER_RECREATE },
};

static const RtAttribute check_attributes[] = {
    [SQLITE_CHECK_EXPRESSION] = { .name = "expression",
                                  .kind = &rt_value_parenthesized,
                                  .role = RT_ROLE_DEFINITION,
                                  .alter = RT_ALTER_RECREATE },
    /* Accepted and without effect: sqlite.org/lang_conflict.html. */
    { .name = "on_conflict",
      .intro = "ON CONFLICT",
      .kind = &rt_value_word,
      .fallback = "ABORT",
      .uncompared = true },
};

static const RtAttribute foreign_key_attributes[] = {
    [SQLITE_FOREIGN_PARTS] = { .name = "columns",
                               .kind = &rt_value_names,
                               .role = RT_ROLE_PARTS,
                               .alter = RT_ALTER_RECREATE },
    [SQLITE_FOREIGN_TABLE] = { .name = "references",
                               .intro = "REFERENCES",
                               .kind = &rt_value_table,
                               .role = RT_ROLE_REFERENCES,
                               .alter = RT_ALTER_RECREATE },
    [SQLITE_FOREIGN_COLUMNS] = { .name = "referenced",
                                 .kind = &rt_value_names,
                                 .role = RT_ROLE_REFERENCED,
                                 .alter = RT_ALTER_RECREATE },
    { .name = "on_delete",
      .intro = "ON DELETE",
      .kind = &rt_sqlite_value_action,
      .fallback = "NO ACTION",
      .alter = RT_ALTER_RECREATE },
    { .name = "on_update",
      .intro = "ON UPDATE",
      .kind = &rt_sqlite_value_action,
      .fallback = "NO ACTION",
      .alter = RT_ALTER_RECREATE },
    /* Read and ignored by SQLite, as is ON INSERT. */
    { .name = "match", .intro = "MATCH", .kind = &rt_value_word, .uncompared = true },
    { .name = "on_insert",
      .intro = "ON INSERT",
      .kind = &rt_sqlite_value_action,
      .uncompared = true },
    { .name = "not_deferrable",
      .intro = "NOT DEFERRABLE",
      .kind = &rt_value_flag,
      .uncompared = true },
    { .name = "deferrable",
      .intro = "DEFERRABLE",
      .kind = &rt_value_flag,
      .alter = RT_ALTER_RECREATE },
    { .name = "initially",
      .intro = "INITIALLY",
      .kind = &rt_value_word,
      .fallback = "IMMEDIATE",
      .alter = RT_ALTER_RECREATE },
};

static const RtAttribute index_attributes[] = {
    /* Said by the statement's own words. */
    [SQLITE_INDEX_UNIQUE] = { .name = "unique",
                              .kind = &rt_value_flag,
                              .role = RT_ROLE_UNIQUE,
                              .alter = RT_ALTER_RECREATE },
    [SQLITE_INDEX_PARTS] = { .name = "columns",
                             .kind = &rt_value_parts,
                             .role = RT_ROLE_PARTS,
                             .alter = RT_ALTER_RECREATE },
    [SQLITE_INDEX_WHERE] = { .name = "where",
                             .intro = "WHERE",
                             .kind = &rt_value_body,
                             .alter = RT_ALTER_RECREATE,
                             .since = { 3, 8, 0 } },
};

static const RtAttribute view_attributes[] = {
    [SQLITE_VIEW_COLUMNS] = { .name = "columns",
                              .kind = &rt_value_names,
                              .alter = RT_ALTER_RECREATE },
    [SQLITE_VIEW_BODY] = { .name = "definition",
                           .intro = "AS",
                           .kind = &rt_value_body,
                           .role = RT_ROLE_DEFINITION,
                           .alter = RT_ALTER_RECREATE },
};

static const char *const event_ends[] = { "ON", NULL };

static const RtAttribute trigger_attributes[] = {
    [SQLITE_TRIGGER_EVENT] = { .name = "event",
                               .kind = &rt_value_words,
                               .ends = event_ends,
                               .hooks = &rt_sqlite_value_event,
                               .alter = RT_ALTER_RECREATE },
    [SQLITE_TRIGGER_BODY] = { .name = "body",
                              .kind = &rt_value_body,
                              .hooks = &rt_sqlite_value_trigger_body,
                              .role = RT_ROLE_DEFINITION,
                              .alter = RT_ALTER_RECREATE },
};

#define ROWS(rows) .attributes = (rows), .n_attributes = G_N_ELEMENTS(rows)

const RtForm rt_sqlite_form_table = {
    .name = "table",
    .kind = RT_KIND_TABLE,
    .intro = "TABLE",
    ROWS(table_attributes),
};
const RtForm rt_sqlite_form_virtual_table = {
    .name = "virtual table",
    .kind = RT_KIND_TABLE,
    .intro = "VIRTUAL TABLE",
    ROWS(virtual_table_attributes),
    .is_left_alone = true,
};
const RtForm rt_sqlite_form_column = {
    .name = "column",
    .kind = RT_KIND_COLUMN,
    ROWS(column_attributes),
};
const RtForm rt_sqlite_form_primary_key = {
    .name = "primary key",
    .kind = RT_KIND_KEY,
    .intro = "PRIMARY KEY",
    ROWS(key_attributes),
};
const RtForm rt_sqlite_form_unique = {
    .name = "unique",
    .kind = RT_KIND_CONSTRAINT,
    .intro = "UNIQUE",
    ROWS(unique_attributes),
};
const RtForm rt_sqlite_form_check = {
    .name = "check",
    .kind = RT_KIND_CONSTRAINT,
    .intro = "CHECK",
    ROWS(check_attributes),
};
const RtForm rt_sqlite_form_foreign_key = {
    .name = "foreign key",
    .kind = RT_KIND_CONSTRAINT,
    .intro = "FOREIGN KEY",
    ROWS(foreign_key_attributes),
};
const RtForm rt_sqlite_form_index = {
    .name = "index",
    .kind = RT_KIND_INDEX,
    .intro = "INDEX",
    ROWS(index_attributes),
};
const RtForm rt_sqlite_form_view = {
    .name = "view",
    .kind = RT_KIND_VIEW,
    .intro = "VIEW",
    ROWS(view_attributes),
};
const RtForm rt_sqlite_form_trigger = {
    .name = "trigger",
    .kind = RT_KIND_TRIGGER,
    .intro = "TRIGGER",
    ROWS(trigger_attributes),
};

const RtForm *const rt_sqlite_forms[] = {
    &rt_sqlite_form_table,
    &rt_sqlite_form_virtual_table,
    &rt_sqlite_form_column,
    &rt_sqlite_form_primary_key,
    &rt_sqlite_form_unique,
    &rt_sqlite_form_check,
    &rt_sqlite_form_foreign_key,
    &rt_sqlite_form_index,
    &rt_sqlite_form_view,
    &rt_sqlite_form_trigger,
    NULL,
};

const RtElementRule rt_sqlite_elements[SQLITE_N_ELEMENTS] = {
    { .intro = "PRIMARY KEY", .column_intro = "PRIMARY KEY", .form = &rt_sqlite_form_primary_key },
    { .intro = "UNIQUE", .column_intro = "UNIQUE", .form = &rt_sqlite_form_unique },
    { .intro = "CHECK", .column_intro = "CHECK", .form = &rt_sqlite_form_check },
    { .intro = "FOREIGN KEY", .column_intro = "REFERENCES", .form = &rt_sqlite_form_foreign_key },
    { .form = &rt_sqlite_form_column },
};

/* A type is whatever words stand there up to the first that begins a column's constraint. */
static const char *const type_ends[] = {
    "AS",  "CHECK", "COLLATE", "CONSTRAINT", "DEFAULT", "GENERATED",
    "NOT", "NULL",  "PRIMARY", "REFERENCES", "UNIQUE",  NULL,
};

static const RtTypeAlias type_aliases[] = { { NULL, NULL } };

const RtRules rt_sqlite_rules = {
    .fold = {
        [0 ... RT_N_KINDS - 1] = RT_FOLD_ASCII,
    },
    .space = {
        [RT_KIND_TABLE] = 1,
        [RT_KIND_VIEW] = 1,
        [RT_KIND_INDEX] = 1,
        [RT_KIND_TRIGGER] = 2,
    },
    .rename_reaches_bodies = true,
    .types = {
        .many_words = true,
        .ends = type_ends,
        .may_be_missing = true,
        .may_be_quoted = true,
        .aliases = type_aliases,
    },
};

static const RtStatementRule alter_table_clauses[] = {
    { .intro = "RENAME TO", .parse = rt_parse_rename, .kind = RT_KIND_TABLE },
    { .intro = "RENAME COLUMN", .parse = rt_parse_rename_column },
    { .intro = "RENAME", .parse = rt_parse_rename_column },
    { .intro = "ADD COLUMN", .parse = rt_parse_add_column },
    { .intro = "ADD", .parse = rt_parse_add_column },
    { .intro = "DROP COLUMN", .parse = rt_parse_drop_column },
    { .intro = "DROP", .parse = rt_parse_drop_column },
    { NULL },
};

#define CREATE_TABLE(words, temporary)                                                             \
    {                                                                                              \
        .intro = words, .parse = rt_sqlite_parse_table, .form = &rt_sqlite_form_table,             \
        .flags = (temporary)                                                                       \
    }
#define CREATE_VIEW(words, temporary)                                                              \
    {                                                                                              \
        .intro = words, .parse = rt_sqlite_parse_object, .form = &rt_sqlite_form_view,             \
        .flags = (temporary)                                                                       \
    }
#define CREATE_TRIGGER(words, temporary)                                                           \
    {                                                                                              \
        .intro = words, .parse = rt_sqlite_parse_child, .form = &rt_sqlite_form_trigger,           \
        .flags = (temporary)                                                                       \
    }

const RtStatementRule rt_sqlite_statements[] = {
    CREATE_TABLE("CREATE TABLE", 0),
    CREATE_TABLE("CREATE TEMP TABLE", RT_OP_TEMPORARY),
    CREATE_TABLE("CREATE TEMPORARY TABLE", RT_OP_TEMPORARY),
    { .intro = "CREATE VIRTUAL TABLE",
      .parse = rt_sqlite_parse_object,
      .form = &rt_sqlite_form_virtual_table,
      .flags = RT_OP_LEFT_ALONE },
    CREATE_VIEW("CREATE VIEW", 0),
    CREATE_VIEW("CREATE TEMP VIEW", RT_OP_TEMPORARY),
    CREATE_VIEW("CREATE TEMPORARY VIEW", RT_OP_TEMPORARY),
    { .intro = "CREATE INDEX", .parse = rt_sqlite_parse_child, .form = &rt_sqlite_form_index },
    { .intro = "CREATE UNIQUE INDEX",
      .parse = rt_sqlite_parse_child,
      .form = &rt_sqlite_form_index },
    CREATE_TRIGGER("CREATE TRIGGER", 0),
    CREATE_TRIGGER("CREATE TEMP TRIGGER", RT_OP_TEMPORARY),
    CREATE_TRIGGER("CREATE TEMPORARY TRIGGER", RT_OP_TEMPORARY),
    { .intro = "DROP TABLE", .parse = rt_sqlite_parse_drop, .kind = RT_KIND_TABLE },
    { .intro = "DROP VIEW", .parse = rt_sqlite_parse_drop, .kind = RT_KIND_VIEW },
    { .intro = "DROP INDEX", .parse = rt_sqlite_parse_drop, .kind = RT_KIND_INDEX },
    { .intro = "DROP TRIGGER", .parse = rt_sqlite_parse_drop, .kind = RT_KIND_TRIGGER },
    { .intro = "ALTER TABLE",
      .parse = rt_sqlite_parse_alter,
      .kind = RT_KIND_TABLE,
      .clauses = alter_table_clauses },
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

#define TRANSACTION(word)                                                                          \
    {                                                                                              \
        .intro = word, .flags = RT_OP_SESSION | RT_OP_TRANSACTION                                  \
    }

/* Savepoints are inside a transaction, and going back to one leaves it open. */
const RtStatementRule rt_sqlite_others[] = {
    SESSION("ANALYZE"),
    SESSION("ATTACH"),
    TRANSACTION("BEGIN"),
    TRANSACTION("COMMIT"),
    SESSION("DETACH"),
    TRANSACTION("END"),
    SESSION("EXPLAIN"),
    SESSION("PRAGMA"),
    SESSION("REINDEX"),
    SESSION("RELEASE"),
    SESSION("ROLLBACK TO"),
    SESSION("ROLLBACK TRANSACTION TO"),
    TRANSACTION("ROLLBACK"),
    SESSION("SAVEPOINT"),
    SESSION("VACUUM"),
    DATA("DELETE"),
    DATA("INSERT"),
    DATA("REPLACE"),
    DATA("SELECT"),
    DATA("UPDATE"),
    DATA("VALUES"),
    DATA("WITH"),
    { NULL },
};
