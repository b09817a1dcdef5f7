/* downgrade: runs revisions backward. */
#include "cli/commands.h"
#include "cli/run.h"

static int
run_downgrade(RtInvocation *invocation, GError **error)
{
    const char *targets[] = { rt_invocation_argument(invocation, 0), NULL };
    RtRequest request = { .goal = RT_GOAL_DOWNGRADE, .targets = targets };
    return rt_invocation_run(invocation, &request, error);
}

const RtCommand rt_command_downgrade = {
    .name = "downgrade",
    .arguments = "REVISION",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "Bring the database back to an earlier revision",
    .description = "REVISION is an identifier that stays, base, -1, or LABEL@base. Data that a\n"
                   "downgrade destroys is named; asking for it is the consent.",
    .examples = "retort downgrade -1\nretort downgrade base\nretort downgrade ae10:27c6 --sql",
    .options = rt_run_options,
    .run = run_downgrade,
};
