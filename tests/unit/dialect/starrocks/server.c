/* What the dialect asks of a server: its schema, its jobs, retort's own tables. */
#include "dialect/starrocks/starrocks.h"

#include <string.h>

/* A server that answers what stands in a table, and refuses the rest. */
typedef struct Answer {
    const char *sql;
    const char *names[5];
    const char *rows[4][5];
} Answer;

typedef struct Fake {
    RtConnection base;
    const Answer *answers;
    GString *executed;
} Fake;

static bool
fake_execute(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
             int64_t *out_changed, GError **error)
{
    Fake *fake = (Fake *) connection;
    if (out_changed)
        *out_changed = -1;
    g_string_append_printf(fake->executed, "%s\n", sql);
    for (const Answer *answer = fake->answers; answer->sql; answer++) {
        unsigned n = 0;
        if (strcmp(answer->sql, sql) != 0)
            continue;
        while (n < 5 && answer->names[n])
            n++;
        for (unsigned i = 0; i < 4 && answer->rows[i][0] && row; i++)
            row(data, n, answer->rows[i], answer->names);
        return true;
    }
    if (g_str_has_prefix(sql, "SHOW ALTER") || g_str_has_prefix(sql, "SHOW DATABASES LIKE"))
        return true;
    connection->failure = (RtFailure){ .class = RT_FAILURE_NOT_FOUND, .sent = RT_SENT_YES };
    rt_error_set(error, RT_ERROR_SERVER, "Table is not found");
    return false;
}

static const RtConnectionClass fake_class = { .execute = fake_execute };

static const Answer schema[] = {
    { "SHOW FULL TABLES",
      { "Tables_in_d", "Table_type" },
      { { "t", "BASE TABLE" }, { "v", "VIEW" }, { "m", "VIEW" }, { "gone", "BASE TABLE" } } },
    { "SHOW MATERIALIZED VIEWS",
      { "id", "name", "refresh_type", "text" },
      { { "1", "m", "ASYNC", "CREATE MATERIALIZED VIEW `m` …" },
        { "2", "s", "ROLLUP", "CREATE MATERIALIZED VIEW s AS SELECT a, sum(b) FROM t GROUP BY a" },
        { "3", "r", "ROLLUP",
          "create materialized view r as select a,NONE(b) from t group by a" } } },
    { "SHOW ALTER TABLE COLUMN",
      { "JobId", "TableName", "State" },
      { { "10", "v", "FINISHED" }, { "11", "t", "RUNNING" } } },
    { "SHOW CREATE TABLE t",
      { "Table", "Create Table" },
      { { "t", "CREATE TABLE `t` (\n  `a` int(11) NOT NULL COMMENT \"\",\n  `b` bigint(20) NULL "
               "COMMENT \"\"\n) ENGINE=OLAP \nPRIMARY KEY(`a`)\nDISTRIBUTED BY HASH(`a`) BUCKETS 2 "
               "\nPROPERTIES (\n\"replication_num\" = \"3\"\n);" } } },
    { "SHOW CREATE VIEW v",
      { "View", "Create View" },
      { { "v", "CREATE VIEW `v` (`a`) SECURITY NONE AS SELECT a FROM t;" } } },
    { "SHOW CREATE MATERIALIZED VIEW m",
      { "Materialized View", "Create Materialized View" },
      { { "m",
          "CREATE MATERIALIZED VIEW `m` (`a`)\nDISTRIBUTED BY RANDOM\nREFRESH ASYNC\nAS SELECT "
          "a FROM t;" } } },
    { NULL, { NULL }, { { NULL } } },
};

static void
test_reflect(void)
{
    g_autoptr(GString) executed = g_string_new(NULL);
    Fake fake = { .base = { .class = &fake_class }, .answers = schema, .executed = executed };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    if (!starrocks_reflect(&rt_dialect_starrocks, &fake.base, &rt_dialect_starrocks.assumed,
                           catalog, &(RtReading){ 0 }, notes, &error))
        g_error("%s", error->message);

    static const struct {
        const char *name;
        RtKind kind;
    } expected[] = {
        { "t", RT_KIND_TABLE },
        { "v", RT_KIND_VIEW },
        { "m", RT_KIND_MATERIALIZED_VIEW },
        { "s", RT_KIND_MATERIALIZED_VIEW },
    };
    g_assert_cmpuint(rt_catalog_count(catalog), ==, G_N_ELEMENTS(expected));
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        const RtName *name = rt_model_name(model, RT_FOLD_EXACT, NULL, expected[i].name);
        const RtObject *object = rt_catalog_find(catalog, expected[i].kind, name);
        g_assert_nonnull(object);
        g_assert_cmpint(rt_object_kind(object), ==, expected[i].kind);
        g_assert_cmpint((object->flags & RT_OBJECT_CHANGING) != 0, ==, i == 0);
    }
    const RtValue *rollups = rt_object_value(rt_catalog_at(catalog, 0), STARROCKS_TABLE_ROLLUP);
    g_assert_nonnull(rollups);
    g_assert_cmpuint(rollups->length, ==, 1);
    g_assert_cmpstr(rollups->properties[0].key, ==, "r");
    g_assert_cmpstr(rollups->properties[0].value, ==, "(a, b)");
    /* What the list tells is not asked again. */
    g_assert_null(strstr(executed->str, "SHOW CREATE MATERIALIZED VIEW s"));
    g_assert_null(strstr(executed->str, "SHOW CREATE MATERIALIZED VIEW r"));
    g_assert_cmpuint(notes->len, ==, 1);
    g_assert_true(g_str_has_prefix(notes->pdata[0], "gone cannot be read"));
    const RtName *gone = rt_model_name(model, RT_FOLD_EXACT, NULL, "gone");
    g_assert_nonnull(rt_catalog_unreadable(catalog, gone));
}

/* What a server says of its tables that is no table: each is named, and nothing is taken for
 * absent.
 */
static const Answer odd[] = {
    { "SHOW FULL TABLES",
      { "Tables_in_d", "Table_type" },
      { { "t", "BASE TABLE" }, { "broken", "BASE TABLE" }, { "empty" }, { "other", "VIEW" } } },
    { "SHOW CREATE TABLE t",
      { "Table", "Create Table" },
      { { "t", "CREATE TABLE t (a int) DUPLICATE KEY(a) DISTRIBUTED BY RANDOM" } } },
    { "SHOW CREATE TABLE broken",
      { "Table", "Create Table" },
      { { "broken", "CREATE TABLE broken (a array<, ]]" } } },
    { "SHOW CREATE TABLE empty", { "Table", "Create Table" }, { { "empty", NULL } } },
    { "SHOW CREATE VIEW other", { "View", "Create View" }, { { "other", "DROP TABLE t" } } },
    { NULL, { NULL }, { { NULL } } },
};

static void
test_odd_answers(void)
{
    static const char *const left[] = { "t", "broken", "empty", "other" };
    g_autoptr(GString) executed = g_string_new(NULL);
    Fake fake = { .base = { .class = &fake_class }, .answers = odd, .executed = executed };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    g_assert_true(starrocks_reflect(&rt_dialect_starrocks, &fake.base,
                                    &rt_dialect_starrocks.assumed, catalog, &(RtReading){ 0 },
                                    notes, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(notes->len, ==, G_N_ELEMENTS(left));
    for (size_t i = 0; i < G_N_ELEMENTS(left); i++)
        g_assert_nonnull(
            rt_catalog_unreadable(catalog, rt_model_name(model, RT_FOLD_EXACT, NULL, left[i])));
}

static bool
list_nothing(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
             int64_t *out_changed, GError **error)
{
    static const char *const names[] = { "name", "type" }, *const values[] = { NULL, NULL };
    (void) connection, (void) error;
    *out_changed = -1;
    if (g_str_has_prefix(sql, "SHOW "))
        row(data, G_N_ELEMENTS(names), values, names);
    return true;
}

/* NULL wherever a name stands. */
static void
test_nameless(void)
{
    static const RtConnectionClass class = { .execute = list_nothing };
    static const char *const schemas[] = { "*", "d", NULL };
    RtConnection connection = { .class = &class };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(GError) error = NULL;
    g_assert_true(starrocks_reflect(&rt_dialect_starrocks, &connection,
                                    &rt_dialect_starrocks.assumed, catalog,
                                    &(RtReading){ .schemas = schemas }, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(rt_catalog_count(catalog), ==, 0);
    const RtName *t = rt_model_name(model, RT_FOLD_EXACT, NULL, "t");
    g_assert_true(starrocks_reflect_some(&rt_dialect_starrocks, &connection,
                                         &rt_dialect_starrocks.assumed, catalog, &t, 1, &error));
    g_assert_no_error(error);
}

/* Objects by name: one packet, whatever they are. */
static const Answer some[] = {
    { "SHOW DATABASES LIKE 'd'", { "Database" }, { { "D" }, { "d" } } },
    { "SHOW DATABASES LIKE 's'", { "Database" }, { { "x" } } },
    { "SHOW MATERIALIZED VIEWS LIKE 'v'",
      { "id", "name", "refresh_type", "text" },
      { { "3", "v", "ROLLUP", "create materialized view v as select a from t group by a" } } },
    { "SHOW MATERIALIZED VIEWS LIKE 's'",
      { "id", "name", "refresh_type", "text" },
      { { "1", "xs", "ROLLUP", "CREATE MATERIALIZED VIEW xs AS SELECT 1" },
        { "2", "s", "ROLLUP",
          "CREATE MATERIALIZED VIEW s AS SELECT a, sum(b) FROM t GROUP BY a" } } },
    { "SHOW CREATE TABLE v",
      { "View", "Create View" },
      { { "v", "CREATE VIEW `v` (`a`) SECURITY NONE AS SELECT a FROM t;" } } },
    { "SHOW CREATE TABLE other.t",
      { "Table", "Create Table" },
      { { "t",
          "CREATE TABLE `t` (\n  `a` int(11) NULL COMMENT \"\"\n) ENGINE=OLAP \nDUPLICATE "
          "KEY(`a`)\nDISTRIBUTED BY RANDOM\nPROPERTIES (\n\"replication_num\" = \"3\"\n);" } } },
    { NULL, { NULL }, { { NULL } } },
};

static void
test_reflect_some(void)
{
    g_autoptr(GString) executed = g_string_new(NULL);
    Fake fake = { .base = { .class = &fake_class }, .answers = some, .executed = executed };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    static const struct {
        const char *schema, *name;
        RtKind kind;
        bool is_there;
    } cases[] = {
        { NULL, "v", RT_KIND_VIEW, true },
        { NULL, "v", RT_KIND_VIEW, true },
        { NULL, "s", RT_KIND_MATERIALIZED_VIEW, true },
        { "other", "t", RT_KIND_TABLE, true },
        { NULL, "gone", RT_KIND_TABLE, false },
        { NULL, "d", RT_KIND_DATABASE, true },
        { NULL, "s", RT_KIND_DATABASE, false },
    };
    const RtName *names[G_N_ELEMENTS(cases)];
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        names[i] = rt_model_name(model, RT_FOLD_EXACT, cases[i].schema, cases[i].name);
    g_autoptr(GError) error = NULL;
    if (!starrocks_reflect_some(&rt_dialect_starrocks, &fake.base, &rt_dialect_starrocks.assumed,
                                catalog, names, G_N_ELEMENTS(names), &error))
        g_error("%s", error->message);
    g_assert_cmpuint(rt_catalog_count(catalog), ==, 4);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_true((rt_catalog_find(catalog, cases[i].kind, names[i]) != NULL) ==
                      cases[i].is_there);
    g_assert_null(strstr(executed->str, "SHOW FULL TABLES"));
}

static const Answer databases[] = {
    { "SHOW DATABASES",
      { "Database" },
      { { "another" }, { "information_schema" }, { "mine" }, { "other" } } },
    { "SHOW FULL TABLES", { "Tables_in_mine", "Table_type" }, { { "t", "BASE TABLE" } } },
    { "SHOW CREATE DATABASE another",
      { "Database", "Create Database" },
      { { "another", "CREATE DATABASE `another`" } } },
    { "SHOW FULL TABLES FROM another",
      { "Tables_in_another", "Table_type" },
      { { "t", "BASE TABLE" }, { "v", "VIEW" } } },
    { "SHOW ALTER TABLE COLUMN FROM another",
      { "JobId", "TableName", "State" },
      { { "10", "t", "RUNNING" } } },
    { "SHOW CREATE TABLE t",
      { "Table", "Create Table" },
      { { "t", "CREATE TABLE `t` (\n  `a` int(11) NOT NULL\n) ENGINE=OLAP \nDUPLICATE KEY(`a`)\n"
               "DISTRIBUTED BY HASH(`a`) BUCKETS 2 \n;" } } },
    { "SHOW CREATE TABLE another.t",
      { "Table", "Create Table" },
      { { "t", "CREATE TABLE `t` (\n  `b` int(11) NOT NULL\n) ENGINE=OLAP \nDUPLICATE KEY(`b`)\n"
               "DISTRIBUTED BY HASH(`b`) BUCKETS 2 \n;" } } },
    { "SHOW CREATE VIEW another.v",
      { "View", "Create View" },
      { { "v", "CREATE VIEW `v` (`b`) SECURITY NONE AS SELECT b FROM `another`.`t`;" } } },
    { NULL, { NULL }, { { NULL } } },
};

/* The default one, one that a pattern means, one that is not there. */
static void
test_reflect_databases(void)
{
    static const char *const schemas[] = { "mine", "a*", "absent", "_*", "info*", NULL };
    g_autoptr(GString) executed = g_string_new(NULL);
    Fake fake = { .base = { .class = &fake_class }, .answers = databases, .executed = executed };
    g_autoptr(RtModel) model = rt_model_new("mine");
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    if (!starrocks_reflect(&rt_dialect_starrocks, &fake.base, &rt_dialect_starrocks.assumed,
                           catalog, &(RtReading){ schemas, NULL, NULL }, notes, &error))
        g_error("%s", error->message);

    static const struct {
        const char *schema, *name, *column;
        RtKind kind;
        bool is_changing;
    } expected[] = {
        { NULL, "another", NULL, RT_KIND_DATABASE, false },
        { "mine", "t", "a", RT_KIND_TABLE, false },
        { "another", "t", "b", RT_KIND_TABLE, true },
        { "another", "v", NULL, RT_KIND_VIEW, false },
    };
    g_assert_cmpuint(rt_catalog_count(catalog), ==, G_N_ELEMENTS(expected));
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        const RtName *name =
            rt_model_name(model, RT_FOLD_EXACT, expected[i].schema, expected[i].name);
        const RtObject *object = rt_catalog_find(catalog, expected[i].kind, name);
        g_assert_nonnull(object);
        g_assert_cmpint(rt_object_kind(object), ==, expected[i].kind);
        g_assert_cmpint((object->flags & RT_OBJECT_CHANGING) != 0, ==, expected[i].is_changing);
        if (expected[i].column)
            g_assert_cmpstr(object->children[0]->name->text, ==, expected[i].column);
    }
    g_assert_cmpuint(notes->len, ==, 0);
}

static const Answer jobs[] = {
    { "SHOW ALTER TABLE COLUMN WHERE TableName = 't'",
      { "JobId", "TableName", "State", "Progress", "Msg" },
      { { "10", "t", "FINISHED", NULL, "" },
        { "12", "t", "FINISHED", "100%", "" },
        { "12", "t", "RUNNING", "40%", "" } } },
    { "SHOW ALTER TABLE ROLLUP",
      { "JobId", "TableName", "RollupIndexName", "State", "Msg" },
      { { "11", "t", "s", "CANCELLED", "no room" }, { "13", "u", "r", "RUNNING", "" } } },
    { NULL, { NULL }, { { NULL } } },
};

static void
clear_job(RtJob *job)
{
    g_free(job->id);
    g_free(job->message);
}

static void
test_jobs(void)
{
    g_autoptr(GString) executed = g_string_new(NULL);
    Fake fake = { .base = { .class = &fake_class }, .answers = jobs, .executed = executed };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    const RtName *t = rt_model_name(model, RT_FOLD_EXACT, NULL, "t");
    const RtName *other = rt_model_name(model, RT_FOLD_EXACT, NULL, "other");
    const RtName *view = rt_model_name(model, RT_FOLD_EXACT, NULL, "s");
    const RtName *objects[] = { t, other, view };
    const char *marks[] = { "11 COLUMN", NULL, "11 ROLLUP" };
    RtJob found[3];
    g_assert_true(starrocks_jobs.find(&fake.base, objects, NULL, 3, found, NULL));
    g_assert_cmpstr(found[0].id, ==, "12 COLUMN");
    g_assert_cmpint(found[1].state, ==, RT_JOB_NONE);
    g_assert_cmpint(found[2].state, ==, RT_JOB_CANCELLED);
    g_assert_cmpstr(found[2].id, ==, "11 ROLLUP");
    g_assert_cmpstr(found[2].message, ==, "no room");
    for (size_t i = 0; i < G_N_ELEMENTS(found); i++)
        clear_job(&found[i]);

    /* The first after the mark, though others came later. */
    g_assert_true(starrocks_jobs.find(&fake.base, objects, marks, 3, found, NULL));
    g_assert_cmpint(found[0].state, ==, RT_JOB_RUNNING);
    g_assert_cmpint(found[0].percent, ==, 40);
    g_assert_cmpint(found[1].state, ==, RT_JOB_NONE);
    g_assert_cmpint(found[2].state, ==, RT_JOB_NONE);
    RtJob job;
    const char *older = "10 COLUMN";
    g_assert_true(starrocks_jobs.find(&fake.base, &t, &older, 1, &job, NULL));
    g_assert_cmpstr(job.id, ==, "11 ROLLUP");
    clear_job(&job);
    clear_job(&found[0]);
}

static void
test_own_tables(void)
{
    static const RtOwnColumn version[] = { { "version_num", true, false, 128, true } };
    static const RtOwnColumn step[] = { { "text", false, false, 0, false },
                                        { "run", true, false, 40, true },
                                        { "number", true, true, 0, true } };
    static const char *const values[] = { "it's", "r", "7" };
    RtOwnTable versions = { "retort_version", NULL, version, 1, "replication_num=1" };
    RtOwnTable steps = { "retort_step", "own", step, 3, NULL };
    g_autofree char *first = starrocks_own_tables.create(&rt_dialect_starrocks, &versions, false);
    g_autofree char *second = starrocks_own_tables.create(&rt_dialect_starrocks, &steps, false);
    g_autofree char *put = rt_own_put(&rt_dialect_starrocks, &steps, values);
    g_assert_cmpstr(first, ==,
                    "CREATE TABLE IF NOT EXISTS retort_version (id BIGINT NOT NULL AUTO_INCREMENT, "
                    "version_num VARCHAR(128) NOT NULL) PRIMARY KEY (id) DISTRIBUTED BY HASH (id) "
                    "BUCKETS 1 PROPERTIES ('replication_num' = '1')");
    g_assert_true(g_str_has_prefix(second, "CREATE TABLE IF NOT EXISTS own.retort_step (run "));
    g_assert_true(g_str_has_suffix(
        second, "PRIMARY KEY (run, number) DISTRIBUTED BY HASH (run, number) BUCKETS 1"));
    g_assert_cmpstr(put, ==,
                    "INSERT INTO own.retort_step (`text`, run, number) VALUES ('it''s', 'r', 7)");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/starrocks/server/reflect", test_reflect);
    g_test_add_func("/starrocks/server/odd-answers", test_odd_answers);
    g_test_add_func("/starrocks/server/nameless", test_nameless);
    g_test_add_func("/starrocks/server/reflect_some", test_reflect_some);
    g_test_add_func("/starrocks/server/reflect-databases", test_reflect_databases);
    g_test_add_func("/starrocks/server/jobs", test_jobs);
    g_test_add_func("/starrocks/server/own-tables", test_own_tables);
    return g_test_run();
}
