/* Partitions and rollups by hand: one entry of a map is set, taken out, or has another name. */
#include "dialect/starrocks/starrocks.h"

#include <string.h>

static RtValue *
make_text(RtArena *arena, const RtOp *op, const RtProperty *property)
{
    RtValue *value = rt_arena_new_object(arena, RtValue);
    *value = (RtValue){ .row = op->row,
                        .origin = RT_ORIGIN_STATED,
                        .length = (uint32_t) strlen(property->value),
                        .text = property->value };
    return value;
}

/* The entry after the operation; false: it is gone. A rename keeps what is behind the name. */
static bool
change_entry(const RtValueContext *context, RtOp *op, RtProperty *property)
{
    RtArena *arena = rt_model_arena(context->model);
    op->value_before = make_text(arena, op, property);
    if (op->new_name) {
        const char *name = op->new_name->text;
        op->position_before = rt_model_name(context->model, RT_FOLD_ASCII, NULL, property->key);
        property->key = rt_model_intern(context->model, name, strlen(name));
        op->value_after = op->value_before;
        return true;
    }
    if (op->value_after)
        property->value = op->value_after->text;
    return op->value_after != NULL;
}

static bool
is_same_name(const char *a, const char *b)
{
    return a == b || g_ascii_strcasecmp(a, b) == 0;
}

bool
starrocks_change_map(const RtValueContext *context, const RtObject *table, const RtValue *old,
                     RtOp *op, RtValue *out_value, const char **out_problem)
{
    (void) table;
    uint32_t n = old ? old->length : 0, kept = 0;
    RtProperty *properties = rt_arena_new_array(rt_model_arena(context->model), RtProperty, n + 1);
    bool is_found = false;
    op->value_before = NULL;
    for (uint32_t i = 0; i < n; i++) {
        RtProperty property = old->properties[i];
        bool is_meant = is_same_name(property.key, op->property);
        is_found |= is_meant;
        if (!is_meant || change_entry(context, op, &property))
            properties[kept++] = property;
    }
    if (!is_found && op->new_name) {
        *out_problem = "does not exist";
        return false;
    }
    if (!is_found && op->value_after)
        properties[kept++] = (RtProperty){ op->property, op->value_after->text, RT_ORIGIN_STATED };
    *out_value = (RtValue){ .row = op->row, .length = kept, .properties = properties };
    return true;
}

bool
starrocks_change_partitions(const RtValueContext *context, const RtObject *table,
                            const RtValue *old, RtOp *op, RtValue *out_value,
                            const char **out_problem)
{
    const RtValue *normal = !op->value_after && !op->new_name
                                ? starrocks_normalize_partitions(context, table, old)
                                : NULL;
    return starrocks_change_map(context, table, normal ?: old, op, out_value, out_problem);
}
