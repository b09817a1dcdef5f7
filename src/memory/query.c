/* Reads data statements. Each reader returns false where it does not understand. */
#include "memory/query.h"

enum { DEEPEST = 1000 };

static bool
accept(RtQueryReader *reader, const char *phrase)
{
    return rt_cursor_accept(&reader->cursor, phrase);
}

static bool
accept_operator(RtQueryReader *reader, char operator)
{
    return rt_cursor_accept_operator(&reader->cursor, operator);
}

/* The bytes of the current token. */
static const char *
token_text(const RtQueryReader *reader, uint32_t *out_length)
{
    RtSpan span = reader->cursor.token.span;
    *out_length = span.end - span.start;
    return reader->cursor.text->data + span.start;
}

static const char *
take_name(RtQueryReader *reader)
{
    RtTokenKind kind = reader->cursor.token.kind;
    if (kind != RT_TOKEN_WORD && kind != RT_TOKEN_NAME)
        return NULL;
    return rt_cursor_take_name(&reader->cursor, "a name", NULL);
}

static bool
take_table(RtQueryReader *reader, const RtName **out_name)
{
    const char *schema = NULL, *text = take_name(reader);
    if (text && accept_operator(reader, '.')) {
        schema = text;
        text = take_name(reader);
    }
    if (text)
        *out_name = rt_model_name(reader->model, reader->table_fold, schema, text);
    return text != NULL;
}

static const RtName *
take_column(RtQueryReader *reader)
{
    const char *text = take_name(reader);
    return text ? rt_model_name(reader->model, reader->column_fold, NULL, text) : NULL;
}

/* (a, b) */
static bool
take_columns(RtQueryReader *reader, GPtrArray *columns)
{
    do {
        const RtName *name = take_column(reader);
        if (!name)
            return false;
        g_ptr_array_add(columns, (gpointer) name);
    } while (accept_operator(reader, ','));
    return true;
}

/* ---- expressions ------------------------------------------------------------------------------
 */

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
    if (!accept_operator(reader, '*') || !accept_operator(reader, ')'))
        return NULL;
    return new_expr(reader, RT_EXPR_COUNT, NULL, NULL);
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
    if (accept(reader, "CURRENT_TIMESTAMP"))
        return new_expr(reader, RT_EXPR_NOW, NULL, NULL);
    const RtCursor before = reader->cursor;
    if (accept(reader, "COUNT") && accept_operator(reader, '('))
        return read_count(reader);
    reader->cursor = before;
    const char *first = take_name(reader), *second = NULL;
    if (first && accept_operator(reader, '.') && !(second = take_name(reader)))
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
    if (!accept_operator(reader, '(') || reader->depth > DEEPEST)
        return NULL;
    reader->depth++;
    RtExpr *inside = read_or(reader);
    reader->depth--;
    return inside && accept_operator(reader, ')') ? inside : NULL;
}

static RtExpr *
read_signed(RtQueryReader *reader)
{
    bool is_negative = false, is_signed = false;
    for (bool minus; (minus = accept_operator(reader, '-')) || accept_operator(reader, '+');) {
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
        if (!accept(reader, operators[i].words))
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
    return read_level(reader, operators, G_N_ELEMENTS(operators), read_signed);
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
    if (!accept_operator(reader, '('))
        return NULL;
    do {
        RtExpr *element = read_sum(reader);
        if (!element)
            return NULL;
        RtExpr *equal = new_expr(reader, RT_EXPR_EQUAL, left, element);
        any = any && equal ? new_expr(reader, RT_EXPR_OR, any, equal) : equal;
        if (!any)
            return NULL;
    } while (accept_operator(reader, ','));
    return accept_operator(reader, ')') ? any : NULL;
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
    if (accept(reader, "IS NULL"))
        return new_expr(reader, RT_EXPR_IS_NULL, left, NULL);
    if (accept(reader, "IS NOT NULL"))
        return negate(reader, new_expr(reader, RT_EXPR_IS_NULL, left, NULL));
    if (accept(reader, "IN"))
        return read_list(reader, left);
    for (size_t i = 0; i < G_N_ELEMENTS(operators); i++) {
        if (!accept(reader, operators[i].words))
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
    while (accept(reader, "NOT"))
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

/* ---- statements -------------------------------------------------------------------------------
 */

static bool
read_where(RtQueryReader *reader, RtQuery *query)
{
    if (!accept(reader, "WHERE"))
        return true;
    query->where = read_or(reader);
    return query->where != NULL;
}

/* The name of an item in the answer: its alias, else as it is written. */
static void
read_label(RtQueryReader *reader, RtExpr *item, uint32_t start)
{
    const RtCursor *cursor = &reader->cursor;
    item->label = rt_arena_copy(cursor->arena, cursor->text->data + start, cursor->last - start);
    if (item->kind == RT_EXPR_COLUMN)
        item->label = item->name->text;
    if (accept(reader, "AS"))
        item->label = take_name(reader);
}

static bool
read_items(RtQueryReader *reader, RtQuery *query)
{
    do {
        uint32_t start = reader->cursor.token.span.start;
        if (accept_operator(reader, '*')) {
            g_ptr_array_add(query->items, NULL);
            continue;
        }
        size_t n = reader->exprs->len;
        RtExpr *item = read_or(reader);
        if (!item)
            return false;
        for (size_t i = n; i < reader->exprs->len; i++)
            query->counts |= ((RtExpr *) reader->exprs->pdata[i])->kind == RT_EXPR_COUNT;
        read_label(reader, item, start);
        if (!item->label)
            return false;
        g_ptr_array_add(query->items, item);
    } while (accept_operator(reader, ','));
    return true;
}

static bool
read_order(RtQueryReader *reader, RtQuery *query)
{
    if (!accept(reader, "ORDER BY"))
        return true;
    do {
        RtOrderTerm term = { .expr = read_or(reader) };
        if (!term.expr)
            return false;
        term.descending = accept(reader, "DESC");
        if (!term.descending)
            accept(reader, "ASC");
        g_array_append_val(query->order, term);
    } while (accept_operator(reader, ','));
    return true;
}

static bool
read_amount(RtQueryReader *reader, int64_t *out_amount)
{
    RtExpr *amount = read_signed(reader);
    return amount && amount->kind == RT_EXPR_CELL && rt_cell_is_integer(&amount->cell, out_amount);
}

static bool
read_limit(RtQueryReader *reader, RtQuery *query)
{
    if (accept(reader, "LIMIT") && !read_amount(reader, &query->limit))
        return false;
    return !accept(reader, "OFFSET") || read_amount(reader, &query->offset);
}

static bool
read_select(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_SELECT;
    if (!read_items(reader, query))
        return false;
    if (!accept(reader, "FROM"))
        return true;
    return take_table(reader, &query->table) && read_where(reader, query) &&
           read_order(reader, query) && read_limit(reader, query);
}

/* SELECT a, b FROM other: nothing but columns. */
static bool
read_copy(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_COPY;
    return query->columns->len && take_columns(reader, query->sources) && accept(reader, "FROM") &&
           take_table(reader, &query->from) && query->sources->len == query->columns->len;
}

static bool
read_row(RtQueryReader *reader, RtQuery *query)
{
    GPtrArray *row = g_ptr_array_new();
    g_ptr_array_add(query->rows, row);
    if (!accept_operator(reader, '('))
        return false;
    do {
        RtExpr *expr = rt_cursor_at(&reader->cursor, "DEFAULT") ? NULL : read_or(reader);
        if (!expr && !accept(reader, "DEFAULT"))
            return false;
        g_ptr_array_add(row, expr);
    } while (accept_operator(reader, ','));
    return accept_operator(reader, ')');
}

static bool
read_insert(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_INSERT;
    if (!accept(reader, "INTO"))
        return false;
    accept(reader, "TABLE");
    if (!take_table(reader, &query->table))
        return false;
    if (accept_operator(reader, '(') &&
        (!take_columns(reader, query->columns) || !accept_operator(reader, ')')))
        return false;
    if (accept(reader, "SELECT"))
        return read_copy(reader, query);
    if (accept(reader, "DEFAULT VALUES")) {
        g_ptr_array_add(query->rows, g_ptr_array_new());
        return query->columns->len == 0;
    }
    if (!accept(reader, "VALUES"))
        return false;
    do {
        if (!read_row(reader, query))
            return false;
    } while (accept_operator(reader, ','));
    return true;
}

static bool
read_update(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_UPDATE;
    if (!take_table(reader, &query->table) || !accept(reader, "SET"))
        return false;
    do {
        const RtName *column = take_column(reader);
        RtExpr *value = column && accept(reader, "=") ? read_or(reader) : NULL;
        if (!value)
            return false;
        g_ptr_array_add(query->columns, (gpointer) column);
        g_ptr_array_add(query->items, value);
    } while (accept_operator(reader, ','));
    return read_where(reader, query);
}

static bool
read_delete(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_DELETE;
    return take_table(reader, &query->table) && read_where(reader, query);
}

typedef struct Statement {
    const char *intro;
    bool (*read)(RtQueryReader *reader, RtQuery *query);
    RtConflict conflict;
} Statement;

static const Statement statements[] = {
    { "INSERT OR REPLACE", read_insert, RT_CONFLICT_REPLACE },
    { "INSERT OR IGNORE", read_insert, RT_CONFLICT_IGNORE },
    { "INSERT IGNORE", read_insert, RT_CONFLICT_IGNORE },
    { "INSERT OR ABORT", read_insert },
    { "INSERT", read_insert },
    { "REPLACE", read_insert, RT_CONFLICT_REPLACE },
    { "UPSERT", read_insert, RT_CONFLICT_UPSERT },
    { "UPDATE", read_update },
    { "DELETE FROM", read_delete },
    { "SELECT", read_select },
};

static RtQuery *
new_query(void)
{
    RtQuery *query = g_new0(RtQuery, 1);
    query->columns = g_ptr_array_new();
    query->sources = g_ptr_array_new();
    query->rows = g_ptr_array_new_with_free_func((GDestroyNotify) g_ptr_array_unref);
    query->items = g_ptr_array_new();
    query->order = g_array_new(FALSE, TRUE, sizeof(RtOrderTerm));
    query->limit = -1;
    return query;
}

void
rt_query_free(RtQuery *query)
{
    if (!query)
        return;
    g_ptr_array_unref(query->columns);
    g_ptr_array_unref(query->sources);
    g_ptr_array_unref(query->rows);
    g_ptr_array_unref(query->items);
    g_array_unref(query->order);
    g_free(query);
}

RtQuery *
rt_query_read(RtQueryReader *reader)
{
    for (size_t i = 0; i < G_N_ELEMENTS(statements); i++) {
        if (!accept(reader, statements[i].intro))
            continue;
        RtQuery *query = new_query();
        query->exprs = reader->exprs;
        query->conflict = statements[i].conflict;
        bool understood = statements[i].read(reader, query);
        accept_operator(reader, ';');
        if (understood && rt_cursor_at_end(&reader->cursor))
            return query;
        rt_query_free(query);
        return NULL;
    }
    return NULL;
}
