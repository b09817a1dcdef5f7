/*
 * Runs over the wire: what they cost in round trips, connections that are lost at every statement,
 * tables of somebody else's, servers that want other own tables.
 */
#include "support/project.h"
#include "support/wire-server.h"

#include <string.h>

typedef struct Wire {
    RtWireServer *server;
    TestProject *project;
} Wire;

static void
wire_open(Wire *wire, const char *engine_url)
{
    const char *arguments[] = { "--url", engine_url, NULL };
    wire->server = rt_wire_server_start(arguments);
    g_autofree char *url = g_strdup_printf("starrocks://root@127.0.0.1:%u,localhost:%u/test",
                                           wire->server->port, wire->server->port);
    wire->project = test_project_new(url);
}

static void
wire_close(Wire *wire)
{
    test_project_free(wire->project);
    rt_wire_server_stop(wire->server);
}

static unsigned
count(const Wire *wire, const char *name)
{
    g_autofree char *rows = test_project_query(wire->project, "TEST COUNTS");
    g_auto(GStrv) pairs = g_strsplit(rows, ";", -1);
    g_autofree char *intro = g_strdup_printf("%s|", name);
    for (unsigned i = 0; pairs[i]; i++) {
        if (g_str_has_prefix(pairs[i], intro))
            return (unsigned) g_ascii_strtoull(pairs[i] + strlen(intro), NULL, 10);
    }
    g_error("the server does not count %s", name);
}

/* What reached the database since so many statements, one a line. */
static char **
executed_since(const Wire *wire, unsigned first)
{
    GError *error = NULL;
    g_autofree char *all = test_project_query(wire->project, "TEST EXECUTED");
    g_assert_no_error(error);
    g_auto(GStrv) statements = g_strsplit(all, ";", -1);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (unsigned i = 0; statements[i]; i++) {
        if (i >= first)
            g_strv_builder_add(builder, statements[i]);
    }
    return g_strv_builder_end(builder);
}

static unsigned
count_beginning(char *const *statements, const char *beginning)
{
    unsigned n = 0;
    for (; *statements; statements++)
        n += g_str_has_prefix(*statements, beginning);
    return n;
}

static unsigned
count_executed(const Wire *wire)
{
    g_auto(GStrv) all = executed_since(wire, 0);
    return g_strv_length(all);
}

/* ---- round trips ------------------------------------------------------------------------------
 */

enum { N_STEPS = 20 };

typedef struct Cost {
    unsigned packets, writes, creates;
} Cost;

/* One revision of as many statements, and what its run costs. */
static Cost
measure(Wire *wire, const char *id, const char *down, const char *format, unsigned n)
{
    TestProject *project = wire->project;
    g_autoptr(GString) half = g_string_new(NULL);
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *number = g_strdup_printf("%u", i);
        g_autoptr(GString) one = g_string_new(format);
        g_string_replace(one, "#", number, 0);
        g_string_append_printf(half, "%s;\n", one->str);
    }
    test_project_script(project, id, down, half->str, NULL);
    test_project_open(project);
    unsigned packets = count(wire, "packets"), executed = count_executed(wire);
    test_project_upgrade(project, id);
    Cost cost = { .packets = count(wire, "packets") - packets };
    g_auto(GStrv) statements = executed_since(wire, executed);
    cost.writes = count_beginning(statements, "INSERT INTO retort_lock_");
    cost.creates = count_beginning(statements, "CREATE TABLE IF NOT EXISTS retort_");
    return cost;
}

static void
test_round_trips(void)
{
    static const char create[] = "CREATE TABLE t# (id INT NOT NULL, n INT) PRIMARY KEY (id) "
                                 "DISTRIBUTED BY HASH (id)";
    Wire wire;
    wire_open(&wire, "memory+starrocks:");
    Cost first = measure(&wire, "r1", NULL, create, 1);
    g_assert_cmpuint(first.creates, ==, 3);
    Cost one = measure(&wire, "r2", "r1", "CREATE VIEW v# AS SELECT id FROM t0", 1);
    /* The own tables are there now, and nothing is asked of them. */
    g_assert_cmpuint(one.creates, ==, 0);
    Cost many = measure(&wire, "r3", "r2",
                        "CREATE TABLE u# (id INT) DUPLICATE KEY (id) "
                        "DISTRIBUTED BY HASH (id)",
                        N_STEPS);
    /* Before a statement what it touches is read, and one row is written. */
    g_assert_cmpuint(many.writes - one.writes, ==, N_STEPS - 1);
    g_assert_cmpuint(many.packets - one.packets, <=, (N_STEPS - 1) * 3);
    Cost altered = measure(&wire, "r4", "r3", "ALTER TABLE u# ADD COLUMN a INT", N_STEPS);
    g_assert_cmpuint(altered.writes, ==, many.writes);
    /* And its jobs before it; afterwards those of all are asked for together. */
    g_assert_cmpuint(altered.packets - one.packets, <=, (N_STEPS - 1) * 4 + 2);

    /* `current`: to get to know each other, the version, an open run. */
    unsigned packets = count(&wire, "packets");
    test_project_open(wire.project);
    g_autofree char *versions = test_project_versions(wire.project);
    g_autoptr(GError) error = NULL;
    g_assert_null(rt_state_open_run(wire.project->state, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(versions, ==, "r4");
    g_assert_cmpuint(count(&wire, "packets") - packets, <=, 3 + 2); /* two are ours */
    wire_close(&wire);
}

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
write_script(const Wire *wire)
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
show_end(const Wire *wire)
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

/* As if nothing had ever been there. */
static void
clear_target(const Wire *wire)
{
    g_autofree char *tables = test_project_query(wire->project, "SHOW TABLES");
    g_auto(GStrv) names = g_strsplit(tables, ";", -1);
    for (unsigned i = 0; names[i]; i++) {
        g_autofree char *drop = g_strdup_printf("DROP TABLE %s FORCE", names[i]);
        g_assert_true(test_project_execute(wire->project, drop));
    }
}

static void
assert_sent_once(const Wire *wire, unsigned first, const char *what)
{
    g_auto(GStrv) statements = executed_since(wire, first);
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        unsigned n = count_beginning(statements, script[i]);
        if (n != 1)
            g_error("%s: ran %u times: %s", what, n, script[i]);
    }
}

/* One run with one fault, and where that stopped it a plain one. Whether the fault was survived. */
static bool
run_with_fault(const Wire *wire, const char *kind, unsigned after, const char *expected)
{
    TestProject *project = wire->project;
    g_autofree char *what = g_strdup_printf("%s statement %u", kind, after);
    test_project_open(project);
    unsigned first = count_executed(wire);
    g_autofree char *fault = g_strdup_printf("TEST FAULT '%s' '^' AFTER %u", kind, after);
    g_assert_true(test_project_execute(project, fault));
    g_autoptr(GError) error = NULL;
    bool survived = test_project_run(project, RT_GOAL_UPGRADE, "head", &error);
    if (error && !rt_error_is(error, RT_ERROR_LOST))
        g_error("%s: %s", what, error->message);
    test_project_open(project);
    g_assert_true(test_project_execute(project, "TEST FAULTS NONE"));
    test_project_upgrade(project, "head");
    g_autofree char *end = show_end(wire);
    g_assert_cmpstr(end, ==, expected);
    assert_sent_once(wire, first, what);
    clear_target(wire);
    return survived;
}

typedef struct Kind {
    const char *name;
    unsigned stride;      /* every so many statements */
    bool ends_connection; /* after an answer: behind the last one that is nobody's loss */
} Kind;

static const Kind kinds[] = {
    { "before", 1, false },
    { "during", 1, false },
    { "cut", 5, false },
    { "after", 2, true },
};

static void
test_losses(const void *data)
{
    const Kind *kind = data;
    Wire wire;
    wire_open(&wire, "memory+starrocks:");
    TestProject *project = wire.project;
    /* A lock whose taker could not say so is waited for until its lease is over. */
    project->options.lock_timeout_ms = 20000;
    write_script(&wire);
    test_project_open(project);
    unsigned first = count(&wire, "statements");
    test_project_upgrade(project, "head");
    enum { AFTER_THE_RUN = 2 }; /* the version rows are checked */
    unsigned n = count(&wire, "statements") - first - AFTER_THE_RUN;
    g_autofree char *expected = show_end(&wire);
    clear_target(&wire);
    unsigned n_survived = 0;
    for (unsigned i = 0; i < n - kind->ends_connection; i += kind->stride)
        n_survived += run_with_fault(&wire, kind->name, i, expected);
    /* All but those while planning. */
    g_assert_cmpuint(n_survived, >, n / kind->stride / 2);
    wire_close(&wire);
}

/* What the server did not do is sent again, what it may have done is found out, also of rows. */
static void
test_lost_rows_need_a_decision(void)
{
    Wire wire;
    wire_open(&wire, "memory+starrocks:");
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
    clear_target(&wire);
    test_project_open(project);
    g_assert_true(
        test_project_execute(project, "TEST FAULT 'during' '^INSERT INTO retort_lock.*INTO t '"));
    test_project_upgrade(project, "head");
    g_autofree char *found = test_project_query(project, "SELECT id FROM t");
    g_assert_cmpstr(found, ==, "1");
    wire_close(&wire);
}

/* ---- own tables -------------------------------------------------------------------------------
 */

/* The server's default wants more backends than it has. */
static void
test_too_few_backends(void)
{
    Wire wire;
    wire_open(&wire, "memory+starrocks:");
    TestProject *project = wire.project;
    write_script(&wire);
    test_project_open(project);
    g_assert_true(test_project_execute(
        project, "TEST FAULT 'error 1064 Table replication num should be less than or equal to the "
                 "number of available BE nodes. Current alive backend is [10001,10002]. , "
                 "table=retort_version, default_replication_num=3' '^CREATE TABLE IF NOT EXISTS'"));
    unsigned first = count_executed(&wire);
    test_project_upgrade(project, "head");
    g_assert_true(test_project_has_notice(project, "replication_num = 2"));
    g_auto(GStrv) statements = executed_since(&wire, first);
    unsigned n = 0;
    for (unsigned i = 0; statements[i]; i++)
        n += g_str_has_prefix(statements[i], "CREATE TABLE") && strstr(statements[i], "retort_") &&
             strstr(statements[i], "'replication_num' = '2'");
    g_assert_cmpuint(n, ==, 3 + 1); /* and the generation */
    wire_close(&wire);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/round_trips", test_round_trips);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *path = g_strdup_printf("/wire/losses/%s", kinds[i].name);
        g_test_add_data_func(path, &kinds[i], test_losses);
    }
    g_test_add_func("/wire/lost_rows_need_a_decision", test_lost_rows_need_a_decision);
    g_test_add_func("/wire/too_few_backends", test_too_few_backends);
    return g_test_run();
}
