/* Opens what a configuration names, once, when it is asked for. */
#include "work/project.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct RtProject {
    RtProjectOptions options;
    RtArena *arena;
    RtSettings *settings;
    RtFolder *folder;
    RtDatabase *database;
    RtState *state;
    RtStateNames state_names;
    RtSourceContext sources;
    bool has_sources;
    GString *input; /* of the source "-", which can be read once; NULL: not read */
    GPtrArray *problems;
};

static const char *
find_config(const RtProjectOptions *options)
{
    const char *path = options->config ? options->config : g_getenv("RETORT_CONFIG");
    if (!path && g_file_test("retort.ini", G_FILE_TEST_EXISTS))
        path = "retort.ini";
    return path;
}

RtProject *
rt_project_open(const RtProjectOptions *options, GError **error)
{
    g_autoptr(RtProject) project = g_new0(RtProject, 1);
    project->options = *options;
    project->arena = rt_arena_new();
    project->problems = g_ptr_array_new_with_free_func((GDestroyNotify) g_error_free);
    RtSettingsOptions settings = {
        .path = find_config(options),
        .environment = options->environment,
        .variables = options->variables,
        .dialects = options->dialects,
    };
    project->settings = rt_settings_load(&settings, error);
    return project->settings ? g_steal_pointer(&project) : NULL;
}

void
rt_project_free(RtProject *project)
{
    if (!project)
        return;
    rt_state_free(project->state);
    rt_database_free(project->database);
    rt_folder_free(project->folder);
    rt_settings_free(project->settings);
    g_ptr_array_unref(project->problems);
    if (project->input)
        g_string_free(project->input, TRUE);
    rt_arena_free(project->arena);
    g_free(project);
}

GPtrArray *
rt_project_problems(const RtProject *project)
{
    return project->problems;
}

RtSettings *
rt_project_settings(const RtProject *project)
{
    return project->settings;
}

const RtProjectOptions *
rt_project_options(const RtProject *project)
{
    return &project->options;
}

/* Fails where a command needs what only a configuration can give. */
static bool
need_config(const RtProject *project, GError **error)
{
    if (rt_settings_path(project->settings))
        return true;
    rt_error_set(error, RT_ERROR_CONFIG,
                 "there is no retort.ini here; `retort init` writes one, -c names another");
    return false;
}

/* A path of the configuration, from the configuration's folder. */
static const char *
resolve_path(RtProject *project, const char *path)
{
    const char *folder = rt_settings_folder(project->settings);
    if (!path || g_path_is_absolute(path) || strcmp(folder, ".") == 0)
        return path;
    return rt_arena_take(project->arena, g_build_filename(folder, path, NULL));
}

static const char *const *
resolve_paths(RtProject *project, const char *const *paths)
{
    size_t n = g_strv_length((char **) paths);
    if (!n)
        return NULL;
    const char **resolved = rt_arena_new_array(project->arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        resolved[i] = resolve_path(project, paths[i]);
    return resolved;
}

RtFolder *
rt_project_folder(RtProject *project, GError **error)
{
    if (project->folder)
        return project->folder;
    RtSettings *settings = project->settings;
    RtFolderOptions options = { 0 };
    const char *const *locations;
    if (!need_config(project, error) ||
        !rt_settings_get(settings, "retort", "script_location", &options.script_location, error) ||
        !rt_settings_get(settings, "retort", "file_template", &options.file_template, error) ||
        !rt_settings_list(settings, "retort", "version_locations", &locations, error) ||
        !rt_settings_number(settings, "retort", "truncate_slug_length",
                            &options.truncate_slug_length, error))
        return NULL;
    if (!options.script_location) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "%s has no script_location in [retort]; name the folder that holds versions/",
                     rt_settings_path(settings));
        return NULL;
    }
    options.script_location = resolve_path(project, options.script_location);
    options.version_locations = resolve_paths(project, locations);
    project->folder = rt_folder_open(&options, error);
    return project->folder;
}

/* The command line's URL counts from the working folder, the configuration's from its own. */
static bool
find_url(RtProject *project, const char **out_url, const char **out_folder, GError **error)
{
    *out_folder = NULL;
    *out_url = project->options.url ? project->options.url : g_getenv("RETORT_URL");
    if (*out_url && **out_url)
        return true;
    *out_folder = rt_settings_folder(project->settings);
    return rt_settings_get(project->settings, "retort", "url", out_url, error);
}

bool
rt_project_url(RtProject *project, const char **out_url, GError **error)
{
    const char *folder;
    return find_url(project, out_url, &folder, error);
}

static const RtDialect *
find_dialect(const RtProject *project, const char *name, GError **error)
{
    const RtDialect *dialect = rt_dialect_find(project->options.dialects, name);
    if (!dialect && project->options.dialect)
        rt_error_set(error, RT_ERROR_CONFIG, "there is no dialect `%s`", name);
    else if (!dialect)
        rt_settings_error(project->settings, "retort", "dialect", error, "there is no dialect `%s`",
                          name);
    return dialect;
}

static const RtDialect *
dialect_of_url(const RtProject *project, const char *text, GError **error)
{
    g_autoptr(RtUrl) url = rt_url_parse(text, error);
    if (!url)
        return NULL;
    const RtDialect *dialect = rt_dialect_of_scheme(project->options.dialects, url->scheme);
    if (!dialect)
        rt_error_set(error, RT_ERROR_CONFIG, "no dialect speaks `%s:` URLs", url->scheme);
    return dialect;
}

const RtDialect *
rt_project_dialect(RtProject *project, GError **error)
{
    const char *name = project->options.dialect, *url;
    if (!name && !rt_settings_get(project->settings, "retort", "dialect", &name, error))
        return NULL;
    if (!rt_project_url(project, &url, error))
        return NULL;
    const RtDialect *named = name ? find_dialect(project, name, error) : NULL;
    if (name && !named)
        return NULL;
    const RtDialect *spoken = url ? dialect_of_url(project, url, error) : named;
    if (url && !spoken)
        return NULL;
    if (named && spoken != named) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "%s says that the dialect is %s, but the URL is one of %s",
                     project->options.dialect ? "--dialect" : "`dialect` in [retort]", named->name,
                     spoken->name);
        return NULL;
    }
    if (!spoken)
        rt_error_set(error, RT_ERROR_CONFIG,
                     "nothing says the dialect: set url or dialect in [retort], or give --dialect");
    return spoken;
}

static bool
connection_options(RtProject *project, bool read_only, RtConnectionOptions *out_options,
                   GError **error)
{
    *out_options =
        (RtConnectionOptions){ .read_only = read_only, .events = project->options.events };
    if (!rt_settings_duration(project->settings, "run", "lock_timeout",
                              &out_options->lock_timeout_ms, error))
        return false;
    g_autoptr(GPtrArray) keys = rt_settings_keys(project->settings, "session");
    const char **session = rt_arena_new_array(project->arena, const char *, 2 * keys->len);
    for (unsigned i = 0; i + 1 < keys->len; i++) {
        session[2 * i] = g_ptr_array_index(keys, i);
        if (!rt_settings_get(project->settings, "session", session[2 * i], &session[2 * i + 1],
                             error))
            return false;
    }
    out_options->session = session;
    return true;
}

RtDatabase *
rt_project_database(RtProject *project, bool read_only, GError **error)
{
    if (project->database)
        return project->database;
    const char *url, *folder;
    RtConnectionOptions options;
    if (!find_url(project, &url, &folder, error) ||
        !connection_options(project, read_only, &options, error))
        return NULL;
    if (!url) {
        if (!need_config(project, error))
            return NULL;
        rt_error_set(error, RT_ERROR_CONFIG,
                     "no database: set url in [retort] of %s, or give --url or RETORT_URL",
                     rt_settings_path(project->settings));
        return NULL;
    }
    g_autofree char *shown = rt_url_hide_password(url);
    options.url = rt_arena_strdup(project->arena, shown);
    project->database = rt_database_open(project->options.dialects, url, folder, &options, error);
    return project->database;
}

bool
rt_project_state_names(RtProject *project, RtStateNames *out_names, GError **error)
{
    const RtDialect *dialect = rt_project_dialect(project, error);
    if (!dialect)
        return false;
    g_autofree char *properties = g_strconcat(dialect->name, ".properties", NULL);
    return rt_settings_get(project->settings, "version_table", "name", &out_names->version,
                           error) &&
           rt_settings_get(project->settings, "version_table", "schema", &out_names->schema,
                           error) &&
           rt_settings_get(project->settings, "version_table", properties, &out_names->properties,
                           error);
}

RtState *
rt_project_state(RtProject *project, bool read_only, GError **error)
{
    if (project->state)
        return project->state;
    RtDatabase *database = rt_project_database(project, read_only, error);
    if (!database || !rt_project_state_names(project, &project->state_names, error))
        return NULL;
    project->state = rt_state_new(database->dialect, database->connection, &project->state_names);
    return project->state;
}

/* "3.40.1", "4.1": missing parts are 0. */
static bool
read_version(const char *text, RtServer *server)
{
    unsigned parts[3] = { 0 };
    int n = 0;
    if (sscanf(text, "%5u.%5u.%5u%n", &parts[0], &parts[1], &parts[2], &n) < 1)
        return false;
    server->major = (uint16_t) parts[0];
    server->minor = (uint16_t) parts[1];
    server->patch = (uint16_t) parts[2];
    return true;
}

/* The schema and catalog that the project's URL names, where it is one of the dialect; in the
   arena. */
static bool
find_schema(RtProject *project, const RtDialect *dialect, RtServer *server, GError **error)
{
    const char *text;
    if (!(dialect->capabilities & RT_URL_NAMES_SCHEMA))
        return true;
    if (!rt_project_url(project, &text, error))
        return false;
    g_autoptr(RtUrl) url = text ? rt_url_parse(text, error) : NULL;
    if (text && !url)
        return false;
    if (!url || rt_dialect_of_scheme(project->options.dialects, url->scheme) != dialect)
        return true;
    server->schema = rt_arena_take(project->arena, rt_dialect_schema_of_url(dialect, url));
    server->catalog = rt_dialect_catalog_of_url(dialect, url);
    return true;
}

bool
rt_project_server(RtProject *project, const RtDialect *dialect, RtServer *out_server,
                  GError **error)
{
    const char *version, *run_mode, *backends;
    RtServer server = dialect->assumed;
    if (!find_schema(project, dialect, &server, error) ||
        !rt_settings_get(project->settings, dialect->name, "version", &version, error) ||
        !rt_settings_get(project->settings, dialect->name, "run_mode", &run_mode, error) ||
        !rt_settings_get(project->settings, dialect->name, "backends", &backends, error))
        return false;
    if (version && !read_version(version, &server)) {
        rt_settings_error(project->settings, dialect->name, "version", error,
                          "`%s` is no version such as 3.5.2", version);
        return false;
    }
    if (run_mode)
        server.run_mode = run_mode;
    unsigned n;
    if (backends) {
        if (!rt_settings_number(project->settings, dialect->name, "backends", &n, error))
            return false;
        server.backends = (int) n;
    }
    *out_server = server;
    return true;
}

/* The dialect may be known only to the sources themselves; then nothing is assumed. */
static bool
fill_dialect(RtProject *project, RtSourceContext *sources, GError **error)
{
    const char *name = NULL, *url;
    if (!rt_settings_get(project->settings, "retort", "dialect", &name, error) ||
        !rt_project_url(project, &url, error))
        return false;
    if (!project->options.dialect && !name && !url)
        return true;
    sources->dialect = rt_project_dialect(project, error);
    return sources->dialect &&
           rt_project_server(project, sources->dialect, &sources->server, error);
}

/* What they are called does not depend on the dialect, which may be known only to the sources. */
static bool
find_own_tables(RtProject *project, const char *const **out_own, GError **error)
{
    RtStateNames names = { 0 };
    if (!rt_settings_get(project->settings, "version_table", "name", &names.version, error))
        return false;
    g_autoptr(RtState) state = rt_state_new(NULL, NULL, &names);
    const char *const *own = rt_state_tables(state);
    size_t n = g_strv_length((char **) own);
    const char **copy = rt_arena_new_array(project->arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = rt_arena_strdup(project->arena, own[i]);
    *out_own = copy;
    return true;
}

const RtSourceContext *
rt_project_sources(RtProject *project, GError **error)
{
    if (project->has_sources)
        return &project->sources;
    RtSourceContext sources = {
        .dialects = project->options.dialects,
        .input = &project->input,
    };
    const char *location;
    if (!fill_dialect(project, &sources, error) || !find_own_tables(project, &sources.own, error) ||
        !rt_settings_get(project->settings, "retort", "script_location", &location, error) ||
        !rt_settings_list(project->settings, "autogenerate", "schemas", &sources.schemas, error) ||
        !connection_options(project, true, &sources.connection, error))
        return NULL;
    if (location && !(sources.folder = rt_project_folder(project, error)))
        return NULL;
    project->sources = sources;
    project->has_sources = true;
    return &project->sources;
}

bool
rt_project_lint_level(RtProject *project, RtRisk risk, RtLintLevel *out_level, GError **error)
{
    static const char *const levels[] = { [RT_LINT_OFF] = "off",
                                          [RT_LINT_NOTE] = "note",
                                          [RT_LINT_WARNING] = "warning",
                                          [RT_LINT_REFUSE] = "refuse" };
    const char *name = rt_risk_name(risk), *text;
    if (!rt_settings_get(project->settings, "lint", name, &text, error))
        return false;
    if (!text)
        text = risk == RT_RISK_DATA_LOSS ? "refuse" : "warning";
    for (unsigned i = 0; i < G_N_ELEMENTS(levels); i++) {
        if (strcmp(levels[i], text) == 0) {
            *out_level = (RtLintLevel) i;
            return true;
        }
    }
    rt_settings_error(project->settings, "lint", name, error,
                      "`%s` is no level: off, note, warning or refuse", text);
    return false;
}

static bool
read_risk_levels(RtProject *project, RtRunOptions *options, GError **error)
{
    for (unsigned bit = 0; bit < RT_N_RISKS; bit++) {
        RtLintLevel level;
        if (!rt_project_lint_level(project, 1u << bit, &level, error))
            return false;
        if (level == RT_LINT_REFUSE)
            options->refused_risks |= 1u << bit;
        if (level == RT_LINT_NOTE)
            options->noted_risks |= 1u << bit;
        if (level == RT_LINT_OFF)
            options->silent_risks |= 1u << bit;
    }
    return true;
}

static const char *
describe_owner(RtArena *arena)
{
    return rt_arena_printf(arena, "%s@%s:%d", g_get_user_name(), g_get_host_name(), (int) getpid());
}

bool
rt_project_run_options(RtProject *project, RtRunOptions *out_options, GError **error)
{
    RtSettings *settings = project->settings;
    RtRunOptions options = {
        .events = project->options.events,
        .owner = describe_owner(project->arena),
        .is_unattended = project->options.is_unattended,
    };
    if (!rt_settings_duration(settings, "run", "lock_timeout", &options.lock_timeout_ms, error) ||
        !rt_settings_duration(settings, "run", "lease", &options.lease_ms, error) ||
        !rt_settings_duration(settings, "run", "settle", &options.settle_ms, error) ||
        !rt_settings_duration(settings, "run", "job_timeout", &options.job_timeout_ms, error) ||
        !rt_settings_duration(settings, "run", "poll", &options.poll_ms, error) ||
        !read_risk_levels(project, &options, error))
        return false;
    *out_options = options;
    return true;
}

const char *const *
rt_project_schema(RtProject *project, GError **error)
{
    const char *const *list;
    if (!rt_settings_list(project->settings, "retort", "schema", &list, error))
        return NULL;
    if (*list)
        return list;
    if (need_config(project, error))
        rt_error_set(error, RT_ERROR_CONFIG,
                     "no declared schema: set schema in [retort] of %s to a .sql file or folder",
                     rt_settings_path(project->settings));
    return NULL;
}

bool
rt_project_load_schema(RtProject *project, RtCatalog *catalog, GPtrArray *problems,
                       GPtrArray *notes, GError **error)
{
    const RtSourceContext *sources = rt_project_sources(project, error);
    const char *const *list = sources ? rt_project_schema(project, error) : NULL;
    if (!list)
        return false;
    RtSourceContext configured = *sources;
    configured.folder_of_paths = rt_settings_folder(project->settings);
    return rt_source_load_list(&configured, list, catalog, problems, notes, error);
}
