/* What the server refuses of ADD, DROP and MODIFY COLUMN: SchemaChangeHandler of the frontend. */
#include "dialect/starrocks/check.h"

#include <string.h>

typedef struct Roles {
    int key_row;
    bool is_key, is_sort, is_distribution, is_partition;
} Roles;

static bool
is_mentioned(const StarrocksCheck *check, const RtObject *table, unsigned row, const RtName *column)
{
    const RtValue *value = rt_object_value(table, row);
    return value &&
           rt_value_mentions(rt_catalog_context(check->before),
                             &starrocks_form_table.attributes[row], table->name, column, value);
}

static Roles
find_roles(const StarrocksCheck *check, const RtObject *table, const RtName *column)
{
    const RtValue *order = rt_object_value(table, STARROCKS_TABLE_ORDER);
    return (Roles){
        .key_row = starrocks_key_row(table),
        .is_key = starrocks_names_hold(starrocks_key(table), column),
        .is_sort = starrocks_names_hold(order, column),
        .is_distribution = is_mentioned(check, table, STARROCKS_TABLE_DISTRIBUTION, column),
        .is_partition = is_mentioned(check, table, STARROCKS_TABLE_PARTITION, column),
    };
}

static bool
is_not_null(const RtObject *column)
{
    return rt_object_flag(column, RT_ROLE_NOT_NULL);
}

static bool
has_default(const RtObject *column)
{
    const RtValue *value = rt_object_value(column, STARROCKS_COLUMN_DEFAULT);
    return value && !(value->length == 4 && g_ascii_strncasecmp(value->text, "NULL", 4) == 0);
}

/* Where a column goes must leave the key before all else. */
static bool
check_position(const StarrocksCheck *check, const RtObject *table, bool is_key)
{
    const RtOp *op = check->op;
    const RtValue *key = starrocks_key(table);
    bool after_key = op->position && starrocks_names_hold(key, op->position);
    unsigned n_key = key ? key->length : 0, n_before = 0;
    if (op->position && !starrocks_column_find(table, op->position))
        return starrocks_reject(check, "Column[%s] does not exists", op->position->text);
    if (is_key)
        return !op->position || after_key ||
               starrocks_reject(check, "Invalid column order. value should be after key. index[%s]",
                                table->name->text);
    if (op->is_first)
        n_before = 0;
    else if (!op->position)
        return true;
    for (unsigned i = 0; op->position && i < table->n_children; i++) {
        const RtObject *child = table->children[i];
        if (child->form != &starrocks_form_column)
            continue;
        n_before++;
        if (rt_name_equal(child->name, op->position))
            break;
    }
    return n_before >= n_key ||
           starrocks_reject(check, "Invalid column order. value should be after key. index[%s]",
                            table->name->text);
}

static const char *
model_words(int key_row)
{
    return key_row == STARROCKS_TABLE_UNIQUE_KEY ? "Unique" : "Duplicate";
}

static bool
check_added_key(const StarrocksCheck *check, const RtObject *column, int key_row, bool says_key,
                bool is_key)
{
    const char *name = column->name->text;
    if (says_key && key_row == STARROCKS_TABLE_PRIMARY_KEY)
        return starrocks_reject(check,
                                "Column definition is wrong. Cannot specify aggregate function "
                                "'REPLACE' for key column '%s'",
                                name);
    const RtValue *aggregate = rt_object_value(column, STARROCKS_COLUMN_AGGREGATE);
    bool is_plain =
        key_row == STARROCKS_TABLE_DUPLICATE_KEY || key_row == STARROCKS_TABLE_UNIQUE_KEY;
    if (aggregate && !is_key && is_plain)
        return starrocks_reject(
            check, "Can not assign aggregation method on column in %s data model table: %s",
            model_words(key_row), name);
    return true;
}

static bool
check_added(const StarrocksCheck *check, const RtObject *table)
{
    const RtObject *column = check->op->after;
    const char *name = column->name->text;
    if (!starrocks_check_column_grammar(check, column))
        return false;
    int key_row = starrocks_key_row(table);
    bool says_key = starrocks_flag(column, STARROCKS_COLUMN_KEY) &&
                    rt_object_value(column, STARROCKS_COLUMN_KEY)->origin == RT_ORIGIN_STATED;
    bool is_aggregate = key_row == STARROCKS_TABLE_AGGREGATE_KEY;
    bool is_generated = rt_object_value(column, STARROCKS_COLUMN_GENERATED) != NULL;
    bool is_key = says_key || (is_aggregate && !is_generated &&
                               !rt_object_value(column, STARROCKS_COLUMN_AGGREGATE));
    if (is_aggregate && is_key && !says_key && !starrocks_is_before(check->server, 4, 2, 0))
        return starrocks_reject(check,
                                "column %s of an aggregate table must say KEY or how it is "
                                "aggregated",
                                name);
    if (!starrocks_check_column(check, column, key_row, is_key) ||
        !starrocks_check_generated(check, table, column) ||
        !check_added_key(check, column, key_row, says_key, is_key))
        return false;
    const RtValue *value = rt_object_value(column, STARROCKS_COLUMN_DEFAULT);
    if (value && g_strstr_len(value->text, value->length, "uuid"))
        return starrocks_reject(check, "unsupported default expr:uuid()");
    if (rt_object_value(column, STARROCKS_COLUMN_AUTO_INCREMENT))
        return starrocks_reject(check, "Column '%s' can not be AUTO_INCREMENT when ADD COLUMN",
                                name);
    if (is_not_null(column) && !has_default(column) && !is_generated &&
        !starrocks_type_is_state(rt_object_type(column)))
        return starrocks_reject(check, "Field '%s' is not null but doesnt have a default value",
                                name);
    if (starrocks_column_find(table, column->name))
        return starrocks_reject(check, "Can not add column which already exists in base table: %s",
                                name);
    return check_position(check, table, is_key);
}

static bool
has_replace(const RtObject *table)
{
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *child = table->children[i];
        const RtValue *aggregate = child->form == &starrocks_form_column
                                       ? rt_object_value(child, STARROCKS_COLUMN_AGGREGATE)
                                       : NULL;
        if (aggregate && g_ascii_strncasecmp(aggregate->text, "REPLACE", 7) == 0)
            return true;
    }
    return false;
}

static bool
check_dropped_key(const StarrocksCheck *check, const RtObject *table, const Roles *roles)
{
    if (roles->key_row == STARROCKS_TABLE_PRIMARY_KEY)
        return starrocks_reject(check, "Can not drop key column in primary data model table");
    if (roles->key_row == STARROCKS_TABLE_UNIQUE_KEY)
        return starrocks_reject(check, "Can not drop key column in Unique data model table");
    if (roles->key_row == STARROCKS_TABLE_AGGREGATE_KEY && has_replace(table))
        return starrocks_reject(check, "Can not drop key column when table has value column with "
                                       "REPLACE aggregation method");
    return starrocks_key(table)->length > 1 ||
           starrocks_reject(check, "No key column left. index[%s]", table->name->text);
}

static bool
is_used_by_generated(const StarrocksCheck *check, const RtObject *table, const RtName *name)
{
    const RtValueContext *context = rt_catalog_context(check->before);
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *child = table->children[i];
        const RtValue *generated = child->form == &starrocks_form_column
                                       ? rt_object_value(child, STARROCKS_COLUMN_GENERATED)
                                       : NULL;
        if (generated && !rt_name_equal(child->name, name) &&
            rt_value_mentions(context, &child->form->attributes[STARROCKS_COLUMN_GENERATED],
                              table->name, name, generated))
            return true;
    }
    return false;
}

static bool
check_dropped(const StarrocksCheck *check, const RtObject *table)
{
    const RtName *name = check->op->name;
    Roles roles = find_roles(check, table, name);
    if (check->op->flags & RT_OP_IF_EXISTS)
        return starrocks_reject(check, "Unexpected input 'IF': columns have no IF EXISTS");
    if (!starrocks_column_find(table, name))
        return starrocks_reject(check, "Column does not exists: %s", name->text);
    if (roles.is_partition)
        return starrocks_reject(check, "Partition column[%s] cannot be dropped. index[%s]",
                                name->text, table->name->text);
    if (roles.is_distribution)
        return starrocks_reject(check, "Distribution column[%s] cannot be dropped. index[%s]",
                                name->text, table->name->text);
    if (is_used_by_generated(check, table, name))
        return starrocks_reject(check, "Column: %s is used by a generated column", name->text);
    if (roles.is_key && !check_dropped_key(check, table, &roles))
        return false;
    if (roles.is_sort && roles.key_row == STARROCKS_TABLE_PRIMARY_KEY)
        return starrocks_reject(check, "Can not drop sort column in primary data model table");
    return true;
}

/* ---- MODIFY -----------------------------------------------------------------------------------
 */

static bool
check_fixed_roles(const StarrocksCheck *check, const RtObject *table, const Roles *roles,
                  const RtObject *before, const RtObject *after)
{
    const RtType *from = rt_object_type(before), *to = rt_object_type(after);
    bool is_longer = from && to && starrocks_type_is_longer(from, to);
    bool is_primary = roles->key_row == STARROCKS_TABLE_PRIMARY_KEY;
    const char *name = before->name->text;
    bool changes = !rt_type_equal(from, to) || is_not_null(before) != is_not_null(after);
    if (is_primary && roles->is_key && !is_longer)
        return starrocks_reject(
            check, "Can not modify key column: %s for primary key table%s", name,
            starrocks_is_before(check->server, 4, 1, 0) ? ""
                                                        : " except for increasing varchar length");
    if (is_primary && roles->is_sort && !is_longer)
        return starrocks_reject(check,
                                "Can not modify sort column in primary data model table except for "
                                "increasing varchar length");
    if (is_longer || !changes)
        return true;
    if (roles->is_partition)
        return starrocks_reject(check, "Can not modify partition column[%s]. index[%s]", name,
                                table->name->text);
    if (roles->is_distribution)
        return starrocks_reject(check, "Can not modify distribution column[%s]. index[%s]", name,
                                table->name->text);
    if (roles->is_sort && to && !starrocks_type_sorts(to, roles->key_row))
        return starrocks_reject(check, "Data type of first column cannot be %s", to->text);
    return true;
}

static bool
differs(const StarrocksCheck *check, const RtObject *before, const RtObject *after, unsigned row)
{
    return rt_value_differs(rt_catalog_context(check->before),
                            &starrocks_form_column.attributes[row], rt_object_value(before, row),
                            rt_object_value(after, row));
}

/* A difference is made field by field; a statement that says the struct anew is refused. */
static bool
is_way_by_fields(const StarrocksCheck *check, const RtObject *before, const RtObject *after,
                 const RtObject *table)
{
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(RtOp));
    g_autoptr(GError) ignored = NULL;
    const StarrocksCheck quiet = { check->server, check->before, check->op, &ignored };
    return !check->op->text && starrocks_check_field(&quiet, table) &&
           starrocks_find_field_steps(rt_catalog_context(check->before), check->op, before, after,
                                      steps);
}

static bool
check_definition(const StarrocksCheck *check, const RtObject *before, const RtObject *after,
                 const Roles *roles, const RtObject *table)
{
    const RtType *from = rt_object_type(before), *to = rt_object_type(after);
    bool says_key = starrocks_flag(after, STARROCKS_COLUMN_KEY);
    if (roles->key_row != STARROCKS_TABLE_PRIMARY_KEY && roles->is_key != says_key &&
        (roles->key_row != STARROCKS_TABLE_AGGREGATE_KEY || says_key ||
         rt_object_value(after, STARROCKS_COLUMN_AGGREGATE)))
        return says_key
                   ? starrocks_reject(check, "Can not change aggregation type")
                   : starrocks_reject(check,
                                      "Invalid column order. value should be after key. index[%s]",
                                      table->name->text);
    if (roles->key_row == STARROCKS_TABLE_AGGREGATE_KEY &&
        differs(check, before, after, STARROCKS_COLUMN_AGGREGATE))
        return starrocks_reject(check, "Can not change aggregation type");
    /* Its values are computed anew. */
    if (rt_object_value(after, STARROCKS_COLUMN_GENERATED))
        return true;
    const char *why =
        from && to
            ? starrocks_type_why_not(rt_model_arena(rt_catalog_model(check->before)), from, to)
            : NULL;
    if (why && !is_way_by_fields(check, before, after, table))
        return starrocks_reject(check, "%s", why);
    if (is_not_null(after) && !is_not_null(before))
        return starrocks_reject(check, "Can not change from nullable to non-nullable");
    if (differs(check, before, after, STARROCKS_COLUMN_DEFAULT) ||
        differs(check, after, before, STARROCKS_COLUMN_DEFAULT))
        return starrocks_reject(check, "Can not change default value");
    return true;
}

static bool
check_computed(const StarrocksCheck *check, const RtObject *table, const RtObject *before,
               const RtObject *after)
{
    bool was = rt_object_value(before, STARROCKS_COLUMN_GENERATED);
    bool is = rt_object_value(after, STARROCKS_COLUMN_GENERATED);
    if (was != is)
        return starrocks_reject(check, "Can not modify a %s column to a %s column",
                                was ? "generated" : "non-generated",
                                is ? "generated" : "non-generated");
    return is || !is_used_by_generated(check, table, before->name) ||
           starrocks_reject(check,
                            "Do not support modify column: %s, because it associates with the "
                            "generated column",
                            before->name->text);
}

static bool
check_modified(const StarrocksCheck *check, const RtObject *table)
{
    const RtName *name = check->op->name;
    const RtObject *before = starrocks_column_find(table, name);
    const RtObject *after =
        starrocks_widen_sum(rt_catalog_context(check->before), check->op->after);
    Roles roles = find_roles(check, table, name);
    bool says_key = starrocks_flag(after, STARROCKS_COLUMN_KEY);
    /* What somebody wrote whole is a change of the definition, whatever differs. */
    if (!check->op->text &&
        starrocks_is_comment_alone(rt_catalog_context(check->before), before, check->op))
        return true;
    if (!starrocks_check_column_grammar(check, after))
        return false;
    if (says_key && !roles.is_key && roles.key_row == STARROCKS_TABLE_PRIMARY_KEY)
        return starrocks_reject(check,
                                "Column definition is wrong. Cannot specify aggregate function "
                                "'REPLACE' for key column '%s'",
                                name->text);
    if (rt_object_value(after, STARROCKS_COLUMN_AUTO_INCREMENT))
        return starrocks_reject(check, "Column '%s' can not be AUTO_INCREMENT when MODIFY COLUMN",
                                name->text);
    if (!starrocks_check_column(check, after, roles.key_row, says_key))
        return false;
    if (!before)
        return starrocks_reject(check, "Column[%s] does not exists", name->text);
    if (!starrocks_check_generated(check, table, after))
        return false;
    if (rt_object_value(before, STARROCKS_COLUMN_AUTO_INCREMENT))
        return starrocks_reject(check, "Can't not modify a AUTO_INCREMENT column");
    if (!check_computed(check, table, before, after))
        return false;
    const RtValue *aggregate = rt_object_value(after, STARROCKS_COLUMN_AGGREGATE);
    if (aggregate && (roles.key_row == STARROCKS_TABLE_DUPLICATE_KEY ||
                      roles.key_row == STARROCKS_TABLE_UNIQUE_KEY))
        return starrocks_reject(
            check, "Can not assign aggregation method on column in %s data model table: %s",
            model_words(roles.key_row), name->text);
    return check_fixed_roles(check, table, &roles, before, after) &&
           check_definition(check, before, after, &roles, table) &&
           check_position(check, table, says_key);
}

bool
starrocks_check_column_change(const StarrocksCheck *check, const RtObject *table)
{
    switch (check->op->verb) {
    case RT_VERB_RENAME:
        return !starrocks_column_find(table, check->op->new_name) ||
               starrocks_reject(check, "Duplicate column name '%s'", check->op->new_name->text);
    case RT_VERB_CREATE:
        return check_added(check, table);
    case RT_VERB_DROP:
        return check_dropped(check, table);
    case RT_VERB_ALTER:
        return check_modified(check, table);
    default:
        return true;
    }
}
