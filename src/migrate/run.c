/* A run: plans, asks about risks, applies, and plans again when another runner was quicker. */
#include "migrate/lock.h"
#include "migrate/remember.h"
#include "migrate/runner.h"

enum { MOST_ATTEMPTS = 10 };

/* ---- consent ----------------------------------------------------------------------------------
 */

/* Where in which script; of a half that no script holds only what. */
static void
append_danger(GString *out, const RtMigration *migration, const RtMigrationRisk *danger)
{
    if (!migration->is_apply)
        g_string_append_printf(out, "%s:%u: ", migration->text->name, danger->line);
    g_string_append_printf(out, "%s: %s", rt_risk_name(danger->risk), danger->reason);
}

static void
tell_danger(const RtRunner *runner, const RtMigration *migration, const RtMigrationRisk *danger)
{
    if (runner->options->silent_risks & danger->risk)
        return;
    bool is_note = runner->options->noted_risks & danger->risk;
    g_autoptr(GString) text = g_string_new(NULL);
    append_danger(text, migration, danger);
    rt_events_notice(runner->events, is_note ? RT_LEVEL_INFO : RT_LEVEL_WARNING, "retort.migrate",
                     "%s", text->str);
}

/* Lists the risks that stop the run; tells of the others. *out_place is that of the first. */
static char *
list_refused(const RtRunner *runner, const RtMigrationPlan *plan, unsigned *out_n,
             RtErrorPlace *out_place)
{
    GString *text = g_string_new(NULL);
    *out_n = 0;
    for (guint i = 0; i < plan->migrations->len; i++) {
        const RtMigration *migration = plan->migrations->pdata[i];
        for (guint j = 0; j < migration->dangers->len; j++) {
            const RtMigrationRisk *danger = &g_array_index(migration->dangers, RtMigrationRisk, j);
            bool is_refused = migration->direction == RT_UP && !migration->is_open &&
                              (runner->options->refused_risks & danger->risk);
            if (danger->is_allowed)
                continue;
            if (!is_refused) {
                tell_danger(runner, migration, danger);
                continue;
            }
            if (++*out_n == 1 && !migration->is_apply)
                *out_place =
                    (RtErrorPlace){ .file = (char *) migration->text->name, .line = danger->line };
            g_string_append(text, text->len ? "\n" : "");
            append_danger(text, migration, danger);
        }
    }
    return g_string_free(text, FALSE);
}

static bool
ask_consent(const RtRunner *runner, const RtMigrationPlan *plan, GError **error)
{
    unsigned n;
    RtErrorPlace place = { 0 };
    g_autofree char *refused = list_refused(runner, plan, &n, &place);
    if (!n)
        return true;
    g_autofree char *question = g_strdup_printf("%s\nGo on?", refused);
    if (!runner->options->is_unattended && rt_events_confirm(runner->events, question))
        return true;
    const char *way = runner->request->goal == RT_GOAL_APPLY
                          ? "say --allow RISK (such as --allow data-loss)"
                          : "write a line '-- retort: allow RISK REASON' (such as 'allow data-loss "
                            "no longer used') before the statement";
    rt_error_set_at(error, RT_ERROR_NEEDS_DECISION, &place,
                    "nothing was run, a person must decide:\n%s\nto accept %s, %s", refused,
                    n == 1 ? "it" : "them", way);
    return false;
}

/* ---- applying ---------------------------------------------------------------------------------
 */

static bool
apply_next(RtRunner *runner, RtMigrationPlan *plan, unsigned *out_n, bool *out_stale,
           GError **error)
{
    RtMigration *migration = plan->migrations->pdata[0];
    *out_n = 1;
    if (!rt_events_go_on(runner->events, error))
        return false;
    if (!rt_runner_transacts(runner, migration) || migration->is_open)
        return rt_stepwise(runner, migration, out_stale, error);
    /* What a stamp moves, it moves at once. */
    while (migration->is_stamp && *out_n < plan->migrations->len)
        ++*out_n;
    if (rt_transact(runner, (RtMigration *const *) plan->migrations->pdata, *out_n, out_stale,
                    error))
        return true;
    g_autofree char *title = rt_migration_title(migration);
    if (!*out_stale && !migration->is_stamp)
        rt_events_notice(runner->events, RT_LEVEL_WARNING, "retort.migrate",
                         "%s was rolled back, nothing of it is left", title);
    return false;
}

/* Takes what was done over into the result. */
static void
keep_done(RtMigrationPlan *result, RtMigrationPlan *plan, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        RtMigration *migration = g_ptr_array_steal_index(plan->migrations, 0);
        g_ptr_array_unref(result->rows_after);
        result->rows_after = rt_rows_split(migration->rows_after);
        g_ptr_array_add(result->migrations, migration);
    }
}

static bool
apply_plan(RtRunner *runner, RtMigrationPlan *plan, RtMigrationPlan *result, bool *out_stale,
           GError **error)
{
    *out_stale = false;
    while (plan->migrations->len) {
        unsigned n;
        if (!apply_next(runner, plan, &n, out_stale, error))
            return false;
        keep_done(result, plan, n);
    }
    return true;
}

static GPtrArray *
copy_rows(const GPtrArray *rows)
{
    g_autofree char *joined = rt_rows_join(rows);
    return rt_rows_split(joined);
}

static bool
has_open_apply(const RtMigrationPlan *plan)
{
    const RtMigration *first = plan->migrations->len ? plan->migrations->pdata[0] : NULL;
    return first && first->is_apply && first->is_open;
}

/* Plans and applies once; *out_again is set where the plan was overtaken, and where it could only
   finish what stood open. */
static bool
attempt_run(RtRunner *runner, RtMigrationPlan *result, bool is_first, bool *out_again,
            GError **error)
{
    *out_again = false;
    RtMigrationPlan *plan = rt_migration_plan_new(runner->folder, runner->database, runner->state,
                                                  runner->request, error);
    if (!plan)
        return false;
    /* The result borrows from the arenas of all plans. */
    plan->earlier = result->earlier;
    result->earlier = plan;
    if (is_first) {
        g_ptr_array_unref(result->rows_before);
        result->rows_before = copy_rows(plan->rows_before);
    }
    if (!result->migrations->len) {
        g_ptr_array_unref(result->rows_after);
        result->rows_after = copy_rows(plan->rows_before);
    }
    if (is_first && plan->plan && plan->plan->warning)
        rt_events_notice(runner->events, RT_LEVEL_WARNING, "retort.migrate", "%s",
                         plan->plan->warning);
    bool is_half_known = has_open_apply(plan);
    if (!ask_consent(runner, plan, error) || !apply_plan(runner, plan, result, out_again, error))
        return false;
    *out_again = is_half_known;
    return true;
}

static char *
make_run_id(void)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *seconds = g_date_time_format(now, "%Y%m%dT%H%M%S");
    return g_strdup_printf("%s%06d-%04x", seconds, g_date_time_get_microsecond(now),
                           (unsigned) g_random_int() & 0xFFFF);
}

RtMigrationPlan *
rt_run(RtFolder *folder, RtDatabase *database, RtState *state, const RtRequest *request,
       const RtRunOptions *options, GError **error)
{
    g_return_val_if_fail(database->connection, NULL);
    RtRunner runner = { .folder = folder,
                        .database = database,
                        .state = state,
                        .request = request,
                        .options = options,
                        .events = options->events,
                        .run_id = options->run_id ? g_strdup(options->run_id) : make_run_id() };
    RtMigrationPlan *result = rt_migration_plan_empty();
    bool ok = false, again = true;
    for (unsigned i = 0; again && i < MOST_ATTEMPTS; i++)
        ok = attempt_run(&runner, result, i == 0, &again, error);
    if (!ok && again)
        rt_error_set(error, RT_ERROR_LOCKED,
                     "the version table keeps changing, others migrate this database");
    if (ok && result->migrations->len)
        rt_remember_definitions(&runner);
    rt_lock_release(&runner);
    g_free(runner.run_id);
    return result;
}
