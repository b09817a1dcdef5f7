/* Own tables: what is written is read back, also where nothing was ever written. */
#include "state/generation.h"

#include "memory/memory.h"
#include "toy/toy.h"

#include <string.h>

typedef struct Target {
    const RtDialect *dialect;
    RtUrl *url;
    RtConnection *connection;
    RtState *state;
} Target;

static Target
target_new(const RtDialect *dialect)
{
    static const RtStateNames names = { .version = "my versions" };
    Target target = { .dialect = dialect };
    g_autofree char *text = g_strdup_printf("memory+%s:", dialect->name);
    GError *error = NULL;
    bool is_missing;
    RtConnectionOptions options = { .url = text };
    target.url = rt_url_parse(text, &error);
    g_assert_no_error(error);
    target.connection = rt_memory_open(dialect, target.url, &options, NULL, &is_missing, &error);
    g_assert_no_error(error);
    target.state = rt_state_new(dialect, target.connection, &names);
    return target;
}

static void
target_clear(Target *target)
{
    rt_state_free(target->state);
    rt_connection_close(target->connection);
    rt_url_free(target->url);
}

static const RtDialect *
dialect_at(unsigned i)
{
    return i == 0 ? &rt_dialect_toy : rt_dialects[i - 1];
}

/* Who writes steps has the lock first. */
static void
take_lock(const Target *target, RtState *state)
{
    RtGeneration free = { 0 };
    bool is_taken = true;
    if (target->dialect->own->lock == RT_OWN_LOCK_GENERATIONS)
        g_assert_true(rt_generation_take(state, &free, "me@here:1", &is_taken, NULL));
    g_assert_true(is_taken);
}

static void
test_empty_target(void)
{
    for (unsigned i = 0; dialect_at(i); i++) {
        Target target = target_new(dialect_at(i));
        GError *error = NULL;
        bool exists = true;
        g_autoptr(GPtrArray) rows = rt_state_read_versions(target.state, &exists, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(rows->len, ==, 0);
        g_assert_false(exists);
        g_autoptr(GPtrArray) journal = rt_state_read_journal(target.state, &error);
        g_assert_cmpuint(journal->len, ==, 0);
        g_assert_null(rt_state_open_run(target.state, &error));
        RtLockRow lock;
        g_assert_true(rt_state_read_lock(target.state, &lock, &error));
        g_assert_null(lock.owner);
        g_assert_no_error(error);
        /* Reading has made nothing. */
        g_assert_cmpuint(rt_catalog_count(rt_memory_catalog(target.connection)), ==, 0);
        target_clear(&target);
    }
}

static void
execute(Target *target, char *sql)
{
    GError *error = NULL;
    bool ok = rt_connection_execute(target->connection, sql, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    g_free(sql);
}

static void
test_versions(void)
{
    for (unsigned i = 0; dialect_at(i); i++) {
        Target target = target_new(dialect_at(i));
        GError *error = NULL;
        g_assert_true(rt_state_create(target.state, &error));
        g_assert_true(rt_state_create(target.state, &error));
        execute(&target, rt_state_move_sql(target.state, NULL, "b'; DROP TABLE x; --"));
        execute(&target, rt_state_move_sql(target.state, NULL, "a"));
        execute(&target, rt_state_move_sql(target.state, NULL, "c"));
        execute(&target, rt_state_move_sql(target.state, "c", NULL));
        execute(&target, rt_state_move_sql(target.state, "a", "z"));
        bool exists;
        g_autoptr(GPtrArray) rows = rt_state_read_versions(target.state, &exists, &error);
        g_assert_true(exists);
        g_assert_cmpuint(rows->len, ==, 2);
        g_assert_cmpstr(rows->pdata[0], ==, "b'; DROP TABLE x; --");
        g_assert_cmpstr(rows->pdata[1], ==, "z");
        const char *const *names = rt_state_tables(target.state);
        g_assert_true(g_strv_contains(names, "my versions"));
        g_assert_true(g_strv_contains(names, "retort_journal"));
        g_assert_true(g_strv_contains(names, "retort_definition"));
        target_clear(&target);
    }
}

/* The second first, and the first has failed. */
static void
put_two_steps(const Target *target)
{
    for (int64_t step = 2; step > 0; step--) {
        RtStepRow put = { .run = "2",
                          .number = 1,
                          .step = step,
                          .hash = "h",
                          .statement = "SELECT 'x'",
                          .objects = "{\"a\": \"\\\"\"}",
                          .state = step == 1 ? RT_STEP_FAILED : RT_STEP_STARTED };
        g_assert_true(rt_state_put_step(target->state, &put, NULL));
    }
}

static void
test_journal_and_steps(void)
{
    for (unsigned i = 0; dialect_at(i); i++) {
        Target target = target_new(dialect_at(i));
        GError *error = NULL;
        g_assert_true(rt_state_create(target.state, &error));
        RtJournalRow row = { .run = "2",
                             .number = 1,
                             .revision = "b",
                             .direction = "up",
                             .message = "it's \\ \"new\"\nline",
                             .steps = 3,
                             .rows_before = "",
                             .rows_after = "b",
                             .started = "2026-11-21T09:30:00.000Z",
                             .owner = "me@here:1",
                             .error = NULL };
        take_lock(&target, target.state);
        g_assert_true(rt_state_put_journal(target.state, &row, &error));
        RtJournalRow older = row;
        older.run = "1";
        older.number = 12;
        older.ended = "2026-11-21T09:00:00.000Z";
        g_assert_true(rt_state_put_journal(target.state, &older, &error));
        older.number = 2;
        g_assert_true(rt_state_put_journal(target.state, &older, &error));
        put_two_steps(&target);
        g_autoptr(RtJournalRow) open = rt_state_open_run(target.state, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(open->run, ==, "2");
        g_assert_cmpstr(open->message, ==, row.message);
        g_assert_cmpstr(open->rows_before, ==, "");
        g_assert_null(open->error);
        g_assert_null(open->ended);
        g_assert_cmpint(open->step, ==, 2);
        g_autoptr(GPtrArray) steps = rt_state_read_steps(target.state, "2", 1, &error);
        g_assert_cmpuint(steps->len, ==, 2);
        const RtStepRow *first = steps->pdata[0];
        g_assert_cmpint(first->state, ==, RT_STEP_FAILED);
        g_assert_cmpstr(first->objects, ==, "{\"a\": \"\\\"\"}");
        g_assert_null(first->outcome);
        g_autoptr(GPtrArray) all = rt_state_read_journal(target.state, &error);
        g_assert_cmpuint(all->len, ==, 3);
        g_assert_cmpint(((RtJournalRow *) all->pdata[0])->number, ==, 2);
        g_assert_cmpint(((RtJournalRow *) all->pdata[1])->number, ==, 12);
        g_assert_true(rt_state_drop_steps(target.state, "2", 1, &error));
        if (target.dialect->own->lock == RT_OWN_LOCK_GENERATIONS)
            g_assert_true(rt_generation_release(target.state, false, &error));
        g_autoptr(GPtrArray) none = rt_state_read_steps(target.state, "2", 1, &error);
        g_assert_cmpuint(none->len, ==, 0);
        target_clear(&target);
    }
}

static void
test_lock(void)
{
    Target target = target_new(rt_dialect_find(rt_dialects, "sqlite"));
    GError *error = NULL;
    g_assert_true(rt_state_create(target.state, &error));
    RtLockRow put = { "me@here:1", 3, 9 }, row;
    g_assert_true(rt_state_put_lock(target.state, &put, &error));
    put.heartbeat = 10;
    g_assert_true(rt_state_put_lock(target.state, &put, &error));
    g_assert_true(rt_state_read_lock(target.state, &row, &error));
    g_assert_cmpstr(row.owner, ==, "me@here:1");
    g_assert_cmpint(row.fence, ==, 3);
    g_assert_cmpint(row.heartbeat, ==, 10);
    rt_lock_row_clear(&row);
    target_clear(&target);
}

/* Two version tables in one schema see nothing of each other's runs. */
static void
test_shared_tables(void)
{
    for (unsigned i = 0; dialect_at(i); i++) {
        static const RtStateNames other_names = { .version = "other" };
        Target target = target_new(dialect_at(i));
        g_autoptr(RtState) other = rt_state_new(dialect_at(i), target.connection, &other_names);
        GError *error = NULL;
        g_assert_true(rt_state_create(target.state, &error));
        g_assert_true(rt_state_create(other, &error));
        RtJournalRow row = { .run = "1", .number = 1, .direction = "up", .steps = 2 };
        RtStepRow step = { .run = "1", .number = 1, .step = 2, .hash = "h" };
        bool has_generations = target.dialect->own->lock == RT_OWN_LOCK_GENERATIONS;
        RtLockRow lock = { "me@here:1", 3, 9 }, seen = { 0 };
        take_lock(&target, other);
        g_assert_true(rt_state_put_journal(other, &row, &error));
        g_assert_true(rt_state_put_step(other, &step, &error));
        g_assert_true(has_generations || rt_state_put_lock(other, &lock, &error));
        g_assert_null(rt_state_open_run(target.state, &error));
        g_autoptr(GPtrArray) journal = rt_state_read_journal(target.state, &error);
        g_assert_cmpuint(journal->len, ==, 0);
        take_lock(&target, target.state);
        g_assert_true(has_generations || rt_state_read_lock(target.state, &seen, &error));
        g_assert_null(seen.owner);
        g_assert_true(rt_state_drop_all_steps(target.state, &error));
        g_assert_true(rt_state_put_journal(target.state, &row, &error));
        g_autoptr(RtJournalRow) open = rt_state_open_run(other, &error);
        g_assert_cmpint(open->step, ==, 2);
        g_assert_true(rt_state_drop_all_steps(other, &error));
        if (has_generations)
            g_assert_true(rt_generation_release(other, false, &error));
        g_autoptr(GPtrArray) none = rt_state_read_steps(other, "1", 1, &error);
        g_assert_cmpuint(none->len, ==, 0);
        g_assert_no_error(error);
        target_clear(&target);
    }
}

static void
test_time(void)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601("2026-11-21T10:30:00.123456+01", NULL);
    g_autofree char *text = rt_state_time(time);
    g_assert_cmpstr(text, ==, "2026-11-21T09:30:00.123Z");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/state/empty_target", test_empty_target);
    g_test_add_func("/state/versions", test_versions);
    g_test_add_func("/state/journal_and_steps", test_journal_and_steps);
    g_test_add_func("/state/lock", test_lock);
    g_test_add_func("/state/shared_tables", test_shared_tables);
    g_test_add_func("/state/time", test_time);
    return g_test_run();
}
