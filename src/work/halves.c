/* The halves of a generated script: the operations of a comparison as text, there and back. */
#include "dialect/effect.h"
#include "dialect/parse.h"
#include "op/apply.h"
#include "op/invert.h"
#include "work/compare.h"

#include <string.h>

/* What is being printed: operations, their texts, and the risks of each. */
typedef struct Half {
    const RtComparison *comparison;
    RtCatalog *before;
    RtOp *ops;
    unsigned n;
    const RtEffect *effects;
    const RtLoss *losses; /* NULL: none */
} Half;

static void
append_risk(GString *out, const char *rule, const char *object, const char *reason)
{
    rt_text_append_line(out, "-- risk: %s %s%s%s", rule, object, reason ? ": " : "",
                        reason ? reason : "");
}

static void
append_risks(GString *out, const Half *half, unsigned i)
{
    const RtEffect *effect = &half->effects[i];
    bool is_lossy = half->losses && half->losses[i] == RT_LOSS_DATA;
    if (!effect->risks && !is_lossy)
        return;
    g_autofree char *object = rt_comparison_describe(half->comparison, &half->ops[i]);
    for (unsigned bit = 0; bit < RT_N_RISKS; bit++) {
        if (effect->risks & 1u << bit)
            append_risk(out, rt_risk_name(1u << bit), object, rt_effect_reason(effect, 1u << bit));
    }
    if (is_lossy && !(effect->risks & RT_RISK_DATA_LOSS))
        append_risk(out, rt_risk_name(RT_RISK_DATA_LOSS), object,
                    "the structure comes back, the data does not");
}

static void
append_rendered(GString *out, const Half *half, const RtRendered *rendered, bool is_first)
{
    if (is_first) {
        for (unsigned i = 0; i < rendered->n; i++)
            append_risks(out, half, rendered->first + i);
    }
    if (rendered->kind == RT_RENDERED_STATEMENT)
        g_string_append_printf(out, "%s;\n", rendered->sql);
    else if (rendered->kind == RT_RENDERED_COMMENT)
        rt_text_append_line(out, "-- %s", rendered->sql);
    else
        rt_text_append_line(out, "-- retort: %s", rendered->sql);
}

static char *
print_half(const Half *half, const GArray *rendered)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < rendered->len; i++) {
        const RtRendered *one = &g_array_index(rendered, RtRendered, i);
        bool is_first = i == 0 || g_array_index(rendered, RtRendered, i - 1).first != one->first;
        if (is_first && i > 0)
            g_string_append_c(out, '\n');
        append_rendered(out, half, one, is_first);
    }
    return g_string_free(out, FALSE);
}

/* What the half does not do is said in it, where its reader looks. */
static char *
append_refusals(const RtComparison *comparison, char *body)
{
    const GArray *refusals = comparison->diff->refusals;
    GString *out = g_string_new(body);
    g_free(body);
    if (out->len && refusals->len)
        g_string_append_c(out, '\n');
    for (unsigned i = 0; i < refusals->len; i++) {
        const RtRefusal *refusal = &g_array_index(refusals, RtRefusal, i);
        g_autofree char *object = rt_comparison_describe(comparison, &refusal->op);
        rt_text_append_line(out, "-- refused: %s: %s", object, refusal->reason);
        for (size_t way = 0; way < G_N_ELEMENTS(refusal->ways) && refusal->ways[way]; way++)
            rt_text_append_line(out, "--   way out: %s", refusal->ways[way]);
    }
    return g_string_free(out, FALSE);
}

char *
rt_comparison_upgrade(const RtComparison *comparison)
{
    Half half = { .comparison = comparison,
                  .before = comparison->from,
                  .ops = (RtOp *) comparison->diff->ops->data,
                  .n = comparison->diff->ops->len,
                  .effects = comparison->effects };
    return append_refusals(comparison, print_half(&half, comparison->rendered));
}

/*
 * Tries the way back by the server's own rules, and finds its effects. Returns false with the
 * reason when one operation is refused.
 */
static bool
try_half(Half *half, RtEffect *effects, char **out_reason)
{
    const RtDialect *dialect = half->comparison->dialect;
    const RtServer *server = &half->comparison->server;
    g_autoptr(GError) error = NULL;
    size_t mark = rt_catalog_mark(half->before);
    for (unsigned i = 0; i < half->n && !error; i++) {
        RtChange change = { 0 };
        if (dialect->effect)
            effects[i] = dialect->effect(dialect, server, half->before, &half->ops[i]);
        if (dialect->change)
            change = dialect->change(dialect, server, half->before, &half->ops[i]);
        if (change.how == RT_HOW_REFUSED)
            rt_error_set(&error, RT_ERROR_REJECTED, "%s", change.reason);
        else if (!dialect->check ||
                 dialect->check(dialect, server, half->before, &half->ops[i], &error))
            (void) !rt_apply(half->before, &half->ops[i], &error);
    }
    rt_catalog_undo(half->before, mark);
    if (error)
        *out_reason = g_strdup(error->message);
    return !error;
}

static unsigned
hash_subject(const void *key)
{
    const RtOp *op = key;
    return g_direct_hash(op->name) * 31 + g_direct_hash(op->after) + op->row;
}

static gboolean
has_same_subject(const void *left, const void *right)
{
    const RtOp *a = left, *b = right;
    return a->verb == b->verb && a->kind == b->kind && a->name == b->name && a->owner == b->owner &&
           a->after == b->after && a->row == b->row && a->property == b->property;
}

/* Losses follow their operations through the new order by what they are about. */
static const RtLoss *
match_losses(RtArena *arena, const GArray *ops, const GArray *ordered, const GArray *losses)
{
    RtLoss *matched = rt_arena_new_array(arena, RtLoss, ordered->len + 1);
    g_autoptr(GHashTable) known = g_hash_table_new(hash_subject, has_same_subject);
    for (unsigned i = 0; i < ops->len; i++)
        g_hash_table_insert(known, &g_array_index(ops, RtOp, i), &g_array_index(losses, RtLoss, i));
    for (unsigned i = 0; i < ordered->len; i++) {
        const RtLoss *loss = g_hash_table_lookup(known, &g_array_index(ordered, RtOp, i));
        matched[i] = loss ? *loss : RT_LOSS_NONE;
    }
    return matched;
}

/* The half of what cannot be undone. */
static char *
print_irreversible(const char *reason)
{
    GString *out = g_string_new(NULL);
    rt_text_append_line(out, "-- retort: irreversible %s", reason);
    return g_string_free(out, FALSE);
}

static char *
print_downgrade(const RtComparison *comparison, RtCatalog *after, GArray *ops, GArray *losses,
                GError **error)
{
    RtArena *arena = rt_model_arena(comparison->model);
    g_autoptr(GArray) ordered = g_array_copy(ops);
    rt_order(comparison->dialect, &comparison->server, after, ordered);
    RtEffect *effects = rt_arena_new_array(arena, RtEffect, ordered->len + 1);
    Half half = { .comparison = comparison,
                  .before = after,
                  .ops = (RtOp *) ordered->data,
                  .n = ordered->len,
                  .effects = effects,
                  .losses = match_losses(arena, ops, ordered, losses) };
    g_autofree char *reason = NULL;
    if (!try_half(&half, effects, &reason))
        return print_irreversible(reason);
    g_autoptr(GArray) rendered = g_array_new(FALSE, FALSE, sizeof(RtRendered));
    g_autoptr(GError) failure = NULL;
    if (!rt_render(comparison->dialect, &comparison->server, after, half.ops, half.n, rendered,
                   &failure)) {
        if (rt_error_is(failure, RT_ERROR_UNSUPPORTED))
            return print_irreversible(failure->message);
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    rt_render_activations(comparison->dialect, after, half.ops, effects, half.n, rendered);
    return print_half(&half, rendered);
}

/* What a server prints of an object says more than whoever made it had to. */
static void
make_created_plain(const RtComparison *comparison, GArray *ops)
{
    if (comparison->dialect->capabilities & RT_KEEPS_TEXT)
        return;
    for (unsigned i = 0; i < ops->len; i++) {
        RtOp *op = &g_array_index(ops, RtOp, i);
        if (op->verb == RT_VERB_CREATE && op->after)
            op->after = rt_object_make_plain(rt_model_arena(comparison->model),
                                             rt_catalog_context(comparison->from), op->after);
    }
}

char *
rt_comparison_downgrade(const RtComparison *comparison, GError **error)
{
    GArray *ops = comparison->diff->ops;
    g_autoptr(GArray) inverse = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_autoptr(GArray) losses = g_array_new(FALSE, TRUE, sizeof(RtLoss));
    size_t mark = rt_catalog_mark(comparison->from);
    if (!rt_apply_all(comparison->from, (RtOp *) ops->data, ops->len, error))
        return NULL;
    rt_invert(comparison->model, (const RtOp *) ops->data, ops->len, inverse, losses);
    make_created_plain(comparison, inverse);
    char *body = print_downgrade(comparison, comparison->from, inverse, losses, error);
    rt_catalog_undo(comparison->from, mark);
    return body;
}

GPtrArray *
rt_comparison_risks(const RtComparison *comparison)
{
    GPtrArray *risks = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < comparison->diff->ops->len; i++) {
        const RtEffect *effect = &comparison->effects[i];
        const RtOp *op = &g_array_index(comparison->diff->ops, RtOp, i);
        g_autofree char *object = rt_comparison_describe(comparison, op);
        for (unsigned bit = 0; bit < RT_N_RISKS; bit++) {
            const char *reason = rt_effect_reason(effect, 1u << bit);
            if (effect->risks & 1u << bit)
                g_ptr_array_add(risks,
                                g_strdup_printf("%s: %s%s%s", rt_risk_name(1u << bit), object,
                                                reason ? ": " : "", reason ? reason : ""));
        }
    }
    return risks;
}
