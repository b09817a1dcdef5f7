/* What a change is to a server: how it is made and what it does, by the dialect or by the rows. */
#pragma once

#include "dialect/dialect.h"

/*
 * How the change is made: the dialect's `change`, or without one by the rows' `alter`, the most
 * costly of all that differ. `before` is the catalog before the operation.
 */
RtChange rt_change(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                   const RtOp *op);
/* What the change does: the dialect's `effect`, or without one plain metadata, and data loss where
   rows are dropped. */
RtEffect rt_effect(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                   const RtOp *op);
/* Why the change has this risk; may be NULL. */
const char *rt_effect_reason(const RtEffect *effect, RtRisk risk);
