/* The lock as a table that only one runner can create, with the steps of its run. */
#include "migrate/lock-form.h"
#include "state/generation.h"

static const char *
own_name(const RtRunner *runner)
{
    return runner->options->owner ? runner->options->owner : "?";
}

static bool
take(RtRunner *runner, const RtGeneration *seen, RtLockLook *out, GError **error)
{
    bool is_taken;
    if (!rt_generation_take(runner->state, seen, own_name(runner), &is_taken, error))
        return false;
    if (is_taken)
        runner->lock.owner = g_strdup(own_name(runner));
    else
        out->holder = g_strdup("another runner");
    return true;
}

static bool
try(RtRunner *runner, bool (*is_dead)(void *, const RtLockLook *), void *data, RtLockLook *out,
    GError **error)
{
    g_auto(RtGeneration) seen = { 0 };
    /* After looking it is known which tables are missing. */
    if (!rt_generation_find(runner->state, &seen, error) ||
        (!runner->has_tables && !rt_state_create(runner->state, error)))
        return false;
    runner->has_tables = true;
    RtLockLook look = { NULL, seen.owner, seen.sign };
    if (!seen.number || seen.is_given_back || seen.is_marked || is_dead(data, &look))
        return take(runner, &seen, out, error);
    out->holder = g_strdup(seen.owner ? seen.owner : "another runner");
    return true;
}

/* A write failed: perhaps as its table is not there, and another has taken over. */
static void
explain_loss(RtRunner *runner, GError **error)
{
    if (!rt_error_is(*error, RT_ERROR_REJECTED) ||
        runner->database->connection->failure.class != RT_FAILURE_NOT_FOUND)
        return;
    g_auto(RtGeneration) newest = { 0 };
    g_autoptr(GError) ignored = NULL;
    if (!rt_generation_find(runner->state, &newest, &ignored) ||
        rt_generation_is_ours(runner->state, &newest))
        return;
    g_clear_error(error);
    rt_error_set(error, RT_ERROR_LOCKED, "%s took this run over",
                 newest.owner ? newest.owner : "another runner");
}

static bool
begin_write(RtRunner *runner, GError **error)
{
    GError *failure = NULL;
    if (!runner->lock.owner || rt_generation_beat(runner->state, own_name(runner), &failure))
        return true;
    explain_loss(runner, &failure);
    g_propagate_error(error, failure);
    return false;
}

static bool
beat_through(RtRunner *runner, RtConnection *companion, GError **error)
{
    return rt_generation_beat_through(runner->state, companion, own_name(runner), error);
}

static bool
begin_step(RtRunner *runner, GError **error)
{
    (void) runner, (void) error;
    return true;
}

static bool
end_write(RtRunner *runner, bool ok, GError **error)
{
    if (!ok && error && *error)
        explain_loss(runner, error);
    return ok;
}

/* The steps of a run that stands open stay for whoever finishes it. */
static bool
give_back(RtRunner *runner, GError **error)
{
    GError *failure = NULL;
    g_autoptr(RtJournalRow) open = rt_state_open_run(runner->state, &failure);
    if (failure) {
        g_propagate_error(error, failure);
        return false;
    }
    return rt_generation_release(runner->state, open, error);
}

static void
release(RtRunner *runner)
{
    RtConnection *connection = runner->database->connection;
    g_autoptr(GError) failure = NULL;
    if (give_back(runner, &failure) || connection->failure.class != RT_FAILURE_LOST ||
        !rt_events_go_on(runner->events, NULL))
        return;
    /* Else others would wait until its lease is over. */
    g_clear_error(&failure);
    if (rt_connection_reopen(connection, &failure) && !give_back(runner, &failure))
        return;
}

const RtLockForm rt_lock_by_generation = {
    .try = try,
    .begin_write = begin_write,
    .begin_step = begin_step,
    .end_write = end_write,
    .beat_through = beat_through,
    .release = release,
};
