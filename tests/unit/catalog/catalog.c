/* The catalog: names, order, undo; when objects are equal. */
#include "catalog/catalog.h"

#include "test-objects.h"

static RtCatalog *
new_catalog(RtModel *model)
{
    return rt_catalog_new(model, &test_rules, &test_lexicon);
}

static const RtObject *
with_index(RtCatalog *catalog, const RtObject *table, const char *name, const char *parts)
{
    return rt_object_with_child(rt_model_arena(rt_catalog_model(catalog)), table,
                                TEST_OBJECT(catalog, &test_index, name, parts), table->n_children);
}

static void
test_find(void)
{
    g_autoptr(RtModel) model = rt_model_new("main");
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    const RtObject *t = with_index(catalog, test_table_of(catalog, "t", "a, b"), "i", "(a)");
    rt_catalog_add(catalog, t);
    g_assert_true(rt_catalog_find(catalog, RT_KIND_TABLE, test_name(catalog, "MAIN.T")) == t);
    /* One space of tables, views and indexes: whatever has the name is found. */
    g_assert_true(rt_catalog_find(catalog, RT_KIND_VIEW, test_name(catalog, "t")) == t);
    g_assert_true(rt_catalog_find(catalog, RT_KIND_TABLE, test_name(catalog, "I")) ==
                  t->children[2]);
    g_assert_null(rt_catalog_find(catalog, RT_KIND_TRIGGER, test_name(catalog, "t")));
    const RtObject *child = NULL;
    g_assert_true(rt_catalog_find_owner(catalog, RT_KIND_INDEX, test_name(catalog, "i"), &child) ==
                  t);
    g_assert_true(child == t->children[2]);
    g_assert_null(rt_catalog_find_owner(catalog, RT_KIND_INDEX, test_name(catalog, "t"), &child));

    const RtObject *without = rt_object_replace_child(rt_model_arena(model), t, 2, NULL);
    rt_catalog_replace(catalog, t, without);
    g_assert_null(rt_catalog_find(catalog, RT_KIND_INDEX, test_name(catalog, "i")));
    rt_catalog_undo(catalog, 1);
    g_assert_nonnull(rt_catalog_find(catalog, RT_KIND_INDEX, test_name(catalog, "i")));
    rt_catalog_undo(catalog, 0);
    g_assert_cmpuint(rt_catalog_size(catalog), ==, 0);
}

static void
test_referrers(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    RtArena *arena = rt_model_arena(model);
    const RtObject *u = test_table_of(catalog, "u", "a");
    const RtObject *key = TEST_OBJECT(catalog, &test_foreign, NULL, "(a)", "T", "(x)");
    u = rt_object_with_child(arena, rt_object_with_child(arena, u, key, 1), key, 2);
    rt_catalog_add(catalog, u);
    g_autoptr(GPtrArray) some = rt_catalog_referrers(catalog, test_name(catalog, "t"));
    g_assert_cmpuint(some->len, ==, 1);
    g_assert_true(g_ptr_array_index(some, 0) == u);
    rt_catalog_remove(catalog, u);
    g_autoptr(GPtrArray) none = rt_catalog_referrers(catalog, test_name(catalog, "t"));
    g_assert_cmpuint(none->len, ==, 0);
}

static void
assert_with_word(const RtCatalog *catalog, const char *word, const RtObject *object)
{
    g_autoptr(GPtrArray) found = rt_catalog_with_word(catalog, word);
    g_assert_cmpuint(found->len, ==, object ? 1 : 0);
    g_assert_true(!object || g_ptr_array_index(found, 0) == object);
}

static void
test_words(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    RtArena *arena = rt_model_arena(model);
    const RtObject *t = test_table_of(catalog, "t", "a, b");
    const RtObject *one = TEST_OBJECT(catalog, &test_view, "one", "SELECT a FROM b WHERE d = 'c'");
    const RtObject *two = TEST_OBJECT(catalog, &test_view, "two", "SELECT \"A\"");
    const RtObject *both =
        rt_object_with_child(arena, rt_object_with_child(arena, t, one, 2), two, 3);
    rt_catalog_add(catalog, both);
    assert_with_word(catalog, "A", both);
    assert_with_word(catalog, "b", both);
    assert_with_word(catalog, "c", NULL);
    const RtObject *rest = rt_object_replace_child(arena, both, 2, NULL);
    rt_catalog_replace(catalog, both, rest);
    assert_with_word(catalog, "a", rest);
    assert_with_word(catalog, "b", NULL);
    rt_catalog_undo(catalog, 1);
    assert_with_word(catalog, "b", both);
    rt_catalog_undo(catalog, 0);
    assert_with_word(catalog, "a", NULL);
}

static void
test_equal(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    const RtValueContext *context = rt_catalog_context(catalog);
    RtArena *arena = rt_model_arena(model);
    const RtObject *table = test_table_of(catalog, "t", "a INT, b TEXT");
    const RtObject *check = TEST_OBJECT(catalog, &test_check, NULL, "(a > 0)");
    const RtObject *other_check = TEST_OBJECT(catalog, &test_check, NULL, "(b > 0)");
    const RtObject *same_check = TEST_OBJECT(catalog, &test_check, NULL, "(A>/**/0)");
    const RtObject *a =
        rt_object_with_child(arena, rt_object_with_child(arena, table, check, 2), other_check, 3);
    const RtObject *b = rt_object_with_child(
        arena,
        rt_object_with_child(arena, test_table_of(catalog, "T", "A integer, b text"), other_check,
                             2),
        same_check, 3);
    g_assert_cmpuint(rt_object_content_hash(context, check), ==,
                     rt_object_content_hash(context, same_check));
    g_assert_true(rt_object_equal(context, a, b));
    g_assert_false(rt_object_equal(context, a, rt_object_replace_child(arena, b, 3, other_check)));
    g_assert_false(rt_object_equal(context, table, test_table_of(catalog, "t", "b TEXT, a INT")));
    g_assert_false(rt_object_equal(context, table, test_table_of(catalog, "t", "a INT, b INT")));
    g_assert_false(rt_object_equal(context, table, test_table_of(catalog, "t", "a INT")));
}

static void
test_value_differs(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    const RtValueContext *context = rt_catalog_context(catalog);
    const RtAttribute *fallback = &test_column_attributes[TEST_COLUMN_DEFAULT];
    const RtAttribute *unmanaged = &test_column_attributes[TEST_COLUMN_COMMENT];
    const RtAttribute *flag = &test_column_attributes[TEST_COLUMN_NOT_NULL];
    RtValue one = *test_value(catalog, &test_column, TEST_COLUMN_DEFAULT, "1");
    RtValue two = *test_value(catalog, &test_column, TEST_COLUMN_DEFAULT, "2");
    RtValue null = *test_value(catalog, &test_column, TEST_COLUMN_DEFAULT, "(null)");
    RtValue text = *test_value(catalog, &test_column, TEST_COLUMN_COMMENT, "'x'");
    RtValue yes = { .origin = RT_ORIGIN_STATED, .length = 1, .flag = true };
    RtValue no = { .origin = RT_ORIGIN_STATED, .length = 1, .flag = false };
    g_assert_true(rt_value_differs(context, fallback, &one, &two));
    g_assert_true(rt_value_differs(context, fallback, &one, NULL));
    g_assert_false(rt_value_differs(context, fallback, NULL, &null));
    g_assert_false(rt_value_differs(context, unmanaged, &text, NULL));
    g_assert_true(rt_value_differs(context, unmanaged, NULL, &text));
    g_assert_true(rt_value_differs(context, flag, NULL, &yes));
    g_assert_false(rt_value_differs(context, flag, &no, NULL));
    one.origin = RT_ORIGIN_IMPLIED;
    g_assert_true(rt_value_differs(context, fallback, &one, &two));
    g_assert_false(rt_value_differs(context, fallback, &one, NULL));
    two.origin = RT_ORIGIN_IMPLIED;
    g_assert_false(rt_value_differs(context, fallback, &one, &two));
}

/* One random change; names are few, so that they come and go. */
static void
change_randomly(RtCatalog *catalog, GRand *random)
{
    static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
    const char *name = names[g_rand_int_range(random, 0, G_N_ELEMENTS(names))];
    g_autofree char *index = g_strdup_printf("i%d", g_rand_int_range(random, 0, 4));
    const RtName *index_name = test_name(catalog, index);
    const RtObject *old = rt_catalog_find(catalog, RT_KIND_TABLE, test_name(catalog, name));
    const RtObject *new = test_table_of(catalog, name, "x, y");
    const RtObject *child,
        *owner = rt_catalog_find_owner(catalog, RT_KIND_INDEX, index_name, &child);
    if (!owner || owner == old)
        new = with_index(catalog, new, index, "(x)");
    if (!old)
        rt_catalog_add(catalog, new);
    else if (g_rand_boolean(random))
        rt_catalog_replace(catalog, old, new);
    else
        rt_catalog_remove(catalog, old);
}

static void
test_undo_is_exact(void)
{
    guint32 seed = g_test_rand_int();
    g_test_message("seed %u", seed);
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    for (int round = 0; round < 100; round++) {
        g_autoptr(GPtrArray) before = test_snapshot(catalog);
        size_t mark = rt_catalog_mark(catalog);
        for (int i = 0; i < 30; i++)
            change_randomly(catalog, random);
        rt_catalog_undo(catalog, mark);
        test_assert_same(catalog, before);
        g_autoptr(GPtrArray) after = test_snapshot(catalog);
        for (unsigned i = 0; i < before->len; i++) /* the very same, in the same order */
            g_assert_true(before->pdata[i] == after->pdata[i]);
        for (int i = 0; i < 5; i++)
            change_randomly(catalog, random);
        if (round % 10 == 0)
            rt_catalog_forget(catalog);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/catalog/find", test_find);
    g_test_add_func("/catalog/referrers", test_referrers);
    g_test_add_func("/catalog/words", test_words);
    g_test_add_func("/catalog/equal", test_equal);
    g_test_add_func("/catalog/value_differs", test_value_differs);
    g_test_add_func("/catalog/undo_is_exact", test_undo_is_exact);
    return g_test_run();
}
