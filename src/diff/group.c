/*
 * Numbers the groups: the changes of one rebuild, attributes of one object that is replaced by one
 * statement, and neighbours on one table that may share a statement, unless one of them needs that
 * another was made before.
 */
#include "diff/order.h"

typedef struct Group {
    const RtName *table;
    RtHow how;
    int share;
    bool is_rebuild;
    uint32_t number;
    unsigned first, n;
    GHashTable *touched; /* keys of columns that its operations create, drop or alter */
} Group;

static void
close_group(RtOrdering *ordering, Group *group, uint32_t *n_groups)
{
    bool is_group = group->is_rebuild || group->n > 1;
    uint32_t number = is_group ? ++*n_groups : 0;
    for (unsigned i = group->first; i < group->first + group->n; i++)
        g_array_index(ordering->steps, RtStep, i).op.group = number;
    g_hash_table_remove_all(group->touched);
    group->n = 0;
}

/* Whether a key, index or constraint stands on a column that the group touches. */
static bool
uses_touched(const Group *group, const RtObject *object)
{
    int row = object ? rt_form_row(object->form, RT_ROLE_PARTS) : -1;
    const RtValue *value = row >= 0 ? rt_object_value(object, row) : NULL;
    if (!value)
        return false;
    bool is_parts = object->form->attributes[row].kind == &rt_value_parts;
    bool is_names = object->form->attributes[row].kind == &rt_value_names;
    for (uint32_t i = 0; i < value->length && (is_parts || is_names); i++) {
        const RtName *column = is_parts ? value->parts[i].column : value->names[i];
        if (!column || g_hash_table_contains(group->touched, column->key))
            return true;
    }
    return !is_parts && !is_names && g_hash_table_size(group->touched) > 0;
}

static bool
has_edge(const Group *group, const RtOp *op)
{
    if (op->kind == RT_KIND_COLUMN)
        return g_hash_table_contains(group->touched, op->name->key) ||
               (op->position && g_hash_table_contains(group->touched, op->position->key));
    return uses_touched(group, op->before) || uses_touched(group, op->after);
}

/* Whether the change can be part of a statement that makes others too. */
static bool
can_share(const RtStep *step)
{
    return step->change.how == RT_HOW_SHARED ||
           (step->change.how == RT_HOW_REPLACE && step->op.kind == RT_KIND_ATTRIBUTE);
}

static bool
joins_group(const Group *group, const RtStep *step)
{
    if (group->n == 0 || !rt_name_equal(group->table, rt_op_top_name(&step->op)) ||
        rt_op_is_top(&step->op) || step->pin == RT_PIN_FRONT)
        return false;
    if (group->is_rebuild)
        return true;
    if (!can_share(step) || step->change.how != group->how || step->change.share != group->share)
        return false;
    return group->how == RT_HOW_REPLACE || !has_edge(group, &step->op);
}

static bool
is_rebuild_ahead(const RtOrdering *ordering, unsigned first)
{
    const RtStep *step = &g_array_index(ordering->steps, RtStep, first);
    const RtName *table = rt_op_top_name(&step->op);
    for (unsigned i = first; i < ordering->steps->len; i++) {
        step = &g_array_index(ordering->steps, RtStep, i);
        if (!rt_name_equal(table, rt_op_top_name(&step->op)) || rt_op_is_top(&step->op) ||
            step->pin == RT_PIN_FRONT || step->op.verb == RT_VERB_RENAME)
            return false;
        if (rt_step_is_rebuild(step))
            return true;
    }
    return false;
}

static void
open_group(RtOrdering *ordering, Group *group, unsigned first, bool is_new_table)
{
    const RtStep *step = &g_array_index(ordering->steps, RtStep, first);
    group->table = rt_op_top_name(&step->op);
    group->how = step->change.how;
    group->share = step->change.share;
    group->first = first;
    group->is_rebuild = is_new_table && is_rebuild_ahead(ordering, first);
}

void
rt_order_group(RtOrdering *ordering)
{
    g_autoptr(GHashTable) touched = g_hash_table_new(NULL, NULL);
    Group group = { .touched = touched };
    uint32_t n_groups = 0;
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        const RtStep *step = &g_array_index(ordering->steps, RtStep, i);
        if (!joins_group(&group, step)) {
            bool is_new_table =
                !group.table || !rt_name_equal(group.table, rt_op_top_name(&step->op)) ||
                rt_op_is_top(&g_array_index(ordering->steps, RtStep, i - 1).op) ||
                g_array_index(ordering->steps, RtStep, i - 1).pin == RT_PIN_FRONT ||
                g_array_index(ordering->steps, RtStep, i - 1).op.verb == RT_VERB_RENAME;
            close_group(ordering, &group, &n_groups);
            open_group(ordering, &group, i, is_new_table);
            if (!group.is_rebuild && !can_share(step)) {
                g_array_index(ordering->steps, RtStep, i).op.group = 0;
                continue;
            }
        }
        group.n++;
        if (step->op.kind == RT_KIND_COLUMN)
            g_hash_table_add(touched, (void *) step->op.name->key);
    }
    close_group(ordering, &group, &n_groups);
}
