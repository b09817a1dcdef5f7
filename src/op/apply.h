/* Operation × catalog → catalog, in place. */
#pragma once

#include "op/op.h"

/*
 * Applies one operation. Fills in op->before (and what else was unknown) from the catalog. Fails
 * with RT_ERROR_REJECTED, at the operation's place in its text, where the object is missing or
 * there already (IF [NOT] EXISTS makes that nothing), and leaves the catalog as it was. Opaque and
 * temporary operations change nothing.
 */
bool rt_apply(RtCatalog *catalog, RtOp *op, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All of `ops` in order; at the first failure the catalog is as before the first. */
bool rt_apply_all(RtCatalog *catalog, RtOp *ops, size_t n,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
