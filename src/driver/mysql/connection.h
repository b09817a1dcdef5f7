/*
 * One connection to a server that speaks MySQL's protocol, as the files of this driver share it.
 * Every call of libmariadb that talks to the server runs without blocking, in a loop with
 * rt_mysql_wait(): so a statement has no deadline of the library's, and can be stopped.
 */
#pragma once

#include "connection/connection.h"
#include "driver/mysql/settings.h"

#include <mysql.h>

/* Why a statement was stopped, or a wait given up. */
typedef enum RtMysqlStop {
    RT_MYSQL_STOP_NONE,
    RT_MYSQL_STOP_TIMEOUT,
    RT_MYSQL_STOP_INTERRUPTED,
} RtMysqlStop;

typedef struct RtMysql {
    RtConnection base;
    MYSQL *handle;
    RtMysqlSettings *settings;
    const RtEvents *events;
    const RtHost *host; /* of the settings; the one connected to */
    char **session;     /* name, value, …, NULL: variables that each connection begins with */
    int wake;           /* an eventfd: interrupt() writes to it; -1: none */
    bool is_lost;       /* nothing more can be asked */
    bool was_sent;      /* the last packet, whole */
    bool is_read_only;
    int patience_ms; /* of a companion, with whatever it waits for; 0: it is none */

    int64_t connecting_until; /* monotonic; 0: connected, and the server known */

    /* Of the wait under way. */
    int stop_level;      /* of the cancel flag */
    int64_t deadline;    /* monotonic; 0: none */
    int idle_timeout_ms; /* without a byte from the server; 0: none */
    int64_t killed_at;   /* when the server was told to stop the statement; 0: not */
    int64_t looked_at;   /* when it was last asked whether the wait is over */
    RtMysqlStop stop;

    int64_t changed; /* rows, by the last statement */
    RtServer server;
    char *version;
    const char *run_mode; /* interned */
} RtMysql;

/* ---- wait.c: waiting, and what ends it --------------------------------------------------------
 */

/*
 * Makes the waiting loop ready for one call. While connecting, that ends at connecting_until, and
 * the first request to stop ends it at once, unless it is a companion: its statements belong to the
 * one that is under way.
 */
void rt_mysql_start_waiting(RtMysql *mysql);
/*
 * Waits for what a call that was begun wants, and gives what happened for its continuation; when
 * there is no more waiting, MYSQL_WAIT_TIMEOUT, which makes the call fail and the connection lost,
 * with mysql->stop saying why.
 */
int rt_mysql_wait(RtMysql *mysql, int wanted);
/*
 * To be called now and then while an answer is read without waiting: does what waiting does beside,
 * and when there is no more of it ends the connection, so that the next read fails.
 */
void rt_mysql_look(RtMysql *mysql);

/* ---- login.c: one connection to one host ------------------------------------------------------
 */

/* Connects to `host` until the deadline of the wait. Sets connection.failure when it cannot. */
bool rt_mysql_login(RtMysql *mysql, const RtHost *host, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From another connection, asks the server to stop this one's statement. Whether it was told. */
bool rt_mysql_kill_statement(RtMysql *mysql);

/* ---- query.c: statements and their answers ----------------------------------------------------
 */

/*
 * Sends the texts as one packet. `row` (may be NULL) is told `first` + the text's index. On failure
 * *out_done texts were answered, the next one failed, and those after it did not run.
 */
bool rt_mysql_run_packet(RtMysql *mysql, const char *const *texts, unsigned n, unsigned first,
                         RtManyRowFunc row, void *data, unsigned *out_done,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_mysql_execute(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
                      int64_t *out_changed, GError **error);
bool rt_mysql_query_many(RtConnection *connection, const char *const *sql, unsigned n,
                         RtManyRowFunc row, RtManyFailedFunc failed, void *data, GError **error);

/* ---- failure.c: what went wrong ---------------------------------------------------------------
 */

/* "fe1:9030", for messages. Owned by the caller. */
char *rt_mysql_place(const RtHost *host);
/*
 * Sets connection.failure and an error from the last answer of libmariadb to `sql`, or from why the
 * wait was given up. `has_answered`: the server has begun to answer, so it ran. NULL for the text
 * of several statements, in which positions say nothing.
 */
void rt_mysql_fail(RtMysql *mysql, const char *sql, bool has_answered, GError **error);
/* The same for a connection that is no more: the statement was not sent. */
void rt_mysql_fail_unsent(RtMysql *mysql, GError **error);
/* The same for a server without TLS, to which the library connects where no certificate counts. */
void rt_mysql_fail_plain(RtMysql *mysql, const RtHost *host, GError **error);
/* The same for connecting to `host`. */
void rt_mysql_fail_login(RtMysql *mysql, const RtHost *host, GError **error);
