/* Scripts for the server's own client: what sqlite3 makes of them is what a run makes. */
#include "support/project.h"

#include <sqlite3.h>
#include <string.h>

static void
add_scripts(TestProject *project)
{
    test_project_script(project, "a1", NULL,
                        "-- people\nCREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);\n"
                        "INSERT INTO t VALUES (1, 'it''s; fine');\n"
                        "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t WHERE id = 9; "
                        "SELECT 1; END;",
                        "DROP TABLE t;");
    test_project_script(project, "b2", "a1",
                        "-- retort: if not exists column t.age\n"
                        "ALTER TABLE t ADD COLUMN age INT;\n-- retort: end\n"
                        "-- retort: if exists table nowhere\nSELECT broken;\n-- retort: end\n"
                        "-- retort: assert SELECT count(*) = 1 FROM t",
                        "ALTER TABLE t DROP COLUMN age;");
    test_project_script(project, "c3", "b2",
                        "-- retort: rebuild t\n"
                        "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT);\n"
                        "INSERT INTO n SELECT id, name, age FROM t;\nDROP TABLE t;\n"
                        "ALTER TABLE n RENAME TO t;\n"
                        "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;\n"
                        "-- retort: end",
                        "-- retort: irreversible no way back");
}

static char *
print_offline(TestProject *project, RtGoal goal, const char *range, GError **error)
{
    static const RtStateNames names = { .version = "retort_version" };
    const char *targets[] = { range, NULL };
    RtRequest request = { .goal = goal, .targets = targets };
    const RtDialect *dialect = project->database->dialect;
    return rt_run_offline(project->scripts, dialect, &dialect->assumed, &names, &request, error);
}

/* Gives a text to SQLite as its shell would. */
static void
run_text(const TestProject *project, const char *text)
{
    g_autofree char *path = g_build_filename(project->folder, "test.db", NULL);
    sqlite3 *file;
    char *message = NULL;
    g_assert_cmpint(sqlite3_open(path, &file), ==, SQLITE_OK);
    sqlite3_exec(file, text, NULL, NULL, &message);
    g_assert_cmpstr(message, ==, NULL);
    sqlite3_close(file);
}

static void
test_same_as_a_run(void)
{
    g_autoptr(TestProject) online = test_project_new("sqlite:///%s/test.db");
    g_autoptr(TestProject) offline = test_project_new("sqlite:///%s/test.db");
    add_scripts(online);
    add_scripts(offline);
    test_project_open(online);
    test_project_open(offline);
    test_project_upgrade(online, "head");
    g_autoptr(GError) error = NULL;
    g_autofree char *first = print_offline(offline, RT_GOAL_UPGRADE, "b2", &error);
    g_assert_no_error(error);
    run_text(offline, first);
    g_autofree char *second = print_offline(offline, RT_GOAL_UPGRADE, "b2:head", &error);
    g_assert_no_error(error);
    g_assert_null(strstr(second, "CREATE TABLE IF NOT EXISTS"));
    run_text(offline, second);
    g_autofree char *online_schema = test_project_schema(online);
    g_autofree char *offline_schema = test_project_schema(offline);
    g_assert_cmpstr(online_schema, ==, offline_schema);
    g_autofree char *versions = test_project_versions(offline);
    g_assert_cmpstr(versions, ==, "c3");
    g_autofree char *rows = test_project_query(offline, "SELECT * FROM t");
    g_assert_cmpstr(rows, ==, "1|it's; fine|NULL");
    static const char query[] = "SELECT revision, direction, message, hash, rows_after IS NULL, "
                                "state FROM retort_journal ORDER BY revision";
    g_autofree char *journal = test_project_query(offline, query);
    g_assert_nonnull(strstr(journal, "c3|up|make c3|"));
    /* The server's clock says when. */
    g_autofree char *timeless = test_project_query(
        offline, "SELECT count(*) FROM retort_journal WHERE started NOT LIKE '20__-__-__T%Z' OR "
                 "ended <> started");
    g_assert_cmpstr(timeless, ==, "0");
    g_assert_null(rt_state_open_run(offline->state, NULL));
    /* And a run goes on from there. */
    unsigned n = offline->statements->len;
    test_project_upgrade(offline, "head");
    g_assert_cmpuint(offline->statements->len, ==, n);
}

static void
test_shape(void)
{
    g_autoptr(TestProject) project = test_project_new("sqlite:///%s/test.db");
    add_scripts(project);
    test_project_open(project);
    g_autofree char *text = print_offline(project, RT_GOAL_UPGRADE, "b2", NULL);
    g_assert_true(g_str_has_prefix(text, "CREATE TABLE IF NOT EXISTS retort_version"));
    g_assert_nonnull(strstr(text, "-- Running upgrade a1 -> b2, make b2\n"));
    g_assert_nonnull(strstr(text, "BEGIN IMMEDIATE;\n-- people\nCREATE TABLE t"));
    g_assert_nonnull(strstr(text, "INSERT INTO retort_version (version_num) VALUES ('a1');"));
    g_assert_nonnull(strstr(text, "UPDATE retort_version SET version_num = 'b2' WHERE version_num "
                                  "= 'a1';"));
    g_assert_nonnull(strstr(text, "-- retort: assert SELECT"));
    g_assert_null(strstr(text, "SELECT broken"));
    g_assert_true(g_str_has_suffix(text, "COMMIT;\n\n"));
}

static void
test_downgrade_and_stamp(void)
{
    g_autoptr(TestProject) project = test_project_new("sqlite:///%s/test.db");
    add_scripts(project);
    test_project_open(project);
    test_project_upgrade(project, "b2");
    g_autoptr(GError) error = NULL;
    g_autofree char *text = print_offline(project, RT_GOAL_DOWNGRADE, "b2:a1", &error);
    g_assert_no_error(error);
    run_text(project, text);
    g_autofree char *versions = test_project_versions(project);
    g_assert_cmpstr(versions, ==, "a1");
    g_assert_null(print_offline(project, RT_GOAL_DOWNGRADE, "c3:b2", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_IRREVERSIBLE));
    g_clear_error(&error);
    g_autofree char *stamp = print_offline(project, RT_GOAL_STAMP, "a1:c3", &error);
    g_assert_no_error(error);
    run_text(project, stamp);
    g_autofree char *stamped = test_project_versions(project);
    g_assert_cmpstr(stamped, ==, "c3");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/offline/same_as_a_run", test_same_as_a_run);
    g_test_add_func("/offline/shape", test_shape);
    g_test_add_func("/offline/downgrade_and_stamp", test_downgrade_and_stamp);
    return g_test_run();
}
