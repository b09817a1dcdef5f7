/* See database.h. */
#include "unit/memory/database.h"

#include "dialect/render.h"

#include <string.h>

RtConnection *
try_memory(const RtDialect *dialect, const char *rest, const RtConnectionOptions *options,
           const RtMemorySettings *settings, bool *out_missing, GError **error)
{
    g_autofree char *text = g_strdup_printf("memory+%s:%s", dialect->name, rest);
    g_autoptr(RtUrl) url = rt_url_parse(text, error);
    if (!url)
        return NULL;
    return rt_memory_open(dialect, url, options, settings, out_missing, error);
}

RtConnection *
open_memory(const RtDialect *dialect, const char *rest, const RtMemorySettings *settings)
{
    g_autoptr(GError) error = NULL;
    bool missing = false;
    RtConnectionOptions options = { .lock_timeout_ms = 100 };
    RtConnection *connection = try_memory(dialect, rest, &options, settings, &missing, &error);
    g_assert_no_error(error);
    g_assert_nonnull(connection);
    return connection;
}

void
run_sql(RtConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!rt_connection_execute(connection, sql, &error))
        g_error("%s: %s", sql, error->message);
}

static bool
append_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    GString *out = data;
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(out, "%s%s=%s", i ? "," : "", names[i],
                               values[i] ? values[i] : "NULL");
    g_string_append_c(out, '\n');
    return true;
}

char *
query_rows(RtConnection *connection, const char *sql)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    if (!rt_connection_query(connection, sql, append_row, out, &error))
        g_error("%s: %s", sql, error->message);
    return g_strdup(out->str);
}

void
assert_rows(RtConnection *connection, const char *sql, const char *expected)
{
    g_autofree char *rows = query_rows(connection, sql);
    g_assert_cmpstr(rows, ==, expected);
}

void
assert_fails(RtConnection *connection, const char *sql, RtErrorCode code, RtFailureClass class,
             const char *message)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(rt_connection_execute(connection, sql, &error));
    if (!strstr(error->message, message))
        g_error("%s: '%s' is not in: %s", sql, message, error->message);
    g_assert_cmpint(error->code, ==, (int) code);
    g_assert_cmpint(connection->failure.class, ==, class);
}

char *
dump(RtConnection *connection)
{
    GString *out = g_string_new(NULL);
    g_autofree char *schema = query_rows(connection, "SHOW CREATE ALL");
    g_string_append(out, schema);
    RtCatalog *catalog = rt_memory_catalog(connection);
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (!object || rt_object_kind(object) != RT_KIND_TABLE)
            continue;
        g_autofree char *sql = g_strdup_printf("SELECT * FROM \"%s\"", object->name->text);
        g_autofree char *rows = query_rows(connection, sql);
        g_string_append_printf(out, "-- %s\n%s", object->name->text, rows);
    }
    return g_string_free(out, FALSE);
}
