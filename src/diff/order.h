/* Running order, as steps: operations with what is known of how they are made. Private to diff/. */
#pragma once

#include "diff/diff.h"

/* Where a step must stand whatever the order among the others. */
typedef enum RtPin {
    RT_PIN_NONE,
    RT_PIN_FRONT, /* a user that is dropped before all changes */
    RT_PIN_BACK,  /* and made again after them */
} RtPin;

typedef struct RtStep {
    RtOp op;
    RtChange change;
    RtPin pin;
} RtStep;

typedef struct RtOrdering {
    const RtDialect *dialect;
    const RtServer *server;
    const RtCatalog *before;
    const RtValueContext *context;
    RtArena *arena;
    RtCatalog *after; /* after all steps; NULL until it is known */
    GArray *steps;    /* of RtStep */
    GArray *refusals; /* of RtRefusal; NULL: refused operations stay */
} RtOrdering;

/* As rt_order, and moves what the server refuses, and what needs that, to `refusals`. */
void rt_order_refusing(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                       GArray *ops, GArray *refusals);

/* The table or view that the operation is about: the owner of a child, or the object itself. */
static inline const RtName *
rt_op_top_name(const RtOp *op)
{
    return op->owner ? op->owner : op->name;
}

/* Whether the operation is about a table or view itself, not a child or an attribute of it. */
static inline bool
rt_op_is_top(const RtOp *op)
{
    return !op->owner && op->kind != RT_KIND_ATTRIBUTE;
}

/* Whether objects of the form are queries over others. */
static inline bool
rt_form_is_view(const RtForm *form)
{
    return form->kind == RT_KIND_VIEW || form->kind == RT_KIND_MATERIALIZED_VIEW;
}

/* Whether the step is made by writing its table anew. */
static inline bool
rt_step_is_rebuild(const RtStep *step)
{
    return step->change.how == RT_HOW_REBUILD;
}

void rt_ordering_append(RtOrdering *ordering, const RtOp *op, RtPin pin);

/* cycles.c: takes foreign keys out of tables that are created or dropped in a circle. */
void rt_order_cut_cycles(RtOrdering *ordering);
/* users.c: drops before, and makes again after, what reads a table that loses or renames names.
   Returns whether the steps have changed. */
bool rt_order_users(RtOrdering *ordering);
/* sort.c: puts the steps in order; `grouped`: those of one rebuild stand together. */
void rt_order_sort(RtOrdering *ordering, bool grouped);
/* group.c: numbers the groups. */
void rt_order_group(RtOrdering *ordering);
