/* Loads catalogs from whatever a person names. */
#include "source/source.h"

#include "base/process.h"
#include "dialect/parse.h"
#include "revision/plan.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef enum SourceKind {
    SOURCE_FILE, /* or folder */
    SOURCE_INPUT,
    SOURCE_COMMAND,
    SOURCE_URL,
    SOURCE_SCRIPTS,
} SourceKind;

/* One source while it is loaded. */
typedef struct Load {
    const RtSourceContext *context;
    const char *source;
    RtLoad options;
    RtCatalog *catalog;
    GArray *deferred; /* of RtOp: statements whose table comes later */
} Load;

static SourceKind
classify(const char *source)
{
    if (strcmp(source, "-") == 0)
        return SOURCE_INPUT;
    if (g_str_has_prefix(source, "exec:"))
        return SOURCE_COMMAND;
    if (strcmp(source, "scripts") == 0 || g_str_has_prefix(source, "scripts@"))
        return SOURCE_SCRIPTS;
    size_t scheme = strspn(source, "abcdefghijklmnopqrstuvwxyz0123456789+");
    if (scheme > 1 && source[scheme] == ':' &&
        (g_str_has_prefix(source, "memory+") || g_str_has_prefix(source + scheme, "://")))
        return SOURCE_URL;
    return SOURCE_FILE;
}

static char *
resolve_path(const RtSourceContext *context, const char *path)
{
    if (!context->folder_of_paths || g_path_is_absolute(path) ||
        strcmp(context->folder_of_paths, ".") == 0)
        return g_strdup(path);
    return g_build_filename(context->folder_of_paths, path, NULL);
}

/* ---- dialects ---------------------------------------------------------------------------------
 */

/* The dialect that the first line of a text names; NULL without an error where it names none. */
static const RtDialect *
dialect_of_text(const RtSourceContext *context, const RtText *text, GError **error)
{
    static const char intro[] = "-- retort: dialect ";
    if (!g_str_has_prefix(text->data, intro))
        return NULL;
    uint32_t start = sizeof intro - 1;
    RtSpan span = { start, start + (uint32_t) strcspn(text->data + start, " \t\r\n") };
    g_autofree char *name = g_strndup(text->data + span.start, span.end - span.start);
    const RtDialect *dialect = rt_dialect_find(context->dialects, name);
    if (!dialect)
        rt_text_error(error, RT_ERROR_CONFIG, text, span, "there is no dialect `%s`", name);
    else if (context->dialect && dialect != context->dialect)
        rt_text_error(error, RT_ERROR_CONFIG, text, span,
                      "the file is written for %s, but %s is asked for", name,
                      context->dialect->name);
    else
        return dialect;
    return NULL;
}

static const RtDialect *
dialect_of_url(const RtSourceContext *context, const char *source, GError **error)
{
    g_autoptr(RtUrl) url = rt_url_parse(source, error);
    if (!url)
        return NULL;
    const RtDialect *dialect = rt_dialect_of_scheme(context->dialects, url->scheme);
    if (!dialect)
        rt_error_set(error, RT_ERROR_CONFIG, "no dialect speaks `%s:` URLs", url->scheme);
    return dialect;
}

static int
compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static bool
collect_files(const char *path, GPtrArray *files, GError **error)
{
    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        g_ptr_array_add(files, g_strdup(path));
        return true;
    }
    g_autoptr(GError) failure = NULL;
    g_autoptr(GDir) dir = g_dir_open(path, 0, &failure);
    if (!dir) {
        rt_error_set(error, RT_ERROR_FILE, "%s", failure->message);
        return false;
    }
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        bool is_folder = g_file_test(child, G_FILE_TEST_IS_DIR);
        if (*name == '.' || (!is_folder && !g_str_has_suffix(name, ".sql")))
            continue;
        if (!collect_files(child, files, error))
            return false;
    }
    return true;
}

/* The files of a file source, in byte order of their paths. */
static GPtrArray *
list_files(const RtSourceContext *context, const char *source, GError **error)
{
    g_autofree char *path = resolve_path(context, source);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        /* It may have been meant for a URL. */
        g_autofree char *shown = rt_url_hide_password(path);
        rt_error_set(error, RT_ERROR_FILE,
                     "%s: no such file or folder; a source is a .sql file or folder, -, "
                     "exec:COMMAND, a database URL, or scripts[@REVISION]",
                     shown);
        return NULL;
    }
    if (!collect_files(path, files, error))
        return NULL;
    g_ptr_array_sort(files, compare_paths);
    return g_steal_pointer(&files);
}

static const RtDialect *
dialect_of_files(const RtSourceContext *context, const char *source, GError **error)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    g_autoptr(GError) failure = NULL;
    g_autoptr(GPtrArray) files = list_files(context, source, &failure);
    const RtDialect *dialect = NULL;
    for (unsigned i = 0; files && !failure && !dialect && i < files->len; i++) {
        RtText *text = rt_text_open(arena, g_ptr_array_index(files, i), &failure);
        dialect = text ? dialect_of_text(context, text, &failure) : NULL;
    }
    if (failure)
        g_propagate_error(error, g_steal_pointer(&failure));
    return dialect;
}

const RtDialect *
rt_source_dialect(const RtSourceContext *context, const char *source, GError **error)
{
    g_autoptr(GError) failure = NULL;
    SourceKind kind = classify(source);
    const RtDialect *dialect = kind == SOURCE_URL    ? dialect_of_url(context, source, &failure)
                               : kind == SOURCE_FILE ? dialect_of_files(context, source, &failure)
                                                     : NULL;
    if (failure) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    if (!dialect)
        dialect = context->dialect;
    if (!dialect)
        rt_error_set(error, RT_ERROR_CONFIG,
                     "nothing says the dialect of %s: begin the file with `-- retort: dialect NAME`"
                     ", or give --dialect",
                     source);
    return dialect;
}

bool
rt_source_is_url(const char *source)
{
    return classify(source) == SOURCE_URL;
}

char *
rt_source_schema(const RtSourceContext *context, const RtDialect *dialect, const char *source)
{
    if (rt_source_is_url(source)) {
        g_autoptr(RtUrl) url = rt_url_parse(source, NULL);
        return url ? rt_dialect_schema_of_url(dialect, url) : NULL;
    }
    return g_strdup(rt_dialect_schema(dialect, &context->server));
}

/* ---- loading ----------------------------------------------------------------------------------
 */

static RtArena *
load_arena(const Load *load)
{
    return rt_model_arena(rt_catalog_model(load->catalog));
}

static bool
load_text(Load *load, const RtText *text, GError **error)
{
    g_autoptr(GError) failure = NULL;
    dialect_of_text(load->context, text, &failure);
    if (failure) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    return rt_load_text(&load->options, load->catalog, text, load->deferred, error);
}

static bool
load_files(Load *load, GError **error)
{
    g_autoptr(GPtrArray) files = list_files(load->context, load->source, error);
    for (unsigned i = 0; files && i < files->len; i++) {
        RtText *text = rt_text_open(load_arena(load), g_ptr_array_index(files, i), error);
        if (!text || !load_text(load, text, error))
            return false;
    }
    return files;
}

static bool
load_bytes(Load *load, const char *name, char *data, size_t length, GError **error)
{
    rt_arena_take(load_arena(load), data);
    const char *bad;
    if (length >= G_MAXINT32 || !rt_text_validate(data, length, &bad)) {
        rt_error_set(error, RT_ERROR_SYNTAX, "%s: is no UTF-8 text of less than 2 GiB", name);
        return false;
    }
    return load_text(load, rt_text_new(load_arena(load), name, data, length), error);
}

static GString *
read_input(GError **error)
{
    g_autoptr(GString) data = g_string_new(NULL);
    char buffer[64 * 1024];
    ssize_t n;
    while ((n = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
        g_string_append_len(data, buffer, n);
    if (n == 0)
        return g_steal_pointer(&data);
    rt_error_set(error, RT_ERROR_FILE, "cannot read standard input: %s", g_strerror(errno));
    return NULL;
}

static bool
load_input(Load *load, GError **error)
{
    GString *own = NULL, **input = load->context->input ? load->context->input : &own;
    if (!*input && !(*input = read_input(error)))
        return false;
    size_t length = (*input)->len;
    char *bytes = g_memdup2((*input)->str, length + 1);
    if (own)
        g_string_free(own, TRUE);
    return load_bytes(load, "<standard input>", bytes, length, error);
}

static bool
load_command(Load *load, GError **error)
{
    const char *command = load->source + strlen("exec:");
    RtProcess process = { .command = command, .folder = load->context->folder_of_paths };
    g_autoptr(GError) failure = NULL;
    char *output;
    size_t length;
    if (!rt_process_run(&process, &output, &length, &failure)) {
        rt_error_set(error, RT_ERROR_FILE, "%s: %s", load->source, failure->message);
        return false;
    }
    return load_bytes(load, load->source, output, length, error);
}

static bool
load_url(Load *load, GError **error)
{
    RtConnectionOptions options = load->context->connection;
    g_autofree char *shown = rt_url_hide_password(load->source);
    options.read_only = true;
    options.url = shown;
    g_autoptr(RtDatabase) database = rt_database_open(
        load->context->dialects, load->source, load->context->folder_of_paths, &options, error);
    RtReading reading = { .schemas = load->context->schemas };
    return database && rt_database_reflect(database, load->catalog, load->context->own, &reading,
                                           load->options.notes, error);
}

static bool
load_scripts(Load *load, GError **error)
{
    const RtSourceContext *context = load->context;
    if (!context->folder) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "`%s` needs a project: there is no retort.ini with a script_location",
                     load->source);
        return false;
    }
    const char *at = strchr(load->source, '@');
    g_autoptr(RtPlan) plan =
        rt_plan_upgrade(rt_folder_graph(context->folder), NULL, at ? at + 1 : "heads", error);
    if (!plan)
        return false;
    g_autofree const RtRevision **revisions = g_new(const RtRevision *, plan->count + 1);
    for (size_t i = 0; i < plan->count; i++)
        revisions[i] = plan->steps[i].revision;
    return rt_replay_revisions(context, load->catalog, revisions, (unsigned) plan->count, error);
}

/* Whether problems were added behind the first `n`; the first of them becomes the error. */
static bool
has_problems(const GPtrArray *problems, unsigned n, GError **error)
{
    if (!problems || problems->len <= n)
        return false;
    if (error)
        *error = g_error_copy(g_ptr_array_index(problems, n));
    return true;
}

static bool
is_text(SourceKind kind)
{
    return kind != SOURCE_URL && kind != SOURCE_SCRIPTS;
}

static bool
load_source(Load *load, GError **error)
{
    static bool (*const loaders[])(Load *, GError **) = {
        [SOURCE_FILE] = load_files,      [SOURCE_INPUT] = load_input,
        [SOURCE_COMMAND] = load_command, [SOURCE_URL] = load_url,
        [SOURCE_SCRIPTS] = load_scripts,
    };
    SourceKind kind = classify(load->source);
    if (is_text(kind))
        rt_catalog_set_declared(load->catalog, true);
    return loaders[kind](load, error);
}

bool
rt_source_load_list(const RtSourceContext *context, const char *const *sources, RtCatalog *catalog,
                    GPtrArray *problems, GPtrArray *notes, GError **error)
{
    RtSourceContext shared = *context;
    if (!shared.dialect && !(shared.dialect = rt_source_dialect(context, *sources, error)))
        return false;
    g_autoptr(GArray) deferred = g_array_new(FALSE, FALSE, sizeof(RtOp));
    Load load = {
        .context = &shared,
        .options = { .dialect = shared.dialect,
                     .server = &shared.server,
                     .check = true,
                     .problems = problems,
                     .notes = notes },
        .catalog = catalog,
        .deferred = deferred,
    };
    unsigned n_before = problems ? problems->len : 0;
    bool has_text = false;
    for (; *sources; sources++) {
        load.source = *sources;
        has_text |= is_text(classify(*sources));
        if (!load_source(&load, error))
            return false;
    }
    /* what was put off for a table that could not be read would only be a second complaint */
    bool is_finished = !has_text || has_problems(problems, n_before, NULL) ||
                       rt_load_finish(&load.options, catalog, deferred, error);
    rt_catalog_forget(catalog);
    return is_finished && !has_problems(problems, n_before, error);
}

bool
rt_source_load(const RtSourceContext *context, const char *source, RtCatalog *catalog,
               GPtrArray *problems, GPtrArray *notes, GError **error)
{
    const char *const one[] = { source, NULL };
    return rt_source_load_list(context, one, catalog, problems, notes, error);
}
