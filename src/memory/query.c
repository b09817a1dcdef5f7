/* Reads data statements. Each reader returns false where it does not understand. */
#include "memory/query-internal.h"

/* (a, b) */
static bool
take_columns(RtQueryReader *reader, GPtrArray *columns)
{
    do {
        const RtName *name = rt_query_take_column(reader);
        if (!name)
            return false;
        g_ptr_array_add(columns, (gpointer) name);
    } while (rt_query_accept_operator(reader, ','));
    return true;
}

static bool
read_where(RtQueryReader *reader, RtQuery *query)
{
    if (!rt_query_accept(reader, "WHERE"))
        return true;
    query->where = rt_query_read_expr(reader);
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
    if (rt_query_accept(reader, "AS"))
        item->label = rt_query_take_name(reader);
}

static bool
read_items(RtQueryReader *reader, RtQuery *query)
{
    do {
        uint32_t start = reader->cursor.token.span.start;
        if (rt_query_accept_operator(reader, '*')) {
            g_ptr_array_add(query->items, NULL);
            continue;
        }
        size_t n = reader->exprs->len;
        RtExpr *item = rt_query_read_expr(reader);
        if (!item)
            return false;
        for (size_t i = n; i < reader->exprs->len; i++)
            query->counts |= ((RtExpr *) reader->exprs->pdata[i])->kind == RT_EXPR_COUNT;
        read_label(reader, item, start);
        if (!item->label)
            return false;
        g_ptr_array_add(query->items, item);
    } while (rt_query_accept_operator(reader, ','));
    return true;
}

static bool
read_order(RtQueryReader *reader, RtQuery *query)
{
    if (!rt_query_accept(reader, "ORDER BY"))
        return true;
    do {
        RtOrderTerm term = { .expr = rt_query_read_expr(reader) };
        if (!term.expr)
            return false;
        term.descending = rt_query_accept(reader, "DESC");
        if (!term.descending)
            rt_query_accept(reader, "ASC");
        g_array_append_val(query->order, term);
    } while (rt_query_accept_operator(reader, ','));
    return true;
}

static bool
read_amount(RtQueryReader *reader, int64_t *out_amount)
{
    RtExpr *amount = rt_query_read_signed(reader);
    return amount && amount->kind == RT_EXPR_CELL && rt_cell_is_integer(&amount->cell, out_amount);
}

static bool
read_limit(RtQueryReader *reader, RtQuery *query)
{
    if (rt_query_accept(reader, "LIMIT") && !read_amount(reader, &query->limit))
        return false;
    return !rt_query_accept(reader, "OFFSET") || read_amount(reader, &query->offset);
}

static bool
read_select(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_SELECT;
    if (!read_items(reader, query))
        return false;
    if (!rt_query_accept(reader, "FROM"))
        return true;
    return rt_query_take_table(reader, &query->table) && read_where(reader, query) &&
           read_order(reader, query) && read_limit(reader, query);
}

/* SELECT a, b FROM other: nothing but columns. */
static bool
read_copy(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_COPY;
    return query->columns->len && take_columns(reader, query->sources) &&
           rt_query_accept(reader, "FROM") && rt_query_take_table(reader, &query->from) &&
           query->sources->len == query->columns->len && read_where(reader, query);
}

static bool
read_row(RtQueryReader *reader, RtQuery *query)
{
    GPtrArray *row = g_ptr_array_new();
    g_ptr_array_add(query->rows, row);
    if (!rt_query_accept_operator(reader, '('))
        return false;
    do {
        RtExpr *expr = rt_cursor_at(&reader->cursor, "DEFAULT") ? NULL : rt_query_read_expr(reader);
        if (!expr && !rt_query_accept(reader, "DEFAULT"))
            return false;
        g_ptr_array_add(row, expr);
    } while (rt_query_accept_operator(reader, ','));
    return rt_query_accept_operator(reader, ')');
}

/* OVERWRITE t PARTITION (p) (a, b) SELECT …: of a partition what its WHERE takes is replaced. */
static bool
read_overwrite(RtQueryReader *reader, RtQuery *query)
{
    g_autoptr(GPtrArray) partitions = g_ptr_array_new();
    rt_query_accept(reader, "TABLE");
    query->overwrite = RT_OVERWRITE_ALL;
    if (!rt_query_take_table(reader, &query->table))
        return false;
    if (rt_query_accept(reader, "PARTITION")) {
        query->overwrite = RT_OVERWRITE_TAKEN;
        if (!rt_query_accept_operator(reader, '(') || !take_columns(reader, partitions) ||
            !rt_query_accept_operator(reader, ')'))
            return false;
    }
    return rt_query_accept_operator(reader, '(') && take_columns(reader, query->columns) &&
           rt_query_accept_operator(reader, ')') && rt_query_accept(reader, "SELECT") &&
           read_copy(reader, query) && (query->where || query->overwrite == RT_OVERWRITE_ALL);
}

static bool
read_insert(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_INSERT;
    if (!rt_query_accept(reader, "INTO"))
        return false;
    rt_query_accept(reader, "TABLE");
    if (!rt_query_take_table(reader, &query->table))
        return false;
    if (rt_query_accept_operator(reader, '(') &&
        (!take_columns(reader, query->columns) || !rt_query_accept_operator(reader, ')')))
        return false;
    if (rt_query_accept(reader, "SELECT"))
        return read_copy(reader, query);
    if (rt_query_accept(reader, "DEFAULT VALUES")) {
        g_ptr_array_add(query->rows, g_ptr_array_new());
        return query->columns->len == 0;
    }
    if (!rt_query_accept(reader, "VALUES"))
        return false;
    do {
        if (!read_row(reader, query))
            return false;
    } while (rt_query_accept_operator(reader, ','));
    return true;
}

static bool
read_update(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_UPDATE;
    if (!rt_query_take_table(reader, &query->table) || !rt_query_accept(reader, "SET"))
        return false;
    do {
        const RtName *column = rt_query_take_column(reader);
        RtExpr *value = column && rt_query_accept(reader, "=") ? rt_query_read_expr(reader) : NULL;
        if (!value)
            return false;
        g_ptr_array_add(query->columns, (gpointer) column);
        g_ptr_array_add(query->items, value);
    } while (rt_query_accept_operator(reader, ','));
    return read_where(reader, query);
}

static bool
read_delete(RtQueryReader *reader, RtQuery *query)
{
    query->kind = RT_QUERY_DELETE;
    return rt_query_take_table(reader, &query->table) && read_where(reader, query);
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
    { "INSERT OVERWRITE", read_overwrite },
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
        if (!rt_query_accept(reader, statements[i].intro))
            continue;
        RtQuery *query = new_query();
        query->exprs = reader->exprs;
        query->conflict = statements[i].conflict;
        bool understood = statements[i].read(reader, query);
        rt_query_accept_operator(reader, ';');
        if (understood && rt_cursor_at_end(&reader->cursor))
            return query;
        rt_query_free(query);
        return NULL;
    }
    return NULL;
}
