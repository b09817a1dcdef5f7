/* Connections for the tests of the driver, and questions to the server behind them. */
#include "client.h"

#include <stdlib.h>
#include <string.h>

RtConnection *
open_url(const char *text, const RtConnectionOptions *options, GError **error)
{
    const RtDriver *driver = rt_driver_load("mysql", error);
    g_assert_nonnull(driver);
    g_autoptr(RtUrl) url = rt_url_parse(text, error);
    g_assert_nonnull(url);
    const RtConnectionOptions plain = { 0 };
    bool is_missing = false;
    RtConnection *connection = driver->open(url, options ? options : &plain, &is_missing, error);
    g_assert_false(is_missing);
    return connection;
}

RtConnection *
open_at(unsigned port, const char *user, const char *rest, const RtConnectionOptions *options,
        GError **error)
{
    g_autofree char *url = g_strdup_printf("starrocks://%s@127.0.0.1:%u/%s", user, port, rest);
    return open_url(url, options, error);
}

RtConnection *
open_root(const RtWireServer *server)
{
    g_autoptr(GError) error = NULL;
    RtConnection *connection = open_at(server->port, "root", "test", NULL, &error);
    g_assert_no_error(error);
    return connection;
}

void
run(RtConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!rt_connection_execute(connection, sql, &error))
        g_error("%s: %s", sql, error->message);
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

char *
ask(RtConnection *connection, const char *sql)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    bool is_done = rt_connection_query(connection, sql, append_row, out, &error);
    g_assert_no_error(error);
    g_assert_true(is_done);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

void
plan_fault(const RtWireServer *server, const char *fault, const char *pattern)
{
    g_autoptr(RtConnection) connection = open_root(server);
    g_autofree char *sql = g_strdup_printf("TEST FAULT '%s' '%s'", fault, pattern);
    run(connection, sql);
}

int
read_count(const RtWireServer *server, const char *name)
{
    g_autoptr(RtConnection) connection = open_root(server);
    g_autofree char *rows = ask(connection, "TEST COUNTS");
    g_autofree char *words = g_strdup_printf("name=%s,value=", name);
    const char *found = strstr(rows, words);
    g_assert_nonnull(found);
    return (int) strtol(found + strlen(words), NULL, 10);
}

bool
was_executed(const RtWireServer *server, const char *start)
{
    g_autoptr(RtConnection) connection = open_root(server);
    g_autofree char *rows = ask(connection, "TEST EXECUTED");
    g_autofree char *words = g_strdup_printf("statement=%s", start);
    return strstr(rows, words) != NULL;
}

void
assert_contains(const char *text, const char *words)
{
    if (!strstr(text, words))
        g_error("'%s' is not in: %s", words, text);
}
