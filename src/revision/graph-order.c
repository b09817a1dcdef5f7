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
    const RtRevision *at; /* NULL once it has ended */
    int previous, next;
} Strand;

/*
 * The strands that were seen above a revision, in order, and where they stood. A strand only goes
 * down, so one that is not above the revision never will be, and a new one comes after all of
 * these. Those before `next` have ended.
 */
typedef struct Blockers {
    GArray *seen; /* of Blocker */
    size_t next;
} Blockers;

typedef struct Blocker {
    int strand;
    const RtRevision *at;
} Blocker;

typedef struct Sorting {
    const RtGraph *graph;
    RtRevisionSet *todo; /* shrinks */
    RtRevisionSet *gaps; /* what lies between revisions of the set without being one */
    size_t left;
    GArray *strands;
    int first, last;
    int *strand_at;      /* of each revision */
    size_t *waiting_for; /* how many of what stands on it are still to do */
    Blockers *blockers;  /* of each revision, empty until it is found blocked */
    size_t *seen;        /* the search that came by last */
    size_t search;
    GPtrArray *result;
} Sorting;

static void
clear_sorting(Sorting *sorting)
{
    g_array_unref(sorting->strands);
    g_free(sorting->strand_at);
    g_free(sorting->gaps);
    g_free(sorting->waiting_for);
    for (size_t i = 0; i < sorting->graph->count; i++)
        g_clear_pointer(&sorting->blockers[i].seen, g_array_unref);
    g_free(sorting->blockers);
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
    ended->at = NULL;
    return ended->previous != NO_STRAND ? ended->previous : sorting->first;
}

/*
 * A range may leave out what is reached by dependencies only. Nothing is emitted there, but what
 * lies below such a gap still comes after what lies above it: it waits for good, and so is always
 * looked at closely.
 */
static void
find_gaps(Sorting *sorting)
{
    const RtGraph *graph = sorting->graph;
    g_autoptr(GPtrArray) members = g_ptr_array_new();
    for (size_t i = 0; i < graph->count; i++)
        if (sorting->todo[i])
            g_ptr_array_add(members, &graph->revisions[i]);
    g_autofree RtRevisionSet *below = g_new0(RtRevisionSet, graph->count + 1);
    sorting->gaps = g_new0(RtRevisionSet, graph->count + 1);
    rt_graph_reach(graph, members, RT_REACH_REQUIRES, below);
    rt_graph_reach(graph, members, RT_REACH_REQUIRED_BY, sorting->gaps);
    for (size_t i = 0; i < graph->count; i++) {
        const RtRevision *revision = &graph->revisions[i];
        sorting->gaps[i] &= below[i] && !sorting->todo[i];
        for (size_t j = 0; sorting->gaps[i] && j < revision->requires.count; j++)
            sorting->waiting_for[revision->requires.items[j]->index]++;
    }
}

static void
init_sorting(Sorting *sorting, const GPtrArray *heads)
{
    const RtGraph *graph = sorting->graph;
    sorting->strands = g_array_new(FALSE, FALSE, sizeof(Strand));
    sorting->first = sorting->last = NO_STRAND;
    sorting->strand_at = g_new(int, graph->count + 1);
    sorting->waiting_for = g_new0(size_t, graph->count + 1);
    sorting->blockers = g_new0(Blockers, graph->count + 1);
    sorting->seen = g_new0(size_t, graph->count + 1);
    sorting->result = g_ptr_array_new();
    find_gaps(sorting);
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

static int
compare_blockers(const void *left, const void *right)
{
    return ((const Blocker *) left)->strand - ((const Blocker *) right)->strand;
}

/* Looks upwards from `revision` through what is to do for strands that have to come down to it. */
static void
find_blockers(Sorting *sorting, const RtRevision *revision)
{
    Blockers *blockers = &sorting->blockers[revision->index];
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    if (!blockers->seen)
        blockers->seen = g_array_new(FALSE, FALSE, sizeof(Blocker));
    g_array_set_size(blockers->seen, 0);
    blockers->next = 0;
    sorting->search++;
    g_ptr_array_add(todo, (RtRevision *) revision);
    while (todo->len) {
        const RtRevision *place = g_ptr_array_steal_index_fast(todo, todo->len - 1);
        for (size_t i = 0; i < place->required_by.count; i++) {
            const RtRevision *upper = place->required_by.items[i];
            bool is_between = sorting->todo[upper->index] || sorting->gaps[upper->index];
            if (!is_between || sorting->seen[upper->index] == sorting->search)
                continue;
            sorting->seen[upper->index] = sorting->search;
            Blocker blocker = { .strand = sorting->strand_at[upper->index], .at = upper };
            if (blocker.strand != NO_STRAND)
                g_array_append_val(blockers->seen, blocker);
            g_ptr_array_add(todo, (RtRevision *) upper);
        }
    }
    g_array_sort(blockers->seen, compare_blockers);
}

/*
 * The first strand that still has to come down to `revision`. What was found earlier is good as
 * long as the strand has not moved; when it has, only a new search can tell.
 */
static int
first_blocker(Sorting *sorting, const RtRevision *revision)
{
    Blockers *blockers = &sorting->blockers[revision->index];
    for (; blockers->seen && blockers->next < blockers->seen->len; blockers->next++) {
        const Blocker *blocker = &g_array_index(blockers->seen, Blocker, blockers->next);
        const RtRevision *at = strand(sorting, blocker->strand)->at;
        if (at == blocker->at)
            return blocker->strand;
        if (at)
            break;
    }
    find_blockers(sorting, revision);
    return blockers->seen->len ? g_array_index(blockers->seen, Blocker, 0).strand : NO_STRAND;
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
            blocking = first_blocker(&sorting, revision);
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
