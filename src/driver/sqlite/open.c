/* Opens a database file, and says in a person's words why one cannot be opened. */
#include "driver/sqlite/connection.h"
#include "driver/sqlite/lock.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STEPS_BETWEEN_LOOKS = 1000,   /* of the virtual machine, at the cancel flag */
    LONGEST_SLEEP_US = 50 * 1000, /* between two tries for a lock */
    TELL_AFTER_US = 100 * 1000,
    TELL_EVERY_US = 30 * 1000 * 1000,
};

/* ---- waiting and stopping ---------------------------------------------------------------------
 */

static int
cancel_level(const RtSqlite *sqlite)
{
    return sqlite->events && sqlite->events->cancel ? sqlite->events->cancel->level : 0;
}

static void
tell_of_wait(RtSqlite *sqlite, int64_t now)
{
    bool due = sqlite->told_at ? now - sqlite->told_at >= TELL_EVERY_US
                               : now - sqlite->waiting_since >= TELL_AFTER_US;
    if (!due)
        return;
    sqlite->told_at = now;
    pid_t holder = sqlite->path ? rt_sqlite_lock_holder(sqlite->path) : 0;
    g_autofree char *by = holder ? g_strdup_printf("held by process %d", (int) holder)
                                 : g_strdup("held by another process");
    g_autofree char *what =
        g_strdup_printf("waiting for the lock on %s (%s)", rt_sqlite_name(sqlite), by);
    rt_events_progress(sqlite->events, what, -1);
}

/* SQLite asks whether to try once more for a lock; `tries` counts from 0 for each lock. */
static int
wait_for_lock(void *data, int tries)
{
    RtSqlite *sqlite = data;
    int64_t now = g_get_monotonic_time();
    if (tries == 0) {
        sqlite->waiting_since = now;
        sqlite->told_at = 0;
    }
    int64_t waited = now - sqlite->waiting_since;
    int64_t limit = (int64_t) sqlite->lock_timeout_ms * 1000;
    if (cancel_level(sqlite) > 0 || (sqlite->lock_timeout_ms >= 0 && waited >= limit))
        return 0;
    tell_of_wait(sqlite, now);
    int64_t pause = MIN((int64_t) 1000 << MIN(tries, 10), LONGEST_SLEEP_US);
    if (sqlite->lock_timeout_ms >= 0)
        pause = MIN(pause, limit - waited);
    g_usleep((gulong) pause);
    return 1;
}

static int
stop_statement(void *data)
{
    return cancel_level(data) >= 2;
}

void
rt_sqlite_watch(RtSqlite *sqlite, sqlite3 *database)
{
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_handler(database, wait_for_lock, sqlite);
    sqlite3_progress_handler(database, STEPS_BETWEEN_LOOKS, stop_statement, sqlite);
}

/* ---- files ------------------------------------------------------------------------------------
 */

static bool
refuse(RtSqlite *sqlite, RtErrorCode code, GError **error, const char *why)
{
    sqlite->base.failure = (RtFailure){
        .class = RT_FAILURE_DENIED, .sent = RT_SENT_NO, .native_code = SQLITE_CANTOPEN, .offset = -1
    };
    rt_error_set(error, code, "cannot open %s: %s", sqlite->path, why);
    return false;
}

static bool
check_folder(RtSqlite *sqlite, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(sqlite->path);
    g_autofree char *missing = g_strdup_printf("there is no folder '%s'", folder);
    g_autofree char *closed = g_strdup_printf("the folder '%s' may not be written", folder);
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        return refuse(sqlite, RT_ERROR_UNREACHABLE, error, missing);
    if (access(folder, W_OK | X_OK) < 0)
        return refuse(sqlite, RT_ERROR_DENIED, error, closed);
    return true;
}

/* Says beforehand what SQLite would only call "unable to open database file". */
static bool
check_file(RtSqlite *sqlite, bool *out_exists, GError **error)
{
    struct stat status;
    if (stat(sqlite->path, &status) < 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return refuse(sqlite, RT_ERROR_UNREACHABLE, error, g_strerror(errno));
        *out_exists = false;
        return check_folder(sqlite, error);
    }
    *out_exists = true;
    if (S_ISDIR(status.st_mode))
        return refuse(sqlite, RT_ERROR_UNREACHABLE, error, "it is a folder, not a database file");
    if (!S_ISREG(status.st_mode))
        return refuse(sqlite, RT_ERROR_UNREACHABLE, error, "it is no regular file");
    if (access(sqlite->path, R_OK) < 0)
        return refuse(sqlite, RT_ERROR_DENIED, error, g_strerror(errno));
    return true;
}

const char *
rt_sqlite_find_closed(const RtSqlite *sqlite)
{
    if (!sqlite->path)
        return NULL;
    g_autofree char *folder = g_path_get_dirname(sqlite->path);
    if (access(sqlite->path, W_OK) < 0)
        return "the file";
    return access(folder, W_OK | X_OK) < 0 ? "its folder, where the journal must stand," : NULL;
}

/* Touches the file: whether it is a database, and may be read now. Does not parse the schema. */
static int
probe(sqlite3 *database)
{
    return sqlite3_exec(database, "PRAGMA schema_version", NULL, NULL, NULL);
}

static int
try_open(RtSqlite *sqlite, int flags)
{
    sqlite3_close(sqlite->database);
    sqlite->database = NULL;
    const char *path = sqlite->path ? sqlite->path : ":memory:";
    /* A connection belongs to one thread; sqlite3_interrupt may be called from any all the same. */
    flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(path, &sqlite->database, flags, NULL);
    if (code != SQLITE_OK)
        return code;
    rt_sqlite_watch(sqlite, sqlite->database);
    return probe(sqlite->database);
}

sqlite3 *
rt_sqlite_open_file(RtSqlite *sqlite, const RtConnectionOptions *options, bool *out_missing,
                    GError **error)
{
    bool exists = true;
    if (sqlite->path && !check_file(sqlite, &exists, error))
        return NULL;
    if (options->read_only && !exists) {
        *out_missing = true;
        return NULL;
    }
    int writing = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code =
        try_open(sqlite, options->read_only && sqlite->path ? SQLITE_OPEN_READONLY : writing);
    /* A crashed writer's journal: only who may write can see the state before it. This rolls back
       what was never committed and lets nothing else be written. */
    if (code == SQLITE_READONLY_ROLLBACK && access(sqlite->path, W_OK) == 0) {
        code = try_open(sqlite, SQLITE_OPEN_READWRITE);
        if (code == SQLITE_OK)
            code = sqlite3_exec(sqlite->database, "PRAGMA query_only = ON", NULL, NULL, NULL);
    }
    if (code == SQLITE_OK)
        return sqlite->database;
    rt_sqlite_fail(sqlite, code, NULL, error);
    return NULL;
}
