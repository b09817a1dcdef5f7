/* Polls jobs until they end. */
#include "migrate/wait.h"

#include "migrate/lock.h"

enum {
    SLEEP_PIECE_MS = 100,
    DEFAULT_POLL_MS = 200,
    SLOWEST_POLL_FACTOR = 25, /* 5 s where the first is 0.2 s */
};

void
rt_job_clear(RtJob *job)
{
    g_free(job->id);
    g_free(job->message);
    *job = (RtJob){ 0 };
}

bool
rt_wait_sleep(RtRunner *runner, int milliseconds, GError **error)
{
    while (milliseconds > 0) {
        if (!rt_events_go_on(runner->events, error))
            return false;
        int piece = MIN(milliseconds, SLEEP_PIECE_MS);
        g_usleep((gulong) piece * 1000);
        milliseconds -= piece;
    }
    return rt_events_go_on(runner->events, error);
}

bool
rt_pace_sleep(RtRunner *runner, RtPace *pace, GError **error)
{
    int first = runner->options->poll_ms > 0 ? runner->options->poll_ms : DEFAULT_POLL_MS;
    int now = pace->next_ms ? pace->next_ms : first;
    pace->next_ms = MIN(now + (now + 1) / 2, first * SLOWEST_POLL_FACTOR);
    return rt_wait_sleep(runner, now, error);
}

/* ---- jobs -------------------------------------------------------------------------------------
 */

bool
rt_wait_find_jobs(RtRunner *runner, const RtPendingJob *pending, unsigned n, RtJob *out_jobs,
                  GError **error)
{
    const RtDialect *dialect = runner->database->dialect;
    for (unsigned i = 0; i < n; i++)
        out_jobs[i] = (RtJob){ .state = RT_JOB_NONE, .percent = -1 };
    if (!dialect->jobs)
        return true;
    g_autoptr(RtModel) model = rt_model_new(runner->database->schema);
    g_autofree const RtName **names = g_new(const RtName *, n);
    g_autofree const char **marks = g_new(const char *, n);
    for (unsigned i = 0; i < n; i++) {
        names[i] = rt_touch_name(dialect, model, &pending[i].object);
        marks[i] = pending[i].object.mark;
    }
    return dialect->jobs->find(runner->database->connection, names, marks, n, out_jobs, error);
}

/* Those of the jobs that still run, and what they say of themselves together. */
typedef struct Watch {
    const RtPendingJob *jobs;
    GArray *running;  /* of unsigned: indices */
    GString *objects; /* that they are on, for messages */
    int percent;
} Watch;

static void
watch_job(Watch *watch, unsigned index, int percent)
{
    enum { MOST_NAMES = 3 };
    unsigned n = watch->running->len;
    g_array_append_val(watch->running, index);
    if (n < MOST_NAMES)
        g_string_append_printf(watch->objects, "%s%s", n ? ", " : "",
                               watch->jobs[index].object.name);
    else if (n == MOST_NAMES)
        g_string_append(watch->objects, " and more");
    /* The slowest one says how far they are. */
    watch->percent = n == 0 ? percent : MIN(watch->percent, percent);
}

/* Asks for those that ran when they were asked for last; a cancelled one is an error. */
static bool
look_at_jobs(RtRunner *runner, Watch *watch, unsigned *out_cancelled, GError **error)
{
    g_autoptr(GArray) asked = g_steal_pointer(&watch->running);
    g_autofree RtPendingJob *pending = g_new(RtPendingJob, asked->len);
    g_autofree RtJob *found = g_new(RtJob, asked->len);
    watch->running = g_array_new(FALSE, FALSE, sizeof(unsigned));
    for (guint i = 0; i < asked->len; i++)
        pending[i] = watch->jobs[g_array_index(asked, unsigned, i)];
    if (!rt_wait_find_jobs(runner, pending, asked->len, found, error))
        return false;
    bool ok = true;
    g_string_truncate(watch->objects, 0);
    for (guint i = 0; i < asked->len; i++) {
        unsigned index = g_array_index(asked, unsigned, i);
        if (found[i].state == RT_JOB_RUNNING)
            watch_job(watch, index, found[i].percent);
        if (ok && found[i].state == RT_JOB_CANCELLED) {
            rt_error_set(error, RT_ERROR_REJECTED, "the job on %s was cancelled: %s",
                         pending[i].object.name,
                         found[i].message ? found[i].message : "no reason given");
            *out_cancelled = index;
            ok = false;
        }
        rt_job_clear(&found[i]);
    }
    return ok;
}

static bool
watch_jobs(RtRunner *runner, Watch *watch, unsigned *out_cancelled, GError **error)
{
    gint64 limit = runner->options->job_timeout_ms, start = g_get_monotonic_time();
    RtPace pace = { 0 };
    for (;;) {
        if (!look_at_jobs(runner, watch, out_cancelled, error))
            return false;
        if (!watch->running->len)
            return true;
        bool is_one = watch->running->len == 1;
        g_autofree char *what = g_strdup_printf("waiting for the %s on %s", is_one ? "job" : "jobs",
                                                watch->objects->str);
        rt_events_progress(runner->events, what, watch->percent);
        if (limit > 0 && g_get_monotonic_time() - start > limit * 1000) {
            rt_error_set(error, RT_ERROR_TIMEOUT,
                         "the %s on %s still %s; %s on, and the next run waits for %s",
                         is_one ? "job" : "jobs", watch->objects->str, is_one ? "runs" : "run",
                         is_one ? "it goes" : "they go", is_one ? "it" : "them");
            return false;
        }
        if (!rt_pace_sleep(runner, &pace, error) || !rt_lock_keep(runner, error))
            return false;
    }
}

bool
rt_wait_for_jobs(RtRunner *runner, const RtPendingJob *jobs, unsigned n, unsigned *out_cancelled,
                 GError **error)
{
    Watch watch = { .jobs = jobs,
                    .running = g_array_new(FALSE, FALSE, sizeof(unsigned)),
                    .objects = g_string_new(NULL) };
    for (unsigned i = 0; i < n; i++)
        g_array_append_val(watch.running, i);
    bool done = !n || watch_jobs(runner, &watch, out_cancelled, error);
    g_array_unref(watch.running);
    g_string_free(watch.objects, TRUE);
    return done;
}
