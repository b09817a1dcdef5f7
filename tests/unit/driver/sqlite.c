/* The SQLite driver against the real library: rows, failures, locks, transactions, broken files. */
#include "connection/connection.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Fixture {
    char *folder, *path;
    RtCancel cancel;
    RtEvents events;
    GString *progress;
    bool cancel_on_progress;
} Fixture;

static void
note_progress(void *data, const char *what, int percent)
{
    Fixture *fixture = data;
    g_assert_cmpint(percent, ==, -1);
    g_string_append_printf(fixture->progress, "%s\n", what);
    if (fixture->cancel_on_progress)
        fixture->cancel.level = 1;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    (void) data;
    fixture->folder = g_dir_make_tmp("retort-sqlite-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "a.db", NULL);
    fixture->progress = g_string_new(NULL);
    fixture->events =
        (RtEvents){ .data = fixture, .progress = note_progress, .cancel = &fixture->cancel };
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(GDir) dir = g_dir_open(fixture->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
        g_remove(path);
    }
    g_rmdir(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_string_free(fixture->progress, TRUE);
}

typedef struct Opening {
    const char *path; /* NULL: the fixture's */
    const char *options;
    bool read_only, missing;
    int timeout_ms;
    const char *const *session;
} Opening;

static RtConnection *
open_with(Fixture *fixture, Opening *opening, GError **error)
{
    const RtDriver *driver = rt_driver_load("sqlite", error);
    g_assert_nonnull(driver);
    g_autofree char *text =
        g_strdup_printf("sqlite:///%s%s", opening->path ? opening->path : fixture->path,
                        opening->options ? opening->options : "");
    g_autoptr(RtUrl) url = rt_url_parse(text, error);
    g_assert_nonnull(url);
    RtConnectionOptions options = { .read_only = opening->read_only,
                                    .lock_timeout_ms = opening->timeout_ms,
                                    .events = &fixture->events,
                                    .session = opening->session };
    return driver->open(url, &options, &opening->missing, error);
}

static RtConnection *
open_file(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    RtConnection *connection = open_with(fixture, &(Opening){ 0 }, &error);
    g_assert_no_error(error);
    return connection;
}

static bool
append_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    GString *out = data;
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(out, "%s%s=%s", i ? "," : "", names[i],
                               values[i] ? values[i] : "NULL");
    g_string_append_c(out, '\n');
    return true;
}

static void
run(RtConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!rt_connection_execute(connection, sql, &error))
        g_error("%s: %s", sql, error->message);
}

static void
assert_rows(RtConnection *connection, const char *sql, const char *expected)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    bool done = rt_connection_query(connection, sql, append_row, out, &error);
    g_assert_no_error(error);
    g_assert_true(done);
    g_assert_cmpstr(out->str, ==, expected);
}

static void
assert_fails(RtConnection *connection, const char *sql, RtErrorCode code, RtFailureClass class,
             const char *message)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(rt_connection_execute(connection, sql, &error));
    if (!strstr(error->message, message))
        g_error("'%s' is not in: %s", message, error->message);
    g_assert_true(rt_error_is(error, code));
    g_assert_cmpint(connection->failure.class, ==, class);
}

static void
test_rows(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(RtConnection) connection = open_file(fixture);
    run(connection, "CREATE TABLE t (a, b)");
    run(connection, "INSERT INTO t VALUES (1, 'x'), (1.5, NULL), (x'00ff', ''), (2.0, 1e100)");
    assert_rows(connection, "SELECT a, b AS c FROM t",
                "a=1,c=x\na=1.5,c=NULL\na=X'00FF',c=\na=2.0,c=1.0e+100\n");
    assert_rows(connection, "SELECT 1 AS one; -- a comment\n /* and another */ ;", "one=1\n");
    assert_rows(connection, "-- nothing\n", "");
    assert_rows(connection, "PRAGMA foreign_keys", "foreign_keys=0\n");
}

static bool
stop_at_first(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    g_assert_cmpuint(n, ==, 1);
    g_string_append(data, values[0]);
    return false;
}

static void
test_stops_when_told(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(RtConnection) connection = open_file(fixture);
    g_autoptr(GString) out = g_string_new(NULL);
    g_assert_true(
        rt_connection_query(connection, "SELECT 1 UNION SELECT 2", stop_at_first, out, NULL));
    g_assert_cmpstr(out->str, ==, "1");
}

static void
test_changes(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const struct {
        const char *sql;
        int changed;
    } cases[] = {
        { "CREATE TABLE t (a)", 0 },
        { "INSERT INTO t VALUES (1), (2), (3)", 3 },
        { "CREATE INDEX i ON t (a)", 0 },
        { "SELECT * FROM t", 0 },
        { "UPDATE t SET a = 5 WHERE a > 1", 2 },
        { "DELETE FROM t WHERE a = 7", 0 },
        { "DELETE FROM t", 3 },
    };
    g_autoptr(RtConnection) connection = open_file(fixture);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t changed = -1;
        g_assert_true(
            connection->class->execute(connection, cases[i].sql, NULL, NULL, &changed, NULL));
        g_assert_cmpint(changed, ==, cases[i].changed);
    }
}

static void
test_failures(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const struct {
        const char *sql;
        RtErrorCode code;
        RtFailureClass class;
        const char *message;
        int offset;
    } cases[] = {
        { "CREATE TABLE t (b)", RT_ERROR_REJECTED, RT_FAILURE_EXISTS, "table t already exists",
          13 },
        { "ALTER TABLE t ADD COLUMN a", RT_ERROR_REJECTED, RT_FAILURE_EXISTS,
          "duplicate column name: a", -1 },
        { "DROP TABLE u", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND, "no such table: u", -1 },
        { "SELECT x FROM t", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND, "no such column: x", 7 },
        { "SELEC 1", RT_ERROR_REJECTED, RT_FAILURE_OTHER, "near \"SELEC\": syntax error", 0 },
        { "INSERT INTO t VALUES (1)", RT_ERROR_REJECTED, RT_FAILURE_CONSTRAINT,
          "UNIQUE constraint failed: t.a", -1 },
        { "SELECT 1; SELECT 2", RT_ERROR_REJECTED, RT_FAILURE_OTHER,
          "text follows the end of the statement: ' SELECT 2'", 9 },
        { "SELECT 1; 'open", RT_ERROR_REJECTED, RT_FAILURE_OTHER, "text follows the end", 9 },
    };
    g_autoptr(RtConnection) connection = open_file(fixture);
    run(connection, "CREATE TABLE t (a UNIQUE)");
    run(connection, "INSERT INTO t VALUES (1)");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_fails(connection, cases[i].sql, cases[i].code, cases[i].class, cases[i].message);
        g_assert_cmpint(connection->failure.offset, ==, cases[i].offset);
    }
}

static void
test_transactions(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(RtConnection) connection = open_file(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_connection_is_transactional(connection));
    for (int i = 0; i < 3; i++) {
        g_assert_true(rt_connection_begin(connection, &error));
        run(connection, "CREATE TABLE t (a)");
        rt_connection_rollback(connection);
    }
    assert_rows(connection, "SELECT count(*) AS n FROM sqlite_schema", "n=0\n");
    g_assert_true(rt_connection_begin(connection, &error));
    run(connection, "CREATE TABLE t (a)");
    g_assert_true(rt_connection_commit(connection, &error));
    assert_rows(connection, "SELECT count(*) AS n FROM sqlite_schema", "n=1\n");
    rt_connection_rollback(connection);
    g_assert_false(rt_connection_commit(connection, &error));
    g_assert_nonnull(strstr(error->message, "no transaction is active"));
}

static void
test_full_disk(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(RtConnection) connection = open_file(fixture);
    run(connection, "CREATE TABLE t (a)");
    run(connection, "PRAGMA max_page_count = 4");
    g_assert_true(rt_connection_begin(connection, NULL));
    assert_fails(connection, "INSERT INTO t VALUES (zeroblob(100000))", RT_ERROR_SERVER,
                 RT_FAILURE_FULL, "the disk is full");
    rt_connection_rollback(connection);
    assert_rows(connection, "SELECT count(*) AS n FROM t", "n=0\n");
}

static void
test_without_transactions(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(GError) error = NULL;
    g_autoptr(RtConnection) connection =
        open_with(fixture, &(Opening){ .options = "?transactions=off" }, &error);
    g_assert_no_error(error);
    g_assert_false(rt_connection_is_transactional(connection));
    g_assert_false(rt_connection_begin(connection, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_UNSUPPORTED));
}

static void
test_read_only(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(GError) error = NULL;
    Opening reading = { .read_only = true };
    g_assert_null(open_with(fixture, &reading, &error));
    g_assert_no_error(error);
    g_assert_true(reading.missing);
    g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
    rt_connection_close(open_file(fixture));

    /* who would write could not make it either */
    Opening astray = { .read_only = true, .path = "/nowhere at all/x.db" };
    g_assert_null(open_with(fixture, &astray, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_UNREACHABLE));
    g_assert_false(astray.missing);
    g_clear_error(&error);

    g_autoptr(RtConnection) connection = open_with(fixture, &reading, &error);
    g_assert_no_error(error);
    assert_fails(connection, "CREATE TABLE t (a)", RT_ERROR_DENIED, RT_FAILURE_READ_ONLY,
                 "is read-only");
    assert_rows(connection, "SELECT count(*) AS n FROM sqlite_schema", "n=0\n");
}

/* A writer that dies in its commit leaves a journal; a reader sees the state before. */
static void
test_reading_after_a_crash(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(RtConnection) before = open_file(fixture);
    run(before, "CREATE TABLE t (a)");
    run(before, "INSERT INTO t VALUES (zeroblob(20000))");
    g_clear_pointer(&before, rt_connection_close);
    pid_t child = fork();
    if (child == 0) {
        g_autoptr(RtConnection) writer = open_file(fixture);
        run(writer, "PRAGMA cache_size = 1");
        run(writer, "PRAGMA cache_spill = 1");
        run(writer, "BEGIN");
        run(writer, "UPDATE t SET a = randomblob(20000)");
        for (int i = 0; i < 50; i++)
            run(writer, "INSERT INTO t VALUES (randomblob(20000))");
        _exit(0);
    }
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    g_autofree char *journal = g_strconcat(fixture->path, "-journal", NULL);
    g_assert_true(g_file_test(journal, G_FILE_TEST_EXISTS));
    g_autoptr(GError) error = NULL;
    g_autoptr(RtConnection) reader = open_with(fixture, &(Opening){ .read_only = true }, &error);
    g_assert_no_error(error);
    assert_rows(reader, "SELECT count(*) AS n, sum(a = zeroblob(20000)) AS same FROM t",
                "n=1,same=1\n");
    assert_fails(reader, "DELETE FROM t", RT_ERROR_DENIED, RT_FAILURE_READ_ONLY, "is read-only");
}

static void
test_cannot_open(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autofree char *text = g_build_filename(fixture->folder, "text", NULL);
    g_autofree char *deep = g_build_filename(fixture->folder, "none", "x.db", NULL);
    g_assert_true(g_file_set_contents(text, "This is a text and no database at all.", -1, NULL));
    const struct {
        const char *path, *message, *options;
        RtErrorCode code;
        bool read_only;
    } cases[] = {
        { fixture->folder, "it is a folder, not a database file", NULL, RT_ERROR_UNREACHABLE,
          true },
        { fixture->folder, "it is a folder, not a database file", NULL, RT_ERROR_UNREACHABLE,
          false },
        { text, "is no SQLite database", NULL, RT_ERROR_UNREACHABLE, true },
        { text, "is no SQLite database", NULL, RT_ERROR_UNREACHABLE, false },
        { deep, "there is no folder '", NULL, RT_ERROR_UNREACHABLE, false },
        { "/dev/null", "it is no regular file", NULL, RT_ERROR_UNREACHABLE, false },
        { NULL, "have no option 'speed'", "?speed=high", RT_ERROR_CONFIG, false },
        { NULL, "is on or off", "?transactions=maybe", RT_ERROR_CONFIG, false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        Opening opening = { .path = cases[i].path,
                            .options = cases[i].options,
                            .read_only = cases[i].read_only };
        g_assert_null(open_with(fixture, &opening, &error));
        if (!strstr(error->message, cases[i].message))
            g_error("'%s' is not in: %s", cases[i].message, error->message);
        g_assert_true(rt_error_is(error, cases[i].code));
        g_assert_false(opening.missing);
    }
}

static void
test_no_permission(Fixture *fixture, gconstpointer data)
{
    (void) data;
    if (geteuid() == 0) {
        g_test_skip("root may do everything");
        return;
    }
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(g_chmod(fixture->folder, 0500), ==, 0);
    g_assert_null(open_with(fixture, &(Opening){ 0 }, &error));
    g_assert_cmpint(g_chmod(fixture->folder, 0700), ==, 0);
    g_assert_true(rt_error_is(error, RT_ERROR_DENIED));
    g_assert_nonnull(strstr(error->message, "may not be written"));
}

static void
test_damaged_file(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(RtConnection) writer = open_file(fixture);
    run(writer, "CREATE TABLE t (a)");
    run(writer, "INSERT INTO t VALUES (zeroblob(20000))");
    g_clear_pointer(&writer, rt_connection_close);
    int file = open(fixture->path, O_WRONLY);
    char junk[4096];
    memset(junk, 0xab, sizeof(junk));
    g_assert_cmpint(pwrite(file, junk, sizeof(junk), 4096), ==, sizeof(junk));
    close(file);
    g_autoptr(RtConnection) connection = open_file(fixture);
    assert_fails(connection, "SELECT * FROM t", RT_ERROR_SERVER, RT_FAILURE_OTHER, "is damaged");
}

/* ---- locks ------------------------------------------------------------------------------------
 */

/* A process that holds the write lock until `release` is closed. */
typedef struct Holder {
    pid_t pid;
    int release;
} Holder;

static Holder
hold_lock(Fixture *fixture, const char *first)
{
    int ready[2], release[2];
    g_assert_cmpint(pipe(ready), ==, 0);
    g_assert_cmpint(pipe(release), ==, 0);
    pid_t pid = fork();
    if (pid == 0) {
        char byte = 0;
        close(release[1]);
        RtConnection *connection = open_file(fixture);
        run(connection, first);
        run(connection, "BEGIN IMMEDIATE");
        bool told = write(ready[1], "x", 1) == 1;
        while (told && read(release[0], &byte, 1) > 0)
            continue;
        run(connection, "COMMIT");
        _exit(0);
    }
    char byte;
    close(release[0]);
    g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
    close(ready[0]);
    close(ready[1]);
    return (Holder){ pid, release[1] };
}

static void
end_holder(Holder *holder)
{
    close(holder->release);
    g_assert_cmpint(waitpid(holder->pid, NULL, 0), ==, holder->pid);
}

/* `data`: the journal mode. */
static void
test_locked_by_another(Fixture *fixture, gconstpointer data)
{
    g_autofree char *mode = g_strdup_printf("PRAGMA journal_mode = %s", (const char *) data);
    g_autofree char *by = NULL;
    Holder holder = hold_lock(fixture, mode);
    bool tells = g_file_test("/proc/locks", G_FILE_TEST_EXISTS);
    by = tells ? g_strdup_printf("process %d", (int) holder.pid) : g_strdup("another process");
    g_autoptr(GError) error = NULL;
    g_autoptr(RtConnection) connection =
        open_with(fixture, &(Opening){ .timeout_ms = 150 }, &error);
    g_assert_no_error(error);
    g_assert_false(rt_connection_begin(connection, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_LOCKED));
    g_assert_cmpint(connection->failure.class, ==, RT_FAILURE_BUSY);
    g_autofree char *start = g_strdup_printf("%s is locked by %s (waited 0.", fixture->path, by);
    g_assert_true(g_str_has_prefix(error->message, start));
    g_autofree char *told =
        g_strdup_printf("waiting for the lock on %s (held by %s)\n", fixture->path, by);
    g_assert_cmpstr(fixture->progress->str, ==, told);
    end_holder(&holder);
    g_clear_error(&error);
    g_assert_true(rt_connection_begin(connection, &error));
    g_assert_true(rt_connection_commit(connection, &error));
}

/* The flag is set while the driver waits without an end: it gives up at once. */
static void
test_wait_is_interrupted(Fixture *fixture, gconstpointer data)
{
    (void) data;
    Holder holder = hold_lock(fixture, "SELECT 1");
    g_autoptr(GError) error = NULL;
    g_autoptr(RtConnection) connection = open_with(fixture, &(Opening){ .timeout_ms = -1 }, &error);
    fixture->cancel_on_progress = true;
    g_assert_false(rt_connection_begin(connection, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_INTERRUPTED));
    g_assert_cmpint(connection->failure.class, ==, RT_FAILURE_INTERRUPTED);
    end_holder(&holder);
}

static void
test_statement_is_interrupted(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const char endless[] =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    g_autoptr(RtConnection) connection = open_file(fixture);
    fixture->cancel.level = 2;
    assert_fails(connection, endless, RT_ERROR_INTERRUPTED, RT_FAILURE_INTERRUPTED, "interrupted");
    fixture->cancel.level = 1;
    assert_rows(connection,
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
                "20000) SELECT count(*) AS n FROM n",
                "n=20000\n");
}

static void
test_session_and_memory(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const char *const session[] = { "foreign_keys", "ON", NULL };
    static const char *const broken[] = { "a; DROP TABLE t", "1", NULL };
    g_autoptr(GError) error = NULL;
    Opening opening = { .path = ":memory:", .session = session };
    g_autoptr(RtConnection) connection = open_with(fixture, &opening, &error);
    g_assert_no_error(error);
    assert_rows(connection, "PRAGMA foreign_keys", "foreign_keys=1\n");
    RtServer server = { 0 };
    g_assert_true(rt_connection_server(connection, &server, &error));
    g_assert_cmpstr(server.product, ==, "SQLite");
    g_assert_cmpint(rt_server_compare(&server, 3, 38, 0), >, 0);
    opening.session = broken;
    g_assert_null(open_with(fixture, &opening, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
}

static bool
append_numbered(void *data, unsigned statement, unsigned n, const char *const *values,
                const char *const *names)
{
    g_string_append_printf(data, "%u:", statement);
    return append_row(data, n, values, names);
}

static bool
append_failure(void *data, unsigned statement, const GError *error)
{
    g_string_append_printf(data, "%u!%s\n", statement, error->message);
    return statement < 3;
}

static void
test_query_many(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const char *const sql[] = { "SELECT 1 AS a", "SELECT x", "SELECT 2 AS b", "SELECT y",
                                       "SELECT 3" };
    g_autoptr(RtConnection) connection = open_file(fixture);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_assert_false(rt_connection_query_many(connection, sql, G_N_ELEMENTS(sql), append_numbered,
                                            append_failure, out, &error));
    g_assert_cmpstr(out->str, ==, "0:a=1\n1!no such column: x\n2:b=2\n3!no such column: y\n");
    g_assert_cmpstr(error->message, ==, "no such column: y");
}

/* Both copies of the error table, the program's and the module's, are one domain. */
static void
test_errors_cross_the_module(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(GError) error = NULL;
    g_assert_null(open_with(fixture, &(Opening){ .path = "/" }, &error));
    g_assert_true(error->domain == RT_ERROR);
    g_autoptr(GError) copy = g_error_copy(error);
    g_assert_null(rt_error_place(copy));
    g_assert_cmpstr(rt_error_name(copy), ==, "unreachable");
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fixture, gconstpointer data);
        const char *data;
    } tests[] = {
        { "rows", test_rows },
        { "stops_when_told", test_stops_when_told },
        { "changes", test_changes },
        { "failures", test_failures },
        { "transactions", test_transactions },
        { "full_disk", test_full_disk },
        { "without_transactions", test_without_transactions },
        { "read_only", test_read_only },
        { "reading_after_a_crash", test_reading_after_a_crash },
        { "cannot_open", test_cannot_open },
        { "no_permission", test_no_permission },
        { "damaged_file", test_damaged_file },
        { "locked_by_another", test_locked_by_another, "delete" },
        { "locked_by_another/wal", test_locked_by_another, "wal" },
        { "wait_is_interrupted", test_wait_is_interrupted },
        { "statement_is_interrupted", test_statement_is_interrupted },
        { "session_and_memory", test_session_and_memory },
        { "query_many", test_query_many },
        { "errors_cross_the_module", test_errors_cross_the_module },
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/sqlite/", tests[i].name, NULL);
        g_test_add(path, Fixture, tests[i].data, set_up, tests[i].run, tear_down);
    }
    return g_test_run();
}
