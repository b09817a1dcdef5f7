/* The shapes of answers that commands share. */
#include "cli/answer.h"

#include "export/json.h"
#include "revision/describe.h"

#include <string.h>

void
rt_answer_json(RtInvocation *invocation, json_t *object)
{
    g_autofree char *text = json_dumps(object, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    json_decref(object);
    g_string_append_printf(invocation->out, "%s\n", text);
}

json_t *
rt_answer_strings(const char *const *list)
{
    json_t *array = json_array();
    for (; list && *list; list++)
        json_array_append_new(array, rt_json_text(*list));
    return array;
}

json_t *
rt_answer_string_array(const GPtrArray *strings)
{
    json_t *array = json_array();
    for (unsigned i = 0; strings && i < strings->len; i++)
        json_array_append_new(array, rt_json_text(g_ptr_array_index(strings, i)));
    return array;
}

json_t *
rt_answer_revision(const RtRevision *revision)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:s, s:s?, s:s?, s:b, s:b, s:b, s:b}", "revision",
                     revision->id, "down_revision", rt_answer_strings(revision->down_revisions),
                     "depends_on", rt_answer_strings(revision->depends_on), "branch_labels",
                     rt_answer_strings(revision->branch_labels), "message", revision->message,
                     "created", revision->created, "path", revision->path, "is_head",
                     revision->is_head, "is_base", revision->is_base, "is_branch_point",
                     revision->is_branch_point, "is_merge_point", revision->is_merge_point);
}

void
rt_answer_revisions(RtInvocation *invocation, const RtRevision *const *revisions, size_t n,
                    char *(*line)(const RtRevision *revision))
{
    json_t *array = invocation->is_json ? json_array() : NULL;
    for (size_t i = 0; i < n; i++) {
        if (array) {
            json_array_append_new(array, rt_answer_revision(revisions[i]));
            continue;
        }
        g_autofree char *text =
            invocation->verbosity > 0 ? rt_describe_entry(revisions[i], false) : line(revisions[i]);
        rt_invocation_print(invocation, "%s", text);
    }
    if (array)
        rt_answer_json(invocation, array);
}

static json_t *
describe_moves(const RtMigration *migration)
{
    json_t *moves = json_array();
    for (unsigned i = 0; i < migration->n_moves; i++) {
        const RtMove *move = &migration->moves[i];
        json_t *row = json_pack("[s]", rt_move_kind_name(move->kind));
        if (move->from)
            json_array_append_new(row, rt_json_text(move->from));
        if (move->to)
            json_array_append_new(row, rt_json_text(move->to));
        json_array_append_new(moves, row);
    }
    return moves;
}

json_t *
rt_answer_migrations(const RtMigrationPlan *plan)
{
    json_t *steps = json_array();
    for (unsigned i = 0; i < plan->migrations->len; i++) {
        const RtMigration *migration = g_ptr_array_index(plan->migrations, i);
        const RtRevision *revision = migration->revision;
        json_array_append_new(steps,
                              json_pack("{s:s, s:s?, s:s?, s:o, s:o}", "direction",
                                        migration->direction == RT_UP ? "up" : "down", "revision",
                                        revision ? revision->id : NULL, "message",
                                        revision ? revision->message : NULL, "version_table",
                                        describe_moves(migration), "statements",
                                        rt_answer_string_array(migration->statements)));
    }
    return json_pack("{s:o, s:o}", "steps", steps, "rows",
                     rt_answer_string_array(plan->rows_after));
}

void
rt_answer_interrupted(RtInvocation *invocation, const char *lead, const RtJournalRow *open)
{
    rt_invocation_print(invocation,
                        "%s%s%s%s at step %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                        "%s%s; `retort %s` goes on with it",
                        lead, open->direction, open->revision ? " " : "",
                        open->revision ? open->revision : "", open->step, open->steps,
                        open->error ? ": " : "", open->error ? open->error : "",
                        open->revision ? "upgrade" : open->direction);
}

void
rt_answer_new_script(RtInvocation *invocation, const char *path)
{
    if (invocation->is_json)
        rt_answer_json(invocation, json_pack("{s:s}", "path", path));
    else if (invocation->verbosity >= 0)
        rt_invocation_print(invocation, "Generated %s", path);
}

/* `current` alone needs the database. */
GPtrArray *
rt_invocation_select(RtInvocation *invocation, const char *identifier, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    RtFolder *folder = project ? rt_project_folder(project, error) : NULL;
    if (!folder)
        return NULL;
    g_autoptr(GPtrArray) rows = NULL;
    if (strcmp(identifier, "current") == 0) {
        RtState *state = rt_project_state(project, true, error);
        bool exists;
        if (!state || !(rows = rt_state_read_versions(state, &exists, error)))
            return NULL;
        g_ptr_array_add(rows, NULL);
    }
    return rt_graph_select(rt_folder_graph(folder), identifier,
                           rows ? (const char *const *) rows->pdata : NULL, error);
}
