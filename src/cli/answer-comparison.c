/* Operations, refusals and notes as text and JSON. */
#include "cli/answer-comparison.h"

#include "export/json.h"

/* The statements of operation i stand on the first of its group. */
static json_t *
describe_sql(const RtComparison *comparison, unsigned i)
{
    json_t *sql = json_array();
    for (unsigned j = 0; j < comparison->rendered->len; j++) {
        const RtRendered *rendered = &g_array_index(comparison->rendered, RtRendered, j);
        if (rendered->first == i && rendered->kind == RT_RENDERED_STATEMENT)
            json_array_append_new(sql, rt_json_text(rendered->sql));
    }
    return sql;
}

static json_t *
describe_risks(unsigned risks)
{
    json_t *array = json_array();
    for (unsigned bit = 0; bit < RT_N_RISKS; bit++) {
        if (risks & 1u << bit)
            json_array_append_new(array, json_string(rt_risk_name(1u << bit)));
    }
    return array;
}

static json_t *
describe_operation(const RtComparison *comparison, unsigned i)
{
    const RtOp *op = &g_array_index(comparison->diff->ops, RtOp, i);
    const RtEffect *effect = &comparison->effects[i];
    g_autofree char *name = rt_op_object_name(op, comparison->from);
    json_t *object =
        json_pack("{s:s, s:s, s:o, s:i, s:o, s:o, s:s}", "kind", rt_verb_name(op->verb), "object",
                  rt_kind_name(op->kind), "name", rt_json_text(name), "group", (int) op->group,
                  "sql", describe_sql(comparison, i), "risks", describe_risks(effect->risks),
                  "runs", rt_runs_name(effect->runs));
    if (op->verb == RT_VERB_RENAME && op->name)
        json_object_set_new(object, "from", rt_json_text(op->name->text));
    return object;
}

static json_t *
describe_refusal(const RtComparison *comparison, const RtRefusal *refusal)
{
    json_t *ways = json_array();
    g_autofree char *name = rt_op_object_name(&refusal->op, comparison->from);
    for (size_t i = 0; i < G_N_ELEMENTS(refusal->ways) && refusal->ways[i]; i++)
        json_array_append_new(ways, json_string(refusal->ways[i]));
    return json_pack("{s:s, s:o, s:o, s:o}", "object", rt_kind_name(refusal->op.kind), "name",
                     rt_json_text(name), "reason", rt_json_text(refusal->reason), "ways", ways);
}

json_t *
rt_answer_comparison(const RtComparison *comparison)
{
    const RtDiff *diff = comparison->diff;
    json_t *operations = json_array(), *refused = json_array(), *notes = json_array();
    for (unsigned i = 0; i < diff->ops->len; i++)
        json_array_append_new(operations, describe_operation(comparison, i));
    for (unsigned i = 0; i < diff->refusals->len; i++)
        json_array_append_new(
            refused, describe_refusal(comparison, &g_array_index(diff->refusals, RtRefusal, i)));
    for (unsigned i = 0; i < diff->notes->len; i++) {
        const RtNote *note = &g_array_index(diff->notes, RtNote, i);
        json_array_append_new(notes, json_pack("{s:s, s:o, s:o}", "code", note->code, "object",
                                               rt_json_text(note->object), "message",
                                               rt_json_text(note->message)));
    }
    for (unsigned i = 0; i < comparison->notes->len; i++)
        json_array_append_new(notes,
                              json_pack("{s:s, s:n, s:o}", "code", "source", "object", "message",
                                        rt_json_text(g_ptr_array_index(comparison->notes, i))));
    return json_pack("{s:b, s:o, s:o, s:o}", "equal", rt_comparison_is_equal(comparison),
                     "operations", operations, "refused", refused, "notes", notes);
}

void
rt_answer_notes(RtInvocation *invocation, const RtComparison *comparison)
{
    const RtEvents *events = rt_invocation_events(invocation);
    if (invocation->is_json)
        return;
    for (unsigned i = 0; i < comparison->notes->len; i++)
        rt_events_notice(events, RT_LEVEL_INFO, "retort.source", "%s",
                         (char *) g_ptr_array_index(comparison->notes, i));
    for (unsigned i = 0; i < comparison->diff->notes->len; i++) {
        const RtNote *note = &g_array_index(comparison->diff->notes, RtNote, i);
        if (!note->verbose_only || invocation->verbosity > 0)
            rt_events_notice(events, RT_LEVEL_WARNING, "retort.diff", "%s", note->message);
    }
    for (unsigned i = 0; i < comparison->diff->refusals->len; i++) {
        const RtRefusal *refusal = &g_array_index(comparison->diff->refusals, RtRefusal, i);
        g_autofree char *object = rt_comparison_describe(comparison, &refusal->op);
        rt_events_notice(events, RT_LEVEL_WARNING, "retort.diff", "refused: %s: %s", object,
                         refusal->reason);
    }
}

void
rt_answer_risks(RtInvocation *invocation, const RtComparison *comparison)
{
    g_autoptr(GPtrArray) risks = rt_comparison_risks(comparison);
    for (unsigned i = 0; i < risks->len; i++)
        rt_events_notice(rt_invocation_events(invocation), RT_LEVEL_WARNING, "retort.risk", "%s",
                         (char *) g_ptr_array_index(risks, i));
}

void
rt_answer_operations(RtInvocation *invocation, const RtComparison *comparison)
{
    g_autofree char *body = rt_comparison_upgrade(comparison);
    g_string_append(invocation->out, body);
}
