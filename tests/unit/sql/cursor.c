/* Phrases, names, balanced pieces and the messages of the cursor. */
#include "sql/cursor.h"

#include "test-lexicon.h"

typedef struct Fixture {
    RtArena *arena;
    RtText *text;
    RtCursor cursor;
} Fixture;

static void
fixture_init(Fixture *fixture, const char *sql)
{
    fixture->arena = rt_arena_new();
    fixture->text = rt_text_new(fixture->arena, "t.sql", sql, strlen(sql));
    rt_cursor_init(&fixture->cursor, fixture->arena, &test_lexicon, fixture->text);
}

static void
assert_error(GError *error, const char *description)
{
    g_assert_nonnull(error);
    g_autofree char *described = rt_error_describe(error);
    g_assert_cmpstr(described, ==, description);
    g_error_free(error);
}

static char *
span_text(const Fixture *fixture, RtSpan span)
{
    return g_strndup(fixture->text->data + span.start, span.end - span.start);
}

static void
test_phrases(void)
{
    static const struct {
        const char *sql, *phrase;
        bool matches;
    } cases[] = {
        { "primary key(a)", "PRIMARY KEY", true },
        { "PRIMARY /* x */ Key", "PRIMARY KEY", true },
        { "PRIMARY keys", "PRIMARY KEY", false },
        { "PRIMARY", "PRIMARY KEY", false },
        { "PRIMARY", "PRIM", false },
        { "PRIM", "PRIMARY", false },
        { "\"PRIMARY\" KEY", "PRIMARY KEY", false },
        { "engine=x", "ENGINE =", true },
        { "engine x", "ENGINE =", false },
        { "a || b", "A ||", true },
        { "a | b", "A ||", false },
        { "a_1 b", "A_1", true },
        { "{", "[", false },
        { "'A'", "A", false },
        { "", "A", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture fixture;
        fixture_init(&fixture, cases[i].sql);
        g_assert_cmpint(rt_cursor_at(&fixture.cursor, cases[i].phrase), ==, cases[i].matches);
        g_assert_cmpuint(fixture.cursor.last, ==, 0);
        g_assert_cmpint(rt_cursor_accept(&fixture.cursor, cases[i].phrase), ==, cases[i].matches);
        g_assert_cmpint(fixture.cursor.last > 0, ==, cases[i].matches);
        rt_arena_free(fixture.arena);
    }
}

static void
test_expect(void)
{
    static const struct {
        const char *sql, *error;
    } cases[] = {
        { "CREATE wrong", "t.sql:1:8: expected TABLE, found \"wrong\"\n"
                          "    CREATE wrong\n           ^^^^^" },
        { "CREATE 'a'", "t.sql:1:8: expected TABLE, found 'a'\n    CREATE 'a'\n           ^^^" },
        { "CREATE", "t.sql:1:7: expected TABLE, found the end\n    CREATE\n          ^" },
        { "CREATE\n  'open", "t.sql:2:3: this quote is never closed\n      'open\n      ^" },
        { "CREATE\n/* x", "t.sql:2:1: this comment is never closed\n    /* x\n    ^^" },
        { "CREATE aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbé1",
          "t.sql:1:8: expected TABLE, found \"aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbb…\"\n"
          "    CREATE aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbé1\n"
          "           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture fixture;
        fixture_init(&fixture, cases[i].sql);
        GError *error = NULL;
        g_assert_true(rt_cursor_expect(&fixture.cursor, "CREATE", &error));
        g_assert_false(rt_cursor_expect(&fixture.cursor, "TABLE", &error));
        assert_error(error, cases[i].error);
        rt_arena_free(fixture.arena);
    }
}

static void
test_take_values(void)
{
    Fixture fixture;
    fixture_init(&fixture, "a \"b\"\"c\" 'd''e' ; f");
    RtCursor *cursor = &fixture.cursor;
    GError *error = NULL;
    g_assert_cmpstr(rt_cursor_take_name(cursor, "a name", &error), ==, "a");
    g_assert_cmpstr(rt_cursor_take_name(cursor, "a name", &error), ==, "b\"c");
    g_assert_null(rt_cursor_take_name(cursor, "a name", &error));
    assert_error(g_steal_pointer(&error), "t.sql:1:10: expected a name, found 'd''e'\n"
                                          "    a \"b\"\"c\" 'd''e' ; f\n"
                                          "             ^^^^^^");
    g_assert_cmpstr(rt_cursor_take_string(cursor, "a string", &error), ==, "d'e");
    g_assert_null(rt_cursor_take_string(cursor, "a string", &error));
    g_clear_error(&error);
    g_assert_false(rt_cursor_expect_operator(cursor, ',', &error));
    g_assert_cmpstr(error->message, ==, "expected \",\", found \";\"");
    g_clear_error(&error);
    g_assert_true(rt_cursor_expect_operator(cursor, ';', &error));
    g_assert_false(rt_cursor_at_end(cursor));
    rt_cursor_next(cursor);
    g_assert_true(rt_cursor_at_end(cursor));
    rt_cursor_next(cursor);
    g_assert_true(rt_cursor_at_end(cursor));
    rt_arena_free(fixture.arena);
}

static void
test_hints_and_copies(void)
{
    Fixture fixture;
    fixture_init(&fixture, "-- retort: one\na -- retort: two\nb c");
    RtCursor *cursor = &fixture.cursor;
    g_autofree char *first = span_text(&fixture, cursor->hints);
    g_assert_cmpstr(first, ==, "-- retort: one");
    RtCursor saved = *cursor;
    rt_cursor_next(cursor);
    g_autofree char *second = span_text(&fixture, cursor->hints);
    g_assert_cmpstr(second, ==, "-- retort: two");
    rt_cursor_next(cursor);
    g_assert_cmpuint(cursor->hints.start, ==, cursor->hints.end);
    *cursor = saved;
    g_assert_true(rt_cursor_at(cursor, "A B C"));
    rt_arena_free(fixture.arena);
}

static void
test_parentheses(void)
{
    static const struct {
        const char *sql, *inside, *error;
    } cases[] = {
        { "( a, (b) ) rest", "a, (b)", NULL },  { "() rest", "", NULL },
        { "(\n /* x */ ) rest", "", NULL },     { "(/* x */ a /* y */) rest", "a", NULL },
        { "(')') rest", "')'", NULL },          { "a", NULL, "expected \"(\", found \"a\"" },
        { "(a", NULL, "this is never closed" }, { "((a); b)", NULL, "this is never closed" },
        { "(a}", NULL, "this closes nothing" }, { "('a)", NULL, "this quote is never closed" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture fixture;
        fixture_init(&fixture, cases[i].sql);
        RtSpan inside = { 0, 0 };
        g_autoptr(GError) error = NULL;
        bool taken = rt_cursor_take_parentheses(&fixture.cursor, &inside, &error);
        g_autofree char *got = span_text(&fixture, inside);
        g_assert_cmpstr(taken ? got : NULL, ==, cases[i].inside);
        g_assert_cmpstr(error ? error->message : NULL, ==, cases[i].error);
        g_assert_true(!taken || rt_cursor_at(&fixture.cursor, "REST"));
        rt_arena_free(fixture.arena);
    }
}

static void
test_take_until(void)
{
    static const char *const phrases[] = { "NOT NULL", "DEFAULT", NULL };
    static const struct {
        const char *sql, *passed, *error;
    } cases[] = {
        { "a + f(b, c) , d", "a + f(b, c)", NULL },
        { "a not b Not Null", "a not b", NULL },
        { "a (default) default", "a (default)", NULL },
        { "a /* x */ ; b", "a", NULL },
        { "a b", "a b", NULL },
        { ", a", "", NULL },
        { "", "", NULL },
        { "a)", "a", NULL },
        { "{a, b}, c", "{a, b}", NULL },
        { "(a;b), c", NULL, "this is never closed" },
        { "a}", NULL, "this closes nothing" },
        { "a 'b", NULL, "this quote is never closed" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture fixture;
        fixture_init(&fixture, cases[i].sql);
        RtSpan passed = { 0, 0 };
        g_autoptr(GError) error = NULL;
        bool taken = rt_cursor_take_until(&fixture.cursor, ",)", phrases, &passed, &error);
        g_autofree char *got = span_text(&fixture, passed);
        g_assert_cmpstr(taken ? got : NULL, ==, cases[i].passed);
        g_assert_cmpstr(error ? error->message : NULL, ==, cases[i].error);
        rt_arena_free(fixture.arena);
    }
}

static void
test_deep_nesting(void)
{
    enum { DEPTH = 1000000 };
    g_autofree char *sql = g_malloc(2 * DEPTH + 1);
    memset(sql, '(', DEPTH);
    memset(sql + DEPTH, ')', DEPTH);
    sql[2 * DEPTH] = '\0';
    Fixture fixture;
    fixture_init(&fixture, sql);
    RtSpan inside;
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_cursor_take_parentheses(&fixture.cursor, &inside, &error));
    g_assert_cmpuint(inside.end - inside.start, ==, 2 * DEPTH - 2);
    sql[2 * DEPTH - 1] = ' ';
    rt_cursor_seek(&fixture.cursor, 0);
    g_assert_false(rt_cursor_take_until(&fixture.cursor, "", NULL, &inside, &error));
    g_assert_cmpuint(rt_error_place(error)->column, ==, 1);
    rt_arena_free(fixture.arena);
}

static void
test_skip_statement(void)
{
    Fixture fixture;
    fixture_init(&fixture, "a ';' /* ; */ b; c 'd");
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_cursor_skip_statement(&fixture.cursor, &error));
    g_assert_true(rt_cursor_accept_operator(&fixture.cursor, ';'));
    g_assert_true(rt_cursor_at(&fixture.cursor, "C"));
    g_assert_false(rt_cursor_skip_statement(&fixture.cursor, &error));
    g_assert_cmpstr(error->message, ==, "this quote is never closed");
    rt_arena_free(fixture.arena);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cursor/phrases", test_phrases);
    g_test_add_func("/cursor/expect", test_expect);
    g_test_add_func("/cursor/take_values", test_take_values);
    g_test_add_func("/cursor/hints_and_copies", test_hints_and_copies);
    g_test_add_func("/cursor/parentheses", test_parentheses);
    g_test_add_func("/cursor/take_until", test_take_until);
    g_test_add_func("/cursor/deep_nesting", test_deep_nesting);
    g_test_add_func("/cursor/skip_statement", test_skip_statement);
    return g_test_run();
}
