/* The small common verbs of a run. */
#include "migrate/runner.h"

#include "revision/describe.h"

#include <string.h>

bool
rt_runner_transacts(const RtRunner *runner, const RtMigration *migration)
{
    return rt_connection_is_transactional(runner->database->connection) &&
           (runner->database->dialect->capabilities & RT_CAN_TRANSACT_DDL) &&
           (migration->is_stamp || !migration->half.no_transaction);
}

void
rt_runner_fault(const RtRunner *runner, const char *where, unsigned step)
{
    if (runner->options->fault)
        runner->options->fault(runner->options->fault_data, where, step);
}

bool
rt_runner_send(RtRunner *runner, const char *sql, RtRowFunc row, void *data, int64_t *out_changed,
               GError **error)
{
    RtConnection *connection = runner->database->connection;
    rt_events_statement(runner->events, runner->database->dialect->name, sql);
    int64_t changed = -1;
    if (!connection->class->execute(connection, sql, row, data, &changed, error))
        return false;
    if (out_changed)
        *out_changed = changed;
    return true;
}

RtCatalog *
rt_runner_reflect(RtRunner *runner, RtModel *model, const GPtrArray *names, GError **error)
{
    const RtDialect *dialect = runner->database->dialect;
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, true);
    if (!rt_database_reflect_some(runner->database, catalog, (const RtName *const *) names->pdata,
                                  names->len, error))
        return NULL;
    return g_steal_pointer(&catalog);
}

static const char *
direction_name(const RtMigration *migration)
{
    if (migration->is_stamp)
        return "stamp";
    if (migration->is_apply)
        return "apply";
    return migration->direction == RT_UP ? "up" : "down";
}

static char *
revision_name(const RtMigration *migration)
{
    if (migration->revision)
        return g_strdup(migration->revision->id);
    return migration->step ? g_strjoinv(" ", (char **) migration->step->to) : NULL;
}

char *
rt_migration_title(const RtMigration *migration)
{
    g_autofree char *name = revision_name(migration);
    return migration->is_apply ? g_strdup("the apply") : g_strdup_printf("revision %s", name);
}

char *
rt_migration_describe(const RtMigration *migration)
{
    if (migration->step)
        return rt_describe_step(migration->step, true);
    if (migration->is_stamp)
        return g_strdup_printf("purge of %s", migration->rows_before);
    return g_strdup(direction_name(migration));
}

RtJournalRow *
rt_runner_journal_row(RtRunner *runner, const RtMigration *migration)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    RtJournalRow *row = g_new0(RtJournalRow, 1);
    *row = (RtJournalRow){
        .run = g_strdup(runner->run_id),
        .number = ++runner->number,
        .revision = revision_name(migration),
        .direction = g_strdup(direction_name(migration)),
        .message = migration->revision ? g_strdup(migration->revision->message) : NULL,
        .hash = migration->is_stamp ? NULL : g_strdup(migration->half.hash),
        .steps = migration->half.n_steps,
        .rows_before = g_strdup(migration->rows_before),
        .rows_after = g_strdup(migration->rows_after),
        .started = rt_state_time(now),
        .owner = g_strdup(runner->options->owner),
    };
    return row;
}

void
rt_runner_announce(const RtRunner *runner, const RtMigration *migration)
{
    if (!migration->step && !migration->is_apply)
        return;
    g_autofree char *text = rt_migration_describe(migration);
    rt_events_notice(runner->events, RT_LEVEL_INFO, "retort.migrate", "%s %s",
                     migration->is_open ? "Finishing" : "Running", text);
}

bool
rt_runner_give_up_open_run(RtRunner *runner, GError **error)
{
    GError *failure = NULL;
    g_autoptr(RtJournalRow) row = rt_state_open_run(runner->state, &failure);
    if (failure) {
        g_propagate_error(error, failure);
        return false;
    }
    if (!row)
        return true;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    row->ended = rt_state_time(now);
    if (!row->error)
        row->error = g_strdup("given up by a stamp");
    return rt_state_put_journal(runner->state, row, error) &&
           rt_state_drop_steps(runner->state, row->run, row->number, error);
}

/* ---- version rows -----------------------------------------------------------------------------
 */

char *
rt_rows_join(const GPtrArray *rows)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++)
        g_string_append_printf(text, "%s%s", i ? " " : "", (char *) rows->pdata[i]);
    return g_string_free(text, FALSE);
}

GPtrArray *
rt_rows_split(const char *joined)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(joined ? joined : "", " ", -1);
    for (unsigned i = 0; parts[i]; i++) {
        if (*parts[i])
            g_ptr_array_add(rows, g_strdup(parts[i]));
    }
    g_ptr_array_sort(rows, rt_compare_strings);
    return rows;
}

void
rt_rows_move(GPtrArray *rows, const RtMove *move)
{
    guint index;
    if (move->kind != RT_MOVE_INSERT &&
        g_ptr_array_find_with_equal_func(rows, move->from, g_str_equal, &index))
        g_ptr_array_remove_index(rows, index);
    if (move->kind != RT_MOVE_DELETE)
        g_ptr_array_add(rows, g_strdup(move->to));
    g_ptr_array_sort(rows, rt_compare_strings);
}
