#include "dialect/depend.h"

#include <string.h>

#include "dialect/parse.h"
#include "toy/toy.h"

static RtCatalog *
load(RtModel *model, const char *sql)
{
    GError *error = NULL;
    RtCatalog *catalog = rt_catalog_new(model, rt_dialect_toy.rules, rt_dialect_toy.lexicon);
    RtText *text = rt_text_new(rt_model_arena(model), "x", sql, strlen(sql));
    RtLoad options = { .dialect = &rt_dialect_toy, .server = &rt_dialect_toy.assumed };
    bool done = rt_load_text(&options, catalog, text, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(done);
    return catalog;
}

static char *
list_names(const GPtrArray *objects)
{
    GString *names = g_string_new(NULL);
    for (unsigned i = 0; i < objects->len; i++) {
        const RtObject *object = objects->pdata[i];
        g_string_append_printf(names, "%s%s", i ? " " : "", object->name->text);
    }
    return g_string_free(names, FALSE);
}

static const char schema[] =
    "CREATE VIEW w AS SELECT t.u, v.b FROM v, s.x, nothing;"
    "CREATE VIEW v AS SELECT a AS b FROM t WHERE a <> 'u' /* u */;"
    "CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES u (a), FOREIGN KEY (a) REFERENCES t (a));"
    "CREATE TABLE u (a INT);"
    "CREATE TABLE s.x (a INT);"
    "CREATE TABLE c1 (a INT REFERENCES c2 (a));"
    "CREATE TABLE c2 (a INT REFERENCES c1 (a));"
    "CREATE TRIGGER g AFTER INSERT ON u BEGIN DELETE FROM c1; END";

static void
test_relations(void)
{
    static const struct {
        const char *name, *reads;
    } cases[] = {
        { "w", "t v x" }, { "v", "t" }, { "t", "u" }, { "u", "" }, { "c1", "c2" }, { "c2", "c1" },
    };
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = load(model, schema);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RtName *name = rt_model_name(model, RT_FOLD_EXACT, NULL, cases[i].name);
        g_autoptr(GPtrArray) found = g_ptr_array_new();
        rt_depend_relations(&rt_dialect_toy, catalog, rt_catalog_find(catalog, RT_KIND_TABLE, name),
                            found);
        g_autofree char *names = list_names(found);
        g_assert_cmpstr(names, ==, cases[i].reads);
    }
}

static void
test_trigger(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = load(model, schema);
    const RtName *name = rt_model_name(model, RT_FOLD_EXACT, NULL, "g");
    const RtObject *trigger;
    g_assert_nonnull(rt_catalog_find_owner(catalog, RT_KIND_TRIGGER, name, &trigger));
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    rt_depend_relations(&rt_dialect_toy, catalog, trigger, found);
    g_autofree char *names = list_names(found);
    g_assert_cmpstr(names, ==, "c1");
}

static void
test_order(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = load(model, schema);
    g_autoptr(GPtrArray) order = rt_depend_order(&rt_dialect_toy, catalog);
    g_autofree char *names = list_names(order);
    g_assert_cmpstr(names, ==, "u t x c1 c2 v w");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dialect/depend/relations", test_relations);
    g_test_add_func("/dialect/depend/trigger", test_trigger);
    g_test_add_func("/dialect/depend/order", test_order);
    return g_test_run();
}
