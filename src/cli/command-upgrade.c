/* upgrade: runs revisions forward. */
#include "cli/commands.h"
#include "cli/run.h"

static int
run_upgrade(RtInvocation *invocation, GError **error)
{
    const char *target = rt_invocation_argument(invocation, 0);
    const char *targets[] = { target ? target : "head", NULL };
    RtRequest request = { .goal = RT_GOAL_UPGRADE, .targets = targets };
    return rt_invocation_run(invocation, &request, error);
}

const RtCommand rt_command_upgrade = {
    .name = "upgrade",
    .arguments = "[REVISION]",
    .max_arguments = 1,
    .summary = "Bring the database to a later revision",
    .description =
        "REVISION is an identifier, head (the default), heads, +2, ae10+1, LABEL@head.\n"
        "A run that was interrupted is finished first. Changes that destroy data are asked\n"
        "for on a terminal and refused elsewhere (exit 6), unless the script allows them.",
    .examples = "retort upgrade\nretort upgrade +1 --dry-run\n"
                "retort upgrade --sql > upgrade.sql\nretort upgrade ae10:27c6 --sql",
    .options = rt_run_options,
    .run = run_upgrade,
};
