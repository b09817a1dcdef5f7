/*
 * Asks the graph what Alembic was asked and compares the answers: one test for each line of the
 * file that the first argument names. tests/data/graph/README.md describes the cases.
 */
#include <jansson.h>
#include <string.h>

#include "revision/describe.h"

typedef json_t RtJson;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtJson, json_decref)
typedef const char *const *Strings;

/* A string, a list of strings or nothing, as a list; strings are borrowed. */
static const char **
read_strings(const json_t *value)
{
    size_t count = json_is_array(value) ? json_array_size(value) : json_is_string(value);
    const char **strings = g_new0(const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        strings[i] = json_string_value(json_is_array(value) ? json_array_get(value, i) : value);
    return strings;
}

static const char *
read_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool
read_flag(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static json_t *
write_strings(const char *const *strings)
{
    json_t *list = json_array();
    for (size_t i = 0; strings[i]; i++)
        json_array_append_new(list, json_string(strings[i]));
    return list;
}

static json_t *
write_ids(const RtRevision *const *revisions, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, revisions[i] ? json_string(revisions[i]->id) : json_null());
    return list;
}

static json_t *
write_moves(const RtStep *step)
{
    json_t *list = json_array();
    for (size_t i = 0; i < step->move_count; i++) {
        const RtMove *move = &step->moves[i];
        json_t *item = json_pack("[s]", rt_move_kind_name(move->kind));
        if (move->from)
            json_array_append_new(item, json_string(move->from));
        if (move->to)
            json_array_append_new(item, json_string(move->to));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *
write_step(const RtStep *step)
{
    const char *direction = step->is_upgrade ? "up" : "down";
    if (step->kind == RT_STEP_STAMP)
        return json_pack("{s:s, s:o, s:o, s:b, s:o}", "dir", direction, "from",
                         write_strings(step->from), "to", write_strings(step->to), "branch_move",
                         step->is_branch_move, "table", write_moves(step));
    g_autofree char *log = rt_describe_step(step, false);
    return json_pack("{s:s, s:s, s:s, s:o}", "dir", direction, "rev", step->revision->id, "log",
                     log, "table", write_moves(step));
}

static json_t *
write_plan(RtPlan *plan)
{
    if (!plan)
        return NULL;
    json_t *steps = json_array();
    for (size_t i = 0; i < plan->count; i++)
        json_array_append_new(steps, write_step(&plan->steps[i]));
    json_t *answer = json_pack("{s:o, s:o, s:i}", "steps", steps, "rows", write_strings(plan->rows),
                               "creates_version_table", plan->creates_version_table);
    rt_plan_free(plan);
    return answer;
}

static json_t *
answer_load(const RtGraph *graph, const json_t *args, GError **error)
{
    (void) args;
    (void) error;
    RtRevisionList all = rt_graph_revisions(graph), heads = rt_graph_heads(graph);
    RtRevisionList effective = rt_graph_effective_heads(graph), bases = rt_graph_bases(graph);
    json_t *labels = json_object(), *forks = json_array(), *merges = json_array();
    for (size_t i = 0; i < all.count; i++) {
        const RtRevision *revision = all.items[i];
        if (revision->labels[0])
            json_object_set_new(labels, revision->id, write_strings(revision->labels));
        if (revision->is_branch_point)
            json_array_append_new(forks, json_string(revision->id));
        if (revision->is_merge_point)
            json_array_append_new(merges, json_string(revision->id));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "heads", write_ids(heads.items, heads.count),
                     "effective_heads", write_ids(effective.items, effective.count), "bases",
                     write_ids(bases.items, bases.count), "branch_points", forks, "merge_points",
                     merges, "labels", labels);
}

static json_t *
answer_upgrade(const RtGraph *graph, const json_t *args, GError **error)
{
    g_autofree const char **rows = read_strings(json_object_get(args, "current"));
    return write_plan(rt_plan_upgrade(graph, rows, read_text(args, "target"), error));
}

static json_t *
answer_downgrade(const RtGraph *graph, const json_t *args, GError **error)
{
    g_autofree const char **rows = read_strings(json_object_get(args, "current"));
    return write_plan(rt_plan_downgrade(graph, rows, read_text(args, "target"), error));
}

static json_t *
answer_upgrade_sql(const RtGraph *graph, const json_t *args, GError **error)
{
    return write_plan(rt_plan_upgrade_offline(graph, read_text(args, "target"), error));
}

static json_t *
answer_downgrade_sql(const RtGraph *graph, const json_t *args, GError **error)
{
    return write_plan(rt_plan_downgrade_offline(graph, read_text(args, "target"), error));
}

static json_t *
answer_stamp(const RtGraph *graph, const json_t *args, GError **error)
{
    g_autofree const char **rows = read_strings(json_object_get(args, "current"));
    g_autofree const char **targets = read_strings(json_object_get(args, "targets"));
    return write_plan(rt_plan_stamp(graph, rows, targets, read_flag(args, "purge"), error));
}

static json_t *
answer_resolve(const RtGraph *graph, const json_t *args, GError **error)
{
    const RtRevision *revision = NULL;
    if (!rt_graph_resolve(graph, read_text(args, "target"), &revision, error))
        return NULL;
    return json_pack("{s:o}", "revs", write_ids(&revision, 1));
}

static json_t *
write_found(GPtrArray *revisions)
{
    if (!revisions)
        return NULL;
    json_t *answer = json_pack(
        "{s:o}", "revs", write_ids((const RtRevision *const *) revisions->pdata, revisions->len));
    g_ptr_array_unref(revisions);
    return answer;
}

static json_t *
answer_resolve_all(const RtGraph *graph, const json_t *args, GError **error)
{
    g_autofree const char **targets = read_strings(json_object_get(args, "target"));
    return write_found(rt_graph_resolve_all(graph, targets, error));
}

static json_t *
answer_iterate(const RtGraph *graph, const json_t *args, GError **error)
{
    const json_t *upper = json_object_get(args, "upper"), *lower = json_object_get(args, "lower");
    g_autofree const char **upper_list = read_strings(upper);
    g_autofree const char **lower_list = read_strings(lower);
    RtIterateOptions options = {
        .upper = { .text = json_string_value(upper),
                   .list = json_is_array(upper) ? upper_list : NULL },
        .lower = { .text = json_string_value(lower),
                   .list = json_is_array(lower) ? lower_list : NULL },
        .inclusive = read_flag(args, "inclusive"),
        .implicit_base = read_flag(args, "implicit_base"),
        .select_for_downgrade = read_flag(args, "select_for_downgrade"),
        .allow_short_walk = json_is_false(json_object_get(args, "assert_relative_length")),
    };
    return write_found(rt_graph_iterate(graph, &options, error));
}

static void
take_line(json_t *lines, char *line)
{
    json_array_append_new(lines, json_string(line));
    g_free(line);
}

static json_t *
answer_history(const RtGraph *graph, const json_t *args, GError **error)
{
    g_autofree const char **rows = read_strings(json_object_get(args, "current"));
    g_autoptr(GPtrArray) found = rt_graph_history(graph, read_text(args, "range"), rows, error);
    if (!found)
        return NULL;
    json_t *lines = json_array();
    for (size_t i = 0; i < found->len; i++) {
        const RtRevision *revision = found->pdata[i];
        bool is_current =
            read_flag(args, "indicate_current") && g_strv_contains(rows, revision->id);
        take_line(lines, read_flag(args, "verbose") ? rt_describe_entry(revision, is_current)
                                                    : rt_describe_history(revision, is_current));
    }
    return json_pack("{s:o}", "lines", lines);
}

static json_t *
answer_heads(const RtGraph *graph, const json_t *args, GError **error)
{
    (void) error;
    RtRevisionList heads = read_flag(args, "resolve_dependencies") ? rt_graph_effective_heads(graph)
                                                                   : rt_graph_heads(graph);
    json_t *lines = json_array();
    for (size_t i = 0; i < heads.count; i++)
        take_line(lines, read_flag(args, "verbose") ? rt_describe_entry(heads.items[i], false)
                                                    : rt_describe_head(heads.items[i]));
    return json_pack("{s:o}", "lines", lines);
}

static json_t *
answer_branches(const RtGraph *graph, const json_t *args, GError **error)
{
    g_autoptr(GPtrArray) found = rt_graph_history(graph, NULL, NULL, error);
    if (!found)
        return NULL;
    json_t *lines = json_array();
    for (size_t i = 0; i < found->len; i++) {
        const RtRevision *revision = found->pdata[i];
        if (!revision->is_branch_point)
            continue;
        g_auto(GStrv) block = rt_describe_branch_point(revision, read_flag(args, "verbose"));
        g_autoptr(RtJson) list = write_strings((Strings) block);
        json_array_extend(lines, list);
    }
    return json_pack("{s:o}", "lines", lines);
}

static json_t *
answer_current(const RtGraph *graph, const json_t *args, GError **error)
{
    g_autofree const char **rows = read_strings(json_object_get(args, "current"));
    g_autoptr(GPtrArray) found = rt_graph_current(graph, rows, error);
    if (!found)
        return NULL;
    json_t *lines = json_array();
    for (size_t i = 0; i < found->len; i++)
        take_line(lines, read_flag(args, "verbose") ? rt_describe_entry(found->pdata[i], false)
                                                    : rt_describe_current(found->pdata[i]));
    return json_pack("{s:o}", "lines", lines);
}

static json_t *
answer_show(const RtGraph *graph, const json_t *args, GError **error)
{
    g_autofree const char **rows = read_strings(json_object_get(args, "current"));
    g_autoptr(GPtrArray) found = rt_graph_select(graph, read_text(args, "target"), rows, error);
    if (!found)
        return NULL;
    json_t *lines = json_array();
    for (size_t i = 0; i < found->len; i++) {
        if (found->pdata[i]) {
            take_line(lines, rt_describe_entry(found->pdata[i], false));
            continue;
        }
        json_decref(lines);
        rt_error_set(error, RT_ERROR_NOT_FOUND, "the base cannot be shown");
        return NULL;
    }
    return json_pack("{s:o}", "lines", lines);
}

static json_t *
answer_new_revision(const RtGraph *graph, const json_t *args, GError **error)
{
    const json_t *head = json_object_get(args, "head");
    g_autofree const char **heads = read_strings(head);
    g_autofree const char **labels = read_strings(json_object_get(args, "labels"));
    g_autofree const char **depends_on = read_strings(json_object_get(args, "depends_on"));
    RtNewRevisionOptions options = {
        .id = read_text(args, "rev_id") ? read_text(args, "rev_id") : "newrev000001",
        .heads = head && !json_is_null(head) ? heads : NULL,
        .splice = read_flag(args, "splice"),
        .branch_labels = labels,
        .depends_on = depends_on,
    };
    g_autoptr(RtNewRevision) revision = rt_graph_new_revision(graph, &options, error);
    if (!revision)
        return NULL;
    return json_pack("{s:o, s:o, s:o, s:o}", "down",
                     write_strings((Strings) revision->down_revisions), "deps",
                     write_strings((Strings) revision->depends_on), "labels",
                     write_strings((Strings) revision->branch_labels), "heads_after",
                     write_strings((Strings) revision->heads_after));
}

static const struct {
    const char *op;
    json_t *(*answer)(const RtGraph *graph, const json_t *args, GError **error);
} questions[] = {
    { "load", answer_load },
    { "upgrade", answer_upgrade },
    { "downgrade", answer_downgrade },
    { "upgrade_sql", answer_upgrade_sql },
    { "downgrade_sql", answer_downgrade_sql },
    { "stamp", answer_stamp },
    { "resolve", answer_resolve },
    { "resolve_all", answer_resolve_all },
    { "iterate", answer_iterate },
    { "history", answer_history },
    { "heads", answer_heads },
    { "branches", answer_branches },
    { "current", answer_current },
    { "show", answer_show },
    { "new_revision", answer_new_revision },
};

static RtGraph *
load_graph(const json_t *revisions, GError **error)
{
    size_t count = json_array_size(revisions);
    g_autofree RtRevisionInput *inputs = g_new0(RtRevisionInput, count + 1);
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < count; i++) {
        const json_t *revision = json_array_get(revisions, i);
        const char *id = read_text(revision, "rev");
        const char **down = read_strings(json_object_get(revision, "down"));
        const char **depends_on = read_strings(json_object_get(revision, "deps"));
        const char **labels = read_strings(json_object_get(revision, "labels"));
        char *path = g_strdup_printf("versions/%s.py", id);
        /* The recorder wrote this text where the case has none. */
        char *message = read_text(revision, "doc") ? g_strdup(read_text(revision, "doc"))
                                                   : g_strdup_printf("doc of %s", id);
        inputs[i] = (RtRevisionInput){ .id = id,
                                       .down_revisions = down,
                                       .depends_on = depends_on,
                                       .branch_labels = labels,
                                       .message = message,
                                       .path = path };
        g_ptr_array_add(owned, down);
        g_ptr_array_add(owned, depends_on);
        g_ptr_array_add(owned, labels);
        g_ptr_array_add(owned, path);
        g_ptr_array_add(owned, message);
    }
    return rt_graph_new(inputs, count, error);
}

static int
compare_texts(const void *left, const void *right)
{
    return g_strcmp0(json_string_value(*(json_t *const *) left),
                     json_string_value(*(json_t *const *) right));
}

static json_t *
sort_texts(const json_t *list)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    for (size_t i = 0; i < json_array_size(list); i++)
        g_ptr_array_add(items, json_array_get(list, i));
    g_ptr_array_sort(items, compare_texts);
    json_t *sorted = json_array();
    for (size_t i = 0; i < items->len; i++)
        json_array_append(sorted, items->pdata[i]);
    return sorted;
}

/* Lists whose order means nothing are compared sorted. */
static bool
is_same_field(const char *op, const char *key, const json_t *expected, const json_t *got)
{
    bool is_unordered = (strcmp(op, "load") == 0 && strcmp(key, "labels") != 0) ||
                        (strcmp(op, "current") == 0 && strcmp(key, "lines") == 0);
    if (!is_unordered)
        return json_equal(expected, got);
    g_autoptr(RtJson) left = sort_texts(expected);
    g_autoptr(RtJson) right = sort_texts(got);
    return json_equal(left, right);
}

static bool
is_same_answer(const char *op, json_t *expected, const json_t *got)
{
    /* These speak of the recording, not of the answer. */
    static const char *const remarks[] = { "order_unique", "lines_sorted", "children_sorted",
                                           "warnings", NULL };
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(
        expected, key,
        value) if (!g_strv_contains(remarks, key) &&
                   !is_same_field(op, key, value, json_object_get(got, key))) return false;
    return true;
}

static const json_t *
find_step(const json_t *steps, const char *id, size_t *out_place)
{
    for (size_t i = 0; i < json_array_size(steps); i++)
        if (strcmp(read_text(json_array_get(steps, i), "rev"), id) == 0) {
            *out_place = i;
            return json_array_get(steps, i);
        }
    return NULL;
}

static bool
is_ordered(const RtGraph *graph, const json_t *steps, size_t place)
{
    const json_t *step = json_array_get(steps, place);
    const RtRevision *revision = rt_graph_find(graph, read_text(step, "rev"));
    bool is_upgrade = strcmp(read_text(step, "dir"), "up") == 0;
    for (size_t i = 0; i < revision->requires.count; i++) {
        size_t other = 0;
        if (find_step(steps, revision->requires.items[i]->id, &other) &&
            (other < place) != is_upgrade)
            return false;
    }
    return true;
}

/* The same steps in any order that is topological, and the same rows at the end. */
static bool
is_same_weakly(const RtGraph *graph, const json_t *expected, const json_t *got)
{
    const json_t *wanted = json_object_get(expected, "steps"),
                 *steps = json_object_get(got, "steps");
    if (!json_equal(json_object_get(expected, "rows"), json_object_get(got, "rows")) ||
        json_array_size(wanted) != json_array_size(steps))
        return false;
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        size_t place = 0;
        const json_t *step = json_array_get(wanted, i);
        const json_t *other = find_step(steps, read_text(step, "rev"), &place);
        if (!other || !json_equal(json_object_get(step, "log"), json_object_get(other, "log")) ||
            !json_equal(json_object_get(step, "dir"), json_object_get(other, "dir")) ||
            !is_ordered(graph, steps, i))
            return false;
    }
    return true;
}

static bool
is_same_error(const json_t *expected, bool is_any_right, const GError *error)
{
    const json_t *revisions = json_object_get(expected, "revisions");
    for (size_t i = 0; i < json_array_size(revisions); i++)
        if (!strstr(error->message, json_string_value(json_array_get(revisions, i))))
            return false;
    return is_any_right || strcmp(read_text(expected, "kind"), rt_error_name(error)) == 0;
}

static json_t *
ask(const RtGraph *graph, const json_t *test_case, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(questions); i++)
        if (strcmp(questions[i].op, read_text(test_case, "op")) == 0)
            return questions[i].answer(graph, json_object_get(test_case, "args"), error);
    rt_error_set(error, RT_ERROR_USAGE, "unknown question");
    return NULL;
}

static void
run_case(const void *data)
{
    const json_t *test_case = data;
    const char *grade = read_text(test_case, "grade");
    json_t *expected = json_object_get(test_case, "expect");
    if (json_object_get(expected, "required"))
        expected = json_object_get(expected, "required");
    const json_t *wanted_error = json_object_get(expected, "error");
    g_autoptr(GError) error = NULL;
    g_autoptr(RtGraph) graph = load_graph(json_object_get(test_case, "revisions"), &error);
    g_autoptr(RtJson) got = graph ? ask(graph, test_case, &error) : NULL;
    bool is_right = false;
    if (error)
        is_right =
            wanted_error && is_same_error(wanted_error, strcmp(grade, "error_only") == 0, error);
    else if (!wanted_error)
        is_right = strcmp(grade, "weak") == 0
                       ? is_same_weakly(graph, expected, got)
                       : is_same_answer(read_text(test_case, "op"), expected, got);
    if (is_right)
        return;
    g_autofree char *wanted_text = json_dumps(expected, JSON_SORT_KEYS);
    g_autofree char *got_text = got ? json_dumps(got, JSON_SORT_KEYS) : NULL;
    g_test_message("expected %s", wanted_text);
    g_test_message("got %s", got_text ? got_text : error ? rt_error_name(error) : "nothing");
    g_test_fail_printf("%s: %s", read_text(test_case, "id"),
                       error ? error->message : "another answer");
}

static bool
register_cases(const char *path, json_t *cases)
{
    g_autofree char *content = NULL;
    if (!g_file_get_contents(path, &content, NULL, NULL))
        return false;
    g_auto(GStrv) lines = g_strsplit(content, "\n", -1);
    for (size_t i = 0; lines[i]; i++) {
        if (!lines[i][0])
            continue;
        json_t *test_case = json_loads(lines[i], 0, NULL);
        if (!test_case)
            return false;
        json_array_append_new(cases, test_case);
        g_autofree char *name = g_strdup_printf("/revision/graph/%s/%s", read_text(test_case, "op"),
                                                read_text(test_case, "id"));
        g_test_add_data_func(name, test_case, run_case);
    }
    return json_array_size(cases) > 0;
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    g_autoptr(RtJson) cases = json_array();
    if (argc != 2 || !register_cases(argv[1], cases)) {
        g_printerr("usage: graph-cases FILE.jsonl\n");
        return 1;
    }
    return g_test_run();
}
