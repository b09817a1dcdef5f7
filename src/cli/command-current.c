/* current: where the database stands. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "export/json.h"
#include "revision/describe.h"

static const RtOption options[] = {
    { "check-heads", 'c', NULL, "exit with 1 unless the database is at all heads" },
    { NULL },
};

/* What stands open in a target whose changes no transaction holds. */
typedef struct Interrupted {
    const RtJournalRow *open; /* NULL: nothing */
    GPtrArray *steps;         /* of RtStepRow *, those that were started */
} Interrupted;

static bool
read_interrupted(RtState *state, const RtJournalRow *open, Interrupted *out, GError **error)
{
    out->open = open;
    if (open)
        out->steps = rt_state_read_steps(state, out->open->run, out->open->number, error);
    return !out->open || out->steps;
}

static void
clear_interrupted(Interrupted *interrupted)
{
    g_clear_pointer(&interrupted->steps, g_ptr_array_unref);
}

static json_t *
describe_interrupted(const Interrupted *interrupted)
{
    const RtJournalRow *open = interrupted->open;
    if (!open)
        return json_null();
    const RtStepRow *last = NULL;
    for (unsigned i = 0; i < interrupted->steps->len; i++) {
        const RtStepRow *row = g_ptr_array_index(interrupted->steps, i);
        last = row->statement ? row : last;
    }
    return json_pack("{s:o, s:o, s:I, s:I, s:o, s:o, s:o}", "revision",
                     rt_json_text(open->revision), "direction", rt_json_text(open->direction),
                     "step", (json_int_t) open->step, "steps", (json_int_t) open->steps,
                     "statement", rt_json_text(last ? last->statement : NULL), "error",
                     rt_json_text(open->error), "job", rt_json_text(open->job));
}

static void
answer_json(RtInvocation *invocation, const RtGraph *graph, const GPtrArray *rows,
            const Interrupted *interrupted)
{
    json_t *heads = json_array();
    RtRevisionList list = rt_graph_effective_heads(graph);
    for (size_t i = 0; i < list.count; i++)
        json_array_append_new(heads, json_string(list.items[i]->id));
    rt_answer_json(invocation,
                   json_pack("{s:o, s:o, s:o}", "current", rt_answer_string_array(rows), "heads",
                             heads, "interrupted", describe_interrupted(interrupted)));
}

static void
answer_text(RtInvocation *invocation, const GPtrArray *current, const RtJournalRow *open,
            const char *url)
{
    if (invocation->verbosity > 0)
        rt_invocation_print(invocation, "Current revision(s) for %s:", url);
    for (unsigned i = 0; i < current->len; i++) {
        const RtRevision *revision = g_ptr_array_index(current, i);
        g_autofree char *text = invocation->verbosity > 0 ? rt_describe_entry(revision, false)
                                                          : rt_describe_current(revision);
        rt_invocation_print(invocation, "%s", text);
    }
    if (open)
        rt_answer_interrupted(invocation, "interrupted: ", open);
}

static int
answer_current(RtInvocation *invocation, RtProject *project, const RtGraph *graph, GPtrArray *rows,
               const Interrupted *interrupted, GError **error)
{
    g_ptr_array_add(rows, NULL);
    const char *const *list = (const char *const *) rows->pdata;
    g_autoptr(GPtrArray) current = rt_graph_current(graph, list, error);
    if (!current)
        return -1;
    bool is_at_heads = rt_graph_is_at_heads(graph, list);
    g_ptr_array_set_size(rows, (int) rows->len - 1);
    g_autofree char *url = rt_url_print(rt_project_database(project, true, NULL)->url);
    if (invocation->is_json)
        answer_json(invocation, graph, rows, interrupted);
    else
        answer_text(invocation, current, interrupted->open, url);
    if (!rt_invocation_flag(invocation, "check-heads") || (is_at_heads && !interrupted->open))
        return 0;
    rt_events_notice(rt_invocation_events(invocation), RT_LEVEL_WARNING, "retort.current",
                     "Database is not on all head revisions");
    return 1;
}

static int
run_current(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    RtFolder *folder = project ? rt_project_folder(project, error) : NULL;
    RtState *state = folder ? rt_project_state(project, true, error) : NULL;
    g_auto(RtStanding) standing = { 0 };
    Interrupted interrupted = { 0 };
    if (!state || !rt_state_read_standing(state, &standing, error) ||
        !read_interrupted(state, standing.open, &interrupted, error))
        return -1;
    /* While a run is open its moves may be half done: the rows before it are the truth. */
    g_autoptr(GPtrArray) rows =
        standing.open ? rt_rows_split(standing.open->rows_before) : g_ptr_array_ref(standing.rows);
    int status =
        answer_current(invocation, project, rt_folder_graph(folder), rows, &interrupted, error);
    clear_interrupted(&interrupted);
    return status;
}

const RtCommand rt_command_current = {
    .name = "current",
    .summary = "Show the revisions that the database has",
    .examples = "retort current\nretort current -v\nretort current --check-heads",
    .options = options,
    .run = run_current,
};
