/* The script folder: finding, reading, naming and creating files. */
#include "revision/folder.h"

#include "revision/file-name.h"

#include "../sql/test-lexicon.h"

#include <glib/gstdio.h>

static char *
folder_new(void)
{
    char *path = g_dir_make_tmp("retort-folder-XXXXXX", NULL);
    g_assert_nonnull(path);
    return path;
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;
    while (directory && (name = g_dir_read_name(directory))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_tree(child);
    }
    g_remove(path);
}

static void
write_script(const char *folder, const char *name, const char *data)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, data, -1, NULL));
}

static RtFolder *
open_locations(const char *first, const char *second, GError **error)
{
    const char *locations[] = { first, second, NULL };
    RtFolderOptions options = { .script_location = first, .version_locations = locations };
    return rt_folder_open(&options, error);
}

static void
test_locations(void)
{
    g_autofree char *a = folder_new(), *b = folder_new();
    write_script(a, "2.sql", "-- revision: r2\n-- down_revision: r1\n\n-- retort: upgrade\n");
    write_script(a, "1.sql", "-- revision: r1\n-- message: first\n");
    write_script(a, ".hidden.sql", "nonsense");
    write_script(a, "readme.md", "nonsense");
    write_script(b, "sub/3.sql", "-- revision: r3\n-- down_revision: r2\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(RtFolder) folder = open_locations(a, b, &error);
    g_assert_no_error(error);
    RtRevisionList all = rt_graph_revisions(rt_folder_graph(folder));
    g_assert_cmpuint(all.count, ==, 3);
    g_assert_cmpstr(all.items[0]->id, ==, "r1");
    g_assert_cmpstr(all.items[0]->message, ==, "first");
    g_assert_cmpstr(all.items[1]->id, ==, "r2");
    g_assert_cmpstr(all.items[2]->id, ==, "r3");
    remove_tree(a);
    remove_tree(b);
}

static void
test_duplicates_name_both_files(void)
{
    g_autofree char *a = folder_new(), *b = folder_new();
    write_script(a, "1.sql", "-- revision: r1\n");
    write_script(b, "2.sql", "-- revision: r1\n");
    g_autoptr(GError) error = NULL;
    g_assert_null(open_locations(a, b, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_DUPLICATE_REVISION));
    g_assert_nonnull(strstr(error->message, "1.sql"));
    g_assert_nonnull(strstr(error->message, "2.sql"));
    remove_tree(a);
    remove_tree(b);
}

static void
test_missing_location(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(open_locations("/nowhere/at/all", NULL, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    g_assert_nonnull(strstr(error->message, "'init' makes it"));
}

static void
test_header_beyond_the_first_block(void)
{
    g_autofree char *a = folder_new();
    g_autoptr(GString) text = g_string_new("-- revision: r1\n-- depends_on: r2");
    for (int i = 0; i < 2000; i++)
        g_string_append_printf(text, ", x%d", i);
    g_string_append(text, "\n-- message: long\n\n-- retort: upgrade\nSELECT 1;\n");
    write_script(a, "1.sql", text->str);
    g_autoptr(GError) error = NULL;
    g_assert_null(open_locations(a, NULL, &error));
    /* All of the list was read: what it names is not there. */
    g_assert_true(rt_error_is(error, RT_ERROR_NOT_FOUND));
    remove_tree(a);
}

static void
test_broken_header_has_its_place(void)
{
    g_autofree char *a = folder_new();
    write_script(a, "1.sql", "-- revision: r1\n-- mesage: x\n");
    g_autoptr(GError) error = NULL;
    g_assert_null(open_locations(a, NULL, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_SYNTAX));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 2);
    g_assert_true(g_str_has_suffix(rt_error_place(error)->file, "1.sql"));
    remove_tree(a);
}

static void
test_half_is_read_on_demand(void)
{
    g_autofree char *a = folder_new();
    write_script(a, "1.sql", "-- revision: r1\n\n-- retort: upgrade\nSELECT 1;\n");
    g_autoptr(RtFolder) folder = open_locations(a, NULL, NULL);
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtRevision *revision = rt_graph_find(rt_folder_graph(folder), "r1");
    const RtText *text;
    RtHalf half;
    g_assert_true(
        rt_folder_half(folder, arena, &test_lexicon, revision, RT_UP, &half, &text, NULL));
    g_assert_cmpuint(half.n_steps, ==, 1);
    g_assert_cmpstr(half.steps[0].sql, ==, "SELECT 1");
    remove_tree(a);
}

static void
test_write(void)
{
    g_autofree char *a = folder_new();
    g_autoptr(RtFolder) folder = open_locations(a, NULL, NULL);
    g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 3, 5, 7, 8, 9);
    RtScriptHeader header = { .revision = "r1", .message = "Add Age!" };
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        rt_folder_write(folder, &header, now, NULL, "SELECT 1;", "SELECT 2;", &error);
    g_assert_no_error(error);
    g_autofree char *expected = g_build_filename(a, "r1_add_age.sql", NULL);
    g_assert_cmpstr(path, ==, expected);
    g_autofree char *data = NULL;
    g_assert_true(g_file_get_contents(path, &data, NULL, NULL));
    g_assert_nonnull(strstr(data, "-- retort: upgrade\nSELECT 1;\n"));

    g_assert_null(rt_folder_write(folder, &header, now, NULL, "SELECT 3;", NULL, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_FILE));
    g_assert_nonnull(strstr(error->message, "is there already"));
    g_autofree char *unchanged = NULL;
    g_assert_true(g_file_get_contents(path, &unchanged, NULL, NULL));
    g_assert_cmpstr(unchanged, ==, data);
    g_autoptr(GDir) directory = g_dir_open(a, 0, NULL);
    g_assert_nonnull(g_dir_read_name(directory));
    g_assert_null(g_dir_read_name(directory));
    remove_tree(a);
}

static void
test_write_chooses_the_parents_location(void)
{
    g_autofree char *a = folder_new(), *b = folder_new();
    write_script(b, "1.sql", "-- revision: r1\n");
    g_autoptr(RtFolder) folder = open_locations(a, b, NULL);
    g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 3, 5, 7, 8, 9);
    static const char *const parents[] = { "r1", NULL };
    RtScriptHeader header = { .revision = "r2", .message = "x", .down_revision = parents };
    g_autoptr(GError) error = NULL;
    g_autofree char *path = rt_folder_write(folder, &header, now, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(path, b));
    header = (RtScriptHeader){ .revision = "r3", .message = "x" };
    g_assert_null(rt_folder_write(folder, &header, now, NULL, NULL, NULL, &error));
    g_assert_nonnull(strstr(error->message, "--version-path"));
    g_clear_error(&error);
    g_autofree char *chosen = rt_folder_write(folder, &header, now, a, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(chosen, a));
    g_assert_null(rt_folder_write(folder, &header, now, "/tmp/other", NULL, NULL, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    remove_tree(a);
    remove_tree(b);
}

static void
test_file_template(void)
{
    static const struct {
        const char *template, *expected;
    } cases[] = {
        { "%(rev)s_%(slug)s", "ae10_add_age" },
        { "%%(year)d/%%(month).2d-%(rev)s", "2026/03-ae10" },
        { "%(year)d_%(month).2d_%(day)02d_%(hour).2d%(minute).2d%(second).2d",
          "2026_03_05_070809" },
        { "%(epoch)s-%(rev)s", "1772694489-ae10" },
        { "100%%-%(rev)s", "100%-ae10" },
        { "%(ref)s", NULL },
        { "%(rev", NULL },
        { "%(rev)d", NULL },
        { "%x", NULL },
        { "../%(rev)s", NULL },
        { "/abs/%(rev)s", NULL },
        { "%(rev)s/", NULL },
    };
    g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 3, 5, 7, 8, 9);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        RtFileName name = { cases[i].template, "ae10", "add age", 40, now };
        g_autoptr(GError) error = NULL;
        g_autofree char *path = rt_file_name_expand(&name, &error);
        g_assert_cmpstr(path, ==, cases[i].expected);
        g_assert_true((path == NULL) == (error != NULL));
    }
}

static void
test_slug(void)
{
    static const struct {
        const char *message, *slug;
    } cases[] = {
        { "Add Age", "add_age" },
        { "  add: 'age', (now)! ", "add_age_now" },
        { "Äpfel und Birnen", "äpfel_und_birnen" },
        { "", "" },
        { "a very long message that does not fit into forty characters",
          "a_very_long_message_that_does_not_fit_" },
        { "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
          "abcdefghijklmnopqrstuvwxyzabcdefghijklmn_" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *slug = rt_slug_new(cases[i].message, 40);
        g_assert_cmpstr(slug, ==, cases[i].slug);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/folder/locations", test_locations);
    g_test_add_func("/folder/duplicates_name_both_files", test_duplicates_name_both_files);
    g_test_add_func("/folder/missing_location", test_missing_location);
    g_test_add_func("/folder/header_beyond_the_first_block", test_header_beyond_the_first_block);
    g_test_add_func("/folder/broken_header_has_its_place", test_broken_header_has_its_place);
    g_test_add_func("/folder/half_is_read_on_demand", test_half_is_read_on_demand);
    g_test_add_func("/folder/write", test_write);
    g_test_add_func("/folder/write_chooses_the_parents_location",
                    test_write_chooses_the_parents_location);
    g_test_add_func("/folder/file_template", test_file_template);
    g_test_add_func("/folder/slug", test_slug);
    return g_test_run();
}
