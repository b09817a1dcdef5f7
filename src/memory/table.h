/*
 * The rows of one table, and the log by which any change of rows can be taken back. Knows nothing
 * of SQL.
 */
#pragma once

#include "catalog/object.h"
#include "memory/cell.h"

typedef struct RtRow {
    unsigned n;
    RtCell cells[];
} RtRow;

RtRow *rt_row_new(unsigned n);
void rt_row_free(RtRow *row);

typedef struct RtStoreColumn {
    const RtName *name;
    RtStorage storage;
    bool not_null;
    bool is_generated;
    bool is_numbered; /* the only column of the primary key, a number: NULL takes the next one */
} RtStoreColumn;

/* Columns whose values, all together, no two rows share; rows with a NULL among them do not count.
 */
typedef struct RtStoreKey {
    unsigned *columns;
    unsigned n;
    char *label;      /* "t.a, t.b" */
    GHashTable *rows; /* of key text to index in `rows` of the table + 1 */
} RtStoreKey;

/* Rows are in the order of their insertion; one that was deleted leaves NULL until compaction. */
typedef struct RtStore {
    const RtName *name;
    const RtObject *object; /* the table as the catalog has it */
    RtStoreColumn *columns;
    unsigned n_columns;
    GPtrArray *rows; /* of RtRow *; shared by two stores of one table whose columns are the same */
    GPtrArray *keys; /* of RtStoreKey *; shared likewise */
    unsigned n_deleted;
    bool inserts_replace; /* a row takes the place of the one that has its key (RT_ROLE_KEY) */
    int64_t last_number;  /* that a numbered column took */
} RtStore;

/*
 * The rows of `object`. Those of `before` (may be NULL) are taken over by the names of columns;
 * `renamed_from`, `renamed_to` (may be NULL) is a column that changed its name; `fill` gives what a
 * new column holds. Fails with RT_ERROR_REJECTED where the rows break a key.
 */
typedef RtCell (*RtFillFunc)(void *data, const RtObject *column);
RtStore *rt_store_new(const RtName *name, const RtObject *object, RtStore *before,
                      const RtName *renamed_from, const RtName *renamed_to, RtFillFunc fill,
                      void *data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_store_free(RtStore *store);

/* Index of a column by name, -1 for none. */
int rt_store_find_column(const RtStore *store, const RtName *name);
/* Removes the places of deleted rows once they are the most; no undo may reach back behind this. */
void rt_store_compact(RtStore *store);
/* The index of the row that has the values of `row` in the key, or -1. */
int64_t rt_store_find(const RtStore *store, const RtStoreKey *key, const RtRow *row);

/* ---- changes and their undo -------------------------------------------------------------------
 */

typedef struct RtUndo RtUndo;

/* Of the stores in `stores`: const void * (a name's key) to RtStore *. Borrowed. */
RtUndo *rt_undo_new(GHashTable *stores);
void rt_undo_free(RtUndo *undo);
size_t rt_undo_mark(const RtUndo *undo);
void rt_undo_back(RtUndo *undo, size_t mark);
/* Makes all final. */
void rt_undo_forget(RtUndo *undo);

/* Takes the row. No key may hold its values. */
void rt_store_insert(RtStore *store, RtUndo *undo, RtRow *row);
void rt_store_delete(RtStore *store, RtUndo *undo, unsigned index);
/* Takes the row; no key of another row may hold its values. */
void rt_store_update(RtStore *store, RtUndo *undo, unsigned index, RtRow *row);
/* Puts `store` (taken; NULL: none) in the place of what `key` names. */
void rt_undo_put_store(RtUndo *undo, const void *key, RtStore *store);
void rt_undo_rename_store(RtUndo *undo, const void *from, const void *to);
