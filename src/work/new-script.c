/* Writes new revision scripts. */
#include "work/new-script.h"

#include "base/process.h"
#include "export/json.h"
#include "work/context.h"

#include <string.h>

/* Twelve hexadecimal digits, as Alembic takes them from a UUID. */
static char *
make_random(void)
{
    g_autofree char *uuid = g_uuid_string_random();
    return g_strdup(uuid + strlen(uuid) - 12);
}

static char *
make_sequential(const RtGraph *graph)
{
    guint64 highest = 0;
    RtRevisionList revisions = rt_graph_revisions(graph);
    for (size_t i = 0; i < revisions.count; i++) {
        guint64 number;
        if (g_ascii_string_to_unsigned(revisions.items[i]->id, 10, 0, G_MAXINT32, &number, NULL))
            highest = MAX(highest, number);
    }
    return g_strdup_printf("%04" G_GUINT64_FORMAT, highest + 1);
}

static char *
make_revision(RtProject *project, const RtGraph *graph, GDateTime *now, GError **error)
{
    const char *kind;
    if (!rt_settings_get(rt_project_settings(project), "retort", "rev_id", &kind, error))
        return NULL;
    if (strcmp(kind, "random") == 0)
        return make_random();
    if (strcmp(kind, "sequential") == 0)
        return make_sequential(graph);
    if (strcmp(kind, "timestamp") == 0)
        return g_date_time_format(now, "%Y%m%d%H%M%S");
    rt_settings_error(rt_project_settings(project), "retort", "rev_id", error,
                      "`%s` is no way to make identifiers: random, sequential or timestamp", kind);
    return NULL;
}

static bool
check_format(RtProject *project, GError **error)
{
    const char *format;
    RtSettings *settings = rt_project_settings(project);
    if (!rt_settings_get(settings, "retort", "script_format", &format, error))
        return false;
    if (g_strcmp0(format, "sql") == 0)
        return true;
    rt_settings_error(settings, "retort", "script_format", error,
                      "`%s` is no format of scripts: sql", format ? format : "");
    return false;
}

static GDateTime *
read_clock(RtProject *project, GError **error)
{
    const char *name;
    if (!rt_settings_get(rt_project_settings(project), "retort", "timezone", &name, error))
        return NULL;
    g_autoptr(GTimeZone) zone = name ? g_time_zone_new_identifier(name) : g_time_zone_new_local();
    if (zone)
        return g_date_time_new_now(zone);
    rt_settings_error(rt_project_settings(project), "retort", "timezone", error,
                      "there is no time zone `%s`", name);
    return NULL;
}

/* ---- hooks ------------------------------------------------------------------------------------
 */

/* Alembic's word for the new script; a command without it gets the path behind its own words. */
static char *
insert_path(const char *command, const char *path)
{
    static const char word[] = "REVISION_SCRIPT_FILENAME";
    g_autofree char *quoted = g_shell_quote(path);
    if (!strstr(command, word))
        return g_strdup_printf("%s %s", command, quoted);
    g_auto(GStrv) parts = g_strsplit(command, word, -1);
    return g_strjoinv(quoted, parts);
}

static char *
describe_script(const RtProject *project, const RtScriptHeader *header, const char *path)
{
    json_t *context = rt_context_new(project);
    json_object_set_new(context, "revision", json_string(header->revision));
    json_object_set_new(context, "message", json_string(header->message));
    json_object_set_new(context, "path", rt_json_text(path));
    char *text = json_dumps(context, JSON_COMPACT);
    json_decref(context);
    return text;
}

/* Commands of the configuration run in its folder. */
static bool
run_hook(RtProject *project, const char *name, const char *command, const char *input,
         const char *path, GError **error)
{
    g_autofree char *line = insert_path(command, path);
    g_autofree char *said = NULL;
    g_autoptr(GError) failure = NULL;
    RtProcess process = { .command = line,
                          .folder = rt_settings_folder(rt_project_settings(project)),
                          .input = input };
    if (!rt_process_run(&process, &said, NULL, &failure)) {
        rt_error_set(error, RT_ERROR_FILE, "hook `%s` failed on %s, which is kept: %s", name, path,
                     failure->message);
        return false;
    }
    rt_events_notice(rt_project_options(project)->events, RT_LEVEL_INFO, "retort.hooks",
                     "ran hook `%s` on %s%s%s", name, path, *g_strchomp(said) ? ": " : "", said);
    return true;
}

static bool
run_hooks(RtProject *project, const RtScriptHeader *header, const char *path, GError **error)
{
    RtSettings *settings = rt_project_settings(project);
    g_autoptr(GPtrArray) names = rt_settings_keys(settings, "hooks");
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    g_autofree char *input = describe_script(project, header, absolute);
    bool is_here = strcmp(rt_settings_folder(settings), ".") == 0;
    for (unsigned i = 0; i + 1 < names->len; i++) {
        const char *name = g_ptr_array_index(names, i), *command;
        if (!rt_settings_get(settings, "hooks", name, &command, error) ||
            (command && !run_hook(project, name, command, input, is_here ? path : absolute, error)))
            return false;
    }
    return true;
}

char *
rt_new_script_write(RtProject *project, const RtNewScriptOptions *options, GError **error)
{
    RtFolder *folder = rt_project_folder(project, error);
    if (!folder || !check_format(project, error))
        return NULL;
    g_autoptr(GDateTime) now = read_clock(project, error);
    if (!now)
        return NULL;
    const RtGraph *graph = rt_folder_graph(folder);
    g_autofree char *id =
        options->revision ? g_strdup(options->revision) : make_revision(project, graph, now, error);
    if (!id)
        return NULL;
    RtNewRevisionOptions wanted = { .id = id,
                                    .heads = options->heads,
                                    .splice = options->splice,
                                    .branch_labels = options->branch_labels,
                                    .depends_on = options->depends_on };
    g_autoptr(RtNewRevision) revision = rt_graph_new_revision(graph, &wanted, error);
    if (!revision)
        return NULL;
    g_autofree char *created = g_date_time_format(now, "%Y-%m-%d %H:%M:%S %:z");
    RtScriptHeader header = { .revision = id,
                              .down_revision = (const char *const *) revision->down_revisions,
                              .branch_labels = (const char *const *) revision->branch_labels,
                              .depends_on = (const char *const *) revision->depends_on,
                              .message = options->message ? options->message : "empty message",
                              .created = created };
    g_autofree char *path = rt_folder_write(folder, &header, now, options->version_path,
                                            options->upgrade, options->downgrade, error);
    if (!path || !run_hooks(project, &header, path, error))
        return NULL;
    return g_steal_pointer(&path);
}
