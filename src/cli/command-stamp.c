/* stamp: says where a database stands, running nothing. */
#include "cli/commands.h"
#include "cli/run.h"

static const RtOption options[] = {
    { "sql", 0, NULL, "print a script for the database's own client instead" },
    { "dry-run", 0, NULL, "only show what would be done to this database now" },
    { "tag", 0, "TEXT", "as for upgrade" },
    { "purge", 0, NULL, "forget all revisions of the database first, known or not" },
    { NULL },
};

static int
run_stamp(RtInvocation *invocation, GError **error)
{
    bool purge = rt_invocation_flag(invocation, "purge");
    if (purge && rt_invocation_flag(invocation, "sql")) {
        rt_error_set(error, RT_ERROR_USAGE, "Can't use --purge with --sql mode");
        return -1;
    }
    RtRequest request = { .goal = RT_GOAL_STAMP,
                          .targets = rt_invocation_arguments(invocation),
                          .purge = purge };
    return rt_invocation_run(invocation, &request, error);
}

const RtCommand rt_command_stamp = {
    .name = "stamp",
    .arguments = "REVISION…",
    .min_arguments = 1,
    .max_arguments = G_MAXUINT,
    .summary = "Record that the database is at a revision, running nothing",
    .examples = "retort stamp head\nretort stamp --purge base\nretort stamp ae10 --sql",
    .options = options,
    .run = run_stamp,
};
