/* What became of a statement, by the live objects alone; for migrate/ only. */
#pragma once

#include "migrate/touch.h"

typedef enum RtFate {
    RT_FATE_BEFORE,   /* the live objects are those from before the statement */
    RT_FATE_AFTER,    /* they are what the statement makes of those */
    RT_FATE_NO_TRACE, /* they are both, and sending it again would not leave them so: a swap of
                         tables that differ by their rows only */
    RT_FATE_UNKNOWN,
} RtFate;

/*
 * Compares the live objects, by what is data too where nothing else tells before from after.
 * *out_difference (owned) says how they differ from before where they are neither; NULL where it is
 * known what they are, and where what was before cannot be read.
 */
bool rt_fate_find(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
                  const RtTouch *before, RtFate *out_fate, char **out_difference,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
