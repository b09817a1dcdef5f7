/* Values of properties that the server itself reads: PropertyAnalyzer of the frontend. */
#include "dialect/starrocks/check.h"

#include <string.h>

typedef bool (*CheckValueFunc)(const StarrocksCheck *check, const char *key, const char *value);

/* zstd takes a level from 1 to 22 in parentheses, the others none. */
static bool
check_compression(const StarrocksCheck *check, const char *key, const char *value)
{
    static const char *const names[] = { "lz4", "lz4_frame", "zlib", "zstd", "snappy" };
    (void) key;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_ascii_strcasecmp(value, names[i]) == 0)
            return true;
    }
    g_autofree char *bare = g_ascii_strdown(value, -1);
    g_auto(GStrv) words = g_strsplit(bare, " ", -1);
    g_autofree char *joined = g_strjoinv("", words);
    gint64 level;
    size_t length = strlen(joined);
    if (!g_str_has_prefix(joined, "zstd(") || joined[length - 1] != ')')
        return starrocks_reject(check, "unknown compression type: %s", value);
    joined[length - 1] = '\0';
    if (strspn(joined + 5, "0123456789") != strlen(joined + 5) || !joined[5])
        return starrocks_reject(check, "unknown compression type: %s", value);
    return g_ascii_string_to_signed(joined + 5, 10, 1, 22, &level, NULL) ||
           starrocks_reject(check, "Invalid level for zstd compression type");
}

static bool
check_count(const StarrocksCheck *check, const char *key, const char *value)
{
    gint64 number;
    if (!g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return starrocks_reject(check, "Property %s must be integer: %s", key, value);
    return number >= 0 || starrocks_reject(check, "Property %s must not be less than 0", key);
}

static const struct {
    const char *key;
    CheckValueFunc check;
} rules[] = {
    { "bucket_size", check_count },        { "compression", check_compression },
    { "mutable_bucket_num", check_count }, { "primary_index_cache_expire_sec", check_count },
    { "replication_num", check_count },
};

bool
starrocks_check_property_value(const StarrocksCheck *check, const char *key, const char *value)
{
    const char *bare = g_str_has_prefix(key, "default.") ? key + strlen("default.") : key;
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (strcmp(rules[i].key, bare) == 0)
            return rules[i].check(check, key, value);
    }
    return true;
}

/* Defaults of nested types are kept by what fast schema evolution keeps of a column. */
static bool
check_nested_defaults(const StarrocksCheck *check, const RtObject *table)
{
    static const char *const nested[] = { "ARRAY", "MAP", "STRUCT", NULL };
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *column = table->children[i];
        const RtValue *value = column->form == &starrocks_form_column
                                   ? rt_object_value(column, STARROCKS_COLUMN_DEFAULT)
                                   : NULL;
        if (value && starrocks_type_is(rt_object_type(column), nested) &&
            g_ascii_strncasecmp(value->text, "NULL", 4) != 0)
            return starrocks_reject(check, "Complex type (ARRAY/MAP/STRUCT) default values require "
                                           "fast schema evolution");
    }
    return true;
}

bool
starrocks_check_properties(const StarrocksCheck *check, const RtObject *table)
{
    const RtValue *map = rt_object_value(table, STARROCKS_TABLE_PROPERTIES);
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (!starrocks_check_property_value(check, map->properties[i].key,
                                            map->properties[i].value))
            return false;
    }
    return starrocks_is_fast(check->server, table) || check_nested_defaults(check, table);
}
