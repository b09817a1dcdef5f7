/* Operations that undo operations. */
#pragma once

#include "op/op.h"

/* What an inverse cannot bring back. */
typedef enum RtLoss {
    RT_LOSS_NONE,
    RT_LOSS_DATA,   /* the structure comes back, rows or values do not */
    RT_LOSS_OPAQUE, /* nobody knows what the statement did */
} RtLoss;

/*
 * Appends to `out` (of RtOp) the operations that lead from the catalog after `ops` back to
 * `before`, in running order: the inverse of each, last first. Needs op->before filled in (diff and
 * rt_apply do that). `out_losses` (of RtLoss, may be NULL) gets one element for each element of
 * `out`.
 */
void rt_invert(RtModel *model, const RtOp *ops, size_t n, GArray *out, GArray *out_losses);
