/* Renames, and what mentions the old name: constraints, expressions, other tables, bodies. */
#include "op/apply-internal.h"

/* What is renamed: a column of `table`, or (column NULL) the table itself. */
typedef struct Renaming {
    const RtValueContext *context;
    const RtName *table, *column, *new_name;
} Renaming;

/* Whether the object's definition is a query over others; that of a CHECK is about its table. */
static bool
has_body(const RtObject *object)
{
    RtKind kind = rt_object_kind(object);
    return kind == RT_KIND_VIEW || kind == RT_KIND_MATERIALIZED_VIEW || kind == RT_KIND_TRIGGER;
}

/*
 * Whether the names in a value are those of `table`: what a foreign key refers to belongs to the
 * table it points at, everything else in a table to the table.
 */
static bool
value_is_about(const Renaming *renaming, const RtObject *object, const RtValue *value, bool is_own)
{
    RtRole role = object->form->attributes[value->row].role;
    const RtValue *references = rt_object_role(object, RT_ROLE_REFERENCES);
    if (role == RT_ROLE_REFERENCED)
        return renaming->column && references && rt_name_equal(references->name, renaming->table);
    return is_own || role == RT_ROLE_REFERENCES || (role == RT_ROLE_DEFINITION && has_body(object));
}

/* A value of an object that belongs to the table `owner`. */
static bool
rename_in_value(const Renaming *renaming, const RtName *owner, const RtObject *object,
                RtValue *value)
{
    RtValueContext context = *renaming->context;
    context.own_table = owner;
    const RtAttribute *attribute = &object->form->attributes[value->row];
    return rt_value_rename(&context, attribute, renaming->table, renaming->column,
                           renaming->new_name, value, value);
}

/* One node, its children not looked at; the same pointer when nothing in it is renamed. */
static const RtObject *
rename_in_values(const Renaming *renaming, const RtName *owner, const RtObject *object, bool is_own)
{
    RtArena *arena = rt_model_arena(renaming->context->model);
    const RtObject *changed = object;
    for (unsigned i = 0; i < object->n_values; i++) {
        RtValue value = object->values[i];
        bool is_far = !is_own && object->form->attributes[value.row].role == RT_ROLE_DEFINITION;
        if (is_far && !renaming->context->rules->rename_reaches_bodies)
            continue;
        if (value_is_about(renaming, object, &value, is_own) &&
            rename_in_value(renaming, owner, object, &value))
            changed = rt_object_with_value(arena, changed, &value);
    }
    return changed;
}

static const RtObject *
rename_in_object(const Renaming *renaming, const RtObject *object, bool is_own)
{
    RtArena *arena = rt_model_arena(renaming->context->model);
    const RtObject *changed = rename_in_values(renaming, object->name, object, is_own);
    const RtObject **children = NULL;
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtObject *child =
            rename_in_values(renaming, object->name, object->children[i], is_own);
        if (child == object->children[i])
            continue;
        if (!children) {
            RtObject *copy = rt_object_copy(arena, changed);
            children = rt_arena_new_array(arena, const RtObject *, object->n_children);
            for (unsigned j = 0; j < object->n_children; j++)
                children[j] = object->children[j];
            copy->children = children;
            changed = copy;
        }
        children[i] = child;
    }
    return changed;
}

static void
rename_in_others(RtCatalog *catalog, const Renaming *renaming, GPtrArray *objects,
                 const RtName *except)
{
    for (unsigned i = 0; i < objects->len; i++) {
        const RtObject *object = g_ptr_array_index(objects, i);
        if (rt_name_equal(object->name, except) && rt_object_kind(object) == RT_KIND_TABLE)
            continue;
        const RtObject *changed = rename_in_object(renaming, object, false);
        if (changed != object)
            rt_catalog_replace(catalog, object, changed);
    }
}

/* Foreign keys of other tables, then views and triggers. `self` is the table's name now. */
static void
reach_others(RtCatalog *catalog, const Renaming *renaming, const RtName *self)
{
    g_autoptr(GPtrArray) referrers = rt_catalog_referrers(catalog, renaming->table);
    rename_in_others(catalog, renaming, referrers, self);
    if (!renaming->context->rules->rename_reaches_bodies)
        return;
    const RtName *renamed = renaming->column ? renaming->column : renaming->table;
    g_autoptr(GPtrArray) bodies = rt_catalog_with_word(catalog, renamed->text);
    rename_in_others(catalog, renaming, bodies, self);
}

static void
rename_top(RtCatalog *catalog, RtOp *op, const RtObject *object)
{
    Renaming renaming = { rt_catalog_context(catalog), object->name, NULL, op->new_name };
    const RtObject *changed =
        rename_in_object(&renaming, object, rt_object_kind(object) == RT_KIND_TABLE);
    RtObject *renamed = rt_object_copy(rt_model_arena(rt_catalog_model(catalog)), changed);
    renamed->name = op->new_name;
    if (op->flags & RT_OP_ASIDE)
        renamed->flags |= RT_OBJECT_KEPT;
    if (op->flags & RT_OP_TAKEN)
        renamed->flags &= (uint16_t) ~RT_OBJECT_KEPT;
    rt_catalog_replace(catalog, object, renamed);
    reach_others(catalog, &renaming, op->new_name);
    op->after = renamed;
}

static void
rename_child(RtCatalog *catalog, RtOp *op, const RtObject *owner, const RtObject *object)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    Renaming renaming = { rt_catalog_context(catalog), owner->name, object->name, op->new_name };
    bool is_column = rt_object_kind(object) == RT_KIND_COLUMN;
    const RtObject *changed = is_column ? rename_in_object(&renaming, owner, true) : owner;
    unsigned at = 0;
    while (owner->children[at] != object)
        at++;
    RtObject *renamed = rt_object_copy(arena, changed->children[at]);
    renamed->name = op->new_name;
    rt_catalog_replace(catalog, owner, rt_object_replace_child(arena, changed, at, renamed));
    if (is_column)
        reach_others(catalog, &renaming, owner->name);
    op->after = renamed;
}

bool
rt_apply_rename(RtCatalog *catalog, RtOp *op, const RtObject *owner, const RtObject *object,
                GError **error)
{
    g_assert(op->new_name);
    RtKind kind = rt_object_kind(object);
    if (!rt_apply_check_free(catalog, op, kind, owner, op->new_name, object, error))
        return false;
    if (owner)
        rename_child(catalog, op, owner, object);
    else if (kind == RT_KIND_DATABASE)
        rt_apply_rename_database(catalog, op, object);
    else
        rename_top(catalog, op, object);
    op->before = object;
    return true;
}
