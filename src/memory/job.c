/* Background jobs: changes of tables that take effect when their time has come. */
#include "memory/database.h"

void
rt_memory_job_clear(RtMemoryJob *job)
{
    g_free(job->sql);
    g_free(job->message);
}

const RtMemoryJob *
rt_memory_find_job(const RtMemory *memory, const RtName *table)
{
    for (unsigned i = memory->jobs->len; table && i-- > 0;) {
        const RtMemoryJob *job = &g_array_index(memory->jobs, RtMemoryJob, i);
        if (job->state == RT_JOB_RUNNING && rt_name_equal(job->table, table))
            return job;
    }
    return NULL;
}

void
rt_memory_start_job(RtMemory *memory, const RtName *table, const RtMemoryStatement *statement)
{
    RtMemoryJob job = {
        .id = memory->jobs->len + 1,
        .table = table,
        .sql = g_strdup(statement->sql),
        .start = statement->now,
        .end = statement->now + statement->job_ms,
        .state = RT_JOB_RUNNING,
    };
    g_array_append_val(memory->jobs, job);
}

/* The job that ends first, among those whose time has come; jobs of equal ends in their order. */
static RtMemoryJob *
next_ended(RtMemory *memory, int64_t now)
{
    RtMemoryJob *next = NULL;
    for (unsigned i = 0; i < memory->jobs->len; i++) {
        RtMemoryJob *job = &g_array_index(memory->jobs, RtMemoryJob, i);
        if (job->state == RT_JOB_RUNNING && job->end <= now && (!next || job->end < next->end))
            next = job;
    }
    return next;
}

void
rt_memory_settle_jobs(RtMemory *memory, int64_t now)
{
    for (RtMemoryJob *job; (job = next_ended(memory, now));) {
        g_autoptr(GError) error = NULL;
        bool done = rt_memory_apply_schema(memory, job->sql, job->end, &error);
        job->state = done ? RT_JOB_DONE : RT_JOB_CANCELLED;
        job->message = done ? NULL : g_strdup(error->message);
        rt_undo_forget(memory->undo);
        rt_catalog_forget(memory->catalog);
    }
}

/* ---- statements -------------------------------------------------------------------------------
 */

static const char *
state_name(RtJobState state)
{
    if (state == RT_JOB_RUNNING)
        return "RUNNING";
    return state == RT_JOB_DONE ? "FINISHED" : "CANCELLED";
}

static bool
hand_over_job(const RtMemoryJob *job, const RtMemoryStatement *statement)
{
    static const char *const names[] = { "id", "state", "progress", "message" };
    int64_t length = job->end - job->start;
    bool is_running = job->state == RT_JOB_RUNNING;
    int64_t done = is_running && length ? (statement->now - job->start) * 100 / length : 100;
    g_autofree char *id = g_strdup_printf("%u", job->id);
    g_autofree char *progress = g_strdup_printf("%d", (int) CLAMP(done, 0, 100));
    const char *values[] = { id, state_name(job->state), progress, job->message };
    return statement->row(statement->data, G_N_ELEMENTS(values), values, names);
}

static bool
show_jobs(RtMemory *memory, RtMemoryStatement *statement, RtCursor *cursor, GError **error)
{
    const char *schema = NULL;
    const char *text = rt_cursor_take_name(cursor, "a table", error);
    if (text && rt_cursor_accept_operator(cursor, '.')) {
        schema = text;
        text = rt_cursor_take_name(cursor, "a table", error);
    }
    if (!text)
        return false;
    RtFold fold = memory->dialect->rules->fold[RT_KIND_TABLE];
    const RtName *name = rt_model_name(memory->model, fold, schema, text);
    for (unsigned i = 0; statement->row && i < memory->jobs->len; i++) {
        const RtMemoryJob *job = &g_array_index(memory->jobs, RtMemoryJob, i);
        if (rt_name_equal(job->table, name) && !hand_over_job(job, statement))
            break;
    }
    return true;
}

static bool
cancel_job(RtMemory *memory, RtMemoryStatement *statement, RtCursor *cursor, GError **error)
{
    RtSpan span = cursor->token.span;
    g_autofree char *text = g_strndup(cursor->text->data + span.start, span.end - span.start);
    guint64 id;
    bool is_known = g_ascii_string_to_unsigned(text, 10, 1, memory->jobs->len, &id, NULL);
    RtMemoryJob *job =
        is_known ? &g_array_index(memory->jobs, RtMemoryJob, (unsigned) id - 1) : NULL;
    if (!job || job->state != RT_JOB_RUNNING)
        return rt_memory_fail(memory, RT_FAILURE_NOT_FOUND, RT_ERROR_REJECTED, error,
                              "no job %s is under way", text);
    rt_cursor_next(cursor);
    job->state = RT_JOB_CANCELLED;
    job->message = g_strdup("cancelled by a statement");
    statement->has_changed = true;
    return true;
}

bool
rt_memory_run_job_statement(RtMemory *memory, RtMemoryStatement *statement, RtCursor *cursor,
                            bool *out_found, GError **error)
{
    static const struct {
        const char *intro;
        bool (*run)(RtMemory *memory, RtMemoryStatement *statement, RtCursor *cursor,
                    GError **error);
    } statements[] = {
        { "SHOW JOBS FROM", show_jobs },
        { "CANCEL JOB", cancel_job },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(statements); i++) {
        *out_found = rt_cursor_accept(cursor, statements[i].intro);
        if (*out_found)
            return statements[i].run(memory, statement, cursor, error);
    }
    return true;
}
