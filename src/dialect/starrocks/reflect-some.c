/*
 * Some tables and views by name, in one packet: SHOW CREATE TABLE prints whatever has the name. A
 * synchronous materialized view is no table; its text stands in the list of materialized views.
 */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

typedef struct Some {
    RtArena *arena;
    RtConnection *connection;
    const RtName *const *names;
    unsigned n;
    const char **ddl; /* by name, in model memory; NULL: nothing has it */
} Some;

static const char *
find_value(unsigned n, const char *const *values, const char *const *names, const char *name)
{
    for (unsigned i = 0; i < n; i++) {
        if (g_ascii_strcasecmp(names[i], name) == 0)
            return values[i];
    }
    return NULL;
}

/* The server prints names without their database: the first one quoted is the object's. */
static const char *
qualify(const Some *some, const RtName *name, const char *ddl)
{
    const char *quote = name->schema ? strchr(ddl, '`') : NULL;
    if (!quote)
        return rt_arena_strdup(some->arena, ddl);
    g_autoptr(GString) schema = g_string_new(NULL);
    rt_name_print(schema, &starrocks_lexicon, name->schema);
    return rt_arena_printf(some->arena, "%.*s%s.%s", (int) (quote - ddl), ddl, schema->str, quote);
}

/* The statements are: for each name the list of materialized views, then for each SHOW CREATE. */
static bool
take_ddl(void *data, unsigned statement, unsigned n, const char *const *values,
         const char *const *names)
{
    Some *some = data;
    const RtName *name = some->names[statement % some->n];
    const char *ddl = n > 1 ? values[1] : NULL;
    if (statement < some->n) {
        bool is_synchronous =
            g_strcmp0(find_value(n, values, names, "refresh_type"), "ROLLUP") == 0 &&
            g_strcmp0(find_value(n, values, names, "name"), name->text) == 0;
        ddl = is_synchronous ? find_value(n, values, names, "text") : NULL;
    }
    if (ddl)
        some->ddl[statement % some->n] = qualify(some, name, ddl);
    return true;
}

static bool
is_absent(void *data, unsigned statement, const GError *error)
{
    (void) statement, (void) error;
    return ((const Some *) data)->connection->failure.class == RT_FAILURE_NOT_FOUND;
}

static char *
write_list(const RtName *name)
{
    GString *sql = g_string_new("SHOW MATERIALIZED VIEWS ");
    if (name->schema) {
        g_string_append(sql, "FROM ");
        rt_name_print(sql, &starrocks_lexicon, name->schema);
        g_string_append_c(sql, ' ');
    }
    g_string_append(sql, "LIKE ");
    rt_string_print(sql, &starrocks_lexicon, name->text);
    return g_string_free(sql, FALSE);
}

static char *
write_show(const RtName *name)
{
    GString *sql = g_string_new("SHOW CREATE TABLE ");
    rt_render_name(sql, &rt_dialect_starrocks, name);
    return g_string_free(sql, FALSE);
}

static bool
read_ddl(Some *some, GError **error)
{
    g_autoptr(GPtrArray) sql = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < some->n; i++)
        g_ptr_array_add(sql, write_list(some->names[i]));
    for (unsigned i = 0; i < some->n; i++)
        g_ptr_array_add(sql, write_show(some->names[i]));
    return rt_connection_query_many(some->connection, (const char *const *) sql->pdata, sql->len,
                                    take_ddl, is_absent, some, error);
}

/* Names that came twice are one object. */
static bool
is_repeated(const Some *some, unsigned i)
{
    for (unsigned j = 0; j < i; j++) {
        if (rt_name_equal(some->names[j], some->names[i]))
            return true;
    }
    return false;
}

bool
starrocks_reflect_some(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
                       RtCatalog *catalog, const RtName *const *names, unsigned n, GError **error)
{
    g_autofree const char **ddl = g_new0(const char *, n);
    Some some = { rt_model_arena(rt_catalog_model(catalog)), connection, names, n, ddl };
    RtLoad load = { .dialect = dialect, .server = server, .from_server = true };
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    if (n && !read_ddl(&some, error))
        return false;
    for (unsigned i = 0; i < n; i++) {
        if (!ddl[i] || is_repeated(&some, i))
            continue;
        const RtText *text = rt_text_new(some.arena, names[i]->text, ddl[i], strlen(ddl[i]));
        if (!rt_load_text(&load, catalog, text, deferred, error))
            return false;
    }
    return rt_load_finish(&load, catalog, deferred, error);
}
