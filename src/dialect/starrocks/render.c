/* Statements that the rules' words do not give: OR REPLACE, distribution, partitions, rollups. */
#include "dialect/starrocks/property.h"
#include "sql/tokens.h"

#include <string.h>

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

/* One statement for all that a group changes, where its first operation stands. */
static bool
render_view_attribute(RtRenderer *renderer, const RtOp *op)
{
    const RtObject *view = rt_catalog_find(renderer->catalog, RT_KIND_VIEW, op->name);
    const RtOp *end = renderer->ops + renderer->n_ops;
    RtArena *arena = rt_model_arena(renderer->model);
    if (!view || op->row == STARROCKS_VIEW_SECURITY)
        return false;
    if (op->group && op > renderer->ops && op[-1].group == op->group)
        return true;
    const RtObject *after = view;
    for (const RtOp *one = op; one < end && (one == op || (op->group && one->group == op->group));
         one++)
        after = one->value_after ? rt_object_with_value(arena, after, one->value_after)
                                 : rt_object_without_value(arena, after, one->row);
    render_replaced(renderer, after, view->name);
    return true;
}

/* ---- clauses of tables ------------------------------------------------------------------------
 */

static bool
is_distribution(const RtOp *op)
{
    return op->kind == RT_KIND_ATTRIBUTE && op->form == &starrocks_form_table && !op->owner &&
           (op->row == STARROCKS_TABLE_DISTRIBUTION || op->row == STARROCKS_TABLE_BUCKETS);
}

/* DISTRIBUTED BY says both, so that two operations may be one clause. */
static unsigned
render_distribution(GString *out, const RtRenderer *renderer, const RtOp *ops, unsigned n)
{
    const RtObject *table = starrocks_table_find(renderer->catalog, ops->name);
    const RtOp *other = n > 1 && ops->group && ops[1].group == ops->group &&
                                is_distribution(&ops[1]) && ops[1].row != ops->row &&
                                rt_name_equal(ops[1].name, ops->name)
                            ? &ops[1]
                            : NULL;
    bool is_first = ops->row == STARROCKS_TABLE_DISTRIBUTION;
    const RtOp *of_hash = is_first ? ops : other, *of_buckets = is_first ? other : ops;
    const RtValue *hash = of_hash ? of_hash->value_after
                          : table ? rt_object_value(table, STARROCKS_TABLE_DISTRIBUTION)
                                  : NULL;
    const RtValue *buckets = of_buckets ? of_buckets->value_after
                             : table    ? rt_object_value(table, STARROCKS_TABLE_BUCKETS)
                                        : NULL;
    g_string_append(out, "DISTRIBUTED BY ");
    if (hash)
        print_row(out, renderer, &starrocks_form_table, hash);
    else
        g_string_append(out, "RANDOM");
    bool is_default = of_buckets && (of_buckets->flags & RT_OP_NEW_PARTITIONS);
    if (buckets)
        g_string_append_printf(out, "%s BUCKETS %" G_GINT64_FORMAT, is_default ? " DEFAULT" : "",
                               buckets->number);
    return other ? 2 : 1;
}

/* A partition or rollup, by its name. */
static unsigned
render_map(GString *out, const RtRenderer *renderer, const RtOp *op, const char *what)
{
    bool is_batch = op->value_after && !*op->value_after->text;
    if (op->new_name) {
        g_string_append_printf(out, "RENAME %s ", what);
        rt_name_print(out, renderer->dialect->lexicon, op->property);
        g_string_append_c(out, ' ');
        rt_name_print(out, renderer->dialect->lexicon, op->new_name->text);
        return 1;
    }
    if (is_batch) {
        g_string_append_printf(out, "ADD PARTITIONS %s", op->property);
        return 1;
    }
    g_string_append_printf(out, "%s %s ", op->value_after ? "ADD" : "DROP", what);
    rt_name_print(out, renderer->dialect->lexicon, op->property);
    if (op->value_after)
        g_string_append_printf(out, " %s", op->value_after->text);
    return 1;
}

/* The other keys of dynamic partitions mean nothing once they are switched off. */
static bool
is_left(const RtOp *op)
{
    return !op->value_after && g_str_has_prefix(op->property, "dynamic_partition.") &&
           !g_str_has_suffix(op->property, ".enable");
}

/* The value of an absent property is what the server would choose. */
static void
add_property(const RtRenderer *renderer, const RtObject *object, const RtOp *op, GArray *properties)
{
    const char *usual =
        starrocks_property_default(starrocks_property_find(op->property), renderer->server, object);
    RtProperty property = {
        .key = starrocks_property_setting(renderer->model, object, op->property),
        .value = op->value_after ? op->value_after->text : usual,
        .origin = RT_ORIGIN_STATED,
    };
    if (property.key && property.value && !is_left(op))
        g_array_append_val(properties, property);
}

/* Properties of one group share their parentheses. */
static unsigned
render_properties(GString *out, const RtRenderer *renderer, const RtOp *ops, unsigned n)
{
    g_autoptr(GArray) properties = g_array_new(FALSE, FALSE, sizeof(RtProperty));
    const RtObject *object = rt_catalog_find(renderer->catalog, ops->form->kind, ops->name);
    unsigned used = 0;
    if (!object)
        return 0;
    do
        add_property(renderer, object, &ops[used++], properties);
    while (used < n && ops->group && ops[used].group == ops->group && ops[used].property &&
           ops[used].form == ops->form && rt_name_equal(ops[used].name, ops->name));
    if (properties->len == 0)
        return 0;
    RtValue value = { .row = ops->row,
                      .length = properties->len,
                      .properties = (const RtProperty *) (const void *) properties->data };
    g_string_append(out, "SET ");
    print_row(out, renderer, ops->form, &value);
    return used;
}

static unsigned
render_table_attribute(GString *out, const RtRenderer *renderer, const RtOp *ops, unsigned n)
{
    if (is_distribution(ops))
        return render_distribution(out, renderer, ops, n);
    if (ops->row == STARROCKS_TABLE_PARTITION && ops->property) {
        g_string_append_printf(out, "PARTITION BY %s", ops->property);
        return 1;
    }
    if (ops->row == STARROCKS_TABLE_PARTITIONS && ops->property)
        return render_map(out, renderer, ops, "PARTITION");
    if (ops->row == STARROCKS_TABLE_ROLLUP && ops->property)
        return render_map(out, renderer, ops, "ROLLUP");
    return 0;
}

static unsigned
render_column_comment(GString *out, const RtRenderer *renderer, const RtName *column,
                      const char *comment)
{
    g_string_append(out, "MODIFY COLUMN ");
    rt_name_print(out, renderer->dialect->lexicon, column->text);
    g_string_append(out, " COMMENT ");
    rt_string_print(out, renderer->dialect->lexicon, comment ? comment : "");
    return 1;
}

/* a.b.[*].c: each name as it must be quoted. */
static void
append_path(GString *out, const RtRenderer *renderer, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    for (unsigned i = 0; names[i]; i++) {
        g_string_append(out, i ? "." : "");
        if (strcmp(names[i], "[*]") == 0)
            g_string_append(out, names[i]);
        else
            rt_name_print(out, renderer->dialect->lexicon, names[i]);
    }
}

static unsigned
render_field(GString *out, const RtRenderer *renderer, const RtOp *op)
{
    g_string_append(out, "MODIFY COLUMN ");
    rt_name_print(out, renderer->dialect->lexicon, op->name->text);
    g_string_append(out, op->value_after ? " ADD FIELD " : " DROP FIELD ");
    append_path(out, renderer, op->property);
    if (!op->value_after)
        return 1;
    g_string_append_c(out, ' ');
    print_row(out, renderer, &starrocks_form_column, op->value_after);
    g_string_append(out, op->is_first ? " FIRST" : "");
    if (op->position) {
        g_string_append(out, " AFTER ");
        rt_name_print(out, renderer->dialect->lexicon, op->position->text);
    }
    return 1;
}

/* A struct becomes another field by field, a statement each; its comment is one more. */
static bool
render_struct(RtRenderer *renderer, const RtOp *op)
{
    const RtObject *table = op->owner ? starrocks_table_find(renderer->catalog, op->owner) : NULL;
    const RtObject *before = table ? starrocks_column_find(table, op->name) : NULL;
    const RtValueContext *context = rt_catalog_context(renderer->catalog);
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(RtOp));
    if (op->verb != RT_VERB_ALTER || !before ||
        !starrocks_find_field_steps(context, op, before, op->after, steps))
        return false;
    const RtAttribute *comment = &before->form->attributes[STARROCKS_COLUMN_COMMENT];
    const RtValue *says = rt_object_value(op->after, STARROCKS_COLUMN_COMMENT);
    bool has_comment =
        rt_value_differs(context, comment, rt_object_value(before, STARROCKS_COLUMN_COMMENT), says);
    for (unsigned i = 0; i < steps->len + has_comment; i++) {
        g_autoptr(GString) sql = g_string_new("ALTER TABLE ");
        rt_render_name(sql, renderer->dialect, op->owner);
        g_string_append_c(sql, ' ');
        if (i < steps->len)
            render_field(sql, renderer, &g_array_index(steps, RtOp, i));
        else
            render_column_comment(sql, renderer, op->name, says ? says->text : NULL);
        emit(renderer, sql);
    }
    return true;
}

static unsigned
render_column(GString *out, const RtRenderer *renderer, const RtOp *op)
{
    const RtObject *table = starrocks_table_find(renderer->catalog, op->owner);
    const RtObject *before = table ? starrocks_column_find(table, op->name) : NULL;
    if (!starrocks_is_comment_alone(rt_catalog_context(renderer->catalog), before, op))
        return 0;
    return render_column_comment(out, renderer, op->name,
                                 rt_object_text(op->after, RT_ROLE_COMMENT));
}

unsigned
starrocks_render_clause(GString *out, const RtRenderer *renderer, const RtOp *ops, unsigned n)
{
    if (ops->kind == RT_KIND_COLUMN)
        return render_column(out, renderer, ops);
    if (ops->kind != RT_KIND_ATTRIBUTE)
        return 0;
    if (ops->owner && ops->form == &starrocks_form_column && ops->row == STARROCKS_COLUMN_TYPE)
        return render_field(out, renderer, ops);
    if (ops->owner && ops->form == &starrocks_form_column && ops->row == STARROCKS_COLUMN_COMMENT)
        return render_column_comment(out, renderer, ops->name,
                                     ops->value_after ? ops->value_after->text : NULL);
    bool is_view = ops->form == &starrocks_form_materialized_view;
    if (ops->property &&
        (is_view ? ops->row == STARROCKS_MV_PROPERTIES
                 : ops->form == &starrocks_form_table && ops->row == STARROCKS_TABLE_PROPERTIES))
        return render_properties(out, renderer, ops, n);
    return ops->form == &starrocks_form_table && !ops->owner
               ? render_table_attribute(out, renderer, ops, n)
               : 0;
}

bool
starrocks_render(RtRenderer *renderer, const RtOp *op)
{
    if (op->kind == RT_KIND_VIEW)
        return render_view(renderer, op);
    if (op->kind == RT_KIND_COLUMN)
        return render_struct(renderer, op);
    return op->kind == RT_KIND_ATTRIBUTE && op->form == &starrocks_form_view &&
           render_view_attribute(renderer, op);
}
