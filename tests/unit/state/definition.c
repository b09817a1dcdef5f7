/* What a server makes of a text: equal as long as neither side changes. */
#include "state/definition.h"

#include "dialect/parse.h"
#include "memory/memory.h"

#include <string.h>

#define TABLE "CREATE TABLE t (a INT, b INT) DUPLICATE KEY (a) DISTRIBUTED BY HASH (a);"
#define DECLARED "CREATE VIEW v AS SELECT now() n, a FROM t;"
#define STORED "CREATE VIEW v AS SELECT NOW() AS `n`, `t`.`a` FROM `d`.`t`, (SELECT 1) x;"

typedef struct Fixture {
    const RtDialect *dialect;
    RtServer server;
    RtUrl *url;
    RtConnection *connection;
    RtState *state;
    RtModel *model;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    (void) data;
    for (unsigned i = 0; rt_dialects[i]; i++) {
        if (strcmp(rt_dialects[i]->name, "starrocks") == 0)
            fixture->dialect = rt_dialects[i];
    }
    static const RtStateNames names = { .version = "versions" };
    RtConnectionOptions options = { .url = "memory+starrocks:" };
    bool is_missing;
    fixture->server = fixture->dialect->assumed;
    fixture->server.major = fixture->server.minor = 3;
    fixture->url = rt_url_parse(options.url, NULL);
    fixture->connection =
        rt_memory_open(fixture->dialect, fixture->url, &options, NULL, &is_missing, NULL);
    g_assert_nonnull(fixture->connection);
    fixture->state = rt_state_new(fixture->dialect, fixture->connection, &names);
    fixture->model = rt_model_new("d");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void) data;
    rt_model_free(fixture->model);
    rt_state_free(fixture->state);
    rt_connection_close(fixture->connection);
    rt_url_free(fixture->url);
}

static RtCatalog *
load(const Fixture *fixture, const char *sql)
{
    RtCatalog *catalog =
        rt_catalog_new(fixture->model, fixture->dialect->rules, fixture->dialect->lexicon);
    const RtText *text =
        rt_text_new(rt_model_arena(fixture->model), "test", sql, (uint32_t) strlen(sql));
    RtLoad options = { .dialect = fixture->dialect, .server = &fixture->server };
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_autoptr(GError) error = NULL;
    bool ok = rt_load_text(&options, catalog, text, deferred, &error) &&
              rt_load_finish(&options, catalog, deferred, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    return catalog;
}

static const RtObject *
find_view(const Fixture *fixture, const RtCatalog *catalog)
{
    const RtName *name =
        rt_model_name(fixture->model, fixture->dialect->rules->fold[RT_KIND_VIEW], NULL, "v");
    return rt_catalog_find(catalog, RT_KIND_VIEW, name);
}

/* Whether the view of `stored` is that of `declared` by the pairs that the target has now. */
static bool
is_equal(const Fixture *fixture, const char *stored, const char *declared, bool trusts)
{
    g_autoptr(RtCatalog) live = load(fixture, stored);
    g_autoptr(RtCatalog) known = load(fixture, declared);
    g_autoptr(RtDefinitions) definitions =
        rt_definitions_read(fixture->state, &fixture->server, NULL);
    g_assert_nonnull(definitions);
    rt_definitions_translate(definitions, live, known, trusts);
    return rt_object_equal(rt_catalog_context(live), find_view(fixture, live),
                           find_view(fixture, known));
}

static unsigned
keep(const Fixture *fixture, const char *stored, const char *declared, bool accepts)
{
    g_autoptr(RtCatalog) live = load(fixture, stored);
    g_autoptr(RtCatalog) known = load(fixture, declared);
    g_autoptr(RtDefinitions) definitions =
        rt_definitions_read(fixture->state, &fixture->server, NULL);
    unsigned n_kept = 0;
    g_autoptr(GError) error = NULL;
    bool ok = rt_definitions_keep(definitions, live, known, accepts, &n_kept, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    return n_kept;
}

static unsigned
count_missing(const Fixture *fixture, const char *declared)
{
    g_autoptr(RtCatalog) known = load(fixture, declared);
    g_autoptr(RtDefinitions) definitions =
        rt_definitions_read(fixture->state, &fixture->server, NULL);
    g_autoptr(GPtrArray) names = rt_definitions_missing(definitions, known);
    g_autoptr(GPtrArray) all = rt_definitions_names(definitions, known);
    g_assert_cmpuint(all->len, ==, 1);
    return names->len;
}

static void
test_without_a_pair(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_assert_true(is_equal(fixture, TABLE STORED, TABLE STORED, false));
    g_assert_false(is_equal(fixture, TABLE STORED, TABLE DECLARED, false));
    g_assert_true(is_equal(fixture, TABLE STORED, TABLE DECLARED, true));
    g_assert_cmpuint(count_missing(fixture, TABLE DECLARED), ==, 1);
    /* Reading has made nothing. */
    g_assert_cmpuint(rt_catalog_count(rt_memory_catalog(fixture->connection)), ==, 0);
}

static void
test_a_pair(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const char *const other_stored = TABLE "CREATE VIEW v AS SELECT 1 AS `n`;";
    static const char *const other_declared = TABLE "CREATE VIEW v AS SELECT 2 n, a FROM t;";
    g_assert_cmpuint(keep(fixture, TABLE STORED, TABLE DECLARED, false), ==, 1);
    g_assert_cmpuint(count_missing(fixture, TABLE DECLARED), ==, 0);
    g_assert_true(is_equal(fixture, TABLE STORED, TABLE DECLARED, false));
    /* Either side may change by itself, and then they differ, whoever trusts. */
    g_assert_false(is_equal(fixture, other_stored, TABLE DECLARED, true));
    g_assert_false(is_equal(fixture, TABLE STORED, other_declared, true));

    /* What other hands have changed is not kept unless somebody accepts it. */
    g_assert_cmpuint(keep(fixture, other_stored, TABLE DECLARED, false), ==, 0);
    g_assert_false(is_equal(fixture, other_stored, TABLE DECLARED, true));
    g_assert_cmpuint(keep(fixture, other_stored, TABLE DECLARED, true), ==, 1);
    g_assert_true(is_equal(fixture, other_stored, TABLE DECLARED, false));

    g_assert_cmpuint(count_missing(fixture, other_declared), ==, 1);
    g_assert_cmpuint(keep(fixture, other_stored, other_declared, false), ==, 1);
    g_assert_true(is_equal(fixture, other_stored, other_declared, false));
    g_assert_false(is_equal(fixture, other_stored, TABLE DECLARED, false));
}

static void
test_who_needs_pairs(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_assert_true(rt_definitions_are_needed(fixture->dialect, &fixture->server));
    g_assert_false(rt_definitions_are_needed(fixture->dialect, &fixture->dialect->assumed));
    for (unsigned i = 0; rt_dialects[i]; i++) {
        if (strcmp(rt_dialects[i]->name, "sqlite") == 0)
            g_assert_false(rt_definitions_are_needed(rt_dialects[i], &rt_dialects[i]->assumed));
    }
    /* A server that keeps texts is believed in what it prints. */
    fixture->server.major = 5;
    g_assert_false(is_equal(fixture, TABLE STORED, TABLE DECLARED, true));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/definition/without-a-pair", Fixture, NULL, set_up, test_without_a_pair, tear_down);
    g_test_add("/definition/a-pair", Fixture, NULL, set_up, test_a_pair, tear_down);
    g_test_add("/definition/who-needs-pairs", Fixture, NULL, set_up, test_who_needs_pairs,
               tear_down);
    return g_test_run();
}
