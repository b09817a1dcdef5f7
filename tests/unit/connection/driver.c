/* The loader of driver modules: found, not found, broken, of another release. */
#include "connection/connection.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_loads_once(void)
{
    g_autoptr(GError) error = NULL;
    const RtDriver *driver = rt_driver_load("sqlite", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(driver->name, ==, "sqlite");
    g_assert_true(driver == rt_driver_load("sqlite", &error));
}

static void
test_missing_names_places(void)
{
    g_autofree char *before = g_strdup(g_getenv("RETORT_DRIVER_PATH"));
    g_setenv("RETORT_DRIVER_PATH", "/nowhere:/nor/here:", TRUE);
    g_autoptr(GError) error = NULL;
    g_assert_null(rt_driver_load("sqlite", &error));
    g_setenv("RETORT_DRIVER_PATH", before, TRUE);
    g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    g_assert_true(g_str_has_prefix(error->message,
                                   "there is no driver 'sqlite' (retort_driver_sqlite.so) in: "
                                   "/nowhere, /nor/here, /"));
    g_assert_nonnull(strstr(error->message, "RETORT_DRIVER_PATH"));
}

static void
test_names_are_no_paths(void)
{
    static const char *const names[] = { "", "../sqlite", "a/b", "SQLITE", "a b" };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(rt_driver_load(names[i], &error));
        g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    }
}

/* A folder with one driver "wrong", a copy of the module `name` of the tests. */
static void
test_wrong_modules(void)
{
    static const struct {
        const char *name, *message;
    } cases[] = {
        { "wrong-1",
          "belongs to another release of retort (its interface is 2, this program's 1)" },
        { "wrong-2", "belongs to another release of retort" },
        { "wrong-3", "holds the driver 'other', not 'wrong'" },
        { "wrong-4", "is no driver of retort" },
        { NULL, "the driver cannot be loaded: " },
    };
    g_autofree char *before = g_strdup(g_getenv("RETORT_DRIVER_PATH"));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *folder = g_dir_make_tmp("retort-driver-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(folder, "retort_driver_wrong.so", NULL);
        g_autofree char *data = g_strdup("no module");
        gsize length = strlen(data);
        if (cases[i].name) {
            g_autofree char *file = g_strconcat(cases[i].name, ".so", NULL);
            g_autofree char *from = g_build_filename(g_getenv("WRONG_DRIVERS"), file, NULL);
            g_clear_pointer(&data, g_free);
            g_assert_true(g_file_get_contents(from, &data, &length, NULL));
        }
        g_assert_true(g_file_set_contents(path, data, (gssize) length, NULL));
        g_setenv("RETORT_DRIVER_PATH", folder, TRUE);
        g_autoptr(GError) error = NULL;
        g_assert_null(rt_driver_load("wrong", &error));
        g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
        g_assert_nonnull(strstr(error->message, cases[i].message));
        g_assert_nonnull(strstr(error->message, folder));
        g_unlink(path);
        g_rmdir(folder);
    }
    g_setenv("RETORT_DRIVER_PATH", before, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/driver/loads_once", test_loads_once);
    g_test_add_func("/driver/missing_names_places", test_missing_names_places);
    g_test_add_func("/driver/names_are_no_paths", test_names_are_no_paths);
    g_test_add_func("/driver/wrong_modules", test_wrong_modules);
    return g_test_run();
}
