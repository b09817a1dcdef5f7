/* A real SQLite database beside a catalog of retort. */
#include "database.h"

#include "op/apply.h"

static void
return_one(sqlite3_context *context, int n, sqlite3_value **values)
{
    (void) n, (void) values;
    sqlite3_result_int(context, 1);
}

static int
compare_bytes(void *data, int a_length, const void *a, int b_length, const void *b)
{
    (void) data;
    int order = memcmp(a, b, (size_t) MIN(a_length, b_length));
    return order ? order : a_length - b_length;
}

void
database_open(Database *database)
{
    static const char *const functions[] = { "now", "hash", "note_bookmarks_sync_change",
                                             "generate_guid", "get_url_parts" };
    database->model = rt_model_new("main");
    g_assert_cmpint(sqlite3_open(":memory:", &database->handle), ==, SQLITE_OK);
    for (size_t i = 0; i < G_N_ELEMENTS(functions); i++)
        sqlite3_create_function(database->handle, functions[i], -1,
                                SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, return_one, NULL, NULL);
    sqlite3_create_collation(database->handle, "unicase", SQLITE_UTF8, NULL, compare_bytes);
}

void
database_close(Database *database)
{
    g_assert_cmpint(sqlite3_close(database->handle), ==, SQLITE_OK);
    rt_model_free(database->model);
}

bool
database_try(Database *database, const char *sql, char **out_message)
{
    int code = sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
    if (out_message)
        *out_message = code == SQLITE_OK ? NULL : g_strdup(sqlite3_errmsg(database->handle));
    return code == SQLITE_OK;
}

void
database_run(Database *database, const char *sql)
{
    g_autofree char *message = NULL;
    if (!database_try(database, sql, &message))
        g_error("SQLite: %s\n%s", message, sql);
}

static int
append_row(void *data, int n, char **values, char **names)
{
    (void) names;
    GString *out = data;
    g_string_append(out, out->len ? "\n" : "");
    for (int i = 0; i < n; i++)
        g_string_append_printf(out, "%s%s", i ? "|" : "", values[i] ? values[i] : "NULL");
    return 0;
}

char *
database_ask(Database *database, const char *sql)
{
    GString *out = g_string_new(NULL);
    if (sqlite3_exec(database->handle, sql, append_row, out, NULL) != SQLITE_OK)
        g_error("SQLite: %s\n%s", sqlite3_errmsg(database->handle), sql);
    return g_string_free(out, FALSE);
}

/* As much of a connection as reflection and the check of rebuilds ask for. */
typedef struct TestConnection {
    RtConnection base;
    sqlite3 *handle;
} TestConnection;

typedef struct Answer {
    RtRowFunc row;
    void *data;
} Answer;

static int
pass_row(void *data, int n, char **values, char **names)
{
    Answer *answer = data;
    return !answer->row(answer->data, (unsigned) n, (const char *const *) values,
                        (const char *const *) names);
}

static bool
execute(RtConnection *connection, const char *sql, RtRowFunc row, void *data, int64_t *out_changed,
        GError **error)
{
    TestConnection *self = (TestConnection *) connection;
    Answer answer = { row, data };
    int code = sqlite3_exec(self->handle, sql, row ? pass_row : NULL, &answer, NULL);
    if (code != SQLITE_OK && code != SQLITE_ABORT) {
        rt_error_set(error, RT_ERROR_SERVER, "%s", sqlite3_errmsg(self->handle));
        return false;
    }
    if (out_changed)
        *out_changed = sqlite3_changes(self->handle);
    return true;
}

static const RtConnectionClass test_connection_class = { .execute = execute };

RtCatalog *
database_reflect(Database *database)
{
    return database_reflect_noted(database, NULL);
}

RtCatalog *
database_reflect_noted(Database *database, GPtrArray *notes)
{
    TestConnection connection = { { .class = &test_connection_class }, database->handle };
    RtCatalog *catalog = rt_catalog_new(database->model, &rt_sqlite_rules, &rt_sqlite_lexicon);
    g_autoptr(GError) error = NULL;
    if (!rt_sqlite_reflect(&rt_dialect_sqlite, &connection.base, &rt_dialect_sqlite.assumed,
                           catalog, &(RtReading){ 0 }, notes, &error))
        g_error("%s", rt_error_describe(error));
    return catalog;
}

bool
database_check_rebuild(Database *database, const char *table, const char *const *statements,
                       unsigned n, GError **error)
{
    TestConnection connection = { { .class = &test_connection_class }, database->handle };
    return rt_sqlite_check_rebuild(&rt_dialect_sqlite, &connection.base, table, statements, n,
                                   error);
}

RtCatalog *
load_catalog(RtModel *model, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtCatalog *catalog = rt_catalog_new(model, &rt_sqlite_rules, &rt_sqlite_lexicon);
    const RtLoad load = { .dialect = &rt_dialect_sqlite, .server = &rt_dialect_sqlite.assumed };
    RtArena *arena = rt_model_arena(model);
    const RtText *text = rt_text_new(arena, "<test>", rt_arena_strdup(arena, sql), strlen(sql));
    if (!rt_load_text(&load, catalog, text, deferred, &error) ||
        !rt_load_finish(&load, catalog, deferred, &error))
        g_error("%s", rt_error_describe(error));
    return catalog;
}

bool
replay_text(RtCatalog *catalog, const char *sql, GError **error)
{
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtModel *model = rt_catalog_model(catalog);
    RtArena *arena = rt_model_arena(model);
    const RtText *text = rt_text_new(arena, "<test>", rt_arena_strdup(arena, sql), strlen(sql));
    RtParser parser;
    rt_parser_init(&parser, &rt_dialect_sqlite, &rt_dialect_sqlite.assumed, model, text, ops);
    for (bool done = false; !done;) {
        g_array_set_size(ops, 0);
        if (!rt_parser_next(&parser, &done, error))
            return false;
        for (unsigned i = 0; i < ops->len; i++) {
            if (!rt_replay(&rt_dialect_sqlite, &rt_dialect_sqlite.assumed, catalog,
                           &g_array_index(ops, RtOp, i), error))
                return false;
        }
    }
    return true;
}

static void
assert_holds(const RtCatalog *a, const RtCatalog *b)
{
    for (unsigned i = 0; i < rt_catalog_size(a); i++) {
        const RtObject *object = rt_catalog_at(a, i);
        if (!object)
            continue;
        const RtObject *other = rt_catalog_find(b, rt_object_kind(object), object->name);
        if (!other)
            g_error("%s is missing", object->name->text);
        if (!rt_object_equal(rt_catalog_context(a), object, other))
            g_error("%s %s differs", object->form->name, object->name->text);
    }
}

void
assert_catalogs_equal(const RtCatalog *a, const RtCatalog *b)
{
    assert_holds(a, b);
    assert_holds(b, a);
}
