/* Scripts × catalog: halves replayed statement by statement, conditions decided on the catalog. */
#include "dialect/parse.h"
#include "source/source.h"

#include <string.h>

/* Which of the conditions around a step hold, by index of their step. */
typedef struct Replay {
    const RtDialect *dialect;
    const RtServer *server;
    RtCatalog *catalog;
    const RtText *text;
    const RtHalf *half;
    RtReplayFunc visit;
    void *data;
    bool *holds;
} Replay;

static const RtName *
fold_name(const RtCatalog *catalog, RtKind kind, const char *text)
{
    const RtValueContext *context = rt_catalog_context(catalog);
    const char *point = strchr(text, '.');
    g_autofree char *schema = point ? g_strndup(text, (size_t) (point - text)) : NULL;
    return rt_model_name(rt_catalog_model(catalog), context->rules->fold[kind], schema,
                         point ? point + 1 : text);
}

static bool
has_column(const RtCatalog *catalog, const char *qualified)
{
    const char *point = strrchr(qualified, '.');
    if (!point)
        return false;
    g_autofree char *table = g_strndup(qualified, (size_t) (point - qualified));
    const RtObject *object =
        rt_catalog_find(catalog, RT_KIND_TABLE, fold_name(catalog, RT_KIND_TABLE, table));
    const RtValueContext *context = rt_catalog_context(catalog);
    const RtName *column = rt_model_name(rt_catalog_model(catalog),
                                         context->rules->fold[RT_KIND_COLUMN], NULL, point + 1);
    return object && rt_object_find_child(object, RT_KIND_COLUMN, column, 0) >= 0;
}

static bool
has_object(const RtCatalog *catalog, RtKind kind, const char *text)
{
    const RtName *name = fold_name(catalog, kind, text);
    const RtObject *object = rt_catalog_find(catalog, kind, name);
    const RtObject *child;
    return (object && rt_object_kind(object) == kind) ||
           rt_catalog_find_owner(catalog, kind, name, &child);
}

bool
rt_replay_condition(const RtCatalog *catalog, const RtScriptStep *step)
{
    static const struct {
        const char *word;
        RtKind kind;
    } kinds[] = { { "table", RT_KIND_TABLE },
                  { "view", RT_KIND_VIEW },
                  { "index", RT_KIND_INDEX } };
    bool exists = false;
    if (strcmp(step->if_kind, "column") == 0)
        exists = has_column(catalog, step->if_name);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(step->if_kind, kinds[i].word) == 0)
            exists = has_object(catalog, kinds[i].kind, step->if_name);
    }
    return exists != step->if_not;
}

static bool
apply_statement(Replay *replay, const RtScriptStep *step, GArray *ops, GError **error)
{
    if (replay->visit &&
        !replay->visit(replay->data, step, true, (RtOp *) ops->data, ops->len, error))
        return false;
    for (unsigned i = 0; i < ops->len; i++) {
        if (!rt_replay(replay->dialect, replay->server, replay->catalog,
                       &g_array_index(ops, RtOp, i), error))
            return false;
    }
    return true;
}

/* The statement is read where it stands, in a text that ends with it: errors show the script's
 * lines. */
static bool
replay_statement(Replay *replay, const RtScriptStep *step, GError **error)
{
    g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(RtOp));
    RtModel *model = rt_catalog_model(replay->catalog);
    RtText *text = rt_arena_new_object(rt_model_arena(model), RtText);
    *text = *replay->text;
    text->length = step->span.end;
    RtParser parser;
    rt_parser_init(&parser, replay->dialect, replay->server, model, text, ops);
    rt_cursor_seek(&parser.cursor, step->span.start);
    bool is_done;
    return rt_parser_next(&parser, &is_done, error) && apply_statement(replay, step, ops, error);
}

static bool
replay_step(Replay *replay, unsigned i, GError **error)
{
    const RtScriptStep *step = &replay->half->steps[i];
    bool is_taken = step->condition < 0 || replay->holds[step->condition];
    if (step->kind == RT_SCRIPT_IF)
        replay->holds[i] = is_taken && rt_replay_condition(replay->catalog, step);
    if (is_taken && step->kind == RT_SCRIPT_STATEMENT)
        return replay_statement(replay, step, error);
    if (is_taken && step->kind == RT_SCRIPT_IRREVERSIBLE) {
        rt_text_error(error, RT_ERROR_IRREVERSIBLE, replay->text, step->span, "irreversible: %s",
                      step->sql);
        return false;
    }
    return !replay->visit || replay->visit(replay->data, step, is_taken, NULL, 0, error);
}

bool
rt_replay_half(const RtDialect *dialect, const RtServer *server, RtCatalog *catalog,
               const RtText *text, const RtHalf *half, RtReplayFunc visit, void *data,
               GError **error)
{
    g_autofree bool *holds = g_new0(bool, half->n_steps + 1);
    Replay replay = { dialect, server, catalog, text, half, visit, data, holds };
    for (unsigned i = 0; i < half->n_steps; i++) {
        if (!replay_step(&replay, i, error))
            return false;
    }
    return true;
}

const RtObject *
rt_replay_table(const RtCatalog *catalog, const char *name)
{
    return rt_catalog_find(catalog, RT_KIND_TABLE, fold_name(catalog, RT_KIND_TABLE, name));
}

GPtrArray *
rt_replay_lost_columns(const RtCatalog *after, const RtObject *before)
{
    const RtObject *table = rt_catalog_find(after, RT_KIND_TABLE, before->name);
    GPtrArray *lost = g_ptr_array_new();
    for (unsigned i = 0; table && i < before->n_children; i++) {
        const RtObject *child = before->children[i];
        if (rt_object_kind(child) == RT_KIND_COLUMN &&
            rt_object_find_child(table, RT_KIND_COLUMN, child->name, i) < 0)
            g_ptr_array_add(lost, (void *) child);
    }
    return lost;
}

bool
rt_replay_revisions(const RtSourceContext *context, RtCatalog *catalog,
                    const RtRevision *const *revisions, unsigned n, GError **error)
{
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    bool is_done = true;
    /* What they read was there when they ran, whoever had made it. */
    bool is_partial = rt_catalog_unseen(catalog) & RT_UNSEEN_FOREIGN;
    rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, true);
    for (unsigned i = 0; i < n && is_done; i++) {
        RtHalf half;
        const RtText *text;
        is_done = rt_folder_half(context->folder, arena, context->dialect->lexicon, revisions[i],
                                 RT_UP, &half, &text, error) &&
                  rt_replay_half(context->dialect, &context->server, catalog, text, &half, NULL,
                                 NULL, error);
    }
    rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, is_partial);
    return is_done;
}

bool
rt_replay_rows(const RtSourceContext *context, RtCatalog *catalog, const char *const *rows,
               GError **error)
{
    RtIterateOptions range = { .upper = { .list = rows }, .inclusive = true };
    g_autoptr(GPtrArray) revisions =
        rt_graph_iterate(rt_folder_graph(context->folder), &range, error);
    if (!revisions)
        return false;
    g_autofree const RtRevision **forward = g_new(const RtRevision *, revisions->len + 1);
    for (unsigned i = 0; i < revisions->len; i++)
        forward[i] = g_ptr_array_index(revisions, revisions->len - 1 - i);
    return rt_replay_revisions(context, catalog, forward, revisions->len, error);
}
