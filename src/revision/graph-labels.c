/*
 * Works out what follows from the links: which dependencies count, and which branch labels reach
 * which revision. Everything here is linear in the graph, apart from the lists it has to build.
 */
#include <string.h>

#include "revision/graph-internal.h"

#include "base/text.h"

RtRevisionList
rt_graph_list_take(RtGraph *graph, GPtrArray *revisions)
{
    RtRevisionList list = { .count = revisions->len };
    if (list.count)
        list.items = (const RtRevision *const *) rt_arena_copy(
            graph->arena, revisions->pdata, sizeof(revisions->pdata[0]) * revisions->len);
    g_ptr_array_unref(revisions);
    return list;
}

void
rt_graph_reverse_links(RtGraph *graph, size_t forward, size_t backward)
{
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < graph->count; i++) {
            RtRevision *revision = &graph->revisions[i];
            RtRevisionList list = G_STRUCT_MEMBER(RtRevisionList, revision, forward);
            for (size_t j = 0; j < list.count; j++) {
                RtRevision *other = &graph->revisions[list.items[j]->index];
                RtRevisionList *back = &G_STRUCT_MEMBER(RtRevisionList, other, backward);
                if (pass == 1)
                    ((const RtRevision **) back->items)[back->count] = revision;
                back->count++;
            }
        }
        for (size_t i = 0; pass == 0 && i < graph->count; i++) {
            RtRevisionList *back = &G_STRUCT_MEMBER(RtRevisionList, &graph->revisions[i], backward);
            if (back->count)
                back->items = rt_arena_new_array(graph->arena, const RtRevision *, back->count);
            back->count = 0;
        }
    }
}

/* Dependencies of all revisions in one array, to say of each whether it counts. */
typedef struct Dependencies {
    size_t *first; /* of each revision */
    bool *is_implied;
} Dependencies;

static void
mark_implied(const RtRevision *revision, const RtRevision *dependency, Dependencies *dependencies)
{
    for (size_t i = 0; i < revision->dependencies.count; i++)
        if (revision->dependencies.items[i] == dependency)
            dependencies->is_implied[dependencies->first[revision->index] + i] = true;
}

/*
 * Of several revisions with the same dependency, those that descend from another of them have it
 * already. `seen` holds the number of the search that came by last.
 */
static void
find_implied(const RtRevision *dependency, size_t *seen, Dependencies *dependencies)
{
    RtRevisionList users = dependency->dependents;
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    size_t search = dependency->index + 1, highest = 0;
    for (size_t i = 0; i < users.count; i++) {
        highest = MAX(highest, users.items[i]->level);
        g_ptr_array_add(todo, (RtRevision *) users.items[i]);
    }
    while (todo->len) {
        const RtRevision *revision = g_ptr_array_steal_index_fast(todo, todo->len - 1);
        for (size_t i = 0; i < revision->children.count; i++) {
            const RtRevision *child = revision->children.items[i];
            if (seen[child->index] == search || child->level > highest)
                continue;
            seen[child->index] = search;
            g_ptr_array_add(todo, (RtRevision *) child);
        }
    }
    for (size_t i = 0; i < users.count; i++)
        if (seen[users.items[i]->index] == search)
            mark_implied(users.items[i], dependency, dependencies);
}

static RtRevisionList
list_requires(RtGraph *graph, const RtRevision *revision, const Dependencies *dependencies)
{
    if (revision->dependencies.count == 0)
        return revision->parents;
    GPtrArray *requires = g_ptr_array_new();
    for (size_t i = 0; i < revision->parents.count; i++)
        g_ptr_array_add(requires, (RtRevision *) revision->parents.items[i]);
    for (size_t i = 0; i < revision->dependencies.count; i++) {
        RtRevision *dependency = (RtRevision *) revision->dependencies.items[i];
        if (!dependencies->is_implied[dependencies->first[revision->index] + i] &&
            !g_ptr_array_find(requires, dependency, NULL))
            g_ptr_array_add(requires, dependency);
    }
    return rt_graph_list_take(graph, requires);
}

void
rt_graph_normalize_dependencies(RtGraph *graph)
{
    g_autofree size_t *first = g_new0(size_t, graph->count + 1);
    for (size_t i = 0; i < graph->count; i++)
        first[i + 1] = first[i] + graph->revisions[i].dependencies.count;
    g_autofree bool *is_implied = g_new0(bool, first[graph->count] + 1);
    g_autofree size_t *seen = g_new0(size_t, graph->count);
    Dependencies dependencies = { .first = first, .is_implied = is_implied };
    for (size_t i = 0; i < graph->count; i++)
        if (graph->revisions[i].dependents.count > 1)
            find_implied(&graph->revisions[i], seen, &dependencies);
    for (size_t i = 0; i < graph->count; i++)
    graph->revisions[i].requires = list_requires(graph, &graph->revisions[i], &dependencies);
    rt_graph_reverse_links(graph, G_STRUCT_OFFSET(RtRevision, requires),
                           G_STRUCT_OFFSET(RtRevision, required_by));
}

/* The union of sorted lists, sorted; the same list again where nothing is added to it. */
static const char *const *
unite(RtGraph *graph, const char *const *left, const char *const *right)
{
    if (left == right || !right || !right[0])
        return left;
    if (!left || !left[0])
        return right;
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    while (*left || *right) {
        int order = !*left ? 1 : !*right ? -1 : strcmp(*left, *right);
        g_ptr_array_add(all, (char *) (order <= 0 ? *left : *right));
        left += order <= 0;
        right += order >= 0;
    }
    g_ptr_array_add(all, NULL);
    return (const char *const *) rt_arena_copy(graph->arena, all->pdata,
                                               sizeof(all->pdata[0]) * all->len);
}

static const char *const *
sort_labels(RtGraph *graph, const char *const *labels)
{
    size_t count = g_strv_length((char **) labels);
    const char **copy =
        (const char **) rt_arena_copy(graph->arena, labels, sizeof(labels[0]) * (count + 1));
    qsort(copy, count, sizeof(copy[0]), rt_compare_strings);
    return copy;
}

/* Whether more than one revision stands on this one, as its child or by a dependency. */
static bool
is_fork(const RtRevision *revision)
{
    if (revision->children.count != 1 || revision->dependents.count == 0)
        return revision->children.count + revision->dependents.count > 1;
    return revision->dependents.count > 1 ||
           revision->dependents.items[0] != revision->children.items[0];
}

/*
 * A label goes up to all descendants. It also goes down from where it is declared to the next fork
 * or merge, but only if there is neither of them above.
 */
void
rt_graph_spread_labels(RtGraph *graph)
{
    static const char *const none[] = { NULL };
    g_autofree const char *const **declared = g_new0(const char *const *, graph->count);
    g_autofree const char *const **from_above = g_new0(const char *const *, graph->count);
    g_autofree bool *is_plain_above = g_new0(bool, graph->count);
    for (size_t i = graph->count; i-- > 0;) {
        const RtRevision *revision = &graph->revisions[graph->order[i]];
        size_t index = revision->index;
        declared[index] =
            revision->branch_labels[0] ? sort_labels(graph, revision->branch_labels) : none;
        from_above[index] = none;
        if (is_fork(revision) || revision->is_merge_point)
            continue;
        is_plain_above[index] = true;
        if (revision->is_head)
            continue;
        size_t child = revision->children.items[0]->index;
        is_plain_above[index] = is_plain_above[child];
        from_above[index] =
            unite(graph, from_above[child], is_plain_above[child] ? declared[child] : none);
    }
    for (size_t i = 0; i < graph->count; i++) {
        RtRevision *revision = &graph->revisions[graph->order[i]];
        const char *const *labels = declared[revision->index];
        for (size_t j = 0; j < revision->parents.count; j++)
            labels = unite(graph, labels, revision->parents.items[j]->labels);
        revision->labels = unite(graph, labels, from_above[revision->index]);
    }
}
