/*
 * `apply`: a target is brought to a declared schema without scripts, by the same runner as scripts
 * are: plan, consent, lock, journal, resume.
 */
#pragma once

#include "work/compare.h"

typedef struct RtApplyOptions {
    const char *source;       /* NULL: the declared schema of the configuration */
    bool create_only;         /* whole objects that are missing, nothing else */
    bool is_dry;              /* only the plan */
    const char *const *allow; /* names of risks that are accepted, NULL-ended; NULL: none */
} RtApplyOptions;

typedef struct RtApplied {
    RtMigrationPlan *plan;    /* what was or would be done; after a failure what was before it */
    RtComparison *comparison; /* the last one; NULL where none was made */
} RtApplied;
void rt_applied_clear(RtApplied *applied);

/*
 * Fails with RT_ERROR_NEEDS_DECISION where the target has version rows, RT_ERROR_USAGE for an
 * unknown risk, and as runs do. `out_applied` is filled in also then; clear it in any case.
 */
bool rt_project_apply(RtProject *project, const RtApplyOptions *options, RtApplied *out_applied,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
