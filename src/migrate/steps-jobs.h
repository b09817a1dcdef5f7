/* The jobs of the steps of one half; for migrate/ only. */
#pragma once

#include "migrate/steps.h"
#include "migrate/wait.h"

/* The step of this index has run: what it touched, which is taken, may have jobs now. */
void rt_steps_add_jobs(RtSteps *steps, RtTouch *touch, unsigned i);
/* The same of a step of an earlier run. */
void rt_steps_add_earlier_jobs(RtSteps *steps, RtTouch *touch, unsigned i);
/* Before a statement: waits for the jobs on objects that it names; with NULL for all of them. */
bool rt_steps_wait(RtSteps *steps, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
