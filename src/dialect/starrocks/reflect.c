/*
 * The schema of databases by SHOW statements, which a frontend answers while no backend is alive:
 * what there is, then SHOW CREATE of each, about a hundred in a packet; the parser does the rest.
 */
#include "dialect/starrocks/starrocks.h"
#include "op/schemas.h"
#include "sql/tokens.h"

#include <string.h>

enum { PACKET = 100 };

typedef enum Kind {
    KIND_TABLE,
    KIND_VIEW,
    KIND_MATERIALIZED_VIEW,
    KIND_ROLLUP, /* of a table, which must be there */
} Kind;

typedef struct Found {
    const RtName *name;
    const char *ddl; /* in model memory; NULL until it was read */
    Kind kind;
} Found;

/* A database that is read: the default one has no name. */
typedef struct Database {
    const char *name; /* in model memory, NULL: the default */
    const char *ddl;  /* NULL: it is not there, or the default */
    const char *why;  /* it cannot be listed; NULL: it can */
} Database;

typedef struct Reflection {
    RtModel *model;
    RtArena *arena;
    RtConnection *connection;
    RtCatalog *catalog;
    GArray *databases;    /* of Database, the default first */
    GArray *objects;      /* of Found, in the order of the server */
    GArray *asked;        /* of unsigned: places in `objects` of what SHOW CREATE is to print */
    GHashTable *places;   /* key of a name → place in `objects`, from 1; while listing */
    GHashTable *changing; /* keys of names of tables on which a job runs */
    GPtrArray *notes;     /* of char *, may be NULL */
    const RtReading *reading;
    unsigned first; /* in `asked`, of the packet that is read */
} Reflection;

static const RtName *
make_name(const Reflection *reflection, const Database *database, const char *text)
{
    return rt_model_name(reflection->model, starrocks_rules.fold[RT_KIND_TABLE], database->name,
                         text);
}

static void
add_object(Reflection *reflection, const Found *found)
{
    g_array_append_vals(reflection->objects, found, 1);
    g_hash_table_insert(reflection->places, (void *) found->name->key,
                        GUINT_TO_POINTER(reflection->objects->len));
}

static Found *
find_object(const Reflection *reflection, const RtName *name)
{
    unsigned place = GPOINTER_TO_UINT(g_hash_table_lookup(reflection->places, name->key));
    return place ? &g_array_index(reflection->objects, Found, place - 1) : NULL;
}

static void
add_note(const Reflection *reflection, const char *name, const char *why)
{
    if (reflection->notes)
        g_ptr_array_add(reflection->notes,
                        g_strdup_printf("%s cannot be read and is left alone: %s", name, why));
}

/* ---- what there is ----------------------------------------------------------------------------
 */

static void
take_database(Reflection *reflection, Database *database, unsigned n, const char *const *values,
              const char *const *names)
{
    (void) names;
    if (n > 1 && values[1])
        database->ddl = rt_arena_strdup(reflection->arena, values[1]);
}

static void
take_table(Reflection *reflection, Database *database, unsigned n, const char *const *values,
           const char *const *names)
{
    (void) names;
    const char *type = n > 1 && values[1] ? values[1] : "";
    if (!values[0])
        return;
    Found found = { .name = make_name(reflection, database, values[0]) };
    found.kind = strstr(type, "MATERIALIZED") ? KIND_MATERIALIZED_VIEW
                 : strstr(type, "VIEW")       ? KIND_VIEW
                                              : KIND_TABLE;
    add_object(reflection, &found);
}

/* A materialized view: of a synchronous one and of rollups this is the only place where their text
   stands. */
static void
take_materialized_view(Reflection *reflection, Database *database, unsigned n,
                       const char *const *values, const char *const *names)
{
    const char *text = rt_row_value("text", n, values, names);
    const char *name = rt_row_value("name", n, values, names);
    const char *refresh = rt_row_value("refresh_type", n, values, names);
    bool is_synchronous = starrocks_lists_synchronous(refresh);
    if (!name || (is_synchronous && !text))
        return;
    Found new = { .name = make_name(reflection, database, name) };
    const char *rollup =
        is_synchronous ? starrocks_find_rollup(reflection->arena, name, text) : NULL;
    new.kind = rollup ? KIND_ROLLUP : KIND_MATERIALIZED_VIEW;
    if (is_synchronous)
        new.ddl = rollup ? rollup : rt_arena_strdup(reflection->arena, text);
    Found *found = find_object(reflection, new.name);
    if (rollup) /* named within its table: others may have the name too */
        g_array_append_val(reflection->objects, new);
    else if (found)
        *found = new;
    else
        add_object(reflection, &new);
}

static void
take_job(Reflection *reflection, Database *database, unsigned n, const char *const *values,
         const char *const *names)
{
    const char *state = rt_row_value("State", n, values, names);
    const char *table = rt_row_value("TableName", n, values, names);
    bool is_over = g_strcmp0(state, "FINISHED") == 0 || g_strcmp0(state, "CANCELLED") == 0;
    if (table && !is_over)
        g_hash_table_add(reflection->changing,
                         (void *) make_name(reflection, database, table)->key);
}

/* What is asked of each database, in this order; of the default one all but the first. */
static const struct {
    const char *sql;
    void (*take)(Reflection *reflection, Database *database, unsigned n, const char *const *values,
                 const char *const *names);
} listing[] = {
    { "SHOW CREATE DATABASE", take_database },
    { "SHOW FULL TABLES", take_table },
    { "SHOW MATERIALIZED VIEWS", take_materialized_view },
    { "SHOW ALTER TABLE COLUMN", take_job },
    { "SHOW ALTER TABLE OPTIMIZE", take_job },
    { "SHOW ALTER TABLE ROLLUP", take_job },
};
enum { N_LISTED = G_N_ELEMENTS(listing), LISTED_TABLES = 1 };

static bool
take_listed(void *data, unsigned statement, unsigned n, const char *const *values,
            const char *const *names)
{
    Reflection *reflection = data;
    unsigned index = statement + 1;
    Database *database = &g_array_index(reflection->databases, Database, index / N_LISTED);
    listing[index % N_LISTED].take(reflection, database, n, values, names);
    return true;
}

/* Other catalogs have no jobs and no materialized views; other databases may not be there. */
static bool
pass_listing(void *data, unsigned statement, const GError *error)
{
    Reflection *reflection = data;
    RtFailureClass class = reflection->connection->failure.class;
    unsigned index = statement + 1;
    Database *database = &g_array_index(reflection->databases, Database, index / N_LISTED);
    if (class == RT_FAILURE_NOT_FOUND)
        return database->name || index % N_LISTED != LISTED_TABLES;
    if (!database->name || class != RT_FAILURE_DENIED)
        return false;
    if (!database->why)
        add_note(reflection, database->name, error->message);
    database->why = rt_arena_strdup(reflection->arena, error->message);
    return true;
}

static char *
write_listing(const Database *database, unsigned which)
{
    GString *sql = g_string_new(listing[which].sql);
    if (database->name) {
        g_string_append(sql, which ? " FROM " : " ");
        rt_name_print(sql, &starrocks_lexicon, database->name);
    }
    return g_string_free(sql, FALSE);
}

static bool
list_databases(Reflection *reflection, GError **error)
{
    g_autoptr(GPtrArray) shows = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < reflection->databases->len; i++) {
        for (unsigned j = i ? 0 : LISTED_TABLES; j < N_LISTED; j++)
            g_ptr_array_add(shows,
                            write_listing(&g_array_index(reflection->databases, Database, i), j));
    }
    return rt_connection_query_many(reflection->connection, (const char *const *) shows->pdata,
                                    shows->len, take_listed, pass_listing, reflection, error);
}

/* ---- which databases --------------------------------------------------------------------------
 */

static void
add_database(Reflection *reflection, const char *name)
{
    const char *own = rt_model_default_schema(reflection->model);
    if (g_strcmp0(name, own) == 0)
        return;
    for (unsigned i = 1; i < reflection->databases->len; i++) {
        if (g_str_equal(g_array_index(reflection->databases, Database, i).name, name))
            return;
    }
    Database database = { .name = rt_arena_strdup(reflection->arena, name) };
    g_array_append_val(reflection->databases, database);
}

typedef struct Patterns {
    Reflection *reflection;
    const char *const *schemas;
} Patterns;

/* The server's own databases are meant by no pattern. */
static bool
take_fitting(void *data, unsigned n, const char *const *values, const char *const *names)
{
    static const char *const own[] = { "information_schema", "_statistics_", "sys", NULL };
    (void) names;
    const Patterns *patterns = data;
    if (n && values[0] && !g_strv_contains(own, values[0]) &&
        rt_schemas_hold(patterns->schemas, values[0]))
        add_database(patterns->reflection, values[0]);
    return true;
}

static bool
find_databases(Reflection *reflection, const char *const *schemas, GError **error)
{
    Database first = { .name = NULL };
    bool has_patterns = false;
    g_array_append_val(reflection->databases, first);
    for (const char *const *name = schemas; name && *name; name++) {
        if (rt_schema_is_pattern(*name))
            has_patterns = true;
        else
            add_database(reflection, *name);
    }
    Patterns patterns = { reflection, schemas };
    return !has_patterns || rt_connection_query(reflection->connection, "SHOW DATABASES",
                                                take_fitting, &patterns, error);
}

/* ---- what it is -------------------------------------------------------------------------------
 */

static char *
write_show(const Found *found)
{
    static const char *const words[] = {
        [KIND_TABLE] = "SHOW CREATE TABLE ",
        [KIND_VIEW] = "SHOW CREATE VIEW ",
        [KIND_MATERIALIZED_VIEW] = "SHOW CREATE MATERIALIZED VIEW ",
    };
    GString *sql = g_string_new(words[found->kind]);
    rt_render_name(sql, &rt_dialect_starrocks, found->name);
    return g_string_free(sql, FALSE);
}

static Found *
asked_at(const Reflection *reflection, unsigned at)
{
    unsigned place = g_array_index(reflection->asked, unsigned, at);
    return &g_array_index(reflection->objects, Found, place);
}

static bool
take_ddl(void *data, unsigned statement, unsigned n, const char *const *values,
         const char *const *names)
{
    (void) names;
    Reflection *reflection = data;
    Found *found = asked_at(reflection, reflection->first + statement);
    if (n > 1 && values[1])
        found->ddl = rt_arena_strdup(reflection->arena, values[1]);
    return true;
}

static void
leave_alone(const Reflection *reflection, const RtName *name, const char *why)
{
    g_autoptr(GString) printed = g_string_new(NULL);
    rt_render_name(printed, &rt_dialect_starrocks, name);
    add_note(reflection, printed->str, why);
    rt_catalog_set_unreadable(reflection->catalog, name, why);
}

/* What vanished since it was listed, or may not be seen, is named and not taken for absent. */
static bool
note_failed(void *data, unsigned statement, const GError *error)
{
    Reflection *reflection = data;
    const Found *found = asked_at(reflection, reflection->first + statement);
    RtFailureClass class = reflection->connection->failure.class;
    if (class != RT_FAILURE_NOT_FOUND && class != RT_FAILURE_DENIED && class != RT_FAILURE_OTHER)
        return false;
    leave_alone(reflection, found->name, error->message);
    return true;
}

static bool
read_packet(Reflection *reflection, unsigned first, unsigned n, GError **error)
{
    g_autoptr(GPtrArray) shows = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < n; i++)
        g_ptr_array_add(shows, write_show(asked_at(reflection, first + i)));
    reflection->first = first;
    return rt_connection_query_many(reflection->connection, (const char *const *) shows->pdata, n,
                                    take_ddl, note_failed, reflection, error);
}

/* What nobody wants is not read; that it is there counts for what reads it. */
static void
forget_unwanted(Reflection *reflection)
{
    static const RtKind kinds[] = {
        [KIND_TABLE] = RT_KIND_TABLE,
        [KIND_VIEW] = RT_KIND_VIEW,
        [KIND_MATERIALIZED_VIEW] = RT_KIND_MATERIALIZED_VIEW,
    };
    const RtReading *reading = reflection->reading;
    Found *objects = (Found *) (void *) reflection->objects->data;
    guint n = 0;
    for (guint i = 0; i < reflection->objects->len; i++) {
        bool is_wanted = !reading->wants || objects[i].kind == KIND_ROLLUP ||
                         reading->wants(reading->data, kinds[objects[i].kind], objects[i].name);
        if (is_wanted)
            objects[n++] = objects[i];
        else
            rt_catalog_set_unreadable(reflection->catalog, objects[i].name, "it is left out");
    }
    g_array_set_size(reflection->objects, n);
}

static bool
read_all(Reflection *reflection, GError **error)
{
    if (!find_databases(reflection, reflection->reading->schemas, error) ||
        !list_databases(reflection, error))
        return false;
    forget_unwanted(reflection);
    for (unsigned i = 0; i < reflection->objects->len; i++) {
        if (!g_array_index(reflection->objects, Found, i).ddl)
            g_array_append_val(reflection->asked, i);
    }
    for (unsigned first = 0; first < reflection->asked->len; first += PACKET) {
        unsigned n = MIN(reflection->asked->len - first, PACKET);
        if (!read_packet(reflection, first, n, error))
            return false;
    }
    return true;
}

/* ---- loading ----------------------------------------------------------------------------------
 */

static bool
load_ddl(const Reflection *reflection, const RtLoad *load, const char *name, const char *ddl,
         GArray *deferred, GError **error)
{
    const RtText *text = rt_text_new(reflection->arena, name, ddl, strlen(ddl));
    return rt_load_text(load, reflection->catalog, text, deferred, error);
}

/* One text that nobody understands is one object that nobody touches. The server prints objects
   without their database. */
static void
load_object(const Reflection *reflection, RtLoad *load, const Found *found, GArray *deferred)
{
    g_autoptr(GError) problem = NULL;
    load->schema = found->name->schema;
    if (found->ddl &&
        !load_ddl(reflection, load, found->name->text, found->ddl, deferred, &problem))
        leave_alone(reflection, found->name, problem->message);
    load->schema = NULL;
}

/* What is listed is there, also where what was printed for it makes nothing of its name. */
static void
find_missing(const Reflection *reflection)
{
    for (unsigned i = 0; i < reflection->objects->len; i++) {
        const Found *found = &g_array_index(reflection->objects, Found, i);
        if (found->kind != KIND_ROLLUP &&
            !rt_catalog_find(reflection->catalog, RT_KIND_TABLE, found->name) &&
            !rt_catalog_unreadable(reflection->catalog, found->name))
            leave_alone(reflection, found->name, "the server does not say how it is made");
    }
}

static bool
load_objects(const Reflection *reflection, RtLoad *load, GError **error)
{
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    for (unsigned i = 0; i < reflection->databases->len; i++) {
        const Database *database = &g_array_index(reflection->databases, Database, i);
        if (database->ddl &&
            !load_ddl(reflection, load, database->name, database->ddl, deferred, error))
            return false;
        if (database->why)
            rt_catalog_set_unreadable(reflection->catalog, make_name(reflection, database, "*"),
                                      database->why);
    }
    for (unsigned i = 0; i < reflection->objects->len; i++)
        load_object(reflection, load, &g_array_index(reflection->objects, Found, i), deferred);
    if (!rt_load_finish(load, reflection->catalog, deferred, error))
        return false;
    find_missing(reflection);
    return true;
}

static void
mark_changing(const Reflection *reflection)
{
    for (unsigned i = 0; i < rt_catalog_size(reflection->catalog); i++) {
        const RtObject *object = rt_catalog_at(reflection->catalog, i);
        if (!object || !g_hash_table_contains(reflection->changing, object->name->key))
            continue;
        RtObject *changing = rt_object_copy(reflection->arena, object);
        changing->flags |= RT_OBJECT_CHANGING;
        rt_catalog_replace(reflection->catalog, object, changing);
    }
}

bool
starrocks_reflect(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
                  RtCatalog *catalog, const RtReading *reading, GPtrArray *notes, GError **error)
{
    g_autoptr(GArray) databases = g_array_new(FALSE, FALSE, sizeof(Database));
    g_autoptr(GArray) objects = g_array_new(FALSE, FALSE, sizeof(Found));
    g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) changing = g_hash_table_new(NULL, NULL);
    Reflection reflection = { .model = rt_catalog_model(catalog),
                              .arena = rt_model_arena(rt_catalog_model(catalog)),
                              .connection = connection,
                              .catalog = catalog,
                              .databases = databases,
                              .objects = objects,
                              .asked = asked,
                              .places = places,
                              .changing = changing,
                              .notes = notes,
                              .reading = reading };
    RtLoad load = { .dialect = dialect, .server = server, .from_server = true, .notes = notes };
    if (!read_all(&reflection, error) || !load_objects(&reflection, &load, error))
        return false;
    mark_changing(&reflection);
    return true;
}
