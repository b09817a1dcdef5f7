/* Writes the first files of a project. */
#include "work/init.h"

#include "base/nearest.h"
#include "connection/url.h"
#include "work/settings.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static const char GENERIC[] = "generic";

GArray *
rt_init_templates(const RtDialect *const *dialects)
{
    GArray *templates = g_array_new(FALSE, FALSE, sizeof(RtTemplate));
    RtTemplate generic = { GENERIC, "The default: a project on the embedded database",
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

/* What is to be written. */
typedef struct Plan {
    const RtDialect *const *dialects;
    const RtDialect *dialect;
    const char *config, *folder, *url;
    bool is_url_said;
} Plan;

/* The dialect of the URL, which a template must share, else of the template; *out_url is what the
   configuration names. */
static const RtDialect *
choose_dialect(const RtInit *init, const RtDialect *const *dialects, char **out_url,
               GPtrArray *out_lines, GError **error)
{
    const char *name = init->template_name ?: GENERIC;
    const RtDialect *dialect = find_template(dialects, name, error);
    if (!dialect)
        return NULL;
    if (!init->url) {
        *out_url = g_strdup(dialect->example_url);
        return dialect;
    }
    g_autoptr(RtUrl) url = rt_url_parse(init->url, error);
    if (!url)
        return NULL;
    if (url->password)
        g_ptr_array_add(out_lines, g_strdup("The password is not written down: RETORT_PASSWORD, or "
                                            "password_env or password_file in the URL give it"));
    g_clear_pointer(&url->password, g_free);
    *out_url = rt_url_print(url);
    const RtDialect *of_url = rt_dialect_of_scheme(dialects, url->scheme);
    if (!of_url)
        rt_error_set(error, RT_ERROR_CONFIG, "no dialect has URLs like %s", *out_url);
    if (of_url == dialect || strcmp(name, GENERIC) == 0)
        return of_url;
    if (of_url)
        rt_error_set(error, RT_ERROR_USAGE,
                     "the template %s is not for %s; leave the template out, the URL says enough",
                     name, *out_url);
    return NULL;
}

static char *
make_config(const RtDialect *dialect, const char *url, const char *folder)
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
        url, folder, dialect->name);
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
    if (strstr(folder, "://")) {
        g_autofree char *shown = rt_url_hide_password(folder);
        rt_error_set(error, RT_ERROR_USAGE,
                     "%s is the URL of a database, and DIR is the folder of the scripts; say "
                     "`retort init --url URL`",
                     shown);
        return false;
    }
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
describe_kept(const Plan *plan, const char *home)
{
    const char *config = plan->config, *folder = plan->folder;
    g_autofree char *location = read_location(plan->dialects, config);
    g_autofree char *base = g_canonicalize_filename(home, NULL);
    g_autofree char *named = g_canonicalize_filename(location ? location : "", base);
    g_autofree char *wanted = g_canonicalize_filename(folder, NULL);
    if (!location || strcmp(named, wanted) == 0)
        return g_strdup_printf("File %s already exists, kept%s", config,
                               plan->is_url_said ? "; its url is not changed" : "");
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
write_files(const Plan *plan, GPtrArray *out_lines, GError **error)
{
    const char *config = plan->config, *folder = plan->folder;
    g_autofree char *home = g_path_get_dirname(config);
    if (!make_folder(home, error))
        return false;
    g_autofree char *location = locate_from(home, folder);
    g_autofree char *ini = make_config(plan->dialect, plan->url, location);
    g_autofree char *kept_ini = describe_kept(plan, home);
    g_autofree char *schema = locate_beside(config, "schema.sql");
    g_autofree char *text = make_schema(plan->dialect);
    g_autofree char *kept_schema = g_strdup_printf("File %s already exists, kept", schema);
    return write_new(config, ini, kept_ini, out_lines, error) &&
           write_new(schema, text, kept_schema, out_lines, error);
}

bool
rt_init(const RtInit *init, const RtDialect *const *dialects, GPtrArray *out_lines, GError **error)
{
    g_autofree char *url = NULL;
    g_autofree char *beside = locate_beside(init->config, "migrations");
    Plan plan = { .dialects = dialects, .config = init->config, .is_url_said = init->url };
    plan.folder = init->folder ?: beside;
    if (!check_folder(plan.folder, error))
        return false;
    plan.dialect = choose_dialect(init, dialects, &url, out_lines, error);
    if (!plan.dialect)
        return false;
    plan.url = url;
    g_autofree char *versions = g_build_filename(plan.folder, "versions", NULL);
    bool is_new = !g_file_test(versions, G_FILE_TEST_IS_DIR);
    if (!make_folder(versions, error))
        return false;
    g_ptr_array_add(out_lines, is_new
                                   ? g_strdup_printf("Created folder %s", versions)
                                   : g_strdup_printf("Folder %s already exists, kept", versions));
    return write_files(&plan, out_lines, error);
}
