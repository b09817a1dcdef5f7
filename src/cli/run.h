/* What upgrade, downgrade and stamp share: plan, run, and tell. */
#pragma once

#include "cli/answer.h"

extern const RtOption rt_run_options[]; /* --sql, --tag, --dry-run */

/* Plans or runs `request` as the options say, and answers. */
int rt_invocation_run(RtInvocation *invocation, const RtRequest *request, GError **error);
