/*
 * A query as a tree: its SELECTs, the list and the sources of each, and the queries of WITH, as far
 * as the order of its words tells them. What the names stand for is known to columns.h.
 */
#pragma once

#include "dialect/starrocks/reading.h"

typedef struct QuerySelect QuerySelect;
typedef struct QueryColumns QueryColumns;

/* A query of a WITH. Those before it, and those around, hide behind it. */
typedef struct QueryCommon {
    const struct QueryCommon *before;
    const char *name;          /* folded */
    unsigned names;            /* where the list of its columns opens; 0: it has none */
    const QuerySelect *select; /* which gives its columns; NULL: they are not known */
} QueryCommon;

/* What a FROM reads: a table or view, a query, or something else (a function). */
typedef struct QuerySource {
    const QueryItem *table;    /* the name of a table or view; NULL: it is none */
    const QuerySelect *select; /* which gives the columns of a query; NULL: it is none */
    const char *name;          /* folded: its alias, or its own; NULL: it has none */
    unsigned names;            /* where the list of its columns opens; 0: it has none */
    bool is_changed;           /* it has other columns than its table: PIVOT, t [_META_] */
    bool is_hidden;            /* a SEMI or ANTI join only asks whether it is there */
    /* By starrocks_columns_find(): */
    const RtName *meant;         /* the table; NULL: there is none, or in another catalog */
    const RtObject *object;      /* of that name; NULL: none is known */
    const QueryColumns *columns; /* NULL: they are not known */
} QuerySource;

/* An expression of a list: its first item, and the one behind its last. */
typedef struct QueryExpression {
    unsigned first, end;
} QueryExpression;

struct QuerySelect {
    GArray *expressions; /* of QueryExpression */
    GArray *sources;     /* of QuerySource */
    bool merges;         /* USING and NATURAL make one column of two */
    /* By starrocks_columns_find(): */
    const QueryColumns *columns; /* NULL: they are not known */
};

typedef struct QueryTree {
    QueryReading reading;
    GPtrArray *selects;        /* of QuerySelect, each behind those that its sources read */
    GPtrArray *commons;        /* of QueryCommon, each behind its select */
    const QuerySelect *select; /* which gives the columns of the query; NULL: none does */
    bool *is_name;             /* by item: it names a source, its partitions or its columns */
    bool is_cut;               /* queries are deeper within each other than is read */
    unsigned depth;            /* while it is read: where it is */
} QueryTree;

/* Reads a query, or an expression with queries in it. `data` must live as long as the tree. */
void starrocks_tree_open(QueryTree *tree, const RtLexicon *lexicon, const char *data,
                         uint32_t length);
void starrocks_tree_close(QueryTree *tree);

/* Whether the expression is * or t.*. */
bool starrocks_expression_is_star(const QueryTree *tree, const QueryExpression *expression);
