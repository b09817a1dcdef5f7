/* Runs on a target with transactional DDL: whole or not at all, and who is asked before. */
#include "support/project.h"

#include <glib/gstdio.h>
#include <string.h>

#define SQLITE_FILE "sqlite:///%s/test.db"

/* Three revisions in a row. */
static TestProject *
project_of_three(void)
{
    TestProject *project = test_project_new(SQLITE_FILE);
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);\n"
                        "INSERT INTO t VALUES (1, 'x');",
                        "DROP TABLE t;");
    test_project_script(project, "b2", "a1", "ALTER TABLE t ADD COLUMN age INT;",
                        "ALTER TABLE t DROP COLUMN age;");
    test_project_script(project, "c3", "b2", "CREATE INDEX i ON t (age);", "DROP INDEX i;");
    test_project_open(project);
    return project;
}

static void
test_up_and_down(void)
{
    g_autoptr(TestProject) project = project_of_three();
    test_project_upgrade(project, "head");
    g_autofree char *versions = test_project_versions(project);
    g_assert_cmpstr(versions, ==, "c3");
    g_autofree char *journal = test_project_query(
        project, "SELECT revision, direction, rows_before, rows_after, steps, step, owner, state "
                 "FROM retort_journal ORDER BY run, number");
    g_assert_cmpstr(journal, ==,
                    "a1|up||a1|2|2|tester@nowhere:1|done;b2|up|a1|b2|1|1|tester@nowhere:1|done;"
                    "c3|up|b2|c3|1|1|tester@nowhere:1|done");
    g_assert_true(test_project_has_notice(project, "Running upgrade a1 -> b2, make b2"));
    test_project_downgrade(project, "-1");
    test_project_downgrade(project, "base");
    g_autofree char *schema = test_project_schema(project);
    g_assert_cmpstr(schema, ==, "");
    g_autofree char *none = test_project_versions(project);
    g_assert_cmpstr(none, ==, "");
}

static void
test_nothing_to_do(void)
{
    g_autoptr(TestProject) project = project_of_three();
    test_project_upgrade(project, "head");
    unsigned n = project->statements->len;
    test_project_upgrade(project, "head");
    g_assert_cmpuint(project->statements->len, ==, n);
}

static void
test_failure_leaves_nothing(void)
{
    g_autoptr(TestProject) project = project_of_three();
    test_project_script(project, "d4", "c3",
                        "CREATE TABLE u (id INT);\nINSERT INTO t VALUES (2, 'y', 5);\n"
                        "INSERT INTO t VALUES (1, 'again', 5);",
                        NULL);
    test_project_open(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_REJECTED));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 8);
    g_assert_true(g_str_has_suffix(rt_error_place(error)->file, "d4.sql"));
    g_assert_nonnull(strstr(rt_error_place(error)->excerpt, "INSERT INTO t VALUES (1, 'again'"));
    g_assert_nonnull(strstr(error->message, "UNIQUE"));
    g_autofree char *versions = test_project_versions(project);
    g_assert_cmpstr(versions, ==, "c3");
    g_autofree char *rows = test_project_query(project, "SELECT * FROM t");
    g_assert_cmpstr(rows, ==, "1|x|NULL");
    g_autofree char *journal = test_project_query(project, "SELECT count(*) FROM retort_journal");
    g_assert_cmpstr(journal, ==, "3");
}

/* The first revision of all fails: not even own tables are left. */
static void
test_first_failure_leaves_an_empty_file(void)
{
    g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id INT);\nINSERT INTO v VALUES (1);",
                        NULL);
    test_project_open(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_autofree char *objects = test_project_query(project, "SELECT name FROM sqlite_master");
    g_assert_cmpstr(objects, ==, "");
}

static void
test_syntax_error_has_its_place(void)
{
    g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id INT);", NULL);
    test_project_script(project, "b2", "a1", "CREATE TABLE u (id INT,, b INT);", NULL);
    test_project_open(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_SYNTAX));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 6);
    g_assert_cmpuint(rt_error_place(error)->column, ==, 24);
    /* Found before anything ran. */
    g_assert_cmpuint(project->statements->len, ==, 0);
}

static void
test_risks_are_refused(void)
{
    g_autoptr(TestProject) project = project_of_three();
    test_project_upgrade(project, "head");
    test_project_script(project, "d4", "c3", "CREATE TABLE u (id INT);\nDROP TABLE t;", NULL);
    test_project_open(project);
    unsigned n = project->statements->len;
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_cmpint(rt_error_exit_status(error), ==, 6);
    g_assert_nonnull(
        strstr(error->message, "d4.sql:7: data-loss: drop table t: the rows of t are lost"));
    g_assert_nonnull(strstr(error->message, "-- retort: allow"));
    g_assert_cmpuint(project->statements->len, ==, n);

    project->options.is_unattended = false;
    g_clear_error(&error);
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_nonnull(strstr(project->question, "the rows of t are lost"));
    project->answer = true;
    test_project_upgrade(project, "head");
}

static void
test_allowed_risks_run(void)
{
    g_autoptr(TestProject) project = project_of_three();
    test_project_script(project, "d4", "c3",
                        "-- retort: allow data-loss it was a try\nDROP TABLE t;", NULL);
    test_project_script(project, "e5", "d4", "-- retort: allow dataloss x\nSELECT 1;", NULL);
    test_project_open(project);
    test_project_upgrade(project, "d4");
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_SYNTAX));
    g_assert_nonnull(strstr(error->message, "data-loss"));
}

static void
test_downgrade_names_risks_only(void)
{
    g_autoptr(TestProject) project = project_of_three();
    test_project_upgrade(project, "head");
    test_project_downgrade(project, "base");
    g_assert_true(
        test_project_has_notice(project, "data-loss: drop table t: the rows of t are lost"));
}

static void
test_irreversible_stops_before_anything(void)
{
    g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
    test_project_script(project, "a1", NULL, "CREATE TABLE t (id INT);", NULL);
    test_project_script(project, "b2", "a1", "CREATE TABLE u (id INT);",
                        "DROP TABLE u;\n-- retort: irreversible rows were merged");
    test_project_script(project, "c3", "b2", "CREATE TABLE v (id INT);", "DROP TABLE v;");
    test_project_open(project);
    test_project_upgrade(project, "head");
    unsigned n = project->statements->len;
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_DOWNGRADE, "a1", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_IRREVERSIBLE));
    g_assert_nonnull(strstr(error->message, "rows were merged"));
    g_clear_error(&error);
    g_assert_false(test_project_run(project, RT_GOAL_DOWNGRADE, "base", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_IRREVERSIBLE));
    g_assert_cmpuint(project->statements->len, ==, n);
}

static void
test_conditions(void)
{
    g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
    test_project_script(project, "a1", NULL,
                        "-- retort: if not exists table t\nCREATE TABLE t (id INT);\n-- retort: "
                        "end\n-- retort: if exists column t.id\nCREATE TABLE u (id INT);\n"
                        "-- retort: if exists table v\nCREATE TABLE w (id INT);\n-- retort: end\n"
                        "-- retort: end\n-- retort: if exists view t\nSELECT broken;\n"
                        "-- retort: end",
                        NULL);
    test_project_open(project);
    test_project_upgrade(project, "head");
    g_autofree char *tables = test_project_query(
        project, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'retort%' "
                 "ORDER BY name");
    g_assert_cmpstr(tables, ==, "t;u");
}

static void
test_assertions(void)
{
    static const struct {
        const char *select, *answer;
    } cases[] = {
        { "SELECT 0", "gave 0" },
        { "SELECT NULL", "gave NULL" },
        { "SELECT 1 WHERE 0", "gave no row" },
        { "SELECT count(*) = 0 FROM t", NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
        g_autofree char *half = g_strdup_printf(
            "CREATE TABLE t (id INT);\n-- retort: assert %s\nCREATE TABLE u (id INT);",
            cases[i].select);
        test_project_script(project, "a1", NULL, half, NULL);
        test_project_open(project);
        g_autoptr(GError) error = NULL;
        g_assert_true(test_project_run(project, RT_GOAL_UPGRADE, "head", &error) ==
                      !cases[i].answer);
        if (!cases[i].answer)
            continue;
        g_assert_true(rt_error_is(error, RT_ERROR_ASSERTION));
        g_assert_nonnull(strstr(error->message, cases[i].answer));
        g_assert_cmpuint(rt_error_place(error)->line, ==, 7);
    }
}

static void
test_commands(void)
{
    g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
    g_autofree char *out = g_build_filename(project->folder, "out", NULL);
    g_autofree char *half = g_strdup_printf(
        "-- retort: run echo \"$RETORT_URL\" > %s; cat >> %s; echo hello\nSELECT 1;", out, out);
    test_project_script(project, "a1", NULL, half, NULL);
    test_project_script(project, "b2", "a1", "-- retort: run echo no good >&2; exit 3", NULL);
    test_project_open(project);
    project->options.context = "{\"variables\": {\"a\": \"b\"}}";
    test_project_upgrade(project, "a1");
    g_autofree char *data = NULL;
    g_assert_true(g_file_get_contents(out, &data, NULL, NULL));
    g_autofree char *expected = g_strdup_printf(
        "%s\n{\"variables\":{\"a\":\"b\"},\"revision\":\"a1\",\"direction\":\"up\"}\n",
        project->url);
    g_assert_cmpstr(data, ==, expected);
    g_assert_true(test_project_has_notice(project, "hello"));
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_nonnull(strstr(error->message, "the command ended with status 3: no good"));
    g_autofree char *versions = test_project_versions(project);
    g_assert_cmpstr(versions, ==, "a1");
}

static void
test_rebuild_keeps_foreign_keys(void)
{
    static const char rebuild[] = "-- retort: rebuild t\n"
                                  "CREATE TABLE n (id INTEGER PRIMARY KEY, b INT);\n"
                                  "INSERT INTO n (id, b) SELECT id, 1 FROM t WHERE %s;\n"
                                  "DROP TABLE t;\nALTER TABLE n RENAME TO t;\n-- retort: end";
    for (int i = 0; i < 4; i++) {
        bool is_broken = i & 1, is_enforced = i & 2;
        g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
        test_project_script(project, "a1", NULL,
                            "CREATE TABLE t (id INTEGER PRIMARY KEY);\nINSERT INTO t VALUES (1);\n"
                            "CREATE TABLE c (t INT REFERENCES t (id) ON DELETE CASCADE);\n"
                            "INSERT INTO c VALUES (1);",
                            NULL);
        g_autoptr(GString) half = g_string_new(rebuild);
        g_string_replace(half, "%s", is_broken ? "0" : "1", 1);
        test_project_script(project, "b2", "a1", half->str, NULL);
        test_project_open(project);
        if (is_enforced)
            g_assert_true(test_project_execute(project, "PRAGMA foreign_keys = ON"));
        test_project_upgrade(project, "a1");
        /* what was broken before is nobody's fault now */
        if (!is_enforced)
            g_assert_true(test_project_execute(project, "INSERT INTO c VALUES (7)"));
        g_autoptr(GError) error = NULL;
        g_assert_true(test_project_run(project, RT_GOAL_UPGRADE, "head", &error) == !is_broken);
        g_autofree char *children = test_project_query(project, "SELECT sum(t) FROM c");
        g_assert_cmpstr(children, ==, is_enforced ? "1" : "8");
        g_autofree char *versions = test_project_versions(project);
        g_assert_cmpstr(versions, ==, is_broken ? "a1" : "b2");
        if (is_broken)
            g_assert_nonnull(strstr(error->message, "table c"));
        g_autofree char *legacy = test_project_query(project, "PRAGMA legacy_alter_table");
        g_assert_cmpstr(legacy, ==, "0");
        g_autofree char *enforced = test_project_query(project, "PRAGMA foreign_keys");
        g_assert_cmpstr(enforced, ==, is_enforced ? "1" : "0");
    }
}

static void
test_rebuild_guards_what_hangs_on_the_table(void)
{
    g_autoptr(TestProject) project = project_of_three();
    test_project_upgrade(project, "head");
    test_project_script(project, "d4", "c3",
                        "-- retort: rebuild t\nCREATE TABLE n (id INT, name TEXT, age INT);\n"
                        "INSERT INTO n SELECT * FROM t;\nDROP TABLE t;\n"
                        "ALTER TABLE n RENAME TO t;\n-- retort: end",
                        NULL);
    test_project_open(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_nonnull(strstr(error->message, "index i"));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 7);
}

static void
test_rebuild_that_loses_a_column_is_a_risk(void)
{
    g_autoptr(TestProject) project = project_of_three();
    test_project_upgrade(project, "b2");
    test_project_script(project, "c3", "b2",
                        "-- retort: rebuild t\nCREATE TABLE n (id INT, age INT);\n"
                        "INSERT INTO n SELECT id, age FROM t;\nDROP TABLE t;\n"
                        "ALTER TABLE n RENAME TO t;\n-- retort: end",
                        NULL);
    test_project_open(project);
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_nonnull(strstr(error->message, "data-loss: the values of t.name are lost"));
}

static bool
run_stamp(TestProject *project, const char *target, bool purge, GError **error)
{
    const char *targets[] = { target, NULL };
    RtRequest request = { .goal = RT_GOAL_STAMP, .targets = targets, .purge = purge };
    GError *failure = NULL;
    g_autoptr(RtMigrationPlan) plan = rt_run(project->scripts, project->database, project->state,
                                             &request, &project->options, &failure);
    if (failure)
        g_propagate_error(error, failure);
    return !failure;
}

static void
test_stamp(void)
{
    g_autoptr(TestProject) project = project_of_three();
    g_autoptr(GError) error = NULL;
    g_assert_true(run_stamp(project, "b2", false, &error));
    g_assert_no_error(error);
    g_autofree char *versions = test_project_versions(project);
    g_assert_cmpstr(versions, ==, "b2");
    g_assert_cmpuint(project->statements->len, ==, 0);
    g_autofree char *journal =
        test_project_query(project, "SELECT revision, direction FROM retort_journal");
    g_assert_cmpstr(journal, ==, "b2|stamp");

    g_assert_true(
        test_project_execute(project, "UPDATE retort_version SET version_num = 'nowhere'"));
    g_assert_false(run_stamp(project, "c3", false, &error));
    g_clear_error(&error);
    g_assert_true(run_stamp(project, "c3", true, &error));
    g_assert_no_error(error);
    g_autofree char *purged = test_project_versions(project);
    g_assert_cmpstr(purged, ==, "c3");
}

/* Another runner is quicker between the plan and the transaction. */
static void
overtake(void *data, const char *where, unsigned step)
{
    TestProject *project = data;
    (void) step;
    if (strcmp(where, "after commit") != 0)
        return;
    project->options.fault = NULL;
    g_autoptr(TestProject) other = test_project_new("sqlite:///%s/unused.db");
    g_free(other->url);
    other->url = g_strdup(project->url);
    test_project_script(other, "a1", NULL, "SELECT 1;", NULL);
    test_project_script(other, "b2", "a1", "ALTER TABLE t ADD COLUMN age INT;", NULL);
    test_project_open(other);
    test_project_upgrade(other, "head");
}

static void
test_overtaken_runs_plan_again(void)
{
    g_autoptr(TestProject) project = project_of_three();
    project->options.fault = overtake;
    project->options.fault_data = project;
    test_project_upgrade(project, "head");
    g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE t ADD"), ==, 0);
    g_assert_cmpuint(test_project_count_sent(project, "CREATE INDEX"), ==, 1);
    g_autofree char *versions = test_project_versions(project);
    g_assert_cmpstr(versions, ==, "c3");
}

static void
stop_in_revision(void *data, const char *where, unsigned step)
{
    TestProject *project = data;
    if (step == 1 && strcmp(where, "after statement") == 0)
        project->cancel.level = 1;
}

static void
test_interrupt_rolls_back(void)
{
    g_autoptr(TestProject) project = project_of_three();
    project->options.fault = stop_in_revision;
    project->options.fault_data = project;
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_INTERRUPTED));
    project->cancel.level = 0;
    project->options.fault = NULL;
    g_autofree char *objects = test_project_query(project, "SELECT name FROM sqlite_master");
    g_assert_cmpstr(objects, ==, "");
    test_project_upgrade(project, "head");
}

static void
test_batches(void)
{
    g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
    g_autoptr(GString) rows = g_string_new("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT);\n"
                                           "INSERT INTO t VALUES (0, 1)");
    for (int i = 1; i < 25; i++)
        g_string_append_printf(rows, ", (%d, 1)", i * 3);
    g_string_append_c(rows, ';');
    test_project_script(project, "a1", NULL, rows->str, NULL);
    test_project_script(project, "b2", "a1",
                        "-- retort: no-transaction\n-- retort: batch 10\n"
                        "UPDATE t SET n = n + 1 WHERE id <> 3 OR n = 0;\n"
                        "-- retort: batch 7\nDELETE FROM main.t WHERE id % 2 = 1;\n"
                        "CREATE TABLE u (n INT, id INT);\n-- retort: batch 5\n"
                        "INSERT INTO u (id, n) SELECT id, n FROM t WHERE id > 3;",
                        NULL);
    test_project_script(project, "c3", "b2", "CREATE TABLE keyless (id INT);\n", NULL);
    test_project_script(project, "d4", "c3",
                        "-- retort: no-transaction\n-- retort: batch 10\nDELETE FROM keyless;",
                        NULL);
    test_project_open(project);
    test_project_upgrade(project, "c3");
    g_assert_cmpuint(test_project_count_sent(project, "UPDATE t SET"), ==, 3);
    g_assert_cmpuint(test_project_count_sent(project, "DELETE FROM main.t"), ==, 4);
    g_assert_cmpuint(test_project_count_sent(project, "INSERT INTO u"), ==, 3);
    g_autofree char *copied = test_project_query(project, "SELECT count(*), min(id) FROM u");
    g_assert_cmpstr(copied, ==, "12|6");
    g_autofree char *sum = test_project_query(project, "SELECT count(*), sum(n) FROM t");
    g_assert_cmpstr(sum, ==, "13|26");
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_nonnull(strstr(error->message, "no primary key of one column"));
}

/* Rows without a key come first; a key that is empty is one like others. */
static void
test_batches_of_odd_keys(void)
{
    g_autoptr(TestProject) project = test_project_new(SQLITE_FILE);
    test_project_script(project, "a1", NULL,
                        "CREATE TABLE t (id TEXT PRIMARY KEY, n INT);\n"
                        "INSERT INTO t VALUES (NULL, 1), ('', 1), ('10', 1), ('A', 1);\n"
                        "CREATE TABLE none (id TEXT PRIMARY KEY, n INT);\n"
                        "INSERT INTO none VALUES (NULL, 1), (NULL, 1);",
                        NULL);
    test_project_script(project, "b2", "a1",
                        "-- retort: no-transaction\n-- retort: batch 1\nUPDATE t SET n = n + 1;\n"
                        "-- retort: batch 2\nUPDATE t SET n = n + 1;\n"
                        "-- retort: batch 10\nUPDATE t SET n = n + 1;\n"
                        "-- retort: batch 5\nUPDATE none SET n = n + 1;",
                        NULL);
    test_project_open(project);
    test_project_upgrade(project, "head");
    g_autofree char *rows = test_project_query(project, "SELECT id, n FROM t ORDER BY id");
    g_assert_cmpstr(rows, ==, "NULL|4;|4;10|4;A|4");
    g_autofree char *keyless = test_project_query(project, "SELECT n FROM none");
    g_assert_cmpstr(keyless, ==, "2;2");
    g_assert_cmpuint(test_project_count_sent(project, "UPDATE t SET"), ==, 4 + 2 + 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/run/up_and_down", test_up_and_down);
    g_test_add_func("/run/nothing_to_do", test_nothing_to_do);
    g_test_add_func("/run/failure_leaves_nothing", test_failure_leaves_nothing);
    g_test_add_func("/run/first_failure_leaves_an_empty_file",
                    test_first_failure_leaves_an_empty_file);
    g_test_add_func("/run/syntax_error_has_its_place", test_syntax_error_has_its_place);
    g_test_add_func("/run/risks_are_refused", test_risks_are_refused);
    g_test_add_func("/run/allowed_risks_run", test_allowed_risks_run);
    g_test_add_func("/run/downgrade_names_risks_only", test_downgrade_names_risks_only);
    g_test_add_func("/run/irreversible_stops_before_anything",
                    test_irreversible_stops_before_anything);
    g_test_add_func("/run/conditions", test_conditions);
    g_test_add_func("/run/assertions", test_assertions);
    g_test_add_func("/run/commands", test_commands);
    g_test_add_func("/run/rebuild_keeps_foreign_keys", test_rebuild_keeps_foreign_keys);
    g_test_add_func("/run/rebuild_guards_what_hangs_on_the_table",
                    test_rebuild_guards_what_hangs_on_the_table);
    g_test_add_func("/run/rebuild_that_loses_a_column_is_a_risk",
                    test_rebuild_that_loses_a_column_is_a_risk);
    g_test_add_func("/run/stamp", test_stamp);
    g_test_add_func("/run/overtaken_runs_plan_again", test_overtaken_runs_plan_again);
    g_test_add_func("/run/interrupt_rolls_back", test_interrupt_rolls_back);
    g_test_add_func("/run/batches", test_batches);
    g_test_add_func("/run/batches_of_odd_keys", test_batches_of_odd_keys);
    return g_test_run();
}
