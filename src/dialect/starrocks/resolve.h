/* What the names of queries and expressions mean in a catalog, and those that mean nothing. */
#pragma once

#include "dialect/starrocks/starrocks.h"

/*
 * Why a server would refuse a query for what it reads: a table that is not there, a column that
 * none of its sources has. `schema` is that of names without one, NULL: the default. NULL: it would
 * not, or that cannot be said. Static, or in the arena of the catalog's model.
 */
const char *starrocks_query_problem(const RtCatalog *catalog, const char *schema, const char *text,
                                    uint32_t length);
/* The first column that an expression over the columns of a table or view reads and that it has
   not, in the arena of the catalog's model. NULL: none, or that cannot be said. */
const char *starrocks_unresolved(const RtCatalog *catalog, const RtObject *owner, const char *text,
                                 uint32_t length);
