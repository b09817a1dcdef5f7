/* Which rows are in a partition, as conditions: what a copy by partitions is cut by. */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

typedef struct Conditions {
    const RtValueContext *context;
    RtArena *arena;
    char *column; /* quoted */
    bool is_nullable;
    char *last; /* the upper bound of the partition before; NULL: none */
    GPtrArray *out;
} Conditions;

/* The only column of RANGE(a) or LIST(a), by its name; NULL for any other scheme. */
static const RtObject *
find_column(const RtValueContext *context, RtArena *arena, const RtObject *table)
{
    const RtValue *scheme = rt_object_value(table, STARROCKS_TABLE_PARTITION);
    if (!scheme)
        return NULL;
    const RtText *text = rt_text_new(arena, "", scheme->text, scheme->length);
    RtCursor cursor;
    rt_cursor_init(&cursor, arena, context->lexicon, text);
    if ((!rt_cursor_accept(&cursor, "RANGE") && !rt_cursor_accept(&cursor, "LIST")) ||
        !rt_cursor_accept_operator(&cursor, '('))
        return NULL;
    const char *name = rt_cursor_take_name(&cursor, "a column", NULL);
    if (!name || !rt_cursor_accept_operator(&cursor, ')') || !rt_cursor_at_end(&cursor))
        return NULL;
    RtFold fold = context->rules->fold[RT_KIND_COLUMN];
    return starrocks_column_find(table, rt_model_name(context->model, fold, NULL, name));
}

/* A literal in parentheses, as it is written; "" for MAXVALUE, NULL for anything else. */
static char *
take_bound(RtCursor *cursor)
{
    bool has_parentheses = rt_cursor_accept_operator(cursor, '(');
    uint32_t start = cursor->token.span.start;
    char *bound = NULL;
    if (rt_cursor_accept(cursor, "MAXVALUE")) {
        bound = g_strdup("");
    } else if (has_parentheses) {
        rt_cursor_accept_operator(cursor, '-');
        if (cursor->token.kind != RT_TOKEN_STRING && cursor->token.kind != RT_TOKEN_NUMBER)
            return NULL;
        rt_cursor_next(cursor);
        bound = g_strndup(cursor->text->data + start, cursor->last - start);
    }
    if (bound && has_parentheses && !rt_cursor_accept_operator(cursor, ')'))
        g_clear_pointer(&bound, g_free);
    return bound;
}

/* Rows without a value are in the first partition. */
static void
add_range(Conditions *conditions, const char *lower, const char *upper)
{
    g_autoptr(GString) where = g_string_new(NULL);
    bool has_null = conditions->is_nullable && conditions->out->len == 0;
    if (lower && *lower)
        g_string_append_printf(where, "%s >= %s", conditions->column, lower);
    if (*upper)
        g_string_append_printf(where, "%s%s < %s", where->len ? " AND " : "", conditions->column,
                               upper);
    if (where->len == 0)
        g_string_append(where, "TRUE");
    if (has_null)
        g_string_append_printf(where, " OR %s IS NULL", conditions->column);
    g_ptr_array_add(conditions->out, g_strdup(where->str));
}

static bool
read_range(Conditions *conditions, RtCursor *cursor)
{
    g_autofree char *lower = NULL, *upper = NULL;
    bool is_fixed = rt_cursor_accept_operator(cursor, '[');
    if (is_fixed) {
        lower = take_bound(cursor);
        if (!lower || !rt_cursor_accept_operator(cursor, ','))
            return false;
    } else if (!rt_cursor_accept(cursor, "LESS THAN")) {
        return false;
    }
    upper = take_bound(cursor);
    if (!upper || (is_fixed && !rt_cursor_accept_operator(cursor, ')')))
        return false;
    add_range(conditions, is_fixed ? lower : conditions->last, upper);
    g_free(conditions->last);
    conditions->last = g_steal_pointer(&upper);
    return true;
}

/* IN ('a', 'b'): the list as it is; values in parentheses of their own are of several columns. */
static bool
read_list(Conditions *conditions, RtCursor *cursor)
{
    RtSpan inside;
    RtCursor next = *cursor;
    if (!rt_cursor_accept_operator(&next, '(') || rt_cursor_at_operator(&next, '(') ||
        !rt_cursor_take_parentheses(cursor, &inside, NULL))
        return false;
    const char *data = cursor->text->data;
    g_autofree char *list = g_strndup(data + inside.start, inside.end - inside.start);
    bool has_parentheses = *list == '(';
    if (strcasestr(list, "NULL"))
        return false;
    g_ptr_array_add(conditions->out, g_strdup_printf(has_parentheses ? "%s IN %s" : "%s IN (%s)",
                                                     conditions->column, list));
    return true;
}

static bool
read_partition(Conditions *conditions, const RtProperty *property)
{
    const RtText *text =
        rt_text_new(conditions->arena, "", property->value, strlen(property->value));
    RtCursor cursor;
    rt_cursor_init(&cursor, conditions->arena, conditions->context->lexicon, text);
    if (!rt_cursor_accept(&cursor, "VALUES"))
        return false;
    return rt_cursor_accept(&cursor, "IN") ? read_list(conditions, &cursor)
                                           : read_range(conditions, &cursor);
}

GPtrArray *
starrocks_partition_conditions(const RtValueContext *context, const RtObject *table)
{
    const RtValue *map = rt_object_value(table, STARROCKS_TABLE_PARTITIONS);
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtObject *column = map && map->length ? find_column(context, arena, table) : NULL;
    if (!column)
        return NULL;
    g_autoptr(GString) name = g_string_new(NULL);
    rt_name_print(name, context->lexicon, column->name->text);
    Conditions conditions = { .context = context,
                              .arena = arena,
                              .column = name->str,
                              .is_nullable = !rt_object_flag(column, RT_ROLE_NOT_NULL),
                              .out = g_ptr_array_new_with_free_func(g_free) };
    bool ok = true;
    for (uint32_t i = 0; i < map->length && ok; i++)
        ok = read_partition(&conditions, &map->properties[i]);
    g_free(conditions.last);
    if (ok)
        return conditions.out;
    g_ptr_array_unref(conditions.out);
    return NULL;
}
