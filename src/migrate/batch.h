/* `batch N`: an UPDATE or DELETE by ranges of its table's key; for migrate/ only. */
#pragma once

#include "migrate/runner.h"

/* Whether the step is run so: its place is kept in the transaction of its range, or the range may
   be repeated. */
bool rt_batch_is_meant(const RtRunner *runner, const RtScriptStep *step);
/*
 * Runs the statement range by range, each with its place in the step's row in one transaction, from
 * row->place on. Inside a transaction of the whole revision `batch` has no meaning, and the
 * statement runs at once; so it also does where the connection has no transactions. Wants a table
 * with a primary key of one column.
 */
bool rt_batch_run(RtRunner *runner, const RtScriptStep *step, RtStepRow *row,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
