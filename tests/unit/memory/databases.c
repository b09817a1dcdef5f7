/* A memory database that holds several: names, what is there, what goes with a database. */
#include "dialect/starrocks/starrocks.h"
#include "unit/memory/database.h"

#include <string.h>

#define BODY " (k INT, v INT) DUPLICATE KEY(k) DISTRIBUTED BY HASH(k) BUCKETS 1"

static RtConnection *
open_mine(void)
{
    return open_memory(&rt_dialect_starrocks, "?database=mine", NULL);
}

/* What reflection sees when it is asked for these schemas, as DDL without bodies; owned. */
static char *
list_names(RtConnection *db, const char *const *schemas)
{
    g_autoptr(RtModel) model = rt_model_new("mine");
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) list = g_string_new(NULL);
    bool done = rt_memory_reflect(db, catalog, schemas, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(done);
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        g_string_append_printf(list, "%s %s%s%s; ", object->form->name,
                               object->name->schema ? object->name->schema : "",
                               object->name->schema ? "." : "", object->name->text);
    }
    return g_string_free(g_steal_pointer(&list), FALSE);
}

static void
assert_names(RtConnection *db, const char *schema, const char *expected)
{
    const char *schemas[] = { schema, NULL };
    g_autofree char *names = list_names(db, schema ? schemas : NULL);
    g_assert_cmpstr(names, ==, expected);
}

static void
test_default(void)
{
    g_autoptr(RtConnection) db = open_mine();
    run_sql(db, "CREATE TABLE mine.t" BODY);
    assert_fails(db, "CREATE TABLE t" BODY, RT_ERROR_REJECTED, RT_FAILURE_EXISTS, "t");
    run_sql(db, "INSERT INTO t VALUES (1, 2)");
    assert_rows(db, "SELECT v FROM mine.t", "v=2\n");
    run_sql(db, "ALTER TABLE default_catalog.mine.t ADD COLUMN w INT");
    assert_rows(db, "SELECT w FROM t", "w=NULL\n");
    run_sql(db, "CREATE DATABASE IF NOT EXISTS mine");
    assert_fails(db, "CREATE DATABASE mine", RT_ERROR_REJECTED, RT_FAILURE_EXISTS,
                 "Can't create database 'mine'; database exists");
    assert_names(db, NULL, "table t; ");
}

static void
test_others(void)
{
    g_autoptr(RtConnection) db = open_mine();
    assert_fails(db, "CREATE TABLE other.t" BODY, RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND,
                 "Unknown database 'other'");
    assert_fails(db, "CREATE VIEW other.v AS SELECT 1 AS a", RT_ERROR_REJECTED,
                 RT_FAILURE_NOT_FOUND, "Unknown database 'other'");
    run_sql(db, "CREATE DATABASE other");
    assert_fails(db, "CREATE DATABASE other", RT_ERROR_REJECTED, RT_FAILURE_EXISTS, "other");
    run_sql(db, "CREATE TABLE t" BODY);
    run_sql(db, "CREATE TABLE other.t" BODY);
    run_sql(db, "CREATE VIEW other.v AS SELECT k FROM other.t");
    run_sql(db, "INSERT INTO other.t VALUES (1, 2)");
    assert_rows(db, "SELECT v FROM t", "");
    assert_names(db, NULL, "table t; ");
    assert_names(db, "none", "table t; ");
    assert_names(db, "oth*", "database other; table t; table other.t; view other.v; ");
}

static void
test_renamed_and_dropped(void)
{
    g_autoptr(RtConnection) db = open_mine();
    run_sql(db, "CREATE DATABASE other");
    run_sql(db, "CREATE TABLE t" BODY);
    run_sql(db, "CREATE TABLE other.t" BODY);
    run_sql(db, "INSERT INTO other.t VALUES (1, 2)");
    run_sql(db, "ALTER DATABASE other RENAME third");
    assert_names(db, "*", "database third; table t; table third.t; ");
    assert_rows(db, "SELECT v FROM third.t", "v=2\n");
    assert_fails(db, "SELECT v FROM other.t", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND,
                 "no such table: other.t");
    run_sql(db, "DROP DATABASE third FORCE");
    assert_names(db, "*", "table t; ");
    run_sql(db, "CREATE DATABASE third");
    run_sql(db, "CREATE TABLE third.t" BODY);
    assert_rows(db, "SELECT v FROM third.t", "");
    assert_fails(db, "DROP DATABASE absent", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND, "absent");
    run_sql(db, "DROP DATABASE IF EXISTS absent");
}

/* Only dialects whose URLs name a database take the option. */
static void
test_option(void)
{
    g_autoptr(GError) error = NULL;
    bool missing = false;
    RtConnectionOptions options = { 0 };
    const RtDialect *sqlite = rt_dialect_find(rt_dialects, "sqlite");
    g_assert_null(try_memory(sqlite, "?database=mine", &options, NULL, &missing, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    g_assert_nonnull(strstr(error->message, "have no option 'database'"));
}

static void
test_schema_of_url(void)
{
    static const struct {
        const char *url, *schema;
    } cases[] = {
        { "starrocks://root@fe1:9030/mine", "mine" },
        { "starrocks://root@fe1:9030/hive.mine", "mine" },
        { "starrocks://root@fe1:9030/", NULL },
        { "memory+starrocks:", NULL },
        { "memory+starrocks:///f.log?database=mine", "mine" },
        { "sqlite:///main.db", "main" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtUrl) url = rt_url_parse(cases[i].url, NULL);
        const RtDialect *dialect = rt_dialect_of_scheme(rt_dialects, url->scheme);
        g_autofree char *schema = rt_dialect_schema_of_url(dialect, url);
        g_assert_cmpstr(schema, ==, cases[i].schema);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/memory/databases/default", test_default);
    g_test_add_func("/memory/databases/others", test_others);
    g_test_add_func("/memory/databases/renamed-and-dropped", test_renamed_and_dropped);
    g_test_add_func("/memory/databases/option", test_option);
    g_test_add_func("/memory/databases/schema-of-url", test_schema_of_url);
    return g_test_run();
}
