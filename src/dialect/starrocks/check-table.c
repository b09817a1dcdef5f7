/* What the server refuses of CREATE TABLE: CreateTableAnalyzer and ColumnDef of the frontend. */
#include "dialect/starrocks/check.h"
#include "dialect/starrocks/property.h"

#include <string.h>

static const char *
label(RtArena *arena, const RtType *type)
{
    g_autofree char *text = starrocks_type_label(type);
    return rt_arena_strdup(arena, text);
}

static bool
is_float(const RtType *type)
{
    static const char *const names[] = { "FLOAT", "DOUBLE", NULL };
    return starrocks_type_is(type, names);
}

static bool
has_time(const RtType *type)
{
    if (strcmp(type->name, "TIME") == 0)
        return true;
    for (unsigned i = 0; i < type->n_elements; i++) {
        if (has_time(type->elements[i].type))
            return true;
    }
    return false;
}

static bool
is_reserved(const char *name)
{
    static const char *const names[] = { "__op", "__row" };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_ascii_strcasecmp(name, names[i]) == 0)
            return true;
    }
    return g_str_has_prefix(name, "__generated_partition_column_");
}

static bool
check_key_type(const StarrocksCheck *check, const RtObject *column, int key_row)
{
    const RtType *type = rt_object_type(column);
    if (!type || starrocks_type_keys(type, key_row))
        return true;
    RtArena *arena = rt_model_arena(rt_catalog_model(check->before));
    if (key_row == STARROCKS_TABLE_PRIMARY_KEY)
        return starrocks_reject(check, "primary key column[%s] type not supported: %s",
                                column->name->text, label(arena, type));
    return starrocks_reject(check, "Invalid data type of key column '%s': '%s'%s",
                            column->name->text, label(arena, type),
                            is_float(type) ? ", use decimal instead" : "");
}

static bool
check_value_column(const StarrocksCheck *check, const RtObject *column, int key_row)
{
    const RtValue *aggregate = rt_object_value(column, STARROCKS_COLUMN_AGGREGATE);
    const RtType *type = rt_object_type(column);
    const char *name = column->name->text;
    if (!aggregate && key_row == STARROCKS_TABLE_DUPLICATE_KEY && starrocks_type_is_state(type))
        return starrocks_reject(check, "No aggregate function specified for '%s'", name);
    if (aggregate && type && !starrocks_type_aggregates(type, aggregate->text))
        return starrocks_reject(check, "Invalid aggregate function '%s' for '%s'", aggregate->text,
                                name);
    return true;
}

bool
starrocks_check_column(const StarrocksCheck *check, const RtObject *column, int key_row,
                       bool is_key)
{
    const RtType *type = rt_object_type(column);
    const RtValue *aggregate = rt_object_value(column, STARROCKS_COLUMN_AGGREGATE);
    const char *name = column->name->text;
    if (is_reserved(name))
        return starrocks_reject(check,
                                "Column name [%s] is a system reserved name. Please choose a "
                                "different one.",
                                name);
    if (type && has_time(type))
        return starrocks_reject(check, "Type:%s of column:%s does not support", type->text, name);
    int64_t longest = starrocks_is_before(check->server, 4, 2, 0) ? 1048576 : 2147482624;
    if (type && strcmp(type->name, "VARCHAR") == 0 && type->n_arguments &&
        type->arguments[0] > longest)
        return starrocks_reject(check, "Varchar size must be <= %d: %d.", (int) longest,
                                (int) type->arguments[0]);
    if (key_row == STARROCKS_TABLE_AGGREGATE_KEY &&
        rt_object_value(column, STARROCKS_COLUMN_GENERATED))
        return starrocks_reject(check, "Generated Column does not support AGG table.");
    if (is_key && aggregate)
        return starrocks_reject(check, "Cannot specify aggregate function '%s' for key column '%s'",
                                aggregate->text, name);
    if (is_key && rt_object_value(column, STARROCKS_COLUMN_GENERATED))
        return starrocks_reject(check, "Generated Column can not be KEY: %s", name);
    if (is_key && !check_key_type(check, column, key_row))
        return false;
    if (!is_key && !check_value_column(check, column, key_row))
        return false;
    return starrocks_check_default(check, column);
}

/* ---- clauses ----------------------------------------------------------------------------------
 */

static bool
check_key(const StarrocksCheck *check, const RtObject *table)
{
    const RtValue *key = starrocks_key(table);
    unsigned at = 0;
    const RtType *first = table->n_children ? rt_object_type(table->children[0]) : NULL;
    static const char *const never_first[] = { "VARIANT",    "JSON",   "BITMAP", "HLL",
                                               "PERCENTILE", "FLOAT",  "DOUBLE", "ARRAY",
                                               "MAP",        "STRUCT", NULL };
    if (!key && first && starrocks_type_is(first, never_first))
        return starrocks_reject(check, "Data type of first column cannot be %s.", first->text);
    for (uint32_t i = 0; key && i < key->length; i++) {
        if (!starrocks_column_find(table, key->names[i]))
            return starrocks_reject(check, "Key column(%s) doesn't exist.", key->names[i]->text);
    }
    for (uint32_t i = 0; key && i < key->length; i++, at++) {
        while (at < table->n_children && table->children[at]->form != &starrocks_form_column)
            at++;
        if (at == table->n_children || !rt_name_equal(table->children[at]->name, key->names[i]))
            return starrocks_reject(
                check, "Key columns must be the first few columns of the schema and the order  of "
                       "the key columns must be consistent with the order of the schema");
    }
    return true;
}

/* avg(int): the function is the aggregation. */
static bool
holds_state(const RtType *type)
{
    return type && !type->n_arguments && g_str_has_suffix(type->text, ")");
}

static bool
check_columns(const StarrocksCheck *check, const RtObject *table)
{
    int key_row = starrocks_key_row(table);
    const RtValue *key = starrocks_key(table);
    unsigned n_automatic = 0;
    const RtObject *generated = NULL;
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *column = table->children[i];
        if (column->form != &starrocks_form_column)
            continue;
        bool is_generated = rt_object_value(column, STARROCKS_COLUMN_GENERATED);
        if (generated && !is_generated)
            return starrocks_reject(check,
                                    "Generated Column must be defined after ordinary columns: "
                                    "column %s stands behind %s",
                                    column->name->text, generated->name->text);
        generated = is_generated ? column : generated;
        bool is_key =
            starrocks_names_hold(key, column->name) || starrocks_flag(column, STARROCKS_COLUMN_KEY);
        if (!starrocks_check_column(check, column, key_row, is_key) ||
            !starrocks_check_generated(check, table, column))
            return false;
        if (key_row == STARROCKS_TABLE_AGGREGATE_KEY && !is_key &&
            !rt_object_value(column, STARROCKS_COLUMN_AGGREGATE) &&
            !rt_object_value(column, STARROCKS_COLUMN_GENERATED) &&
            !holds_state(rt_object_type(column)))
            return starrocks_reject(
                check, "AGG_KEYS table should specify aggregate type for non-key column[%s]",
                column->name->text);
        if (!rt_object_value(column, STARROCKS_COLUMN_AUTO_INCREMENT))
            continue;
        const RtType *type = rt_object_type(column);
        if (++n_automatic > 1 || !type || strcmp(type->name, "BIGINT") != 0)
            return starrocks_reject(check, "The AUTO_INCREMENT column must be BIGINT, and one a "
                                           "table");
        if (rt_object_value(column, STARROCKS_COLUMN_NULL))
            return starrocks_reject(check, "The AUTO_INCREMENT column must be NOT NULL");
        if (starrocks_property_says(table, "replicated_storage", "false"))
            return starrocks_reject(check, "Table with AUTO_INCREMENT column must use Replicated "
                                           "Storage");
    }
    return true;
}

bool
starrocks_check_distribution(const StarrocksCheck *check, const RtObject *table)
{
    const RtValue *distribution = rt_object_value(table, STARROCKS_TABLE_DISTRIBUTION);
    int key_row = starrocks_key_row(table);
    const RtValue *key = starrocks_key(table);
    bool is_plain = key_row == STARROCKS_TABLE_DUPLICATE_KEY || key_row < 0;
    const RtValue *order = rt_object_value(table, STARROCKS_TABLE_ORDER);
    if (!distribution && starrocks_has_ranges(check->server))
        return key_row != STARROCKS_TABLE_PRIMARY_KEY || !order ||
               rt_value_names.equal(rt_catalog_context(check->before), NULL, order, key) ||
               starrocks_reject(check, "The sort columns must be same with primary key columns and "
                                       "the order must be consistent");
    if (!distribution)
        return key_row != STARROCKS_TABLE_UNIQUE_KEY && key_row != STARROCKS_TABLE_AGGREGATE_KEY
                   ? true
                   : starrocks_reject(check, "Currently not support default distribution in "
                                             "tables of this key");
    for (uint32_t i = 0; i < distribution->length; i++) {
        const RtName *name = distribution->names[i];
        if (!starrocks_column_find(table, name))
            return starrocks_reject(check, "Distribution column(%s) doesn't exist.", name->text);
        for (uint32_t j = 0; j < i; j++) {
            if (rt_name_equal(distribution->names[j], name))
                return starrocks_reject(check, "Duplicated distribution column %s", name->text);
        }
        if (!is_plain && !starrocks_names_hold(key, name))
            return starrocks_reject(check, "Distribution column(%s) is not key column", name->text);
    }
    bool is_random = distribution->length == 0;
    static const char *const words[] = { [STARROCKS_TABLE_PRIMARY_KEY] =
                                             "PRIMARY KEY must use hash",
                                         [STARROCKS_TABLE_UNIQUE_KEY] = "UNIQUE KEY must use hash",
                                         [STARROCKS_TABLE_AGGREGATE_KEY] =
                                             "AGGREGATE KEY cannot use random" };
    if (is_random && !is_plain)
        return starrocks_reject(check, "%s distribution.", words[key_row]);
    return true;
}

bool
starrocks_check_order(const StarrocksCheck *check, const RtObject *table)
{
    const RtValue *order = rt_object_value(table, STARROCKS_TABLE_ORDER);
    const RtValue *key = starrocks_key(table);
    int key_row = starrocks_key_row(table);
    RtArena *arena = rt_model_arena(rt_catalog_model(check->before));
    for (uint32_t i = 0; order && i < order->length; i++) {
        const RtObject *column = starrocks_column_find(table, order->names[i]);
        const char *name = order->names[i]->text;
        if (!column)
            return starrocks_reject(check, "Unknown sort key column %s", name);
        for (uint32_t j = 0; j < i; j++) {
            if (rt_name_equal(order->names[j], order->names[i]))
                return starrocks_reject(check, "Duplicate sort key column %s is not allowed.",
                                        name);
        }
        if (!starrocks_type_sorts(rt_object_type(column), key_row))
            return starrocks_reject(check, "sort key column[%s] type not supported: %s", name,
                                    label(arena, rt_object_type(column)));
    }
    bool is_whole =
        key_row == STARROCKS_TABLE_AGGREGATE_KEY || key_row == STARROCKS_TABLE_UNIQUE_KEY;
    if (!order || !is_whole)
        return true;
    bool is_same = key && key->length == order->length;
    for (uint32_t i = 0; is_same && i < order->length; i++)
        is_same = starrocks_names_hold(key, order->names[i]);
    return is_same ||
           starrocks_reject(check,
                            "The sort columns of %s KEY table must be same with "
                            "key columns",
                            key_row == STARROCKS_TABLE_UNIQUE_KEY ? "UNIQUE" : "AGGREGATE");
}

bool
starrocks_check_table(const StarrocksCheck *check, const RtObject *table)
{
    /* The rules are about the table as the server completes it. */
    RtObject complete = *table;
    starrocks_complete(&rt_dialect_starrocks, check->server, check->before, &complete);
    if (!starrocks_check_table_grammar(check) || !check_key(check, &complete) ||
        !check_columns(check, table) || !check_columns(check, &complete) ||
        !starrocks_check_distribution(check, &complete) ||
        !starrocks_check_order(check, &complete) || !starrocks_check_partition(check, &complete) ||
        !starrocks_check_properties(check, table))
        return false;
    for (unsigned i = 0; i < complete.n_children; i++) {
        if (complete.children[i]->form == &starrocks_form_index &&
            !starrocks_check_index(check, &complete, complete.children[i]))
            return false;
    }
    return true;
}
