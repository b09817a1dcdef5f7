/* A run as a script for the server's own client, without a database. */
#include "migrate/assess.h"
#include "migrate/runner.h"

#include "revision/describe.h"
#include "source/source.h"

#include <string.h>

enum { NO_REBUILD = -1 };

typedef struct Offline {
    RtFolder *folder;
    const RtDialect *dialect;
    const RtServer *server;
    const RtRequest *request;
    RtState *state; /* speaks to nobody */
    RtArena *arena;
    RtPlan *plan;
    GPtrArray *migrations; /* of RtMigration * */
    GString *out;
} Offline;

static RtPlan *
make_plan(const Offline *offline, GError **error)
{
    const RtGraph *graph = rt_folder_graph(offline->folder);
    const char *const *targets = offline->request->targets;
    const char *range = targets && targets[0] ? targets[0] : "head";
    switch (offline->request->goal) {
    case RT_GOAL_UPGRADE:
        return rt_plan_upgrade_offline(graph, range, error);
    case RT_GOAL_DOWNGRADE:
        return rt_plan_downgrade_offline(graph, range, error);
    case RT_GOAL_STAMP:
    case RT_GOAL_APPLY:
        break;
    }
    return rt_plan_stamp_offline(graph, targets, error);
}

/* ---- replay -------------------------------------------------------------------------------
 */

/* Replays what the database is taken to have: all up to the start of the range. */
static bool
replay_start(const Offline *offline, RtCatalog *catalog, GError **error)
{
    const char *range = offline->request->targets ? offline->request->targets[0] : NULL;
    const char *colon = range ? strchr(range, ':') : NULL;
    if (!colon || colon == range)
        return true;
    g_autofree char *from = g_strndup(range, (size_t) (colon - range));
    if (strcmp(from, "base") == 0)
        return true;
    g_autoptr(RtPlan) plan = rt_plan_upgrade(rt_folder_graph(offline->folder), NULL, from, error);
    if (!plan)
        return false;
    g_autofree const RtRevision **revisions = g_new0(const RtRevision *, plan->count + 1);
    for (size_t i = 0; i < plan->count; i++)
        revisions[i] = plan->steps[i].revision;
    RtSourceContext context = { .dialect = offline->dialect,
                                .server = *offline->server,
                                .folder = offline->folder };
    return rt_replay_revisions(&context, catalog, revisions, (unsigned) plan->count, error);
}

/* Decides conditions and finds risks. */
static bool
assess_all(const Offline *offline, GError **error)
{
    g_autoptr(RtModel) model = rt_model_new(rt_dialect_schema(offline->dialect, offline->server));
    g_autoptr(RtCatalog) catalog =
        rt_catalog_new(model, offline->dialect->rules, offline->dialect->lexicon);
    if (!replay_start(offline, catalog, error))
        return false;
    rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, true); /* the target's, which nobody asks */
    RtAssessment assessment = { .dialect = offline->dialect,
                                .server = offline->server,
                                .catalog = catalog,
                                .arena = offline->arena };
    for (guint i = 0; i < offline->migrations->len; i++) {
        RtMigration *migration = offline->migrations->pdata[i];
        if (!migration->is_stamp && !rt_assess(&assessment, migration, 0, error))
            return false;
    }
    return true;
}

/* ---- printing ---------------------------------------------------------------------------------
 */

static void
print_statement(const Offline *offline, const char *sql)
{
    size_t length = strlen(sql);
    bool is_ended = length && sql[length - 1] == ';';
    g_string_append_printf(offline->out, "%s%s\n", sql, is_ended ? "" : ";");
}

static void
print_statements(const Offline *offline, const char *const *statements)
{
    for (unsigned i = 0; statements && statements[i]; i++)
        print_statement(offline, statements[i]);
}

/* What the session needs during rebuilds, or what is known of how it was. */
static void
print_settings(const Offline *offline, bool is_begin, bool is_local)
{
    const RtRebuildSetting *setting = offline->dialect->rebuild_settings;
    for (; setting && setting->ask; setting++) {
        const char *value = is_begin ? setting->value : setting->usual;
        g_autofree char *sql = g_strconcat(setting->set, value, NULL);
        if (value && setting->is_local == is_local)
            print_statement(offline, sql);
    }
}

/* Out of the rebuild block that the steps were in, if any, and into the next. */
static void
move_between_blocks(const Offline *offline, int *now, int next)
{
    if (*now == next)
        return;
    if (*now >= 0)
        print_settings(offline, false, true);
    if (next >= 0)
        print_settings(offline, true, true);
    *now = next;
}

static void
print_span(const Offline *offline, const RtText *text, RtSpan span)
{
    if (span.start == span.end)
        return;
    g_string_append_len(offline->out, text->data + span.start, span.end - span.start);
    g_string_append_c(offline->out, '\n');
}

/* Names what a script risks and does not say itself. */
static void
print_risks(const Offline *offline, const RtMigration *migration, unsigned i)
{
    RtSpan comment = migration->half.steps[i].comment;
    const char *written = migration->text->data + comment.start;
    for (guint j = 0; j < migration->dangers->len; j++) {
        const RtMigrationRisk *risk = &g_array_index(migration->dangers, RtMigrationRisk, j);
        g_autofree char *mark = g_strdup_printf("-- risk: %s", rt_risk_name(risk->risk));
        if (risk->step == i && !g_strstr_len(written, comment.end - comment.start, mark))
            rt_text_append_line(offline->out, "%s%s%s", mark, risk->reason ? ": " : "",
                                risk->reason ? risk->reason : "");
    }
}

static bool
print_step(const Offline *offline, const RtMigration *migration, unsigned i, int *rebuild,
           GError **error)
{
    const RtScriptStep *step = &migration->half.steps[i];
    if (migration->taken && !migration->taken[i])
        return true;
    move_between_blocks(offline, rebuild, step->rebuild);
    if (step->kind == RT_SCRIPT_IRREVERSIBLE) {
        rt_text_error(error, RT_ERROR_IRREVERSIBLE, migration->text, step->span,
                      "this half cannot run: %s", step->sql);
        return false;
    }
    print_span(offline, migration->text, step->comment);
    print_risks(offline, migration, i);
    if (step->kind == RT_SCRIPT_STATEMENT)
        print_statement(offline, step->sql);
    else
        print_span(offline, migration->text, step->span);
    return true;
}

static void
print_moves(const Offline *offline, const RtMigration *migration)
{
    for (unsigned i = 0; i < migration->n_moves; i++) {
        const RtMove *move = &migration->moves[i];
        g_autofree char *sql =
            rt_state_move_sql(offline->state, move->kind == RT_MOVE_INSERT ? NULL : move->from,
                              move->kind == RT_MOVE_DELETE ? NULL : move->to);
        print_statement(offline, sql);
    }
}

/* The journal says that this came from a script, and the server's clock when it ran. */
static void
print_journal(const Offline *offline, const RtMigration *migration, unsigned number)
{
    static const char *const directions[] = { "up", "down" };
    g_autofree char *to = g_strjoinv(" ", (char **) migration->step->to);
    g_autofree char *run = g_strdup_printf(
        "sql-%s-%s", migration->is_stamp ? "stamp" : directions[migration->direction],
        migration->revision ? migration->revision->id : to);
    RtJournalRow row = {
        .run = run,
        .number = number,
        .revision = migration->revision ? (char *) migration->revision->id : to,
        .direction = (char *) (migration->is_stamp ? "stamp" : directions[migration->direction]),
        .message = migration->revision ? (char *) migration->revision->message : NULL,
        .steps = migration->half.n_steps,
        .step = migration->half.n_steps,
        .started = (char *) rt_own_now,
        .ended = (char *) rt_own_now,
    };
    row.hash = migration->is_stamp ? NULL : (char *) migration->half.hash;
    g_autofree char *sql = rt_state_journal_sql(offline->state, &row);
    print_statement(offline, sql);
}

static bool
print_migration(const Offline *offline, const RtMigration *migration, unsigned number,
                GError **error)
{
    const RtDialect *dialect = offline->dialect;
    bool rebuilds = migration->half.n_rebuilds > 0;
    int rebuild = NO_REBUILD;
    bool transacts = dialect->shell_begin && !migration->half.no_transaction;
    g_autofree char *description = rt_describe_step(migration->step, true);
    g_string_append_printf(offline->out, "-- Running %s\n\n", description);
    if (rebuilds)
        print_settings(offline, true, false);
    if (transacts)
        print_statement(offline, dialect->shell_begin);
    for (unsigned i = 0; i < migration->half.n_steps; i++) {
        if (!print_step(offline, migration, i, &rebuild, error))
            return false;
    }
    move_between_blocks(offline, &rebuild, NO_REBUILD);
    print_moves(offline, migration);
    print_journal(offline, migration, number);
    if (rebuilds)
        print_statements(offline, dialect->rebuild_verify);
    if (transacts)
        print_statement(offline, dialect->shell_commit);
    if (rebuilds)
        print_settings(offline, false, false);
    g_string_append_c(offline->out, '\n');
    return true;
}

static bool
read_migrations(Offline *offline, GError **error)
{
    for (size_t i = 0; i < offline->plan->count; i++) {
        RtMigration *migration = rt_migration_new(&offline->plan->steps[i]);
        g_ptr_array_add(offline->migrations, migration);
        if (!migration->is_stamp &&
            !rt_migration_read_half(migration, offline->folder, offline->arena,
                                    offline->dialect->lexicon, error))
            return false;
    }
    return true;
}

static bool
print_all(Offline *offline, GError **error)
{
    if (!read_migrations(offline, error) || !assess_all(offline, error))
        return false;
    if (offline->plan->creates_version_table) {
        g_autoptr(GPtrArray) statements = rt_state_create_sql(offline->state);
        for (guint i = 0; i < statements->len; i++)
            print_statement(offline, statements->pdata[i]);
        g_string_append_c(offline->out, '\n');
    }
    for (guint i = 0; i < offline->migrations->len; i++) {
        if (!print_migration(offline, offline->migrations->pdata[i], i + 1, error))
            return false;
    }
    return true;
}

char *
rt_run_offline(RtFolder *folder, const RtDialect *dialect, const RtServer *server,
               const RtStateNames *names, const RtRequest *request, GError **error)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    g_autoptr(RtState) state = rt_state_new(dialect, NULL, names);
    g_autoptr(GPtrArray) migrations =
        g_ptr_array_new_with_free_func((GDestroyNotify) rt_migration_free);
    g_autoptr(GString) out = g_string_new(NULL);
    Offline offline = { folder, dialect, server, request, state, arena, NULL, migrations, out };
    offline.plan = make_plan(&offline, error);
    if (!offline.plan)
        return NULL;
    bool ok = print_all(&offline, error);
    rt_plan_free(offline.plan);
    return ok ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}
