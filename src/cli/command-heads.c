/* heads: the revisions that nothing follows. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "revision/describe.h"

static const RtOption options[] = {
    { "resolve-dependencies", 0, NULL, "leave out heads that another revision depends on" },
    { NULL },
};

static int
run_heads(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    RtFolder *folder = project ? rt_project_folder(project, error) : NULL;
    if (!folder)
        return -1;
    const RtGraph *graph = rt_folder_graph(folder);
    RtRevisionList heads = rt_invocation_flag(invocation, "resolve-dependencies")
                               ? rt_graph_effective_heads(graph)
                               : rt_graph_heads(graph);
    rt_answer_revisions(invocation, heads.items, heads.count, rt_describe_head);
    return 0;
}

const RtCommand rt_command_heads = {
    .name = "heads",
    .summary = "List the revisions that nothing follows",
    .examples = "retort heads\nretort heads --resolve-dependencies -v",
    .options = options,
    .run = run_heads,
};
