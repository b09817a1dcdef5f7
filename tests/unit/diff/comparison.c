/* What a comparison leaves out, keeps, notes and refuses by its options and by flags of objects. */
#include <string.h>

#include "laws.h"
#include "toy/toy.h"

static RtCatalog *
load(RtModel *model, const char *sql)
{
    g_autoptr(GError) error = NULL;
    RtCatalog *catalog = law_load(&rt_dialect_toy, model, sql, &error);
    g_assert_no_error(error);
    return catalog;
}

typedef struct Fixture {
    RtModel *model;
    RtCatalog *from, *to;
    RtDiff *diff;
} Fixture;

static void
compare(Fixture *fixture, const char *from, const char *to, const RtDiffOptions *options)
{
    fixture->from = load(fixture->model, from);
    fixture->to = load(fixture->model, to);
    fixture->diff =
        rt_diff_new(&rt_dialect_toy, &rt_dialect_toy.assumed, fixture->from, fixture->to, options);
}

static void
set_up(Fixture *fixture, const void *data)
{
    (void) data;
    fixture->model = rt_model_new(NULL);
}

static void
tear_down(Fixture *fixture, const void *data)
{
    (void) data;
    rt_diff_free(fixture->diff);
    rt_catalog_free(fixture->from);
    rt_catalog_free(fixture->to);
    rt_model_free(fixture->model);
}

static const RtNote *
find_note(const Fixture *fixture, const char *code, const char *object)
{
    for (unsigned i = 0; i < fixture->diff->notes->len; i++) {
        const RtNote *note = &g_array_index(fixture->diff->notes, RtNote, i);
        if (g_str_equal(note->code, code) && g_strcmp0(note->object, object) == 0)
            return note;
    }
    return NULL;
}

static void
expect_ops(const Fixture *fixture, const char *expected)
{
    g_autofree char *ops = law_describe(fixture->from, fixture->diff->ops);
    g_assert_cmpstr(ops, ==, expected);
}

static const char two_tables[] = "CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);\n";

static void
test_foreign(Fixture *fixture, const void *data)
{
    (void) data;
    g_autoptr(RtCatalog) made = load(fixture->model, "CREATE TABLE a (id INT);\n");
    RtDiffOptions options = { .keep_foreign = true, .made = made };
    compare(fixture, two_tables, "", &options);
    expect_ops(fixture, "  drop table a [0]\n");
    g_assert_true(find_note(fixture, "foreign", "b")->verbose_only);
    const RtNote *summary = find_note(fixture, "foreign", NULL);
    g_assert_false(summary->verbose_only);
    g_assert_true(g_str_has_prefix(summary->message, "1 object "));
}

static void
test_foreign_is_dropped_unless_kept(Fixture *fixture, const void *data)
{
    (void) data;
    compare(fixture, two_tables, "", NULL);
    expect_ops(fixture, "  drop table a [0]\n  drop table b [0]\n");
    g_assert_cmpuint(fixture->diff->notes->len, ==, 0);
}

static bool
include_not_b(void *data, RtKind kind, const RtName *table, const RtName *name, bool reflected,
              bool other_side_has_it)
{
    (void) kind;
    (void) table;
    (void) reflected;
    (void) other_side_has_it;
    (*(unsigned *) data)++;
    return !name || !g_str_equal(name->text, "b");
}

static void
test_include(Fixture *fixture, const void *data)
{
    (void) data;
    unsigned n_asked = 0;
    RtDiffOptions options = { .include = include_not_b, .include_data = &n_asked };
    compare(fixture, two_tables, "CREATE TABLE a (id INT, b INT, c INT);\n", &options);
    expect_ops(fixture, "  add column a.c [0]\n");
    g_assert_cmpuint(n_asked, >=, 4);
}

static void
test_comments(Fixture *fixture, const void *data)
{
    (void) data;
    RtDiffOptions options = { .ignore_comments = true };
    compare(fixture, "CREATE TABLE a (id INT COMMENT 'x') COMMENT 'y';\n",
            "CREATE TABLE a (id INT COMMENT 'z') COMMENT 'w';\n", &options);
    g_assert_true(rt_diff_is_empty(fixture->diff));
}

/* As if the server had printed a clause that no row knows. */
static void
flag_table(Fixture *fixture, const char *name, unsigned flags)
{
    const RtName *table =
        rt_model_name(fixture->model, rt_toy_dialects[0]->rules->fold[RT_KIND_TABLE], NULL, name);
    const RtObject *object = rt_catalog_find(fixture->from, RT_KIND_TABLE, table);
    RtObject *flagged = rt_object_copy(rt_model_arena(fixture->model), object);
    flagged->flags |= (uint16_t) flags;
    flagged->unknown = flags & RT_OBJECT_NOT_UNDERSTOOD ? "SHINY" : NULL;
    rt_catalog_replace(fixture->from, object, flagged);
}

static void
test_not_understood(Fixture *fixture, const void *data)
{
    (void) data;
    fixture->from = load(fixture->model, two_tables);
    fixture->to =
        load(fixture->model, "CREATE TABLE a (id INT, c INT);\nCREATE TABLE b (id INT, c INT);\n");
    flag_table(fixture, "a", RT_OBJECT_NOT_UNDERSTOOD);
    fixture->diff =
        rt_diff_new(&rt_dialect_toy, &rt_dialect_toy.assumed, fixture->from, fixture->to, NULL);
    expect_ops(fixture, "  add column b.c [0]\n");
    g_assert_cmpuint(fixture->diff->refusals->len, ==, 1);
    const RtRefusal *refusal = &g_array_index(fixture->diff->refusals, RtRefusal, 0);
    g_assert_nonnull(strstr(refusal->reason, "SHINY"));
    g_assert_nonnull(refusal->ways[0]);
    g_assert_nonnull(find_note(fixture, "not_understood", "a"));
}

static void
test_changing(Fixture *fixture, const void *data)
{
    (void) data;
    fixture->from = load(fixture->model, two_tables);
    fixture->to = load(fixture->model, two_tables);
    flag_table(fixture, "b", RT_OBJECT_CHANGING);
    fixture->diff =
        rt_diff_new(&rt_dialect_toy, &rt_dialect_toy.assumed, fixture->from, fixture->to, NULL);
    g_assert_true(rt_diff_is_empty(fixture->diff));
    g_assert_nonnull(find_note(fixture, "changing", "b"));
    g_assert_null(find_note(fixture, "changing", "a"));
}

/* Wide enough for the table of names, and with constraints that are told apart by content alone. */
static void
test_wide(Fixture *fixture, const void *data)
{
    (void) data;
    g_autoptr(GString) from = g_string_new("CREATE TABLE t (first INT");
    g_autoptr(GString) to = g_string_new("CREATE TABLE t (new INT, first INT");
    for (unsigned i = 0; i < 60; i++) {
        g_string_append_printf(from, ", c%u INT, CHECK (c%u > %u)", i, i, i % 3);
        g_string_append_printf(to, ", CHECK (c%u > %u), c%u INT", 59 - i, (59 - i) % 3, i);
    }
    g_string_append(from, ");");
    g_string_append(to, ");");
    compare(fixture, from->str, to->str, NULL);
    expect_ops(fixture, "  add column t.new [0]\n");
}

#define ADD(name, function)                                                                        \
    g_test_add("/comparison/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("foreign", test_foreign);
    ADD("foreign-dropped", test_foreign_is_dropped_unless_kept);
    ADD("include", test_include);
    ADD("comments", test_comments);
    ADD("not-understood", test_not_understood);
    ADD("changing", test_changing);
    ADD("wide", test_wide);
    return g_test_run();
}
