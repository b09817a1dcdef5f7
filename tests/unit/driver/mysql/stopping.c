/* Statements that do not end by themselves: stopped by a person, by the server, or by a deadline.
 */
#include "client.h"

#include <string.h>

typedef struct Fixture {
    RtWireServer *server;
    RtCancel cancel;
    RtEvents events;
    RtConnectionOptions options;
    RtConnection *connection;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const char *rest = data ? data : "test";
    g_autoptr(GError) error = NULL;
    fixture->server = rt_wire_server_start(NULL);
    fixture->events.cancel = &fixture->cancel;
    fixture->options.events = &fixture->events;
    fixture->connection = open_at(fixture->server->port, "root", rest, &fixture->options, &error);
    g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void) data;
    rt_connection_close(fixture->connection);
    rt_wire_server_stop(fixture->server);
}

/* Once the server has the statement that hangs, a stop finds it under way. */
static void
wait_for_statement(Fixture *fixture)
{
    while (read_count(fixture->server, "stuck") == 0)
        g_thread_yield();
}

static gpointer
interrupt_later(gpointer data)
{
    Fixture *fixture = data;
    wait_for_statement(fixture);
    fixture->connection->class->interrupt(fixture->connection);
    return NULL;
}

static gpointer
cancel_later(gpointer data)
{
    Fixture *fixture = data;
    wait_for_statement(fixture);
    fixture->cancel.level = 2;
    return NULL;
}

typedef struct Stop {
    const char *fault;
    GThreadFunc stop;
    bool is_usable; /* afterwards */
} Stop;

static void
assert_stopped(Fixture *fixture, const Stop *stop)
{
    g_autoptr(GError) error = NULL;
    plan_fault(fixture->server, stop->fault, "^DROP");
    GThread *thread = g_thread_new("stop", stop->stop, fixture);
    g_assert_false(rt_connection_execute(fixture->connection, "DROP TABLE t", &error));
    g_thread_join(thread);
    g_assert_true(rt_error_is(error, RT_ERROR_INTERRUPTED));
    assert_contains(error->message, "interrupted while 127.0.0.1:");
    g_assert_cmpint(fixture->connection->failure.class, ==, RT_FAILURE_INTERRUPTED);
    g_assert_cmpint(fixture->connection->failure.sent, ==, RT_SENT_MAYBE);
    fixture->cancel.level = 0;
    g_clear_error(&error);
    g_assert_cmpint(rt_connection_execute(fixture->connection, "SELECT 1", &error), ==,
                    stop->is_usable);
}

static void
test_interrupt(Fixture *fixture, gconstpointer data)
{
    (void) data;
    assert_stopped(fixture, &(Stop){ "hang", interrupt_later, true });
}

static void
test_cancel(Fixture *fixture, gconstpointer data)
{
    (void) data;
    assert_stopped(fixture, &(Stop){ "hang", cancel_later, true });
}

/* The server does not stop it either: the connection is given up. */
static void
test_cancel_without_answer(Fixture *fixture, gconstpointer data)
{
    (void) data;
    assert_stopped(fixture, &(Stop){ "freeze", cancel_later, false });
}

/* Nor does it ever let the client wait. */
static void
test_cancel_in_answer(Fixture *fixture, gconstpointer data)
{
    (void) data;
    assert_stopped(fixture, &(Stop){ "endless", cancel_later, false });
}

/* Once is for the statement's end, twice for now. */
static void
test_cancel_once(Fixture *fixture, gconstpointer data)
{
    (void) data;
    fixture->cancel.level = 1;
    run(fixture->connection, "CREATE TABLE t (a INTEGER)");
    g_assert_true(was_executed(fixture->server, "CREATE TABLE t"));
}

static void
test_cancel_while_connecting(void)
{
    static const char *const arguments[] = { "--silent", NULL };
    g_autoptr(RtWireServer) server = rt_wire_server_start(arguments);
    RtCancel cancel = { .level = 1 };
    RtEvents events = { .cancel = &cancel };
    RtConnectionOptions options = { .events = &events };
    g_autoptr(GError) error = NULL;
    g_assert_null(open_at(server->port, "root", "test", &options, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_INTERRUPTED));
}

/* An interrupt that comes too late stops nothing that follows. */
static void
test_late_interrupt(Fixture *fixture, gconstpointer data)
{
    (void) data;
    run(fixture->connection, "SELECT 1");
    fixture->connection->class->interrupt(fixture->connection);
    run(fixture->connection, "SELECT 2");
}

/* The server is told to stop the statement; where it does not, the connection is given up. */
static void
assert_late(Fixture *fixture, const char *fault, bool is_usable)
{
    g_autoptr(GError) error = NULL;
    plan_fault(fixture->server, fault, "^DROP");
    g_assert_false(rt_connection_execute(fixture->connection, "DROP TABLE t", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_TIMEOUT));
    assert_contains(error->message, "for 0.3 s (the URL's read_timeout)");
    g_assert_cmpint(fixture->connection->failure.class, ==, RT_FAILURE_TIMEOUT);
    g_assert_cmpint(fixture->connection->failure.sent, ==, RT_SENT_MAYBE);
    g_clear_error(&error);
    g_assert_cmpint(rt_connection_execute(fixture->connection, "SELECT 1", &error), ==, is_usable);
}

static void
test_read_timeout(Fixture *fixture, gconstpointer data)
{
    (void) data;
    run(fixture->connection, "SELECT 1");
    assert_late(fixture, "hang", true);
    assert_late(fixture, "freeze", false);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, data, function)                                                                  \
    g_test_add("/driver/mysql/" name, Fixture, data, set_up, function, tear_down)
    ADD("interrupt", NULL, test_interrupt);
    ADD("cancel", NULL, test_cancel);
    ADD("cancel without an answer", NULL, test_cancel_without_answer);
    ADD("cancel in an answer", NULL, test_cancel_in_answer);
    ADD("cancel once", NULL, test_cancel_once);
    g_test_add_func("/driver/mysql/cancel while connecting", test_cancel_while_connecting);
    ADD("late interrupt", NULL, test_late_interrupt);
    ADD("read timeout", "test?read_timeout=0.3", test_read_timeout);
    return g_test_run();
}
