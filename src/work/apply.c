/* Composes a comparison, which writes the half, and a run, which asks for it. */
#include "work/apply.h"

#include "work/accept.h"

typedef struct Writer {
    RtProject *project;
    const RtApplyOptions *options;
    RtApplied *applied;
} Writer;

static char *
write_half(void *data, GError **error)
{
    Writer *writer = data;
    RtComparison *comparison = rt_compare_target(writer->project, writer->options->source,
                                                 writer->options->create_only, error);
    if (!comparison)
        return NULL;
    rt_comparison_free(writer->applied->comparison);
    writer->applied->comparison = comparison;
    return rt_comparison_upgrade(comparison);
}

static bool
allow_risks(const char *const *names, RtRunOptions *options, GError **error)
{
    for (; names && *names; names++) {
        unsigned risk = rt_risk_find(*names);
        if (!risk) {
            rt_error_set(error, RT_ERROR_USAGE, "--allow names an unknown risk `%s`", *names);
            return false;
        }
        options->refused_risks &= ~risk;
    }
    return true;
}

void
rt_applied_clear(RtApplied *applied)
{
    rt_migration_plan_free(applied->plan);
    rt_comparison_free(applied->comparison);
    *applied = (RtApplied){ 0 };
}

bool
rt_project_apply(RtProject *project, const RtApplyOptions *options, RtApplied *out_applied,
                 GError **error)
{
    Writer writer = { project, options, out_applied };
    RtRequest request = { .goal = RT_GOAL_APPLY, .write = write_half, .write_data = &writer };
    RtRunOptions run;
    *out_applied = (RtApplied){ 0 };
    RtDatabase *database = rt_project_database(project, options->is_dry, error);
    RtState *state = database ? rt_project_state(project, options->is_dry, error) : NULL;
    if (!state || !rt_project_run_options(project, &run, error) ||
        !allow_risks(options->allow, &run, error))
        return false;
    GError *failure = NULL;
    out_applied->plan = options->is_dry
                            ? rt_migration_plan_new(NULL, database, state, &request, &failure)
                            : rt_run(NULL, database, state, &request, &run, &failure);
    if (!failure)
        return options->is_dry || !out_applied->comparison ||
               rt_keep_definitions(project, out_applied->comparison->to, error);
    g_propagate_error(error, failure);
    return false;
}
