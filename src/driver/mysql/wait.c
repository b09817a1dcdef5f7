/*
 * Waits for the server's socket, looks at the cancel flag meanwhile, and stops a statement by
 * asking the server first: an answer is worth more than a connection that is cut.
 */
#include "driver/mysql/connection.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LOOK_EVERY_MS = 100,           /* at the cancel flag, where no signal ends the poll */
    GRACE_US = 2 * G_USEC_PER_SEC, /* for the answer of a statement that shall stop */
};

void
rt_mysql_start_waiting(RtMysql *mysql)
{
    bool is_connecting = mysql->connecting_until != 0;
    mysql->stop = RT_MYSQL_STOP_NONE;
    mysql->stop_level = is_connecting && !mysql->patience_ms ? 1 : 2;
    mysql->killed_at = 0;
    mysql->looked_at = g_get_monotonic_time();
    mysql->deadline = mysql->connecting_until;
    int limit = mysql->patience_ms ? mysql->patience_ms : mysql->settings->read_timeout_ms;
    mysql->idle_timeout_ms = is_connecting ? 0 : limit;
    uint64_t earlier;
    if (mysql->wake >= 0 && read(mysql->wake, &earlier, sizeof earlier) < 0)
        return; /* nobody interrupted what had ended already */
}

static bool
shall_stop(const RtMysql *mysql)
{
    const RtCancel *cancel = mysql->events ? mysql->events->cancel : NULL;
    if (cancel && cancel->level >= mysql->stop_level)
        return true;
    struct pollfd wake = { .fd = mysql->wake, .events = POLLIN };
    return mysql->wake >= 0 && poll(&wake, 1, 0) > 0;
}

static bool
give_up(RtMysql *mysql, RtMysqlStop stop)
{
    mysql->stop = stop;
    return true;
}

/*
 * A statement is first stopped by the server; then it gets a while to say so. One that is merely
 * left would go on there, also while it is sent again.
 */
static bool
stop_statement(RtMysql *mysql, RtMysqlStop stop)
{
    if (mysql->connecting_until || mysql->patience_ms || !rt_mysql_kill_statement(mysql))
        return give_up(mysql, stop);
    mysql->stop = stop;
    mysql->killed_at = g_get_monotonic_time();
    return false;
}

static bool
is_over(RtMysql *mysql, int64_t since)
{
    int64_t now = g_get_monotonic_time();
    if (mysql->killed_at)
        return now - mysql->killed_at >= GRACE_US;
    if (shall_stop(mysql))
        return stop_statement(mysql, RT_MYSQL_STOP_INTERRUPTED);
    bool late = mysql->deadline && now >= mysql->deadline;
    bool idle = mysql->idle_timeout_ms && now - since >= (int64_t) mysql->idle_timeout_ms * 1000;
    return (late || idle) && stop_statement(mysql, RT_MYSQL_STOP_TIMEOUT);
}

/* How long to sleep at most: until a deadline, or until the next look at the flag. */
static int
pause_ms(const RtMysql *mysql, int64_t since)
{
    int64_t now = g_get_monotonic_time();
    int64_t pause = LOOK_EVERY_MS;
    if (mysql->deadline)
        pause = MIN(pause, (mysql->deadline - now + 999) / 1000);
    if (mysql->idle_timeout_ms && !mysql->killed_at)
        pause = MIN(pause, mysql->idle_timeout_ms - (now - since) / 1000);
    return (int) MAX(pause, 0);
}

static int
poll_server(const RtMysql *mysql, int wanted, int timeout_ms)
{
    short events = (short) ((wanted & MYSQL_WAIT_READ ? POLLIN : 0) |
                            (wanted & MYSQL_WAIT_WRITE ? POLLOUT : 0) |
                            (wanted & MYSQL_WAIT_EXCEPT ? POLLPRI : 0));
    /* A pending interrupt would keep the poll from sleeping while the server gets its grace. */
    bool listens = mysql->wake >= 0 && !mysql->killed_at;
    struct pollfd files[] = {
        { .fd = mysql_get_socket(mysql->handle), .events = events },
        { .fd = mysql->wake, .events = POLLIN },
    };
    if (poll(files, listens ? 2 : 1, timeout_ms) < 0)
        return 0; /* a signal: time to look at the flag */
    short seen = files[0].revents;
    /* An error or an end shows in the read or write that waits. */
    if (seen & (POLLERR | POLLHUP | POLLNVAL))
        return wanted & (MYSQL_WAIT_READ | MYSQL_WAIT_WRITE | MYSQL_WAIT_EXCEPT);
    return (seen & POLLIN ? MYSQL_WAIT_READ : 0) | (seen & POLLOUT ? MYSQL_WAIT_WRITE : 0) |
           (seen & POLLPRI ? MYSQL_WAIT_EXCEPT : 0);
}

/* Whether the wait is over, also of a server that never lets one wait; `since` is when it spoke. */
static bool
look(RtMysql *mysql, int64_t since)
{
    mysql->looked_at = g_get_monotonic_time();
    if (is_over(mysql, since))
        return true;
    if (mysql->base.while_waiting)
        mysql->base.while_waiting(mysql->base.while_waiting_data);
    return false;
}

static bool
is_time_to_look(const RtMysql *mysql, int64_t now)
{
    return now - mysql->looked_at >= (int64_t) LOOK_EVERY_MS * 1000;
}

int
rt_mysql_wait(RtMysql *mysql, int wanted)
{
    int64_t since = g_get_monotonic_time();
    for (;;) {
        int happened = poll_server(mysql, wanted, pause_ms(mysql, since));
        int64_t now = g_get_monotonic_time();
        if (happened && !is_time_to_look(mysql, now))
            return happened;
        if (look(mysql, happened ? now : since))
            return MYSQL_WAIT_TIMEOUT;
        if (happened)
            return happened;
    }
}

void
rt_mysql_look(RtMysql *mysql)
{
    int64_t now = g_get_monotonic_time();
    if (is_time_to_look(mysql, now) && look(mysql, now))
        shutdown(mysql_get_socket(mysql->handle), SHUT_RDWR);
}
