#include "dialect/parse.h"

#include <string.h>

#include "toy/toy.h"

typedef struct Loaded {
    RtModel *model;
    RtCatalog *catalog;
    GArray *deferred;
    GPtrArray *problems, *notes;
    RtLoad load;
} Loaded;

static void
loaded_init(Loaded *loaded)
{
    loaded->model = rt_model_new("main");
    loaded->catalog = rt_catalog_new(loaded->model, rt_dialect_toy.rules, rt_dialect_toy.lexicon);
    loaded->deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    loaded->problems = g_ptr_array_new_with_free_func((GDestroyNotify) g_error_free);
    loaded->notes = g_ptr_array_new_with_free_func(g_free);
    loaded->load = (RtLoad){ .dialect = &rt_dialect_toy,
                             .server = &rt_dialect_toy.assumed,
                             .problems = loaded->problems,
                             .notes = loaded->notes };
}

static void
loaded_clear(Loaded *loaded)
{
    rt_catalog_free(loaded->catalog);
    g_array_unref(loaded->deferred);
    g_ptr_array_unref(loaded->problems);
    g_ptr_array_unref(loaded->notes);
    rt_model_free(loaded->model);
}

static void
read_text(Loaded *loaded, const char *name, const char *sql)
{
    GError *error = NULL;
    RtText *text = rt_text_new(rt_model_arena(loaded->model), name, sql, strlen(sql));
    bool read = rt_load_text(&loaded->load, loaded->catalog, text, loaded->deferred, &error);
    g_assert_no_error(error);
    g_assert_true(read);
}

static void
finish(Loaded *loaded)
{
    GError *error = NULL;
    bool done = rt_load_finish(&loaded->load, loaded->catalog, loaded->deferred, &error);
    g_assert_no_error(error);
    g_assert_true(done);
}

static const RtObject *
find(Loaded *loaded, const char *name)
{
    const RtName *interned = rt_model_name(loaded->model, RT_FOLD_EXACT, NULL, name);
    return rt_catalog_find(loaded->catalog, RT_KIND_TABLE, interned);
}

/* Files come in any order: what is early waits for its table, with all that follows on it. */
static void
test_deferred(void)
{
    Loaded loaded;
    loaded_init(&loaded);
    read_text(&loaded, "a.sql",
              "ALTER TABLE t ADD COLUMN b INT UNIQUE; ALTER TABLE t DROP COLUMN a;"
              "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END");
    g_assert_cmpuint(loaded.deferred->len, ==, 4);
    read_text(&loaded, "b.sql", "CREATE TABLE t (a INT, c INT)");
    finish(&loaded);
    g_assert_cmpuint(loaded.problems->len, ==, 0);
    const RtObject *table = find(&loaded, "t");
    g_assert_cmpuint(table->n_children, ==, 4);
    g_assert_cmpstr(table->children[0]->name->text, ==, "c");
    g_assert_cmpstr(table->children[1]->name->text, ==, "b");
    loaded_clear(&loaded);
}

static void
test_problems(void)
{
    Loaded loaded;
    loaded_init(&loaded);
    read_text(&loaded, "a.sql",
              "CREATE TABLE t (a INT,);\nCREATE TABLE u (a INT);\nCREATE TABLE u (a INT);\n"
              "ALTER TABLE missing DROP COLUMN a;\ncreate\ntabel x (a INT);");
    finish(&loaded);
    static const char *const expected[] = {
        "a.sql:1:23: ",
        "a.sql:3:1: table u exists already",
        "a.sql:5:1: this statement is not known",
        "a.sql:4:1: table missing",
    };
    g_assert_cmpuint(loaded.problems->len, ==, G_N_ELEMENTS(expected));
    for (unsigned i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autofree char *described = rt_error_describe(loaded.problems->pdata[i]);
        g_assert_true(g_str_has_prefix(described, expected[i]));
    }
    g_assert_nonnull(find(&loaded, "u"));
    loaded_clear(&loaded);
}

/* Without a list of problems the first one ends the load. */
static void
test_first_problem(void)
{
    Loaded loaded;
    loaded_init(&loaded);
    loaded.load.problems = NULL;
    g_autoptr(GError) error = NULL;
    const char *sql = "CREATE TABLE t (a INT); DROP; CREATE VIEW;";
    RtText *text = rt_text_new(rt_model_arena(loaded.model), "a", sql, strlen(sql));
    g_assert_false(rt_load_text(&loaded.load, loaded.catalog, text, loaded.deferred, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_SYNTAX));
    loaded_clear(&loaded);
}

static void
test_notes(void)
{
    Loaded loaded;
    loaded_init(&loaded);
    read_text(&loaded, "a.sql",
              "INSERT INTO t VALUES (1);\nCREATE TEMPORARY TABLE x (a INT);\n"
              "SET a = 1;\nGRANT ALL;");
    finish(&loaded);
    g_assert_cmpuint(loaded.problems->len, ==, 0);
    g_assert_cmpuint(rt_catalog_count(loaded.catalog), ==, 0);
    static const char *const expected[] = { "a.sql:1:1: a statement about rows",
                                            "a.sql:2:1: a temp",
                                            "a.sql:3:1: a statement about the session",
                                            "a.sql:4:1: this statement is not known" };
    g_assert_cmpuint(loaded.notes->len, ==, G_N_ELEMENTS(expected));
    for (unsigned i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_true(g_str_has_prefix(loaded.notes->pdata[i], expected[i]));
    loaded_clear(&loaded);
}

static void
test_complete(void)
{
    Loaded loaded;
    loaded_init(&loaded);
    read_text(&loaded, "a.sql", "CREATE TABLE t (a INT, b INT, PRIMARY KEY (a))");
    finish(&loaded);
    const RtObject *table = find(&loaded, "t");
    const RtValue *implied = rt_object_role(table->children[0], RT_ROLE_NOT_NULL);
    g_assert_nonnull(implied);
    g_assert_cmpint(implied->origin, ==, RT_ORIGIN_IMPLIED);
    g_assert_null(rt_object_role(table->children[1], RT_ROLE_NOT_NULL));
    loaded_clear(&loaded);
}

static void
test_check(void)
{
    Loaded loaded;
    loaded_init(&loaded);
    loaded.load.check = true;
    read_text(&loaded, "a.sql",
              "CREATE TABLE t (a VARCHAR(20));\n"
              "ALTER TABLE t MODIFY COLUMN a VARCHAR(10);\n"
              "ALTER TABLE t MODIFY COLUMN a VARCHAR(30);");
    finish(&loaded);
    g_assert_cmpuint(loaded.problems->len, ==, 1);
    g_autofree char *described = rt_error_describe(loaded.problems->pdata[0]);
    g_assert_true(g_str_has_prefix(described, "a.sql:2:1: a VARCHAR cannot be made shorter"));
    const RtObject *table = find(&loaded, "t");
    g_assert_cmpstr(rt_object_type(table->children[0])->text, ==, "VARCHAR(30)");
    loaded_clear(&loaded);
}

/* Replay completes what an operation touched, and refuses what the server would. */
static void
test_replay(void)
{
    Loaded loaded;
    loaded_init(&loaded);
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_autoptr(GError) error = NULL;
    const char *sql = "CREATE TABLE t (a INT PRIMARY KEY); ALTER TABLE t ENGINE = slow;"
                      "ALTER TABLE t DROP COLUMN a";
    RtText *text = rt_text_new(rt_model_arena(loaded.model), "a", sql, strlen(sql));
    RtParser parser;
    rt_parser_init(&parser, &rt_dialect_toy, &rt_dialect_toy.assumed, loaded.model, text, ops);
    bool done;
    g_assert_true(rt_parser_next(&parser, &done, &error));
    g_assert_true(rt_replay(&rt_dialect_toy, &rt_dialect_toy.assumed, loaded.catalog,
                            &g_array_index(ops, RtOp, 0), &error));
    g_assert_nonnull(rt_object_role(find(&loaded, "t")->children[0], RT_ROLE_NOT_NULL));
    g_assert_false(rt_parser_next(&parser, &done, &error));
    g_clear_error(&error);
    g_assert_true(rt_parser_next(&parser, &done, &error));
    g_assert_false(rt_replay(&rt_dialect_toy, &rt_dialect_toy.assumed, loaded.catalog,
                             &g_array_index(ops, RtOp, 1), &error));
    g_assert_true(rt_error_is(error, RT_ERROR_REJECTED));
    loaded_clear(&loaded);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dialect/load/deferred", test_deferred);
    g_test_add_func("/dialect/load/problems", test_problems);
    g_test_add_func("/dialect/load/first-problem", test_first_problem);
    g_test_add_func("/dialect/load/notes", test_notes);
    g_test_add_func("/dialect/load/complete", test_complete);
    g_test_add_func("/dialect/load/check", test_check);
    g_test_add_func("/dialect/load/replay", test_replay);
    return g_test_run();
}
