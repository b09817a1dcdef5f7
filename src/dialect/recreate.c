/*
 * What cannot be altered is made anew: built beside, filled, checked, swapped. Each statement is a
 * step of its own, so that a run that dies goes on where it was; a dialect supplies the statements.
 */
#include "dialect/recreate.h"

#include "dialect/depend.h"
#include "dialect/engine.h"

#include <string.h>

/* ---- what is made -----------------------------------------------------------------------------
 */

typedef struct Heirloom {
    const RtDialect *dialect;
    const RtValueContext *context;
    RtArena *arena;
    const RtObject *before, *declared;
} Heirloom;

static bool
inherits(const Heirloom *heirloom, unsigned row, const char *key)
{
    const RtRecreation *recreation = heirloom->dialect->recreation;
    return !recreation->inherits ||
           recreation->inherits(heirloom->context, heirloom->before, heirloom->declared, row, key);
}

static bool
has_key(const RtValue *map, const char *key)
{
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (map->properties[i].key == key)
            return true;
    }
    return false;
}

/* Properties that are declared, and behind them those that only the old object has. */
static const RtObject *
inherit_properties(const Heirloom *heirloom, const RtObject *object, const RtValue *old)
{
    const RtValue *now = rt_object_value(object, old->row);
    uint32_t n = now ? now->length : 0;
    RtProperty *properties = rt_arena_new_array(heirloom->arena, RtProperty, n + old->length);
    if (n)
        memcpy(properties, now->properties, n * sizeof *properties);
    for (uint32_t i = 0; i < old->length; i++) {
        const RtProperty *property = &old->properties[i];
        if (property->origin == RT_ORIGIN_STATED && !has_key(now, property->key) &&
            inherits(heirloom, old->row, property->key))
            properties[n++] = *property;
    }
    RtValue value = *old;
    value.properties = properties;
    value.length = n;
    return n ? rt_object_with_value(heirloom->arena, object, &value) : object;
}

static const RtObject *
inherit_value(const Heirloom *heirloom, const RtObject *object, const RtValue *old)
{
    const RtAttribute *row = &object->form->attributes[old->row];
    const RtValue *now = rt_object_value(object, old->row);
    if (row->silence != RT_SILENCE_UNMANAGED || old->origin != RT_ORIGIN_STATED)
        return object;
    if (row->comes_with_rows) /* the rows need what is there, whatever is declared */
        return inherits(heirloom, old->row, NULL)
                   ? rt_object_with_value(heirloom->arena, object, old)
                   : object;
    if (row->kind == &rt_value_properties)
        return inherit_properties(heirloom, object, old);
    return !now && inherits(heirloom, old->row, NULL)
               ? rt_object_with_value(heirloom->arena, object, old)
               : object;
}

/* What is implied by what is declared need not be by what is inherited. */
static const RtObject *
strip_implied(RtArena *arena, const RtObject *declared)
{
    const RtObject *object = declared;
    for (unsigned i = declared->n_values; i-- > 0;) {
        if (declared->values[i].origin != RT_ORIGIN_STATED)
            object = rt_object_without_value(arena, object, declared->values[i].row);
    }
    return object;
}

const RtObject *
rt_recreate_compose(const RtDialect *dialect, const RtServer *server, const RtCatalog *catalog,
                    const RtObject *before, const RtObject *declared)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    Heirloom heirloom = { dialect, rt_catalog_context(catalog), arena, before, declared };
    const RtObject *object = strip_implied(arena, declared);
    for (unsigned i = 0; i < before->n_values; i++)
        object = inherit_value(&heirloom, object, &before->values[i]);
    RtObject *whole = rt_object_copy(arena, object);
    whole->name = before->name;
    whole->renamed_from = NULL;
    if (dialect->complete)
        dialect->complete(dialect, server, catalog, whole);
    return whole;
}

const RtName *
rt_recreate_name(const RtCatalog *catalog, const RtCatalog *other, const RtObject *object,
                 const char *suffix)
{
    RtModel *model = rt_catalog_model(catalog);
    RtKind kind = rt_object_kind(object);
    RtFold fold = rt_catalog_context(catalog)->rules->fold[kind];
    for (unsigned i = 1;; i++) {
        g_autofree char *text = i == 1 ? g_strdup_printf("%s__%s", object->name->text, suffix)
                                       : g_strdup_printf("%s__%s%u", object->name->text, suffix, i);
        const RtName *name = rt_model_name(model, fold, object->name->schema, text);
        if (!rt_catalog_find(catalog, kind, name) && !rt_catalog_find(other, kind, name))
            return name;
    }
}

/* ---- small things -----------------------------------------------------------------------------
 */

void
rt_renderer_direct(RtRenderer *renderer, const char *directive)
{
    rt_renderer_emit(renderer, RT_RENDERED_DIRECTIVE, directive);
}

void
rt_renderer_comment(RtRenderer *renderer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    rt_renderer_emit(renderer, RT_RENDERED_COMMENT, text);
}

static char *
print_name(const RtRenderer *renderer, const RtName *name)
{
    GString *text = g_string_new(NULL);
    rt_render_name(text, renderer->dialect, name);
    return g_string_free(text, FALSE);
}

/* ---- the plan ---------------------------------------------------------------------------------
 */

/* "read by view v, materialized view m": what is there after the swap as it was before. */
static void
record_readers(RtRenderer *renderer, const RtObject *object)
{
    g_autoptr(GPtrArray) readers = g_ptr_array_new();
    g_autoptr(GString) text = g_string_new(NULL);
    rt_depend_readers(renderer->dialect, renderer->catalog, object, readers);
    for (unsigned i = 0; i < readers->len; i++) {
        const RtObject *reader = readers->pdata[i];
        g_autofree char *name = print_name(renderer, reader->name);
        g_string_append_printf(text, "%s%s %s", i ? ", " : "", reader->form->name, name);
    }
    if (readers->len)
        rt_renderer_comment(renderer, "Read by %s.", text->str);
}

static void
introduce(RtRenderer *renderer, const RtOp *op, const RtObject *before)
{
    g_autofree char *name = print_name(renderer, before->name);
    const char *reason = op->beside->reason;
    bool has_rows = op->beside->kept;
    rt_renderer_comment(renderer, "%s %s is made anew%s%s: built beside, %s, swapped.",
                        before->form->name, name, reason ? ", since " : "", reason ? reason : "",
                        has_rows ? "filled, counted" : "brought up to date");
    if (has_rows)
        rt_renderer_comment(renderer,
                            "WRITES TO %s MUST STOP before this and until the swap: what is "
                            "written meanwhile may be missing.",
                            name);
    record_readers(renderer, before);
}

static void
create_beside(RtRenderer *renderer, const RtObject *after, const RtName *beside)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    rt_render_object_create(sql, renderer, after, beside, 0);
    rt_renderer_emit(renderer, RT_RENDERED_STATEMENT, sql->str);
}

static void
compare_counts(RtRenderer *renderer, const RtName *name, const RtName *beside)
{
    g_autofree char *old = print_name(renderer, name), *new = print_name(renderer, beside);
    g_autofree char *directive = g_strdup_printf(
        "assert SELECT (SELECT count(*) FROM %s) = (SELECT count(*) FROM %s)", old, new);
    rt_renderer_direct(renderer, directive);
}

static void
give_rights(RtRenderer *renderer, const RtOp *op, const char *name)
{
    const RtBeside *beside = op->beside;
    if (!renderer->dialect->recreation->read_rights)
        return;
    if (!beside->rights)
        rt_renderer_comment(renderer,
                            "Grants stay with the old one and could not be read here%s%s. Grant "
                            "them again on %s.",
                            beside->rights_problem ? ": " : "",
                            beside->rights_problem ? beside->rights_problem : "", name);
    for (unsigned i = 0; beside->rights && beside->rights[i]; i++) {
        rt_renderer_direct(renderer, "idempotent");
        rt_renderer_emit(renderer, RT_RENDERED_STATEMENT, beside->rights[i]);
    }
}

static bool
render_forward(RtRenderer *renderer, const RtOp *op, const RtObject *before)
{
    const RtRecreation *recreation = renderer->dialect->recreation;
    const RtName *kept = op->beside->kept;
    const RtName *beside = rt_recreate_name(renderer->catalog, renderer->catalog, before, "new");
    introduce(renderer, op, before);
    create_beside(renderer, op->after, beside);
    recreation->fill(renderer, before, op->after, beside);
    if (kept)
        compare_counts(renderer, before->name, beside);
    recreation->swap(renderer, op->after, beside, kept);
    g_autofree char *name = print_name(renderer, before->name);
    give_rights(renderer, op, name);
    if (!kept)
        return true;
    g_autofree char *old = print_name(renderer, kept);
    rt_renderer_comment(renderer,
                        "%s keeps the rows as they were. When nobody needs them: DROP TABLE %s",
                        old, old);
    return true;
}

static bool
render_back(RtRenderer *renderer, const RtOp *op)
{
    const RtName *kept = op->beside->kept;
    g_autofree char *old = print_name(renderer, kept), *name = print_name(renderer, op->name);
    g_autofree char *condition = g_strdup_printf("if not exists table %s", old);
    g_autofree char *reason = g_strdup_printf(
        "irreversible %s, which kept the rows of %s as they were, is no longer there", old, name);
    rt_renderer_comment(renderer, "WRITES TO %s MUST STOP: what was written since is dropped.",
                        name);
    rt_renderer_direct(renderer, condition);
    rt_renderer_direct(renderer, reason);
    rt_renderer_direct(renderer, "end");
    renderer->dialect->recreation->swap_back(renderer, op->after, kept);
    return true;
}

bool
rt_render_recreate(RtRenderer *renderer, const RtOp *op, GError **error)
{
    const RtObject *before = rt_catalog_find(renderer->catalog, op->kind, op->name);
    if (!before) {
        g_autofree char *what = rt_op_describe(op, renderer->catalog);
        rt_error_set(error, RT_ERROR_REJECTED, "cannot %s: it does not exist", what);
        return false;
    }
    return op->flags & RT_OP_BACK ? render_back(renderer, op)
                                  : render_forward(renderer, op, before);
}
