/* Writes catalogs as JSON by walking the rows of their forms. */
#include "export/json.h"

json_t *
rt_json_text(const char *text)
{
    g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;
    return valid ? json_string(valid) : json_null();
}

static json_t *
print_value(const RtValueContext *context, const RtAttribute *attribute, const RtValue *value)
{
    g_autoptr(GString) text = g_string_new(NULL);
    rt_value_print(text, context, attribute, value);
    return rt_json_text(text->str);
}

static json_t *
list_names(const RtValue *value)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < value->length; i++)
        json_array_append_new(array, rt_json_text(value->names[i]->text));
    return array;
}

static json_t *
list_parts(const RtAttribute *attribute, const RtValue *value)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < value->length; i++) {
        const RtPart *part = &value->parts[i];
        json_t *object = part->column
                             ? json_pack("{s:o}", "column", rt_json_text(part->column->text))
                             : json_pack("{s:o}", "expression", rt_json_text(part->expression));
        if (part->suffix && *part->suffix)
            json_object_set_new(object, attribute->suffix ?: "order", rt_json_text(part->suffix));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
list_properties(const RtValue *value)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < value->length; i++)
        json_object_set_new(object, value->properties[i].key,
                            rt_json_text(value->properties[i].value));
    return object;
}

static json_t *
export_value(const RtValueContext *context, const RtAttribute *attribute, const RtValue *value)
{
    if (attribute->kind == &rt_value_flag)
        return json_true();
    if (attribute->kind == &rt_value_number)
        return json_integer(value->number);
    if (attribute->kind == &rt_value_string)
        return rt_json_text(value->text);
    if (attribute->kind == &rt_value_names)
        return list_names(value);
    if (attribute->kind == &rt_value_parts)
        return list_parts(attribute, value);
    if (attribute->kind == &rt_value_properties)
        return list_properties(value);
    return print_value(context, attribute, value);
}

static json_t *
export_object(const RtValueContext *context, const RtObject *object)
{
    json_t *attributes = json_object(), *children = json_array();
    for (unsigned i = 0; i < object->n_values; i++) {
        const RtValue *value = &object->values[i];
        const RtAttribute *attribute = &object->form->attributes[value->row];
        json_object_set_new(attributes, attribute->name, export_value(context, attribute, value));
    }
    for (unsigned i = 0; i < object->n_children; i++)
        json_array_append_new(children, export_object(context, object->children[i]));
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "kind", rt_kind_name(rt_object_kind(object)),
                     "form", object->form->name, "name",
                     rt_json_text(object->name ? object->name->text : NULL), "schema",
                     rt_json_text(object->name ? object->name->schema : NULL), "attributes",
                     attributes, "children", children);
}

json_t *
rt_export_json(const RtDialect *dialect, const RtCatalog *catalog)
{
    json_t *objects = json_array();
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (object)
            json_array_append_new(objects, export_object(rt_catalog_context(catalog), object));
    }
    return json_pack("{s:s, s:o}", "dialect", dialect->name, "objects", objects);
}

json_t *
rt_export_object(const RtCatalog *catalog, const RtObject *object)
{
    return export_object(rt_catalog_context(catalog), object);
}
