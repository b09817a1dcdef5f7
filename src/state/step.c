/* The steps of open runs, and the texts of halves that no script holds. */
#include "state/generation.h"
#include "state/tables.h"

#include <inttypes.h>

enum { TEXT_STEP = 0 };

static const char *const step_states[] = {
    [RT_STEP_STARTED] = "started",
    [RT_STEP_FAILED] = "failed",
};

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
    if (rt_own_number(values[2]) == TEXT_STEP)
        return true;
    RtStepRow *row = g_new0(RtStepRow, 1);
    *row = (RtStepRow){
        .run = g_strdup(values[0]),
        .number = rt_own_number(values[1]),
        .step = rt_own_number(values[2]),
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

/* Where steps are kept by generations, in that which is ours, else in those that are there. */
static bool
read_rows(RtState *state, const RtOwnMatch *where, RtRowFunc row, void *data, GError **error)
{
    if (rt_own_is_kept(state, RT_OWN_STEP) || state->generation)
        return rt_own_read(state, RT_OWN_STEP, where, row, data, NULL, error);
    return rt_generation_read(state, where, row, data, error);
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
    if (!read_rows(state, where, take_step, rows, error))
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
    return rt_own_execute(state, RT_OWN_STEP, sql, error);
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
    if (!read_rows(state, where, take_text, &text, error))
        return NULL;
    if (!text)
        rt_error_set(error, RT_ERROR_NOT_FOUND, "the text of run %s is not in the target", run);
    return g_steal_pointer(&text);
}

bool
rt_state_drop_steps(RtState *state, const char *run, int64_t number, GError **error)
{
    if (!rt_own_is_kept(state, RT_OWN_STEP))
        return true;
    g_autofree char *text = g_strdup_printf("%" PRId64, number);
    g_autoptr(GString) sql = g_string_new("DELETE FROM ");
    RtOwnMatch where[] = { { "run", run }, { "number", text }, { NULL } };
    rt_own_print_name(sql, state, RT_OWN_STEP);
    rt_own_print_where(sql, state, RT_OWN_STEP, where);
    return rt_own_execute(state, RT_OWN_STEP, sql->str, error);
}

bool
rt_state_drop_all_steps(RtState *state, GError **error)
{
    if (!rt_own_is_kept(state, RT_OWN_STEP))
        return true;
    g_autoptr(GString) sql = g_string_new("DELETE FROM ");
    rt_own_print_name(sql, state, RT_OWN_STEP);
    rt_own_print_where(sql, state, RT_OWN_STEP, NULL);
    return rt_own_execute(state, RT_OWN_STEP, sql->str, error);
}
