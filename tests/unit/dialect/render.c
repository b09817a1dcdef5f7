#include "dialect/render.h"

#include <string.h>

#include "dialect/parse.h"
#include "op/apply.h"
#include "random/random-schema.h"
#include "toy/toy.h"

static const RtDialect *const toy = &rt_dialect_toy;

static RtCatalog *
load(RtModel *model, const char *sql)
{
    GError *error = NULL;
    RtCatalog *catalog = rt_catalog_new(model, toy->rules, toy->lexicon);
    RtArena *arena = rt_model_arena(model);
    RtText *text = rt_text_new(arena, "x.sql", rt_arena_strdup(arena, sql), strlen(sql));
    RtLoad options = { .dialect = toy, .server = &toy->assumed };
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    bool done = rt_load_text(&options, catalog, text, deferred, &error) &&
                rt_load_finish(&options, catalog, deferred, &error);
    if (error)
        g_printerr("%s\n%s\n", error->message, sql);
    g_assert_no_error(error);
    g_assert_true(done);
    return catalog;
}

static char *
render_catalog(RtCatalog *catalog)
{
    GError *error = NULL;
    GString *out = g_string_new(NULL);
    bool done = rt_render_catalog(toy, &toy->assumed, catalog, out, &error);
    g_assert_no_error(error);
    g_assert_true(done);
    return g_string_free(out, FALSE);
}

static bool
contains(const RtCatalog *a, const RtCatalog *b)
{
    for (unsigned i = 0; i < rt_catalog_size(a); i++) {
        const RtObject *object = rt_catalog_at(a, i);
        const RtObject *other =
            object ? rt_catalog_find(b, rt_object_kind(object), object->name) : NULL;
        if (object && (!other || !rt_object_equal(rt_catalog_context(a), object, other)))
            return false;
    }
    return true;
}

static bool
catalogs_equal(const RtCatalog *a, const RtCatalog *b)
{
    return contains(a, b) && contains(b, a);
}

static GArray *
parse_ops(RtModel *model, const char *sql)
{
    GError *error = NULL;
    RtArena *arena = rt_model_arena(model);
    RtText *text = rt_text_new(arena, "ops.sql", rt_arena_strdup(arena, sql), strlen(sql));
    GArray *ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtParser parser;
    rt_parser_init(&parser, toy, &toy->assumed, model, text, ops);
    for (bool done = false; !done;) {
        bool read = rt_parser_next(&parser, &done, &error);
        if (error)
            g_printerr("%s\n%s\n", error->message, sql);
        g_assert_no_error(error);
        g_assert_true(read);
    }
    return ops;
}

static char *
render_ops(RtCatalog *before, GArray *ops)
{
    GError *error = NULL;
    g_autoptr(GArray) out = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    bool done =
        rt_render(toy, &toy->assumed, before, (RtOp *) (void *) ops->data, ops->len, out, &error);
    g_assert_no_error(error);
    g_assert_true(done);
    GString *sql = g_string_new(NULL);
    for (unsigned i = 0; i < out->len; i++)
        g_string_append_printf(sql, "%s;\n", g_array_index(out, RtRendered, i).sql);
    return g_string_free(sql, FALSE);
}

static void
test_create(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog =
        load(model, "create table t (id int primary key, `a b` varchar(20) not null default 'x'"
                    " comment \"say \"\"x\"\"\", c int unique references u(id) on delete cascade,"
                    " constraint k check (id > 0), index i (c desc) using bitmap) comment 'all'"
                    " properties ('k' = 'v');"
                    "create table u (id int);"
                    "create trigger g after insert on t begin delete from u; end;"
                    "create view v comment 'x' as select 1 from t;");
    g_autofree char *sql = render_catalog(catalog);
    g_assert_cmpstr(sql, ==,
                    "CREATE TABLE u (\n"
                    "    id int\n"
                    ");\n"
                    "\n"
                    "CREATE TABLE t (\n"
                    "    id int PRIMARY KEY,\n"
                    "    `a b` varchar(20) NOT NULL DEFAULT 'x' COMMENT 'say \"x\"',\n"
                    "    c int UNIQUE REFERENCES u (id) ON DELETE cascade,\n"
                    "    CONSTRAINT k CHECK (id > 0),\n"
                    "    INDEX i (c desc) USING bitmap\n"
                    ") COMMENT 'all' PROPERTIES ('k' = 'v');\n"
                    "\n"
                    "CREATE VIEW v COMMENT 'x' AS select 1 from t;\n"
                    "\n"
                    "CREATE TRIGGER g after insert ON t begin delete from u; end;\n");
}

/* Statements that come out as they went in: parse and render use the same words. */
static void
test_ops(void)
{
    static const char before[] = "CREATE TABLE t (a INT, b VARCHAR(10), INDEX i (a),"
                                 " CONSTRAINT u UNIQUE (b)) COMMENT 'x' TTL 3;"
                                 "CREATE TABLE s.w (a INT);"
                                 "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END;"
                                 "CREATE VIEW v AS SELECT a FROM t";
    static const char *const cases[] = {
        "CREATE TABLE IF NOT EXISTS n (\n    a INT\n)",
        "CREATE TABLE n (\n    a T\n)",
        "CREATE VIEW n (x) AS SELECT 1",
        "CREATE TRIGGER n BEFORE UPDATE ON t BEGIN DELETE FROM t; END",
        "DROP TABLE t",
        "DROP TABLE IF EXISTS s.w",
        "DROP VIEW v",
        "DROP TRIGGER g",
        "ALTER TABLE t ADD COLUMN c INT NOT NULL DEFAULT 0 UNIQUE CHECK (c > 0) AFTER a",
        "ALTER TABLE t ADD COLUMN c INT FIRST",
        "ALTER TABLE t MODIFY COLUMN b VARCHAR(20) COMMENT 'long' FIRST",
        "ALTER TABLE t DROP COLUMN a",
        "ALTER TABLE t RENAME COLUMN a TO `a 2`",
        "ALTER TABLE s.w RENAME TO w2",
        "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)",
        "ALTER TABLE t ADD INDEX k (a DESC)",
        "ALTER TABLE t DROP INDEX i",
        "ALTER TABLE t DROP CONSTRAINT u",
        "ALTER TABLE t COMMENT = 'y'",
        "ALTER TABLE t DROP COMMENT",
        "ALTER TABLE t DROP TTL",
        "ALTER TABLE t SET ('a' = '1', 'b' = '2')",
        "ALTER VIEW v COMMENT = 'y'",
        "ALTER VIEW v AS SELECT 2",
        "GRANT ALL ON t TO me",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtModel) model = rt_model_new(NULL);
        g_autoptr(RtCatalog) catalog = load(model, before);
        g_autoptr(RtCatalog) same = load(model, before);
        g_autoptr(GArray) ops = parse_ops(model, cases[i]);
        g_autofree char *sql = render_ops(catalog, ops);
        g_autofree char *expected = g_strdup_printf("%s;\n", cases[i]);
        g_assert_cmpstr(sql, ==, expected);
        g_assert_true(catalogs_equal(catalog, same));
    }
}

static void
test_replace(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = load(model, "CREATE TABLE t (a INT, INDEX i (a));");
    g_autoptr(RtCatalog) wanted = load(model, "CREATE TABLE t (a INT, INDEX i (a) USING BITMAP);");
    const RtObject *table = rt_catalog_at(catalog, 0), *after = rt_catalog_at(wanted, 0);
    RtOp op = { .verb = RT_VERB_ALTER,
                .kind = RT_KIND_INDEX,
                .owner = table->name,
                .name = table->children[1]->name,
                .before = table->children[1],
                .after = after->children[1] };
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_array_append_val(ops, op);
    g_autofree char *sql = render_ops(catalog, ops);
    g_assert_cmpstr(sql, ==,
                    "ALTER TABLE t DROP INDEX i;\n"
                    "ALTER TABLE t ADD INDEX i (a) USING BITMAP;\n");
}

/* What cannot be done is an error that says why, and the catalog is as before. */
static void
test_refused(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = load(model, "CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(9))");
    g_autoptr(GArray) ops = parse_ops(model, "ALTER TABLE t ADD COLUMN c INT;"
                                             "ALTER TABLE t MODIFY COLUMN b VARCHAR(3)");
    g_autoptr(GArray) out = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    g_autoptr(GError) error = NULL;
    g_assert_false(
        rt_render(toy, &toy->assumed, catalog, (RtOp *) (void *) ops->data, ops->len, out, &error));
    g_assert_cmpstr(error->message, ==,
                    "cannot alter column t.b: a VARCHAR cannot be made shorter");
    g_assert_cmpuint(rt_catalog_at(catalog, 0)->n_children, ==, 3);
}

/* ---- random schemas ---------------------------------------------------------------------------
 */

static void
check_round_trip(const char *sql)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) first = load(model, sql);
    g_autofree char *rendered = render_catalog(first);
    g_autoptr(RtCatalog) second = load(model, rendered);
    g_autofree char *again = render_catalog(second);
    if (!catalogs_equal(first, second))
        g_printerr("%s\n---\n%s\n", sql, rendered);
    g_assert_true(catalogs_equal(first, second));
    g_assert_cmpstr(again, ==, rendered);
}

/* apply(parse(render(ops)), a) is apply(ops, a), the operations being those of a whole schema. */
static void
check_ops(const char *sql)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) empty = load(model, "");
    g_autoptr(RtCatalog) a = load(model, "");
    g_autoptr(RtCatalog) b = load(model, "");
    g_autoptr(GArray) ops = parse_ops(model, sql);
    g_autofree char *rendered = render_ops(empty, ops);
    g_autoptr(GArray) parsed = parse_ops(model, rendered);
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_apply_all(a, (RtOp *) (void *) ops->data, ops->len, &error));
    g_assert_true(rt_apply_all(b, (RtOp *) (void *) parsed->data, parsed->len, &error));
    g_assert_true(catalogs_equal(a, b));
}

static void
test_random(void)
{
    for (unsigned i = 0; i < 100; i++) {
        guint32 seed = (guint32) g_test_rand_int();
        g_autoptr(GRand) random = g_rand_new_with_seed(seed);
        g_autoptr(RtRandomSchema) schema = rt_random_schema_new(&rt_random_toy, random, 1 + i % 8);
        g_autofree char *sql = rt_random_schema_print(schema);
        g_test_message("seed %u", seed);
        check_round_trip(sql);
        check_ops(sql);
        rt_random_schema_mutate(schema, random, 20, i % 2);
        g_autofree char *mutated = rt_random_schema_print(schema);
        check_round_trip(mutated);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dialect/render/create", test_create);
    g_test_add_func("/dialect/render/ops", test_ops);
    g_test_add_func("/dialect/render/replace", test_replace);
    g_test_add_func("/dialect/render/refused", test_refused);
    g_test_add_func("/dialect/render/random", test_random);
    return g_test_run();
}
