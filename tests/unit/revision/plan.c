/*
 * Plans over random graphs: whatever the graph, the steps come in a possible order and the rows are
 * always the highest applied revisions. And what offline plans and stamps ask for.
 */
#include "revision/plan.h"

#include <string.h>

typedef const char *const *Strings;

enum { MAX_REVISIONS = 24, GRAPHS = 400 };

/* A random graph whose revisions never require what another requirement of theirs requires. */
typedef struct Sample {
    GRand *random;
    RtRevisionInput inputs[MAX_REVISIONS];
    const char *down_revisions[MAX_REVISIONS][4], *depends_on[MAX_REVISIONS][4];
    const char *labels[MAX_REVISIONS][2];
    char ids[MAX_REVISIONS][8], label_names[MAX_REVISIONS][8];
    bool is_end[MAX_REVISIONS]; /* nothing requires it yet */
    size_t count;
    RtGraph *graph;
} Sample;

static bool
toss(Sample *sample, double chance)
{
    return g_rand_double(sample->random) < chance;
}

/* A random end before `limit` that is taken away from the ends; `limit` where there is none. */
static size_t
take_end(Sample *sample, size_t limit)
{
    size_t start = limit ? g_rand_int_range(sample->random, 0, (int) limit) : 0;
    for (size_t i = 0; i < limit; i++) {
        size_t candidate = (start + i) % limit;
        if (sample->is_end[candidate]) {
            sample->is_end[candidate] = false;
            return candidate;
        }
    }
    return limit;
}

static void
link_revision(Sample *sample, size_t index)
{
    size_t parents = 0, dependencies = 0, wanted = toss(sample, 0.2) ? 2 : 1;
    bool is_branch = index > 0 && toss(sample, 0.15);
    if (is_branch) {
        size_t parent = g_rand_int_range(sample->random, 0, (int) index);
        sample->down_revisions[index][0] = sample->ids[parent];
        sample->is_end[parent] = false;
    }
    for (size_t i = 0; !is_branch && i < wanted && !toss(sample, 0.1); i++) {
        size_t parent = take_end(sample, index);
        if (parent < index)
            sample->down_revisions[index][parents++] = sample->ids[parent];
    }
    for (size_t i = 0; !is_branch && i < 2 && toss(sample, 0.25); i++) {
        size_t other = take_end(sample, index);
        if (other < index)
            sample->depends_on[index][dependencies++] =
                sample->labels[other][0] ? sample->labels[other][0] : sample->ids[other];
    }
    sample->is_end[index] = true;
}

static void
shuffle(Sample *sample)
{
    for (size_t i = sample->count - 1; i > 0; i--) {
        size_t other = g_rand_int_range(sample->random, 0, (int) i + 1);
        RtRevisionInput input = sample->inputs[i];
        sample->inputs[i] = sample->inputs[other];
        sample->inputs[other] = input;
    }
}

static Sample *
make_sample(unsigned seed)
{
    g_autoptr(GError) error = NULL;
    Sample *sample = g_new0(Sample, 1);
    sample->random = g_rand_new_with_seed(seed);
    sample->count = g_rand_int_range(sample->random, 1, MAX_REVISIONS + 1);
    for (size_t i = 0; i < sample->count; i++) {
        g_snprintf(sample->ids[i], sizeof(sample->ids[i]), "r%02zu", i);
        g_snprintf(sample->label_names[i], sizeof(sample->label_names[i]), "branch%zu", i % 10);
        if (i < 10 && toss(sample, 0.3))
            sample->labels[i][0] = sample->label_names[i];
        link_revision(sample, i);
        sample->inputs[i] = (RtRevisionInput){ .id = sample->ids[i],
                                               .down_revisions = sample->down_revisions[i],
                                               .depends_on = sample->depends_on[i],
                                               .branch_labels = sample->labels[i] };
    }
    shuffle(sample);
    sample->graph = rt_graph_new(sample->inputs, sample->count, &error);
    g_assert_no_error(error);
    return sample;
}

static void
free_sample(Sample *sample)
{
    rt_graph_free(sample->graph);
    g_rand_free(sample->random);
    g_free(sample);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sample, free_sample)

static void
apply_moves(const RtStep *step, GHashTable *rows)
{
    for (size_t i = 0; i < step->move_count; i++) {
        const RtMove *move = &step->moves[i];
        if (move->kind != RT_MOVE_INSERT)
            g_assert_true(g_hash_table_remove(rows, move->from));
        if (move->kind != RT_MOVE_DELETE)
            g_assert_true(g_hash_table_add(rows, (char *) move->to));
    }
}

static bool
is_any_applied(RtRevisionList list, const bool *applied)
{
    for (size_t i = 0; i < list.count; i++)
        if (applied[list.items[i]->index])
            return true;
    return false;
}

static bool
are_all_applied(RtRevisionList list, const bool *applied)
{
    for (size_t i = 0; i < list.count; i++)
        if (!applied[list.items[i]->index])
            return false;
    return true;
}

/* The rows are the applied revisions on which nothing applied stands. */
static void
check_rows(const RtGraph *graph, const bool *applied, GHashTable *rows)
{
    RtRevisionList all = rt_graph_revisions(graph);
    for (size_t i = 0; i < all.count; i++) {
        bool is_highest = applied[i] && !is_any_applied(all.items[i]->required_by, applied);
        g_assert_cmpint(g_hash_table_contains(rows, all.items[i]->id), ==, is_highest);
    }
}

static bool
is_done(const RtRevision *revision, bool is_upgrade, const bool *applied)
{
    return is_upgrade ? are_all_applied(revision->requires, applied)
                      : !is_any_applied(revision->required_by, applied);
}

/* Plays the plan over `applied` and rows, and looks at every step. */
static void
check_plan(const RtGraph *graph, const RtPlan *plan, bool *applied, GHashTable *rows)
{
    for (size_t i = 0; i < plan->count; i++) {
        const RtStep *step = &plan->steps[i];
        g_assert_cmpint(applied[step->revision->index], !=, step->is_upgrade);
        g_assert_true(is_done(step->revision, step->is_upgrade, applied));
        applied[step->revision->index] = step->is_upgrade;
        apply_moves(step, rows);
        check_rows(graph, applied, rows);
    }
    g_assert_cmpuint(g_hash_table_size(rows), ==, g_strv_length((char **) plan->rows));
    for (size_t i = 0; plan->rows[i]; i++)
        g_assert_true(g_hash_table_contains(rows, plan->rows[i]));
}

static void
mark_above(const RtRevision *revision, bool *set)
{
    for (size_t i = 0; i < revision->required_by.count; i++) {
        set[revision->required_by.items[i]->index] = true;
        mark_above(revision->required_by.items[i], set);
    }
}

static void
check_sample(Sample *sample)
{
    const RtGraph *graph = sample->graph;
    RtRevisionList all = rt_graph_revisions(graph);
    bool applied[MAX_REVISIONS] = { false };
    g_autoptr(GHashTable) rows = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GError) error = NULL;
    const RtRevision *target = all.items[g_rand_int_range(sample->random, 0, (int) sample->count)];

    g_autoptr(RtPlan) to_target = rt_plan_upgrade(graph, NULL, target->id, &error);
    g_assert_no_error(error);
    check_plan(graph, to_target, applied, rows);
    g_assert_cmpstr(to_target->rows[0], ==, target->id);
    g_assert_null(to_target->rows[1]);

    g_autoptr(RtPlan) to_heads = rt_plan_upgrade(graph, to_target->rows, "heads", &error);
    g_assert_no_error(error);
    check_plan(graph, to_heads, applied, rows);
    g_assert_cmpuint(to_target->count + to_heads->count, ==, sample->count);
    g_assert_true(rt_graph_is_at_heads(graph, to_heads->rows));

    g_autoptr(RtPlan) nothing = rt_plan_upgrade(graph, to_heads->rows, "heads", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(nothing->count, ==, 0);

    g_autoptr(RtPlan) back = rt_plan_downgrade(graph, to_heads->rows, target->id, &error);
    if (target->children.count == 0) {
        /* Nothing stands on it by down_revision; when it is no row either, there is no way down. */
        g_clear_error(&error);
        back = back ? back : rt_plan_downgrade(graph, to_heads->rows, "base", &error);
    }
    g_assert_no_error(error);
    check_plan(graph, back, applied, rows);
    bool above[MAX_REVISIONS] = { false };
    mark_above(target, above);
    for (size_t i = 0; target->children.count && i < sample->count; i++)
        g_assert_true(applied[i] || above[i]);

    g_autoptr(RtPlan) down = rt_plan_downgrade(graph, back->rows, "base", &error);
    g_assert_no_error(error);
    check_plan(graph, down, applied, rows);
    g_assert_cmpuint(g_hash_table_size(rows), ==, 0);
}

static void
test_random_graphs(void)
{
    for (unsigned seed = 0; seed < GRAPHS; seed++) {
        /* The last one stands above the assertion that failed. */
        g_test_message("graph of seed %u", seed);
        g_autoptr(Sample) sample = make_sample(seed);
        check_sample(sample);
    }
}

/* a1 <- a2 <- a3, and b1 <- b2 which depends on a2. */
static RtGraph *
make_two_branches(void)
{
    static const char *const a1[] = { "a1", NULL }, *const a2[] = { "a2", NULL };
    static const char *const b1[] = { "b1", NULL }, *const label[] = { "side", NULL };
    static const RtRevisionInput inputs[] = {
        { .id = "a1" },
        { .id = "a2", .down_revisions = a1 },
        { .id = "a3", .down_revisions = a2 },
        { .id = "b1", .branch_labels = label },
        { .id = "b2", .down_revisions = b1, .depends_on = a2 },
    };
    g_autoptr(GError) error = NULL;
    RtGraph *graph = rt_graph_new(inputs, G_N_ELEMENTS(inputs), &error);
    g_assert_no_error(error);
    return graph;
}

static char *
print_plan(const RtPlan *plan)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < plan->count; i++)
        for (size_t j = 0; j < plan->steps[i].move_count; j++) {
            const RtMove *move = &plan->steps[i].moves[j];
            g_string_append_printf(text, "%s", rt_move_kind_name(move->kind));
            g_string_append_printf(text, " %s", move->from ? move->from : move->to);
            if (move->from && move->to)
                g_string_append_printf(text, " %s", move->to);
            g_string_append(text, "; ");
        }
    g_autofree char *rows = g_strjoinv(" ", (char **) plan->rows);
    g_string_append_printf(text, "= %s", rows);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
test_stamp_offline(void)
{
    static const struct {
        const char *targets[3], *moves;
    } cases[] = {
        { { "a2" }, "insert a2; = a2" },
        { { "a1:a3" }, "update a1 a3; = a3" },
        { { "a1:a3", "a1:b1" }, "update a1 a3; insert b1; = a3 b1" },
        { { "a3:base" }, "delete a3; = " },
        { { "base:heads" }, "insert a3; insert b2; = a3 b2" },
    };
    g_autoptr(RtGraph) graph = make_two_branches();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RtPlan) plan = rt_plan_stamp_offline(graph, cases[i].targets, &error);
        g_assert_no_error(error);
        g_autofree char *moves = print_plan(plan);
        g_assert_cmpstr(moves, ==, cases[i].moves);
    }
}

static RtPlan *
stamp(const RtGraph *graph, Strings rows, const char *target, GError **error)
{
    return rt_plan_stamp(graph, rows, (const char *const[]){ target, NULL }, false, error);
}

static RtPlan *
upgrade_offline(const RtGraph *graph, Strings rows, const char *target, GError **error)
{
    (void) rows;
    return rt_plan_upgrade_offline(graph, target, error);
}

static RtPlan *
downgrade_offline(const RtGraph *graph, Strings rows, const char *target, GError **error)
{
    (void) rows;
    return rt_plan_downgrade_offline(graph, target, error);
}

static void
test_refusals(void)
{
    static const struct {
        RtPlan *(*plan)(const RtGraph *graph, Strings rows, const char *target, GError **error);
        const char *rows[3], *target;
        RtErrorCode code;
        const char *phrase;
    } cases[] = {
        { rt_plan_upgrade, { 0 }, "a1:a2", RT_ERROR_RANGE_NOT_ALLOWED, "Range revision not" },
        { rt_plan_downgrade, { "a3" }, "a1:a2", RT_ERROR_RANGE_NOT_ALLOWED, "--sql" },
        { stamp, { 0 }, "a1:a2", RT_ERROR_RANGE_NOT_ALLOWED, "--sql" },
        { upgrade_offline, { 0 }, "a1:a2:a3", RT_ERROR_RANGE_NOT_ALLOWED, "<fromrev>:<torev>" },
        { downgrade_offline, { 0 }, "a1", RT_ERROR_RANGE_REQUIRED, "requires <fromrev>:<torev>" },
        { upgrade_offline, { 0 }, "side@base:a2", RT_ERROR_NOT_FOUND, "side@base" },
        { rt_plan_upgrade, { 0 }, "head", RT_ERROR_MULTIPLE_HEADS, "a3, b2" },
        { rt_plan_upgrade, { "a1", "b1" }, "+1", RT_ERROR_AMBIGUOUS_CURRENT, "@+1" },
        { rt_plan_upgrade, { "gone" }, "heads", RT_ERROR_NOT_FOUND, "identified by 'gone'" },
        { rt_plan_upgrade, { "a1" }, "a1+9", RT_ERROR_RELATIVE_TOO_FAR, "'a1+9'" },
        { rt_plan_upgrade, { "a1", "a2" }, "heads", RT_ERROR_OVERLAP, "a2 overlaps" },
        { rt_plan_upgrade, { "a1" }, "a1+1x", RT_ERROR_NOT_FOUND, "'a1+1x'" },
        { rt_plan_downgrade, { "b1" }, "a2", RT_ERROR_NOT_ANCESTOR, "valid downgrade target" },
        { rt_plan_downgrade, { "a2", "a2" }, "-1", RT_ERROR_ROW_COUNT, "2 found" },
        { rt_plan_upgrade, { "a1" }, "+99999999999999999999", RT_ERROR_RELATIVE_TOO_FAR, "+" },
    };
    g_autoptr(RtGraph) graph = make_two_branches();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RtPlan) plan = cases[i].plan(graph, cases[i].rows, cases[i].target, &error);
        g_assert_null(plan);
        g_assert_error(error, RT_ERROR, (int) cases[i].code);
        g_assert_nonnull(strstr(error->message, cases[i].phrase));
    }
}

static void
test_ambiguous_downgrade(void)
{
    static const char *const rows[] = { "a3", "b2", NULL }, *const one[] = { "a3", NULL };
    g_autoptr(RtGraph) graph = make_two_branches();
    g_autoptr(GError) error = NULL;
    g_autoptr(RtPlan) plan = rt_plan_downgrade(graph, rows, "-1", &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(plan->warning, "ambiguous"));
    g_autoptr(RtPlan) clear = rt_plan_downgrade(graph, one, "-1", &error);
    g_assert_no_error(error);
    g_assert_null(clear->warning);
    g_autofree char *moves = print_plan(clear);
    g_assert_cmpstr(moves, ==, "update a3 a2; = a2");
}

static void
test_purge(void)
{
    static const char *const rows[] = { "unknown", "a1", NULL }, *const target[] = { "a2", NULL };
    g_autoptr(RtGraph) graph = make_two_branches();
    g_autoptr(GError) error = NULL;
    g_autoptr(RtPlan) plan = rt_plan_stamp(graph, rows, target, true, &error);
    g_assert_no_error(error);
    g_autofree char *moves = print_plan(plan);
    g_assert_cmpstr(moves, ==, "insert a2; = a2");
}

/* A requirement that another one already has: the merge of rows would miss one. */
static void
test_redundant_requirement(void)
{
    static const char *const a[] = { "a", NULL }, *const ab[] = { "b", "a", NULL };
    static const char *const c[] = { "c", NULL };
    static const RtRevisionInput inputs[] = {
        { .id = "a" },
        { .id = "b", .down_revisions = a },
        { .id = "c" },
        { .id = "d", .path = "versions/d.sql", .down_revisions = c, .depends_on = ab },
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(RtGraph) graph = rt_graph_new(inputs, G_N_ELEMENTS(inputs), &error);
    g_assert_no_error(error);
    g_autoptr(RtPlan) plan = rt_plan_upgrade(graph, NULL, "heads", &error);
    g_assert_null(plan);
    g_assert_error(error, RT_ERROR, RT_ERROR_OVERLAP);
    g_assert_nonnull(strstr(error->message, "versions/d.sql"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/revision/plan/random-graphs", test_random_graphs);
    g_test_add_func("/revision/plan/stamp-offline", test_stamp_offline);
    g_test_add_func("/revision/plan/refusals", test_refusals);
    g_test_add_func("/revision/plan/ambiguous-downgrade", test_ambiguous_downgrade);
    g_test_add_func("/revision/plan/purge", test_purge);
    g_test_add_func("/revision/plan/redundant-requirement", test_redundant_requirement);
    return g_test_run();
}
