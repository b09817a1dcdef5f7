/* Operation × catalog → catalog, in place. */
#pragma once

#include "op/op.h"

/*
 * Applies one operation. Fills in op->before (and what else was unknown) from the catalog. Fails
 * with RT_ERROR_REJECTED, at the operation's place in its text, where the object is missing or
 * there already (IF [NOT] EXISTS makes that nothing), and leaves the catalog as it was. Opaque and
 * temporary operations change nothing. A create that found its object there already has it as
 * op->before, a drop that found none has no before: both are nothing to invert.
 *
 * A rename rewrites what mentions the name: keys, indexes, constraints, expressions and triggers of
 * the table, foreign keys of other tables, and, where the rules say so, views and triggers; what is
 * in a database is renamed with it. With a drop nothing but the object itself goes, and with a
 * database what is in it: whether it may is the dialect's check to say.
 */
bool rt_apply(RtCatalog *catalog, RtOp *op, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All of `ops` in order; at the first failure the catalog is as before the first. */
bool rt_apply_all(RtCatalog *catalog, RtOp *ops, size_t n,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Whether the operation is on what is temporary: by itself, or because it names what an earlier one
 * made so. Marks it RT_OP_TEMPORARY, and keeps the catalog's list of temporary names.
 */
bool rt_op_meet_temporary(RtCatalog *catalog, RtOp *op);
