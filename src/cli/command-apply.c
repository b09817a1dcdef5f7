/* apply: brings a database to a declared schema without scripts. */
#include "cli/answer-comparison.h"
#include "cli/commands.h"
#include "cli/run.h"
#include "work/apply.h"

enum { REFUSED_STATUS = 6 };

static const RtOption options[] = {
    { "create-only", 0, NULL, "only create what is missing; change and drop nothing" },
    { "dry-run", 0, NULL, "only show what would be done to this database now" },
    { "allow", 0, "RISK", "accept a risk without asking, such as data-loss", true },
    { NULL },
};

/* The steps and rows as of `upgrade`, and what the comparison could not bring about. */
static void
answer_json(RtInvocation *invocation, const RtApplied *applied)
{
    json_t *answer = rt_answer_migrations(applied->plan);
    json_t *comparison =
        applied->comparison ? rt_answer_comparison(applied->comparison) : json_object();
    static const char *const kept[] = { "refused", "notes" };
    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
        json_t *list = json_object_get(comparison, kept[i]);
        json_object_set_new(answer, kept[i], list ? json_incref(list) : json_array());
    }
    json_decref(comparison);
    rt_answer_json(invocation, answer);
}

static int
run_apply(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    RtApplyOptions apply = { .source = rt_invocation_argument(invocation, 0),
                             .create_only = rt_invocation_flag(invocation, "create-only"),
                             .is_dry = rt_invocation_flag(invocation, "dry-run"),
                             .allow = rt_invocation_values(invocation, "allow") };
    RtApplied applied = { 0 };
    bool is_refused = false, ok = project && rt_project_apply(project, &apply, &applied, error);
    if (applied.comparison)
        rt_answer_notes(invocation, applied.comparison);
    if (ok && invocation->is_json)
        answer_json(invocation, &applied);
    else if (ok)
        rt_answer_plan(invocation, applied.plan, apply.is_dry);
    if (applied.comparison)
        is_refused = applied.comparison->diff->refusals->len > 0;
    rt_applied_clear(&applied);
    if (!ok)
        return -1;
    /* All else was done; what remains is for a person. */
    return is_refused ? REFUSED_STATUS : 0;
}

const RtCommand rt_command_apply = {
    .name = "apply",
    .arguments = "[SOURCE]",
    .max_arguments = 1,
    .summary = "Bring the database to a declared schema without scripts",
    .description =
        "SOURCE is a .sql file or folder, -, exec:COMMAND, a database URL or scripts[@REVISION];\n"
        "without it, the declared schema of the configuration. Nothing that is not declared is\n"
        "dropped unless the configuration says so. Changes that destroy data are asked for on a\n"
        "terminal and refused elsewhere (exit 6) unless --allow names them. An apply that was\n"
        "interrupted is finished first. Refused where revisions manage the database. Exit 6 also\n"
        "where some change is refused by the server; the others are made.",
    .examples = "retort apply\nretort apply schema.sql --url URL --dry-run\n"
                "retort apply --create-only\nretort apply --allow data-loss",
    .options = options,
    .run = run_apply,
};
