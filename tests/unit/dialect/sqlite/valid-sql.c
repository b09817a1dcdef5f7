/*
 * Statements of real applications: each is read, and what it makes is rendered, given to real
 * SQLite and read back without a difference, after all that stands before it in its source.
 */
#include <jansson.h>

#include "database.h"

typedef struct Record {
    json_t *all; /* array of records */
    size_t at;
} Record;

static const char *
text_of(const json_t *record, const char *key)
{
    return json_string_value(json_object_get(record, key));
}

/* What stands before a statement: earlier in its source, or in what its source builds on. */
static bool
is_before(const json_t *earlier, const json_t *record)
{
    const char *source = text_of(record, "source"), *other = text_of(earlier, "source");
    if (!g_str_equal(text_of(earlier, "schema"), text_of(record, "schema")))
        return false;
    if (g_str_equal(other, source))
        return json_integer_value(json_object_get(earlier, "seq")) <
               json_integer_value(json_object_get(record, "seq"));
    return g_str_has_suffix(source, "_triggers.sql") &&
           (g_str_has_suffix(other, "create_shared_schema.sql") ||
            g_str_has_suffix(other, "create_sync_temp_tables.sql"));
}

static void
parse_alone(const json_t *record)
{
    g_autoptr(RtModel) model = rt_model_new("main");
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_autoptr(GError) error = NULL;
    const char *sql = text_of(record, "stmt");
    const RtText *text =
        rt_text_new(rt_model_arena(model), text_of(record, "id"), sql, strlen(sql));
    RtParser parser;
    rt_parser_init(&parser, &rt_dialect_sqlite, &rt_dialect_sqlite.assumed, model, text, ops);
    for (bool done = false; !done;) {
        if (!rt_parser_next(&parser, &done, &error))
            g_error("%s", rt_error_describe(error));
    }
    g_assert_cmpuint(ops->len, ==, 1);
    g_assert_cmpint(g_array_index(ops, RtOp, 0).verb, !=, RT_VERB_OPAQUE);
}

/* A database and the same statements as text, but for those that only a session sees. */
typedef struct Trip {
    const json_t *all, *record;
    Database database;
    GString *text;
} Trip;

static int
count_temporary(Database *database)
{
    g_autofree char *count = database_ask(database, "SELECT count(*) FROM sqlite_temp_master");
    return (int) g_ascii_strtoll(count, NULL, 10);
}

static void add_statement(Trip *trip, const json_t *statement, unsigned depth);

/* Migrations begin where others ended: the table they want is one of the same application. */
static bool
add_missing_table(Trip *trip, const char *message, unsigned depth)
{
    static const char words[] = "no such table: ";
    const char *name = g_str_has_prefix(message, words) ? message + strlen(words) : NULL;
    if (!name || depth > 3)
        return false;
    if (g_str_has_prefix(name, "main."))
        name += strlen("main.");
    g_autofree char *start = g_strdup_printf("CREATE TABLE %s (", name);
    size_t i;
    json_t *other;
    json_array_foreach(trip->all, i, other)
    {
        if (strncmp(text_of(other, "schema"), text_of(trip->record, "schema"), 4) != 0 ||
            !g_str_has_prefix(text_of(other, "stmt"), start))
            continue;
        add_statement(trip, other, depth + 1);
        return true;
    }
    return false;
}

static void
add_statement(Trip *trip, const json_t *statement, unsigned depth)
{
    const char *sql = text_of(statement, "stmt");
    int n_temporary = count_temporary(&trip->database);
    g_autofree char *message = NULL;
    bool was_taken = database_try(&trip->database, sql, &message);
    if (!was_taken && add_missing_table(trip, message, depth)) {
        add_statement(trip, statement, depth + 1);
        return;
    }
    if (!was_taken && statement == trip->record)
        g_error("SQLite: %s\n%s", message, sql);
    if (was_taken && count_temporary(&trip->database) == n_temporary)
        g_string_append_printf(trip->text, "%s\n;\n", sql);
}

/* Renders the catalog and makes it anew in a database of its own. */
static void
assert_survives(RtCatalog *catalog, RtModel *model)
{
    Database database;
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    if (!rt_render_catalog(&rt_dialect_sqlite, &rt_dialect_sqlite.assumed, catalog, sql, &error))
        g_error("%s", rt_error_describe(error));
    database_open(&database);
    database_run(&database, sql->str);
    RtModel *own_model = database.model;
    database.model = model;
    g_autoptr(RtCatalog) read_back = database_reflect(&database);
    assert_catalogs_equal(catalog, read_back);
    database.model = own_model;
    database_close(&database);
}

/* What a statement needs and no other of the data makes. */
static const struct {
    const char *id, *sql;
} needs[] = {
    { "1264a4e2d5", "ALTER TABLE attachment ADD COLUMN memo_id INTEGER" },
    { "e93ede6cbf", "CREATE TABLE shortcut (id INTEGER PRIMARY KEY, updated_ts BIGINT)" },
};

static void
add_needs(Trip *trip)
{
    for (size_t i = 0; i < G_N_ELEMENTS(needs); i++) {
        if (!g_str_equal(needs[i].id, text_of(trip->record, "id")))
            continue;
        database_run(&trip->database, needs[i].sql);
        g_string_append_printf(trip->text, "%s;\n", needs[i].sql);
    }
}

static void
round_trip(const json_t *all, const json_t *record)
{
    Trip trip = { .all = all, .record = record, .text = g_string_new(NULL) };
    database_open(&trip.database);
    size_t i;
    json_t *earlier;
    json_array_foreach(all, i, earlier)
    {
        if (is_before(earlier, record))
            add_statement(&trip, earlier, 0);
    }
    int n_temporary = count_temporary(&trip.database);
    add_needs(&trip);
    add_statement(&trip, record, 0);

    RtCatalog *stored = database_reflect(&trip.database);
    RtCatalog *declared = load_catalog(trip.database.model, trip.text->str);
    g_assert_true(rt_catalog_count(stored) > 0 || count_temporary(&trip.database) > n_temporary);
    assert_catalogs_equal(stored, declared);
    assert_survives(declared, trip.database.model);
    rt_catalog_free(stored);
    rt_catalog_free(declared);
    database_close(&trip.database);
    g_string_free(trip.text, TRUE);
}

static void
test_record(gconstpointer data)
{
    const Record *record = data;
    const json_t *json = json_array_get(record->all, record->at);
    parse_alone(json);
    if (g_str_has_prefix(text_of(json, "kind"), "create_"))
        round_trip(record->all, json);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *data = NULL;
    g_assert_cmpint(argc, ==, 2);
    g_assert_true(g_file_get_contents(argv[1], &data, NULL, NULL));
    json_t *all = json_array();
    g_auto(GStrv) lines = g_strsplit(data, "\n", -1);
    for (char **line = lines; **line; line++)
        json_array_append_new(all, json_loads(*line, 0, NULL));
    for (size_t i = 0; i < json_array_size(all); i++) {
        Record *record = g_new(Record, 1);
        const json_t *json = json_array_get(all, i);
        *record = (Record){ all, i };
        g_autofree char *path =
            g_strdup_printf("/sqlite/valid-sql/%s/%s-%03zu-%s", text_of(json, "schema"),
                            text_of(json, "kind"), i, text_of(json, "id"));
        g_test_add_data_func_full(path, record, test_record, g_free);
    }
    int result = g_test_run();
    json_decref(all);
    return result;
}
