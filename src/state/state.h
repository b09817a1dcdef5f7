/*
 * Retort's own tables in a target: which revisions it has (version), who did what when (journal),
 * how far a run is (step). Knows their shape and rows; when to write what is migrate's to know.
 */
#pragma once

#include "dialect/dialect.h"

typedef struct RtStateNames {
    const char *version; /* "retort_version"; the others are fixed */
    const char *schema;  /* NULL: the default */
    const char *properties;
} RtStateNames;

typedef struct RtState RtState;

/* Borrows all its arguments. `connection` NULL: an empty database, for reading. */
RtState *rt_state_new(const RtDialect *dialect, RtConnection *connection,
                      const RtStateNames *names);
void rt_state_free(RtState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtState, rt_state_free)
/* The names of all own tables, NULL-ended, owned by the state; to leave them out of comparisons. */
const char *const *rt_state_tables(const RtState *state);

/* The statements that create what is missing; for --sql, and for a first run. */
GPtrArray *rt_state_create_sql(const RtState *state);
bool rt_state_create(RtState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The rows of the version table, sorted (of char *); empty when there is no such table. */
GPtrArray *rt_state_read_versions(RtState *state, bool *out_exists,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One change of the version table as SQL: insert (from NULL), delete (to NULL), update. */
char *rt_state_move_sql(const RtState *state, const char *from, const char *to);

/* A row of the journal: one revision of one run. Strings owned; NULL where unknown. */
typedef struct RtJournalRow {
    char *run;      /* the run's identifier */
    int64_t number; /* of the revision in its run, from 1 */
    char *revision;
    char *direction; /* "up", "down", "stamp" */
    char *message;
    char *hash;        /* of the half */
    int64_t steps;     /* how many it has */
    int64_t step;      /* the one that was last started, from 1; 0: none */
    char *rows_before; /* version rows before it, separated by blanks */
    char *rows_after;
    char *started, *ended; /* UTC, ISO 8601 with milliseconds; ended NULL: open */
    char *owner;           /* user@host:pid */
    char *error;
    char *job;
} RtJournalRow;
void rt_journal_row_free(RtJournalRow *row);

/* All rows, oldest first (of RtJournalRow *); empty when there is no journal. */
GPtrArray *rt_state_read_journal(RtState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The open one, or NULL with no error when none is open. */
RtJournalRow *rt_state_open_run(RtState *state, GError **error);
bool rt_state_put_journal(RtState *state, const RtJournalRow *row,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
