/*
 * A runner that dies at every place where it can: before, in and after every step and every write.
 * Whatever was left, a plain upgrade must end with the schema, the rows and the version of a run
 * that nothing disturbed, and no statement may have taken effect twice.
 */
#include "support/project.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Scenario {
    const char *name, *url;
    const char *const *halves; /* upgrades of r1, r2, … NULL-ended */
    const char *query;         /* shows the rows; NULL: no rows */
    bool is_transactional;     /* what was rolled back is rightly sent again */
    bool is_only_killed;       /* the two ways to die differ in buffers that it does not have */
} Scenario;

static const char *const sqlite_halves[] = {
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT);\nINSERT INTO t VALUES (1, 10), (2, 20);",
    "ALTER TABLE t ADD COLUMN a INT;\nUPDATE t SET n = n + 1;\nCREATE INDEX i ON t (n);",
    "-- retort: rebuild t\nCREATE TABLE x (id INTEGER PRIMARY KEY, n INT NOT NULL, a INT);\n"
    "INSERT INTO x SELECT id, n, a FROM t;\nDROP TABLE t;\nALTER TABLE x RENAME TO t;\n"
    "CREATE INDEX i ON t (n);\n-- retort: end\nUPDATE t SET a = n * 2;",
    NULL,
};

static const char *const stepwise_halves[] = {
    "CREATE TABLE t (id INT, n INT);\nCREATE TABLE u (id INT);\nALTER TABLE t ADD COLUMN a INT;",
    "-- retort: if not exists table v\nCREATE TABLE v (id INT);\nCREATE INDEX i ON v (id);\n"
    "-- retort: end\n-- retort: assert SELECT count(*) + 1 FROM t\n"
    "ALTER TABLE u RENAME TO w;\nDROP INDEX i;\n-- retort: allow data-loss empty\nALTER TABLE t "
    "DROP COLUMN n;",
    "-- retort: allow data-loss empty\nDROP TABLE w;\nCREATE VIEW s AS SELECT id FROM t;\n"
    "-- retort: idempotent\nINSERT OR REPLACE INTO k VALUES (1, 'x');",
    NULL,
};

static const char *const batch_halves[] = {
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT);\n"
    "INSERT INTO t VALUES (1, 1), (2, 1), (3, 1), (4, 1), (5, 1);",
    "-- retort: no-transaction\n-- retort: batch 2\nUPDATE t SET n = n + 1;\n"
    "CREATE TABLE u (id INT);\n-- retort: batch 3\nDELETE FROM t WHERE id > 3;",
    NULL,
};

static const char *const toy_halves[] = {
    "CREATE TABLE t (id INT, n INT, PRIMARY KEY (id));\nCREATE TABLE u (id INT, PRIMARY KEY (id));",
    "ALTER TABLE t ADD INDEX i (n);\nALTER TABLE u ADD COLUMN a INT;\n"
    "-- retort: no-wait\nALTER TABLE u ADD INDEX j (a);\nALTER TABLE t ADD COLUMN b INT;",
    "-- retort: allow data-loss unused\nALTER TABLE t DROP COLUMN n;\n"
    "ALTER TABLE t RENAME COLUMN b TO c;",
    NULL,
};

/* As `revision --autogenerate --recreate` writes them, but for the size of the batch. */
static const char *const recreate_halves[] = {
    "CREATE TABLE t (id INT NOT NULL, v VARCHAR(20)) PRIMARY KEY (id);\n"
    "CREATE MATERIALIZED VIEW m REFRESH MANUAL AS SELECT id, v FROM t;\n"
    "-- retort: idempotent\nINSERT INTO t (id, v) VALUES (1, 'a'), (2, 'b'), (3, NULL);",
    "CREATE TABLE t__new (id INT NOT NULL, v VARCHAR(10), w INT DEFAULT '7') PRIMARY KEY (id);\n"
    "-- retort: idempotent\n-- retort: batch 2\nINSERT INTO t__new (id, v) SELECT id, v FROM t;\n"
    "-- retort: assert SELECT (SELECT count(*) FROM t) = (SELECT count(*) FROM t__new)\n"
    "ALTER TABLE t SWAP WITH t__new;\nALTER TABLE t__new RENAME t__old;\n"
    "-- retort: idempotent\nALTER MATERIALIZED VIEW m ACTIVE;",
    "CREATE TABLE t__new2 (id INT NOT NULL, v VARCHAR(10), w INT) DUPLICATE KEY (id);\n"
    "-- retort: idempotent\nINSERT OVERWRITE t__new2 (id, v, w) SELECT id, v, w FROM t;\n"
    "-- retort: assert SELECT (SELECT count(*) FROM t) = (SELECT count(*) FROM t__new2)\n"
    "ALTER TABLE t SWAP WITH t__new2;\nALTER TABLE t__new2 RENAME t__old2;\n"
    "CREATE MATERIALIZED VIEW m__new REFRESH MANUAL AS SELECT id FROM t;\n"
    "-- retort: idempotent\nREFRESH MATERIALIZED VIEW m__new WITH SYNC MODE;\n"
    "ALTER MATERIALIZED VIEW m SWAP WITH m__new;\nDROP MATERIALIZED VIEW m__new;",
    NULL,
};

static const char *const starrocks_halves[] = {
    "CREATE TABLE t (id INT NOT NULL, n INT) PRIMARY KEY (id) DISTRIBUTED BY HASH (id);\n"
    "CREATE TABLE u (id INT) DUPLICATE KEY (id) DISTRIBUTED BY HASH (id);\n"
    "CREATE VIEW v AS SELECT id FROM t;",
    "ALTER TABLE t MODIFY COLUMN n BIGINT;\nALTER TABLE u ORDER BY (id);\n"
    "ALTER TABLE t ADD COLUMN a INT;\nALTER TABLE u RENAME w;\n"
    "ALTER TABLE t SET ('replicated_storage' = 'false');\nALTER TABLE t COMMENT = 'x';",
    "-- retort: allow data-loss unused\nALTER TABLE t DROP COLUMN n;\n"
    "-- retort: idempotent\nINSERT INTO k VALUES (1, 'x');\n"
    "-- retort: allow data-loss empty\nDROP TABLE w;",
    NULL,
};

static const char key_sqlite[] = "\nCREATE TABLE k (id INT PRIMARY KEY, v TEXT);";
static const char key_starrocks[] = "\nCREATE TABLE k (id INT NOT NULL, v STRING) PRIMARY KEY (id) "
                                    "DISTRIBUTED BY HASH (id);";

static const Scenario scenarios[] = {
    { "sqlite", "sqlite:///%s/test.db", sqlite_halves, "SELECT id, n, a FROM t ORDER BY id", true },
    { "sqlite-no-transaction", "sqlite:///%s/test.db", batch_halves,
      "SELECT id, n FROM t ORDER BY id", true },
    { "memory-sqlite", "memory+sqlite:///%s/t.log?transactions=off", stepwise_halves,
      "SELECT * FROM k", false },
    { "memory-starrocks", "memory+starrocks:///%s/t.log?job_seconds=0.01", starrocks_halves,
      "SELECT * FROM k", false },
    { "memory-toy", "memory+toy:///%s/t.log?job_seconds=0.01", toy_halves, NULL, false },
    { "recreate", "memory+starrocks:///%s/t.log", recreate_halves,
      "SELECT id, v, w FROM t ORDER BY id", false, true },
};

typedef enum Death {
    DEATH_EXIT,
    DEATH_KILL,
} Death;

static const char *const death_names[] = { "exit", "kill" };

typedef struct Case {
    const Scenario *scenario;
    Death death;
    unsigned fault;       /* the n-th call of the hook, from 1 */
    const char *expected; /* the end of a run that nothing disturbed */
} Case;

/* What the hook of one runner counts and does. */
typedef struct Hook {
    unsigned calls, deadly;
    Death death;
} Hook;

static void
count_or_die(void *data, const char *where, unsigned step)
{
    (void) where, (void) step;
    Hook *hook = data;
    if (++hook->calls != hook->deadly)
        return;
    if (hook->death == DEATH_KILL)
        kill(getpid(), SIGKILL);
    _exit(9);
}

static TestProject *
project_new(const Scenario *scenario)
{
    TestProject *project = test_project_new(scenario->url);
    for (unsigned i = 0; scenario->halves[i]; i++) {
        g_autofree char *id = g_strdup_printf("r%u", i + 1);
        g_autofree char *down = i ? g_strdup_printf("r%u", i) : NULL;
        g_autoptr(GString) half = g_string_new(scenario->halves[i]);
        if (i == 0 && scenario->query && strstr(scenario->query, " k"))
            g_string_append(half, strstr(scenario->url, "starrocks") ? key_starrocks : key_sqlite);
        test_project_script(project, id, down, half->str, NULL);
    }
    return project;
}

/* The statements of scripts survive their runner in a file, one a line. */
static void
log_statement(void *data, const char *logger, const char *sql)
{
    if (strchr(logger, '.'))
        return;
    TestProject *project = data;
    g_autofree char *path = g_build_filename(project->folder, "statements", NULL);
    g_autofree char *line = g_strdelimit(g_strconcat(sql, " ", NULL), "\n", ' ');
    line[strlen(line) - 1] = '\n';
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    g_assert_cmpint(write(file, line, strlen(line)), ==, (ssize_t) strlen(line));
    close(file);
}

static void
run_to_head(TestProject *project, Hook *hook)
{
    /* Who follows a dead runner waits until its lease is over. */
    project->options.lease_ms = 1;
    project->events.statement = log_statement;
    project->options.fault = hook ? count_or_die : NULL;
    project->options.fault_data = hook;
    test_project_open(project);
    test_project_upgrade(project, "head");
}

static char *
show_end(TestProject *project, const Scenario *scenario)
{
    g_autofree char *schema = test_project_schema(project);
    g_autofree char *versions = test_project_versions(project);
    g_autofree char *rows = scenario->query ? test_project_query(project, scenario->query) : NULL;
    g_autofree char *journal = test_project_query(
        project, "SELECT revision, steps, step, state, rows_before, rows_after FROM "
                 "retort_journal ORDER BY revision");
    return g_strdup_printf("%s\n%s\n%s\n%s", schema, versions, rows ? rows : "", journal);
}

static bool
may_be_repeated(const char *line)
{
    static const char *const prefixes[] = { "SELECT",           "INSERT OR REPLACE INTO k",
                                            "INSERT INTO k",    "INSERT INTO t",
                                            "INSERT OVERWRITE", "ALTER MATERIALIZED VIEW m ACTIVE",
                                            "REFRESH" };
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(line, prefixes[i]))
            return true;
    }
    return false;
}

/* Each line once, but for those that may be repeated: settings and `idempotent`. */
static void
check_sent_once(const TestProject *project)
{
    g_autofree char *path = g_build_filename(project->folder, "statements", NULL);
    g_autofree char *data = NULL;
    g_assert_true(g_file_get_contents(path, &data, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(data, "\n", -1);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (unsigned i = 0; lines[i]; i++) {
        if (!*lines[i] || may_be_repeated(lines[i]))
            continue;
        if (!g_hash_table_add(seen, lines[i]))
            g_error("sent twice: %s", lines[i]);
    }
}

/* In a child: until the hook ends it. Returns whether it died as it should. */
static bool
die_in_child(TestProject *project, const Case *one)
{
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        Hook hook = { .deadly = one->fault, .death = one->death };
        run_to_head(project, &hook);
        _exit(0);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        g_assert_cmpint(errno, ==, EINTR);
    return WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 9;
}

static char *
undisturbed_end(const Scenario *scenario)
{
    g_autoptr(TestProject) project = project_new(scenario);
    run_to_head(project, NULL);
    return show_end(project, scenario);
}

static void
test_death(const void *data)
{
    const Case *one = data;
    g_autoptr(TestProject) project = project_new(one->scenario);
    g_assert_true(die_in_child(project, one));
    run_to_head(project, NULL);
    g_autofree char *end = show_end(project, one->scenario);
    g_assert_cmpstr(end, ==, one->expected);
    if (!one->scenario->is_transactional)
        check_sent_once(project);
}

/* Dies again and again: at each fault in turn, in one and the same target. */
static void
test_many_deaths(const void *data)
{
    const Scenario *scenario = data;
    g_autofree char *expected = undisturbed_end(scenario);
    g_autoptr(TestProject) project = project_new(scenario);
    for (unsigned i = 0; i < 60; i++) {
        Case one = { scenario, i % 2 ? DEATH_KILL : DEATH_EXIT, 3, expected };
        if (!die_in_child(project, &one))
            break;
    }
    run_to_head(project, NULL);
    g_autofree char *end = show_end(project, scenario);
    g_assert_cmpstr(end, ==, expected);
    if (!scenario->is_transactional)
        check_sent_once(project);
}

/* A step that ends the runner from outside while it is under way. */
static void
test_killed_in_a_step(const void *data)
{
    const Scenario *scenario = data;
    g_autoptr(TestProject) project = test_project_new(scenario->url);
    g_autofree char *half = g_strdup_printf(
        "CREATE TABLE t (id INT);\n-- retort: idempotent\n"
        "-- retort: run test -e %s/killed || { touch %s/killed; kill -9 $PPID; sleep 5; }\n"
        "CREATE TABLE u (id INT);",
        project->folder, project->folder);
    test_project_script(project, "r1", NULL, half, NULL);
    Case one = { scenario, DEATH_KILL, G_MAXUINT, NULL };
    g_assert_true(die_in_child(project, &one));
    run_to_head(project, NULL);
    g_autofree char *schema = test_project_schema(project);
    g_assert_nonnull(strstr(schema, "CREATE TABLE u"));
    if (!scenario->is_transactional)
        check_sent_once(project);
}

static unsigned
count_faults(const Scenario *scenario)
{
    g_autoptr(TestProject) project = project_new(scenario);
    Hook hook = { 0 };
    run_to_head(project, &hook);
    return hook.calls;
}

static void
add_cases(const Scenario *scenario, GPtrArray *cases, GPtrArray *ends)
{
    char *end = undisturbed_end(scenario);
    g_ptr_array_add(ends, end);
    unsigned n = count_faults(scenario);
    g_assert_cmpuint(n, >, 10);
    for (unsigned i = 1; i <= n; i++) {
        for (Death death = scenario->is_only_killed ? DEATH_KILL : DEATH_EXIT; death <= DEATH_KILL;
             death++) {
            Case *one = g_new(Case, 1);
            *one = (Case){ scenario, death, i, end };
            g_ptr_array_add(cases, one);
            g_autofree char *path =
                g_strdup_printf("/faults/%s/%s/%03u", scenario->name, death_names[death], i);
            g_test_add_data_func(path, one, test_death);
        }
    }
    g_autofree char *many = g_strdup_printf("/faults/%s/many", scenario->name);
    g_test_add_data_func(many, scenario, test_many_deaths);
    g_autofree char *step = g_strdup_printf("/faults/%s/in-a-step", scenario->name);
    g_test_add_data_func(step, scenario, test_killed_in_a_step);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GPtrArray) cases = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) ends = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(scenarios); i++)
        add_cases(&scenarios[i], cases, ends);
    return g_test_run();
}
