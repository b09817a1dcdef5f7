/* What a change brings with it: what hangs on a column by where it was written, what the rules say.
 */
#include "op/apply-internal.h"

/* The only column that a constraint is on; NULL where that does not say what it was written at. */
static const RtName *
find_only_column(const RtObject *child)
{
    const RtValue *parts = rt_object_role(child, RT_ROLE_PARTS);
    if (!parts || parts->length != 1)
        return NULL;
    bool is_names = child->form->attributes[parts->row].kind == &rt_value_names;
    return is_names ? parts->names[0] : parts->parts[0].column;
}

/* Whether child `at` was written at the column at `column`; one without columns follows its own. */
static bool
is_written_at(const RtObject *owner, unsigned column, unsigned at)
{
    const RtObject *child = owner->children[at];
    if (!(child->flags & RT_OBJECT_INLINE))
        return false;
    if (rt_form_row(child->form, RT_ROLE_PARTS) >= 0)
        return rt_name_equal(find_only_column(child), owner->children[column]->name);
    while (at > column && (owner->children[at]->flags & RT_OBJECT_INLINE))
        at--;
    return at == column;
}

const RtObject *
rt_apply_without_column(RtArena *arena, const RtObject *owner, unsigned column)
{
    const RtObject *changed = owner;
    for (unsigned i = owner->n_children; i--;) {
        if (i == column || is_written_at(owner, column, i))
            changed = rt_object_replace_child(arena, changed, i, NULL);
    }
    return changed;
}

const RtObject *
rt_apply_take_followers(RtArena *arena, const RtObject *owner, unsigned at, GPtrArray *out)
{
    while (at < owner->n_children && (owner->children[at]->flags & RT_OBJECT_INLINE)) {
        const RtObject *child = owner->children[at];
        if (rt_form_row(child->form, RT_ROLE_PARTS) >= 0) {
            at++;
            continue;
        }
        g_ptr_array_add(out, (void *) child);
        owner = rt_object_replace_child(arena, owner, at, NULL);
    }
    return owner;
}

void
rt_apply_adjust(RtCatalog *catalog, const RtOp *op, const RtObject *before)
{
    const RtValueContext *context = rt_catalog_context(catalog);
    const RtName *name = op->owner || op->verb != RT_VERB_RENAME ? before->name : op->new_name;
    const RtObject *after =
        context->rules->adjust ? rt_catalog_find(catalog, rt_object_kind(before), name) : NULL;
    const RtObject *adjusted = after ? context->rules->adjust(context, op, before, after) : NULL;
    if (adjusted && adjusted != after)
        rt_catalog_replace(catalog, after, adjusted);
}
