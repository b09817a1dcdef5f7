/* Inverts operations: what was made is dropped, what was dropped is made, the last first. */
#include "op/invert.h"

typedef struct Inverse {
    RtOp op;
    RtLoss loss;
} Inverse;

/* Whether rows or values go with an object of this kind. */
static bool
holds_data(RtKind kind)
{
    return kind == RT_KIND_TABLE || kind == RT_KIND_COLUMN || kind == RT_KIND_PARTITION ||
           kind == RT_KIND_DATABASE;
}

static bool
invert_create(const RtOp *op, Inverse *out)
{
    if (op->before) /* it was there already */
        return false;
    out->op.verb = RT_VERB_DROP;
    out->op.before = op->after;
    return true;
}

static bool
invert_drop(const RtOp *op, Inverse *out)
{
    if (!op->before) /* there was nothing to drop */
        return false;
    out->op.verb = RT_VERB_CREATE;
    out->op.after = op->before;
    out->op.position = op->position_before;
    out->op.is_first = op->was_first;
    out->loss = holds_data(op->kind) ? RT_LOSS_DATA : RT_LOSS_NONE;
    return true;
}

static bool
invert_rename(const RtOp *op, Inverse *out)
{
    out->op.name = op->new_name;
    out->op.new_name = op->name;
    if (op->flags & RT_OP_ASIDE)
        out->op.flags |= RT_OP_TAKEN;
    out->op.before = op->after;
    out->op.after = op->before;
    return op->before != NULL;
}

static bool
invert_alter(const RtOp *op, Inverse *out)
{
    bool has_moved = op->position || op->is_first;
    out->op.before = op->after;
    out->op.after = op->before;
    out->op.position = has_moved ? op->position_before : NULL;
    out->op.is_first = has_moved && op->was_first;
    return op->before != NULL;
}

static bool
invert_recreate(const RtOp *op, Inverse *out)
{
    if (!op->before)
        return invert_create(op, out);
    out->loss = holds_data(op->kind) ? RT_LOSS_DATA : RT_LOSS_NONE;
    out->op.beside = op->beside;
    if (op->beside && op->beside->kept)
        out->op.flags |= ~op->flags & RT_OP_BACK;
    return invert_alter(op, out);
}

static bool
invert_attribute(const RtOp *op, Inverse *out)
{
    out->op.value_before = op->value_after;
    out->op.value_after = op->value_before;
    out->op.position = op->position_before;
    out->op.is_first = op->was_first;
    if (op->new_name) { /* a part that was renamed */
        out->op.property = op->new_name->text;
        out->op.new_name = op->position_before;
        out->op.position = NULL;
    }
    out->op.before = op->after;
    out->op.after = op->before;
    return op->value_before || op->value_after;
}

static bool
invert_opaque(const RtOp *op, Inverse *out)
{
    out->op = *op;
    out->loss = RT_LOSS_OPAQUE;
    return !(op->flags & RT_OP_SESSION);
}

/* False where there is nothing to undo. */
static bool
invert(const RtOp *op, Inverse *out)
{
    *out = (Inverse){ .op = { .verb = op->verb,
                              .kind = op->kind,
                              .flags = op->flags & RT_OP_LEFT_ALONE,
                              .owner = op->owner,
                              .name = op->name,
                              .form = op->form,
                              .row = op->row,
                              .property = op->property } };
    if (op->flags & RT_OP_TEMPORARY)
        return false;
    if (op->verb == RT_VERB_OPAQUE)
        return invert_opaque(op, out);
    if (op->kind == RT_KIND_ATTRIBUTE)
        return invert_attribute(op, out);
    switch (op->verb) {
    case RT_VERB_CREATE:
        return invert_create(op, out);
    case RT_VERB_DROP:
        return invert_drop(op, out);
    case RT_VERB_RENAME:
        return invert_rename(op, out);
    case RT_VERB_ALTER:
        return invert_alter(op, out);
    case RT_VERB_RECREATE:
        return invert_recreate(op, out);
    case RT_VERB_OPAQUE:
        break;
    }
    return false;
}

/* Keys of the names whose old objects are kept → the place of the operation, from 1. */
static GHashTable *
find_kept(const RtOp *ops, size_t n)
{
    GHashTable *kept = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        if (ops[i].beside && ops[i].beside->kept)
            g_hash_table_insert(kept, (void *) ops[i].name->key, GSIZE_TO_POINTER(i + 1));
    }
    return kept;
}

/* What was done to an object after it was made anew goes with it when the old one comes back. */
static bool
goes_with_object(GHashTable *kept, const RtOp *ops, size_t i)
{
    const RtOp *op = &ops[i];
    bool is_in_object = op->owner || op->kind == RT_KIND_ATTRIBUTE;
    const RtName *name = op->owner ? op->owner : op->name;
    size_t place = is_in_object ? GPOINTER_TO_SIZE(g_hash_table_lookup(kept, name->key)) : 0;
    return place && place - 1 < i;
}

void
rt_invert(RtModel *model, const RtOp *ops, size_t n, GArray *out, GArray *out_losses)
{
    (void) model;
    g_autoptr(GHashTable) kept = find_kept(ops, n);
    for (size_t i = n; i-- > 0;) {
        Inverse inverse;
        if (goes_with_object(kept, ops, i) || !invert(&ops[i], &inverse))
            continue;
        g_array_append_val(out, inverse.op);
        if (out_losses)
            g_array_append_val(out_losses, inverse.loss);
    }
}
