/* edit: opens revision scripts in the person's editor. */
#include "cli/answer.h"
#include "cli/commands.h"

#include <string.h>

static bool
open_editor(const GPtrArray *revisions, GError **error)
{
    const char *visual = g_getenv("VISUAL");
    const char *editor = visual && *visual ? visual : g_getenv("EDITOR");
    if (!editor || !*editor) {
        rt_error_set(error, RT_ERROR_CONFIG, "no editor is known: set VISUAL or EDITOR");
        return false;
    }
    g_autoptr(GString) command = g_string_new(editor);
    for (unsigned i = 0; i < revisions->len; i++) {
        const RtRevision *revision = g_ptr_array_index(revisions, i);
        g_autofree char *path = g_shell_quote(revision->path);
        g_string_append_printf(command, " %s", path);
    }
    const char *argv[] = { "/bin/sh", "-c", command->str, NULL };
    g_autoptr(GError) failure = NULL;
    int status;
    if (g_spawn_sync(NULL, (char **) argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL,
                     NULL, &status, &failure) &&
        g_spawn_check_wait_status(status, &failure))
        return true;
    rt_error_set(error, RT_ERROR_FILE, "%s: %s", editor, failure->message);
    return false;
}

static int
run_edit(RtInvocation *invocation, GError **error)
{
    const char *identifier = rt_invocation_argument(invocation, 0);
    g_autoptr(GPtrArray) revisions = rt_invocation_select(invocation, identifier, error);
    if (!revisions)
        return -1;
    g_ptr_array_remove(revisions, NULL);
    if (!revisions->len) {
        rt_error_set(error, RT_ERROR_NOT_FOUND,
                     strcmp(identifier, "current") == 0
                         ? "No current revisions"
                         : "No revision files indicated by symbol '%s'",
                     identifier);
        return -1;
    }
    return open_editor(revisions, error) ? 0 : -1;
}

const RtCommand rt_command_edit = {
    .name = "edit",
    .arguments = "REVISION",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "Open a revision's script in VISUAL or EDITOR",
    .examples = "retort edit head\nretort edit ae10",
    .run = run_edit,
};
