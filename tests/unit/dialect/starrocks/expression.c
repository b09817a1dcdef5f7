/* When expressions, and queries, are the same. */
#include "dialect/starrocks/expression.h"

#include <string.h>

static bool
are_equal(const RtForm *form, unsigned row, const char *a, const char *b)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    RtValueContext context = { model, &starrocks_rules, &starrocks_lexicon };
    const RtAttribute *attribute = &form->attributes[row];
    RtValue left = { 0 }, right = { 0 };
    g_autoptr(GError) error = NULL;
    if (!rt_value_from_text(&context, attribute, a, &left, &error) ||
        !rt_value_from_text(&context, attribute, b, &right, &error))
        g_error("%s", error->message);
    bool is_equal = rt_value_equal(&context, attribute, &left, &right);
    g_assert_cmpint(is_equal, ==, rt_value_equal(&context, attribute, &right, &left));
    return is_equal;
}

static void
test_expressions(void)
{
    static const struct {
        const char *a, *b;
        bool is_equal;
    } cases[] = {
        { "a IS NULL", "(a is null)", true },
        { "a IS NOT NULL", "a IS NOT\n  NULL", true },
        { "a IS NULL", "a IS  NOT /* x */ NULL", false },
        { "a + b + c", "((a + b) + c)", true },
        { "a + b + c", "a + (b + c)", false },
        { "a AND b OR c", "(a AND b) OR c", true },
        { "a IN (1, 2) AND NOT b", "(((a IN (1,2))) AND (NOT b))", true },
        { "a NOT BETWEEN 1 AND 2", "a BETWEEN 1 AND 2", false },
        { "concat('a', 'b')", "concat(\"a\", \"b\")", true },
        { "concat('a', 'b')", "concat('a'',''b')", false },
        { "concat('it''s')", "concat('it\\'s')", true },
        { "(a = ',')", "a = ','", true },
        { "lower(('('))", "lower('(')", true },
        { "(a, b)", "a", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bool is_equal =
            are_equal(&starrocks_form_column, STARROCKS_COLUMN_GENERATED, cases[i].a, cases[i].b);
        g_test_message("%s, %s", cases[i].a, cases[i].b);
        g_assert_cmpint(is_equal, ==, cases[i].is_equal);
    }
}

static char *
repeat(const char *first, const char *again, const char *end, unsigned n)
{
    GString *text = g_string_new(first);
    for (unsigned i = 0; i < n; i++)
        g_string_append(text, again);
    g_string_append(text, end);
    return g_string_free(text, FALSE);
}

/* Each operation would move all before it. */
static void
test_long_expression(void)
{
    g_autofree char *one = repeat("a", " + a", "", 200000);
    g_autofree char *other = repeat("a", " + A", "", 200000);
    g_assert_true(are_equal(&starrocks_form_column, STARROCKS_COLUMN_GENERATED, one, other));
}

static void
test_type_of_string(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    RtValueContext context = { model, &starrocks_rules, &starrocks_lexicon };
    RtObject table = { .form = &starrocks_form_table };
    static const char text[] = "('it''s' = 'x')";
    g_assert_cmpstr(starrocks_expression_type(&context, &table, text, strlen(text)), ==, "BOOLEAN");
}

static void
test_queries(void)
{
    static const struct {
        const char *a, *b;
        bool is_equal;
    } cases[] = {
        { "SELECT a FROM t WHERE ((a = 1) AND (b = 2))", "SELECT a FROM t WHERE a = 1 AND b = 2",
          true },
        { "SELECT a FROM t WHERE (((a = 1)))", "SELECT a FROM t WHERE a = 1", true },
        { "SELECT a FROM t WHERE ((a = 1) OR (b = 2)) AND (c = 3)",
          "SELECT a FROM t WHERE (a = 1 OR b = 2) AND c = 3", true },
        { "SELECT a FROM t WHERE (a = 1 OR b = 2) AND c = 3",
          "SELECT a FROM t WHERE a = 1 OR b = 2 AND c = 3", false },
        { "SELECT a FROM t WHERE a IN (1, 2)", "SELECT a FROM t WHERE a IN 1, 2", false },
        { "SELECT a FROM t WHERE (a = (1)", "SELECT a FROM t WHERE a = 1", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s, %s", cases[i].a, cases[i].b);
        g_assert_cmpint(starrocks_value_query.equal(
                            &(RtValueContext){ NULL, &starrocks_rules, &starrocks_lexicon }, NULL,
                            &(RtValue){ .text = cases[i].a, .length = strlen(cases[i].a) },
                            &(RtValue){ .text = cases[i].b, .length = strlen(cases[i].b) }),
                        ==, cases[i].is_equal);
    }
}

/* Conditions as programs write them: many behind each other, many inside each other. */
static void
test_long_queries(void)
{
    static const char begin[] = "SELECT a FROM t WHERE ";
    g_autofree char *wide = repeat(begin, "(a = 1) OR ", "b", 50000);
    g_autofree char *plain = repeat(begin, "a = 1 OR ", "b", 50000);
    g_assert_true(are_equal(&starrocks_form_view, STARROCKS_VIEW_BODY, wide, plain));
    g_autofree char *open = repeat(begin, "(", "a = 1", 50000);
    g_autofree char *deep = repeat(open, ")", "", 50000);
    g_autofree char *bare = g_strconcat(begin, "a = 1", NULL);
    g_assert_true(are_equal(&starrocks_form_view, STARROCKS_VIEW_BODY, deep, bare));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/expression/expressions", test_expressions);
    g_test_add_func("/starrocks/expression/long", test_long_expression);
    g_test_add_func("/starrocks/expression/type-of-string", test_type_of_string);
    g_test_add_func("/starrocks/expression/queries", test_queries);
    g_test_add_func("/starrocks/expression/long-queries", test_long_queries);
    return g_test_run();
}
