/* Puts one operation that makes an object anew in the place of all that are asked of it. */
#include "diff/comparison.h"
#include "diff/order.h"
#include "diff/parts.h"

#include "dialect/depend.h"
#include "dialect/recreate.h"

/* Keys of what must be made anew → why. */
static GHashTable *
collect_reasons(const RtDiff *diff, unsigned first)
{
    GHashTable *reasons = g_hash_table_new(NULL, NULL);
    for (unsigned i = first; i < diff->refusals->len; i++) {
        const RtRefusal *refusal = &g_array_index(diff->refusals, RtRefusal, i);
        const RtName *name = rt_op_top_name(&refusal->op);
        if (refusal->can_recreate && !g_hash_table_contains(reasons, name->key))
            g_hash_table_insert(reasons, (void *) name->key, (void *) refusal->reason);
    }
    return reasons;
}

static RtKind
top_kind(const RtOp *op)
{
    return op->owner ? RT_KIND_TABLE : op->kind == RT_KIND_ATTRIBUTE ? op->form->kind : op->kind;
}

static RtOp
make_recreate(const RtComparison *comparison, const RtOp *asked, const char *reason)
{
    const RtCatalog *current = rt_comparison_current(comparison);
    const RtName *name = rt_op_top_name(asked);
    const RtObject *from = rt_catalog_find(current, top_kind(asked), name);
    const RtObject *to = rt_catalog_find(comparison->to, top_kind(asked), name);
    const RtObject *whole =
        rt_recreate_compose(comparison->dialect, comparison->server, current, from, to);
    RtBeside *beside = rt_arena_new_object(comparison->arena, RtBeside);
    *beside = (RtBeside){ .reason = reason };
    if (rt_object_kind(from) == RT_KIND_TABLE)
        beside->kept = rt_recreate_name(current, comparison->to, from, "old");
    return (RtOp){ .verb = RT_VERB_RECREATE,
                   .kind = rt_object_kind(from),
                   .name = from->name,
                   .before = from,
                   .after = rt_object_merge(comparison->dialect, comparison->arena, whole, from),
                   .beside = beside };
}

/* Whether the new object has it all: what is renamed is renamed before, and what hangs on the
   object by a statement of its own is not made by the object's. */
static bool
is_part(const RtComparison *comparison, const RtOp *op)
{
    const RtObject *child = op->before ? op->before : op->after;
    return op->verb != RT_VERB_RENAME &&
           (!op->owner || !child || !rt_child_is_separate(comparison->dialect, child));
}

/* An entry of data, such as a partition, that is asked for and that the new object is not made
   with: it has those that hold the rows of the old one. */
static bool
is_entry_to_come(const RtOp *recreate, const RtOp *op)
{
    if (op->kind != RT_KIND_ATTRIBUTE || op->owner || !op->property ||
        !op->form->attributes[op->row].is_data)
        return false;
    const RtValue *made = rt_object_value(recreate->after, op->row);
    for (uint32_t i = 0; made && i < made->length; i++) {
        if (made->properties[i].key == op->property)
            return false;
    }
    return true;
}

/* ---- what stays with the old one --------------------------------------------------------------
 */

/* Takes out what is asked of the reader beside that it is dropped; returns whether it is. */
static bool
forget_reader(GArray *ops, const RtObject *reader)
{
    bool is_dropped = false;
    for (unsigned i = ops->len; i-- > 0;) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        if (op->owner || !rt_name_equal(op->name, reader->name))
            continue;
        if (op->verb == RT_VERB_DROP)
            is_dropped = true;
        else
            g_array_remove_index(ops, i);
    }
    return is_dropped;
}

/* It goes before the object that it is part of is made anew, and comes as it is in the end. */
static void
move_reader(const RtComparison *comparison, const RtObject *reader)
{
    GArray *ops = comparison->diff->ops;
    RtKind kind = rt_object_kind(reader);
    if (forget_reader(ops, reader))
        return;
    const RtObject *to = rt_catalog_find(comparison->to, kind, reader->name);
    RtOp drop = { .verb = RT_VERB_DROP, .kind = kind, .name = reader->name, .before = reader };
    RtOp create = { .verb = RT_VERB_CREATE, .kind = kind, .name = reader->name };
    create.after = to ? rt_recreate_compose(comparison->dialect, comparison->server,
                                            rt_comparison_current(comparison), reader, to)
                      : reader;
    g_array_append_val(ops, drop);
    g_array_append_val(ops, create);
}

static void
move_readers(const RtComparison *comparison, const RtObject *object)
{
    const RtRecreation *recreation = comparison->dialect->recreation;
    g_autoptr(GPtrArray) readers = g_ptr_array_new();
    rt_depend_readers(comparison->dialect, rt_comparison_current(comparison), object, readers);
    for (unsigned i = 0; recreation->is_part && i < readers->len; i++) {
        if (recreation->is_part(readers->pdata[i]))
            move_reader(comparison, readers->pdata[i]);
    }
}

static void
move_all_readers(const RtComparison *comparison)
{
    g_autoptr(GPtrArray) objects = g_ptr_array_new();
    for (unsigned i = 0; i < comparison->diff->ops->len; i++) {
        const RtOp *op = &g_array_index(comparison->diff->ops, RtOp, i);
        if (op->beside)
            g_ptr_array_add(objects, (void *) op->before);
    }
    for (unsigned i = 0; i < objects->len; i++)
        move_readers(comparison, objects->pdata[i]);
}

/* ---- the whole --------------------------------------------------------------------------------
 */

/* The operations that are asked for, with one for each object that has a reason. */
static void
put_together(const RtComparison *comparison, const GArray *asked, GHashTable *reasons)
{
    GArray *ops = comparison->diff->ops;
    g_autoptr(GHashTable) made = g_hash_table_new(NULL, NULL);
    g_array_set_size(ops, 0);
    for (unsigned i = 0; i < asked->len; i++) {
        RtOp op = g_array_index(asked, RtOp, i);
        const RtName *name = rt_op_top_name(&op);
        const char *reason = g_hash_table_lookup(reasons, name->key);
        if (!reason || !is_part(comparison, &op)) {
            g_array_append_val(ops, op);
            continue;
        }
        unsigned place = GPOINTER_TO_UINT(g_hash_table_lookup(made, name->key));
        if (!place) {
            RtOp recreate = make_recreate(comparison, &op, reason);
            g_array_append_val(ops, recreate);
            place = ops->len;
            g_hash_table_insert(made, (void *) name->key, GUINT_TO_POINTER(place));
        }
        if (is_entry_to_come(&g_array_index(ops, RtOp, place - 1), &op))
            g_array_append_val(ops, op);
    }
    move_all_readers(comparison);
}

/* Takes the reasons of what cannot be made anew either, and keeps why; false where there are none:
   then what of it can be altered is. */
static bool
give_up(const RtComparison *comparison, GHashTable *reasons, unsigned first, GArray *hopeless)
{
    GArray *refusals = comparison->diff->refusals;
    unsigned n_before = hopeless->len;
    for (unsigned i = first; i < refusals->len; i++) {
        const RtRefusal *refusal = &g_array_index(refusals, RtRefusal, i);
        if (refusal->op.beside && g_hash_table_remove(reasons, refusal->op.name->key))
            g_array_append_val(hopeless, *refusal);
    }
    return hopeless->len > n_before;
}

void
rt_compare_recreate(RtComparison *comparison, const GArray *asked, unsigned first_refusal)
{
    RtDiff *diff = comparison->diff;
    g_autoptr(GHashTable) reasons = collect_reasons(diff, first_refusal);
    g_autoptr(GArray) hopeless = g_array_new(FALSE, FALSE, sizeof(RtRefusal));
    if (!comparison->dialect->recreation || g_hash_table_size(reasons) == 0)
        return;
    do {
        put_together(comparison, asked, reasons);
        g_array_set_size(diff->refusals, first_refusal);
        rt_order_refusing(comparison->dialect, comparison->server, comparison->from, diff->ops,
                          diff->refusals);
    } while (give_up(comparison, reasons, first_refusal, hopeless));
    g_array_append_vals(diff->refusals, hopeless->data, hopeless->len);
}
