/* check: whether the database is what is declared. */
#include "cli/answer-comparison.h"
#include "cli/commands.h"

static int
run_check(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    g_autoptr(RtComparison) comparison =
        project ? rt_compare_declared(project, NULL, false, error) : NULL;
    if (!comparison)
        return -1;
    rt_answer_notes(invocation, comparison);
    bool is_equal = rt_comparison_is_equal(comparison);
    if (invocation->is_json) {
        rt_answer_json(invocation, rt_answer_comparison(comparison));
    } else if (is_equal) {
        rt_invocation_print(invocation, "No new upgrade operations detected.");
    } else {
        rt_invocation_print(invocation, "New upgrade operations detected:");
        rt_answer_operations(invocation, comparison);
    }
    return is_equal ? 0 : 1;
}

const RtCommand rt_command_check = {
    .name = "check",
    .summary = "Exit with 1 when the database and the declared schema differ",
    .description =
        "Shows what `revision --autogenerate` would write. Scripts edited after they ran and\n"
        "objects changed by other hands are named.",
    .examples = "retort check\nretort check --json",
    .run = run_check,
};
