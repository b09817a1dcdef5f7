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

static bool
is_not_null(const RtObject *column)
{
    const RtValue *value = column ? rt_object_value(column, SQLITE_COLUMN_NOT_NULL) : NULL;
    return value && value->flag && value->origin == RT_ORIGIN_STATED;
}

/* Nothing says what the rows that are there get: the rebuild cannot copy them. */
static bool
needs_value(const RtCatalog *before, const RtOp *op)
{
    const RtValue *fallback = rt_object_value(op->after, SQLITE_COLUMN_DEFAULT);
    return is_not_null(op->after) && !rt_object_value(op->after, SQLITE_COLUMN_GENERATED) &&
           (!fallback || rt_sqlite_is_null(rt_catalog_context(before), fallback));
}

/* Which rows the table as it will be does not take; NULL where it takes all. */
static const char *
find_failure(const RtCatalog *before, const RtOp *op)
{
    bool adds = op->verb == RT_VERB_CREATE;
    if (op->kind == RT_KIND_COLUMN && adds && needs_value(before, op))
        return "where there are any, for nothing says their values of a column that is NOT NULL "
               "without a default";
    if (op->kind == RT_KIND_COLUMN && op->verb == RT_VERB_ALTER && is_not_null(op->after) &&
        !is_not_null(op->before))
        return "where one has NULL in a column that becomes NOT NULL";
    if (adds && (op->kind == RT_KIND_KEY || op->kind == RT_KIND_CONSTRAINT))
        return "where they break the new constraint";
    return NULL;
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
    const char *failure = find_failure(before, op);
    g_autofree char *more =
        g_strconcat(" are written again", failure ? "; fails " : NULL, failure, NULL);
    return (RtEffect){ .runs = RT_RUNS_REWRITE,
                       .risks = RT_RISK_REWRITE,
                       .reason = print_reason(before, "all rows of ", table->text, more) };
}
