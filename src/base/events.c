/* Calls the listeners that are there. */
#include "base/events.h"

#include "base/error.h"

void
rt_events_statement(const RtEvents *events, const char *logger, const char *sql)
{
    if (events && events->statement)
        events->statement(events->data, logger, sql);
}

void
rt_events_progress(const RtEvents *events, const char *what, int percent)
{
    if (events && events->progress)
        events->progress(events->data, what, percent);
}

void
rt_events_notice(const RtEvents *events, RtLevel level, const char *logger, const char *format, ...)
{
    if (!events || !events->notice)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    events->notice(events->data, level, logger, message);
}

bool
rt_events_confirm(const RtEvents *events, const char *question)
{
    return events && events->confirm && events->confirm(events->data, question);
}

bool
rt_events_go_on(const RtEvents *events, GError **error)
{
    if (!events || !events->cancel || events->cancel->level == 0)
        return true;
    rt_error_set(error, RT_ERROR_INTERRUPTED, "interrupted");
    return false;
}
