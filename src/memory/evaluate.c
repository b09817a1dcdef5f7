/* Evaluates expressions by SQL's rules: three truth values, columns that pull values their way. */
#include "memory/evaluate.h"

static RtCell
truth(int value)
{
    return value < 0 ? (RtCell){ 0 } : rt_cell_integer(value);
}

static bool
is_numeric(RtStorage storage)
{
    return storage == RT_STORE_NUMBER || storage == RT_STORE_REAL;
}

/* A numeric column compared with anything makes a number of it, a text column a text of a value
   that belongs to no column. */
static void
pull(const RtExpr *column, const RtExpr *other, RtCell *cell)
{
    if (column->kind != RT_EXPR_COLUMN)
        return;
    bool other_is_column = other->kind == RT_EXPR_COLUMN;
    if (is_numeric(column->storage) && !(other_is_column && is_numeric(other->storage)))
        rt_cell_store(cell, RT_STORE_NUMBER);
    else if (column->storage == RT_STORE_TEXT && !other_is_column)
        rt_cell_store(cell, RT_STORE_TEXT);
}

static int
compare(RtExprKind kind, int order)
{
    switch (kind) {
    case RT_EXPR_EQUAL:
        return order == 0;
    case RT_EXPR_UNEQUAL:
        return order != 0;
    case RT_EXPR_LESS:
        return order < 0;
    case RT_EXPR_LESS_EQUAL:
        return order <= 0;
    case RT_EXPR_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

static RtCell
evaluate_comparison(const RtExpr *expr, RtCell *left, RtCell *right)
{
    if (left->kind == RT_CELL_NULL || right->kind == RT_CELL_NULL)
        return (RtCell){ 0 };
    pull(expr->left, expr->right, right);
    pull(expr->right, expr->left, left);
    return truth(compare(expr->kind, rt_cell_compare(left, right)));
}

static RtCell
evaluate_logic(RtExprKind kind, const RtCell *left, const RtCell *right)
{
    int a = rt_cell_truth(left), b = rt_cell_truth(right);
    int decisive = kind == RT_EXPR_OR;
    if (a == decisive || b == decisive)
        return truth(decisive);
    return truth(a < 0 || b < 0 ? -1 : !decisive);
}

static bool
calculate_integers(RtExprKind kind, int64_t a, int64_t b, int64_t *out_result)
{
    switch (kind) {
    case RT_EXPR_PLUS:
        return !__builtin_add_overflow(a, b, out_result);
    case RT_EXPR_MINUS:
        return !__builtin_sub_overflow(a, b, out_result);
    default:
        return !__builtin_mul_overflow(a, b, out_result);
    }
}

static RtCell
evaluate_arithmetic(RtExprKind kind, RtCell *left, RtCell *right)
{
    if (left->kind == RT_CELL_NULL || right->kind == RT_CELL_NULL)
        return (RtCell){ 0 };
    rt_cell_make_number(left);
    rt_cell_make_number(right);
    int64_t a, b, result;
    if (rt_cell_is_integer(left, &a) && rt_cell_is_integer(right, &b) &&
        calculate_integers(kind, a, b, &result))
        return rt_cell_integer(result);
    double x = rt_cell_number(left), y = rt_cell_number(right);
    if (kind == RT_EXPR_TIMES)
        return rt_cell_real(x * y);
    return rt_cell_real(kind == RT_EXPR_PLUS ? x + y : x - y);
}

static RtCell
evaluate_join(const RtCell *left, const RtCell *right)
{
    if (left->kind == RT_CELL_NULL || right->kind == RT_CELL_NULL)
        return (RtCell){ 0 };
    g_autofree char *text = g_strconcat(left->text, right->text, NULL);
    return rt_cell_new(RT_CELL_TEXT, text, -1);
}

static RtCell
evaluate_pair(const RtExpr *expr, const RtScope *scope)
{
    RtCell left = rt_expr_evaluate(expr->left, scope);
    RtCell right = rt_expr_evaluate(expr->right, scope);
    RtCell result;
    if (expr->kind == RT_EXPR_AND || expr->kind == RT_EXPR_OR)
        result = evaluate_logic(expr->kind, &left, &right);
    else if (expr->kind == RT_EXPR_JOIN)
        result = evaluate_join(&left, &right);
    else if (expr->kind >= RT_EXPR_PLUS)
        result = evaluate_arithmetic(expr->kind, &left, &right);
    else
        result = evaluate_comparison(expr, &left, &right);
    rt_cell_clear(&left);
    rt_cell_clear(&right);
    return result;
}

static RtCell
evaluate_single(const RtExpr *expr, const RtScope *scope)
{
    RtCell operand = rt_expr_evaluate(expr->left, scope);
    RtCell zero = rt_cell_integer(0);
    int value = rt_cell_truth(&operand);
    RtCell result;
    if (expr->kind == RT_EXPR_IS_NULL)
        result = truth(operand.kind == RT_CELL_NULL);
    else if (expr->kind == RT_EXPR_NOT)
        result = truth(value < 0 ? -1 : !value);
    else
        result = evaluate_arithmetic(RT_EXPR_MINUS, &zero, &operand);
    rt_cell_clear(&operand);
    rt_cell_clear(&zero);
    return result;
}

/* "2026-11-21 09:30:00" as the journal has it. */
static RtCell
own_now(const RtScope *scope)
{
    g_autoptr(GString) text = g_string_new(scope->now);
    g_string_replace(text, " ", "T", 1);
    g_string_append_c(text, 'Z');
    return rt_cell_new(RT_CELL_TEXT, text->str, -1);
}

RtCell
rt_expr_evaluate(const RtExpr *expr, const RtScope *scope)
{
    switch (expr->kind) {
    case RT_EXPR_CELL:
    case RT_EXPR_COUNT_OF:
        return rt_cell_copy(&expr->cell);
    case RT_EXPR_COLUMN:
        return scope->row ? rt_cell_copy(&scope->row->cells[expr->column]) : (RtCell){ 0 };
    case RT_EXPR_COUNT:
        return rt_cell_integer(scope->count);
    case RT_EXPR_NOW:
        return rt_cell_new(RT_CELL_TEXT, scope->now, -1);
    case RT_EXPR_OWN_NOW:
        return own_now(scope);
    case RT_EXPR_NEGATIVE:
    case RT_EXPR_NOT:
    case RT_EXPR_IS_NULL:
        return evaluate_single(expr, scope);
    default:
        return evaluate_pair(expr, scope);
    }
}

bool
rt_expr_holds(const RtExpr *where, const RtScope *scope)
{
    if (!where)
        return true;
    RtCell cell = rt_expr_evaluate(where, scope);
    bool holds = rt_cell_truth(&cell) == 1;
    rt_cell_clear(&cell);
    return holds;
}
