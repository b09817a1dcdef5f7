/* Reads names and expressions. Each reader returns NULL where it does not understand. */
#include "memory/query-internal.h"

#include <string.h>

enum { DEEPEST = 1000 };

/* The bytes of the current token. */
static const char *
token_text(const RtQueryReader *reader, uint32_t *out_length)
{
    RtSpan span = reader->cursor.token.span;
    *out_length = span.end - span.start;
    return reader->cursor.text->data + span.start;
}

const char *
rt_query_take_name(RtQueryReader *reader)
{
    RtTokenKind kind = reader->cursor.token.kind;
    if (kind != RT_TOKEN_WORD && kind != RT_TOKEN_NAME)
        return NULL;
    return rt_cursor_take_name(&reader->cursor, "a name", NULL);
}

bool
rt_query_take_table(RtQueryReader *reader, const RtName **out_name)
{
    const char *schema = NULL, *text = rt_query_take_name(reader);
    if (text && rt_query_accept_operator(reader, '.')) {
        schema = text;
        text = rt_query_take_name(reader);
    }
    if (text)
        *out_name = rt_model_name(reader->model, reader->table_fold, schema, text);
    return text != NULL;
}

const RtName *
rt_query_take_column(RtQueryReader *reader)
{
    const char *text = rt_query_take_name(reader);
    return text ? rt_model_name(reader->model, reader->column_fold, NULL, text) : NULL;
}

static RtExpr *read_or(RtQueryReader *reader);

/* NULL for what is nested so deep that evaluating it might end the stack. */
static RtExpr *
new_expr(RtQueryReader *reader, RtExprKind kind, const RtExpr *left, const RtExpr *right)
{
    unsigned depth = 1 + MAX(left ? left->depth : 0, right ? right->depth : 0);
    if (depth > DEEPEST)
        return NULL;
    RtExpr *expr = rt_arena_new_object(reader->cursor.arena, RtExpr);
    *expr = (RtExpr){ .kind = kind, .left = left, .right = right, .column = -1, .depth = depth };
    g_ptr_array_add(reader->exprs, expr);
    return expr;
}

void
rt_query_reader_init(RtQueryReader *reader, RtModel *model, const RtRules *rules,
                     const RtCursor *cursor)
{
    *reader = (RtQueryReader){
        .cursor = *cursor,
        .model = model,
        .table_fold = rules->fold[RT_KIND_TABLE],
        .column_fold = rules->fold[RT_KIND_COLUMN],
        .exprs = g_ptr_array_new(),
    };
}

void
rt_query_reader_clear(RtQueryReader *reader)
{
    for (unsigned i = 0; reader->exprs && i < reader->exprs->len; i++)
        rt_cell_clear(&((RtExpr *) reader->exprs->pdata[i])->cell);
    g_clear_pointer(&reader->exprs, g_ptr_array_unref);
}

static RtExpr *
new_cell(RtQueryReader *reader, RtCellKind kind, const char *text, gssize length)
{
    RtExpr *expr = new_expr(reader, RT_EXPR_CELL, NULL, NULL);
    expr->cell = rt_cell_new(kind, text, length);
    rt_cursor_next(&reader->cursor);
    return expr;
}

/* 'text', or with a prefix letter x'00': a blob, kept as the literal in upper case. */
static RtExpr *
read_string(RtQueryReader *reader)
{
    uint32_t length;
    const char *text = token_text(reader, &length);
    if (!g_ascii_isalpha(*text)) {
        const char *value = rt_token_unquote(reader->cursor.arena, reader->cursor.lexicon,
                                             reader->cursor.text, reader->cursor.token);
        return new_cell(reader, RT_CELL_TEXT, value, -1);
    }
    if (g_ascii_toupper(*text) != 'X')
        return NULL;
    g_autofree char *upper = g_ascii_strup(text, length);
    return new_cell(reader, RT_CELL_BLOB, upper, -1);
}

static RtExpr *
read_count(RtQueryReader *reader)
{
    if (!rt_query_accept_operator(reader, '*') || !rt_query_accept_operator(reader, ')'))
        return NULL;
    return new_expr(reader, RT_EXPR_COUNT, NULL, NULL);
}

/* An expression of the server's own functions, as it was printed. */
static bool
accept_own_now(RtQueryReader *reader)
{
    RtCursor *cursor = &reader->cursor;
    uint32_t start = cursor->token.span.start;
    size_t length = reader->now ? strlen(reader->now) : 0;
    if (!length || strncmp(cursor->text->data + start, reader->now, length) != 0)
        return false;
    while (cursor->token.kind && cursor->token.span.start < start + length)
        rt_cursor_next(cursor);
    return true;
}

static RtExpr *
read_word(RtQueryReader *reader)
{
    static const struct {
        const char *word;
        RtCellKind kind;
        const char *text;
    } constants[] = {
        { "NULL", RT_CELL_NULL, NULL },
        { "TRUE", RT_CELL_NUMBER, "1" },
        { "FALSE", RT_CELL_NUMBER, "0" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(constants); i++)
        if (rt_cursor_at(&reader->cursor, constants[i].word))
            return new_cell(reader, constants[i].kind, constants[i].text, -1);
    if (rt_query_accept(reader, "CURRENT_TIMESTAMP"))
        return new_expr(reader, RT_EXPR_NOW, NULL, NULL);
    if (accept_own_now(reader))
        return new_expr(reader, RT_EXPR_OWN_NOW, NULL, NULL);
    const RtCursor before = reader->cursor;
    if (rt_query_accept(reader, "COUNT") && rt_query_accept_operator(reader, '('))
        return read_count(reader);
    reader->cursor = before;
    const char *first = rt_query_take_name(reader), *second = NULL;
    if (first && rt_query_accept_operator(reader, '.') && !(second = rt_query_take_name(reader)))
        return NULL;
    /* Functions, and columns qualified by a schema, are for real servers. */
    if (!first || rt_cursor_at_operator(&reader->cursor, '(') ||
        rt_cursor_at_operator(&reader->cursor, '.'))
        return NULL;
    RtExpr *column = new_expr(reader, RT_EXPR_COLUMN, NULL, NULL);
    column->name = rt_model_name(reader->model, reader->column_fold, NULL, second ? second : first);
    if (second)
        column->of = rt_model_name(reader->model, reader->table_fold, NULL, first);
    return column;
}

/* SELECT count(*) FROM t), behind its parenthesis. */
static RtExpr *
read_count_of(RtQueryReader *reader)
{
    const RtName *table;
    if (!rt_query_accept(reader, "COUNT") || !rt_query_accept_operator(reader, '(') ||
        !rt_query_accept_operator(reader, '*') || !rt_query_accept_operator(reader, ')') ||
        !rt_query_accept(reader, "FROM") || !rt_query_take_table(reader, &table) ||
        !rt_query_accept_operator(reader, ')'))
        return NULL;
    RtExpr *count = new_expr(reader, RT_EXPR_COUNT_OF, NULL, NULL);
    count->name = table;
    return count;
}

static RtExpr *
read_operand(RtQueryReader *reader)
{
    uint32_t length;
    const char *text = token_text(reader, &length);
    switch (reader->cursor.token.kind) {
    case RT_TOKEN_STRING:
        return read_string(reader);
    case RT_TOKEN_NUMBER:
        return new_cell(reader, RT_CELL_NUMBER, text, length);
    case RT_TOKEN_WORD:
    case RT_TOKEN_NAME:
        return read_word(reader);
    default:
        break;
    }
    if (!rt_query_accept_operator(reader, '(') || reader->depth > DEEPEST)
        return NULL;
    if (rt_query_accept(reader, "SELECT"))
        return read_count_of(reader);
    reader->depth++;
    RtExpr *inside = read_or(reader);
    reader->depth--;
    return inside && rt_query_accept_operator(reader, ')') ? inside : NULL;
}

RtExpr *
rt_query_read_signed(RtQueryReader *reader)
{
    bool is_negative = false, is_signed = false;
    for (bool minus; (minus = rt_query_accept_operator(reader, '-')) ||
                     rt_query_accept_operator(reader, '+');) {
        is_negative ^= minus;
        is_signed |= minus;
    }
    RtExpr *operand = read_operand(reader);
    if (!operand || !is_signed)
        return operand;
    int64_t number;
    if (operand->kind == RT_EXPR_CELL && rt_cell_is_integer(&operand->cell, &number) &&
        number != INT64_MIN) {
        rt_cell_clear(&operand->cell);
        operand->cell = rt_cell_integer(is_negative ? -number : number);
        return operand;
    }
    operand = new_expr(reader, RT_EXPR_NEGATIVE, operand, NULL);
    return is_negative || !operand ? operand : new_expr(reader, RT_EXPR_NEGATIVE, operand, NULL);
}

typedef struct Operator {
    const char *words;
    RtExprKind kind;
} Operator;

/* Operators of one level, from left to right; `next` reads the level that binds closer. */
static RtExpr *
read_level(RtQueryReader *reader, const Operator *operators, size_t n,
           RtExpr *(*next)(RtQueryReader *reader))
{
    RtExpr *left = next(reader);
    for (size_t i = 0; left && i < n; i++) {
        if (!rt_query_accept(reader, operators[i].words))
            continue;
        RtExpr *right = next(reader);
        left = right ? new_expr(reader, operators[i].kind, left, right) : NULL;
        i = (size_t) -1;
    }
    return left;
}

static RtExpr *
read_joined(RtQueryReader *reader)
{
    static const Operator operators[] = { { "||", RT_EXPR_JOIN } };
    return read_level(reader, operators, G_N_ELEMENTS(operators), rt_query_read_signed);
}

static RtExpr *
read_product(RtQueryReader *reader)
{
    static const Operator operators[] = { { "*", RT_EXPR_TIMES } };
    return read_level(reader, operators, G_N_ELEMENTS(operators), read_joined);
}

static RtExpr *
read_sum(RtQueryReader *reader)
{
    static const Operator operators[] = { { "+", RT_EXPR_PLUS }, { "-", RT_EXPR_MINUS } };
    return read_level(reader, operators, G_N_ELEMENTS(operators), read_product);
}

static RtExpr *
negate(RtQueryReader *reader, const RtExpr *operand)
{
    return operand ? new_expr(reader, RT_EXPR_NOT, operand, NULL) : NULL;
}

/* a IN (1, 2) is (a = 1 OR a = 2). */
static RtExpr *
read_list(RtQueryReader *reader, RtExpr *left)
{
    RtExpr *any = NULL;
    if (!rt_query_accept_operator(reader, '('))
        return NULL;
    do {
        RtExpr *element = read_sum(reader);
        if (!element)
            return NULL;
        RtExpr *equal = new_expr(reader, RT_EXPR_EQUAL, left, element);
        any = any && equal ? new_expr(reader, RT_EXPR_OR, any, equal) : equal;
        if (!any)
            return NULL;
    } while (rt_query_accept_operator(reader, ','));
    return rt_query_accept_operator(reader, ')') ? any : NULL;
}

static RtExpr *
read_comparison(RtQueryReader *reader)
{
    static const Operator operators[] = {
        { "<>", RT_EXPR_UNEQUAL },    { "!=", RT_EXPR_UNEQUAL },       { "==", RT_EXPR_EQUAL },
        { "<=", RT_EXPR_LESS_EQUAL }, { ">=", RT_EXPR_GREATER_EQUAL }, { "=", RT_EXPR_EQUAL },
        { "<", RT_EXPR_LESS },        { ">", RT_EXPR_GREATER },
    };
    RtExpr *left = read_sum(reader);
    if (!left)
        return NULL;
    if (rt_query_accept(reader, "IS NULL"))
        return new_expr(reader, RT_EXPR_IS_NULL, left, NULL);
    if (rt_query_accept(reader, "IS NOT NULL"))
        return negate(reader, new_expr(reader, RT_EXPR_IS_NULL, left, NULL));
    if (rt_query_accept(reader, "IN"))
        return read_list(reader, left);
    for (size_t i = 0; i < G_N_ELEMENTS(operators); i++) {
        if (!rt_query_accept(reader, operators[i].words))
            continue;
        RtExpr *right = read_sum(reader);
        return right ? new_expr(reader, operators[i].kind, left, right) : NULL;
    }
    return left;
}

static RtExpr *
read_not(RtQueryReader *reader)
{
    unsigned n = 0;
    while (rt_query_accept(reader, "NOT"))
        n++;
    RtExpr *operand = read_comparison(reader);
    while (operand && n--)
        operand = negate(reader, operand);
    return operand;
}

static RtExpr *
read_and(RtQueryReader *reader)
{
    static const Operator operators[] = { { "AND", RT_EXPR_AND } };
    return read_level(reader, operators, G_N_ELEMENTS(operators), read_not);
}

static RtExpr *
read_or(RtQueryReader *reader)
{
    static const Operator operators[] = { { "OR", RT_EXPR_OR } };
    return read_level(reader, operators, G_N_ELEMENTS(operators), read_and);
}

RtExpr *
rt_query_read_expr(RtQueryReader *reader)
{
    return read_or(reader);
}
