/* Sends statements, one or about a hundred in a packet, and reads their answers row by row. */
#include "driver/mysql/connection.h"

#include <poll.h>
#include <string.h>

enum {
    /* Measured on a real frontend: more make it slower than they save round trips. */
    TEXTS_IN_PACKET = 100,
    BYTES_IN_PACKET = 1024 * 1024,
};

/* ---- calls of libmariadb that wait -------------------------------------------------------------
 */

/*
 * A server that has closed an idle connection is noticed before a statement is written into it;
 * else nobody could tell whether the statement ran.
 */
static bool
is_alive(RtMysql *mysql)
{
    if (mysql->is_lost)
        return false;
    struct pollfd file = { .fd = mysql_get_socket(mysql->handle), .events = POLLRDHUP };
    return poll(&file, 1, 0) <= 0;
}

/* Sends, and reads how the answer begins: in two calls, as the code of a failure does not say in
   which of them it came (2006 is also that of an answer that ends among its columns). */
static bool
send_text(RtMysql *mysql, const char *sql, size_t length)
{
    int failed = 1;
    int status = mysql_send_query_start(&failed, mysql->handle, sql, length);
    while (status)
        status = mysql_send_query_cont(&failed, mysql->handle, rt_mysql_wait(mysql, status));
    mysql->was_sent = failed == 0;
    if (failed)
        return false;
    my_bool broken = 1;
    status = mysql_read_query_result_start(&broken, mysql->handle);
    while (status)
        status = mysql_read_query_result_cont(&broken, mysql->handle, rt_mysql_wait(mysql, status));
    return !broken;
}

/* 0: the next answer has begun; -1: there is none; more: an error came in its place. */
static int
begin_next_answer(RtMysql *mysql)
{
    int result = 1;
    int status = mysql_next_result_start(&result, mysql->handle);
    while (status)
        status = mysql_next_result_cont(&result, mysql->handle, rt_mysql_wait(mysql, status));
    return result;
}

static MYSQL_ROW
fetch_row(RtMysql *mysql, MYSQL_RES *answer)
{
    MYSQL_ROW row = NULL;
    int status = mysql_fetch_row_start(&row, answer);
    while (status)
        status = mysql_fetch_row_cont(&row, answer, rt_mysql_wait(mysql, status));
    return row;
}

/* Reads what is left of the answer, too. */
static void
free_answer(RtMysql *mysql, MYSQL_RES *answer)
{
    int status = mysql_free_result_start(answer);
    while (status)
        status = mysql_free_result_cont(answer, rt_mysql_wait(mysql, status));
}

/* ---- answers ----------------------------------------------------------------------------------
 */

typedef struct Receiver {
    RtManyRowFunc row; /* NULL: nobody */
    void *data;
} Receiver;

/* Whether all rows came. The rest after a row at which the receiver has enough is read, not told.
 */
static bool
read_rows(RtMysql *mysql, MYSQL_RES *answer, const Receiver *receiver, unsigned statement)
{
    unsigned n = mysql_num_fields(answer);
    const MYSQL_FIELD *fields = mysql_fetch_fields(answer);
    g_autofree const char **names = g_new(const char *, n);
    for (unsigned i = 0; i < n; i++)
        names[i] = fields[i].name;
    bool wants = receiver->row != NULL;
    for (MYSQL_ROW row; (row = fetch_row(mysql, answer));) {
        wants =
            wants && receiver->row(receiver->data, statement, n, (const char *const *) row, names);
        rt_mysql_look(mysql);
    }
    return mysql_errno(mysql->handle) == 0;
}

static bool
read_answer(RtMysql *mysql, const Receiver *receiver, unsigned statement)
{
    mysql->base.info = NULL;
    mysql->changed = 0;
    if (!mysql_field_count(mysql->handle)) {
        mysql->base.info = mysql_info(mysql->handle);
        mysql->changed = (int64_t) mysql_affected_rows(mysql->handle);
        return true;
    }
    MYSQL_RES *answer = mysql_use_result(mysql->handle);
    if (!answer)
        return false;
    bool is_whole = read_rows(mysql, answer, receiver, statement);
    free_answer(mysql, answer);
    return is_whole;
}

/* A comment may end a text, and a semicolon; the next text has to begin after both. */
static void
append_text(GString *packet, const char *text)
{
    size_t length = strlen(text);
    while (length && (g_ascii_isspace(text[length - 1]) || text[length - 1] == ';'))
        length--;
    if (packet->len)
        g_string_append(packet, "\n;\n");
    g_string_append_len(packet, text, (gssize) length);
}

static bool
send_packet(RtMysql *mysql, const char *const *texts, unsigned n)
{
    if (n == 1)
        return send_text(mysql, texts[0], strlen(texts[0]));
    g_autoptr(GString) packet = g_string_new(NULL);
    for (unsigned i = 0; i < n; i++)
        append_text(packet, texts[i]);
    return send_text(mysql, packet->str, packet->len);
}

bool
rt_mysql_run_packet(RtMysql *mysql, const char *const *texts, unsigned n, unsigned first,
                    RtManyRowFunc row, void *data, unsigned *out_done, GError **error)
{
    const Receiver receiver = { row, data };
    unsigned done = 0;
    *out_done = 0;
    mysql->base.info = NULL;
    if (!is_alive(mysql)) {
        rt_mysql_fail_unsent(mysql, error);
        return false;
    }
    rt_mysql_start_waiting(mysql);
    /* A text is one statement; more answers than texts belong to the last. */
    int next = send_packet(mysql, texts, n) ? 0 : 1;
    while (next == 0) {
        if (!read_answer(mysql, &receiver, first + MIN(done, n - 1))) {
            rt_mysql_fail(mysql, n == 1 ? texts[0] : NULL, true, error);
            return false;
        }
        done++;
        *out_done = MIN(done, n);
        next = begin_next_answer(mysql);
    }
    if (next < 0)
        return true;
    /* Answers of earlier statements say nothing of this one's. */
    rt_mysql_fail(mysql, n == 1 ? texts[0] : NULL, false, error);
    return false;
}

/* ---- one statement ----------------------------------------------------------------------------
 */

typedef struct Relay {
    RtRowFunc row;
    void *data;
} Relay;

static bool
relay_row(void *data, unsigned statement, unsigned n, const char *const *values,
          const char *const *names)
{
    (void) statement;
    const Relay *relay = data;
    return relay->row(relay->data, n, values, names);
}

/* Words that begin what a reading command may send; writing is not even tried. */
static bool
is_reading(const char *sql)
{
    static const char *const words[] = { "SELECT", "SHOW", "DESC", "DESCRIBE", "EXPLAIN",
                                         "WITH",   "SYNC", "SET",  "USE",      "ADMIN SHOW" };
    while (g_ascii_isspace(*sql) || *sql == '(')
        sql++;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t length = strlen(words[i]);
        if (!g_ascii_strncasecmp(sql, words[i], length) && !g_ascii_isalnum(sql[length]))
            return true;
    }
    return false;
}

static bool
check_reading(RtMysql *mysql, const char *sql, GError **error)
{
    if (!mysql->is_read_only || is_reading(sql))
        return true;
    mysql->base.failure =
        (RtFailure){ .class = RT_FAILURE_READ_ONLY, .sent = RT_SENT_NO, .offset = -1 };
    rt_error_set(error, RT_ERROR_DENIED, "the connection only reads; '%.40s' was not sent", sql);
    return false;
}

bool
rt_mysql_execute(RtConnection *connection, const char *sql, RtRowFunc row, void *data,
                 int64_t *out_changed, GError **error)
{
    RtMysql *mysql = (RtMysql *) connection;
    if (!check_reading(mysql, sql, error))
        return false;
    Relay relay = { row, data };
    unsigned done;
    if (!rt_mysql_run_packet(mysql, &sql, 1, 0, row ? relay_row : NULL, &relay, &done, error))
        return false;
    *out_changed = mysql->changed;
    return true;
}

/* ---- many statements --------------------------------------------------------------------------
 */

/* How many of the texts go into the next packet: at least one. */
static unsigned
count_for_packet(const char *const *texts, unsigned n, unsigned limit)
{
    size_t bytes = 0;
    unsigned count = 0;
    while (count < MIN(n, limit) && (count == 0 || bytes < BYTES_IN_PACKET))
        bytes += strlen(texts[count++]);
    return count;
}

/*
 * The server parses the whole packet before it runs any of it: the first answer tells of the
 * syntax of any statement.
 */
static bool
is_syntax_of_any(const GError *problem, unsigned n, unsigned done)
{
    return n > 1 && done == 0 && strstr(problem->message, "syntax error") != NULL;
}

bool
rt_mysql_query_many(RtConnection *connection, const char *const *sql, unsigned n, RtManyRowFunc row,
                    RtManyFailedFunc failed, void *data, GError **error)
{
    RtMysql *mysql = (RtMysql *) connection;
    for (unsigned i = 0; i < n; i++)
        if (!check_reading(mysql, sql[i], error))
            return false;
    unsigned limit = TEXTS_IN_PACKET;
    for (unsigned at = 0; at < n;) {
        g_autoptr(GError) problem = NULL;
        unsigned count = count_for_packet(sql + at, n - at, limit);
        unsigned done;
        bool is_done = rt_mysql_run_packet(mysql, sql + at, count, at, row, data, &done, &problem);
        if (!is_done && !mysql->is_lost && is_syntax_of_any(problem, count, done)) {
            limit = count / 2;
            continue;
        }
        limit = TEXTS_IN_PACKET;
        at += done;
        if (is_done)
            continue;
        if (mysql->is_lost || !failed || !failed(data, at, problem)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
        at++;
    }
    return true;
}
