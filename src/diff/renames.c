/*
 * Renames that "renamed from" hints ask for. A hint acts only where the old name is there and the
 * new one is not; whatever it cannot do it says in a note. The renames are applied to a copy of
 * `from`, so that all later comparison goes by the new names.
 */
#include "dialect/effect.h"
#include "diff/comparison.h"
#include "diff/parts.h"

#include "op/apply.h"

static bool
can_rename(const RtDialect *dialect, RtKind kind)
{
    static const unsigned needed[RT_N_KINDS] = {
        [RT_KIND_TABLE] = RT_CAN_RENAME_TABLE,
        [RT_KIND_COLUMN] = RT_CAN_RENAME_COLUMN,
        [RT_KIND_INDEX] = RT_CAN_RENAME_INDEX,
        [RT_KIND_VIEW] = RT_CAN_RENAME_VIEW,
        [RT_KIND_MATERIALIZED_VIEW] = RT_CAN_RENAME_VIEW,
    };
    return (dialect->capabilities & needed[kind]) != 0;
}

static void
note_hint(RtComparison *comparison, const RtName *owner, const RtObject *to, bool verbose_only,
          const char *why)
{
    const char *name = rt_comparison_name(comparison, owner, to->name);
    rt_comparison_note(comparison, "rename", name, verbose_only,
                       "%s %s is said to be renamed from %s, but %s",
                       rt_kind_name(rt_object_kind(to)), name, to->renamed_from->text, why);
}

/* Applies the rename to the copy of `from` and emits it, where the server can make it. */
static void
rename_object(RtComparison *comparison, const RtName *owner, const RtObject *from,
              const RtObject *to)
{
    RtKind kind = rt_object_kind(to);
    if (!can_rename(comparison->dialect, kind)) {
        note_hint(comparison, owner, to, false,
                  "the server cannot rename it: it is dropped and created");
        return;
    }
    RtOp op = { .verb = RT_VERB_RENAME,
                .kind = kind,
                .owner = owner,
                .name = from->name,
                .new_name = to->name,
                .before = from };
    if (!comparison->renamed)
        comparison->renamed = rt_catalog_copy(comparison->dialect, comparison->from);
    RtChange change = rt_change(comparison->dialect, comparison->server, comparison->renamed, &op);
    if (change.how == RT_HOW_REFUSED) {
        note_hint(
            comparison, owner, to, false,
            rt_arena_printf(comparison->arena, "%s; it is dropped and created", change.reason));
        return;
    }
    g_autoptr(GError) error = NULL;
    if (!rt_apply(comparison->renamed, &op, &error)) {
        note_hint(comparison, owner, to, false, rt_arena_strdup(comparison->arena, error->message));
        return;
    }
    g_array_append_val(comparison->diff->ops, op);
}

static void
rename_top(RtComparison *comparison, const RtObject *to)
{
    RtKind kind = rt_object_kind(to);
    const RtCatalog *current = rt_comparison_current(comparison);
    const RtObject *old = rt_catalog_find(current, kind, to->renamed_from);
    if (rt_name_equal(to->name, to->renamed_from))
        return;
    if (rt_catalog_find(current, kind, to->name))
        note_hint(comparison, NULL, to, !old, "the new name is there already");
    else if (!old)
        note_hint(comparison, NULL, to, true, "the old name is not there");
    else if (old->form != to->form || old->form->is_left_alone)
        note_hint(comparison, NULL, to, false, "that is something else");
    else if (rt_catalog_find(comparison->to, kind, to->renamed_from))
        note_hint(comparison, NULL, to, false, "the old name is declared too");
    else if (rt_comparison_includes(comparison, NULL, old, true, true) &&
             rt_comparison_includes(comparison, NULL, to, false, true))
        rename_object(comparison, NULL, old, to);
}

static void
rename_child(RtComparison *comparison, const RtObject *table, const RtObject *child)
{
    RtKind kind = rt_object_kind(child);
    const RtObject *current =
        rt_catalog_find(rt_comparison_current(comparison), rt_object_kind(table), table->name);
    if (!current || current->form != table->form || rt_name_equal(child->name, child->renamed_from))
        return;
    int old = rt_object_find_child(current, kind, child->renamed_from, 0);
    if (rt_object_find_child(current, kind, child->name, 0) >= 0)
        note_hint(comparison, table->name, child, old < 0, "the new name is there already");
    else if (old < 0)
        note_hint(comparison, table->name, child, true, "the old name is not there");
    else if (rt_object_find_child(table, kind, child->renamed_from, 0) >= 0)
        note_hint(comparison, table->name, child, false, "the old name is declared too");
    else if (rt_comparison_includes(comparison, table->name, current->children[old], true, true) &&
             rt_comparison_includes(comparison, table->name, child, false, true))
        rename_object(comparison, table->name, current->children[old], child);
}

void
rt_compare_renames(RtComparison *comparison)
{
    const RtCatalog *to = comparison->to;
    for (unsigned i = 0; i < rt_catalog_size(to); i++) {
        const RtObject *object = rt_catalog_at(to, i);
        if (object && object->renamed_from)
            rename_top(comparison, object);
    }
    for (unsigned i = 0; i < rt_catalog_size(to); i++) {
        const RtObject *object = rt_catalog_at(to, i);
        for (unsigned j = 0; object && j < object->n_children; j++) {
            const RtObject *child = object->children[j];
            if (child->renamed_from && child->name)
                rename_child(comparison, object, child);
        }
    }
}
