/* Sets of revisions: what has to be there, what is there, and what lies between two places. */
#include <string.h>

#include "revision/graph-internal.h"

static RtRevisionList
list_reached(const RtRevision *revision, RtReach reach, unsigned part)
{
    static const RtRevisionList nothing = { 0 };
    switch (reach) {
    case RT_REACH_PARENTS:
        return part == 0 ? revision->parents : nothing;
    case RT_REACH_REQUIRES:
        return part == 0 ? revision->parents : revision->dependencies;
    case RT_REACH_CHILDREN:
        return part == 0 ? revision->children : nothing;
    case RT_REACH_REQUIRED_BY:
        return part == 0 ? revision->children : revision->dependents;
    }
    g_assert_not_reached();
}

static void
reach_from(RtReach reach, const RtRevision *start, RtRevisionSet *set, GPtrArray *todo)
{
    if (set[start->index])
        return;
    set[start->index] = true;
    g_ptr_array_add(todo, (RtRevision *) start);
    while (todo->len) {
        const RtRevision *revision = g_ptr_array_steal_index_fast(todo, todo->len - 1);
        for (unsigned part = 0; part < 2; part++) {
            RtRevisionList list = list_reached(revision, reach, part);
            for (size_t i = 0; i < list.count; i++) {
                if (set[list.items[i]->index])
                    continue;
                set[list.items[i]->index] = true;
                g_ptr_array_add(todo, (RtRevision *) list.items[i]);
            }
        }
    }
}

void
rt_graph_reach(const RtGraph *graph, const GPtrArray *starts, RtReach reach, RtRevisionSet *set)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    g_assert(set || graph->count == 0);
    for (size_t i = 0; i < starts->len; i++)
        reach_from(reach, starts->pdata[i], set, todo);
}

static bool
is_place(const RtRevision *revision)
{
    return revision && revision != &rt_graph_below_base;
}

/* A relative identifier that ended below the base where a revision is needed. */
static bool
check_places(const GPtrArray *revisions, GError **error)
{
    for (size_t i = 0; i < revisions->len; i++)
        if (!is_place(revisions->pdata[i])) {
            rt_error_set(error, RT_ERROR_RELATIVE_TOO_FAR,
                         "Walked too far: a relative identifier leads below the base");
            return false;
        }
    return true;
}

static void
report_overlap(const RtRevision *upper, const GPtrArray *starts, const RtRevisionSet *is_below,
               GError **error)
{
    g_autoptr(GString) ids = g_string_new(NULL);
    g_autoptr(GHashTable) shown = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < starts->len; i++) {
        const RtRevision *start = starts->pdata[i];
        if (start != upper && is_below[start->index] && g_hash_table_add(shown, (void *) start))
            g_string_append_printf(ids, "%s%s", ids->len ? ", " : "", start->id);
    }
    rt_error_set(error, RT_ERROR_OVERLAP,
                 "Requested revision %s overlaps with other requested revisions %s: what leads to "
                 "a revision must not be named beside it",
                 upper->id, ids->str);
}

/* Of the starts, the one that lies above another one; NULL where none does. */
static const RtRevision *
find_overlap(const RtGraph *graph, const GPtrArray *starts)
{
    g_autofree RtRevisionSet *below = g_new0(RtRevisionSet, graph->count + 1);
    g_autoptr(GPtrArray) next = g_ptr_array_new();
    for (size_t i = 0; i < starts->len; i++) {
        const RtRevision *start = starts->pdata[i];
        for (size_t j = 0; j < start->requires.count; j++)
            g_ptr_array_add(next, (RtRevision *) start->requires.items[j]);
    }
    rt_graph_reach(graph, next, RT_REACH_REQUIRES, below);
    const RtRevision *lower = NULL;
    for (size_t i = 0; i < starts->len && !lower; i++)
        if (below[((const RtRevision *) starts->pdata[i])->index])
            lower = starts->pdata[i];
    if (!lower)
        return NULL;
    g_autofree RtRevisionSet *above = g_new0(RtRevisionSet, graph->count + 1);
    g_autoptr(GPtrArray) from = g_ptr_array_new();
    g_ptr_array_add(from, (RtRevision *) lower);
    rt_graph_reach(graph, from, RT_REACH_REQUIRED_BY, above);
    for (size_t i = 0; i < starts->len; i++)
        if (starts->pdata[i] != lower && above[((const RtRevision *) starts->pdata[i])->index])
            return starts->pdata[i];
    g_assert_not_reached();
}

RtRevisionSet *
rt_graph_ancestors(const RtGraph *graph, const GPtrArray *starts, GError **error)
{
    g_autofree RtRevisionSet *set = g_new0(RtRevisionSet, graph->count + 1);
    const RtRevision *upper = starts->len > 1 ? find_overlap(graph, starts) : NULL;
    if (upper) {
        g_autoptr(GPtrArray) one = g_ptr_array_new();
        g_ptr_array_add(one, (RtRevision *) upper);
        rt_graph_reach(graph, one, RT_REACH_REQUIRES, set);
        report_overlap(upper, starts, set, error);
        return NULL;
    }
    rt_graph_reach(graph, starts, RT_REACH_REQUIRES, set);
    return g_steal_pointer(&set);
}

static char *
print_target(RtTarget target)
{
    if (target.text)
        return g_strdup(target.text);
    return target.list && target.list[0] ? g_strjoinv(", ", (char **) target.list)
                                         : g_strdup("base");
}

static void
report_not_ancestor(const RtIterateOptions *options, GError **error)
{
    g_autofree char *lower = print_target(options->lower);
    g_autofree char *upper = print_target(options->upper);
    rt_error_set(error, RT_ERROR_NOT_ANCESTOR,
                 "Requested range %s:%s does not refer to ancestor/descendant revisions along the "
                 "same branch",
                 lower, upper);
}

/*
 * `LABEL@…` below keeps the targets of that branch only. A revision written in place of the label
 * stands for the one label that reaches it.
 */
static bool
keep_branch_of_lower(const RtGraph *graph, const char *lower, GPtrArray *targets, GError **error)
{
    const char *at = lower ? strchr(lower, '@') : NULL;
    if (!at)
        return true;
    g_autofree char *label = g_strndup(lower, at - lower);
    const char *branch = label;
    const RtRevision *revision = NULL;
    if (!rt_graph_resolve(graph, label, &revision, error))
        return false;
    if (revision && strcmp(revision->id, label) == 0) {
        if (g_strv_length((char **) revision->labels) != 1) {
            rt_error_set(error, RT_ERROR_NO_SUCH_BRANCH,
                         "Revision %s does not stand for one branch; write the label of the "
                         "branch before '@'",
                         label);
            return false;
        }
        branch = revision->labels[0];
    }
    for (size_t i = targets->len; i-- > 0;)
        if (!rt_revision_has_label(targets->pdata[i], branch))
            g_ptr_array_remove_index(targets, i);
    return true;
}

/*
 * A lower end that walked below the base of all heads is read once more as a downgrade from the
 * upper end would read it.
 */
static bool
reread_lower(const RtGraph *graph, const RtIterateOptions *options, GPtrArray *current,
             GError **error)
{
    if (current->len == 0 || current->pdata[0])
        return true;
    g_autofree char *label = NULL;
    const RtRevision *revision = NULL;
    if (!rt_graph_downgrade_target(graph, options->upper, options->lower.text,
                                   options->allow_short_walk, &label, &revision, error))
        return false;
    g_ptr_array_set_size(current, 0);
    if (revision != &rt_graph_below_base)
        g_ptr_array_add(current, (RtRevision *) revision);
    return true;
}

typedef struct Range {
    GPtrArray *targets, *current;
    RtRevisionSet *required; /* of the targets */
} Range;

static void
clear_range(Range *range)
{
    g_clear_pointer(&range->targets, g_ptr_array_unref);
    g_clear_pointer(&range->current, g_ptr_array_unref);
    g_clear_pointer(&range->required, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Range, clear_range)

static bool
read_range(const RtGraph *graph, const RtIterateOptions *options, Range *range, GError **error)
{
    range->targets = rt_graph_upgrade_targets(graph, options->lower, options->upper,
                                              options->allow_short_walk, error);
    if (!range->targets || !keep_branch_of_lower(graph, options->lower.text, range->targets, error))
        return false;
    range->required = rt_graph_ancestors(graph, range->targets, error);
    range->current = g_ptr_array_new();
    if (!range->required ||
        !rt_graph_resolve_target_into(graph, options->lower, range->current, error))
        return false;
    for (size_t i = 0; i < range->current->len && !options->implicit_base; i++) {
        const RtRevision *revision = range->current->pdata[i];
        if (revision == &rt_graph_below_base || (revision && !range->required[revision->index])) {
            report_not_ancestor(options, error);
            return false;
        }
    }
    return reread_lower(graph, options, range->current, error) &&
           check_places(range->current, error);
}

/* What is needed for the targets and not there yet. */
static GPtrArray *
collect_upgrade(const RtGraph *graph, const RtIterateOptions *options, GError **error)
{
    g_auto(Range) range = { 0 };
    if (!read_range(graph, options, &range, error))
        return NULL;
    g_autofree RtRevisionSet *there = rt_graph_ancestors(graph, range.current, error);
    if (!there)
        return NULL;
    RtRevisionSet *needed = range.required;
    for (size_t i = 0; i < graph->count; i++)
        needed[i] &= !there[i];
    for (size_t i = 0; options->inclusive && i < range.current->len; i++)
        needed[((const RtRevision *) range.current->pdata[i])->index] = true;
    if (range.current->len && !options->implicit_base) {
        g_autofree RtRevisionSet *above = g_new0(RtRevisionSet, graph->count);
        rt_graph_reach(graph, range.current, RT_REACH_CHILDREN, above);
        for (size_t i = 0; i < graph->count; i++)
            needed[i] &= above[i];
    }
    return rt_graph_sort(graph, needed, range.targets, error);
}

/* Where a downgrade begins to take away; a base counts once more for each label it declares. */
static GPtrArray *
list_roots(const RtGraph *graph, const RtRevision *target, bool inclusive, size_t *out_count)
{
    GPtrArray *roots = g_ptr_array_new();
    RtRevisionList list = is_place(target) ? target->children : graph->bases;
    *out_count = 0;
    if (is_place(target) && inclusive) {
        g_ptr_array_add(roots, (RtRevision *) target);
        *out_count = 1;
        return roots;
    }
    for (size_t i = 0; i < list.count; i++) {
        const RtRevision *root = list.items[i];
        g_ptr_array_add(roots, (RtRevision *) root);
        *out_count += 1;
        if (!is_place(target))
            *out_count += g_strv_length((char **) root->branch_labels);
    }
    return roots;
}

static bool
keep_roots_of_branch(const RtGraph *graph, const char *label, GPtrArray *roots, GError **error)
{
    const RtRevision *branch = NULL;
    if (!rt_graph_find_branch(graph, label, &branch, error))
        return false;
    g_autoptr(GPtrArray) start = g_ptr_array_new();
    g_autofree RtRevisionSet *below = g_new0(RtRevisionSet, graph->count + 1);
    g_ptr_array_add(start, (RtRevision *) branch);
    rt_graph_reach(graph, start, RT_REACH_PARENTS, below);
    unsigned kept = 0;
    for (unsigned i = 0; i < roots->len; i++)
        if (below[((const RtRevision *) roots->pdata[i])->index])
            roots->pdata[kept++] = roots->pdata[i];
    g_ptr_array_set_size(roots, kept);
    if (kept == 0)
        rt_error_set(error, RT_ERROR_NOT_ON_BRANCH_DOWNGRADE,
                     "Not a valid downgrade target from current heads: branch '%s' does not lead "
                     "through it",
                     label);
    return kept > 0;
}

static bool
is_any(const RtRevisionSet *set, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (set[i])
            return true;
    return false;
}

static GPtrArray *
find_roots(const RtGraph *graph, const RtIterateOptions *options, const RtRevision **out_target,
           GError **error)
{
    g_autofree char *label = NULL;
    size_t count = 0;
    if (!rt_graph_downgrade_target(graph, options->upper, options->lower.text,
                                   options->allow_short_walk, &label, out_target, error))
        return NULL;
    g_autoptr(GPtrArray) roots = list_roots(graph, *out_target, options->inclusive, &count);
    if (label && *label && count > 1 && !keep_roots_of_branch(graph, label, roots, error))
        return NULL;
    return g_steal_pointer(&roots);
}

/* What is there and stands on what is to go, or depends on it. */
static GPtrArray *
collect_downgrade(const RtGraph *graph, const RtIterateOptions *options, GError **error)
{
    const RtRevision *target = NULL;
    g_autoptr(GPtrArray) roots = find_roots(graph, options, &target, error);
    g_autoptr(GPtrArray) heads = g_ptr_array_new();
    if (!roots || !rt_graph_resolve_target_into(graph, options->upper, heads, error) ||
        !check_places(heads, error))
        return NULL;
    g_autofree RtRevisionSet *going = g_new0(RtRevisionSet, graph->count + 1);
    g_autofree RtRevisionSet *active = g_new0(RtRevisionSet, graph->count + 1);
    rt_graph_reach(graph, roots, RT_REACH_REQUIRED_BY, going);
    rt_graph_reach(graph, heads, RT_REACH_REQUIRES, active);
    for (size_t i = 0; i < graph->count; i++)
        going[i] &= active[i];
    if (options->implicit_base) {
        g_autofree RtRevisionSet *below = g_new0(RtRevisionSet, graph->count + 1);
        rt_graph_reach(graph, roots, RT_REACH_REQUIRES, below);
        for (size_t i = 0; i < graph->count; i++)
            going[i] |= active[i] && !below[i];
    }
    if (is_place(target) && !is_any(going, graph->count) &&
        !g_ptr_array_find(heads, target, NULL)) {
        report_not_ancestor(options, error);
        return NULL;
    }
    return rt_graph_sort(graph, going, heads, error);
}

GPtrArray *
rt_graph_iterate(const RtGraph *graph, const RtIterateOptions *options, GError **error)
{
    return options->select_for_downgrade ? collect_downgrade(graph, options, error)
                                         : collect_upgrade(graph, options, error);
}

bool
rt_graph_range_needs_rows(const char *range)
{
    return range && (g_str_has_prefix(range, "current:") || g_str_has_suffix(range, ":current"));
}

static RtTarget
read_range_end(const char *text, const char *fallback, const char *const *rows, bool is_current)
{
    bool is_empty = is_current ? !rows || !rows[0] : !text[0];
    if (is_empty)
        return (RtTarget){ .text = fallback };
    return is_current ? (RtTarget){ .list = rows } : (RtTarget){ .text = text };
}

GPtrArray *
rt_graph_history(const RtGraph *graph, const char *range, const char *const *rows, GError **error)
{
    g_autofree char *copy = g_strdup(range ? range : ":");
    g_strstrip(copy);
    char *colon = strchr(copy, ':');
    if (!colon || strchr(colon + 1, ':')) {
        rt_error_set(error, RT_ERROR_RANGE_REQUIRED,
                     "History range requires [start]:[end], [start]:, or :[end]");
        return NULL;
    }
    *colon = '\0';
    bool is_end_current = strcmp(colon + 1, "current") == 0;
    bool is_start_current = !is_end_current && strcmp(copy, "current") == 0;
    RtIterateOptions options = {
        .lower = read_range_end(copy, "base", rows, is_start_current),
        .upper = read_range_end(colon + 1, "heads", rows, is_end_current),
        .inclusive = true,
        .allow_short_walk = true,
    };
    return rt_graph_iterate(graph, &options, error);
}

GPtrArray *
rt_graph_current(const RtGraph *graph, const char *const *rows, GError **error)
{
    g_autoptr(GPtrArray) heads = g_ptr_array_new();
    if (!rt_graph_resolve_list_into(graph, rows, heads, error) || !check_places(heads, error))
        return NULL;
    g_autofree RtRevisionSet *active = g_new0(RtRevisionSet, graph->count + 1);
    rt_graph_reach(graph, heads, RT_REACH_REQUIRES, active);
    GPtrArray *current = g_ptr_array_new();
    for (size_t i = 0; i < graph->count; i++) {
        const RtRevision *revision = &graph->revisions[i];
        bool is_covered = false;
        for (size_t j = 0; j < revision->children.count && !is_covered; j++)
            is_covered = active[revision->children.items[j]->index];
        if (active[i] && !is_covered)
            g_ptr_array_add(current, (RtRevision *) revision);
    }
    return current;
}

bool
rt_graph_is_at_heads(const RtGraph *graph, const char *const *rows)
{
    g_autofree RtRevisionSet *is_row = g_new0(RtRevisionSet, graph->count + 1);
    size_t found = 0;
    for (size_t i = 0; rows && rows[i]; i++) {
        const RtRevision *revision = rt_graph_find(graph, rows[i]);
        if (!revision || !revision->is_effective_head)
            return false;
        found += !is_row[revision->index];
        is_row[revision->index] = true;
    }
    return found == graph->effective_heads.count;
}
