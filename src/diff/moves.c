/* The longest run of columns that keep their order stays, the others are moved. */
#include "diff/moves.h"

static bool
is_in_order(const RtObject *to, const int *from_of_to)
{
    int last = -1;
    for (unsigned i = 0; i < to->n_children; i++) {
        if (rt_object_kind(to->children[i]) != RT_KIND_COLUMN)
            continue;
        if (from_of_to[i] <= last)
            return false;
        last = from_of_to[i];
    }
    return true;
}

/* Where in tails[0..n) the first element stands whose place is not before `place`. */
static unsigned
find_tail(const int *from_of_to, const unsigned *tails, unsigned n, int place)
{
    unsigned low = 0, high = n;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (from_of_to[tails[middle]] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Clears is_moved for the longest increasing sequence of places. */
static void
keep_longest(RtMoves *moves, const RtObject *to, const int *from_of_to)
{
    g_autofree unsigned *tails = g_new(unsigned, to->n_children);
    g_autofree int *previous = g_new(int, to->n_children);
    unsigned length = 0;
    for (unsigned i = 0; i < to->n_children; i++) {
        if (!moves->is_moved[i])
            continue;
        unsigned at = find_tail(from_of_to, tails, length, from_of_to[i]);
        previous[i] = at > 0 ? (int) tails[at - 1] : -1;
        tails[at] = i;
        length = MAX(length, at + 1);
    }
    if (length == 0)
        return;
    moves->last_kept = tails[length - 1];
    for (int i = (int) tails[length - 1]; i >= 0; i = previous[i]) {
        moves->is_moved[i] = false;
        moves->n_moved--;
    }
}

RtMoves *
rt_moves_new(const RtObject *to, const int *from_of_to)
{
    if (is_in_order(to, from_of_to))
        return NULL;
    RtMoves *moves = g_new0(RtMoves, 1);
    moves->is_moved = g_new0(uint8_t, to->n_children);
    for (unsigned i = 0; i < to->n_children; i++) {
        if (rt_object_kind(to->children[i]) == RT_KIND_COLUMN && from_of_to[i] >= 0) {
            moves->is_moved[i] = true;
            moves->n_moved++;
        }
    }
    keep_longest(moves, to, from_of_to);
    return moves;
}

void
rt_moves_free(RtMoves *moves)
{
    if (!moves)
        return;
    g_free(moves->is_moved);
    g_free(moves);
}
