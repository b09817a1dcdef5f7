/*
 * Linting: statements replayed on a memory catalog, so that what the server would reject, take long
 * over or destroy is said before it is sent.
 */
#pragma once

#include "work/project.h"

typedef enum RtSeverity {
    RT_SEVERITY_NOTE,
    RT_SEVERITY_WARNING,
    RT_SEVERITY_ERROR,
} RtSeverity;

/* Strings are owned; NULL and 0 where unknown. */
typedef struct RtFinding {
    const char *rule; /* an error's code or a risk's name; static */
    RtSeverity severity;
    char *message;
    char *file;
    unsigned line, column;
    char *excerpt;
    char *object;
    char *revision;
} RtFinding;

const char *rt_severity_name(RtSeverity severity);

/*
 * Lints files, each on its own: a schema file on what `on` holds (NULL: nothing), a revision
 * script's halves on `on`, or where that is NULL on what the scripts before it make. Returns the
 * findings (of RtFinding *) in the order of the texts; fails only where something cannot be read.
 */
GPtrArray *rt_lint(RtProject *project, const char *const *files, const char *on,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
