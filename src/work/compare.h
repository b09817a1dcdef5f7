/*
 * Comparing two sources: the operations between them with what each does, as text and as script
 * halves. `diff`, `check`, `apply` and autogenerate are built on it.
 */
#pragma once

#include "dialect/render.h"
#include "diff/diff.h"
#include "work/project.h"

typedef struct RtComparison {
    RtModel *model;
    const RtDialect *dialect;
    RtServer server;
    RtCatalog *from, *to;
    RtCatalog *made; /* what the scripts make up to the database's revision; may be NULL */
    RtDiff *diff;
    GArray *rendered;  /* of RtRendered: diff->ops, then what brings back what they stop */
    RtEffect *effects; /* one for each of diff->ops */
    GPtrArray *notes;  /* of char *: what sources said while they were loaded */
} RtComparison;

void rt_comparison_free(RtComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtComparison, rt_comparison_free)

/*
 * Compares two sources as they are: all objects count. `to` NULL is the declared schema of the
 * project. RT_ERROR_CONFIG when their dialects differ.
 */
RtComparison *rt_compare_sources(RtProject *project, const char *from, const char *to,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Compares a source (NULL: the project's database) with the declared schema as the configuration
 * says: filters, comments, foreign objects. `recreate`: what cannot be altered is made anew, also
 * where the configuration does not say so. Notes tell of a database behind its heads
 * (not_up_to_date), of scripts edited after they ran (script_edited), of drift.
 */
RtComparison *rt_compare_declared(RtProject *project, const char *from, bool recreate,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Compares the project's database as it is now with a source (NULL: the declared schema) as the
 * configuration says, whatever the scripts say. With `create_only` what is there is as it shall be,
 * and only whole objects can be missing.
 */
RtComparison *rt_compare_target(RtProject *project, const char *to, bool create_only,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Equal: neither operations nor refusals. */
bool rt_comparison_is_equal(const RtComparison *comparison);
/* "column t.c", for messages; owned by the caller. */
char *rt_comparison_describe(const RtComparison *comparison, const RtOp *op);
/*
 * The body of a script's half: statements with semicolons, rebuild blocks, a "-- risk:" line
 * before each statement that has one, and as comments at the end what is refused.
 */
char *rt_comparison_upgrade(const RtComparison *comparison);
/*
 * The body of the half that leads back: what is lost named in "-- risk:" lines; one "irreversible"
 * line where there is no way or the server's rules refuse it.
 */
char *rt_comparison_downgrade(const RtComparison *comparison, GError **error);
/* "data-loss: column t.c: …" for each risk of the operations (of char *). */
GPtrArray *rt_comparison_risks(const RtComparison *comparison);
