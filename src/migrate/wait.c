/* Polls jobs until they end. */
#include "migrate/wait.h"

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
rt_wait_find_job(RtRunner *runner, const RtTouchedObject *object, RtJob *out_job, GError **error)
{
    const RtDialect *dialect = runner->database->dialect;
    *out_job = (RtJob){ .state = RT_JOB_NONE, .percent = -1 };
    if (!dialect->jobs || !dialect->jobs->find)
        return true;
    g_autoptr(RtModel) model = rt_model_new(dialect->default_schema);
    return dialect->jobs->find(runner->database->connection, rt_touch_name(dialect, model, object),
                               object->mark, out_job, error);
}

/* What became of the job; *out_ended is unset while it runs. */
static bool
look_at_job(RtRunner *runner, const RtPendingJob *pending, bool *out_ended, GError **error)
{
    RtJob job;
    if (!rt_wait_find_job(runner, &pending->object, &job, error))
        return false;
    *out_ended = job.state != RT_JOB_RUNNING;
    bool ok = job.state != RT_JOB_CANCELLED;
    if (!ok)
        rt_error_set(error, RT_ERROR_REJECTED, "the job on %s was cancelled: %s",
                     pending->object.name, job.message ? job.message : "no reason given");
    if (!*out_ended) {
        g_autofree char *what = g_strdup_printf("waiting for the job on %s", pending->object.name);
        rt_events_progress(runner->events, what, job.percent);
    }
    rt_job_clear(&job);
    return ok;
}

bool
rt_wait_for_job(RtRunner *runner, const RtPendingJob *pending, GError **error)
{
    int poll = runner->options->poll_ms > 0 ? runner->options->poll_ms : DEFAULT_POLL_MS;
    int slowest = poll * SLOWEST_POLL_FACTOR;
    gint64 limit = runner->options->job_timeout_ms;
    gint64 start = g_get_monotonic_time();
    for (;;) {
        bool ended;
        if (!look_at_job(runner, pending, &ended, error))
            return false;
        if (ended)
            return true;
        if (limit > 0 && g_get_monotonic_time() - start > limit * 1000) {
            rt_error_set(error, RT_ERROR_TIMEOUT,
                         "the job on %s still runs; it goes on, and the next run waits for it",
                         pending->object.name);
            return false;
        }
        if (!rt_wait_sleep(runner, poll, error))
            return false;
        poll = MIN(poll + poll / 2, slowest);
    }
}
