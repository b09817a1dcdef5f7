/*
 * What a running job blocks, as a real frontend said: on a memory database the first statement of
 * each record is sent, and the second while its job is pending.
 */
#include "memory/memory.h"
#include "records.h"

#include <string.h>

typedef struct Run {
    RtConnection *db;
    int64_t now;
    GString *problem;
} Run;

static int64_t
read_clock(void *data)
{
    return *(int64_t *) data;
}

static RtConnection *
open_database(Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RtUrl) url = rt_url_parse("memory+starrocks:?job_seconds=10", &error);
    RtServer server = { .product = "StarRocks", .major = 4, .minor = 1, .backends = 1 };
    RtMemorySettings settings = { .server = &server, .clock = read_clock, .clock_data = &run->now };
    RtConnectionOptions options = { 0 };
    RtConnection *db =
        rt_memory_open(&rt_dialect_starrocks, url, &options, &settings, NULL, &error);
    if (!db)
        g_error("%s", error->message);
    return db;
}

/* The tables that the records are about: their SHOW CREATE says how they were made. */
static void
create_table(Run *run, const char *name, const char *key)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sql =
        g_strdup_printf("CREATE TABLE %s (k INT NOT NULL, d DATE NOT NULL, v INT, s VARCHAR(10)) "
                        "%s KEY(k, d) PARTITION BY RANGE(d) (PARTITION p1 VALUES LESS THAN "
                        "('2024-01-01'), PARTITION p2 VALUES LESS THAN ('2024-02-01')) "
                        "DISTRIBUTED BY HASH(k) BUCKETS 2 PROPERTIES ('replication_num'='1')",
                        name, key);
    if (!rt_connection_execute(run->db, sql, &error))
        g_error("%s", error->message);
}

static void
expect(Run *run, const char *what, const char *expected, const char *found)
{
    if (g_strcmp0(expected, found) != 0)
        g_string_append_printf(run->problem, "%s: expected %s, found %s; ", what, expected, found);
}

/* Sends a statement: NULL, or what it was refused with, owned. */
static char *
send_sql(Run *run, const char *sql)
{
    g_autoptr(GError) error = NULL;
    return rt_connection_execute(run->db, sql, &error) ? NULL : g_strdup(error->message);
}

static bool
add_state(void *data, unsigned n, const char *const *values, const char *const *names)
{
    const char *state = NULL, *message = NULL;
    for (unsigned i = 0; i < n; i++) {
        state = strcmp(names[i], "State") == 0 ? values[i] : state;
        message = strcmp(names[i], "Msg") == 0 ? values[i] : message;
    }
    g_string_append_printf(data, " %s %s", state, message);
    return true;
}

/* "COLUMN FINISHED  FINISHED ; ROLLUP PENDING ;": the jobs of t by kind. */
static char *
list_jobs(Run *run)
{
    static const char *const kinds[] = { "COLUMN", "OPTIMIZE", "ROLLUP" };
    g_autoptr(GString) list = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(GString) states = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        g_autofree char *sql =
            g_strdup_printf("SHOW ALTER TABLE %s WHERE TableName = \"t\"", kinds[i]);
        if (!rt_connection_query(run->db, sql, add_state, states, &error))
            g_error("%s", error->message);
        if (states->len)
            g_string_append_printf(list, "%s%s; ", kinds[i], states->str);
    }
    return g_string_free(g_steal_pointer(&list), FALSE);
}

/* The same of [["COLUMN", "PENDING"]]. */
static char *
print_before(const json_t *states)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (size_t i = 0; i < json_array_size(states); i++) {
        const json_t *pair = json_array_get(states, i);
        g_string_append_printf(list, "%s %s ; ", json_string_value(json_array_get(pair, 0)),
                               json_string_value(json_array_get(pair, 1)));
    }
    return g_string_free(g_steal_pointer(&list), FALSE);
}

/* The same of {"COLUMN": [["CANCELLED", "user cancelled"]]}. */
static char *
print_after(json_t *states)
{
    g_autoptr(GString) list = g_string_new(NULL);
    const char *kind;
    json_t *jobs;
    json_object_foreach(states, kind, jobs)
    {
        g_string_append(list, kind);
        for (size_t i = 0; i < json_array_size(jobs); i++) {
            const json_t *pair = json_array_get(jobs, i);
            g_string_append_printf(list, " %s %s", json_string_value(json_array_get(pair, 0)),
                                   json_string_value(json_array_get(pair, 1)));
        }
        g_string_append(list, "; ");
    }
    return g_string_free(g_steal_pointer(&list), FALSE);
}

/* What the database shows of a table, and what the frontend printed of it. */
static void
compare_table(Run *run, const char *show)
{
    RtServer server = { .product = "StarRocks", .major = 4, .minor = 1, .backends = 1 };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) live = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(RtCatalog) printed = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(GError) error = NULL;
    g_autofree char *problem = records_replay(printed, &server, show, true);
    const RtObject *object = rt_catalog_at(printed, 0);
    if (problem || !object)
        g_error("%s", problem);
    const RtName *names[] = { object->name };
    if (!rt_memory_reflect_some(run->db, live, names, 1, &error))
        g_error("%s", error->message);
    for (unsigned i = 0; i < rt_catalog_size(live); i++) {
        RtObject *copy = rt_object_copy(rt_model_arena(model), rt_catalog_at(live, i));
        copy->flags &= (uint16_t) ~RT_OBJECT_CHANGING;
        rt_catalog_replace(live, rt_catalog_at(live, i), copy);
    }
    g_autofree char *difference =
        records_diff(&server, live, printed) ?: records_diff(&server, printed, live);
    expect(run, "the table", NULL, difference);
}

static bool
is_about_jobs(const char *error)
{
    static const char *const words[] = { "in progress on the table", "in state OPTIMIZE",
                                         "is being created on the table", "is not under",
                                         "job does not exist" };
    for (size_t i = 0; error && i < G_N_ELEMENTS(words); i++) {
        if (strstr(error, words[i]))
            return true;
    }
    return false;
}

static void
run_second(Run *run, const json_t *record)
{
    g_autofree char *found = send_sql(run, records_text(record, "second"));
    const char *expected = records_text(record, "error");
    expect(run, "the second", json_is_true(json_object_get(record, "ok")) ? "taken" : "refused",
           found ? "refused" : "taken");
    /* What is refused for two reasons may be refused for either. */
    if (is_about_jobs(expected))
        expect(run, "the second's error", expected, found);
    if (json_object_get(record, "after")) {
        run->now += 10000; /* the frontend was asked when its jobs had ended */
        g_autofree char *after = print_after(json_object_get(record, "after"));
        g_autofree char *jobs = list_jobs(run);
        expect(run, "jobs after", after, jobs);
    }
    const char *show = records_text(record, "show_create");
    if (json_object_get(record, "rows") && json_array_size(json_object_get(record, "rows"))) {
        const json_t *row = json_array_get(json_object_get(record, "rows"), 0);
        show = json_string_value(json_array_get(row, 1));
    }
    if (show)
        compare_table(run, show);
}

static char *
check_record(const json_t *record)
{
    g_autoptr(GString) problem = g_string_new(NULL);
    Run run = { .now = 1000000, .problem = problem };
    const char *key = g_str_equal(records_text(record, "table"), "pk") ? "PRIMARY" : "DUPLICATE";
    run.db = open_database(&run);
    create_table(&run, "t", key);
    create_table(&run, "t9", key);
    g_autofree char *first = send_sql(&run, records_text(record, "first"));
    expect(&run, "the first",
           json_is_true(json_object_get(record, "first_ok")) ? "taken" : "refused",
           first ? "refused" : "taken");
    g_autofree char *before = print_before(json_object_get(record, "state_before_second"));
    g_autofree char *jobs = list_jobs(&run);
    expect(&run, "jobs before", before, jobs);
    run_second(&run, record);
    rt_connection_close(run.db);
    return problem->len
               ? g_strdup_printf("%s\n  after %s\n  %s", problem->str,
                                 records_text(record, "first"), records_text(record, "second"))
               : NULL;
}

/* The records have no id: it is their line. */
static void
test_blocked(void)
{
    Records records;
    records_open(&records, "concurrent_alter", "concurrent_alter.known");
    for (unsigned i = 0; i < records.all->len; i++) {
        json_t *record = records.all->pdata[i];
        g_autofree char *id = g_strdup_printf("line-%u", i + 1);
        json_object_set_new(record, "id", json_string(id));
        g_autofree char *problem = check_record(record);
        records_note(&records, record, problem);
    }
    records_close(&records);
}

/* A job takes its time, its table is shown as before, and then it is changed. */
static void
test_end(void)
{
    g_autoptr(GString) problem = g_string_new(NULL);
    Run run = { .now = 1000000, .problem = problem };
    run.db = open_database(&run);
    create_table(&run, "t", "DUPLICATE");
    g_autofree char *failure = send_sql(&run, "ALTER TABLE t MODIFY COLUMN v BIGINT");
    g_assert_null(failure);
    run.now += 5000;
    g_autofree char *half = list_jobs(&run);
    g_assert_cmpstr(half, ==, "COLUMN RUNNING ; ");
    g_autofree char *blocked = send_sql(&run, "TRUNCATE TABLE t");
    g_assert_true(is_about_jobs(blocked));
    g_autofree char *other = send_sql(&run, "ALTER TABLE t9 COMMENT = 'x'");
    g_assert_nonnull(other);
    run.now += 5000;
    g_autofree char *done = list_jobs(&run);
    g_assert_cmpstr(done, ==, "COLUMN FINISHED ; ");
    g_autofree char *free_again = send_sql(&run, "ALTER TABLE t COMMENT = 'x'");
    g_assert_null(free_again);
    rt_connection_close(run.db);
}

/* A job ends with its table: one of the same name that is made afterwards has none of it. */
static void
test_dropped(void)
{
    g_autoptr(GString) problem = g_string_new(NULL);
    Run run = { .now = 1000000, .problem = problem };
    run.db = open_database(&run);
    create_table(&run, "t", "DUPLICATE");
    g_autofree char *first = send_sql(&run, "ALTER TABLE t MODIFY COLUMN v BIGINT");
    g_autofree char *second = send_sql(&run, "DROP TABLE t");
    g_assert_null(first);
    g_assert_null(second);
    create_table(&run, "t", "DUPLICATE");
    g_autofree char *jobs = list_jobs(&run);
    g_assert_cmpstr(jobs, ==, "COLUMN CANCELLED its table was dropped; ");
    g_autofree char *rollup = send_sql(&run, "ALTER TABLE t ADD ROLLUP r1 (k, v)");
    g_autofree char *unnamed = send_sql(&run, "CANCEL ALTER TABLE ROLLUP FROM t");
    g_autofree char *named = send_sql(&run, "CANCEL ALTER TABLE ROLLUP FROM t (2)");
    g_assert_null(rollup);
    g_assert_nonnull(unnamed);
    g_assert_null(named);
    rt_connection_close(run.db);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    records_init(argc, argv);
    g_test_add_func("/starrocks/jobs/blocked", test_blocked);
    g_test_add_func("/starrocks/jobs/end", test_end);
    g_test_add_func("/starrocks/jobs/dropped", test_dropped);
    return g_test_run();
}
