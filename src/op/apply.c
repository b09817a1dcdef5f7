/* Applies operations to a catalog: finds what they are on, says what is in the way, swaps it. */
#include "op/apply.h"

#include <string.h>

#include "op/apply-internal.h"

/* What an operation is on. */
typedef struct Target {
    const RtObject *owner;  /* the table of a child, else NULL */
    const RtObject *object; /* NULL: not there */
    int at;                 /* the place of a child in its owner */
} Target;

bool
rt_apply_reject(const RtOp *op, GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    if (op->text)
        rt_text_error(error, RT_ERROR_REJECTED, op->text, op->span, "%s", message);
    else
        rt_error_set(error, RT_ERROR_REJECTED, "%s", message);
    return false;
}

const char *
rt_apply_name(const RtCatalog *catalog, const RtName *name)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    return name->schema ? rt_arena_printf(arena, "%s.%s", name->schema, name->text) : name->text;
}

static const char *
kind_words(RtKind kind)
{
    switch (kind) {
    case RT_KIND_INDEX:
        return "an index";
    case RT_KIND_MATERIALIZED_VIEW:
        return "a materialized view";
    case RT_KIND_TABLE:
        return "a table";
    case RT_KIND_VIEW:
        return "a view";
    case RT_KIND_TRIGGER:
        return "a trigger";
    case RT_KIND_SEQUENCE:
        return "a sequence";
    default:
        return rt_kind_name(kind);
    }
}

bool
rt_apply_check_free(const RtCatalog *catalog, const RtOp *op, RtKind kind, const RtObject *owner,
                    const RtName *name, const RtObject *self, GError **error)
{
    if (!name)
        return true;
    bool is_wide = !owner || rt_catalog_context(catalog)->rules->space[kind];
    const RtObject *taken = is_wide ? rt_catalog_find(catalog, kind, name) : NULL;
    if (taken && taken != self && rt_object_kind(taken) != kind)
        return rt_apply_reject(op, error, "there is already %s named %s",
                               kind_words(rt_object_kind(taken)), rt_apply_name(catalog, name));
    if (!is_wide) {
        int at = rt_object_find_child(owner, kind, name, 0);
        taken = at >= 0 ? owner->children[at] : NULL;
    }
    if (!taken || taken == self)
        return true;
    if (is_wide)
        return rt_apply_reject(op, error, "%s %s exists already", rt_kind_name(kind),
                               rt_apply_name(catalog, name));
    return rt_apply_reject(op, error, "%s %s.%s exists already", rt_kind_name(kind),
                           rt_apply_name(catalog, owner->name), name->text);
}

/* The kind of object that the operation is on; of an attribute, what it is an attribute of. */
static RtKind
target_kind(const RtOp *op)
{
    return op->kind == RT_KIND_ATTRIBUTE ? op->form->kind : op->kind;
}

/* Kinds that the text of a statement cannot tell from each other: DROP CONSTRAINT c. */
static RtKind
other_kind(RtKind kind)
{
    return kind == RT_KIND_KEY ? RT_KIND_CONSTRAINT : RT_KIND_KEY;
}

/* A constraint without a name: by what is known of it, else the first of its form. */
static int
find_unnamed(const RtCatalog *catalog, const RtObject *owner, const RtOp *op)
{
    for (unsigned i = 0; i < owner->n_children; i++) {
        const RtObject *child = owner->children[i];
        if (op->before
                ? !child->name && rt_object_equal(rt_catalog_context(catalog), child, op->before)
                : op->form && child->form == op->form)
            return (int) i;
    }
    return -1;
}

static void
find_in_owner(const RtCatalog *catalog, const RtOp *op, Target *target)
{
    RtKind kind = target_kind(op);
    if (!op->name) {
        target->at = find_unnamed(catalog, target->owner, op);
    } else {
        target->at = rt_object_find_child(target->owner, kind, op->name, 0);
        if (target->at < 0 && (kind == RT_KIND_KEY || kind == RT_KIND_CONSTRAINT))
            target->at = rt_object_find_child(target->owner, other_kind(kind), op->name, 0);
    }
    target->object = target->at >= 0 ? target->owner->children[target->at] : NULL;
}

static bool
is_relation(RtKind kind)
{
    return kind == RT_KIND_TABLE || kind == RT_KIND_VIEW || kind == RT_KIND_MATERIALIZED_VIEW;
}

/* A table, else a view: triggers and indexes may hang on one. */
static const RtObject *
find_relation(const RtCatalog *catalog, const RtName *name)
{
    static const RtKind kinds[] = { RT_KIND_TABLE, RT_KIND_VIEW, RT_KIND_MATERIALIZED_VIEW };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const RtObject *object = rt_catalog_find(catalog, kinds[i], name);
        if (object && is_relation(rt_object_kind(object)))
            return object;
    }
    return NULL;
}

/* Finds owner and object; only an owner that is not there, or is of another kind, is an error. */
static bool
find_target(const RtCatalog *catalog, const RtOp *op, Target *out_target, GError **error)
{
    Target target = { .at = -1 };
    RtKind kind = target_kind(op);
    if (op->owner) {
        target.owner = find_relation(catalog, op->owner);
        if (!target.owner)
            return rt_apply_reject(op, error, "table %s does not exist",
                                   rt_apply_name(catalog, op->owner));
        find_in_owner(catalog, op, &target);
    } else if (op->name) {
        const RtObject *child = NULL;
        target.owner = rt_catalog_find_owner(catalog, kind, op->name, &child);
        target.object = target.owner ? child : rt_catalog_find(catalog, kind, op->name);
        for (unsigned i = 0; target.owner && i < target.owner->n_children; i++) {
            if (target.owner->children[i] == child)
                target.at = (int) i;
        }
    }
    *out_target = target;
    return true;
}

static bool
reject_missing(const RtCatalog *catalog, const RtOp *op, GError **error)
{
    RtKind kind = target_kind(op);
    if (!op->name && op->before) {
        g_autofree char *name = rt_op_object_name(op, catalog);
        return rt_apply_reject(op, error, "%s %s does not exist", rt_kind_name(kind), name);
    }
    if (!op->name)
        return rt_apply_reject(op, error, "table %s has no %s",
                               op->owner ? rt_apply_name(catalog, op->owner) : "",
                               op->form ? op->form->name : rt_kind_name(kind));
    if (op->owner)
        return rt_apply_reject(op, error, "%s %s.%s does not exist", rt_kind_name(kind),
                               rt_apply_name(catalog, op->owner), op->name->text);
    return rt_apply_reject(op, error, "%s %s does not exist", rt_kind_name(kind),
                           rt_apply_name(catalog, op->name));
}

/* DROP VIEW of a table and the like. */
static bool
check_kind(const RtCatalog *catalog, const RtOp *op, const RtObject *object, GError **error)
{
    RtKind wanted = target_kind(op), found = rt_object_kind(object);
    bool is_constraint = (wanted == RT_KIND_KEY || wanted == RT_KIND_CONSTRAINT) &&
                         (found == RT_KIND_KEY || found == RT_KIND_CONSTRAINT);
    if (wanted == found || is_constraint)
        return true;
    return rt_apply_reject(op, error, "%s is %s, not %s", rt_apply_name(catalog, op->name),
                           kind_words(found), kind_words(wanted));
}

static bool
is_column(const RtObject *object)
{
    return rt_object_kind(object) == RT_KIND_COLUMN;
}

/* Where a column goes: behind the last column when the operation does not say. */
static bool
find_position(const RtCatalog *catalog, const RtOp *op, const RtObject *owner, unsigned *out_at,
              GError **error)
{
    unsigned at = 0;
    if (op->position) {
        int after = rt_object_find_child(owner, RT_KIND_COLUMN, op->position, 0);
        if (after < 0)
            return rt_apply_reject(op, error, "column %s.%s does not exist",
                                   rt_apply_name(catalog, owner->name), op->position->text);
        at = (unsigned) after + 1;
    } else {
        for (unsigned i = 0; i < owner->n_children; i++) {
            if (!is_column(owner->children[i]))
                continue;
            at = op->is_first ? i : i + 1;
            if (op->is_first)
                break;
        }
    }
    while (!op->is_first && at < owner->n_children &&
           (owner->children[at]->flags & RT_OBJECT_INLINE))
        at++;
    *out_at = at;
    return true;
}

static bool
add_child(RtCatalog *catalog, const RtOp *op, const RtObject *owner, const RtObject *child,
          GError **error)
{
    unsigned at = owner->n_children;
    /* What a statement adds at a column stands behind it, and goes with it. */
    bool is_at_column = op->text && (child->flags & RT_OBJECT_INLINE);
    if ((is_column(child) || is_at_column) && !find_position(catalog, op, owner, &at, error))
        return false;
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    rt_catalog_replace(catalog, owner, rt_object_with_child(arena, owner, child, at));
    return true;
}

/* No two children of one kind have one name. Bits of hashes save most of the looking. */
static bool
check_children_differ(const RtCatalog *catalog, const RtOp *op, const RtObject *object,
                      GError **error)
{
    uint64_t seen[32] = { 0 };
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtObject *child = object->children[i];
        if (!child->name)
            continue;
        uint64_t *bits = &seen[child->name->hash / 64 % G_N_ELEMENTS(seen)];
        uint64_t bit = (uint64_t) 1 << child->name->hash % 64;
        if (*bits & bit &&
            rt_object_find_child(object, rt_object_kind(child), child->name, 0) != (int) i)
            return rt_apply_reject(op, error, "%s %s.%s is there twice",
                                   rt_kind_name(rt_object_kind(child)),
                                   rt_apply_name(catalog, object->name), child->name->text);
        *bits |= bit;
    }
    return true;
}

/* A table brings its children, whose names must be free in the whole schema. */
static bool
check_children_free(const RtCatalog *catalog, const RtOp *op, const RtObject *object,
                    const RtObject *old, GError **error)
{
    const RtRules *rules = rt_catalog_context(catalog)->rules;
    if (!check_children_differ(catalog, op, object, error))
        return false;
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtObject *child = object->children[i];
        RtKind kind = rt_object_kind(child);
        if (!child->name || !rules->space[kind])
            continue;
        int at = old ? rt_object_find_child(old, kind, child->name, i) : -1;
        const RtObject *self = at >= 0 ? old->children[at] : NULL;
        if (!rt_apply_check_free(catalog, op, kind, object, child->name, self, error))
            return false;
    }
    return true;
}

/* What IF NOT EXISTS looks at: an index of another table counts too, and a view for a table. */
static const RtObject *
find_same(const RtCatalog *catalog, const RtOp *op, const Target *target)
{
    bool is_wide = op->owner && op->name && rt_catalog_context(catalog)->rules->space[op->kind];
    const RtObject *there = is_wide ? rt_catalog_find(catalog, op->kind, op->name) : target->object;
    if (!there || !op->name)
        return NULL;
    RtKind kind = rt_object_kind(there);
    return kind == op->kind || (is_relation(kind) && is_relation(op->kind)) ? there : NULL;
}

static bool
apply_create(RtCatalog *catalog, RtOp *op, GError **error)
{
    g_assert(op->after);
    Target target;
    if (!find_target(catalog, op, &target, error))
        return false;
    const RtObject *there = find_same(catalog, op, &target);
    if (there && (op->flags & RT_OP_IF_NOT_EXISTS)) {
        op->before = there;
        return true;
    }
    const RtObject *owner = op->owner ? target.owner : NULL;
    if (!rt_apply_check_free(catalog, op, op->kind, owner, op->after->name, NULL, error))
        return false;
    if (owner) {
        if (!add_child(catalog, op, owner, op->after, error))
            return false;
        rt_apply_adjust(catalog, op, owner);
    } else {
        if (!check_children_free(catalog, op, op->after, NULL, error))
            return false;
        rt_catalog_add(catalog, op->after);
    }
    op->before = NULL;
    return true;
}

/* The column before this one, and whether none is; nothing for the last, which goes to the end. */
static void
note_position(RtOp *op, const RtObject *owner, int at, bool is_move)
{
    bool is_last = true;
    for (unsigned i = (unsigned) at + 1; i < owner->n_children; i++)
        is_last &= !is_column(owner->children[i]);
    op->position_before = NULL;
    op->was_first = false;
    if (is_last && !is_move)
        return;
    for (int i = at - 1; i >= 0; i--) {
        if (is_column(owner->children[i])) {
            op->position_before = owner->children[i]->name;
            return;
        }
    }
    op->was_first = true;
}

static bool
apply_drop(RtCatalog *catalog, RtOp *op, const Target *target, GError **error)
{
    (void) error;
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    if (target->owner && is_column(target->object)) {
        note_position(op, target->owner, target->at, false);
        rt_catalog_replace(catalog, target->owner,
                           rt_apply_without_column(arena, target->owner, (unsigned) target->at));
    } else if (target->owner) {
        rt_catalog_replace(
            catalog, target->owner,
            rt_object_replace_child(arena, target->owner, (unsigned) target->at, NULL));
    } else {
        if (rt_object_kind(target->object) == RT_KIND_DATABASE)
            rt_apply_drop_contents(catalog, target->object);
        rt_catalog_remove(catalog, target->object);
    }
    op->before = target->object;
    op->after = NULL;
    return true;
}

/* A child changed, and moved where the operation says so. */
static bool
replace_child(RtCatalog *catalog, RtOp *op, const Target *target, const RtObject *after,
              GError **error)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    const RtObject *owner = target->owner;
    unsigned at = (unsigned) target->at;
    if (!op->position && !op->is_first) {
        rt_catalog_replace(catalog, owner, rt_object_replace_child(arena, owner, at, after));
        return true;
    }
    if (op->position && op->name && rt_name_equal(op->position, op->name))
        return rt_apply_reject(op, error, "column %s.%s cannot go behind itself",
                               rt_apply_name(catalog, owner->name), op->name->text);
    g_autoptr(GPtrArray) followers = g_ptr_array_new();
    const RtObject *moved = rt_object_replace_child(arena, owner, at, NULL);
    moved = rt_apply_take_followers(arena, moved, at, followers);
    unsigned new_at;
    if (!find_position(catalog, op, moved, &new_at, error))
        return false;
    note_position(op, owner, target->at, true);
    moved = rt_object_with_child(arena, moved, after, new_at);
    for (unsigned i = 0; i < followers->len; i++)
        moved = rt_object_with_child(arena, moved, followers->pdata[i], new_at + 1 + i);
    rt_catalog_replace(catalog, owner, moved);
    return true;
}

/* ALTER and RECREATE: `after` in the place of what is there. */
static bool
apply_replace(RtCatalog *catalog, RtOp *op, const Target *target, GError **error)
{
    g_assert(op->after);
    const RtObject *owner = target->owner;
    if (!rt_apply_check_free(catalog, op, rt_object_kind(op->after), owner, op->after->name,
                             target->object, error))
        return false;
    if (owner) {
        if (!replace_child(catalog, op, target, op->after, error))
            return false;
    } else {
        if (!check_children_free(catalog, op, op->after, target->object, error) ||
            !rt_apply_beside(catalog, op, target->object, error))
            return false;
        rt_catalog_replace(catalog, target->object, op->after);
    }
    op->before = target->object;
    return true;
}

static bool
apply_attribute(RtCatalog *catalog, RtOp *op, const Target *target, GError **error)
{
    if (target->object->form != op->form)
        return rt_apply_reject(op, error, "%s is a %s, not a %s",
                               target->object->name ? rt_apply_name(catalog, target->object->name)
                                                    : target->object->form->name,
                               target->object->form->name, op->form->name);
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    const RtValue *before = NULL;
    const RtObject *after = rt_apply_changed_attribute(catalog, op, target->object, &before, error);
    if (!after)
        return false;
    if (target->owner)
        rt_catalog_replace(
            catalog, target->owner,
            rt_object_replace_child(arena, target->owner, (unsigned) target->at, after));
    else
        rt_catalog_replace(catalog, target->object, after);
    op->value_before = before;
    op->before = target->object;
    op->after = after;
    return true;
}

static bool
apply_found(RtCatalog *catalog, RtOp *op, const Target *target, GError **error)
{
    if (!check_kind(catalog, op, target->object, error))
        return false;
    bool applied;
    if (op->kind == RT_KIND_ATTRIBUTE)
        applied = apply_attribute(catalog, op, target, error);
    else if (op->verb == RT_VERB_DROP)
        applied = apply_drop(catalog, op, target, error);
    else if (op->verb == RT_VERB_RENAME)
        applied = rt_apply_rename(catalog, op, target->owner, target->object, error);
    else
        applied = apply_replace(catalog, op, target, error);
    if (!applied)
        return false;
    rt_apply_adjust(catalog, op, target->owner ?: target->object);
    if (target->owner)
        op->owner = target->owner->name;
    if (op->kind != RT_KIND_ATTRIBUTE)
        op->kind = rt_object_kind(target->object);
    return true;
}

/* What is on something that must be there. */
static bool
apply_change(RtCatalog *catalog, RtOp *op, GError **error)
{
    Target target;
    g_autoptr(GError) failure = NULL;
    if (!find_target(catalog, op, &target, &failure)) {
        if (op->flags & RT_OP_IF_EXISTS) {
            op->before = NULL;
            return true;
        }
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    if (target.object)
        return apply_found(catalog, op, &target, error);
    if (op->verb == RT_VERB_RECREATE && (op->flags & RT_OP_IF_NOT_EXISTS))
        return apply_create(catalog, op, error);
    if (!(op->flags & RT_OP_IF_EXISTS))
        return reject_missing(catalog, op, error);
    op->before = NULL;
    return true;
}

/* "temp.t" is also what `t` means from then on. */
static void
keep_temporary(RtCatalog *catalog, const RtName *name, bool exists)
{
    const RtRules *rules = rt_catalog_context(catalog)->rules;
    rt_catalog_set_temporary(catalog, name, exists);
    if (name->schema)
        rt_catalog_set_temporary(
            catalog,
            rt_model_name(rt_catalog_model(catalog), rules->fold[RT_KIND_TABLE], NULL, name->text),
            exists);
}

bool
rt_op_meet_temporary(RtCatalog *catalog, RtOp *op)
{
    bool is_new =
        op->verb == RT_VERB_OPAQUE || (op->verb == RT_VERB_CREATE && op->kind != RT_KIND_ATTRIBUTE);
    if (rt_catalog_is_temporary(catalog, op->owner ? op->owner : is_new ? NULL : op->name))
        op->flags |= RT_OP_TEMPORARY;
    if (!(op->flags & RT_OP_TEMPORARY))
        return false;
    if (op->name && op->kind != RT_KIND_COLUMN && (is_new || op->verb == RT_VERB_DROP))
        keep_temporary(catalog, op->name, is_new);
    if (op->verb == RT_VERB_RENAME && op->kind == RT_KIND_TABLE)
        keep_temporary(catalog, op->new_name, true);
    return true;
}

/* What such a statement leaves behind cannot be seen. */
static void
note_opaque(RtCatalog *catalog, const RtOp *op)
{
    if (!(op->flags & (RT_OP_DATA | RT_OP_SESSION)))
        rt_catalog_set_unseen(catalog, RT_UNSEEN_OPAQUE, true);
    if (!(op->flags & RT_OP_ELSEWHERE))
        return;
    rt_catalog_set_unseen(catalog, RT_UNSEEN_ELSEWHERE, true);
    rt_catalog_set_unseen(catalog, RT_UNSEEN_ABROAD, op->flags & RT_OP_ABROAD);
}

bool
rt_apply(RtCatalog *catalog, RtOp *op, GError **error)
{
    if (op->verb == RT_VERB_OPAQUE)
        note_opaque(catalog, op);
    if (op->verb == RT_VERB_OPAQUE || rt_op_meet_temporary(catalog, op))
        return true;
    if (op->verb == RT_VERB_CREATE && op->kind != RT_KIND_ATTRIBUTE)
        return apply_create(catalog, op, error);
    return apply_change(catalog, op, error);
}

bool
rt_apply_all(RtCatalog *catalog, RtOp *ops, size_t n, GError **error)
{
    size_t mark = rt_catalog_mark(catalog);
    for (size_t i = 0; i < n; i++) {
        if (!rt_apply(catalog, &ops[i], error)) {
            rt_catalog_undo(catalog, mark);
            return false;
        }
    }
    return true;
}
