/* The toy dialect's tables: lexical rules, forms with their attributes, statements. */
#include "dialect/parse.h"
#include "toy/toy-internal.h"

static const char *const reserved[] = {
    "ADD",     "ALTER",      "AS",      "CHECK", "COLUMN", "COMMENT", "CONSTRAINT", "CREATE",
    "DEFAULT", "DROP",       "FOREIGN", "FROM",  "INDEX",  "NOT",     "NULL",       "ON",
    "PRIMARY", "REFERENCES", "SELECT",  "TABLE", "TO",     "UNIQUE",  "VIEW",       "WHERE",
};

const RtLexicon rt_toy_lexicon = {
    .bytes = { RT_BYTES_COMMON, ['`'] = RT_BYTE_QUOTE, ['"'] = RT_BYTE_QUOTE,
               ['\''] = RT_BYTE_QUOTE, ['#'] = RT_BYTE_HASH },
    .quotes = { { '`', '`', RT_QUOTE_NAME, .doubled = true },
                { '"', '"', RT_QUOTE_STRING, .doubled = true, .backslash = true },
                { '\'', '\'', RT_QUOTE_STRING, .doubled = true, .backslash = true } },
    .operators = { "<=", ">=", "<>", "!=", "||", NULL },
    .compounds = { { "CREATE TRIGGER", "BEGIN", "END" } },
    .reserved = reserved,
    .n_reserved = G_N_ELEMENTS(reserved),
    .name_quote = '`',
};

static const RtTypeAlias type_aliases[] = {
    { "INTEGER", "INT" },
    { "TEXT", "STRING" },
    { "BOOL", "BOOLEAN" },
    { NULL, NULL },
};

const RtRules rt_toy_rules = {
    .space = { [RT_KIND_TABLE] = 1, [RT_KIND_VIEW] = 1, [RT_KIND_TRIGGER] = 2 },
    .column_order_counts = true,
    .types = { .open = '<', .close = '>', .aliases = type_aliases },
};

/* ---- forms ------------------------------------------------------------------------------------
 */

#define FORM(form_name, form_kind, words, rows)                                                    \
    {                                                                                              \
        .name = form_name, .kind = form_kind, .intro = words, .attributes = rows,                  \
        .n_attributes = G_N_ELEMENTS(rows)                                                         \
    }

/* The engine can never be changed; the tier is what the target has unless it is declared. */
static const RtAttribute table_rows[] = {
    { .name = "engine", .intro = "ENGINE =|ENGINE", .kind = &rt_value_word, .fallback = "FAST" },
    { .name = "comment",
      .intro = "COMMENT",
      .kind = &rt_value_string,
      .fallback = "''",
      .role = RT_ROLE_COMMENT,
      .alter = RT_ALTER_IN_PLACE,
      .alter_intro = "COMMENT =",
      .clear = "DROP COMMENT" },
    { .name = "buckets",
      .intro = "BUCKETS",
      .kind = &rt_value_number,
      .fallback = "4",
      .alter = RT_ALTER_NEW_PARTITIONS,
      .alter_intro = "BUCKETS =" },
    { .name = "tier",
      .intro = "TIER",
      .kind = &rt_value_word,
      .silence = RT_SILENCE_UNMANAGED,
      .alter = RT_ALTER_IN_PLACE,
      .alter_intro = "TIER =" },
    { .name = "ttl",
      .intro = "TTL",
      .kind = &rt_value_literal,
      .alter = RT_ALTER_IN_PLACE,
      .alter_intro = "TTL =",
      .clear = "DROP TTL" },
    { .name = "properties",
      .intro = "PROPERTIES",
      .kind = &rt_value_properties,
      .alter = RT_ALTER_IN_PLACE,
      .alter_intro = "SET",
      .clear = "RESET" },
};

static const RtAttribute column_rows[] = {
    { .name = "type", .kind = &rt_value_type, .role = RT_ROLE_TYPE, .alter = RT_ALTER_IN_PLACE },
    { .name = "not_null",
      .intro = "NOT NULL",
      .kind = &rt_value_flag,
      .role = RT_ROLE_NOT_NULL,
      .alter = RT_ALTER_IN_PLACE },
    { .name = "nullable", .intro = "NULL", .kind = &rt_value_flag, .uncompared = true },
    { .name = "default",
      .intro = "DEFAULT",
      .kind = &rt_value_literal,
      .role = RT_ROLE_DEFAULT,
      .alter = RT_ALTER_IN_PLACE },
    { .name = "generated",
      .intro = "GENERATED ALWAYS AS|AS",
      .kind = &rt_value_parenthesized,
      .role = RT_ROLE_GENERATED },
    { .name = "comment",
      .intro = "COMMENT",
      .kind = &rt_value_string,
      .fallback = "''",
      .role = RT_ROLE_COMMENT,
      .alter = RT_ALTER_IN_PLACE },
};

static const RtAttribute key_rows[] = {
    { .name = "columns", .kind = &rt_value_names, .role = RT_ROLE_PARTS },
};

static const RtAttribute check_rows[] = {
    { .name = "condition", .kind = &rt_value_parenthesized },
};

static const char *const action_ends[] = { "ON DELETE", "ON UPDATE", NULL };

static const RtAttribute foreign_key_rows[] = {
    { .name = "columns", .kind = &rt_value_names, .role = RT_ROLE_PARTS },
    { .name = "table", .intro = "REFERENCES", .kind = &rt_value_table, .role = RT_ROLE_REFERENCES },
    { .name = "referenced", .kind = &rt_value_names, .role = RT_ROLE_REFERENCED },
    { .name = "on_delete",
      .intro = "ON DELETE",
      .kind = &rt_value_word,
      .fallback = "RESTRICT",
      .ends = action_ends },
};

static const RtAttribute index_rows[] = {
    { .name = "columns", .kind = &rt_value_parts, .role = RT_ROLE_PARTS },
    { .name = "method", .intro = "USING", .kind = &rt_value_word, .fallback = "TREE" },
    { .name = "comment",
      .intro = "COMMENT",
      .kind = &rt_value_string,
      .fallback = "''",
      .role = RT_ROLE_COMMENT },
};

static const RtAttribute view_rows[] = {
    { .name = "columns", .kind = &rt_value_names, .alter = RT_ALTER_RECREATE },
    { .name = "comment",
      .intro = "COMMENT",
      .kind = &rt_value_string,
      .fallback = "''",
      .role = RT_ROLE_COMMENT,
      .alter = RT_ALTER_IN_PLACE,
      .alter_intro = "COMMENT =",
      .clear = "DROP COMMENT" },
    { .name = "definition",
      .intro = "AS",
      .kind = &rt_value_body,
      .role = RT_ROLE_DEFINITION,
      .alter = RT_ALTER_IN_PLACE },
};

static const char *const event_ends[] = { "ON", NULL };

static const RtAttribute trigger_rows[] = {
    { .name = "event", .kind = &rt_value_words, .alter = RT_ALTER_RECREATE, .ends = event_ends },
    { .name = "definition",
      .kind = &rt_value_body,
      .role = RT_ROLE_DEFINITION,
      .alter = RT_ALTER_RECREATE },
};

const RtForm rt_toy_table = FORM("table", RT_KIND_TABLE, "TABLE", table_rows);
const RtForm rt_toy_column = FORM("column", RT_KIND_COLUMN, NULL, column_rows);
const RtForm rt_toy_primary_key = FORM("primary key", RT_KIND_KEY, "PRIMARY KEY", key_rows);
const RtForm rt_toy_unique = FORM("unique", RT_KIND_CONSTRAINT, "UNIQUE", key_rows);
const RtForm rt_toy_check_form = FORM("check", RT_KIND_CONSTRAINT, "CHECK", check_rows);
const RtForm rt_toy_foreign_key =
    FORM("foreign key", RT_KIND_CONSTRAINT, "FOREIGN KEY", foreign_key_rows);
const RtForm rt_toy_index = FORM("index", RT_KIND_INDEX, "INDEX", index_rows);
const RtForm rt_toy_view = FORM("view", RT_KIND_VIEW, "VIEW", view_rows);
const RtForm rt_toy_trigger = FORM("trigger", RT_KIND_TRIGGER, "TRIGGER", trigger_rows);

const RtForm *const rt_toy_forms[] = {
    &rt_toy_table,       &rt_toy_column, &rt_toy_primary_key, &rt_toy_unique,  &rt_toy_check_form,
    &rt_toy_foreign_key, &rt_toy_index,  &rt_toy_view,        &rt_toy_trigger, NULL,
};

const RtElementRule rt_toy_elements[] = {
    { .form = &rt_toy_column },
    { .intro = "PRIMARY KEY", .form = &rt_toy_primary_key, .column_intro = "PRIMARY KEY" },
    { .intro = "UNIQUE", .form = &rt_toy_unique, .column_intro = "UNIQUE" },
    { .intro = "CHECK", .form = &rt_toy_check_form, .column_intro = "CHECK" },
    { .intro = "FOREIGN KEY", .form = &rt_toy_foreign_key, .column_intro = "REFERENCES" },
    { .intro = "INDEX", .form = &rt_toy_index },
};
G_STATIC_ASSERT(G_N_ELEMENTS(rt_toy_elements) == RT_TOY_N_ELEMENTS);

/* ---- statements -------------------------------------------------------------------------------
 */

static const RtStatementRule table_clauses[] = {
    { .intro = "ADD COLUMN", .parse = rt_parse_add_column, .variant = RT_COLUMN_MAY_MOVE },
    { .intro = "MODIFY COLUMN", .parse = rt_parse_modify_column, .variant = RT_COLUMN_MAY_MOVE },
    { .intro = "DROP COLUMN", .parse = rt_parse_drop_column },
    { .intro = "RENAME COLUMN", .parse = rt_parse_rename_column },
    { .intro = "RENAME TO", .parse = rt_parse_rename },
    { .intro = "ADD", .parse = rt_parse_add_element },
    { .intro = "DROP PRIMARY KEY", .parse = rt_parse_drop_child, .form = &rt_toy_primary_key },
    { .intro = "DROP CONSTRAINT", .parse = rt_parse_drop_child, .kind = RT_KIND_CONSTRAINT },
    { .intro = "DROP INDEX", .parse = rt_parse_drop_child, .kind = RT_KIND_INDEX },
    { .intro = NULL },
};

const RtStatementRule rt_toy_statements[] = {
    { .intro = "CREATE TABLE", .parse = rt_parse_create_table, .form = &rt_toy_table },
    { .intro = "CREATE TEMPORARY TABLE",
      .parse = rt_parse_create_table,
      .form = &rt_toy_table,
      .flags = RT_OP_TEMPORARY },
    { .intro = "CREATE VIEW", .parse = rt_parse_create_object, .form = &rt_toy_view },
    { .intro = "CREATE TRIGGER", .parse = rt_parse_create_child, .form = &rt_toy_trigger },
    { .intro = "ALTER TABLE",
      .parse = rt_parse_alter,
      .form = &rt_toy_table,
      .clauses = table_clauses },
    { .intro = "ALTER VIEW", .parse = rt_parse_alter, .form = &rt_toy_view },
    { .intro = "DROP TABLE", .parse = rt_parse_drop, .kind = RT_KIND_TABLE },
    { .intro = "DROP VIEW", .parse = rt_parse_drop, .kind = RT_KIND_VIEW },
    { .intro = "DROP TRIGGER", .parse = rt_parse_drop, .kind = RT_KIND_TRIGGER },
    { .intro = NULL },
};

const RtStatementRule rt_toy_others[] = {
    { .intro = "INSERT", .flags = RT_OP_DATA },
    { .intro = "UPDATE", .flags = RT_OP_DATA },
    { .intro = "DELETE", .flags = RT_OP_DATA },
    { .intro = "REPLACE", .flags = RT_OP_DATA },
    { .intro = "SELECT", .flags = RT_OP_DATA },
    { .intro = "SHOW", .flags = RT_OP_DATA },
    { .intro = "SET", .flags = RT_OP_SESSION },
    { .intro = "USE", .flags = RT_OP_SESSION },
    { .intro = NULL },
};
