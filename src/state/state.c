/* Retort's own tables: creating them, the version rows, the steps and the lock. */
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
    g_free(state);
}

const char *const *
rt_state_tables(const RtState *state)
{
    return state->names;
}

GPtrArray *
rt_state_create_sql(const RtState *state)
{
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < RT_N_OWN; i++)
        g_ptr_array_add(statements, state->dialect->own->create(state->dialect, &state->tables[i]));
    return statements;
}

bool
rt_state_create(RtState *state, GError **error)
{
    g_autoptr(GPtrArray) statements = rt_state_create_sql(state);
    for (guint i = 0; i < statements->len; i++) {
        if (!rt_own_execute(state, g_ptr_array_index(statements, i), error))
            return false;
    }
    return true;
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

static bool
take_version(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    if (values[0])
        g_ptr_array_add(data, g_strdup(values[0]));
    return true;
}

static int
compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
rt_state_read_versions(RtState *state, bool *out_exists, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    if (!rt_own_read(state, RT_OWN_VERSION, NULL, take_version, rows, out_exists, error))
        return NULL;
    g_ptr_array_sort(rows, compare_strings);
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

enum { TEXT_STEP = 0 };

/* ---- steps ------------------------------------------------------------------------------------
 */

static const char *const step_states[] = {
    [RT_STEP_STARTED] = "started",
    [RT_STEP_FAILED] = "failed",
};

static int64_t
number_of(const char *value)
{
    return value ? g_ascii_strtoll(value, NULL, 10) : 0;
}

void
rt_step_row_free(RtStepRow *row)
{
    if (!row)
        return;
    g_free(row->run);
    g_free(row->hash);
    g_free(row->statement);
    g_free(row->objects);
    g_free(row->outcome);
    g_free(row->place);
    g_free(row);
}

static bool
take_step(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    if (number_of(values[2]) == TEXT_STEP)
        return true;
    RtStepRow *row = g_new0(RtStepRow, 1);
    *row = (RtStepRow){
        .run = g_strdup(values[0]),
        .number = number_of(values[1]),
        .step = number_of(values[2]),
        .hash = g_strdup(values[3]),
        .statement = g_strdup(values[4]),
        .objects = g_strdup(values[5]),
        .outcome = g_strdup(values[6]),
        .place = g_strdup(values[7]),
        .state = g_strcmp0(values[8], step_states[RT_STEP_FAILED]) == 0 ? RT_STEP_FAILED
                                                                        : RT_STEP_STARTED,
    };
    g_ptr_array_add(data, row);
    return true;
}

static int
compare_steps(const void *a, const void *b)
{
    const RtStepRow *first = *(RtStepRow *const *) a, *second = *(RtStepRow *const *) b;
    return (first->step > second->step) - (first->step < second->step);
}

GPtrArray *
rt_state_read_steps(RtState *state, const char *run, int64_t number, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify) rt_step_row_free);
    g_autofree char *text = g_strdup_printf("%" PRId64, number);
    RtOwnMatch where[] = { { "run", run }, { "number", text }, { NULL } };
    if (!rt_own_read(state, RT_OWN_STEP, where, take_step, rows, NULL, error))
        return NULL;
    g_ptr_array_sort(rows, compare_steps);
    return g_steal_pointer(&rows);
}

bool
rt_state_put_step(RtState *state, const RtStepRow *row, GError **error)
{
    g_autofree char *number = g_strdup_printf("%" PRId64, row->number);
    g_autofree char *step = g_strdup_printf("%" PRId64, row->step);
    const char *values[] = { row->run,     number,         step,
                             row->hash,    row->statement, row->objects,
                             row->outcome, row->place,     step_states[row->state] };
    g_autofree char *sql = rt_own_put_sql(state, RT_OWN_STEP, values);
    return rt_own_execute(state, sql, error);
}

/* The text stands where steps count from 1. */
bool
rt_state_put_text(RtState *state, const char *run, int64_t number, const char *text, GError **error)
{
    RtStepRow row = {
        .run = (char *) run, .number = number, .step = TEXT_STEP, .statement = (char *) text
    };
    return rt_state_put_step(state, &row, error);
}

static bool
take_text(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    *(char **) data = g_strdup(values[4]);
    return false;
}

char *
rt_state_read_text(RtState *state, const char *run, int64_t number, GError **error)
{
    g_autofree char *text = NULL, *printed = g_strdup_printf("%" PRId64, number);
    RtOwnMatch where[] = { { "run", run }, { "number", printed }, { "step", "0" }, { NULL } };
    if (!rt_own_read(state, RT_OWN_STEP, where, take_text, &text, NULL, error))
        return NULL;
    if (!text)
        rt_error_set(error, RT_ERROR_NOT_FOUND, "the text of run %s is not in the target", run);
    return g_steal_pointer(&text);
}

bool
rt_state_drop_steps(RtState *state, const char *run, int64_t number, GError **error)
{
    g_autofree char *text = g_strdup_printf("%" PRId64, number);
    g_autoptr(GString) sql = g_string_new("DELETE FROM ");
    RtOwnMatch where[] = { { "run", run }, { "number", text }, { NULL } };
    rt_own_print_name(sql, state, RT_OWN_STEP);
    rt_own_print_where(sql, state, RT_OWN_STEP, where);
    return rt_own_execute(state, sql->str, error);
}

bool
rt_state_drop_all_steps(RtState *state, GError **error)
{
    g_autoptr(GString) sql = g_string_new("DELETE FROM ");
    rt_own_print_name(sql, state, RT_OWN_STEP);
    rt_own_print_where(sql, state, RT_OWN_STEP, NULL);
    return rt_own_execute(state, sql->str, error);
}

/* ---- lock -------------------------------------------------------------------------------------
 */

static bool
take_lock(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    RtLockRow *row = data;
    g_free(row->owner);
    *row = (RtLockRow){ g_strdup(values[0]), number_of(values[1]), number_of(values[2]) };
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
    if (!rt_own_read(state, RT_OWN_LOCK, NULL, take_lock, &row, NULL, error))
        return false;
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
    return rt_own_execute(state, sql, error);
}
