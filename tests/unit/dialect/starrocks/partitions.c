/* Partitions: the server's own affair unless they are managed, and then never dropped. */
#include "records.h"

#include <string.h>

typedef struct Case {
    const char *columns, *scheme;
    const char *from, *to;
    const char *sql; /* under management; "": they are the same, NULL: refused */
} Case;

#define DAY "d DATE", "RANGE (d)"
#define LIST "d DATE, p VARCHAR(9)", "LIST (p)"
#define ADD "ALTER TABLE t ADD PARTITION "

static const Case cases[] = {
    { DAY, "PARTITION a VALUES LESS THAN ('2026-01-01'), PARTITION b VALUES LESS THAN MAXVALUE",
      "PARTITION a VALUES [('0000-01-01'), (\"2026-01-01\")), "
      "PARTITION b VALUES [('2026-01-01'), (MAXVALUE))",
      "" },
    { "d DATETIME", "RANGE (d)", "PARTITION a VALUES LESS THAN ('2026-01-01')",
      "PARTITION a VALUES [('0000-01-01 00:00:00'), ('2026-01-01 00:00:00'))", "" },
    { "d INT", "RANGE (d)", "PARTITION a VALUES LESS THAN ('10')",
      "PARTITION a VALUES [('-2147483648'), ('10'))", "" },
    { "d DATE, k INT", "RANGE (d, k)", "PARTITION a VALUES LESS THAN ('2026-01-01')",
      "PARTITION a VALUES [('0000-01-01', '-2147483648'), ('2026-01-01', '-2147483648'))", "" },
    { DAY, "START ('2026-01-30') END ('2026-02-02') EVERY (INTERVAL 1 DAY)",
      "PARTITION p20260130 VALUES [('2026-01-30'), ('2026-01-31')), "
      "PARTITION p20260131 VALUES [('2026-01-31'), ('2026-02-01')), "
      "PARTITION p20260201 VALUES [('2026-02-01'), ('2026-02-02'))",
      "" },
    { DAY, "START ('2026-11-15') END ('2027-01-01') EVERY (INTERVAL 1 MONTH)",
      "PARTITION p202611 VALUES [('2026-11-15'), ('2026-12-01')), "
      "PARTITION p202612 VALUES [('2026-12-01'), ('2027-01-01'))",
      "" },
    { DAY, "START ('2026-01-01') END ('2028-01-01') EVERY (INTERVAL 1 YEAR)",
      "PARTITION p2026 VALUES [('2026-01-01'), ('2027-01-01')), "
      "PARTITION p2027 VALUES [('2027-01-01'), ('2028-01-01'))",
      "" },
    { DAY, "START ('2026-01-01') END ('2026-01-12') EVERY (INTERVAL 1 WEEK)",
      "PARTITION p2026_01 VALUES [('2026-01-01'), ('2026-01-05')), "
      "PARTITION p2026_02 VALUES [('2026-01-05'), ('2026-01-12'))",
      "" },
    { "d DATETIME", "RANGE (d)",
      "START ('2026-01-01') END ('2026-01-01 02:00:00') EVERY (INTERVAL 1 HOUR)",
      "PARTITION p2026010100 VALUES [('2026-01-01'), ('2026-01-01 01:00:00')), "
      "PARTITION p2026010101 VALUES [('2026-01-01 01:00:00'), ('2026-01-01 02:00:00'))",
      "" },
    { "d INT", "RANGE (d)", "START ('1') END ('5') EVERY (2)",
      "PARTITION p1 VALUES [('1'), ('3')), PARTITION p3 VALUES [('3'), ('5'))", "" },
    { LIST, "PARTITION a VALUES IN ('x', 'y'), PARTITION b VALUES IN ('z')",
      "PARTITION b VALUES IN (\"z\"), PARTITION a VALUES IN ('y', 'x')", "" },
    { "d DATE, p VARCHAR(9)", "LIST (d, p)", "PARTITION a VALUES IN (('2026-01-01', 'x'))",
      "PARTITION a VALUES IN ((\"2026-1-1\", \"x\"))", "" },
    { DAY, "PARTITION a VALUES LESS THAN ('2026-01-01')",
      "PARTITION a VALUES LESS THAN ('2026-01-01'), "
      "PARTITION b VALUES LESS THAN ('2027-01-01') ('storage_medium' = 'SSD')",
      ADD "b VALUES LESS THAN ('2027-01-01') ('storage_medium' = 'SSD');" },
    { DAY, "START ('2026-01-01') END ('2026-01-02') EVERY (INTERVAL 1 DAY)",
      "START ('2026-01-01') END ('2026-01-03') EVERY (INTERVAL 1 DAY)",
      ADD "p20260102 VALUES [('2026-01-02'), ('2026-01-03'));" },
    { LIST, "PARTITION a VALUES IN ('x')",
      "PARTITION a VALUES IN ('x'), PARTITION b VALUES IN ('y')", ADD "b VALUES IN ('y');" },
    /* A batch that cannot be followed to its end stays as it is, whole. */
    { DAY, "PARTITION a VALUES [('9997-01-01'), ('9998-01-01'))",
      "START ('9997-01-01') END ('9999-12-31') EVERY (INTERVAL 1 YEAR)",
      "ALTER TABLE t ADD PARTITIONS START ('9997-01-01') END ('9999-12-31') EVERY (INTERVAL 1 "
      "YEAR);" },
    /* What is not declared stays. */
    { DAY, "PARTITION a VALUES LESS THAN ('2026-01-01'), PARTITION b VALUES LESS THAN MAXVALUE",
      "PARTITION a VALUES LESS THAN ('2026-01-01')", "" },
    { DAY, "PARTITION a VALUES LESS THAN ('2026-01-01')",
      "PARTITION a VALUES LESS THAN ('2027-01-01')", NULL },
};

static RtCatalog *
load(RtModel *model, const Case *test, const char *partitions)
{
    RtCatalog *catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autofree char *sql = g_strdup_printf("CREATE TABLE t (%s, v INT) DUPLICATE KEY (d) PARTITION "
                                           "BY %s (%s) DISTRIBUTED BY HASH (d)",
                                           test->columns, test->scheme, partitions);
    g_autofree char *problem = records_replay(catalog, &rt_dialect_starrocks.assumed, sql, false);
    if (problem)
        g_error("%s: %s", sql, problem);
    return catalog;
}

static char *
render(RtCatalog *from, const RtCatalog *to, const RtDiffOptions *options)
{
    const RtServer *server = &rt_dialect_starrocks.assumed;
    g_autoptr(RtDiff) diff = rt_diff_new(&rt_dialect_starrocks, server, from, to, options);
    g_autoptr(GArray) rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    g_autoptr(GError) error = NULL;
    if (diff->refusals->len)
        return NULL;
    if (!rt_render(&rt_dialect_starrocks, server, from, (RtOp *) (void *) diff->ops->data,
                   diff->ops->len, rendered, &error))
        g_error("%s", error->message);
    GString *sql = g_string_new(NULL);
    for (unsigned i = 0; i < rendered->len; i++)
        g_string_append_printf(sql, "%s;", g_array_index(rendered, RtRendered, i).sql);
    return g_string_free(sql, FALSE);
}

static void
test_cases(void)
{
    static const char *const names[] = { "partitions", NULL };
    static const RtDiffOptions managed = { .managed = names }, unmanaged = { .managed = NULL };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *test = &cases[i];
        g_autoptr(RtModel) model = rt_model_new(NULL);
        g_autoptr(RtCatalog) from = load(model, test, test->from);
        g_autoptr(RtCatalog) to = load(model, test, test->to);
        g_autofree char *sql = render(from, to, &managed);
        g_autofree char *nothing = render(from, to, &unmanaged);
        g_test_message("%s", test->to);
        g_assert_cmpstr(sql, ==, test->sql);
        g_assert_cmpstr(nothing, ==, "");
        g_autofree char *back = test->sql && !*test->sql ? render(to, from, &managed) : NULL;
        g_assert_true(!back || !*back || strstr(back, "ADD"));
    }
}

/* The server makes and drops these by itself. */
static void
test_dynamic(void)
{
    static const char *const names[] = { "partitions", NULL };
    static const RtDiffOptions managed = { .managed = names };
    const Case test = { "d DATE", "RANGE (d)", "", "PARTITION a VALUES LESS THAN ('2026-01-01')",
                        "" };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) from = load(model, &test, test.from);
    g_autoptr(RtCatalog) to = load(model, &test, test.to);
    const RtServer *server = &rt_dialect_starrocks.assumed;
    const char *sql = "ALTER TABLE t SET ('dynamic_partition.enable' = 'true', "
                      "'dynamic_partition.time_unit' = 'DAY', 'dynamic_partition.end' = '3', "
                      "'dynamic_partition.prefix' = 'p')";
    g_autofree char *first = records_replay(from, server, sql, false);
    g_autofree char *second = records_replay(to, server, sql, false);
    g_assert_cmpstr(first, ==, NULL);
    g_assert_cmpstr(second, ==, NULL);
    g_autofree char *difference = render(from, to, &managed);
    g_assert_cmpstr(difference, ==, "");
}

/* LESS THAN begins where the partition before it ended, also when that one is gone. */
static void
test_dropped_before(void)
{
    static const char *const names[] = { "partitions", NULL };
    static const RtDiffOptions managed = { .managed = names };
    const Case test = { "d INT", "RANGE (d)",
                        "PARTITION a VALUES LESS THAN ('10'), PARTITION b VALUES LESS THAN ('20')",
                        "PARTITION b VALUES [('10'), ('20'))", "" };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) from = load(model, &test, test.from);
    g_autoptr(RtCatalog) to = load(model, &test, test.to);
    g_autofree char *problem = records_replay(from, &rt_dialect_starrocks.assumed,
                                              "ALTER TABLE t DROP PARTITION a", false);
    g_assert_cmpstr(problem, ==, NULL);
    g_autofree char *difference = render(from, to, &managed);
    g_assert_cmpstr(difference, ==, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/partitions/managed", test_cases);
    g_test_add_func("/starrocks/partitions/dynamic", test_dynamic);
    g_test_add_func("/starrocks/partitions/dropped_before", test_dropped_before);
    return g_test_run();
}
