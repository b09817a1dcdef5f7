/* What an attribute becomes: a value anew, one property of a map, one part of a value. */
#include "op/apply-internal.h"

#include <string.h>

/* The map with one property set or, where `text` is NULL, taken out. */
static RtValue
change_property(RtArena *arena, const RtValue *map, const RtOp *op, const RtValue **out_before)
{
    uint32_t n = map ? map->length : 0, kept = 0;
    RtProperty *properties = rt_arena_new_array(arena, RtProperty, n + 1);
    bool is_set = false;
    *out_before = NULL;
    for (uint32_t i = 0; i < n; i++) {
        RtProperty property = map->properties[i];
        if (property.key == op->property) {
            RtValue *before = rt_arena_new_object(arena, RtValue);
            *before = (RtValue){ .row = op->row,
                                 .origin = (uint8_t) property.origin,
                                 .length = (uint32_t) strlen(property.value),
                                 .text = property.value };
            *out_before = before;
            if (!op->value_after)
                continue;
            property.value = op->value_after->text;
            property.origin = op->value_after->origin;
            is_set = true;
        }
        properties[kept++] = property;
    }
    if (op->value_after && !is_set)
        properties[kept++] =
            (RtProperty){ op->property, op->value_after->text, op->value_after->origin };
    return (RtValue){
        .row = op->row, .origin = RT_ORIGIN_STATED, .length = kept, .properties = properties
    };
}

/* The attribute's own way of changing a part of its value; NULL: a map of properties. */
static const RtValueKind *
find_parted_kind(const RtOp *op)
{
    const RtAttribute *attribute = &op->form->attributes[op->row];
    const RtValueKind *kind = attribute->hooks ? attribute->hooks : attribute->kind;
    return op->property && kind->change_part ? kind : NULL;
}

static bool
apply_part(const RtCatalog *catalog, RtOp *op, const RtObject *object, const RtObject **out_after,
           GError **error)
{
    RtValue value;
    const char *problem = NULL;
    const RtValueKind *kind = find_parted_kind(op);
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    if (!kind->change_part(rt_catalog_context(catalog), object, rt_object_value(object, op->row),
                           op, &value, &problem))
        return rt_apply_reject(op, error, "%s %s", op->property, problem);
    value.origin = RT_ORIGIN_STATED;
    *out_after = value.length ? rt_object_with_value(arena, object, &value)
                              : rt_object_without_value(arena, object, op->row);
    return true;
}

/* The object with the attribute changed; *out_before what it was. */
static const RtObject *
change_attribute(RtArena *arena, const RtObject *object, const RtOp *op, const RtValue **out_before)
{
    const RtValue *old = rt_object_value(object, op->row);
    RtValue value;
    if (op->property) {
        value = change_property(arena, old, op, out_before);
        return value.length ? rt_object_with_value(arena, object, &value)
                            : rt_object_without_value(arena, object, op->row);
    }
    *out_before = old;
    if (!op->value_after)
        return rt_object_without_value(arena, object, op->row);
    value = *op->value_after;
    value.row = op->row;
    return rt_object_with_value(arena, object, &value);
}

const RtObject *
rt_apply_changed_attribute(const RtCatalog *catalog, RtOp *op, const RtObject *object,
                           const RtValue **out_before, GError **error)
{
    const RtObject *after = NULL;
    if (!find_parted_kind(op))
        return change_attribute(rt_model_arena(rt_catalog_model(catalog)), object, op, out_before);
    if (!apply_part(catalog, op, object, &after, error))
        return NULL;
    *out_before = op->value_before;
    return after;
}
