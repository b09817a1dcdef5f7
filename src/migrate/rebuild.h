/* Around rebuild blocks; for migrate/ only. */
#pragma once

#include "migrate/runner.h"

/*
 * Sets what the dialect's session needs during rebuilds, outside of any transaction, and remembers
 * what it was and which rows broke a rule of the schema already. rt_rebuild_end() sets it back,
 * also after a failure; it does nothing where nothing was set.
 */
bool rt_rebuild_begin(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_rebuild_end(RtRunner *runner, GError **error);
/* Around the statements of one block, between the two: what is set for blocks only. */
bool rt_rebuild_enter(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_rebuild_leave(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Before the first statement of a rebuild block: nothing may hang on the table that would be lost.
 */
bool rt_rebuild_check(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* After rebuilds, before rt_rebuild_end(): a row that breaks a rule of the schema, and did not when
   they began, is an error. */
bool rt_rebuild_verify(RtRunner *runner, const RtMigration *migration,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
