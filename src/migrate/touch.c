/* Finds the objects that a statement touches, and keeps how they were. */
#include "migrate/touch.h"

#include "dialect/effect.h"
#include "dialect/render.h"
#include "migrate/assess.h"
#include "sql/tokens.h"

#include <jansson.h>
#include <string.h>

static void
clear_object(void *data)
{
    RtTouchedObject *object = data;
    g_free(object->schema);
    g_free(object->name);
    g_free(object->mark);
}

RtTouch *
rt_touch_new(void)
{
    RtTouch *touch = g_new0(RtTouch, 1);
    touch->objects = g_array_new(FALSE, TRUE, sizeof(RtTouchedObject));
    g_array_set_clear_func(touch->objects, clear_object);
    return touch;
}

void
rt_touch_free(RtTouch *touch)
{
    if (!touch)
        return;
    g_array_unref(touch->objects);
    g_free(touch->ddl);
    g_free(touch->blocker);
    g_free(touch);
}

const RtName *
rt_touch_name(const RtDialect *dialect, RtModel *model, const RtTouchedObject *object)
{
    return rt_model_name(model, dialect->rules->fold[object->kind], object->schema, object->name);
}

/* ---- finding ----------------------------------------------------------------------------------
 */

static void
add_object(RtTouch *touch, RtTouchedObject object, const RtName *name)
{
    for (guint i = 0; i < touch->objects->len; i++) {
        RtTouchedObject *known = &g_array_index(touch->objects, RtTouchedObject, i);
        if (known->kind == object.kind && strcmp(known->name, name->text) == 0 &&
            g_strcmp0(known->schema, name->schema) == 0) {
            known->has_jobs = known->has_jobs || object.has_jobs;
            known->may_wait = known->may_wait || object.may_wait;
            return;
        }
    }
    object.schema = g_strdup(name->schema);
    object.name = g_strdup(name->text);
    g_array_append_val(touch->objects, object);
}

/* Tables are made and dropped at once, and views have no rows that a job could write. */
static bool
may_wait(const RtOp *op)
{
    bool is_whole = !op->owner && (op->verb == RT_VERB_CREATE || op->verb == RT_VERB_DROP);
    return op->kind != RT_KIND_VIEW && op->kind != RT_KIND_DATABASE &&
           !(op->kind == RT_KIND_TABLE && is_whole);
}

bool
rt_touch_is_part(const RtOp *op)
{
    return op->kind == RT_KIND_ATTRIBUTE && op->form && op->form->attributes[op->row].is_data;
}

/* Of what a second time would take back, or be refused for, no job of others may decide. */
static bool
may_have_jobs(const RtRunner *runner, const RtCatalog *catalog, const RtOp *op)
{
    const RtDatabase *database = runner->database;
    if (op->verb == RT_VERB_RENAME || !may_wait(op))
        return false;
    return !rt_touch_is_part(op) ||
           rt_effect(database->dialect, &database->server, catalog, op).runs != RT_RUNS_METADATA;
}

/* The objects in the catalog's first rank: the table of a child, else the object, and its new name.
 */
static void
add_op(const RtRunner *runner, RtTouch *touch, const RtCatalog *catalog, const RtOp *op)
{
    const RtObject *child = NULL;
    RtTouchedObject object = { .kind = op->kind == RT_KIND_ATTRIBUTE ? RT_KIND_TABLE : op->kind,
                               .has_jobs = may_have_jobs(runner, catalog, op),
                               .may_wait = may_wait(op) };
    if (op->owner) {
        object.kind = RT_KIND_TABLE;
        add_object(touch, object, op->owner);
        return;
    }
    if (!op->name)
        return;
    const RtObject *owner = rt_catalog_find_owner(catalog, object.kind, op->name, &child);
    if (owner) {
        object.kind = rt_object_kind(owner);
        add_object(touch, object, owner->name);
        return;
    }
    add_object(touch, object, op->name);
    if (op->new_name && !rt_touch_is_part(op))
        add_object(touch, object, op->new_name);
}

/* Adds the entries of a map that an operation changes, where a server lists them by name. */
static void
add_entries(RtTouch *touch, const RtDialect *dialect, RtModel *model, const RtOp *op)
{
    RtKind kind = rt_touch_is_part(op) ? op->form->attributes[op->row].entry_kind : 0;
    const char *const texts[] = { op->property, op->new_name ? op->new_name->text : NULL };
    for (size_t i = 0; kind && i < G_N_ELEMENTS(texts); i++) {
        RtTouchedObject entry = { .kind = kind };
        if (texts[i])
            add_object(
                touch, entry,
                rt_model_name(model, dialect->rules->fold[kind], op->name->schema, texts[i]));
    }
}

/* All names that operations give; whose they are the target knows. */
static void
add_names(GPtrArray *names, const GArray *ops)
{
    for (guint i = 0; i < ops->len; i++) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        const RtName *const given[] = { op->owner, op->owner ? NULL : op->name,
                                        op->owner ? NULL : op->new_name };
        for (size_t j = 0; j < G_N_ELEMENTS(given); j++) {
            if (given[j])
                g_ptr_array_add(names, (void *) given[j]);
        }
    }
}

GPtrArray *
rt_touch_names(const RtDialect *dialect, RtModel *model, const RtTouch *touch)
{
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; i < touch->objects->len; i++)
        g_ptr_array_add(names,
                        (void *) rt_touch_name(dialect, model,
                                               &g_array_index(touch->objects, RtTouchedObject, i)));
    return names;
}

static RtTouchKind
classify(const GArray *ops)
{
    bool is_session = ops->len > 0, is_schema = ops->len > 0;
    for (guint i = 0; i < ops->len; i++) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        is_session = is_session && (op->flags & (RT_OP_SESSION | RT_OP_TEMPORARY));
        is_schema = is_schema && op->verb != RT_VERB_OPAQUE && !(op->flags & RT_OP_TEMPORARY);
    }
    return is_session ? RT_TOUCH_SESSION : is_schema ? RT_TOUCH_SCHEMA : RT_TOUCH_OPAQUE;
}

RtCatalog *
rt_touch_catalog(const RtDialect *dialect, RtModel *model)
{
    RtCatalog *catalog = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, true);
    return catalog;
}

RtCatalog *
rt_touch_pick(const RtDialect *dialect, const RtTouch *touch, const RtCatalog *all)
{
    RtModel *model = rt_catalog_model(all);
    RtCatalog *picked = rt_touch_catalog(dialect, model);
    for (guint i = 0; i < touch->objects->len; i++) {
        const RtTouchedObject *object = &g_array_index(touch->objects, RtTouchedObject, i);
        const RtName *name = rt_touch_name(dialect, model, object);
        const RtObject *found = rt_catalog_find(all, object->kind, name), *child;
        bool is_top = found && !rt_catalog_find_owner(all, object->kind, name, &child);
        if (is_top && !rt_catalog_find(picked, object->kind, name))
            rt_catalog_add(picked, found);
    }
    return picked;
}

static char *
describe_job(const RtTouchedObject *object, const RtJob *job)
{
    g_autofree char *progress =
        job->percent >= 0 ? g_strdup_printf(", %d %% of it done", job->percent) : g_strdup("");
    return g_strdup_printf("the job %s on %s%s", job->id, object->name, progress);
}

/* The newest job of each object, and whether it still runs. */
static void
take_jobs(RtTouch *touch, const GPtrArray *objects, RtJob *jobs)
{
    for (guint i = 0; i < objects->len; i++) {
        RtTouchedObject *object = objects->pdata[i];
        if (jobs[i].state == RT_JOB_RUNNING && !touch->blocker)
            touch->blocker = describe_job(object, &jobs[i]);
        object->mark = g_steal_pointer(&jobs[i].id);
        g_free(jobs[i].message);
    }
}

static bool
read_marks(RtRunner *runner, RtTouch *touch, RtModel *model, GError **error)
{
    const RtDialect *dialect = runner->database->dialect;
    g_autoptr(GPtrArray) objects = g_ptr_array_new(), names = g_ptr_array_new();
    for (guint i = 0; dialect->jobs && i < touch->objects->len; i++) {
        RtTouchedObject *object = &g_array_index(touch->objects, RtTouchedObject, i);
        if (!object->may_wait)
            continue;
        g_ptr_array_add(objects, object);
        g_ptr_array_add(names, (void *) rt_touch_name(dialect, model, object));
    }
    if (!names->len)
        return true;
    g_autofree RtJob *jobs = g_new0(RtJob, names->len);
    if (!dialect->jobs->find(runner->database->connection, (const RtName *const *) names->pdata,
                             NULL, names->len, jobs, error))
        return false;
    take_jobs(touch, objects, jobs);
    return true;
}

/* The DDL of the touched objects; left out where it cannot be written, then a person decides. */
static char *
print_objects(const RtRunner *runner, const RtTouch *touch, const RtCatalog *live)
{
    const RtDialect *dialect = runner->database->dialect;
    g_autoptr(RtCatalog) picked = rt_touch_pick(dialect, touch, live);
    g_autoptr(GString) ddl = g_string_new(NULL);
    g_autoptr(GError) failure = NULL;
    if (!rt_render_catalog(dialect, &runner->database->server, picked, ddl, &failure))
        return NULL;
    return g_string_free(g_steal_pointer(&ddl), FALSE);
}

RtTouch *
rt_touch_read(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
              GError **error)
{
    const RtDatabase *database = runner->database;
    g_autoptr(RtTouch) touch = rt_touch_new();
    g_autoptr(RtModel) model = rt_model_new(database->schema);
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    if (!rt_assess_parse(database->dialect, &database->server, model, migration->text, step, ops,
                         error))
        return NULL;
    touch->kind = classify(ops);
    if (touch->kind != RT_TOUCH_SCHEMA)
        return g_steal_pointer(&touch);
    for (guint i = 0; i < ops->len; i++)
        add_entries(touch, database->dialect, model, &g_array_index(ops, RtOp, i));
    g_autoptr(GPtrArray) names = rt_touch_names(database->dialect, model, touch);
    add_names(names, ops);
    g_autoptr(RtCatalog) live = rt_runner_reflect(runner, model, names, error);
    if (!live)
        return NULL;
    for (guint i = 0; i < ops->len; i++)
        add_op(runner, touch, live, &g_array_index(ops, RtOp, i));
    touch->ddl = print_objects(runner, touch, live);
    if (!read_marks(runner, touch, model, error))
        return NULL;
    return g_steal_pointer(&touch);
}

bool
rt_touch_is_of_state(const RtDatabase *database, const RtMigration *migration,
                     const RtScriptStep *step)
{
    g_autoptr(RtModel) model = rt_model_new(database->schema);
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_autoptr(GError) ignored = NULL;
    return step->kind == RT_SCRIPT_STATEMENT &&
           rt_assess_parse(database->dialect, &database->server, model, migration->text, step, ops,
                           &ignored) &&
           ops->len && g_array_index(ops, RtOp, 0).flags & RT_OP_STATE;
}

/* ---- keeping ----------------------------------------------------------------------------------
 */

char *
rt_touch_to_json(const RtTouch *touch)
{
    if (touch->kind != RT_TOUCH_SCHEMA)
        return NULL;
    json_t *objects = json_array();
    for (guint i = 0; i < touch->objects->len; i++) {
        const RtTouchedObject *object = &g_array_index(touch->objects, RtTouchedObject, i);
        json_array_append_new(objects, json_pack("{s:s, s:s?, s:s, s:b, s:s?}", "kind",
                                                 rt_kind_name(object->kind), "schema",
                                                 object->schema, "name", object->name, "jobs",
                                                 object->has_jobs, "mark", object->mark));
    }
    json_t *root = json_pack("{s:o, s:s?}", "objects", objects, "ddl", touch->ddl);
    g_autofree char *dumped = json_dumps(root, JSON_COMPACT);
    char *text = g_strdup(dumped);
    json_decref(root);
    return text;
}

static bool
find_kind(const char *name, RtKind *out_kind)
{
    for (unsigned i = 0; name && i < RT_N_KINDS; i++) {
        if (strcmp(rt_kind_name((RtKind) i), name) == 0) {
            *out_kind = (RtKind) i;
            return true;
        }
    }
    return false;
}

RtTouch *
rt_touch_from_json(const char *json)
{
    RtTouch *touch = rt_touch_new();
    json_t *root = json ? json_loads(json, 0, NULL) : NULL, *item;
    size_t index;
    touch->kind = root ? RT_TOUCH_SCHEMA : RT_TOUCH_OPAQUE;
    json_array_foreach(json_object_get(root, "objects"), index, item)
    {
        RtTouchedObject object = { 0 };
        if (!find_kind(json_string_value(json_object_get(item, "kind")), &object.kind) ||
            !json_is_string(json_object_get(item, "name"))) {
            touch->kind = RT_TOUCH_OPAQUE;
            continue;
        }
        object.name = g_strdup(json_string_value(json_object_get(item, "name")));
        object.schema = g_strdup(json_string_value(json_object_get(item, "schema")));
        object.has_jobs = !json_is_false(json_object_get(item, "jobs"));
        object.mark = g_strdup(json_string_value(json_object_get(item, "mark")));
        g_array_append_val(touch->objects, object);
    }
    touch->ddl = g_strdup(json_string_value(json_object_get(root, "ddl")));
    json_decref(root);
    return touch;
}

typedef struct NameSearch {
    const char *wanted;
    bool is_found;
} NameSearch;

static void
look_at_name(const char *name, RtToken token, RtToken previous, void *data)
{
    (void) token, (void) previous;
    NameSearch *search = data;
    search->is_found = search->is_found || g_ascii_strcasecmp(name, search->wanted) == 0;
}

bool
rt_touch_is_named(const RtDialect *dialect, const RtTouchedObject *object, const char *sql)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtText *text = rt_text_new(arena, "<statement>", sql, strlen(sql));
    NameSearch search = { .wanted = object->name };
    rt_tokens_each_name(arena, dialect->lexicon, text, look_at_name, &search);
    return search.is_found;
}
