/* lint: what the server would reject, take long over or destroy. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "export/json.h"
#include "work/lint.h"

static const RtOption options[] = {
    { "on", 0, "SOURCE",
      "what is there before the statements run; default nothing, or for a\n"
      "                            revision script what the scripts before it "
      "make" },
    { NULL },
};

static json_t *
describe_finding(const RtFinding *finding)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "rule", finding->rule, "severity",
                     rt_severity_name(finding->severity), "message", rt_json_text(finding->message),
                     "file", rt_json_text(finding->file), "line",
                     finding->line ? json_integer(finding->line) : json_null(), "column",
                     finding->column ? json_integer(finding->column) : json_null(), "object",
                     rt_json_text(finding->object), "revision", rt_json_text(finding->revision));
}

static void
print_finding(RtInvocation *invocation, const RtFinding *finding)
{
    g_autoptr(GString) line = g_string_new(NULL);
    if (finding->file)
        g_string_append_printf(line, "%s:%u:%u: ", finding->file, finding->line, finding->column);
    g_string_append_printf(line, "%s: %s [%s]", rt_severity_name(finding->severity),
                           finding->message, finding->rule);
    rt_invocation_print(invocation, "%s", line->str);
    if (finding->excerpt)
        rt_invocation_print(invocation, "%s", finding->excerpt);
}

static int
run_lint(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    g_autoptr(GPtrArray) findings = project ? rt_lint(project, rt_invocation_arguments(invocation),
                                                      rt_invocation_value(invocation, "on"), error)
                                            : NULL;
    if (!findings)
        return -1;
    bool is_ok = true;
    json_t *array = json_array();
    for (unsigned i = 0; i < findings->len; i++) {
        const RtFinding *finding = g_ptr_array_index(findings, i);
        is_ok &= finding->severity != RT_SEVERITY_ERROR;
        if (invocation->is_json)
            json_array_append_new(array, describe_finding(finding));
        else
            print_finding(invocation, finding);
    }
    if (invocation->is_json)
        rt_answer_json(invocation, json_pack("{s:b, s:O}", "ok", is_ok, "findings", array));
    else if (!findings->len && invocation->verbosity >= 0)
        rt_invocation_print(invocation, "nothing found");
    json_decref(array);
    return is_ok ? 0 : 1;
}

const RtCommand rt_command_lint = {
    .name = "lint",
    .arguments = "FILE…",
    .min_arguments = 1,
    .max_arguments = G_MAXUINT,
    .summary = "Say what the server would reject, take long over or destroy",
    .description =
        "Replays the statements of schema files and revision scripts without a database.\n"
        "Levels are set in [lint]: off, note, warning, refuse (an error, exit 1).",
    .examples = "retort lint migrations/versions/*.sql\n"
                "retort lint change.sql --on schema.sql --json",
    .options = options,
    .run = run_lint,
};
