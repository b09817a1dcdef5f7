/* Own tables that hold what retort never wrote: an error each, whatever the rows are. */
#include "state/generation.h"

#include "toy/toy.h"

#include <string.h>

/* A server that answers each query with one row. */
typedef struct Odd {
    RtConnection base;
    const char *value; /* of all columns */
    unsigned n;        /* columns; 0: as many as are asked for */
} Odd;

static unsigned
count_columns(const char *sql)
{
    unsigned n = 1;
    for (const char *at = sql, *end = strstr(sql, " FROM "); at < end; at++)
        n += *at == ',';
    return n;
}

static bool
answer(RtConnection *connection, const char *sql, RtRowFunc row, void *data, int64_t *out_changed,
       GError **error)
{
    (void) error;
    const Odd *odd = (Odd *) connection;
    unsigned n = odd->n ? odd->n : count_columns(sql);
    g_autofree const char **values = g_new(const char *, n);
    g_autofree const char **names = g_new(const char *, n);
    for (unsigned i = 0; i < n; i++) {
        values[i] = odd->value;
        names[i] = "";
    }
    *out_changed = 0;
    if (row && g_str_has_prefix(sql, "SELECT"))
        row(data, n, values, names);
    return true;
}

static const RtConnectionClass odd_class = { .execute = answer };

static void
read_versions(RtState *state, GError **error)
{
    g_assert_null(rt_state_read_versions(state, NULL, error));
}

static void
read_journal(RtState *state, GError **error)
{
    g_assert_null(rt_state_read_journal(state, error));
}

static void
read_open_run(RtState *state, GError **error)
{
    g_assert_null(rt_state_open_run(state, error));
}

static void
read_standing(RtState *state, GError **error)
{
    g_auto(RtStanding) standing = { 0 };
    g_assert_false(rt_state_read_standing(state, &standing, error));
}

static void
read_steps(RtState *state, GError **error)
{
    g_assert_null(rt_state_read_steps(state, "1", 1, error));
}

static void
find_generation(RtState *state, GError **error)
{
    RtGeneration found = { 0 };
    g_assert_false(rt_generation_find(state, &found, error));
}

typedef void (*ReadFunc)(RtState *state, GError **error);

static void
expect_odd(const RtDialect *dialect, const Odd *answers, ReadFunc read)
{
    static const RtStateNames names = { .version = "v" };
    Odd odd = *answers;
    g_autoptr(GError) error = NULL;
    odd.base.class = &odd_class;
    g_autoptr(RtState) state = rt_state_new(dialect, &odd.base, &names);
    read(state, &error);
    g_assert_error(error, RT_ERROR, RT_ERROR_SERVER);
}

/* NULL where retort always writes a value. */
static void
test_null(void)
{
    static const ReadFunc reads[] = { read_versions, read_journal, read_open_run,
                                      read_standing, read_steps,   find_generation };
    const Odd odd = { .value = NULL };
    for (size_t i = 0; i < G_N_ELEMENTS(reads); i++)
        expect_odd(&rt_dialect_toy, &odd, reads[i]);
}

static void
test_few_columns(void)
{
    static const ReadFunc reads[] = { read_journal, read_open_run, read_standing, read_steps };
    const Odd odd = { .value = "1", .n = 1 };
    for (size_t i = 0; i < G_N_ELEMENTS(reads); i++)
        expect_odd(&rt_dialect_toy, &odd, reads[i]);
}

/* A server on which every table is there, one generation behind the other without end. */
static void
test_endless_generations(void)
{
    static const char *const numbers[] = { "1", "9223372036854775807", "-5" };
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const Odd odd = { .value = numbers[i] };
        expect_odd(&rt_dialect_toy, &odd, find_generation);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/state/odd-rows/null", test_null);
    g_test_add_func("/state/odd-rows/few-columns", test_few_columns);
    g_test_add_func("/state/odd-rows/endless-generations", test_endless_generations);
    return g_test_run();
}
