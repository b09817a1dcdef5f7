/* What the names of queries and expressions mean in a catalog, and those that mean nothing. */
#pragma once

#include "dialect/starrocks/starrocks.h"

/*
 * Why a server would refuse the query of a view for what it reads: a table that is not there, a
 * column that none of its sources has. NULL: it would not, or that cannot be said. In the arena.
 */
const char *starrocks_query_problem(const RtCatalog *catalog, const RtObject *view,
                                    const RtValue *query);
/* The same of an expression over the columns of a table. */
const char *starrocks_expression_problem(const RtCatalog *catalog, const RtObject *table,
                                         const char *text, uint32_t length);
