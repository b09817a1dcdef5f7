/* Compares what a statement touches with what was before it, and with what it makes of that. */
#include "migrate/fate.h"

#include "dialect/parse.h"
#include "diff/diff.h"
#include "migrate/assess.h"
#include "state/definition.h"

#include <string.h>

static bool
load_ddl(const RtRunner *runner, RtCatalog *catalog, const char *ddl, GError **error)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    RtLoad load = { .dialect = runner->database->dialect,
                    .server = &runner->database->server,
                    .from_server = true };
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    const char *data = rt_arena_strdup(arena, ddl);
    const RtText *text = rt_text_new(arena, "<before the step>", data, strlen(data));
    return rt_load_text(&load, catalog, text, deferred, error) &&
           rt_load_finish(&load, catalog, deferred, error);
}

/* Two catalogs of a runner's target, and how they are compared. */
typedef struct Judge {
    const RtRunner *runner;
    RtDiffOptions options;
    const RtCatalog *kept;
} Judge;

static RtDiff *
compare(const Judge *judge, const RtCatalog *a, const RtCatalog *b)
{
    const RtDatabase *database = judge->runner->database;
    return rt_diff_new(database->dialect, &database->server, a, b, &judge->options);
}

static bool
are_equal(const Judge *judge, const RtCatalog *a, const RtCatalog *b)
{
    g_autoptr(RtDiff) there = compare(judge, a, b);
    g_autoptr(RtDiff) back = compare(judge, b, a);
    return rt_diff_is_empty(there) && rt_diff_is_empty(back);
}

static char *
describe_difference(const Judge *judge, const RtCatalog *live)
{
    g_autoptr(RtDiff) diff = compare(judge, judge->kept, live);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < diff->ops->len; i++) {
        g_autofree char *op = rt_op_describe(&g_array_index(diff->ops, RtOp, i), judge->kept);
        g_string_append_printf(text, "%s%s", text->len ? ", " : "", op);
    }
    for (guint i = 0; i < diff->refusals->len; i++) {
        const RtRefusal *refusal = &g_array_index(diff->refusals, RtRefusal, i);
        g_autofree char *op = rt_op_describe(&refusal->op, judge->kept);
        g_string_append_printf(text, "%s%s", text->len ? ", " : "", op);
    }
    return g_string_free(text, FALSE);
}

/* Whether it may be sent again where nothing shows if it ran. A second time gives what has moved
   its old name again, and a part that was made or dropped is refused. */
static bool
may_repeat(const RtOp *op)
{
    return op->flags & (RT_OP_IF_EXISTS | RT_OP_IF_NOT_EXISTS) ||
           !(op->verb == RT_VERB_RENAME || rt_touch_is_part(op));
}

static bool
apply_step(const RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
           RtCatalog *catalog, bool *out_may_repeat)
{
    const RtDatabase *database = runner->database;
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_autoptr(GError) failure = NULL;
    *out_may_repeat = true;
    if (!rt_assess_parse(database->dialect, &database->server, rt_catalog_model(catalog),
                         migration->text, step, ops, &failure))
        return false;
    for (guint i = 0; i < ops->len; i++) {
        RtOp *op = &g_array_index(ops, RtOp, i);
        *out_may_repeat = *out_may_repeat && may_repeat(op);
        if (!rt_replay(database->dialect, &database->server, catalog, op, &failure))
            return false;
    }
    return true;
}

/* The names of the attributes that are data. NULL-ended. */
static GPtrArray *
names_of_data(const RtDialect *dialect)
{
    GPtrArray *names = g_ptr_array_new();
    for (const RtForm *const *form = dialect->forms; form && *form; form++) {
        for (unsigned row = 0; row < (*form)->n_attributes; row++) {
            if ((*form)->attributes[row].is_data)
                g_ptr_array_add(names, (void *) (*form)->attributes[row].name);
        }
    }
    g_ptr_array_add(names, NULL);
    return names;
}

/* Whether there is a difference between before and after: one of data counts, and is looked at,
   where there is no other, since data comes and goes also by itself. */
static bool
leaves_trace(Judge *judge, const RtCatalog *after, const GPtrArray *data)
{
    if (!are_equal(judge, judge->kept, after))
        return true;
    judge->options.managed = (const char *const *) data->pdata;
    if (!are_equal(judge, judge->kept, after))
        return true;
    judge->options.managed = NULL;
    return false;
}

/* A text that is neither the old one nor as it was sent is what the server made of that. */
static bool
are_as_made(const Judge *judge, RtCatalog *now, const RtCatalog *after)
{
    rt_definitions_trust(&judge->runner->database->server, now, after);
    return are_equal(judge, after, now);
}

/* `after` is as before, and the step is applied to it here. */
static RtFate
find_fate(Judge *judge, const RtMigration *migration, const RtScriptStep *step, RtCatalog *now,
          RtCatalog *after, char **out_difference)
{
    const RtRunner *runner = judge->runner;
    g_autoptr(GPtrArray) data = names_of_data(runner->database->dialect);
    bool may_repeat, is_applied = apply_step(runner, migration, step, after, &may_repeat);
    bool has_trace = is_applied && leaves_trace(judge, after, data);
    RtFate fate = RT_FATE_UNKNOWN;
    if (are_equal(judge, judge->kept, now))
        fate = has_trace || !is_applied || may_repeat ? RT_FATE_BEFORE : RT_FATE_NO_TRACE;
    else if (is_applied && are_as_made(judge, now, after))
        fate = RT_FATE_AFTER;
    else
        *out_difference = describe_difference(judge, now);
    judge->options.managed = NULL;
    return fate;
}

bool
rt_fate_find(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
             const RtTouch *before, RtFate *out_fate, char **out_difference, GError **error)
{
    const RtDialect *dialect = runner->database->dialect;
    g_autoptr(RtModel) model = rt_model_new(runner->database->schema);
    g_autoptr(GPtrArray) names = rt_touch_names(dialect, model, before);
    g_autoptr(RtCatalog) live = rt_runner_reflect(runner, model, names, error);
    if (!live)
        return false;
    g_autoptr(RtCatalog) now = rt_touch_pick(dialect, before, live);
    g_autoptr(RtCatalog) kept = rt_touch_catalog(dialect, model);
    g_autoptr(RtCatalog) after = rt_touch_catalog(dialect, model);
    Judge judge = { .runner = runner, .kept = kept };
    *out_fate = RT_FATE_UNKNOWN;
    *out_difference = NULL;
    if (before->ddl && load_ddl(runner, kept, before->ddl, NULL) &&
        load_ddl(runner, after, before->ddl, NULL))
        *out_fate = find_fate(&judge, migration, step, now, after, out_difference);
    return true;
}
