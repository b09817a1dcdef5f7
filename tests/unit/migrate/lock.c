/* Locks that others hold: who is waited for, who is dead, and who was taken for it. */
#include "state/generation.h"
#include "support/project.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOY_FILE "memory+toy:///%s/t.log"

/* Another runner has the lock, whatever its form. */
static void
hold_lock(TestProject *project, const char *owner)
{
    static const RtStateNames names = { .version = "retort_version" };
    const RtDialect *dialect = project->database->dialect;
    g_autoptr(RtState) other = rt_state_new(dialect, project->database->connection, &names);
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_state_create(other, &error));
    if (dialect->own->lock == RT_OWN_LOCK_GENERATIONS) {
        g_auto(RtGeneration) seen = { 0 };
        bool is_taken;
        g_assert_true(rt_generation_find(other, &seen, &error));
        g_assert_true(rt_generation_take(other, &seen, owner, &is_taken, &error));
        g_assert_true(is_taken);
        return;
    }
    RtLockRow row = { .owner = (char *) owner, .fence = 7, .heartbeat = 1 };
    g_assert_true(rt_state_put_lock(other, &row, &error));
}

static const struct {
    const char *url, *begin;
} locked_targets[] = {
    { "sqlite:///%s/test.db", "-- retort: no-transaction\n" },
    { TOY_FILE, "" },
    { "memory+starrocks:///%s/t.log", "" },
};

static TestProject *
locked_project(size_t i)
{
    TestProject *project = test_project_new(locked_targets[i].url);
    g_autofree char *half = g_strdup_printf("%sCREATE TABLE t (id INT);\nCREATE TABLE u (id INT);",
                                            locked_targets[i].begin);
    test_project_script(project, "a1", NULL, half, NULL);
    test_project_open(project);
    return project;
}

/* Of a process of this machine that runs no more. */
static pid_t
find_dead_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    return pid;
}

static char *
name_process(pid_t pid)
{
    return g_strdup_printf("me@%s:%d", g_get_host_name(), (int) pid);
}

static void
assert_locked(TestProject *project, const char *owner)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_LOCKED));
    g_assert_nonnull(strstr(error->message, owner));
}

enum { LONG_LEASE_MS = 600000, SHORT_LEASE_MS = 1, PATIENCE_MS = 20000 };

/* Whatever its owner is called, also as we are, a lock stands for one lease. */
static void
test_lease(void)
{
    g_autofree char *dead = name_process(find_dead_process());
    const char *const owners[] = { "you@elsewhere:4", "tester@nowhere:1", dead };
    for (size_t i = 0; i < G_N_ELEMENTS(locked_targets) * G_N_ELEMENTS(owners); i++) {
        const char *owner = owners[i / G_N_ELEMENTS(locked_targets)];
        g_autoptr(TestProject) project = locked_project(i % G_N_ELEMENTS(locked_targets));
        hold_lock(project, owner);
        project->options.lease_ms = LONG_LEASE_MS;
        assert_locked(project, owner);
        project->options.lease_ms = SHORT_LEASE_MS;
        project->options.lock_timeout_ms = PATIENCE_MS;
        test_project_upgrade(project, "head");
        g_autofree char *lock =
            test_project_query(project, "SELECT owner, fence FROM retort_lock ORDER BY fence");
        bool is_row = i % G_N_ELEMENTS(locked_targets) == 0;
        g_assert_cmpstr(lock, ==, is_row ? "NULL|8" : "tester@nowhere:1|2");
    }
}

/* A row gets no signs of life while a statement runs, so its process stands for them; a number
   that a process had before us does not. */
static void
test_process(void)
{
    g_autofree char *parent = name_process(getppid()), *own = name_process(getpid());
    for (size_t i = 0; i < G_N_ELEMENTS(locked_targets); i++) {
        g_autoptr(TestProject) project = locked_project(i);
        project->options.lease_ms = SHORT_LEASE_MS;
        hold_lock(project, parent);
        if (i == 0)
            assert_locked(project, parent);
        hold_lock(project, i == 0 ? own : parent);
        project->options.lock_timeout_ms = PATIENCE_MS;
        test_project_upgrade(project, "head");
    }
}

/* A runner that was taken for dead wakes up: its next write fails. */
static void
take_over(void *data, const char *where, unsigned step)
{
    TestProject *project = data;
    if (step == 1 && strcmp(where, "after statement") == 0)
        hold_lock(project, "other@elsewhere:4");
}

static void
test_late_runner_fails(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(locked_targets); i++) {
        g_autoptr(TestProject) project = locked_project(i);
        project->options.fault = take_over;
        project->options.fault_data = project;
        g_autoptr(GError) error = NULL;
        g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
        g_assert_true(rt_error_is(error, RT_ERROR_LOCKED));
        g_assert_nonnull(strstr(error->message, "other@elsewhere:4 took this run over"));
        g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE u"), ==, 0);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lock/lease", test_lease);
    g_test_add_func("/lock/process", test_process);
    g_test_add_func("/lock/late_runner_fails", test_late_runner_fails);
    return g_test_run();
}
