/* branches: the revisions that several follow. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "revision/describe.h"

static void
print_branch_point(RtInvocation *invocation, const RtRevision *revision)
{
    g_auto(GStrv) lines = rt_describe_branch_point(revision, invocation->verbosity > 0);
    for (char **line = lines; *line; line++)
        rt_invocation_print(invocation, "%s", *line);
    rt_invocation_print(invocation, "%s", "");
}

static int
run_branches(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    RtFolder *folder = project ? rt_project_folder(project, error) : NULL;
    if (!folder)
        return -1;
    RtRevisionList revisions = rt_graph_revisions(rt_folder_graph(folder));
    json_t *array = json_array();
    for (size_t i = 0; i < revisions.count; i++) {
        if (!revisions.items[i]->is_branch_point)
            continue;
        if (invocation->is_json)
            json_array_append_new(array, rt_answer_revision(revisions.items[i]));
        else
            print_branch_point(invocation, revisions.items[i]);
    }
    if (invocation->is_json)
        rt_answer_json(invocation, json_incref(array));
    json_decref(array);
    return 0;
}

const RtCommand rt_command_branches = {
    .name = "branches",
    .summary = "List the revisions that several follow, with their followers",
    .examples = "retort branches\nretort branches --json",
    .run = run_branches,
};
