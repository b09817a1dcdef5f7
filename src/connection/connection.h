/*
 * The contract between retort and whatever executes statements: a server behind a driver module, or
 * the memory database. Functions that a connection does not support are NULL.
 */
#pragma once

#include "base/events.h"
#include "connection/server.h"
#include "connection/url.h"

typedef struct RtConnection RtConnection;

/* Classes of failure: what a runner decides by. */
typedef enum RtFailureClass {
    RT_FAILURE_NONE,
    RT_FAILURE_EXISTS,    /* the object is there already */
    RT_FAILURE_NOT_FOUND, /* the object is not there */
    RT_FAILURE_BUSY,      /* locked by another */
    RT_FAILURE_RETRYABLE,
    RT_FAILURE_DENIED,
    RT_FAILURE_READ_ONLY,
    RT_FAILURE_FULL, /* no room on the disk */
    RT_FAILURE_LOST,
    RT_FAILURE_TIMEOUT,
    RT_FAILURE_INTERRUPTED,
    RT_FAILURE_CONSTRAINT, /* the rows that are there forbid it */
    RT_FAILURE_OTHER,      /* the statement itself is wrong */
} RtFailureClass;

/* Whether a failed statement may have reached the server; a broken run is settled from it. */
typedef enum RtSent {
    RT_SENT_NO,
    RT_SENT_MAYBE,
    RT_SENT_YES, /* and the server answered: it did not run */
} RtSent;

typedef struct RtFailure {
    RtFailureClass class;
    RtSent sent;
    int native_code;
    int offset; /* byte of the statement that the server points at; -1: unknown */
} RtFailure;

/*
 * One row of an answer: n values in text form, NULL for SQL NULL, valid during the call. Returning
 * false stops the answer without an error.
 */
typedef bool (*RtRowFunc)(void *data, unsigned n, const char *const *values,
                          const char *const *names);

/* The value of a row by the name of its column, in any case; NULL: SQL NULL, or no such column. */
static inline const char *
rt_row_value(const char *name, unsigned n, const char *const *values, const char *const *names)
{
    for (unsigned i = 0; i < n; i++) {
        if (g_ascii_strcasecmp(names[i], name) == 0)
            return values[i];
    }
    return NULL;
}

/* The same for one of several statements. */
typedef bool (*RtManyRowFunc)(void *data, unsigned statement, unsigned n, const char *const *values,
                              const char *const *names);
/* One of several statements failed; returns whether to go on with the others. */
typedef bool (*RtManyFailedFunc)(void *data, unsigned statement, const GError *error);

/* One row about an object of a server whose schema comes as messages. */
typedef bool (*RtDescribeFunc)(void *data, const char *path, const char *section, int ordinal,
                               const char *name, const char *value);

typedef struct RtConnectionClass {
    void (*close)(RtConnection *connection);
    /* Fills in what the server says of itself; strings live as long as the connection. */
    bool (*server)(RtConnection *connection, RtServer *out_server, GError **error);
    /* What the account may do, for people: lines of char *, in the server's words. */
    bool (*privileges)(RtConnection *connection, GPtrArray *out_lines, GError **error);
    /* Runs one statement; `row` may be NULL. *out_changed: rows changed, -1 unknown. */
    bool (*execute)(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
                    int64_t *out_changed, GError **error);
    /* Several statements in few round trips: `row` is told which; `failed` is told of each that
       failed and returns whether to go on. */
    bool (*query_many)(RtConnection *connection, const char *const *sql, unsigned n,
                       RtManyRowFunc row, RtManyFailedFunc failed, void *data, GError **error);
    bool (*list)(RtConnection *connection, const char *path, RtDescribeFunc row, void *data,
                 GError **error);
    bool (*describe_many)(RtConnection *connection, const char *const *paths, unsigned n,
                          RtDescribeFunc row, void *data, GError **error);
    /* Opens a transaction that writes; waits for the lock as the options say. */
    bool (*begin)(RtConnection *connection, GError **error);
    bool (*commit)(RtConnection *connection, GError **error);
    bool (*rollback)(RtConnection *connection, GError **error);
    /* Connects again after a loss, to the next host that takes it. What ran before is as unknown
       as it was. */
    bool (*reopen)(RtConnection *connection, GError **error);
    /* Opens another connection to the same server, for what cannot wait until this one's statement
       has ended; NULL where no statement takes long. */
    RtConnection *(*companion)(RtConnection *connection, int patience_ms, GError **error);
    /* May be called from a signal handler's thread: stops the statement under way. */
    void (*interrupt)(RtConnection *connection);
} RtConnectionClass;

/* Implementations embed this as their first member. */
struct RtConnection {
    const RtConnectionClass *class;
    RtFailure failure; /* of the last call that failed */
    /* Who is told of each statement that is sent by the calls below; set by who opened it. */
    const RtEvents *events;
    const char *logger;
    /* What the server added to the answer of the last statement without rows, such as the state of
       its transaction; NULL: nothing. Valid until the next call. */
    const char *info;
    /*
     * Called about ten times a second while the server's answer is waited for, by classes that have
     * companions, and by who lets this connection wait for something else; NULL: nobody. It may use
     * any connection but this one. Set by who opened it.
     */
    void (*while_waiting)(void *data);
    void *while_waiting_data;
};

typedef struct RtConnectionOptions {
    const char *url;            /* as given, for messages, password hidden; NULL: the parsed one */
    bool read_only;             /* reading commands: nothing may be created or written */
    int lock_timeout_ms;        /* how long to wait for a lock; -1: for ever */
    const RtEvents *events;     /* lives as long as the connection; NULL: nobody listens */
    const char *const *session; /* name, value, …, NULL: set on connect */
} RtConnectionOptions;

/*
 * A driver module exports one `const RtDriver rt_driver`; abi and size are checked when it is
 * loaded. The interface is private to one release.
 */
enum { RT_DRIVER_ABI = 1 };
typedef struct RtDriver {
    unsigned abi;
    size_t size;
    const char *name;
    /*
     * NULL with an error when the server cannot be reached. With read_only, a file that is not
     * there gives NULL with *out_missing set and no error: an empty database.
     */
    RtConnection *(*open)(const RtUrl *url, const RtConnectionOptions *options, bool *out_missing,
                          GError **error);
} RtDriver;

/*
 * Loads (once per process) the module "retort_driver_NAME.so" from the folders of
 * RETORT_DRIVER_PATH (ignored when the program runs with raised privileges), else from the
 * installed folder. Fails with RT_ERROR_CONFIG naming the places looked at.
 */
const RtDriver *rt_driver_load(const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Thin calls through the class; those that are not supported fail with RT_ERROR_UNSUPPORTED. */
void rt_connection_close(RtConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtConnection, rt_connection_close)
bool rt_connection_server(RtConnection *connection, RtServer *out_server,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Appends lines of char *, which the array frees; none where the class does not know. */
bool rt_connection_privileges(RtConnection *connection, GPtrArray *out_lines,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_connection_execute(RtConnection *connection, const char *sql,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As query; *out_changed, which may be NULL, is the number of rows changed, -1 where unknown. */
bool rt_connection_send(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
                        int64_t *out_changed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_connection_query(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * One after another where the class has no better way. `row` may be NULL: nobody listens. `failed`
 * may be NULL: then the first failure ends it. What `failed` answers with false is the error of the
 * whole.
 */
bool rt_connection_query_many(RtConnection *connection, const char *const *sql, unsigned n,
                              RtManyRowFunc row, RtManyFailedFunc failed, void *data,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_connection_begin(RtConnection *connection, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_connection_commit(RtConnection *connection, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_connection_reopen(RtConnection *connection, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * A connection beside this one, to be closed before it. It waits for `patience_ms` at most: for a
 * host that shall take it, and for an answer.
 */
RtConnection *rt_connection_companion(RtConnection *connection, int patience_ms,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Never fails: a rollback that cannot be sent has happened when the connection closes. */
void rt_connection_rollback(RtConnection *connection);
/* Whether DDL and retort's own rows can be in one transaction. */
bool rt_connection_is_transactional(const RtConnection *connection);
