/* The journal of the steps of one half: what is written down, and what it says; for migrate/ only.
 */
#pragma once

#include "migrate/steps.h"

/* A row for the step of this index, which has started. */
RtStepRow *rt_steps_new_row(const RtSteps *steps, unsigned i);
bool rt_steps_put(RtSteps *steps, const RtStepRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All steps before this one (from 1) are done: a row without a step of its own. */
bool rt_steps_put_mark(RtSteps *steps, int64_t step, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes down why the run stands, and with a row that its step failed; what fails here hides no
   other failure. */
void rt_steps_put_failure(RtSteps *steps, RtStepRow *row, const GError *failure);
/*
 * Steps that ran must still be those of the script; what comes behind them may be edited. Else
 * RT_ERROR_SCRIPT_EDITED. The last one may have become `idempotent`: that is a person's answer to
 * an unknown outcome.
 */
bool rt_steps_check_unedited(const RtSteps *steps, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* After a loss: where the statement of the last step was not sent, or its sending failed and
   `was_sent` is false, says so, so that nobody has to find out. */
bool rt_steps_take_back(RtSteps *steps, bool was_sent, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Says how far an interrupted run came, so that the next need not find out. Never fails. */
void rt_steps_stop(RtSteps *steps);
