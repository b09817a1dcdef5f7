/* What is made anew beside: the old object is kept under another name, or comes back from there. */
#include "op/apply-internal.h"

static bool
keep(RtCatalog *catalog, const RtOp *op, const RtObject *before, GError **error)
{
    const RtName *kept = op->beside->kept;
    if (!rt_apply_check_free(catalog, op, rt_object_kind(before), NULL, kept, NULL, error))
        return false;
    RtObject *object = rt_object_copy(rt_model_arena(rt_catalog_model(catalog)), before);
    object->name = kept;
    object->flags |= RT_OBJECT_KEPT;
    rt_catalog_add(catalog, object);
    return true;
}

bool
rt_apply_beside(RtCatalog *catalog, const RtOp *op, const RtObject *before, GError **error)
{
    const RtName *kept = op->beside ? op->beside->kept : NULL;
    if (!kept)
        return true;
    if (!(op->flags & RT_OP_BACK))
        return keep(catalog, op, before, error);
    const RtObject *there = rt_catalog_find(catalog, op->kind, kept);
    if (!there)
        return rt_apply_reject(op, error, "%s %s does not exist", rt_kind_name(op->kind),
                               rt_apply_name(catalog, kept));
    rt_catalog_remove(catalog, there);
    return true;
}
