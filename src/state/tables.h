/*
 * The shapes of retort's own tables, and rows as lists of texts; for the files of state/ only. All
 * but the version table begin with a column `name`, the version table's: what is read, written and
 * asked for here is without it and only of the state's own version table.
 */
#pragma once

#include "state/state.h"

typedef enum RtOwn {
    RT_OWN_VERSION,
    RT_OWN_JOURNAL,
    RT_OWN_STEP,
    RT_OWN_LOCK,
    RT_OWN_DEFINITION, /* only where there is a pair to keep */
    RT_N_OWN,
} RtOwn;

struct RtState {
    const RtDialect *dialect; /* may be NULL: for names only */
    RtConnection *connection;
    RtOwnTable tables[RT_N_OWN];
    bool is_seen[RT_N_OWN]; /* the table is there, and no rollback takes it back */
    const char *names[RT_N_OWN + 3];
    char *properties; /* what the server made of the configuration's; NULL: that is right */

    /* Where the lock is a generation; see generation.h. Its table is tables[RT_OWN_STEP]. */
    int64_t generation;    /* ours; 0: none */
    char *mark;            /* written with our signs of life; NULL: not needed yet */
    char *generation_name; /* of the table */
    int64_t heartbeat;
    GArray *past; /* of int64_t: generations that others took before; NULL: none */
};

void rt_own_tables_init(RtState *state, const RtStateNames *names);
/* Whether the table is one of those that this target has, made at the beginning. */
bool rt_own_is_kept(const RtState *state, RtOwn own);
/* The table's name, qualified and quoted as it must be. */
void rt_own_print_name(GString *out, const RtState *state, RtOwn own);

/* A value as a number; 0 for NULL. */
int64_t rt_own_number(const char *value);

/* One condition "column = text" of a query; an array ends with column NULL. */
typedef struct RtOwnMatch {
    const char *column, *value;
} RtOwnMatch;

/* "WHERE name = 'retort_version' AND a = 'x' AND …", or nothing. */
void rt_own_print_where(GString *out, const RtState *state, RtOwn own, const RtOwnMatch *matches);
/* RT_ERROR_SERVER: the table is there, and what is in it is none of retort's. */
void rt_own_fail_odd(const RtOwnTable *table, GError **error);
/*
 * Calls `row` with the values of each row that matches, in the order of the table's columns: all of
 * them, with a value in each that is not_null. *out_exists (may be NULL) tells whether the table is
 * there; one that is not has no rows.
 */
bool rt_own_read(RtState *state, RtOwn own, const RtOwnMatch *matches, RtRowFunc row, void *data,
                 bool *out_exists, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What rt_own_read() is asked, and answers by `exists`. */
typedef struct RtOwnQuestion {
    RtOwn own;
    const RtOwnMatch *matches;
    RtRowFunc row;
    void *data;
    bool exists;
} RtOwnQuestion;
/* Several at once, in few round trips. */
bool rt_own_read_many(RtState *state, RtOwnQuestion *questions, unsigned n,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A query of own tables that sees what others have written. */
bool rt_own_query(RtState *state, const char *sql, RtRowFunc row, void *data,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For a question about versions: adds each to a GPtrArray; afterwards they are sorted. */
bool rt_own_take_version(void *data, unsigned n, const char *const *values,
                         const char *const *names);
void rt_own_sort_versions(GPtrArray *rows);
/* The statement that writes a row whole; owned. */
char *rt_own_put_sql(const RtState *state, RtOwn own, const char *const *values);
/* Runs a statement and waits until all can see what it wrote. */
bool rt_own_execute(RtState *state, RtOwn own, const char *sql,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Creates the tables `which` (n of them) in few round trips. Where the server wants other
 * properties than it takes by itself, they are taken and told as a notice. A table that is new and
 * already there fails with RT_FAILURE_EXISTS in the connection's failure.
 */
bool rt_own_create(RtState *state, const RtOwn *which, unsigned n, bool is_new,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
