/*
 * Revisions on targets that roll nothing back: each step stands in the journal before it runs, with
 * what it touches as that was before, so that a run that dies can be settled and resumed.
 */
#include "migrate/lock.h"
#include "migrate/rebuild.h"
#include "migrate/steps-journal.h"
#include "migrate/steps.h"
#include "migrate/unscripted.h"

#include <string.h>

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
    rt_runner_fault(runner, "before move", 0);
    if (!rt_state_move(runner->state, from, to, error))
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
write_end(RtSteps *steps, GError **error)
{
    RtRunner *runner = steps->runner;
    RtJournalRow *journal = steps->journal;
    g_autoptr(GPtrArray) rows = rt_state_read_versions(runner->state, NULL, error);
    if (!rows)
        return false;
    for (unsigned i = 0; i < steps->migration->n_moves; i++) {
        if (!move_row(runner, rows, &steps->migration->moves[i], error))
            return false;
    }
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    journal->ended = rt_state_time(now);
    journal->step = journal->steps;
    /* A script may be mended while its run stands open; what has run now is what it says. */
    if (journal->hash) {
        g_free(journal->hash);
        journal->hash = g_strdup(steps->migration->half.hash);
    }
    g_clear_pointer(&journal->error, g_free);
    rt_runner_fault(runner, "before journal", 0);
    if (!rt_state_put_journal(runner->state, journal, error))
        return false;
    rt_runner_fault(runner, "after journal", 0);
    return rt_state_drop_steps(runner->state, journal->run, journal->number, error);
}

/* All steps are done and said to be, their jobs have ended; then the version rows. */
static bool
end_run(RtSteps *steps, GError **error)
{
    if (!rt_steps_finish(steps, error) || !rt_lock_begin_write(steps->runner, error))
        return false;
    bool ok = write_end(steps, error);
    return rt_lock_end_write(steps->runner, ok, error);
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
take_up(RtSteps *steps, RtJournalRow *open, bool *out_stale, GError **error)
{
    const RtRevision *revision = steps->migration->revision;
    steps->journal = open;
    *out_stale = !open || rt_unscripted_is(open) != steps->migration->is_apply ||
                 (revision && g_strcmp0(open->revision, revision->id) != 0);
    if (*out_stale)
        return false;
    g_free(open->owner);
    open->owner = g_strdup(steps->runner->options->owner);
    g_ptr_array_unref(steps->known);
    steps->known = rt_state_read_steps(steps->runner->state, open->run, open->number, error);
    return steps->known != NULL;
}

/* The rows and the open run as they are under the lock. */
static bool
begin_run(RtSteps *steps, bool *out_stale, GError **error)
{
    RtRunner *runner = steps->runner;
    g_auto(RtStanding) standing = { 0 };
    if (!rt_state_read_standing(runner->state, &standing, error))
        return false;
    if (steps->migration->is_open)
        return take_up(steps, g_steal_pointer(&standing.open), out_stale, error);
    *out_stale = standing.open && !steps->migration->is_stamp;
    g_autofree char *joined = rt_rows_join(standing.rows);
    *out_stale = *out_stale || strcmp(joined, steps->migration->rows_before) != 0;
    if (*out_stale || (steps->migration->is_stamp && !rt_runner_give_up_open_run(runner, error)))
        return false;
    if (!rt_unscripted_check(runner, steps->migration, out_stale, error) || *out_stale ||
        !drop_stray_steps(runner, error))
        return false;
    steps->journal = rt_runner_journal_row(runner, steps->migration);
    rt_runner_fault(runner, "before open", 0);
    return rt_unscripted_keep(runner, steps->migration, steps->journal, error) &&
           rt_state_put_journal(runner->state, steps->journal, error);
}

static bool
go_through(RtSteps *steps, bool announces, bool *out_stale, GError **error)
{
    RtRunner *runner = steps->runner;
    if (!rt_lock_take(runner, error))
        return false;
    if (!runner->has_tables && !rt_state_create(runner->state, error))
        return false;
    runner->has_tables = true;
    if (!rt_lock_begin_write(runner, error))
        return false;
    bool ok = begin_run(steps, out_stale, error);
    if (!rt_lock_end_write(runner, ok, error))
        return false;
    rt_runner_fault(runner, "after open", 0);
    if (steps->known->len)
        steps->last = ((RtStepRow *) steps->known->pdata[steps->known->len - 1])->step;
    if (!rt_steps_check_unedited(steps, error))
        return false;
    steps->journal->steps = steps->migration->half.n_steps;
    if (announces)
        rt_runner_announce(runner, steps->migration);
    return rt_steps_run(steps, error) && end_run(steps, error);
}

/* ---- lost connections -------------------------------------------------------------------------
 */

enum { MOST_LOSSES = 3 };

/* Not what the server has answered, such as a deadline of its own: that connection is there. */
static bool
is_loss(const RtRunner *runner, const GError *failure)
{
    const RtConnection *connection = runner->database->connection;
    RtFailureClass class = connection->failure.class;
    return connection->class->reopen && connection->failure.sent != RT_SENT_YES &&
           ((rt_error_is(failure, RT_ERROR_LOST) && class == RT_FAILURE_LOST) ||
            (rt_error_is(failure, RT_ERROR_TIMEOUT) && class == RT_FAILURE_TIMEOUT));
}

/* The run is over, and only the word of it was lost. */
static bool
has_ended(const RtSteps *steps, bool *out_ended, GError **error)
{
    g_autoptr(GPtrArray) rows = rt_state_read_versions(steps->runner->state, NULL, error);
    if (!rows)
        return false;
    g_autofree char *joined = rt_rows_join(rows);
    *out_ended = strcmp(joined, steps->migration->rows_after) == 0;
    return true;
}

/* On the new connection: what stands of the run, so that it can be gone on with as an open one. */
static bool
look_what_stands(RtSteps *steps, bool was_sent, bool *out_ended, GError **error)
{
    GError *failure = NULL;
    bool was_begun = steps->journal;
    *out_ended = false;
    g_autoptr(RtJournalRow) open = rt_state_open_run(steps->runner->state, &failure);
    if (failure) {
        g_propagate_error(error, failure);
        return false;
    }
    steps->migration->is_open = open && was_begun && strcmp(open->run, steps->journal->run) == 0;
    if (!steps->migration->is_open)
        return !was_begun || has_ended(steps, out_ended, error);
    return rt_steps_take_back(steps, was_sent, error);
}

/* Connects to the next server that answers. What the lost statement did is settled from there,
   before anything is sent again. */
static bool
reconnect(RtSteps *steps, const GError *loss, bool *out_ended)
{
    RtRunner *runner = steps->runner;
    RtConnection *connection = runner->database->connection;
    g_autoptr(GError) problem = NULL;
    bool was_sent = connection->failure.sent != RT_SENT_NO;
    if (!rt_events_go_on(runner->events, &problem))
        return false;
    bool is_back = rt_connection_reopen(connection, &problem) &&
                   look_what_stands(steps, was_sent, out_ended, &problem);
    if (is_back)
        rt_events_notice(runner->events, RT_LEVEL_WARNING, "retort.migrate",
                         "%s; connected again, and going on", loss->message);
    else
        rt_events_notice(runner->events, RT_LEVEL_WARNING, "retort.migrate",
                         "there is no way back: %s", problem->message);
    return is_back;
}

/* Nobody rolls it back, and a person should know how it goes on. */
static void
tell_open(const RtSteps *steps, const GError *failure)
{
    const RtMigration *migration = steps->migration;
    bool says_itself = rt_error_is(failure, RT_ERROR_LOCKED) ||
                       rt_error_is(failure, RT_ERROR_NEEDS_DECISION) ||
                       rt_error_is(failure, RT_ERROR_SCRIPT_EDITED);
    if ((!steps->started && !migration->is_open) || says_itself)
        return;
    bool is_refused =
        rt_error_is(failure, RT_ERROR_REJECTED) || rt_error_is(failure, RT_ERROR_ASSERTION);
    const char *first = !is_refused           ? ""
                        : migration->is_apply ? "when the cause is mended, "
                                              : "when the cause is mended, or the script from "
                                                "there on, ";
    g_autofree char *title = rt_migration_title(migration);
    rt_events_notice(steps->runner->events, RT_LEVEL_WARNING, "retort.migrate",
                     "%s stands open, and what it did stays; %s`retort %s` goes on with it", title,
                     first, migration->is_apply ? "apply" : "upgrade");
}

/* One attempt; *out_again is set where the connection was lost and is back. */
static bool
attempt(RtRunner *runner, RtMigration *migration, unsigned losses, bool *out_again, bool *out_stale,
        GError **error)
{
    RtSteps steps;
    GError *failure = NULL;
    rt_steps_init(&steps, runner, migration);
    *out_stale = *out_again = false;
    bool ok = go_through(&steps, losses == 0, out_stale, &failure);
    if (!ok && losses < MOST_LOSSES && is_loss(runner, failure)) {
        *out_again = reconnect(&steps, failure, &ok) && !ok;
        if (ok || *out_again)
            g_clear_error(&failure);
    }
    if (!ok && !*out_again) {
        rt_steps_stop(&steps);
        rt_rebuild_end(runner, NULL);
        if (failure)
            tell_open(&steps, failure);
    }
    if (failure)
        g_propagate_error(error, failure);
    rt_steps_clear(&steps);
    return ok;
}

bool
rt_stepwise(RtRunner *runner, RtMigration *migration, bool *out_stale, GError **error)
{
    bool was_open = migration->is_open, again = true, ok = false;
    for (unsigned losses = 0; again; losses++)
        ok = attempt(runner, migration, losses, &again, out_stale, error);
    migration->is_open = was_open;
    return ok;
}
