/*
 * Revisions and steps as lines of text, in the shapes that people know from Alembic and scripts
 * grep for. Lists inside a line are sorted. Every result is owned by the caller.
 */
#pragma once

#include "revision/graph.h"
#include "revision/plan.h"

/* "PARENTS[ (dependencies)] -> ID[ (labels)][ (head)][ (current)]…, message": `history`. */
char *rt_describe_history(const RtRevision *revision, bool is_current);
/* "ID[ (labels)][ (head)][ (effective head)]": `heads`. */
char *rt_describe_head(const RtRevision *revision);
/* "ID[ (head)][ (effective head)][ (branchpoint)][ (mergepoint)]": `current`. */
char *rt_describe_current(const RtRevision *revision);
/* The block of several lines of `show` and of all -v forms; ends with one newline. */
char *rt_describe_entry(const RtRevision *revision, bool is_current);
/* The lines of a branch point and below it one per child, sorted: `branches`. A string list. */
char **rt_describe_branch_point(const RtRevision *revision, bool is_verbose);
/* "upgrade a, b -> c", and with `with_message` also ", message". */
char *rt_describe_step(const RtStep *step, bool with_message);
