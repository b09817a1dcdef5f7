/*
 * The order of a set of revisions, newest first. Any topological order would do; this is the one
 * that people know from Alembic. Several strands, one per head, walk down side by side. One of
 * them has the turn and goes on as long as it can; where it stands on something that another
 * strand still has to come down to, the first such strand takes over.
 */
#include "revision/graph-internal.h"

enum { NO_STRAND = -1 };

/* A strand is a number, in order of creation; the living ones are a linked list in that order. */
typedef struct Strand {
    const RtRevision *at;
    int previous, next;
} Strand;

typedef struct Sorting {
    const RtGraph *graph;
    RtRevisionSet *todo; /* shrinks */
    size_t left;
    GArray *strands;
    int first, last;
    int *strand_at;        /* of each revision */
    size_t *waiting_for;   /* how many of what stands on it are still to do */
    size_t *first_pending; /* what stands on it: those before this one are done */
    size_t *seen;          /* the search that came by last */
    size_t search;
    GPtrArray *result;
} Sorting;

static void
clear_sorting(Sorting *sorting)
{
    g_array_unref(sorting->strands);
    g_free(sorting->strand_at);
    g_free(sorting->waiting_for);
    g_free(sorting->first_pending);
    g_free(sorting->seen);
    g_clear_pointer(&sorting->result, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sorting, clear_sorting)

static Strand *
strand(const Sorting *sorting, int number)
{
    return &g_array_index(sorting->strands, Strand, number);
}

static void
begin_strand(Sorting *sorting, const RtRevision *revision)
{
    int number = (int) sorting->strands->len;
    Strand added = { .at = revision, .previous = sorting->last, .next = NO_STRAND };
    g_array_append_val(sorting->strands, added);
    if (sorting->last != NO_STRAND)
        strand(sorting, sorting->last)->next = number;
    else
        sorting->first = number;
    sorting->last = number;
    sorting->strand_at[revision->index] = number;
}

/* Returns the strand that has the turn next: the one before, or the first. */
static int
end_strand(Sorting *sorting, int number)
{
    Strand *ended = strand(sorting, number);
    if (ended->previous != NO_STRAND)
        strand(sorting, ended->previous)->next = ended->next;
    else
        sorting->first = ended->next;
    if (ended->next != NO_STRAND)
        strand(sorting, ended->next)->previous = ended->previous;
    else
        sorting->last = ended->previous;
    return ended->previous != NO_STRAND ? ended->previous : sorting->first;
}

static void
init_sorting(Sorting *sorting, const GPtrArray *heads)
{
    const RtGraph *graph = sorting->graph;
    sorting->strands = g_array_new(FALSE, FALSE, sizeof(Strand));
    sorting->first = sorting->last = NO_STRAND;
    sorting->strand_at = g_new(int, graph->count + 1);
    sorting->waiting_for = g_new0(size_t, graph->count + 1);
    sorting->first_pending = g_new0(size_t, graph->count + 1);
    sorting->seen = g_new0(size_t, graph->count + 1);
    sorting->result = g_ptr_array_new();
    g_autofree RtRevisionSet *is_head = g_new0(RtRevisionSet, graph->count + 1);
    for (size_t i = 0; i < heads->len; i++)
        is_head[((const RtRevision *) heads->pdata[i])->index] = true;
    for (size_t i = 0; i < graph->count; i++) {
        const RtRevision *revision = &graph->revisions[i];
        sorting->strand_at[i] = NO_STRAND;
        if (!sorting->todo[i])
            continue;
        sorting->left++;
        for (size_t j = 0; j < revision->requires.count; j++)
            sorting->waiting_for[revision->requires.items[j]->index]++;
        if (is_head[i])
            begin_strand(sorting, revision);
    }
}

/*
 * The first strand that still has to come down to `revision`. Looks upwards from it through what
 * is to do, and stops early when no strand could come before the one found.
 */
static int
find_blocking_strand(Sorting *sorting, const RtRevision *revision, int own)
{
    int best = NO_STRAND;
    int earliest = sorting->first == own ? strand(sorting, own)->next : sorting->first;
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    sorting->search++;
    g_ptr_array_add(todo, (RtRevision *) revision);
    while (todo->len && (best == NO_STRAND || best != earliest)) {
        const RtRevision *place = g_ptr_array_steal_index_fast(todo, todo->len - 1);
        RtRevisionList above = place->required_by;
        size_t *pending = &sorting->first_pending[place->index];
        while (*pending < above.count && !sorting->todo[above.items[*pending]->index])
            ++*pending;
        for (size_t i = above.count; i-- > *pending;) {
            size_t index = above.items[i]->index;
            if (!sorting->todo[index] || sorting->seen[index] == sorting->search)
                continue;
            sorting->seen[index] = sorting->search;
            int other = sorting->strand_at[index];
            if (other != NO_STRAND && (best == NO_STRAND || other < best))
                best = other;
            g_ptr_array_add(todo, (RtRevision *) above.items[i]);
        }
    }
    return best;
}

/* The strand emits where it stands and goes down; further ways down become new strands. */
static int
advance(Sorting *sorting, int number)
{
    const RtRevision *revision = strand(sorting, number)->at;
    bool is_moved = false;
    g_ptr_array_add(sorting->result, (RtRevision *) revision);
    sorting->todo[revision->index] = false;
    sorting->strand_at[revision->index] = NO_STRAND;
    sorting->left--;
    for (size_t i = 0; i < revision->requires.count; i++)
        sorting->waiting_for[revision->requires.items[i]->index]--;
    for (size_t i = 0; i < revision->requires.count; i++) {
        const RtRevision *lower = revision->requires.items[i];
        if (!sorting->todo[lower->index] || sorting->strand_at[lower->index] != NO_STRAND)
            continue;
        if (is_moved) {
            begin_strand(sorting, lower);
            continue;
        }
        strand(sorting, number)->at = lower;
        sorting->strand_at[lower->index] = number;
        is_moved = true;
    }
    return is_moved ? number : end_strand(sorting, number);
}

GPtrArray *
rt_graph_sort(const RtGraph *graph, RtRevisionSet *set, const GPtrArray *heads, GError **error)
{
    g_auto(Sorting) sorting = { .graph = graph, .todo = set };
    init_sorting(&sorting, heads);
    int turn = sorting.first;
    while (turn != NO_STRAND) {
        const RtRevision *revision = strand(&sorting, turn)->at;
        int blocking = NO_STRAND;
        if (sorting.waiting_for[revision->index] > 0)
            blocking = find_blocking_strand(&sorting, revision, turn);
        turn = blocking != NO_STRAND ? blocking : advance(&sorting, turn);
    }
    if (sorting.left > 0) {
        rt_error_set(error, RT_ERROR_NOT_ANCESTOR,
                     "Requested range does not refer to ancestor/descendant revisions along the "
                     "same branch: %zu of its revisions are only reached by dependencies outside "
                     "of it",
                     sorting.left);
        return NULL;
    }
    return g_steal_pointer(&sorting.result);
}
