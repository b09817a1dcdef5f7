/* The lock row. */
#include "migrate/lock.h"

#include "migrate/wait.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { POLL_MS = 100, DEFAULT_LEASE_MS = 30000 };

static bool
has_transactions(const RtRunner *runner)
{
    return rt_connection_is_transactional(runner->database->connection);
}

/* Whether "user@host:pid" is a process of this machine that runs no more. */
static bool
is_gone_from_here(const char *owner)
{
    const char *at = strrchr(owner, '@'), *colon = strrchr(owner, ':');
    if (!at || !colon || colon < at)
        return false;
    g_autofree char *host = g_strndup(at + 1, (size_t) (colon - at - 1));
    gint64 pid = g_ascii_strtoll(colon + 1, NULL, 10);
    return pid > 0 && strcmp(host, g_get_host_name()) == 0 && kill((pid_t) pid, 0) != 0 &&
           errno == ESRCH;
}

static bool
is_from_here(const char *owner)
{
    g_autofree char *middle = g_strdup_printf("@%s:", g_get_host_name());
    return strstr(owner, middle) != NULL;
}

/* What was seen of the holder, and since when. */
typedef struct Watch {
    int64_t fence, heartbeat;
    gint64 since;
} Watch;

static bool
is_dead(const RtRunner *runner, const RtLockRow *row, Watch *watch)
{
    if (row->fence != watch->fence || row->heartbeat != watch->heartbeat) {
        *watch = (Watch){ row->fence, row->heartbeat, g_get_monotonic_time() };
        return is_gone_from_here(row->owner);
    }
    if (is_from_here(row->owner))
        return is_gone_from_here(row->owner);
    gint64 lease = runner->options->lease_ms > 0 ? runner->options->lease_ms : DEFAULT_LEASE_MS;
    return g_get_monotonic_time() - watch->since > lease * 1000;
}

/* One attempt, in a transaction of its own. *out_holder (owned) is set while another has it. */
static bool
try_lock(RtRunner *runner, Watch *watch, char **out_holder, GError **error)
{
    RtConnection *connection = runner->database->connection;
    RtLockRow row = { 0 };
    if (!rt_connection_begin(connection, error))
        return false;
    bool ok = (runner->has_tables || rt_state_create(runner->state, error)) &&
              rt_state_read_lock(runner->state, &row, error);
    bool is_free = ok && (!row.owner || is_dead(runner, &row, watch));
    if (is_free) {
        runner->lock.owner = g_strdup(runner->options->owner ? runner->options->owner : "?");
        runner->lock.fence = row.fence + 1;
        runner->lock.heartbeat = row.heartbeat + 1;
        ok = rt_state_put_lock(runner->state, &runner->lock, error);
    } else if (ok) {
        *out_holder = g_strdup(row.owner);
    }
    rt_lock_row_clear(&row);
    ok = ok && rt_connection_commit(connection, error);
    if (!ok) {
        rt_connection_rollback(connection);
        rt_lock_row_clear(&runner->lock);
    }
    runner->has_tables = runner->has_tables || ok;
    return ok;
}

bool
rt_lock_take(RtRunner *runner, GError **error)
{
    if (runner->lock.owner || !has_transactions(runner))
        return true;
    Watch watch = { .since = g_get_monotonic_time() };
    gint64 start = g_get_monotonic_time(), limit = runner->options->lock_timeout_ms;
    for (;;) {
        g_autofree char *holder = NULL;
        if (!try_lock(runner, &watch, &holder, error))
            return false;
        if (!holder)
            return true;
        if (limit >= 0 && g_get_monotonic_time() - start >= limit * 1000) {
            rt_error_set(error, RT_ERROR_LOCKED, "%s is migrating this database", holder);
            return false;
        }
        g_autofree char *what = g_strdup_printf("waiting for the lock of %s", holder);
        rt_events_progress(runner->events, what, -1);
        if (!rt_wait_sleep(runner, POLL_MS, error))
            return false;
    }
}

static bool
check_fence(RtRunner *runner, GError **error)
{
    RtLockRow row = { 0 };
    if (!rt_state_read_lock(runner->state, &row, error))
        return false;
    bool is_ours = row.fence == runner->lock.fence;
    if (!is_ours)
        rt_error_set(error, RT_ERROR_LOCKED, "%s took this run over",
                     row.owner ? row.owner : "another runner");
    rt_lock_row_clear(&row);
    if (!is_ours)
        return false;
    runner->lock.heartbeat++;
    return rt_state_put_lock(runner->state, &runner->lock, error);
}

bool
rt_lock_begin_write(RtRunner *runner, GError **error)
{
    if (!has_transactions(runner))
        return true;
    if (!rt_connection_begin(runner->database->connection, error))
        return false;
    if (!runner->lock.owner || check_fence(runner, error))
        return true;
    rt_connection_rollback(runner->database->connection);
    return false;
}

bool
rt_lock_end_write(RtRunner *runner, bool ok, GError **error)
{
    if (!has_transactions(runner))
        return ok;
    if (ok && rt_connection_commit(runner->database->connection, error))
        return true;
    rt_connection_rollback(runner->database->connection);
    return false;
}

void
rt_lock_release(RtRunner *runner)
{
    if (!runner->lock.owner)
        return;
    g_autoptr(GError) ignored = NULL;
    if (rt_lock_begin_write(runner, &ignored)) {
        RtLockRow row = { NULL, runner->lock.fence, runner->lock.heartbeat };
        bool ok = rt_state_put_lock(runner->state, &row, &ignored);
        ok = rt_lock_end_write(runner, ok, NULL);
        (void) ok;
    }
    rt_lock_row_clear(&runner->lock);
}
