/* Opens targets by their URL and reads their schema. */
#include "source/database.h"

#include "dialect/parse.h"
#include "memory/memory.h"

#include <string.h>

static void
set_unknown_scheme(GError **error, const RtDialect *const *dialects, const char *scheme)
{
    g_autoptr(GString) known = g_string_new(NULL);
    for (; *dialects; dialects++) {
        for (const char *const *name = (*dialects)->schemes; name && *name; name++)
            g_string_append_printf(known, "%s%s:", known->len ? ", " : "", *name);
        g_string_append_printf(known, "%smemory+%s:", known->len ? ", " : "", (*dialects)->name);
    }
    rt_error_set(error, RT_ERROR_CONFIG, "no dialect speaks `%s:` URLs; known are %s", scheme,
                 known->str);
}

static RtConnection *
open_connection(const RtDialect *dialect, const RtUrl *url, const RtConnectionOptions *options,
                bool *out_missing, GError **error)
{
    if (g_str_has_prefix(url->scheme, "memory+"))
        return rt_memory_open(dialect, url, options, NULL, out_missing, error);
    if (!dialect->driver) {
        rt_error_set(error, RT_ERROR_CONFIG, "%s has no driver; use memory+%s:", dialect->label,
                     dialect->name);
        return NULL;
    }
    const RtDriver *driver = rt_driver_load(dialect->driver, error);
    return driver ? driver->open(url, options, out_missing, error) : NULL;
}

RtDatabase *
rt_database_open(const RtDialect *const *dialects, const char *text, const char *folder,
                 const RtConnectionOptions *options, GError **error)
{
    g_autoptr(RtDatabase) database = g_new0(RtDatabase, 1);
    database->url = rt_url_parse(text, error);
    if (!database->url)
        return NULL;
    database->dialect = rt_dialect_of_scheme(dialects, database->url->scheme);
    if (!database->dialect) {
        set_unknown_scheme(error, dialects, database->url->scheme);
        return NULL;
    }
    if (folder)
        rt_url_resolve_path(database->url, folder);
    database->schema = rt_dialect_schema_of_url(database->dialect, database->url);
    database->server = database->dialect->assumed;
    database->server.schema = database->schema;
    database->server.catalog = rt_dialect_catalog_of_url(database->dialect, database->url);

    bool is_missing = false;
    database->connection =
        open_connection(database->dialect, database->url, options, &is_missing, error);
    if (!database->connection)
        return is_missing ? g_steal_pointer(&database) : NULL;
    database->connection->events = options->events;
    database->logger = g_strconcat(database->dialect->name, ".own", NULL);
    database->connection->logger = database->logger;
    const RtConnectionClass *class = database->connection->class;
    if (class->server && !class->server(database->connection, &database->server, error))
        return NULL;
    database->server.schema = database->schema;
    database->server.catalog = rt_dialect_catalog_of_url(database->dialect, database->url);
    return g_steal_pointer(&database);
}

void
rt_database_free(RtDatabase *database)
{
    if (!database)
        return;
    g_clear_pointer(&database->connection, rt_connection_close);
    rt_url_free(database->url);
    g_free(database->logger);
    g_free(database->schema);
    g_free(database);
}

static bool
is_own(const RtCatalog *catalog, const RtName *table, const char *own)
{
    const RtRules *rules = rt_catalog_context(catalog)->rules;
    size_t length = strlen(own);
    if (own[length - 1] == '*')
        return strncmp(table->text, own, length - 1) == 0;
    const RtName *name =
        rt_model_name(rt_catalog_model(catalog), rules->fold[RT_KIND_TABLE], table->schema, own);
    return rt_name_equal(table, name);
}

static bool
is_one_of(const RtCatalog *catalog, RtKind kind, const RtName *name, const char *const *own)
{
    if (kind != RT_KIND_TABLE)
        return false;
    bool is_one = is_own(catalog, name, "alembic_version");
    for (unsigned i = 0; own && own[i] && !is_one; i++)
        is_one = is_own(catalog, name, own[i]);
    return is_one;
}

void
rt_catalog_remove_own(RtCatalog *catalog, const char *const *own)
{
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (object && is_one_of(catalog, rt_object_kind(object), object->name, own))
            rt_catalog_remove(catalog, object);
    }
}

/* Own tables are not even read. */
typedef struct Others {
    const RtReading *reading;
    const RtCatalog *catalog;
    const char *const *own;
} Others;

static bool
wants_other(void *data, RtKind kind, const RtName *name)
{
    const Others *others = data;
    const RtReading *reading = others->reading;
    return !is_one_of(others->catalog, kind, name, others->own) &&
           !(reading && reading->wants && !reading->wants(reading->data, kind, name));
}

bool
rt_database_reflect(RtDatabase *database, RtCatalog *catalog, const char *const *own,
                    const RtReading *reading, GPtrArray *notes, GError **error)
{
    if (!database->connection)
        return true;
    Others others = { reading, catalog, own };
    RtReading known = { reading ? reading->schemas : NULL, wants_other, &others };
    bool is_read =
        rt_memory_catalog(database->connection)
            ? rt_memory_reflect(database->connection, catalog, known.schemas, notes, error)
            : database->dialect->reflect(database->dialect, database->connection, &database->server,
                                         catalog, &known, notes, error);
    if (!is_read)
        return false;
    rt_catalog_remove_own(catalog, own);
    rt_catalog_complete(catalog, database->dialect, &database->server);
    rt_catalog_forget(catalog);
    return true;
}

bool
rt_database_reflect_some(RtDatabase *database, RtCatalog *catalog, const RtName *const *names,
                         unsigned n, GError **error)
{
    const RtDialect *dialect = database->dialect;
    bool is_memory = database->connection && rt_memory_catalog(database->connection);
    if (!database->connection || (!is_memory && !dialect->reflect_some))
        return rt_database_reflect(database, catalog, NULL, NULL, NULL, error);
    if (!(is_memory ? rt_memory_reflect_some(database->connection, catalog, names, n, error)
                    : dialect->reflect_some(dialect, database->connection, &database->server,
                                            catalog, names, n, error)))
        return false;
    rt_catalog_complete(catalog, dialect, &database->server);
    rt_catalog_forget(catalog);
    return true;
}
