/* Tells apart what an object's own statement holds and what has a statement of its own. */
#include "diff/parts.h"

bool
rt_child_is_separate(const RtDialect *dialect, const RtObject *child)
{
    switch (rt_object_kind(child)) {
    case RT_KIND_COLUMN:
    case RT_KIND_KEY:
    case RT_KIND_CONSTRAINT:
    case RT_KIND_PARTITION:
    case RT_KIND_FAMILY:
        return false;
    default:
        break;
    }
    for (unsigned i = 0; i < dialect->n_elements; i++) {
        if (dialect->elements[i].form == child->form)
            return false;
    }
    return true;
}

const RtObject *
rt_object_own_part(const RtDialect *dialect, RtArena *arena, const RtObject *object)
{
    unsigned n_own = 0;
    for (unsigned i = 0; i < object->n_children; i++)
        n_own += !rt_child_is_separate(dialect, object->children[i]);
    if (n_own == object->n_children)
        return object;
    const RtObject **children = rt_arena_new_array(arena, const RtObject *, n_own);
    n_own = 0;
    for (unsigned i = 0; i < object->n_children; i++) {
        if (!rt_child_is_separate(dialect, object->children[i]))
            children[n_own++] = object->children[i];
    }
    RtObject *own = rt_object_copy(arena, object);
    own->children = children;
    own->n_children = n_own;
    return own;
}

const RtObject *
rt_object_merge(const RtDialect *dialect, RtArena *arena, const RtObject *object,
                const RtObject *other)
{
    const RtObject *merged = rt_object_own_part(dialect, arena, object);
    for (unsigned i = 0; i < other->n_children; i++) {
        if (rt_child_is_separate(dialect, other->children[i]))
            merged = rt_object_with_child(arena, merged, other->children[i], merged->n_children);
    }
    return merged;
}

void
rt_ops_create(const RtDialect *dialect, RtArena *arena, const RtObject *object, GArray *ops)
{
    RtOp create = { .verb = RT_VERB_CREATE,
                    .kind = rt_object_kind(object),
                    .name = object->name,
                    .after = rt_object_own_part(dialect, arena, object) };
    g_array_append_val(ops, create);
    if (create.after == object)
        return;
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtObject *child = object->children[i];
        if (!rt_child_is_separate(dialect, child))
            continue;
        RtOp op = { .verb = RT_VERB_CREATE,
                    .kind = rt_object_kind(child),
                    .owner = object->name,
                    .name = child->name,
                    .after = child };
        g_array_append_val(ops, op);
    }
}

RtCatalog *
rt_catalog_copy(const RtDialect *dialect, const RtCatalog *catalog)
{
    RtCatalog *copy = rt_catalog_new(rt_catalog_model(catalog), dialect->rules, dialect->lexicon);
    rt_catalog_inherit(copy, catalog);
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (object)
            rt_catalog_add(copy, object);
    }
    rt_catalog_forget(copy);
    return copy;
}
