/* INSERT … SELECT: rows of one table into another. */
#include "memory/execute-internal.h"

/* A column that neither table has, under the same name on both sides, is the hidden number of a
   row: rows keep their order without it. */
static bool
check_copy(RtExecution *execution, const RtStore *from, int *to_map, int *from_map, unsigned n,
           GError **error)
{
    const RtQuery *query = execution->query;
    for (unsigned i = 0; i < n; i++) {
        const RtName *to = query->columns->pdata[i], *source = query->sources->pdata[i];
        bool is_hidden = to_map[i] < 0 && from_map[i] < 0 && rt_name_equal(to, source);
        if (!is_hidden && from_map[i] < 0)
            return rt_execution_fail(execution, RT_FAILURE_NOT_FOUND, error,
                                     "table %s has no column named %s", from->name->text,
                                     source->text);
        if (!is_hidden && to_map[i] < 0)
            return rt_execution_check_columns(execution, to_map, n, error);
    }
    return true;
}

/* What the statement's WHERE takes of the table goes, or all of it. */
static bool
overwrite(RtExecution *execution, GError **error)
{
    const RtQuery *query = execution->query;
    RtStore *store = execution->store;
    bool is_all = query->overwrite == RT_OVERWRITE_ALL;
    if (query->overwrite == RT_OVERWRITE_NOTHING)
        return true;
    if (!is_all && !rt_execution_resolve(execution, error))
        return false;
    g_autoptr(GArray) rows = is_all ? NULL : rt_execution_rows(execution);
    unsigned n = is_all ? store->rows->len : rows->len;
    for (unsigned i = 0; i < n; i++) {
        unsigned index = is_all ? i : g_array_index(rows, unsigned, i);
        if (!store->rows->pdata[index])
            continue;
        rt_store_delete(store, execution->tables->undo, index);
        execution->changed++;
    }
    return true;
}

/* The rows of the other table that the statement takes (of const RtRow *), which live on while
   they are deleted; NULL with an error. */
static GPtrArray *
find_sources(RtExecution *execution, RtStore *from, GError **error)
{
    RtStore *to = execution->store;
    execution->store = from;
    bool ok = rt_execution_resolve(execution, error);
    g_autoptr(GArray) indices = ok ? rt_execution_rows(execution) : NULL;
    execution->store = to;
    GPtrArray *rows = ok ? g_ptr_array_new() : NULL;
    for (unsigned i = 0; ok && i < indices->len; i++)
        g_ptr_array_add(rows, from->rows->pdata[g_array_index(indices, unsigned, i)]);
    return rows;
}

bool
rt_execute_copy(RtExecution *execution, GError **error)
{
    const RtQuery *query = execution->query;
    RtStore *from;
    unsigned n, n_sources;
    if (!rt_execution_find_table(execution, query->table, &execution->store, error) ||
        !rt_execution_find_table(execution, query->from, &from, error))
        return false;
    g_autofree int *to_map = rt_execution_map(execution->store, query->columns, &n);
    g_autofree int *from_map = rt_execution_map(from, query->sources, &n_sources);
    if (!check_copy(execution, from, to_map, from_map, n, error))
        return false;
    g_autofree bool *is_given = g_new0(bool, execution->store->n_columns + 1);
    RtRow *defaults = rt_execution_defaults(execution, to_map, n, is_given);
    g_autoptr(GPtrArray) rows = find_sources(execution, from, error);
    bool done = rows && overwrite(execution, error);
    for (unsigned r = 0; done && r < rows->len; r++) {
        const RtRow *source = rows->pdata[r];
        RtRow *row = rt_row_copy(defaults);
        for (unsigned i = 0; i < n; i++)
            if (to_map[i] >= 0)
                rt_row_put(row, to_map[i], rt_cell_copy(&source->cells[from_map[i]]));
        done = rt_execution_insert(execution, row, is_given, error);
    }
    rt_row_free(defaults);
    return done;
}
