/* The steps of one half where nothing is rolled back; for migrate/ only. */
#pragma once

#include "migrate/runner.h"

typedef struct RtSteps {
    RtRunner *runner;
    RtMigration *migration;
    RtJournalRow *journal;
    GPtrArray *known;   /* of RtStepRow *: those that an earlier run has started */
    int64_t last;       /* the last of them */
    bool *holds;        /* outcomes of conditions, by index of their step */
    GArray *pending;    /* of RtPendingJob */
    GPtrArray *touches; /* owns what the pending jobs borrow */
    int rebuild;        /* the block that we are in, -1: none */
    /* The last steps that this run has tried to put down, has put down, has sent, has seen the end
       of. */
    int64_t tried, started, sent, done;
} RtSteps;

void rt_steps_init(RtSteps *steps, RtRunner *runner, RtMigration *migration);
void rt_steps_clear(RtSteps *steps);
/* Runs what has not run yet; the outcome of the last known step is settled first. */
bool rt_steps_run(RtSteps *steps, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Says that all steps are done, and waits for their jobs. */
bool rt_steps_finish(RtSteps *steps, GError **error) G_GNUC_WARN_UNUSED_RESULT;
