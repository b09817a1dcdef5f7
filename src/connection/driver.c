/* Finds and loads driver modules; nothing is loaded until a URL asks for it. */
#include "connection/connection.h"

#include <gmodule.h>
#include <string.h>
#include <sys/auxv.h>

#define PATH_VARIABLE "RETORT_DRIVER_PATH"

/* The folders to look in, first the user's; a program with raised privileges has none of those. */
static char **
list_folders(void)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    const char *path = getauxval(AT_SECURE) ? NULL : g_getenv(PATH_VARIABLE);
    g_auto(GStrv) parts = g_strsplit(path ? path : "", G_SEARCHPATH_SEPARATOR_S, -1);
    for (char **part = parts; *part; part++)
        if (**part)
            g_strv_builder_add(builder, *part);
    g_strv_builder_add(builder, RT_DRIVER_DIR);
    return g_strv_builder_end(builder);
}

/* A name becomes part of a path, so it is a plain word. */
static bool
is_plain(const char *name)
{
    return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static const RtDriver *
check_driver(GModule *module, const char *path, const char *name, GError **error)
{
    gpointer symbol = NULL;
    if (!g_module_symbol(module, "rt_driver", &symbol) || !symbol) {
        rt_error_set(error, RT_ERROR_CONFIG, "'%s' is no driver of retort", path);
        return NULL;
    }
    const RtDriver *driver = symbol;
    if (driver->abi != RT_DRIVER_ABI || driver->size != sizeof(RtDriver)) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "the driver '%s' belongs to another release of retort (its interface is %u, "
                     "this program's %u); install both from the same release",
                     path, driver->abi, (unsigned) RT_DRIVER_ABI);
        return NULL;
    }
    if (!g_str_equal(driver->name, name)) {
        rt_error_set(error, RT_ERROR_CONFIG, "'%s' holds the driver '%s', not '%s'", path,
                     driver->name, name);
        return NULL;
    }
    return driver;
}

/* A driver stays: its code is needed by every connection, and the system counts its openings. */
static const RtDriver *
load_file(const char *path, const char *name, GError **error)
{
    GModule *module = g_module_open(path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
    if (!module) {
        rt_error_set(error, RT_ERROR_CONFIG, "the driver cannot be loaded: %s", g_module_error());
        return NULL;
    }
    const RtDriver *driver = check_driver(module, path, name, error);
    if (driver)
        g_module_make_resident(module);
    g_module_close(module);
    return driver;
}

const RtDriver *
rt_driver_load(const char *name, GError **error)
{
    if (!is_plain(name)) {
        rt_error_set(error, RT_ERROR_CONFIG, "'%s' is no name of a driver", name);
        return NULL;
    }
    /* Known before the module's own copy of the error table asks for it. */
    rt_error_quark();
    g_auto(GStrv) folders = list_folders();
    g_autofree char *file = g_strdup_printf("retort_driver_%s.so", name);
    for (char **folder = folders; *folder; folder++) {
        g_autofree char *path = g_build_filename(*folder, file, NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return load_file(path, name, error);
    }
    g_autofree char *places = g_strjoinv(", ", folders);
    rt_error_set(error, RT_ERROR_CONFIG,
                 "there is no driver '%s' (%s) in: %s; install it, or name its folder in %s", name,
                 file, places, PATH_VARIABLE);
    return NULL;
}
