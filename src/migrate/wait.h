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
 * Waits until n jobs have ended, polling more and more slowly. Fails with RT_ERROR_REJECTED and its
 * reason when one was cancelled, RT_ERROR_TIMEOUT at the deadline, RT_ERROR_INTERRUPTED; then the
 * others are left running. Only a cancelled job sets *out_cancelled, to its index: the server may
 * also reject a question or a sign of life.
 */
bool rt_wait_for_jobs(RtRunner *runner, const RtPendingJob *jobs, unsigned n,
                      unsigned *out_cancelled, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For each of n, the first job on the object that is newer than its mark; RT_JOB_NONE where there
   are no jobs. Each is to be cleared. */
bool rt_wait_find_jobs(RtRunner *runner, const RtPendingJob *pending, unsigned n, RtJob *out_jobs,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_job_clear(RtJob *job);
/* A sequence of sleeps, each longer than the one before; zero to begin with. */
typedef struct RtPace {
    int next_ms;
} RtPace;
bool rt_pace_sleep(RtRunner *runner, RtPace *pace, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Sleeps, in pieces so that the cancel flag is seen. */
bool rt_wait_sleep(RtRunner *runner, int milliseconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;
