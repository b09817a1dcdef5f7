/* Settles unknown outcomes from jobs and from the live schema. */
#include "migrate/settle.h"

#include "migrate/fate.h"

#include <string.h>

static void
set_undecided(GError **error, const RtMigration *migration, const RtScriptStep *step,
              const char *why)
{
    static const char by_script[] =
        "if it did not run, or may run again, write '-- retort: idempotent' before it and go on as "
        "before; if it did, and the rest too, say so with 'stamp'";
    static const char by_hand[] =
        "bring it to where this statement is done, or was never begun, end the run with 'stamp "
        "base', and apply again";
    g_autofree char *title = rt_migration_title(migration);
    rt_text_error(error, RT_ERROR_NEEDS_DECISION, migration->text, step->span,
                  "nobody knows whether this %s of %s ran: %s. Look at the database: %s",
                  step->kind == RT_SCRIPT_RUN ? "command" : "statement", title, why,
                  migration->is_apply ? by_hand : by_script);
}

/* Decides by the jobs of the touched objects; *out_decided is unset where there are none. */
static bool
settle_by_jobs(RtRunner *runner, const RtTouch *touch, unsigned index, bool *out_decided,
               RtSettled *out_settled, GError **error)
{
    *out_decided = false;
    for (guint i = 0; i < touch->objects->len; i++) {
        RtPendingJob pending = { g_array_index(touch->objects, RtTouchedObject, i), index, false };
        RtJob job;
        unsigned cancelled;
        if (!pending.object.has_jobs)
            continue;
        if (!rt_wait_find_jobs(runner, &pending, 1, &job, error))
            return false;
        RtJobState state = job.state;
        rt_job_clear(&job);
        if (state == RT_JOB_NONE)
            continue;
        *out_decided = true;
        *out_settled = state == RT_JOB_CANCELLED ? RT_SETTLED_NOT_RUN : RT_SETTLED_RAN;
        if (state == RT_JOB_RUNNING && !rt_wait_for_jobs(runner, &pending, 1, &cancelled, error))
            return false;
    }
    return true;
}

/* As the target is now, also where this server hears of it last. */
static bool
look_again(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
           const RtTouch *touch, RtFate *out_fate, char **out_difference, GError **error)
{
    return rt_state_sync(runner->state, error) &&
           rt_fate_find(runner, migration, step, touch, out_fate, out_difference, error);
}

static bool
settle_by_schema(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
                 const RtTouch *touch, RtSettled *out_settled, GError **error)
{
    RtFate fate = RT_FATE_UNKNOWN, again = RT_FATE_UNKNOWN;
    g_autofree char *difference = NULL, *second = NULL;
    if (!look_again(runner, migration, step, touch, &fate, &difference, error))
        return false;
    /* A server with jobs may have several frontends, of which one lags: look twice. */
    if (fate == RT_FATE_BEFORE && runner->database->dialect->jobs) {
        if (!rt_wait_sleep(runner, runner->options->settle_ms, error) ||
            !look_again(runner, migration, step, touch, &again, &second, error))
            return false;
        fate = again;
    }
    if (fate == RT_FATE_NO_TRACE) {
        set_undecided(error, migration, step,
                      "what it works on looks the same before and after it");
        return false;
    }
    if (fate == RT_FATE_UNKNOWN) {
        g_autofree char *why =
            g_strdup_printf("what it works on is neither as before it nor as after it (%s)",
                            second && *second           ? second
                            : difference && *difference ? difference
                                                        : "what was before cannot be read");
        set_undecided(error, migration, step, why);
        return false;
    }
    *out_settled = fate == RT_FATE_AFTER ? RT_SETTLED_RAN : RT_SETTLED_NOT_RUN;
    return true;
}

static bool
settle_statement(RtRunner *runner, const RtMigration *migration, unsigned index,
                 const RtStepRow *row, RtSettled *out_settled, GError **error)
{
    const RtScriptStep *step = &migration->half.steps[index];
    g_autoptr(RtTouch) touch = rt_touch_from_json(row->objects);
    if (touch->kind != RT_TOUCH_SCHEMA || !touch->objects->len) {
        set_undecided(error, migration, step, "it changes rows, or what it does cannot be read");
        return false;
    }
    bool is_decided;
    if (!rt_state_sync(runner->state, error) ||
        !settle_by_jobs(runner, touch, index, &is_decided, out_settled, error))
        return false;
    return is_decided || settle_by_schema(runner, migration, step, touch, out_settled, error);
}

static bool
is_session(const RtStepRow *row)
{
    return !row->objects && row->outcome && strcmp(row->outcome, "session") == 0;
}

bool
rt_settle(RtRunner *runner, const RtMigration *migration, unsigned index, const RtStepRow *row,
          RtSettled *out_settled, GError **error)
{
    const RtScriptStep *step = &migration->half.steps[index];
    *out_settled = RT_SETTLED_NOT_RUN;
    if (row->state == RT_STEP_FAILED || step->kind == RT_SCRIPT_ASSERT ||
        step->kind == RT_SCRIPT_IRREVERSIBLE || is_session(row))
        return true;
    if (step->kind == RT_SCRIPT_IF) {
        *out_settled = RT_SETTLED_RAN;
        return true;
    }
    if (row->objects && step->kind == RT_SCRIPT_STATEMENT)
        return settle_statement(runner, migration, index, row, out_settled, error);
    if (step->idempotent || (step->batch && row->place))
        return true;
    return settle_statement(runner, migration, index, row, out_settled, error);
}
