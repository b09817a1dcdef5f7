/* Section [logging]: from which level on each logger is listened to, where it goes, and in which
 * form. */
#pragma once

#include "base/events.h"
#include "work/settings.h"

typedef struct RtLogging {
    char *path;   /* of the file that is written; NULL: standard error */
    bool is_json; /* one object a line; else text */
    GArray *levels;
} RtLogging;

/*
 * Reads the section. RT_ERROR_CONFIG for a level that is none. The loggers are named as in the
 * lines they print ("retort.migrate", a dialect's name for the statements sent to it), and a level
 * for "retort" counts for all that begin with it and a point.
 */
RtLogging *rt_logging_new(RtSettings *settings, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_logging_free(RtLogging *logging);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtLogging, rt_logging_free)

/* The least level of `logger` that is wanted: the configured one, else `fallback`. */
RtLevel rt_logging_level(const RtLogging *logging, const char *logger, RtLevel fallback);
/* One record as the configuration's format has it, without an end of line; owned by the caller. */
char *rt_logging_format(const RtLogging *logging, GDateTime *time, RtLevel level,
                        const char *logger, const char *message);
/* "INFO"; as text prints it, and JSON. */
const char *rt_level_name(RtLevel level);
