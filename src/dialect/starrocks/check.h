/* What the files of the checks share. */
#pragma once

#include "dialect/starrocks/starrocks.h"

typedef struct StarrocksCheck {
    const RtServer *server;
    const RtCatalog *before;
    const RtOp *op;
    GError **error;
} StarrocksCheck;

/* Sets RT_ERROR_REJECTED at the statement, in the server's words; always false. */
bool starrocks_reject(const StarrocksCheck *check, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What CREATE TABLE says. */
bool starrocks_check_table(const StarrocksCheck *check, const RtObject *table);
/* One column as it is defined, in a table of this key (a row of the table, -1: none yet). */
bool starrocks_check_column(const StarrocksCheck *check, const RtObject *column, int key_row,
                            bool is_key);
bool starrocks_check_default(const StarrocksCheck *check, const RtObject *column);
/* What a generated column of the table is computed from. */
bool starrocks_check_generated(const StarrocksCheck *check, const RtObject *table,
                               const RtObject *column);
bool starrocks_check_distribution(const StarrocksCheck *check, const RtObject *table);
/* ADD and DROP of a field. */
bool starrocks_check_field(const StarrocksCheck *check, const RtObject *table);
/* How a table is partitioned, as far as rules ask. */
typedef enum StarrocksScheme {
    STARROCKS_SCHEME_NONE,
    STARROCKS_SCHEME_RANGE, /* RANGE (…) */
    STARROCKS_SCHEME_LIST,  /* LIST (…) */
    STARROCKS_SCHEME_TIME,  /* date_trunc, time_slice: ranges that rows make */
    STARROCKS_SCHEME_VALUE, /* columns: lists that rows make */
} StarrocksScheme;

StarrocksScheme starrocks_scheme(const RtObject *table);
/* START … END … EVERY in all the partitions of the table. */
bool starrocks_check_batches(const StarrocksCheck *check, const RtObject *table,
                             const RtValue *partitions);
/* PARTITION BY: partitions are merged. */
bool starrocks_check_merge(const StarrocksCheck *check, const RtObject *table);
/* ADD, DROP and RENAME PARTITION. */
bool starrocks_check_partition_change(const StarrocksCheck *check, const RtObject *table);
/* A new view or materialized view; the query of a view; ORDER BY of a materialized view. */
bool starrocks_check_view(const StarrocksCheck *check, const RtObject *view);
bool starrocks_check_query(const StarrocksCheck *check, const RtObject *view, const RtValue *query);
bool starrocks_check_view_order(const StarrocksCheck *check);
/* Whether the server knows such statements yet. */
bool starrocks_check_version(const StarrocksCheck *check);
/* The properties of a new table or materialized view. */
bool starrocks_check_properties(const StarrocksCheck *check, const RtObject *object);
bool starrocks_check_database(const StarrocksCheck *check, const RtObject *database);
/* One that is SET: of a table, of a materialized view. */
bool starrocks_check_set(const StarrocksCheck *check, const RtObject *table, const char *key,
                         const char *value);
bool starrocks_check_set_of_view(const StarrocksCheck *check, const char *key, const char *value);
/* Statements that nobody reads, with rules of their own. */
bool starrocks_check_opaque(const StarrocksCheck *check);
/* The statement alone, to be read from its start. */
void starrocks_open_statement(const StarrocksCheck *check, RtText *out_text, RtCursor *out_cursor);
/* Passes what stands in parentheses or angle brackets at the cursor, or else one token. */
void starrocks_pass_nested(RtCursor *cursor);
/* The table with no other columns than those that partition it. */
const RtObject *starrocks_partition_columns(const StarrocksCheck *check, const RtObject *table);
/* The unit of PARTITION BY date_trunc(…) in lower case, owned; NULL: it is another scheme. */
char *starrocks_partition_unit(const StarrocksCheck *check, const RtObject *table);
/* The text of statements that make a table, an external one, or change a column, where it is known:
   what the server's grammar has no place for. */
bool starrocks_check_table_grammar(const StarrocksCheck *check);
bool starrocks_check_external_grammar(const StarrocksCheck *check);
bool starrocks_check_column_grammar(const StarrocksCheck *check, const RtObject *column);
/* How a new table is partitioned. */
bool starrocks_check_partition(const StarrocksCheck *check, const RtObject *table);
/* The sort key of a table. */
bool starrocks_check_order(const StarrocksCheck *check, const RtObject *table);
bool starrocks_check_index(const StarrocksCheck *check, const RtObject *table,
                           const RtObject *index);
/* ADD, DROP and MODIFY of a column. */
bool starrocks_check_column_change(const StarrocksCheck *check, const RtObject *table);

/* ---- types (check-type.c) ---------------------------------------------------------------------
 */

bool starrocks_type_is(const RtType *type, const char *const *names);
/* Whether a column of this type may be in a key: of a table with this key. */
bool starrocks_type_keys(const RtType *type, int key_row);
/* Whether the table may be sorted by a column of this type. */
bool starrocks_type_sorts(const RtType *type, int key_row);
bool starrocks_type_partitions(const RtType *type);
/* Whether the function may aggregate values of this type. */
bool starrocks_type_aggregates(const RtType *type, const char *function);
bool starrocks_type_is_state(const RtType *type); /* BITMAP, HLL, PERCENTILE */
/* NULL where MODIFY COLUMN takes it, else why not; in the arena. */
const char *starrocks_type_why_not(RtArena *arena, const RtType *from, const RtType *to);
/* VARCHAR to a longer VARCHAR. */
bool starrocks_type_is_longer(const RtType *from, const RtType *to);
/* As messages of the server call it. */
char *starrocks_type_label(const RtType *type);
