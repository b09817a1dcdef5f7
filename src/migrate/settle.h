/* What became of a statement whose outcome is unknown; for migrate/ only. */
#pragma once

#include "migrate/wait.h"

typedef enum RtSettled {
    RT_SETTLED_RAN,
    RT_SETTLED_NOT_RUN, /* it may be sent again */
} RtSettled;

/*
 * Decides in this order: a job newer than the mark (waits for it), the live objects ≡ those before,
 * live ≡ apply(statement, before); data and opaque statements only by `idempotent`. Else
 * RT_ERROR_NEEDS_DECISION, at the statement, with the difference and the ways on.
 */
bool rt_settle(RtRunner *runner, const RtMigration *migration, unsigned index, const RtStepRow *row,
               RtSettled *out_settled, GError **error) G_GNUC_WARN_UNUSED_RESULT;
