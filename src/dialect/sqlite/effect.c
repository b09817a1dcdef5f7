/* What changes do to a database: which of them write all rows again, which lose some. */
#include "dialect/sqlite/sqlite.h"

static const char *
print_reason(const RtCatalog *before, const char *format, const char *name, const char *more)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(before));
    g_autofree char *text = g_strdup_printf("%s%s%s", format, name, more ? more : "");
    return rt_arena_strdup(arena, text);
}

static void
add_users(RtEffect *effect, const RtCatalog *before, const RtName *table, const RtName *column)
{
    const RtObject *user = rt_sqlite_user_find(before, table, column);
    if (!user)
        return;
    effect->risks |= RT_RISK_INVALIDATES;
    g_autofree char *name = g_strdup_printf("%s %s", user->form->name, user->name->text);
    effect->reasons[__builtin_ctz(RT_RISK_INVALIDATES)] =
        print_reason(before, "", name, column ? " uses the column" : " uses the table");
}

static RtEffect
drop_table(const RtCatalog *before, const RtOp *op)
{
    RtEffect effect = { .risks = RT_RISK_DATA_LOSS };
    effect.reason = print_reason(before, "the rows of ", op->name->text, " are lost");
    add_users(&effect, before, op->name, NULL);
    return effect;
}

static bool
loses_values(const RtOp *op)
{
    return op->kind == RT_KIND_COLUMN && op->verb == RT_VERB_DROP &&
           !(op->before && rt_object_value(op->before, SQLITE_COLUMN_GENERATED) &&
             !rt_sqlite_flag(op->before, SQLITE_COLUMN_STORED));
}

static RtEffect
drop_column(const RtCatalog *before, const RtOp *op)
{
    RtEffect effect = { .runs = RT_RUNS_REWRITE, .risks = RT_RISK_REWRITE };
    g_autofree char *name = g_strdup_printf("%s.%s", op->owner->text, op->name->text);
    effect.reason = print_reason(before, "all rows are written again without ", name, NULL);
    if (loses_values(op)) {
        effect.risks |= RT_RISK_DATA_LOSS;
        effect.reasons[__builtin_ctz(RT_RISK_DATA_LOSS)] =
            print_reason(before, "the values of ", name, " are lost");
    }
    add_users(&effect, before, op->owner, op->name);
    return effect;
}

/* Nothing says what the rows that are there get: the rebuild cannot copy them. */
static bool
needs_value(const RtCatalog *before, const RtOp *op)
{
    if (op->kind != RT_KIND_COLUMN || op->verb != RT_VERB_CREATE || !op->after)
        return false;
    const RtValue *not_null = rt_object_value(op->after, SQLITE_COLUMN_NOT_NULL);
    const RtValue *fallback = rt_object_value(op->after, SQLITE_COLUMN_DEFAULT);
    return not_null && not_null->flag && not_null->origin == RT_ORIGIN_STATED &&
           !rt_object_value(op->after, SQLITE_COLUMN_GENERATED) &&
           (!fallback || rt_sqlite_is_null(rt_catalog_context(before), fallback));
}

RtEffect
rt_sqlite_effect(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                 const RtOp *op)
{
    if (op->verb == RT_VERB_OPAQUE || (op->flags & RT_OP_TEMPORARY))
        return (RtEffect){ .runs = RT_RUNS_METADATA };
    if (op->kind == RT_KIND_TABLE && op->verb == RT_VERB_DROP)
        return drop_table(before, op);
    if (op->kind == RT_KIND_COLUMN && op->verb == RT_VERB_DROP && op->owner)
        return drop_column(before, op);
    RtChange change = rt_sqlite_change(dialect, server, before, op);
    if (change.how != RT_HOW_REBUILD)
        return (RtEffect){ .runs = RT_RUNS_METADATA };
    const RtName *table = op->owner ? op->owner : op->name;
    const char *more = needs_value(before, op)
                           ? " are written again; fails where there are any, for nothing says "
                             "their values of a column that is NOT NULL without a default"
                           : " are written again";
    return (RtEffect){ .runs = RT_RUNS_REWRITE,
                       .risks = RT_RISK_REWRITE,
                       .reason = print_reason(before, "all rows of ", table->text, more) };
}
