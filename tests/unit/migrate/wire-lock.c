/* The lock while one statement runs for longer than a lease, and two runners want it. */
#include "migrate/lock.h"
#include "support/wire-project.h"

#include <string.h>

enum { LEASE_MS = 2000, LOOK_MS = 20, MOST_LOOKS = 60 * 1000 / LOOK_MS };

#define SLOW "INSERT INTO t VALUES (1, 1)"
#define BEATS "INSERT INTO retort_lock_retort_version_1 "

static const char half_with_slow[] =
    "CREATE TABLE t (id INT NOT NULL, n INT) PRIMARY KEY (id) DISTRIBUTED BY HASH (id);\n" SLOW
    ";\nCREATE VIEW v AS SELECT id FROM t;";

/* A runner on a machine of its own, so that only its signs of life tell of it. */
typedef struct Other {
    TestProject *project;
    GThread *thread;
    GError *error;
    volatile int is_done;
} Other;

static void
write_scripts(TestProject *project, const char *half)
{
    test_project_script(project, "r1", NULL, half, NULL);
    project->options.lease_ms = LEASE_MS;
    project->options.lock_timeout_ms = -1;
}

static void *
run_other(void *data)
{
    Other *other = data;
    test_project_run(other->project, RT_GOAL_UPGRADE, "head", &other->error);
    g_atomic_int_set(&other->is_done, 1);
    return NULL;
}

static void
start_other(Other *other, const TestWire *wire, const char *owner, const char *half)
{
    g_autofree char *url = test_wire_url(wire);
    *other = (Other){ .project = test_project_new(url) };
    write_scripts(other->project, half);
    other->project->options.owner = owner;
    test_project_open(other->project);
    other->thread = g_thread_new(owner, run_other, other);
}

static void
join(Other *other)
{
    g_thread_join(g_steal_pointer(&other->thread));
}

static void
free_other(Other *other)
{
    test_project_free(other->project);
    g_clear_error(&other->error);
}

/* Until the server has run so many statements with this beginning. */
static void
wait_for_statements(const TestWire *wire, const char *beginning, unsigned n)
{
    for (unsigned i = 0; i < MOST_LOOKS; i++) {
        g_auto(GStrv) statements = test_wire_executed(wire, 0);
        if (test_wire_count_beginning(statements, beginning) >= n)
            return;
        g_usleep(LOOK_MS * 1000);
    }
    g_error("there are no %u statements '%s'", n, beginning);
}

static void
wait_until_stuck(const TestWire *wire)
{
    for (unsigned i = 0; i < MOST_LOOKS && !test_wire_count(wire, "stuck"); i++)
        g_usleep(LOOK_MS * 1000);
    g_assert_cmpuint(test_wire_count(wire, "stuck"), ==, 1);
}

static unsigned
count_written(const TestWire *wire, const char *beginning)
{
    g_auto(GStrv) statements = test_wire_executed(wire, 0);
    return test_wire_count_beginning(statements, beginning);
}

/* Whoever waits sees signs of life for several leases, also when the frontend where the statement
   runs takes no more connections, and when the way they take is lost. */
static void
test_signs_of_life(void)
{
    enum { MORE_BEATS = 9 }; /* three leases of them */
    static const char *const arguments[] = { "--frontends", "2", NULL };
    TestWire wire;
    Other first, second;
    test_wire_open(&wire, arguments);
    test_project_open(wire.project);
    g_assert_true(test_project_execute(wire.project, "TEST FAULT 'pause' '^INSERT INTO t '"));
    start_other(&first, &wire, "ann@east:1", half_with_slow);
    wait_until_stuck(&wire);
    unsigned logins = test_wire_count(&wire, "logins"), beats = count_written(&wire, BEATS);
    g_assert_true(test_project_execute(wire.project, "TEST FAULT 'before' '^" BEATS "' AFTER 2"));
    g_assert_true(test_project_execute(wire.project, "TEST FRONTEND 1 FULL"));
    start_other(&second, &wire, "ben@west:1", half_with_slow);
    wait_for_statements(&wire, BEATS, beats + MORE_BEATS);
    g_assert_cmpuint(count_written(&wire, "CREATE TABLE retort_lock_"), ==, 1);
    g_assert_false(g_atomic_int_get(&first.is_done) || g_atomic_int_get(&second.is_done));
    /* The second runner, the first one's second connection, and the same after its loss. */
    g_assert_cmpuint(test_wire_count(&wire, "logins") - logins, ==, 3);
    g_assert_true(test_project_execute(wire.project, "TEST RESUME"));
    join(&first);
    g_assert_no_error(first.error);
    join(&second);
    g_assert_no_error(second.error);
    g_assert_cmpuint(count_written(&wire, SLOW), ==, 1);
    g_autofree char *versions = test_project_versions(wire.project);
    g_assert_cmpstr(versions, ==, "r1");
    free_other(&second);
    free_other(&first);
    test_wire_close(&wire);
}

/* A program of a script is no statement, and takes as long. */
static void
test_program(void)
{
    TestWire wire;
    Other first;
    test_wire_open(&wire, NULL);
    test_project_open(wire.project);
    g_autofree char *end = g_build_filename(wire.project->folder, "end", NULL);
    g_autofree char *half =
        g_strdup_printf("-- retort: run until [ -e '%s' ]; do sleep 0.05; done", end);
    start_other(&first, &wire, "ann@east:1", half);
    wait_for_statements(&wire, BEATS, 7);
    g_assert_false(g_atomic_int_get(&first.is_done));
    g_assert_true(g_file_set_contents(end, "", 0, NULL));
    join(&first);
    g_assert_no_error(first.error);
    free_other(&first);
    test_wire_close(&wire);
}

/* Nor is waiting until all can read a write of our own. */
static void
test_until_visible(void)
{
    TestWire wire;
    test_wire_open(&wire, NULL);
    write_scripts(wire.project, half_with_slow);
    test_project_open(wire.project);
    g_assert_true(test_project_execute(
        wire.project, "TEST FAULT 'committed 8' '^INSERT INTO retort_lock_.*CREATE VIEW'"));
    test_project_upgrade(wire.project, "head");
    g_assert_cmpuint(count_written(&wire, "SHOW TRANSACTION"), ==, 9);
    g_assert_cmpuint(test_wire_count(&wire, "logins"), ==, 2);
    test_wire_close(&wire);
}

/* No statement that ends within a third of the lease costs another connection. */
static void
test_no_second_connection(void)
{
    TestWire wire;
    test_wire_open(&wire, NULL);
    write_scripts(wire.project, half_with_slow);
    test_project_open(wire.project);
    test_project_upgrade(wire.project, "head");
    g_assert_cmpuint(test_wire_count(&wire, "logins"), ==, 1);
    test_wire_close(&wire);
}

/* The lock is gone while the statement runs: what follows it is not sent. */
static void
test_lost_meanwhile(void)
{
    TestWire wire;
    Other first;
    test_wire_open(&wire, NULL);
    test_project_open(wire.project);
    g_assert_true(test_project_execute(wire.project, "TEST FAULT 'pause' '^INSERT INTO t '"));
    start_other(&first, &wire, "ann@east:1", half_with_slow);
    wait_until_stuck(&wire);
    g_assert_true(test_project_execute(wire.project, "ALTER TABLE retort_lock_retort_version_1 "
                                                     "RENAME retort_lock_retort_version_1_dead"));
    g_assert_true(test_project_execute(wire.project, "TEST RESUME"));
    join(&first);
    g_assert_true(rt_error_is(first.error, RT_ERROR_LOCKED));
    g_assert_cmpuint(count_written(&wire, SLOW), ==, 1);
    g_assert_cmpuint(count_written(&wire, "CREATE VIEW v"), ==, 0);
    free_other(&first);
    test_wire_close(&wire);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire-lock/signs_of_life", test_signs_of_life);
    g_test_add_func("/wire-lock/program", test_program);
    g_test_add_func("/wire-lock/until_visible", test_until_visible);
    g_test_add_func("/wire-lock/no_second_connection", test_no_second_connection);
    g_test_add_func("/wire-lock/lost_meanwhile", test_lost_meanwhile);
    return g_test_run();
}
