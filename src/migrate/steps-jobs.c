/* The jobs that steps have left running: each is waited for by the next step that needs it. */
#include "migrate/steps-jobs.h"

#include "migrate/step.h"
#include "migrate/steps-journal.h"

void
rt_steps_add_jobs(RtSteps *steps, RtTouch *touch, unsigned i)
{
    g_ptr_array_add(steps->touches, touch);
    for (guint j = 0; j < touch->objects->len; j++) {
        RtPendingJob job = { g_array_index(touch->objects, RtTouchedObject, j), i,
                             steps->migration->half.steps[i].no_wait };
        if (job.object.has_jobs)
            g_array_append_val(steps->pending, job);
    }
}

/* Whether a later step of an earlier run named the object: then that step has waited for the jobs
   before it, and what job there is now is not of this step. */
static bool
is_named_later(const RtSteps *steps, const RtTouchedObject *object, unsigned i)
{
    for (guint j = 0; j < steps->known->len; j++) {
        const RtStepRow *row = steps->known->pdata[j];
        if (row->step > (int64_t) i + 1 && row->statement &&
            rt_touch_is_named(steps->runner->database->dialect, object, row->statement))
            return true;
    }
    return false;
}

void
rt_steps_add_earlier_jobs(RtSteps *steps, RtTouch *touch, unsigned i)
{
    for (guint j = touch->objects->len; j-- > 0;) {
        if (is_named_later(steps, &g_array_index(touch->objects, RtTouchedObject, j), i))
            g_array_remove_index(touch->objects, j);
    }
    rt_steps_add_jobs(steps, touch, i);
}

/* A cancelled job is a failed step: the next run sends it again. Whatever else keeps us from
   waiting says nothing of the steps. */
static bool
wait_for(RtSteps *steps, const GArray *jobs, GError **error)
{
    GError *failure = NULL;
    unsigned cancelled = G_MAXUINT;
    const RtPendingJob *first = (const RtPendingJob *) (void *) jobs->data;
    if (rt_wait_for_jobs(steps->runner, first, jobs->len, &cancelled, &failure))
        return true;
    if (cancelled != G_MAXUINT) {
        g_autoptr(RtStepRow) row = rt_steps_new_row(steps, first[cancelled].step);
        rt_steps_put_failure(steps, row, failure);
        rt_step_fail(error, steps->migration, &steps->migration->half.steps[first[cancelled].step],
                     failure);
    } else {
        g_propagate_error(error, failure);
    }
    return false;
}

bool
rt_steps_wait(RtSteps *steps, const char *sql, GError **error)
{
    const RtDialect *dialect = steps->runner->database->dialect;
    g_autoptr(GArray) jobs = g_array_new(FALSE, FALSE, sizeof(RtPendingJob));
    for (guint i = steps->pending->len; dialect->jobs && i-- > 0;) {
        const RtPendingJob job = g_array_index(steps->pending, RtPendingJob, i);
        if (sql && (job.no_wait || !rt_touch_is_named(dialect, &job.object, sql)))
            continue;
        g_array_append_val(jobs, job);
        g_array_remove_index(steps->pending, i);
    }
    return !jobs->len || wait_for(steps, jobs, error);
}
