/* What happens to the things in a database when it is dropped or renamed. */
#include "op/apply-internal.h"

static bool
is_in(const RtObject *object, const RtObject *database)
{
    return object && g_strcmp0(object->name->schema, database->name->text) == 0;
}

void
rt_apply_drop_contents(RtCatalog *catalog, const RtObject *database)
{
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (is_in(object, database))
            rt_catalog_remove(catalog, object);
    }
}

/* Views name what they read as their text has it: that is not reached. */
void
rt_apply_rename_database(RtCatalog *catalog, RtOp *op, const RtObject *database)
{
    RtModel *model = rt_catalog_model(catalog);
    const RtFold *fold = rt_catalog_context(catalog)->rules->fold;
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (!is_in(object, database))
            continue;
        RtObject *moved = rt_object_copy(rt_model_arena(model), object);
        moved->name = rt_model_name(model, fold[rt_object_kind(object)], op->new_name->text,
                                    object->name->text);
        rt_catalog_replace(catalog, object, moved);
    }
    RtObject *renamed = rt_object_copy(rt_model_arena(model), database);
    renamed->name = op->new_name;
    rt_catalog_replace(catalog, database, renamed);
    op->after = renamed;
}
