/* Runs over the wire: what they cost in round trips, servers that are slow or want other own
 * tables. */
#include "support/wire-project.h"

#include <string.h>

/* ---- round trips ------------------------------------------------------------------------------
 */

enum { N_STEPS = 20 };

typedef struct Cost {
    unsigned packets, writes, creates;
} Cost;

/* One revision of as many statements, and what its run costs. */
static Cost
measure(TestWire *wire, const char *id, const char *down, const char *format, unsigned n)
{
    TestProject *project = wire->project;
    project->options.lease_ms = 60 * 1000; /* a slow machine gives no signs of life between */
    g_autoptr(GString) half = g_string_new(NULL);
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *number = g_strdup_printf("%u", i);
        g_autoptr(GString) one = g_string_new(format);
        g_string_replace(one, "#", number, 0);
        g_string_append_printf(half, "%s;\n", one->str);
    }
    test_project_script(project, id, down, half->str, NULL);
    test_project_open(project);
    unsigned packets = test_wire_count(wire, "packets"),
             executed = test_wire_count(wire, "executed");
    test_project_upgrade(project, id);
    Cost cost = { .packets = test_wire_count(wire, "packets") - packets };
    g_auto(GStrv) statements = test_wire_executed(wire, executed);
    cost.writes = test_wire_count_beginning(statements, "INSERT INTO retort_lock_");
    cost.creates = test_wire_count_beginning(statements, "CREATE TABLE IF NOT EXISTS retort_");
    return cost;
}

static void
test_round_trips(void)
{
    static const char create[] = "CREATE TABLE t# (id INT NOT NULL, n INT) PRIMARY KEY (id) "
                                 "DISTRIBUTED BY HASH (id)";
    TestWire wire;
    test_wire_open(&wire, NULL);
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

    /* `current`: to get to know each other, and the version with an open run. */
    unsigned packets = test_wire_count(&wire, "packets");
    test_project_open(wire.project);
    g_auto(RtStanding) standing = { 0 };
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_state_read_standing(wire.project->state, &standing, &error));
    g_assert_null(standing.open);
    g_assert_cmpuint(standing.rows->len, ==, 1);
    g_assert_cmpstr(standing.rows->pdata[0], ==, "r4");
    g_assert_cmpuint(test_wire_count(&wire, "packets") - packets, ==, 2 + 1); /* one is ours */
    test_wire_close(&wire);
}

/* ---- own tables -------------------------------------------------------------------------------
 */

/* The server's default wants more backends than it has. */
static void
test_too_few_backends(void)
{
    TestWire wire;
    test_wire_open(&wire, NULL);
    TestProject *project = wire.project;
    test_project_script(project, "r1", NULL, "CREATE VIEW v AS SELECT 1", NULL);
    test_project_open(project);
    g_assert_true(test_project_execute(
        project, "TEST FAULT 'error 1064 Table replication num should be less than or equal to the "
                 "number of available BE nodes. Current alive backend is [10001,10002]. , "
                 "table=retort_version, default_replication_num=3' '^CREATE TABLE IF NOT EXISTS'"));
    unsigned first = test_wire_count(&wire, "executed");
    test_project_upgrade(project, "head");
    g_assert_true(test_project_has_notice(project, "replication_num = 2"));
    g_auto(GStrv) statements = test_wire_executed(&wire, first);
    unsigned n = 0;
    for (unsigned i = 0; statements[i]; i++)
        n += g_str_has_prefix(statements[i], "CREATE TABLE") && strstr(statements[i], "retort_") &&
             strstr(statements[i], "'replication_num' = '2'");
    g_assert_cmpuint(n, ==, 3 + 1); /* and the generation */
    test_wire_close(&wire);
}

/* ---- a busy server ----------------------------------------------------------------------------
 */

static const char table[] = "CREATE TABLE t (id INT NOT NULL, n INT) PRIMARY KEY (id) "
                            "DISTRIBUTED BY HASH (id)";

/* What was written is waited for until all can read it, before anything else is done. */
static void
test_until_visible(void)
{
    enum { POLLS = 3 };
    static const char *const writes[] = { "INSERT INTO retort_lock_", "INSERT INTO retort_version",
                                          "INSERT INTO retort_journal" };
    TestWire wire;
    test_wire_open(&wire, NULL);
    test_project_script(wire.project, "r1", NULL, table, NULL);
    wire.project->options.lease_ms = 60 * 1000; /* no signs of life between */
    for (size_t i = 0; i < G_N_ELEMENTS(writes); i++) {
        test_wire_reset(&wire);
        g_autofree char *fault =
            g_strdup_printf("TEST FAULT 'committed %d' '^%s'", POLLS, writes[i]);
        g_assert_true(test_project_execute(wire.project, fault));
        test_project_upgrade(wire.project, "head");
        g_auto(GStrv) statements = test_wire_executed(&wire, 0);
        unsigned at = 0;
        while (statements[at] && !g_str_has_prefix(statements[at], writes[i]))
            at++;
        g_assert_nonnull(statements[at]);
        for (unsigned j = 1; j <= POLLS + 1; j++)
            g_assert_cmpstr(statements[at + j], ==, "SHOW TRANSACTION WHERE id = 2");
        g_assert_cmpuint(test_wire_count_beginning(statements, "SHOW TRANSACTION"), ==, POLLS + 1);
    }
    test_wire_close(&wire);
}

#define BUSY                                                                                       \
    "TEST FAULT 'error 1064 A schema change operation is in progress on the table t. Please wait " \
    "until the current operation completes.' '^ALTER TABLE t'"

/* The server refuses as a job runs on the table that was not there when it was looked at. */
static void
test_busy(void)
{
    TestWire wire;
    test_wire_open(&wire, NULL);
    TestProject *project = wire.project;
    test_project_script(project, "r1", NULL, table, NULL);
    test_project_script(project, "r2", "r1", "ALTER TABLE t ADD COLUMN a INT", NULL);
    test_project_open(project);
    test_project_upgrade(project, "r1");
    /* Twice, which is waited for; the third time, and there is no patience left. */
    g_assert_true(test_project_execute(project, BUSY));
    g_assert_true(test_project_execute(project, BUSY));
    project->options.lock_timeout_ms = -1;
    test_project_upgrade(project, "r2");
    g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE t ADD"), ==, 3);
    g_assert_true(test_project_has_notice(project, "which is not of this run"));
    g_autofree char *found = test_project_query(project, "SELECT id, n, a FROM t");
    g_assert_cmpstr(found, ==, "");

    test_project_script(project, "r3", "r2", "ALTER TABLE t ADD COLUMN b INT", NULL);
    test_project_open(project);
    g_assert_true(test_project_execute(project, BUSY));
    project->options.lock_timeout_ms = 0;
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_LOCKED));
    g_assert_nonnull(strstr(error->message, "in progress on the table t"));
    test_project_open(project);
    test_project_upgrade(project, "head"); /* and goes on */
    test_wire_close(&wire);
}

/* A question that is refused while a job is waited for says nothing of any step. */
static void
test_refused_question(void)
{
    static const char *const arguments[] = { "--url", "memory+starrocks:?job_seconds=1", NULL };
    enum { ASKED_BEFORE = 2 }; /* the statement, and once while its job runs */
    TestWire wire;
    test_wire_open(&wire, arguments);
    TestProject *project = wire.project;
    g_autofree char *half = g_strdup_printf("%s;\nALTER TABLE t MODIFY COLUMN n BIGINT;\n", table);
    test_project_script(project, "r1", NULL, half, NULL);
    test_project_open(project);
    g_autofree char *fault = g_strdup_printf(
        "TEST FAULT 'error 1064 Getting analyzing error.' '^SHOW ALTER TABLE COLUMN' AFTER %d",
        ASKED_BEFORE);
    g_assert_true(test_project_execute(project, fault));
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_REJECTED));
    g_assert_nonnull(strstr(error->message, "Getting analyzing error"));
    test_project_open(project);
    test_project_upgrade(project, "head");
    g_assert_cmpuint(test_project_count_sent(project, "CREATE TABLE t "), ==, 1);
    g_assert_cmpuint(test_project_count_sent(project, "ALTER TABLE t "), ==, 1);
    test_wire_close(&wire);
}

/* The server's own deadline is an answer: the connection is there, and the statement did not run.
 */
static void
test_timeout_of_the_server(void)
{
    TestWire wire;
    test_wire_open(&wire, NULL);
    TestProject *project = wire.project;
    g_autofree char *half =
        g_strdup_printf("%s;\n-- retort: idempotent\nINSERT INTO t VALUES (1, 2);\n", table);
    test_project_script(project, "r1", NULL, half, NULL);
    test_project_open(project);
    g_assert_true(test_project_execute(
        project, "TEST FAULT 'error 5024 Insert reached its timeout of 300 seconds' "
                 "'^INSERT INTO t '"));
    g_autoptr(GError) error = NULL;
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_true(rt_error_is(error, RT_ERROR_TIMEOUT));
    g_assert_cmpuint(test_project_count_sent(project, "INSERT INTO t "), ==, 1);
    g_assert_cmpuint(test_wire_count(&wire, "logins"), ==, 1);
    test_project_open(project);
    test_project_upgrade(project, "head"); /* and goes on */
    g_assert_cmpuint(test_project_count_sent(project, "INSERT INTO t "), ==, 2);
    test_wire_close(&wire);
}

/* ---- what is missing --------------------------------------------------------------------------
 */

/* Own tables are absent only where the server says it of them: else a run would begin anew. */
static void
test_missing_warehouse(void)
{
    TestWire wire;
    test_wire_open(&wire, NULL);
    TestProject *project = wire.project;
    test_project_script(project, "r1", NULL, table, NULL);
    test_project_open(project);
    test_project_upgrade(project, "r1");
    g_assert_true(test_project_execute(project, "TEST FAULT 'error 5901 Warehouse w not exist.' "
                                                "'^SELECT .* FROM retort_version'"));
    g_autoptr(GError) error = NULL;
    test_project_open(project);
    g_assert_false(test_project_run(project, RT_GOAL_UPGRADE, "head", &error));
    g_assert_nonnull(strstr(error->message, "Warehouse w not exist"));
    test_wire_close(&wire);
}

/* ---- places -----------------------------------------------------------------------------------
 */

/* However long a key is, the place that a copy in batches has reached is written down whole. */
static void
test_long_place(void)
{
    enum { LONG = 300 };
    g_autofree char *key = g_strnfill(LONG, 'k');
    g_autofree char *half = g_strdup_printf(
        "CREATE TABLE t (k VARCHAR(400) NOT NULL, n INT) UNIQUE KEY (k) DISTRIBUTED BY HASH (k);\n"
        "CREATE TABLE u (k VARCHAR(400) NOT NULL, n INT) UNIQUE KEY (k) DISTRIBUTED BY HASH (k);\n"
        "-- retort: idempotent\nINSERT INTO t VALUES ('a', 1), ('%s', 2);\n"
        "-- retort: idempotent\n-- retort: batch 1\nINSERT INTO u (k, n) SELECT k, n FROM t;\n",
        key);
    TestWire wire;
    test_wire_open(&wire, NULL);
    test_project_script(wire.project, "r1", NULL, half, NULL);
    test_project_open(wire.project);
    test_project_upgrade(wire.project, "head");
    g_auto(GStrv) statements = test_wire_executed(&wire, 0);
    g_autofree char *place = g_strdup_printf("'''%s''', ", key); /* a literal */
    unsigned n_places = 0;
    for (unsigned i = 0; statements[i]; i++) {
        if (g_str_has_prefix(statements[i], "CREATE TABLE retort_lock_"))
            g_assert_nonnull(strstr(statements[i], "place VARCHAR(1048576)"));
        n_places += g_str_has_prefix(statements[i], "INSERT INTO retort_lock_") &&
                    strstr(statements[i], "INSERT INTO u ") && strstr(statements[i], place);
    }
    g_assert_cmpuint(n_places, ==, 1);
    test_wire_close(&wire);
}

/* The ranges of a copy by this key, in order. Owned. */
static char *
find_ranges(char *const *statements)
{
    GString *ranges = g_string_new(NULL);
    for (unsigned i = 0; statements[i]; i++) {
        const char *where = strstr(statements[i], " WHERE ");
        if (g_str_has_prefix(statements[i], "INSERT INTO u ") && where)
            g_string_append_printf(ranges, "%s;", where + strlen(" WHERE "));
    }
    return g_string_free(ranges, FALSE);
}

#define COPY(columns, key, rows, batch)                                                            \
    "CREATE TABLE t (" columns ") UNIQUE KEY (" key ") DISTRIBUTED BY HASH (" key ");\n"           \
    "CREATE TABLE u (" columns ") UNIQUE KEY (" key ") DISTRIBUTED BY HASH (" key ");\n"           \
    "-- retort: idempotent\nINSERT INTO t VALUES " rows ";\n"                                      \
    "-- retort: idempotent\n-- retort: batch " batch "\nINSERT INTO u (" key ") SELECT " key       \
    " FROM t;\n"

/* A range is of the key's own type: next to a number, text that is none would be NULL. An empty key
   is one like others. */
static void
test_keys(void)
{
    static const struct {
        const char *half, *ranges;
    } cases[] = {
        { COPY("k VARCHAR(9) NOT NULL", "k", "('10045'), ('A12')", "1"),
          "k <= '10045';k > '10045' AND k <= 'A12';" },
        { COPY("k STRING NOT NULL", "k", "('7')", "1"), "k <= '7';" },
        { COPY("k CHAR(3) NOT NULL", "k", "('7')", "1"), "k <= '7';" },
        { COPY("k INT NOT NULL", "k", "(7), (8)", "1"), "k <= 7;k > 7 AND k <= 8;" },
        { COPY("k VARCHAR(9) NOT NULL, i INT NOT NULL", "k, i", "('', 1), ('', 2)", "2"),
          "k <= '';" },
        { COPY("k VARCHAR(9) NOT NULL, i INT NOT NULL", "k, i", "('', 1), ('a', 2)", "1"),
          "k <= '';k > '' AND k <= 'a';" },
    };
    TestWire wire;
    test_wire_open(&wire, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].half);
        test_project_script(wire.project, "r1", NULL, cases[i].half, NULL);
        test_wire_reset(&wire);
        test_project_upgrade(wire.project, "head");
        g_auto(GStrv) statements = test_wire_executed(&wire, 0);
        g_autofree char *ranges = find_ranges(statements);
        g_assert_cmpstr(ranges, ==, cases[i].ranges);
        g_autofree char *from = test_project_query(wire.project, "SELECT * FROM t ORDER BY k");
        g_autofree char *to = test_project_query(wire.project, "SELECT * FROM u ORDER BY k");
        g_assert_cmpstr(to, ==, from);
    }
    test_wire_close(&wire);
}

/* Only the range whose place was not written is repeated. */
static void
test_place_after_loss(void)
{
    TestWire wire;
    test_wire_open(&wire, NULL);
    TestProject *project = wire.project;
    test_project_script(project, "r1", NULL, COPY("k INT NOT NULL", "k", "(1), (2), (3), (4)", "1"),
                        NULL);
    test_project_open(project);
    g_assert_true(
        test_project_execute(project, "TEST FAULT 'after' '^INSERT INTO u .*> 1 AND k <= 2'"));
    test_project_upgrade(project, "head");
    g_assert_true(test_project_has_notice(project, "connected again, and going on"));
    g_auto(GStrv) statements = test_wire_executed(&wire, 0);
    g_autofree char *ranges = find_ranges(statements);
    g_assert_cmpstr(ranges, ==,
                    "k <= 1;k > 1 AND k <= 2;k > 1 AND k <= 2;k > 2 AND k <= 3;k > 3 AND k <= 4;");
    test_wire_close(&wire);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/round_trips", test_round_trips);
    g_test_add_func("/wire/too_few_backends", test_too_few_backends);
    g_test_add_func("/wire/until_visible", test_until_visible);
    g_test_add_func("/wire/busy", test_busy);
    g_test_add_func("/wire/refused_question", test_refused_question);
    g_test_add_func("/wire/timeout_of_the_server", test_timeout_of_the_server);
    g_test_add_func("/wire/missing_warehouse", test_missing_warehouse);
    g_test_add_func("/wire/long_place", test_long_place);
    g_test_add_func("/wire/keys", test_keys);
    g_test_add_func("/wire/place_after_loss", test_place_after_loss);
    return g_test_run();
}
