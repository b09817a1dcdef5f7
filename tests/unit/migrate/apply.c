/* Halves that no script holds: without version rows, asked for again, resumed from what is kept. */
#include "support/project.h"

#include <string.h>

#define SQLITE_FILE "sqlite:///%s/test.db"
#define MEMORY_FILE "memory+sqlite:///%s/t.log?transactions=off"

/* What a comparison would say: nothing where the last object is there. */
typedef struct Writer {
    TestProject *project;
    const char *body, *last; /* the half; a name that only its end makes */
    unsigned calls;
    const char *meanwhile; /* what another does before the second call */
} Writer;

static char *
write_half(void *data, GError **error)
{
    (void) error;
    Writer *writer = data;
    if (++writer->calls == 2 && writer->meanwhile)
        g_assert_true(test_project_execute(writer->project, writer->meanwhile));
    g_autofree char *schema = test_project_schema(writer->project);
    return g_strdup(strstr(schema, writer->last) ? "" : writer->body);
}

static bool
apply(TestProject *project, Writer *writer, RtMigrationPlan **out_plan, GError **error)
{
    RtRequest request = { .goal = RT_GOAL_APPLY, .write = write_half, .write_data = writer };
    GError *failure = NULL;
    writer->project = project;
    *out_plan =
        rt_run(NULL, project->database, project->state, &request, &project->options, &failure);
    if (!failure)
        return true;
    g_propagate_error(error, failure);
    return false;
}

static void
test_without_revision(void)
{
    static const char *const urls[] = { SQLITE_FILE, MEMORY_FILE };
    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(TestProject) project = test_project_new(urls[i]);
        Writer writer = { .body = "CREATE TABLE t (id INT);\nCREATE TABLE u (id INT);\n",
                          .last = "TABLE u" };
        g_autoptr(RtMigrationPlan) plan = NULL, again = NULL;
        GError *error = NULL;
        test_project_open(project);
        g_assert_true(apply(project, &writer, &plan, &error));
        g_assert_cmpuint(plan->migrations->len, ==, 1);
        const RtMigration *migration = plan->migrations->pdata[0];
        g_assert_null(migration->revision);
        g_assert_cmpuint(migration->statements->len, ==, 2);
        g_assert_cmpuint(migration->n_moves, ==, 0);
        g_assert_true(test_project_has_notice(project, "Running apply"));
        g_autofree char *versions = test_project_versions(project);
        g_assert_cmpstr(versions, ==, "");
        g_autoptr(GPtrArray) journal = rt_state_read_journal(project->state, &error);
        g_assert_cmpuint(journal->len, ==, 1);
        const RtJournalRow *row = journal->pdata[0];
        g_assert_cmpstr(row->direction, ==, "apply");
        g_assert_null(row->revision);
        g_assert_nonnull(row->ended);
        g_autofree char *steps = test_project_query(project, "SELECT count(*) FROM retort_step");
        g_assert_cmpstr(steps, ==, "0");
        g_assert_true(apply(project, &writer, &again, &error));
        g_assert_cmpuint(again->migrations->len, ==, 0);
    }
}

/* Another runner was quicker between planning and the lock. */
static void
test_asked_again_under_the_lock(void)
{
    static const char *const urls[] = { SQLITE_FILE, MEMORY_FILE };
    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(TestProject) project = test_project_new(urls[i]);
        Writer writer = { .body = "CREATE TABLE u (id INT);\n",
                          .last = "TABLE u",
                          .meanwhile = "CREATE TABLE u (id INT)" };
        g_autoptr(RtMigrationPlan) plan = NULL;
        g_autoptr(GError) error = NULL;
        test_project_open(project);
        g_assert_true(rt_state_create(project->state, NULL));
        bool ok = apply(project, &writer, &plan, &error);
        g_assert_no_error(error);
        g_assert_true(ok);
        /* In the transaction of the apply what it did was undone with that. */
        g_assert_cmpuint(plan->migrations->len, ==, i == 0 ? 1 : 0);
        g_assert_cmpuint(writer.calls, >=, 3);
    }
}

static void
test_refused_where_revisions_manage(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    Writer writer = { .body = "CREATE TABLE u (id INT);", .last = "TABLE u" };
    g_autoptr(RtMigrationPlan) plan = NULL;
    g_autoptr(GError) error = NULL;
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id INT);", NULL);
    test_project_open(project);
    test_project_upgrade(project, "head");
    g_assert_false(apply(project, &writer, &plan, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_nonnull(strstr(error->message, "it is at a1"));
    g_assert_cmpuint(writer.calls, ==, 0);
}

/* Stops the run as if a signal had come at the n-th call of the hook. */
typedef struct Stop {
    TestProject *project;
    unsigned calls, at;
} Stop;

static void
stop_at(void *data, const char *where, unsigned step)
{
    (void) where, (void) step;
    Stop *stop = data;
    if (++stop->calls == stop->at)
        stop->project->cancel.level = 1;
}

static const Writer four_tables = {
    .body = "CREATE TABLE t (id INT);\nINSERT INTO t VALUES (1);\n"
            "ALTER TABLE t ADD COLUMN n INT;\nCREATE TABLE u (id INT);\n",
    .last = "TABLE u",
};

/* Wherever it stops, the next apply ends it, and nothing is sent twice. */
static void
test_resumed(void)
{
    bool is_stopped = true;
    for (unsigned at = 1; is_stopped; at++) {
        g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
        Stop stop = { project, 0, at };
        Writer writer = four_tables;
        g_autoptr(RtMigrationPlan) plan = NULL, rest = NULL;
        g_autoptr(GError) error = NULL;
        test_project_open(project);
        project->options.fault = stop_at;
        project->options.fault_data = &stop;
        is_stopped = !apply(project, &writer, &plan, &error);
        g_assert_true(!is_stopped || rt_error_is(error, RT_ERROR_INTERRUPTED));
        g_clear_error(&error);
        project->options.fault = NULL;
        project->cancel.level = 0;
        g_assert_true(apply(project, &writer, &rest, &error));
        g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE"), ==, 2);
        g_assert_cmpuint(test_project_count_sent(project, "INSERT INTO t"), ==, 1);
        g_assert_cmpuint(test_project_count_sent(project, "ALTER"), ==, 1);
        g_autofree char *rows = test_project_query(project, "SELECT id FROM t");
        g_assert_cmpstr(rows, ==, "1");
        g_assert_null(rt_state_open_run(project->state, NULL));
        g_assert_cmpuint(at, <, 100);
    }
}

static void
test_open_apply_stops_an_upgrade(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    Stop stop = { project, 0, 8 };
    Writer writer = four_tables;
    g_autoptr(RtMigrationPlan) plan = NULL, rest = NULL;
    g_autoptr(GError) error = NULL;
    test_project_script(project, "a1", NULL, "CREATE TABLE w (id INT);", NULL);
    test_project_open(project);
    project->options.fault = stop_at;
    project->options.fault_data = &stop;
    g_assert_false(apply(project, &writer, &plan, &error));
    g_clear_error(&error);
    project->options.fault = NULL;
    project->cancel.level = 0;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_nonnull(strstr(error->message, "an apply stands open since"));
    g_assert_nonnull(strstr(error->message, "of 4"));
    g_clear_error(&error);
    /* Given up by a stamp, which is a person's word. */
    g_assert_true(test_project_run(project, RT_GOAL_STAMP, "a1", &error));
    g_assert_null(rt_state_open_run(project->state, NULL));
}

static void
test_risks_are_refused(void)
{
    g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
    Writer writer = { .body = "DROP TABLE t;\nCREATE TABLE u (id INT);\n", .last = "TABLE u" };
    g_autoptr(RtMigrationPlan) plan = NULL, done = NULL;
    g_autoptr(GError) error = NULL;
    test_project_open(project);
    g_assert_true(test_project_execute(project, "CREATE TABLE t (id INT)"));
    g_assert_false(apply(project, &writer, &plan, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_nonnull(strstr(error->message, "data-loss: drop table t: the rows of t are lost"));
    g_assert_nonnull(strstr(error->message, "--allow data-loss"));
    g_clear_error(&error);
    project->options.is_unattended = false;
    project->answer = true;
    g_assert_true(apply(project, &writer, &done, &error));
    g_assert_nonnull(strstr(project->question, "the rows of t are lost"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/apply/without_revision", test_without_revision);
    g_test_add_func("/apply/asked_again_under_the_lock", test_asked_again_under_the_lock);
    g_test_add_func("/apply/refused_where_revisions_manage", test_refused_where_revisions_manage);
    g_test_add_func("/apply/resumed", test_resumed);
    g_test_add_func("/apply/open_apply_stops_an_upgrade", test_open_apply_stops_an_upgrade);
    g_test_add_func("/apply/risks_are_refused", test_risks_are_refused);
    return g_test_run();
}
