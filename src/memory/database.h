/* The memory database as its files share it. */
#pragma once

#include "memory/execute.h"
#include "memory/log.h"
#include "memory/memory.h"

typedef struct RtMemoryJob {
    unsigned id;
    const char *kind; /* static */
    const RtName *table;
    const char *made; /* in model memory; NULL: the table itself */
    char *sql;
    int64_t start, end; /* milliseconds since 1970 */
    RtJobState state;
    char *message; /* why it was cancelled; NULL */
} RtMemoryJob;

typedef struct RtMemory {
    RtConnection base;
    const RtDialect *dialect;
    RtServer server;
    const RtEvents *events;
    RtModel *model;
    RtCatalog *catalog;
    GHashTable *stores; /* of a name's key to RtStore * */
    RtUndo *undo;
    RtLog *log; /* NULL: in the process only */
    bool is_read_only;
    RtMemorySettings settings;
    uint32_t job_ms;
    GArray *jobs;         /* of RtMemoryJob, oldest first */
    unsigned first_open;  /* index in `jobs`: those before it have ended */
    GHashTable *crowded;  /* keys of stores that lost rows since the last commit */
    RtLogRecord *pending; /* what the next commit writes; NULL: nothing */
    bool in_transaction;
    size_t catalog_mark; /* of the transaction */
    unsigned job_mark;
    bool was_executed;
} RtMemory;

/* One statement of the caller or of the log, at a time. */
typedef struct RtMemoryStatement {
    const char *sql;
    int64_t now;
    uint32_t job_ms; /* how long a job of it takes */
    bool is_replayed;
    RtRowFunc row;
    void *data;
    int64_t changed;
    bool has_changed; /* so that the log must have it */
    bool has_job;
} RtMemoryStatement;

/* Sets base.failure and the error's class; false. */
bool rt_memory_fail(RtMemory *memory, RtFailureClass class, RtErrorCode code, GError **error,
                    const char *format, ...) G_GNUC_PRINTF(5, 6);
/* Parses and applies a statement that is none of the data statements. */
bool rt_memory_run_schema(RtMemory *memory, RtMemoryStatement *statement, GError **error);
/* The same without asking for jobs: what a job does at its end. */
bool rt_memory_apply_schema(RtMemory *memory, const char *sql, int64_t now, GError **error);
/* SHOW CREATE ALL. */
bool rt_memory_show_schema(RtMemory *memory, RtMemoryStatement *statement, GError **error);
/* Says that a statement was accepted without effect. */
void rt_memory_pass_over(RtMemory *memory, const RtMemoryStatement *statement);
RtTables rt_memory_tables(RtMemory *memory, const char *now);
/* "2026-11-21 09:30:00", owned. */
char *rt_memory_time_text(int64_t now);

/* ---- jobs -------------------------------------------------------------------------------------
 */

/* Ends the jobs whose time has come, and those whose table is gone. */
void rt_memory_settle_jobs(RtMemory *memory, int64_t now);
/* The running job on the table, or NULL. */
const RtMemoryJob *rt_memory_find_job(const RtMemory *memory, const RtName *table);
/* Appends a job like this one, with kind, table and made; one that does not run is done at once. */
void rt_memory_start_job(RtMemory *memory, const RtMemoryJob *like, bool is_running,
                         const RtMemoryStatement *statement);
/* Takes back the jobs behind the first `n`. */
void rt_memory_drop_jobs(RtMemory *memory, unsigned n);
void rt_memory_job_clear(RtMemoryJob *job);
/* SHOW JOBS, CANCEL JOB and the dialect's own; *out_found is false for any other statement. */
bool rt_memory_run_job_statement(RtMemory *memory, RtMemoryStatement *statement, RtCursor *cursor,
                                 bool *out_found, GError **error);
