/* INSERT and its like, UPDATE and DELETE; SELECT is in select.c, INSERT … SELECT in copy.c. */
#include "memory/execute.h"

#include "memory/execute-internal.h"

RtStore *
rt_tables_find(const RtTables *tables, const RtName *name)
{
    return g_hash_table_lookup(tables->stores, name->key);
}

RtCell
rt_tables_default(const RtTables *tables, const RtObject *column)
{
    const RtValue *value = rt_object_role(column, RT_ROLE_DEFAULT);
    if (!value || !value->text)
        return (RtCell){ 0 };
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtText *text = rt_text_new(arena, "default", value->text, value->length);
    RtCursor cursor;
    rt_cursor_init(&cursor, arena, tables->lexicon, text);
    g_auto(RtQueryReader) reader = { 0 };
    rt_query_reader_init(&reader, tables->model, tables->rules, &cursor);
    const RtExpr *expr = rt_query_read_expr(&reader);
    /* A default by a function of the server has a value only there. */
    if (!expr || !rt_cursor_at_end(&reader.cursor))
        return (RtCell){ 0 };
    RtScope scope = { .now = tables->now };
    RtCell cell = rt_expr_evaluate(expr, &scope);
    const RtType *type = rt_object_type(column);
    rt_cell_store(&cell, rt_storage_of(type ? type->name : NULL));
    return cell;
}

bool
rt_execution_fail(RtExecution *execution, RtFailureClass class, GError **error, const char *format,
                  ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    *execution->out_class = class;
    rt_error_set(error, RT_ERROR_REJECTED, "%s", message);
    return false;
}

bool
rt_execution_find_table(RtExecution *execution, const RtName *name, RtStore **out_store,
                        GError **error)
{
    *out_store = rt_tables_find(execution->tables, name);
    if (*out_store)
        return true;
    return rt_execution_fail(execution, RT_FAILURE_NOT_FOUND, error, "no such table: %s%s%s",
                             name->schema ? name->schema : "", name->schema ? "." : "", name->text);
}

/* Whether the table is called so where its columns are named; a schema need not be repeated. */
static bool
is_called(const RtStore *store, const RtName *of)
{
    const RtName *name = store->name;
    return of->key == name->key || (name->schema && g_str_equal(of->text, name->text));
}

static bool
count_rows(RtExecution *execution, RtExpr *expr, GError **error)
{
    RtStore *store;
    if (!rt_execution_find_table(execution, expr->name, &store, error))
        return false;
    rt_cell_clear(&expr->cell);
    expr->cell = rt_cell_integer((int64_t) store->rows->len - store->n_deleted);
    return true;
}

bool
rt_execution_resolve(RtExecution *execution, GError **error)
{
    const RtStore *store = execution->store;
    for (unsigned i = 0; i < execution->query->exprs->len; i++) {
        RtExpr *expr = execution->query->exprs->pdata[i];
        if (expr->kind == RT_EXPR_COUNT_OF && !count_rows(execution, expr, error))
            return false;
        if (expr->kind != RT_EXPR_COLUMN)
            continue;
        bool is_of_it = store && (!expr->of || is_called(store, expr->of));
        expr->column = is_of_it ? rt_store_find_column(store, expr->name) : -1;
        if (expr->column < 0)
            return rt_execution_fail(execution, RT_FAILURE_NOT_FOUND, error,
                                     "no such column: %s%s%s", expr->of ? expr->of->text : "",
                                     expr->of ? "." : "", expr->name->text);
        expr->storage = store->columns[expr->column].storage;
    }
    return true;
}

/* ---- which rows -------------------------------------------------------------------------------
 */

/* Puts the values that `where` demands of columns into `probe`; only what AND joins. */
static void
collect_equalities(const RtStore *store, const RtExpr *where, const RtScope *scope, RtRow *probe)
{
    if (where->kind == RT_EXPR_AND) {
        collect_equalities(store, where->left, scope, probe);
        collect_equalities(store, where->right, scope, probe);
    }
    if (where->kind != RT_EXPR_EQUAL || where->left->kind != RT_EXPR_COLUMN ||
        where->right->kind != RT_EXPR_CELL)
        return;
    RtCell *cell = &probe->cells[where->left->column];
    rt_cell_clear(cell);
    *cell = rt_expr_evaluate(where->right, scope);
    rt_cell_store(cell, store->columns[where->left->column].storage);
}

static bool
has_values(const RtStoreKey *key, const RtRow *probe)
{
    for (unsigned i = 0; i < key->n; i++)
        if (probe->cells[key->columns[i]].kind == RT_CELL_NULL)
            return false;
    return true;
}

/* Where `where` names all columns of a key, at most one row can fit: *out_index, or -1. */
static bool
find_by_key(const RtStore *store, const RtExpr *where, const RtScope *scope, int64_t *out_index)
{
    if (!where || store->keys->len == 0)
        return false;
    RtRow *probe = rt_row_new(store->n_columns);
    collect_equalities(store, where, scope, probe);
    bool found = false;
    for (unsigned i = 0; !found && i < store->keys->len; i++) {
        const RtStoreKey *key = store->keys->pdata[i];
        found = has_values(key, probe);
        if (found)
            *out_index = rt_store_find(store, key, probe);
    }
    rt_row_free(probe);
    return found;
}

GArray *
rt_execution_rows(const RtExecution *execution)
{
    const RtStore *store = execution->store;
    const RtExpr *where = execution->query->where;
    RtScope scope = { .now = execution->tables->now };
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(unsigned));
    int64_t only;
    unsigned first = 0, end = store->rows->len;
    if (find_by_key(store, where, &scope, &only)) {
        first = only < 0 ? 0 : (unsigned) only;
        end = only < 0 ? 0 : first + 1;
    }
    for (unsigned i = first; i < end; i++) {
        scope.row = store->rows->pdata[i];
        if (scope.row && rt_expr_holds(where, &scope))
            g_array_append_val(rows, i);
    }
    return rows;
}

/* ---- INSERT -----------------------------------------------------------------------------------
 */

static bool
check_not_null(RtExecution *execution, const RtRow *row, GError **error)
{
    const RtStore *store = execution->store;
    for (unsigned i = 0; i < store->n_columns; i++)
        if (store->columns[i].not_null && row->cells[i].kind == RT_CELL_NULL)
            return rt_execution_fail(execution, RT_FAILURE_CONSTRAINT, error,
                                     "NOT NULL constraint failed: %s.%s", store->name->text,
                                     store->columns[i].name->text);
    return true;
}

/* `self`: the row that is changed, -1 for a new one. */
static bool
check_keys(RtExecution *execution, const RtRow *row, int64_t self, GError **error)
{
    for (unsigned i = 0; i < execution->store->keys->len; i++) {
        const RtStoreKey *key = execution->store->keys->pdata[i];
        int64_t other = rt_store_find(execution->store, key, row);
        if (other >= 0 && other != self)
            return rt_execution_fail(execution, RT_FAILURE_CONSTRAINT, error,
                                     "UNIQUE constraint failed: %s", key->label);
    }
    return true;
}

static int64_t
find_conflict(const RtStore *store, const RtRow *row)
{
    for (unsigned i = 0; i < store->keys->len; i++) {
        int64_t other = rt_store_find(store, store->keys->pdata[i], row);
        if (other >= 0)
            return other;
    }
    return -1;
}

/* The row that stands there, with what the new one gives. */
static void
merge_row(RtExecution *execution, unsigned index, RtRow *row, const bool *is_given)
{
    const RtRow *before = execution->store->rows->pdata[index];
    for (unsigned i = 0; i < row->n; i++) {
        if (is_given[i])
            continue;
        rt_cell_clear(&row->cells[i]);
        row->cells[i] = rt_cell_copy(&before->cells[i]);
    }
    rt_store_update(execution->store, execution->tables->undo, index, row);
}

static bool
settle_conflict(RtExecution *execution, RtRow *row, const bool *is_given, bool *out_done)
{
    RtStore *store = execution->store;
    int64_t other = find_conflict(store, row);
    *out_done = false;
    if (other < 0)
        return true;
    RtConflict conflict = execution->query->conflict;
    if (conflict == RT_CONFLICT_FAIL && store->inserts_replace)
        conflict = RT_CONFLICT_REPLACE;
    switch (conflict) {
    case RT_CONFLICT_IGNORE:
        rt_row_free(row);
        *out_done = true;
        return true;
    case RT_CONFLICT_UPSERT:
        merge_row(execution, (unsigned) other, row, is_given);
        execution->changed++;
        *out_done = true;
        return true;
    case RT_CONFLICT_REPLACE:
        for (; other >= 0; other = find_conflict(store, row))
            rt_store_delete(store, execution->tables->undo, (unsigned) other);
        return true;
    default:
        return false;
    }
}

/* REPLACE puts the default where NULL may not stand. */
static void
replace_nulls(const RtExecution *execution, RtRow *row)
{
    const RtStore *store = execution->store;
    for (unsigned i = 0; i < row->n; i++) {
        if (!store->columns[i].not_null || row->cells[i].kind != RT_CELL_NULL)
            continue;
        int child = rt_object_find_child(store->object, RT_KIND_COLUMN, store->columns[i].name, i);
        row->cells[i] = rt_tables_default(execution->tables, store->object->children[child]);
    }
}

bool
rt_execution_insert(RtExecution *execution, RtRow *row, const bool *is_given, GError **error)
{
    RtStore *store = execution->store;
    for (unsigned i = 0; i < row->n; i++) {
        if (store->columns[i].is_numbered && row->cells[i].kind == RT_CELL_NULL)
            row->cells[i] = rt_cell_integer(store->last_number + 1);
        rt_cell_store(&row->cells[i], store->columns[i].storage);
    }
    bool done = false;
    g_autoptr(GError) problem = NULL;
    if (execution->query->conflict == RT_CONFLICT_REPLACE)
        replace_nulls(execution, row);
    if (!check_not_null(execution, row, &problem)) {
        rt_row_free(row);
        if (execution->query->conflict == RT_CONFLICT_IGNORE)
            return true;
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    if (!settle_conflict(execution, row, is_given, &done)) {
        bool is_free = check_keys(execution, row, -1, error);
        g_assert(!is_free);
        rt_row_free(row);
        return false;
    }
    if (done)
        return true;
    rt_store_insert(store, execution->tables->undo, row);
    execution->changed++;
    return true;
}

int *
rt_execution_map(const RtStore *store, const GPtrArray *columns, unsigned *out_n)
{
    int *map = g_new(int, MAX(columns->len, store->n_columns) + 1);
    for (*out_n = 0; *out_n < columns->len; ++*out_n)
        map[*out_n] = rt_store_find_column(store, columns->pdata[*out_n]);
    for (unsigned i = 0; columns->len == 0 && i < store->n_columns; i++)
        if (!store->columns[i].is_generated)
            map[(*out_n)++] = (int) i;
    return map;
}

bool
rt_execution_check_columns(RtExecution *execution, const int *map, unsigned n, GError **error)
{
    for (unsigned i = 0; i < n; i++) {
        const GPtrArray *columns = execution->query->columns;
        if (map[i] < 0)
            return rt_execution_fail(
                execution, RT_FAILURE_NOT_FOUND, error, "table %s has no column named %s",
                execution->store->name->text, ((const RtName *) columns->pdata[i])->text);
    }
    return true;
}

RtRow *
rt_execution_defaults(const RtExecution *execution, const int *map, unsigned n, bool *is_given)
{
    const RtStore *store = execution->store;
    for (unsigned i = 0; i < n; i++)
        if (map[i] >= 0)
            is_given[map[i]] = true;
    RtRow *row = rt_row_new(store->n_columns);
    unsigned column = 0;
    for (unsigned i = 0; i < store->object->n_children; i++) {
        const RtObject *child = store->object->children[i];
        if (rt_object_kind(child) == RT_KIND_COLUMN)
            row->cells[column++] = rt_tables_default(execution->tables, child);
    }
    return row;
}

RtRow *
rt_row_copy(const RtRow *row)
{
    RtRow *copy = rt_row_new(row->n);
    for (unsigned i = 0; i < row->n; i++)
        copy->cells[i] = rt_cell_copy(&row->cells[i]);
    return copy;
}

void
rt_row_put(RtRow *row, int column, RtCell cell)
{
    rt_cell_clear(&row->cells[column]);
    row->cells[column] = cell;
}

static bool
insert_values(RtExecution *execution, const GPtrArray *values, const int *map, unsigned n,
              const RtRow *defaults, const bool *is_given, GError **error)
{
    if (values->len != n && values->len != 0)
        return rt_execution_fail(execution, RT_FAILURE_OTHER, error,
                                 "%u values for %u columns of table %s", values->len, n,
                                 execution->store->name->text);
    RtRow *row = rt_row_copy(defaults);
    RtScope scope = { .now = execution->tables->now };
    for (unsigned i = 0; i < values->len; i++)
        if (values->pdata[i])
            rt_row_put(row, map[i], rt_expr_evaluate(values->pdata[i], &scope));
    return rt_execution_insert(execution, row, is_given, error);
}

/* Columns in VALUES have no row to take their values from. */
static bool
check_no_columns(RtExecution *execution, GError **error)
{
    for (unsigned i = 0; i < execution->query->exprs->len; i++) {
        RtExpr *expr = execution->query->exprs->pdata[i];
        if (expr->kind == RT_EXPR_COUNT_OF && !count_rows(execution, expr, error))
            return false;
        if (expr->kind == RT_EXPR_COLUMN)
            return rt_execution_fail(execution, RT_FAILURE_NOT_FOUND, error, "no such column: %s",
                                     expr->name->text);
    }
    return true;
}

bool
rt_execute_insert(RtExecution *execution, GError **error)
{
    const RtQuery *query = execution->query;
    if (!rt_execution_find_table(execution, query->table, &execution->store, error) ||
        !check_no_columns(execution, error))
        return false;
    unsigned n;
    g_autofree int *map = rt_execution_map(execution->store, query->columns, &n);
    if (!rt_execution_check_columns(execution, map, n, error))
        return false;
    g_autofree bool *is_given = g_new0(bool, execution->store->n_columns + 1);
    RtRow *defaults = rt_execution_defaults(execution, map, n, is_given);
    bool done = true;
    for (unsigned i = 0; done && i < query->rows->len; i++)
        done = insert_values(execution, query->rows->pdata[i], map, n, defaults, is_given, error);
    rt_row_free(defaults);
    return done;
}

/* ---- UPDATE and DELETE ------------------------------------------------------------------------
 */

static bool
update_row(RtExecution *execution, unsigned index, const int *map, GError **error)
{
    RtStore *store = execution->store;
    RtScope scope = { .row = store->rows->pdata[index], .now = execution->tables->now };
    RtRow *row = rt_row_copy(scope.row);
    for (unsigned i = 0; i < execution->query->items->len; i++) {
        RtCell cell = rt_expr_evaluate(execution->query->items->pdata[i], &scope);
        rt_cell_store(&cell, store->columns[map[i]].storage);
        rt_row_put(row, map[i], cell);
    }
    if (check_not_null(execution, row, error) && check_keys(execution, row, index, error)) {
        rt_store_update(store, execution->tables->undo, index, row);
        execution->changed++;
        return true;
    }
    rt_row_free(row);
    return false;
}

bool
rt_execute_update(RtExecution *execution, GError **error)
{
    const RtQuery *query = execution->query;
    unsigned n;
    if (!rt_execution_find_table(execution, query->table, &execution->store, error) ||
        !rt_execution_resolve(execution, error))
        return false;
    g_autofree int *map = rt_execution_map(execution->store, query->columns, &n);
    if (!rt_execution_check_columns(execution, map, n, error))
        return false;
    g_autoptr(GArray) rows = rt_execution_rows(execution);
    for (unsigned i = 0; i < rows->len; i++)
        if (!update_row(execution, g_array_index(rows, unsigned, i), map, error))
            return false;
    return true;
}

bool
rt_execute_delete(RtExecution *execution, GError **error)
{
    if (!rt_execution_find_table(execution, execution->query->table, &execution->store, error) ||
        !rt_execution_resolve(execution, error))
        return false;
    g_autoptr(GArray) rows = rt_execution_rows(execution);
    for (unsigned i = 0; i < rows->len; i++)
        rt_store_delete(execution->store, execution->tables->undo,
                        g_array_index(rows, unsigned, i));
    execution->changed = rows->len;
    return true;
}

bool
rt_query_run(const RtQuery *query, const RtTables *tables, RtRowFunc row, void *data,
             int64_t *out_changed, RtFailureClass *out_class, GError **error)
{
    static bool (*const run[])(RtExecution * execution, GError * *error) = {
        [RT_QUERY_INSERT] = rt_execute_insert, [RT_QUERY_UPDATE] = rt_execute_update,
        [RT_QUERY_DELETE] = rt_execute_delete, [RT_QUERY_SELECT] = rt_execute_select,
        [RT_QUERY_COPY] = rt_execute_copy,
    };
    *out_class = RT_FAILURE_NONE;
    RtExecution execution = {
        .query = query, .tables = tables, .row = row, .data = data, .out_class = out_class
    };
    if (!run[query->kind](&execution, error))
        return false;
    *out_changed = execution.changed;
    return true;
}
