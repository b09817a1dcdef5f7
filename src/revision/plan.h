/*
 * Plans: from the rows of a version table and a target to the steps that lead there, each with the
 * changes of the version table that belong to it. Pure, as the graph is; nothing is run.
 */
#pragma once

#include "base/arena.h"
#include "revision/graph.h"

typedef enum RtMoveKind {
    RT_MOVE_INSERT, /* of `to` */
    RT_MOVE_UPDATE, /* of `from` to `to` */
    RT_MOVE_DELETE, /* of `from` */
} RtMoveKind;

/* One change of one row of the version table. */
typedef struct RtMove {
    RtMoveKind kind;
    const char *from, *to;
} RtMove;

/* "insert", "update", "delete". */
const char *rt_move_kind_name(RtMoveKind kind);

typedef enum RtStepKind {
    RT_STEP_UPGRADE,
    RT_STEP_DOWNGRADE,
    RT_STEP_STAMP,
} RtStepKind;

/* Strings and revisions are borrowed from the plan and the graph. */
typedef struct RtStep {
    RtStepKind kind;
    bool is_upgrade;                     /* of a stamp: it goes up */
    bool is_branch_move;                 /* of a stamp: a branch appears or vanishes */
    const RtRevision *revision;          /* whose half runs; NULL for a stamp */
    const char *const *from, *const *to; /* as shown: parents without dependencies */
    const RtMove *moves;
    size_t move_count;
} RtStep;

typedef struct RtPlan {
    const RtStep *steps; /* in running order */
    size_t count;
    const char *const *rows;    /* of the version table afterwards, sorted */
    bool creates_version_table; /* of an offline plan: a step starts from an empty table */
    const char *warning;        /* NULL, or what a person should be told before it runs */
    RtArena *arena;
} RtPlan;

void rt_plan_free(RtPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtPlan, rt_plan_free)

/*
 * Up to `target` and everything it depends on. Targets may be relative: `+N` from the rows,
 * `ID+N`, `ID-N`, `LABEL@+N`. Errors are those of rt_graph_resolve, and RT_ERROR_RELATIVE_TOO_FAR,
 * RT_ERROR_AMBIGUOUS_WALK, RT_ERROR_AMBIGUOUS_CURRENT, RT_ERROR_OVERLAP,
 * RT_ERROR_RANGE_NOT_ALLOWED; RT_ERROR_ROW_COUNT when the rows cannot be those of one table that
 * this graph has moved.
 */
RtPlan *rt_plan_upgrade(const RtGraph *graph, const char *const *rows, const char *target,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Down to `target`, which stays: all that descends from it or depends on that goes. `LABEL@ID`
 * restricts it to a branch. Fails also with RT_ERROR_NOT_ANCESTOR when nothing above the target is
 * applied, RT_ERROR_NOT_ON_BRANCH_DOWNGRADE when the branch does not pass the target.
 */
RtPlan *rt_plan_downgrade(const RtGraph *graph, const char *const *rows, const char *target,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Moves rows only. `purge` forgets all rows first, without looking at them. A target that is
 * neither above nor below a row becomes a new row; `base` deletes.
 */
RtPlan *rt_plan_stamp(const RtGraph *graph, const char *const *rows, const char *const *targets,
                      bool purge, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The same without a database: `range` is `from:to`, or for upgrade and stamp `to`, which starts
 * from nothing. A downgrade without `from`: RT_ERROR_RANGE_REQUIRED. The targets of a stamp may
 * name one start between them.
 */
RtPlan *rt_plan_upgrade_offline(const RtGraph *graph, const char *range,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
RtPlan *rt_plan_downgrade_offline(const RtGraph *graph, const char *range,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
RtPlan *rt_plan_stamp_offline(const RtGraph *graph, const char *const *targets,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
