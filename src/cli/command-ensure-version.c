/* ensure-version: makes retort's own tables, nothing else. */
#include "cli/answer.h"
#include "cli/commands.h"

static const RtOption options[] = {
    { "sql", 0, NULL, "print the statements instead" },
    { NULL },
};

static int
print_sql(RtInvocation *invocation, RtProject *project, GError **error)
{
    const RtDialect *dialect = rt_project_dialect(project, error);
    RtStateNames names;
    if (!dialect || !rt_project_state_names(project, &names, error))
        return -1;
    g_autoptr(RtState) state = rt_state_new(dialect, NULL, &names);
    g_autoptr(GPtrArray) statements = rt_state_create_sql(state);
    for (unsigned i = 0; i < statements->len; i++)
        g_string_append_printf(invocation->out, "%s;\n", (char *) g_ptr_array_index(statements, i));
    return 0;
}

static int
run_ensure_version(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    if (!project)
        return -1;
    if (rt_invocation_flag(invocation, "sql"))
        return print_sql(invocation, project, error);
    RtState *state = rt_project_state(project, false, error);
    return state && rt_state_create(state, error) ? 0 : -1;
}

const RtCommand rt_command_ensure_version = {
    .name = "ensure-version",
    .summary = "Make retort's own tables in the database where they are missing",
    .examples = "retort ensure-version\nretort ensure-version --sql",
    .options = options,
    .run = run_ensure_version,
};
