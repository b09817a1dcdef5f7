/* What the toy server fills in, refuses, and takes long over. */
#include "toy/toy-internal.h"

#include <string.h>

/* ---- complete ---------------------------------------------------------------------------------
 */

static bool
is_in_key(const RtObject *key, const RtName *column)
{
    const RtValue *columns = key ? rt_object_role(key, RT_ROLE_PARTS) : NULL;
    for (uint32_t i = 0; columns && i < columns->length; i++) {
        if (rt_name_equal(columns->names[i], column))
            return true;
    }
    return false;
}

static const RtObject *
find_primary_key(const RtObject *table)
{
    for (unsigned i = 0; i < table->n_children; i++) {
        if (table->children[i]->form == &rt_toy_primary_key)
            return table->children[i];
    }
    return NULL;
}

/* Columns of the primary key are NOT NULL, whether it is written or not. */
void
rt_toy_complete(const RtDialect *dialect, const RtServer *server, const RtCatalog *catalog,
                RtObject *object)
{
    (void) dialect, (void) server;
    const RtObject *key = object->form == &rt_toy_table ? find_primary_key(object) : NULL;
    int row = rt_form_row(&rt_toy_column, RT_ROLE_NOT_NULL);
    RtValue implied = { .row = (uint16_t) row, .origin = RT_ORIGIN_IMPLIED, .length = 1 };
    implied.flag = true;
    for (unsigned i = 0; key && i < object->n_children; i++) {
        const RtObject *child = object->children[i];
        if (child->form != &rt_toy_column || rt_object_value(child, (unsigned) row) ||
            !is_in_key(key, child->name))
            continue;
        RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
        *object = *rt_object_replace_child(arena, object, i,
                                           rt_object_with_value(arena, child, &implied));
    }
}

/* ---- what is refused --------------------------------------------------------------------------
 */

static const RtObject *
find_column(const RtCatalog *catalog, const RtOp *op, const RtObject **out_table)
{
    const RtObject *table = op->owner ? rt_catalog_find(catalog, RT_KIND_TABLE, op->owner) : NULL;
    *out_table = table;
    int at = table && op->name ? rt_object_find_child(table, RT_KIND_COLUMN, op->name, 0) : -1;
    return at >= 0 ? table->children[at] : NULL;
}

static bool
is_narrower(const RtType *from, const RtType *to)
{
    return from && to && !strcmp(from->name, "VARCHAR") && !strcmp(to->name, "VARCHAR") &&
           from->n_arguments && to->n_arguments && from->arguments[0] > to->arguments[0];
}

static const char *
find_column_reason(const RtCatalog *before, const RtOp *op)
{
    const RtObject *table;
    const RtObject *column = find_column(before, op, &table);
    if (!column)
        return NULL;
    if (op->verb == RT_VERB_DROP)
        return is_in_key(find_primary_key(table), column->name)
                   ? "a column of the primary key cannot be dropped"
                   : NULL;
    if (op->verb != RT_VERB_ALTER || !op->after)
        return NULL;
    if (is_narrower(rt_object_type(column), rt_object_type(op->after)))
        return "a VARCHAR cannot be made shorter";
    if (!rt_object_role(column, RT_ROLE_GENERATED) != !rt_object_role(op->after, RT_ROLE_GENERATED))
        return "a column cannot become generated, or cease to be";
    return NULL;
}

static const char *
find_reason(const RtCatalog *before, const RtOp *op)
{
    if (op->kind == RT_KIND_COLUMN)
        return find_column_reason(before, op);
    if (op->verb == RT_VERB_ALTER && op->kind == RT_KIND_ATTRIBUTE &&
        op->form->attributes[op->row].alter == RT_ALTER_NEVER)
        return "it is set when the table is created and can never be changed";
    const RtForm *form = op->after ? op->after->form : op->before ? op->before->form : op->form;
    if (form == &rt_toy_primary_key && op->owner)
        return "the primary key of a table can never be changed";
    if (op->verb == RT_VERB_DROP && op->kind == RT_KIND_CONSTRAINT && !op->name)
        return "a constraint without a name cannot be dropped";
    return NULL;
}

bool
rt_toy_check(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
             const RtOp *op, GError **error)
{
    (void) dialect, (void) server;
    const char *reason = find_reason(before, op);
    if (!reason)
        return true;
    if (op->text)
        rt_text_error(error, RT_ERROR_REJECTED, op->text, op->span, "%s", reason);
    else
        rt_error_set(error, RT_ERROR_REJECTED, "%s", reason);
    return false;
}

/* Whether a view differs in what only a new one can have. */
static bool
is_view_replaced(const RtCatalog *before, const RtOp *op)
{
    if (op->kind != RT_KIND_VIEW || !op->before || !op->after)
        return false;
    const RtForm *form = op->after->form;
    for (unsigned row = 0; row < form->n_attributes; row++) {
        if (form->attributes[row].alter == RT_ALTER_RECREATE &&
            rt_value_differs(rt_catalog_context(before), &form->attributes[row],
                             rt_object_value(op->before, row), rt_object_value(op->after, row)))
            return true;
    }
    return false;
}

RtChange
rt_toy_change(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
              const RtOp *op)
{
    (void) dialect, (void) server;
    const char *reason = find_reason(before, op);
    bool is_unnamed = op->kind == RT_KIND_CONSTRAINT && !op->name;
    if (reason || (op->verb == RT_VERB_ALTER && is_unnamed))
        return (RtChange){ .how = RT_HOW_REFUSED,
                           .reason = reason ?: "a constraint without a name cannot be dropped",
                           .ways = { "make a new table and copy the rows", NULL } };
    if (op->verb == RT_VERB_RENAME && op->kind != RT_KIND_TABLE && op->kind != RT_KIND_COLUMN)
        return (RtChange){ .how = RT_HOW_REPLACE };
    bool is_replaced =
        op->kind == RT_KIND_CONSTRAINT || op->kind == RT_KIND_INDEX || op->kind == RT_KIND_TRIGGER;
    bool is_row_replaced =
        op->kind == RT_KIND_ATTRIBUTE && op->form->attributes[op->row].alter == RT_ALTER_RECREATE;
    if (op->verb == RT_VERB_RECREATE ||
        (op->verb == RT_VERB_ALTER &&
         (is_replaced || is_row_replaced || is_view_replaced(before, op))))
        return (RtChange){ .how = RT_HOW_REPLACE };
    return (RtChange){ .how = RT_HOW_STATEMENT };
}

/* ---- what it costs ----------------------------------------------------------------------------
 */

static RtEffect
effect_of_column(const RtCatalog *before, const RtOp *op)
{
    const RtObject *table;
    const RtObject *column = find_column(before, op, &table);
    if (op->verb == RT_VERB_DROP)
        return (RtEffect){ .runs = RT_RUNS_JOB,
                           .risks = RT_RISK_DATA_LOSS | RT_RISK_JOB,
                           .wait = true,
                           .reason = "the values of the column are lost" };
    bool is_typed = op->verb == RT_VERB_ALTER && column && op->after &&
                    rt_object_type(column) != rt_object_type(op->after);
    if (is_typed)
        return (RtEffect){ .runs = RT_RUNS_JOB,
                           .risks = RT_RISK_JOB,
                           .wait = true,
                           .reason = "a job writes the column anew" };
    return (RtEffect){ .runs = RT_RUNS_METADATA };
}

RtEffect
rt_toy_effect(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
              const RtOp *op)
{
    (void) dialect, (void) server;
    if (op->kind == RT_KIND_COLUMN)
        return effect_of_column(before, op);
    if (op->kind == RT_KIND_TABLE && (op->verb == RT_VERB_DROP || op->verb == RT_VERB_RECREATE))
        return (RtEffect){ .risks = RT_RISK_DATA_LOSS, .reason = "the rows of the table are lost" };
    if (op->kind == RT_KIND_INDEX && op->verb == RT_VERB_CREATE)
        return (RtEffect){ .runs = RT_RUNS_JOB,
                           .risks = RT_RISK_JOB,
                           .wait = true,
                           .reason = "a job builds the index" };
    return (RtEffect){ .runs = RT_RUNS_METADATA };
}
