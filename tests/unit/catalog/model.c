/* Interned names, texts and types. */
#include "catalog/model.h"

static void
test_names(void)
{
    g_autoptr(RtModel) model = rt_model_new("Main");
    const RtName *a = rt_model_name(model, RT_FOLD_ASCII, NULL, "Users");
    const RtName *b = rt_model_name(model, RT_FOLD_ASCII, NULL, "uSERS");
    g_assert_true(a != b && rt_name_equal(a, b));
    g_assert_cmpuint(a->hash, ==, b->hash);
    g_assert_cmpstr(b->text, ==, "uSERS");
    g_assert_true(rt_model_name(model, RT_FOLD_ASCII, NULL, "Users") == a);
    g_assert_true(rt_model_name(model, RT_FOLD_ASCII, "MAIN", "Users") == a);
    g_assert_false(rt_name_equal(rt_model_name(model, RT_FOLD_ASCII, "x", "Users"), a));
    g_assert_true(rt_name_equal(rt_model_name(model, RT_FOLD_ASCII, "x", "Users"),
                                rt_model_name(model, RT_FOLD_ASCII, "X", "users")));
    g_assert_true(rt_model_name_of(model, RT_FOLD_ASCII, NULL, "Users2", 5) == a);

    const RtName *exact = rt_model_name(model, RT_FOLD_EXACT, "MAIN", "Users");
    g_assert_cmpstr(exact->schema, ==, "MAIN");
    g_assert_null(rt_model_name(model, RT_FOLD_EXACT, "Main", "Users")->schema);
    g_assert_false(rt_name_equal(rt_model_name(model, RT_FOLD_EXACT, NULL, "a"),
                                 rt_model_name(model, RT_FOLD_EXACT, NULL, "A")));
    g_assert_true(rt_name_equal(NULL, NULL));
    g_assert_false(rt_name_equal(a, NULL));
}

/* Schema and name do not run into each other. */
static void
test_qualified_names_differ(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_assert_false(rt_name_equal(rt_model_name(model, RT_FOLD_EXACT, "ab", "c"),
                                 rt_model_name(model, RT_FOLD_EXACT, "a", "bc")));
    g_assert_false(rt_name_equal(rt_model_name(model, RT_FOLD_EXACT, "a", "b"),
                                 rt_model_name(model, RT_FOLD_EXACT, NULL, "ab")));
}

static void
test_many_names(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (int i = 0; i < 20000; i++) {
        g_autofree char *text = g_strdup_printf("Name%d", i);
        g_ptr_array_add(names, (gpointer) rt_model_name(model, RT_FOLD_ASCII, NULL, text));
    }
    for (int i = 0; i < 20000; i++) {
        g_autofree char *text = g_strdup_printf("Name%d", i);
        g_autofree char *lower = g_ascii_strdown(text, -1);
        const RtName *name = g_ptr_array_index(names, i);
        g_assert_true(rt_model_name(model, RT_FOLD_ASCII, NULL, text) == name);
        g_assert_true(rt_name_equal(rt_model_name(model, RT_FOLD_ASCII, NULL, lower), name));
        g_assert_true(rt_model_intern(model, text, strlen(text)) == name->text);
    }
}

static void
test_types(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    RtType type = { .text = "INT", .written = "int", .name = "INT" };
    const RtType *first = rt_model_type(model, &type);
    g_assert_true(rt_model_type(model, &type) == first);
    type.written = "Int";
    const RtType *other = rt_model_type(model, &type);
    g_assert_true(rt_type_equal(first, other));
    g_assert_cmpstr(first->written, ==, "int");
    g_assert_cmpstr(other->written, ==, "Int");
    int rules, other_rules;
    g_assert_null(rt_model_known_type(model, &rules, "int,", 3));
    rt_model_remember_type(model, &rules, "int,", 3, first);
    g_assert_true(rt_model_known_type(model, &rules, "int)", 3) == first);
    g_assert_null(rt_model_known_type(model, &other_rules, "int", 3));
    g_assert_null(rt_model_known_type(model, &rules, "in", 2));
}

/* More than the table has room for at first. */
static void
test_made(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    static const char keys[1000], things[G_N_ELEMENTS(keys)];
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_assert_null(rt_model_known(model, &keys[i]));
        rt_model_remember(model, &keys[i], &things[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        g_assert_true(rt_model_known(model, &keys[i]) == &things[i]);
}

/* Equal bytes are one copy for a while, and no copy is written over. */
static void
test_share(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    enum { N = 1000 };
    const uint64_t *copies[N];
    for (uint64_t i = 0; i < N; i++) {
        uint64_t data[] = { i, i / 2 };
        copies[i] = rt_model_share(model, data, sizeof data);
        g_assert_true(rt_model_share(model, data, sizeof data) == copies[i]);
    }
    for (uint64_t i = 0; i < N; i++)
        g_assert_true(copies[i][0] == i && copies[i][1] == i / 2);
    char large[1000] = "a";
    const char *first = rt_model_share(model, large, sizeof large);
    g_assert_cmpmem(first, sizeof large, large, sizeof large);
    g_assert_nonnull(rt_model_share(model, large, 0));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/names", test_names);
    g_test_add_func("/model/qualified_names_differ", test_qualified_names_differ);
    g_test_add_func("/model/many_names", test_many_names);
    g_test_add_func("/model/types", test_types);
    g_test_add_func("/model/made", test_made);
    g_test_add_func("/model/share", test_share);
    return g_test_run();
}
