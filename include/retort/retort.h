/*
 * The public face of libretort: a SKETCH. It fixes the shape that the library will have (opaque
 * handles, errors as values, option structs that know their size) so that the code below is built
 * for it. Nothing here is implemented yet and the file is not installed; the functions come with
 * the library.
 *
 * Plain C17 without GLib, clean in C++17.
 *
 * Every function that can fail takes a RetortError ** last, which may be NULL. On failure it
 * returns NULL or false and, where it can, puts an error there that the caller frees. Misuse (a
 * NULL handle, an option struct of no known size) is an error like any other: the library never
 * prints, exits, aborts or logs. A context and what comes from it belong to one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Names what a program was compiled against; retort_version() says what it runs with. */
#define RETORT_VERSION_MAJOR 0
#define RETORT_VERSION_MINOR 1
#define RETORT_VERSION_PATCH 0

/* "0.1.0"; static. */
const char *retort_version(void);

/* ---- errors ---- */

/* What a caller can do about an error: the exit statuses of the command, by name. */
typedef enum RetortErrorClass {
    RETORT_ERROR_USAGE = 2,    /* the call or the configuration is wrong */
    RETORT_ERROR_SCHEMA = 3,   /* a script or schema is at fault */
    RETORT_ERROR_SERVER = 4,   /* the server, or the way to it */
    RETORT_ERROR_LOCKED = 5,   /* another run holds the target */
    RETORT_ERROR_DECISION = 6, /* a person must decide */
    RETORT_ERROR_INTERRUPTED = 130
} RetortErrorClass;

typedef struct RetortError RetortError;

RetortErrorClass retort_error_class(const RetortError *error);
/* The code of the JSON interface, such as "syntax" or "multiple_heads"; static. */
const char *retort_error_code(const RetortError *error);
/* One line, without place and advice. Borrowed, as are the next two. */
const char *retort_error_message(const RetortError *error);
/* NULL where the error is not about a text. Line and column count from 1. */
const char *retort_error_file(const RetortError *error, unsigned *out_line, unsigned *out_column);
/* Message, place, excerpt with caret and advice, as the command prints them. */
const char *retort_error_text(const RetortError *error);
void retort_error_free(RetortError *error);

/* ---- events ---- */

typedef enum RetortLevel {
    RETORT_LEVEL_DEBUG,
    RETORT_LEVEL_NOTE,
    RETORT_LEVEL_WARNING
} RetortLevel;

/* What a run tells while it runs; members may be NULL. `data` is handed to each. */
typedef struct RetortEvents {
    size_t size; /* sizeof(RetortEvents) */
    void *data;
    /* Before a statement is sent. */
    void (*statement)(void *data, const char *sql);
    void (*notice)(void *data, RetortLevel level, const char *logger, const char *message);
    /* A job of the server goes on; `percent` is -1 where it is not known. */
    void (*progress)(void *data, const char *what, double percent);
    /* Whether to go on with a risk; without it the answer is no. */
    bool (*confirm)(void *data, const char *question);
} RetortEvents;

/* ---- context ---- */

/* A project: its configuration, scripts and database. Opens what is asked for, when it is. */
typedef struct RetortContext RetortContext;

typedef struct RetortContextOptions {
    size_t size;                  /* sizeof(RetortContextOptions) */
    const char *config;           /* NULL: RETORT_CONFIG, else retort.ini where there is one */
    const char *environment;      /* NULL: none */
    const char *url;              /* NULL: RETORT_URL, else the configuration */
    const char *dialect;          /* NULL: the configuration, else the URL */
    const char *const *variables; /* "key=value" */
    size_t n_variables;
    const RetortEvents *events; /* NULL: silence */
} RetortContextOptions;

/* `options` may be NULL. Freed with retort_context_free(). */
RetortContext *retort_context_new(const RetortContextOptions *options, RetortError **error);
/* Accepts NULL. What was made from the context must be freed before. */
void retort_context_free(RetortContext *context);
/* Asks what runs on the context to stop soon; may be called from any thread and from a signal. */
void retort_context_cancel(RetortContext *context);

/* ---- compare ---- */

typedef struct RetortDiff RetortDiff;

typedef struct RetortDiffOptions {
    size_t size;          /* sizeof(RetortDiffOptions) */
    bool include_foreign; /* also what is in the target and never was declared */
} RetortDiffOptions;

/* One change; the strings are borrowed from the diff. */
typedef struct RetortOperation {
    const char *kind;   /* the verb: "create", "alter"… */
    const char *object; /* "table", "column"… */
    const char *name;   /* "schema.table.column" without the default schema */
    const char *from;   /* the old name of a rename, else NULL */
    unsigned group;     /* operations that share their statements share the number */
    const char *const *sql;
    size_t n_sql;
    const char *const *risks;
    size_t n_risks;
} RetortOperation;

/* A change that the server cannot make; not an error. */
typedef struct RetortRefusal {
    const char *object, *name, *reason;
    const char *const *ways; /* out of it */
    size_t n_ways;
} RetortRefusal;

/*
 * Compares two sources: a .sql file or folder, "exec:COMMAND", a URL, "scripts[@REVISION]". NULL
 * stands for the database (`from`) and the declared schema (`to`) of the configuration. Writes to
 * neither. The result is freed with retort_diff_free(). Fails where a source cannot be loaded.
 */
RetortDiff *retort_diff(RetortContext *context, const char *from, const char *to,
                        const RetortDiffOptions *options, RetortError **error);
bool retort_diff_is_empty(const RetortDiff *diff);
/* Borrowed arrays, in the order in which the operations run. */
const RetortOperation *retort_diff_operations(const RetortDiff *diff, size_t *out_count);
const RetortRefusal *retort_diff_refusals(const RetortDiff *diff, size_t *out_count);
const char *const *retort_diff_notes(const RetortDiff *diff, size_t *out_count);
void retort_diff_free(RetortDiff *diff);

/* ---- migrate ---- */

typedef struct RetortRunOptions {
    size_t size;         /* sizeof(RetortRunOptions) */
    bool dry_run;        /* plan only: the result tells what would run */
    double lock_timeout; /* seconds; 0: that of the configuration */
} RetortRunOptions;

/* What a run did, or would do. */
typedef struct RetortRun RetortRun;

/*
 * Moves the database of the context to `target`, which may be any identifier of the command
 * ("head", "ae10+2", "label@head"…). A run that stands open is finished in its own direction
 * before anything is planned. Fails with RETORT_ERROR_DECISION where a risk is not confirmed.
 */
RetortRun *retort_upgrade(RetortContext *context, const char *target,
                          const RetortRunOptions *options, RetortError **error);
RetortRun *retort_downgrade(RetortContext *context, const char *target,
                            const RetortRunOptions *options, RetortError **error);
/* The revisions in running order; borrowed. */
const char *const *retort_run_revisions(const RetortRun *run, size_t *out_count);
/* The version rows after the run; borrowed. */
const char *const *retort_run_rows(const RetortRun *run, size_t *out_count);
void retort_run_free(RetortRun *run);

#ifdef __cplusplus
}
#endif
