/* What upgrade, downgrade and stamp share: plan, run, and tell. */
#pragma once

#include "cli/answer.h"

extern const RtOption rt_run_options[]; /* --sql, --tag, --dry-run */

/* Tells of a plan, or of what was run; nothing to do is said too. */
void rt_answer_plan(RtInvocation *invocation, const RtMigrationPlan *plan, bool is_dry);
/* Plans or runs `request` as the options say, and answers. */
int rt_invocation_run(RtInvocation *invocation, const RtRequest *request, GError **error);
