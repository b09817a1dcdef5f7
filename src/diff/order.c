/*
 * From a list of operations to one that a server can run: circles cut, in order, each asked how it
 * is made, what is refused taken out, users dropped in time, grouped.
 */
#include "diff/order.h"

#include <string.h>

#include "dialect/effect.h"
#include "diff/parts.h"
#include "diff/reads.h"
#include "op/apply.h"

void
rt_ordering_append(RtOrdering *ordering, const RtOp *op, RtPin pin)
{
    RtStep step = { .op = *op, .pin = pin };
    g_array_append_val(ordering->steps, step);
}

/* One step for each operation; what a CREATE TABLE cannot hold becomes a step of its own. */
static void
enter_ops(RtOrdering *ordering, const GArray *ops)
{
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(RtOp));
    for (unsigned i = 0; i < ops->len; i++) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        if (op->verb != RT_VERB_CREATE || !rt_op_is_top(op) || !op->after) {
            rt_ordering_append(ordering, op, RT_PIN_NONE);
            continue;
        }
        g_array_set_size(parts, 0);
        rt_ops_create(ordering->dialect, ordering->arena, op->after, parts);
        RtOp *first = &g_array_index(parts, RtOp, 0);
        const RtObject *own = first->after;
        *first = *op;
        first->after = own;
        for (unsigned j = 0; j < parts->len; j++)
            rt_ordering_append(ordering, &g_array_index(parts, RtOp, j), RT_PIN_NONE);
    }
}

/* ---- asking the server's rules ----------------------------------------------------------------
 */

typedef struct Missing {
    RtNamed named; /* must be first */
} Missing;

typedef struct Trial {
    RtOrdering *ordering;
    RtNameIndex missing; /* objects whose creation is refused */
    const RtName *found;
} Trial;

static void
find_missing(void *data, RtNamed *named, bool is_reference)
{
    (void) is_reference;
    ((Trial *) data)->found = named->name;
}

static void
refuse(Trial *trial, const RtStep *step, const RtRefusal *refusal)
{
    g_array_append_val(trial->ordering->refusals, *refusal);
    if (step->op.verb != RT_VERB_CREATE || !rt_op_is_top(&step->op))
        return;
    Missing *missing = rt_arena_new_object(trial->ordering->arena, Missing);
    missing->named.name = step->op.name;
    rt_name_index_add(&trial->missing, &missing->named);
}

static bool
reads_missing(Trial *trial, const RtOp *op)
{
    trial->found = NULL;
    if (op->after && g_hash_table_size(trial->missing.by_text) > 0)
        rt_reads_each(trial->ordering->context, &trial->missing, op->after, find_missing, trial);
    return trial->found != NULL;
}

/* Refuses what the server's rules refuse, and what cannot be without it. */
static bool
is_refused(Trial *trial, RtStep *step)
{
    RtOrdering *ordering = trial->ordering;
    RtRefusal refusal = { .op = step->op };
    if (reads_missing(trial, &step->op)) {
        refusal.reason = rt_arena_printf(ordering->arena, "it needs %s, whose creation is refused",
                                         trial->found->text);
    } else if (step->change.how == RT_HOW_REFUSED) {
        refusal.reason = step->change.reason;
        refusal.can_recreate = step->change.can_recreate;
        memcpy(refusal.ways, step->change.ways, sizeof refusal.ways);
    } else {
        g_autoptr(GError) error = NULL;
        if (rt_apply(ordering->after, &step->op, &error))
            return false;
        refusal.reason = rt_arena_strdup(ordering->arena, error->message);
    }
    refuse(trial, step, &refusal);
    return true;
}

/* Runs the steps on a copy of the catalog, and learns how each is made. */
static void
try_steps(RtOrdering *ordering)
{
    Trial trial = { .ordering = ordering };
    rt_name_index_init(&trial.missing);
    rt_catalog_free(ordering->after);
    ordering->after = rt_catalog_copy(ordering->dialect, ordering->before);
    unsigned n = 0;
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        RtStep step = g_array_index(ordering->steps, RtStep, i);
        step.change = rt_change(ordering->dialect, ordering->server, ordering->after, &step.op);
        if (ordering->refusals) {
            if (is_refused(&trial, &step))
                continue;
        } else {
            g_autoptr(GError) ignored = NULL;
            (void) !rt_apply(ordering->after, &step.op, &ignored);
        }
        g_array_index(ordering->steps, RtStep, n++) = step;
    }
    g_array_set_size(ordering->steps, n);
    rt_catalog_forget(ordering->after);
    rt_name_index_clear(&trial.missing);
}

/* ---- what must be two steps -------------------------------------------------------------------
 */

/* Keys of tables that lose columns by ALTER → GPtrArray of the columns' names. */
static GHashTable *
collect_lost_columns(const RtOrdering *ordering)
{
    GHashTable *lost = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        const RtStep *step = &g_array_index(ordering->steps, RtStep, i);
        if (step->op.verb != RT_VERB_DROP || step->op.kind != RT_KIND_COLUMN)
            continue;
        void *key = (void *) step->op.owner->key;
        GPtrArray *columns = g_hash_table_lookup(lost, key);
        if (!columns) {
            columns = g_ptr_array_new();
            g_hash_table_insert(lost, key, columns);
        }
        g_ptr_array_add(columns, (void *) step->op.name);
    }
    return lost;
}

static bool
mentions_any(const RtOrdering *ordering, const RtOp *op, const GPtrArray *columns)
{
    const RtObject *object = op->before;
    for (unsigned i = 0; i < object->n_values; i++) {
        const RtValue *value = &object->values[i];
        for (unsigned j = 0; j < columns->len; j++) {
            if (rt_value_mentions(ordering->context, &object->form->attributes[value->row],
                                  op->owner, g_ptr_array_index(columns, j), value))
                return true;
        }
    }
    return false;
}

/* A child that stands on a column which goes must go before it and come back after it. */
static bool
must_split_child(const RtOrdering *ordering, GHashTable *lost, const RtStep *step)
{
    const RtOp *op = &step->op;
    if (op->verb != RT_VERB_RECREATE || !op->owner || !op->before)
        return false;
    const GPtrArray *columns = g_hash_table_lookup(lost, op->owner->key);
    return columns && mentions_any(ordering, op, columns);
}

/* A view that is made anew takes with it what hangs on it. NULL: nothing hangs on it, or it stays.
 */
static const RtObject *
find_split_view(const RtOrdering *ordering, const RtStep *step)
{
    const RtOp *op = &step->op;
    if (op->verb != RT_VERB_ALTER || op->owner || step->change.how != RT_HOW_REPLACE)
        return NULL;
    RtKind kind = op->kind == RT_KIND_ATTRIBUTE ? op->form->kind : op->kind;
    const RtObject *final = rt_catalog_find(ordering->after, kind, op->name);
    bool is_alone =
        !final || rt_object_own_part(ordering->dialect, ordering->arena, final) == final;
    return is_alone ? NULL : final;
}

/* All of the view goes, and comes as it is in the end. */
static void
split_view(const RtOrdering *ordering, const RtObject *final, GArray *out)
{
    RtStep drop = { .op = { .verb = RT_VERB_DROP,
                            .kind = rt_object_kind(final),
                            .name = final->name,
                            .before = final } };
    g_array_append_val(out, drop);
    g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(RtOp));
    rt_ops_create(ordering->dialect, ordering->arena, final, ops);
    for (unsigned i = 0; i < ops->len; i++) {
        RtStep step = { .op = g_array_index(ops, RtOp, i) };
        g_array_append_val(out, step);
    }
}

static void
split_child(const RtStep *step, GArray *out)
{
    RtStep drop = *step, create = *step;
    drop.op.verb = RT_VERB_DROP;
    drop.op.after = NULL;
    create.op.verb = RT_VERB_CREATE;
    create.op.before = NULL;
    g_array_append_val(out, drop);
    g_array_append_val(out, create);
}

static void
split_children(RtOrdering *ordering)
{
    g_autoptr(GHashTable) lost = collect_lost_columns(ordering);
    if (g_hash_table_size(lost) == 0)
        return;
    GArray *out = g_array_sized_new(FALSE, TRUE, sizeof(RtStep), ordering->steps->len);
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        const RtStep *step = &g_array_index(ordering->steps, RtStep, i);
        if (must_split_child(ordering, lost, step))
            split_child(step, out);
        else
            g_array_append_val(out, *step);
    }
    g_array_unref(ordering->steps);
    ordering->steps = out;
}

static void
split_views(RtOrdering *ordering)
{
    g_autoptr(GHashTable) views = g_hash_table_new(NULL, NULL);
    GArray *out = g_array_sized_new(FALSE, TRUE, sizeof(RtStep), ordering->steps->len);
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        const RtStep *step = &g_array_index(ordering->steps, RtStep, i);
        const RtObject *view = find_split_view(ordering, step);
        if (view && g_hash_table_add(views, (void *) view->name->key))
            split_view(ordering, view, out);
    }
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        const RtStep *step = &g_array_index(ordering->steps, RtStep, i);
        if (step->op.verb == RT_VERB_RENAME ||
            !g_hash_table_contains(views, rt_op_top_name(&step->op)->key))
            g_array_append_val(out, *step);
    }
    g_array_unref(ordering->steps);
    ordering->steps = out;
}

/* ---- the whole --------------------------------------------------------------------------------
 */

/* What each operation finds when it runs, for those who undo it. */
static void
fill_before(RtOrdering *ordering)
{
    g_autoptr(RtCatalog) catalog = rt_catalog_copy(ordering->dialect, ordering->before);
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        RtStep *step = &g_array_index(ordering->steps, RtStep, i);
        g_autoptr(GError) ignored = NULL;
        (void) !rt_apply(catalog, &step->op, &ignored);
    }
}

static void
write_ops(const RtOrdering *ordering, GArray *ops)
{
    g_array_set_size(ops, 0);
    for (unsigned i = 0; i < ordering->steps->len; i++)
        g_array_append_val(ops, g_array_index(ordering->steps, RtStep, i).op);
}

void
rt_order_refusing(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                  GArray *ops, GArray *refusals)
{
    if (ops->len == 0)
        return;
    RtOrdering ordering = { .dialect = dialect,
                            .server = server,
                            .before = before,
                            .context = rt_catalog_context(before),
                            .arena = rt_model_arena(rt_catalog_model(before)),
                            .steps = g_array_new(FALSE, TRUE, sizeof(RtStep)),
                            .refusals = refusals };
    enter_ops(&ordering, ops);
    rt_order_cut_cycles(&ordering);
    split_children(&ordering);
    rt_order_sort(&ordering, false);
    try_steps(&ordering);
    split_views(&ordering);
    if (rt_order_users(&ordering)) {
        rt_order_sort(&ordering, false);
        try_steps(&ordering);
    }
    rt_order_sort(&ordering, true);
    fill_before(&ordering);
    rt_order_group(&ordering);
    write_ops(&ordering, ops);
    rt_catalog_free(ordering.after);
    g_array_unref(ordering.steps);
}

void
rt_order(const RtDialect *dialect, const RtServer *server, const RtCatalog *before, GArray *ops)
{
    rt_order_refusing(dialect, server, before, ops, NULL);
}
