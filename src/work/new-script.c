/* Writes new revision scripts. */
#include "work/new-script.h"

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

static bool
run_hook(RtProject *project, const char *name, const char *command, const char *path,
         GError **error)
{
    g_autofree char *quoted = g_shell_quote(path);
    g_autofree char *line = g_strdup_printf("%s %s", command, quoted);
    const char *argv[] = { "/bin/sh", "-c", line, NULL };
    g_autofree char *output = NULL, *errors = NULL;
    g_autoptr(GError) failure = NULL;
    int status;
    if (!g_spawn_sync(NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &errors,
                      &status, &failure) ||
        !g_spawn_check_wait_status(status, &failure)) {
        rt_error_set(error, RT_ERROR_FILE, "hook `%s` failed on %s: %s%s%s", name, path,
                     failure->message, errors && *errors ? "\n" : "",
                     errors ? g_strchomp(errors) : "");
        return false;
    }
    rt_events_notice(rt_project_options(project)->events, RT_LEVEL_INFO, "retort.hooks",
                     "ran hook `%s` on %s", name, path);
    return true;
}

static bool
run_hooks(RtProject *project, const char *path, GError **error)
{
    g_autoptr(GPtrArray) names = rt_settings_keys(rt_project_settings(project), "hooks");
    for (unsigned i = 0; i + 1 < names->len; i++) {
        const char *name = g_ptr_array_index(names, i), *command;
        if (!rt_settings_get(rt_project_settings(project), "hooks", name, &command, error) ||
            (command && !run_hook(project, name, command, path, error)))
            return false;
    }
    return true;
}

char *
rt_new_script_write(RtProject *project, const RtNewScriptOptions *options, GError **error)
{
    RtFolder *folder = rt_project_folder(project, error);
    g_autoptr(GDateTime) now = folder ? read_clock(project, error) : NULL;
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
    if (!path || !run_hooks(project, path, error))
        return NULL;
    return g_steal_pointer(&path);
}
