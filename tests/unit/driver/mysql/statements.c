/* The MySQL driver's statements against a server that speaks the protocol, with and without faults.
 */
#include "client.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct Fixture {
    RtWireServer *server;
    RtConnection *connection;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    (void) data;
    fixture->server = rt_wire_server_start(NULL);
    fixture->connection = open_root(fixture->server);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void) data;
    rt_connection_close(fixture->connection);
    rt_wire_server_stop(fixture->server);
}

/* ---- answers ----------------------------------------------------------------------------------
 */

static void
test_rows(Fixture *fixture, gconstpointer data)
{
    (void) data;
    RtConnection *connection = fixture->connection;
    run(connection, "CREATE TABLE t (a INTEGER, b VARCHAR(20))");
    run(connection, "INSERT INTO t VALUES (1, 'süß'), (2, NULL), (3, '')");
    g_autofree char *rows = ask(connection, "SELECT a, b FROM t ORDER BY a");
    g_assert_cmpstr(rows, ==, "a=1,b=süß\na=2,b=NULL\na=3,b=\n");
    g_autofree char *none = ask(connection, "SELECT a FROM t WHERE a = 9");
    g_assert_cmpstr(none, ==, "");
    g_autofree char *schema = ask(connection, "SHOW TABLES");
    g_assert_cmpstr(schema, ==, "Tables_in_test=t\n");
}

static void
test_long_values(Fixture *fixture, gconstpointer data)
{
    (void) data;
    RtConnection *connection = fixture->connection;
    enum { LENGTH = 300 * 1000 };
    g_autofree char *value = g_strnfill(LENGTH, 'x');
    g_autofree char *sql = g_strdup_printf("INSERT INTO t VALUES ('%s')", value);
    run(connection, "CREATE TABLE t (a VARCHAR(300000))");
    run(connection, sql);
    g_autofree char *rows = ask(connection, "SELECT a FROM t");
    g_assert_cmpuint(strlen(rows), ==, LENGTH + strlen("a=\n"));
}

static void
test_changes(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const struct {
        const char *sql;
        int changed;
        const char *info; /* NULL: none */
    } cases[] = {
        { "CREATE TABLE t (a INTEGER)", 0, NULL },
        { "INSERT INTO t VALUES (1), (2), (3)", 3, "'status':'VISIBLE'" },
        { "SELECT * FROM t", 0, NULL },
        { "UPDATE t SET a = 5 WHERE a = 1", 1, "'status':'VISIBLE'" },
        { "DELETE FROM t WHERE a = 7", 0, "'status':'VISIBLE'" },
    };
    RtConnection *connection = fixture->connection;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t changed = -7;
        g_assert_true(
            connection->class->execute(connection, cases[i].sql, NULL, NULL, &changed, NULL));
        g_assert_cmpint(changed, ==, cases[i].changed);
        g_assert_cmpint(connection->info != NULL, ==, cases[i].info != NULL);
        if (cases[i].info)
            assert_contains(connection->info, cases[i].info);
    }
    g_assert_false(rt_connection_execute(connection, "SHOW CREATE TABLE u", NULL));
    g_assert_null(connection->info);
}

static bool
stop_at_first(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n;
    (void) names;
    g_string_append(data, values[0]);
    return false;
}

static void
test_stops_when_told(Fixture *fixture, gconstpointer data)
{
    (void) data;
    RtConnection *connection = fixture->connection;
    run(connection, "CREATE TABLE t (a INTEGER)");
    run(connection, "INSERT INTO t VALUES (1), (2), (3)");
    g_autoptr(GString) out = g_string_new(NULL);
    g_assert_true(
        rt_connection_query(connection, "SELECT a FROM t ORDER BY a", stop_at_first, out, NULL));
    g_assert_cmpstr(out->str, ==, "1");
    g_autofree char *rows = ask(connection, "SELECT 1 AS one");
    g_assert_cmpstr(rows, ==, "one=1\n");
}

/* ---- failures ---------------------------------------------------------------------------------
 */

static void
test_refusals(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const struct {
        const char *sql;
        RtFailureClass class;
        const char *message;
    } cases[] = {
        { "CREATE TABLE t (b INTEGER)", RT_FAILURE_EXISTS, "exists already" },
        { "DROP TABLE u", RT_FAILURE_NOT_FOUND, "table u does not exist" },
        { "SHOW CREATE TABLE u", RT_FAILURE_NOT_FOUND, "Unknown table 'test.u'" },
        { "USE nowhere", RT_FAILURE_NOT_FOUND, "Unknown database 'nowhere'" },
        { "SELEC 1", RT_FAILURE_OTHER, "Unexpected input 'SELEC'" },
    };
    run(fixture->connection, "CREATE TABLE t (a INTEGER)");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(rt_connection_execute(fixture->connection, cases[i].sql, &error));
        assert_contains(error->message, cases[i].message);
        g_assert_true(rt_error_is(error, RT_ERROR_REJECTED));
        g_assert_cmpint(fixture->connection->failure.class, ==, cases[i].class);
        g_assert_cmpint(fixture->connection->failure.sent, ==, RT_SENT_YES);
    }
}

/* Texts are those of real frontends. */
static const struct {
    const char *fault;
    RtErrorCode code;
    RtFailureClass class;
    RtSent sent;
    int offset;
} answers[] = {
    { "error 1064 Getting syntax error at line 1, column 7. Detail message: Unexpected input.",
      RT_ERROR_REJECTED, RT_FAILURE_OTHER, RT_SENT_YES, 7 },
    { "error 1064 Getting analyzing error from line 2, column 2 to line 2, column 5. Detail.",
      RT_ERROR_REJECTED, RT_FAILURE_OTHER, RT_SENT_YES, 14 },
    { "error 1064 Getting analyzing error from line 7, column 2 to line 7, column 5. Detail.",
      RT_ERROR_REJECTED, RT_FAILURE_OTHER, RT_SENT_YES, -1 },
    { "error 1064 Unknown properties: {abc=2}", RT_ERROR_REJECTED, RT_FAILURE_OTHER, RT_SENT_YES,
      -1 },
    { "error 1050 Getting analyzing error. Detail message: Table already exists.",
      RT_ERROR_REJECTED, RT_FAILURE_EXISTS, RT_SENT_YES, -1 },
    { "error 1005 Can not create table (errno: table already exists)", RT_ERROR_REJECTED,
      RT_FAILURE_EXISTS, RT_SENT_YES, -1 },
    { "error 1060 Duplicate column name", RT_ERROR_REJECTED, RT_FAILURE_EXISTS, RT_SENT_YES, -1 },
    { "error 5502 Getting analyzing error. Detail message: Unknown table.", RT_ERROR_REJECTED,
      RT_FAILURE_NOT_FOUND, RT_SENT_YES, -1 },
    { "error 1064 Getting analyzing error. Detail message: Table t is not found.",
      RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND, RT_SENT_YES, -1 },
    { "error 1064 Column does not exists: c", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND, RT_SENT_YES,
      -1 },
    { "error 1064 A schema change operation is in progress on the table t. Please wait.",
      RT_ERROR_LOCKED, RT_FAILURE_BUSY, RT_SENT_YES, -1 },
    { "error 1064 The table t is currently in state OPTIMIZE", RT_ERROR_LOCKED, RT_FAILURE_BUSY,
      RT_SENT_YES, -1 },
    { "error 1064 A materialized view or rollup index is being created on the table t.",
      RT_ERROR_LOCKED, RT_FAILURE_BUSY, RT_SENT_YES, -1 },
    { "error 5203 Access denied; you need the DROP privilege", RT_ERROR_DENIED, RT_FAILURE_DENIED,
      RT_SENT_YES, -1 },
    { "error 1064 Access denied; you need the DROP privilege", RT_ERROR_DENIED, RT_FAILURE_DENIED,
      RT_SENT_YES, -1 },
    { "error 1064 Query reached its timeout of 300 seconds", RT_ERROR_TIMEOUT, RT_FAILURE_TIMEOUT,
      RT_SENT_YES, -1 },
    { "error 1064 Table creation timed out. unfinished replicas(3/3)", RT_ERROR_TIMEOUT,
      RT_FAILURE_TIMEOUT, RT_SENT_YES, -1 },
    { "error 1064 java.net.SocketTimeoutException: Read timed out", RT_ERROR_TIMEOUT,
      RT_FAILURE_TIMEOUT, RT_SENT_MAYBE, -1 },
    { "error 1105 Execute timeout, the command may be succeed, you would better retry",
      RT_ERROR_TIMEOUT, RT_FAILURE_TIMEOUT, RT_SENT_MAYBE, -1 },
    { "error 1064 call frontend thrift rpc failed, addr: TNetworkAddress", RT_ERROR_LOST,
      RT_FAILURE_LOST, RT_SENT_MAYBE, -1 },
    { "error 1203 Reach limit of connections", RT_ERROR_SERVER, RT_FAILURE_RETRYABLE, RT_SENT_YES,
      -1 },
    { "error 1290 read only", RT_ERROR_DENIED, RT_FAILURE_READ_ONLY, RT_SENT_YES, -1 },
    { "error 1062 Duplicate entry", RT_ERROR_REJECTED, RT_FAILURE_CONSTRAINT, RT_SENT_YES, -1 },
    { "error 1114 The table is full", RT_ERROR_SERVER, RT_FAILURE_FULL, RT_SENT_YES, -1 },
    /* Codes of the server that libmariadb has for something of its own. */
    { "error 2013 Table t is not found", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND, RT_SENT_YES, -1 },
    { "error 5024 Query reached its timeout of 300 seconds", RT_ERROR_TIMEOUT, RT_FAILURE_TIMEOUT,
      RT_SENT_YES, -1 },
    { "error 5010 Something else", RT_ERROR_REJECTED, RT_FAILURE_OTHER, RT_SENT_YES, -1 },
};

static void
test_classes(Fixture *fixture, gconstpointer data)
{
    (void) data;
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autoptr(GError) error = NULL;
        plan_fault(fixture->server, answers[i].fault, "^DELETE");
        const RtFailure *failure = &fixture->connection->failure;
        g_assert_false(rt_connection_execute(fixture->connection, "DELETE FROM\n  ä t", &error));
        g_test_message("%s: class %d sent %d offset %d", error->message, failure->class,
                       failure->sent, failure->offset);
        g_assert_true(rt_error_is(error, answers[i].code));
        g_assert_cmpint(failure->class, ==, answers[i].class);
        g_assert_cmpint(failure->sent, ==, answers[i].sent);
        g_assert_cmpint(failure->offset, ==, answers[i].offset);
    }
}

/* ---- connections that end ---------------------------------------------------------------------
 */

typedef struct Loss {
    const char *fault;
    const char *sql, *pattern;
    bool is_run; /* by the server */
    const char *message;
} Loss;

static const Loss losses[] = {
    { "before", "CREATE TABLE lost (a INTEGER)", "^CREATE TABLE lost", false, "before the answer" },
    { "during", "CREATE TABLE lost (a INTEGER)", "^CREATE TABLE lost", true, "before the answer" },
    { "cut", "SELECT a FROM t", "^SELECT a", true, "in the middle of an answer" },
    /* Among the columns; libmariadb gives it the code of a statement that could not be sent. */
    { "cut", "SELECT 1 AS a", "^SELECT 1", true, "before the answer" },
};

static void
test_lost(Fixture *fixture, gconstpointer data)
{
    const Loss *loss = data;
    RtConnection *connection = fixture->connection;
    g_autoptr(GError) error = NULL;
    run(connection, "CREATE TABLE t (a INTEGER)");
    run(connection, "INSERT INTO t VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9)");
    plan_fault(fixture->server, loss->fault, loss->pattern);
    g_assert_false(rt_connection_execute(connection, loss->sql, &error));
    assert_contains(error->message, loss->message);
    g_assert_true(rt_error_is(error, RT_ERROR_LOST));
    g_assert_cmpint(connection->failure.class, ==, RT_FAILURE_LOST);
    g_assert_cmpint(connection->failure.sent, ==, RT_SENT_MAYBE);
    g_assert_cmpint(was_executed(fixture->server, loss->sql), ==, loss->is_run);
    /* It is not sent again, and nothing else is. */
    g_clear_error(&error);
    g_assert_false(rt_connection_execute(connection, "SELECT 7", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_LOST));
    g_assert_cmpint(connection->failure.sent, ==, RT_SENT_NO);
    g_assert_false(was_executed(fixture->server, "SELECT 7"));
}

/* The server closes an idle connection: what is asked next was certainly not run. */
static void
test_lost_before_sending(Fixture *fixture, gconstpointer data)
{
    (void) data;
    RtConnection *connection = fixture->connection;
    g_autoptr(GError) error = NULL;
    plan_fault(fixture->server, "after", "SELECT 5");
    g_autofree char *rows = ask(connection, "SELECT 5 AS five");
    g_assert_cmpstr(rows, ==, "five=5\n");
    /* The end has come when another connection is answered after it. */
    while (read_count(fixture->server, "open") > 1)
        g_thread_yield();
    g_assert_false(rt_connection_execute(connection, "CREATE TABLE t (a INTEGER)", &error));
    assert_contains(error->message, "before the statement was sent");
    g_assert_cmpint(connection->failure.class, ==, RT_FAILURE_LOST);
    g_assert_cmpint(connection->failure.sent, ==, RT_SENT_NO);
    g_assert_false(was_executed(fixture->server, "CREATE TABLE t"));
}

/* A server may ask for any file of the client's, in place of an answer. */
static void
test_gives_no_file(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autofree char *path = NULL;
    int file = g_file_open_tmp("retort-XXXXXX", &path, NULL);
    g_assert_cmpint(file, >=, 0);
    g_assert_true(g_file_set_contents(path, "secret", -1, NULL));
    g_autofree char *fault = g_strdup_printf("file %s", path);
    plan_fault(fixture->server, fault, "^INSERT");
    g_assert_false(rt_connection_execute(fixture->connection, "INSERT INTO t VALUES (1)", NULL));
    g_assert_cmpint(read_count(fixture->server, "file bytes"), ==, 0);
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_close(file, NULL);
}

/* ---- many statements --------------------------------------------------------------------------
 */

typedef struct Many {
    GString *rows, *failures;
    unsigned give_up_at;
} Many;

static bool
note_row(void *data, unsigned statement, unsigned n, const char *const *values,
         const char *const *names)
{
    (void) names;
    g_assert_cmpuint(n, ==, 1);
    g_string_append_printf(((Many *) data)->rows, "%u:%s ", statement, values[0]);
    return true;
}

static bool
note_failure(void *data, unsigned statement, const GError *error)
{
    Many *many = data;
    g_string_append_printf(many->failures, "%u:%s ", statement, error->message);
    return statement != many->give_up_at;
}

static GPtrArray *
make_texts(unsigned n)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < n; i++)
        g_ptr_array_add(texts, g_strdup_printf("SELECT %u", i));
    return texts;
}

static void
set_text(GPtrArray *texts, unsigned i, const char *text)
{
    g_free(texts->pdata[i]);
    texts->pdata[i] = g_strdup(text);
}

typedef struct ManyCase {
    unsigned n;
    const char *first, *second; /* in place of the texts 3 and 120; NULL: they stay */
    const char *failures;       /* after the numbers */
    int packets;
} ManyCase;

static const ManyCase many_cases[] = {
    { 1, NULL, NULL, "", 1 },
    { 100, NULL, NULL, "", 1 },
    { 101, NULL, NULL, "", 2 },
    { 250, NULL, NULL, "", 3 },
    /* The rest of a packet goes with the next. */
    { 250, "SHOW CREATE TABLE u", NULL, "Unknown table", 4 },
    { 250, "SHOW CREATE TABLE u", "SHOW CREATE TABLE v", "Unknown table", 5 },
    /* A comment and semicolons at the end hide nothing. */
    { 250, "SELECT 3; -- a comment", "SELECT 120;;", "", 3 },
};

static void
test_many(Fixture *fixture, gconstpointer data)
{
    const ManyCase *at = data;
    g_autoptr(GPtrArray) texts = make_texts(at->n);
    g_autoptr(GString) rows = g_string_new(NULL), failures = g_string_new(NULL);
    g_autoptr(GString) expected = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Many many = { rows, failures, UINT_MAX };
    if (at->first)
        set_text(texts, 3, at->first);
    if (at->second)
        set_text(texts, 120, at->second);
    for (unsigned i = 0; i < at->n; i++)
        if (g_str_has_prefix(texts->pdata[i], "SELECT"))
            g_string_append_printf(expected, "%u:%u ", i, i);
    int before = read_count(fixture->server, "packets");
    g_assert_true(rt_connection_query_many(fixture->connection, (const char *const *) texts->pdata,
                                           at->n, note_row, note_failure, &many, &error));
    g_assert_no_error(error);
    /* One packet of the counting itself, and one of its connection's introduction. */
    g_assert_cmpint(read_count(fixture->server, "packets") - before, ==, at->packets + 2);
    g_assert_cmpstr(rows->str, ==, expected->str);
    assert_contains(failures->str, at->failures);
    g_assert_cmpint(*failures->str == '\0', ==, *at->failures == '\0');
}

/* The server refuses the whole packet for one statement that it cannot parse. */
static void
test_many_with_syntax_error(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(GPtrArray) texts = make_texts(250);
    g_autoptr(GString) rows = g_string_new(NULL), failures = g_string_new(NULL);
    g_autoptr(GString) expected = g_string_new(NULL);
    Many many = { rows, failures, UINT_MAX };
    set_text(texts, 37, "SELEC 37");
    for (unsigned i = 0; i < texts->len; i++)
        if (i != 37)
            g_string_append_printf(expected, "%u:%u ", i, i);
    g_assert_true(rt_connection_query_many(fixture->connection, (const char *const *) texts->pdata,
                                           texts->len, note_row, note_failure, &many, NULL));
    g_assert_cmpstr(rows->str, ==, expected->str);
    g_assert_true(g_str_has_prefix(failures->str, "37:Getting syntax error"));
    g_assert_null(strstr(failures->str + 1, "Getting syntax error at line 2"));
}

static void
test_many_gives_up(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const char *const texts[] = { "SELECT 0", "SHOW CREATE TABLE u", "SELECT 2" };
    g_autoptr(GString) rows = g_string_new(NULL), failures = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Many many = { rows, failures, 1 };
    g_assert_false(rt_connection_query_many(fixture->connection, texts, 3, note_row, note_failure,
                                            &many, &error));
    assert_contains(error->message, "Unknown table");
    g_assert_cmpstr(rows->str, ==, "0:0 ");
    g_clear_error(&error);
    g_assert_false(
        rt_connection_query_many(fixture->connection, texts, 3, note_row, NULL, &many, &error));
    assert_contains(error->message, "Unknown table");
}

static void
test_many_lost(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(GPtrArray) texts = make_texts(250);
    g_autoptr(GString) rows = g_string_new(NULL), failures = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Many many = { rows, failures, UINT_MAX };
    plan_fault(fixture->server, "during", "SELECT 130");
    g_assert_false(rt_connection_query_many(fixture->connection, (const char *const *) texts->pdata,
                                            texts->len, note_row, note_failure, &many, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_LOST));
    g_assert_cmpint(fixture->connection->failure.sent, ==, RT_SENT_MAYBE);
    assert_contains(rows->str, "129:129 ");
    g_assert_null(strstr(rows->str, "131:"));
    g_assert_cmpstr(failures->str, ==, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, data, function)                                                                  \
    g_test_add("/driver/mysql/" name, Fixture, data, set_up, function, tear_down)
    ADD("rows", NULL, test_rows);
    ADD("long values", NULL, test_long_values);
    ADD("changes", NULL, test_changes);
    ADD("stops when told", NULL, test_stops_when_told);
    ADD("refusals", NULL, test_refusals);
    ADD("classes", NULL, test_classes);
    for (size_t i = 0; i < G_N_ELEMENTS(losses); i++) {
        g_autofree char *name = g_strdup_printf("/driver/mysql/lost %s %zu", losses[i].fault, i);
        g_test_add(name, Fixture, &losses[i], set_up, test_lost, tear_down);
    }
    ADD("lost before sending", NULL, test_lost_before_sending);
    ADD("gives no file", NULL, test_gives_no_file);
    for (size_t i = 0; i < G_N_ELEMENTS(many_cases); i++) {
        g_autofree char *name = g_strdup_printf("/driver/mysql/many/%zu", i);
        g_test_add(name, Fixture, &many_cases[i], set_up, test_many, tear_down);
    }
    ADD("many with a syntax error", NULL, test_many_with_syntax_error);
    ADD("many gives up", NULL, test_many_gives_up);
    ADD("many lost", NULL, test_many_lost);
    return g_test_run();
}
