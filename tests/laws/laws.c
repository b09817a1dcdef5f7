/*
 * The laws between parse, apply, diff, invert and render, over random schemas of every dialect. A
 * failure prints the seed and the smallest pair of schemas found that still fails. RETORT_SEED=n
 * repeats that one; RETORT_ROUNDS=n tries more than the suite does.
 */
#include <stdlib.h>
#include <string.h>

#include "laws.h"
#include "random/random-schema.h"

/* How the second schema comes from the first. */
typedef struct Scenario {
    const char *name;
    const RtRandomDialect *dialect;
    unsigned most_tables, most_edits;
    bool hints;
    bool is_unrelated; /* the second is a schema of its own */
} Scenario;

static const Scenario scenarios[] = {
    { "/laws/toy/edits", &rt_random_toy, 5, 6, false, false },
    { "/laws/toy/renames", &rt_random_toy, 4, 6, true, false },
    { "/laws/toy/unrelated", &rt_random_toy, 4, 0, false, true },
    { "/laws/sqlite/edits", &rt_random_sqlite, 5, 6, false, false },
    { "/laws/sqlite/renames", &rt_random_sqlite, 4, 6, true, false },
    { "/laws/sqlite/unrelated", &rt_random_sqlite, 4, 0, false, true },
    { "/laws/starrocks/edits", &rt_random_starrocks, 5, 6, false, false },
    { "/laws/starrocks/renames", &rt_random_starrocks, 4, 6, true, false },
    { "/laws/starrocks/unrelated", &rt_random_starrocks, 4, 0, false, true },
};

enum { ROUNDS = 150 };

static guint64
read_number(const char *variable, guint64 otherwise)
{
    const char *text = g_getenv(variable);
    return text ? g_ascii_strtoull(text, NULL, 10) : otherwise;
}

/* Both ways, so that each edit is also taken back. */
static bool
holds(const RtDialect *dialect, const char *a, const char *b, char **out_why)
{
    return law_check(dialect, a, b, out_why) && law_check(dialect, b, a, out_why);
}

static bool
fails(const char *a, const char *b, void *data)
{
    g_autofree char *why = NULL;
    return !holds(data, a, b, &why);
}

/* A generator that makes what the parser does not take proves nothing. */
static void
check_loads(const Scenario *scenario, guint32 seed, const char *sql)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(RtCatalog) catalog = law_load(scenario->dialect->dialect, model, sql, &error);
    if (!catalog) {
        g_autofree char *message = rt_error_describe(error);
        g_error("%s: seed %u: %s", scenario->name, seed, message);
    }
}

static void
report(const Scenario *scenario, guint32 seed, RtRandomSchema **a, RtRandomSchema **b)
{
    const RtDialect *dialect = scenario->dialect->dialect;
    rt_random_shrink(a, b, fails, (void *) dialect);
    g_autofree char *from = rt_random_schema_print(*a);
    g_autofree char *to = rt_random_schema_print(*b);
    g_autofree char *why = NULL;
    bool is_forward = !law_check(dialect, from, to, &why);
    if (!is_forward)
        (void) law_check(dialect, to, from, &why);
    g_error("%s: RETORT_SEED=%u: %s\n-- from --\n%s-- to --\n%s", scenario->name, seed, why,
            is_forward ? from : to, is_forward ? to : from);
}

static void
run_round(const Scenario *scenario, guint32 seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    unsigned size = (unsigned) g_rand_int_range(random, 1, (gint32) scenario->most_tables + 1);
    RtRandomSchema *a = rt_random_schema_new(scenario->dialect, random, size);
    RtRandomSchema *b = scenario->is_unrelated
                            ? rt_random_schema_new(scenario->dialect, random, size)
                            : rt_random_schema_copy(a);
    if (scenario->most_edits > 0) {
        unsigned n = (unsigned) g_rand_int_range(random, 1, (gint32) scenario->most_edits + 1);
        rt_random_schema_mutate(b, random, n, scenario->hints);
    }
    g_autofree char *from = rt_random_schema_print(a);
    g_autofree char *to = rt_random_schema_print(b);
    check_loads(scenario, seed, from);
    check_loads(scenario, seed, to);
    if (fails(from, to, (void *) scenario->dialect->dialect))
        report(scenario, seed, &a, &b);
    rt_random_schema_free(a);
    rt_random_schema_free(b);
    g_rand_free(random);
}

static void
run_scenario(const void *data)
{
    const Scenario *scenario = data;
    if (g_getenv("RETORT_SEED")) {
        run_round(scenario, (guint32) read_number("RETORT_SEED", 0));
        return;
    }
    guint64 rounds = read_number("RETORT_ROUNDS", ROUNDS);
    for (guint64 seed = 1; seed <= rounds; seed++)
        run_round(scenario, (guint32) seed);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(scenarios); i++)
        g_test_add_data_func(scenarios[i].name, &scenarios[i], run_scenario);
    return g_test_run();
}
