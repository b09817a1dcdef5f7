/* diff: the operations between any two sources. */
#include "cli/answer-comparison.h"
#include "cli/commands.h"

static const RtOption options[] = {
    { "exit-code", 0, NULL, "exit with 1 when they differ" },
    { NULL },
};

static int
run_diff(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    g_autoptr(RtComparison) comparison =
        project ? rt_compare_sources(project, rt_invocation_argument(invocation, 0),
                                     rt_invocation_argument(invocation, 1), error)
                : NULL;
    if (!comparison)
        return -1;
    rt_answer_notes(invocation, comparison);
    if (invocation->is_json)
        rt_answer_json(invocation, rt_answer_comparison(comparison));
    else
        rt_answer_operations(invocation, comparison);
    bool is_equal = rt_comparison_is_equal(comparison);
    return !is_equal && rt_invocation_flag(invocation, "exit-code") ? 1 : 0;
}

const RtCommand rt_command_diff = {
    .name = "diff",
    .arguments = "FROM TO",
    .min_arguments = 2,
    .max_arguments = 2,
    .summary = "Show the operations that lead from one source to another",
    .description = "A source is a .sql file or folder, -, exec:COMMAND, a database URL, or\n"
                   "scripts[@REVISION].",
    .examples = "retort diff scripts schema.sql\nretort diff old.sql new.sql --dialect NAME\n"
                "retort diff scripts@ae10 scripts --json --exit-code",
    .options = options,
    .run = run_diff,
};
