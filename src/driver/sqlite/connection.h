/* One open SQLite database, as the files of this driver share it. */
#pragma once

#include "connection/connection.h"

#include <sqlite3.h>

typedef struct RtSqlite {
    RtConnection base;
    sqlite3 *database;
    char *path; /* of the file, NULL in memory */
    const RtEvents *events;
    int lock_timeout_ms;
    int64_t waiting_since;                   /* monotonic; of the wait under way */
    int64_t told_at;                         /* when the wait was last told of; 0: not yet */
    sqlite3_stmt *begin, *commit, *rollback; /* kept prepared: a run has a transaction a revision */
} RtSqlite;

/* "app.db" or "the database in memory", for messages. */
const char *rt_sqlite_name(const RtSqlite *sqlite);

/*
 * Sets connection.failure and an error from SQLite's answer `code` to `sql` (NULL: to no statement
 * in particular).
 */
void rt_sqlite_fail(RtSqlite *sqlite, int code, const char *sql, GError **error);

/*
 * Opens the file as the options say. NULL with an error, or without one and *out_missing set for a
 * file that is not there and shall only be read.
 */
sqlite3 *rt_sqlite_open_file(RtSqlite *sqlite, const RtConnectionOptions *options,
                             bool *out_missing, GError **error);
/* What keeps a file from being written, "the file" or its folder; NULL: nothing does. */
const char *rt_sqlite_find_closed(const RtSqlite *sqlite);
/* Installs waiting for locks and stopping on the cancel flag. */
void rt_sqlite_watch(RtSqlite *sqlite, sqlite3 *database);
