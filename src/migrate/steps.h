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
/*
 * Steps that ran must still be those of the script; what comes behind them may be edited. Else
 * RT_ERROR_SCRIPT_EDITED. The last one may have become `idempotent`: that is a person's answer to
 * an unknown outcome.
 */
bool rt_steps_check_unedited(const RtSteps *steps, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Runs what has not run yet; the outcome of the last known step is settled first. */
bool rt_steps_run(RtSteps *steps, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Says that all steps are done, and waits for their jobs. */
bool rt_steps_finish(RtSteps *steps, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* After a loss: where the statement of the last step was not sent, or its sending failed and
   `was_sent` is false, says so, so that nobody has to find out. */
bool rt_steps_take_back(RtSteps *steps, bool was_sent, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Says how far an interrupted run came, so that the next need not find out. Never fails. */
void rt_steps_stop(RtSteps *steps);
