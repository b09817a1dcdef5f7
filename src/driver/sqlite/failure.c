/* What SQLite's result codes mean to a runner and to a person. */
#include "driver/sqlite/connection.h"
#include "driver/sqlite/lock.h"

#include <string.h>

/* How a result code is told. `message` NULL: SQLite's own message says it best. */
typedef struct Meaning {
    int code;
    RtFailureClass class;
    RtErrorCode error;
    const char *message; /* after the file's name */
} Meaning;

/* Extended codes stand before the primary code that they belong to. */
static const Meaning meanings[] = {
    { SQLITE_BUSY, RT_FAILURE_BUSY, RT_ERROR_LOCKED, NULL },
    { SQLITE_LOCKED, RT_FAILURE_BUSY, RT_ERROR_LOCKED, "is used by another statement" },
    { SQLITE_READONLY_ROLLBACK, RT_FAILURE_READ_ONLY, RT_ERROR_DENIED,
      "holds an interrupted transaction that must be rolled back, and may not be written" },
    { SQLITE_READONLY_DBMOVED, RT_FAILURE_LOST, RT_ERROR_LOST,
      "was moved or deleted while it was open" },
    { SQLITE_READONLY_DIRECTORY, RT_FAILURE_READ_ONLY, RT_ERROR_DENIED,
      "cannot be written: its folder may not be written, and SQLite needs a journal there" },
    { SQLITE_READONLY, RT_FAILURE_READ_ONLY, RT_ERROR_DENIED, "is read-only" },
    { SQLITE_FULL, RT_FAILURE_FULL, RT_ERROR_SERVER, "cannot grow: the disk is full" },
    { SQLITE_IOERR, RT_FAILURE_LOST, RT_ERROR_SERVER, "cannot be read or written" },
    { SQLITE_CORRUPT, RT_FAILURE_OTHER, RT_ERROR_SERVER,
      "is damaged; 'PRAGMA integrity_check' in the sqlite3 shell tells more" },
    { SQLITE_NOTADB, RT_FAILURE_OTHER, RT_ERROR_UNREACHABLE,
      "is no SQLite database, or an encrypted one" },
    { SQLITE_CANTOPEN, RT_FAILURE_DENIED, RT_ERROR_UNREACHABLE, "cannot be opened" },
    { SQLITE_PERM, RT_FAILURE_DENIED, RT_ERROR_DENIED, "may not be used" },
    { SQLITE_AUTH, RT_FAILURE_DENIED, RT_ERROR_DENIED, NULL },
    { SQLITE_INTERRUPT, RT_FAILURE_INTERRUPTED, RT_ERROR_INTERRUPTED, NULL },
    { SQLITE_CONSTRAINT, RT_FAILURE_CONSTRAINT, RT_ERROR_REJECTED, NULL },
    { SQLITE_SCHEMA, RT_FAILURE_RETRYABLE, RT_ERROR_SERVER, NULL },
    { SQLITE_NOMEM, RT_FAILURE_RETRYABLE, RT_ERROR_SERVER, NULL },
    { SQLITE_ERROR, RT_FAILURE_OTHER, RT_ERROR_REJECTED, NULL },
};

/* SQLITE_ERROR says no more than that; its messages do. */
static const struct {
    const char *words;
    RtFailureClass class;
} phrases[] = {
    { "already exists", RT_FAILURE_EXISTS },
    { "there is already", RT_FAILURE_EXISTS },
    { "duplicate column name", RT_FAILURE_EXISTS },
    { "no such ", RT_FAILURE_NOT_FOUND },
};

static const Meaning *
find_meaning(int code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++)
        if (meanings[i].code == code || meanings[i].code == (code & 0xff))
            return &meanings[i];
    return &meanings[G_N_ELEMENTS(meanings) - 1];
}

static RtFailureClass
classify_message(const char *message)
{
    for (size_t i = 0; i < G_N_ELEMENTS(phrases); i++)
        if (strstr(message, phrases[i].words))
            return phrases[i].class;
    return RT_FAILURE_OTHER;
}

const char *
rt_sqlite_name(const RtSqlite *sqlite)
{
    return sqlite->path ? sqlite->path : "the database in memory";
}

static void
fail_locked(RtSqlite *sqlite, GError **error)
{
    int64_t waited = sqlite->waiting_since ? g_get_monotonic_time() - sqlite->waiting_since : 0;
    sqlite->waiting_since = 0;
    pid_t holder = sqlite->path ? rt_sqlite_lock_holder(sqlite->path) : 0;
    g_autofree char *by =
        holder ? g_strdup_printf("process %d", (int) holder) : g_strdup("another process");
    rt_error_set(error, RT_ERROR_LOCKED, "%s is locked by %s (waited %.1f s)",
                 rt_sqlite_name(sqlite), by, (double) waited / G_USEC_PER_SEC);
}

static bool
is_cancelled(const RtSqlite *sqlite)
{
    return sqlite->events && sqlite->events->cancel && sqlite->events->cancel->level > 0;
}

void
rt_sqlite_fail(RtSqlite *sqlite, int code, const char *sql, GError **error)
{
    const char *message = sqlite3_errmsg(sqlite->database);
    const Meaning *meaning = find_meaning(code);
    sqlite->base.failure = (RtFailure){
        .class = meaning->class,
        .sent = sql ? RT_SENT_YES : RT_SENT_NO,
        .native_code = code,
        .offset = sql ? sqlite3_error_offset(sqlite->database) : -1,
    };
    if (meaning->code == SQLITE_ERROR)
        sqlite->base.failure.class = classify_message(message);
    /* Who stops while waiting for a lock was not refused by it. */
    if (meaning->class == RT_FAILURE_BUSY && is_cancelled(sqlite)) {
        sqlite->base.failure.class = RT_FAILURE_INTERRUPTED;
        rt_error_set(error, RT_ERROR_INTERRUPTED, "interrupted while waiting for the lock on %s",
                     rt_sqlite_name(sqlite));
        return;
    }
    if (meaning->code == SQLITE_BUSY)
        fail_locked(sqlite, error);
    else if (meaning->message)
        rt_error_set(error, meaning->error, "%s %s (SQLite: %s)", rt_sqlite_name(sqlite),
                     meaning->message, message);
    else
        rt_error_set(error, meaning->error, "%s", message);
}
