/* A schema without what its server prints though nobody said it. */
#include "dialect/parse.h"

/* Whether an absent value would mean the same. */
static bool
is_needless(const RtValueContext *context, const RtAttribute *attribute, const RtValue *value)
{
    if (attribute->uncompared)
        return attribute->kind == &rt_value_flag;
    return attribute->fallback && !rt_value_differs(context, attribute, value, NULL);
}

/* Properties that are what the server would choose are implied. */
static const RtObject *
drop_implied_properties(RtArena *arena, const RtObject *object, const RtValue *value)
{
    RtProperty *stated = rt_arena_new_array(arena, RtProperty, value->length);
    RtValue rest = *value;
    rest.length = 0;
    rest.properties = stated;
    for (uint32_t i = 0; i < value->length; i++) {
        if (value->properties[i].origin == RT_ORIGIN_STATED)
            stated[rest.length++] = value->properties[i];
    }
    if (rest.length == value->length)
        return object;
    return rest.length ? rt_object_with_value(arena, object, &rest)
                       : rt_object_without_value(arena, object, value->row);
}

static const RtObject *
make_children_plain(RtArena *arena, const RtValueContext *context, const RtObject *object)
{
    const RtObject **children = rt_arena_new_array(arena, const RtObject *, object->n_children);
    bool is_changed = false;
    for (unsigned i = 0; i < object->n_children; i++) {
        children[i] = rt_object_make_plain(arena, context, object->children[i]);
        is_changed |= children[i] != object->children[i];
    }
    if (!is_changed)
        return object;
    RtObject *copy = rt_object_copy(arena, object);
    copy->children = children;
    return copy;
}

const RtObject *
rt_object_make_plain(RtArena *arena, const RtValueContext *context, const RtObject *object)
{
    for (unsigned row = 0; row < object->form->n_attributes; row++) {
        const RtAttribute *attribute = &object->form->attributes[row];
        const RtValue *value = rt_object_value(object, row);
        if (!value || value->origin != RT_ORIGIN_STATED)
            continue;
        if (is_needless(context, attribute, value))
            object = rt_object_without_value(arena, object, row);
        else if (attribute->kind == &rt_value_properties && !attribute->hooks)
            object = drop_implied_properties(arena, object, value);
    }
    return object->n_children ? make_children_plain(arena, context, object) : object;
}

void
rt_catalog_make_plain(RtCatalog *catalog)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        const RtObject *plain =
            object ? rt_object_make_plain(arena, rt_catalog_context(catalog), object) : NULL;
        if (plain != object)
            rt_catalog_replace(catalog, object, plain);
    }
    rt_catalog_forget(catalog);
}
