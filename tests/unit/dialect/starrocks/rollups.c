/* Rollups: what a server lists of them, how they differ, and what goes with their columns. */
#include "records.h"

#include <string.h>

/* The statement that the list of materialized views stands for; NULL: it is somebody's own. */
static void
test_listed(void)
{
    static const struct {
        const char *text, *statement;
    } cases[] = {
        { "create materialized view r as select k1,k2,REPLACE(v3),SUM(v1) from t group by k1,k2",
          "ALTER TABLE IF EXISTS t ADD ROLLUP r (k1, k2, v3, v1)" },
        { "create materialized view r as select k2,k1 from t group by k2,k1",
          "ALTER TABLE IF EXISTS t ADD ROLLUP r (k2, k1)" },
        { "create materialized view r as select k,NONE(order) from from group by k",
          "ALTER TABLE IF EXISTS `from` ADD ROLLUP r (k, `order`)" },
        { "create materialized view r as select k1, sum(v1) from t group by k1", NULL },
        { "create materialized view r as select k1,sum(v1) from t group by k1", NULL },
        { "create materialized view r as select k1,v1 from t group by k1", NULL },
        { "create materialized view r as select k1,SUM(v1) from t group by k2", NULL },
        { "create materialized view r as select k1,SUM(v1) from t where k1 > 1 group by k1 ",
          NULL },
        { "create materialized view r as select k1,SUM(v1 + 1) from t group by k1", NULL },
        { "create materialized view s as select k1,SUM(v1) from t group by k1", NULL },
        { "create materialized view r as select k1 from t", NULL },
        { "create materialized view r as select  group by ", NULL },
        { "create materialized view r as select  from t group by ", NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        g_test_message("%s", cases[i].text);
        g_assert_cmpstr(starrocks_find_rollup(arena, "r", cases[i].text), ==, cases[i].statement);
    }
}

#define T(columns, rollup)                                                                         \
    "CREATE TABLE t (" columns ") DUPLICATE KEY (k) DISTRIBUTED BY HASH (k) " rollup

typedef struct Case {
    const char *from, *then, *to;
    const char *sql;
} Case;

static const Case cases[] = {
    { T("k INT, v INT", ""), "", T("k INT, v INT", "ROLLUP (r (k, v))"),
      "ALTER TABLE t ADD ROLLUP r (k, v);" },
    { T("k INT, v INT", "ROLLUP (r (k, v))"), "", T("k INT, v INT", ""),
      "ALTER TABLE t DROP ROLLUP r;" },
    { T("k INT, v INT", "ROLLUP (r (K, `v`) DUPLICATE KEY (k) FROM t PROPERTIES ('a' = 'b'))"), "",
      T("k INT, v INT", "ROLLUP (r (k,v))"), "" },
    { T("k INT, v INT", "ROLLUP (r (k, v))"), "", T("k INT, v INT", "ROLLUP (r (v, k))"),
      "ALTER TABLE t DROP ROLLUP r;ALTER TABLE t ADD ROLLUP r (v, k);" },
    { T("k INT, v INT", ""), "ALTER TABLE t ADD ROLLUP r (k, v)",
      T("k INT, v INT", "ROLLUP (r (k, v))"), "" },
    { T("k INT, v INT, w INT", "ROLLUP (r (k, v, w))"), "ALTER TABLE t DROP COLUMN v",
      T("k INT, w INT", "ROLLUP (r (k, w))"), "" },
    { T("k INT, v INT", "ROLLUP (r (k, v))"), "ALTER TABLE t RENAME COLUMN v TO w",
      T("k INT, w INT", "ROLLUP (r (k, w))"), "" },
    { T("k INT, v INT", "ROLLUP (r (k, v))"), "ALTER TABLE t RENAME ROLLUP r s",
      T("k INT, v INT", "ROLLUP (s (k, v))"), "" },
};

static RtCatalog *
load(RtModel *model, const char *sql, const char *then)
{
    RtCatalog *catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    const RtServer *server = &rt_dialect_starrocks.assumed;
    g_autofree char *problem = records_replay(catalog, server, sql, false);
    g_autofree char *later = *then ? records_replay(catalog, server, then, false) : NULL;
    g_assert_cmpstr(problem, ==, NULL);
    g_assert_cmpstr(later, ==, NULL);
    return catalog;
}

static char *
render(RtCatalog *from, const RtDiff *diff)
{
    g_autoptr(GArray) rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    g_autoptr(GError) error = NULL;
    GString *sql = g_string_new(NULL);
    if (!rt_render(&rt_dialect_starrocks, &rt_dialect_starrocks.assumed, from,
                   (RtOp *) (void *) diff->ops->data, diff->ops->len, rendered, &error))
        g_error("%s", error->message);
    for (unsigned i = 0; i < rendered->len; i++)
        g_string_append_printf(sql, "%s;", g_array_index(rendered, RtRendered, i).sql);
    return g_string_free(sql, FALSE);
}

static const char *const managed[] = { "rollup", NULL };

static void
test_cases(void)
{
    static const RtDiffOptions options = { .managed = managed }, unmanaged = { .managed = NULL };
    const RtServer *server = &rt_dialect_starrocks.assumed;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtModel) model = rt_model_new(NULL);
        g_autoptr(RtCatalog) from = load(model, cases[i].from, cases[i].then);
        g_autoptr(RtCatalog) to = load(model, cases[i].to, "");
        g_autoptr(RtDiff) diff = rt_diff_new(&rt_dialect_starrocks, server, from, to, &options);
        g_autoptr(RtDiff) none = rt_diff_new(&rt_dialect_starrocks, server, from, to, &unmanaged);
        g_autofree char *sql = render(from, diff);
        g_assert_cmpstr(sql, ==, cases[i].sql);
        g_assert_true(rt_diff_is_empty(none));
    }
}

/* One that nobody declared stays where the scripts have not made it. */
static void
test_foreign(void)
{
    const char *bare = T("k INT, v INT", ""), *rolled = T("k INT, v INT", "ROLLUP (r (k, v))");
    for (unsigned is_made = 0; is_made < 2; is_made++) {
        g_autoptr(RtModel) model = rt_model_new(NULL);
        g_autoptr(RtCatalog) from = load(model, rolled, "");
        g_autoptr(RtCatalog) to = load(model, bare, "");
        g_autoptr(RtCatalog) made = load(model, is_made ? rolled : bare, "");
        const RtDiffOptions options = { .managed = managed, .keep_foreign = true, .made = made };
        g_autoptr(RtDiff) diff =
            rt_diff_new(&rt_dialect_starrocks, &rt_dialect_starrocks.assumed, from, to, &options);
        g_assert_cmpuint(diff->ops->len, ==, is_made);
        g_assert_cmpuint(diff->notes->len, ==, is_made ? 0 : 2);
        if (!is_made)
            g_assert_cmpstr(g_array_index(diff->notes, RtNote, 0).message, ==,
                            "rollup t.r is neither declared nor made by the scripts, and kept");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/rollups/listed", test_listed);
    g_test_add_func("/starrocks/rollups/compared", test_cases);
    g_test_add_func("/starrocks/rollups/foreign", test_foreign);
    return g_test_run();
}
