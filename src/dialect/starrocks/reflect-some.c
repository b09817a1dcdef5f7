/*
 * Some tables and views by name, in one packet: SHOW CREATE TABLE prints whatever has the name. A
 * synchronous materialized view is no table; its text stands in the list of materialized views, as
 * that of a rollup does, which belongs to a table that is read too.
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
    const char **databases;
    const char **rollups; /* of tables, the same */
} Some;

/* A database of the name, beside whatever else has it. */
static void
take_database(Some *some, unsigned index, const char *name)
{
    if (g_strcmp0(name, some->names[index]->text) != 0 || some->names[index]->schema)
        return;
    g_autoptr(GString) ddl = g_string_new("CREATE DATABASE ");
    rt_name_print(ddl, &starrocks_lexicon, name);
    some->databases[index] = rt_arena_strdup(some->arena, ddl->str);
}

/* A row of the list: several tables may have a rollup of the name. */
static void
take_listed(Some *some, unsigned index, unsigned n, const char *const *values,
            const char *const *names)
{
    const char *text = rt_row_value("text", n, values, names);
    const char *name = some->names[index]->text;
    if (!text || g_strcmp0(rt_row_value("name", n, values, names), name) != 0 ||
        !starrocks_lists_synchronous(rt_row_value("refresh_type", n, values, names)))
        return;
    const char *rollup = starrocks_find_rollup(some->arena, name, text);
    if (rollup)
        some->rollups[index] =
            rt_arena_printf(some->arena, "%s%s;\n", some->rollups[index] ?: "", rollup);
    else
        some->ddl[index] = rt_arena_strdup(some->arena, text);
}

/* The statements are three for each name, each kind together: databases, materialized views, DDL.
 */
static bool
take_ddl(void *data, unsigned statement, unsigned n, const char *const *values,
         const char *const *names)
{
    Some *some = data;
    unsigned index = statement % some->n;
    if (statement < some->n)
        take_database(some, index, n ? values[0] : NULL);
    else if (statement < 2 * some->n)
        take_listed(some, index, n, values, names);
    else if (n > 1 && values[1])
        some->ddl[index] = rt_arena_strdup(some->arena, values[1]);
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
write_database(const RtName *name)
{
    GString *sql = g_string_new("SHOW DATABASES LIKE ");
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
    static char *(*const writers[])(const RtName *) = { write_database, write_list, write_show };
    for (size_t i = 0; i < G_N_ELEMENTS(writers); i++) {
        for (unsigned j = 0; j < some->n; j++)
            g_ptr_array_add(sql, writers[i](some->names[j]));
    }
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

/* The server prints objects without their database. */
static bool
load_texts(const Some *some, RtLoad *load, RtCatalog *catalog, const char *const *texts,
           GArray *deferred, GError **error)
{
    for (unsigned i = 0; i < some->n; i++) {
        load->schema = some->names[i]->schema;
        if (texts[i] && !is_repeated(some, i) &&
            !rt_load_text(load, catalog,
                          rt_text_new(some->arena, "<server>", texts[i], strlen(texts[i])),
                          deferred, error))
            return false;
    }
    load->schema = NULL;
    return true;
}

bool
starrocks_reflect_some(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
                       RtCatalog *catalog, const RtName *const *names, unsigned n, GError **error)
{
    g_autofree const char **ddl = g_new0(const char *, n);
    g_autofree const char **databases = g_new0(const char *, n);
    g_autofree const char **rollups = g_new0(const char *, n);
    Some some = {
        rt_model_arena(rt_catalog_model(catalog)), connection, names, n, ddl, databases, rollups
    };
    RtLoad load = { .dialect = dialect, .server = server, .from_server = true };
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    return (!n || read_ddl(&some, error)) &&
           load_texts(&some, &load, catalog, databases, deferred, error) &&
           load_texts(&some, &load, catalog, ddl, deferred, error) &&
           load_texts(&some, &load, catalog, rollups, deferred, error) &&
           rt_load_finish(&load, catalog, deferred, error);
}
