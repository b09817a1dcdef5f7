/*
 * The driver of SQLite: statements and transactions over the sqlite3 library. It leaves every
 * setting of the database and of SQLite as it is (journal_mode, synchronous, foreign_keys), so that
 * a script means here what it means in the sqlite3 shell.
 */
#include "driver/sqlite/connection.h"

#include <gmodule.h>
#include <string.h>

/* ---- statements -------------------------------------------------------------------------------
 */

typedef sqlite3_stmt Statement;

static void
finalize(Statement *statement)
{
    sqlite3_finalize(statement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, finalize)

static bool
fail(RtSqlite *sqlite, int code, const char *sql, GError **error)
{
    rt_sqlite_fail(sqlite, code, sql, error);
    return false;
}

/* What follows the first statement may be blanks and comments, nothing else. */
static bool
check_tail(RtSqlite *sqlite, const char *sql, const char *tail, GError **error)
{
    while (*tail) {
        g_autoptr(Statement) next = NULL;
        const char *rest = tail;
        int code = sqlite3_prepare_v2(sqlite->database, tail, -1, &next, &rest);
        if (code != SQLITE_OK || next) {
            sqlite->base.failure = (RtFailure){ .class = RT_FAILURE_OTHER,
                                                .sent = RT_SENT_NO,
                                                .native_code = SQLITE_MISUSE,
                                                .offset = (int) (tail - sql) };
            rt_error_set(error, RT_ERROR_REJECTED, "text follows the end of the statement: '%.40s'",
                         tail);
            return false;
        }
        if (rest == tail)
            return true;
        tail = rest;
    }
    return true;
}

/* A blob as a literal, everything else as SQLite writes it itself; NULL for NULL. */
static const char *
read_value(Statement *statement, int column, GString *buffer)
{
    static const char digits[] = "0123456789ABCDEF";
    if (sqlite3_column_type(statement, column) != SQLITE_BLOB)
        return (const char *) sqlite3_column_text(statement, column);
    const unsigned char *bytes = sqlite3_column_blob(statement, column);
    int n = sqlite3_column_bytes(statement, column);
    g_string_assign(buffer, "X'");
    for (int i = 0; i < n; i++) {
        g_string_append_c(buffer, digits[bytes[i] >> 4]);
        g_string_append_c(buffer, digits[bytes[i] & 15]);
    }
    g_string_append_c(buffer, '\'');
    return buffer->str;
}

typedef struct RowReader {
    Statement *statement;
    unsigned n;
    const char **names, **values;
    GString **buffers;
} RowReader;

static void
clear_reader(RowReader *reader)
{
    for (unsigned i = 0; i < reader->n; i++)
        g_string_free(reader->buffers[i], TRUE);
    g_free(reader->buffers);
    g_free(reader->names);
    g_free(reader->values);
}

static void
init_reader(RowReader *reader, Statement *statement)
{
    unsigned n = (unsigned) sqlite3_column_count(statement);
    *reader = (RowReader){ .statement = statement,
                           .n = n,
                           .names = g_new(const char *, n + 1),
                           .values = g_new(const char *, n + 1),
                           .buffers = g_new(GString *, n + 1) };
    for (unsigned i = 0; i < n; i++) {
        reader->names[i] = sqlite3_column_name(statement, (int) i);
        reader->buffers[i] = g_string_new(NULL);
    }
}

static bool
hand_over_row(RowReader *reader, RtRowFunc row, void *data)
{
    for (unsigned i = 0; i < reader->n; i++)
        reader->values[i] = read_value(reader->statement, (int) i, reader->buffers[i]);
    return row(data, reader->n, reader->values, reader->names);
}

/* Runs to the end, or to the row at which the receiver has enough. */
static int
step_rows(Statement *statement, RtRowFunc row, void *data)
{
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW)
        return code;
    RowReader reader;
    init_reader(&reader, statement);
    while (code == SQLITE_ROW) {
        if (row && !hand_over_row(&reader, row, data))
            code = SQLITE_DONE;
        else
            code = sqlite3_step(statement);
    }
    clear_reader(&reader);
    return code;
}

static bool
execute(RtConnection *connection, const char *sql, RtRowFunc row, void *data, int64_t *out_changed,
        GError **error)
{
    RtSqlite *sqlite = (RtSqlite *) connection;
    g_autoptr(Statement) statement = NULL;
    const char *tail = "";
    int code = sqlite3_prepare_v2(sqlite->database, sql, -1, &statement, &tail);
    if (code != SQLITE_OK)
        return fail(sqlite, code, sql, error);
    if (*tail && !check_tail(sqlite, sql, tail, error))
        return false;
    int64_t before = sqlite3_total_changes64(sqlite->database);
    if (statement)
        code = step_rows(statement, row, data);
    if (statement && code != SQLITE_DONE)
        return fail(sqlite, code, sql, error);
    /* sqlite3_changes() still speaks of the statement before when this one changed nothing. */
    bool changed = sqlite3_total_changes64(sqlite->database) != before;
    *out_changed = changed ? sqlite3_changes64(sqlite->database) : 0;
    return true;
}

/* ---- transactions -----------------------------------------------------------------------------
 */

static bool
run_kept(RtSqlite *sqlite, Statement **statement, const char *sql, GError **error)
{
    int code = SQLITE_OK;
    if (!*statement)
        code = sqlite3_prepare_v3(sqlite->database, sql, -1, SQLITE_PREPARE_PERSISTENT, statement,
                                  NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(*statement);
    bool done = code == SQLITE_DONE;
    if (!done)
        rt_sqlite_fail(sqlite, code, sql, error);
    sqlite3_reset(*statement);
    return done;
}

static bool
begin(RtConnection *connection, GError **error)
{
    RtSqlite *sqlite = (RtSqlite *) connection;
    return run_kept(sqlite, &sqlite->begin, "BEGIN IMMEDIATE", error);
}

static bool
commit(RtConnection *connection, GError **error)
{
    RtSqlite *sqlite = (RtSqlite *) connection;
    return run_kept(sqlite, &sqlite->commit, "COMMIT", error);
}

/* SQLite rolls back by itself after some failures (a full disk); then nothing is left to do. */
static bool
rollback(RtConnection *connection, GError **error)
{
    RtSqlite *sqlite = (RtSqlite *) connection;
    if (sqlite3_get_autocommit(sqlite->database))
        return true;
    return run_kept(sqlite, &sqlite->rollback, "ROLLBACK", error);
}

/* ---- the connection ---------------------------------------------------------------------------
 */

static bool
tell_server(RtConnection *connection, RtServer *out_server, GError **error)
{
    (void) connection;
    (void) error;
    int version = sqlite3_libversion_number();
    *out_server = (RtServer){
        .product = "SQLite",
        .major = (uint16_t) (version / 1000000),
        .minor = (uint16_t) (version / 1000 % 1000),
        .patch = (uint16_t) (version % 1000),
        .backends = -1,
    };
    return true;
}

/* SQLite knows no accounts; the file system does. */
static bool
tell_privileges(RtConnection *connection, GPtrArray *out_lines, GError **error)
{
    (void) error;
    const char *closed = rt_sqlite_find_closed((RtSqlite *) connection);
    g_ptr_array_add(out_lines, closed ? g_strdup_printf("read only: %s may not be written", closed)
                                      : g_strdup("read and write"));
    return true;
}

static void
interrupt(RtConnection *connection)
{
    sqlite3_interrupt(((RtSqlite *) connection)->database);
}

static void
close_connection(RtConnection *connection)
{
    RtSqlite *sqlite = (RtSqlite *) connection;
    sqlite3_finalize(sqlite->begin);
    sqlite3_finalize(sqlite->commit);
    sqlite3_finalize(sqlite->rollback);
    sqlite3_close_v2(sqlite->database);
    g_free(sqlite->path);
    g_free(sqlite);
}

static const RtConnectionClass transactional = {
    .close = close_connection,
    .server = tell_server,
    .privileges = tell_privileges,
    .execute = execute,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .interrupt = interrupt,
};

/* For ?transactions=off: every statement by itself, as on servers that know no better. */
static const RtConnectionClass plain = {
    .close = close_connection,
    .server = tell_server,
    .privileges = tell_privileges,
    .execute = execute,
    .interrupt = interrupt,
};

/* The `[session]` settings are pragmas. */
static bool
set_session(RtSqlite *sqlite, const char *const *session, GError **error)
{
    for (; session && session[0]; session += 2) {
        static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
        if (!*session[0] || strspn(session[0], letters) != strlen(session[0])) {
            rt_error_set(error, RT_ERROR_CONFIG, "'%s' is no name of a pragma", session[0]);
            return false;
        }
        char *sql = sqlite3_mprintf("PRAGMA %s = %Q", session[0], session[1]);
        int code = sqlite3_exec(sqlite->database, sql, NULL, NULL, NULL);
        sqlite3_free(sql);
        if (code != SQLITE_OK)
            return fail(sqlite, code, NULL, error);
    }
    return true;
}

static RtConnection *
open_connection(const RtUrl *url, const RtConnectionOptions *options, bool *out_missing,
                GError **error)
{
    static const char *const known[] = { "transactions", NULL };
    bool transactions;
    if (!rt_url_check_file(url, "file.db", error) || !rt_url_check_options(url, known, error) ||
        !rt_url_flag(url, "transactions", true, &transactions, error))
        return NULL;
    bool in_memory = !*url->path || g_str_equal(url->path, ":memory:");
    RtSqlite *sqlite = g_new0(RtSqlite, 1);
    g_autoptr(RtConnection) connection = &sqlite->base;
    connection->class = transactions ? &transactional : &plain;
    sqlite->path = in_memory ? NULL : g_strdup(url->path);
    sqlite->events = options->events;
    sqlite->lock_timeout_ms = options->lock_timeout_ms;
    if (!rt_sqlite_open_file(sqlite, options, out_missing, error) ||
        !set_session(sqlite, options->session, error))
        return NULL;
    return g_steal_pointer(&connection);
}

G_MODULE_EXPORT extern const RtDriver rt_driver;
const RtDriver rt_driver = {
    .abi = RT_DRIVER_ABI,
    .size = sizeof(RtDriver),
    .name = "sqlite",
    .open = open_connection,
};
