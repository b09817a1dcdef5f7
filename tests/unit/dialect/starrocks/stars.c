/* A view with a star is the one that a server stores with the columns of its sources. */
#include "records.h"

#include <string.h>

static const char schema[] =
    "CREATE TABLE t (k INT, v INT) DUPLICATE KEY (k) DISTRIBUTED BY HASH (k);\n"
    "CREATE TABLE u (k INT, `order` INT) DUPLICATE KEY (k) DISTRIBUTED BY HASH (k);\n"
    "CREATE TABLE d.w (x INT, y INT) DUPLICATE KEY (x) DISTRIBUTED BY HASH (x);\n"
    "CREATE VIEW named (a, b) AS SELECT * FROM t;\n"
    "CREATE VIEW unnamed AS SELECT *, k + v AS total FROM t;\n"
    "CREATE VIEW made AS SELECT k + v FROM t;\n"
    "CREATE VIEW upon AS SELECT * FROM unnamed;\n"
    "CREATE VIEW loop1 AS SELECT * FROM loop2;\n"
    "CREATE VIEW loop2 AS SELECT * FROM loop1;\n"
    "CREATE MATERIALIZED VIEW m REFRESH MANUAL AS SELECT k AS mk, count(*) AS n FROM t GROUP BY "
    "k;\n";

typedef struct Case {
    const char *declared, *stored;
} Case;

static const Case equal[] = {
    { "SELECT * FROM t", "SELECT `t`.`k`, `t`.`v`\nFROM `t`" },
    { "SELECT t.* FROM t", "SELECT `t`.`k`, `t`.`v` FROM `t`" },
    { "SELECT DISTINCT * FROM t", "SELECT DISTINCT `t`.`k`, `t`.`v` FROM `t`" },
    { "SELECT *, v + 1 AS n FROM t WHERE k > 0 ORDER BY k LIMIT 3",
      "SELECT `t`.`k`, `t`.`v`, `t`.`v` + 1 AS `n` FROM `t` WHERE `t`.`k` > 0 ORDER BY `t`.`k` "
      "LIMIT 3" },
    { "SELECT [1, 2] AS l, * FROM t", "SELECT [1, 2] AS `l`, `t`.`k`, `t`.`v` FROM `t`" },
    { "SELECT * FROM t x", "SELECT `x`.`k`, `x`.`v` FROM `t` AS `x`" },
    { "SELECT * FROM t, u", "SELECT t.k, t.v, u.k, u.`order` FROM t, u" },
    { "SELECT u.*, t.v FROM t JOIN u ON t.k = u.k",
      "SELECT `u`.`k`, `u`.`order`, `t`.`v` FROM `t` INNER JOIN `u` ON `t`.`k` = `u`.`k`" },
    { "SELECT * FROM t LEFT JOIN u ON (t.k = u.k) AND left('a', 1) = 'a' WHERE 1 = 1",
      "SELECT t.k, t.v, u.k, u.`order` FROM t LEFT OUTER JOIN u ON t.k = u.k AND left('a', 1) = "
      "'a' WHERE 1 = 1" },
    { "SELECT * FROM t JOIN [SHUFFLE] u ON t.k = u.k",
      "SELECT t.k, t.v, u.k, u.`order` FROM t JOIN [SHUFFLE] u ON t.k = u.k" },
    { "SELECT * FROM t LEFT SEMI JOIN u ON t.k = u.k",
      "SELECT t.k, t.v FROM t LEFT SEMI JOIN u ON t.k = u.k" },
    { "SELECT * FROM t RIGHT ANTI JOIN u ON t.k = u.k",
      "SELECT u.k, u.`order` FROM t RIGHT ANTI JOIN u ON t.k = u.k" },
    { "SELECT * FROM (t JOIN u ON t.k = u.k)",
      "SELECT t.k, t.v, u.k, u.`order` FROM (t JOIN u ON t.k = u.k)" },
    { "SELECT * FROM t AS full", "SELECT full.k, full.v FROM t AS full" },
    { "WITH RECURSIVE c (n) AS (SELECT 1 AS one UNION ALL SELECT * FROM c) SELECT * FROM c",
      "WITH RECURSIVE c (n) AS (SELECT 1 AS one UNION ALL SELECT c.n FROM c) SELECT c.n FROM c" },
    { "SELECT * FROM d.w", "SELECT `d`.`w`.`x`, `d`.`w`.`y` FROM `d`.`w`" },
    { "SELECT * FROM default_catalog.d.w", "SELECT w.x, w.y FROM default_catalog.d.w" },
    { "SELECT * FROM named", "SELECT `named`.`a`, `named`.`b` FROM `named`" },
    { "SELECT * FROM upon", "SELECT upon.k, upon.v, upon.total FROM upon" },
    { "SELECT * FROM m", "SELECT `m`.`mk`, `m`.`n` FROM `m`" },
    { "SELECT * FROM t PARTITION (p1) AS x", "SELECT x.k, x.v FROM t PARTITION (p1) AS x" },
    { "SELECT * FROM (SELECT *, 1 AS one FROM t) s",
      "SELECT s.k, s.v, s.one FROM (SELECT t.k, t.v, 1 AS one FROM t) s" },
    { "SELECT * FROM (SELECT k FROM t) s (z)", "SELECT s.z FROM (SELECT k FROM t) s (z)" },
    { "SELECT * FROM t, unnest([1]) AS x(e)", "SELECT t.k, t.v, x.e FROM t, unnest([1]) AS x(e)" },
    { "SELECT * FROM t UNION ALL SELECT * FROM u",
      "SELECT t.k, t.v FROM t UNION ALL SELECT u.k, u.`order` FROM u" },
    { "(SELECT * FROM t) UNION (SELECT * FROM u)",
      "(SELECT t.k, t.v FROM t) UNION (SELECT u.k, u.`order` FROM u)" },
    { "SELECT k FROM t WHERE k IN (SELECT k FROM (SELECT * FROM u) x)",
      "SELECT k FROM t WHERE k IN (SELECT k FROM (SELECT u.k, u.`order` FROM u) x)" },
    { "WITH c AS (SELECT * FROM t) SELECT * FROM c",
      "WITH `c` (`k`, `v`) AS (SELECT `t`.`k`, `t`.`v` FROM `t`) SELECT `c`.`k`, `c`.`v` FROM "
      "`c`" },
    { "WITH c (a, b) AS (SELECT * FROM t), e AS (SELECT * FROM c) SELECT * FROM e",
      "WITH c (a, b) AS (SELECT t.k, t.v FROM t), e (a, b) AS (SELECT c.a, c.b FROM c) SELECT "
      "e.a, e.b FROM e" },
    { "WITH t AS (SELECT 1 AS one) SELECT * FROM t",
      "WITH t (one) AS (SELECT 1 AS one) SELECT t.one FROM t" },
    { "WITH c AS (SELECT count(*) FROM t) SELECT 1 AS a FROM c",
      "WITH `c` (`count(*)`) AS (SELECT count(*) AS `count(*)` FROM `t`) SELECT 1 AS `a` FROM "
      "`c`" },
};

static const Case different[] = {
    { "SELECT * FROM t", "SELECT t.k FROM t" },
    { "SELECT * FROM t", "SELECT t.v, t.k FROM t" },
    { "SELECT * FROM t", "SELECT t.k, t.v, t.z FROM t" },
    { "SELECT * FROM t, u", "SELECT u.k, t.v, t.k, u.`order` FROM t, u" },
    { "SELECT u.* FROM t, u", "SELECT t.k, t.v FROM t, u" },
    { "SELECT * FROM t LEFT SEMI JOIN u ON t.k = u.k",
      "SELECT t.k, t.v, u.k, u.`order` FROM t LEFT SEMI JOIN u ON t.k = u.k" },
    { "WITH c (a, b) AS (SELECT * FROM t) SELECT 1 AS x FROM c",
      "WITH c (k, v) AS (SELECT t.k, t.v FROM t) SELECT 1 AS x FROM c" },
    /* What is not known stays as it is written. */
    { "SELECT * FROM nothing", "SELECT nothing.k FROM nothing" },
    { "SELECT * FROM t JOIN u USING (k)", "SELECT t.k, t.v, u.`order` FROM t JOIN u USING (k)" },
    { "SELECT * EXCEPT (v) FROM t", "SELECT t.k FROM t" },
    { "SELECT * FROM t PIVOT (sum(v) FOR k IN (1, 2))",
      "SELECT t.k, t.v FROM t PIVOT (sum(v) FOR k IN (1, 2))" },
    { "SELECT * FROM made", "SELECT made.k FROM made" },
    { "SELECT * FROM loop1", "SELECT loop1.k FROM loop1" },
    { "SELECT * FROM t, unnest([1]) x", "SELECT t.k, t.v, x.unnest FROM t, unnest([1]) x" },
    { "SELECT * FROM hive.d.w", "SELECT w.x, w.y FROM hive.d.w" },
};

static RtCatalog *
make_catalog(RtModel *model, const RtServer *server, const char *query)
{
    RtCatalog *catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, true); /* some read what is not there */
    g_autofree char *sql = g_strconcat(schema, "CREATE VIEW s AS ", query, ";", NULL);
    g_autofree char *problem = records_replay(catalog, server, sql, false);
    g_assert_cmpstr(problem, ==, NULL);
    return catalog;
}

static void
compare(const Case *pair, bool are_equal)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    const RtServer server = { .product = "StarRocks", .major = 3, .minor = 3, .backends = -1 };
    g_autoptr(RtCatalog) declared = make_catalog(model, &server, pair->declared);
    g_autoptr(RtCatalog) stored = make_catalog(model, &server, pair->stored);
    g_autofree char *there = records_diff(&server, stored, declared);
    g_autofree char *back = records_diff(&server, declared, stored);
    if (!there != are_equal || !back != are_equal)
        g_error("%s and %s: %s %s", pair->declared, pair->stored, there ?: "equal",
                back ?: "equal");
}

static void
test_equal(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(equal); i++)
        compare(&equal[i], true);
}

static void
test_different(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(different); i++)
        compare(&different[i], false);
}

/* A view on a view on a view, each of a star only: read once each, and given up far down. */
static void
test_deep(void)
{
    enum { LEVELS = 300 };
    g_autoptr(GString) query = g_string_new("SELECT * FROM t");
    for (unsigned i = 0; i < LEVELS; i++) {
        g_string_prepend(query, "SELECT * FROM (");
        g_string_append(query, ") x");
    }
    Case pair = { query->str, "SELECT t.k FROM t" };
    compare(&pair, false);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/stars/equal", test_equal);
    g_test_add_func("/starrocks/stars/different", test_different);
    g_test_add_func("/starrocks/stars/deep", test_deep);
    return g_test_run();
}
