/*
 * MODIFY COLUMN over all pairs of types and roles, as a real frontend judged it: taken or refused,
 * and what is taken is metadata or a job.
 */
#include "records.h"

#include "dialect/effect.h"

#include <string.h>

/* How a table with the column in a role is made, and how the column is changed there. */
typedef struct Role {
    const char *name, *create, *modify;
} Role;

#define TAIL " PROPERTIES('replication_num'='1')"

static const Role roles[] = {
    { "duplicate_value",
      "CREATE TABLE t (k INT, v %s) DUPLICATE KEY(k) DISTRIBUTED BY HASH(k)" TAIL, "v %s" },
    { "primary_value", "CREATE TABLE t (k INT, v %s) PRIMARY KEY(k) DISTRIBUTED BY HASH(k)" TAIL,
      "v %s" },
    { "unique_value", "CREATE TABLE t (k INT, v %s) UNIQUE KEY(k) DISTRIBUTED BY HASH(k)" TAIL,
      "v %s" },
    { "aggregate_value_replace",
      "CREATE TABLE t (k INT, v %s REPLACE) AGGREGATE KEY(k) DISTRIBUTED BY HASH(k)" TAIL,
      "v %s REPLACE" },
    { "aggregate_value_sum",
      "CREATE TABLE t (k INT, v %s SUM) AGGREGATE KEY(k) DISTRIBUTED BY HASH(k)" TAIL, "v %s SUM" },
    { "aggregate_value_max",
      "CREATE TABLE t (k INT, v %s MAX) AGGREGATE KEY(k) DISTRIBUTED BY HASH(k)" TAIL, "v %s MAX" },
    { "duplicate_key",
      "CREATE TABLE t (k INT, x %s, v INT) DUPLICATE KEY(k, x) DISTRIBUTED BY HASH(k)" TAIL,
      "x %s KEY" },
    { "aggregate_key",
      "CREATE TABLE t (k INT, x %s, v INT SUM) AGGREGATE KEY(k, x) DISTRIBUTED BY HASH(k)" TAIL,
      "x %s KEY" },
    { "unique_key",
      "CREATE TABLE t (k INT, x %s, v INT) UNIQUE KEY(k, x) DISTRIBUTED BY HASH(k)" TAIL,
      "x %s KEY" },
    { "primary_key",
      "CREATE TABLE t (k INT, x %s NOT NULL, v INT) PRIMARY KEY(k, x) DISTRIBUTED BY HASH(k)" TAIL,
      "x %s KEY NOT NULL" },
    { "duplicate_distribution_key",
      "CREATE TABLE t (k %s, v INT) DUPLICATE KEY(k) DISTRIBUTED BY HASH(k)" TAIL, "k %s KEY" },
    { "primary_distribution_key",
      "CREATE TABLE t (k %s NOT NULL, v INT) PRIMARY KEY(k) DISTRIBUTED BY HASH(k)" TAIL,
      "k %s KEY NOT NULL" },
    { "list_partition_key",
      "CREATE TABLE t (k %s NOT NULL, d INT, v INT) DUPLICATE KEY(k, d) PARTITION BY (k) "
      "DISTRIBUTED BY HASH(d)" TAIL,
      "k %s KEY NOT NULL" },
    { "duplicate_sort_value",
      "CREATE TABLE t (k INT, v %s) DUPLICATE KEY(k) DISTRIBUTED BY HASH(k) ORDER BY(v)" TAIL,
      "v %s" },
    { "primary_sort_value",
      "CREATE TABLE t (k INT, v %s) PRIMARY KEY(k) DISTRIBUTED BY HASH(k) ORDER BY(v)" TAIL,
      "v %s" },
};

static const Role *
find_role(const char *name)
{
    const Role *found = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
        bool fits = g_str_has_prefix(name, roles[i].name);
        if (fits && (!found || strlen(roles[i].name) > strlen(found->name)))
            found = &roles[i];
    }
    g_assert_nonnull(found);
    return found;
}

/* "%s" replaced; owned by the caller. */
static char *
fill(const char *pattern, const char *type)
{
    g_auto(GStrv) parts = g_strsplit(pattern, "%s", 2);
    return g_strconcat(parts[0], type, parts[1], NULL);
}

static const char *
name_mode(const RtEffect *effect, const RtOp *op, const RtCatalog *after)
{
    const RtObject *table = starrocks_table_find(after, op->owner);
    const RtObject *column = starrocks_column_find(table, op->name);
    if (effect->runs == RT_RUNS_JOB)
        return "job";
    return rt_type_equal(rt_object_type(op->before), rt_object_type(column)) ? "noop" : "fast";
}

/* The verdict on the change: NULL and *out_mode, or why not. */
static char *
judge(RtCatalog *catalog, const RtServer *server, const char *sql, const char **out_mode)
{
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_autoptr(GError) error = NULL;
    char *problem = records_parse(rt_catalog_model(catalog), server, sql, false, ops);
    if (problem)
        return problem;
    RtOp *op = &g_array_index(ops, RtOp, 0);
    RtEffect effect = rt_effect(&rt_dialect_starrocks, server, catalog, op);
    if (!rt_replay(&rt_dialect_starrocks, server, catalog, op, &error))
        return g_strdup(error->message);
    *out_mode = name_mode(&effect, op, catalog);
    return NULL;
}

static char *
check_change(const json_t *record, RtCatalog *catalog, const RtServer *server, const Role *role)
{
    g_autofree char *column = fill(role->modify, records_text(record, "to"));
    g_autofree char *sql = g_strconcat("ALTER TABLE t MODIFY COLUMN ", column, NULL);
    const char *mode = NULL, *wanted = records_text(record, "mode");
    bool accepted = json_is_true(json_object_get(record, "accepted"));
    g_autofree char *refused = judge(catalog, server, sql, &mode);
    if (accepted == (refused == NULL) && (!accepted || g_str_equal(mode, wanted)))
        return NULL;
    return g_strdup_printf(
        "%s %s -> %s: %s, not %s%s", role->name, records_text(record, "from"),
        records_text(record, "to"), refused ?: mode,
        accepted ? wanted : "refused: ", accepted ? "" : records_text(record, "error"));
}

static char *
check_record(const json_t *record, const char *run_mode)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    RtServer server = {
        .product = "StarRocks", .major = 4, .minor = 1, .run_mode = run_mode, .backends = 1
    };
    const Role *role = find_role(records_text(record, "role"));
    g_autofree char *create = fill(role->create, records_text(record, "from"));
    g_autofree char *refused = records_replay(catalog, &server, create, false);
    if (!json_is_string(json_object_get(record, "to")))
        return refused ? NULL : g_strdup_printf("is taken: %s", create);
    if (refused)
        return g_strdup_printf("is refused: %s: %s", create, refused);
    return check_change(record, catalog, &server, role);
}

static void
test_matrix(const char *name, const char *run_mode, const char *row)
{
    Records records;
    unsigned n_wrong = 0;
    records_open(&records, name, NULL);
    for (unsigned i = 0; i < records.all->len; i++) {
        g_autofree char *problem = check_record(records.all->pdata[i], run_mode);
        if (problem && n_wrong++ < 40)
            g_printerr("%s\n", problem);
    }
    if (n_wrong)
        g_test_fail_printf("%u of %u verdicts differ", n_wrong, records.all->len);
    records_check_row("%s | %u | %u | %u", row, records.all->len, records.all->len - n_wrong,
                      n_wrong);
    records_close(&records);
}

static void
test_shared_nothing(void)
{
    test_matrix("type_change_matrix", NULL, "MODIFY COLUMN from type to type, shared-nothing");
}

static void
test_shared_data(void)
{
    test_matrix("type_change_matrix_shared_data", "shared_data", "the same, shared-data");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    records_init(argc, argv);
    g_test_add_func("/starrocks/types/shared-nothing", test_shared_nothing);
    g_test_add_func("/starrocks/types/shared-data", test_shared_data);
    return g_test_run();
}
