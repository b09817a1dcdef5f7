/*
 * Revisions on targets that roll nothing back: each step stands in the journal before it runs, with
 * what it touches as that was before, so that a run that dies can be settled and resumed.
 */
#include "migrate/batch.h"
#include "migrate/lock.h"
#include "migrate/rebuild.h"
#include "migrate/settle.h"
#include "migrate/step.h"
#include "migrate/unscripted.h"
#include "sql/tokens.h"

#include <string.h>

typedef struct Run {
    RtRunner *runner;
    RtMigration *migration;
    RtJournalRow *journal;
    GPtrArray *known;      /* of RtStepRow *: those that an earlier run has started */
    int64_t last;          /* the last of them */
    bool *holds;           /* outcomes of conditions, by index of their step */
    GArray *pending;       /* of RtPendingJob */
    GPtrArray *touches;    /* owns what the pending jobs borrow */
    int rebuild;           /* the block that we are in, -1: none */
    int64_t started, done; /* the last steps that this run has put down, and has seen the end of */
} Run;

static RtStepRow *
find_known(const Run *run, unsigned i)
{
    for (guint j = 0; j < run->known->len; j++) {
        RtStepRow *row = run->known->pdata[j];
        if (row->step == (int64_t) i + 1 && row->hash)
            return row;
    }
    return NULL;
}

/* ---- the journal ------------------------------------------------------------------------------
 */

static bool
put_step(Run *run, const RtStepRow *row, GError **error)
{
    rt_runner_fault(run->runner, "before write", (unsigned) row->step);
    if (!rt_lock_begin_write(run->runner, error))
        return false;
    bool ok = rt_state_put_step(run->runner->state, row, error);
    if (!rt_lock_end_write(run->runner, ok, ok ? error : NULL))
        return false;
    run->started = row->step;
    rt_runner_fault(run->runner, "after write", (unsigned) row->step);
    return true;
}

/* Writes down why the run stands; what fails here hides no other failure. */
static void
put_failure(Run *run, RtStepRow *row, const GError *failure)
{
    g_autoptr(GError) ignored = NULL;
    g_autofree char *text = rt_error_describe(failure);
    g_free(run->journal->error);
    run->journal->error = g_steal_pointer(&text);
    if (!rt_lock_begin_write(run->runner, &ignored))
        return;
    if (row)
        row->state = RT_STEP_FAILED;
    bool ok = (!row || rt_state_put_step(run->runner->state, row, &ignored)) &&
              rt_state_put_journal(run->runner->state, run->journal, ignored ? NULL : &ignored);
    ok = rt_lock_end_write(run->runner, ok, NULL);
    (void) ok;
}

static RtStepRow *
step_row_new(const Run *run, unsigned i)
{
    const RtScriptStep *step = &run->migration->half.steps[i];
    RtStepRow *row = g_new0(RtStepRow, 1);
    row->run = g_strdup(run->journal->run);
    row->number = run->journal->number;
    row->step = (int64_t) i + 1;
    row->hash = g_strdup(step->hash);
    row->statement = g_strdup(step->sql);
    return row;
}

/* All steps before this one are done: a row without a step of its own. */
static bool
put_mark(Run *run, int64_t step, GError **error)
{
    RtStepRow mark = { .run = run->journal->run, .number = run->journal->number, .step = step };
    return put_step(run, &mark, error);
}

/* A run that stops between two steps says that the last one is done, so that the next need not
   find out. */
static void
put_stop(Run *run)
{
    g_autoptr(GError) ignored = NULL;
    if (run->done && run->done == run->started && !put_mark(run, run->done + 1, &ignored))
        return;
}

/* ---- an edited script -------------------------------------------------------------------------
 */

static bool
has_same_statement(const Run *run, const RtStepRow *row, const RtScriptStep *step)
{
    return row->statement && rt_tokens_equal(run->runner->database->dialect->lexicon, RT_FOLD_EXACT,
                                             row->statement, (uint32_t) strlen(row->statement),
                                             step->sql, (uint32_t) strlen(step->sql));
}

/* Steps that ran must still be those of the script; what comes behind them may be edited. The last
   one may have become `idempotent`: that is a person's answer to an unknown outcome. */
static bool
check_unedited(const Run *run, GError **error)
{
    const RtHalf *half = &run->migration->half;
    for (guint i = 0; i < run->known->len; i++) {
        const RtStepRow *row = run->known->pdata[i];
        if (!row->hash || row->state == RT_STEP_FAILED)
            continue;
        const RtScriptStep *step = row->step <= half->n_steps ? &half->steps[row->step - 1] : NULL;
        if (step && strcmp(step->hash, row->hash) == 0)
            continue;
        if (step && row->step == run->last && has_same_statement(run, row, step))
            continue;
        RtSpan end = { run->migration->text->length, run->migration->text->length };
        g_autofree char *title = rt_migration_title(run->migration);
        rt_text_error(error, RT_ERROR_SCRIPT_EDITED, run->migration->text, step ? step->span : end,
                      "step %d of %s was edited after it ran in a run that stands open; it was: %s",
                      (int) row->step, title, row->statement);
        return false;
    }
    return true;
}

/* ---- jobs -------------------------------------------------------------------------------------
 */

static void
add_pending(Run *run, RtTouch *touch, unsigned i)
{
    g_ptr_array_add(run->touches, touch);
    for (guint j = 0; j < touch->objects->len; j++) {
        RtPendingJob job = { g_array_index(touch->objects, RtTouchedObject, j), i,
                             run->migration->half.steps[i].no_wait };
        g_array_append_val(run->pending, job);
    }
}

/* Whether a later step of an earlier run named the object: then that step has waited for the jobs
   before it, and what job there is now is not of this step. */
static bool
is_named_later(const Run *run, const RtTouchedObject *object, unsigned i)
{
    for (guint j = 0; j < run->known->len; j++) {
        const RtStepRow *row = run->known->pdata[j];
        if (row->step > (int64_t) i + 1 && row->statement &&
            rt_touch_is_named(run->runner->database->dialect, object, row->statement))
            return true;
    }
    return false;
}

static void
add_pending_of_earlier_run(Run *run, RtTouch *touch, unsigned i)
{
    for (guint j = touch->objects->len; j-- > 0;) {
        if (is_named_later(run, &g_array_index(touch->objects, RtTouchedObject, j), i))
            g_array_remove_index(touch->objects, j);
    }
    add_pending(run, touch, i);
}

/* A cancelled job is a failed step: the next run sends it again. */
static bool
wait_for(Run *run, guint index, GError **error)
{
    RtPendingJob job = g_array_index(run->pending, RtPendingJob, index);
    GError *failure = NULL;
    g_array_remove_index(run->pending, index);
    if (rt_wait_for_job(run->runner, &job, &failure))
        return true;
    if (rt_error_is(failure, RT_ERROR_REJECTED)) {
        g_autoptr(RtStepRow) row = step_row_new(run, job.step);
        put_failure(run, row, failure);
        rt_step_fail(error, run->migration, &run->migration->half.steps[job.step], failure);
    } else {
        g_propagate_error(error, failure);
    }
    return false;
}

/* Before a statement: the jobs on objects that it names; with NULL all of them. */
static bool
wait_before(Run *run, const char *sql, GError **error)
{
    const RtDialect *dialect = run->runner->database->dialect;
    for (guint i = run->pending->len; dialect->jobs && i-- > 0;) {
        const RtPendingJob *job = &g_array_index(run->pending, RtPendingJob, i);
        if (sql && (job->no_wait || !rt_touch_is_named(dialect, &job->object, sql)))
            continue;
        if (!wait_for(run, i, error))
            return false;
    }
    return true;
}

/* ---- rebuild blocks ---------------------------------------------------------------------------
 */

static bool
leave_rebuild(Run *run, GError **error)
{
    if (run->rebuild < 0)
        return true;
    run->rebuild = -1;
    bool ok = rt_rebuild_verify(run->runner, run->migration, error);
    return rt_rebuild_end(run->runner, ok ? error : NULL) && ok;
}

static bool
enter_rebuild(Run *run, unsigned i, GError **error)
{
    const RtScriptStep *step = &run->migration->half.steps[i];
    if (step->rebuild == run->rebuild)
        return true;
    if (!leave_rebuild(run, error) || step->rebuild < 0)
        return step->rebuild < 0;
    bool is_begun = run->last > (int64_t) run->migration->half.rebuilds[step->rebuild].first;
    if (!is_begun && !rt_rebuild_check(run->runner, run->migration, step, error))
        return false;
    run->rebuild = step->rebuild;
    return rt_rebuild_begin(run->runner, error) && rt_rebuild_enter(run->runner, error);
}

/* ---- steps ------------------------------------------------------------------------------------
 */

/* Fills in what the row keeps of the state before the step. */
static bool
prepare_step(Run *run, unsigned i, RtStepRow *row, RtTouch **out_touch, GError **error)
{
    const RtScriptStep *step = &run->migration->half.steps[i];
    *out_touch = NULL;
    if (step->kind == RT_SCRIPT_IF) {
        GError *cause = NULL;
        if (!rt_step_condition(run->runner, step, &run->holds[i], &cause)) {
            rt_step_fail(error, run->migration, step, cause);
            return false;
        }
        row->outcome = g_strdup(run->holds[i] ? "true" : "false");
    }
    if (step->kind != RT_SCRIPT_STATEMENT)
        return true;
    RtTouch *touch = rt_touch_read(run->runner, run->migration, step, error);
    if (!touch)
        return false;
    row->objects = rt_touch_to_json(touch);
    if (touch->kind == RT_TOUCH_SESSION)
        row->outcome = g_strdup("session");
    *out_touch = touch;
    return true;
}

/* The place is kept in the transaction of its range, or the range may be repeated. */
static bool
is_in_batches(const Run *run, const RtScriptStep *step)
{
    bool is_safe =
        step->idempotent || rt_connection_is_transactional(run->runner->database->connection);
    return step->batch && step->kind == RT_SCRIPT_STATEMENT && is_safe;
}

static bool
send_step(Run *run, unsigned i, RtStepRow *row, GError **error)
{
    RtRunner *runner = run->runner;
    const RtScriptStep *step = &run->migration->half.steps[i];
    GError *failure = NULL;
    rt_runner_fault(runner, "before statement", i + 1);
    bool ok;
    if (is_in_batches(run, step)) {
        GError *cause = NULL;
        ok = rt_batch_run(runner, run->migration, step, row, &cause);
        if (!ok)
            rt_step_fail(&failure, run->migration, step, cause);
    } else {
        ok = rt_step_run(runner, run->migration, step, &failure);
    }
    if (ok) {
        rt_runner_fault(runner, "after statement", i + 1);
        return true;
    }
    /* What the server has answered did not run; else nobody knows, and the next run settles it. */
    bool is_unknown = step->kind == RT_SCRIPT_STATEMENT && !is_in_batches(run, step) &&
                      runner->database->connection->failure.sent == RT_SENT_MAYBE;
    if (!is_unknown && !rt_error_is(failure, RT_ERROR_INTERRUPTED))
        put_failure(run, is_in_batches(run, step) ? NULL : row, failure);
    g_propagate_error(error, failure);
    return false;
}

/* Jobs on what the statement names; on anything where it brings back what others change. */
static bool
wait_before_step(Run *run, const RtScriptStep *step, GError **error)
{
    bool is_of_state =
        run->pending->len && rt_touch_is_of_state(run->runner->database, run->migration, step);
    return wait_before(run, is_of_state ? NULL : step->sql, error);
}

/* A step from its beginning: what it touches, the journal, the statement, its job. */
static bool
run_step(Run *run, unsigned i, RtStepRow *known, GError **error)
{
    const RtScriptStep *step = &run->migration->half.steps[i];
    g_autoptr(RtStepRow) row = step_row_new(run, i);
    g_autoptr(RtTouch) touch = NULL;
    if (!rt_events_go_on(run->runner->events, error) || !wait_before_step(run, step, error) ||
        !enter_rebuild(run, i, error) || !prepare_step(run, i, row, &touch, error))
        return false;
    if (is_in_batches(run, step))
        row->place = g_strdup(known && known->place ? known->place : "");
    if (!put_step(run, row, error))
        return false;
    if (step->kind != RT_SCRIPT_IF && !send_step(run, i, row, error))
        return false;
    run->done = row->step;
    if (touch && touch->kind == RT_TOUCH_SCHEMA)
        add_pending(run, g_steal_pointer(&touch), i);
    return true;
}

/* A step of an earlier run that is known to have run: its job may still be on the way. */
static bool
pass_step(Run *run, unsigned i, const RtStepRow *row, GError **error)
{
    const RtScriptStep *step = &run->migration->half.steps[i];
    if (step->kind == RT_SCRIPT_IF)
        run->holds[i] = g_strcmp0(row->outcome, "true") == 0;
    if (step->kind != RT_SCRIPT_STATEMENT)
        return true;
    if (!row->objects && g_strcmp0(row->outcome, "session") == 0)
        return rt_runner_send(run->runner, step->sql, NULL, NULL, NULL, error);
    if (row->objects)
        add_pending_of_earlier_run(run, rt_touch_from_json(row->objects), i);
    return true;
}

static bool
resume_step(Run *run, unsigned i, RtStepRow *row, GError **error)
{
    RtSettled settled = RT_SETTLED_RAN;
    if (row->state == RT_STEP_FAILED)
        settled = RT_SETTLED_NOT_RUN;
    else if (row->step == run->last &&
             !rt_settle(run->runner, run->migration, i, row, &settled, error))
        return false;
    if (settled == RT_SETTLED_NOT_RUN)
        return run_step(run, i, row, error);
    return enter_rebuild(run, i, error) && pass_step(run, i, row, error);
}

static bool
run_steps(Run *run, GError **error)
{
    const RtHalf *half = &run->migration->half;
    for (unsigned i = 0; i < half->n_steps; i++) {
        const RtScriptStep *step = &half->steps[i];
        if (step->condition >= 0 && !run->holds[step->condition])
            continue;
        RtStepRow *row = find_known(run, i);
        if (row ? !resume_step(run, i, row, error) : !run_step(run, i, NULL, error))
            return false;
    }
    return leave_rebuild(run, error);
}

/* ---- begin and end ----------------------------------------------------------------------------
 */

static bool
has_row(const GPtrArray *rows, const char *id)
{
    return id && g_ptr_array_find_with_equal_func((GPtrArray *) rows, id, g_str_equal, NULL);
}

/* Does what of a move is still to do: an earlier run may have died between moves. */
static bool
move_row(RtRunner *runner, GPtrArray *rows, const RtMove *move, GError **error)
{
    const char *from =
        move->kind != RT_MOVE_INSERT && has_row(rows, move->from) ? move->from : NULL;
    const char *to = move->kind != RT_MOVE_DELETE && !has_row(rows, move->to) ? move->to : NULL;
    if (!from && !to)
        return true;
    g_autofree char *sql = rt_state_move_sql(runner->state, from, to);
    rt_runner_fault(runner, "before move", 0);
    if (!rt_connection_execute(runner->database->connection, sql, error))
        return false;
    rt_runner_fault(runner, "after move", 0);
    RtMove done = { from && to ? RT_MOVE_UPDATE
                    : from     ? RT_MOVE_DELETE
                               : RT_MOVE_INSERT,
                    from, to };
    rt_rows_move(rows, &done);
    return true;
}

static bool
write_end(Run *run, GError **error)
{
    RtRunner *runner = run->runner;
    RtJournalRow *journal = run->journal;
    g_autoptr(GPtrArray) rows = rt_state_read_versions(runner->state, NULL, error);
    if (!rows)
        return false;
    for (unsigned i = 0; i < run->migration->n_moves; i++) {
        if (!move_row(runner, rows, &run->migration->moves[i], error))
            return false;
    }
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    journal->ended = rt_state_time(now);
    journal->step = journal->steps;
    g_clear_pointer(&journal->error, g_free);
    rt_runner_fault(runner, "before journal", 0);
    if (!rt_state_put_journal(runner->state, journal, error))
        return false;
    rt_runner_fault(runner, "after journal", 0);
    return rt_state_drop_steps(runner->state, journal->run, journal->number, error);
}

/* All steps are done and said to be; then their jobs, then the version rows. */
static bool
end_run(Run *run, GError **error)
{
    unsigned n = run->migration->half.n_steps;
    if ((n && run->last <= (int64_t) n && !put_mark(run, (int64_t) n + 1, error)) ||
        !wait_before(run, NULL, error) || !rt_lock_begin_write(run->runner, error))
        return false;
    bool ok = write_end(run, error);
    return rt_lock_end_write(run->runner, ok, ok ? error : NULL);
}

/* Where no run is open, steps are left of one that died between closing its journal and this. */
static bool
drop_stray_steps(RtRunner *runner, GError **error)
{
    if (!runner->is_tidy && !rt_state_drop_all_steps(runner->state, error))
        return false;
    runner->is_tidy = true;
    return true;
}

/* Goes on with the run that stands open, where it is still the one that was planned. */
static bool
take_up(Run *run, RtJournalRow *open, bool *out_stale, GError **error)
{
    const RtRevision *revision = run->migration->revision;
    run->journal = open;
    *out_stale = !open || rt_unscripted_is(open) != run->migration->is_apply ||
                 (revision && g_strcmp0(open->revision, revision->id) != 0);
    if (*out_stale)
        return false;
    g_free(open->owner);
    open->owner = g_strdup(run->runner->options->owner);
    g_ptr_array_unref(run->known);
    run->known = rt_state_read_steps(run->runner->state, open->run, open->number, error);
    return run->known != NULL;
}

/* The rows and the open run as they are under the lock. */
static bool
begin_run(Run *run, bool *out_stale, GError **error)
{
    RtRunner *runner = run->runner;
    GError *failure = NULL;
    RtJournalRow *open = rt_state_open_run(runner->state, &failure);
    if (failure) {
        g_propagate_error(error, failure);
        return false;
    }
    if (run->migration->is_open)
        return take_up(run, open, out_stale, error);
    *out_stale = open && !run->migration->is_stamp;
    rt_journal_row_free(open);
    g_autoptr(GPtrArray) rows = rt_state_read_versions(runner->state, NULL, error);
    if (!rows)
        return false;
    g_autofree char *joined = rt_rows_join(rows);
    *out_stale = *out_stale || strcmp(joined, run->migration->rows_before) != 0;
    if (*out_stale || (run->migration->is_stamp && !rt_runner_give_up_open_run(runner, error)))
        return false;
    if (!rt_unscripted_check(runner, run->migration, out_stale, error) || *out_stale ||
        !drop_stray_steps(runner, error))
        return false;
    run->journal = rt_runner_journal_row(runner, run->migration);
    rt_runner_fault(runner, "before open", 0);
    return rt_unscripted_keep(runner, run->migration, run->journal, error) &&
           rt_state_put_journal(runner->state, run->journal, error);
}

static bool
go_through(Run *run, bool *out_stale, GError **error)
{
    RtRunner *runner = run->runner;
    if (!rt_lock_take(runner, error))
        return false;
    if (!runner->has_tables && !rt_state_create(runner->state, error))
        return false;
    runner->has_tables = true;
    if (!rt_lock_begin_write(runner, error))
        return false;
    bool ok = begin_run(run, out_stale, error);
    if (!rt_lock_end_write(runner, ok, ok ? error : NULL))
        return false;
    rt_runner_fault(runner, "after open", 0);
    if (run->known->len)
        run->last = ((RtStepRow *) run->known->pdata[run->known->len - 1])->step;
    if (!check_unedited(run, error))
        return false;
    run->journal->steps = run->migration->half.n_steps;
    rt_runner_announce(runner, run->migration);
    return run_steps(run, error) && end_run(run, error);
}

bool
rt_stepwise(RtRunner *runner, RtMigration *migration, bool *out_stale, GError **error)
{
    g_autofree bool *holds = g_new0(bool, migration->half.n_steps + 1);
    Run run = {
        .runner = runner,
        .migration = migration,
        .known = g_ptr_array_new_with_free_func((GDestroyNotify) rt_step_row_free),
        .holds = holds,
        .pending = g_array_new(FALSE, FALSE, sizeof(RtPendingJob)),
        .touches = g_ptr_array_new_with_free_func((GDestroyNotify) rt_touch_free),
        .rebuild = -1,
    };
    *out_stale = false;
    bool ok = go_through(&run, out_stale, error);
    if (!ok) {
        put_stop(&run);
        rt_rebuild_end(runner, NULL);
    }
    rt_journal_row_free(run.journal);
    if (run.known)
        g_ptr_array_unref(run.known);
    g_array_unref(run.pending);
    g_ptr_array_unref(run.touches);
    return ok;
}
