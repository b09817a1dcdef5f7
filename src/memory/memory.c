/* The memory database as a connection: opening, statements, transactions, what the log gets. */
#include "memory/memory.h"

#include "memory/database.h"
#include "sql/split.h"

#include <math.h>
#include <string.h>

/* ---- small things -----------------------------------------------------------------------------
 */

bool
rt_memory_fail(RtMemory *memory, RtFailureClass class, RtErrorCode code, GError **error,
               const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    memory->base.failure = (RtFailure){ .class = class, .sent = RT_SENT_YES, .offset = -1 };
    rt_error_set(error, code, "%s", message);
    return false;
}

void
rt_memory_pass_over(RtMemory *memory, const RtMemoryStatement *statement)
{
    memory->was_executed = false;
    if (!statement->is_replayed)
        rt_events_notice(memory->events, RT_LEVEL_WARNING, memory->dialect->name,
                         "the memory database does not run this statement: %s", statement->sql);
}

RtTables
rt_memory_tables(RtMemory *memory, const char *now)
{
    return (RtTables){
        .stores = memory->stores,
        .undo = memory->undo,
        .model = memory->model,
        .rules = memory->dialect->rules,
        .lexicon = memory->dialect->lexicon,
        .now = now,
    };
}

char *
rt_memory_time_text(int64_t now)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(now / 1000);
    return time ? g_date_time_format(time, "%F %T") : g_strdup("1970-01-01 00:00:00");
}

static int64_t
read_clock(const RtMemory *memory)
{
    if (memory->settings.clock)
        return memory->settings.clock(memory->settings.clock_data);
    return g_get_real_time() / 1000;
}

/* ---- commit and rollback ----------------------------------------------------------------------
 */

static void
undo_to(RtMemory *memory, size_t catalog_mark, size_t mark, unsigned n_jobs)
{
    rt_undo_back(memory->undo, mark);
    rt_catalog_undo(memory->catalog, catalog_mark);
    rt_memory_drop_jobs(memory, n_jobs);
}

/* Makes what was done final in memory. */
static void
settle(RtMemory *memory)
{
    rt_undo_forget(memory->undo);
    rt_catalog_forget(memory->catalog);
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, memory->crowded);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        RtStore *store = g_hash_table_lookup(memory->stores, key);
        if (store)
            rt_store_compact(store);
    }
    g_hash_table_remove_all(memory->crowded);
}

static void
note_statement(RtMemory *memory, const RtMemoryStatement *statement)
{
    if (!memory->log)
        return;
    if (!memory->pending)
        memory->pending = rt_log_record_new(statement->now);
    rt_log_record_add(memory->pending, statement->has_job ? statement->job_ms : 0, statement->sql);
}

static bool
write_pending(RtMemory *memory, GError **error)
{
    g_autoptr(RtLogRecord) record = g_steal_pointer(&memory->pending);
    return !record || rt_log_append(memory->log, record, &memory->base.failure, error);
}

/* ---- statements -------------------------------------------------------------------------------
 */

/*
 * A table that the server's rules let nobody make, though they would let one of another name be
 * made, is one that the server keeps for itself: statements about it do nothing here.
 */
static bool
is_servers_own(RtMemory *memory, const RtName *name)
{
    const RtDialect *dialect = memory->dialect;
    const RtForm *table = NULL, *column = NULL;
    for (const RtForm *const *form = dialect->forms; *form; form++) {
        if ((*form)->kind == RT_KIND_TABLE && !table)
            table = *form;
        if ((*form)->kind == RT_KIND_COLUMN && !column)
            column = *form;
    }
    if (!dialect->check || !table || !column)
        return false;
    const RtName *plain = rt_model_name(memory->model, RT_FOLD_EXACT, NULL, "_retort_probe");
    const RtObject child = { .form = column, .name = plain };
    const RtObject *const children[] = { &child };
    RtObject object = { .form = table, .name = plain, .children = children, .n_children = 1 };
    RtOp op = { .verb = RT_VERB_CREATE, .kind = RT_KIND_TABLE, .name = plain, .after = &object };
    g_autoptr(GError) ignored = NULL;
    if (!dialect->check(dialect, &memory->server, memory->catalog, &op, &ignored))
        return false;
    op.name = object.name = name;
    g_autoptr(GError) refused = NULL;
    return !dialect->check(dialect, &memory->server, memory->catalog, &op, &refused);
}

/* Views have no rows here, and the server's own tables are not here at all. */
static bool
is_out_of_reach(RtMemory *memory, const RtName *table)
{
    if (!table || g_hash_table_contains(memory->stores, table->key))
        return false;
    return rt_catalog_find(memory->catalog, RT_KIND_TABLE, table) || is_servers_own(memory, table);
}

static bool
run_query(RtMemory *memory, RtMemoryStatement *statement, const RtQuery *query, GError **error)
{
    if (is_out_of_reach(memory, query->table) || is_out_of_reach(memory, query->from)) {
        rt_memory_pass_over(memory, statement);
        return true;
    }
    if (memory->is_read_only && query->kind != RT_QUERY_SELECT)
        return rt_memory_fail(memory, RT_FAILURE_READ_ONLY, RT_ERROR_DENIED, error,
                              "the database is open for reading only");
    g_autofree char *time = rt_memory_time_text(statement->now);
    RtTables tables = rt_memory_tables(memory, time);
    RtFailureClass class;
    if (!rt_query_run(query, &tables, statement->row, statement->data, &statement->changed, &class,
                      error)) {
        memory->base.failure = (RtFailure){ .class = class, .sent = RT_SENT_YES, .offset = -1 };
        return false;
    }
    statement->has_changed = statement->changed > 0;
    if (statement->has_changed)
        g_hash_table_add(memory->crowded, (gpointer) query->table->key);
    return true;
}

/* What is to be run in a scope of its own, as it takes no part in a catalog. */
static bool
run_other(RtMemory *memory, RtMemoryStatement *statement, RtArena *arena, const RtText *text,
          GError **error)
{
    RtCursor cursor;
    bool found;
    rt_cursor_init(&cursor, arena, memory->dialect->lexicon, text);
    if (!rt_memory_run_job_statement(memory, statement, &cursor, &found, error) || found)
        return !error || !*error;
    if (rt_cursor_accept(&cursor, "SHOW CREATE ALL"))
        return rt_memory_show_schema(memory, statement, error);
    g_auto(RtQueryReader) reader = { 0 };
    rt_query_reader_init(&reader, memory->model, memory->dialect->rules, &cursor);
    reader.now = memory->dialect->own->now;
    g_autoptr(RtQuery) query = rt_query_read(&reader);
    if (query)
        return run_query(memory, statement, query, error);
    return rt_memory_run_schema(memory, statement, error);
}

/* One statement, and nothing after it. *out_empty: not even one. */
static bool
check_single(RtMemory *memory, const RtText *text, bool *out_empty, GError **error)
{
    RtSplitter splitter;
    RtStatement first, second;
    GError *problem = NULL;
    rt_splitter_init(&splitter, memory->dialect->lexicon, text);
    *out_empty = !rt_splitter_next(&splitter, &first, &problem);
    if (!problem && !*out_empty && rt_splitter_next(&splitter, &second, &problem))
        return rt_memory_fail(memory, RT_FAILURE_OTHER, RT_ERROR_REJECTED, error,
                              "text follows the end of the statement: '%.40s'",
                              text->data + second.span.start);
    if (!problem)
        return true;
    memory->base.failure =
        (RtFailure){ .class = RT_FAILURE_OTHER, .sent = RT_SENT_YES, .offset = -1 };
    g_propagate_error(error, problem);
    return false;
}

/* Runs a statement whole or not at all. */
static bool
run_statement(RtMemory *memory, RtMemoryStatement *statement, GError **error)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtText *text = rt_text_new(arena, "<statement>", statement->sql, strlen(statement->sql));
    bool is_empty;
    memory->was_executed = true;
    if (!check_single(memory, text, &is_empty, error))
        return false;
    if (is_empty)
        return true;
    size_t catalog_mark = rt_catalog_mark(memory->catalog), mark = rt_undo_mark(memory->undo);
    unsigned n_jobs = memory->jobs->len;
    GError *problem = NULL;
    if (!run_other(memory, statement, arena, text, &problem)) {
        undo_to(memory, catalog_mark, mark, n_jobs);
        g_propagate_error(error, problem);
        return false;
    }
    if (!statement->has_changed || statement->is_replayed)
        return true;
    note_statement(memory, statement);
    if (memory->in_transaction || write_pending(memory, error))
        return true;
    undo_to(memory, catalog_mark, mark, n_jobs);
    return false;
}

/* ---- transactions -----------------------------------------------------------------------------
 */

static bool
begin(RtConnection *connection, GError **error)
{
    RtMemory *memory = (RtMemory *) connection;
    if (memory->in_transaction)
        return rt_memory_fail(memory, RT_FAILURE_OTHER, RT_ERROR_REJECTED, error,
                              "a transaction is open already");
    if (memory->is_read_only)
        return rt_memory_fail(memory, RT_FAILURE_READ_ONLY, RT_ERROR_DENIED, error,
                              "the database is open for reading only");
    memory->in_transaction = true;
    memory->catalog_mark = rt_catalog_mark(memory->catalog);
    memory->job_mark = memory->jobs->len;
    return true;
}

static bool
rollback(RtConnection *connection, GError **error)
{
    (void) error;
    RtMemory *memory = (RtMemory *) connection;
    if (!memory->in_transaction)
        return true;
    memory->in_transaction = false;
    g_clear_pointer(&memory->pending, rt_log_record_free);
    undo_to(memory, memory->catalog_mark, 0, memory->job_mark);
    return true;
}

static bool
commit(RtConnection *connection, GError **error)
{
    RtMemory *memory = (RtMemory *) connection;
    if (!memory->in_transaction)
        return rt_memory_fail(memory, RT_FAILURE_OTHER, RT_ERROR_REJECTED, error,
                              "no transaction is open");
    if (!write_pending(memory, error)) {
        RtFailure failure = memory->base.failure;
        rollback(connection, NULL);
        memory->base.failure = failure;
        return false;
    }
    memory->in_transaction = false;
    settle(memory);
    return true;
}

typedef struct TransactionWord {
    const char *intro;
    bool (*run)(RtConnection *connection, GError **error);
} TransactionWord;

/* BEGIN and its like as statements, where the connection has transactions. */
static const TransactionWord *
find_transaction_word(const RtMemory *memory, const char *sql)
{
    static const TransactionWord words[] = {
        { "BEGIN", begin }, { "START TRANSACTION", begin }, { "COMMIT", commit },
        { "END", commit },  { "ROLLBACK TO", NULL },        { "ROLLBACK", rollback },
    };
    if (!memory->base.class->begin)
        return NULL;
    g_autoptr(RtArena) arena = rt_arena_new();
    RtCursor cursor;
    rt_cursor_init(&cursor, arena, memory->dialect->lexicon,
                   rt_text_new(arena, "<statement>", sql, strlen(sql)));
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (rt_cursor_accept(&cursor, words[i].intro))
            return words[i].run ? &words[i] : NULL;
    return NULL;
}

static bool
execute(RtConnection *connection, const char *sql, RtRowFunc row, void *data, int64_t *out_changed,
        GError **error)
{
    RtMemory *memory = (RtMemory *) connection;
    const TransactionWord *word = find_transaction_word(memory, sql);
    if (word) {
        memory->was_executed = true;
        *out_changed = 0;
        return word->run(connection, error);
    }
    RtMemoryStatement statement = {
        .sql = sql,
        .now = read_clock(memory),
        .job_ms = memory->job_ms,
        .row = row,
        .data = data,
    };
    if (!memory->in_transaction)
        rt_memory_settle_jobs(memory, statement.now);
    if (!run_statement(memory, &statement, error))
        return false;
    if (!memory->in_transaction) {
        rt_memory_settle_jobs(memory, statement.now);
        settle(memory);
    }
    *out_changed = statement.changed;
    return true;
}

/* ---- the connection ---------------------------------------------------------------------------
 */

static bool
tell_server(RtConnection *connection, RtServer *out_server, GError **error)
{
    (void) error;
    *out_server = ((RtMemory *) connection)->server;
    return true;
}

static void
close_connection(RtConnection *connection)
{
    RtMemory *memory = (RtMemory *) connection;
    rollback(connection, NULL);
    rt_undo_free(memory->undo);
    GHashTableIter iter;
    gpointer store;
    g_hash_table_iter_init(&iter, memory->stores);
    while (g_hash_table_iter_next(&iter, NULL, &store))
        rt_store_free(store);
    g_hash_table_unref(memory->stores);
    g_hash_table_unref(memory->crowded);
    g_array_unref(memory->jobs);
    rt_log_close(memory->log);
    rt_catalog_free(memory->catalog);
    rt_model_free(memory->model);
    g_free(memory);
}

static void
interrupt(RtConnection *connection)
{
    (void) connection; /* No statement here takes long. */
}

static const RtConnectionClass transactional = {
    .close = close_connection,
    .server = tell_server,
    .execute = execute,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .interrupt = interrupt,
};

static const RtConnectionClass plain = {
    .close = close_connection,
    .server = tell_server,
    .execute = execute,
    .interrupt = interrupt,
};

static bool
is_memory(const RtConnection *connection)
{
    return connection->class == &transactional || connection->class == &plain;
}

RtCatalog *
rt_memory_catalog(RtConnection *connection)
{
    RtMemory *memory = (RtMemory *) connection;
    if (!is_memory(connection))
        return NULL;
    if (!memory->in_transaction)
        rt_memory_settle_jobs(memory, read_clock(memory));
    return memory->catalog;
}

bool
rt_memory_was_executed(const RtConnection *connection)
{
    return !is_memory(connection) || ((const RtMemory *) connection)->was_executed;
}

/* ---- opening ----------------------------------------------------------------------------------
 */

/* What was committed once is done again, at the time that it was done at. */
static bool
replay_record(void *data, const RtLogRecord *record, GError **error)
{
    RtMemory *memory = data;
    rt_memory_settle_jobs(memory, record->time);
    for (unsigned i = 0; i < record->statements->len; i++) {
        const RtLogStatement *logged = &g_array_index(record->statements, RtLogStatement, i);
        RtMemoryStatement statement = {
            .sql = logged->sql,
            .now = record->time,
            .job_ms = logged->job_ms,
            .is_replayed = true,
        };
        if (!run_statement(memory, &statement, error)) {
            g_prefix_error(error, "the log holds a statement that cannot be run again: ");
            return false;
        }
    }
    rt_memory_settle_jobs(memory, record->time);
    settle(memory);
    return true;
}

static bool
read_job_seconds(const RtUrl *url, uint32_t *out_ms, GError **error)
{
    const char *text = rt_url_option(url, "job_seconds");
    char *end = NULL;
    double seconds = text ? g_ascii_strtod(text, &end) : 0;
    if (text && (!*text || *end || !isfinite(seconds) || seconds < 0 || seconds > 1e6)) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "the URL's option 'job_seconds' is '%s'; it is a number of seconds", text);
        return false;
    }
    *out_ms = (uint32_t) (seconds * 1000 + 0.5);
    return true;
}

static bool
read_url(RtMemory *memory, const RtUrl *url, GError **error)
{
    static const char *const known[] = { "transactions", "job_seconds", "database", NULL };
    bool transactions;
    if (!rt_url_check_file(url, "file.log", error))
        return false;
    bool names_schema = memory->dialect->capabilities & RT_URL_NAMES_SCHEMA;
    if (!names_schema && rt_url_option(url, "database")) {
        rt_error_set(error, RT_ERROR_CONFIG, "%s URLs have no option 'database'", url->scheme);
        return false;
    }
    if (!rt_url_check_options(url, known, error) ||
        !rt_url_flag(url, "transactions", true, &transactions, error) ||
        !read_job_seconds(url, &memory->job_ms, error))
        return false;
    bool can = memory->dialect->capabilities & RT_CAN_TRANSACT_DDL;
    memory->base.class = can && transactions ? &transactional : &plain;
    return true;
}

static RtMemory *
new_memory(const RtDialect *dialect, const RtUrl *url, const RtConnectionOptions *options,
           const RtMemorySettings *settings)
{
    g_autofree char *schema = rt_dialect_schema_of_url(dialect, url);
    RtMemory *memory = g_new0(RtMemory, 1);
    memory->base.class = &plain;
    memory->dialect = dialect;
    memory->events = options->events;
    memory->is_read_only = options->read_only;
    memory->settings = settings ? *settings : (RtMemorySettings){ 0 };
    memory->server = settings && settings->server ? *settings->server : dialect->assumed;
    memory->model = rt_model_new(schema);
    memory->catalog = rt_catalog_new(memory->model, dialect->rules, dialect->lexicon);
    memory->stores = g_hash_table_new(NULL, NULL);
    memory->crowded = g_hash_table_new(NULL, NULL);
    memory->undo = rt_undo_new(memory->stores);
    memory->jobs = g_array_new(FALSE, TRUE, sizeof(RtMemoryJob));
    g_array_set_clear_func(memory->jobs, (GDestroyNotify) rt_memory_job_clear);
    memory->was_executed = true;
    return memory;
}

RtConnection *
rt_memory_open(const RtDialect *dialect, const RtUrl *url, const RtConnectionOptions *options,
               const RtMemorySettings *settings, bool *out_missing, GError **error)
{
    RtMemory *memory = new_memory(dialect, url, options, settings);
    g_autoptr(RtConnection) connection = &memory->base;
    if (!read_url(memory, url, error))
        return NULL;
    if (!*url->path)
        return g_steal_pointer(&connection);
    bool missing = false;
    /* While the log is replayed what it holds is let through. */
    memory->is_read_only = false;
    memory->log = rt_log_open(url->path, dialect->name, options, replay_record, memory, &missing,
                              &memory->base.failure, error);
    memory->is_read_only = options->read_only;
    if (missing)
        *out_missing = true;
    if (!memory->log)
        return NULL;
    rt_memory_settle_jobs(memory, read_clock(memory));
    return g_steal_pointer(&connection);
}
