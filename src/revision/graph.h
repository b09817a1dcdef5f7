/*
 * The revision graph: which revision follows which, which names mean which revision, and what has
 * to run to come from one state to another. Knows nothing of SQL, files or connections: a state is
 * the rows of a version table, given as plain ids. The semantics are Alembic's.
 *
 * Everywhere below, a list of strings is NULL-terminated, and a NULL list is an empty one.
 */
#pragma once

#include "base/error.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct RtRevision RtRevision;
typedef struct RtGraph RtGraph;

typedef struct RtRevisionList {
    const RtRevision *const *items;
    size_t count;
} RtRevisionList;

/* What a script says of itself. Strings are copied by rt_graph_new; `data` is only passed on. */
typedef struct RtRevisionInput {
    const char *id;
    const char *const *down_revisions;
    const char *const *depends_on; /* ids or branch labels */
    const char *const *branch_labels;
    const char *message; /* the short text is what stands before the first empty line */
    const char *created;
    const char *path; /* shown in messages */
    void *data;
} RtRevisionInput;

/*
 * A revision as the graph knows it: what the script says, then what follows from all of them.
 * Lists are in the order in which they were written, or in load order.
 */
struct RtRevision {
    const char *id;
    const char *const *down_revisions;
    const char *const *depends_on;
    const char *const *branch_labels; /* those that this script declares, as written */
    const char *message;              /* never NULL */
    const char *created;              /* may be NULL */
    const char *path;                 /* may be NULL */
    void *data;

    size_t index; /* place in load order */
    size_t level; /* longest way down to a base, over parents and dependencies */
    RtRevisionList parents;
    RtRevisionList children;
    RtRevisionList dependencies; /* depends_on, resolved */
    RtRevisionList dependents;
    RtRevisionList requires; /* parents, and the dependencies that no ancestor already has */
    RtRevisionList required_by;
    const char *const *labels; /* all branch labels that reach it, sorted */
    bool is_base;
    bool is_head;           /* nobody's parent */
    bool is_effective_head; /* nor anybody's dependency */
    bool is_branch_point;   /* several children */
    bool is_merge_point;    /* several parents */
};

/*
 * Builds the graph from `count` inputs in load order. Fails when they do not fit together, and
 * then names the files and all faults of a kind: RT_ERROR_ILLEGAL_CHARACTER, RT_ERROR_SELF_LOOP,
 * RT_ERROR_DEPENDENCY_SELF_LOOP, RT_ERROR_DUPLICATE_REVISION, RT_ERROR_DUPLICATE_LABEL,
 * RT_ERROR_NOT_FOUND (a parent or dependency that no script declares), RT_ERROR_CYCLE,
 * RT_ERROR_DEPENDENCY_CYCLE. No revisions at all is a graph too.
 */
RtGraph *rt_graph_new(const RtRevisionInput *inputs, size_t count,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_graph_free(RtGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtGraph, rt_graph_free)

/* All revisions in load order. */
RtRevisionList rt_graph_revisions(const RtGraph *graph);
/* Revisions that are nobody's parent, in load order. */
RtRevisionList rt_graph_heads(const RtGraph *graph);
/* Those that are nobody's dependency either: what the version table holds when all has run. */
RtRevisionList rt_graph_effective_heads(const RtGraph *graph);
RtRevisionList rt_graph_bases(const RtGraph *graph);
/* The revision with exactly this id, or NULL. */
const RtRevision *rt_graph_find(const RtGraph *graph, const char *id);
/* Whether `id` can be a revision identifier; fails with RT_ERROR_ILLEGAL_CHARACTER. */
bool rt_revision_check_id(const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Names. An identifier is an id, a unique beginning of an id longer than three characters, a
 * label, `head`, `heads`, `base`, `LABEL@` before any of these, and in resolve_all `-N` (down from
 * the heads). Errors: RT_ERROR_NOT_FOUND, RT_ERROR_AMBIGUOUS_PREFIX, RT_ERROR_NO_SUCH_BRANCH,
 * RT_ERROR_NOT_IN_BRANCH, RT_ERROR_MULTIPLE_HEADS, RT_ERROR_AMBIGUOUS_WALK.
 */

/* One revision; *out_revision is NULL for the base. */
bool rt_graph_resolve(const RtGraph *graph, const char *identifier, const RtRevision **out_revision,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * The revisions that the identifiers mean, one after another. An element is NULL where a relative
 * identifier ends at or below the base; `base` itself yields none. `current` is not known here.
 */
GPtrArray *rt_graph_resolve_all(const RtGraph *graph, const char *const *identifiers,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As resolve_all with one identifier which may also be `current`: the revisions of `rows`. */
GPtrArray *rt_graph_select(const RtGraph *graph, const char *identifier, const char *const *rows,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Either one identifier as a person writes it (also a relative one), or a list; neither is base. */
typedef struct RtTarget {
    const char *text;
    const char *const *list;
} RtTarget;

typedef struct RtIterateOptions {
    RtTarget upper, lower;
    bool inclusive;            /* `lower` is part of the answer */
    bool implicit_base;        /* also what `lower` does not lead to */
    bool select_for_downgrade; /* what goes when `upper` is taken down to `lower` */
    bool allow_short_walk;     /* a relative identifier that leads too far stops at the end */
} RtIterateOptions;

/*
 * The revisions between two places, newest first, in Alembic's order. Borrowed from the graph.
 * RT_ERROR_NOT_ANCESTOR when `lower` is not below `upper`, RT_ERROR_OVERLAP when one revision of a
 * list is an ancestor of another.
 */
GPtrArray *rt_graph_iterate(const RtGraph *graph, const RtIterateOptions *options,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * What `history` lists, newest first. `range` is NULL for all, or `start:end` where either may be
 * missing, relative, or `current` (then `rows` counts). Without a colon: RT_ERROR_RANGE_REQUIRED.
 */
GPtrArray *rt_graph_history(const RtGraph *graph, const char *range, const char *const *rows,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether `range` speaks of `current`, so that the rows of a version table are needed. */
bool rt_graph_range_needs_rows(const char *range);

/*
 * Where a database with these rows stands: its rows, and what they imply by dependencies, as far
 * as none of their children is applied. In load order.
 */
GPtrArray *rt_graph_current(const RtGraph *graph, const char *const *rows,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the rows are exactly the effective heads. */
bool rt_graph_is_at_heads(const RtGraph *graph, const char *const *rows);

typedef struct RtNewRevisionOptions {
    const char *id;
    const char *const *heads; /* on what it is based; NULL is `head`, several make a merge */
    bool splice;              /* the heads need not be heads */
    const char *const *branch_labels;
    const char *const *depends_on;
} RtNewRevisionOptions;

/* The header of a script to be written. Owns its lists. */
typedef struct RtNewRevision {
    char **down_revisions;
    char **depends_on; /* full ids, but a label stays a label */
    char **branch_labels;
    char **heads_after;           /* the heads of the graph with the new revision, sorted */
    const RtRevision *first_head; /* the first revision it is based on, NULL for a new base */
} RtNewRevision;

/*
 * Works out a new revision and changes nothing. Fails as names do, and with RT_ERROR_NEEDS_SPLICE,
 * RT_ERROR_DUPLICATE_HEADS, RT_ERROR_DUPLICATE_LABEL, RT_ERROR_DUPLICATE_REVISION,
 * RT_ERROR_ILLEGAL_CHARACTER.
 */
RtNewRevision *rt_graph_new_revision(const RtGraph *graph, const RtNewRevisionOptions *options,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_new_revision_free(RtNewRevision *revision);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtNewRevision, rt_new_revision_free)
