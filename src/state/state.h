/*
 * Retort's own tables in a target: which revisions it has (version), who did what when (journal),
 * how far a run is (step). Knows their shape and rows; when to write what is migrate's to know.
 *
 * Several version tables may stand in one schema. Journal, steps and lock are then shared, and each
 * row says whose it is: a state sees and writes only the rows of its own version table.
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
/* The names of all tables that retort makes in any target, NULL-ended, owned by the state; to leave
   them out of comparisons. One that ends in "*" is the beginning of names. */
const char *const *rt_state_tables(const RtState *state);

/* What others have done is seen from here on, also by a connection to another of the servers. */
bool rt_state_sync(RtState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The statements that create what is missing; for --sql, and for a first run. One string a
 * statement, without semicolon. They may be sent whether or not the tables are there.
 */
GPtrArray *rt_state_create_sql(const RtState *state);
bool rt_state_create(RtState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The rows of the version table, sorted (of char *); empty when there is no such table. */
GPtrArray *rt_state_read_versions(RtState *state, bool *out_exists,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One change of the version table as SQL: insert (from NULL), delete (to NULL), update. */
char *rt_state_move_sql(const RtState *state, const char *from, const char *to);
bool rt_state_move(RtState *state, const char *from, const char *to,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A row of the journal: one revision of one run. Strings owned; NULL where unknown. */
typedef struct RtJournalRow {
    char *run;      /* the run's identifier; later runs sort behind earlier ones */
    int64_t number; /* of the revision in its run, from 1 */
    char *revision;
    char *direction; /* "up", "down", "stamp" */
    char *message;
    char *hash;        /* of the half */
    int64_t steps;     /* how many it has */
    int64_t step;      /* the one that was last started, from 1; 0: none */
    char *rows_before; /* version rows before it, separated by blanks */
    char *rows_after;
    char *started, *ended; /* UTC, ISO 8601 with milliseconds; ended NULL: open; either may be empty
                              where the server that ran a script cannot tell its time */
    char *owner;           /* user@host:pid */
    char *error;
    char *job;
} RtJournalRow;
void rt_journal_row_free(RtJournalRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtJournalRow, rt_journal_row_free)

/* All rows in the order in which they began (of RtJournalRow *); empty when there is no journal. */
GPtrArray *rt_state_read_journal(RtState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The open one, or NULL with no error when none is open. Its `step` is that of its step rows. */
RtJournalRow *rt_state_open_run(RtState *state, GError **error);
/* Where a target stands: the version rows and the open run as above, asked for together. */
typedef struct RtStanding {
    GPtrArray *rows; /* of char * */
    bool has_version_table;
    RtJournalRow *open;
} RtStanding;
bool rt_state_read_standing(RtState *state, RtStanding *out,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_standing_clear(RtStanding *standing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RtStanding, rt_standing_clear)
/* The statement that writes a row of the journal whole; owned. A time may be rt_own_now. */
char *rt_state_journal_sql(const RtState *state, const RtJournalRow *row);
bool rt_state_put_journal(RtState *state, const RtJournalRow *row,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is known of a started step, while no transaction holds its revision. */
typedef enum RtStepState {
    RT_STEP_STARTED, /* its outcome is known only when a later step was started */
    RT_STEP_FAILED,  /* the server said that it did not run */
} RtStepState;

/* A started step of a revision of a run. Strings owned; NULL where there is nothing to say. */
typedef struct RtStepRow {
    char *run;
    int64_t number, step; /* as in the journal */
    char *hash; /* NULL: the step was not started, the row says that those before it are done */
    char *statement; /* what was sent */
    char *objects;   /* JSON: the objects it touches, their DDL and newest job before it */
    char *outcome;   /* of a condition: "true", "false" */
    char *place;     /* of a statement in batches: the key it has reached, as a literal; "": none */
    RtStepState state;
} RtStepRow;
void rt_step_row_free(RtStepRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtStepRow, rt_step_row_free)

/* The steps that were started, in order (of RtStepRow *). */
GPtrArray *rt_state_read_steps(RtState *state, const char *run, int64_t number,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_state_put_step(RtState *state, const RtStepRow *row,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * The text of a half that no script holds, kept beside its steps and forgotten with them. Reading
 * one that is not there is RT_ERROR_NOT_FOUND; the text is owned by the caller.
 */
bool rt_state_put_text(RtState *state, const char *run, int64_t number, const char *text,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *rt_state_read_text(RtState *state, const char *run, int64_t number,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Forgets the steps of a revision that has ended; those in a generation go with it. */
bool rt_state_drop_steps(RtState *state, const char *run, int64_t number,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Forgets all steps: where no run is open they are left of one that died while it ended. */
bool rt_state_drop_all_steps(RtState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Who holds the version table for a run without transactions, where the lock is a row. */
typedef struct RtLockRow {
    char *owner;       /* NULL: nobody */
    int64_t fence;     /* grows with each owner */
    int64_t heartbeat; /* grows with each sign of life */
} RtLockRow;
void rt_lock_row_clear(RtLockRow *row);
/* All zero when the lock was never taken. */
bool rt_state_read_lock(RtState *state, RtLockRow *out_row,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_state_put_lock(RtState *state, const RtLockRow *row,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "2026-11-21T09:30:00.123Z" */
char *rt_state_time(GDateTime *time);
