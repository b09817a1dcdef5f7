/* Opens the project with what the command line says over the configuration. */
#include "cli/project.h"

#include "cli/terminal.h"

const RtEvents *
rt_invocation_events(RtInvocation *invocation)
{
    if (!invocation->events) {
        RtEvents *events = g_new(RtEvents, 1);
        *events = rt_terminal_events(invocation->terminal);
        invocation->events = events;
    }
    return invocation->events;
}

RtProject *
rt_invocation_project(RtInvocation *invocation, GError **error)
{
    if (invocation->project)
        return invocation->project;
    RtProjectOptions options = {
        .dialects = rt_dialects,
        .config = rt_invocation_value(invocation, "config"),
        .environment = rt_invocation_value(invocation, "env"),
        .url = rt_invocation_value(invocation, "url"),
        .dialect = rt_invocation_value(invocation, "dialect"),
        .variables = rt_invocation_values(invocation, "set"),
        .events = rt_invocation_events(invocation),
        .is_unattended = !invocation->terminal->can_ask,
    };
    g_autoptr(RtProject) project = rt_project_open(&options, error);
    RtLogging *logging = project ? rt_logging_new(rt_project_settings(project), error) : NULL;
    if (!logging || !rt_terminal_log(invocation->terminal, logging, error))
        return NULL;
    invocation->project = g_steal_pointer(&project);
    return invocation->project;
}

void
rt_invocation_close(RtInvocation *invocation)
{
    g_clear_pointer(&invocation->project, rt_project_free);
    g_clear_pointer(&invocation->events, g_free);
}
