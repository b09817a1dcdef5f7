/* merge: one revision that follows several heads. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "work/new-script.h"

static const RtOption options[] = {
    { "message", 'm', "TEXT", "what the revision does" },
    { "branch-label", 0, "LABEL", "a branch label for the new revision", .is_repeatable = true },
    { "rev-id", 0, "ID", "its identifier, instead of a made one" },
    { "splice", 0, NULL, "the revisions need not be heads" },
    { NULL },
};

static int
run_merge(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    if (!project)
        return -1;
    RtNewScriptOptions wanted = {
        .message = rt_invocation_value(invocation, "message"),
        .heads = rt_invocation_arguments(invocation),
        .splice = rt_invocation_flag(invocation, "splice"),
        .branch_labels = rt_invocation_values(invocation, "branch-label"),
        .revision = rt_invocation_value(invocation, "rev-id"),
        .upgrade = "",
        .downgrade = "",
    };
    g_autofree char *path = rt_new_script_write(project, &wanted, error);
    if (!path)
        return -1;
    rt_answer_new_script(invocation, path);
    return 0;
}

const RtCommand rt_command_merge = {
    .name = "merge",
    .arguments = "REVISION…",
    .min_arguments = 1,
    .max_arguments = G_MAXUINT,
    .summary = "Write a revision that joins several heads",
    .examples = "retort merge heads -m \"join the branches\"\nretort merge ae10 27c6",
    .options = options,
    .run = run_merge,
};
