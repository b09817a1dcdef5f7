/*
 * The schema of a file: SQLite keeps the text of every object, so that one query and the parser do
 * it. Tables that belong to a virtual table are left to it.
 */
#include "dialect/sqlite/sqlite.h"
#include "sql/tokens.h"

typedef struct Stored {
    const char *type, *name, *table, *sql; /* in model memory */
    bool is_virtual;
} Stored;

typedef struct Reflection {
    RtArena *arena;
    GArray *objects;     /* of Stored, as they were made */
    GHashTable *shadows; /* names of tables that belong to a virtual table; borrowed */
    bool has_virtual;
} Reflection;

static bool
is_virtual_table(const char *sql)
{
    RtText text = { .data = sql, .length = (uint32_t) strlen(sql) };
    RtCursor cursor;
    rt_cursor_init(&cursor, NULL, &sqlite_lexicon, &text);
    return rt_cursor_at(&cursor, "CREATE VIRTUAL TABLE");
}

static bool
take_object(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    Reflection *reflection = data;
    RtArena *arena = reflection->arena;
    Stored stored = { .type = rt_arena_strdup(arena, values[0]),
                      .name = rt_arena_strdup(arena, values[1]),
                      .table = rt_arena_strdup(arena, values[2]),
                      .sql = rt_arena_strdup(arena, values[3]) };
    stored.is_virtual = stored.type[0] == 't' && is_virtual_table(stored.sql);
    reflection->has_virtual |= stored.is_virtual;
    g_array_append_val(reflection->objects, stored);
    return true;
}

static bool
take_shadow(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    Reflection *reflection = data;
    g_hash_table_add(reflection->shadows, rt_arena_strdup(reflection->arena, values[0]));
    return true;
}

/* Where SQLite cannot say it, or does not know the module: what is called VIRTUAL_something. */
static void
guess_shadows(Reflection *reflection)
{
    for (unsigned i = 0; i < reflection->objects->len; i++) {
        const Stored *virtual = &g_array_index(reflection->objects, Stored, i);
        size_t length = strlen(virtual->name);
        for (unsigned j = 0; virtual->is_virtual && j < reflection->objects->len; j++) {
            const Stored *other = &g_array_index(reflection->objects, Stored, j);
            if (other->type[0] == 't' && !other->is_virtual && other->type[1] == 'a' &&
                g_ascii_strncasecmp(other->name, virtual->name, length) == 0 &&
                other->name[length] == '_')
                g_hash_table_add(reflection->shadows, (char *) other->name);
        }
    }
}

static bool
find_shadows(Reflection *reflection, RtConnection *connection, const RtServer *server,
             GError **error)
{
    if (!reflection->has_virtual)
        return true;
    guess_shadows(reflection);
    if (server->major && rt_server_compare(server, 3, 37, 0) < 0)
        return true;
    return rt_connection_query(connection,
                               "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type "
                               "= 'shadow'",
                               take_shadow, reflection, error);
}

static void
add_note(GPtrArray *notes, const char *name)
{
    if (notes)
        g_ptr_array_add(
            notes, g_strdup_printf("table %s belongs to a virtual table and is left alone", name));
}

static bool
load_objects(const Reflection *reflection, const RtLoad *load, RtCatalog *catalog, GError **error)
{
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    for (unsigned i = 0; i < reflection->objects->len; i++) {
        const Stored *stored = &g_array_index(reflection->objects, Stored, i);
        if (g_hash_table_contains(reflection->shadows, stored->table)) {
            if (stored->type[0] == 't' && stored->type[1] == 'a')
                add_note(load->notes, stored->name);
            continue;
        }
        const char *place = rt_arena_printf(reflection->arena, "%s %s", stored->type, stored->name);
        const RtText *text =
            rt_text_new(reflection->arena, place, stored->sql, strlen(stored->sql));
        if (!rt_load_text(load, catalog, text, deferred, error))
            return false;
    }
    return rt_load_finish(load, catalog, deferred, error);
}

bool
sqlite_reflect(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
               RtCatalog *catalog, GPtrArray *notes, GError **error)
{
    g_autoptr(GArray) objects = g_array_new(FALSE, FALSE, sizeof(Stored));
    g_autoptr(GHashTable) shadows = g_hash_table_new(g_str_hash, g_str_equal);
    Reflection reflection = { .arena = rt_model_arena(rt_catalog_model(catalog)),
                              .objects = objects,
                              .shadows = shadows };
    RtLoad load = { .dialect = dialect, .server = server, .from_server = true, .notes = notes };
    if (!rt_connection_query(connection,
                             "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT "
                             "NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
                             take_object, &reflection, error) ||
        !find_shadows(&reflection, connection, server, error))
        return false;
    return load_objects(&reflection, &load, catalog, error);
}
