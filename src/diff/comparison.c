/* The whole comparison: renames, then everything by name, then suggestions, order and groups. */
#include "diff/comparison.h"

#include "diff/order.h"

#include <stdarg.h>

const char *
rt_comparison_name(const RtComparison *comparison, const RtName *owner, const RtName *name)
{
    const RtName *top = owner ? owner : name;
    const char *schema = top && top->schema ? top->schema : "";
    return rt_arena_printf(comparison->arena, "%s%s%s%s%s", schema, *schema ? "." : "",
                           top ? top->text : "", owner && name ? "." : "",
                           owner && name ? name->text : "");
}

void
rt_comparison_note(RtComparison *comparison, const char *code, const char *object,
                   bool verbose_only, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = rt_arena_take(comparison->arena, g_strdup_vprintf(format, arguments));
    va_end(arguments);
    RtNote note = { code, object, message, verbose_only };
    g_array_append_val(comparison->diff->notes, note);
}

void
rt_comparison_refuse(RtComparison *comparison, const RtOp *op, const char *reason, const char *way)
{
    RtRefusal refusal = { *op, reason, { way } };
    g_array_append_val(comparison->diff->refusals, refusal);
}

bool
rt_comparison_includes(const RtComparison *comparison, const RtName *owner, const RtObject *object,
                       bool reflected, bool other_side_has_it)
{
    const RtDiffOptions *options = comparison->options;
    return !options->include || options->include(options->include_data, rt_object_kind(object),
                                                 owner, object->name, reflected, other_side_has_it);
}

/* What a table or view was called before the renames of this comparison. */
static const RtName *
find_first_name(const RtComparison *comparison, const RtName *name)
{
    const GArray *ops = comparison->diff->ops;
    unsigned n = 0; /* renames stand before all other operations */
    while (n < ops->len && g_array_index(ops, RtOp, n).verb == RT_VERB_RENAME)
        n++;
    while (n-- > 0) {
        const RtOp *op = &g_array_index(ops, RtOp, n);
        if (!op->owner && rt_name_equal(op->new_name, name))
            name = op->name;
    }
    return name;
}

/* The table or view as the scripts have made it, NULL: they have not. */
static const RtObject *
find_made(const RtComparison *comparison, const RtObject *object)
{
    const RtCatalog *made = comparison->options->made;
    const RtName *name = find_first_name(comparison, object->name);
    return made ? rt_catalog_find(made, rt_object_kind(object), name) : NULL;
}

static bool
was_made(const RtComparison *comparison, const RtObject *owner, const RtObject *object)
{
    const RtObject *found = find_made(comparison, owner ? owner : object);
    if (!found || !owner)
        return found != NULL;
    return rt_object_find_child(found, rt_object_kind(object), object->name, 0) >= 0;
}

bool
rt_comparison_keeps_foreign(RtComparison *comparison, const RtObject *owner, const RtObject *object)
{
    if (!comparison->options->keep_foreign || was_made(comparison, owner, object))
        return false;
    const char *name = rt_comparison_name(comparison, owner ? owner->name : NULL, object->name);
    rt_comparison_note(comparison, "foreign", name, true,
                       "%s %s is neither declared nor made by the scripts, and kept",
                       rt_kind_name(rt_object_kind(object)), name);
    comparison->n_foreign++;
    return true;
}

bool
rt_comparison_keeps_foreign_part(RtComparison *comparison, const RtObject *owner, unsigned row,
                                 const char *key)
{
    const RtObject *made = find_made(comparison, owner);
    const RtValue *map = made && made->form == owner->form ? rt_object_value(made, row) : NULL;
    if (!comparison->options->keep_foreign)
        return false;
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (map->properties[i].key == key)
            return false;
    }
    const char *name = rt_arena_printf(comparison->arena, "%s.%s",
                                       rt_comparison_name(comparison, NULL, owner->name), key);
    rt_comparison_note(comparison, "foreign", name, true,
                       "%s %s is neither declared nor made by the scripts, and kept",
                       owner->form->attributes[row].name, name);
    comparison->n_foreign++;
    return true;
}

static void
note_foreign(RtComparison *comparison)
{
    unsigned n = comparison->n_foreign;
    if (n == 0)
        return;
    rt_comparison_note(comparison, "foreign", NULL, false,
                       n == 1 ? "%u object is neither declared nor made by the scripts, and kept"
                              : "%u objects are neither declared nor made by the scripts, and kept",
                       n);
}

static RtDiff *
create_diff(RtModel *model)
{
    RtDiff *diff = g_new0(RtDiff, 1);
    diff->model = model;
    diff->ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    diff->refusals = g_array_new(FALSE, TRUE, sizeof(RtRefusal));
    diff->notes = g_array_new(FALSE, TRUE, sizeof(RtNote));
    return diff;
}

RtDiff *
rt_diff_new(const RtDialect *dialect, const RtServer *server, const RtCatalog *from,
            const RtCatalog *to, const RtDiffOptions *options)
{
    static const RtDiffOptions no_options;
    RtModel *model = rt_catalog_model(to);
    g_return_val_if_fail(model == rt_catalog_model(from), NULL);
    RtComparison comparison = { .dialect = dialect,
                                .server = server,
                                .options = options ? options : &no_options,
                                .from = from,
                                .to = to,
                                .context = rt_catalog_context(to),
                                .model = model,
                                .arena = rt_model_arena(model),
                                .diff = create_diff(model) };
    rt_compare_renames(&comparison);
    rt_compare_catalogs(&comparison);
    note_foreign(&comparison);
    rt_compare_suggest(&comparison);
    RtDiff *diff = comparison.diff;
    g_autoptr(GArray) asked = g_array_copy(diff->ops);
    unsigned n_refused = diff->refusals->len;
    rt_order_refusing(dialect, server, from, diff->ops, diff->refusals);
    if (comparison.options->recreate)
        rt_compare_recreate(&comparison, asked, n_refused);
    rt_catalog_free(comparison.renamed);
    return diff;
}

void
rt_diff_free(RtDiff *diff)
{
    if (!diff)
        return;
    g_array_unref(diff->ops);
    g_array_unref(diff->refusals);
    g_array_unref(diff->notes);
    g_free(diff);
}

bool
rt_diff_is_empty(const RtDiff *diff)
{
    return diff->ops->len == 0 && diff->refusals->len == 0;
}
