/* What the server would reject: which rules an operation must pass. */
#include "dialect/starrocks/check.h"

#include <stdarg.h>
#include <string.h>

bool
starrocks_reject(const StarrocksCheck *check, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    const RtOp *op = check->op;
    if (op->text)
        rt_text_error(check->error, RT_ERROR_REJECTED, op->text, op->span, "%s", message);
    else
        rt_error_set(check->error, RT_ERROR_REJECTED, "%s", message);
    return false;
}

static bool
check_child(const StarrocksCheck *check)
{
    const RtOp *op = check->op;
    const RtObject *table = starrocks_table_find(check->before, op->owner);
    if (!table)
        return true;
    if (op->kind == RT_KIND_COLUMN)
        return starrocks_check_column_change(check, table);
    if (op->kind == RT_KIND_INDEX && op->after)
        return starrocks_check_index(check, table, op->after);
    return true;
}

/* Either a sort key, or all columns of the table in a new order. */
static bool
check_order(const StarrocksCheck *check, const RtObject *table)
{
    const RtValue *order = check->op->value_after;
    unsigned n_columns = 0;
    for (unsigned i = 0; i < table->n_children; i++)
        n_columns += table->children[i]->form == &starrocks_form_column;
    for (uint32_t i = 0; i < order->length; i++) {
        const RtName *name = order->names[i];
        if (!starrocks_column_find(table, name))
            return starrocks_reject(check, "Column[%s] not exists", name->text);
        for (uint32_t j = 0; j < i; j++) {
            if (rt_name_equal(order->names[j], name))
                return starrocks_reject(check, "Duplicated column[%s]", name->text);
        }
    }
    bool is_primary = starrocks_key_row(table) == STARROCKS_TABLE_PRIMARY_KEY;
    if (order->length == n_columns && is_primary)
        return starrocks_reject(check, "Primary key table do not support reorder table schema.");
    const RtValue *key = starrocks_key(table);
    for (uint32_t i = 0; key && order->length == n_columns && i < key->length; i++) {
        if (!starrocks_names_hold(key, order->names[i]))
            return starrocks_reject(check,
                                    "Invalid column order. value should be after key. "
                                    "index[%s]",
                                    table->name->text);
    }
    if (order->length == n_columns)
        return true;
    RtValue sorted = *order;
    sorted.row = STARROCKS_TABLE_ORDER;
    RtArena *arena = rt_model_arena(rt_catalog_model(check->before));
    return starrocks_check_order(check, rt_object_with_value(arena, table, &sorted));
}

static bool
check_distributed(const StarrocksCheck *check, const RtObject *table)
{
    RtValue value = *check->op->value_after;
    int key_row = starrocks_key_row(table);
    bool is_plain = key_row == STARROCKS_TABLE_DUPLICATE_KEY || key_row < 0;
    const RtValue *now = rt_object_value(table, STARROCKS_TABLE_DISTRIBUTION);
    value.row = STARROCKS_TABLE_DISTRIBUTION;
    if (value.length == 0 && now && now->length == 0)
        return starrocks_reject(check, "Random distribution table already supports automatic "
                                       "scaling and does not require optimization.");
    for (uint32_t i = 0; i < value.length; i++) {
        if (!starrocks_column_find(table, value.names[i]))
            return starrocks_reject(check, "Distribution column(%s) doesn't exist.",
                                    value.names[i]->text);
    }
    if (value.length && !is_plain) /* the server finds out when the job runs */
        return true;
    RtArena *arena = rt_model_arena(rt_catalog_model(check->before));
    return starrocks_check_distribution(check, rt_object_with_value(arena, table, &value));
}

/* Fields come and go by fast schema evolution alone: 3.2.10 and 3.3.2. */
bool
starrocks_check_field(const StarrocksCheck *check, const RtObject *table)
{
    const RtServer *server = check->server;
    bool is_late_3_2 = server && server->major == 3 && server->minor == 2 && server->patch >= 10;
    if (starrocks_is_before(server, 3, 3, 2) && !is_late_3_2)
        return starrocks_reject(check, "fields of structs can be added and dropped since 3.3.2");
    return starrocks_is_fast(server, table) ||
           starrocks_reject(check, "Add/Drop field not support when fast_schema_evolution is "
                                   "disabled");
}

static bool
check_database_property(const StarrocksCheck *check)
{
    return !starrocks_is_shared_nothing(check->server) ||
           strcmp(check->op->property, "storage_volume") != 0 ||
           starrocks_reject(check, "Storage volume can be set only in shared-data deployment");
}

static bool
check_attribute(const StarrocksCheck *check)
{
    const RtOp *op = check->op;
    const RtObject *owner = op->owner ? starrocks_table_find(check->before, op->owner) : NULL;
    if (owner && op->row == STARROCKS_COLUMN_TYPE && op->property)
        return starrocks_check_field(check, owner);
    if (op->form == &starrocks_form_view && op->row == STARROCKS_VIEW_BODY) {
        const RtObject *view = rt_catalog_find(check->before, RT_KIND_VIEW, op->name);
        return !view || starrocks_check_query(check, view, op->value_after);
    }
    if (op->form == &starrocks_form_materialized_view && op->row == STARROCKS_MV_PROPERTIES)
        return !op->property || !op->value_after ||
               starrocks_check_set_of_view(check, op->property, op->value_after->text);
    if (op->form == &starrocks_form_materialized_view && op->row == STARROCKS_MV_ORDER)
        return starrocks_check_view_order(check);
    if (op->form == &starrocks_form_database && op->property)
        return check_database_property(check);
    const RtObject *table = op->owner ? NULL : starrocks_table_find(check->before, op->name);
    if (!table || op->form != &starrocks_form_table)
        return true;
    switch (op->row) {
    case STARROCKS_TABLE_ORDER:
        return !op->value_after || check_order(check, table);
    case STARROCKS_TABLE_DISTRIBUTION:
        return !op->value_after || check_distributed(check, table);
    case STARROCKS_TABLE_PARTITION:
        return starrocks_check_merge(check, table);
    case STARROCKS_TABLE_PARTITIONS:
        return starrocks_check_partition_change(check, table);
    case STARROCKS_TABLE_PROPERTIES:
        return !op->property || !op->value_after ||
               starrocks_check_set(check, table, op->property, op->value_after->text);
    case STARROCKS_TABLE_ROLLUP:
        return !op->value_after || starrocks_key_row(table) != STARROCKS_TABLE_PRIMARY_KEY ||
               starrocks_reject(check, "Do not support add rollup on primary key table[%s]",
                                table->name->text);
    default:
        return true;
    }
}

/* CREATE … IF NOT EXISTS does nothing then. */
static bool
is_there(const StarrocksCheck *check)
{
    const RtOp *op = check->op;
    return op->verb == RT_VERB_CREATE && (op->flags & RT_OP_IF_NOT_EXISTS) &&
           rt_catalog_find(check->before, op->kind, op->name);
}

bool
starrocks_check(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                const RtOp *op, GError **error)
{
    (void) dialect;
    StarrocksCheck check = { server, before, op, error };
    if (!starrocks_check_version(&check))
        return false;
    if (op->verb != RT_VERB_OPAQUE && (op->flags & RT_OP_TEMPORARY))
        return true;
    /* The rules are those of the server's own tables. */
    if ((server && server->catalog) || (rt_catalog_unseen(before) & RT_UNSEEN_ABROAD))
        return true;
    if (op->verb == RT_VERB_OPAQUE)
        return starrocks_check_opaque(&check);
    if (op->kind == RT_KIND_ATTRIBUTE)
        return check_attribute(&check);
    if (op->owner)
        return check_child(&check);
    if (op->verb == RT_VERB_CREATE && op->after &&
        op->after->form == &starrocks_form_external_table)
        return is_there(&check) || starrocks_check_external_grammar(&check);
    if (op->verb == RT_VERB_CREATE && op->after && op->after->form == &starrocks_form_database)
        return starrocks_check_database(&check, op->after);
    if (op->verb == RT_VERB_RENAME && op->kind == RT_KIND_TABLE &&
        rt_name_equal(op->name, op->new_name))
        return starrocks_reject(&check, "Same table name %s", op->name->text);
    bool is_view = op->kind == RT_KIND_VIEW || op->kind == RT_KIND_MATERIALIZED_VIEW;
    if (is_view && op->after && !is_there(&check))
        return starrocks_check_view(&check, op->after);
    bool is_new =
        op->verb == RT_VERB_CREATE && op->after && op->after->form == &starrocks_form_table;
    return !is_new || is_there(&check) || starrocks_check_table(&check, op->after);
}
