/* DDL: parsed, checked and applied by the dialect's rules, and the rows follow. */
#include "dialect/effect.h"
#include "dialect/parse.h"
#include "memory/database.h"

#include <string.h>

/* ---- rows follow ------------------------------------------------------------------------------
 */

typedef struct Follower {
    RtMemory *memory;
    RtTables tables;
} Follower;

static RtCell
fill_column(void *data, const RtObject *column)
{
    const Follower *follower = data;
    return rt_tables_default(&follower->tables, column);
}

/* Makes the rows of `name` fit what the catalog says of it; `before` NULL: there are none yet. */
static bool
refresh(Follower *follower, const RtName *name, RtStore *before, const RtOp *op, GError **error)
{
    RtMemory *memory = follower->memory;
    const RtObject *object = rt_catalog_find(memory->catalog, RT_KIND_TABLE, name);
    if (!object || rt_object_kind(object) != RT_KIND_TABLE)
        return true;
    bool is_renamed = op->verb == RT_VERB_RENAME && op->kind == RT_KIND_COLUMN;
    RtStore *store = rt_store_new(object->name, object, before, is_renamed ? op->name : NULL,
                                  is_renamed ? op->new_name : NULL, fill_column, follower, error);
    if (!store) {
        memory->base.failure.class = RT_FAILURE_CONSTRAINT;
        return false;
    }
    rt_undo_put_store(memory->undo, name->key, store);
    return true;
}

static bool
follow_table(Follower *follower, const RtOp *op, GError **error)
{
    RtMemory *memory = follower->memory;
    RtStore *store = rt_tables_find(&follower->tables, op->name);
    bool is_there = rt_catalog_find(memory->catalog, RT_KIND_TABLE, op->name);
    switch (op->verb) {
    case RT_VERB_CREATE:
        return store || refresh(follower, op->name, NULL, op, error);
    case RT_VERB_RECREATE:
        return refresh(follower, op->name, NULL, op, error);
    case RT_VERB_DROP:
        if (store && !is_there)
            rt_undo_put_store(memory->undo, op->name->key, NULL);
        return true;
    case RT_VERB_RENAME:
        if (!store || op->name->key == op->new_name->key)
            return !store || refresh(follower, op->name, store, op, error);
        rt_undo_rename_store(memory->undo, op->name->key, op->new_name->key);
        return refresh(follower, op->new_name, store, op, error);
    default:
        return !store || refresh(follower, op->name, store, op, error);
    }
}

/* The stores of a database go, or get names, with it. */
static bool
follow_database(Follower *follower, const RtOp *op, GError **error)
{
    RtMemory *memory = follower->memory;
    RtFold fold = memory->dialect->rules->fold[RT_KIND_TABLE];
    g_autoptr(GList) stores = g_hash_table_get_values(memory->stores);
    if (op->verb != RT_VERB_DROP && op->verb != RT_VERB_RENAME)
        return true;
    for (GList *item = stores; item; item = item->next) {
        RtStore *store = item->data;
        if (!store || g_strcmp0(store->name->schema, op->name->text) != 0)
            continue;
        if (op->verb == RT_VERB_DROP) {
            rt_undo_put_store(memory->undo, store->name->key, NULL);
            continue;
        }
        const RtName *moved =
            rt_model_name(memory->model, fold, op->new_name->text, store->name->text);
        rt_undo_rename_store(memory->undo, store->name->key, moved->key);
        if (!refresh(follower, moved, store, op, error))
            return false;
    }
    return true;
}

static bool
follow(Follower *follower, const RtOp *op, GError **error)
{
    if (op->verb == RT_VERB_OPAQUE || (op->flags & RT_OP_TEMPORARY))
        return true;
    if (op->kind == RT_KIND_DATABASE)
        return follow_database(follower, op, error);
    if (op->kind == RT_KIND_TABLE)
        return follow_table(follower, op, error);
    const RtName *name = op->owner ? op->owner : op->name;
    RtStore *store = name ? rt_tables_find(&follower->tables, name) : NULL;
    return !store || refresh(follower, name, store, op, error);
}

/* ---- operations -------------------------------------------------------------------------------
 */

/* Why an operation was refused, as a runner asks: is the object there already, or missing? */
static RtFailureClass
classify(const RtMemory *memory, const RtOp *op)
{
    const RtObject *table =
        op->owner ? rt_catalog_find(memory->catalog, RT_KIND_TABLE, op->owner) : NULL;
    if (op->owner && !table)
        return RT_FAILURE_NOT_FOUND;
    bool is_there;
    if (table && op->name && op->kind != RT_KIND_ATTRIBUTE)
        is_there = rt_object_find_child(table, op->kind, op->name, 0) >= 0;
    else
        is_there = op->name && (rt_catalog_find(memory->catalog, op->kind, op->name) ||
                                rt_catalog_find_owner(memory->catalog, op->kind, op->name, NULL));
    if (op->verb == RT_VERB_CREATE)
        return is_there ? RT_FAILURE_EXISTS : RT_FAILURE_OTHER;
    return is_there ? RT_FAILURE_OTHER : RT_FAILURE_NOT_FOUND;
}

/* A new object is in a database that is there; the one that the URL names is there always. */
static bool
check_database(RtMemory *memory, const RtOp *op, bool *out_is_there, GError **error)
{
    const char *schema = op->after && !op->owner && op->name ? op->name->schema : NULL;
    const char *own = rt_model_default_schema(memory->model);
    RtFold fold = memory->dialect->rules->fold[RT_KIND_DATABASE];
    bool is_new = op->verb == RT_VERB_CREATE || op->verb == RT_VERB_RECREATE;
    *out_is_there = false;
    if (!is_new || !(memory->dialect->capabilities & RT_URL_NAMES_SCHEMA))
        return true;
    if (op->kind == RT_KIND_DATABASE && own && strcmp(op->name->text, own) == 0) {
        *out_is_there = op->flags & RT_OP_IF_NOT_EXISTS;
        return *out_is_there || rt_memory_fail(memory, RT_FAILURE_EXISTS, RT_ERROR_REJECTED, error,
                                               "Can't create database '%s'; database exists", own);
    }
    if (!schema || rt_catalog_find(memory->catalog, RT_KIND_DATABASE,
                                   rt_model_name(memory->model, fold, NULL, schema)))
        return true;
    return rt_memory_fail(memory, RT_FAILURE_NOT_FOUND, RT_ERROR_REJECTED, error,
                          "Unknown database '%s'", schema);
}

static bool
apply_ops(RtMemory *memory, GArray *ops, int64_t now, GError **error)
{
    g_autofree char *time = rt_memory_time_text(now);
    Follower follower = { memory, rt_memory_tables(memory, time) };
    size_t catalog_mark = rt_catalog_mark(memory->catalog), mark = rt_undo_mark(memory->undo);
    for (unsigned i = 0; i < ops->len; i++) {
        RtOp *op = &g_array_index(ops, RtOp, i);
        memory->base.failure = (RtFailure){ .sent = RT_SENT_YES, .offset = -1 };
        bool is_there;
        bool is_known = check_database(memory, op, &is_there, error);
        if (is_there)
            continue;
        bool done =
            is_known && rt_replay(memory->dialect, &memory->server, memory->catalog, op, error);
        if (done && follow(&follower, op, error))
            continue;
        if (is_known && !done)
            memory->base.failure.class = classify(memory, op);
        rt_undo_back(memory->undo, mark);
        rt_catalog_undo(memory->catalog, catalog_mark);
        return false;
    }
    return true;
}

/* The operations of the one statement in `sql`; NULL with an error. */
static GArray *
parse(RtMemory *memory, const char *sql, GError **error)
{
    RtArena *arena = rt_model_arena(memory->model);
    size_t length = strlen(sql);
    const RtText *text =
        rt_text_new(arena, "<statement>", rt_arena_copy(arena, sql, length), length);
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtParser parser;
    bool done;
    rt_parser_init(&parser, memory->dialect, &memory->server, memory->model, text, ops);
    if (rt_parser_next(&parser, &done, error))
        return g_steal_pointer(&ops);
    memory->base.failure = (RtFailure){ .class = RT_FAILURE_OTHER,
                                        .sent = RT_SENT_YES,
                                        .offset = (int) parser.statement_start };
    return NULL;
}

bool
rt_memory_apply_schema(RtMemory *memory, const char *sql, int64_t now, GError **error)
{
    g_autoptr(GArray) ops = parse(memory, sql, error);
    return ops && apply_ops(memory, ops, now, error);
}

/* ---- statements -------------------------------------------------------------------------------
 */

static const RtJobRules *
job_rules(const RtMemory *memory)
{
    return memory->dialect->jobs ? memory->dialect->jobs->rules : NULL;
}

static const RtName *
table_of(const RtOp *op)
{
    return op->owner ? op->owner : op->name;
}

/* The table whose jobs the operation waits for, or NULL. */
static const RtName *
find_waited_table(const RtMemory *memory, const RtOp *op)
{
    const RtJobRules *rules = job_rules(memory);
    if (rules)
        return rules->table(memory->dialect, memory->catalog, op);
    return op->verb == RT_VERB_OPAQUE ? NULL : table_of(op);
}

static bool
check_busy(RtMemory *memory, const GArray *ops, GError **error)
{
    const RtJobRules *rules = job_rules(memory);
    for (unsigned i = 0; i < ops->len; i++) {
        const RtName *table = find_waited_table(memory, &g_array_index(ops, RtOp, i));
        const RtMemoryJob *job = rt_memory_find_job(memory, table);
        if (!job)
            continue;
        g_autofree char *reason =
            rules ? rules->explain_busy(job->kind, table)
                  : g_strdup_printf("table %s has a job under way (%u); wait until it has ended",
                                    job->table->text, job->id);
        return rt_memory_fail(memory, RT_FAILURE_BUSY, RT_ERROR_LOCKED, error, "%s", reason);
    }
    return true;
}

/* The job that the server would run for a statement; its table is NULL where it would run none. */
static RtMemoryJob
find_job(const RtMemory *memory, const GArray *ops, bool *out_waits)
{
    const RtJobRules *rules = job_rules(memory);
    RtMemoryJob job = { 0 };
    *out_waits = false;
    for (unsigned i = 0; i < ops->len && !*out_waits; i++) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        if (op->verb == RT_VERB_OPAQUE || (op->flags & RT_OP_TEMPORARY))
            continue;
        RtEffect effect = rt_effect(memory->dialect, &memory->server, memory->catalog, op);
        const char *kind = rules ? rules->kind(op) : NULL;
        bool waits = effect.wait && effect.runs == RT_RUNS_JOB;
        const RtName *table = rules ? find_waited_table(memory, op) : table_of(op);
        if (!table || !(waits || kind))
            continue;
        job = (RtMemoryJob){ .kind = kind, .table = table, .made = rules ? rules->made(op) : NULL };
        *out_waits = waits;
    }
    return job;
}

/* The server looks at the whole statement before it starts the job. */
static bool
start_job(RtMemory *memory, RtMemoryStatement *statement, GArray *ops, const RtMemoryJob *job,
          GError **error)
{
    size_t catalog_mark = rt_catalog_mark(memory->catalog), mark = rt_undo_mark(memory->undo);
    if (!apply_ops(memory, ops, statement->now, error))
        return false;
    rt_undo_back(memory->undo, mark);
    rt_catalog_undo(memory->catalog, catalog_mark);
    rt_memory_start_job(memory, job, true, statement);
    statement->has_job = true;
    statement->has_changed = true;
    return true;
}

static bool
is_opaque(const GArray *ops)
{
    return ops->len == 1 && g_array_index(ops, RtOp, 0).verb == RT_VERB_OPAQUE;
}

/*
 * Settings of the session have nothing to set here, and views no rows to keep up to date. What else
 * nobody can run is kept in the log all the same: it may have made what later statements read.
 */
static bool
run_opaque(RtMemory *memory, RtMemoryStatement *statement, RtOp *op, GError **error)
{
    if (!rt_replay(memory->dialect, &memory->server, memory->catalog, op, error)) {
        memory->base.failure = (RtFailure){ .sent = RT_SENT_YES, .offset = -1 };
        memory->base.failure.class = classify(memory, op);
        return false;
    }
    if (!(op->flags & (RT_OP_SESSION | RT_OP_STATE)))
        rt_memory_pass_over(memory, statement);
    statement->has_changed =
        !(op->flags & (RT_OP_SESSION | RT_OP_STATE | RT_OP_DATA)) && !memory->is_read_only;
    return true;
}

bool
rt_memory_run_schema(RtMemory *memory, RtMemoryStatement *statement, GError **error)
{
    g_autoptr(GArray) ops = parse(memory, statement->sql, error);
    if (!ops)
        return false;
    if (!check_busy(memory, ops, error))
        return false;
    if (is_opaque(ops))
        return run_opaque(memory, statement, &g_array_index(ops, RtOp, 0), error);
    if (memory->is_read_only)
        return rt_memory_fail(memory, RT_FAILURE_READ_ONLY, RT_ERROR_DENIED, error,
                              "the database is open for reading only");
    bool waits;
    RtMemoryJob job = find_job(memory, ops, &waits);
    if (waits)
        return start_job(memory, statement, ops, &job, error);
    statement->has_changed = ops->len > 0;
    if (!apply_ops(memory, ops, statement->now, error))
        return false;
    if (job.table)
        rt_memory_start_job(memory, &job, false, statement);
    return true;
}
