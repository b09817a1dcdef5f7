/* Connections that are lost at every statement of a run. */
#include "support/wire-project.h"

#include <string.h>

/* ---- losses -----------------------------------------------------------------------------------
 */

static const char *const script[] = {
    "CREATE TABLE t (id INT NOT NULL, n INT) PRIMARY KEY (id) DISTRIBUTED BY HASH (id)",
    "ALTER TABLE t MODIFY COLUMN n BIGINT",
    "ALTER TABLE t ADD COLUMN a INT",
    "CREATE VIEW v AS SELECT id FROM t",
    "ALTER TABLE t COMMENT = 'x'",
    "DROP VIEW v",
};
static const char rows[] = "INSERT INTO t VALUES (1, 2, 3)";

static void
write_script(const TestWire *wire)
{
    g_autoptr(GString) half = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        g_string_append_printf(half, "%s;\n", script[i]);
        if (i == 3)
            g_string_append_printf(half, "-- retort: idempotent\n%s;\n", rows);
    }
    test_project_script(wire->project, "r1", NULL, half->str, NULL);
}

static char *
show_end(const TestWire *wire)
{
    TestProject *project = wire->project;
    g_autofree char *schema = test_project_schema(project);
    g_autofree char *versions = test_project_versions(project);
    g_autofree char *found = test_project_query(project, "SELECT id, n, a FROM t");
    g_autofree char *journal = test_project_query(
        project,
        "SELECT revision, steps, step, state, rows_before, rows_after FROM retort_journal");
    return g_strdup_printf("%s\n%s\n%s\n%s", schema, versions, found, journal);
}

static void
assert_sent_once(const TestWire *wire, const char *what)
{
    g_auto(GStrv) statements = test_wire_executed(wire, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        unsigned n = test_wire_count_beginning(statements, script[i]);
        if (n != 1)
            g_error("%s: ran %u times: %s", what, n, script[i]);
    }
}

/* What the run did not meet, nobody else shall: how many statements it has depends on how often it
   gave signs of life. Its connection may be lost by then; one fault ends at most one more. */
static void
end_faults(TestProject *project)
{
    for (unsigned i = 0; i < 3 && !test_project_execute(project, "TEST FAULTS NONE"); i++) {
        g_autoptr(GError) error = NULL;
        if (!rt_connection_reopen(project->database->connection, &error))
            g_test_message("%s", error->message);
    }
}

/* One run with one fault, and where that stopped it a plain one. Whether the fault was survived. */
static bool
run_with_fault(TestWire *wire, const char *kind, unsigned after, const char *expected)
{
    TestProject *project = wire->project;
    g_autofree char *what = g_strdup_printf("%s statement %u", kind, after);
    test_wire_reset(wire);
    g_autofree char *fault = g_strdup_printf("TEST FAULT '%s' '^' AFTER %u", kind, after);
    g_assert_true(test_project_execute(project, fault));
    g_autoptr(GError) error = NULL;
    project->after_run = end_faults;
    bool survived = test_project_run(project, RT_GOAL_UPGRADE, "head", &error);
    project->after_run = NULL;
    if (error && !rt_error_is(error, RT_ERROR_LOST))
        g_error("%s: %s", what, error->message);
    test_project_open(project);
    test_project_upgrade(project, "head");
    g_autofree char *end = show_end(wire);
    g_assert_cmpstr(end, ==, expected);
    assert_sent_once(wire, what);
    return survived;
}

typedef struct Kind {
    const char *name;
    unsigned stride;      /* every so many statements */
    bool ends_connection; /* after an answer: behind the last one that is nobody's loss */
} Kind;

static const Kind kinds[] = {
    { "before", 1, false }, { "during", 1, false }, { "cut", 5, false },
    { "after", 2, true },   { "fall", 3, false },
};

static void
test_losses(const void *data)
{
    const Kind *kind = data;
    TestWire wire;
    static const char *const arguments[] = { "--frontends", "2", NULL };
    test_wire_open(&wire, arguments);
    TestProject *project = wire.project;
    /* A lock whose taker could not say so is waited for until its lease is over. */
    project->options.lock_timeout_ms = 20000;
    write_script(&wire);
    test_project_open(project);
    unsigned first = test_wire_count(&wire, "statements");
    test_project_upgrade(project, "head");
    enum { AFTER_THE_RUN = 2 }; /* the version rows are checked */
    unsigned n = test_wire_count(&wire, "statements") - first - AFTER_THE_RUN;
    g_autofree char *expected = show_end(&wire);
    unsigned n_survived = 0;
    for (unsigned i = 0; i < n - kind->ends_connection; i += kind->stride)
        n_survived += run_with_fault(&wire, kind->name, i, expected);
    /* All but those while planning. */
    g_assert_cmpuint(n_survived, >, n / kind->stride / 2);
    test_wire_close(&wire);
}

/* What the server did not do is sent again, what it may have done is found out, also of rows. */
static void
test_lost_rows_need_a_decision(void)
{
    TestWire wire;
    test_wire_open(&wire, NULL);
    TestProject *project = wire.project;
    test_project_script(project, "r1", NULL,
                        "CREATE TABLE t (id INT NOT NULL) PRIMARY KEY (id) DISTRIBUTED BY HASH "
                        "(id);\nINSERT INTO t VALUES (1);",
                        NULL);
    test_project_open(project);
    g_assert_true(test_project_execute(project, "TEST FAULT 'during' '^INSERT INTO t '"));
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_true(test_project_has_notice(project, "connected again, and going on"));
    /* The row that says so was not written: nothing was sent. */
    test_wire_reset(&wire);
    g_assert_true(
        test_project_execute(project, "TEST FAULT 'during' '^INSERT INTO retort_lock.*INTO t '"));
    test_project_upgrade(project, "head");
    g_autofree char *found = test_project_query(project, "SELECT id FROM t");
    g_assert_cmpstr(found, ==, "1");
    test_wire_close(&wire);
}

/* The job of a statement goes on without its connection, and is waited for on the next. */
static void
test_job_goes_on(void)
{
    static const char *const faults[] = { "during", "after", "fall" };
    static const char *const arguments[] = { "--url", "memory+starrocks:?job_seconds=2",
                                             "--frontends", "2", NULL };
    TestWire wire;
    test_wire_open(&wire, arguments);
    TestProject *project = wire.project;
    write_script(&wire);
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        test_wire_reset(&wire);
        g_ptr_array_set_size(project->notices, 0);
        g_autofree char *fault =
            g_strdup_printf("TEST FAULT '%s' '^ALTER TABLE t MODIFY'", faults[i]);
        g_assert_true(test_project_execute(project, fault));
        test_project_upgrade(project, "head");
        g_assert_true(test_project_has_notice(project, "connected again, and going on"));
        g_assert_true(test_project_has_notice(project, "waiting for the job on t"));
        assert_sent_once(&wire, faults[i]);
    }
    test_wire_close(&wire);
}

/* ---- statements that only data tells of -------------------------------------------------------
 */

/* Tables with and without a partition and a rollup, and equal ones. */
static void
make_tables(TestProject *project)
{
    static const char *const statements[] = {
        "CREATE TABLE p (k INT NOT NULL, n INT) DUPLICATE KEY (k) PARTITION BY RANGE (k) "
        "(PARTITION p1 VALUES LESS THAN ('10'), PARTITION p2 VALUES LESS THAN ('20')) "
        "DISTRIBUTED BY HASH (k) ROLLUP (r (n, k))",
        "CREATE TABLE a (id INT) DUPLICATE KEY (id) DISTRIBUTED BY HASH (id)",
        "CREATE TABLE b (id INT) DUPLICATE KEY (id) DISTRIBUTED BY HASH (id)",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(statements); i++)
        g_assert_true(test_project_execute(project, statements[i]));
}

/* The run of one statement that is lost before or after it ran, and how often it did run. */
static unsigned
lose_statement(TestWire *wire, const char *statement, const char *fault, GError **error)
{
    TestProject *project = wire->project;
    test_wire_reset(wire);
    make_tables(project);
    test_project_script(project, "r1", NULL, statement, NULL);
    test_project_open(project);
    g_autofree char *plan = g_strdup_printf("TEST FAULT '%s' '^ALTER TABLE '", fault);
    g_assert_true(test_project_execute(project, plan));
    test_project_run(project, RT_GOAL_UPGRADE, "head", error);
    g_auto(GStrv) statements = test_wire_executed(wire, 0);
    return test_wire_count_beginning(statements, "ALTER TABLE ");
}

static const char *const ways_to_lose[] = { "before", "during" };

/* Partitions and rollups are data elsewhere, and decide here. */
static void
test_parts(void)
{
    static const char *const statements[] = {
        "ALTER TABLE p ADD PARTITION p3 VALUES LESS THAN ('30')",
        "-- retort: allow data-loss old\nALTER TABLE p DROP PARTITION p2",
        "ALTER TABLE p RENAME PARTITION p1 q",
        "ALTER TABLE p DROP ROLLUP r",
        "ALTER TABLE p RENAME ROLLUP r q",
        "ALTER TABLE test.p DROP ROLLUP r",
    };
    TestWire wire;
    test_wire_open(&wire, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(statements) * G_N_ELEMENTS(ways_to_lose); i++) {
        g_autoptr(GError) error = NULL;
        unsigned n = lose_statement(&wire, statements[i / 2], ways_to_lose[i % 2], &error);
        if (error || n != 1)
            g_error("%s, lost %s: ran %u times: %s", statements[i / 2], ways_to_lose[i % 2], n,
                    error ? error->message : "no error");
    }
    test_wire_close(&wire);
}

/* Two tables that differ by their rows only: a second swap would undo the first. */
static void
test_no_trace(void)
{
    static const char *const statements[] = {
        "ALTER TABLE a SWAP WITH b",
    };
    TestWire wire;
    test_wire_open(&wire, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(statements) * G_N_ELEMENTS(ways_to_lose); i++) {
        g_autoptr(GError) error = NULL;
        unsigned n = lose_statement(&wire, statements[i / 2], ways_to_lose[i % 2], &error);
        g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
        g_assert_nonnull(strstr(error->message, "looks the same before and after it"));
        g_assert_cmpuint(n, ==, i % 2);
    }
    test_wire_close(&wire);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *path = g_strdup_printf("/wire-losses/%s", kinds[i].name);
        g_test_add_data_func(path, &kinds[i], test_losses);
    }
    g_test_add_func("/wire-losses/job_goes_on", test_job_goes_on);
    g_test_add_func("/wire-losses/rows_need_a_decision", test_lost_rows_need_a_decision);
    g_test_add_func("/wire-losses/parts", test_parts);
    g_test_add_func("/wire-losses/no_trace", test_no_trace);
    return g_test_run();
}
