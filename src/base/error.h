/*
 * What can go wrong, once for the whole project: each code has its name in JSON and its exit
 * status in the table of error.c. An error is an ordinary GError of the domain RT_ERROR which may
 * also know its place in a text and advice on what to do.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum RtErrorCode {
    RT_ERROR_USAGE,
    RT_ERROR_CONFIG,

    /* A script or schema is at fault. */
    RT_ERROR_SYNTAX,
    RT_ERROR_UNSUPPORTED,
    RT_ERROR_NOT_UNDERSTOOD,
    RT_ERROR_SCRIPT_EDITED,
    RT_ERROR_NOT_UP_TO_DATE,
    RT_ERROR_REJECTED,     /* the server's rules refuse the statement */
    RT_ERROR_ASSERTION,    /* an `assert` of a script is not true */
    RT_ERROR_IRREVERSIBLE, /* a half says that it cannot run */
    RT_ERROR_FILE,         /* a file cannot be read or written */

    /* The revision graph; the names are those that Alembic's answers are recorded under. */
    RT_ERROR_MULTIPLE_HEADS,
    RT_ERROR_NOT_FOUND,
    RT_ERROR_NO_SUCH_BRANCH,
    RT_ERROR_NOT_IN_BRANCH,
    RT_ERROR_AMBIGUOUS_PREFIX,
    RT_ERROR_NOT_ANCESTOR,
    RT_ERROR_NOT_ON_BRANCH_DOWNGRADE,
    RT_ERROR_RELATIVE_TOO_FAR,
    RT_ERROR_AMBIGUOUS_WALK,
    RT_ERROR_AMBIGUOUS_CURRENT,
    RT_ERROR_OVERLAP,
    RT_ERROR_NEEDS_SPLICE,
    RT_ERROR_DUPLICATE_HEADS,
    RT_ERROR_DUPLICATE_LABEL,
    RT_ERROR_DUPLICATE_REVISION,
    RT_ERROR_ILLEGAL_CHARACTER,
    RT_ERROR_CYCLE,
    RT_ERROR_SELF_LOOP,
    RT_ERROR_DEPENDENCY_CYCLE,
    RT_ERROR_DEPENDENCY_SELF_LOOP,
    RT_ERROR_ROW_COUNT,
    RT_ERROR_RANGE_REQUIRED,
    RT_ERROR_RANGE_NOT_ALLOWED,

    /* The server or the way to it. */
    RT_ERROR_DENIED,
    RT_ERROR_UNREACHABLE,
    RT_ERROR_TIMEOUT,
    RT_ERROR_LOST,
    RT_ERROR_SERVER,

    RT_ERROR_LOCKED,
    RT_ERROR_NEEDS_DECISION,
    RT_ERROR_INTERRUPTED,
} RtErrorCode;

/* Where in a text an error was found. Lines and columns count from 1; 0 is unknown. */
typedef struct RtErrorPlace {
    char *file;
    unsigned line, column;
    char *excerpt; /* the line and a caret below it, two lines without a final newline */
} RtErrorPlace;

#define RT_ERROR (rt_error_quark())
GQuark rt_error_quark(void);

/* "not_found": the stable name that machines read. An error of a foreign domain is "server". */
const char *rt_error_name(const GError *error);
/* The exit status that documents promise for this error. */
int rt_error_exit_status(const GError *error);
bool rt_error_is(const GError *error, RtErrorCode code);
/* NULL for an error that has no place. Borrowed from the error. */
const RtErrorPlace *rt_error_place(const GError *error);

/* Sets an error without a place. */
void rt_error_set(GError **error, RtErrorCode code, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Sets an error with a place; `place` is copied. The message does not repeat the place. */
void rt_error_set_at(GError **error, RtErrorCode code, const RtErrorPlace *place,
                     const char *format, ...) G_GNUC_PRINTF(4, 5);
/* "file:line:column: message", for a record or the middle of a sentence. Owned by the caller. */
char *rt_error_locate(const GError *error);
/* The error as a person reads it: as rt_error_locate(), then the excerpt. Owned by the caller. */
char *rt_error_describe(const GError *error);
