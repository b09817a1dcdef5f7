/* Matches the objects of two catalogs by name and says what each pair, or each single, needs. */
#include "diff/comparison.h"
#include "diff/parts.h"

static void
emit_drop(RtComparison *comparison, const RtObject *object)
{
    RtOp op = {
        .verb = RT_VERB_DROP, .kind = rt_object_kind(object), .name = object->name, .before = object
    };
    g_array_append_val(comparison->diff->ops, op);
}

static void
note_left_alone(RtComparison *comparison, const RtObject *object)
{
    const char *name = rt_comparison_name(comparison, NULL, object->name);
    rt_comparison_note(comparison, "left_alone", name, false, "%s %s is left alone",
                       object->form->name, name);
}

static const RtObject *
find_not_understood(const RtObject *object)
{
    if (object->flags & RT_OBJECT_NOT_UNDERSTOOD)
        return object;
    for (unsigned i = 0; i < object->n_children; i++) {
        if (object->children[i]->flags & RT_OBJECT_NOT_UNDERSTOOD)
            return object->children[i];
    }
    return NULL;
}

/* Says what of the target's object is not understood, and turns its operations into refusals. */
static void
guard_not_understood(RtComparison *comparison, const RtObject *object, unsigned first)
{
    const RtObject *culprit = find_not_understood(object);
    if (!culprit)
        return;
    const char *name = rt_comparison_name(comparison, NULL, object->name);
    const char *clause = culprit->unknown ? culprit->unknown : "";
    rt_comparison_note(comparison, "not_understood", name, false,
                       "%s %s has a clause that is not understood, and is not altered: %s",
                       rt_kind_name(rt_object_kind(object)), name, clause);
    const char *reason = rt_arena_printf(
        comparison->arena, "%s has a clause that is not understood: %s", name, clause);
    GArray *ops = comparison->diff->ops;
    for (unsigned i = first; i < ops->len; i++)
        rt_comparison_refuse(comparison, &g_array_index(ops, RtOp, i), reason,
                             "make this change by hand in a script");
    g_array_set_size(ops, first);
}

static void
note_changing(RtComparison *comparison, const RtObject *object)
{
    if (!(object->flags & RT_OBJECT_CHANGING))
        return;
    const char *name = rt_comparison_name(comparison, NULL, object->name);
    rt_comparison_note(comparison, "changing", name, false,
                       "%s is changing: a job runs on it, and what was read may not last", name);
}

/* What may be there already is not made a second time. */
static bool
refuse_unreadable(RtComparison *comparison, const RtObject *to)
{
    const char *why = rt_catalog_unreadable(comparison->from, to->name);
    if (!why)
        return false;
    RtOp op = { .verb = RT_VERB_CREATE, .kind = rt_object_kind(to), .name = to->name, .after = to };
    const char *reason = rt_arena_printf(comparison->arena, "%s cannot be read: %s",
                                         rt_comparison_name(comparison, NULL, to->name), why);
    rt_comparison_refuse(comparison, &op, reason,
                         "let the account see it, try again, or exclude it");
    return true;
}

static void
compare_added(RtComparison *comparison, const RtObject *to)
{
    if (!rt_comparison_includes(comparison, NULL, to, false, false) ||
        refuse_unreadable(comparison, to))
        return;
    if (to->flags & RT_OBJECT_KEPT) /* a person has dropped it, as they shall */
        return;
    if (to->form->is_left_alone)
        note_left_alone(comparison, to);
    else
        rt_ops_create(comparison->dialect, comparison->arena, to, comparison->diff->ops);
}

/* Whether the object, or that of the scripts which it is, was put aside by a swap. */
static bool
is_kept(const RtComparison *comparison, const RtObject *from)
{
    const RtCatalog *made = comparison->options->made;
    const RtObject *other = made ? rt_catalog_find(made, rt_object_kind(from), from->name) : NULL;
    return (from->flags & RT_OBJECT_KEPT) || (other && (other->flags & RT_OBJECT_KEPT));
}

static void
note_kept(RtComparison *comparison, const RtObject *from)
{
    const char *name = rt_comparison_name(comparison, NULL, from->name);
    rt_comparison_note(comparison, "kept", name, false,
                       "%s %s keeps what a swap put aside; drop it by a script or by hand when "
                       "nobody needs it",
                       rt_kind_name(rt_object_kind(from)), name);
}

static void
compare_removed(RtComparison *comparison, const RtObject *from)
{
    if (!rt_comparison_includes(comparison, NULL, from, true, false))
        return;
    if (from->form->is_left_alone) {
        note_left_alone(comparison, from);
        return;
    }
    if (is_kept(comparison, from)) {
        note_kept(comparison, from);
        return;
    }
    if (rt_comparison_keeps_foreign(comparison, NULL, from))
        return;
    unsigned first = comparison->diff->ops->len;
    note_changing(comparison, from);
    emit_drop(comparison, from);
    guard_not_understood(comparison, from, first);
}

/* One name, two forms: a table that becomes a view. */
static void
compare_forms(RtComparison *comparison, const RtObject *from, const RtObject *to)
{
    if (!from->form->is_left_alone && !to->form->is_left_alone) {
        emit_drop(comparison, from);
        rt_ops_create(comparison->dialect, comparison->arena, to, comparison->diff->ops);
        return;
    }
    RtOp op = { .verb = RT_VERB_RECREATE,
                .kind = rt_object_kind(to),
                .name = to->name,
                .before = from,
                .after = to };
    const char *reason = rt_arena_printf(
        comparison->arena, "%s is a %s and declared as a %s, and a %s is left alone",
        rt_comparison_name(comparison, NULL, to->name), from->form->name, to->form->name,
        from->form->is_left_alone ? from->form->name : to->form->name);
    rt_comparison_refuse(comparison, &op, reason, "drop and create it by hand in a script");
}

static bool
definition_differs(const RtComparison *comparison, const RtObject *from, const RtObject *to)
{
    int row =
        rt_object_kind(from) == RT_KIND_TABLE ? -1 : rt_form_row(from->form, RT_ROLE_DEFINITION);
    return row >= 0 && (rt_compare_value(comparison, from, to, (unsigned) row) ||
                        rt_compare_body_children(comparison, from, to));
}

static void
compare_contents(RtComparison *comparison, const RtObject *from, const RtObject *to)
{
    if (definition_differs(comparison, from, to)) {
        RtOp op = { .verb = RT_VERB_ALTER,
                    .kind = rt_object_kind(to),
                    .name = from->name,
                    .before = from,
                    .after = rt_object_merge(comparison->dialect, comparison->arena, to, from) };
        g_array_append_val(comparison->diff->ops, op);
    } else {
        rt_compare_attributes(comparison, from, to);
    }
    rt_compare_children(comparison, from, to);
}

static void
compare_pair(RtComparison *comparison, const RtObject *from, const RtObject *to)
{
    if (!rt_comparison_includes(comparison, NULL, from, true, true) ||
        !rt_comparison_includes(comparison, NULL, to, false, true))
        return;
    unsigned first = comparison->diff->ops->len;
    note_changing(comparison, from);
    if (from->form != to->form)
        compare_forms(comparison, from, to);
    else if (from->form->is_left_alone)
        note_left_alone(comparison, from);
    else
        compare_contents(comparison, from, to);
    guard_not_understood(comparison, from, first);
}

void
rt_compare_catalogs(RtComparison *comparison)
{
    const RtCatalog *current = rt_comparison_current(comparison);
    for (unsigned i = 0; i < rt_catalog_size(comparison->to); i++) {
        const RtObject *to = rt_catalog_at(comparison->to, i);
        if (!to)
            continue;
        const RtObject *from = rt_catalog_find(current, rt_object_kind(to), to->name);
        if (from)
            compare_pair(comparison, from, to);
        else
            compare_added(comparison, to);
    }
    for (unsigned i = 0; i < rt_catalog_size(current); i++) {
        const RtObject *from = rt_catalog_at(current, i);
        if (from && !rt_catalog_find(comparison->to, rt_object_kind(from), from->name))
            compare_removed(comparison, from);
    }
}
