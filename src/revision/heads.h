/*
 * The rows of a version table while a plan moves them: which changes a step makes, in the decision
 * order of Alembic (delete, insert, merge, unmerge, update). A row is a head of what is applied;
 * each step costs as much as it changes, not as much as there is.
 */
#pragma once

#include "revision/graph-internal.h"

typedef struct RtHeads RtHeads;

/* The rows that a run begins with; strings are borrowed. */
RtHeads *rt_heads_new(const RtGraph *graph, const char *const *rows);
void rt_heads_free(RtHeads *heads);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtHeads, rt_heads_free)

bool rt_heads_is_empty(const RtHeads *heads);
/* All rows, sorted, one string per row; strings are borrowed, the list is in `arena`. */
const char *const *rt_heads_list(const RtHeads *heads, RtArena *arena);

/*
 * Each appends its RtMove to `moves`. They fail with RT_ERROR_ROW_COUNT where a row that has to
 * change is not there once, with RT_ERROR_OVERLAP where one that has to appear is there already.
 */
bool rt_heads_upgrade(RtHeads *heads, const RtRevision *revision, GArray *moves, GError **error);
bool rt_heads_downgrade(RtHeads *heads, const RtRevision *revision, GArray *moves, GError **error);
/* `from` and `to` as in the step; either may be empty. */
bool rt_heads_stamp(RtHeads *heads, const RtStep *step, GArray *moves, GError **error);
