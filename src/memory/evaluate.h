/* The value of an expression over one row. */
#pragma once

#include "memory/query.h"
#include "memory/table.h"

typedef struct RtScope {
    const RtRow *row; /* NULL: columns are NULL */
    int64_t count;    /* what count(*) is */
    const char *now;  /* what CURRENT_TIMESTAMP is */
} RtScope;

/* Owned by the caller. Columns must have been resolved. */
RtCell rt_expr_evaluate(const RtExpr *expr, const RtScope *scope);
/* Whether a row is taken by `where` (NULL takes all). */
bool rt_expr_holds(const RtExpr *where, const RtScope *scope);
