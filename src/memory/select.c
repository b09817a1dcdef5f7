/* SELECT over one table, or over none. */
#include "memory/execute-internal.h"

#include <string.h>

/* A row of the answer: where it is in the table, and what it is ordered by. */
typedef struct Candidate {
    unsigned index;
    unsigned place; /* for a stable order */
    RtCell *keys;
} Candidate;

static int
compare_candidates(gconstpointer a, gconstpointer b, gpointer data)
{
    const GArray *order = data;
    const Candidate *left = a, *right = b;
    for (unsigned i = 0; i < order->len; i++) {
        int result = rt_cell_compare(&left->keys[i], &right->keys[i]);
        if (result)
            return g_array_index(order, RtOrderTerm, i).descending ? -result : result;
    }
    return left->place < right->place ? -1 : left->place > right->place;
}

/* ORDER BY 1 and ORDER BY an alias mean the item. */
static const RtExpr *
order_expr(const RtQuery *query, const RtExpr *expr)
{
    int64_t number;
    if (expr->kind == RT_EXPR_CELL && rt_cell_is_integer(&expr->cell, &number) && number >= 1 &&
        number <= query->items->len && query->items->pdata[number - 1])
        return query->items->pdata[number - 1];
    return expr;
}

/* Puts items in the place of ORDER BY's aliases, before names are resolved. */
static void
resolve_aliases(const RtQuery *query, const RtStore *store)
{
    for (unsigned i = 0; i < query->order->len; i++) {
        RtOrderTerm *term = &g_array_index(query->order, RtOrderTerm, i);
        if (term->expr->kind != RT_EXPR_COLUMN ||
            rt_store_find_column(store, term->expr->name) >= 0)
            continue;
        for (unsigned k = 0; k < query->items->len; k++) {
            const RtExpr *item = query->items->pdata[k];
            if (item && g_str_equal(item->label, term->expr->name->text))
                *term->expr =
                    (RtExpr){ .kind = RT_EXPR_CELL, .cell = rt_cell_integer((int64_t) k + 1) };
        }
    }
}

static void
sort_rows(const RtExecution *execution, GArray *rows)
{
    const RtQuery *query = execution->query;
    unsigned n_keys = query->order->len;
    if (n_keys == 0)
        return;
    g_autofree Candidate *candidates = g_new(Candidate, rows->len + 1);
    g_autofree RtCell *keys = g_new0(RtCell, (gsize) rows->len * n_keys + 1);
    for (unsigned i = 0; i < rows->len; i++) {
        unsigned index = g_array_index(rows, unsigned, i);
        RtScope scope = { .row = execution->store->rows->pdata[index],
                          .now = execution->tables->now };
        candidates[i] = (Candidate){ index, i, keys + (gsize) i * n_keys };
        for (unsigned k = 0; k < n_keys; k++) {
            const RtExpr *expr = g_array_index(query->order, RtOrderTerm, k).expr;
            candidates[i].keys[k] = rt_expr_evaluate(order_expr(query, expr), &scope);
        }
    }
    g_qsort_with_data(candidates, (int) rows->len, sizeof(Candidate), compare_candidates,
                      query->order);
    for (unsigned i = 0; i < rows->len; i++)
        g_array_index(rows, unsigned, i) = candidates[i].index;
    for (gsize i = 0; i < (gsize) rows->len * n_keys; i++)
        rt_cell_clear(&keys[i]);
}

/* ---- the answer -------------------------------------------------------------------------------
 */

typedef struct Answer {
    GPtrArray *names; /* of const char * */
    RtRow *cells;
    const char **values;
} Answer;

static void
init_answer(const RtExecution *execution, Answer *answer)
{
    const RtQuery *query = execution->query;
    answer->names = g_ptr_array_new();
    for (unsigned i = 0; i < query->items->len; i++) {
        const RtExpr *item = query->items->pdata[i];
        if (item)
            g_ptr_array_add(answer->names, (gpointer) item->label);
        for (unsigned c = 0; !item && c < execution->store->n_columns; c++)
            g_ptr_array_add(answer->names, (gpointer) execution->store->columns[c].name->text);
    }
    answer->cells = rt_row_new(answer->names->len);
    answer->values = g_new0(const char *, answer->names->len + 1);
}

static void
clear_answer(Answer *answer)
{
    g_ptr_array_unref(answer->names);
    rt_row_free(answer->cells);
    g_free(answer->values);
}

static void
fill_answer(const RtExecution *execution, Answer *answer, const RtScope *scope)
{
    const RtQuery *query = execution->query;
    unsigned at = 0;
    for (unsigned i = 0; i < answer->cells->n; i++)
        rt_cell_clear(&answer->cells->cells[i]);
    for (unsigned i = 0; i < query->items->len; i++) {
        const RtExpr *item = query->items->pdata[i];
        if (item)
            answer->cells->cells[at++] = rt_expr_evaluate(item, scope);
        for (unsigned c = 0; !item && c < execution->store->n_columns; c++)
            answer->cells->cells[at++] =
                scope->row ? rt_cell_copy(&scope->row->cells[c]) : (RtCell){ 0 };
    }
    for (unsigned i = 0; i < at; i++)
        answer->values[i] = answer->cells->cells[i].text;
}

static bool
hand_over(const RtExecution *execution, Answer *answer, const RtScope *scope)
{
    fill_answer(execution, answer, scope);
    return execution->row(execution->data, answer->names->len, answer->values,
                          (const char *const *) answer->names->pdata);
}

static void
answer_rows(const RtExecution *execution, Answer *answer, const GArray *rows)
{
    const RtQuery *query = execution->query;
    int64_t end = rows->len;
    int64_t first = CLAMP(query->offset, 0, end);
    if (query->limit >= 0 && query->limit < end - first)
        end = first + query->limit;
    RtScope scope = { .now = execution->tables->now };
    for (int64_t i = first; i < end; i++) {
        scope.row = execution->store->rows->pdata[g_array_index(rows, unsigned, i)];
        if (!hand_over(execution, answer, &scope))
            return;
    }
}

static bool
find_store(RtExecution *execution, GError **error)
{
    const RtQuery *query = execution->query;
    if (query->table && !rt_execution_find_table(execution, query->table, &execution->store, error))
        return false;
    for (unsigned i = 0; !query->table && i < query->items->len; i++)
        if (!query->items->pdata[i])
            return rt_execution_fail(execution, RT_FAILURE_OTHER, error, "no tables specified");
    if (execution->store)
        resolve_aliases(query, execution->store);
    return rt_execution_resolve(execution, error);
}

bool
rt_execute_select(RtExecution *execution, GError **error)
{
    const RtQuery *query = execution->query;
    if (!find_store(execution, error))
        return false;
    if (!execution->row)
        return true;
    g_autoptr(GArray) rows = execution->store ? rt_execution_rows(execution) : NULL;
    Answer answer;
    init_answer(execution, &answer);
    if (execution->store && !query->counts) {
        sort_rows(execution, rows);
        answer_rows(execution, &answer, rows);
    } else if (query->limit != 0 && query->offset <= 0) {
        RtScope scope = { .count = rows ? rows->len : 1, .now = execution->tables->now };
        hand_over(execution, &answer, &scope);
    }
    clear_answer(&answer);
    return true;
}
