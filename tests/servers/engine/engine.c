/*
 * A small server for tests: a memory database of any dialect, spoken to in lines of JSON on
 * standard input and output. Requests:
 *
 *     {"open": "memory+toy:", "read_only": false}   opens a database in place of the last one
 *     {"sql": "SELECT 1"}                           runs a statement
 *     {"begin": true} {"commit": true} {"rollback": true}
 *     {"catalog": true}                             the schema as DDL
 *     {"objects": true}                             the schema as `inspect` prints it in JSON
 *     {"names": true}                               [kind, schema, name] of each object
 *     {"object": "t", "schema": "d"}                one object; without a schema of the default
 *     {"jobs": true}                                all jobs, the newest last
 *
 * Each is answered by one line: {"columns": [..], "rows": [[..]], "changed": n, "executed": bool}
 * for a statement, {"ok": true}, {"catalog": "…"}, {"objects": [..]}, {"names": [..]},
 * {"object": {..} or null}, {"jobs": [{"id", "kind", "schema", "table", "made", "sql",
 * "state", "progress", "start", "end", "message"}, ..]} with times in milliseconds since 1970, or
 * {"error": {"code", "message", "class"}}.
 */
#include "export/json.h"
#include "memory/database.h"
#include "memory/memory.h"
#include "toy/toy.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Server {
    GPtrArray *dialects; /* of const RtDialect *, NULL-ended */
    RtConnection *connection;
    unsigned lock_timeout_ms;
} Server;

static const char *const class_names[] = {
    [RT_FAILURE_NONE] = "none",
    [RT_FAILURE_EXISTS] = "exists",
    [RT_FAILURE_NOT_FOUND] = "not_found",
    [RT_FAILURE_BUSY] = "busy",
    [RT_FAILURE_RETRYABLE] = "retryable",
    [RT_FAILURE_DENIED] = "denied",
    [RT_FAILURE_READ_ONLY] = "read_only",
    [RT_FAILURE_FULL] = "full",
    [RT_FAILURE_LOST] = "lost",
    [RT_FAILURE_TIMEOUT] = "timeout",
    [RT_FAILURE_INTERRUPTED] = "interrupted",
    [RT_FAILURE_CONSTRAINT] = "constraint",
    [RT_FAILURE_OTHER] = "other",
};

static json_t *
new_error(const Server *server, const GError *error, bool failed_there)
{
    RtFailureClass class = failed_there ? server->connection->failure.class : RT_FAILURE_NONE;
    return json_pack("{s:{s:s, s:s, s:s}}", "error", "code", rt_error_name(error), "message",
                     error->message, "class", class_names[class]);
}

static json_t *
open_database(Server *server, const json_t *request)
{
    g_autoptr(GError) error = NULL;
    const char *text = json_string_value(json_object_get(request, "open"));
    g_autoptr(RtUrl) url = rt_url_parse(text ? text : "", &error);
    if (!url)
        return new_error(server, error, false);
    const RtDialect *const *dialects = (const RtDialect *const *) server->dialects->pdata;
    const RtDialect *dialect = rt_dialect_of_scheme(dialects, url->scheme);
    if (!dialect || !g_str_has_prefix(url->scheme, "memory+")) {
        rt_error_set(&error, RT_ERROR_CONFIG, "no memory database is called '%s'", url->scheme);
        return new_error(server, error, false);
    }
    g_clear_pointer(&server->connection, rt_connection_close);
    RtConnectionOptions options = {
        .read_only = json_is_true(json_object_get(request, "read_only")),
        .lock_timeout_ms = (int) server->lock_timeout_ms,
    };
    bool missing = false;
    server->connection = rt_memory_open(dialect, url, &options, NULL, &missing, &error);
    if (!server->connection && !missing)
        return new_error(server, error, false);
    return json_pack("{s:b, s:b}", "ok", 1, "missing", missing);
}

typedef struct Answer {
    json_t *columns, *rows;
} Answer;

static bool
collect_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    Answer *answer = data;
    json_t *row = json_array();
    for (unsigned i = 0; i < n; i++) {
        if (json_array_size(answer->columns) < n)
            json_array_append_new(answer->columns, json_string(names[i]));
        json_array_append_new(row, values[i] ? json_string(values[i]) : json_null());
    }
    json_array_append_new(answer->rows, row);
    return true;
}

static json_t *
run_statement(Server *server, const json_t *request)
{
    RtConnection *connection = server->connection;
    Answer answer = { json_array(), json_array() };
    int64_t changed = 0;
    g_autoptr(GError) error = NULL;
    const char *sql = json_string_value(json_object_get(request, "sql"));
    bool done = connection->class->execute(connection, sql ? sql : "", collect_row, &answer,
                                           &changed, &error);
    json_t *result =
        json_pack("{s:o, s:o, s:I, s:b}", "columns", answer.columns, "rows", answer.rows, "changed",
                  (json_int_t) changed, "executed", rt_memory_was_executed(connection));
    if (done)
        return result;
    json_decref(result);
    return new_error(server, error, true);
}

static json_t *
begin(Server *server, const json_t *request)
{
    (void) request;
    g_autoptr(GError) error = NULL;
    if (rt_connection_begin(server->connection, &error))
        return json_pack("{s:b}", "ok", 1);
    return new_error(server, error, server->connection->class->begin != NULL);
}

static json_t *
commit(Server *server, const json_t *request)
{
    (void) request;
    g_autoptr(GError) error = NULL;
    if (rt_connection_commit(server->connection, &error))
        return json_pack("{s:b}", "ok", 1);
    return new_error(server, error, server->connection->class->commit != NULL);
}

static json_t *
rollback(Server *server, const json_t *request)
{
    (void) request;
    rt_connection_rollback(server->connection);
    return json_pack("{s:b}", "ok", 1);
}

static bool
append_statement(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n;
    (void) names;
    g_string_append_printf(data, "%s;\n", values[0]);
    return true;
}

static json_t *
show_catalog(Server *server, const json_t *request)
{
    (void) request;
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    if (!rt_connection_query(server->connection, "SHOW CREATE ALL", append_statement, sql, &error))
        return new_error(server, error, true);
    return json_pack("{s:s}", "catalog", sql->str);
}

static json_t *
show_objects(Server *server, const json_t *request)
{
    (void) request;
    const RtDialect *dialect = ((RtMemory *) server->connection)->dialect;
    return rt_export_json(dialect, rt_memory_catalog(server->connection));
}

static json_t *
show_names(Server *server, const json_t *request)
{
    (void) request;
    const RtCatalog *catalog = rt_memory_catalog(server->connection);
    json_t *names = json_array();
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (object)
            json_array_append_new(names,
                                  json_pack("[s, s?, s]", rt_kind_name(rt_object_kind(object)),
                                            object->name->schema, object->name->text));
    }
    return json_pack("{s:o}", "names", names);
}

static json_t *
show_object(Server *server, const json_t *request)
{
    static const RtKind kinds[] = { RT_KIND_TABLE, RT_KIND_VIEW, RT_KIND_MATERIALIZED_VIEW };
    const RtRules *rules = ((RtMemory *) server->connection)->dialect->rules;
    const RtCatalog *catalog = rt_memory_catalog(server->connection);
    const char *schema = json_string_value(json_object_get(request, "schema"));
    const char *text = json_string_value(json_object_get(request, "object"));
    const RtObject *object = NULL;
    for (size_t i = 0; text && i < G_N_ELEMENTS(kinds) && !object; i++)
        object = rt_catalog_find(
            catalog, kinds[i],
            rt_model_name(rt_catalog_model(catalog), rules->fold[kinds[i]], schema, text));
    return json_pack("{s:o}", "object", object ? rt_export_object(catalog, object) : json_null());
}

static json_t *
pack_job(const RtMemoryJob *job, int64_t now)
{
    static const char *const states[] = {
        [RT_JOB_NONE] = "NONE",
        [RT_JOB_RUNNING] = "RUNNING",
        [RT_JOB_DONE] = "FINISHED",
        [RT_JOB_CANCELLED] = "CANCELLED",
    };
    int64_t length = job->end - job->start;
    bool is_running = job->state == RT_JOB_RUNNING && length > 0;
    int64_t progress = is_running ? CLAMP((now - job->start) * 100 / length, 0, 100) : 100;
    return json_pack(
        "{s:I, s:s?, s:s?, s:s, s:s?, s:s, s:s, s:I, s:I, s:I, s:s?}", "id", (json_int_t) job->id,
        "kind", job->kind, "schema", job->table->schema, "table", job->table->text, "made",
        job->made, "sql", job->sql, "state", states[job->state], "progress", (json_int_t) progress,
        "start", (json_int_t) job->start, "end", (json_int_t) job->end, "message", job->message);
}

static json_t *
show_jobs(Server *server, const json_t *request)
{
    (void) request;
    rt_memory_catalog(server->connection); /* ends the jobs whose time has come */
    const GArray *jobs = ((RtMemory *) server->connection)->jobs;
    json_t *array = json_array();
    for (unsigned i = 0; i < jobs->len; i++)
        json_array_append_new(
            array, pack_job(&g_array_index(jobs, RtMemoryJob, i), g_get_real_time() / 1000));
    return json_pack("{s:o}", "jobs", array);
}

static json_t *
serve(Server *server, const json_t *request)
{
    static const struct {
        const char *key;
        json_t *(*run)(Server *server, const json_t *request);
    } requests[] = {
        { "open", open_database },   { "sql", run_statement }, { "begin", begin },
        { "commit", commit },        { "rollback", rollback }, { "catalog", show_catalog },
        { "objects", show_objects }, { "names", show_names },  { "object", show_object },
        { "jobs", show_jobs },
    };
    g_autoptr(GError) error = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
        if (!json_object_get(request, requests[i].key))
            continue;
        if (server->connection || requests[i].run == open_database)
            return requests[i].run(server, request);
        rt_error_set(&error, RT_ERROR_USAGE, "no database is open");
        return new_error(server, error, false);
    }
    rt_error_set(&error, RT_ERROR_USAGE,
                 "a request has one of the keys open, sql, begin, commit, rollback, catalog, "
                 "objects, names, object, jobs");
    return new_error(server, error, false);
}

static void
add_dialects(GPtrArray *dialects, const RtDialect *const *list)
{
    for (; *list; list++)
        g_ptr_array_add(dialects, (gpointer) *list);
}

int
main(void)
{
    Server server = { .dialects = g_ptr_array_new(), .lock_timeout_ms = 1000 };
    add_dialects(server.dialects, rt_dialects);
    add_dialects(server.dialects, rt_toy_dialects);
    g_ptr_array_add(server.dialects, NULL);
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) >= 0) {
        json_error_t problem;
        json_t *request = json_loads(line, 0, &problem);
        json_t *answer = request ? serve(&server, request)
                                 : json_pack("{s:{s:s, s:s, s:s}}", "error", "code", "usage",
                                             "message", problem.text, "class", "none");
        json_dumpf(answer, stdout, JSON_COMPACT);
        fputc('\n', stdout);
        fflush(stdout);
        json_decref(answer);
        json_decref(request);
    }
    g_free(line);
    rt_connection_close(server.connection);
    g_ptr_array_unref(server.dialects);
    return 0;
}
