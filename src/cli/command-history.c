/* history: the revisions, newest first. */
#include "base/text.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "revision/describe.h"
#include "revision/draw.h"

static const RtOption options[] = {
    { "rev-range", 'r', "START:END",
      "only these; either end may be missing, relative or `current`" },
    { "indicate-current", 'i', NULL, "mark what the database has" },
    { "graph", 0, NULL, "draw how the revisions follow each other" },
    { NULL },
};

static GPtrArray *
read_rows(RtProject *project, GError **error)
{
    RtState *state = rt_project_state(project, true, error);
    bool exists;
    GPtrArray *rows = state ? rt_state_read_versions(state, &exists, error) : NULL;
    if (rows)
        g_ptr_array_add(rows, NULL);
    return rows;
}

static bool
is_in(const GPtrArray *revisions, const RtRevision *revision)
{
    return revisions && g_ptr_array_find((GPtrArray *) revisions, revision, NULL);
}

static void
answer_json(RtInvocation *invocation, const GPtrArray *revisions)
{
    json_t *array = json_array();
    for (unsigned i = 0; i < revisions->len; i++)
        json_array_append_new(array, rt_answer_revision(g_ptr_array_index(revisions, i)));
    rt_answer_json(invocation, array);
}

static void
answer_text(RtInvocation *invocation, const GPtrArray *revisions, const GPtrArray *current)
{
    g_autoptr(RtDrawing) drawing =
        rt_invocation_flag(invocation, "graph") ? rt_drawing_new(revisions) : NULL;
    for (unsigned i = 0; i < revisions->len; i++) {
        const RtRevision *revision = g_ptr_array_index(revisions, i);
        bool is_current = is_in(current, revision);
        g_autofree char *text = invocation->verbosity > 0
                                    ? rt_describe_entry(revision, is_current)
                                    : rt_describe_history(revision, is_current);
        g_autofree char *visible = rt_text_visible(text);
        if (drawing)
            rt_drawing_append(drawing, revision, visible, invocation->out);
        else
            g_string_append(g_string_append(invocation->out, visible), "\n");
    }
}

static int
run_history(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    RtFolder *folder = project ? rt_project_folder(project, error) : NULL;
    if (!folder)
        return -1;
    const RtGraph *graph = rt_folder_graph(folder);
    const char *range = rt_invocation_value(invocation, "rev-range");
    bool indicate = rt_invocation_flag(invocation, "indicate-current");
    g_autoptr(GPtrArray) rows = NULL, current = NULL;
    if ((indicate || rt_graph_range_needs_rows(range)) && !(rows = read_rows(project, error)))
        return -1;
    const char *const *row_list = rows ? (const char *const *) rows->pdata : NULL;
    if (indicate && !(current = rt_graph_current(graph, row_list, error)))
        return -1;
    g_autoptr(GPtrArray) revisions = rt_graph_history(graph, range, row_list, error);
    if (!revisions)
        return -1;
    if (invocation->is_json)
        answer_json(invocation, revisions);
    else
        answer_text(invocation, revisions, current);
    return 0;
}

const RtCommand rt_command_history = {
    .name = "history",
    .summary = "List the revisions, newest first",
    .examples = "retort history\nretort history -r ae10:current -i\nretort history -r -3: -v\n"
                "retort history --graph",
    .options = options,
    .run = run_history,
};
