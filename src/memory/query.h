/*
 * The data statements that the memory database runs, read from text into plain data: INSERT,
 * UPSERT, REPLACE, UPDATE, DELETE, SELECT over one table and expressions over its columns.
 * Everything else is not understood, which is a result and no error.
 */
#pragma once

#include "catalog/rules.h"
#include "memory/cell.h"
#include "sql/cursor.h"

typedef enum RtExprKind {
    RT_EXPR_CELL,
    RT_EXPR_COLUMN,
    RT_EXPR_COUNT,    /* count(*) */
    RT_EXPR_COUNT_OF, /* (SELECT count(*) FROM name); `cell` when the table is known */
    RT_EXPR_NOW,      /* CURRENT_TIMESTAMP and its like */
    RT_EXPR_OWN_NOW,  /* what rows of own tables have for it, in their form */
    RT_EXPR_NEGATIVE,
    RT_EXPR_NOT,
    RT_EXPR_IS_NULL,
    RT_EXPR_AND,
    RT_EXPR_OR,
    RT_EXPR_EQUAL,
    RT_EXPR_UNEQUAL,
    RT_EXPR_LESS,
    RT_EXPR_LESS_EQUAL,
    RT_EXPR_GREATER,
    RT_EXPR_GREATER_EQUAL,
    RT_EXPR_PLUS,
    RT_EXPR_MINUS,
    RT_EXPR_TIMES,
    RT_EXPR_JOIN, /* || */
} RtExprKind;

typedef struct RtExpr {
    RtExprKind kind;
    RtCell cell;        /* RT_EXPR_CELL; its text lives as long as the query */
    const RtName *name; /* RT_EXPR_COLUMN, RT_EXPR_COUNT_OF */
    const RtName *of;   /* the table in front of its dot; NULL: none */
    int column;         /* set when the table is known */
    RtStorage storage;  /* of the column */
    const struct RtExpr *left, *right;
    const char *label; /* of a SELECT's item */
    unsigned depth;
} RtExpr;

typedef enum RtQueryKind {
    RT_QUERY_INSERT,
    RT_QUERY_UPDATE,
    RT_QUERY_DELETE,
    RT_QUERY_SELECT,
    RT_QUERY_COPY, /* INSERT INTO t (columns) SELECT columns FROM other WHERE … */
} RtQueryKind;

/* What an INSERT does with a row whose key is there already. */
typedef enum RtConflict {
    RT_CONFLICT_FAIL,
    RT_CONFLICT_IGNORE,
    RT_CONFLICT_REPLACE, /* the whole row, what is not given takes its default */
    RT_CONFLICT_UPSERT,  /* what is not given stays as it was */
} RtConflict;

/* What INSERT OVERWRITE takes away first. */
typedef enum RtOverwrite {
    RT_OVERWRITE_NOTHING, /* it is INSERT INTO */
    RT_OVERWRITE_ALL,
    RT_OVERWRITE_TAKEN, /* rows that WHERE takes: those of the partition that is named */
} RtOverwrite;

typedef struct RtOrderTerm {
    RtExpr *expr;
    bool descending;
} RtOrderTerm;

typedef struct RtQuery {
    RtQueryKind kind;
    RtConflict conflict;
    RtOverwrite overwrite; /* RT_QUERY_COPY */
    const RtName *table;   /* NULL: SELECT without FROM */
    const RtName *from;    /* RT_QUERY_COPY */
    GPtrArray *columns;    /* of const RtName *: INSERT and UPDATE; NULL: all */
    GPtrArray *sources;    /* of const RtName *: RT_QUERY_COPY */
    GPtrArray *rows;       /* of GPtrArray of RtExpr *: VALUES */
    GPtrArray *items;      /* of RtExpr *: SELECT; what UPDATE sets; NULL item: all columns (*) */
    RtExpr *where;         /* NULL: all rows */
    GArray *order;         /* of RtOrderTerm */
    int64_t limit, offset; /* -1: no limit */
    bool counts;           /* SELECT with count(*) */
    GPtrArray *exprs;      /* of RtExpr *: all that were read; the reader's */
} RtQuery;

typedef struct RtQueryReader {
    RtCursor cursor;
    RtModel *model;
    RtFold table_fold, column_fold;
    GPtrArray *exprs; /* every RtExpr; see rt_query_reader_init */
    unsigned depth;   /* of what is being read */
    const char *now;  /* the expression that own tables have their times from; NULL: none */
} RtQueryReader;

/* The reader frees the cells of what it reads when it is cleared. */
void rt_query_reader_init(RtQueryReader *reader, RtModel *model, const RtRules *rules,
                          const RtCursor *cursor);
void rt_query_reader_clear(RtQueryReader *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RtQueryReader, rt_query_reader_clear)

/*
 * Reads one statement at the cursor. NULL when it is none of those above. The query must be freed
 * before the reader is cleared.
 */
RtQuery *rt_query_read(RtQueryReader *reader);
void rt_query_free(RtQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtQuery, rt_query_free)

/* An expression alone, such as a column's default; NULL when it is not understood. */
RtExpr *rt_query_read_expr(RtQueryReader *reader);
