/* The lock as a row that the transaction of each write checks. */
#include "migrate/lock-form.h"

#include <inttypes.h>

static char *
name_holder(const RtLockRow *row)
{
    return g_strdup(row->owner ? row->owner : "another runner");
}

/* In the transaction that `try` has opened. */
static bool
look_and_take(RtRunner *runner, bool (*is_dead)(void *, const RtLockLook *), void *data,
              RtLockLook *out, GError **error)
{
    RtLockRow row = { 0 };
    if ((!runner->has_tables && !rt_state_create(runner->state, error)) ||
        !rt_state_read_lock(runner->state, &row, error))
        return false;
    RtLockLook look = { NULL, row.owner,
                        g_strdup_printf("%" PRId64 " %" PRId64, row.fence, row.heartbeat) };
    bool is_free = !row.owner || is_dead(data, &look), ok = true;
    if (is_free) {
        runner->lock.owner = g_strdup(runner->options->owner ? runner->options->owner : "?");
        runner->lock.fence = row.fence + 1;
        runner->lock.heartbeat = row.heartbeat + 1;
        ok = rt_state_put_lock(runner->state, &runner->lock, error);
    } else {
        out->holder = name_holder(&row);
    }
    g_free(look.sign);
    rt_lock_row_clear(&row);
    return ok;
}

static bool
try(RtRunner *runner, bool (*is_dead)(void *, const RtLockLook *), void *data, RtLockLook *out,
    GError **error)
{
    RtConnection *connection = runner->database->connection;
    if (!rt_connection_begin(connection, error))
        return false;
    bool ok =
        look_and_take(runner, is_dead, data, out, error) && rt_connection_commit(connection, error);
    if (!ok) {
        rt_connection_rollback(connection);
        rt_lock_row_clear(&runner->lock);
    }
    runner->has_tables = runner->has_tables || ok;
    return ok;
}

static bool
check_fence(RtRunner *runner, GError **error)
{
    RtLockRow row = { 0 };
    if (!rt_state_read_lock(runner->state, &row, error))
        return false;
    bool is_ours = row.fence == runner->lock.fence;
    g_autofree char *holder = name_holder(&row);
    rt_lock_row_clear(&row);
    if (!is_ours) {
        rt_error_set(error, RT_ERROR_LOCKED, "%s took this run over", holder);
        return false;
    }
    runner->lock.heartbeat++;
    return rt_state_put_lock(runner->state, &runner->lock, error);
}

static bool
begin_write(RtRunner *runner, GError **error)
{
    if (!rt_connection_begin(runner->database->connection, error))
        return false;
    if (!runner->lock.owner || check_fence(runner, error))
        return true;
    rt_connection_rollback(runner->database->connection);
    return false;
}

static bool
end_write(RtRunner *runner, bool ok, GError **error)
{
    if (ok && rt_connection_commit(runner->database->connection, error))
        return true;
    rt_connection_rollback(runner->database->connection);
    return false;
}

static void
release(RtRunner *runner)
{
    g_autoptr(GError) ignored = NULL;
    if (!begin_write(runner, &ignored))
        return;
    RtLockRow row = { NULL, runner->lock.fence, runner->lock.heartbeat };
    bool ok = rt_state_put_lock(runner->state, &row, &ignored);
    ok = end_write(runner, ok, NULL);
    (void) ok;
}

const RtLockForm rt_lock_by_row = {
    .try = try,
    .begin_write = begin_write,
    .begin_step = begin_write,
    .end_write = end_write,
    .release = release,
};
