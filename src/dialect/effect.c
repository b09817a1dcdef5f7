/* Names of effects, and changes as the rows tell them where a dialect has no hook. */
#include "dialect/effect.h"

#include <string.h>

static const char *const runs_names[] = {
    [RT_RUNS_METADATA] = "metadata",
    [RT_RUNS_JOB] = "job",
    [RT_RUNS_REWRITE] = "rewrite",
    [RT_RUNS_COPY] = "copy",
};

/* The risk of bit i has name i. */
static const char *const risk_names[RT_N_RISKS] = {
    "data-loss", "rewrite", "job", "lock", "invalidates", "irreversible",
};

const char *
rt_runs_name(RtRuns runs)
{
    return runs_names[runs];
}

const char *
rt_risk_name(RtRisk risk)
{
    return risk_names[__builtin_ctz(risk)];
}

unsigned
rt_risk_find(const char *name)
{
    for (unsigned i = 0; i < RT_N_RISKS; i++) {
        if (strcmp(risk_names[i], name) == 0)
            return 1u << i;
    }
    return 0;
}

const char *
rt_effect_reason(const RtEffect *effect, RtRisk risk)
{
    const char *reason = effect->reasons[__builtin_ctz(risk)];
    return reason ? reason : effect->reason;
}

static RtChange
change_of_row(const RtAttribute *row)
{
    switch (row->alter) {
    case RT_ALTER_IN_PLACE:
    case RT_ALTER_NEW_PARTITIONS:
        return (RtChange){ .how = RT_HOW_STATEMENT };
    case RT_ALTER_RECREATE:
        return (RtChange){ .how = RT_HOW_REPLACE };
    case RT_ALTER_NEVER:
        break;
    }
    return (RtChange){ .how = RT_HOW_REFUSED, .reason = "it can never be changed" };
}

static RtChange
change_of_object(const RtCatalog *before, const RtOp *op)
{
    RtChange change = { .how = RT_HOW_STATEMENT };
    const RtValueContext *context = rt_catalog_context(before);
    if (!op->before || !op->after || op->before->form != op->after->form)
        return change;
    const RtForm *form = op->after->form;
    for (unsigned row = 0; row < form->n_attributes; row++) {
        if (!rt_value_differs(context, &form->attributes[row], rt_object_value(op->before, row),
                              rt_object_value(op->after, row)))
            continue;
        RtChange of_row = change_of_row(&form->attributes[row]);
        if (of_row.how > change.how)
            change = of_row;
    }
    return change;
}

static RtChange
change_of_rename(const RtDialect *dialect, RtKind kind)
{
    static const uint8_t needed[RT_N_KINDS] = {
        [RT_KIND_TABLE] = RT_CAN_RENAME_TABLE, [RT_KIND_COLUMN] = RT_CAN_RENAME_COLUMN,
        [RT_KIND_VIEW] = RT_CAN_RENAME_VIEW,   [RT_KIND_MATERIALIZED_VIEW] = RT_CAN_RENAME_VIEW,
        [RT_KIND_INDEX] = RT_CAN_RENAME_INDEX,
    };
    if (dialect->capabilities & needed[kind])
        return (RtChange){ .how = RT_HOW_STATEMENT };
    return (RtChange){ .how = RT_HOW_REFUSED, .reason = "the server has no way to rename it" };
}

RtChange
rt_change(const RtDialect *dialect, const RtServer *server, const RtCatalog *before, const RtOp *op)
{
    if (dialect->change)
        return dialect->change(dialect, server, before, op);
    if (op->verb == RT_VERB_RECREATE)
        return (RtChange){ .how = RT_HOW_REPLACE };
    if (op->verb == RT_VERB_RENAME)
        return change_of_rename(dialect, op->kind);
    if (op->verb == RT_VERB_ALTER && op->kind == RT_KIND_ATTRIBUTE)
        return change_of_row(&op->form->attributes[op->row]);
    if (op->verb == RT_VERB_ALTER)
        return change_of_object(before, op);
    return (RtChange){ .how = RT_HOW_STATEMENT };
}

RtEffect
rt_effect(const RtDialect *dialect, const RtServer *server, const RtCatalog *before, const RtOp *op)
{
    if (dialect->effect)
        return dialect->effect(dialect, server, before, op);
    bool holds_rows =
        op->kind == RT_KIND_TABLE || op->kind == RT_KIND_COLUMN || op->kind == RT_KIND_PARTITION;
    if (holds_rows && (op->verb == RT_VERB_DROP || op->verb == RT_VERB_RECREATE))
        return (RtEffect){ .risks = RT_RISK_DATA_LOSS, .reason = "its rows are lost" };
    return (RtEffect){ .runs = RT_RUNS_METADATA };
}
