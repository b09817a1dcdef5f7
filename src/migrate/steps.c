/*
 * The steps of a half in order: before each the jobs on what it names, the state that it finds and
 * the journal; afterwards its jobs run side by side with the next.
 */
#include "migrate/steps.h"

#include "migrate/batch.h"
#include "migrate/lock.h"
#include "migrate/rebuild.h"
#include "migrate/settle.h"
#include "migrate/step.h"
#include "migrate/steps-jobs.h"
#include "migrate/steps-journal.h"

#include <string.h>

static RtStepRow *
find_known(const RtSteps *steps, unsigned i)
{
    for (guint j = 0; j < steps->known->len; j++) {
        RtStepRow *row = steps->known->pdata[j];
        if (row->step == (int64_t) i + 1 && row->hash)
            return row;
    }
    return NULL;
}

/* ---- rebuild blocks ---------------------------------------------------------------------------
 */

static bool
leave_rebuild(RtSteps *steps, GError **error)
{
    if (steps->rebuild < 0)
        return true;
    steps->rebuild = -1;
    bool ok = rt_rebuild_verify(steps->runner, steps->migration, error);
    return rt_rebuild_end(steps->runner, ok ? error : NULL) && ok;
}

static bool
enter_rebuild(RtSteps *steps, unsigned i, GError **error)
{
    const RtScriptStep *step = &steps->migration->half.steps[i];
    if (step->rebuild == steps->rebuild)
        return true;
    if (!leave_rebuild(steps, error))
        return false;
    if (step->rebuild < 0)
        return true;
    bool is_begun = steps->last > (int64_t) steps->migration->half.rebuilds[step->rebuild].first;
    if (!is_begun && !rt_rebuild_check(steps->runner, steps->migration, step, error))
        return false;
    steps->rebuild = step->rebuild;
    return rt_rebuild_begin(steps->runner, error) && rt_rebuild_enter(steps->runner, error);
}

/* ---- steps ------------------------------------------------------------------------------------
 */

/* Fills in what the row keeps of the state before the step. */
static bool
prepare_step(RtSteps *steps, unsigned i, RtStepRow *row, RtTouch **out_touch, GError **error)
{
    const RtScriptStep *step = &steps->migration->half.steps[i];
    *out_touch = NULL;
    if (step->kind == RT_SCRIPT_IF) {
        GError *cause = NULL;
        if (!rt_step_condition(steps->runner, step, &steps->holds[i], &cause)) {
            rt_step_fail(error, steps->migration, step, cause);
            return false;
        }
        row->outcome = g_strdup(steps->holds[i] ? "true" : "false");
    }
    if (step->kind != RT_SCRIPT_STATEMENT)
        return true;
    RtTouch *touch = rt_touch_read(steps->runner, steps->migration, step, error);
    if (!touch)
        return false;
    row->objects = rt_touch_to_json(touch);
    if (touch->kind == RT_TOUCH_SESSION)
        row->outcome = g_strdup("session");
    *out_touch = touch;
    return true;
}

/* How long a step has stood before a table that somebody else's job keeps. */
typedef struct Patience {
    gint64 since; /* monotonic; 0: not yet */
    RtPace pace;
} Patience;

/* Sleeps, or fails where that took as long as one waits for others. */
static bool
wait_for_others(RtSteps *steps, Patience *patience, const char *blocker, GError **error)
{
    RtRunner *runner = steps->runner;
    gint64 limit = runner->options->lock_timeout_ms, now = g_get_monotonic_time();
    patience->since = patience->since ? patience->since : now;
    if (limit >= 0 && now - patience->since >= limit * 1000) {
        rt_error_set(error, RT_ERROR_LOCKED,
                     "%s is not of this run, and no change is possible until it ends; then the "
                     "same command goes on",
                     blocker);
        return false;
    }
    g_autofree char *what = g_strdup_printf("waiting for %s, which is not of this run", blocker);
    rt_events_progress(runner->events, what, -1);
    return rt_pace_sleep(runner, &patience->pace, error) && rt_lock_keep(runner, error);
}

/* What the step finds, once no job is in its way: neither one of ours nor somebody else's. */
static bool
prepare_free_step(RtSteps *steps, unsigned i, Patience *patience, RtStepRow *row,
                  RtTouch **out_touch, GError **error)
{
    for (;;) {
        g_clear_pointer(&row->objects, g_free);
        g_autoptr(RtTouch) touch = NULL;
        if (!prepare_step(steps, i, row, &touch, error))
            return false;
        if (!touch || !touch->blocker) {
            *out_touch = g_steal_pointer(&touch);
            return true;
        }
        if (steps->pending->len ? !rt_steps_wait(steps, NULL, error)
                                : !wait_for_others(steps, patience, touch->blocker, error))
            return false;
    }
}

/* The server says that it did not run the statement, as it is busy with the object. */
static bool
is_busy(const RtSteps *steps)
{
    const RtDatabase *database = steps->runner->database;
    const RtFailure *failure = &database->connection->failure;
    return database->dialect->jobs && failure->class == RT_FAILURE_BUSY &&
           failure->sent == RT_SENT_YES;
}

/* What the server has answered did not run; else nobody knows, and the next run settles it. */
static void
note_failure(RtSteps *steps, unsigned i, RtStepRow *row, const GError *failure)
{
    const RtScriptStep *step = &steps->migration->half.steps[i];
    bool is_batch = rt_batch_is_meant(steps->runner, step);
    bool is_unknown = step->kind == RT_SCRIPT_STATEMENT && !is_batch &&
                      steps->runner->database->connection->failure.sent == RT_SENT_MAYBE;
    if (!is_unknown && !rt_error_is(failure, RT_ERROR_INTERRUPTED))
        rt_steps_put_failure(steps, is_batch ? NULL : row, failure);
}

static bool
send_step(RtSteps *steps, unsigned i, RtStepRow *row, GError **error)
{
    RtRunner *runner = steps->runner;
    const RtScriptStep *step = &steps->migration->half.steps[i];
    rt_runner_fault(runner, "before statement", i + 1);
    steps->sent = (int64_t) i + 1;
    if (rt_batch_is_meant(steps->runner, step)) {
        GError *cause = NULL;
        if (!rt_batch_run(runner, step, row, &cause)) {
            rt_step_fail(error, steps->migration, step, cause);
            return false;
        }
    } else if (!rt_step_run(runner, steps->migration, step, error)) {
        return false;
    }
    rt_runner_fault(runner, "after statement", i + 1);
    return true;
}

/*
 * The server was busy with the object: says so before anything else, since a job that somebody else
 * begins on it would be taken for that of the statement. Then waits for what is in the way.
 */
static bool
wait_while_busy(RtSteps *steps, unsigned i, RtStepRow *row, Patience *patience, GError *busy,
                GError **error)
{
    GError *failure = NULL;
    steps->sent = i;
    row->state = RT_STEP_FAILED;
    bool goes_on = rt_steps_put(steps, row, &failure) &&
                   wait_for_others(steps, patience, busy->message, &failure);
    row->state = RT_STEP_STARTED;
    g_error_free(busy);
    if (goes_on)
        return true;
    if (rt_error_is(failure, RT_ERROR_LOCKED))
        rt_steps_put_failure(steps, NULL, failure);
    rt_step_fail(error, steps->migration, &steps->migration->half.steps[i], failure);
    return false;
}

/* What it touches, the journal, the statement; again where the server was busy with the object. */
static bool
try_step(RtSteps *steps, unsigned i, RtStepRow *row, RtTouch **out_touch, GError **error)
{
    const RtScriptStep *step = &steps->migration->half.steps[i];
    Patience patience = { 0 };
    for (;;) {
        g_autoptr(RtTouch) touch = NULL;
        GError *failure = NULL;
        if (!prepare_free_step(steps, i, &patience, row, &touch, error) ||
            !rt_steps_put(steps, row, error))
            return false;
        if (step->kind == RT_SCRIPT_IF || send_step(steps, i, row, &failure)) {
            *out_touch = g_steal_pointer(&touch);
            return true;
        }
        if (!touch || !is_busy(steps)) {
            note_failure(steps, i, row, failure);
            g_propagate_error(error, failure);
            return false;
        }
        if (!wait_while_busy(steps, i, row, &patience, failure, error))
            return false;
    }
}

/* Jobs on what the statement names; on anything where it brings back what others change. */
static bool
wait_before_step(RtSteps *steps, const RtScriptStep *step, GError **error)
{
    bool is_of_state = steps->pending->len &&
                       rt_touch_is_of_state(steps->runner->database, steps->migration, step);
    return rt_steps_wait(steps, is_of_state ? NULL : step->sql, error);
}

/* A step from its beginning. */
static bool
run_step(RtSteps *steps, unsigned i, RtStepRow *known, GError **error)
{
    const RtScriptStep *step = &steps->migration->half.steps[i];
    g_autoptr(RtStepRow) row = rt_steps_new_row(steps, i);
    g_autoptr(RtTouch) touch = NULL;
    if (!rt_events_go_on(steps->runner->events, error) || !wait_before_step(steps, step, error) ||
        !enter_rebuild(steps, i, error))
        return false;
    if (rt_batch_is_meant(steps->runner, step))
        row->place = g_strdup(known && known->place ? known->place : "");
    if (!try_step(steps, i, row, &touch, error))
        return false;
    steps->done = row->step;
    if (touch && touch->kind == RT_TOUCH_SCHEMA)
        rt_steps_add_jobs(steps, g_steal_pointer(&touch), i);
    return true;
}

/* A step of an earlier run that is known to have run: its job may still be on the way. */
static bool
pass_step(RtSteps *steps, unsigned i, const RtStepRow *row, GError **error)
{
    const RtScriptStep *step = &steps->migration->half.steps[i];
    if (step->kind == RT_SCRIPT_IF)
        steps->holds[i] = g_strcmp0(row->outcome, "true") == 0;
    if (step->kind != RT_SCRIPT_STATEMENT)
        return true;
    if (!row->objects && g_strcmp0(row->outcome, "session") == 0)
        return rt_runner_send(steps->runner, step->sql, NULL, NULL, NULL, error);
    if (row->objects)
        rt_steps_add_earlier_jobs(steps, rt_touch_from_json(row->objects), i);
    return true;
}

static bool
resume_step(RtSteps *steps, unsigned i, RtStepRow *row, GError **error)
{
    RtSettled settled = RT_SETTLED_RAN;
    if (row->state == RT_STEP_FAILED)
        settled = RT_SETTLED_NOT_RUN;
    else if (row->step == steps->last &&
             !rt_settle(steps->runner, steps->migration, i, row, &settled, error))
        return false;
    if (settled == RT_SETTLED_NOT_RUN)
        return run_step(steps, i, row, error);
    return enter_rebuild(steps, i, error) && pass_step(steps, i, row, error);
}

bool
rt_steps_run(RtSteps *steps, GError **error)
{
    const RtHalf *half = &steps->migration->half;
    for (unsigned i = 0; i < half->n_steps; i++) {
        const RtScriptStep *step = &half->steps[i];
        if (step->condition >= 0 && !steps->holds[step->condition])
            continue;
        RtStepRow *row = find_known(steps, i);
        if (row ? !resume_step(steps, i, row, error) : !run_step(steps, i, NULL, error))
            return false;
    }
    return leave_rebuild(steps, error);
}

/* ---- begin and end ----------------------------------------------------------------------------
 */

void
rt_steps_init(RtSteps *steps, RtRunner *runner, RtMigration *migration)
{
    *steps = (RtSteps){
        .runner = runner,
        .migration = migration,
        .known = g_ptr_array_new_with_free_func((GDestroyNotify) rt_step_row_free),
        .holds = g_new0(bool, migration->half.n_steps + 1),
        .pending = g_array_new(FALSE, FALSE, sizeof(RtPendingJob)),
        .touches = g_ptr_array_new_with_free_func((GDestroyNotify) rt_touch_free),
        .rebuild = -1,
    };
}

void
rt_steps_clear(RtSteps *steps)
{
    rt_journal_row_free(steps->journal);
    if (steps->known)
        g_ptr_array_unref(steps->known);
    g_free(steps->holds);
    g_array_unref(steps->pending);
    g_ptr_array_unref(steps->touches);
}

bool
rt_steps_finish(RtSteps *steps, GError **error)
{
    unsigned n = steps->migration->half.n_steps;
    return (!n || steps->last > (int64_t) n || rt_steps_put_mark(steps, (int64_t) n + 1, error)) &&
           rt_steps_wait(steps, NULL, error);
}
