/*
 * The schema of a database by SHOW statements, which a frontend answers while no backend is alive:
 * what there is, then SHOW CREATE of each, about a hundred in a packet; the parser does the rest.
 */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

enum { PACKET = 100 };

typedef enum Kind {
    KIND_TABLE,
    KIND_VIEW,
    KIND_MATERIALIZED_VIEW,
} Kind;

typedef struct Found {
    const char *name, *ddl; /* in model memory; ddl NULL until it was read */
    Kind kind;
} Found;

typedef struct Reflection {
    RtArena *arena;
    RtConnection *connection;
    GArray *objects;      /* of Found, in the order of the server */
    GHashTable *places;   /* name → place in `objects`, from 1 */
    GHashTable *changing; /* names of tables on which a job runs */
    GPtrArray *notes;     /* of char *, may be NULL */
    unsigned first;       /* of the packet that is read */
} Reflection;

static const char *
find_value(unsigned n, const char *const *values, const char *const *names, const char *name)
{
    for (unsigned i = 0; i < n; i++) {
        if (g_ascii_strcasecmp(names[i], name) == 0)
            return values[i];
    }
    return NULL;
}

static void
add_object(Reflection *reflection, const Found *found)
{
    g_array_append_vals(reflection->objects, found, 1);
    g_hash_table_insert(reflection->places, (void *) found->name,
                        GUINT_TO_POINTER(reflection->objects->len));
}

static Found *
find_object(const Reflection *reflection, const char *name)
{
    unsigned place = GPOINTER_TO_UINT(g_hash_table_lookup(reflection->places, name));
    return place ? &g_array_index(reflection->objects, Found, place - 1) : NULL;
}

/* A materialized view: of a synchronous one this is the only place where its text stands. */
static void
take_materialized_view(Reflection *reflection, unsigned n, const char *const *values,
                       const char *const *names)
{
    const char *name = find_value(n, values, names, "name");
    const char *refresh = find_value(n, values, names, "refresh_type");
    const char *text = find_value(n, values, names, "text");
    bool is_synchronous = g_strcmp0(refresh, "ROLLUP") == 0;
    Found *found = name ? find_object(reflection, name) : NULL;
    Found new = { .kind = KIND_MATERIALIZED_VIEW };
    if (!name || (is_synchronous && !text))
        return;
    if (is_synchronous)
        new.ddl = rt_arena_strdup(reflection->arena, text);
    new.name = rt_arena_strdup(reflection->arena, name);
    if (found)
        *found = new;
    else
        add_object(reflection, &new);
}

static void
take_table(Reflection *reflection, const char *const *values, unsigned n)
{
    const char *type = n > 1 && values[1] ? values[1] : "";
    Found found = { .name = rt_arena_strdup(reflection->arena, values[0]) };
    found.kind = strstr(type, "MATERIALIZED") ? KIND_MATERIALIZED_VIEW
                 : strstr(type, "VIEW")       ? KIND_VIEW
                                              : KIND_TABLE;
    add_object(reflection, &found);
}

/* What the first packet asks, in this order. */
static const char *const listing[] = {
    "SHOW FULL TABLES",          "SHOW MATERIALIZED VIEWS", "SHOW ALTER TABLE COLUMN",
    "SHOW ALTER TABLE OPTIMIZE", "SHOW ALTER TABLE ROLLUP",
};

static bool
take_listed(void *data, unsigned statement, unsigned n, const char *const *values,
            const char *const *names)
{
    Reflection *reflection = data;
    if (statement == 0) {
        take_table(reflection, values, n);
    } else if (statement == 1) {
        take_materialized_view(reflection, n, values, names);
    } else {
        const char *state = find_value(n, values, names, "State");
        const char *table = find_value(n, values, names, "TableName");
        bool is_over = g_strcmp0(state, "FINISHED") == 0 || g_strcmp0(state, "CANCELLED") == 0;
        if (table && !is_over)
            g_hash_table_add(reflection->changing, rt_arena_strdup(reflection->arena, table));
    }
    return true;
}

static char *
write_show(const Found *found)
{
    static const char *const words[] = {
        [KIND_TABLE] = "SHOW CREATE TABLE ",
        [KIND_VIEW] = "SHOW CREATE VIEW ",
        [KIND_MATERIALIZED_VIEW] = "SHOW CREATE MATERIALIZED VIEW ",
    };
    GString *sql = g_string_new(words[found->kind]);
    rt_name_print(sql, &starrocks_lexicon, found->name);
    return g_string_free(sql, FALSE);
}

static bool
take_ddl(void *data, unsigned statement, unsigned n, const char *const *values,
         const char *const *names)
{
    (void) names;
    Reflection *reflection = data;
    Found *found = &g_array_index(reflection->objects, Found, reflection->first + statement);
    if (n > 1 && values[1] && !found->ddl)
        found->ddl = rt_arena_strdup(reflection->arena, values[1]);
    return true;
}

/* What vanished since it was listed, or may not be seen, is named and not taken for absent. */
static bool
note_failed(void *data, unsigned statement, const GError *error)
{
    Reflection *reflection = data;
    const Found *found = &g_array_index(reflection->objects, Found, reflection->first + statement);
    RtFailureClass class = reflection->connection->failure.class;
    if (class != RT_FAILURE_NOT_FOUND && class != RT_FAILURE_DENIED && class != RT_FAILURE_OTHER)
        return false;
    if (reflection->notes && !found->ddl)
        g_ptr_array_add(reflection->notes,
                        g_strdup_printf("%s cannot be read and is left alone: %s", found->name,
                                        error->message));
    return true;
}

static bool
read_packet(Reflection *reflection, unsigned first, unsigned n, GError **error)
{
    g_autoptr(GPtrArray) shows = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < n; i++)
        g_ptr_array_add(shows, write_show(&g_array_index(reflection->objects, Found, first + i)));
    reflection->first = first;
    return rt_connection_query_many(reflection->connection, (const char *const *) shows->pdata, n,
                                    take_ddl, note_failed, reflection, error);
}

/* Statements that only such a server answers come first: without them the rest says too little. */
static bool
read_all(Reflection *reflection, GError **error)
{
    if (!rt_connection_query_many(reflection->connection, listing, G_N_ELEMENTS(listing),
                                  take_listed, NULL, reflection, error))
        return false;
    for (unsigned first = 0; first < reflection->objects->len; first += PACKET) {
        unsigned n = MIN(reflection->objects->len - first, PACKET);
        if (!read_packet(reflection, first, n, error))
            return false;
    }
    return true;
}

static bool
load_objects(const Reflection *reflection, const RtLoad *load, RtCatalog *catalog, GError **error)
{
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    for (unsigned i = 0; i < reflection->objects->len; i++) {
        const Found *found = &g_array_index(reflection->objects, Found, i);
        if (!found->ddl)
            continue;
        const RtText *text =
            rt_text_new(reflection->arena, found->name, found->ddl, strlen(found->ddl));
        if (!rt_load_text(load, catalog, text, deferred, error))
            return false;
    }
    return rt_load_finish(load, catalog, deferred, error);
}

static void
mark_changing(const Reflection *reflection, RtCatalog *catalog)
{
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (!object || object->name->schema ||
            !g_hash_table_contains(reflection->changing, object->name->text))
            continue;
        RtObject *changing = rt_object_copy(reflection->arena, object);
        changing->flags |= RT_OBJECT_CHANGING;
        rt_catalog_replace(catalog, object, changing);
    }
}

bool
starrocks_reflect(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
                  RtCatalog *catalog, GPtrArray *notes, GError **error)
{
    g_autoptr(GArray) objects = g_array_new(FALSE, FALSE, sizeof(Found));
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) changing = g_hash_table_new(g_str_hash, g_str_equal);
    Reflection reflection = { .arena = rt_model_arena(rt_catalog_model(catalog)),
                              .connection = connection,
                              .objects = objects,
                              .places = places,
                              .changing = changing,
                              .notes = notes };
    RtLoad load = { .dialect = dialect, .server = server, .from_server = true, .notes = notes };
    if (!read_all(&reflection, error) || !load_objects(&reflection, &load, catalog, error))
        return false;
    mark_changing(&reflection, catalog);
    return true;
}
