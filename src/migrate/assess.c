/* Replays the halves of a plan on one catalog, and notes what they send and what they risk. */
#include "migrate/assess.h"

#include "dialect/effect.h"
#include "dialect/parse.h"
#include "op/apply.h"
#include "source/source.h"

#include <string.h>

/* A rebuild whose table is compared when its block is over. */
typedef struct Walk {
    RtAssessment *assessment;
    RtMigration *migration;
    bool *holds, *taken;
    int rebuild;
    const RtObject *rebuilt; /* as it was before the block */
} Walk;

bool
rt_assess_parse(const RtDialect *dialect, const RtServer *server, RtModel *model,
                const RtText *text, const RtScriptStep *step, GArray *ops, GError **error)
{
    /* A text that ends with the statement: errors keep the script's lines. */
    RtText *part = rt_arena_new_object(rt_model_arena(model), RtText);
    *part = *text;
    part->length = step->span.end;
    RtParser parser;
    bool is_done = false;
    rt_parser_init(&parser, dialect, server, model, part, ops);
    rt_cursor_seek(&parser.cursor, step->span.start);
    return rt_parser_next(&parser, &is_done, error);
}

/* In a rebuild an `allow` anywhere in its block counts. */
static bool
is_risk_allowed(const RtHalf *half, const RtScriptStep *step, RtRisk risk)
{
    const char *name = rt_risk_name(risk);
    if (step->rebuild >= 0)
        return rt_half_allows(half, step->rebuild, name);
    return step->allow && g_strv_contains(step->allow, name);
}

static bool
check_allowed_names(const Walk *walk, const RtScriptStep *step, GError **error)
{
    for (unsigned i = 0; step->allow && step->allow[i]; i++) {
        if (rt_risk_find(step->allow[i]))
            continue;
        g_autoptr(GString) known = g_string_new(NULL);
        for (unsigned j = 0; j < RT_N_RISKS; j++)
            g_string_append_printf(known, "%s%s", j ? ", " : "", rt_risk_name(1u << j));
        rt_text_error(error, RT_ERROR_SYNTAX, walk->migration->text, step->span,
                      "'allow' names an unknown risk '%s', known are %s", step->allow[i],
                      known->str);
        return false;
    }
    return true;
}

/* `what` is at risk; NULL: the reason names it. */
static void
add_risk(Walk *walk, const RtScriptStep *step, RtRisk risk, const char *what, const char *reason)
{
    RtMigration *migration = walk->migration;
    RtArena *arena = walk->assessment->arena;
    RtMigrationRisk danger = { .risk = risk,
                               .step = (unsigned) (step - migration->half.steps),
                               .is_allowed = is_risk_allowed(&migration->half, step, risk) };
    unsigned column;
    rt_text_locate(migration->text, step->span.start, &danger.line, &column);
    danger.reason = what && reason ? rt_arena_printf(arena, "%s: %s", what, reason)
                                   : rt_arena_strdup(arena, reason ? reason : what);
    g_array_append_val(migration->dangers, danger);
    g_ptr_array_add(migration->risks,
                    rt_arena_printf(arena, "%s: %s", rt_risk_name(risk), danger.reason));
}

/* The object that an operation changes, as the catalog has it. */
static const RtObject *
find_object(const RtCatalog *catalog, const RtOp *op)
{
    const RtObject *child = NULL;
    if (op->owner)
        return rt_catalog_find(catalog, RT_KIND_TABLE, op->owner);
    if (!op->name)
        return NULL;
    RtKind kind = op->kind == RT_KIND_ATTRIBUTE ? RT_KIND_TABLE : op->kind;
    const RtObject *owner = rt_catalog_find_owner(catalog, kind, op->name, &child);
    return owner ? owner : rt_catalog_find(catalog, kind, op->name);
}

/* In a rebuild block tables come and go; what counts is what became of the one that it is for. */
static void
note_effect(Walk *walk, const RtScriptStep *step, const RtOp *op)
{
    RtAssessment *assessment = walk->assessment;
    if (!assessment->dialect->effect || step->rebuild >= 0)
        return;
    if (op->verb == RT_VERB_DROP && (op->flags & RT_OP_IF_EXISTS) &&
        !find_object(assessment->catalog, op))
        return;
    RtEffect effect = assessment->dialect->effect(assessment->dialect, assessment->server,
                                                  assessment->catalog, op);
    if (!effect.risks)
        return;
    g_autofree char *what = rt_op_describe(op, assessment->catalog);
    for (unsigned i = 0; i < RT_N_RISKS; i++) {
        if (effect.risks & 1u << i)
            add_risk(walk, step, 1u << i, what, rt_effect_reason(&effect, 1u << i));
    }
}

/* Applies one operation; a rejection stops only where it can be believed. */
static bool
replay_op(Walk *walk, const RtScriptStep *step, RtOp *op, GError **error)
{
    RtAssessment *assessment = walk->assessment;
    if (op->verb == RT_VERB_OPAQUE && !(op->flags & (RT_OP_DATA | RT_OP_SESSION)))
        assessment->is_blind = true;
    if (rt_op_meet_temporary(assessment->catalog, op))
        return true;
    note_effect(walk, step, op);
    GError *failure = NULL;
    if (rt_replay(assessment->dialect, assessment->server, assessment->catalog, op, &failure))
        return true;
    if (assessment->is_strict && !assessment->is_blind) {
        g_propagate_error(error, failure);
        return false;
    }
    g_error_free(failure);
    assessment->is_blind = true;
    return true;
}

/* It would keep half a revision, and nobody could take that back. */
static bool
check_transaction(const Walk *walk, const RtScriptStep *step, const RtOp *op, GError **error)
{
    if (!(op->flags & RT_OP_TRANSACTION) || walk->migration->half.no_transaction ||
        !(walk->assessment->dialect->capabilities & RT_CAN_TRANSACT_DDL))
        return true;
    rt_text_error(error, RT_ERROR_SYNTAX, walk->migration->text, step->span,
                  "a revision is one transaction, which no statement of it may begin or end; "
                  "leave this out, or begin the half with '-- retort: no-transaction'");
    return false;
}

static bool
assess_statement(Walk *walk, const RtScriptStep *step, GError **error)
{
    RtAssessment *assessment = walk->assessment;
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_ptr_array_add(walk->migration->statements, (char *) step->sql);
    if (!check_allowed_names(walk, step, error) ||
        !rt_assess_parse(assessment->dialect, assessment->server,
                         rt_catalog_model(assessment->catalog), walk->migration->text, step, ops,
                         error))
        return false;
    for (guint i = 0; i < ops->len; i++) {
        RtOp *op = &g_array_index(ops, RtOp, i);
        if (!check_transaction(walk, step, op, error) || !replay_op(walk, step, op, error))
            return false;
    }
    return true;
}

/* What became of the table: all of its rows are new ones, some columns may be no more. */
static void
end_rebuild(Walk *walk)
{
    const RtObject *before = walk->rebuilt;
    int index = walk->rebuild;
    walk->rebuild = -1;
    walk->rebuilt = NULL;
    if (index < 0 || !before)
        return;
    const RtHalf *half = &walk->migration->half;
    const RtScriptStep *first = &half->steps[half->rebuilds[index].first];
    g_autoptr(GPtrArray) lost = rt_replay_lost_columns(walk->assessment->catalog, before);
    g_autofree char *reason =
        g_strdup_printf("all rows of %s are written again", before->name->text);
    add_risk(walk, first, RT_RISK_REWRITE, NULL, reason);
    for (unsigned i = 0; i < lost->len; i++) {
        const RtObject *column = lost->pdata[i];
        g_autofree char *loss =
            g_strdup_printf("the values of %s.%s are lost", before->name->text, column->name->text);
        add_risk(walk, first, RT_RISK_DATA_LOSS, NULL, loss);
    }
}

static void
enter_rebuild(Walk *walk, const RtScriptStep *step)
{
    if (step->rebuild == walk->rebuild)
        return;
    end_rebuild(walk);
    walk->rebuild = step->rebuild;
    if (step->rebuild >= 0)
        walk->rebuilt = rt_replay_table(walk->assessment->catalog,
                                        walk->migration->half.rebuilds[step->rebuild].table);
}

static bool
assess_step(Walk *walk, unsigned i, GError **error)
{
    const RtScriptStep *step = &walk->migration->half.steps[i];
    enter_rebuild(walk, step);
    bool is_taken = step->condition < 0 || walk->holds[step->condition];
    walk->taken[i] = is_taken;
    if (step->kind == RT_SCRIPT_IF)
        walk->holds[i] = is_taken && rt_replay_condition(walk->assessment->catalog, step);
    if (!is_taken)
        return true;
    switch (step->kind) {
    case RT_SCRIPT_STATEMENT:
        return assess_statement(walk, step, error);
    case RT_SCRIPT_RUN:
        walk->assessment->is_blind = true;
        return true;
    case RT_SCRIPT_IRREVERSIBLE:
        rt_text_error(error, RT_ERROR_IRREVERSIBLE, walk->migration->text, step->span,
                      "this half cannot run: %s", step->sql);
        return false;
    case RT_SCRIPT_IF:
    case RT_SCRIPT_ASSERT:
        break;
    }
    return true;
}

bool
rt_assess(RtAssessment *assessment, RtMigration *migration, unsigned first, GError **error)
{
    g_autofree bool *holds = g_new0(bool, migration->half.n_steps + 1);
    bool *taken = rt_arena_new_array(assessment->arena, bool, migration->half.n_steps + 1);
    Walk walk = { assessment, migration, holds, taken, .rebuild = -1 };
    migration->taken = taken;
    for (unsigned i = 0; i < migration->half.n_steps; i++) {
        /* Conditions before the first step still decide on those behind it. */
        bool is_over = i < first && migration->half.steps[i].kind != RT_SCRIPT_IF;
        if (!is_over && !assess_step(&walk, i, error))
            return false;
    }
    end_rebuild(&walk);
    return true;
}
