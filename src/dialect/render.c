/* Operations in order, each from the state before it; groups, and catalogs as a whole. */
#include "dialect/render.h"

#include "dialect/depend.h"
#include "dialect/effect.h"
#include "dialect/engine.h"
#include "op/apply.h"

void
rt_renderer_emit(RtRenderer *renderer, RtRenderedKind kind, const char *sql)
{
    RtRendered rendered = {
        .kind = kind,
        .sql = rt_arena_strdup(rt_model_arena(renderer->model), sql),
        .first = renderer->first,
        .n = renderer->n,
    };
    g_array_append_val(renderer->out, rendered);
}

/* ---- groups -----------------------------------------------------------------------------------
 */

static unsigned
count_group(const RtOp *ops, unsigned n)
{
    unsigned count = 1;
    while (ops->group && count < n && ops[count].group == ops->group)
        count++;
    return count;
}

static bool
apply_range(RtRenderer *renderer, RtOp *ops, unsigned n, GError **error)
{
    for (unsigned i = 0; i < n; i++) {
        if (!rt_apply(renderer->catalog, &ops[i], error))
            return false;
    }
    return true;
}

/*
 * How the group is made: by a rebuild when one of it wants that. Each operation is judged from the
 * state before it; the catalog is as before afterwards.
 */
static bool
find_rebuild(RtRenderer *renderer, RtOp *ops, unsigned n, bool *out_is_rebuild, GError **error)
{
    size_t mark = rt_catalog_mark(renderer->catalog);
    bool is_rebuild = false, applied = true;
    for (unsigned i = 0; i < n && !is_rebuild && applied; i++) {
        RtChange change =
            rt_change(renderer->dialect, renderer->server, renderer->catalog, &ops[i]);
        is_rebuild = change.how == RT_HOW_REBUILD;
        applied = i + 1 == n || rt_apply(renderer->catalog, &ops[i], error);
    }
    rt_catalog_undo(renderer->catalog, mark);
    *out_is_rebuild = is_rebuild;
    return applied;
}

/* The table that the operations of a rebuild are on, and its name after them. */
static const RtName *
find_rebuilt(const RtOp *ops, unsigned n, const RtName **out_new_name)
{
    const RtName *name = ops->owner ?: ops->name, *new_name = name;
    for (unsigned i = 0; i < n; i++) {
        bool is_table = !ops[i].owner && ops[i].verb == RT_VERB_RENAME;
        if (is_table && rt_name_equal(ops[i].name, new_name))
            new_name = ops[i].new_name;
    }
    *out_new_name = new_name;
    return name;
}

static bool
render_rebuild(RtRenderer *renderer, RtOp *ops, unsigned n, GError **error)
{
    const RtName *new_name, *name = find_rebuilt(ops, n, &new_name);
    const RtObject *before = rt_catalog_find(renderer->catalog, RT_KIND_TABLE, name);
    size_t mark = rt_catalog_mark(renderer->catalog);
    if (!apply_range(renderer, ops, n, error))
        return false;
    const RtObject *after = rt_catalog_find(renderer->catalog, RT_KIND_TABLE, new_name);
    rt_catalog_undo(renderer->catalog, mark);
    if (!before || !after) {
        rt_error_set(error, RT_ERROR_REJECTED, "table %s does not exist", name->text);
        return false;
    }
    g_autoptr(GString) directive = g_string_new("rebuild ");
    rt_render_name(directive, renderer->dialect, name);
    rt_renderer_emit(renderer, RT_RENDERED_OPEN, directive->str);
    renderer->dialect->render_rebuild(renderer, before, after, ops, n);
    rt_renderer_emit(renderer, RT_RENDERED_CLOSE, "end");
    return apply_range(renderer, ops, n, error);
}

/* The operations of a group one after the other, as far as they do not share a statement. */
static bool
render_singly(RtRenderer *renderer, unsigned first, unsigned n, GError **error)
{
    for (unsigned done = 0; done < n;) {
        renderer->first = first + done;
        renderer->n = 1;
        RtOp *op = &renderer->ops[first + done];
        unsigned used = 1;
        if (!renderer->dialect->render || !renderer->dialect->render(renderer, op)) {
            used = rt_render_op(renderer, op, n - done, error);
            if (!used)
                return false;
        }
        if (!apply_range(renderer, op, used, error))
            return false;
        done += used;
    }
    return true;
}

static bool
render_group(RtRenderer *renderer, unsigned first, unsigned n, GError **error)
{
    bool is_rebuild = false;
    RtOp *ops = &renderer->ops[first];
    if (renderer->dialect->render_rebuild && !find_rebuild(renderer, ops, n, &is_rebuild, error))
        return false;
    renderer->first = first;
    renderer->n = n;
    return is_rebuild ? render_rebuild(renderer, ops, n, error)
                      : render_singly(renderer, first, n, error);
}

bool
rt_render(const RtDialect *dialect, const RtServer *server, RtCatalog *before, RtOp *ops,
          unsigned n, GArray *out, GError **error)
{
    RtRenderer renderer = {
        .dialect = dialect,
        .server = server,
        .catalog = before,
        .out = out,
        .model = rt_catalog_model(before),
        .ops = ops,
        .n_ops = n,
    };
    size_t mark = rt_catalog_mark(before);
    bool done = true;
    for (unsigned first = 0; first < n && done;) {
        unsigned count = count_group(&ops[first], n - first);
        done = render_group(&renderer, first, count, error);
        first += count;
    }
    rt_catalog_undo(before, mark);
    return done;
}

/* ---- catalogs ---------------------------------------------------------------------------------
 */

/* Children with statements of their own; triggers only when `triggers`, else all others. */
static void
append_children(GArray *ops, const RtDialect *dialect, const RtObject *object, bool triggers)
{
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtObject *child = object->children[i];
        if (!rt_dialect_find_create(dialect, child->form) ||
            (rt_object_kind(child) == RT_KIND_TRIGGER) != triggers)
            continue;
        RtOp op = { .verb = RT_VERB_CREATE,
                    .kind = rt_object_kind(child),
                    .owner = object->name,
                    .name = child->name,
                    .after = child };
        g_array_append_val(ops, op);
    }
}

/* The table as its own statement makes it: without the children that have theirs. */
static const RtObject *
strip_children(RtArena *arena, const RtDialect *dialect, const RtObject *object)
{
    bool is_bare = true;
    for (unsigned i = 0; i < object->n_children; i++)
        is_bare &= !rt_dialect_find_create(dialect, object->children[i]->form);
    if (is_bare)
        return object;
    const RtObject **kept = rt_arena_new_array(arena, const RtObject *, object->n_children);
    RtObject *copy = rt_object_copy(arena, object);
    copy->children = kept;
    copy->n_children = 0;
    for (unsigned i = 0; i < object->n_children; i++) {
        if (!rt_dialect_find_create(dialect, object->children[i]->form))
            kept[copy->n_children++] = object->children[i];
    }
    return copy;
}

/* Databases come before what is in them. */
static void
append_creates_of(GArray *ops, const RtDialect *dialect, RtArena *arena, const GPtrArray *order,
                  bool databases)
{
    for (unsigned i = 0; i < order->len; i++) {
        const RtObject *object = order->pdata[i];
        if ((rt_object_kind(object) == RT_KIND_DATABASE) != databases)
            continue;
        const RtStatementRule *rule = rt_dialect_find_create(dialect, object->form);
        /* a catalog is printed with what comparisons leave alone */
        RtOp op = { .verb = RT_VERB_CREATE,
                    .kind = rt_object_kind(object),
                    .flags = rule ? rule->flags & RT_OP_LEFT_ALONE : 0,
                    .name = object->name,
                    .after = strip_children(arena, dialect, object) };
        g_array_append_val(ops, op);
        append_children(ops, dialect, object, false);
    }
}

static void
append_creates(GArray *ops, const RtDialect *dialect, const RtCatalog *catalog)
{
    g_autoptr(GPtrArray) order = rt_depend_order(dialect, catalog);
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    append_creates_of(ops, dialect, arena, order, true);
    append_creates_of(ops, dialect, arena, order, false);
    for (unsigned i = 0; i < order->len; i++)
        append_children(ops, dialect, order->pdata[i], true);
}

bool
rt_render_catalog(const RtDialect *dialect, const RtServer *server, RtCatalog *catalog,
                  GString *out, GError **error)
{
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_autoptr(GArray) rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    g_autoptr(RtCatalog) empty =
        rt_catalog_new(rt_catalog_model(catalog), dialect->rules, dialect->lexicon);
    append_creates(ops, dialect, catalog);
    rt_catalog_set_unseen(empty, RT_UNSEEN_FOREIGN, true);
    if (!rt_render(dialect, server, empty, (RtOp *) (void *) ops->data, ops->len, rendered, error))
        return false;
    for (unsigned i = 0; i < rendered->len; i++) {
        g_string_append(out, out->len ? "\n" : "");
        g_string_append_printf(out, "%s;\n", g_array_index(rendered, RtRendered, i).sql);
    }
    return true;
}
