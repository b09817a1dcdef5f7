/* What the files of the checks share. */
#pragma once

#include "dialect/sqlite/sqlite.h"

typedef struct SqliteCheck {
    const RtServer *server;
    const RtCatalog *before;
    const RtOp *op;
    GError **error;
} SqliteCheck;

/* Sets RT_ERROR_REJECTED at `at`, or at the statement when it is NULL; always false. */
bool rt_sqlite_reject(const SqliteCheck *check, const RtObject *at, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The body of CREATE TABLE. */
bool rt_sqlite_check_table(const SqliteCheck *check, const RtObject *table);
/* One column by itself. */
bool rt_sqlite_check_column(const SqliteCheck *check, const RtObject *table,
                            const RtObject *column);
/* Whether the columns of a key or index are the table's. */
bool rt_sqlite_check_parts(const SqliteCheck *check, const RtObject *table, const RtObject *child);
