/* Ranks and phases of steps by verb and kind. */
#include "diff/rank.h"

static const RtForm *
form_of(const RtOp *op)
{
    return op->form ? op->form : op->after ? op->after->form : op->before ? op->before->form : NULL;
}

static bool
is_on_view(const RtOp *op)
{
    const RtForm *form = form_of(op);
    return form && !op->owner && rt_form_is_view(form);
}

static RtRank
rank_drop(const RtOp *op)
{
    switch (op->kind) {
    case RT_KIND_TRIGGER:
        return RT_RANK_DROP_TRIGGER;
    case RT_KIND_CONSTRAINT:
        return RT_RANK_DROP_CONSTRAINT;
    case RT_KIND_KEY:
        return RT_RANK_DROP_KEY;
    case RT_KIND_COLUMN:
        return RT_RANK_DROP_COLUMN;
    default:
        return RT_RANK_DROP_INDEX;
    }
}

static RtRank
rank_child(const RtOp *op)
{
    if (op->verb == RT_VERB_DROP)
        return rank_drop(op);
    switch (op->kind) {
    case RT_KIND_COLUMN:
        return op->verb == RT_VERB_CREATE ? RT_RANK_CREATE_COLUMN : RT_RANK_ALTER_COLUMN;
    case RT_KIND_ATTRIBUTE:
        return RT_RANK_ATTRIBUTE;
    case RT_KIND_KEY:
        return RT_RANK_KEY;
    case RT_KIND_CONSTRAINT:
        return RT_RANK_CONSTRAINT;
    case RT_KIND_TRIGGER:
        return RT_RANK_TRIGGER;
    case RT_KIND_INDEX:
    case RT_KIND_ROLLUP:
        return RT_RANK_INDEX;
    default:
        return RT_RANK_ATTRIBUTE;
    }
}

RtRank
rt_step_rank(const RtStep *step)
{
    const RtOp *op = &step->op;
    if (!rt_op_is_top(op))
        return rank_child(op);
    return op->verb == RT_VERB_DROP     ? RT_RANK_DROP
           : op->verb == RT_VERB_CREATE ? RT_RANK_CREATE
                                        : RT_RANK_ALTER;
}

RtPhase
rt_step_phase(const RtStep *step)
{
    const RtOp *op = &step->op;
    if (op->kind == RT_KIND_DATABASE)
        return op->verb == RT_VERB_DROP ? RT_PHASE_DROP_DATABASE : RT_PHASE_CREATE_DATABASE;
    if (step->pin == RT_PIN_FRONT)
        return RT_PHASE_DROP_USERS;
    if (rt_op_is_top(op) && op->verb == RT_VERB_DROP)
        return is_on_view(op) ? RT_PHASE_DROP_USERS : RT_PHASE_DROP;
    if (op->kind == RT_KIND_TRIGGER && op->verb != RT_VERB_DROP)
        return RT_PHASE_TRIGGERS;
    return is_on_view(op) ? RT_PHASE_VIEWS : RT_PHASE_TABLES;
}
