/* What the files of the graph share among themselves. Nobody else includes this. */
#pragma once

#include "base/arena.h"
#include "revision/graph.h"
#include "revision/plan.h"

typedef struct RtLabel {
    const char *name;
    const RtRevision *revision; /* that declares it */
} RtLabel;

struct RtGraph {
    RtArena *arena;
    RtRevision *revisions;
    size_t count;
    GHashTable *by_name; /* ids and labels to revisions */
    GArray *labels;      /* of RtLabel, in load order */
    size_t *order;       /* indexes, each after all that it follows */
    RtRevisionList all, heads, effective_heads, bases;
};

/* A set of revisions: one flag per index. Freed with g_free. */
typedef bool RtRevisionSet;

/*
 * The place right below a base, which a relative walk can reach; one step further there is
 * nothing (NULL).
 */
extern const RtRevision rt_graph_below_base;

/* graph-check.c: fails for cycles, else fills `order` and the levels. */
bool rt_graph_check_cycles(RtGraph *graph, GError **error);
/* graph-labels.c */
void rt_graph_normalize_dependencies(RtGraph *graph);
void rt_graph_spread_labels(RtGraph *graph);
RtRevisionList rt_graph_list_take(RtGraph *graph, GPtrArray *revisions);
/* Fills the list at offset `backward` of each revision from the lists at offset `forward`. */
void rt_graph_reverse_links(RtGraph *graph, size_t forward, size_t backward);

/* graph-names.c: one exact or partial name without `@`; `label` (may be NULL) must share lineage.
 */
bool rt_graph_find_name(const RtGraph *graph, const char *name, const char *label,
                        const RtRevision **out_revision, GError **error);
bool rt_graph_find_branch(const RtGraph *graph, const char *label, const RtRevision **out_revision,
                          GError **error);
/* Appends the revisions of one identifier: elements may be NULL or rt_graph_below_base. */
bool rt_graph_resolve_into(const RtGraph *graph, const char *identifier, GPtrArray *out_revisions,
                           GError **error);
bool rt_graph_resolve_list_into(const RtGraph *graph, const char *const *identifiers,
                                GPtrArray *out_revisions, GError **error);
/* As resolve_into, of a target that is known not to be relative to the rows. */
bool rt_graph_resolve_target_into(const RtGraph *graph, RtTarget target, GPtrArray *out_revisions,
                                  GError **error);
/* What descends from `against` or leads to it; NULL and an error as names do. */
RtRevisionSet *rt_graph_lineage(const RtGraph *graph, const char *against, bool with_dependencies,
                                GError **error);
/*
 * Those of `revisions` that descend from `against` or lead to it. A new array that borrows.
 * Fails as names do.
 */
GPtrArray *rt_graph_filter_lineage(const RtGraph *graph, const GPtrArray *revisions,
                                   const char *against, bool with_dependencies, GError **error);
bool rt_revision_has_label(const RtRevision *revision, const char *label);

/* graph-relative.c: walks `steps` up (positive) or down; *out_revision as described above. */
typedef struct RtWalk {
    const RtRevision *start;
    int steps;
    const char *label; /* of the branch to take where it forks upwards; may be NULL */
    bool stop_at_end;
} RtWalk;
bool rt_graph_walk(const RtGraph *graph, RtWalk walk, const RtRevision **out_revision,
                   GError **error);
/* The revisions that an upgrade target means, given where it starts from. */
GPtrArray *rt_graph_upgrade_targets(const RtGraph *graph, RtTarget from, RtTarget target,
                                    bool stop_at_end, GError **error);
/*
 * What a downgrade target means: *out_revision (may be rt_graph_below_base or NULL for the base)
 * and *out_label, the branch it is restricted to, NULL for none, else owned by the caller.
 */
bool rt_graph_downgrade_target(const RtGraph *graph, RtTarget from, const char *target,
                               bool stop_at_end, char **out_label, const RtRevision **out_revision,
                               GError **error);
/* Whether it is a `-N` that has to choose among several rows. */
bool rt_graph_is_ambiguous_downgrade(const char *const *rows, const char *target);

/* graph-walk.c: sets of revisions reached from some. */
typedef enum RtReach {
    RT_REACH_PARENTS,
    RT_REACH_REQUIRES,
    RT_REACH_CHILDREN,
    RT_REACH_REQUIRED_BY,
} RtReach;
/* Adds `starts` and all that is reached from them to `set`. */
void rt_graph_reach(const RtGraph *graph, const GPtrArray *starts, RtReach reach,
                    RtRevisionSet *set);
/* The ancestors of all of `starts`, which must not be ancestors of each other. */
RtRevisionSet *rt_graph_ancestors(const RtGraph *graph, const GPtrArray *starts, GError **error);

/* graph-order.c: `set` newest first, walking down from `heads`. Fails when they do not reach it. */
GPtrArray *rt_graph_sort(const RtGraph *graph, RtRevisionSet *set, const GPtrArray *heads,
                         GError **error);
