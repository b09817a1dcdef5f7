/* Rules of a small dialect for the tests of src/catalog and src/op. */
#pragma once

#include "../sql/test-lexicon.h"
#include "catalog/rules.h"

#include <glib.h>

static const char *const test_type_ends[] = { "NOT", "NULL",    "DEFAULT", "PRIMARY", "CHECK",
                                              "AS",  "COMMENT", "COLLATE", NULL };

static const RtTypeAlias test_aliases[] = {
    { "INT", "INTEGER" },
    { "BOOL", "TINYINT(1)" },
    { "DEC", "DECIMAL" },
    { "BIGINT", "BIGINT", RT_ARGUMENTS_DROPPED },
    { "CLOB", "TEXT(100)", RT_ARGUMENTS_DROPPED },
    { "MONEY", "NUMERIC(10, 2)", RT_ARGUMENTS_FILLED },
    { NULL, NULL },
};

static const RtRules test_rules = {
    .fold = { [RT_KIND_TABLE] = RT_FOLD_ASCII,
              [RT_KIND_COLUMN] = RT_FOLD_ASCII,
              [RT_KIND_INDEX] = RT_FOLD_ASCII,
              [RT_KIND_CONSTRAINT] = RT_FOLD_ASCII,
              [RT_KIND_VIEW] = RT_FOLD_ASCII,
              [RT_KIND_TRIGGER] = RT_FOLD_ASCII },
    .space = { [RT_KIND_TABLE] = 1,
               [RT_KIND_VIEW] = 1,
               [RT_KIND_INDEX] = 1,
               [RT_KIND_TRIGGER] = 2 },
    .column_order_counts = true,
    .rename_reaches_bodies = true,
    .types = { .many_words = true,
               .ends = test_type_ends,
               .may_be_missing = true,
               .may_be_quoted = true,
               .aliases = test_aliases },
};

/* Nested types, exact names, no words beyond one. */
static const RtRules test_nested_rules = {
    .types = { .open = '<', .close = '>', .note = "COMMENT", .aliases = test_aliases },
};

enum {
    TEST_COLUMN_TYPE,
    TEST_COLUMN_NOT_NULL,
    TEST_COLUMN_DEFAULT,
    TEST_COLUMN_GENERATED,
    TEST_COLUMN_COMMENT
};

static const RtAttribute test_column_attributes[] = {
    { .name = "type", .kind = &rt_value_type, .role = RT_ROLE_TYPE },
    { .name = "not_null", .intro = "NOT NULL", .kind = &rt_value_flag, .role = RT_ROLE_NOT_NULL },
    { .name = "default",
      .intro = "DEFAULT",
      .kind = &rt_value_literal,
      .fallback = "NULL",
      .role = RT_ROLE_DEFAULT },
    { .name = "generated",
      .intro = "AS",
      .kind = &rt_value_parenthesized,
      .role = RT_ROLE_GENERATED },
    { .name = "comment",
      .intro = "COMMENT",
      .kind = &rt_value_string,
      .role = RT_ROLE_COMMENT,
      .silence = RT_SILENCE_UNMANAGED },
};

enum { TEST_TABLE_COMMENT, TEST_TABLE_PROPERTIES };

static const RtAttribute test_table_attributes[] = {
    { .name = "comment", .intro = "COMMENT", .kind = &rt_value_string, .role = RT_ROLE_COMMENT },
    { .name = "properties", .intro = "PROPERTIES", .kind = &rt_value_properties },
};

static const RtAttribute test_key_attributes[] = {
    { .name = "columns", .kind = &rt_value_names, .role = RT_ROLE_PARTS },
};

static const RtAttribute test_check_attributes[] = {
    { .name = "expression", .kind = &rt_value_parenthesized },
};

enum { TEST_FOREIGN_COLUMNS, TEST_FOREIGN_TABLE, TEST_FOREIGN_REFERENCED };

static const RtAttribute test_foreign_attributes[] = {
    { .name = "columns", .kind = &rt_value_names, .role = RT_ROLE_PARTS },
    { .name = "table", .kind = &rt_value_table, .role = RT_ROLE_REFERENCES },
    { .name = "referenced", .kind = &rt_value_names, .role = RT_ROLE_REFERENCED },
};

static const RtAttribute test_index_attributes[] = {
    { .name = "parts", .kind = &rt_value_parts, .role = RT_ROLE_PARTS },
    { .name = "where", .intro = "WHERE", .kind = &rt_value_body },
};

/* A trigger's statements hold semicolons; its text ends with it. */
static inline bool
test_parse_trigger(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
                   RtValue *out_value, GError **error)
{
    (void) attribute, (void) error;
    uint32_t start = cursor->token.span.start;
    while (!rt_cursor_at_end(cursor))
        rt_cursor_next(cursor);
    out_value->length = cursor->last - start;
    out_value->text = rt_arena_copy(rt_model_arena(context->model), cursor->text->data + start,
                                    out_value->length);
    return true;
}

static const RtValueKind test_value_trigger = { .name = "trigger", .parse = test_parse_trigger };

static const RtAttribute test_trigger_attributes[] = {
    { .name = "definition",
      .kind = &rt_value_body,
      .role = RT_ROLE_DEFINITION,
      .hooks = &test_value_trigger },
};

static const RtAttribute test_body_attributes[] = {
    { .name = "definition", .kind = &rt_value_body, .role = RT_ROLE_DEFINITION },
};

#define TEST_FORM(NAME, KIND, ATTRIBUTES)                                                          \
    {                                                                                              \
        .name = NAME, .kind = KIND, .attributes = ATTRIBUTES,                                      \
        .n_attributes = G_N_ELEMENTS(ATTRIBUTES)                                                   \
    }

static const RtForm test_table = TEST_FORM("table", RT_KIND_TABLE, test_table_attributes);
static const RtForm test_column = TEST_FORM("column", RT_KIND_COLUMN, test_column_attributes);
static const RtForm test_unique = TEST_FORM("unique", RT_KIND_KEY, test_key_attributes);
static const RtForm test_check = TEST_FORM("check", RT_KIND_CONSTRAINT, test_check_attributes);
static const RtForm test_foreign =
    TEST_FORM("foreign key", RT_KIND_CONSTRAINT, test_foreign_attributes);
static const RtForm test_index = TEST_FORM("index", RT_KIND_INDEX, test_index_attributes);
static const RtForm test_trigger = TEST_FORM("trigger", RT_KIND_TRIGGER, test_trigger_attributes);
static const RtForm test_view = TEST_FORM("view", RT_KIND_VIEW, test_body_attributes);
