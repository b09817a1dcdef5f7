/* Waits for the lock, whatever its form, and judges whether its holder is dead. */
#include "migrate/lock.h"

#include "migrate/lock-form.h"
#include "migrate/wait.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
    DEFAULT_LEASE_MS = 30000,
    BEATS_IN_LEASE = 3,
    TRIES_IN_LEASE = 10, /* of one that fails, by a second connection */
};

/* NULL: the connection keeps others out by itself. */
static const RtLockForm *
find_form(const RtRunner *runner)
{
    if (rt_connection_is_transactional(runner->database->connection))
        return &rt_lock_by_row;
    bool has_generations = runner->database->dialect->own->lock == RT_OWN_LOCK_GENERATIONS;
    return has_generations ? &rt_lock_by_generation : NULL;
}

static gint64
lease_us(const RtRunner *runner)
{
    gint64 lease = runner->options->lease_ms > 0 ? runner->options->lease_ms : DEFAULT_LEASE_MS;
    return lease * 1000;
}

/* ---- the holder -------------------------------------------------------------------------------
 */

/* Locks that runners of this process hold: one of an earlier process may have had its number. */
static int n_held_here;

/* Whether "user@host:pid" is a process of this machine that runs. */
static bool
is_running_here(const char *owner)
{
    const char *at = owner ? strrchr(owner, '@') : NULL, *colon = at ? strchr(at, ':') : NULL;
    if (!colon)
        return false;
    g_autofree char *host = g_strndup(at + 1, (size_t) (colon - at - 1));
    gint64 pid = g_ascii_strtoll(colon + 1, NULL, 10);
    if (pid <= 0 || strcmp(host, g_get_host_name()) != 0)
        return false;
    return pid == getpid() ? g_atomic_int_get(&n_held_here) > 0
                           : kill((pid_t) pid, 0) == 0 || errno != ESRCH;
}

/* What was seen of the holder, and since when. */
typedef struct Watch {
    const RtRunner *runner;
    const RtLockForm *form;
    char *sign; /* NULL: nothing yet */
    gint64 since;
} Watch;

/* Where no signs are given while a statement runs, its process stands for them. */
static bool
is_dead(void *data, const RtLockLook *look)
{
    Watch *watch = data;
    if (g_strcmp0(look->sign, watch->sign) == 0) {
        bool is_still = g_get_monotonic_time() - watch->since > lease_us(watch->runner);
        return is_still && (watch->form->beat_through || !is_running_here(look->owner));
    }
    g_free(watch->sign);
    watch->sign = g_strdup(look->sign);
    watch->since = g_get_monotonic_time();
    return false;
}

/* ---- taking -----------------------------------------------------------------------------------
 */

static void
clear_look(RtLockLook *look)
{
    g_free(look->holder);
    g_free(look->owner);
    g_free(look->sign);
    *look = (RtLockLook){ 0 };
}

/* Sleeps until the next look, or fails where that was long enough. */
static bool
wait_for_holder(RtRunner *runner, const RtLockLook *look, gint64 start, RtPace *pace,
                GError **error)
{
    gint64 limit = runner->options->lock_timeout_ms;
    if (limit >= 0 && g_get_monotonic_time() - start >= limit * 1000) {
        rt_error_set(error, RT_ERROR_LOCKED, "%s is migrating this database", look->holder);
        return false;
    }
    g_autofree char *what = g_strdup_printf("waiting for the lock of %s", look->holder);
    rt_events_progress(runner->events, what, -1);
    return rt_pace_sleep(runner, pace, error);
}

static bool
take(RtRunner *runner, Watch *watch, GError **error)
{
    gint64 start = g_get_monotonic_time();
    RtPace pace = { 0 };
    for (;;) {
        RtLockLook look = { 0 };
        if (!watch->form->try(runner, is_dead, watch, &look, error))
            return false;
        bool is_ours = !look.holder;
        bool goes_on = is_ours || wait_for_holder(runner, &look, start, &pace, error);
        clear_look(&look);
        if (is_ours || !goes_on)
            return is_ours;
    }
}

/* ---- while a statement runs -------------------------------------------------------------------
 */

/* Whatever goes wrong is tried again; that another has taken over shows at the next write. */
static bool
beat_beside(RtRunner *runner, const RtLockForm *form)
{
    int patience = (int) (lease_us(runner) / 1000 / BEATS_IN_LEASE);
    g_autoptr(GError) ignored = NULL;
    if (!runner->companion)
        runner->companion =
            rt_connection_companion(runner->database->connection, patience, &ignored);
    if (runner->companion && form->beat_through(runner, runner->companion, &ignored))
        return true;
    g_clear_pointer(&runner->companion, rt_connection_close);
    return false;
}

static void
beat_while_waiting(void *data)
{
    RtRunner *runner = data;
    gint64 now = g_get_monotonic_time(), lease = lease_us(runner);
    if (now - runner->lock_shown < lease / BEATS_IN_LEASE ||
        now - runner->lock_tried < lease / TRIES_IN_LEASE)
        return;
    bool is_shown = beat_beside(runner, find_form(runner));
    runner->lock_tried = g_get_monotonic_time();
    if (is_shown)
        runner->lock_shown = runner->lock_tried;
}

static void
begin_beating(RtRunner *runner, const RtLockForm *form)
{
    RtConnection *connection = runner->database->connection;
    if (!form->beat_through || !connection->class->companion)
        return;
    connection->while_waiting_data = runner;
    connection->while_waiting = beat_while_waiting;
}

static void
end_beating(RtRunner *runner)
{
    runner->database->connection->while_waiting = NULL;
    g_clear_pointer(&runner->companion, rt_connection_close);
}

/* ---- taking and giving back -------------------------------------------------------------------
 */

bool
rt_lock_take(RtRunner *runner, GError **error)
{
    const RtLockForm *form = find_form(runner);
    if (runner->lock.owner || !form)
        return true;
    Watch watch = { .runner = runner, .form = form };
    bool is_ours = take(runner, &watch, error);
    g_free(watch.sign);
    runner->lock_shown = g_get_monotonic_time();
    if (is_ours) {
        g_atomic_int_inc(&n_held_here);
        begin_beating(runner, form);
    }
    return is_ours;
}

/* ---- holding ----------------------------------------------------------------------------------
 */

bool
rt_lock_begin_write(RtRunner *runner, GError **error)
{
    const RtLockForm *form = find_form(runner);
    return !form || form->begin_write(runner, error);
}

bool
rt_lock_begin_step(RtRunner *runner, GError **error)
{
    const RtLockForm *form = find_form(runner);
    return !form || form->begin_step(runner, error);
}

bool
rt_lock_end_write(RtRunner *runner, bool ok, GError **error)
{
    const RtLockForm *form = find_form(runner);
    bool is_done = form ? form->end_write(runner, ok, error) : ok;
    if (is_done)
        runner->lock_shown = g_get_monotonic_time();
    return is_done;
}

bool
rt_lock_keep(RtRunner *runner, GError **error)
{
    gint64 since = g_get_monotonic_time() - runner->lock_shown;
    if (!runner->lock.owner || since < lease_us(runner) / BEATS_IN_LEASE)
        return true;
    return rt_lock_begin_write(runner, error) && rt_lock_end_write(runner, true, error);
}

void
rt_lock_release(RtRunner *runner)
{
    const RtLockForm *form = find_form(runner);
    if (!runner->lock.owner || !form)
        return;
    end_beating(runner);
    form->release(runner);
    g_atomic_int_add(&n_held_here, -1);
    rt_lock_row_clear(&runner->lock);
}
