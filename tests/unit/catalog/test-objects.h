/* Objects of the rules of test-rules.h, made from short texts. */
#pragma once

#include "catalog/catalog.h"

#include "test-rules.h"

/* A name of the model "main", "schema.name" being one with a schema. */
static inline const RtName *
test_name(RtCatalog *catalog, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ".", 2);
    return parts[1] ? rt_model_name(rt_catalog_model(catalog), RT_FOLD_ASCII, parts[0], parts[1])
                    : rt_model_name(rt_catalog_model(catalog), RT_FOLD_ASCII, NULL, text);
}

/* The value of one attribute as `text` has it. */
static inline const RtValue *
test_value(RtCatalog *catalog, const RtForm *form, unsigned row, const char *text)
{
    RtValue *value = rt_arena_new_object(rt_model_arena(rt_catalog_model(catalog)), RtValue);
    value->row = (uint16_t) row;
    g_autoptr(GError) error = NULL;
    bool parsed = rt_value_from_text(rt_catalog_context(catalog), &form->attributes[row], text,
                                     value, &error);
    g_assert_no_error(error);
    g_assert_true(parsed);
    return value;
}

/* `values` are as many texts as the form has attributes, NULL for an absent one, or NULL. */
static inline RtObject *
test_object(RtCatalog *catalog, const RtForm *form, const char *name, const char *const *values)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    RtObject *object = rt_arena_new_object(arena, RtObject);
    object->form = form;
    object->name = name ? test_name(catalog, name) : NULL;
    const RtObject *made = object;
    for (unsigned row = 0; values && row < form->n_attributes; row++) {
        if (values[row])
            made = rt_object_with_value(arena, made, test_value(catalog, form, row, values[row]));
    }
    return (RtObject *) made;
}

#define TEST_OBJECT(catalog, form, name, ...)                                                      \
    test_object(catalog, form, name, (const char *const[16]){ __VA_ARGS__ })

/* A table of columns "name TYPE" split by commas. */
static inline const RtObject *
test_table_of(RtCatalog *catalog, const char *name, const char *columns)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    const RtObject *table = test_object(catalog, &test_table, name, NULL);
    g_auto(GStrv) parts = g_strsplit(columns, ",", -1);
    for (char **part = parts; *part; part++) {
        g_auto(GStrv) words = g_strsplit(g_strstrip(*part), " ", 2);
        const RtObject *column =
            TEST_OBJECT(catalog, &test_column, words[0], words[1] ? words[1] : "INT");
        table = rt_object_with_child(arena, table, column, table->n_children);
    }
    return table;
}

/* Objects that a catalog held at some time; they never change. */
static inline GPtrArray *
test_snapshot(const RtCatalog *catalog)
{
    GPtrArray *objects = g_ptr_array_new();
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        if (rt_catalog_at(catalog, i))
            g_ptr_array_add(objects, (gpointer) rt_catalog_at(catalog, i));
    }
    return objects;
}

/* Fails unless the catalog holds equal objects, finds each by name, and finds their children. */
static inline void
test_assert_same(const RtCatalog *catalog, const GPtrArray *snapshot)
{
    const RtValueContext *context = rt_catalog_context(catalog);
    g_assert_cmpuint(rt_catalog_count(catalog), ==, snapshot->len);
    for (unsigned i = 0; i < snapshot->len; i++) {
        const RtObject *object = g_ptr_array_index(snapshot, i);
        const RtObject *found = rt_catalog_find(catalog, rt_object_kind(object), object->name);
        g_assert_nonnull(found);
        g_assert_true(rt_object_equal(context, found, object));
        for (unsigned j = 0; j < object->n_children; j++) {
            const RtObject *child = object->children[j], *found_child = NULL;
            if (!child->name || !context->rules->space[rt_object_kind(child)])
                continue;
            g_assert_true(rt_catalog_find_owner(catalog, rt_object_kind(child), child->name,
                                                &found_child) == found);
            g_assert_true(rt_object_equal(context, found_child, child));
        }
    }
}
