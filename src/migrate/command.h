/* `run COMMAND`: a program as a step; for migrate/ only. */
#pragma once

#include "migrate/runner.h"

/*
 * Runs the command by the shell: RETORT_URL is the target, its input a JSON object with revision,
 * direction and what the options' context holds. What it prints becomes notices. Any exit status
 * but 0 is RT_ERROR_REJECTED with what it said on its standard error.
 */
bool rt_command_run(RtRunner *runner, const RtMigration *migration, const char *command,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
