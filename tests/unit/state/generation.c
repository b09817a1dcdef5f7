/* Locks by generations: one at a time, steps that outlive their runner, late writers that fail. */
#include "state/generation.h"

#include "memory/memory.h"
#include "toy/toy.h"

#include <string.h>

/* Two runners of one target. */
typedef struct Target {
    RtUrl *url;
    RtConnection *connection;
    RtState *one, *two;
} Target;

static RtState *
state_new(const RtDialect *dialect, Target *target)
{
    static const RtStateNames names = { .version = "v" };
    GError *error = NULL;
    RtState *state = rt_state_new(dialect, target->connection, &names);
    g_assert_true(rt_state_create(state, &error));
    g_assert_no_error(error);
    return state;
}

static Target
target_new(const RtDialect *dialect)
{
    Target target = { 0 };
    g_autofree char *text = g_strdup_printf("memory+%s:", dialect->name);
    GError *error = NULL;
    bool is_missing;
    RtConnectionOptions options = { .url = text };
    target.url = rt_url_parse(text, &error);
    target.connection = rt_memory_open(dialect, target.url, &options, NULL, &is_missing, &error);
    g_assert_no_error(error);
    target.one = state_new(dialect, &target);
    target.two = state_new(dialect, &target);
    return target;
}

static void
target_clear(Target *target)
{
    rt_state_free(target->one);
    rt_state_free(target->two);
    rt_connection_close(target->connection);
    rt_url_free(target->url);
}

/* The dialects that lock so. */
static const RtDialect *
dialect_at(unsigned i)
{
    for (unsigned j = 0; rt_dialects[j]; j++) {
        if (rt_dialects[j]->own->lock == RT_OWN_LOCK_GENERATIONS && i-- == 0)
            return rt_dialects[j];
    }
    return i == 0 ? &rt_dialect_toy : NULL;
}

static RtGeneration
find(RtState *state)
{
    GError *error = NULL;
    RtGeneration found = { 0 };
    g_assert_true(rt_generation_find(state, &found, &error));
    g_assert_no_error(error);
    return found;
}

static bool
take(RtState *state, const RtGeneration *seen, const char *owner)
{
    GError *error = NULL;
    bool is_taken = false;
    bool ok = rt_generation_take(state, seen, owner, &is_taken, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    return is_taken;
}

static void
take_newest(RtState *state, const char *owner)
{
    g_auto(RtGeneration) seen = find(state);
    g_assert_true(take(state, &seen, owner));
}

static bool
put_step(RtState *state, int64_t step, const char *statement)
{
    g_autoptr(GError) error = NULL;
    RtStepRow row = {
        .run = "r", .number = 1, .step = step, .hash = "h", .statement = (char *) statement
    };
    return rt_state_put_step(state, &row, &error);
}

static void
assert_steps(RtState *state, const char *expected)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) rows = rt_state_read_steps(state, "r", 1, &error);
    g_assert_no_error(error);
    g_autoptr(GString) found = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++)
        g_string_append_printf(found, "%s ", ((RtStepRow *) rows->pdata[i])->statement);
    g_assert_cmpstr(found->str, ==, expected);
}

static void
execute(Target *target, const char *sql)
{
    GError *error = NULL;
    bool ok = rt_connection_execute(target->connection, sql, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
}

static void
test_one_at_a_time(const RtDialect *dialect)
{
    Target target = target_new(dialect);
    g_auto(RtGeneration) free = find(target.one);
    g_assert_cmpint(free.number, ==, 0);
    g_assert_cmpint(free.taken, ==, 0);
    g_assert_true(take(target.one, &free, "me@here:1"));
    /* Who looked at the same time comes too late. */
    g_assert_false(take(target.two, &free, "you@there:2"));
    g_auto(RtGeneration) held = find(target.two);
    g_assert_cmpint(held.number, ==, 1);
    g_assert_cmpstr(held.owner, ==, "me@here:1");
    g_assert_false(held.is_given_back);
    g_assert_true(rt_generation_release(target.one, false, NULL));
    /* No number is used twice, also not by one who looked long ago. */
    g_assert_false(take(target.two, &free, "you@there:2"));
    g_auto(RtGeneration) ended = find(target.two);
    g_assert_cmpint(ended.number, ==, 0);
    g_assert_cmpint(ended.taken, ==, 1);
    g_assert_true(take(target.two, &ended, "you@there:2"));
    g_auto(RtGeneration) next = find(target.one);
    g_assert_cmpint(next.number, ==, 2);
    g_assert_true(rt_generation_release(target.two, false, NULL));
    /* version, journal and the numbers are left */
    g_assert_cmpuint(rt_catalog_count(rt_memory_catalog(target.connection)), ==, 3);
    target_clear(&target);
}

static void
test_signs_of_life(const RtDialect *dialect)
{
    Target target = target_new(dialect);
    take_newest(target.one, "me@here:1");
    g_auto(RtGeneration) first = find(target.two), same = find(target.two);
    g_assert_cmpstr(first.sign, ==, same.sign);
    g_assert_true(rt_generation_beat(target.one, "me@here:1", NULL));
    g_auto(RtGeneration) beaten = find(target.two);
    g_assert_cmpstr(first.sign, !=, beaten.sign);
    /* So is a step. */
    g_assert_true(put_step(target.one, 1, "a"));
    g_auto(RtGeneration) stepped = find(target.two);
    g_assert_cmpstr(beaten.sign, !=, stepped.sign);
    target_clear(&target);
}

static void
test_takeover(const RtDialect *dialect)
{
    Target target = target_new(dialect);
    take_newest(target.one, "me@here:1");
    g_assert_true(put_step(target.one, 1, "a"));
    g_assert_true(put_step(target.one, 2, "b"));
    assert_steps(target.two, "a b ");
    take_newest(target.two, "you@there:2");
    assert_steps(target.two, "a b ");
    /* The first one wakes up. */
    g_assert_false(put_step(target.one, 3, "c"));
    g_assert_cmpint(target.connection->failure.class, ==, RT_FAILURE_NOT_FOUND);
    g_assert_false(rt_generation_beat(target.one, "me@here:1", NULL));
    /* Looking who has it now does not make it his. */
    g_auto(RtGeneration) now = find(target.one);
    g_assert_cmpstr(now.owner, ==, "you@there:2");
    g_assert_false(rt_generation_is_ours(target.one, &now));
    g_assert_false(put_step(target.one, 3, "c"));
    g_assert_true(rt_generation_release(target.one, false, NULL));
    g_assert_true(put_step(target.two, 2, "x"));
    assert_steps(target.two, "a x ");
    target_clear(&target);
}

/* A run that stands open leaves its steps to the next runner, and nothing to those after it. */
static void
test_given_back(const RtDialect *dialect)
{
    Target target = target_new(dialect);
    take_newest(target.one, "me@here:1");
    g_assert_true(put_step(target.one, 1, "a"));
    g_assert_true(rt_generation_release(target.one, true, NULL));
    g_auto(RtGeneration) left = find(target.two);
    g_assert_true(left.is_given_back);
    g_assert_null(left.owner);
    assert_steps(target.two, "a ");
    g_assert_true(take(target.two, &left, "you@there:2"));
    assert_steps(target.two, "a ");
    g_assert_true(rt_generation_release(target.two, false, NULL));
    take_newest(target.one, "me@here:1");
    assert_steps(target.one, "");
    g_assert_true(rt_generation_release(target.one, false, NULL));
    g_assert_cmpuint(rt_catalog_count(rt_memory_catalog(target.connection)), ==, 3);
    target_clear(&target);
}

/* One who dies while he takes over: his generation stands for those before it. */
static void
test_death_of_a_successor(const RtDialect *dialect)
{
    static const char *const renamings[] = { NULL, "retort_lock_v_1_dead" };
    for (size_t i = 0; i < G_N_ELEMENTS(renamings); i++) {
        static const RtOwnColumn columns[] = { { "x" } };
        Target target = target_new(dialect);
        take_newest(target.one, "me@here:1");
        g_assert_true(put_step(target.one, 1, "a"));
        g_assert_true(put_step(target.one, 2, "b"));
        take_newest(target.two, "dead@there:2");
        g_autoptr(RtState) third = state_new(dialect, &target);
        /* As it was when he had created his table, and perhaps renamed the other. */
        execute(&target, "DELETE FROM retort_lock_v_2 WHERE run = ''");
        execute(&target, "DELETE FROM retort_lock_v_2 WHERE step = 2");
        RtOwnTable dead = { .name = "retort_lock_v_1_dead", .columns = columns };
        g_autofree char *back = dialect->own->rename(dialect, &dead, "retort_lock_v_1");
        if (!renamings[i])
            execute(&target, back);
        assert_steps(third, "a b ");
        g_auto(RtGeneration) seen = find(third);
        g_assert_cmpint(seen.number, ==, 2);
        g_assert_null(seen.owner);
        g_assert_false(seen.is_given_back);
        g_assert_true(take(third, &seen, "third@place:3"));
        assert_steps(third, "a b ");
        g_assert_true(rt_generation_release(third, false, NULL));
        g_assert_cmpuint(rt_catalog_count(rt_memory_catalog(target.connection)), ==, 3);
        target_clear(&target);
    }
}

static void
run_for_all(const void *data)
{
    void (*test)(const RtDialect *) = *(void (*const *)(const RtDialect *)) data;
    for (unsigned i = 0; dialect_at(i); i++)
        test(dialect_at(i));
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(const RtDialect *dialect);
    } tests[] = {
        { "/generation/one_at_a_time", test_one_at_a_time },
        { "/generation/signs_of_life", test_signs_of_life },
        { "/generation/takeover", test_takeover },
        { "/generation/given_back", test_given_back },
        { "/generation/death_of_a_successor", test_death_of_a_successor },
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add_data_func(tests[i].path, &tests[i].test, run_for_all);
    return g_test_run();
}
