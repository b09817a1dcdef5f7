/* Which columns must be moved so that the rest may stay where they are. Private to diff/. */
#pragma once

#include "catalog/object.h"

typedef struct RtMoves {
    unsigned n_moved;
    unsigned last_kept; /* index in `to` of the last column that is there before and is not moved */
    uint8_t *is_moved;  /* by index of the child in `to` */
} RtMoves;

/*
 * `from_of_to` gives for each child of `to` its index in the object before, or -1. NULL when no
 * column has to be moved and none is new.
 */
RtMoves *rt_moves_new(const RtObject *to, const int *from_of_to);
void rt_moves_free(RtMoves *moves);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtMoves, rt_moves_free)

static inline bool
rt_moves_has(const RtMoves *moves, unsigned index)
{
    return moves->is_moved[index];
}
