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
#include "sql/tokens.h"

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

/* ---- the journal ------------------------------------------------------------------------------
 */

static bool
put_step(RtSteps *steps, const RtStepRow *row, GError **error)
{
    rt_runner_fault(steps->runner, "before write", (unsigned) row->step);
    GError *failure = NULL;
    steps->tried = row->step;
    if (!rt_lock_begin_step(steps->runner, error))
        return false;
    bool ok = rt_state_put_step(steps->runner->state, row, &failure);
    if (!rt_lock_end_write(steps->runner, ok, &failure)) {
        g_propagate_error(error, failure);
        return false;
    }
    steps->started = row->step;
    rt_runner_fault(steps->runner, "after write", (unsigned) row->step);
    return true;
}

/* Writes down why the run stands; what fails here hides no other failure. */
static void
put_failure(RtSteps *steps, RtStepRow *row, const GError *failure)
{
    g_autoptr(GError) ignored = NULL;
    g_autofree char *text = rt_error_describe(failure);
    g_free(steps->journal->error);
    steps->journal->error = g_steal_pointer(&text);
    if (!rt_lock_begin_write(steps->runner, &ignored))
        return;
    if (row)
        row->state = RT_STEP_FAILED;
    bool ok = (!row || rt_state_put_step(steps->runner->state, row, &ignored)) &&
              rt_state_put_journal(steps->runner->state, steps->journal, ignored ? NULL : &ignored);
    ok = rt_lock_end_write(steps->runner, ok, ignored ? NULL : &ignored);
    (void) ok;
}

static RtStepRow *
step_row_new(const RtSteps *steps, unsigned i)
{
    const RtScriptStep *step = &steps->migration->half.steps[i];
    RtStepRow *row = g_new0(RtStepRow, 1);
    row->run = g_strdup(steps->journal->run);
    row->number = steps->journal->number;
    row->step = (int64_t) i + 1;
    row->hash = g_strdup(step->hash);
    row->statement = g_strdup(step->sql);
    return row;
}

/* All steps before this one are done: a row without a step of its own. */
static bool
put_mark(RtSteps *steps, int64_t step, GError **error)
{
    RtStepRow mark = { .run = steps->journal->run, .number = steps->journal->number, .step = step };
    return put_step(steps, &mark, error);
}

/* ---- an edited script -------------------------------------------------------------------------
 */

static bool
has_same_statement(const RtSteps *steps, const RtStepRow *row, const RtScriptStep *step)
{
    return row->statement &&
           rt_tokens_equal(steps->runner->database->dialect->lexicon, RT_FOLD_EXACT, row->statement,
                           (uint32_t) strlen(row->statement), step->sql,
                           (uint32_t) strlen(step->sql));
}

bool
rt_steps_check_unedited(const RtSteps *steps, GError **error)
{
    const RtHalf *half = &steps->migration->half;
    for (guint i = 0; i < steps->known->len; i++) {
        const RtStepRow *row = steps->known->pdata[i];
        if (!row->hash || row->state == RT_STEP_FAILED)
            continue;
        const RtScriptStep *step = row->step <= half->n_steps ? &half->steps[row->step - 1] : NULL;
        if (step && strcmp(step->hash, row->hash) == 0)
            continue;
        if (step && row->step == steps->last && has_same_statement(steps, row, step))
            continue;
        RtSpan end = { steps->migration->text->length, steps->migration->text->length };
        g_autofree char *title = rt_migration_title(steps->migration);
        rt_text_error(error, RT_ERROR_SCRIPT_EDITED, steps->migration->text,
                      step ? step->span : end,
                      "step %d of %s was edited after it ran in a run that stands open; it was: %s",
                      (int) row->step, title, row->statement);
        return false;
    }
    return true;
}

/* ---- jobs -------------------------------------------------------------------------------------
 */

static void
add_pending(RtSteps *steps, RtTouch *touch, unsigned i)
{
    g_ptr_array_add(steps->touches, touch);
    for (guint j = 0; j < touch->objects->len; j++) {
        RtPendingJob job = { g_array_index(touch->objects, RtTouchedObject, j), i,
                             steps->migration->half.steps[i].no_wait };
        if (job.object.has_jobs)
            g_array_append_val(steps->pending, job);
    }
}

/* Whether a later step of an earlier run named the object: then that step has waited for the jobs
   before it, and what job there is now is not of this step. */
static bool
is_named_later(const RtSteps *steps, const RtTouchedObject *object, unsigned i)
{
    for (guint j = 0; j < steps->known->len; j++) {
        const RtStepRow *row = steps->known->pdata[j];
        if (row->step > (int64_t) i + 1 && row->statement &&
            rt_touch_is_named(steps->runner->database->dialect, object, row->statement))
            return true;
    }
    return false;
}

static void
add_pending_of_earlier_run(RtSteps *steps, RtTouch *touch, unsigned i)
{
    for (guint j = touch->objects->len; j-- > 0;) {
        if (is_named_later(steps, &g_array_index(touch->objects, RtTouchedObject, j), i))
            g_array_remove_index(touch->objects, j);
    }
    add_pending(steps, touch, i);
}

/* A cancelled job is a failed step: the next run sends it again. Whatever else keeps us from
   waiting says nothing of the steps. */
static bool
wait_for(RtSteps *steps, const GArray *jobs, GError **error)
{
    GError *failure = NULL;
    unsigned cancelled = G_MAXUINT;
    const RtPendingJob *first = (const RtPendingJob *) (void *) jobs->data;
    if (rt_wait_for_jobs(steps->runner, first, jobs->len, &cancelled, &failure))
        return true;
    if (cancelled != G_MAXUINT) {
        g_autoptr(RtStepRow) row = step_row_new(steps, first[cancelled].step);
        put_failure(steps, row, failure);
        rt_step_fail(error, steps->migration, &steps->migration->half.steps[first[cancelled].step],
                     failure);
    } else {
        g_propagate_error(error, failure);
    }
    return false;
}

/* Before a statement: the jobs on objects that it names; with NULL all of them. */
static bool
wait_before(RtSteps *steps, const char *sql, GError **error)
{
    const RtDialect *dialect = steps->runner->database->dialect;
    g_autoptr(GArray) jobs = g_array_new(FALSE, FALSE, sizeof(RtPendingJob));
    for (guint i = steps->pending->len; dialect->jobs && i-- > 0;) {
        const RtPendingJob job = g_array_index(steps->pending, RtPendingJob, i);
        if (sql && (job.no_wait || !rt_touch_is_named(dialect, &job.object, sql)))
            continue;
        g_array_append_val(jobs, job);
        g_array_remove_index(steps->pending, i);
    }
    return !jobs->len || wait_for(steps, jobs, error);
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
    if (!leave_rebuild(steps, error) || step->rebuild < 0)
        return step->rebuild < 0;
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
        if (steps->pending->len ? !wait_before(steps, NULL, error)
                                : !wait_for_others(steps, patience, touch->blocker, error))
            return false;
    }
}

/* The place is kept in the transaction of its range, or the range may be repeated. */
static bool
is_in_batches(const RtSteps *steps, const RtScriptStep *step)
{
    bool is_safe =
        step->idempotent || rt_connection_is_transactional(steps->runner->database->connection);
    return step->batch && step->kind == RT_SCRIPT_STATEMENT && is_safe;
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
    bool is_batch = is_in_batches(steps, step);
    bool is_unknown = step->kind == RT_SCRIPT_STATEMENT && !is_batch &&
                      steps->runner->database->connection->failure.sent == RT_SENT_MAYBE;
    if (!is_unknown && !rt_error_is(failure, RT_ERROR_INTERRUPTED))
        put_failure(steps, is_batch ? NULL : row, failure);
}

static bool
send_step(RtSteps *steps, unsigned i, RtStepRow *row, GError **error)
{
    RtRunner *runner = steps->runner;
    const RtScriptStep *step = &steps->migration->half.steps[i];
    rt_runner_fault(runner, "before statement", i + 1);
    steps->sent = (int64_t) i + 1;
    if (is_in_batches(steps, step)) {
        GError *cause = NULL;
        if (!rt_batch_run(runner, steps->migration, step, row, &cause)) {
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
    bool goes_on =
        put_step(steps, row, &failure) && wait_for_others(steps, patience, busy->message, &failure);
    row->state = RT_STEP_STARTED;
    g_error_free(busy);
    if (goes_on)
        return true;
    if (rt_error_is(failure, RT_ERROR_LOCKED))
        put_failure(steps, NULL, failure);
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
            !put_step(steps, row, error))
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
    return wait_before(steps, is_of_state ? NULL : step->sql, error);
}

/* A step from its beginning. */
static bool
run_step(RtSteps *steps, unsigned i, RtStepRow *known, GError **error)
{
    const RtScriptStep *step = &steps->migration->half.steps[i];
    g_autoptr(RtStepRow) row = step_row_new(steps, i);
    g_autoptr(RtTouch) touch = NULL;
    if (!rt_events_go_on(steps->runner->events, error) || !wait_before_step(steps, step, error) ||
        !enter_rebuild(steps, i, error))
        return false;
    if (is_in_batches(steps, step))
        row->place = g_strdup(known && known->place ? known->place : "");
    if (!try_step(steps, i, row, &touch, error))
        return false;
    steps->done = row->step;
    if (touch && touch->kind == RT_TOUCH_SCHEMA)
        add_pending(steps, g_steal_pointer(&touch), i);
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
        add_pending_of_earlier_run(steps, rt_touch_from_json(row->objects), i);
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
    return (!n || steps->last > (int64_t) n || put_mark(steps, (int64_t) n + 1, error)) &&
           wait_before(steps, NULL, error);
}

bool
rt_steps_take_back(RtSteps *steps, bool was_sent, GError **error)
{
    bool is_unknown = steps->sent == steps->tried && was_sent;
    if (steps->tried <= steps->done || steps->tried > steps->migration->half.n_steps || is_unknown)
        return true;
    /* One in batches goes on from the place in its row, whatever was sent behind it. */
    if (is_in_batches(steps, &steps->migration->half.steps[steps->tried - 1]))
        return true;
    g_autoptr(RtStepRow) row = step_row_new(steps, (unsigned) steps->tried - 1);
    row->state = RT_STEP_FAILED;
    return put_step(steps, row, error);
}

void
rt_steps_stop(RtSteps *steps)
{
    g_autoptr(GError) ignored = NULL;
    if (steps->done && steps->done == steps->started && !put_mark(steps, steps->done + 1, &ignored))
        return;
}
