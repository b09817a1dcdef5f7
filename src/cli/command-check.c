/* check: whether the database is what is declared. */
#include "cli/answer-comparison.h"
#include "cli/commands.h"
#include "work/accept.h"

static const RtOption options[] = {
    { "accept", 0, NULL, "first keep what the server has stored as what is declared" },
    { NULL },
};

static bool
accept(RtInvocation *invocation, RtProject *project, GError **error)
{
    unsigned n_kept;
    if (!rt_accept_definitions(project, rt_invocation_argument(invocation, 0), &n_kept, error))
        return false;
    if (!invocation->is_json)
        rt_invocation_print(invocation, "Accepted %u stored %s.", n_kept,
                            n_kept == 1 ? "definition" : "definitions");
    return true;
}

static int
run_check(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    bool accepts = rt_invocation_flag(invocation, "accept");
    if (!accepts && rt_invocation_argument(invocation, 0)) {
        rt_error_set(error, RT_ERROR_USAGE, "`%s`: only --accept takes an object",
                     rt_invocation_argument(invocation, 0));
        return -1;
    }
    if (!project || (accepts && !accept(invocation, project, error)))
        return -1;
    g_autoptr(RtComparison) comparison = rt_compare_declared(project, NULL, false, error);
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
    .arguments = "[OBJECT]",
    .max_arguments = 1,
    .options = options,
    .summary = "Exit with 1 when the database and the declared schema differ",
    .description =
        "Shows what `revision --autogenerate` would write. Scripts edited after they ran and\n"
        "objects changed by other hands are named. Some servers store other texts than they are\n"
        "given; --accept says that those of OBJECT, or of all, are what is declared.",
    .examples = "retort check\nretort check --json\nretort check --accept user_view",
    .run = run_check,
};
