/* Questions about a table that several hooks ask. */
#include "dialect/sqlite/sqlite.h"
#include "sql/tokens.h"

bool
rt_sqlite_flag(const RtObject *object, unsigned row)
{
    const RtValue *value = rt_object_value(object, row);
    return value && value->flag;
}

const RtObject *
rt_sqlite_column_find(const RtObject *table, const RtName *name)
{
    int at = rt_object_find_child(table, RT_KIND_COLUMN, name, 0);
    return at < 0 ? NULL : table->children[at];
}

const RtObject *
rt_sqlite_primary_key(const RtObject *table)
{
    for (unsigned i = 0; i < table->n_children; i++) {
        if (table->children[i]->form == &rt_sqlite_form_primary_key)
            return table->children[i];
    }
    return NULL;
}

const RtObject *
rt_sqlite_rowid_column(const RtObject *table)
{
    const RtObject *key = rt_sqlite_primary_key(table);
    if (!key || rt_sqlite_flag(table, SQLITE_TABLE_WITHOUT_ROWID) ||
        rt_sqlite_flag(key, SQLITE_KEY_DESCENDING) || rt_sqlite_parts_count(key) != 1)
        return NULL;
    const RtName *name = rt_sqlite_parts_at(key, 0);
    const RtObject *column = name ? rt_sqlite_column_find(table, name) : NULL;
    const RtType *type = column ? rt_object_type(column) : NULL;
    return type && g_ascii_strcasecmp(type->text, "INTEGER") == 0 ? column : NULL;
}

static bool
has_column_called(const RtObject *table, const char *name)
{
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *child = table->children[i];
        if (child->form == &rt_sqlite_form_column &&
            g_ascii_strcasecmp(child->name->text, name) == 0)
            return true;
    }
    return false;
}

const char *
rt_sqlite_rowid_name(const RtObject *table, const RtObject *other)
{
    static const char *const names[] = { "rowid", "_rowid_", "oid" };
    if (rt_sqlite_flag(table, SQLITE_TABLE_WITHOUT_ROWID) ||
        rt_sqlite_flag(other, SQLITE_TABLE_WITHOUT_ROWID))
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!has_column_called(table, names[i]) && !has_column_called(other, names[i]))
            return names[i];
    }
    return NULL;
}

bool
rt_sqlite_is_autoincrement(const RtObject *table)
{
    const RtObject *key = rt_sqlite_primary_key(table);
    return key && rt_sqlite_flag(key, SQLITE_KEY_AUTOINCREMENT);
}

unsigned
rt_sqlite_parts_count(const RtObject *child)
{
    const RtValue *value = rt_object_role(child, RT_ROLE_PARTS);
    return value ? value->length : 0;
}

const RtName *
rt_sqlite_parts_at(const RtObject *child, unsigned i)
{
    const RtValue *value = rt_object_role(child, RT_ROLE_PARTS);
    bool is_names = child->form->attributes[value->row].kind == &rt_value_names;
    return is_names ? value->names[i] : value->parts[i].column;
}

bool
rt_sqlite_parts_hold(const RtObject *child, const RtName *column)
{
    unsigned n = rt_sqlite_parts_count(child);
    for (unsigned i = 0; i < n; i++) {
        if (rt_name_equal(rt_sqlite_parts_at(child, i), column))
            return true;
    }
    return false;
}

bool
rt_sqlite_mentions(const RtValueContext *context, const RtObject *object, const RtName *table,
                   const RtName *column)
{
    for (unsigned i = 0; i < object->n_values; i++) {
        const RtAttribute *attribute = &object->form->attributes[object->values[i].row];
        if (rt_value_mentions(context, attribute, table, column, &object->values[i]))
            return true;
    }
    return false;
}

/* What stands before the body is the object's own: the names of a view's columns, UPDATE OF. */
static bool
body_mentions(const RtValueContext *context, const RtObject *object, const RtName *table,
              const RtName *column)
{
    const RtValue *body = rt_object_role(object, RT_ROLE_DEFINITION);
    return body &&
           rt_value_mentions(context, &object->form->attributes[body->row], table, column, body);
}

const RtObject *
rt_sqlite_user_find(const RtCatalog *catalog, const RtName *table, const RtName *column)
{
    const RtValueContext *context = rt_catalog_context(catalog);
    g_autoptr(GPtrArray) objects =
        rt_catalog_with_word(catalog, column ? column->text : table->text);
    for (unsigned i = 0; i < objects->len; i++) {
        const RtObject *object = g_ptr_array_index(objects, i);
        if (rt_name_equal(object->name, table))
            continue;
        if (object->form == &rt_sqlite_form_view && body_mentions(context, object, table, column))
            return object;
        for (unsigned j = 0; j < object->n_children; j++) {
            const RtObject *child = object->children[j];
            if (child->form == &rt_sqlite_form_trigger &&
                body_mentions(context, child, table, column))
                return child;
        }
    }
    return NULL;
}

const RtObject *
rt_sqlite_table_find(const RtCatalog *catalog, const RtName *name)
{
    const RtObject *object = name ? rt_catalog_find(catalog, RT_KIND_TABLE, name) : NULL;
    return object && rt_object_kind(object) == RT_KIND_TABLE ? object : NULL;
}
