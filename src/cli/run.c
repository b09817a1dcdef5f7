/* Runs a request on the database, offline, or only on paper. */
#include "cli/run.h"

#include "revision/describe.h"
#include "work/context.h"

const RtOption rt_run_options[] = {
    { "sql", 0, NULL, "print a script for the database's own client instead; takes FROM:TO" },
    { "dry-run", 0, NULL, "only show what would be done to this database now" },
    { "tag", 0, "TEXT", "passed to `run` steps as `tag`" },
    { NULL },
};

static int
run_offline(RtInvocation *invocation, const RtRequest *request, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    RtFolder *folder = project ? rt_project_folder(project, error) : NULL;
    const RtDialect *dialect = folder ? rt_project_dialect(project, error) : NULL;
    RtServer server;
    RtStateNames names;
    if (!dialect || !rt_project_server(project, dialect, &server, error) ||
        !rt_project_state_names(project, &names, error))
        return -1;
    g_autofree char *sql = rt_run_offline(folder, dialect, &server, &names, request, error);
    if (!sql)
        return -1;
    g_string_append(invocation->out, sql);
    return 0;
}

static void
print_migration(RtInvocation *invocation, const RtMigration *migration)
{
    g_autofree char *what = rt_migration_describe(migration);
    rt_invocation_print(invocation, "-- Running %s%s", what,
                        migration->is_open ? " (was interrupted)" : "");
    for (unsigned i = 0; i < migration->dangers->len; i++) {
        const RtMigrationRisk *risk = &g_array_index(migration->dangers, RtMigrationRisk, i);
        rt_text_append_line(invocation->out, "-- risk: %s: %s%s", rt_risk_name(risk->risk),
                            risk->reason ? risk->reason : "", risk->is_allowed ? " (allowed)" : "");
    }
    for (unsigned i = 0; i < migration->statements->len; i++)
        g_string_append_printf(invocation->out, "%s;\n",
                               (char *) g_ptr_array_index(migration->statements, i));
}

static void
print_plan(RtInvocation *invocation, const RtMigrationPlan *plan)
{
    if (plan->plan && plan->plan->warning)
        rt_events_notice(rt_invocation_events(invocation), RT_LEVEL_WARNING, "retort.migrate", "%s",
                         plan->plan->warning);
    for (unsigned i = 0; i < plan->migrations->len; i++)
        print_migration(invocation, g_ptr_array_index(plan->migrations, i));
}

void
rt_answer_plan(RtInvocation *invocation, const RtMigrationPlan *plan, bool is_dry)
{
    if (invocation->is_json)
        rt_answer_json(invocation, rt_answer_migrations(plan));
    else if (is_dry)
        print_plan(invocation, plan);
    if (!plan->migrations->len)
        rt_events_notice(rt_invocation_events(invocation), RT_LEVEL_INFO, "retort.migrate",
                         "nothing to do");
}

/* What was done before a failure is said too, so that nobody has to guess. */
static void
tell_progress(RtInvocation *invocation, const RtMigrationPlan *plan)
{
    if (plan && plan->migrations->len)
        rt_events_notice(rt_invocation_events(invocation), RT_LEVEL_WARNING, "retort.migrate",
                         "%u revision%s done before the failure", plan->migrations->len,
                         plan->migrations->len == 1 ? " was" : "s were");
}

static char *
make_context(RtInvocation *invocation, const RtProject *project)
{
    json_t *context = rt_context_new(project);
    const char *tag = rt_invocation_value(invocation, "tag");
    json_object_set_new(context, "tag", tag ? json_string(tag) : json_null());
    char *text = json_dumps(context, JSON_COMPACT);
    json_decref(context);
    return text;
}

int
rt_invocation_run(RtInvocation *invocation, const RtRequest *request, GError **error)
{
    if (rt_invocation_flag(invocation, "sql"))
        return run_offline(invocation, request, error);
    bool is_dry = rt_invocation_flag(invocation, "dry-run");
    RtProject *project = rt_invocation_project(invocation, error);
    RtFolder *folder = project ? rt_project_folder(project, error) : NULL;
    RtRunOptions options;
    /* All that can be wrong with the configuration is said before a file is made. */
    if (!folder || !rt_project_run_options(project, &options, error))
        return -1;
    RtDatabase *database = rt_project_database(project, is_dry, error);
    RtState *state = database ? rt_project_state(project, is_dry, error) : NULL;
    if (!state)
        return -1;
    g_autofree char *context = make_context(invocation, project);
    options.context = context;
    g_autoptr(GError) failure = NULL;
    g_autoptr(RtMigrationPlan) plan =
        is_dry ? rt_migration_plan_new(folder, database, state, request, &failure)
               : rt_run(folder, database, state, request, &options, &failure);
    if (failure) {
        if (!is_dry)
            tell_progress(invocation, plan);
        g_propagate_error(error, g_steal_pointer(&failure));
        return -1;
    }
    rt_answer_plan(invocation, plan, is_dry);
    return 0;
}
