/* Thin calls through a connection's class. */
#include "connection/connection.h"

static bool
fail_unsupported(GError **error, const char *what)
{
    rt_error_set(error, RT_ERROR_UNSUPPORTED, "this connection has no %s", what);
    return false;
}

void
rt_connection_close(RtConnection *connection)
{
    if (connection)
        connection->class->close(connection);
}

bool
rt_connection_server(RtConnection *connection, RtServer *out_server, GError **error)
{
    if (!connection->class->server)
        return fail_unsupported(error, "way to ask what server it is");
    return connection->class->server(connection, out_server, error);
}

bool
rt_connection_privileges(RtConnection *connection, GPtrArray *out_lines, GError **error)
{
    return !connection->class->privileges ||
           connection->class->privileges(connection, out_lines, error);
}

static void
tell(const RtConnection *connection, const char *sql)
{
    rt_events_statement(connection->events, connection->logger, sql);
}

bool
rt_connection_send(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
                   int64_t *out_changed, GError **error)
{
    int64_t changed = -1;
    tell(connection, sql);
    if (!connection->class->execute(connection, sql, row, data, &changed, error))
        return false;
    if (out_changed)
        *out_changed = changed;
    return true;
}

bool
rt_connection_execute(RtConnection *connection, const char *sql, GError **error)
{
    return rt_connection_send(connection, sql, NULL, NULL, NULL, error);
}

bool
rt_connection_query(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
                    GError **error)
{
    return rt_connection_send(connection, sql, row, data, NULL, error);
}

bool
rt_connection_begin(RtConnection *connection, GError **error)
{
    if (!connection->class->begin)
        return fail_unsupported(error, "transactions");
    tell(connection, "BEGIN");
    return connection->class->begin(connection, error);
}

bool
rt_connection_commit(RtConnection *connection, GError **error)
{
    if (!connection->class->commit)
        return fail_unsupported(error, "transactions");
    tell(connection, "COMMIT");
    return connection->class->commit(connection, error);
}

void
rt_connection_rollback(RtConnection *connection)
{
    g_autoptr(GError) ignored = NULL;
    if (!connection->class->rollback)
        return;
    tell(connection, "ROLLBACK");
    connection->class->rollback(connection, &ignored);
}

bool
rt_connection_reopen(RtConnection *connection, GError **error)
{
    if (!connection->class->reopen)
        return fail_unsupported(error, "connecting again");
    return connection->class->reopen(connection, error);
}

RtConnection *
rt_connection_companion(RtConnection *connection, int patience_ms, GError **error)
{
    if (!connection->class->companion) {
        fail_unsupported(error, "others beside it");
        return NULL;
    }
    RtConnection *companion = connection->class->companion(connection, patience_ms, error);
    if (companion) {
        companion->events = connection->events;
        companion->logger = connection->logger;
    }
    return companion;
}

bool
rt_connection_is_transactional(const RtConnection *connection)
{
    return connection->class->begin != NULL;
}

/* ---- many queries -----------------------------------------------------------------------------
 */

typedef struct Relay {
    RtManyRowFunc row;
    void *data;
    unsigned statement;
} Relay;

static bool
relay_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    const Relay *relay = data;
    return relay->row(relay->data, relay->statement, n, values, names);
}

bool
rt_connection_query_many(RtConnection *connection, const char *const *sql, unsigned n,
                         RtManyRowFunc row, RtManyFailedFunc failed, void *data, GError **error)
{
    for (unsigned i = 0; connection->class->query_many && i < n; i++)
        tell(connection, sql[i]);
    if (connection->class->query_many)
        return connection->class->query_many(connection, sql, n, row, failed, data, error);
    Relay relay = { .row = row, .data = data };
    for (; relay.statement < n; relay.statement++) {
        g_autoptr(GError) problem = NULL;
        if (rt_connection_query(connection, sql[relay.statement], row ? relay_row : NULL, &relay,
                                &problem))
            continue;
        if (failed && failed(data, relay.statement, problem))
            continue;
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    return true;
}
