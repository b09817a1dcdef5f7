/* Places in texts: lines, columns, excerpts, broken files. */
#include "base/text.h"

#include <glib/gstdio.h>

static void
test_error_has_place_and_caret(void)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    const char *data = "CREATE TABLE t (\n\té INT WRONG\n)";
    RtText *text = rt_text_new(arena, "schema.sql", data, strlen(data));
    g_autoptr(GError) error = NULL;
    rt_text_error(&error, RT_ERROR_SYNTAX, text, (RtSpan){ 25, 30 }, "expected a type");
    g_autofree char *described = rt_error_describe(error);
    g_assert_cmpstr(described, ==,
                    "schema.sql:2:8: expected a type\n    \té INT WRONG\n    \t      ^^^^^");
    g_assert_cmpint(rt_error_exit_status(error), ==, 3);
    g_assert_cmpstr(rt_error_name(error), ==, "syntax");
}

static void
test_broken_files_are_refused(void)
{
    static const struct {
        const char *data;
        gssize length;
        const char *message;
    } cases[] = {
        { "SELECT 'a\xff'", 11, "is no valid UTF-8" },
        { "SELECT\0 1", 9, "has a NUL byte" },
    };
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "retort-text-test.sql", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        g_autoptr(GError) error = NULL;
        g_assert_true(g_file_set_contents(path, cases[i].data, cases[i].length, NULL));
        g_assert_null(rt_text_open(arena, path, &error));
        g_assert_cmpstr(error->message, ==, cases[i].message);
        g_assert_cmpuint(rt_error_place(error)->line, ==, 1);
    }
    g_unlink(path);
}

static void
test_validate(void)
{
    static const struct {
        const char *data;
        size_t length, bad; /* length: all is well */
    } cases[] = {
        { "", 0, 0 },
        { "SELECT 1; SELECT 2", 18, 18 },
        { "SELECT '\xc3\xa9\xc3\xa9', 'plain behind'", 28, 28 },
        { "12345678\xff", 9, 8 },
        { "1234567\xff", 8, 7 },
        { "12345\0"
          "78 and more",
          16, 5 },
        { "1234567812345678\xc3", 17, 16 },
        { "12345678\x80", 9, 8 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *bad = cases[i].data + cases[i].length;
        bool is_valid = rt_text_validate(cases[i].data, cases[i].length, &bad);
        g_assert_cmpint(is_valid, ==, cases[i].bad == cases[i].length);
        g_assert_cmpuint((size_t) (bad - cases[i].data), ==, cases[i].bad);
    }
}

/* One mark, places in any order, two texts: the same as each by itself. */
static void
test_mark(void)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    const char *data = "one\ntwo\n\nf\xc3\xb6ur five\n";
    RtText *texts[] = { rt_text_new(arena, "a", data, strlen(data)),
                        rt_text_new(arena, "b", data + 4, strlen(data) - 4) };
    static const uint32_t offsets[] = { 0, 3, 4, 8, 9, 13, 2, 14, 99 };
    RtMark mark = { 0 };
    for (size_t i = 0; i < G_N_ELEMENTS(offsets) * 2; i++) {
        const RtText *text = texts[i / 3 % 2];
        unsigned line, column, known_line, known_column;
        rt_mark_locate(&mark, text, offsets[i / 2], &line, &column);
        rt_text_locate(text, offsets[i / 2], &known_line, &known_column);
        g_assert_cmpuint(line, ==, known_line);
        g_assert_cmpuint(column, ==, known_column);
    }
}

static void
test_a_line_stays_one(void)
{
    g_autoptr(GString) out = g_string_new("two\nlines\n");
    rt_text_append_line(out, "-- %s: %d", "a\nDROP TABLE b;\r\n", 1);
    g_assert_cmpstr(out->str, ==, "two\nlines\n-- a DROP TABLE b;  : 1\n");
}

static void
test_visible(void)
{
    static const struct {
        const char *text, *visible;
    } cases[] = {
        { "", "" },
        { "a\tb\nc \\x1b", "a\tb\nc \\x1b" },
        { "\033[2J\r\a\x7f", "\\x1b[2J\\x0d\\x07\\x7f" },
        { "caf\xc3\xa9 \xe2\x9c\x93 \xc2\xa0", "caf\xc3\xa9 \xe2\x9c\x93 \xc2\xa0" },
        { "\xc2\x9b[K", "\\xc2\\x9b[K" }, /* CSI in one character */
        { "\x9b[K \xc3", "\\x9b[K \\xc3" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *visible = rt_text_visible(cases[i].text);
        g_assert_cmpstr(visible, ==, cases[i].visible);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/error_has_place_and_caret", test_error_has_place_and_caret);
    g_test_add_func("/text/validate", test_validate);
    g_test_add_func("/text/mark", test_mark);
    g_test_add_func("/text/a_line_stays_one", test_a_line_stays_one);
    g_test_add_func("/text/visible", test_visible);
    g_test_add_func("/text/broken_files_are_refused", test_broken_files_are_refused);
    return g_test_run();
}
