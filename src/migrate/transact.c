/*
 * Revisions on targets whose DDL can be rolled back: statements, version rows and journal row in
 * one transaction, so that a revision applies whole or not at all.
 */
#include "migrate/rebuild.h"
#include "migrate/step.h"
#include "migrate/unscripted.h"

#include <string.h>

/* The rows again, inside the transaction: another runner may have been quicker. */
static bool
is_as_planned(RtRunner *runner, const RtMigration *migration, bool *out_stale, GError **error)
{
    g_autoptr(GPtrArray) rows = rt_state_read_versions(runner->state, NULL, error);
    RtLockRow lock = { 0 };
    if (!rows || !rt_state_read_lock(runner->state, &lock, error))
        return false;
    g_autofree char *joined = rt_rows_join(rows);
    *out_stale = strcmp(joined, migration->rows_before) != 0;
    /* A lock is left or held by a run without transactions; what it left open comes first. */
    if (!*out_stale && lock.owner && !migration->is_stamp) {
        GError *failure = NULL;
        g_autoptr(RtJournalRow) open = rt_state_open_run(runner->state, &failure);
        *out_stale = open != NULL;
        if (failure) {
            g_propagate_error(error, failure);
            rt_lock_row_clear(&lock);
            return false;
        }
    }
    rt_lock_row_clear(&lock);
    return !*out_stale;
}

static bool
is_taken(const RtScriptStep *step, const bool *holds)
{
    return step->condition < 0 || holds[step->condition];
}

/* Out of the block that the steps were in, if any, and into that of this step. */
static bool
move_between_blocks(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
                    int *rebuild, GError **error)
{
    if (step->rebuild == *rebuild)
        return true;
    if (*rebuild >= 0 && !rt_rebuild_leave(runner, error))
        return false;
    *rebuild = step->rebuild;
    return step->rebuild < 0 ||
           (rt_rebuild_check(runner, migration, step, error) && rt_rebuild_enter(runner, error));
}

static bool
run_step(RtRunner *runner, RtMigration *migration, unsigned i, bool *holds, int *rebuild,
         GError **error)
{
    const RtScriptStep *step = &migration->half.steps[i];
    if (!is_taken(step, holds))
        return true;
    if (!rt_events_go_on(runner->events, error))
        return false;
    if (step->kind == RT_SCRIPT_IF)
        return rt_step_condition(runner, step, &holds[i], error);
    if (!move_between_blocks(runner, migration, step, rebuild, error))
        return false;
    rt_runner_fault(runner, "before statement", i + 1);
    if (!rt_step_run(runner, migration, step, error))
        return false;
    rt_runner_fault(runner, "after statement", i + 1);
    return true;
}

static bool
run_steps(RtRunner *runner, RtMigration *migration, GError **error)
{
    g_autofree bool *holds = g_new0(bool, migration->half.n_steps + 1);
    int rebuild = -1;
    for (unsigned i = 0; i < migration->half.n_steps; i++) {
        if (!run_step(runner, migration, i, holds, &rebuild, error))
            return false;
    }
    return rebuild < 0 || rt_rebuild_leave(runner, error);
}

static bool
move_rows(RtRunner *runner, const RtMigration *migration, GError **error)
{
    RtConnection *connection = runner->database->connection;
    for (unsigned i = 0; i < migration->n_moves; i++) {
        const RtMove *move = &migration->moves[i];
        int64_t changed = -1;
        g_autofree char *sql =
            rt_state_move_sql(runner->state, move->kind == RT_MOVE_INSERT ? NULL : move->from,
                              move->kind == RT_MOVE_DELETE ? NULL : move->to);
        if (!rt_connection_send(connection, sql, NULL, NULL, &changed, error))
            return false;
        if (changed >= 0 && changed != 1) {
            rt_error_set(error, RT_ERROR_ROW_COUNT,
                         "expected one row of the version table to change by %s, it were %d", sql,
                         (int) changed);
            return false;
        }
    }
    return true;
}

static bool
apply_one(RtRunner *runner, RtMigration *migration, GError **error)
{
    g_autoptr(RtJournalRow) row = rt_runner_journal_row(runner, migration);
    rt_runner_announce(runner, migration);
    if (!run_steps(runner, migration, error))
        return false;
    rt_runner_fault(runner, "before version", migration->half.n_steps);
    if (!move_rows(runner, migration, error))
        return false;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    row->step = row->steps;
    row->ended = rt_state_time(now);
    return rt_state_put_journal(runner->state, row, error);
}

static bool
apply_inside(RtRunner *runner, RtMigration *const *migrations, unsigned n, bool *out_stale,
             GError **error)
{
    if (!runner->has_tables && !rt_state_create(runner->state, error))
        return false;
    if (!is_as_planned(runner, migrations[0], out_stale, error) ||
        !rt_unscripted_check(runner, migrations[0], out_stale, error) || *out_stale)
        return false;
    if (migrations[0]->is_stamp && !rt_runner_give_up_open_run(runner, error))
        return false;
    for (unsigned i = 0; i < n; i++) {
        if (!apply_one(runner, migrations[i], error) ||
            !rt_rebuild_verify(runner, migrations[i], error))
            return false;
    }
    rt_runner_fault(runner, "before commit", migrations[0]->half.n_steps);
    return rt_connection_commit(runner->database->connection, error);
}

bool
rt_transact(RtRunner *runner, RtMigration *const *migrations, unsigned n, bool *out_stale,
            GError **error)
{
    RtConnection *connection = runner->database->connection;
    bool rebuilds = migrations[0]->half.n_rebuilds > 0;
    *out_stale = false;
    bool done =
        (!rebuilds || rt_rebuild_begin(runner, error)) && rt_connection_begin(connection, error);
    if (done) {
        done = apply_inside(runner, migrations, n, out_stale, error);
        if (!done)
            rt_connection_rollback(connection);
        else
            rt_runner_fault(runner, "after commit", migrations[0]->half.n_steps);
    }
    runner->has_tables = runner->has_tables || done;
    /* Also when it failed, and then this hides no other failure. */
    return rt_rebuild_end(runner, done ? error : NULL) && done;
}
