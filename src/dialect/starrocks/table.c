/* Questions about tables and servers that several hooks ask. */
#include "dialect/starrocks/starrocks.h"

#include <string.h>

bool
starrocks_flag(const RtObject *object, unsigned row)
{
    const RtValue *value = rt_object_value(object, row);
    return value && value->flag;
}

int
starrocks_key_row(const RtObject *table)
{
    for (unsigned row = STARROCKS_TABLE_PRIMARY_KEY; row <= STARROCKS_TABLE_AGGREGATE_KEY; row++) {
        if (rt_object_value(table, row))
            return (int) row;
    }
    return -1;
}

bool
starrocks_is_synchronous(const RtObject *view)
{
    return view && view->form == &starrocks_form_materialized_view &&
           !rt_object_value(view, STARROCKS_MV_REFRESH) &&
           !rt_object_value(view, STARROCKS_MV_DISTRIBUTION) &&
           !rt_object_value(view, STARROCKS_MV_PARTITION);
}

bool
starrocks_is_sorting(const RtOp *op)
{
    return op->kind == RT_KIND_ATTRIBUTE && !op->owner &&
           ((op->form == &starrocks_form_table && op->row == STARROCKS_TABLE_ORDER) ||
            (op->form == &starrocks_form_materialized_view && op->row == STARROCKS_MV_ORDER));
}

const RtValue *
starrocks_key(const RtObject *table)
{
    int row = starrocks_key_row(table);
    return row < 0 ? NULL : rt_object_value(table, (unsigned) row);
}

bool
starrocks_names_hold(const RtValue *names, const RtName *column)
{
    for (uint32_t i = 0; names && i < names->length; i++) {
        if (rt_name_equal(names->names[i], column))
            return true;
    }
    return false;
}

const RtObject *
starrocks_column_find(const RtObject *table, const RtName *name)
{
    int at = rt_object_find_child(table, RT_KIND_COLUMN, name, 0);
    return at < 0 ? NULL : table->children[at];
}

bool
starrocks_is_comment_alone(const RtValueContext *context, const RtObject *before, const RtOp *op)
{
    bool differs = false;
    if (op->verb != RT_VERB_ALTER || !before || !op->after || op->position || op->is_first)
        return false;
    for (unsigned row = 0; row < before->form->n_attributes; row++) {
        if (!rt_value_differs(context, &before->form->attributes[row], rt_object_value(before, row),
                              rt_object_value(op->after, row)))
            continue;
        if (row != STARROCKS_COLUMN_COMMENT)
            return false;
        differs = true;
    }
    return differs;
}

const RtObject *
starrocks_table_find(const RtCatalog *catalog, const RtName *name)
{
    const RtObject *object = name ? rt_catalog_find(catalog, RT_KIND_TABLE, name) : NULL;
    return object && object->form == &starrocks_form_table ? object : NULL;
}

bool
starrocks_is_before(const RtServer *server, unsigned major, unsigned minor, unsigned patch)
{
    return server && server->major && rt_server_compare(server, major, minor, patch) < 0;
}

bool
starrocks_is_shared_data(const RtServer *server)
{
    return server && g_strcmp0(server->run_mode, "shared_data") == 0;
}

bool
starrocks_has_ranges(const RtServer *server)
{
    return starrocks_is_shared_data(server) && !starrocks_is_before(server, 4, 1, 0);
}

bool
starrocks_is_shared_nothing(const RtServer *server)
{
    return server && g_strcmp0(server->run_mode, "shared_nothing") == 0;
}

bool
starrocks_is_fast(const RtServer *server, const RtObject *table)
{
    const RtValue *map = rt_object_value(table, STARROCKS_TABLE_PROPERTIES);
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (strcmp(map->properties[i].key, "fast_schema_evolution") == 0 ||
            strcmp(map->properties[i].key, "cloud_native_fast_schema_evolution_v2") == 0)
            return strcmp(map->properties[i].value, "true") == 0;
    }
    return !starrocks_is_before(server, 3, 3, 0);
}
