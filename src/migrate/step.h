/* Carrying out one step of a half, whatever keeps its journal; for migrate/ only. */
#pragma once

#include "migrate/runner.h"

/* Sets an error at the step's place in its script, from the cause, which is taken. */
void rt_step_fail(GError **error, const RtMigration *migration, const RtScriptStep *step,
                  GError *cause);
/* Whether the condition of an `if` holds in the target now. */
bool rt_step_condition(RtRunner *runner, const RtScriptStep *step, bool *out_holds,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Runs a statement, an assert, a command; an irreversible one fails. Not for conditions. */
bool rt_step_run(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
