/* Loads two sources into one model, compares them, and says what each change does. */
#include "work/compare.h"

#include "dialect/parse.h"
#include "op/apply.h"
#include "op/schemas.h"
#include "revision/plan.h"
#include "state/definition.h"
#include "work/filter.h"
#include "work/interest.h"
#include "work/rights.h"

#include <string.h>

void
rt_comparison_free(RtComparison *comparison)
{
    if (!comparison)
        return;
    rt_diff_free(comparison->diff);
    g_clear_pointer(&comparison->rendered, g_array_unref);
    g_clear_pointer(&comparison->notes, g_ptr_array_unref);
    rt_catalog_free(comparison->from);
    rt_catalog_free(comparison->to);
    rt_catalog_free(comparison->made);
    rt_model_free(comparison->model);
    g_free(comparison);
}

static RtCatalog *
new_catalog(const RtComparison *comparison)
{
    return rt_catalog_new(comparison->model, comparison->dialect->rules,
                          comparison->dialect->lexicon);
}

/* `schema` is the one that names without a schema are in; NULL: the project's. */
static RtComparison *
comparison_new(RtProject *project, const RtDialect *dialect, const char *schema, GError **error)
{
    g_autoptr(RtComparison) comparison = g_new0(RtComparison, 1);
    comparison->dialect = dialect;
    if (!rt_project_server(project, dialect, &comparison->server, error))
        return NULL;
    comparison->model =
        rt_model_new(schema ? schema : rt_dialect_schema(dialect, &comparison->server));
    comparison->server.schema = rt_model_default_schema(comparison->model);
    comparison->from = new_catalog(comparison);
    comparison->to = new_catalog(comparison);
    comparison->notes = g_ptr_array_new_with_free_func(g_free);
    return g_steal_pointer(&comparison);
}

/*
 * A database that is there and that nobody declares is nobody's business here, and the default one
 * is there whoever declares it.
 */
static void
forget_databases(RtComparison *comparison)
{
    const char *own = rt_model_default_schema(comparison->model);
    for (unsigned i = 0; i < rt_catalog_size(comparison->from); i++) {
        const RtObject *object = rt_catalog_at(comparison->from, i);
        if (object && rt_object_kind(object) == RT_KIND_DATABASE &&
            !rt_catalog_find(comparison->to, RT_KIND_DATABASE, object->name) &&
            !(comparison->made &&
              rt_catalog_find(comparison->made, RT_KIND_DATABASE, object->name)))
            rt_catalog_remove(comparison->from, object);
    }
    for (unsigned i = 0; own && i < rt_catalog_size(comparison->to); i++) {
        const RtObject *object = rt_catalog_at(comparison->to, i);
        if (object && rt_object_kind(object) == RT_KIND_DATABASE &&
            g_str_equal(object->name->text, own))
            rt_catalog_remove(comparison->to, object);
    }
}

/* The effects are asked for in the state before each operation. */
static bool
find_effects(RtComparison *comparison, GError **error)
{
    GArray *ops = comparison->diff->ops;
    RtArena *arena = rt_model_arena(comparison->model);
    comparison->effects = rt_arena_new_array(arena, RtEffect, ops->len + 1);
    size_t mark = rt_catalog_mark(comparison->from);
    bool is_applied = true;
    for (unsigned i = 0; i < ops->len && is_applied; i++) {
        RtOp *op = &g_array_index(ops, RtOp, i);
        if (comparison->dialect->effect)
            comparison->effects[i] = comparison->dialect->effect(
                comparison->dialect, &comparison->server, comparison->from, op);
        is_applied = rt_apply(comparison->from, op, error);
    }
    rt_catalog_undo(comparison->from, mark);
    return is_applied;
}

static bool
is_attribute_managed(const RtDialect *dialect, const RtAttribute *attribute, RtSettings *settings,
                     bool *out_is_managed, GError **error)
{
    const char *value;
    if (!rt_settings_get(settings, dialect->name, attribute->name, &value, error))
        return false;
    *out_is_managed = value ? strcmp(value, "managed") == 0 : attribute->is_managed;
    if (!value || *out_is_managed || strcmp(value, "unmanaged") == 0)
        return true;
    rt_settings_error(settings, dialect->name, attribute->name, error,
                      "`%s` is neither managed nor unmanaged", value);
    return false;
}

/* Which attributes that are data the dialect's section has compared. */
static bool
read_managed(const RtComparison *comparison, RtSettings *settings, RtDiffOptions *options,
             GError **error)
{
    const RtDialect *dialect = comparison->dialect;
    g_autoptr(GPtrArray) managed = g_ptr_array_new();
    for (const RtForm *const *form = dialect->forms; form && *form; form++) {
        for (unsigned row = 0; row < (*form)->n_attributes; row++) {
            const RtAttribute *attribute = &(*form)->attributes[row];
            bool is_managed;
            if (!attribute->is_data)
                continue;
            if (!is_attribute_managed(dialect, attribute, settings, &is_managed, error))
                return false;
            if (is_managed)
                g_ptr_array_add(managed, (void *) attribute->name);
        }
    }
    g_ptr_array_add(managed, NULL);
    options->managed =
        rt_arena_memdup(rt_model_arena(comparison->model), (const char *) managed->pdata,
                        managed->len * sizeof(char *));
    return true;
}

static bool
finish(RtComparison *comparison, const char *const *own, const RtDiffOptions *options,
       const RtDatabase *database, GError **error)
{
    rt_catalog_remove_own(comparison->from, own);
    rt_catalog_remove_own(comparison->to, own);
    forget_databases(comparison);
    rt_catalog_forget(comparison->from);
    rt_catalog_forget(comparison->to);
    comparison->diff = rt_diff_new(comparison->dialect, &comparison->server, comparison->from,
                                   comparison->to, options);
    rt_comparison_read_rights(comparison, database);
    comparison->rendered = g_array_new(FALSE, FALSE, sizeof(RtRendered));
    GArray *ops = comparison->diff->ops;
    if (!rt_render(comparison->dialect, &comparison->server, comparison->from, (RtOp *) ops->data,
                   ops->len, comparison->rendered, error) ||
        !find_effects(comparison, error))
        return false;
    rt_render_activations(comparison->dialect, comparison->from, (RtOp *) ops->data,
                          comparison->effects, ops->len, comparison->rendered);
    return true;
}

/* The dialect of both: what one of two sources says counts for the other. */
static const RtDialect *
find_dialect(const RtSourceContext *sources, const char *from, const char *to, GError **error)
{
    g_autoptr(GError) failure = NULL;
    const RtDialect *dialect = rt_source_dialect(sources, from, &failure);
    const RtDialect *other = to ? rt_source_dialect(sources, to, dialect ? NULL : error) : dialect;
    if (!dialect && !to)
        g_propagate_error(error, g_steal_pointer(&failure));
    if (dialect && other && other != dialect) {
        rt_error_set(error, RT_ERROR_CONFIG, "%s is in the dialect %s, %s in %s", from,
                     dialect->name, to, other->name);
        return NULL;
    }
    return dialect ? dialect : other;
}

/* The schemas of a database that are read beside its default: configured, or named by others. */
static RtSchemas *
find_schemas(const RtSourceContext *sources, const RtCatalog *declared, const RtCatalog *made)
{
    RtSchemas *schemas = rt_schemas_new();
    for (const char *const *name = sources->schemas; name && *name; name++)
        rt_schemas_add(schemas, *name);
    rt_schemas_add_catalog(schemas, declared);
    if (made)
        rt_schemas_add_catalog(schemas, made);
    return schemas;
}

/* `source` NULL is the declared schema. */
static bool
load_source(RtProject *project, RtComparison *comparison, const RtSourceContext *context,
            const char *source, RtCatalog *catalog, GError **error)
{
    GPtrArray *problems = rt_project_problems(project);
    return source ? rt_source_load(context, source, catalog, problems, comparison->notes, error)
                  : rt_project_load_schema(project, catalog, problems, comparison->notes, error);
}

/* Texts first: they say which schemas of a database are read. */
static bool
load_sources(RtProject *project, RtComparison *comparison, const RtSourceContext *sources,
             const char *from, const char *to, GError **error)
{
    bool to_first = rt_source_is_url(from) && !(to && rt_source_is_url(to));
    RtCatalog *first = to_first ? comparison->to : comparison->from;
    RtCatalog *second = to_first ? comparison->from : comparison->to;
    RtSourceContext context = *sources;
    context.dialect = comparison->dialect;
    context.server = comparison->server;
    if (!load_source(project, comparison, &context, to_first ? to : from, first, error))
        return false;
    g_autoptr(RtSchemas) schemas = find_schemas(sources, first, NULL);
    context.schemas = rt_schemas_list(schemas);
    return load_source(project, comparison, &context, to_first ? from : to, second, error);
}

/* The default schema of the first of the sources that is a URL; NULL: none is. */
static char *
find_source_schema(const RtSourceContext *sources, const RtDialect *dialect, const char *from,
                   const char *to)
{
    if (rt_source_is_url(from))
        return rt_source_schema(sources, dialect, from);
    return to && rt_source_is_url(to) ? rt_source_schema(sources, dialect, to) : NULL;
}

RtComparison *
rt_compare_sources(RtProject *project, const char *from, const char *to, GError **error)
{
    RtDiffOptions everything = { 0 };
    const RtSourceContext *sources = rt_project_sources(project, error);
    const RtDialect *dialect = sources ? find_dialect(sources, from, to, error) : NULL;
    if (!dialect)
        return NULL;
    g_autofree char *schema = find_source_schema(sources, dialect, from, to);
    g_autoptr(RtComparison) comparison = comparison_new(project, dialect, schema, error);
    if (!comparison ||
        !read_managed(comparison, rt_project_settings(project), &everything, error) ||
        !load_sources(project, comparison, sources, from, to, error) ||
        !finish(comparison, sources->own, &everything, NULL, error))
        return NULL;
    return g_steal_pointer(&comparison);
}

static RtFilter *
new_filter(RtProject *project, const RtComparison *comparison, GError **error)
{
    return rt_filter_new(rt_project_settings(project),
                         rt_dialect_schema(comparison->dialect, &comparison->server), error);
}

static bool
read_options(const RtComparison *comparison, RtProject *project, RtFilter *filter,
             RtDiffOptions *out_options, GError **error)
{
    RtSettings *settings = rt_project_settings(project);
    const char *foreign;
    bool compare_comments, recreate;
    if (!rt_settings_truth(settings, "autogenerate", "compare_comments", &compare_comments,
                           error) ||
        !rt_settings_truth(settings, "autogenerate", "recreate", &recreate, error) ||
        !rt_settings_get(settings, "autogenerate", "foreign", &foreign, error))
        return false;
    if (strcmp(foreign, "keep") != 0 && strcmp(foreign, "drop") != 0) {
        rt_settings_error(settings, "autogenerate", "foreign", error,
                          "`%s` is neither keep nor drop", foreign);
        return false;
    }
    *out_options = (RtDiffOptions){
        .keep_foreign = strcmp(foreign, "keep") == 0,
        .ignore_comments = !compare_comments,
        .recreate = recreate,
        .include = rt_filter_includes,
        .include_data = filter,
    };
    return read_managed(comparison, settings, out_options, error);
}

/* ---- what is read -----------------------------------------------------------------------------
 */

/* Reads the project's database. */
static bool
reflect_wanted(RtComparison *comparison, RtDatabase *database, const RtSourceContext *sources,
               const RtFilter *filter, GError **error)
{
    g_autoptr(RtSchemas) schemas = find_schemas(sources, comparison->to, comparison->made);
    RtInterest interest = { filter, comparison->to };
    RtReading reading = { rt_schemas_list(schemas), rt_interest_wants, &interest };
    return rt_database_reflect(database, comparison->from, sources->own, &reading,
                               comparison->notes, error);
}

static bool
replay_to(RtComparison *comparison, const RtSourceContext *sources, const char *const *rows,
          GError **error)
{
    comparison->made = new_catalog(comparison);
    RtSourceContext context = *sources;
    context.dialect = comparison->dialect;
    context.server = comparison->server;
    return rt_replay_rows(&context, comparison->made, rows, error);
}

/* The texts that the server has stored for those of scripts and declaration are taken for these. */
static bool
translate(RtComparison *comparison, RtState *state, GError **error)
{
    if (!rt_definitions_are_needed(comparison->dialect, &comparison->server))
        return true;
    g_autoptr(RtDefinitions) definitions = rt_definitions_read(state, &comparison->server, error);
    if (!definitions)
        return false;
    if (comparison->made)
        rt_definitions_translate(definitions, comparison->from, comparison->made, true);
    rt_definitions_translate(definitions, comparison->from, comparison->to, false);
    return true;
}

static void
add_note(RtComparison *comparison, const char *code, const char *object, const char *message)
{
    RtArena *arena = rt_model_arena(comparison->model);
    RtNote note = { .code = code,
                    .object = rt_arena_strdup(arena, object),
                    .message = rt_arena_strdup(arena, message) };
    g_array_append_val(comparison->diff->notes, note);
}

static void
note_edited_script(RtComparison *comparison, const RtRevision *revision)
{
    g_autofree char *message =
        g_strdup_printf("%s: the script of revision %s was edited after it was applied",
                        revision->path, revision->id);
    add_note(comparison, "script_edited", revision->id, message);
}

/* Scripts whose upgrade half is no longer the one that the journal says was run. */
static bool
note_edited(RtComparison *comparison, RtProject *project, const GPtrArray *journal, GError **error)
{
    RtFolder *folder = rt_project_folder(project, error);
    if (!folder)
        return false;
    g_autoptr(GHashTable) hashes = g_hash_table_new(g_str_hash, g_str_equal);
    for (unsigned i = 0; i < journal->len; i++) {
        const RtJournalRow *row = g_ptr_array_index(journal, i);
        if (!row->revision || !row->ended || row->error)
            continue;
        if (g_strcmp0(row->direction, "up") == 0)
            g_hash_table_insert(hashes, row->revision, row->hash);
        else if (g_strcmp0(row->direction, "down") == 0)
            g_hash_table_remove(hashes, row->revision);
    }
    RtRevisionList revisions = rt_graph_revisions(rt_folder_graph(folder));
    for (size_t i = 0; i < revisions.count; i++) {
        const char *hash = g_hash_table_lookup(hashes, revisions.items[i]->id);
        RtHalf half;
        const RtText *text;
        if (!hash)
            continue;
        if (!rt_folder_half(folder, rt_model_arena(comparison->model), comparison->dialect->lexicon,
                            revisions.items[i], RT_UP, &half, &text, error))
            return false;
        if (strcmp(hash, half.hash) != 0)
            note_edited_script(comparison, revisions.items[i]);
    }
    return true;
}

/* Where live and replayed schema differ, objects were changed by other hands. */
static void
note_drift(RtComparison *comparison, const RtFilter *filter)
{
    RtInterest interest = { filter, comparison->to };
    RtDiffOptions options = { .keep_foreign = true,
                              .made = comparison->made,
                              .include = rt_interest_includes,
                              .include_data = &interest };
    g_autoptr(RtDiff) drift = rt_diff_new(comparison->dialect, &comparison->server,
                                          comparison->from, comparison->made, &options);
    for (unsigned i = 0; i < drift->ops->len; i++) {
        const RtOp *op = &g_array_index(drift->ops, RtOp, i);
        g_autofree char *name = rt_op_object_name(op, comparison->from);
        g_autofree char *message = g_strdup_printf(
            "%s %s differs from what the scripts make: it was changed by other means",
            rt_kind_name(op->kind), name);
        add_note(comparison, "drift", name, message);
    }
}

/* What is known of the project's database beside its schema: its revision, its history. */
static bool
load_database(RtComparison *comparison, RtProject *project, const RtFilter *filter,
              GPtrArray **out_rows, GError **error)
{
    RtDatabase *database = rt_project_database(project, true, error);
    RtState *state = database ? rt_project_state(project, true, error) : NULL;
    const RtSourceContext *sources = state ? rt_project_sources(project, error) : NULL;
    bool exists;
    if (!sources || !(*out_rows = rt_state_read_versions(state, &exists, error)))
        return false;
    g_ptr_array_add(*out_rows, NULL);
    comparison->server = database->server;
    if (sources->folder &&
        !replay_to(comparison, sources, (const char *const *) (*out_rows)->pdata, error))
        return false;
    return reflect_wanted(comparison, database, sources, filter, error) &&
           translate(comparison, state, error);
}

/* The same of a source that is not the project's database. */
static bool
load_other(RtComparison *comparison, RtProject *project, const char *source, GError **error)
{
    const RtSourceContext *sources = rt_project_sources(project, error);
    if (!sources)
        return false;
    g_autoptr(RtSchemas) schemas = find_schemas(sources, comparison->to, NULL);
    RtSourceContext context = *sources;
    context.schemas = rt_schemas_list(schemas);
    return load_source(project, comparison, &context, source, comparison->from, error);
}

/* The revision of a run that stands open; NULL: none does. */
static const char *
find_open(const GPtrArray *journal)
{
    const RtJournalRow *last = journal->len ? journal->pdata[journal->len - 1] : NULL;
    return last && !last->ended ? last->revision : NULL;
}

static bool
note_database(RtComparison *comparison, RtProject *project, const RtFilter *filter,
              const GPtrArray *rows, GError **error)
{
    const RtSourceContext *sources = rt_project_sources(project, error);
    RtState *state = sources ? rt_project_state(project, true, error) : NULL;
    if (!state)
        return false;
    if (!sources->folder)
        return true;
    g_autoptr(GPtrArray) journal = rt_state_read_journal(state, error);
    if (!journal)
        return false;
    const char *open = find_open(journal);
    g_autofree char *standing = g_strdup_printf(
        "A run of revision %s stands open, parts of it may have run: `retort upgrade` finishes it",
        open ? open : "");
    if (open)
        add_note(comparison, "not_up_to_date", NULL, standing);
    else if (!rt_graph_is_at_heads(rt_folder_graph(sources->folder),
                                   (const char *const *) rows->pdata))
        add_note(comparison, "not_up_to_date", NULL,
                 "Target database is not up to date: `retort upgrade heads` brings it there");
    /* What an open run did is not in the replayed schema, and no other hand's work. */
    if (!open)
        note_drift(comparison, filter);
    return note_edited(comparison, project, journal, error);
}

RtComparison *
rt_compare_declared(RtProject *project, const char *from, bool recreate, GError **error)
{
    bool is_declared = rt_project_schema(project, error);
    const RtDialect *dialect = is_declared ? rt_project_dialect(project, error) : NULL;
    g_autoptr(RtComparison) comparison =
        dialect ? comparison_new(project, dialect, NULL, error) : NULL;
    g_autoptr(RtFilter) filter = comparison ? new_filter(project, comparison, error) : NULL;
    g_autoptr(GPtrArray) rows = NULL;
    RtDiffOptions options;
    if (!filter || !read_options(comparison, project, filter, &options, error))
        return NULL;
    const RtSourceContext *sources = rt_project_sources(project, error);
    if (!sources || !load_source(project, comparison, sources, NULL, comparison->to, error) ||
        !(from ? load_other(comparison, project, from, error)
               : load_database(comparison, project, filter, &rows, error)))
        return NULL;
    options.recreate |= recreate;
    /* A database shows all that it has; a text leaves out what takes no part. */
    if (from && !rt_source_is_url(from) && rt_filter_leaves_out(filter))
        rt_catalog_set_unseen(comparison->from, RT_UNSEEN_FOREIGN, true);
    /* what replay makes is never foreign, so that objects which scripts made can be dropped */
    options.made = comparison->made;
    options.keep_foreign &= rows != NULL;
    RtDatabase *database = from ? NULL : rt_project_database(project, true, error);
    if (!finish(comparison, sources->own, &options, database, error) ||
        !rt_filter_check(filter, error) ||
        (rows && !note_database(comparison, project, filter, rows, error)))
        return NULL;
    return g_steal_pointer(&comparison);
}

/* ---- a target ---------------------------------------------------------------------------------
 */

/* Whether the name of the object or of something on it is taken in the catalog. */
static bool
is_taken(const RtCatalog *catalog, const RtObject *object)
{
    const RtObject *other;
    if (rt_catalog_find(catalog, rt_object_kind(object), object->name))
        return true;
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtObject *child = object->children[i];
        if (rt_catalog_find_owner(catalog, rt_object_kind(child), child->name, &other))
            return true;
    }
    return false;
}

/* What is there, and beside it what is declared and not there. */
static void
keep_what_is_there(RtComparison *comparison)
{
    RtCatalog *declared = comparison->to;
    comparison->to = new_catalog(comparison);
    rt_catalog_set_declared(comparison->to, true);
    for (unsigned i = 0; i < rt_catalog_size(comparison->from); i++) {
        const RtObject *object = rt_catalog_at(comparison->from, i);
        if (object)
            rt_catalog_add(comparison->to, object);
    }
    for (unsigned i = 0; i < rt_catalog_size(declared); i++) {
        const RtObject *object = rt_catalog_at(declared, i);
        if (object && !is_taken(comparison->to, object))
            rt_catalog_add(comparison->to, object);
    }
    rt_catalog_free(declared);
}

static bool
load_target(RtComparison *comparison, RtProject *project, const RtSourceContext *sources,
            const char *to, const RtFilter *filter, GError **error)
{
    RtDatabase *database = rt_project_database(project, true, error);
    if (!database)
        return false;
    comparison->server = database->server;
    RtSourceContext context = *sources;
    context.dialect = comparison->dialect;
    context.server = database->server;
    if (!load_source(project, comparison, &context, to, comparison->to, error))
        return false;
    RtState *state = rt_project_state(project, true, error);
    return state && reflect_wanted(comparison, database, sources, filter, error) &&
           translate(comparison, state, error);
}

RtComparison *
rt_compare_target(RtProject *project, const char *to, bool create_only, GError **error)
{
    const RtDialect *dialect = rt_project_dialect(project, error);
    const RtSourceContext *sources = dialect ? rt_project_sources(project, error) : NULL;
    g_autoptr(RtComparison) comparison =
        sources ? comparison_new(project, dialect, NULL, error) : NULL;
    g_autoptr(RtFilter) filter = comparison ? new_filter(project, comparison, error) : NULL;
    RtDiffOptions options;
    if (!filter || !read_options(comparison, project, filter, &options, error) ||
        !load_target(comparison, project, sources, to, filter, error))
        return NULL;
    if (create_only)
        keep_what_is_there(comparison);
    RtDatabase *database = rt_project_database(project, true, error);
    if (!finish(comparison, sources->own, &options, database, error) ||
        !rt_filter_check(filter, error))
        return NULL;
    return g_steal_pointer(&comparison);
}

bool
rt_comparison_is_equal(const RtComparison *comparison)
{
    return !comparison->diff->ops->len && !comparison->diff->refusals->len;
}

char *
rt_comparison_describe(const RtComparison *comparison, const RtOp *op)
{
    g_autofree char *name = rt_op_object_name(op, comparison->from);
    return g_strdup_printf("%s %s", rt_kind_name(op->kind), name);
}
