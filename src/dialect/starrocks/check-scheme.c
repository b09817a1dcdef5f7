/* What the server refuses of PARTITION BY and the partitions of a new table. */
#include "dialect/starrocks/check.h"
#include "dialect/starrocks/expression.h"
#include "dialect/starrocks/resolve.h"

#include <string.h>

static bool
mentions(const StarrocksCheck *check, const RtObject *owner, unsigned row, const RtObject *table,
         const RtName *column)
{
    const RtValue *value = rt_object_value(owner, row);
    return value && rt_value_mentions(rt_catalog_context(check->before),
                                      &owner->form->attributes[row], table->name, column, value);
}

static bool
reject_type(const StarrocksCheck *check, const char *column, const RtType *type)
{
    g_autofree char *label = starrocks_type_label(type);
    return starrocks_reject(check, "Invalid partition column '%s': invalid data type %s", column,
                            label);
}

/* Whether a column is one of the key, or computed from those alone. */
static bool
is_of_key(const StarrocksCheck *check, const RtObject *table, const RtObject *column)
{
    const RtValue *key = starrocks_key(table);
    if (starrocks_names_hold(key, column->name))
        return true;
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *other = table->children[i];
        if (other->form == &starrocks_form_column && !starrocks_names_hold(key, other->name) &&
            mentions(check, column, STARROCKS_COLUMN_GENERATED, table, other->name))
            return false;
    }
    return rt_object_value(column, STARROCKS_COLUMN_GENERATED) != NULL;
}

const RtObject *
starrocks_partition_columns(const StarrocksCheck *check, const RtObject *table)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(check->before));
    RtObject *part = rt_object_copy(arena, table);
    const RtObject **children =
        rt_arena_new_array(arena, const RtObject *, MAX(table->n_children, 1));
    part->children = children;
    part->n_children = 0;
    for (unsigned i = 0; i < table->n_children; i++) {
        if (table->children[i]->form == &starrocks_form_column &&
            mentions(check, table, STARROCKS_TABLE_PARTITION, table, table->children[i]->name))
            children[part->n_children++] = table->children[i];
    }
    return part;
}

static bool
check_columns(const StarrocksCheck *check, const RtObject *table)
{
    int key_row = starrocks_key_row(table);
    bool needs_key = key_row != STARROCKS_TABLE_DUPLICATE_KEY && key_row >= 0, is_any = false;
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *column = table->children[i];
        if (column->form != &starrocks_form_column ||
            !mentions(check, table, STARROCKS_TABLE_PARTITION, table, column->name))
            continue;
        is_any = true;
        if (!starrocks_type_partitions(rt_object_type(column)))
            return reject_type(check, column->name->text, rt_object_type(column));
        if (needs_key && !is_of_key(check, table, column))
            return starrocks_reject(check, "The partition expr should base on key column.");
    }
    return is_any || !needs_key ||
           starrocks_reject(check, "The partition expr should base on key column: it names none");
}

char *
starrocks_partition_unit(const StarrocksCheck *check, const RtObject *table)
{
    static const char start[] = "date_trunc('";
    const RtValueContext *context = rt_catalog_context(check->before);
    const RtValue *scheme = rt_object_value(table, STARROCKS_TABLE_PARTITION);
    g_autofree char *text = starrocks_canonical_expression(context, scheme->text, scheme->length);
    const char *end = g_str_has_prefix(text, start) ? strchr(text + strlen(start), '\'') : NULL;
    return end ? g_strndup(text + strlen(start), (gsize) (end - text) - strlen(start)) : NULL;
}

/* START … END … EVERY (INTERVAL 1 DAY) of partitions that rows make by the month. */
static bool
check_batches(const StarrocksCheck *check, const RtObject *table, const char *unit)
{
    const RtValue *map = rt_object_value(table, STARROCKS_TABLE_PARTITIONS);
    for (uint32_t i = 0; map && i < map->length; i++) {
        const RtProperty *property = &map->properties[i];
        g_autofree char *folded = g_ascii_strdown(property->key, -1);
        const char *interval = strstr(folded, "interval");
        if (!*property->value && interval && !strstr(interval, unit))
            return starrocks_reject(check,
                                    "The partition granularity of automatic partition table batch "
                                    "creation in advance should be consistent: EVERY is not by "
                                    "the %s",
                                    unit);
    }
    return true;
}

static bool
check_units(const StarrocksCheck *check, const RtObject *table, const RtValue *scheme)
{
    static const char *const of_dates = "year|quarter|month|week|day";
    const RtValueContext *context = rt_catalog_context(check->before);
    const char *type = starrocks_expression_type(context, table, scheme->text, scheme->length);
    bool is_of_date = g_strcmp0(type, "DATE") == 0;
    g_autofree char *unit = starrocks_partition_unit(check, table);
    g_auto(GStrv) units = g_strsplit(of_dates, "|", -1);
    if (!unit)
        return true;
    if (is_of_date && !g_strv_contains((const char *const *) units, unit))
        return starrocks_reject(check,
                                "date_trunc function can't support argument other than %s: the "
                                "column is a DATE",
                                of_dates);
    return check_batches(check, table, unit);
}

/* LESS THAN, fixed ranges and START … END … do not mix in one statement. */
static bool
check_ways(const StarrocksCheck *check, const RtObject *table)
{
    const RtValue *map = rt_object_value(table, STARROCKS_TABLE_PARTITIONS);
    unsigned found = 0;
    for (uint32_t i = 0; map && i < map->length; i++) {
        const char *text = map->properties[i].value;
        found |= !*text                                              ? 1u
                 : g_ascii_strncasecmp(text, "VALUES LESS", 11) == 0 ? 2u
                 : strchr(text, '[') != NULL                         ? 4u
                                                                     : 8u;
    }
    return (found & (found - 1)) == 0 ||
           starrocks_reject(check, "You can only use one of these methods to create partitions.");
}

bool
starrocks_check_partition(const StarrocksCheck *check, const RtObject *table)
{
    const RtValueContext *context = rt_catalog_context(check->before);
    const RtValue *scheme = rt_object_value(table, STARROCKS_TABLE_PARTITION);
    if (!scheme)
        return true;
    const char *missing = starrocks_unresolved(check->before, table, scheme->text, scheme->length);
    if (missing)
        return starrocks_reject(check, "Column '%s' cannot be resolved", missing);
    const char *given = starrocks_expression_type(context, table, scheme->text, scheme->length);
    const RtType type = { .name = given ?: "", .text = given ?: "" };
    if (given && !starrocks_type_partitions(&type))
        return starrocks_reject(check, "Invalid partition expression: invalid data type %s", given);
    return check_columns(check, table) && check_units(check, table, scheme) &&
           check_ways(check, table) &&
           starrocks_check_batches(check, table,
                                   rt_object_value(table, STARROCKS_TABLE_PARTITIONS));
}
