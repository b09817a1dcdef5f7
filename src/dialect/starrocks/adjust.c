/* What a change of a table brings with it: columns that join or leave the key, indexes that go. */
#include "dialect/starrocks/starrocks.h"

#include <string.h>

/* A list of names without one; the same list where it is not there. */
static const RtObject *
without_name(RtArena *arena, const RtObject *table, unsigned row, const RtName *name)
{
    const RtValue *value = rt_object_value(table, row);
    if (!starrocks_names_hold(value, name))
        return table;
    const RtName **names = rt_arena_new_array(arena, const RtName *, value->length);
    RtValue shorter = *value;
    shorter.names = names;
    shorter.length = 0;
    for (uint32_t i = 0; i < value->length; i++) {
        if (!rt_name_equal(value->names[i], name))
            names[shorter.length++] = value->names[i];
    }
    return shorter.length ? rt_object_with_value(arena, table, &shorter)
                          : rt_object_without_value(arena, table, row);
}

/* The key again, in the order of the columns; `added` joins it. */
static const RtObject *
sort_key(RtArena *arena, const RtObject *table, const RtName *added)
{
    const RtValue *key = starrocks_key(table);
    if (!key)
        return table;
    const RtName **names = rt_arena_new_array(arena, const RtName *, key->length + 1);
    RtValue sorted = *key;
    sorted.names = names;
    sorted.length = 0;
    for (unsigned i = 0; i < table->n_children && sorted.length <= key->length; i++) {
        const RtObject *child = table->children[i];
        if (child->form == &starrocks_form_column && (starrocks_names_hold(key, child->name) ||
                                                      (added && rt_name_equal(child->name, added))))
            names[sorted.length++] = child->name;
    }
    return rt_object_with_value(arena, table, &sorted);
}

/* Behind the last column of the key, where new ones of it go. */
static const RtObject *
move_behind_key(RtArena *arena, const RtObject *table, const RtName *name)
{
    const RtValue *key = starrocks_key(table);
    unsigned at = 0;
    for (unsigned i = 0; i < table->n_children; i++) {
        if (starrocks_names_hold(key, table->children[i]->name))
            at = i + 1;
    }
    int from = rt_object_find_child(table, RT_KIND_COLUMN, name, 0);
    const RtObject *column = table->children[from];
    if ((unsigned) from < at)
        return table;
    const RtObject *without = rt_object_replace_child(arena, table, (unsigned) from, NULL);
    return rt_object_with_child(arena, without, column, at);
}

static bool
joins_key(const RtObject *table, const RtObject *column)
{
    if (starrocks_flag(column, STARROCKS_COLUMN_KEY))
        return rt_object_value(column, STARROCKS_COLUMN_KEY)->origin == RT_ORIGIN_STATED;
    return starrocks_key_row(table) == STARROCKS_TABLE_AGGREGATE_KEY &&
           !rt_object_value(column, STARROCKS_COLUMN_AGGREGATE) &&
           !rt_object_value(column, STARROCKS_COLUMN_GENERATED);
}

/* The sort key of an aggregate table holds all columns of its key. */
static const RtObject *
append_to_order(RtArena *arena, const RtObject *table, const RtName *name)
{
    const RtValue *order = rt_object_value(table, STARROCKS_TABLE_ORDER);
    if (!order || starrocks_key_row(table) != STARROCKS_TABLE_AGGREGATE_KEY)
        return table;
    const RtName **names = rt_arena_new_array(arena, const RtName *, order->length + 1);
    RtValue longer = *order;
    memcpy(names, order->names, order->length * sizeof *names);
    names[longer.length++] = name;
    longer.names = names;
    return rt_object_with_value(arena, table, &longer);
}

static const RtObject *
adjust_added(RtArena *arena, const RtOp *op, const RtObject *table)
{
    if (!joins_key(table, op->after))
        return table;
    if (!op->position && !op->is_first)
        table = move_behind_key(arena, table, op->after->name);
    table = append_to_order(arena, table, op->after->name);
    return sort_key(arena, table, op->after->name);
}

/* Indexes go with their column, and rollups have it no more. */
static const RtObject *
adjust_dropped(const RtValueContext *context, const RtOp *op, const RtObject *table)
{
    RtArena *arena = rt_model_arena(context->model);
    const RtName *name = op->before->name;
    const RtValue *rollups = rt_object_value(table, STARROCKS_TABLE_ROLLUP);
    const RtValue *rest = rollups ? starrocks_rollups_without(context, rollups, name) : NULL;
    if (rollups)
        table = rest ? rt_object_with_value(arena, table, rest)
                     : rt_object_without_value(arena, table, STARROCKS_TABLE_ROLLUP);
    int row = starrocks_key_row(table);
    if (row >= 0)
        table = without_name(arena, table, (unsigned) row, name);
    table = without_name(arena, table, STARROCKS_TABLE_ORDER, name);
    for (unsigned i = table->n_children; i--;) {
        const RtObject *child = table->children[i];
        if (child->form == &starrocks_form_index &&
            starrocks_names_hold(rt_object_value(child, STARROCKS_INDEX_PARTS), name))
            table = rt_object_replace_child(arena, table, i, NULL);
    }
    return table;
}

static unsigned
count_columns(const RtObject *table)
{
    unsigned n = 0;
    for (unsigned i = 0; i < table->n_children; i++)
        n += table->children[i]->form == &starrocks_form_column;
    return n;
}

/* ORDER BY of all columns of a table without a primary key puts the columns in that order. */
static const RtObject *
adjust_order(RtArena *arena, const RtObject *before, const RtObject *table)
{
    const RtValue *order = rt_object_value(table, STARROCKS_TABLE_ORDER);
    if (!order || starrocks_key_row(table) == STARROCKS_TABLE_PRIMARY_KEY ||
        order->length != count_columns(table))
        return table;
    const RtObject **children = rt_arena_new_array(arena, const RtObject *, table->n_children);
    unsigned n = 0;
    for (uint32_t i = 0; i < order->length; i++) {
        const RtObject *column = starrocks_column_find(table, order->names[i]);
        if (!column)
            return table;
        children[n++] = column;
    }
    for (unsigned i = 0; i < table->n_children; i++) {
        if (table->children[i]->form != &starrocks_form_column)
            children[n++] = table->children[i];
    }
    RtObject *sorted = rt_object_copy(arena, table);
    sorted->children = children;
    const RtValue *old = rt_object_value(before, STARROCKS_TABLE_ORDER);
    const RtObject *kept = old ? rt_object_with_value(arena, sorted, old)
                               : rt_object_without_value(arena, sorted, STARROCKS_TABLE_ORDER);
    return sort_key(arena, kept, NULL);
}

/* default.replication_num is the replication_num of partitions to come, and printed as that; SET
   says binlog.enable of what is printed as binlog_enable. NULL: the key as it is. */
static const char *
find_printed_key(const RtValueContext *context, const char *key)
{
    if (g_str_has_prefix(key, "default."))
        return rt_model_intern(context->model, key + 8, strlen(key + 8));
    if (!g_str_has_prefix(key, "binlog."))
        return NULL;
    g_autofree char *printed = g_strconcat("binlog_", key + 7, NULL);
    return rt_model_intern(context->model, printed, strlen(printed));
}

static const RtObject *
adjust_property(const RtValueContext *context, const RtOp *op, const RtObject *object)
{
    const RtValue *value = rt_object_value(object, op->row);
    const char *key =
        op->property && op->value_after ? find_printed_key(context, op->property) : NULL;
    if (!value || !key)
        return object;
    RtArena *arena = rt_model_arena(context->model);
    RtProperty *properties = rt_arena_new_array(arena, RtProperty, value->length);
    RtValue changed = *value;
    changed.properties = properties;
    changed.length = 0;
    for (uint32_t i = 0; i < value->length; i++) {
        RtProperty property = value->properties[i];
        if (property.key == key)
            continue;
        if (property.key == op->property)
            property.key = key;
        properties[changed.length++] = property;
    }
    return rt_object_with_value(arena, object, &changed);
}

/* ALTER VIEW … AS takes the comment and the names of the columns away. */
static const RtObject *
adjust_view(RtArena *arena, const RtObject *view)
{
    view = rt_object_without_value(arena, view, STARROCKS_VIEW_COMMENT);
    return rt_object_without_value(arena, view, STARROCKS_VIEW_COLUMNS);
}

const RtObject *
starrocks_adjust(const RtValueContext *context, const RtOp *op, const RtObject *before,
                 const RtObject *after)
{
    RtArena *arena = rt_model_arena(context->model);
    if (op->kind == RT_KIND_ATTRIBUTE && !op->owner) {
        bool is_property =
            after->form == &starrocks_form_table && op->row == STARROCKS_TABLE_PROPERTIES;
        if (is_property)
            return adjust_property(context, op, after);
        if (after->form == &starrocks_form_view && op->row == STARROCKS_VIEW_BODY)
            return adjust_view(arena, after);
        if (after->form == &starrocks_form_table && op->row == STARROCKS_TABLE_ORDER)
            return adjust_order(arena, before, after);
        return after;
    }
    if (op->kind != RT_KIND_COLUMN || after->form != &starrocks_form_table)
        return after;
    if (op->verb == RT_VERB_CREATE)
        return adjust_added(arena, op, after);
    if (op->verb == RT_VERB_DROP)
        return adjust_dropped(context, op, after);
    if (op->verb == RT_VERB_ALTER && (op->position || op->is_first))
        return sort_key(arena, after, NULL);
    return after;
}
