/* The journal: one row a revision of a run. */
#include "state/tables.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

/* The members in the order of the table's columns; `state` follows from `ended`. */
static const struct {
    size_t offset;
    bool is_number;
} members[] = {
    { offsetof(RtJournalRow, run) },         { offsetof(RtJournalRow, number), true },
    { offsetof(RtJournalRow, revision) },    { offsetof(RtJournalRow, direction) },
    { offsetof(RtJournalRow, message) },     { offsetof(RtJournalRow, hash) },
    { offsetof(RtJournalRow, steps), true }, { offsetof(RtJournalRow, step), true },
    { offsetof(RtJournalRow, rows_before) }, { offsetof(RtJournalRow, rows_after) },
    { offsetof(RtJournalRow, started) },     { offsetof(RtJournalRow, ended) },
    { offsetof(RtJournalRow, owner) },       { offsetof(RtJournalRow, error) },
    { offsetof(RtJournalRow, job) },
};

static const char state_open[] = "open", state_done[] = "done";

static void *
member_of(const RtJournalRow *row, size_t i)
{
    return (char *) row + members[i].offset;
}

void
rt_journal_row_free(RtJournalRow *row)
{
    for (size_t i = 0; row && i < G_N_ELEMENTS(members); i++) {
        if (!members[i].is_number)
            g_free(*(char **) member_of(row, i));
    }
    g_free(row);
}

static bool
take_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    RtJournalRow *row = g_new0(RtJournalRow, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        if (members[i].is_number)
            *(int64_t *) member_of(row, i) = rt_own_number(values[i]);
        else
            *(char **) member_of(row, i) = g_strdup(values[i]);
    }
    g_ptr_array_add(data, row);
    return true;
}

static int
compare_rows(const void *a, const void *b)
{
    const RtJournalRow *first = *(RtJournalRow *const *) a, *second = *(RtJournalRow *const *) b;
    int order = g_strcmp0(first->started, second->started);
    if (!order)
        order = g_strcmp0(first->run, second->run);
    return order ? order : (first->number > second->number) - (first->number < second->number);
}

static GPtrArray *
read_rows(RtState *state, const RtOwnMatch *where, GError **error)
{
    g_autoptr(GPtrArray) rows =
        g_ptr_array_new_with_free_func((GDestroyNotify) rt_journal_row_free);
    if (!rt_own_read(state, RT_OWN_JOURNAL, where, take_row, rows, NULL, error))
        return NULL;
    g_ptr_array_sort(rows, compare_rows);
    return g_steal_pointer(&rows);
}

GPtrArray *
rt_state_read_journal(RtState *state, GError **error)
{
    return read_rows(state, NULL, error);
}

/* The first of those that stand open, with the step that it is at; *out NULL where none does. */
static bool
take_open(RtState *state, GPtrArray *rows, RtJournalRow **out, GError **error)
{
    *out = NULL;
    g_ptr_array_sort(rows, compare_rows);
    if (!rows->len)
        return true;
    g_autoptr(RtJournalRow) row = g_ptr_array_steal_index(rows, 0);
    g_autoptr(GPtrArray) steps = rt_state_read_steps(state, row->run, row->number, error);
    if (!steps)
        return false;
    if (steps->len) {
        const RtStepRow *last = g_ptr_array_index(steps, steps->len - 1);
        row->step = MIN(last->hash ? last->step : last->step - 1, row->steps);
    }
    *out = g_steal_pointer(&row);
    return true;
}

static const RtOwnMatch match_open[] = { { "state", state_open }, { NULL } };

RtJournalRow *
rt_state_open_run(RtState *state, GError **error)
{
    RtJournalRow *open = NULL;
    g_autoptr(GPtrArray) rows = read_rows(state, match_open, error);
    return rows && take_open(state, rows, &open, error) ? open : NULL;
}

bool
rt_state_read_standing(RtState *state, RtStanding *out, GError **error)
{
    g_autoptr(GPtrArray) versions = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) open =
        g_ptr_array_new_with_free_func((GDestroyNotify) rt_journal_row_free);
    RtOwnQuestion questions[] = {
        { RT_OWN_VERSION, NULL, rt_own_take_version, versions, false },
        { RT_OWN_JOURNAL, match_open, take_row, open, false },
    };
    RtStanding standing = { 0 };
    if (!rt_own_read_many(state, questions, G_N_ELEMENTS(questions), error) ||
        !take_open(state, open, &standing.open, error))
        return false;
    rt_own_sort_versions(versions);
    standing.rows = g_steal_pointer(&versions);
    standing.has_version_table = questions[0].exists;
    *out = standing;
    return true;
}

void
rt_standing_clear(RtStanding *standing)
{
    rt_journal_row_free(standing->open);
    g_clear_pointer(&standing->rows, g_ptr_array_unref);
    *standing = (RtStanding){ 0 };
}

char *
rt_state_journal_sql(const RtState *state, const RtJournalRow *row)
{
    char numbers[G_N_ELEMENTS(members)][24];
    const char *values[G_N_ELEMENTS(members) + 1];
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        if (members[i].is_number)
            g_snprintf(numbers[i], sizeof numbers[i], "%" PRId64, *(int64_t *) member_of(row, i));
        values[i] = members[i].is_number ? numbers[i] : *(char **) member_of(row, i);
    }
    values[G_N_ELEMENTS(members)] = row->ended ? state_done : state_open;
    return rt_own_put_sql(state, RT_OWN_JOURNAL, values);
}

bool
rt_state_put_journal(RtState *state, const RtJournalRow *row, GError **error)
{
    g_autofree char *sql = rt_state_journal_sql(state, row);
    return rt_own_execute(state, RT_OWN_JOURNAL, sql, error);
}
