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
    if (!runner->has_tables && !rt_state_create(runner->state, error))
        return false;
    runner->has_tables = true;
    if (!rt_generation_find(runner->state, &seen, error))
        return false;
    RtLockLook look = { NULL, seen.owner, seen.sign };
    if (!seen.number || seen.is_given_back || is_dead(data, &look))
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
static void
release(RtRunner *runner)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(RtJournalRow) open = rt_state_open_run(runner->state, &failure);
    bool keeps_steps = open || failure;
    g_clear_error(&failure);
    bool ok = rt_generation_release(runner->state, keeps_steps, &failure);
    (void) ok;
}

const RtLockForm rt_lock_by_generation = {
    .try = try,
    .begin_write = begin_write,
    .begin_step = begin_step,
    .end_write = end_write,
    .release = release,
};
