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
    RT_N_OWN,
} RtOwn;

struct RtState {
    const RtDialect *dialect;
    RtConnection *connection;
    RtOwnTable tables[RT_N_OWN];
    const char *names[RT_N_OWN + 2];
};

void rt_own_tables_init(RtState *state, const RtStateNames *names);
/* The table's name, qualified and quoted as it must be. */
void rt_own_print_name(GString *out, const RtState *state, RtOwn own);

/* One condition "column = text" of a query; an array ends with column NULL. */
typedef struct RtOwnMatch {
    const char *column, *value;
} RtOwnMatch;

/* "WHERE name = 'retort_version' AND a = 'x' AND …", or nothing. */
void rt_own_print_where(GString *out, const RtState *state, RtOwn own, const RtOwnMatch *matches);
/*
 * Calls `row` with the values of each row that matches, in the order of the table's columns.
 * *out_exists (may be NULL) tells whether the table is there; one that is not has no rows.
 */
bool rt_own_read(RtState *state, RtOwn own, const RtOwnMatch *matches, RtRowFunc row, void *data,
                 bool *out_exists, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The statement that writes a row whole; owned. */
char *rt_own_put_sql(const RtState *state, RtOwn own, const char *const *values);
bool rt_own_execute(RtState *state, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
