/* The schema of a memory database as text and as a catalog of another model. */
#include "memory/memory.h"

#include "dialect/parse.h"
#include "dialect/render.h"
#include "memory/database.h"
#include "op/schemas.h"
#include "sql/split.h"

bool
rt_memory_show_schema(RtMemory *memory, RtMemoryStatement *statement, GError **error)
{
    static const char *const names[] = { "sql" };
    g_autoptr(GString) sql = g_string_new(NULL);
    if (!rt_render_catalog(memory->dialect, &memory->server, memory->catalog, sql, error))
        return false;
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtText *text = rt_text_new(arena, "<schema>", sql->str, sql->len);
    RtSplitter splitter;
    RtStatement one;
    rt_splitter_init(&splitter, memory->dialect->lexicon, text);
    while (statement->row && rt_splitter_next(&splitter, &one, error)) {
        const char *value =
            rt_arena_copy(arena, text->data + one.span.start, one.span.end - one.span.start);
        if (!statement->row(statement->data, 1, &value, names))
            break;
    }
    return true;
}

static void
mark_changing(const RtMemory *memory, RtCatalog *catalog)
{
    for (unsigned i = 0; i < memory->jobs->len; i++) {
        const RtMemoryJob *job = &g_array_index(memory->jobs, RtMemoryJob, i);
        if (job->state != RT_JOB_RUNNING)
            continue;
        RtModel *model = rt_catalog_model(catalog);
        const RtName *name = rt_model_name(model, memory->dialect->rules->fold[RT_KIND_TABLE],
                                           job->table->schema, job->table->text);
        const RtObject *object = rt_catalog_find(catalog, RT_KIND_TABLE, name);
        if (!object)
            continue;
        RtObject *copy = rt_object_copy(rt_model_arena(model), object);
        copy->flags |= RT_OBJECT_CHANGING;
        rt_catalog_replace(catalog, object, copy);
    }
}

/* Loads what `own`, of the memory database's model, holds into a catalog of another model. */
static bool
load_copy(RtMemory *memory, RtCatalog *own, RtCatalog *catalog, GPtrArray *notes, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    if (!rt_render_catalog(memory->dialect, &memory->server, own, sql, error))
        return false;
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    const RtText *text =
        rt_text_new(arena, "<memory>", rt_arena_copy(arena, sql->str, sql->len), sql->len);
    RtLoad load = {
        .dialect = memory->dialect, .server = &memory->server, .from_server = true, .notes = notes
    };
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    if (!rt_load_text(&load, catalog, text, deferred, error) ||
        !rt_load_finish(&load, catalog, deferred, error))
        return false;
    mark_changing(memory, catalog);
    return true;
}

static RtCatalog *
find_catalog(RtConnection *connection, GError **error)
{
    RtCatalog *own = rt_memory_catalog(connection);
    if (!own)
        rt_error_set(error, RT_ERROR_UNSUPPORTED, "this connection is no memory database");
    return own;
}

/* Whether an object is in the default schema or in one that is asked for. */
static bool
is_listed(const RtObject *object, const char *const *schemas)
{
    if (rt_object_kind(object) == RT_KIND_DATABASE)
        return rt_schemas_hold(schemas, object->name->text);
    return !object->name->schema || rt_schemas_hold(schemas, object->name->schema);
}

bool
rt_memory_reflect(RtConnection *connection, RtCatalog *catalog, const char *const *schemas,
                  GPtrArray *notes, GError **error)
{
    RtMemory *memory = (RtMemory *) connection;
    RtCatalog *own = find_catalog(connection, error);
    if (!own)
        return false;
    if (!(memory->dialect->capabilities & RT_URL_NAMES_SCHEMA))
        return load_copy(memory, own, catalog, notes, error);
    g_autoptr(RtCatalog) listed =
        rt_catalog_new(rt_catalog_model(own), memory->dialect->rules, memory->dialect->lexicon);
    for (unsigned i = 0; i < rt_catalog_size(own); i++) {
        const RtObject *object = rt_catalog_at(own, i);
        if (object && is_listed(object, schemas))
            rt_catalog_add(listed, object);
    }
    return load_copy(memory, listed, catalog, notes, error);
}

/* The object of this name, or the one that the index or trigger of this name is on. */
static const RtObject *
find_top(const RtMemory *memory, const RtCatalog *own, const RtName *name)
{
    static const RtKind kinds[] = { RT_KIND_TABLE, RT_KIND_VIEW, RT_KIND_MATERIALIZED_VIEW };
    static const RtKind child_kinds[] = { RT_KIND_INDEX, RT_KIND_TRIGGER };
    RtModel *model = rt_catalog_model(own);
    const RtFold *fold = memory->dialect->rules->fold;
    const RtObject *child, *found = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(child_kinds) && !found; i++)
        found = rt_catalog_find_owner(
            own, child_kinds[i],
            rt_model_name(model, fold[child_kinds[i]], name->schema, name->text), &child);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds) && !found; i++)
        found = rt_catalog_find(own, kinds[i],
                                rt_model_name(model, fold[kinds[i]], name->schema, name->text));
    return found;
}

static const RtObject *
find_database(const RtMemory *memory, const RtCatalog *own, const RtName *name)
{
    const RtRules *rules = memory->dialect->rules;
    if (name->schema || !(memory->dialect->capabilities & RT_URL_NAMES_SCHEMA))
        return NULL;
    return rt_catalog_find(
        own, RT_KIND_DATABASE,
        rt_model_name(rt_catalog_model(own), rules->fold[RT_KIND_DATABASE], NULL, name->text));
}

bool
rt_memory_reflect_some(RtConnection *connection, RtCatalog *catalog, const RtName *const *names,
                       unsigned n, GError **error)
{
    RtMemory *memory = (RtMemory *) connection;
    RtCatalog *own = find_catalog(connection, error);
    if (!own)
        return false;
    g_autoptr(RtCatalog) some =
        rt_catalog_new(rt_catalog_model(own), memory->dialect->rules, memory->dialect->lexicon);
    for (unsigned i = 0; i < n; i++) {
        const RtObject *found[] = { find_top(memory, own, names[i]),
                                    find_database(memory, own, names[i]) };
        for (size_t j = 0; j < G_N_ELEMENTS(found); j++)
            if (found[j] && !rt_catalog_find(some, rt_object_kind(found[j]), found[j]->name))
                rt_catalog_add(some, found[j]);
    }
    return load_copy(memory, some, catalog, NULL, error);
}
