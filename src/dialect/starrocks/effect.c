/*
 * What a change does to a StarRocks server: a change of metadata, a job in the background, or rows
 * that are gone. From the recorded matrices; fast schema evolution by version and run mode.
 */
#include "dialect/starrocks/check.h"

#include <string.h>

static RtEffect
make_metadata(void)
{
    return (RtEffect){ .runs = RT_RUNS_METADATA };
}

static RtEffect
make_job(const char *reason)
{
    return (RtEffect){ .runs = RT_RUNS_JOB, .risks = RT_RISK_JOB, .wait = true, .reason = reason };
}

/* A change of metadata that some servers carry to all tablets after the statement. */
static RtEffect
make_fast(const RtServer *server)
{
    bool is_later = starrocks_is_shared_data(server) && starrocks_is_before(server, 4, 1, 0);
    return is_later ? make_job("the change reaches the tablets in the background")
                    : make_metadata();
}

/* Where compute and storage are apart, value columns become wider without a rewrite. */
static bool
is_cloud_widening(const RtType *from, const RtType *to)
{
    static const char *const wide[] = { "SMALLINT", "INT",  "BIGINT",  "LARGEINT", "DOUBLE",
                                        "DATETIME", "CHAR", "VARCHAR", NULL };
    static const char *const narrow[] = { "TINYINT", "SMALLINT", "INT",  "BIGINT", "FLOAT",
                                          "DATE",    "CHAR",     "JSON", NULL };
    static const char *const numbers[] = { "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", NULL };
    if (!starrocks_type_is(from, narrow) || !starrocks_type_is(to, wide))
        return false;
    bool is_text = strcmp(to->name, "VARCHAR") == 0 || strcmp(to->name, "CHAR") == 0;
    return !(is_text && starrocks_type_is(from, numbers));
}

static bool
is_fast_change(const RtServer *server, const RtObject *table, const RtObject *before,
               const RtObject *after)
{
    const RtType *from = rt_object_type(before), *to = rt_object_type(after);
    const RtValue *order = rt_object_value(table, STARROCKS_TABLE_ORDER);
    bool is_value = !starrocks_names_hold(starrocks_key(table), before->name) &&
                    !starrocks_names_hold(order, before->name);
    bool same_null =
        rt_object_flag(before, RT_ROLE_NOT_NULL) == rt_object_flag(after, RT_ROLE_NOT_NULL);
    if (!from || !to || !same_null || !starrocks_is_fast(server, table))
        return false;
    if (starrocks_type_is_longer(from, to))
        return !starrocks_is_before(server, 4, 1, 0) || starrocks_is_shared_data(server);
    return is_value && starrocks_is_shared_data(server) && is_cloud_widening(from, to);
}

static bool
is_key_column(const RtObject *table, const RtObject *column)
{
    bool says_key = starrocks_flag(column, STARROCKS_COLUMN_KEY);
    return says_key || (starrocks_key_row(table) == STARROCKS_TABLE_AGGREGATE_KEY &&
                        !rt_object_value(column, STARROCKS_COLUMN_AGGREGATE));
}

static RtEffect
effect_of_added(const RtServer *server, const RtObject *table, const RtOp *op)
{
    if (is_key_column(table, op->after))
        return make_job("a new column of the key: all rows are written again");
    if (rt_object_value(op->after, STARROCKS_COLUMN_GENERATED))
        return make_job("a generated column is computed for all rows");
    return starrocks_is_fast(server, table)
               ? make_fast(server)
               : make_job("without fast schema evolution all rows are written "
                          "again");
}

static RtEffect
effect_of_dropped(const RtServer *server, const RtObject *table, const RtOp *op)
{
    bool is_key = starrocks_names_hold(starrocks_key(table), op->name);
    RtEffect effect = is_key || !starrocks_is_fast(server, table)
                          ? make_job("all rows are written again, and the column's values are lost")
                          : make_fast(server);
    effect.risks |= RT_RISK_DATA_LOSS;
    effect.reason = effect.reason ?: "the column's values are lost";
    return effect;
}

static RtEffect
effect_of_fields(const RtServer *server, const GArray *steps)
{
    RtEffect effect = make_fast(server);
    for (unsigned i = 0; i < steps->len; i++) {
        if (g_array_index(steps, RtOp, i).value_after)
            continue;
        effect.risks |= RT_RISK_DATA_LOSS;
        effect.reason = "the field's values are lost";
    }
    return effect;
}

static RtEffect
effect_of_modified(const RtServer *server, const RtCatalog *catalog, const RtObject *table,
                   const RtOp *op)
{
    const RtObject *before = starrocks_column_find(table, op->name);
    const RtObject *after = starrocks_widen_sum(rt_catalog_context(catalog), op->after);
    const RtType *from = before ? rt_object_type(before) : NULL, *to = rt_object_type(after);
    const RtValueContext *context = rt_catalog_context(catalog);
    if (before && rt_object_value(before, STARROCKS_COLUMN_GENERATED) &&
        (op->text || !starrocks_is_comment_alone(context, before, op)))
        return make_job("the generated column is computed anew for all rows");
    if (!before || is_fast_change(server, table, before, after))
        return make_fast(server);
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(RtOp));
    if (starrocks_find_field_steps(context, op, before, after, steps))
        return effect_of_fields(server, steps);
    bool same_null =
        rt_object_flag(before, RT_ROLE_NOT_NULL) == rt_object_flag(after, RT_ROLE_NOT_NULL);
    bool same_comment = g_strcmp0(rt_object_text(before, RT_ROLE_COMMENT),
                                  rt_object_text(after, RT_ROLE_COMMENT)) == 0;
    /* A comment alone is written as that, unless somebody wrote the definition whole. */
    if (rt_type_equal(from, to) && same_null && !op->position && !op->is_first &&
        (same_comment || !op->text))
        return make_metadata();
    return make_job("the column is written again for all rows");
}

static RtEffect
effect_of_column(const RtServer *server, const RtCatalog *catalog, const RtOp *op)
{
    const RtObject *table = starrocks_table_find(catalog, op->owner);
    if (!table || op->verb == RT_VERB_RENAME)
        return make_metadata();
    if (op->verb == RT_VERB_CREATE)
        return effect_of_added(server, table, op);
    if (op->verb == RT_VERB_DROP)
        return effect_of_dropped(server, table, op);
    return effect_of_modified(server, catalog, table, op);
}

static RtEffect
effect_of_attribute(const RtOp *op)
{
    bool drops_field =
        op->owner && op->row == STARROCKS_COLUMN_TYPE && op->property && !op->value_after;
    if (drops_field)
        return (RtEffect){ .risks = RT_RISK_DATA_LOSS, .reason = "the field's values are lost" };
    if (starrocks_is_sorting(op))
        return make_job("all rows are sorted anew");
    if (op->owner || op->form != &starrocks_form_table)
        return make_metadata();
    if (op->flags & RT_OP_NEW_PARTITIONS)
        return make_metadata();
    if (op->row == STARROCKS_TABLE_PARTITION)
        return make_job("the rows of partitions are written into larger ones");
    if (op->row == STARROCKS_TABLE_DISTRIBUTION || op->row == STARROCKS_TABLE_BUCKETS)
        return make_job("all rows are distributed anew");
    if (op->row == STARROCKS_TABLE_ROLLUP && op->value_after)
        return make_job("the rollup is built");
    if (op->row == STARROCKS_TABLE_PARTITIONS && !op->value_after && !op->new_name)
        return (RtEffect){ .risks = RT_RISK_DATA_LOSS,
                           .reason = "the rows of the partition are lost" };
    bool is_filter = op->row == STARROCKS_TABLE_PROPERTIES && op->property &&
                     strcmp(op->property, "bloom_filter_columns") == 0;
    return is_filter ? make_job("the filters are built for all rows") : make_metadata();
}

static RtEffect
effect_of_recreated(const RtOp *op)
{
    if (op->flags & RT_OP_BACK)
        return (RtEffect){ .risks = RT_RISK_DATA_LOSS,
                           .reason = "rows written since it was made anew are lost" };
    bool is_table = op->kind == RT_KIND_TABLE;
    return (RtEffect){ .runs = RT_RUNS_COPY,
                       .risks = RT_RISK_REWRITE,
                       .reason = is_table ? "all rows are copied into a new table, and writes must "
                                            "stop meanwhile"
                                          : "it is computed anew" };
}

static RtEffect
find_effect(const RtServer *server, const RtCatalog *before, const RtOp *op)
{
    if (op->kind == RT_KIND_ATTRIBUTE)
        return effect_of_attribute(op);
    if (op->kind == RT_KIND_COLUMN)
        return effect_of_column(server, before, op);
    if (op->kind == RT_KIND_INDEX)
        return make_job(op->verb == RT_VERB_CREATE ? "the index is built" : "the index is removed");
    if (op->kind == RT_KIND_MATERIALIZED_VIEW && op->verb == RT_VERB_CREATE)
        return starrocks_is_synchronous(op->after) ? make_job("the rollup is built")
                                                   : make_metadata();
    if (op->verb == RT_VERB_RECREATE && op->beside)
        return effect_of_recreated(op);
    bool holds_rows = op->kind == RT_KIND_TABLE || op->kind == RT_KIND_DATABASE;
    if (holds_rows && (op->verb == RT_VERB_DROP || op->verb == RT_VERB_RECREATE))
        return (RtEffect){ .risks = RT_RISK_DATA_LOSS, .reason = "its rows are lost" };
    return make_metadata();
}

RtEffect
starrocks_effect(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                 const RtOp *op)
{
    (void) dialect;
    RtEffect effect = find_effect(server, before, op);
    starrocks_add_invalidated(before, op, &effect);
    return effect;
}
