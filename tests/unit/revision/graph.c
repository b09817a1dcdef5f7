/* What a graph refuses to load, and the small questions it answers. */
#include "revision/graph.h"

#include <string.h>

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

typedef struct Broken {
    RtRevisionInput inputs[4];
    size_t count;
    RtErrorCode code;
    const char *phrases[4]; /* that the message contains */
} Broken;

static void
check_broken(const Broken *broken)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RtGraph) graph = rt_graph_new(broken->inputs, broken->count, &error);
    g_assert_null(graph);
    g_assert_error(error, RT_ERROR, (int) broken->code);
    for (size_t i = 0; i < G_N_ELEMENTS(broken->phrases) && broken->phrases[i]; i++)
        if (!strstr(error->message, broken->phrases[i])) {
            g_test_message("'%s' does not say '%s'", error->message, broken->phrases[i]);
            g_test_fail();
        }
}

static void
test_broken_links(void)
{
    const Broken cases[] = {
        { { { .id = "a", .path = "v/1.sql" }, { .id = "a", .path = "v/2.sql" } },
          2,
          RT_ERROR_DUPLICATE_REVISION,
          { "Revision a is present more than once", "v/1.sql", "v/2.sql" } },
        { { { .id = "a", .path = "v/1.sql", .down_revisions = LIST("x") },
            { .id = "b", .path = "v/2.sql", .depends_on = LIST("y") } },
          2,
          RT_ERROR_NOT_FOUND,
          { "Revision x referenced from a (v/1.sql) is not present", "Revision y", "v/2.sql" } },
        { { { .id = "a", .branch_labels = LIST("l") }, { .id = "b", .down_revisions = LIST("l") } },
          2,
          RT_ERROR_NOT_FOUND,
          { "Revision l referenced from b" } },
        { { { .id = "a", .path = "v/1.sql", .branch_labels = LIST("l") },
            { .id = "b", .path = "v/2.sql", .branch_labels = LIST("l") } },
          2,
          RT_ERROR_DUPLICATE_LABEL,
          { "Branch name 'l' in revision b already used by revision a", "v/1.sql", "v/2.sql" } },
        { { { .id = "a" }, { .id = "b", .branch_labels = LIST("a") } },
          2,
          RT_ERROR_DUPLICATE_LABEL,
          { "already used by revision a" } },
        { { { .id = "a-b", .path = "v/1.sql" } },
          1,
          RT_ERROR_ILLEGAL_CHARACTER,
          { "Character(s) '-' not allowed in revision identifier 'a-b'", "v/1.sql" } },
        { { { .id = "" } }, 1, RT_ERROR_ILLEGAL_CHARACTER, { "cannot be empty" } },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check_broken(&cases[i]);
}

static void
test_cycles(void)
{
    const Broken cases[] = {
        { { { .id = "a", .path = "v/1.sql", .down_revisions = LIST("a") } },
          1,
          RT_ERROR_SELF_LOOP,
          { "Self-loop is detected in revisions (a)", "v/1.sql" } },
        { { { .id = "a", .path = "v/1.sql", .depends_on = LIST("a") } },
          1,
          RT_ERROR_DEPENDENCY_SELF_LOOP,
          { "Dependency self-loop is detected in revisions (a)", "v/1.sql" } },
        /* Between a base and a head, where looking from both ends finds nothing. */
        { { { .id = "a", .path = "v/1.sql" },
            { .id = "b", .path = "v/2.sql", .down_revisions = LIST("a", "c") },
            { .id = "c", .path = "v/3.sql", .down_revisions = LIST("b") },
            { .id = "d", .path = "v/4.sql", .down_revisions = LIST("c") } },
          4,
          RT_ERROR_CYCLE,
          { "Cycle is detected in revisions (b, c);", ": v/2.sql, v/3.sql" } },
        { { { .id = "a" },
            { .id = "b", .down_revisions = LIST("a"), .depends_on = LIST("d") },
            { .id = "c" },
            { .id = "d", .down_revisions = LIST("c"), .depends_on = LIST("b") } },
          4,
          RT_ERROR_DEPENDENCY_CYCLE,
          { "Dependency cycle is detected in revisions (b, d);" } },
        { { { .id = "a", .branch_labels = LIST("l"), .depends_on = LIST("l") } },
          1,
          RT_ERROR_DEPENDENCY_CYCLE,
          { "(a)" } },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        check_broken(&cases[i]);
}

static RtGraph *
make_fork(void)
{
    const RtRevisionInput inputs[] = {
        { .id = "base1", .path = "v/base1.sql" },
        { .id = "left1", .down_revisions = LIST("base1"), .branch_labels = LIST("left") },
        { .id = "right1", .down_revisions = LIST("base1") },
        { .id = "right2", .down_revisions = LIST("right1"), .depends_on = LIST("left") },
    };
    g_autoptr(GError) error = NULL;
    RtGraph *graph = rt_graph_new(inputs, G_N_ELEMENTS(inputs), &error);
    g_assert_no_error(error);
    return graph;
}

/* The heads to reach are the effective ones: left1 is implied by right2. */
static void
test_at_heads(void)
{
    g_autoptr(RtGraph) graph = make_fork();
    g_assert_true(rt_graph_is_at_heads(graph, LIST("right2")));
    g_assert_true(rt_graph_is_at_heads(graph, LIST("right2", "right2")));
    g_assert_false(rt_graph_is_at_heads(graph, LIST("right2", "left1")));
    g_assert_false(rt_graph_is_at_heads(graph, LIST("right1", "left1")));
    g_assert_false(rt_graph_is_at_heads(graph, LIST("unknown")));
    g_assert_false(rt_graph_is_at_heads(graph, NULL));
    g_assert_cmpuint(rt_graph_heads(graph).count, ==, 2);
    g_assert_cmpuint(rt_graph_effective_heads(graph).count, ==, 1);
}

static void
test_empty(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RtGraph) graph = rt_graph_new(NULL, 0, &error);
    g_assert_no_error(error);
    g_assert_true(rt_graph_is_at_heads(graph, NULL));
    g_autoptr(GPtrArray) history = rt_graph_history(graph, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(history->len, ==, 0);
    const RtRevision *revision = NULL;
    g_assert_true(rt_graph_resolve(graph, "head", &revision, &error));
    g_assert_null(revision);
    RtNewRevisionOptions options = { .id = "first" };
    g_autoptr(RtNewRevision) first = rt_graph_new_revision(graph, &options, &error);
    g_assert_no_error(error);
    g_assert_null(first->first_head);
    g_assert_null(first->down_revisions[0]);
}

static void
test_ranges(void)
{
    g_autoptr(RtGraph) graph = make_fork();
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_graph_range_needs_rows("current:"));
    g_assert_true(rt_graph_range_needs_rows("-2:current"));
    g_assert_false(rt_graph_range_needs_rows(":head"));
    g_assert_false(rt_graph_range_needs_rows(NULL));
    g_autoptr(GPtrArray) some = rt_graph_history(graph, "right1:right2", NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(some->len, ==, 2);
    g_assert_null(rt_graph_history(graph, "right1", NULL, &error));
    g_assert_error(error, RT_ERROR, RT_ERROR_RANGE_REQUIRED);
    g_clear_error(&error);
    g_assert_null(rt_graph_history(graph, "left1:right1", NULL, &error));
    g_assert_error(error, RT_ERROR, RT_ERROR_NOT_ANCESTOR);
}

static void
test_select_current(void)
{
    g_autoptr(RtGraph) graph = make_fork();
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = rt_graph_select(graph, "current", LIST("left1", "right1"), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(found->len, ==, 2);
    g_autoptr(GPtrArray) implied = rt_graph_current(graph, LIST("right2"), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(implied->len, ==, 2);
}

static void
test_new_revision_refusals(void)
{
    const struct {
        RtNewRevisionOptions options;
        RtErrorCode code;
    } cases[] = {
        { { .id = "new" }, RT_ERROR_MULTIPLE_HEADS },
        { { .id = "new", .heads = LIST("right1") }, RT_ERROR_NEEDS_SPLICE },
        { { .id = "new", .heads = LIST("left1", "left") }, RT_ERROR_DUPLICATE_HEADS },
        { { .id = "right1", .heads = LIST("heads") }, RT_ERROR_DUPLICATE_REVISION },
        { { .id = "a@b", .heads = LIST("heads") }, RT_ERROR_ILLEGAL_CHARACTER },
        { { .id = "new", .heads = LIST("heads"), .branch_labels = LIST("left") },
          RT_ERROR_DUPLICATE_LABEL },
        { { .id = "new", .heads = LIST("heads"), .branch_labels = LIST("x", "x") },
          RT_ERROR_DUPLICATE_LABEL },
        { { .id = "new", .heads = LIST("heads"), .depends_on = LIST("base") }, RT_ERROR_NOT_FOUND },
    };
    g_autoptr(RtGraph) graph = make_fork();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RtNewRevision) revision = rt_graph_new_revision(graph, &cases[i].options, &error);
        g_assert_null(revision);
        g_assert_error(error, RT_ERROR, (int) cases[i].code);
    }
}

/* No recursion and no repeated walks: a long chain is no deeper than a short one. */
static void
test_long_chain(void)
{
    enum { COUNT = 100000 };
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree RtRevisionInput *inputs = g_new0(RtRevisionInput, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        const char **down = g_new0(const char *, 2);
        g_ptr_array_add(texts, g_strdup_printf("r%zu", i));
        inputs[i].id = texts->pdata[texts->len - 1];
        down[0] = i ? inputs[i - 1].id : NULL;
        inputs[i].down_revisions = down;
        g_ptr_array_add(texts, down);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(RtGraph) graph = rt_graph_new(inputs, COUNT, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) history = rt_graph_history(graph, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(history->len, ==, COUNT);
    const RtRevision *newest = history->pdata[0];
    g_assert_cmpuint(newest->level, ==, COUNT - 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/revision/graph/broken-links", test_broken_links);
    g_test_add_func("/revision/graph/cycles", test_cycles);
    g_test_add_func("/revision/graph/at-heads", test_at_heads);
    g_test_add_func("/revision/graph/empty", test_empty);
    g_test_add_func("/revision/graph/ranges", test_ranges);
    g_test_add_func("/revision/graph/select-current", test_select_current);
    g_test_add_func("/revision/graph/new-revision-refusals", test_new_revision_refusals);
    g_test_add_func("/revision/graph/long-chain", test_long_chain);
    return g_test_run();
}
