/* What the server refuses of properties: PropertyAnalyzer, AlterTableClauseAnalyzer. */
#include "dialect/starrocks/check.h"
#include "dialect/starrocks/property.h"

#include <string.h>

static const char default_prefix[] = "default.";

/* Servers that may know properties which are not known here: their word is not anticipated. */
static bool
knows_more(const StarrocksCheck *check)
{
    const RtServer *server = check->server;
    return !server || !server->major || !starrocks_is_before(server, 4, 2, 0);
}

static bool
reject_unknown(const StarrocksCheck *check, const char *key, const char *value, const char *why)
{
    return starrocks_reject(check, "Unknown properties: {%s=%s}: %s", key, value, why);
}

static bool
reject_name(const StarrocksCheck *check, const char *key, const char *value)
{
    const char *nearest = starrocks_property_nearest(key);
    g_autofree char *why =
        nearest ? g_strdup_printf("did you mean `%s`", nearest) : g_strdup("take it out");
    return reject_unknown(check, key, value, why);
}

static bool
check_value(const StarrocksCheck *check, const StarrocksProperty *row, const char *key,
            const char *value, bool is_new)
{
    if (!row || !row->kind || (is_new && row->kind->is_loose))
        return true;
    g_autofree char *problem = starrocks_property_problem(row->kind, value);
    return !problem || starrocks_reject(check, "Property %s %s: %s", key, problem, value);
}

static bool
check_version(const StarrocksCheck *check, const StarrocksProperty *row, const char *value)
{
    const RtVersion *since = &row->since;
    if (!since->major ||
        !starrocks_is_before(check->server, since->major, since->minor, since->patch))
        return true;
    g_autofree char *why =
        g_strdup_printf("it is there since StarRocks %u.%u.%u, and this is "
                        "%u.%u.%u",
                        since->major, since->minor, since->patch, check->server->major,
                        check->server->minor, check->server->patch);
    return reject_unknown(check, row->key, value, why);
}

/* ---- new objects ------------------------------------------------------------------------------
 */

static const char *
find_value(const RtValue *map, const char *key)
{
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (strcmp(map->properties[i].key, key) == 0)
            return map->properties[i].value;
    }
    return NULL;
}

bool
starrocks_property_says(const RtObject *table, const char *key, const char *value)
{
    const char *said = find_value(rt_object_value(table, STARROCKS_TABLE_PROPERTIES), key);
    return said && g_ascii_strcasecmp(said, value) == 0;
}

/* Whether such an object has such a property at all. */
static bool
check_place(const StarrocksCheck *check, const StarrocksProperty *row, bool is_table,
            const RtProperty *property)
{
    bool is_here = is_table ? row->place == STARROCKS_OF_TABLES || row->place == STARROCKS_OF_BOTH
                            : row->place != STARROCKS_OF_OTHERS;
    if (!is_here)
        return reject_unknown(check, property->key, property->value,
                              row->place == STARROCKS_OF_OTHERS
                                  ? "it is one of tables in other catalogs"
                                  : "it is one of materialized views");
    if (is_table && row->home == STARROCKS_APART_ONLY && starrocks_is_shared_nothing(check->server))
        return reject_unknown(check, property->key, property->value,
                              "it is one of shared-data clusters");
    return true;
}

static bool
check_need(const StarrocksCheck *check, const StarrocksProperty *row, const RtObject *table)
{
    StarrocksScheme scheme = starrocks_scheme(table);
    if (row->need == STARROCKS_NEEDS_RANGES && scheme != STARROCKS_SCHEME_RANGE &&
        scheme != STARROCKS_SCHEME_TIME)
        return starrocks_reject(check,
                                "Only support dynamic partition properties on range partition "
                                "table: %s needs PARTITION BY RANGE",
                                row->key);
    if (row->need == STARROCKS_NEEDS_PARTITIONS && scheme == STARROCKS_SCHEME_NONE)
        return starrocks_reject(check, "%s is supported for a partitioned table", row->key);
    return true;
}

static bool
check_stated(const StarrocksCheck *check, const RtObject *object, const RtProperty *property)
{
    bool is_table = object->form == &starrocks_form_table;
    const StarrocksProperty *row = starrocks_property_find(property->key);
    if (!row && is_table && !knows_more(check))
        return reject_name(check, property->key, property->value);
    if (!row)
        return true;
    return check_place(check, row, is_table, property) &&
           check_version(check, row, property->value) &&
           (!is_table || check_need(check, row, object)) &&
           check_value(check, row, property->key, property->value, true);
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

static bool
check_flat_json(const StarrocksCheck *check, const RtValue *map)
{
    const char *enabled = find_value(map, "flat_json.enable");
    bool is_on = enabled && g_ascii_strcasecmp(enabled, "true") == 0;
    for (uint32_t i = 0; map && i < map->length && !is_on; i++) {
        const char *key = map->properties[i].key;
        if (g_str_has_prefix(key, "flat_json.") && strcmp(key, "flat_json.enable") != 0)
            return starrocks_reject(check,
                                    "flat JSON configuration must be set after enabling flat JSON: "
                                    "%s needs flat_json.enable = true",
                                    key);
    }
    return true;
}

static bool
check_bloom_columns(const StarrocksCheck *check, const RtObject *table, const char *value)
{
    static const char *const never[] = { "TINYINT", "FLOAT", "DOUBLE", "DECIMAL", NULL };
    g_auto(GStrv) names = g_strsplit(value ? value : "", ",", -1);
    int key_row = starrocks_key_row(table);
    bool is_plain = key_row == STARROCKS_TABLE_DUPLICATE_KEY ||
                    key_row == STARROCKS_TABLE_PRIMARY_KEY || key_row < 0;
    for (unsigned i = 0; names[i] && *value; i++) {
        const RtModel *model = rt_catalog_model(check->before);
        const RtName *name =
            rt_model_name((RtModel *) model, RT_FOLD_ASCII, NULL, g_strstrip(names[i]));
        const RtObject *column = starrocks_column_find(table, name);
        if (!column)
            return starrocks_reject(check, "Invalid bloom filter column '%s': not exists",
                                    name->text);
        if (starrocks_type_is(rt_object_type(column), never))
            return starrocks_reject(check, "Invalid bloom filter column '%s': unsupported type %s",
                                    name->text, rt_object_type(column)->text);
        if (!is_plain && !starrocks_names_hold(starrocks_key(table), name))
            return starrocks_reject(check,
                                    "Bloom filter index only used in columns of DUP_KEYS/PRIMARY "
                                    "table or key columns of UNIQUE_KEYS/AGG_KEYS table. invalid "
                                    "column: %s",
                                    name->text);
    }
    return true;
}

/* Data cools down from SSD: by one of two properties. */
static bool
check_cooldown(const StarrocksCheck *check, const RtValue *map)
{
    const char *medium = find_value(map, "storage_medium");
    const char *time = find_value(map, "storage_cooldown_time");
    const char *span = find_value(map, "storage_cooldown_ttl");
    if (time && span)
        return starrocks_reject(check, "Invalid data property. storage_cooldown_time and "
                                       "storage_cooldown_ttl conflict. you can only use one of "
                                       "them.");
    if ((time || span) && !medium)
        return starrocks_reject(check, "Invalid data property. storage medium property is not "
                                       "found: storage_cooldown_* needs storage_medium = SSD");
    return !(time || span) || g_ascii_strcasecmp(medium, "HDD") != 0 ||
           starrocks_reject(check, "Can not assign cooldown timestamp to HDD storage medium");
}

/* Of this table alone: a constraint of another names it before a point. */
static bool
check_unique(const StarrocksCheck *check, const RtObject *table, const char *value)
{
    g_auto(GStrv) names = g_strsplit_set(value ? value : "", ",;", -1);
    for (unsigned i = 0; names[i]; i++) {
        const char *text = g_strstrip(names[i]);
        if (!*text || strchr(text, '.') || strchr(text, '`'))
            continue;
        const RtName *name =
            rt_model_name(rt_catalog_model(check->before), RT_FOLD_ASCII, NULL, text);
        if (!starrocks_column_find(table, name))
            return starrocks_reject(check, "some columns of:%s do not exist in table:%s", value,
                                    table->name->text);
    }
    return true;
}

static bool
check_colocation(const StarrocksCheck *check, const RtObject *table, const char *group)
{
    const RtValue *distribution = rt_object_value(table, STARROCKS_TABLE_DISTRIBUTION);
    return !group || !*group || !distribution || distribution->length > 0 ||
           starrocks_reject(check, "random distribution does not support 'colocate_with'");
}

bool
starrocks_check_properties(const StarrocksCheck *check, const RtObject *object)
{
    bool is_table = object->form == &starrocks_form_table;
    const RtValue *map = rt_object_value(object, is_table ? (unsigned) STARROCKS_TABLE_PROPERTIES
                                                          : STARROCKS_MV_PROPERTIES);
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (!check_stated(check, object, &map->properties[i]))
            return false;
    }
    if (!is_table)
        return true;
    return check_flat_json(check, map) && check_cooldown(check, map) &&
           check_unique(check, object, find_value(map, "unique_constraints")) &&
           check_colocation(check, object, find_value(map, "colocate_with")) &&
           check_bloom_columns(check, object, find_value(map, "bloom_filter_columns")) &&
           (starrocks_is_fast(check->server, object) || check_nested_defaults(check, object));
}

bool
starrocks_check_database(const StarrocksCheck *check, const RtObject *database)
{
    const RtValue *map = rt_object_value(database, STARROCKS_DATABASE_PROPERTIES);
    const char *volume = find_value(map, "storage_volume");
    return !volume || !starrocks_is_shared_nothing(check->server) || strcmp(volume, "local") == 0 ||
           starrocks_reject(check, "Storage volume can only be 'local' in shared nothing mode");
}

/* ---- SET --------------------------------------------------------------------------------------
 */

/* Under which key the statement must say it. A difference is written with the prefix anyway. */
static bool
check_prefix(const StarrocksCheck *check, const StarrocksProperty *row, const RtObject *table,
             bool has_prefix)
{
    if (has_prefix || !check->op->text)
        return true;
    if (row->setting == STARROCKS_SET_AS_DEFAULT)
        return starrocks_reject(check, "Unknown properties: {%s}: write `default.%s`", row->key,
                                row->key);
    return row->setting != STARROCKS_SET_AS_DEFAULT_IF_PARTITIONED ||
           starrocks_scheme(table) != STARROCKS_SCHEME_RANGE ||
           starrocks_reject(check,
                            "This is a range partitioned table, you should specify partitions with "
                            "MODIFY PARTITION clause. If you want to set default replication "
                            "number, please use 'default.replication_num' instead of "
                            "'replication_num' to escape misleading.");
}

static bool
check_scheme(const StarrocksCheck *check, const RtObject *table, const char *key)
{
    static const char *const of_range[] = { "partition_live_number", "partition_ttl" };
    StarrocksScheme scheme = starrocks_scheme(table);
    bool is_range = scheme == STARROCKS_SCHEME_RANGE || scheme == STARROCKS_SCHEME_TIME;
    for (size_t i = 0; i < G_N_ELEMENTS(of_range); i++) {
        if (strcmp(key, of_range[i]) == 0 && !is_range)
            return starrocks_reject(check, "Table[%s] is not range partitioned. no need to set %s.",
                                    table->name->text, key);
    }
    if (g_str_has_prefix(key, "dynamic_partition.") && scheme != STARROCKS_SCHEME_RANGE)
        return starrocks_reject(check, "Table %s is not a dynamic partition table.",
                                table->name->text);
    const RtValue *distribution = rt_object_value(table, STARROCKS_TABLE_DISTRIBUTION);
    return strcmp(key, "bucket_size") != 0 || !distribution || distribution->length == 0 ||
           starrocks_reject(check, "Setting bucket size is not allowed: only supported for tables "
                                   "with RANDOM distribution");
}

bool
starrocks_check_set(const StarrocksCheck *check, const RtObject *table, const char *key,
                    const char *value)
{
    bool has_prefix = g_str_has_prefix(key, default_prefix);
    const char *bare = has_prefix ? key + strlen(default_prefix) : key;
    const StarrocksProperty *row = starrocks_property_find(bare);
    if (!row)
        return knows_more(check) || reject_name(check, key, value);
    if (row->place == STARROCKS_OF_VIEWS || row->place == STARROCKS_OF_OTHERS)
        return reject_unknown(check, key, value, "it is none of tables");
    if (row->setting == STARROCKS_SET_NEVER)
        return reject_unknown(check, key, value,
                              "it is fixed when the table is made; make the table anew");
    if (row->home != STARROCKS_AT_HOME && starrocks_is_shared_nothing(check->server))
        return starrocks_reject(check,
                                "Property %s can only be set for cloud native tables: this server "
                                "is shared-nothing",
                                key);
    return check_version(check, row, value) && check_prefix(check, row, table, has_prefix) &&
           check_value(check, row, key, value, false) && check_scheme(check, table, bare) &&
           (strcmp(bare, "unique_constraints") != 0 || check_unique(check, table, value)) &&
           (strcmp(bare, "colocate_with") != 0 || check_colocation(check, table, value)) &&
           (strcmp(bare, "bloom_filter_columns") != 0 || check_bloom_columns(check, table, value));
}

bool
starrocks_check_set_of_view(const StarrocksCheck *check, const char *key, const char *value)
{
    const StarrocksProperty *row = starrocks_property_find(key);
    bool is_session = g_str_has_prefix(key, "session.");
    if (is_session || (!row && knows_more(check)))
        return true;
    if (strcmp(key, "colocate_with") == 0)
        return starrocks_reject(check, "Modify failed because unsupported properties: "
                                       "colocate_with is not supported for materialized view");
    if (!row || !row->is_set_in_views)
        return starrocks_reject(check,
                                "Modify failed because unknown properties: {%s=%s}, please add "
                                "`session.` prefix if you want add session variables for mv",
                                key, value);
    return check_value(check, row, key, value, false);
}
