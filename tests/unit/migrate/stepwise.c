/* Runs where nothing is rolled back: the open run, settling, jobs, edited scripts. */
#include "memory/memory.h"
#include "support/project.h"

#include <string.h>

#define MEMORY_FILE "memory+sqlite:///%s/t.log?transactions=off"
#define TOY_FILE "memory+toy:///%s/t.log"

/* Stops the run as if the process had died: at the n-th time that `where` is reached. */
typedef struct Stop {
    TestProject *project;
    const char *where;
    unsigned step, after;
} Stop;

static void
stop_at(void *data, const char *where, unsigned step)
{
    Stop *stop = data;
    if (strcmp(where, stop->where) == 0 && step == stop->step)
        stop->project->cancel.level = 1;
}

/* Runs up to a place and leaves the run open there. */
static void
interrupt_at(TestProject *project, const char *where, unsigned step)
{
    Stop stop = { project, where, step, 0 };
    g_autoptr(GError) error = NULL;
    project->options.fault = stop_at;
    project->options.fault_data = &stop;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_INTERRUPTED));
    project->options.fault = NULL;
    project->cancel.level = 0;
    test_project_open(project);
}

static void
test_open_run_is_finished(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT);\nCREATE TABLE u (id INT);\n"
                        "INSERT INTO t VALUES (1);\nCREATE TABLE v (id INT);",
                        NULL);
    test_project_open(project);
    interrupt_at(project, "after statement", 2);
    g_autofree char *versions = test_project_versions(project);
    g_assert_cmpstr(versions, ==, "");
    g_autoptr(RtJournalRow) open = rt_state_open_run(project->state, NULL);
    g_assert_nonnull(open);
    g_assert_cmpstr(open->revision, ==, "a1");
    g_assert_cmpint(open->step, ==, 2);
    g_assert_cmpint(open->steps, ==, 4);
    g_assert_cmpstr(open->rows_before, ==, "");
    test_project_upgrade(project, "head");
    g_assert_true(test_project_has_notice(project, "Finishing upgrade  -> a1"));
    g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE"), ==, 3);
    g_assert_cmpuint(test_project_count_sent(project, "INSERT INTO t"), ==, 1);
    g_autofree char *rows = test_project_query(project, "SELECT id FROM t");
    g_assert_cmpstr(rows, ==, "1");
    g_assert_null(rt_state_open_run(project->state, NULL));
    g_autoptr(GPtrArray) journal = rt_state_read_journal(project->state, NULL);
    g_assert_cmpuint(journal->len, ==, 1);
}

/* An open upgrade is finished by a downgrade too, and then taken back. */
static void
test_open_run_keeps_its_direction(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id INT);\nCREATE TABLE u (id INT);",
                        "DROP TABLE u;\nDROP TABLE t;");
    test_project_open(project);
    interrupt_at(project, "after statement", 1);
    test_project_downgrade(project, "base");
    g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE u"), ==, 1);
    g_assert_cmpuint(test_project_count_sent(project, "DROP TABLE u"), ==, 1);
    g_autofree char *schema = test_project_schema(project);
    g_assert_cmpstr(schema, ==, "");
}

static char *
reflect_some(TestProject *project, const char *name)
{
    const RtDialect *dialect = project->database->dialect;
    g_autoptr(RtModel) model = rt_model_new(dialect->default_schema);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    const RtName *names[] = { rt_model_name(model, dialect->rules->fold[RT_KIND_TABLE], NULL,
                                            name) };
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_database_reflect_some(project->database, catalog, names, 1, &error));
    GString *found = g_string_new(NULL);
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++)
        g_string_append_printf(found, "%s ", rt_catalog_at(catalog, i)->name->text);
    return g_string_free(found, FALSE);
}

/* What a step touches is read with what it is on, and nothing else. */
static void
test_only_what_is_touched_is_read(void)
{
    static const char *const urls[] = { "sqlite:///%s/t.db", MEMORY_FILE };
    static const struct {
        const char *name, *found;
    } cases[] = {
        { "T", "t " }, { "i", "t " }, { "g", "t " }, { "v", "v " }, { "it's", "" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(TestProject) project = test_project_new(urls[i]);
        test_project_open(project);
        g_assert_true(test_project_execute(project, "CREATE TABLE t (id INT)"));
        g_assert_true(test_project_execute(project, "CREATE TABLE u (id INT)"));
        g_assert_true(test_project_execute(project, "CREATE INDEX i ON t (id)"));
        g_assert_true(test_project_execute(
            project, "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END"));
        g_assert_true(test_project_execute(project, "CREATE VIEW v AS SELECT id FROM t"));
        for (size_t j = 0; j < G_N_ELEMENTS(cases); j++) {
            g_autofree char *found = reflect_some(project, cases[j].name);
            g_assert_cmpstr(found, ==, cases[j].found);
        }
    }
}

/* A runner that dies when its journal is closed leaves steps, which the next run removes. */
static void
test_stray_steps_are_removed(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id INT);", NULL);
    test_project_open(project);
    RtStepRow stray = { .run = "dead", .number = 1, .step = 2 };
    g_assert_true(rt_state_create(project->state, NULL));
    g_assert_true(rt_state_put_step(project->state, &stray, NULL));
    test_project_upgrade(project, "head");
    g_autofree char *left = test_project_query(project, "SELECT count(*) FROM retort_step");
    g_assert_cmpstr(left, ==, "0");
}

static void
test_edited_script(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id INT);\nCREATE TABLE u (id INT);",
                        NULL);
    test_project_open(project);
    interrupt_at(project, "after statement", 1);
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id TEXT);\nCREATE TABLE u (id INT);",
                        NULL);
    test_project_open(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_SCRIPT_EDITED));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 6);
    g_assert_nonnull(strstr(error->message, "it was: CREATE TABLE t (id INT)"));
    /* What has not run may change, and so may blanks. */
    test_project_script(project, "a1", NULL,
                        "CREATE  TABLE t (\n id INT);\nCREATE TABLE w (id INT);\n"
                        "CREATE TABLE x (id INT);",
                        NULL);
    test_project_open(project);
    test_project_upgrade(project, "head");
    g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE u"), ==, 0);
    g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE x"), ==, 1);
}

static void
test_a_failed_step_stands_open(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT PRIMARY KEY);\nINSERT INTO t VALUES (1);\n"
                        "INSERT INTO t VALUES (1);",
                        NULL);
    test_project_open(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 8);
    g_autoptr(RtJournalRow) open = rt_state_open_run(project->state, NULL);
    g_assert_cmpint(open->step, ==, 3);
    g_assert_nonnull(strstr(open->error, "a1.sql:8:1"));
    g_assert_null(strchr(open->error, '\n')); /* one line, without the excerpt */
    g_assert_true(
        test_project_has_notice(project, "revision a1 stands open, and what it did stays"));
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT PRIMARY KEY);\nINSERT INTO t VALUES (1);\n"
                        "INSERT INTO t VALUES (2);",
                        NULL);
    test_project_open(project);
    test_project_upgrade(project, "head");
    g_autofree char *rows = test_project_query(project, "SELECT id FROM t ORDER BY id");
    g_assert_cmpstr(rows, ==, "1;2");
}

/* A run that dies between sending and writing down: the journal says started, no more. */
static void
pretend_unknown(TestProject *project)
{
    g_assert_true(test_project_execute(project, "DELETE FROM retort_step WHERE step = 3"));
}

static void
test_unknown_rows_need_a_decision(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT);\nINSERT INTO t VALUES (1);\n"
                        "CREATE TABLE u (id INT);",
                        NULL);
    test_project_open(project);
    interrupt_at(project, "after statement", 2);
    pretend_unknown(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 7);
    g_assert_nonnull(strstr(error->message, "idempotent"));
    g_assert_nonnull(strstr(error->message, "stamp"));
    g_assert_cmpuint(test_project_count_sent(project, "INSERT INTO t"), ==, 1);
    /* A person says that it may run again. */
    g_assert_true(test_project_execute(project, "DELETE FROM t"));
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT);\n-- retort: idempotent\n"
                        "INSERT INTO t VALUES (1);\nCREATE TABLE u (id INT);",
                        NULL);
    test_project_open(project);
    test_project_upgrade(project, "head");
    g_autofree char *rows = test_project_query(project, "SELECT id FROM t");
    g_assert_cmpstr(rows, ==, "1");
}

/* A run that stops between two steps knows how the last one ended, and says so. */
static void
test_orderly_stop_needs_no_decision(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT);\nINSERT INTO t VALUES (1);\n"
                        "CREATE TABLE u (id INT);",
                        NULL);
    test_project_open(project);
    interrupt_at(project, "after statement", 2);
    g_autoptr(RtJournalRow) open = rt_state_open_run(project->state, NULL);
    g_assert_cmpint(open->step, ==, 2);
    test_project_upgrade(project, "head");
    g_assert_cmpuint(test_project_count_sent(project, "INSERT INTO t"), ==, 1);
}

static void
test_stamp_ends_an_open_run(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id INT);\nINSERT INTO t VALUES (1);",
                        NULL);
    test_project_open(project);
    interrupt_at(project, "after statement", 1);
    g_autoptr(GError) error = NULL;
    g_assert_true(test_project_run(project, RT_GOAL_STAMP, "a1", &error));
    g_assert_no_error(error);
    g_assert_null(rt_state_open_run(project->state, NULL));
    unsigned n = project->statements->len;
    test_project_upgrade(project, "head");
    g_assert_cmpuint(project->statements->len, ==, n);
}

/* Somebody changed the table meanwhile: it is neither as before nor as after the step. */
static void
test_foreign_change_needs_a_decision(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT);\nALTER TABLE t ADD COLUMN a INT;", NULL);
    test_project_open(project);
    interrupt_at(project, "before statement", 1);
    test_project_upgrade(project, "head");
    test_project_script(project, "b2", "a1",
                        "SELECT 1;\nALTER TABLE t ADD COLUMN b INT;\nSELECT 2;", NULL);
    test_project_open(project);
    interrupt_at(project, "after statement", 2);
    pretend_unknown(project);
    g_assert_true(test_project_execute(project, "ALTER TABLE t ADD COLUMN strange INT"));
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_nonnull(strstr(error->message, "strange"));
}

/* A difference that no ALTER makes is one too. */
static void
test_foreign_change_that_none_could_make(void)
{
    g_autoptr(TestProject) project = test_project_new(TOY_FILE);
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT, v VARCHAR(20), PRIMARY KEY (id));", NULL);
    test_project_open(project);
    test_project_upgrade(project, "head");
    test_project_script(project, "b2", "a1",
                        "SELECT 1;\nALTER TABLE t ADD COLUMN b INT;\nSELECT 2;", NULL);
    test_project_open(project);
    interrupt_at(project, "after statement", 2);
    g_assert_true(
        test_project_execute(project, "DELETE FROM retort_lock_retort_version_2 WHERE step = 3"));
    g_assert_true(test_project_execute(project, "DROP TABLE t"));
    g_assert_true(
        test_project_execute(project, "CREATE TABLE t (id INT, v VARCHAR(10), PRIMARY KEY (id))"));
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_nonnull(strstr(error->message, "alter column t.v"));
}

static void
test_conditions_are_evaluated_once(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL,
                        "-- retort: if not exists table t\nCREATE TABLE t (id INT);\n"
                        "CREATE TABLE u (id INT);\n-- retort: end",
                        NULL);
    test_project_open(project);
    interrupt_at(project, "after statement", 2);
    pretend_unknown(project);
    test_project_upgrade(project, "head");
    /* t is there now, and still the branch is taken. */
    g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE u"), ==, 1);
    g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE t"), ==, 1);
}

/* What it has broken is said before anything behind it runs. */
static void
test_a_rebuild_is_verified_at_its_end(void)
{
    g_autoptr(TestProject) project = test_project_new("sqlite:///%s/t.db?transactions=off");
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INTEGER PRIMARY KEY);\nINSERT INTO t VALUES (1);\n"
                        "CREATE TABLE c (t INT REFERENCES t (id));\nINSERT INTO c VALUES (1);\n"
                        "-- retort: rebuild t\nCREATE TABLE n (id INTEGER PRIMARY KEY, b INT);\n"
                        "DROP TABLE t;\nALTER TABLE n RENAME TO t;\n-- retort: end\n"
                        "CREATE TABLE u (id INT);",
                        NULL);
    test_project_open(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_nonnull(strstr(error->message, "a row breaks a foreign key after the rebuild"));
    g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE u"), ==, 0);
}

static void
test_rules_stop_before_anything(void)
{
    g_autoptr(TestProject) project = test_project_new(MEMORY_FILE);
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT);\nALTER TABLE t DROP COLUMN nope;", NULL);
    test_project_open(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 7);
    g_assert_cmpuint(project->statements->len, ==, 0);
}

static void
test_jobs_are_waited_for(void)
{
    g_autoptr(TestProject) project = test_project_new(TOY_FILE "?job_seconds=0.05");
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT, n INT, PRIMARY KEY (id));\n"
                        "CREATE TABLE u (id INT, PRIMARY KEY (id));\n"
                        "ALTER TABLE t ADD INDEX i (n);\nALTER TABLE u ADD COLUMN a INT;\n"
                        "ALTER TABLE t ADD COLUMN b INT;\nALTER TABLE t ADD INDEX j (b);",
                        NULL);
    test_project_open(project);
    test_project_upgrade(project, "head");
    g_autofree char *jobs = test_project_query(project, "SHOW JOBS FROM t");
    g_assert_cmpstr(jobs, ==, "1|FINISHED|100|NULL;2|FINISHED|100|NULL");
    g_autofree char *schema = test_project_schema(project);
    g_assert_nonnull(strstr(schema, "INDEX j (b)"));
}

static void
test_cancelled_job_is_a_failed_step(void)
{
    g_autoptr(TestProject) project = test_project_new(TOY_FILE "?job_seconds=30");
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INT, n INT, PRIMARY KEY (id));\n"
                        "ALTER TABLE t ADD INDEX i (n);",
                        NULL);
    test_project_open(project);
    project->options.job_timeout_ms = 20;
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_TIMEOUT));
    g_clear_error(&error);
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_TIMEOUT));
    g_clear_error(&error);
    g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE"), ==, 1);
    g_assert_true(test_project_execute(project, "CANCEL JOB 1"));
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_REJECTED));
    g_assert_nonnull(strstr(error->message, "cancelled"));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 7);
    g_clear_error(&error);
    /* It is sent again by the next run. */
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_TIMEOUT));
    g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE"), ==, 2);
    g_autofree char *versions = test_project_versions(project);
    g_assert_cmpstr(versions, ==, "");
}

/* Somebody else's job is waited for, and named where it takes too long. */
static void
test_foreign_jobs_are_waited_for(void)
{
    static const struct {
        const char *url;
        bool ends;
    } cases[] = {
        { TOY_FILE "?job_seconds=0.1", true },
        { TOY_FILE "?job_seconds=30", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(TestProject) project = test_project_new(cases[i].url);
        test_project_script(project, "a1", NULL, "ALTER TABLE t ADD COLUMN a INT;", NULL);
        test_project_open(project);
        project->options.lock_timeout_ms = cases[i].ends ? 20000 : 20;
        g_assert_true(
            test_project_execute(project, "CREATE TABLE t (id INT, n INT, PRIMARY KEY (id))"));
        g_assert_true(test_project_execute(project, "ALTER TABLE t ADD INDEX i (n)"));
        g_autoptr(GError) error = NULL;
        g_assert_true(test_project_run(project, RT_GOAL_UPGRADE, "head", &error) == cases[i].ends);
        g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE t"), ==, cases[i].ends);
        if (cases[i].ends)
            continue;
        g_assert_true(rt_error_is(error, RT_ERROR_LOCKED));
        g_assert_true(g_str_has_prefix(error->message, "the job 1 on t, "));
        /* When it has ended, the same command goes on. */
        g_assert_true(test_project_execute(project, "CANCEL JOB 1"));
        test_project_upgrade(project, "head");
        g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE t"), ==, 1);
    }
}

static void
begin_foreign_job(void *data, const char *where, unsigned step)
{
    TestProject *project = data;
    if (step == 1 && strcmp(where, "before statement") == 0)
        g_assert_true(test_project_execute(project, "ALTER TABLE t ADD INDEX i (n)"));
}

/* One that begins just before the statement, which is refused for it, is not the statement's. */
static void
test_foreign_job_that_was_quicker(void)
{
    g_autoptr(TestProject) project = test_project_new(TOY_FILE "?job_seconds=30");
    test_project_script(project, "a1", NULL, "ALTER TABLE t ADD COLUMN a INT;", NULL);
    test_project_open(project);
    g_assert_true(
        test_project_execute(project, "CREATE TABLE t (id INT, n INT, PRIMARY KEY (id))"));
    project->options.lock_timeout_ms = 20;
    project->options.job_timeout_ms = 20;
    project->options.fault = begin_foreign_job;
    project->options.fault_data = project;
    for (unsigned i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
        g_assert_true(rt_error_is(error, RT_ERROR_LOCKED));
        g_assert_true(g_str_has_prefix(error->message, "the job 1 on t, "));
        project->options.fault = NULL;
    }
    g_assert_true(test_project_execute(project, "CANCEL JOB 1"));
    test_project_upgrade(project, "head");
    g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE t ADD COLUMN"), ==, 2);
    g_autofree char *schema = test_project_schema(project);
    g_assert_nonnull(strstr(schema, "a INT"));
}

/* What gives names begins no job: one of somebody else's that was cancelled says nothing of it. */
static void
test_foreign_job_after_a_rename(void)
{
    g_autoptr(TestProject) project = test_project_new(TOY_FILE "?job_seconds=30");
    test_project_script(project, "a1", NULL, "ALTER TABLE t RENAME COLUMN n TO m;\nSELECT 1;",
                        NULL);
    test_project_open(project);
    g_assert_true(
        test_project_execute(project, "CREATE TABLE t (id INT, n INT, PRIMARY KEY (id))"));
    interrupt_at(project, "after statement", 1);
    g_assert_true(
        test_project_execute(project, "DELETE FROM retort_lock_retort_version_1 WHERE step = 2"));
    g_assert_true(test_project_execute(project, "ALTER TABLE t ADD INDEX i (m)"));
    g_assert_true(test_project_execute(project, "CANCEL JOB 1"));
    test_project_upgrade(project, "head");
    g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE t RENAME"), ==, 1);
}

/* What is left running is told of together. */
static void
test_jobs_run_side_by_side(void)
{
    g_autoptr(TestProject) project = test_project_new(TOY_FILE "?job_seconds=30");
    g_autoptr(GString) half = g_string_new(NULL);
    for (unsigned i = 0; i < 5; i++)
        g_string_append_printf(half, "CREATE TABLE t%u (id INT, n INT, PRIMARY KEY (id));\n", i);
    for (unsigned i = 0; i < 5; i++)
        g_string_append_printf(half, "ALTER TABLE t%u ADD INDEX i (n);\n", i);
    test_project_script(project, "a1", NULL, half->str, NULL);
    test_project_open(project);
    project->options.job_timeout_ms = 1;
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE"), ==, 5);
    g_assert_true(rt_error_is(error, RT_ERROR_TIMEOUT));
    g_assert_true(g_str_has_prefix(error->message, "the jobs on "));
    g_assert_nonnull(strstr(error->message, " and more still run"));
}

/* The next one finishes what it left, and no own table but the three stays behind. */
static void
test_generations_end_with_their_run(void)
{
    g_autoptr(TestProject) project = test_project_new(TOY_FILE);
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id INT);\nCREATE TABLE u (id INT);",
                        NULL);
    test_project_open(project);
    interrupt_at(project, "after statement", 1);
    g_autoptr(RtJournalRow) open = rt_state_open_run(project->state, NULL);
    g_assert_cmpint(open->step, ==, 1);
    test_project_upgrade(project, "head");
    g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE"), ==, 2);
    const RtCatalog *catalog = rt_memory_catalog(project->database->connection);
    g_assert_cmpuint(rt_catalog_count(catalog), ==, 3 + 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stepwise/open_run_is_finished", test_open_run_is_finished);
    g_test_add_func("/stepwise/open_run_keeps_its_direction", test_open_run_keeps_its_direction);
    g_test_add_func("/stepwise/stray_steps_are_removed", test_stray_steps_are_removed);
    g_test_add_func("/stepwise/only_what_is_touched_is_read", test_only_what_is_touched_is_read);
    g_test_add_func("/stepwise/edited_script", test_edited_script);
    g_test_add_func("/stepwise/a_failed_step_stands_open", test_a_failed_step_stands_open);
    g_test_add_func("/stepwise/unknown_rows_need_a_decision", test_unknown_rows_need_a_decision);
    g_test_add_func("/stepwise/orderly_stop_needs_no_decision",
                    test_orderly_stop_needs_no_decision);
    g_test_add_func("/stepwise/stamp_ends_an_open_run", test_stamp_ends_an_open_run);
    g_test_add_func("/stepwise/foreign_change_needs_a_decision",
                    test_foreign_change_needs_a_decision);
    g_test_add_func("/stepwise/foreign_change_that_none_could_make",
                    test_foreign_change_that_none_could_make);
    g_test_add_func("/stepwise/conditions_are_evaluated_once", test_conditions_are_evaluated_once);
    g_test_add_func("/stepwise/a_rebuild_is_verified_at_its_end",
                    test_a_rebuild_is_verified_at_its_end);
    g_test_add_func("/stepwise/rules_stop_before_anything", test_rules_stop_before_anything);
    g_test_add_func("/stepwise/jobs_are_waited_for", test_jobs_are_waited_for);
    g_test_add_func("/stepwise/cancelled_job_is_a_failed_step",
                    test_cancelled_job_is_a_failed_step);
    g_test_add_func("/stepwise/foreign_jobs_are_waited_for", test_foreign_jobs_are_waited_for);
    g_test_add_func("/stepwise/foreign_job_that_was_quicker", test_foreign_job_that_was_quicker);
    g_test_add_func("/stepwise/foreign_job_after_a_rename", test_foreign_job_after_a_rename);
    g_test_add_func("/stepwise/jobs_run_side_by_side", test_jobs_run_side_by_side);
    g_test_add_func("/stepwise/generations_end_with_their_run",
                    test_generations_end_with_their_run);
    return g_test_run();
}
