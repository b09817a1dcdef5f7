/* From the live version rows and a request to migrations: what would run, and what it risks. */
#include "migrate/assess.h"
#include "migrate/unscripted.h"
#include "op/schemas.h"

#include "source/source.h"

#include <string.h>

typedef struct Planner {
    RtFolder *folder;
    RtDatabase *database;
    RtState *state;
    const RtRequest *request;
    RtMigrationPlan *plan;
    GPtrArray *rows; /* of the version table, as the plan goes on */
} Planner;

void
rt_migration_free(RtMigration *migration)
{
    if (!migration)
        return;
    g_ptr_array_unref(migration->statements);
    g_ptr_array_unref(migration->risks);
    g_array_unref(migration->dangers);
    g_free(migration);
}

RtMigrationPlan *
rt_migration_plan_empty(void)
{
    RtMigrationPlan *plan = g_new0(RtMigrationPlan, 1);
    plan->arena = rt_arena_new();
    plan->migrations = g_ptr_array_new_with_free_func((GDestroyNotify) rt_migration_free);
    plan->rows_before = g_ptr_array_new_with_free_func(g_free);
    plan->rows_after = g_ptr_array_new_with_free_func(g_free);
    return plan;
}

void
rt_migration_plan_free(RtMigrationPlan *plan)
{
    while (plan) {
        RtMigrationPlan *earlier = plan->earlier;
        g_ptr_array_unref(plan->migrations);
        g_ptr_array_unref(plan->rows_before);
        g_ptr_array_unref(plan->rows_after);
        rt_plan_free(plan->plan);
        rt_arena_free(plan->arena);
        g_free(plan);
        plan = earlier;
    }
}

RtMigration *
rt_migration_new(const RtStep *step)
{
    RtMigration *migration = g_new0(RtMigration, 1);
    migration->statements = g_ptr_array_new();
    migration->risks = g_ptr_array_new();
    migration->dangers = g_array_new(FALSE, FALSE, sizeof(RtMigrationRisk));
    if (!step)
        return migration;
    migration->step = step;
    migration->revision = step->revision;
    migration->is_stamp = step->kind == RT_STEP_STAMP;
    migration->direction = step->is_upgrade || step->kind == RT_STEP_UPGRADE ? RT_UP : RT_DOWN;
    migration->moves = step->moves;
    migration->n_moves = (unsigned) step->move_count;
    return migration;
}

static RtMigration *
add_migration(Planner *planner, const RtStep *step)
{
    RtMigration *migration = rt_migration_new(step);
    g_ptr_array_add(planner->plan->migrations, migration);
    return migration;
}

/* The rows before and after a migration, from its moves. */
static void
move_rows(Planner *planner, RtMigration *migration)
{
    RtArena *arena = planner->plan->arena;
    g_autofree char *before = rt_rows_join(planner->rows);
    migration->rows_before = rt_arena_strdup(arena, before);
    for (unsigned i = 0; i < migration->n_moves; i++)
        rt_rows_move(planner->rows, &migration->moves[i]);
    g_autofree char *after = rt_rows_join(planner->rows);
    migration->rows_after = rt_arena_strdup(arena, after);
}

bool
rt_migration_read_half(RtMigration *migration, const RtFolder *folder, RtArena *arena,
                       const RtLexicon *lexicon, GError **error)
{
    bool is_up = migration->direction == RT_UP;
    if (!rt_folder_half(folder, arena, lexicon, migration->revision, migration->direction,
                        &migration->half, &migration->text, error))
        return false;
    if (migration->half.is_written)
        return true;
    uint32_t end = migration->text->length;
    rt_text_error(error, RT_ERROR_IRREVERSIBLE, migration->text, (RtSpan){ end, end },
                  "revision %s cannot be %s: no %s written", migration->revision->id,
                  is_up ? "applied" : "taken back", is_up ? "upgrade" : "downgrade");
    return false;
}

static bool
read_half(Planner *planner, RtMigration *migration, GError **error)
{
    return rt_migration_read_half(migration, planner->folder, planner->plan->arena,
                                  planner->database->dialect->lexicon, error);
}

/* ---- the open run -----------------------------------------------------------------------------
 */

static void
append_difference(GArray *moves, RtMoveKind kind, const GPtrArray *of, const GPtrArray *without,
                  RtArena *arena)
{
    for (guint i = 0; i < of->len; i++) {
        if (g_ptr_array_find_with_equal_func((GPtrArray *) without, of->pdata[i], g_str_equal,
                                             NULL))
            continue;
        const char *id = rt_arena_strdup(arena, of->pdata[i]);
        RtMove move = { kind, kind == RT_MOVE_DELETE ? id : NULL,
                        kind == RT_MOVE_INSERT ? id : NULL };
        g_array_append_val(moves, move);
    }
}

/* The moves of an open run are the difference of its rows. */
static void
set_open_moves(Planner *planner, RtMigration *migration, const RtJournalRow *row)
{
    RtArena *arena = planner->plan->arena;
    g_autoptr(GArray) moves = g_array_new(FALSE, FALSE, sizeof(RtMove));
    g_autoptr(GPtrArray) before = rt_rows_split(row->rows_before);
    g_autoptr(GPtrArray) after = rt_rows_split(row->rows_after);
    append_difference(moves, RT_MOVE_DELETE, before, after, arena);
    append_difference(moves, RT_MOVE_INSERT, after, before, arena);
    migration->n_moves = moves->len;
    if (!moves->len)
        return;
    RtMove *copy = rt_arena_new_array(arena, RtMove, moves->len);
    memcpy(copy, moves->data, sizeof(RtMove) * moves->len);
    migration->moves = copy;
}

static void
set_open_step(Planner *planner, RtMigration *migration)
{
    RtStep *step = rt_arena_new_object(planner->plan->arena, RtStep);
    const char **self = rt_arena_new_array(planner->plan->arena, const char *, 2);
    const RtRevision *revision = migration->revision;
    bool is_up = migration->direction == RT_UP;
    self[0] = revision->id;
    step->kind = is_up ? RT_STEP_UPGRADE : RT_STEP_DOWNGRADE;
    step->is_upgrade = is_up;
    step->revision = revision;
    step->from = is_up ? revision->down_revisions : self;
    step->to = is_up ? self : revision->down_revisions;
    step->moves = migration->moves;
    step->move_count = migration->n_moves;
    migration->step = step;
}

static bool
add_open_run(Planner *planner, const RtJournalRow *row, GError **error)
{
    if (rt_unscripted_is(row)) {
        rt_unscripted_refuse(row, error);
        return false;
    }
    const RtRevision *revision =
        rt_graph_find(rt_folder_graph(planner->folder), row->revision ? row->revision : "");
    if (!revision) {
        rt_error_set(error, RT_ERROR_NEEDS_DECISION,
                     "a run of revision %s, which no script has, stands open since %s; bring the "
                     "script back, or say with 'stamp' where the database is",
                     row->revision, row->started);
        return false;
    }
    RtMigration *migration = add_migration(planner, NULL);
    migration->is_open = true;
    migration->revision = revision;
    migration->direction = g_strcmp0(row->direction, "down") == 0 ? RT_DOWN : RT_UP;
    set_open_moves(planner, migration, row);
    set_open_step(planner, migration);
    g_ptr_array_unref(planner->rows);
    planner->rows = rt_rows_split(row->rows_before);
    move_rows(planner, migration);
    return read_half(planner, migration, error);
}

/* ---- the request ------------------------------------------------------------------------------
 */

static RtPlan *
ask_graph(const Planner *planner, const char *const *rows, GError **error)
{
    const RtGraph *graph = rt_folder_graph(planner->folder);
    const RtRequest *request = planner->request;
    const char *target = request->targets ? request->targets[0] : NULL;
    switch (request->goal) {
    case RT_GOAL_UPGRADE:
        return rt_plan_upgrade(graph, rows, target, error);
    case RT_GOAL_DOWNGRADE:
        return rt_plan_downgrade(graph, rows, target, error);
    case RT_GOAL_STAMP:
    case RT_GOAL_APPLY:
        break;
    }
    return rt_plan_stamp(graph, rows, request->targets, request->purge, error);
}

/* A purge deletes every row that is there before the stamp's own moves. */
static void
add_purge(Planner *planner)
{
    RtArena *arena = planner->plan->arena;
    if (!planner->rows->len)
        return;
    RtMigration *migration = add_migration(planner, NULL);
    RtMove *moves = rt_arena_new_array(arena, RtMove, planner->rows->len);
    for (guint i = 0; i < planner->rows->len; i++)
        moves[i] =
            (RtMove){ RT_MOVE_DELETE, rt_arena_strdup(arena, planner->rows->pdata[i]), NULL };
    migration->is_stamp = true;
    migration->direction = RT_DOWN;
    migration->moves = moves;
    migration->n_moves = planner->rows->len;
    move_rows(planner, migration);
}

static bool
add_steps(Planner *planner, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    for (guint i = 0; i < planner->rows->len; i++)
        g_ptr_array_add(rows, planner->rows->pdata[i]);
    g_ptr_array_add(rows, NULL);
    RtPlan *plan = ask_graph(planner, (const char *const *) rows->pdata, error);
    if (!plan)
        return false;
    planner->plan->plan = plan;
    if (planner->request->goal == RT_GOAL_STAMP && planner->request->purge)
        add_purge(planner);
    for (size_t i = 0; i < plan->count; i++) {
        RtMigration *migration = add_migration(planner, &plan->steps[i]);
        move_rows(planner, migration);
        if (!migration->is_stamp && !read_half(planner, migration, error))
            return false;
    }
    return true;
}

static bool
add_apply(Planner *planner, const RtJournalRow *open, GError **error)
{
    g_autofree char *body =
        rt_unscripted_body(planner->state, planner->request, open, planner->rows, error);
    if (!body || !*body)
        return body;
    RtMigration *migration = add_migration(planner, NULL);
    migration->is_open = open;
    move_rows(planner, migration);
    return rt_unscripted_read(migration, planner->plan->arena, planner->database->dialect->lexicon,
                              body, error);
}

/* ---- risks ------------------------------------------------------------------------------------
 */

/* The schemas that the plan's statements name; what cannot be read is said when it is assessed. */
static void
find_schemas(const Planner *planner, RtModel *model, RtSchemas *schemas)
{
    const RtDatabase *database = planner->database;
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    if (!(database->dialect->capabilities & RT_URL_NAMES_SCHEMA))
        return;
    for (guint i = 0; i < planner->plan->migrations->len; i++) {
        const RtMigration *migration = planner->plan->migrations->pdata[i];
        for (unsigned j = 0; !migration->is_stamp && j < migration->half.n_steps; j++) {
            const RtScriptStep *step = &migration->half.steps[j];
            g_autoptr(GError) ignored = NULL;
            g_array_set_size(ops, 0);
            if (step->kind == RT_SCRIPT_STATEMENT &&
                rt_assess_parse(database->dialect, &database->server, model, migration->text, step,
                                ops, &ignored))
                rt_schemas_add_ops(schemas, (const RtOp *) (const void *) ops->data, ops->len);
        }
    }
}

static bool
assess_all(Planner *planner, unsigned open_step, GError **error)
{
    RtDatabase *database = planner->database;
    const RtDialect *dialect = database->dialect;
    g_autoptr(RtModel) model = rt_model_new(database->schema);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    g_autoptr(RtSchemas) schemas = rt_schemas_new();
    find_schemas(planner, model, schemas);
    RtReading reading = { .schemas = rt_schemas_list(schemas) };
    if (!rt_database_reflect(database, catalog, rt_state_tables(planner->state), &reading, NULL,
                             error))
        return false;
    RtRunner runner = { .database = database };
    RtAssessment assessment = { .dialect = dialect,
                                .server = &database->server,
                                .catalog = catalog,
                                .arena = planner->plan->arena };
    for (guint i = 0; i < planner->plan->migrations->len; i++) {
        RtMigration *migration = planner->plan->migrations->pdata[i];
        if (migration->is_stamp)
            continue;
        assessment.is_strict =
            !migration->is_open && database->connection && !rt_runner_transacts(&runner, migration);
        unsigned first = migration->is_open && open_step ? open_step - 1 : 0;
        if (!rt_assess(&assessment, migration, first, error))
            return false;
    }
    return true;
}

static bool
make_plan(Planner *planner, const RtJournalRow *open, GError **error)
{
    bool is_apply = planner->request->goal == RT_GOAL_APPLY;
    if (is_apply ? !add_apply(planner, open, error)
                 : (open && !add_open_run(planner, open, error)) || !add_steps(planner, error))
        return false;
    if (planner->request->goal == RT_GOAL_STAMP || !planner->plan->migrations->len)
        return true;
    return assess_all(planner, open ? (unsigned) open->step : 0, error);
}

RtMigrationPlan *
rt_migration_plan_new(RtFolder *folder, RtDatabase *database, RtState *state,
                      const RtRequest *request, GError **error)
{
    g_autoptr(RtMigrationPlan) plan = rt_migration_plan_empty();
    g_auto(RtStanding) standing = { 0 };
    if (!rt_state_read_standing(state, &standing, error))
        return NULL;
    for (guint i = 0; i < standing.rows->len; i++)
        g_ptr_array_add(plan->rows_before, g_strdup(standing.rows->pdata[i]));
    Planner planner = { folder, database, state, request, plan, g_steal_pointer(&standing.rows) };
    /* A stamp is a person's word, whatever stands open. */
    bool ok = make_plan(&planner, request->goal == RT_GOAL_STAMP ? NULL : standing.open, error);
    g_ptr_array_unref(plan->rows_after);
    plan->rows_after = planner.rows;
    return ok ? g_steal_pointer(&plan) : NULL;
}
