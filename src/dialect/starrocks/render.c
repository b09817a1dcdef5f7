/* Statements that the rules' words do not give: OR REPLACE, distribution, partitions, rollups. */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

static void
begin_alter(GString *sql, const RtRenderer *renderer, const RtName *table)
{
    g_string_append(sql, "ALTER TABLE ");
    rt_render_name(sql, renderer->dialect, table);
    g_string_append_c(sql, ' ');
}

static void
emit(RtRenderer *renderer, const GString *sql)
{
    rt_renderer_emit(renderer, RT_RENDERED_STATEMENT, sql->str);
}

static void
print_row(GString *sql, const RtRenderer *renderer, const RtForm *form, const RtValue *value)
{
    RtValueContext context = *rt_catalog_context(renderer->catalog);
    rt_value_print(sql, &context, &form->attributes[value->row], value);
}

/* ---- views ------------------------------------------------------------------------------------
 */

static void
render_replaced(RtRenderer *renderer, const RtObject *object, const RtName *name)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    rt_render_create(sql, renderer, object, name);
    g_string_insert(sql, (gssize) strlen("CREATE "), "OR REPLACE ");
    emit(renderer, sql);
}

/* Only the query differs, and there is no comment, which this statement would take away. */
static bool
render_view_query(RtRenderer *renderer, const RtObject *before, const RtOp *op)
{
    const RtValueContext *context = rt_catalog_context(renderer->catalog);
    for (unsigned row = 0; before && row < STARROCKS_VIEW_BODY; row++) {
        if (rt_value_differs(context, &before->form->attributes[row], rt_object_value(before, row),
                             rt_object_value(op->after, row)))
            return false;
    }
    const RtValue *columns = rt_object_value(op->after, STARROCKS_VIEW_COLUMNS);
    const char *comment = rt_object_text(op->after, RT_ROLE_COMMENT);
    if (!before || before->form != op->after->form || (comment && *comment))
        return false;
    g_autoptr(GString) sql = g_string_new("ALTER VIEW ");
    rt_render_name(sql, renderer->dialect, op->name);
    g_string_append_c(sql, ' ');
    if (columns && columns->origin == RT_ORIGIN_STATED) {
        print_row(sql, renderer, &starrocks_form_view, columns);
        g_string_append_c(sql, ' ');
    }
    g_string_append(sql, "AS ");
    print_row(sql, renderer, &starrocks_form_view, rt_object_value(op->after, STARROCKS_VIEW_BODY));
    emit(renderer, sql);
    return true;
}

static bool
render_view(RtRenderer *renderer, const RtOp *op)
{
    if (op->verb == RT_VERB_RECREATE) {
        render_replaced(renderer, op->after, op->name ?: op->after->name);
        return true;
    }
    if (op->verb != RT_VERB_ALTER)
        return false;
    const RtObject *before = rt_catalog_find(renderer->catalog, RT_KIND_VIEW, op->name);
    if (!render_view_query(renderer, before, op))
        render_replaced(renderer, op->after, op->name);
    return true;
}

static bool
render_view_attribute(RtRenderer *renderer, const RtOp *op)
{
    const RtObject *view = rt_catalog_find(renderer->catalog, RT_KIND_VIEW, op->name);
    RtArena *arena = rt_model_arena(renderer->model);
    if (!view || op->row == STARROCKS_VIEW_SECURITY)
        return false;
    const RtObject *after = op->value_after ? rt_object_with_value(arena, view, op->value_after)
                                            : rt_object_without_value(arena, view, op->row);
    render_replaced(renderer, after, view->name);
    return true;
}

/* ---- tables -----------------------------------------------------------------------------------
 */

static bool
is_distribution(const RtOp *op)
{
    return op->kind == RT_KIND_ATTRIBUTE && op->form == &starrocks_form_table &&
           (op->row == STARROCKS_TABLE_DISTRIBUTION || op->row == STARROCKS_TABLE_BUCKETS);
}

/* The other of the two operations that make one DISTRIBUTED BY; NULL: there is none. */
static const RtOp *
find_other(const RtRenderer *renderer, const RtOp *op)
{
    const RtOp *end = renderer->ops + renderer->n_ops;
    const RtOp *around[] = { op > renderer->ops ? op - 1 : NULL, op + 1 < end ? op + 1 : NULL };
    for (size_t i = 0; i < G_N_ELEMENTS(around); i++) {
        if (around[i] && op->group && around[i]->group == op->group && is_distribution(around[i]) &&
            around[i]->row != op->row && rt_name_equal(around[i]->name, op->name))
            return around[i];
    }
    return NULL;
}

/* DISTRIBUTED BY says both, so that the second of two operations has nothing left to say. */
static bool
render_distribution(RtRenderer *renderer, const RtOp *op)
{
    const RtObject *table = starrocks_table_find(renderer->catalog, op->name);
    const RtOp *other = find_other(renderer, op);
    if (other && other < op)
        return true;
    bool is_first = op->row == STARROCKS_TABLE_DISTRIBUTION;
    const RtOp *of_hash = is_first ? op : other, *of_buckets = is_first ? other : op;
    const RtValue *hash = of_hash ? of_hash->value_after
                          : table ? rt_object_value(table, STARROCKS_TABLE_DISTRIBUTION)
                                  : NULL;
    const RtValue *buckets = of_buckets ? of_buckets->value_after
                             : table    ? rt_object_value(table, STARROCKS_TABLE_BUCKETS)
                                        : NULL;
    g_autoptr(GString) sql = g_string_new(NULL);
    begin_alter(sql, renderer, op->name);
    g_string_append(sql, "DISTRIBUTED BY ");
    if (hash)
        print_row(sql, renderer, &starrocks_form_table, hash);
    else
        g_string_append(sql, "RANDOM");
    if (buckets)
        g_string_append_printf(sql, " BUCKETS %" G_GINT64_FORMAT, buckets->number);
    emit(renderer, sql);
    return true;
}

static bool
render_map(RtRenderer *renderer, const RtOp *op, const char *what)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    begin_alter(sql, renderer, op->name);
    bool is_batch = op->value_after && !*op->value_after->text;
    if (is_batch) {
        g_string_append_printf(sql, "ADD PARTITIONS %s", op->property);
    } else {
        g_string_append_printf(sql, "%s %s ", op->value_after ? "ADD" : "DROP", what);
        rt_name_print(sql, renderer->dialect->lexicon, op->property);
        if (op->value_after)
            g_string_append_printf(sql, " %s", op->value_after->text);
    }
    emit(renderer, sql);
    return true;
}

static bool
render_table_attribute(RtRenderer *renderer, const RtOp *op)
{
    if (is_distribution(op))
        return render_distribution(renderer, op);
    if (op->row == STARROCKS_TABLE_PARTITIONS && op->property)
        return render_map(renderer, op, "PARTITION");
    if (op->row == STARROCKS_TABLE_ROLLUP && op->property)
        return render_map(renderer, op, "ROLLUP");
    return false;
}

/* Whether only the comment of the column differs, which costs nothing by itself. */
static bool
is_comment_alone(const RtRenderer *renderer, const RtOp *op, const RtObject *before)
{
    const RtValueContext *context = rt_catalog_context(renderer->catalog);
    bool differs = false;
    if (!before || op->position || op->is_first)
        return false;
    for (unsigned row = 0; row < before->form->n_attributes; row++) {
        if (!rt_value_differs(context, &before->form->attributes[row], rt_object_value(before, row),
                              rt_object_value(op->after, row)))
            continue;
        if (row != STARROCKS_COLUMN_COMMENT)
            return false;
        differs = true;
    }
    return differs;
}

static bool
render_column(RtRenderer *renderer, const RtOp *op)
{
    const RtObject *table = starrocks_table_find(renderer->catalog, op->owner);
    const RtObject *before = table ? starrocks_column_find(table, op->name) : NULL;
    const char *comment = op->after ? rt_object_text(op->after, RT_ROLE_COMMENT) : NULL;
    if (op->verb != RT_VERB_ALTER || !is_comment_alone(renderer, op, before))
        return false;
    g_autoptr(GString) sql = g_string_new(NULL);
    begin_alter(sql, renderer, op->owner);
    g_string_append(sql, "MODIFY COLUMN ");
    rt_name_print(sql, renderer->dialect->lexicon, op->name->text);
    g_string_append(sql, " COMMENT ");
    rt_string_print(sql, renderer->dialect->lexicon, comment ?: "");
    emit(renderer, sql);
    return true;
}

bool
starrocks_render(RtRenderer *renderer, const RtOp *op)
{
    if (op->kind == RT_KIND_COLUMN)
        return render_column(renderer, op);
    if (op->kind == RT_KIND_VIEW)
        return render_view(renderer, op);
    if (op->kind != RT_KIND_ATTRIBUTE)
        return false;
    if (op->form == &starrocks_form_view)
        return render_view_attribute(renderer, op);
    return op->form == &starrocks_form_table && render_table_attribute(renderer, op);
}
