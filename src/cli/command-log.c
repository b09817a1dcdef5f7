/* log: who applied what, when, and how it ended. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "export/json.h"

static json_t *
describe_row(const RtJournalRow *row)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "run",
                     rt_json_text(row->run), "revision", rt_json_text(row->revision), "direction",
                     rt_json_text(row->direction), "message", rt_json_text(row->message), "started",
                     rt_json_text(row->started), "ended", rt_json_text(row->ended), "owner",
                     rt_json_text(row->owner), "error", rt_json_text(row->error), "step",
                     (json_int_t) row->step, "steps", (json_int_t) row->steps);
}

static double
measure_seconds(const RtJournalRow *row)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    g_autoptr(GDateTime) from =
        row->started ? g_date_time_new_from_iso8601(row->started, zone) : NULL;
    g_autoptr(GDateTime) to = row->ended ? g_date_time_new_from_iso8601(row->ended, zone) : NULL;
    return from && to ? (double) g_date_time_difference(to, from) / G_TIME_SPAN_SECOND : -1;
}

static void
print_row(RtInvocation *invocation, const RtJournalRow *row)
{
    double seconds = measure_seconds(row);
    g_autofree char *duration = !row->ended    ? g_strdup("not ended")
                                : seconds >= 0 ? g_strdup_printf("%.3f s", seconds)
                                               : g_strdup("-");
    rt_invocation_print(invocation, "%s  %-5s %s  %s  %s%s%s%s%s",
                        row->started && *row->started ? row->started : "-", row->direction,
                        row->revision ? row->revision : "-", row->owner ? row->owner : "-",
                        duration, row->message && *row->message ? "  " : "",
                        row->message ? row->message : "", row->error ? "  error: " : "",
                        row->error ? row->error : "");
}

static int
run_log(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    RtState *state = project ? rt_project_state(project, true, error) : NULL;
    g_autoptr(GPtrArray) rows = state ? rt_state_read_journal(state, error) : NULL;
    if (!rows)
        return -1;
    json_t *array = json_array();
    for (unsigned i = 0; i < rows->len; i++) {
        const RtJournalRow *row = g_ptr_array_index(rows, i);
        if (invocation->is_json)
            json_array_append_new(array, describe_row(row));
        else
            print_row(invocation, row);
    }
    if (invocation->is_json)
        rt_answer_json(invocation, json_incref(array));
    json_decref(array);
    return 0;
}

const RtCommand rt_command_log = {
    .name = "log",
    .summary = "Show who applied what, when, and how long it took",
    .examples = "retort log\nretort log --json",
    .run = run_log,
};
