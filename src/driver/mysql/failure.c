/*
 * What the codes and texts of servers mean to a runner and to a person. StarRocks gives most errors
 * one code (1064), so the text decides where the code says nothing.
 */
#include "driver/mysql/connection.h"

#include <errmsg.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLIENT_ERRORS = 2000, /* of libmariadb itself, while a statement runs */
    CLIENT_ERRORS_END = 3000,
    NO_DATABASE = 1046, /* the server knows that none is selected */
};

/* The error that tells of a class. */
static const RtErrorCode error_codes[] = {
    [RT_FAILURE_NONE] = RT_ERROR_SERVER,
    [RT_FAILURE_EXISTS] = RT_ERROR_REJECTED,
    [RT_FAILURE_NOT_FOUND] = RT_ERROR_REJECTED,
    [RT_FAILURE_BUSY] = RT_ERROR_LOCKED,
    [RT_FAILURE_RETRYABLE] = RT_ERROR_SERVER,
    [RT_FAILURE_DENIED] = RT_ERROR_DENIED,
    [RT_FAILURE_READ_ONLY] = RT_ERROR_DENIED,
    [RT_FAILURE_FULL] = RT_ERROR_SERVER,
    [RT_FAILURE_LOST] = RT_ERROR_LOST,
    [RT_FAILURE_TIMEOUT] = RT_ERROR_TIMEOUT,
    [RT_FAILURE_INTERRUPTED] = RT_ERROR_INTERRUPTED,
    [RT_FAILURE_CONSTRAINT] = RT_ERROR_REJECTED,
    [RT_FAILURE_OTHER] = RT_ERROR_REJECTED,
};

/* Codes of servers: MySQL's own, and from 5000 on StarRocks' (ErrorCode.java). */
static const struct {
    unsigned code;
    RtFailureClass class;
} codes[] = {
    { 1007, RT_FAILURE_EXISTS },     { 1050, RT_FAILURE_EXISTS },
    { 1060, RT_FAILURE_EXISTS },     { 1061, RT_FAILURE_EXISTS },
    { 1517, RT_FAILURE_EXISTS },     { 1008, RT_FAILURE_NOT_FOUND },
    { 1049, RT_FAILURE_NOT_FOUND },  { 1051, RT_FAILURE_NOT_FOUND },
    { 1054, RT_FAILURE_NOT_FOUND },  { 1091, RT_FAILURE_NOT_FOUND },
    { 1109, RT_FAILURE_NOT_FOUND },  { 1146, RT_FAILURE_NOT_FOUND },
    { 1305, RT_FAILURE_NOT_FOUND },  { 1507, RT_FAILURE_NOT_FOUND },
    { 5078, RT_FAILURE_NOT_FOUND },  { 5501, RT_FAILURE_NOT_FOUND },
    { 5502, RT_FAILURE_NOT_FOUND },  { 5080, RT_FAILURE_NOT_FOUND },
    { 5014, RT_FAILURE_BUSY },       { 5015, RT_FAILURE_BUSY },
    { 5016, RT_FAILURE_BUSY },       { 1205, RT_FAILURE_BUSY },
    { 1040, RT_FAILURE_RETRYABLE },  { 1129, RT_FAILURE_RETRYABLE },
    { 1203, RT_FAILURE_RETRYABLE },  { 1213, RT_FAILURE_RETRYABLE },
    { 1226, RT_FAILURE_RETRYABLE },  { 1044, RT_FAILURE_DENIED },
    { 1045, RT_FAILURE_DENIED },     { 1130, RT_FAILURE_DENIED },
    { 1142, RT_FAILURE_DENIED },     { 1143, RT_FAILURE_DENIED },
    { 1227, RT_FAILURE_DENIED },     { 1370, RT_FAILURE_DENIED },
    { 1698, RT_FAILURE_DENIED },     { 5203, RT_FAILURE_DENIED },
    { 1290, RT_FAILURE_READ_ONLY },  { 1792, RT_FAILURE_READ_ONLY },
    { 1836, RT_FAILURE_READ_ONLY },  { 1021, RT_FAILURE_FULL },
    { 1114, RT_FAILURE_FULL },       { 1317, RT_FAILURE_INTERRUPTED },
    { 1969, RT_FAILURE_TIMEOUT },    { 3024, RT_FAILURE_TIMEOUT },
    { 5024, RT_FAILURE_TIMEOUT },    { 1048, RT_FAILURE_CONSTRAINT },
    { 1062, RT_FAILURE_CONSTRAINT }, { 1364, RT_FAILURE_CONSTRAINT },
    { 1451, RT_FAILURE_CONSTRAINT }, { 1452, RT_FAILURE_CONSTRAINT },
    { 4025, RT_FAILURE_CONSTRAINT },
};

/*
 * The first that the text holds decides. A frontend that is not the leader passes the statement on;
 * when that call ends badly, nobody here knows what the leader did: the answer is no answer.
 */
static const struct {
    const char *words;
    RtFailureClass class;
    RtSent sent;
} phrases[] = {
    { "the command may be succeed", RT_FAILURE_TIMEOUT, RT_SENT_MAYBE },
    { "SocketTimeoutException", RT_FAILURE_TIMEOUT, RT_SENT_MAYBE },
    { "Read timed out", RT_FAILURE_TIMEOUT, RT_SENT_MAYBE },
    { "TTransportException", RT_FAILURE_LOST, RT_SENT_MAYBE },
    { "thrift rpc failed", RT_FAILURE_LOST, RT_SENT_MAYBE },
    { "operation is in progress on the table", RT_FAILURE_BUSY, RT_SENT_YES },
    { "is being created on the table", RT_FAILURE_BUSY, RT_SENT_YES },
    { "is currently in state", RT_FAILURE_BUSY, RT_SENT_YES },
    { "table already exists", RT_FAILURE_EXISTS, RT_SENT_YES },
    { "already exists", RT_FAILURE_EXISTS, RT_SENT_YES },
    { "Duplicate column name", RT_FAILURE_EXISTS, RT_SENT_YES },
    { "Access denied", RT_FAILURE_DENIED, RT_SENT_YES },
    { "reached its timeout", RT_FAILURE_TIMEOUT, RT_SENT_YES },
    { "timed out", RT_FAILURE_TIMEOUT, RT_SENT_YES },
    { "is not ready", RT_FAILURE_RETRYABLE, RT_SENT_YES },
    { "Reach limit of connections", RT_FAILURE_RETRYABLE, RT_SENT_YES },
    { "Backend node not found", RT_FAILURE_RETRYABLE, RT_SENT_YES },
    { "Compute node not found", RT_FAILURE_RETRYABLE, RT_SENT_YES },
    { "Unknown table", RT_FAILURE_NOT_FOUND, RT_SENT_YES },
    { "Unknown database", RT_FAILURE_NOT_FOUND, RT_SENT_YES },
    { "Unknown catalog", RT_FAILURE_NOT_FOUND, RT_SENT_YES },
    { "is not found", RT_FAILURE_NOT_FOUND, RT_SENT_YES },
    { "not exist", RT_FAILURE_NOT_FOUND, RT_SENT_YES },
    { "n't exist", RT_FAILURE_NOT_FOUND, RT_SENT_YES },
};

char *
rt_mysql_place(const RtHost *host)
{
    bool bracketed = strchr(host->name, ':');
    return g_strdup_printf(bracketed ? "[%s]:%u" : "%s:%u", host->name, host->port);
}

/* ---- the server's answers ---------------------------------------------------------------------
 */

static void
classify(RtFailure *failure, unsigned code, const char *message)
{
    *failure = (RtFailure){
        .class = RT_FAILURE_OTHER, .sent = RT_SENT_YES, .native_code = (int) code, .offset = -1
    };
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (codes[i].code != code)
            continue;
        failure->class = codes[i].class;
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(phrases); i++) {
        if (!strstr(message, phrases[i].words))
            continue;
        failure->class = phrases[i].class;
        failure->sent = phrases[i].sent;
        return;
    }
}

/* "… line 2, column 24 …", lines from 1, columns from 0 and in characters: the byte, or -1. */
static int
find_offset(const char *message, const char *sql)
{
    const char *words = strstr(message, " line ");
    unsigned long line, column;
    char *end;
    if (!words)
        return -1;
    line = strtoul(words + strlen(" line "), &end, 10);
    if (!g_str_has_prefix(end, ", column "))
        return -1;
    column = strtoul(end + strlen(", column "), &end, 10);
    const char *c = sql;
    for (; line > 1 && c; line--) {
        c = strchr(c, '\n');
        c = c ? c + 1 : NULL;
    }
    for (; column > 0 && c && *c; column--)
        c = g_utf8_find_next_char(c, NULL);
    return c ? (int) (c - sql) : -1;
}

static bool
is_of_client(unsigned code)
{
    return code >= CLIENT_ERRORS && code < CLIENT_ERRORS_END;
}

static void
fail_interrupted(RtMysql *mysql, GError **error)
{
    mysql->base.failure.class = RT_FAILURE_INTERRUPTED;
    mysql->base.failure.sent = RT_SENT_MAYBE;
    g_autofree char *place = rt_mysql_place(mysql->host);
    rt_error_set(error, RT_ERROR_INTERRUPTED, "interrupted while %s ran a statement", place);
}

static void
fail_given_up(RtMysql *mysql, GError **error)
{
    if (mysql->stop == RT_MYSQL_STOP_INTERRUPTED) {
        fail_interrupted(mysql, error);
        return;
    }
    mysql->base.failure.class = RT_FAILURE_TIMEOUT;
    g_autofree char *place = rt_mysql_place(mysql->host);
    bool was_connecting = mysql->connecting_until != 0;
    int limit = was_connecting ? mysql->settings->connect_timeout_ms : mysql->idle_timeout_ms;
    rt_error_set(error, RT_ERROR_TIMEOUT, "no answer from %s for %g s (the URL's %s)", place,
                 limit / 1000.0, was_connecting ? "connect_timeout" : "read_timeout");
}

/*
 * libmariadb takes an error of the server for a broken packet where its code is one of libmariadb's
 * own (2001 to 2061, 5001 to 5026); StarRocks has such codes. The packet is still in the buffer:
 * the byte 255, the code, "#" and five letters of state, the message.
 */
static const char *
find_masked_message(const MYSQL *handle, unsigned *out_code)
{
    const unsigned char *packet = handle->net.pvio ? handle->net.read_pos : NULL;
    if (mysql_errno((MYSQL *) handle) != CR_MALFORMED_PACKET || !packet || packet[0] != 0xff)
        return NULL;
    *out_code = (unsigned) packet[1] | (unsigned) packet[2] << 8;
    const char *message = (const char *) packet + 3;
    return *message == '#' && strlen(message) >= 6 ? message + 6 : message;
}

static void
fail_answered(RtMysql *mysql, unsigned code, const char *message, const char *sql, GError **error)
{
    RtFailure *failure = &mysql->base.failure;
    classify(failure, code, message);
    /* What a server says to a statement that it was told to stop is no word on what it has done. */
    if (mysql->stop != RT_MYSQL_STOP_NONE) {
        failure->sent = RT_SENT_MAYBE;
        fail_given_up(mysql, error);
        return;
    }
    if (sql)
        failure->offset = find_offset(message, sql);
    g_autofree char *text = g_utf8_make_valid(message, -1);
    if (code == NO_DATABASE)
        rt_error_set(error, RT_ERROR_CONFIG, "%s; the URL names none: %s://USER@HOST/DATABASE",
                     g_strchomp(text), mysql->settings->product->scheme);
    else if (failure->class == RT_FAILURE_RETRYABLE && strstr(message, "node not found"))
        rt_error_set(error, RT_ERROR_SERVER,
                     "%s; rows can be read when one is alive again: see SHOW BACKENDS",
                     g_strchomp(text));
    else
        rt_error_set(error, error_codes[failure->class], "%s", g_strchomp(text));
}

/* ---- connections that are no more -------------------------------------------------------------
 */

static void
fail_lost(RtMysql *mysql, unsigned code, bool has_answered, GError **error)
{
    mysql->is_lost = true;
    /* Where a write failed the server never had the whole statement; later nobody knows. */
    bool was_sent = mysql->was_sent || has_answered;
    mysql->base.failure = (RtFailure){ .class = RT_FAILURE_LOST,
                                       .sent = was_sent ? RT_SENT_MAYBE : RT_SENT_NO,
                                       .native_code = (int) code,
                                       .offset = -1 };
    if (mysql->stop != RT_MYSQL_STOP_NONE) {
        fail_given_up(mysql, error);
        return;
    }
    g_autofree char *place = rt_mysql_place(mysql->host);
    const char *when = has_answered ? "in the middle of an answer"
                       : was_sent   ? "before the answer to a statement that was sent"
                                    : "before the statement was sent";
    rt_error_set(error, RT_ERROR_LOST, "the connection to %s was lost %s (%s)", place, when,
                 mysql_error(mysql->handle));
}

void
rt_mysql_fail(RtMysql *mysql, const char *sql, bool has_answered, GError **error)
{
    unsigned code = mysql_errno(mysql->handle);
    const char *masked = find_masked_message(mysql->handle, &code);
    if (masked) {
        fail_answered(mysql, code, masked, sql, error);
    } else if (code == CR_NET_PACKET_TOO_LARGE && !has_answered) {
        mysql->base.failure = (RtFailure){
            .class = RT_FAILURE_OTHER, .sent = RT_SENT_NO, .native_code = (int) code, .offset = -1
        };
        rt_error_set(error, RT_ERROR_REJECTED, "the statement is too long to be sent");
    } else if (is_of_client(code)) {
        fail_lost(mysql, code, has_answered, error);
    } else {
        fail_answered(mysql, code, mysql_error(mysql->handle), sql, error);
    }
}

void
rt_mysql_fail_unsent(RtMysql *mysql, GError **error)
{
    mysql->is_lost = true;
    mysql->base.failure = (RtFailure){ .class = RT_FAILURE_LOST,
                                       .sent = RT_SENT_NO,
                                       .native_code = CR_SERVER_GONE_ERROR,
                                       .offset = -1 };
    g_autofree char *place = rt_mysql_place(mysql->host);
    rt_error_set(error, RT_ERROR_LOST,
                 "the connection to %s was lost before the statement was sent", place);
}

/* ---- connecting -------------------------------------------------------------------------------
 */

/* "Can't connect to server on 'fe1' (111)" ends with what the system said; of a name that is not
   known its number is negative. */
static char *
explain(const char *message)
{
    if (strstr(message, "initial communication packet"))
        return g_strdup("it closes the connection without a greeting; check that the port is the "
                        "one for MySQL clients");
    const char *open = strrchr(message, '(');
    char *end;
    long code = open ? strtol(open + 1, &end, 10) : 0;
    if (code < 0 && *end == ')')
        return g_strdup_printf("%s; check the host of the URL", gai_strerror((int) code));
    if (code && *end == ')')
        return g_strdup_printf("%s; check host and port of the URL, and that the server is up",
                               g_strerror((int) code));
    return g_utf8_make_valid(message, -1);
}

static void
fail_denied(RtMysql *mysql, const char *place, const char *message, GError **error)
{
    bool has_password = mysql->settings->password && *mysql->settings->password;
    rt_error_set(error, RT_ERROR_DENIED, "%s: %s%s", place, message,
                 has_password ? "; check the user and the password"
                              : "; give a password in the URL, in RETORT_PASSWORD, or by the URL's "
                                "password_file or password_env");
}

/* The server names the database itself. */
static void
fail_unknown_database(const char *place, const char *message, GError **error)
{
    rt_error_set(error, RT_ERROR_UNREACHABLE,
                 "%s: %s; create it (CREATE DATABASE), or name another in the URL", place, message);
}

static void
fail_other_login(RtMysql *mysql, const char *place, GError **error)
{
    bool is_verified = mysql->settings->tls == RT_MYSQL_TLS_VERIFY;
    rt_error_set(error, RT_ERROR_DENIED, "%s asks for the password in a way that %s", place,
                 is_verified ? "this driver does not speak (a password or LDAP it does, OpenID "
                               "Connect it does not)"
                             : "would give it away; it gets it only over TLS with a certificate "
                               "that is verified (tls=verify)");
}

void
rt_mysql_fail_plain(RtMysql *mysql, const RtHost *host, GError **error)
{
    mysql->base.failure = (RtFailure){ .class = RT_FAILURE_LOST,
                                       .sent = RT_SENT_NO,
                                       .native_code = CR_SSL_CONNECTION_ERROR,
                                       .offset = -1 };
    g_autofree char *place = rt_mysql_place(host);
    rt_error_set(error, RT_ERROR_UNREACHABLE,
                 "cannot connect to %s: the server has no TLS, and the URL asks for it", place);
}

void
rt_mysql_fail_login(RtMysql *mysql, const RtHost *host, GError **error)
{
    unsigned code = mysql_errno(mysql->handle);
    g_autofree char *place = rt_mysql_place(host);
    g_autofree char *message = g_utf8_make_valid(mysql_error(mysql->handle), -1);
    RtFailure *failure = &mysql->base.failure;
    classify(failure, code, message);
    failure->sent = RT_SENT_NO;
    if (mysql->stop == RT_MYSQL_STOP_INTERRUPTED) {
        failure->class = RT_FAILURE_INTERRUPTED;
        rt_error_set(error, RT_ERROR_INTERRUPTED, "interrupted while connecting to %s", place);
    } else if (mysql->stop == RT_MYSQL_STOP_TIMEOUT) {
        failure->class = RT_FAILURE_TIMEOUT;
        rt_error_set(error, RT_ERROR_UNREACHABLE, "%s did not answer for %g s", place,
                     mysql->settings->connect_timeout_ms / 1000.0);
    } else if (code == CR_PLUGIN_NOT_ALLOWED || code == CR_AUTH_PLUGIN_CANNOT_LOAD) {
        failure->class = RT_FAILURE_DENIED;
        fail_other_login(mysql, place, error);
    } else if (is_of_client(code)) {
        failure->class = RT_FAILURE_LOST;
        g_autofree char *why = explain(message);
        rt_error_set(error, RT_ERROR_UNREACHABLE, "cannot connect to %s: %s", place, why);
    } else if (failure->class == RT_FAILURE_DENIED) {
        fail_denied(mysql, place, message, error);
    } else if (failure->class == RT_FAILURE_NOT_FOUND) {
        fail_unknown_database(place, message, error);
    } else {
        rt_error_set(error, error_codes[failure->class], "%s: %s", place, message);
    }
}
