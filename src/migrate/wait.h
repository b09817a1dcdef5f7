/* Waiting for the jobs that statements have left running; for migrate/ only. */
#pragma once

#include "migrate/touch.h"

/* A job that may still run: newer than the mark of its object. */
typedef struct RtPendingJob {
    RtTouchedObject object; /* borrowed strings */
    unsigned step;          /* index of the step that began it */
    bool no_wait;
} RtPendingJob;

/*
 * Waits until the job has ended, polling more and more slowly. Fails with RT_ERROR_REJECTED and its
 * reason when it was cancelled, RT_ERROR_TIMEOUT at the deadline, RT_ERROR_INTERRUPTED; in the last
 * two it is left running.
 */
bool rt_wait_for_job(RtRunner *runner, const RtPendingJob *job,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The job on an object that is newer than its mark; RT_JOB_NONE where there are no jobs. */
bool rt_wait_find_job(RtRunner *runner, const RtTouchedObject *object, RtJob *out_job,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_job_clear(RtJob *job);
/* Sleeps, in pieces so that the cancel flag is seen. */
bool rt_wait_sleep(RtRunner *runner, int milliseconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;
