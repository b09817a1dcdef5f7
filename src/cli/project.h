/* The project that a command works in, opened from the global options. */
#pragma once

#include "cli/command.h"
#include "work/project.h"

/* Opened on first use; closed with the invocation. */
RtProject *rt_invocation_project(RtInvocation *invocation,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The listeners of this invocation. */
const RtEvents *rt_invocation_events(RtInvocation *invocation);
void rt_invocation_close(RtInvocation *invocation);
