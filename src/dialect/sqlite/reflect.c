/*
 * The schema of a file: SQLite keeps the text of every object, so that one query and the parser do
 * it. Tables that belong to a virtual table are left to it.
 */
#include "dialect/sqlite/sqlite.h"
#include "sql/tokens.h"

typedef struct Stored {
    const char *type, *name, *table, *sql; /* in model memory */
    const char *module;                    /* of a virtual table, in lower case; else NULL */
} Stored;

typedef struct Reflection {
    RtArena *arena;
    GArray *objects;     /* of Stored, as they were made */
    GHashTable *shadows; /* names of tables that belong to a virtual table; borrowed */
    GHashTable *modules; /* what SQLite has loaded, and so knows the shadows of; borrowed */
    bool has_virtual;
} Reflection;

static bool
is_table(const Stored *stored)
{
    return g_str_equal(stored->type, "table");
}

/* CREATE VIRTUAL TABLE name USING module(…) */
static const char *
find_module(RtArena *arena, const char *sql)
{
    RtText text = { .data = sql, .length = (uint32_t) strlen(sql) };
    RtCursor cursor;
    rt_cursor_init(&cursor, arena, &rt_sqlite_lexicon, &text);
    if (!rt_cursor_accept(&cursor, "CREATE VIRTUAL TABLE"))
        return NULL;
    while (!rt_cursor_at_end(&cursor) && !rt_cursor_accept(&cursor, "USING"))
        rt_cursor_next(&cursor);
    const char *module = rt_cursor_take_name(&cursor, "a module", NULL);
    g_autofree char *folded = g_ascii_strdown(module ? module : "", -1);
    return rt_arena_strdup(arena, folded);
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
    stored.module = is_table(&stored) ? find_module(arena, stored.sql) : NULL;
    reflection->has_virtual |= stored.module != NULL;
    g_array_append_val(reflection->objects, stored);
    return true;
}

/* Names of an answer, in lower case. */
typedef struct NameSet {
    RtArena *arena;
    GHashTable *names;
} NameSet;

static bool
take_name(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    const NameSet *target = data;
    g_autofree char *folded = g_ascii_strdown(values[0], -1);
    g_hash_table_add(target->names, rt_arena_strdup(target->arena, folded));
    return true;
}

static bool
ask_names(const Reflection *reflection, RtConnection *connection, const char *sql, GHashTable *set,
          GError **error)
{
    NameSet target = { reflection->arena, set };
    return rt_connection_query(connection, sql, take_name, &target, error);
}

static void
add_shadow(Reflection *reflection, const char *name)
{
    g_autofree char *folded = g_ascii_strdown(name, -1);
    g_hash_table_add(reflection->shadows, rt_arena_strdup(reflection->arena, folded));
}

/* Where SQLite does not know the module and so cannot say it: what is called VIRTUAL_something. */
static void
guess_shadows(Reflection *reflection, const Stored *virtual)
{
    size_t length = strlen(virtual->name);
    for (unsigned i = 0; i < reflection->objects->len; i++) {
        const Stored *other = &g_array_index(reflection->objects, Stored, i);
        if (is_table(other) && !other->module &&
            g_ascii_strncasecmp(other->name, virtual->name, length) == 0 &&
            other->name[length] == '_')
            add_shadow(reflection, other->name);
    }
}

static bool
find_shadows(Reflection *reflection, RtConnection *connection, const RtServer *server,
             GError **error)
{
    if (!reflection->has_virtual)
        return true;
    bool can_tell = !server->major || rt_server_compare(server, 3, 37, 0) >= 0;
    if (can_tell &&
        (!ask_names(reflection, connection, "SELECT name FROM pragma_module_list",
                    reflection->modules, error) ||
         !ask_names(reflection, connection,
                    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'",
                    reflection->shadows, error)))
        return false;
    for (unsigned i = 0; i < reflection->objects->len; i++) {
        const Stored *stored = &g_array_index(reflection->objects, Stored, i);
        if (stored->module && !g_hash_table_contains(reflection->modules, stored->module))
            guess_shadows(reflection, stored);
    }
    return true;
}

static bool
is_shadow(const Reflection *reflection, const char *table)
{
    g_autofree char *folded = g_ascii_strdown(table, -1);
    return g_hash_table_contains(reflection->shadows, folded);
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
        if (reflection->has_virtual && is_shadow(reflection, stored->table)) {
            if (is_table(stored))
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

/* Reads what of the schema `condition` lets through. */
static bool
reflect_where(const RtLoad *load, RtConnection *connection, RtCatalog *catalog,
              const char *condition, GError **error)
{
    g_autoptr(GArray) objects = g_array_new(FALSE, FALSE, sizeof(Stored));
    g_autoptr(GHashTable) shadows = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) modules = g_hash_table_new(g_str_hash, g_str_equal);
    Reflection reflection = { .arena = rt_model_arena(rt_catalog_model(catalog)),
                              .objects = objects,
                              .shadows = shadows,
                              .modules = modules };
    g_autofree char *sql =
        g_strdup_printf("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL "
                        "AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' %s ORDER BY rowid",
                        condition);
    return rt_connection_query(connection, sql, take_object, &reflection, error) &&
           find_shadows(&reflection, connection, load->server, error) &&
           load_objects(&reflection, load, catalog, error);
}

bool
rt_sqlite_reflect(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
                  RtCatalog *catalog, const RtReading *reading, GPtrArray *notes, GError **error)
{
    (void) reading;
    RtLoad load = { .dialect = dialect, .server = server, .from_server = true, .notes = notes };
    return reflect_where(&load, connection, catalog, "", error);
}

bool
rt_sqlite_reflect_some(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
                       RtCatalog *catalog, const RtName *const *names, unsigned n, GError **error)
{
    RtLoad load = { .dialect = dialect, .server = server, .from_server = true };
    g_autoptr(GString) condition =
        g_string_new("AND tbl_name COLLATE NOCASE IN (SELECT tbl_name FROM sqlite_master WHERE "
                     "name COLLATE NOCASE IN (");
    for (unsigned i = 0; i < n; i++) {
        g_string_append(condition, i ? ", " : "");
        rt_string_print(condition, &rt_sqlite_lexicon, names[i]->text);
    }
    g_string_append(condition, "))");
    return reflect_where(&load, connection, catalog, condition->str, error);
}
