/* Every kind of value: parsed, printed, parsed again; what is equal and what is not. */
#include "catalog/value.h"

#include "test-rules.h"

typedef struct Case {
    const RtValueKind *kind;
    const char *text, *printed; /* printed NULL: as the text */
} Case;

static const Case cases[] = {
    { &rt_value_word, "NoCase", NULL },
    { &rt_value_words, "SET   NULL", "SET NULL" },
    { &rt_value_number, "- 12", "-12" },
    { &rt_value_number, "-9223372036854775808", NULL },
    { &rt_value_string, "'it''s'", NULL },
    { &rt_value_string, "''", NULL },
    { &rt_value_name, "[a b]", "\"a b\"" },
    { &rt_value_table, "\"main\".t", "t" },
    { &rt_value_table, "other . \"T\"", "other.T" },
    { &rt_value_names, "( a,`order` )", "(a, \"order\")" },
    { &rt_value_parts, "(a)", NULL },
    { &rt_value_parts, "(a DESC, lower( b )  COLLATE nocase, a+b asc, \"x y\" NULLS FIRST)",
      "(a DESC, lower( b ) COLLATE nocase, a+b asc, \"x y\" NULLS FIRST)" },
    { &rt_value_parts, "(NOT a, a ISNULL, a text_ops DESC)", NULL },
    { &rt_value_type, "double  precision", "double precision" },
    { &rt_value_type, "VARCHAR( 50 )", NULL },
    { &rt_value_literal, "- 1.5", NULL },
    { &rt_value_literal, "x'00'", NULL },
    { &rt_value_literal, "CURRENT_TIMESTAMP", NULL },
    { &rt_value_literal, "pkg.now( )", NULL },
    { &rt_value_literal, "DATE '2026-01-01'", NULL },
    { &rt_value_literal, "(1 +/* two */2  -- three\n\t+ 3)", "(1 + 2 + 3)" },
    { &rt_value_literal, "(a  ||  '  ')", "(a || '  ')" },
    { &rt_value_parenthesized, "( a > 0 )", "(a > 0)" },
    { &rt_value_body, "SELECT a -- kept\n  FROM t", NULL },
    { &rt_value_properties, "(\"k\" = \"v\", 'n' = 1)", "('k' = 'v', 'n' = '1')" },
};

static bool
parse(const RtValueContext *context, const RtValueKind *kind, const char *text, RtValue *out_value,
      GError **error)
{
    RtAttribute attribute = { .name = "test", .kind = kind };
    return rt_value_from_text(context, &attribute, text, out_value, error);
}

static char *
print(const RtValueContext *context, const RtValueKind *kind, const RtValue *value)
{
    RtAttribute attribute = { .name = "test", .kind = kind };
    GString *out = g_string_new(NULL);
    rt_value_print(out, context, &attribute, value);
    return g_string_free(out, FALSE);
}

static void
test_round_trip(void)
{
    g_autoptr(RtModel) model = rt_model_new("main");
    RtValueContext context = { model, &test_rules, &test_lexicon };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *at = &cases[i];
        RtAttribute attribute = { .name = "test", .kind = at->kind };
        RtValue value = { .row = 3 }, again = { 0 };
        g_autoptr(GError) error = NULL;
        parse(&context, at->kind, at->text, &value, &error);
        g_assert_no_error(error);
        g_autofree char *printed = print(&context, at->kind, &value);
        g_assert_cmpstr(printed, ==, at->printed ? at->printed : at->text);
        g_assert_cmpuint(value.row, ==, 3);
        g_assert_cmpuint(value.origin, ==, RT_ORIGIN_STATED);
        parse(&context, at->kind, printed, &again, &error);
        g_assert_no_error(error);
        g_assert_true(rt_value_equal(&context, &attribute, &value, &again));
        g_autofree char *printed_again = print(&context, at->kind, &again);
        g_assert_cmpstr(printed_again, ==, printed);
    }
}

static void
test_equality(void)
{
    static const struct {
        const RtValueKind *kind;
        const char *a, *b;
        bool equal;
    } pairs[] = {
        { &rt_value_word, "nocase", "NOCASE", true },
        { &rt_value_words, "set null", "SET NULL", true },
        { &rt_value_literal, "1", "((1))", true },
        { &rt_value_literal, "(1) ", "( 1 )", true },
        { &rt_value_literal, "(1) ", "(2)", false },
        { &rt_value_literal, "((1)+(2))", "(1+2)", false },
        { &rt_value_literal, "null", "NULL", true },
        { &rt_value_literal, "'a'", "'A'", false },
        { &rt_value_literal, "now()", "(NOW( ))", true },
        { &rt_value_parenthesized, "(A > 0)", "(a/**/>0)", true },
        { &rt_value_parts, "(a)", "(A ASC)", true },
        { &rt_value_parts, "(a)", "(a DESC)", false },
        { &rt_value_parts, "(a COLLATE x)", "(a collate X asc)", true },
        { &rt_value_parts, "(a, b)", "(b, a)", false },
        { &rt_value_type, "INT", "integer", true },
        { &rt_value_type, "bool", "TINYINT( 1 )", true },
        { &rt_value_type, "DEC(10,2)", "decimal (10, 2)", true },
        { &rt_value_type, "DEC(10,2)", "decimal (10, 3)", false },
        { &rt_value_type, "\"varchar\"(3)", "VARCHAR(3)", true },
        { &rt_value_table, "main.T", "t", true },
        { &rt_value_table, "x.t", "t", false },
        { &rt_value_properties, "('a' = 1, 'b' = 2)", "('b' = '2', 'a' = '1')", true },
        { &rt_value_properties, "('a' = 1, 'b' = 2)", "('b' = '2')", false },
        { &rt_value_body, "SELECT 1 -- x", "select 1", true },
    };
    g_autoptr(RtModel) model = rt_model_new("main");
    RtValueContext context = { model, &test_rules, &test_lexicon };
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        RtAttribute attribute = { .name = "test", .kind = pairs[i].kind };
        RtValue a = { 0 }, b = { 0 };
        g_assert_true(parse(&context, pairs[i].kind, pairs[i].a, &a, NULL));
        g_assert_true(parse(&context, pairs[i].kind, pairs[i].b, &b, NULL));
        g_test_message("%s | %s", pairs[i].a, pairs[i].b);
        g_assert_true(rt_value_equal(&context, &attribute, &a, &b) == pairs[i].equal);
        g_assert_true(rt_value_equal(&context, &attribute, &b, &a) == pairs[i].equal);
    }
}

static void
test_types(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    RtValueContext context = { model, &test_nested_rules, &test_backslash_lexicon };
    RtValue value = { 0 };
    g_autoptr(GError) error = NULL;
    parse(&context, &rt_value_type, "struct<a array<int>, b: Map<int,dec(4 , 1)>>", &value, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(value.type->text, ==,
                    "STRUCT<a ARRAY<INTEGER>, b MAP<INTEGER, DECIMAL(4, 1)>>");
    g_assert_cmpstr(value.type->written, ==, "struct<a array<int>, b: Map<int,dec(4 , 1)>>");
    g_assert_cmpstr(value.type->name, ==, "STRUCT");
    g_assert_cmpuint(value.type->n_elements, ==, 2);
    g_assert_cmpstr(value.type->elements[1].name, ==, "b");
    const RtType *decimal = value.type->elements[1].type->elements[1].type;
    g_assert_cmpint(decimal->arguments[1], ==, 1);

    RtValue other = { 0 };
    g_assert_false(parse(&context, &rt_value_type, "`int`", &other, NULL));
    g_assert_true(parse(&context, &rt_value_type, "DECIMAL(4,1)", &other, &error));
    g_assert_true(rt_type_equal(other.type, decimal));
    g_assert_true(parse(&context, &rt_value_type, "ENUM('b',  'a')", &other, &error));
    g_assert_cmpstr(other.type->text, ==, "ENUM('b', 'a')");
}

/* Widths for display, arguments that may be left out, notes of fields. */
static void
test_type_arguments(void)
{
    static const struct {
        const char *written, *text;
    } types[] = {
        { "bigint(20)", "BIGINT" },
        { "clob(5)", "TEXT(100)" },
        { "money", "NUMERIC(10, 2)" },
        { "money(5)", "NUMERIC(5, 2)" },
        { "money(5, 1)", "NUMERIC(5, 1)" },
        { "struct<a bigint(20) comment 'n', b money>", "STRUCT<a BIGINT, b NUMERIC(10, 2)>" },
    };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    RtValueContext context = { model, &test_nested_rules, &test_backslash_lexicon };
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        RtValue value = { 0 };
        g_autoptr(GError) error = NULL;
        parse(&context, &rt_value_type, types[i].written, &value, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(value.type->text, ==, types[i].text);
    }
}

static void
test_missing_type(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    RtValueContext context = { model, &test_rules, &test_lexicon };
    RtText *text = rt_text_new(rt_model_arena(model), "test", "NOT NULL", 8);
    RtCursor cursor;
    rt_cursor_init(&cursor, rt_model_arena(model), &test_lexicon, text);
    RtValue value = { .length = 7 };
    g_assert_true(rt_value_parse(&cursor, &context, &test_column_attributes[0], &value, NULL));
    g_assert_null(value.type);
    g_assert_cmpuint(value.length, ==, 0);
    g_assert_true(rt_cursor_at(&cursor, "NOT NULL"));
}

static void
test_deep_type_is_refused(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    RtValueContext context = { model, &test_nested_rules, &test_backslash_lexicon };
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 100000; i++)
        g_string_append(text, "ARRAY<");
    RtValue value = { 0 };
    g_autoptr(GError) error = NULL;
    g_assert_false(parse(&context, &rt_value_type, text->str, &value, &error));
    g_assert_cmpstr(error->message, ==, "types are nested deeper than 1000");
}

static void
test_errors(void)
{
    static const struct {
        const RtValueKind *kind;
        const char *text, *message;
    } bad[] = {
        { &rt_value_number, "1.5", "expected a whole number for test, found \"1.5\"" },
        { &rt_value_number, "9223372036854775808",
          "expected a whole number for test, found \"9223372036854775808\"" },
        { &rt_value_parts, "(a, )", "expected a column or an expression, found \")\"" },
        { &rt_value_names, "()", "expected the name of a column, found \")\"" },
        { &rt_value_literal, ")", "expected a value, found \")\"" },
        { &rt_value_type, "INT x(", NULL },
        { &rt_value_parenthesized, "(a", NULL },
        { &rt_value_word, "a b", "expected the end of the value, found \"b\"" },
        { &rt_value_properties, "('a' 'b')", NULL },
    };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    RtValueContext context = { model, &test_rules, &test_lexicon };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        RtValue value = { .row = 9 };
        g_autoptr(GError) error = NULL;
        g_assert_false(parse(&context, bad[i].kind, bad[i].text, &value, &error));
        g_assert_nonnull(error);
        g_assert_cmpuint(value.row, ==, 9);
        if (bad[i].message)
            g_assert_cmpstr(error->message, ==, bad[i].message);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/value/round_trip", test_round_trip);
    g_test_add_func("/value/equality", test_equality);
    g_test_add_func("/value/types", test_types);
    g_test_add_func("/value/type-arguments", test_type_arguments);
    g_test_add_func("/value/missing_type", test_missing_type);
    g_test_add_func("/value/deep_type_is_refused", test_deep_type_is_refused);
    g_test_add_func("/value/errors", test_errors);
    return g_test_run();
}
