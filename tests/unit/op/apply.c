/* Operations applied: what changes, what goes along, what is refused and in which words. */
#include "op/apply.h"

#include "../catalog/test-objects.h"

static RtCatalog *
new_catalog(RtModel *model)
{
    RtCatalog *catalog = rt_catalog_new(model, &test_rules, &test_lexicon);
    rt_catalog_add(catalog, test_table_of(catalog, "t", "a, b TEXT, c"));
    rt_catalog_add(catalog, test_table_of(catalog, "u", "x"));
    return catalog;
}

static RtOp
op_on(RtCatalog *catalog, RtVerb verb, RtKind kind, const char *owner, const char *name)
{
    return (RtOp){ .verb = verb,
                   .kind = kind,
                   .owner = owner ? test_name(catalog, owner) : NULL,
                   .name = name ? test_name(catalog, name) : NULL };
}

static void
apply(RtCatalog *catalog, RtOp *op)
{
    g_autoptr(GError) error = NULL;
    bool applied = rt_apply(catalog, op, &error);
    g_assert_no_error(error);
    g_assert_true(applied);
}

static void
create(RtCatalog *catalog, const char *owner, const RtObject *object)
{
    RtOp op = op_on(catalog, RT_VERB_CREATE, rt_object_kind(object), owner, NULL);
    op.name = object->name;
    op.after = object;
    apply(catalog, &op);
}

static void
assert_rejected(RtCatalog *catalog, RtOp op, const char *message)
{
    g_autoptr(GPtrArray) before = test_snapshot(catalog);
    size_t mark = rt_catalog_mark(catalog);
    g_autoptr(GError) error = NULL;
    g_assert_false(rt_apply(catalog, &op, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_REJECTED));
    g_assert_cmpstr(error->message, ==, message);
    g_assert_cmpuint(rt_catalog_mark(catalog), ==, mark);
    test_assert_same(catalog, before);
}

static const RtObject *
find_table(RtCatalog *catalog, const char *name)
{
    return rt_catalog_find(catalog, RT_KIND_TABLE, test_name(catalog, name));
}

/* The names of the columns, joined. */
static char *
columns_of(RtCatalog *catalog, const char *table)
{
    GString *out = g_string_new(NULL);
    const RtObject *object = find_table(catalog, table);
    for (unsigned i = 0; i < object->n_children; i++) {
        if (rt_object_kind(object->children[i]) == RT_KIND_COLUMN)
            g_string_append(out, object->children[i]->name->text);
    }
    return g_string_free(out, FALSE);
}

static void
assert_value(RtCatalog *catalog, const RtObject *object, unsigned row, const char *expected)
{
    const RtValue *value = rt_object_value(object, row);
    g_assert_nonnull(value);
    g_autoptr(GString) text = g_string_new(NULL);
    rt_value_print(text, rt_catalog_context(catalog), &object->form->attributes[row], value);
    g_assert_cmpstr(text->str, ==, expected);
}

static void
test_column_positions(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    create(catalog, "t", TEST_OBJECT(catalog, &test_check, NULL, "(a > 0)"));
    RtOp op = op_on(catalog, RT_VERB_CREATE, RT_KIND_COLUMN, "t", "d");
    op.after = TEST_OBJECT(catalog, &test_column, "d", "INT");
    apply(catalog, &op);
    g_autofree char *at_end = columns_of(catalog, "t");
    g_assert_cmpstr(at_end, ==, "abcd");
    g_assert_cmpint(rt_object_kind(find_table(catalog, "t")->children[4]), ==, RT_KIND_CONSTRAINT);

    op = op_on(catalog, RT_VERB_ALTER, RT_KIND_COLUMN, "t", "a");
    op.after = find_table(catalog, "t")->children[0];
    op.position = test_name(catalog, "c");
    apply(catalog, &op);
    g_autofree char *moved = columns_of(catalog, "t");
    g_assert_cmpstr(moved, ==, "bcad");
    g_assert_true(op.was_first);

    op = op_on(catalog, RT_VERB_DROP, RT_KIND_COLUMN, "t", "A");
    apply(catalog, &op);
    g_assert_cmpstr(op.position_before->text, ==, "c");
    g_assert_cmpstr(op.before->name->text, ==, "a");
}

static void
test_rename_table_reaches_users(void)
{
    g_autoptr(RtModel) model = rt_model_new("main");
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    create(catalog, "u", TEST_OBJECT(catalog, &test_foreign, "f", "(x)", "T", "(a)"));
    create(catalog, "t", TEST_OBJECT(catalog, &test_foreign, "self", "(b)", "t", "(a)"));
    create(catalog, "t", TEST_OBJECT(catalog, &test_check, NULL, "(t.a > 0)"));
    create(catalog, "t",
           TEST_OBJECT(catalog, &test_trigger, "g", "AFTER INSERT ON t BEGIN DELETE FROM u; END"));
    create(catalog, "u",
           TEST_OBJECT(catalog, &test_trigger, "h", "AFTER INSERT ON u BEGIN DELETE FROM t; END"));
    create(catalog, NULL, TEST_OBJECT(catalog, &test_view, "v", "SELECT t.a FROM t"));
    RtOp op = op_on(catalog, RT_VERB_RENAME, RT_KIND_TABLE, NULL, "t");
    op.new_name = test_name(catalog, "new one");
    apply(catalog, &op);

    const RtObject *table = find_table(catalog, "new one"), *user = find_table(catalog, "u");
    g_assert_null(find_table(catalog, "t"));
    g_assert_true(op.after == table);
    assert_value(catalog, user->children[1], TEST_FOREIGN_TABLE, "\"new one\"");
    assert_value(catalog, table->children[3], TEST_FOREIGN_TABLE, "\"new one\"");
    assert_value(catalog, table->children[4], 0, "(\"new one\".a > 0)");
    assert_value(catalog, table->children[5], 0,
                 "AFTER INSERT ON \"new one\" BEGIN DELETE FROM u; END");
    assert_value(catalog, user->children[2], 0,
                 "AFTER INSERT ON u BEGIN DELETE FROM \"new one\"; END");
    assert_value(catalog, rt_catalog_find(catalog, RT_KIND_VIEW, test_name(catalog, "v")), 0,
                 "SELECT \"new one\".a FROM \"new one\"");
    g_autoptr(GPtrArray) referrers = rt_catalog_referrers(catalog, op.new_name);
    g_assert_cmpuint(referrers->len, ==, 2);
}

static void
test_rename_column_reaches_users(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    create(catalog, "u", TEST_OBJECT(catalog, &test_foreign, "f", "(x)", "t", "(a)"));
    create(catalog, "t", TEST_OBJECT(catalog, &test_foreign, "away", "(a)", "u", "(a)"));
    create(catalog, "t", TEST_OBJECT(catalog, &test_foreign, "self", "(a)", "t", "(a)"));
    create(catalog, "t", TEST_OBJECT(catalog, &test_unique, "k", "(b, a)"));
    create(catalog, "t", TEST_OBJECT(catalog, &test_index, "i", "(lower(a), a DESC)", "a > 0"));
    create(catalog, "t",
           TEST_OBJECT(catalog, &test_trigger, "g",
                       "AFTER INSERT ON t BEGIN INSERT INTO u(a) VALUES (new.a); END"));
    /* A dialect may keep the head of a trigger elsewhere: NEW is of the table that has it. */
    create(catalog, "t", TEST_OBJECT(catalog, &test_trigger, "h", "BEGIN SELECT new.a; END"));
    create(catalog, "u",
           TEST_OBJECT(catalog, &test_trigger, "j", "BEGIN SELECT new.a, a FROM t; END"));
    create(catalog, NULL, TEST_OBJECT(catalog, &test_view, "v", "SELECT a FROM t"));
    create(catalog, NULL, TEST_OBJECT(catalog, &test_view, "w", "SELECT a FROM u"));
    RtOp op = op_on(catalog, RT_VERB_RENAME, RT_KIND_COLUMN, "t", "A");
    op.new_name = test_name(catalog, "z");
    apply(catalog, &op);

    const RtObject *table = find_table(catalog, "t");
    assert_value(catalog, find_table(catalog, "u")->children[1], TEST_FOREIGN_COLUMNS, "(x)");
    assert_value(catalog, find_table(catalog, "u")->children[1], TEST_FOREIGN_REFERENCED, "(z)");
    assert_value(catalog, table->children[3], TEST_FOREIGN_COLUMNS, "(z)");
    assert_value(catalog, table->children[3], TEST_FOREIGN_REFERENCED, "(a)");
    assert_value(catalog, table->children[4], TEST_FOREIGN_REFERENCED, "(z)");
    assert_value(catalog, table->children[5], 0, "(b, z)");
    assert_value(catalog, table->children[6], 0, "(lower(z), z DESC)");
    assert_value(catalog, table->children[6], 1, "z > 0");
    assert_value(catalog, table->children[7], 0,
                 "AFTER INSERT ON t BEGIN INSERT INTO u(a) VALUES (new.z); END");
    assert_value(catalog, table->children[8], 0, "BEGIN SELECT new.z; END");
    assert_value(catalog, find_table(catalog, "u")->children[2], 0,
                 "BEGIN SELECT new.a, z FROM t; END");
    const RtObject *v = rt_catalog_find(catalog, RT_KIND_VIEW, test_name(catalog, "v"));
    const RtObject *w = rt_catalog_find(catalog, RT_KIND_VIEW, test_name(catalog, "w"));
    assert_value(catalog, v, 0, "SELECT z FROM t");
    assert_value(catalog, w, 0, "SELECT a FROM u");
}

static void
test_owner_is_found(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    create(catalog, "t", TEST_OBJECT(catalog, &test_index, "i", "(a)"));
    create(catalog, "t", TEST_OBJECT(catalog, &test_unique, "k", "(b)"));
    RtOp op = op_on(catalog, RT_VERB_DROP, RT_KIND_INDEX, NULL, "I");
    apply(catalog, &op);
    g_assert_cmpstr(op.owner->text, ==, "t");
    g_assert_cmpint(
        rt_object_find_child(find_table(catalog, "t"), RT_KIND_INDEX, test_name(catalog, "i"), 0),
        ==, -1);
    op = op_on(catalog, RT_VERB_DROP, RT_KIND_CONSTRAINT, "t", "k");
    apply(catalog, &op);
    g_assert_cmpint(op.kind, ==, RT_KIND_KEY);
}

static void
test_unnamed_is_found_by_content(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    create(catalog, "t", TEST_OBJECT(catalog, &test_check, NULL, "(a > 0)"));
    create(catalog, "t", TEST_OBJECT(catalog, &test_check, NULL, "(b > 0)"));
    RtOp op = op_on(catalog, RT_VERB_DROP, RT_KIND_CONSTRAINT, "t", NULL);
    op.before = TEST_OBJECT(catalog, &test_check, NULL, "( B > 0 )");
    apply(catalog, &op);
    const RtObject *table = find_table(catalog, "t");
    g_assert_cmpuint(table->n_children, ==, 4);
    assert_value(catalog, table->children[3], 0, "(a > 0)");
    op.before = TEST_OBJECT(catalog, &test_check, NULL, "(c > 0)");
    assert_rejected(catalog, op, "constraint t.check(c > 0) does not exist");
}

static void
test_if_exists(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    g_autoptr(GPtrArray) before = test_snapshot(catalog);
    RtOp op = op_on(catalog, RT_VERB_DROP, RT_KIND_TABLE, NULL, "nothing");
    op.flags = RT_OP_IF_EXISTS;
    apply(catalog, &op);
    g_assert_null(op.before);
    op = op_on(catalog, RT_VERB_CREATE, RT_KIND_TABLE, NULL, "T");
    op.flags = RT_OP_IF_NOT_EXISTS;
    op.after = test_table_of(catalog, "T", "other");
    apply(catalog, &op);
    g_assert_nonnull(op.before);
    op = op_on(catalog, RT_VERB_CREATE, RT_KIND_TABLE, NULL, "temporary");
    op.flags = RT_OP_TEMPORARY;
    op.after = test_table_of(catalog, "temporary", "a");
    apply(catalog, &op);
    op = (RtOp){ .verb = RT_VERB_OPAQUE };
    apply(catalog, &op);
    test_assert_same(catalog, before);

    op = op_on(catalog, RT_VERB_RECREATE, RT_KIND_VIEW, NULL, "v");
    op.after = TEST_OBJECT(catalog, &test_view, "v", "SELECT 1");
    op.flags = RT_OP_IF_NOT_EXISTS;
    apply(catalog, &op);
    g_assert_nonnull(rt_catalog_find(catalog, RT_KIND_VIEW, op.name));
}

static void
test_attributes(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    RtOp op = op_on(catalog, RT_VERB_ALTER, RT_KIND_ATTRIBUTE, NULL, "t");
    op.form = &test_table;
    op.row = TEST_TABLE_PROPERTIES;
    op.value_after = test_value(catalog, &test_table, op.row, "('a' = 1, 'b' = 2)");
    apply(catalog, &op);
    g_assert_null(op.value_before);
    op.property = rt_model_intern(model, "b", 1);
    op.value_after = &(RtValue){ .origin = RT_ORIGIN_STATED, .length = 1, .text = "3" };
    apply(catalog, &op);
    g_assert_cmpstr(op.value_before->text, ==, "2");
    assert_value(catalog, find_table(catalog, "t"), op.row, "('a' = '1', 'b' = '3')");
    g_autofree char *name = rt_op_object_name(&op, catalog);
    g_assert_cmpstr(name, ==, "t.properties.b");
    op.value_after = NULL;
    apply(catalog, &op);
    assert_value(catalog, find_table(catalog, "t"), op.row, "('a' = '1')");
    op.property = NULL;
    apply(catalog, &op);
    g_assert_null(rt_object_value(find_table(catalog, "t"), op.row));

    op = op_on(catalog, RT_VERB_ALTER, RT_KIND_ATTRIBUTE, "t", "b");
    op.form = &test_column;
    op.row = TEST_COLUMN_DEFAULT;
    op.value_after = test_value(catalog, &test_column, op.row, "'x'");
    apply(catalog, &op);
    assert_value(catalog, find_table(catalog, "t")->children[1], TEST_COLUMN_DEFAULT, "'x'");
    g_autofree char *column = rt_op_object_name(&op, catalog);
    g_assert_cmpstr(column, ==, "t.b.default");
}

static void
test_rejections(void)
{
    g_autoptr(RtModel) model = rt_model_new("main");
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    create(catalog, "t", TEST_OBJECT(catalog, &test_index, "i", "(a)"));
    RtOp op = op_on(catalog, RT_VERB_DROP, RT_KIND_TABLE, NULL, "x.nothing");
    assert_rejected(catalog, op, "table x.nothing does not exist");
    op = op_on(catalog, RT_VERB_DROP, RT_KIND_COLUMN, "nothing", "a");
    assert_rejected(catalog, op, "table nothing does not exist");
    op = op_on(catalog, RT_VERB_DROP, RT_KIND_COLUMN, "t", "z");
    assert_rejected(catalog, op, "column t.z does not exist");
    op = op_on(catalog, RT_VERB_DROP, RT_KIND_VIEW, NULL, "t");
    assert_rejected(catalog, op, "t is a table, not a view");
    op = op_on(catalog, RT_VERB_RENAME, RT_KIND_COLUMN, "t", "a");
    op.new_name = test_name(catalog, "B");
    assert_rejected(catalog, op, "column t.B exists already");
    op = op_on(catalog, RT_VERB_RENAME, RT_KIND_TABLE, NULL, "t");
    op.new_name = test_name(catalog, "i");
    assert_rejected(catalog, op, "there is already an index named i");
    op = op_on(catalog, RT_VERB_CREATE, RT_KIND_TABLE, NULL, "U");
    op.after = test_table_of(catalog, "U", "a");
    assert_rejected(catalog, op, "table U exists already");
    op.name = test_name(catalog, "w");
    op.after = test_table_of(catalog, "w", "a, b, A");
    assert_rejected(catalog, op, "column w.A is there twice");
    op = op_on(catalog, RT_VERB_CREATE, RT_KIND_INDEX, "u", "I");
    op.after = TEST_OBJECT(catalog, &test_index, "I", "(x)");
    assert_rejected(catalog, op, "index I exists already");
    op = op_on(catalog, RT_VERB_CREATE, RT_KIND_COLUMN, "u", "y");
    op.after = TEST_OBJECT(catalog, &test_column, "y", "INT");
    op.position = test_name(catalog, "z");
    assert_rejected(catalog, op, "column u.z does not exist");
}

static void
test_rejection_has_its_place(void)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    const char *sql = "SELECT 1;\nDROP TABLE nothing;";
    RtOp ops[2] = { op_on(catalog, RT_VERB_DROP, RT_KIND_TABLE, NULL, "t"),
                    op_on(catalog, RT_VERB_DROP, RT_KIND_TABLE, NULL, "nothing") };
    ops[1].text = rt_text_new(rt_model_arena(model), "a.sql", sql, strlen(sql));
    ops[1].span = (RtSpan){ 10, 28 };
    g_autoptr(GPtrArray) before = test_snapshot(catalog);
    g_autoptr(GError) error = NULL;
    g_assert_false(rt_apply_all(catalog, ops, 2, &error));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 2);
    test_assert_same(catalog, before);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/apply/column_positions", test_column_positions);
    g_test_add_func("/apply/rename_table_reaches_users", test_rename_table_reaches_users);
    g_test_add_func("/apply/rename_column_reaches_users", test_rename_column_reaches_users);
    g_test_add_func("/apply/owner_is_found", test_owner_is_found);
    g_test_add_func("/apply/unnamed_is_found_by_content", test_unnamed_is_found_by_content);
    g_test_add_func("/apply/if_exists", test_if_exists);
    g_test_add_func("/apply/attributes", test_attributes);
    g_test_add_func("/apply/rejections", test_rejections);
    g_test_add_func("/apply/rejection_has_its_place", test_rejection_has_its_place);
    return g_test_run();
}
