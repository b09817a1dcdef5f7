/* The laws: random operations are undone by the log, and by their inverse. */
#include "op/invert.h"

#include "../catalog/test-objects.h"
#include "op/apply.h"

/* Names are never used twice, so that what dangles after a drop stays dangling. */
typedef struct Random {
    GRand *random;
    unsigned names;
} Random;

static const char *
fresh_name(RtCatalog *catalog, Random *random, const char *prefix)
{
    return rt_arena_printf(rt_model_arena(rt_catalog_model(catalog)), "%s%u", prefix,
                           random->names++);
}

static const RtObject *
pick_object(RtCatalog *catalog, Random *random, RtKind kind)
{
    g_autoptr(GPtrArray) objects = test_snapshot(catalog);
    for (int i = 0; i < 10 && objects->len; i++) {
        const RtObject *object =
            objects->pdata[g_rand_int_range(random->random, 0, (gint32) objects->len)];
        if (rt_object_kind(object) == kind)
            return object;
    }
    return NULL;
}

static const RtObject *
pick_child(Random *random, const RtObject *table, RtKind kind)
{
    for (int i = 0; i < 10 && table->n_children; i++) {
        const RtObject *child =
            table->children[g_rand_int_range(random->random, 0, (gint32) table->n_children)];
        if (rt_object_kind(child) == kind)
            return child;
    }
    return NULL;
}

static RtOp
create_child(const RtObject *table, const RtObject *child)
{
    return (RtOp){ .verb = RT_VERB_CREATE,
                   .kind = rt_object_kind(child),
                   .owner = table->name,
                   .name = child->name,
                   .after = child };
}

static RtOp
create_table(RtCatalog *catalog, Random *random)
{
    g_autofree char *columns = g_strdup_printf("%s INT,%s TEXT", fresh_name(catalog, random, "c"),
                                               fresh_name(catalog, random, "c"));
    const RtObject *table = test_table_of(catalog, fresh_name(catalog, random, "t"), columns);
    return (
        RtOp){ .verb = RT_VERB_CREATE, .kind = RT_KIND_TABLE, .name = table->name, .after = table };
}

/* Something new that mentions a column and a table. */
static RtOp
create_user(RtCatalog *catalog, Random *random, const RtObject *table, const RtObject *column)
{
    const char *t = table->name->text, *c = column->name->text;
    g_autofree char *names = g_strdup_printf("(%s)", c);
    g_autofree char *check = g_strdup_printf("(%s.%s > %u)", t, c, random->names++);
    g_autofree char *view = g_strdup_printf("SELECT %s, %s.%s FROM %s", c, t, c, t);
    g_autofree char *trigger = g_strdup_printf(
        "AFTER INSERT ON %s BEGIN DELETE FROM %s WHERE %s = new.%s; END", t, t, c, c);
    const RtObject *other = pick_object(catalog, random, RT_KIND_TABLE);
    switch (g_rand_int_range(random->random, 0, 6)) {
    case 0:
        return create_child(table, TEST_OBJECT(catalog, &test_index,
                                               fresh_name(catalog, random, "i"), names, check));
    case 1:
        return create_child(table, TEST_OBJECT(catalog, &test_check, NULL, check));
    case 2:
        return create_child(
            table, TEST_OBJECT(catalog, &test_unique, fresh_name(catalog, random, "k"), names));
    case 3:
        return create_child(other ? other : table,
                            TEST_OBJECT(catalog, &test_foreign, fresh_name(catalog, random, "f"),
                                        "(none)", t, names));
    case 4:
        return create_child(
            table, TEST_OBJECT(catalog, &test_trigger, fresh_name(catalog, random, "g"), trigger));
    default: {
        const RtObject *object =
            TEST_OBJECT(catalog, &test_view, fresh_name(catalog, random, "v"), view);
        return (RtOp){
            .verb = RT_VERB_CREATE, .kind = RT_KIND_VIEW, .name = object->name, .after = object
        };
    }
    }
}

static RtOp
change_column(RtCatalog *catalog, Random *random, const RtObject *table, const RtObject *column)
{
    RtOp op = {
        .verb = RT_VERB_ALTER, .kind = RT_KIND_COLUMN, .owner = table->name, .name = column->name
    };
    const RtObject *other = pick_child(random, table, RT_KIND_COLUMN);
    switch (g_rand_int_range(random->random, 0, 5)) {
    case 0:
        op.verb = RT_VERB_DROP;
        return op;
    case 1:
        op.verb = RT_VERB_RENAME;
        op.new_name = test_name(catalog, fresh_name(catalog, random, "c"));
        return op;
    case 2:
        op.kind = RT_KIND_ATTRIBUTE;
        op.form = &test_column;
        op.row = TEST_COLUMN_DEFAULT;
        if (g_rand_boolean(random->random))
            op.value_after = test_value(catalog, &test_column, op.row, "7");
        return op;
    default:
        op.after = TEST_OBJECT(catalog, &test_column, column->name->text, "REAL",
                               g_rand_boolean(random->random) ? "" : NULL);
        op.is_first = g_rand_boolean(random->random);
        if (!op.is_first && other && g_rand_boolean(random->random))
            op.position = other->name;
        return op;
    }
}

static RtOp
change_table(RtCatalog *catalog, Random *random, const RtObject *table)
{
    RtOp op = { .verb = RT_VERB_DROP, .kind = RT_KIND_TABLE, .name = table->name };
    const RtObject *column;
    switch (g_rand_int_range(random->random, 0, 5)) {
    case 0:
        return op;
    case 1:
        op.verb = RT_VERB_RENAME;
        op.new_name = test_name(catalog, fresh_name(catalog, random, "t"));
        return op;
    case 2:
        op = create_child(
            table, TEST_OBJECT(catalog, &test_column, fresh_name(catalog, random, "c"), "INT"));
        column = pick_child(random, table, RT_KIND_COLUMN);
        op.position = column ? column->name : NULL;
        return op;
    case 3:
        op.verb = RT_VERB_ALTER;
        op.kind = RT_KIND_ATTRIBUTE;
        op.form = &test_table;
        op.row = TEST_TABLE_PROPERTIES;
        op.property = rt_model_intern(rt_catalog_model(catalog), "a", 1);
        if (g_rand_boolean(random->random))
            op.value_after = test_value(catalog, &test_table, TEST_TABLE_COMMENT, "'x'");
        return op;
    default: {
        const RtObject *child = pick_child(random, table, RT_KIND_CONSTRAINT);
        child = child ? child : pick_child(random, table, RT_KIND_INDEX);
        if (!child)
            return op;
        return (RtOp){ .verb = RT_VERB_DROP,
                       .kind = rt_object_kind(child),
                       .owner = table->name,
                       .name = child->name,
                       .before = child };
    }
    }
}

static RtOp
random_op(RtCatalog *catalog, Random *random)
{
    const RtObject *table = pick_object(catalog, random, RT_KIND_TABLE);
    const RtObject *column = table ? pick_child(random, table, RT_KIND_COLUMN) : NULL;
    unsigned choice = (unsigned) g_rand_int_range(random->random, 0, 10);
    if (!column || choice < 2)
        return create_table(catalog, random);
    if (choice < 5)
        return create_user(catalog, random, table, column);
    if (choice < 8)
        return change_column(catalog, random, table, column);
    return change_table(catalog, random, table);
}

static void
assert_orders_same(const RtCatalog *catalog, const GPtrArray *snapshot)
{
    for (unsigned i = 0; i < snapshot->len; i++) {
        const RtObject *object = snapshot->pdata[i];
        g_assert_true(rt_catalog_find(catalog, rt_object_kind(object), object->name) == object);
    }
}

static void
run_round(RtCatalog *catalog, Random *random)
{
    g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(RtOp));
    g_autoptr(GArray) inverse = g_array_new(FALSE, FALSE, sizeof(RtOp));
    g_autoptr(GPtrArray) before = test_snapshot(catalog);
    size_t mark = rt_catalog_mark(catalog);
    for (int i = 0; i < 12; i++) {
        RtOp op = random_op(catalog, random);
        g_autoptr(GError) error = NULL;
        if (rt_apply(catalog, &op, &error))
            g_array_append_val(ops, op);
        else
            g_assert_true(rt_error_is(error, RT_ERROR_REJECTED));
    }
    g_autoptr(GPtrArray) after = test_snapshot(catalog);
    rt_invert(rt_catalog_model(catalog), (const RtOp *) (void *) ops->data, ops->len, inverse,
              NULL);
    g_autoptr(GError) error = NULL;
    size_t inverted = rt_catalog_mark(catalog);
    g_assert_true(rt_apply_all(catalog, (RtOp *) (void *) inverse->data, inverse->len, &error));
    g_assert_no_error(error);
    test_assert_same(catalog, before);
    rt_catalog_undo(catalog, inverted);
    test_assert_same(catalog, after);
    assert_orders_same(catalog, after);
    if (g_rand_boolean(random->random))
        return; /* the next round begins with what is there */
    rt_catalog_undo(catalog, mark);
    test_assert_same(catalog, before);
    assert_orders_same(catalog, before);
}

static void
test_laws(void)
{
    guint32 seed = g_test_rand_int();
    g_test_message("seed %u", seed);
    Random random = { g_rand_new_with_seed(seed), 0 };
    for (int i = 0; i < 20; i++) {
        g_autoptr(RtModel) model = rt_model_new("main");
        g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &test_rules, &test_lexicon);
        for (int round = 0; round < 20; round++)
            run_round(catalog, &random);
    }
    g_rand_free(random.random);
}

static void
test_losses(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &test_rules, &test_lexicon);
    rt_catalog_add(catalog, test_table_of(catalog, "t", "a, b"));
    const RtObject *view = TEST_OBJECT(catalog, &test_view, "v", "SELECT 1");
    RtOp ops[] = {
        { .verb = RT_VERB_CREATE, .kind = RT_KIND_VIEW, .name = view->name, .after = view },
        { .verb = RT_VERB_DROP,
          .kind = RT_KIND_COLUMN,
          .owner = test_name(catalog, "t"),
          .name = test_name(catalog, "a") },
        { .verb = RT_VERB_OPAQUE, .flags = RT_OP_SESSION },
        { .verb = RT_VERB_OPAQUE, .flags = RT_OP_DATA },
        { .verb = RT_VERB_DROP,
          .kind = RT_KIND_TABLE,
          .flags = RT_OP_IF_EXISTS,
          .name = test_name(catalog, "nothing") },
    };
    g_assert_true(rt_apply_all(catalog, ops, G_N_ELEMENTS(ops), NULL));
    g_autoptr(GArray) inverse = g_array_new(FALSE, FALSE, sizeof(RtOp));
    g_autoptr(GArray) losses = g_array_new(FALSE, FALSE, sizeof(RtLoss));
    rt_invert(model, ops, G_N_ELEMENTS(ops), inverse, losses);
    static const struct {
        RtVerb verb;
        RtLoss loss;
        const char *described;
    } expected[] = {
        { RT_VERB_OPAQUE, RT_LOSS_OPAQUE, "a statement that is not understood" },
        { RT_VERB_CREATE, RT_LOSS_DATA, "add column t.a" },
        { RT_VERB_DROP, RT_LOSS_NONE, "drop view v" },
    };
    g_assert_cmpuint(inverse->len, ==, G_N_ELEMENTS(expected));
    g_assert_cmpuint(losses->len, ==, inverse->len);
    for (unsigned i = 0; i < inverse->len; i++) {
        const RtOp *op = &g_array_index(inverse, RtOp, i);
        g_assert_cmpint(op->verb, ==, expected[i].verb);
        g_assert_cmpint(g_array_index(losses, RtLoss, i), ==, expected[i].loss);
        g_autofree char *described = rt_op_describe(op, catalog);
        g_assert_cmpstr(described, ==, expected[i].described);
    }
    g_assert_true(g_array_index(inverse, RtOp, 1).is_first);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/invert/laws", test_laws);
    g_test_add_func("/invert/losses", test_losses);
    return g_test_run();
}
