/* See schemas.h. */
#include "op/schemas.h"

#include <string.h>

struct RtSchemas {
    GPtrArray *names;  /* of char *, NULL-ended */
    GHashTable *known; /* of the same */
};

RtSchemas *
rt_schemas_new(void)
{
    RtSchemas *schemas = g_new0(RtSchemas, 1);
    schemas->names = g_ptr_array_new_with_free_func(g_free);
    schemas->known = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(schemas->names, NULL);
    return schemas;
}

void
rt_schemas_free(RtSchemas *schemas)
{
    if (!schemas)
        return;
    g_hash_table_unref(schemas->known);
    g_ptr_array_unref(schemas->names);
    g_free(schemas);
}

void
rt_schemas_add(RtSchemas *schemas, const char *name)
{
    if (!name || g_hash_table_contains(schemas->known, name))
        return;
    char *copy = g_strdup(name);
    g_ptr_array_insert(schemas->names, (int) schemas->names->len - 1, copy);
    g_hash_table_add(schemas->known, copy);
}

static void
add_name(RtSchemas *schemas, RtKind kind, const RtName *name)
{
    if (name)
        rt_schemas_add(schemas, kind == RT_KIND_DATABASE ? name->text : name->schema);
}

void
rt_schemas_add_ops(RtSchemas *schemas, const RtOp *ops, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (ops[i].verb == RT_VERB_OPAQUE)
            continue;
        add_name(schemas, RT_KIND_TABLE, ops[i].owner);
        add_name(schemas, ops[i].kind, ops[i].name);
        add_name(schemas, ops[i].kind, ops[i].new_name);
    }
}

void
rt_schemas_add_catalog(RtSchemas *schemas, const RtCatalog *catalog)
{
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (object)
            add_name(schemas, rt_object_kind(object), object->name);
    }
}

const char *const *
rt_schemas_list(const RtSchemas *schemas)
{
    return (const char *const *) schemas->names->pdata;
}

bool
rt_schema_is_pattern(const char *name)
{
    return strpbrk(name, "*?") != NULL;
}

bool
rt_schemas_hold(const char *const *list, const char *name)
{
    for (; list && *list; list++) {
        if (g_pattern_match_simple(*list, name))
            return true;
    }
    return false;
}
