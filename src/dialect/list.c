/* The list of dialects, the one place that names them, and how one is found. */
#include "dialect/dialect.h"
#include "dialect/sqlite/sqlite.h"
#include "dialect/starrocks/starrocks.h"

#include <string.h>

const RtDialect *const rt_dialects[] = {
    &rt_dialect_sqlite,
    &rt_dialect_starrocks,
    NULL,
};

const char rt_own_now[] = "";

const RtDialect *
rt_dialect_find(const RtDialect *const *dialects, const char *name)
{
    for (; *dialects; dialects++) {
        if (g_ascii_strcasecmp((*dialects)->name, name) == 0)
            return *dialects;
    }
    return NULL;
}

static bool
has_scheme(const RtDialect *dialect, const char *scheme)
{
    for (const char *const *known = dialect->schemes; known && *known; known++) {
        if (g_ascii_strcasecmp(*known, scheme) == 0)
            return true;
    }
    return false;
}

const RtDialect *
rt_dialect_of_scheme(const RtDialect *const *dialects, const char *scheme)
{
    if (g_str_has_prefix(scheme, "memory+"))
        return rt_dialect_find(dialects, scheme + strlen("memory+"));
    for (; *dialects; dialects++) {
        if (has_scheme(*dialects, scheme))
            return *dialects;
    }
    return NULL;
}

char *
rt_dialect_schema_of_url(const RtDialect *dialect, const RtUrl *url)
{
    bool is_named = dialect->capabilities & RT_URL_NAMES_SCHEMA;
    bool is_memory = g_str_has_prefix(url->scheme, "memory+");
    const char *path = !is_named ? NULL : is_memory ? rt_url_option(url, "database") : url->path;
    if (!path || !*path)
        return g_strdup(dialect->default_schema);
    const char *point = strrchr(path, '.');
    return g_strdup(point ? point + 1 : path);
}

const char *
rt_dialect_catalog_of_url(const RtDialect *dialect, const RtUrl *url)
{
    bool is_named = dialect->capabilities & RT_URL_NAMES_SCHEMA;
    bool is_memory = g_str_has_prefix(url->scheme, "memory+");
    const char *point = is_named && !is_memory && url->path ? strrchr(url->path, '.') : NULL;
    if (!point)
        return NULL;
    g_autofree char *catalog = g_strndup(url->path, (gsize) (point - url->path));
    bool is_own = dialect->own_catalog && g_str_equal(catalog, dialect->own_catalog);
    return is_own ? NULL : g_intern_string(catalog);
}
