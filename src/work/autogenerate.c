/* Writes the revision that brings what is there to the declared schema. */
#include "work/autogenerate.h"

#include <string.h>

static bool
is_behind(const RtComparison *comparison)
{
    for (unsigned i = 0; i < comparison->diff->notes->len; i++) {
        if (strcmp(g_array_index(comparison->diff->notes, RtNote, i).code, "not_up_to_date") == 0)
            return true;
    }
    return false;
}

static const char *
choose_against(RtProject *project, const RtAutogenerateOptions *options, GError **error)
{
    const char *url;
    if (options->against)
        return options->against;
    if (!rt_project_url(project, &url, error))
        return NULL;
    return url ? "" : "scripts";
}

static const char *
past_tense(RtVerb verb)
{
    static const char *const words[] = {
        [RT_VERB_CREATE] = "added",     [RT_VERB_DROP] = "removed",
        [RT_VERB_RENAME] = "renamed",   [RT_VERB_ALTER] = "changed",
        [RT_VERB_RECREATE] = "changed", [RT_VERB_OPAQUE] = "unreadable",
    };
    return words[verb];
}

/* "Detected added table 't'": the lines that people look for. */
static void
tell_operations(RtProject *project, const RtComparison *comparison)
{
    const RtEvents *events = rt_project_options(project)->events;
    const GArray *ops = comparison->diff->ops;
    for (unsigned i = 0; i < ops->len; i++) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        g_autofree char *name = rt_op_object_name(op, comparison->from);
        rt_events_notice(events, RT_LEVEL_INFO, "retort.autogenerate", "Detected %s %s '%s'",
                         past_tense(op->verb), rt_kind_name(op->kind), name);
    }
}

static bool
write_script(RtProject *project, const RtComparison *comparison,
             const RtAutogenerateOptions *options, char **out_path, GError **error)
{
    g_autofree char *upgrade = rt_comparison_upgrade(comparison);
    g_autofree char *downgrade = rt_comparison_downgrade(comparison, error);
    if (!downgrade)
        return false;
    RtNewScriptOptions script = options->script;
    script.upgrade = upgrade;
    script.downgrade = downgrade;
    *out_path = rt_new_script_write(project, &script, error);
    return *out_path;
}

RtComparison *
rt_autogenerate(RtProject *project, const RtAutogenerateOptions *options, char **out_path,
                GError **error)
{
    *out_path = NULL;
    const char *against = choose_against(project, options, error);
    if (!against)
        return NULL;
    g_autoptr(RtComparison) comparison =
        rt_compare_declared(project, *against ? against : NULL, options->recreate, error);
    if (!comparison)
        return NULL;
    if (is_behind(comparison)) {
        rt_error_set(error, RT_ERROR_NOT_UP_TO_DATE,
                     "Target database is not up to date. Bring it there with "
                     "`retort upgrade heads`, or compare with the scripts alone: "
                     "--against scripts");
        return NULL;
    }
    tell_operations(project, comparison);
    bool has_script = comparison->diff->ops->len || options->allow_empty;
    if (has_script && !options->print_only &&
        !write_script(project, comparison, options, out_path, error))
        return NULL;
    return g_steal_pointer(&comparison);
}
