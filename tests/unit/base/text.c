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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/error_has_place_and_caret", test_error_has_place_and_caret);
    g_test_add_func("/text/broken_files_are_refused", test_broken_files_are_refused);
    return g_test_run();
}
