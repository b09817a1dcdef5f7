/* Retort's own tables: creating them, the version rows, the lock that is a row. */
#include "state/tables.h"

#include "sql/tokens.h"

#include <inttypes.h>
#include <string.h>

RtState *
rt_state_new(const RtDialect *dialect, RtConnection *connection, const RtStateNames *names)
{
    RtState *state = g_new0(RtState, 1);
    state->dialect = dialect;
    state->connection = connection;
    rt_own_tables_init(state, names);
    return state;
}

void
rt_state_free(RtState *state)
{
    if (!state)
        return;
    g_free(state->properties);
    g_free(state->generation_name);
    g_free(state->mark);
    if (state->past)
        g_array_unref(state->past);
    g_free(state);
}

const char *const *
rt_state_tables(const RtState *state)
{
    return state->names;
}

bool
rt_state_sync(RtState *state, GError **error)
{
    const char *sync = state->dialect->own->sync;
    return !sync || rt_connection_execute(state->connection, sync, error);
}

GPtrArray *
rt_state_create_sql(const RtState *state)
{
    const RtDialect *dialect = state->dialect;
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < RT_N_OWN; i++) {
        if (rt_own_is_kept(state, (RtOwn) i))
            g_ptr_array_add(statements, dialect->own->create(dialect, &state->tables[i], false));
    }
    return statements;
}

bool
rt_state_create(RtState *state, GError **error)
{
    RtOwn missing[RT_N_OWN];
    unsigned n = 0;
    for (unsigned i = 0; i < RT_N_OWN; i++) {
        if (rt_own_is_kept(state, (RtOwn) i) && !state->is_seen[i])
            missing[n++] = (RtOwn) i;
    }
    return rt_own_create(state, missing, n, false, error);
}

char *
rt_state_time(GDateTime *time)
{
    g_autoptr(GDateTime) utc = g_date_time_to_utc(time);
    g_autofree char *seconds = g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S");
    return g_strdup_printf("%s.%03dZ", seconds, g_date_time_get_microsecond(utc) / 1000);
}

/* ---- versions ---------------------------------------------------------------------------------
 */

bool
rt_own_take_version(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    g_ptr_array_add(data, g_strdup(values[0]));
    return true;
}

void
rt_own_sort_versions(GPtrArray *rows)
{
    g_ptr_array_sort(rows, rt_compare_strings);
}

GPtrArray *
rt_state_read_versions(RtState *state, bool *out_exists, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    if (!rt_own_read(state, RT_OWN_VERSION, NULL, rt_own_take_version, rows, out_exists, error))
        return NULL;
    rt_own_sort_versions(rows);
    return g_steal_pointer(&rows);
}

char *
rt_state_move_sql(const RtState *state, const char *from, const char *to)
{
    const RtLexicon *lexicon = state->dialect->lexicon;
    GString *sql = g_string_new(!from ? "INSERT INTO " : to ? "UPDATE " : "DELETE FROM ");
    RtOwnMatch where[] = { { from ? state->tables[RT_OWN_VERSION].columns[0].name : NULL, from },
                           { NULL } };
    rt_own_print_name(sql, state, RT_OWN_VERSION);
    if (to) {
        g_string_append(sql, from ? " SET " : " (");
        rt_name_print(sql, lexicon, state->tables[RT_OWN_VERSION].columns[0].name);
        g_string_append(sql, from ? " = " : ") VALUES (");
        rt_string_print(sql, lexicon, to);
        g_string_append(sql, from ? "" : ")");
    }
    rt_own_print_where(sql, state, RT_OWN_VERSION, where);
    return g_string_free(sql, FALSE);
}

bool
rt_state_move(RtState *state, const char *from, const char *to, GError **error)
{
    g_autofree char *sql = rt_state_move_sql(state, from, to);
    return rt_own_execute(state, RT_OWN_VERSION, sql, error);
}

/* ---- lock -------------------------------------------------------------------------------------
 */

static bool
take_lock(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    RtLockRow *row = data;
    g_free(row->owner);
    *row = (RtLockRow){ g_strdup(values[0]), rt_own_number(values[1]), rt_own_number(values[2]) };
    return true;
}

void
rt_lock_row_clear(RtLockRow *row)
{
    g_free(row->owner);
    *row = (RtLockRow){ 0 };
}

bool
rt_state_read_lock(RtState *state, RtLockRow *out_row, GError **error)
{
    RtLockRow row = { 0 };
    if (!rt_own_read(state, RT_OWN_LOCK, NULL, take_lock, &row, NULL, error)) {
        rt_lock_row_clear(&row);
        return false;
    }
    *out_row = row;
    return true;
}

bool
rt_state_put_lock(RtState *state, const RtLockRow *row, GError **error)
{
    g_autofree char *fence = g_strdup_printf("%" PRId64, row->fence);
    g_autofree char *heartbeat = g_strdup_printf("%" PRId64, row->heartbeat);
    const char *values[] = { row->owner, fence, heartbeat };
    g_autofree char *sql = rt_own_put_sql(state, RT_OWN_LOCK, values);
    return rt_own_execute(state, RT_OWN_LOCK, sql, error);
}
