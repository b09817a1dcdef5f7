/* Writes the first files of a project. */
#include "work/init.h"

#include "base/nearest.h"
#include "work/settings.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

GArray *
rt_init_templates(const RtDialect *const *dialects)
{
    GArray *templates = g_array_new(FALSE, FALSE, sizeof(RtTemplate));
    RtTemplate generic = { "generic", "The default: a project on the embedded database",
                           dialects[0] };
    g_array_append_val(templates, generic);
    for (; *dialects; dialects++) {
        RtTemplate one = { (*dialects)->name, (*dialects)->label, *dialects };
        g_array_append_val(templates, one);
    }
    return templates;
}

static const RtDialect *
find_template(const RtDialect *const *dialects, const char *name, GError **error)
{
    g_autoptr(GArray) templates = rt_init_templates(dialects);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (unsigned i = 0; i < templates->len; i++) {
        const RtTemplate *one = &g_array_index(templates, RtTemplate, i);
        if (strcmp(one->name, name) == 0)
            return one->dialect;
        g_ptr_array_add(names, (void *) one->name);
    }
    const char *near = rt_nearest(name, (const char *const *) names->pdata, names->len);
    rt_error_set(error, RT_ERROR_USAGE,
                 "No such template '%s'%s%s%s; `retort list-templates` lists them", name,
                 near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NULL;
}

static char *
make_config(const RtDialect *dialect, const char *folder)
{
    return g_strdup_printf(
        "# The configuration of retort. Relative paths count from this file's folder;\n"
        "# ${NAME} is replaced from -x NAME=value or the environment.\n"
        "\n"
        "[retort]\n"
        "# The database. --url and RETORT_URL override it.\n"
        "url = %s\n"
        "# The schema you want: .sql files and folders, separated by commas.\n"
        "schema = schema.sql\n"
        "# The folder of the revision scripts, which are in its versions/.\n"
        "script_location = %s\n"
        "dialect = %s\n",
        dialect->example_url, folder, dialect->name);
}

static char *
make_schema(const RtDialect *dialect)
{
    return g_strdup_printf("-- The schema you want, in the words of %s. Change it, then let\n"
                           "--   retort revision --autogenerate -m \"what changes\"\n"
                           "-- write the revision that brings a database here.\n",
                           dialect->label);
}

/* An empty folder, or one that retort has made, may be used again. */
static bool
check_folder(const char *folder, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    if (!dir) {
        if (!g_file_test(folder, G_FILE_TEST_EXISTS))
            return true;
        rt_error_set(error, RT_ERROR_USAGE, "%s is there and is no folder that can be read",
                     folder);
        return false;
    }
    for (const char *name; (name = g_dir_read_name(dir));) {
        if (strcmp(name, "versions") == 0)
            continue;
        rt_error_set(error, RT_ERROR_USAGE,
                     "Directory %s already exists and is not empty; name another folder", folder);
        return false;
    }
    return true;
}

/* A file next to the configuration, whose folder its relative paths count from. */
static char *
locate_beside(const char *config, const char *name)
{
    g_autofree char *home = g_path_get_dirname(config);
    return strcmp(home, ".") == 0 ? g_strdup(name) : g_build_filename(home, name, NULL);
}

static bool
make_folder(const char *path, GError **error)
{
    if (g_mkdir_with_parents(path, 0777) == 0)
        return true;
    rt_error_set(error, RT_ERROR_FILE, "cannot make the folder %s: %s", path, g_strerror(errno));
    return false;
}

/* A path as the configuration in `home` names it. */
static char *
locate_from(const char *home, const char *path)
{
    if (strcmp(home, ".") == 0)
        return g_strdup(path);
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autofree char *base = g_canonicalize_filename(home, NULL);
    g_auto(GStrv) to = g_strsplit(whole, "/", -1);
    g_auto(GStrv) from = g_strsplit(base, "/", -1);
    unsigned n_common = 0;
    while (to[n_common] && from[n_common] && strcmp(to[n_common], from[n_common]) == 0)
        n_common++;
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    for (char **up = from + n_common; *up; up++)
        g_ptr_array_add(parts, (void *) "..");
    for (char **down = to + n_common; *down; down++)
        g_ptr_array_add(parts, *down);
    if (!parts->len)
        g_ptr_array_add(parts, (void *) ".");
    g_ptr_array_add(parts, NULL);
    return g_strjoinv("/", (char **) parts->pdata);
}

/* The folder of scripts that a configuration names; NULL where it cannot be read or names none. */
static char *
read_location(const RtDialect *const *dialects, const char *config)
{
    RtSettingsOptions options = { .path = config, .dialects = dialects };
    g_autoptr(RtSettings) settings = rt_settings_load(&options, NULL);
    const char *location;
    if (!settings || !rt_settings_get(settings, "retort", "script_location", &location, NULL))
        return NULL;
    return g_strdup(location);
}

/* A configuration that was there may be one of other scripts. */
static char *
describe_kept(const RtDialect *const *dialects, const char *config, const char *home,
              const char *folder)
{
    g_autofree char *location = read_location(dialects, config);
    g_autofree char *base = g_canonicalize_filename(home, NULL);
    g_autofree char *named = g_canonicalize_filename(location ? location : "", base);
    g_autofree char *wanted = g_canonicalize_filename(folder, NULL);
    if (!location || strcmp(named, wanted) == 0)
        return g_strdup_printf("File %s already exists, kept", config);
    return g_strdup_printf("File %s already exists, kept; its script_location is %s, not %s",
                           config, location, folder);
}

/* Writes a file unless it is there; then `kept` is said. */
static bool
write_new(const char *path, const char *data, const char *kept, GPtrArray *out_lines,
          GError **error)
{
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_ptr_array_add(out_lines, g_strdup(kept));
        return true;
    }
    g_autoptr(GError) failure = NULL;
    if (!g_file_set_contents(path, data, -1, &failure)) {
        rt_error_set(error, RT_ERROR_FILE, "%s", failure->message);
        return false;
    }
    g_ptr_array_add(out_lines, g_strdup_printf("Generated %s", path));
    return true;
}

static bool
write_files(const RtDialect *const *dialects, const RtDialect *dialect, const char *config,
            const char *folder, GPtrArray *out_lines, GError **error)
{
    g_autofree char *home = g_path_get_dirname(config);
    if (!make_folder(home, error))
        return false;
    g_autofree char *location = locate_from(home, folder);
    g_autofree char *ini = make_config(dialect, location);
    g_autofree char *kept_ini = describe_kept(dialects, config, home, folder);
    g_autofree char *schema = locate_beside(config, "schema.sql");
    g_autofree char *text = make_schema(dialect);
    g_autofree char *kept_schema = g_strdup_printf("File %s already exists, kept", schema);
    return write_new(config, ini, kept_ini, out_lines, error) &&
           write_new(schema, text, kept_schema, out_lines, error);
}

bool
rt_init(const RtDialect *const *dialects, const char *folder, const char *template_name,
        const char *config, GPtrArray *out_lines, GError **error)
{
    const RtDialect *dialect = find_template(dialects, template_name, error);
    g_autofree char *beside = locate_beside(config, "migrations");
    if (!folder)
        folder = beside;
    if (!dialect || !check_folder(folder, error))
        return false;
    g_autofree char *versions = g_build_filename(folder, "versions", NULL);
    bool is_new = !g_file_test(versions, G_FILE_TEST_IS_DIR);
    if (!make_folder(versions, error))
        return false;
    g_ptr_array_add(out_lines, is_new
                                   ? g_strdup_printf("Created folder %s", versions)
                                   : g_strdup_printf("Folder %s already exists, kept", versions));
    return write_files(dialects, dialect, config, folder, out_lines, error);
}
