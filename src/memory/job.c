/* Background jobs: changes of tables that take effect when their time has come. */
#include "memory/database.h"

void
rt_memory_job_clear(RtMemoryJob *job)
{
    g_free(job->sql);
    g_free(job->message);
}

static RtMemoryJob *
job_at(const RtMemory *memory, unsigned index)
{
    return &g_array_index(memory->jobs, RtMemoryJob, index);
}

static RtMemoryJob *
find_running(const RtMemory *memory, const RtName *table)
{
    for (unsigned i = memory->jobs->len; table && i-- > memory->first_open;) {
        RtMemoryJob *job = job_at(memory, i);
        if (job->state == RT_JOB_RUNNING && rt_name_equal(job->table, table))
            return job;
    }
    return NULL;
}

const RtMemoryJob *
rt_memory_find_job(const RtMemory *memory, const RtName *table)
{
    return find_running(memory, table);
}

void
rt_memory_start_job(RtMemory *memory, const RtMemoryJob *like, bool is_running,
                    const RtMemoryStatement *statement)
{
    RtMemoryJob job = {
        .id = memory->jobs->len + 1,
        .kind = like->kind ? like->kind : "",
        .table = like->table,
        .made = like->made,
        .sql = g_strdup(statement->sql),
        .start = statement->now,
        .end = statement->now + (is_running ? statement->job_ms : 0),
        .state = is_running ? RT_JOB_RUNNING : RT_JOB_DONE,
    };
    g_array_append_val(memory->jobs, job);
}

void
rt_memory_drop_jobs(RtMemory *memory, unsigned n)
{
    if (memory->jobs->len > n)
        g_array_set_size(memory->jobs, n);
    memory->first_open = MIN(memory->first_open, n);
}

static void
end_job(RtMemoryJob *job, RtJobState state, const char *message)
{
    job->state = state;
    job->message = g_strdup(message);
}

/* Nothing else can have taken a table from under a job: other changes of it wait. */
static void
cancel_orphans(RtMemory *memory)
{
    for (unsigned i = memory->first_open; i < memory->jobs->len; i++) {
        RtMemoryJob *job = job_at(memory, i);
        if (job->state == RT_JOB_RUNNING &&
            !rt_catalog_find(memory->catalog, RT_KIND_TABLE, job->table))
            end_job(job, RT_JOB_CANCELLED, "its table was dropped");
    }
}

/* The job that ends first, among those whose time has come; jobs of equal ends in their order. */
static RtMemoryJob *
next_ended(RtMemory *memory, int64_t now)
{
    RtMemoryJob *next = NULL;
    while (memory->first_open < memory->jobs->len &&
           job_at(memory, memory->first_open)->state != RT_JOB_RUNNING)
        memory->first_open++;
    for (unsigned i = memory->first_open; i < memory->jobs->len; i++) {
        RtMemoryJob *job = job_at(memory, i);
        if (job->state == RT_JOB_RUNNING && job->end <= now && (!next || job->end < next->end))
            next = job;
    }
    return next;
}

void
rt_memory_settle_jobs(RtMemory *memory, int64_t now)
{
    cancel_orphans(memory);
    for (RtMemoryJob *job; (job = next_ended(memory, now));) {
        g_autoptr(GError) error = NULL;
        bool done = rt_memory_apply_schema(memory, job->sql, job->end, &error);
        end_job(job, done ? RT_JOB_DONE : RT_JOB_CANCELLED, done ? NULL : error->message);
        rt_undo_forget(memory->undo);
        rt_catalog_forget(memory->catalog);
    }
}

/* ---- statements -------------------------------------------------------------------------------
 */

static int
find_percent(const RtMemoryJob *job, int64_t now)
{
    int64_t length = job->end - job->start;
    bool is_running = job->state == RT_JOB_RUNNING;
    int64_t done = is_running && length ? (now - job->start) * 100 / length : 100;
    return (int) CLAMP(done, 0, 100);
}

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
    g_autofree char *id = g_strdup_printf("%u", job->id);
    g_autofree char *progress = g_strdup_printf("%d", find_percent(job, statement->now));
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
        if (rt_name_equal(job_at(memory, i)->table, name) &&
            !hand_over_job(job_at(memory, i), statement))
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
    RtMemoryJob *job = is_known ? job_at(memory, (unsigned) id - 1) : NULL;
    if (!job || job->state != RT_JOB_RUNNING)
        return rt_memory_fail(memory, RT_FAILURE_NOT_FOUND, RT_ERROR_REJECTED, error,
                              "no job %s is under way", text);
    rt_cursor_next(cursor);
    end_job(job, RT_JOB_CANCELLED, "cancelled by a statement");
    statement->has_changed = true;
    return true;
}

/* ---- the dialect's own statements -------------------------------------------------------------
 */

/* A job as the dialect is told of it; the texts are freed with the record. */
typedef struct Record {
    RtJobRecord job;
    char *started, *ended;
} Record;

static void
record_init(Record *record, const RtMemoryJob *job, int64_t now)
{
    bool is_running = job->state == RT_JOB_RUNNING;
    record->started = rt_memory_time_text(job->start);
    record->ended = is_running ? NULL : rt_memory_time_text(job->end);
    record->job = (RtJobRecord){
        .id = job->id,
        .kind = job->kind,
        .table = job->table,
        .made = job->made,
        .state = job->state,
        .percent = find_percent(job, now),
        .started = record->started,
        .ended = record->ended,
        .message = job->message,
    };
}

static void
record_clear(Record *record)
{
    g_free(record->started);
    g_free(record->ended);
}

static bool
is_asked_for(const RtJobRequest *request, const RtMemoryJob *job)
{
    if (!g_str_equal(request->kind, job->kind) || (request->id && request->id != job->id))
        return false;
    return request->table ? rt_name_equal(request->table, job->table)
                          : g_strcmp0(request->schema, job->table->schema) == 0;
}

static void
show_requested(const RtMemory *memory, const RtMemoryStatement *statement,
               const RtJobRequest *request)
{
    unsigned n = memory->jobs->len, n_shown = 0;
    bool goes_on = statement->row != NULL;
    for (unsigned i = 0; goes_on && i < n; i++) {
        const RtMemoryJob *job = job_at(memory, request->newest_first ? n - 1 - i : i);
        if (!is_asked_for(request, job))
            continue;
        Record record;
        record_init(&record, job, statement->now);
        goes_on = memory->dialect->jobs->rules->show(&record.job, statement->row, statement->data);
        record_clear(&record);
        goes_on &= ++n_shown != request->limit;
    }
}

static bool
cancel_requested(RtMemory *memory, RtMemoryStatement *statement, const RtJobRequest *request,
                 GError **error)
{
    const RtJobRules *rules = memory->dialect->jobs->rules;
    RtMemoryJob *job = find_running(memory, request->table);
    Record record = { 0 };
    if (job)
        record_init(&record, job, statement->now);
    g_autofree char *reason = rules->refuse_cancel(request, job ? &record.job : NULL);
    record_clear(&record);
    if (reason)
        return rt_memory_fail(memory, RT_FAILURE_OTHER, RT_ERROR_REJECTED, error, "%s", reason);
    end_job(job, RT_JOB_CANCELLED, rules->cancelled);
    statement->has_changed = true;
    return true;
}

/* *out_found is false where the dialect has no such statement. */
static bool
run_of_dialect(RtMemory *memory, RtMemoryStatement *statement, const RtCursor *cursor,
               bool *out_found, GError **error)
{
    const RtJobs *jobs = memory->dialect->jobs;
    RtCursor at = *cursor;
    RtJobRequest request = { 0 };
    *out_found = jobs && jobs->rules && jobs->rules->read(&at, memory->model, &request);
    if (*out_found && request.is_cancel)
        return cancel_requested(memory, statement, &request, error);
    if (*out_found)
        show_requested(memory, statement, &request);
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
    return run_of_dialect(memory, statement, cursor, out_found, error);
}
