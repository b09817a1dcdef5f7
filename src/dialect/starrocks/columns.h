/* The columns that queries, tables and views have, as far as a catalog tells them. */
#pragma once

#include "catalog/catalog.h"
#include "dialect/starrocks/query-tree.h"

/* Names as they are written; NULL among them: the server's to make. */
struct QueryColumns {
    const char **names;
    unsigned n;
};

/* One of those for which a star stands. */
typedef struct StarColumn {
    const QuerySource *source;
    const char *name; /* NULL: the server's to make */
} StarColumn;

/* What the names in a query stand for. */
typedef struct ColumnFinder {
    const RtCatalog *catalog; /* NULL: nothing is known */
    const char *schema;       /* of names without one; NULL: the default */
    RtArena *arena;           /* the columns' */
    GHashTable *known;        /* of views to their columns, which may be NULL */
    unsigned n_above;         /* views whose columns are being found */
} ColumnFinder;

void starrocks_finder_init(ColumnFinder *finder, const RtCatalog *catalog, const char *schema);
void starrocks_finder_clear(ColumnFinder *finder);

/* Fills in what each source is and has, and what each SELECT gives. It points into the tree, the
   catalog and the finder, and lives as long as the first of them to end. */
void starrocks_columns_find(ColumnFinder *finder, QueryTree *tree);
/* The columns of a table, view or materialized view; NULL: they are not known. */
const QueryColumns *starrocks_columns_of(ColumnFinder *finder, const RtObject *object);
/* The columns that the query of a view gives, whatever the view calls them; NULL: as above. */
const QueryColumns *starrocks_columns_given(ColumnFinder *finder, const RtObject *view);
/* Appends the columns for which a star stands (of StarColumn); false: they are not all known. */
bool starrocks_star_expand(const QueryTree *tree, const QuerySelect *select,
                           const QueryExpression *star, GArray *columns);
