/*
 * Objects made anew: what is applied is what is declared, the way back is what was there, the
 * statements say the same as the operations; and grants are read as a server has them.
 */
#include "dialect/recreate.h"
#include "op/apply.h"
#include "op/invert.h"
#include "records.h"

#include <string.h>

#define OTHERS                                                                                     \
    ";CREATE VIEW v AS SELECT k FROM t;"                                                           \
    "CREATE MATERIALIZED VIEW m REFRESH MANUAL AS SELECT k FROM v"

static const struct {
    const char *from, *to;
} cases[] = {
    { "CREATE TABLE t (k INT, v STRING) DUPLICATE KEY (k)" OTHERS,
      "CREATE TABLE t (k INT NOT NULL, v STRING) PRIMARY KEY (k)" OTHERS },
    { "CREATE TABLE t (k INT, v INT SUM) AGGREGATE KEY (k) DISTRIBUTED BY HASH (k) BUCKETS 4",
      "CREATE TABLE t (k INT, v INT MAX) AGGREGATE KEY (k) DISTRIBUTED BY HASH (k)" },
    { "CREATE TABLE t (k INT NOT NULL, v INT DEFAULT '1') PRIMARY KEY (k)",
      "CREATE TABLE t (k INT NOT NULL, v INT DEFAULT '2') PRIMARY KEY (k)" },
    { "CREATE TABLE t (k DATE NOT NULL, v INT) DUPLICATE KEY (k) PARTITION BY date_trunc('day', k)",
      "CREATE TABLE t (k DATE NOT NULL, v INT) DUPLICATE KEY (k) PARTITION BY RANGE (k) "
      "(PARTITION p VALUES LESS THAN ('2030-01-01'))" },
    { "CREATE TABLE t (k INT NOT NULL, v INT) UNIQUE KEY (k) DISTRIBUTED BY HASH (k)",
      "CREATE TABLE t (v INT NOT NULL, k INT NOT NULL) UNIQUE KEY (v) DISTRIBUTED BY HASH (v)" },
    { "CREATE TABLE t (k INT, v VARCHAR(9), INDEX i (v) USING BITMAP) DUPLICATE KEY (k)",
      "CREATE TABLE t (k INT, v VARCHAR(5), INDEX i (v) USING BITMAP) DUPLICATE KEY (k)" },
    { "CREATE TABLE t (k INT) DUPLICATE KEY (k)" OTHERS,
      "CREATE TABLE t (k INT) DUPLICATE KEY (k);CREATE VIEW v AS SELECT k FROM t;"
      "CREATE MATERIALIZED VIEW m COMMENT 'c' REFRESH MANUAL AS SELECT k, 1 AS one FROM v" },
};

typedef struct Change {
    RtModel *model;
    RtCatalog *from, *to;
    RtDiff *diff;
} Change;

static RtCatalog *
read_catalog(RtModel *model, const char *sql, bool is_declared)
{
    RtCatalog *catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    rt_catalog_set_declared(catalog, is_declared);
    g_autofree char *problem = records_replay(catalog, &rt_dialect_starrocks.assumed, sql, false);
    if (problem)
        g_error("%s: %s", sql, problem);
    return catalog;
}

static void
change_init(Change *change, size_t i)
{
    RtDiffOptions options = { .recreate = true };
    change->model = rt_model_new(NULL);
    change->from = read_catalog(change->model, cases[i].from, false);
    change->to = read_catalog(change->model, cases[i].to, true);
    change->diff = rt_diff_new(&rt_dialect_starrocks, &rt_dialect_starrocks.assumed, change->from,
                               change->to, &options);
    g_test_message("%s", cases[i].to);
    g_assert_cmpuint(change->diff->refusals->len, ==, 0);
    g_assert_cmpuint(change->diff->ops->len, ==, 1);
    g_assert_cmpint(g_array_index(change->diff->ops, RtOp, 0).verb, ==, RT_VERB_RECREATE);
}

static void
change_clear(Change *change)
{
    rt_diff_free(change->diff);
    rt_catalog_free(change->from);
    rt_catalog_free(change->to);
    rt_model_free(change->model);
}

static void
apply(RtCatalog *catalog, RtOp *ops, unsigned n)
{
    g_autoptr(GError) error = NULL;
    if (!rt_apply_all(catalog, ops, n, &error))
        g_error("%s", error->message);
}

static void
assert_same(const RtCatalog *a, const RtCatalog *b)
{
    g_autofree char *there = records_diff(&rt_dialect_starrocks.assumed, a, b);
    g_autofree char *back = records_diff(&rt_dialect_starrocks.assumed, b, a);
    g_assert_cmpstr(there, ==, NULL);
    g_assert_cmpstr(back, ==, NULL);
}

static void
test_there_and_back(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Change change;
        change_init(&change, i);
        g_autoptr(RtCatalog) before = read_catalog(change.model, cases[i].from, false);
        g_autoptr(GArray) inverse = g_array_new(FALSE, TRUE, sizeof(RtOp));
        RtOp *op = &g_array_index(change.diff->ops, RtOp, 0);
        apply(change.from, op, 1);
        assert_same(change.from, change.to);
        unsigned n_kept = op->beside->kept != NULL;
        g_assert_cmpuint(rt_catalog_count(change.from), ==, rt_catalog_count(before) + n_kept);
        rt_invert(change.model, op, 1, inverse, NULL);
        apply(change.from, (RtOp *) (void *) inverse->data, inverse->len);
        assert_same(change.from, before);
        g_assert_cmpuint(rt_catalog_count(change.from), ==, rt_catalog_count(before));
        change_clear(&change);
    }
}

/* Runs what is rendered of the operations on `catalog`, which they are for. */
static void
run_rendered(RtCatalog *catalog, RtOp *ops, unsigned n)
{
    const RtServer *server = &rt_dialect_starrocks.assumed;
    g_autoptr(GArray) rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    g_autoptr(GError) error = NULL;
    if (!rt_render(&rt_dialect_starrocks, server, catalog, ops, n, rendered, &error))
        g_error("%s", error->message);
    for (unsigned i = 0; i < rendered->len; i++) {
        const RtRendered *one = &g_array_index(rendered, RtRendered, i);
        g_autofree char *problem = one->kind == RT_RENDERED_STATEMENT
                                       ? records_replay(catalog, server, one->sql, false)
                                       : NULL;
        if (problem)
            g_error("%s: %s", one->sql, problem);
    }
}

static void
test_statements_say_the_same(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Change change;
        change_init(&change, i);
        g_autoptr(RtCatalog) before = read_catalog(change.model, cases[i].from, false);
        g_autoptr(GArray) inverse = g_array_new(FALSE, TRUE, sizeof(RtOp));
        RtOp *op = &g_array_index(change.diff->ops, RtOp, 0);
        run_rendered(change.from, op, 1);
        assert_same(change.from, change.to);
        rt_invert(change.model, op, 1, inverse, NULL);
        run_rendered(change.from, (RtOp *) (void *) inverse->data, inverse->len);
        assert_same(change.from, before);
        g_assert_cmpuint(rt_catalog_count(change.from), ==, rt_catalog_count(before));
        change_clear(&change);
    }
}

static void
test_without_being_asked(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) from = read_catalog(model, cases[0].from, false);
    g_autoptr(RtCatalog) to = read_catalog(model, cases[0].to, true);
    g_autoptr(RtDiff) diff =
        rt_diff_new(&rt_dialect_starrocks, &rt_dialect_starrocks.assumed, from, to, NULL);
    g_assert_cmpuint(diff->refusals->len, >, 0);
    for (unsigned i = 0; i < diff->refusals->len; i++)
        g_assert_true(g_array_index(diff->refusals, RtRefusal, i).can_recreate);
}

/* ---- grants -----------------------------------------------------------------------------------
 */

static bool
answer_grants(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
              int64_t *out_changed, GError **error)
{
    static const char *const names[] = { "GRANTEE", "PRIVILEGE_TYPE", "IS_GRANTABLE" };
    static const char *const role[] = { "it's", "SELECT, INSERT", "NO" };
    static const char *const user[] = { "'ann'@'%'", "ALTER", "YES" };
    *out_changed = 0;
    if (connection->logger) {
        rt_error_set(error, RT_ERROR_DENIED, "%s", connection->logger);
        return false;
    }
    g_assert_nonnull(strstr(sql, "OBJECT_TYPE = 'TABLE'"));
    g_assert_nonnull(strstr(sql, "OBJECT_DATABASE = 'my''db' AND OBJECT_NAME = 't'"));
    row(data, 3, strstr(sql, "grants_to_roles") ? role : user, names);
    return true;
}

static const RtConnectionClass grants = { .execute = answer_grants };

static void
test_grants(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    RtArena *arena = rt_model_arena(model);
    RtConnection connection = { .class = &grants };
    const RtName *name = rt_model_name(model, RT_FOLD_EXACT, "my'db", "t");
    g_autoptr(GError) error = NULL;
    const char *const *read = starrocks_recreation.read_rights(&rt_dialect_starrocks, &connection,
                                                               RT_KIND_TABLE, name, arena, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(read[0], ==, "GRANT SELECT, INSERT ON TABLE `my'db`.t TO ROLE 'it''s'");
    g_assert_cmpstr(read[1], ==,
                    "GRANT ALTER ON TABLE `my'db`.t TO USER 'ann'@'%' WITH GRANT OPTION");
    g_assert_null(read[2]);
    connection.logger = "no privilege";
    read = starrocks_recreation.read_rights(&rt_dialect_starrocks, &connection, RT_KIND_TABLE, name,
                                            arena, &error);
    g_assert_null(read);
    g_assert_error(error, RT_ERROR, RT_ERROR_DENIED);
}

/* What the server is told for them when the comparison has read them. */
static void
test_grants_are_steps(void)
{
    static const char *const statements[] = { "GRANT SELECT ON TABLE t TO ROLE 'r'", NULL };
    Change change;
    change_init(&change, 0);
    RtOp *op = &g_array_index(change.diff->ops, RtOp, 0);
    RtBeside beside = *op->beside;
    beside.rights = statements;
    op->beside = &beside;
    g_autoptr(GArray) rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_render(&rt_dialect_starrocks, &rt_dialect_starrocks.assumed, change.from, op,
                            1, rendered, &error));
    bool found = false;
    for (unsigned i = 1; i < rendered->len; i++) {
        const RtRendered *one = &g_array_index(rendered, RtRendered, i);
        if (strcmp(one->sql, statements[0]) != 0)
            continue;
        found = true;
        g_assert_cmpstr(one[-1].sql, ==, "idempotent");
        g_assert_nonnull(strstr(one[-2].sql, "RENAME t__old"));
    }
    g_assert_true(found);
    change_clear(&change);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/recreate/there-and-back", test_there_and_back);
    g_test_add_func("/starrocks/recreate/statements", test_statements_say_the_same);
    g_test_add_func("/starrocks/recreate/unasked", test_without_being_asked);
    g_test_add_func("/starrocks/recreate/grants", test_grants);
    g_test_add_func("/starrocks/recreate/grants-are-steps", test_grants_are_steps);
    return g_test_run();
}
