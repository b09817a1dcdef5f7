/* The tree of a query: which SELECTs there are, and what each of them reads. */
#include "dialect/starrocks/query-tree.h"

#include <string.h>

/*
 * The tree as text, a SELECT behind the other: how many expressions it lists, and its sources.
 * These are tables by name, queries by the number of their SELECT, and ? for others; `=a` is an
 * alias, `(a b)` the list of columns, `-` hidden, `~` changed, `+` says that columns merge.
 */
typedef struct Case {
    const char *query, *tree;
} Case;

static const Case cases[] = {
    { "SELECT 1", "1:" },
    { "SELECT a, f(b, c), [1, 2], {'x': 1, 'y': 2} FROM t", "4: t" },
    { "SELECT DISTINCT a FROM d.t AS x WHERE a IN (1, 2)", "1: d.t=x" },
    { "SELECT * EXCEPT (a, b), c FROM t", "2: t" },
    { "SELECT extract(DAY FROM d), trim(BOTH 'x' FROM s) FROM t", "2: t" },
    /* joins */
    { "SELECT 1 FROM t, u JOIN v ON t.a = v.a AND f(1, 2) LEFT JOIN w x USING (a)",
      "1: t, u, v, w=x +" },
    { "SELECT 1 FROM t LEFT SEMI JOIN u ON left(a, 1) = 'b' ANTI JOIN v ON true", "1: t, u-, v-" },
    { "SELECT 1 FROM t JOIN u ON true RIGHT SEMI JOIN v ON true", "1: t-, u-, v" },
    { "SELECT 1 FROM t JOIN [SHUFFLE] u ON true NATURAL JOIN v", "1: t, u, v +" },
    { "SELECT 1 FROM (t JOIN u ON true)", "1: t, u" },
    { "SELECT 1 FROM ((t), (u x JOIN (v)))", "1: t, u=x, v" },
    { "SELECT 1 FROM w LEFT ANTI JOIN (t JOIN u ON true) ON true", "1: w, t-, u-" },
    /* what is read of a table */
    { "SELECT 1 FROM t PARTITION (p, q) x, u TEMPORARY PARTITION (p) TABLET (1) y, v temporary",
      "1: t=x, u=y, v=temporary" },
    { "SELECT 1 FROM t [_META_], u x [_SYNC_MV_], v", "1: t~, u=x~, v" },
    { "SELECT 1 FROM t PIVOT (sum(v) FOR k IN (1, 2))", "1: t~" },
    { "SELECT 1 FROM hive.d.t FOR VERSION AS OF 7, u AS full, `left` `right`",
      "1: hive.d.t, u=full, left=right" },
    /* functions */
    { "SELECT 1 FROM t, unnest(a) x, LATERAL unnest(b) AS y (c, d)", "1: t, ?=x, ?=y(c d)" },
    { "SELECT 1 FROM TABLE(generate_series(1, (SELECT 2 FROM u)))", "1: u | 1: ?=table" },
    { "SELECT 1 FROM (VALUES (1, 2), (3, 4)) AS v (a, b)", "1: ?=v(a b)" },
    /* queries in others: those that are read stand before */
    { "SELECT 1 FROM (SELECT a, b FROM t) x (c, d)", "2: t | 1: #0=x(c d)" },
    { "SELECT 1 FROM ((SELECT 2 FROM t) UNION (SELECT 3 FROM u)) x", "1: t | 1: u | 1: #0=x" },
    { "SELECT 1 FROM ((SELECT 2 FROM t) x JOIN u)", "1: t | 1: #0=x, u" },
    { "SELECT (SELECT 2 FROM t) FROM u WHERE EXISTS (SELECT 3 FROM v)", "1: t | 1: u | 1: v" },
    { "SELECT 1 FROM t UNION ALL SELECT 2 FROM u EXCEPT SELECT 3 FROM v", "1: t | 1: u | 1: v" },
    { "SELECT 1 FROM t JOIN u ON a IN (SELECT 2 FROM v) JOIN w", "1: v | 1: t, u, w" },
    { "((SELECT 1 FROM t) UNION (SELECT 2 FROM u))", "1: t | 1: u" },
    /* WITH */
    { "WITH a AS (SELECT 1 FROM t), b (x, y) AS (SELECT 2, 3 FROM a) SELECT 4 FROM a, b z, d.a",
      "1: t | 2: #0=a | 1: #0=a, #1=z(x y), d.a" },
    { "WITH t AS (SELECT 1 FROM t) SELECT 2 FROM t, t AS x (c)", "1: t | 1: #0=t, #0=x(c)" },
    { "WITH RECURSIVE a (n) AS (SELECT 1 FROM t UNION ALL SELECT 2 FROM a) SELECT 3 FROM a",
      "1: t | 1: ?=a(n) | 1: #0=a(n)" },
    { "SELECT 1 FROM (WITH t AS (SELECT 2 FROM u) SELECT 3 FROM t) x, t",
      "1: u | 1: #0=t | 1: #1=x, t" },
    { "WITH a AS (WITH b AS (SELECT 1 FROM t) SELECT 2 FROM b), c AS (SELECT 3 FROM b) SELECT 4",
      "1: t | 1: #0=b | 1: b | 1:" },
    /* no query, or a broken one */
    { "a + (b * c)", "" },
    { "SELECT FROM", "0: ?" },
    { "SELECT 1 FROM t, ", "1: t, ?" },
    { "SELECT (1 FROM t", "1: t" },
    { "SELECT 1) FROM t (", "1: t" },
};

static void
print_source(GString *out, const QueryTree *tree, const QuerySource *source)
{
    unsigned index;
    if (source->select && g_ptr_array_find(tree->selects, source->select, &index))
        g_string_append_printf(out, "#%u", index);
    else if (!source->table)
        g_string_append_c(out, '?');
    for (unsigned i = 0; source->table && i < source->table->n_parts; i++)
        g_string_append_printf(out, "%s%s", i ? "." : "", source->table->parts[i]);
    if (source->name && !(source->table && strcmp(source->table->parts[source->table->n_parts - 1],
                                                  source->name) == 0))
        g_string_append_printf(out, "=%s", source->name);
    const QueryItem *open = starrocks_reading_at(&tree->reading, source->names);
    for (unsigned at = source->names + 1; source->names && at < open->close; at += 2)
        g_string_append_printf(out, "%s%s", at == source->names + 1 ? "(" : " ",
                               starrocks_reading_at(&tree->reading, at)->parts[0]);
    g_string_append(out, source->names ? ")" : "");
    g_string_append(out, source->is_hidden ? "-" : "");
    g_string_append(out, source->is_changed ? "~" : "");
}

static char *
print_tree(const QueryTree *tree)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < tree->selects->len; i++) {
        const QuerySelect *select = tree->selects->pdata[i];
        g_string_append_printf(out, "%s%u:", i ? " | " : "", select->expressions->len);
        for (unsigned j = 0; j < select->sources->len; j++) {
            g_string_append(out, j ? ", " : " ");
            print_source(out, tree, &g_array_index(select->sources, QuerySource, j));
        }
        g_string_append(out, select->merges ? " +" : "");
    }
    return g_string_free(out, FALSE);
}

static void
test_sources(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        QueryTree tree;
        starrocks_tree_open(&tree, &starrocks_lexicon, cases[i].query,
                            (uint32_t) strlen(cases[i].query));
        g_autofree char *found = print_tree(&tree);
        g_test_message("%s", cases[i].query);
        g_assert_cmpstr(found, ==, cases[i].tree);
        g_assert_false(tree.is_cut);
        starrocks_tree_close(&tree);
    }
}

/* Which SELECT names the columns of the query. */
static void
test_select(void)
{
    static const struct {
        const char *query;
        int select; /* its number, -1: none */
    } queries[] = {
        { "SELECT 1 UNION SELECT 2", 0 }, { "((SELECT 1) UNION SELECT 2)", 0 },
        { "SELECT (SELECT 1)", 1 },       { "WITH a AS (SELECT 1) SELECT 2", 1 },
        { "(a + (SELECT 1))", -1 },       { "VALUES (1)", -1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
        QueryTree tree;
        unsigned index = 0;
        starrocks_tree_open(&tree, &starrocks_lexicon, queries[i].query,
                            (uint32_t) strlen(queries[i].query));
        g_test_message("%s", queries[i].query);
        bool is_there = g_ptr_array_find(tree.selects, tree.select, &index);
        g_assert_cmpint(is_there ? (int) index : -1, ==, queries[i].select);
        starrocks_tree_close(&tree);
    }
}

/* What names something is no expression: is_name is by item. */
static void
test_names(void)
{
    static const char query[] = "WITH c (a) AS (SELECT b FROM t PARTITION (p) x) SELECT d FROM "
                                "c, unnest(e) f (g) WHERE h = i";
    static const char *const names[] = { "c", "a", "t", "p", "x", "c", "unnest", "f", "g" };
    QueryTree tree;
    starrocks_tree_open(&tree, &starrocks_lexicon, query, sizeof query - 1);
    unsigned n = 0;
    for (unsigned at = 0; at < tree.reading.items->len; at++) {
        const QueryItem *item = starrocks_reading_at(&tree.reading, at);
        if (!tree.is_name[at] || !item->n_parts)
            continue;
        g_assert_cmpuint(n, <, G_N_ELEMENTS(names));
        g_assert_cmpstr(item->parts[0], ==, names[n++]);
    }
    g_assert_cmpuint(n, ==, G_N_ELEMENTS(names));
    starrocks_tree_close(&tree);
}

/* Deeper than anybody writes: given up, and said. */
static void
test_deep(void)
{
    static const char *const opening[] = { "(", "SELECT * FROM (", "SELECT 1 FROM t JOIN (" };
    enum { LEVELS = 20000 };
    for (size_t i = 0; i < G_N_ELEMENTS(opening); i++) {
        g_autoptr(GString) query = g_string_new(NULL);
        for (unsigned level = 0; level < LEVELS; level++)
            g_string_append(query, opening[i]);
        g_string_append(query, "SELECT 1");
        for (unsigned level = 0; level < LEVELS; level++)
            g_string_append(query, ")");
        QueryTree tree;
        starrocks_tree_open(&tree, &starrocks_lexicon, query->str, (uint32_t) query->len);
        g_assert_true(tree.is_cut);
        starrocks_tree_close(&tree);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/query-tree/sources", test_sources);
    g_test_add_func("/starrocks/query-tree/select", test_select);
    g_test_add_func("/starrocks/query-tree/names", test_names);
    g_test_add_func("/starrocks/query-tree/deep", test_deep);
    return g_test_run();
}
