/* What is known of properties: the server's defaults by version and run mode, how it spells them.
 */
#include "dialect/starrocks/starrocks.h"

#include <string.h>

static bool
is_primary(const RtObject *object)
{
    return object->form == &starrocks_form_table &&
           starrocks_key_row(object) == STARROCKS_TABLE_PRIMARY_KEY;
}

/* Persistent indexes are on by default since 3.3 for tables with a primary key. */
static const char *
default_persistent_index(const RtServer *server, const RtObject *object)
{
    (void) object;
    return starrocks_is_before(server, 3, 3, 0) ? "false" : "true";
}

/* Tables with an inverted index cannot have replicated storage: the server turns it off. */
static bool
has_inverted_index(const RtObject *object)
{
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtObject *child = object->children[i];
        const RtValue *using = child->form == &starrocks_form_index
                                   ? rt_object_value(child, STARROCKS_INDEX_USING)
                                   : NULL;
        if (using && g_ascii_strcasecmp(using->text, "GIN") == 0)
            return true;
    }
    return false;
}

static const char *
default_replicated_storage(const RtServer *server, const RtObject *object)
{
    (void) server;
    return has_inverted_index(object) ? "false" : "true";
}

/* As many copies as there are backends, at most three: default_replication_num. */
static const char *
default_replication(const RtServer *server, const RtObject *object)
{
    (void) object;
    if (server && server->backends == 1)
        return "1";
    return server && server->backends == 2 ? "2" : "3";
}

static const char *
default_bucket_size(const RtServer *server, const RtObject *object)
{
    (void) object;
    return starrocks_is_before(server, 4, 0, 0) ? "4294967296" : "1073741824";
}

typedef struct Known {
    const char *key, *value;
    const char *(*find)(const RtServer *server, const RtObject *object);
} Known;

static const Known known[] = {
    { "base_compaction_forbidden_time_ranges", "", NULL },
    { "bloom_filter_columns", "", NULL },
    { "bucket_size", NULL, default_bucket_size },
    { "cloud_native_fast_schema_evolution_v2", "true", NULL },
    { "colocate_with", "", NULL },
    { "compression", "LZ4", NULL },
    { "datacache.enable", "true", NULL },
    { "dynamic_partition.history_partition_num", "0", NULL },
    { "dynamic_partition.start", "-2147483648", NULL },
    { "enable_async_write_back", "false", NULL },
    { "enable_persistent_index", NULL, default_persistent_index },
    { "fast_schema_evolution", "true", NULL },
    { "file_bundling", "true", NULL },
    { "in_memory", "false", NULL },
    { "light_schema_change", "true", NULL },
    { "persistent_index_type", "CLOUD_NATIVE", NULL },
    { "replicated_storage", NULL, default_replicated_storage },
    { "replication_num", NULL, default_replication },
    { "storage_format", "DEFAULT", NULL },
    { "storage_medium", "HDD", NULL },
    { "storage_volume", "builtin_storage_volume", NULL },
    { "write_quorum", "MAJORITY", NULL },
};

const char *
starrocks_property_default(const RtServer *server, const RtObject *object, const char *key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(known[i].key, key) == 0)
            return known[i].find ? known[i].find(server, object) : known[i].value;
    }
    return NULL;
}

/* Words that the server prints in one case whatever was written. */
static bool
is_upper(const char *key)
{
    static const char *const keys[] = {
        "compression",    "dynamic_partition.time_unit", "persistent_index_type", "storage_format",
        "storage_medium", "transparent_mv_rewrite_mode", "write_quorum",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (strcmp(keys[i], key) == 0)
            return true;
    }
    return false;
}

static bool
is_boolean(const char *value)
{
    return g_ascii_strcasecmp(value, "true") == 0 || g_ascii_strcasecmp(value, "false") == 0;
}

bool
starrocks_property_is_ignored(const RtObject *object, const char *key, const char *value)
{
    if (strcmp(key, "enable_persistent_index") == 0)
        return object->form == &starrocks_form_table && !is_primary(object);
    return strcmp(key, "replicated_storage") == 0 && strcmp(value, "true") == 0 &&
           has_inverted_index(object);
}

const char *
starrocks_property_value(RtModel *model, const char *key, const char *value)
{
    g_autofree char *spelled = NULL;
    if (is_boolean(value))
        spelled = g_ascii_strdown(value, -1);
    else if (is_upper(key))
        spelled = g_ascii_strup(value, -1);
    if (strcmp(key, "compression") == 0) {
        g_auto(GStrv) words = g_strsplit(spelled ?: value, " ", -1);
        g_free(spelled);
        spelled = g_strjoinv("", words);
    }
    return spelled ? rt_model_intern(model, spelled, strlen(spelled)) : value;
}
