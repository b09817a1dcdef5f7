/* revision: writes a new revision script. */
#include "cli/answer-comparison.h"
#include "cli/commands.h"
#include "work/autogenerate.h"

#include <string.h>

static const RtOption options[] = {
    { "message", 'm', "TEXT", "what the revision does" },
    { "autogenerate", 0, NULL, "fill it with what brings the database to the declared schema" },
    { "against", 0, "SOURCE", "with --autogenerate: compare this instead of the database" },
    { "allow-empty", 0, NULL, "with --autogenerate: write a script also without a difference" },
    { "recreate", 0, NULL, "with --autogenerate: make anew what the server cannot alter" },
    { "sql", 0, NULL, "with --autogenerate: print the statements, write no script" },
    { "head", 0, "REVISION", "what it follows: a head, LABEL@head or base", .is_repeatable = true },
    { "splice", 0, NULL, "--head need not be a head" },
    { "branch-label", 0, "LABEL", "a branch label for the new revision", .is_repeatable = true },
    { "version-path", 0, "DIR", "the version location to write into" },
    { "rev-id", 0, "ID", "its identifier, instead of a made one" },
    { "depends-on", 0, "REVISION", "a revision that must run before it", .is_repeatable = true },
    { NULL },
};

static RtNewScriptOptions
read_script_options(RtInvocation *invocation)
{
    const char *const *heads = rt_invocation_values(invocation, "head");
    return (RtNewScriptOptions){
        .message = rt_invocation_value(invocation, "message"),
        .heads = *heads ? heads : NULL,
        .splice = rt_invocation_flag(invocation, "splice"),
        .branch_labels = rt_invocation_values(invocation, "branch-label"),
        .depends_on = rt_invocation_values(invocation, "depends-on"),
        .version_path = rt_invocation_value(invocation, "version-path"),
        .revision = rt_invocation_value(invocation, "rev-id"),
    };
}

static void
answer_generated(RtInvocation *invocation, const RtComparison *comparison, const char *path)
{
    if (invocation->is_json) {
        json_t *object = rt_answer_comparison(comparison);
        json_object_set_new(object, "path", path ? json_string(path) : json_null());
        rt_answer_json(invocation, object);
    } else if (rt_invocation_flag(invocation, "sql")) {
        rt_answer_operations(invocation, comparison);
    } else if (path) {
        rt_answer_new_script(invocation, path);
    } else if (invocation->verbosity >= 0 && comparison->diff->refusals->len) {
        rt_invocation_print(invocation,
                            "No change that the server can make, %u %s; no script is written",
                            comparison->diff->refusals->len,
                            comparison->diff->refusals->len == 1 ? "is refused" : "are refused");
    } else if (invocation->verbosity >= 0) {
        rt_invocation_print(invocation, "No changes in schema detected; no script is written");
    }
}

static int
run_autogenerate(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    if (!project || !rt_project_folder(project, error))
        return -1;
    RtAutogenerateOptions wanted = {
        .against = rt_invocation_value(invocation, "against"),
        .allow_empty = rt_invocation_flag(invocation, "allow-empty"),
        .print_only = rt_invocation_flag(invocation, "sql"),
        .recreate = rt_invocation_flag(invocation, "recreate"),
        .script = read_script_options(invocation),
    };
    g_autofree char *path = NULL;
    g_autoptr(RtComparison) comparison = rt_autogenerate(project, &wanted, &path, error);
    if (!comparison)
        return -1;
    rt_answer_notes(invocation, comparison);
    rt_answer_risks(invocation, comparison);
    answer_generated(invocation, comparison, path);
    return 0;
}

static int
run_revision(RtInvocation *invocation, GError **error)
{
    static const char *const needs[] = { "against", "allow-empty", "recreate", "sql" };
    if (rt_invocation_flag(invocation, "autogenerate"))
        return run_autogenerate(invocation, error);
    for (size_t i = 0; i < G_N_ELEMENTS(needs); i++) {
        if (rt_invocation_flag(invocation, needs[i])) {
            rt_error_set(error, RT_ERROR_USAGE, "--%s goes with --autogenerate", needs[i]);
            return -1;
        }
    }
    RtProject *project = rt_invocation_project(invocation, error);
    if (!project)
        return -1;
    RtNewScriptOptions wanted = read_script_options(invocation);
    g_autofree char *path = rt_new_script_write(project, &wanted, error);
    if (!path)
        return -1;
    rt_answer_new_script(invocation, path);
    return 0;
}

const RtCommand rt_command_revision = {
    .name = "revision",
    .summary = "Write a new revision script",
    .description = "With --autogenerate the script holds what brings the database (or --against "
                   "SOURCE) to the\n"
                   "declared schema, and back. Changes that destroy data carry a `-- risk:` line; "
                   "read before\n"
                   "you run. Without a difference no script is written.",
    .examples = "retort revision -m \"load countries\"\n"
                "retort revision --autogenerate -m \"add age\"\n"
                "retort revision --autogenerate --against scripts -m \"add age\"",
    .options = options,
    .run = run_revision,
};
