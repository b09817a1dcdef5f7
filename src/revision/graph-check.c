/*
 * Looks for cycles by a real topological order, so that one between a base and a head is found
 * too. Leaves the order and the levels behind.
 */
#include "revision/graph-internal.h"

#include "base/text.h"

typedef struct Peeling {
    bool with_dependencies;
    bool upwards;
} Peeling;

static size_t
count_left(RtRevisionList list, const bool *gone)
{
    size_t count = 0;
    for (size_t i = 0; i < list.count; i++)
        count += !gone[list.items[i]->index];
    return count;
}

static void
peel_neighbours(RtGraph *graph, const RtRevision *revision, RtRevisionList list, size_t *waiting,
                size_t *queue, size_t *end)
{
    for (size_t i = 0; i < list.count; i++) {
        size_t index = list.items[i]->index;
        RtRevision *next = &graph->revisions[index];
        next->level = MAX(next->level, revision->level + 1);
        if (waiting[index] > 0 && --waiting[index] == 0)
            queue[(*end)++] = index;
    }
}

/*
 * Takes away, again and again, what nothing that is left stands before (upwards) or after. Returns
 * how many went; they stand in `queue` in that order and in `gone`.
 */
static size_t
peel(RtGraph *graph, Peeling peeling, bool *gone, size_t *queue)
{
    g_autofree size_t *waiting = g_new0(size_t, graph->count);
    size_t end = 0;
    for (size_t i = 0; i < graph->count; i++) {
        const RtRevision *revision = &graph->revisions[i];
        if (gone[i])
            continue;
        waiting[i] = count_left(peeling.upwards ? revision->parents : revision->children, gone);
        if (peeling.with_dependencies)
            waiting[i] +=
                count_left(peeling.upwards ? revision->dependencies : revision->dependents, gone);
        if (waiting[i] == 0)
            queue[end++] = i;
    }
    for (size_t start = 0; start < end; start++) {
        const RtRevision *revision = &graph->revisions[queue[start]];
        gone[revision->index] = true;
        peel_neighbours(graph, revision, peeling.upwards ? revision->children : revision->parents,
                        waiting, queue, &end);
        if (peeling.with_dependencies)
            peel_neighbours(graph, revision,
                            peeling.upwards ? revision->dependents : revision->dependencies,
                            waiting, queue, &end);
    }
    return end;
}

static void
report_cycle(const RtGraph *graph, bool with_dependencies, const bool *gone, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    g_autoptr(GString) paths = g_string_new(NULL);
    for (size_t i = 0; i < graph->count; i++) {
        const RtRevision *revision = &graph->revisions[i];
        if (gone[i])
            continue;
        g_ptr_array_add(ids, (char *) revision->id);
        if (revision->path)
            g_string_append_printf(paths, "%s%s", paths->len ? ", " : "", revision->path);
    }
    g_ptr_array_sort(ids, rt_compare_strings);
    g_ptr_array_add(ids, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **) ids->pdata);
    rt_error_set(error, with_dependencies ? RT_ERROR_DEPENDENCY_CYCLE : RT_ERROR_CYCLE,
                 "%s is detected in revisions (%s); correct the %s line of one of them%s%s",
                 with_dependencies ? "Dependency cycle" : "Cycle", list,
                 with_dependencies ? "depends_on" : "down_revision", paths->len ? ": " : "",
                 paths->str);
}

static bool
check_links(RtGraph *graph, bool with_dependencies, GError **error)
{
    g_autofree bool *gone = g_new0(bool, graph->count);
    Peeling upwards = { .with_dependencies = with_dependencies, .upwards = true };
    if (peel(graph, upwards, gone, graph->order) == graph->count)
        return true;
    /* What is left stands in a cycle or above one; the second pass takes the latter away. */
    g_autofree size_t *queue = g_new0(size_t, graph->count);
    Peeling downwards = { .with_dependencies = with_dependencies };
    peel(graph, downwards, gone, queue);
    report_cycle(graph, with_dependencies, gone, error);
    return false;
}

bool
rt_graph_check_cycles(RtGraph *graph, GError **error)
{
    graph->order = rt_arena_new_array(graph->arena, size_t, graph->count + 1);
    return check_links(graph, false, error) && check_links(graph, true, error);
}
