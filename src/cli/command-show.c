/* show: everything about single revisions. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "revision/describe.h"

static int
run_show(RtInvocation *invocation, GError **error)
{
    g_autoptr(GPtrArray) revisions =
        rt_invocation_select(invocation, rt_invocation_argument(invocation, 0), error);
    if (!revisions)
        return -1;
    json_t *array = json_array();
    for (unsigned i = 0; i < revisions->len; i++) {
        const RtRevision *revision = g_ptr_array_index(revisions, i);
        if (!revision)
            continue;
        g_autofree char *text = rt_describe_entry(revision, false);
        if (invocation->is_json)
            json_array_append_new(array, rt_answer_revision(revision));
        else
            rt_invocation_print(invocation, "%s", text);
    }
    if (invocation->is_json)
        rt_answer_json(invocation, json_incref(array));
    json_decref(array);
    return 0;
}

const RtCommand rt_command_show = {
    .name = "show",
    .arguments = "REVISION",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "Show all that is known of a revision",
    .description =
        "REVISION is an identifier, the beginning of one, head, heads, current, a branch\n"
        "label, or counts from the heads: -1.",
    .examples = "retort show head\nretort show -1\nretort show ae10",
    .run = run_show,
};
