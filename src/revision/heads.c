/* Moves the rows of a version table, and says how; see heads.h. */
#include "revision/heads.h"

#include "base/text.h"

#include <string.h>

struct RtHeads {
    const RtGraph *graph;
    unsigned *copies;      /* of each revision: how many rows hold it */
    size_t distinct;       /* ids that are rows */
    GPtrArray *strange;    /* rows that are no id of the graph; they stay where they are */
    RtRevisionSet *active; /* what the rows imply; NULL until needed */
    size_t *standing;      /* of each revision: how many active ones require it */
    size_t *seen;          /* the search that came by last */
    size_t search;
};

RtHeads *
rt_heads_new(const RtGraph *graph, const char *const *rows)
{
    RtHeads *heads = g_new0(RtHeads, 1);
    heads->graph = graph;
    heads->copies = g_new0(unsigned, graph->count + 1);
    heads->strange = g_ptr_array_new();
    for (size_t i = 0; rows && rows[i]; i++) {
        const RtRevision *revision = rt_graph_find(graph, rows[i]);
        if (!revision)
            g_ptr_array_add(heads->strange, (char *) rows[i]);
        else if (heads->copies[revision->index]++ == 0)
            heads->distinct++;
    }
    return heads;
}

void
rt_heads_free(RtHeads *heads)
{
    if (!heads)
        return;
    g_free(heads->copies);
    g_free(heads->active);
    g_free(heads->standing);
    g_free(heads->seen);
    g_ptr_array_unref(heads->strange);
    g_free(heads);
}

bool
rt_heads_is_empty(const RtHeads *heads)
{
    return heads->distinct == 0 && heads->strange->len == 0;
}

const char *const *
rt_heads_list(const RtHeads *heads, RtArena *arena)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    for (size_t i = 0; i < heads->graph->count; i++)
        for (unsigned copy = 0; copy < heads->copies[i]; copy++)
            g_ptr_array_add(rows, (char *) heads->graph->revisions[i].id);
    for (size_t i = 0; i < heads->strange->len; i++)
        g_ptr_array_add(rows, heads->strange->pdata[i]);
    g_ptr_array_sort(rows, rt_compare_strings);
    g_ptr_array_add(rows, NULL);
    return (const char *const *) rt_arena_copy(arena, rows->pdata,
                                               sizeof(rows->pdata[0]) * rows->len);
}

static bool
is_row(const RtHeads *heads, const RtRevision *revision)
{
    return heads->copies[revision->index] > 0;
}

static bool
check_present(const RtHeads *heads, const RtRevision *revision, const char *what, GError **error)
{
    unsigned found = heads->copies[revision->index];
    if (found != 1)
        rt_error_set(error, RT_ERROR_ROW_COUNT,
                     "Online migration expected to match one row when %s '%s' in the version "
                     "table; %u found: correct the table with stamp --purge",
                     what, revision->id, found);
    return found == 1;
}

static bool
check_absent(const RtHeads *heads, const RtRevision *revision, GError **error)
{
    if (is_row(heads, revision))
        rt_error_set(error, RT_ERROR_OVERLAP,
                     "Requested revision %s overlaps with other requested revisions: it is in the "
                     "version table already",
                     revision->id);
    return !is_row(heads, revision);
}

static bool
insert_row(RtHeads *heads, const RtRevision *revision, GArray *moves, GError **error)
{
    RtMove move = { .kind = RT_MOVE_INSERT, .to = revision->id };
    if (!check_absent(heads, revision, error))
        return false;
    heads->copies[revision->index] = 1;
    heads->distinct++;
    g_array_append_val(moves, move);
    return true;
}

static bool
delete_row(RtHeads *heads, const RtRevision *revision, GArray *moves, GError **error)
{
    RtMove move = { .kind = RT_MOVE_DELETE, .from = revision->id };
    if (!check_present(heads, revision, "deleting", error))
        return false;
    heads->copies[revision->index] = 0;
    heads->distinct--;
    g_array_append_val(moves, move);
    return true;
}

static bool
update_row(RtHeads *heads, const RtRevision *from, const RtRevision *to, GArray *moves,
           GError **error)
{
    RtMove move = { .kind = RT_MOVE_UPDATE, .from = from->id, .to = to->id };
    if (!check_absent(heads, to, error) || !check_present(heads, from, "updating", error))
        return false;
    heads->copies[from->index] = 0;
    heads->copies[to->index] = 1;
    g_array_append_val(moves, move);
    return true;
}

/* All of `from` but the last are deleted, the last becomes `to`. */
static bool
merge_rows(RtHeads *heads, const GPtrArray *from, const RtRevision *to, GArray *moves,
           GError **error)
{
    for (size_t i = 0; i + 1 < from->len; i++)
        if (!delete_row(heads, from->pdata[i], moves, error))
            return false;
    return update_row(heads, from->pdata[from->len - 1], to, moves, error);
}

/* All of `to` but the last are inserted, `from` becomes the last. */
static bool
unmerge_rows(RtHeads *heads, const RtRevision *from, const GPtrArray *to, GArray *moves,
             GError **error)
{
    for (size_t i = 0; i + 1 < to->len; i++)
        if (!insert_row(heads, to->pdata[i], moves, error))
            return false;
    return update_row(heads, from, to->pdata[to->len - 1], moves, error);
}

static bool
contains(RtRevisionList list, const RtRevision *revision)
{
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i] == revision)
            return true;
    return false;
}

/* Looks from `lower` upwards through what is applied for a row that is none of `besides`. */
static bool
is_below_a_row(RtHeads *heads, const RtRevision *lower, RtRevisionList besides)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    heads->search++;
    g_ptr_array_add(todo, (RtRevision *) lower);
    while (todo->len) {
        const RtRevision *place = g_ptr_array_steal_index_fast(todo, todo->len - 1);
        if (is_row(heads, place) && !contains(besides, place))
            return true;
        for (size_t i = 0; i < place->required_by.count; i++) {
            const RtRevision *upper = place->required_by.items[i];
            if (!heads->active[upper->index] || heads->seen[upper->index] == heads->search)
                continue;
            heads->seen[upper->index] = heads->search;
            g_ptr_array_add(todo, (RtRevision *) upper);
        }
    }
    return false;
}

/* Whether `lower`, which `revision` requires, is also below something else that it requires. */
static bool
is_required_twice(RtHeads *heads, const RtRevision *revision, const RtRevision *lower)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    heads->search++;
    for (size_t i = 0; i < revision->requires.count; i++)
        if (revision->requires.items[i]->level > lower->level)
            g_ptr_array_add(todo, (RtRevision *) revision->requires.items[i]);
    while (todo->len) {
        const RtRevision *place = g_ptr_array_steal_index_fast(todo, todo->len - 1);
        for (size_t i = 0; i < place->requires.count; i++) {
            const RtRevision *next = place->requires.items[i];
            if (next == lower)
                return true;
            if (next->level <= lower->level || heads->seen[next->index] == heads->search)
                continue;
            heads->seen[next->index] = heads->search;
            g_ptr_array_add(todo, (RtRevision *) next);
        }
    }
    return false;
}

/*
 * Whether `lower` stays implied by another row when `revision`, which requires it, goes. Something
 * else that is applied and stands on `lower` belongs to another row, unless it leads to `revision`
 * too. In that last case the answer is Alembic's: with no other row, what lies below another
 * successor is implied; beside other rows only they count.
 */
static bool
is_still_implied(RtHeads *heads, const RtRevision *revision, const RtRevision *lower)
{
    if (is_row(heads, lower))
        return true;
    if (heads->standing[lower->index] == 0)
        return false;
    bool has_other_rows = heads->distinct > 1 || heads->strange->len > 0;
    if (revision->requires.count == 1 || !has_other_rows ||
        !is_required_twice(heads, revision, lower))
        return true;
    return is_below_a_row(heads, lower, (RtRevisionList){ 0 });
}

static void
count_requirements(RtHeads *heads, const RtRevision *revision, int difference)
{
    for (size_t i = 0; i < revision->requires.count; i++)
        heads->standing[revision->requires.items[i]->index] += difference;
}

static void
set_active(RtHeads *heads, const RtRevision *revision, bool is_active)
{
    if (heads->active[revision->index] != is_active)
        count_requirements(heads, revision, is_active ? 1 : -1);
    heads->active[revision->index] = is_active;
}

static void
find_active(RtHeads *heads)
{
    const RtGraph *graph = heads->graph;
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    heads->active = g_new0(RtRevisionSet, graph->count + 1);
    heads->standing = g_new0(size_t, graph->count + 1);
    heads->seen = g_new0(size_t, graph->count + 1);
    for (size_t i = 0; i < graph->count; i++)
        if (heads->copies[i])
            g_ptr_array_add(rows, &graph->revisions[i]);
    rt_graph_reach(graph, rows, RT_REACH_REQUIRES, heads->active);
    for (size_t i = 0; i < graph->count; i++)
        if (heads->active[i])
            count_requirements(heads, &graph->revisions[i], 1);
}

/*
 * A merge of rows where one of the requirements is no row since another one stands on it already.
 * Alembic breaks down there, whenever no further row implies it; the script can be corrected.
 */
static bool
check_requirements(RtHeads *heads, const RtRevision *revision, GError **error)
{
    for (size_t i = 0; i < revision->requires.count; i++) {
        const RtRevision *lower = revision->requires.items[i];
        if (is_row(heads, lower) || !is_required_twice(heads, revision, lower) ||
            is_below_a_row(heads, lower, revision->requires))
            continue;
        rt_error_set(error, RT_ERROR_OVERLAP,
                     "Requested revision %s overlaps with other requested revisions: %s (%s) "
                     "requires it directly and through another revision; remove it from the "
                     "down_revision or depends_on line of %s",
                     lower->id, revision->id, revision->path ? revision->path : "no file",
                     revision->id);
        return false;
    }
    return true;
}

bool
rt_heads_upgrade(RtHeads *heads, const RtRevision *revision, GArray *moves, GError **error)
{
    g_autoptr(GPtrArray) from = g_ptr_array_new();
    if (!heads->active)
        find_active(heads);
    for (size_t i = 0; i < revision->requires.count; i++)
        if (is_row(heads, revision->requires.items[i]))
            g_ptr_array_add(from, (RtRevision *) revision->requires.items[i]);
    if (from->len > 1 && from->len < revision->requires.count &&
        !check_requirements(heads, revision, error))
        return false;
    set_active(heads, revision, true);
    if (from->len == 0)
        return insert_row(heads, revision, moves, error);
    return merge_rows(heads, from, revision, moves, error);
}

bool
rt_heads_downgrade(RtHeads *heads, const RtRevision *revision, GArray *moves, GError **error)
{
    g_autoptr(GPtrArray) to = g_ptr_array_new();
    if (!heads->active)
        find_active(heads);
    set_active(heads, revision, false);
    if (!check_present(heads, revision, "updating", error))
        return false;
    for (size_t i = 0; i < revision->requires.count; i++)
        if (!is_still_implied(heads, revision, revision->requires.items[i]))
            g_ptr_array_add(to, (RtRevision *) revision->requires.items[i]);
    if (to->len == 0)
        return delete_row(heads, revision, moves, error);
    return unmerge_rows(heads, revision, to, moves, error);
}

static bool
has_missing(const RtHeads *heads, const GPtrArray *revisions)
{
    for (size_t i = 0; i < revisions->len; i++)
        if (!is_row(heads, revisions->pdata[i]))
            return true;
    return false;
}

static GPtrArray *
find_all(const RtGraph *graph, const char *const *ids)
{
    GPtrArray *revisions = g_ptr_array_new();
    for (size_t i = 0; ids[i]; i++)
        g_ptr_array_add(revisions, (RtRevision *) rt_graph_find(graph, ids[i]));
    return revisions;
}

bool
rt_heads_stamp(RtHeads *heads, const RtStep *step, GArray *moves, GError **error)
{
    g_autoptr(GPtrArray) from = find_all(heads->graph, step->from);
    const RtRevision *to = step->to[0] ? rt_graph_find(heads->graph, step->to[0]) : NULL;
    if (!to)
        return delete_row(heads, from->pdata[0], moves, error);
    bool is_new = step->is_branch_move || has_missing(heads, from);
    if (step->is_upgrade && is_new && !is_row(heads, to))
        return insert_row(heads, to, moves, error);
    if (from->len == 0)
        return check_absent(heads, to, error);
    return merge_rows(heads, from, to, moves, error);
}
