/* What the files of the dialect share: the rows by index, kinds of values, hooks, questions. */
#pragma once

#include "dialect/dialect.h"
#include "dialect/parse.h"
#include "dialect/render.h"

extern const RtDialect rt_dialect_starrocks;

/* Indices of the rows of each form; the tables in rows.c stand in the same order. */
enum {
    STARROCKS_TABLE_ENGINE,
    STARROCKS_TABLE_PRIMARY_KEY,
    STARROCKS_TABLE_DUPLICATE_KEY,
    STARROCKS_TABLE_UNIQUE_KEY,
    STARROCKS_TABLE_AGGREGATE_KEY,
    STARROCKS_TABLE_COMMENT,
    STARROCKS_TABLE_PARTITION,
    STARROCKS_TABLE_PARTITIONS,
    STARROCKS_TABLE_DISTRIBUTION,
    STARROCKS_TABLE_BUCKETS,
    STARROCKS_TABLE_ORDER,
    STARROCKS_TABLE_ROLLUP,
    STARROCKS_TABLE_PROPERTIES,
};
enum {
    STARROCKS_COLUMN_TYPE,
    STARROCKS_COLUMN_CHARSET,
    STARROCKS_COLUMN_KEY,
    STARROCKS_COLUMN_AGGREGATE,
    STARROCKS_COLUMN_NOT_NULL,
    STARROCKS_COLUMN_NULL,
    STARROCKS_COLUMN_DEFAULT,
    STARROCKS_COLUMN_AUTO_INCREMENT,
    STARROCKS_COLUMN_GENERATED,
    STARROCKS_COLUMN_COMMENT,
};
enum {
    STARROCKS_INDEX_PARTS,
    STARROCKS_INDEX_USING,
    STARROCKS_INDEX_PROPERTIES,
    STARROCKS_INDEX_COMMENT,
};
enum {
    STARROCKS_VIEW_COLUMNS,
    STARROCKS_VIEW_COMMENT,
    STARROCKS_VIEW_SECURITY,
    STARROCKS_VIEW_PROPERTIES,
    STARROCKS_VIEW_BODY,
};
enum {
    STARROCKS_MV_COLUMNS,
    STARROCKS_MV_COMMENT,
    STARROCKS_MV_PARTITION,
    STARROCKS_MV_DISTRIBUTION,
    STARROCKS_MV_BUCKETS,
    STARROCKS_MV_ORDER,
    STARROCKS_MV_REFRESH,
    STARROCKS_MV_PROPERTIES,
    STARROCKS_MV_BODY,
};
enum { STARROCKS_EXTERNAL_DEFINITION };
enum {
    STARROCKS_DATABASE_CHARSET,
    STARROCKS_DATABASE_COLLATE,
    STARROCKS_DATABASE_PROPERTIES,
};

extern const RtForm starrocks_form_table;
extern const RtForm starrocks_form_external_table;
extern const RtForm starrocks_form_column;
extern const RtForm starrocks_form_index;
extern const RtForm starrocks_form_view;
extern const RtForm starrocks_form_materialized_view;
extern const RtForm starrocks_form_database;

extern const RtLexicon starrocks_lexicon;
extern const RtRules starrocks_rules;
enum { STARROCKS_N_ELEMENTS = 2 };
extern const RtElementRule starrocks_elements[STARROCKS_N_ELEMENTS];
extern const RtForm *const starrocks_forms[];
extern const RtStatementRule starrocks_statements[];
extern const RtStatementRule starrocks_others[];
extern const RtStatementRule starrocks_table_clauses[];
extern const RtStatementRule starrocks_view_clauses[];
extern const RtStatementRule starrocks_mv_clauses[];
extern const RtStatementRule starrocks_database_clauses[];

/* ---- kinds of values --------------------------------------------------------------------------
 */

/* A type; a column that holds the state of an aggregate is typed by its function: avg(int). */
extern const RtValueKind starrocks_value_type;
/* DEFAULT: a literal, CURRENT_TIMESTAMP, (uuid()), [..], map{..}, row(..). */
extern const RtValueKind starrocks_value_default;
/* An expression over the table's own columns, up to the row's `ends`. */
extern const RtValueKind starrocks_value_expression;
/* The columns of the key: which they are, each column says itself. */
extern const RtValueKind starrocks_value_key;
/* RANGE(a), LIST(a, b), (a, b), date_trunc('day', a), date_trunc('day', a), b. */
extern const RtValueKind starrocks_value_partition;
/* (PARTITION p VALUES …, START … END … EVERY …) as a map from names to what is behind them. */
extern const RtValueKind starrocks_value_partitions;
/* HASH(a, b) or RANDOM, which has no columns. */
extern const RtValueKind starrocks_value_distribution;
/* (r1 (a, b), r2 (a) …) as a map from names to what is behind them. */
extern const RtValueKind starrocks_value_rollup;
/* (a COMMENT 'x', b): parts whose suffix is the comment. */
extern const RtValueKind starrocks_value_columns;
/* IMMEDIATE ASYNC START … EVERY …, DEFERRED MANUAL. */
extern const RtValueKind starrocks_value_refresh;
/* The query of a view, equal to what the server makes of it. */
extern const RtValueKind starrocks_value_query;

/*
 * The tokens of an expression as they are compared: names and words folded and without quotes,
 * strings in one kind of quotes, a blank between all. Owned by the caller.
 */
char *starrocks_fold_expression(const RtValueContext *context, const char *data, uint32_t length);
/* A string as it stands there: in single quotes, which are doubled inside. */
void starrocks_append_literal(GString *out, const char *text);
/* More are not made of START … END … EVERY; a frontend's own limit for one batch is 4096 unless its
   configuration says otherwise. */
enum { STARROCKS_MOST_PARTITIONS = 100000 };
/* The partitions of the table in the one form in which they are compared; NULL: they are the
   server's own affair; `value` itself: they are too many. */
const RtValue *starrocks_normalize_partitions(const RtValueContext *context, const RtObject *table,
                                              const RtValue *value);
/* One item of a list of partitions at the cursor, PARTITION passed: its name and definition. */
bool starrocks_parse_partition(RtCursor *cursor, const RtValueContext *context,
                               RtProperty *out_property, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * For each partition of a table the condition that its rows fulfil (of char *, owned by the array);
 * NULL where that cannot be said of one: several columns, partitions that the server makes.
 */
GPtrArray *starrocks_partition_conditions(const RtValueContext *context, const RtObject *table);
/* A bound at the cursor: LESS THAN (…), [(…), (…)), IN (…); passes it. */
bool starrocks_pass_bounds(RtCursor *cursor, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Rollups (rollups.c): the map without a column, NULL without one left; and the ALTER TABLE …
 * ADD ROLLUP that a server means by a text in its list of materialized views, in the arena: NULL
 * when the text is somebody's own.
 */
const RtValue *starrocks_rollups_without(const RtValueContext *context, const RtValue *map,
                                         const RtName *column);
/* Whether this is how the list says that one is kept with each write of its table: ROLLUP, since
   lately SYNC. */
bool starrocks_lists_synchronous(const char *refresh_type);
const char *starrocks_find_rollup(RtArena *arena, const char *name, const char *text);

/* A field of a struct, as types print it. */
void starrocks_print_element(GString *out, const RtValueContext *context,
                             const RtTypeElement *element);
/* The type with a field added or dropped, whose path is the operation's property. */
bool starrocks_change_field(const RtValueContext *context, const RtObject *column,
                            const RtValue *old, RtOp *op, RtValue *out_value,
                            const char **out_problem);
/* A map, such as that of rollups, with one entry set, taken out or, with a new name, renamed. */
bool starrocks_change_map(const RtValueContext *context, const RtObject *table, const RtValue *old,
                          RtOp *op, RtValue *out_value, const char **out_problem);
/* The same of partitions: when one goes the others stay what they were, so that LESS THAN, which
   begins where the one before ends, is written as the range that it meant. */
bool starrocks_change_partitions(const RtValueContext *context, const RtObject *table,
                                 const RtValue *old, RtOp *op, RtValue *out_value,
                                 const char **out_problem);
/* Appends the operations on single fields (of RtOp) that lead from one struct to the other; false:
   there is no such way, or more of the column changes than its type and comment. */
bool starrocks_find_field_steps(const RtValueContext *context, const RtOp *op,
                                const RtObject *before, const RtObject *after, GArray *steps);

/* ---- statements -------------------------------------------------------------------------------
 */

bool starrocks_parse_table(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_object(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_replace(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_index(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_drop(RtParser *parser, const RtStatementRule *rule, GError **error);
enum { STARROCKS_USE_SCHEMA, STARROCKS_USE_CATALOG }; /* variants */
bool starrocks_parse_use(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_alter(RtParser *parser, const RtStatementRule *rule, GError **error);
/* Whether a name of three parts, in a catalog other than the default, is at the cursor. */
bool starrocks_at_foreign_name(const RtCursor *cursor);

/* ---- hooks; the contracts are in dialect.h and rules.h ----------------------------------------
 */

void starrocks_complete(const RtDialect *dialect, const RtServer *server, const RtCatalog *catalog,
                        RtObject *object);
/* The column with the type that the server gives a SUM of decimals: as wide as can be. */
const RtObject *starrocks_widen_sum(const RtValueContext *context, const RtObject *column);
extern const RtOwnTables starrocks_own_tables;
extern const RtJobs starrocks_jobs;
extern const RtRecreation starrocks_recreation;
extern const RtJobRules starrocks_job_rules;
bool starrocks_reflect(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
                       RtCatalog *catalog, const RtReading *reading, GPtrArray *notes,
                       GError **error);
bool starrocks_reflect_some(const RtDialect *dialect, RtConnection *connection,
                            const RtServer *server, RtCatalog *catalog, const RtName *const *names,
                            unsigned n, GError **error);
bool starrocks_check(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                     const RtOp *op, GError **error);
RtEffect starrocks_effect(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                          const RtOp *op);
/* Adds to the effect the views that stop working by the change, and names them. */
void starrocks_add_invalidated(const RtCatalog *before, const RtOp *op, RtEffect *effect);
char *starrocks_activate(const RtDialect *dialect, const RtName *name);
const RtObject *starrocks_adjust(const RtValueContext *context, const RtOp *op,
                                 const RtObject *before, const RtObject *after);
bool starrocks_render(RtRenderer *renderer, const RtOp *op);
unsigned starrocks_render_clause(GString *out, const RtRenderer *renderer, const RtOp *ops,
                                 unsigned n);
RtChange starrocks_change(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                          const RtOp *op);

/* ---- questions about a table (table.c) --------------------------------------------------------
 */

/* Whether a row with a flag is set. */
bool starrocks_flag(const RtObject *object, unsigned row);
/* The row of the table's key clause, or -1. */
int starrocks_key_row(const RtObject *table);
/* Whether a materialized view is a rollup of its table, which the server keeps with each write. */
bool starrocks_is_synchronous(const RtObject *view);
/* Whether an operation changes how the rows of a table or a materialized view are sorted. */
bool starrocks_is_sorting(const RtOp *op);
/* The columns of the key in their order, NULL without a key. */
const RtValue *starrocks_key(const RtObject *table);
/* Whether the names of a value hold the column; false for NULL. */
bool starrocks_names_hold(const RtValue *names, const RtName *column);
const RtObject *starrocks_column_find(const RtObject *table, const RtName *name);
/* Whether the change of a column is one of its comment alone, which the server always takes. */
bool starrocks_is_comment_alone(const RtValueContext *context, const RtObject *before,
                                const RtOp *op);
/* The table of this name, NULL for views and external tables too. */
const RtObject *starrocks_table_find(const RtCatalog *catalog, const RtName *name);
/* Whether the server is older than the version; an unknown one is the newest. */
bool starrocks_is_before(const RtServer *server, unsigned major, unsigned minor, unsigned patch);
bool starrocks_is_shared_data(const RtServer *server);
/* Whether it is known to be none of those. */
bool starrocks_is_shared_nothing(const RtServer *server);
/* Whether it distributes by ranges what no clause distributes: data that lies apart, since 4.1. */
bool starrocks_has_ranges(const RtServer *server);
/* Whether fast schema evolution is on: by default since 3.3, and a property of each table. */
bool starrocks_is_fast(const RtServer *server, const RtObject *table);

/* Whether it has one, which turns replicated storage off. */
bool starrocks_has_inverted_index(const RtObject *table);

/* ---- properties (properties.c) ----------------------------------------------------------------
 */

/* The key by which SET changes the property of this object; NULL: no statement does. */
const char *starrocks_property_setting(RtModel *model, const RtObject *object, const char *key);
