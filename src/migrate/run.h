/*
 * Applying revisions safely: plan from the graph and the live version rows, run step by step with a
 * journal, settle and resume what was interrupted, wait for jobs, move the version rows.
 */
#pragma once

#include "revision/folder.h"
#include "revision/plan.h"
#include "source/database.h"
#include "state/state.h"

typedef struct RtRunOptions {
    const RtEvents *events;
    const char *owner;  /* "user@host:pid" */
    const char *run_id; /* NULL: made from time and chance */
    int lock_timeout_ms, lease_ms, settle_ms, job_timeout_ms, poll_ms;
    unsigned refused_risks; /* bits of RtRisk that stop unless allowed by the script or a person */
    unsigned noted_risks;   /* told as notices, not as warnings */
    unsigned silent_risks;  /* not told */
    bool is_unattended;     /* nobody can be asked */
    const char *context;    /* JSON for the input of `run` steps, may be NULL */
    const char *url;        /* RETORT_URL of `run` steps; NULL: the database's, password and all */
    /* Called around every statement and write, for tests that kill the runner; NULL else. */
    void (*fault)(void *data, const char *where, unsigned step);
    void *fault_data;
} RtRunOptions;

/* A risk of one statement, and whether the script accepts it. Strings in the plan's arena. */
typedef struct RtMigrationRisk {
    RtRisk risk;
    const char *reason; /* "the rows of t are lost" */
    unsigned step;      /* of the half */
    unsigned line;      /* of the statement in its script */
    bool is_allowed;
} RtMigrationRisk;

/* One revision of a plan or of a finished run. Arrays are borrowed from the plan. */
typedef struct RtMigration {
    RtDirection direction;
    const RtStep *step;         /* NULL for an apply */
    const RtRevision *revision; /* NULL for a stamp and for an apply */
    bool is_stamp, is_apply;
    const RtMove *moves; /* of the version table, in order; see plan.h */
    unsigned n_moves;
    const RtText *text;
    RtHalf half;
    const bool *taken; /* by index of a step: whether its conditions hold; NULL: none was asked */
    GPtrArray *statements; /* of char *: what is (or was) sent for this database; for JSON */
    GPtrArray *risks;      /* of char *: "data-loss: the rows of t are lost", for messages */
    GArray *dangers;       /* of RtMigrationRisk, the same ones, for who decides */
    const char *rows_before, *rows_after; /* of the version table, separated by blanks */
    bool is_open; /* it was begun by a run that did not end, and is finished first */
} RtMigration;

/* "upgrade a1 -> b2, message", "apply". Owned. */
char *rt_migration_describe(const RtMigration *migration);

typedef struct RtMigrationPlan {
    RtArena *arena;
    RtPlan *plan;                    /* what the graph said */
    struct RtMigrationPlan *earlier; /* of the same run, whose memory is still used; or NULL */
    GPtrArray *migrations;           /* of RtMigration *, in running order */
    GPtrArray *rows_before;          /* of char * */
    GPtrArray *rows_after;
} RtMigrationPlan;
void rt_migration_plan_free(RtMigrationPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtMigrationPlan, rt_migration_plan_free)

typedef enum RtGoal {
    RT_GOAL_UPGRADE,
    RT_GOAL_DOWNGRADE,
    RT_GOAL_STAMP,
    RT_GOAL_APPLY, /* no revision: what `write` says */
} RtGoal;

typedef struct RtRequest {
    RtGoal goal;
    const char *const *targets; /* NULL-ended; upgrade and downgrade have one */
    bool purge;                 /* stamp: all rows are deleted first */
    /* apply: the body of a half that brings the target to where it shall be, empty where it is
       there; owned. Asked for when planning and again under the lock. */
    char *(*write)(void *data, GError **error);
    void *write_data;
} RtRequest;

/*
 * What would be done now, for this database; writes nothing. A run that stands open is part of it:
 * it comes first, in its own direction; an open apply is all of it, as what it leaves to do is not
 * known, and an error where revisions are asked for. `folder` may be NULL for an apply. Each half
 * is parsed, replayed for its risks, its conditions looked up. Fails as the graph does, and for a
 * half that is irreversible or cannot be parsed.
 */
RtMigrationPlan *rt_migration_plan_new(RtFolder *folder, RtDatabase *database, RtState *state,
                                       const RtRequest *request,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Does it: takes the lock, finishes an open run, plans again from the rows read under the lock, and
 * applies. Returns what was done (also after a failure of a later revision: then *error is set and
 * the plan holds what was done before it).
 */
RtMigrationPlan *rt_run(RtFolder *folder, RtDatabase *database, RtState *state,
                        const RtRequest *request, const RtRunOptions *options, GError **error);

/* The version rows that a journal keeps as one text, sorted (of char *). */
GPtrArray *rt_rows_split(const char *joined);

/*
 * The same as a script for the server's own client: version table, statements, row changes. The
 * target is `from:to` or, from nothing, `to`. Conditions are decided on the replayed scripts,
 * asserts and commands stand as comments.
 */
char *rt_run_offline(RtFolder *folder, const RtDialect *dialect, const RtServer *server,
                     const RtStateNames *names, const RtRequest *request,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
