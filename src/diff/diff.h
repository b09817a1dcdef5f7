/*
 * Catalog × catalog → operations, refusals and notes. Operations come in running order: what is
 * used before its users, drops the other way round, renames before the new name is used, cycles of
 * foreign keys cut; those that the server lets share a statement are grouped.
 */
#pragma once

#include "dialect/dialect.h"

/* A change that the server cannot make: a result like any other, the rest of the diff stands. */
typedef struct RtRefusal {
    RtOp op;
    const char *reason;
    const char *ways[4]; /* NULL-ended */
    bool can_recreate;   /* see RtDiffOptions.recreate */
} RtRefusal;

typedef struct RtNote {
    const char
        *code; /* "foreign", "kept", "maybe_rename", "left_alone", "not_understood", "order" */
    const char *object; /* the name, NULL: none in particular */
    const char *message;
    bool verbose_only;
} RtNote;

typedef struct RtDiffOptions {
    /* Objects of `from` that are neither declared nor in `made` (the replayed scripts) are foreign:
       kept and noted. NULL with keep_foreign false: compare all, drop what `to` lacks. */
    bool keep_foreign;
    const RtCatalog *made;
    bool ignore_comments;
    /* Names of attributes that are data and compared all the same, NULL-ended; NULL: none. What is
       not declared of them stays whatever is asked. */
    const char *const *managed;
    /* What cannot be altered is made anew beside, where the dialect has a way, instead of refused.
     */
    bool recreate;
    /* Whether an object takes part; NULL: all do. `reflected`: it is on the side of `from`. */
    bool (*include)(void *data, RtKind kind, const RtName *table, const RtName *name,
                    bool reflected, bool other_side_has_it);
    void *include_data;
} RtDiffOptions;

typedef struct RtDiff {
    RtModel *model;
    GArray *ops;      /* of RtOp */
    GArray *refusals; /* of RtRefusal */
    GArray *notes;    /* of RtNote */
} RtDiff;

/* `from` and `to` share a model. The result's arrays are its own, all else is model memory. */
RtDiff *rt_diff_new(const RtDialect *dialect, const RtServer *server, const RtCatalog *from,
                    const RtCatalog *to, const RtDiffOptions *options);
void rt_diff_free(RtDiff *diff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtDiff, rt_diff_free)
bool rt_diff_is_empty(const RtDiff *diff);

/*
 * Puts operations that lead from `before` in running order and groups them anew; for the inverse of
 * a diff, and for whoever made operations by other means.
 */
void rt_order(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
              GArray *ops);
