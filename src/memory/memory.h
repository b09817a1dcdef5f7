/*
 * The memory database: a catalog under a dialect's own rules and text rows for its tables, behind
 * the connection contract. It lives in the process ("memory+NAME:") or in a file
 * ("memory+NAME:///file.log", see log.h), which one writer has at a time.
 *
 * DDL goes through the dialect's parser, check and apply. Of data statements it runs what query.h
 * names; constraints are NOT NULL, PRIMARY KEY and UNIQUE, triggers do not fire. What it does not
 * run it accepts and says so: a notice, and rt_memory_was_executed(). Beside the dialect's own
 * statements it answers, whatever the dialect:
 *
 *     SHOW JOBS FROM table   rows of id, state (RUNNING, FINISHED, CANCELLED), progress (percent)
 *                            and message, the newest last
 *     CANCEL JOB id
 *     SHOW CREATE ALL        one row for each statement that makes the schema
 *
 * Where the dialect says that a change waits for a job, it takes `?job_seconds=N` (default 0) to
 * take effect, and until then its table is BUSY for what the dialect's rules of jobs let wait for
 * it (without rules: for all other DDL). A job whose table is dropped is cancelled. The dialect's
 * own statements about jobs are answered too. The connection has transactions where the dialect's
 * DDL has, unless the URL says `?transactions=off`. Where URLs of the dialect name the default
 * schema, `?database=NAME` does here, and any other must have been created.
 */
#pragma once

#include "connection/connection.h"
#include "dialect/dialect.h"

typedef struct RtMemorySettings {
    const RtServer *server;       /* copied; NULL: the dialect's assumed one */
    int64_t (*clock)(void *data); /* milliseconds since 1970; NULL: the system's */
    void *clock_data;
} RtMemorySettings;

/*
 * Opens the database that `url` names. `settings` may be NULL. With read_only nothing can be
 * changed, and a file that is not there gives NULL with *out_missing set and no error: an empty
 * database. Fails with RT_ERROR_CONFIG for options that are wrong, RT_ERROR_LOCKED for a file that
 * another has open for writing, RT_ERROR_SERVER for a damaged file.
 */
RtConnection *rt_memory_open(const RtDialect *dialect, const RtUrl *url,
                             const RtConnectionOptions *options, const RtMemorySettings *settings,
                             bool *out_missing, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The live catalog, with the jobs that have ended applied; NULL for a connection that is no memory
 * database. Borrowed, and valid until the next statement.
 */
RtCatalog *rt_memory_catalog(RtConnection *connection);
/*
 * Reads the schema into `catalog` (of the same dialect, another model), complete; a table with a
 * job under way is marked as changing. For memory databases this takes the place of the dialect's
 * reflection, and like it reads of a dialect whose URLs name a schema only that and those that
 * `schemas` lists. False without a memory database.
 */
bool rt_memory_reflect(RtConnection *connection, RtCatalog *catalog, const char *const *schemas,
                       GPtrArray *notes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same of some objects, as the dialect's reflect_some would. */
bool rt_memory_reflect_some(RtConnection *connection, RtCatalog *catalog,
                            const RtName *const *names, unsigned n,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the last statement was run, not just accepted. True for any other connection. */
bool rt_memory_was_executed(const RtConnection *connection);
