/* How StarRocks makes each change: which clauses may share an ALTER, and what it cannot change. */
#include "dialect/starrocks/property.h"

#include <string.h>

/* Clauses of one share may stand in one ALTER: AlterOpType of the frontend. */
enum {
    SHARE_SCHEMA_CHANGE = 1,
    SHARE_DISTRIBUTION,
    SHARE_DYNAMIC_PARTITION,
    SHARE_BINLOG,
    SHARE_VIEW_PROPERTIES,
};

static RtChange
make_shared(int share)
{
    return (RtChange){ .how = RT_HOW_SHARED, .share = share };
}

static RtChange
make_statement(void)
{
    return (RtChange){ .how = RT_HOW_STATEMENT };
}

/* What only a new object can have. */
static RtChange
refuse(const char *reason)
{
    return (RtChange){ .how = RT_HOW_REFUSED,
                       .reason = reason,
                       .ways = { "make it anew: `revision --autogenerate --recreate`, or `recreate "
                                 "= true` in [autogenerate]",
                                 "declare it as the server has it" },
                       .can_recreate = true };
}

/* What a new object cannot have either. */
static RtChange
refuse_wholly(const char *reason)
{
    return (RtChange){ .how = RT_HOW_REFUSED,
                       .reason = reason,
                       .ways = { "change the declaration", "write the steps by hand" } };
}

/* Of a view whose query the server does not take. */
static RtChange
refuse_query(const char *reason)
{
    return (RtChange){ .how = RT_HOW_REFUSED,
                       .reason = reason,
                       .ways = { "change the declaration",
                                 "declare what it reads too, or name it in `exclude` of "
                                 "[autogenerate] where others make it" } };
}

/* A property is never taken away, only set back to what the server would choose. */
static const char *
find_fixed_property(const RtServer *server, const RtCatalog *catalog, const RtOp *op)
{
    const RtObject *object = op->name ? rt_catalog_find(catalog, op->form->kind, op->name) : NULL;
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    if (!object || !op->property)
        return NULL;
    if (!starrocks_property_setting(rt_catalog_model(catalog), object, op->property))
        return rt_arena_printf(arena, "StarRocks cannot change %s of a table that is there",
                               op->property);
    bool is_dynamic = g_str_has_prefix(op->property, "dynamic_partition.");
    if (op->value_after || is_dynamic ||
        starrocks_property_default(starrocks_property_find(op->property), server, object))
        return NULL;
    return rt_arena_printf(arena,
                           "StarRocks cannot take %s away, and what it would be without it is "
                           "not known",
                           op->property);
}

static RtChange
change_property(const RtServer *server, const RtCatalog *catalog, const RtOp *op)
{
    const char *key = op->property ? op->property : "", *reason;
    if ((reason = find_fixed_property(server, catalog, op)))
        return refuse(reason);
    if (op->form == &starrocks_form_materialized_view)
        return make_shared(SHARE_VIEW_PROPERTIES);
    if (g_str_has_prefix(key, "dynamic_partition."))
        return make_shared(SHARE_DYNAMIC_PARTITION);
    if (g_str_has_prefix(key, "binlog.") || g_str_has_prefix(key, "binlog_"))
        return make_shared(SHARE_BINLOG);
    return make_statement();
}

static RtChange
change_table_attribute(const RtServer *server, const RtCatalog *catalog, const RtOp *op)
{
    switch (op->row) {
    case STARROCKS_TABLE_PARTITIONS:
        return op->value_before && op->value_after && !op->new_name
                   ? refuse("StarRocks cannot change the bounds of a partition")
                   : make_statement();
    case STARROCKS_TABLE_COMMENT:
    case STARROCKS_TABLE_ORDER:
    case STARROCKS_TABLE_ROLLUP:
        return make_statement();
    case STARROCKS_TABLE_DISTRIBUTION:
    case STARROCKS_TABLE_BUCKETS:
        return make_shared(SHARE_DISTRIBUTION);
    case STARROCKS_TABLE_PROPERTIES:
        return change_property(server, catalog, op);
    case STARROCKS_TABLE_PARTITION:
        return op->property ? make_statement()
                            : refuse("StarRocks cannot change how a table is partitioned");
    case STARROCKS_TABLE_ENGINE:
        return refuse_wholly("StarRocks cannot change the engine of a table");
    default:
        return refuse("StarRocks cannot change the key of a table");
    }
}

static RtChange
change_view_attribute(const RtOp *op)
{
    return (RtChange){ .how =
                           op->row == STARROCKS_VIEW_SECURITY ? RT_HOW_STATEMENT : RT_HOW_REPLACE };
}

static RtChange
change_mv_attribute(const RtServer *server, const RtCatalog *catalog, const RtOp *op)
{
    if (op->row == STARROCKS_MV_PROPERTIES)
        return change_property(server, catalog, op);
    bool is_order = op->row == STARROCKS_MV_ORDER && op->value_after;
    if (op->row == STARROCKS_MV_REFRESH || (is_order && starrocks_is_shared_data(server)))
        return make_statement();
    return refuse("StarRocks cannot change this of a materialized view");
}

/* What of a column no ALTER can change. */
static const char *
find_fixed(const RtValueContext *context, const RtObject *before, const RtObject *after)
{
    static const struct {
        unsigned row;
        const char *reason;
    } fixed[] = {
        { STARROCKS_COLUMN_KEY, "StarRocks cannot move a column into or out of the key" },
        { STARROCKS_COLUMN_AGGREGATE, "StarRocks cannot change how a column is aggregated" },
        { STARROCKS_COLUMN_DEFAULT, "StarRocks cannot change or remove a default" },
        { STARROCKS_COLUMN_AUTO_INCREMENT, "StarRocks cannot change AUTO_INCREMENT of a column" },
        { STARROCKS_COLUMN_GENERATED, "StarRocks cannot make a column generated, or ordinary" },
    };
    for (size_t i = 0; before && i < G_N_ELEMENTS(fixed); i++) {
        const RtValue *was = rt_object_value(before, fixed[i].row);
        const RtValue *is = rt_object_value(after, fixed[i].row);
        bool is_other_expression = fixed[i].row == STARROCKS_COLUMN_GENERATED && was && is;
        if (!is_other_expression &&
            rt_value_differs(context, &starrocks_form_column.attributes[fixed[i].row], was, is))
            return fixed[i].reason;
    }
    return NULL;
}

/* What the server would reject is refused with its words. */
static const char *
find_rejection(const RtServer *server, const RtCatalog *catalog, const RtOp *op)
{
    RtOp alone = *op;
    g_autoptr(GError) error = NULL;
    alone.text = NULL;
    alone.position = NULL; /* it may be a column that is still to come */
    alone.is_first = false;
    if (starrocks_check(&rt_dialect_starrocks, server, catalog, &alone, &error))
        return NULL;
    return rt_arena_printf(rt_model_arena(rt_catalog_model(catalog)), "StarRocks refuses it: %s",
                           error->message);
}

static RtChange
change_column(const RtCatalog *catalog, const RtOp *op)
{
    if (op->verb == RT_VERB_RENAME)
        return make_statement();
    const RtObject *table = starrocks_table_find(catalog, op->owner);
    const RtObject *before = table ? starrocks_column_find(table, op->name) : op->before;
    const RtValueContext *context = rt_catalog_context(catalog);
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(RtOp));
    if (op->verb != RT_VERB_ALTER || !before)
        return make_shared(SHARE_SCHEMA_CHANGE);
    const char *reason = find_fixed(context, before, op->after);
    if (reason)
        return refuse(reason);
    return starrocks_find_field_steps(context, op, before, op->after, steps)
               ? make_statement()
               : make_shared(SHARE_SCHEMA_CHANGE);
}

static RtChange
change_attribute(const RtServer *server, const RtCatalog *catalog, const RtOp *op)
{
    if (op->form == &starrocks_form_table)
        return change_table_attribute(server, catalog, op);
    if (op->form == &starrocks_form_view)
        return change_view_attribute(op);
    if (op->form == &starrocks_form_materialized_view)
        return change_mv_attribute(server, catalog, op);
    if (op->form == &starrocks_form_column)
        return make_shared(SHARE_SCHEMA_CHANGE);
    if (op->form == &starrocks_form_database && op->property && op->value_after)
        return make_statement();
    return refuse("StarRocks has no way to change it");
}

/* Why rows of the old table cannot go into the new one with this column. Numbers that are copied do
   not count: rows that are inserted later would get them again. */
static const char *
find_column_gap(RtArena *arena, const RtObject *column, bool is_copied)
{
    bool is_counted = starrocks_flag(column, STARROCKS_COLUMN_AUTO_INCREMENT);
    bool is_computed = rt_object_value(column, STARROCKS_COLUMN_GENERATED) ||
                       rt_object_value(column, STARROCKS_COLUMN_DEFAULT);
    const char *what = NULL;
    if (is_copied && is_counted)
        what = "is AUTO_INCREMENT, and a new table begins to count again, whatever is copied";
    else if (!is_copied && !is_counted && !is_computed && rt_object_flag(column, RT_ROLE_NOT_NULL))
        what = "is NOT NULL and has no default: rows that are copied have no value for it";
    return what ? rt_arena_printf(arena, "column %s %s", column->name->text, what) : NULL;
}

static const char *
find_gap(RtArena *arena, const RtObject *before, const RtObject *after)
{
    bool is_any = false;
    for (unsigned i = 0; i < after->n_children; i++) {
        const RtObject *column = after->children[i];
        if (column->form != &starrocks_form_column)
            continue;
        bool is_copied = starrocks_column_find(before, column->name);
        const char *gap = find_column_gap(arena, column, is_copied);
        if (gap)
            return gap;
        is_any |= is_copied;
    }
    return is_any ? NULL : "the new table has no column of the old one";
}

/* Built beside, as far as the server takes it. A rollup cannot be swapped. */
static RtChange
change_whole(const RtServer *server, const RtCatalog *catalog, const RtOp *op)
{
    const RtObject *before = rt_catalog_find(catalog, op->kind, op->name);
    bool is_rollup = starrocks_is_synchronous(before) || starrocks_is_synchronous(op->after);
    if (!op->beside || !before || is_rollup || op->kind == RT_KIND_VIEW)
        return (RtChange){ .how = RT_HOW_REPLACE };
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    RtOp create = { .verb = RT_VERB_CREATE, .kind = op->kind, .name = op->name };
    create.after = op->after;
    g_autoptr(GError) error = NULL;
    if (!starrocks_check(&rt_dialect_starrocks, server, catalog, &create, &error))
        return refuse_wholly(
            rt_arena_printf(arena, "StarRocks refuses the new one: %s", error->message));
    const char *gap = op->kind == RT_KIND_TABLE && !(op->flags & RT_OP_BACK)
                          ? find_gap(arena, before, op->after)
                          : NULL;
    return gap ? refuse_wholly(gap) : (RtChange){ .how = RT_HOW_BESIDE };
}

/* How it would be made, whatever the server's rules say of this one. */
static RtChange
find_way(const RtServer *server, const RtCatalog *before, const RtOp *op)
{
    if (op->kind == RT_KIND_ATTRIBUTE)
        return change_attribute(server, before, op);
    if (op->verb == RT_VERB_RECREATE)
        return change_whole(server, before, op);
    if (op->kind == RT_KIND_COLUMN)
        return change_column(before, op);
    if (op->kind == RT_KIND_INDEX)
        return op->verb == RT_VERB_ALTER ? (RtChange){ .how = RT_HOW_REPLACE }
                                         : make_shared(SHARE_SCHEMA_CHANGE);
    if (op->verb == RT_VERB_RENAME &&
        starrocks_is_synchronous(rt_catalog_find(before, op->kind, op->name)))
        return refuse_wholly("StarRocks cannot rename a synchronous materialized view");
    if (op->verb != RT_VERB_ALTER)
        return make_statement();
    if (op->kind == RT_KIND_VIEW)
        return (RtChange){ .how = RT_HOW_REPLACE };
    return refuse("StarRocks cannot change the query of a materialized view");
}

RtChange
starrocks_change(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                 const RtOp *op)
{
    (void) dialect;
    RtChange change = find_way(server, before, op);
    bool is_part = op->owner || op->kind == RT_KIND_ATTRIBUTE;
    bool is_view = (op->kind == RT_KIND_VIEW || op->kind == RT_KIND_MATERIALIZED_VIEW) &&
                   (op->after || op->verb == RT_VERB_RENAME);
    if (change.how == RT_HOW_REFUSED || (!is_part && !is_view))
        return change;
    const char *rejection = find_rejection(server, before, op);
    if (!rejection)
        return change;
    return is_view ? refuse_query(rejection) : refuse(rejection);
}
