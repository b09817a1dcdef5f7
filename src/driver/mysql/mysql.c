/*
 * The driver for servers that speak MySQL's protocol: opens a connection to the first host of the
 * URL that takes it, and asks the server what it is. Whether to go on with the next host after a
 * loss is for whoever knows what the lost statement did.
 */
#include "driver/mysql/connection.h"

#include <gmodule.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* ---- what the server says of itself -----------------------------------------------------------
 */

/* The texts of the first packet: the session, the version, the state. */
typedef struct Introduction {
    RtMysql *mysql;
    const char *const *session;
    GPtrArray *texts;           /* of char * */
    unsigned version;           /* index of the version query; the state follows */
    unsigned answered;          /* how many of the texts */
    unsigned backends, workers; /* alive */
} Introduction;

static void
read_version(RtServer *server, const char *text)
{
    uint16_t *parts[] = { &server->major, &server->minor, &server->patch };
    const char *c = text + strcspn(text, "0123456789");
    for (size_t i = 0; i < G_N_ELEMENTS(parts) && g_ascii_isdigit(*c); i++) {
        char *end;
        *parts[i] = (uint16_t) MIN(strtoul(c, &end, 10), UINT16_MAX);
        c = *end == '.' ? end + 1 : end;
        if (*end != '.')
            return;
    }
}

static bool
is_alive(unsigned n, const char *const *values, const char *const *names)
{
    const char *alive = rt_row_value("Alive", n, values, names);
    return alive && !g_ascii_strcasecmp(alive, "true");
}

static bool
read_introduction(void *data, unsigned statement, unsigned n, const char *const *values,
                  const char *const *names)
{
    Introduction *introduction = data;
    RtMysql *mysql = introduction->mysql;
    if (statement < introduction->version || !n)
        return true;
    const char *value;
    switch (statement - introduction->version) {
    case RT_MYSQL_VERSION:
        g_free(mysql->version);
        mysql->version = g_strdup(values[0] ? values[0] : "");
        break;
    case RT_MYSQL_RUN_MODE:
        value = rt_row_value("Value", n, values, names);
        /* What was told of a server is still read when the connection has gone to another host. */
        mysql->run_mode = value ? g_intern_string(value) : NULL;
        break;
    case RT_MYSQL_BACKENDS:
        introduction->backends += is_alive(n, values, names);
        break;
    case RT_MYSQL_WORKERS:
        introduction->workers += is_alive(n, values, names);
        break;
    }
    return true;
}

/* ---- session variables ------------------------------------------------------------------------
 */

static bool
is_number(const char *text)
{
    const char *digits = *text == '-' ? text + 1 : text;
    return g_ascii_isdigit(*digits) && strspn(digits, "0123456789.") == strlen(digits);
}

/* A literal, as StarRocks takes nothing else. */
static void
append_literal(GString *sql, const char *value)
{
    if (is_number(value)) {
        g_string_append(sql, value);
        return;
    }
    g_string_append_c(sql, '\'');
    for (const char *c = value; *c; c++) {
        if (*c == '\'' || *c == '\\')
            g_string_append_c(sql, '\\');
        g_string_append_c(sql, *c);
    }
    g_string_append_c(sql, '\'');
}

static bool
add_session(Introduction *introduction, GError **error)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    for (const char *const *item = introduction->session; item && item[0]; item += 2) {
        if (!*item[0] || strspn(item[0], letters) != strlen(item[0])) {
            rt_error_set(error, RT_ERROR_CONFIG, "'%s' is no name of a session variable", item[0]);
            return false;
        }
        g_autoptr(GString) sql = g_string_new("SET ");
        g_string_append_printf(sql, "%s = ", item[0]);
        append_literal(sql, item[1]);
        g_ptr_array_add(introduction->texts, g_strdup(sql->str));
    }
    return true;
}

/* ---- getting to know each other ---------------------------------------------------------------
 */

static void
set_other_product(RtMysql *mysql, GError **error)
{
    g_autofree char *place = rt_mysql_place(mysql->host);
    const char *version = mysql_get_server_info(mysql->handle);
    bool is_mariadb = strstr(version, "MariaDB");
    rt_error_set(error, RT_ERROR_UNREACHABLE, "%s is no %s server; it calls itself %s %s", place,
                 mysql->settings->product->label, is_mariadb ? "MariaDB" : "MySQL", version);
    mysql->base.failure =
        (RtFailure){ .class = RT_FAILURE_OTHER, .sent = RT_SENT_YES, .offset = -1 };
}

/* Some texts were answered and the next was refused. Whether that matters. */
static bool
judge_refusal(const Introduction *introduction, GError *problem, GError **error)
{
    RtMysql *mysql = introduction->mysql;
    unsigned done = introduction->answered;
    RtFailureClass class = mysql->base.failure.class;
    bool is_answer = !mysql->is_lost && class != RT_FAILURE_INTERRUPTED;
    if (is_answer && done > introduction->version) {
        g_error_free(problem);
        return true; /* who may not see the state does without */
    }
    if (is_answer && done < introduction->version) {
        rt_error_set(error, RT_ERROR_CONFIG, "the session variable '%s' cannot be set: %s",
                     introduction->session[done * 2], problem->message);
        g_error_free(problem);
        return false;
    }
    bool is_other = class == RT_FAILURE_NOT_FOUND || class == RT_FAILURE_OTHER;
    if (is_answer && is_other) {
        set_other_product(mysql, error);
        g_error_free(problem);
        return false;
    }
    g_propagate_error(error, problem);
    return false;
}

static bool
introduce(Introduction *introduction, GError **error)
{
    const RtMysqlProduct *product = introduction->mysql->settings->product;
    if (!add_session(introduction, error))
        return false;
    introduction->version = introduction->texts->len;
    for (unsigned i = 0; i < RT_MYSQL_N_QUESTIONS && product->questions[i]; i++)
        g_ptr_array_add(introduction->texts, g_strdup(product->questions[i]));
    if (!introduction->texts->len)
        return true;
    GError *problem = NULL;
    const char *const *texts = (const char *const *) introduction->texts->pdata;
    if (rt_mysql_run_packet(introduction->mysql, texts, introduction->texts->len, 0,
                            read_introduction, introduction, &introduction->answered, &problem))
        return true;
    return judge_refusal(introduction, problem, error);
}

/* In a cluster whose data lies apart, those that compute stand in for backends. */
static void
fill_server(const Introduction *introduction)
{
    RtMysql *mysql = introduction->mysql;
    const char *version = mysql->version ? mysql->version : mysql_get_server_info(mysql->handle);
    bool is_shared = mysql->run_mode && g_str_equal(mysql->run_mode, "shared_data");
    bool knows_nodes = introduction->answered > introduction->version + RT_MYSQL_WORKERS;
    unsigned alive = introduction->backends + (is_shared ? introduction->workers : 0);
    mysql->server.product = mysql->settings->product->label;
    mysql->server.run_mode = mysql->run_mode;
    mysql->server.backends = knows_nodes ? (int) alive : -1;
    read_version(&mysql->server, version);
}

static bool
get_to_know(RtMysql *mysql, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    Introduction introduction = { .mysql = mysql,
                                  .session = (const char *const *) mysql->session,
                                  .texts = texts };
    if (!introduce(&introduction, error))
        return false;
    fill_server(&introduction);
    return true;
}

/* ---- connecting -------------------------------------------------------------------------------
 */

/* Another host would answer the same to a wrong password, and might lock the account for it. */
static bool
may_try_next(const RtMysql *mysql)
{
    RtFailureClass class = mysql->base.failure.class;
    return class == RT_FAILURE_LOST || class == RT_FAILURE_TIMEOUT || class == RT_FAILURE_RETRYABLE;
}

/* One host alone keeps its error; several are told of together. */
static void
add_problem(GError **problems, GError *problem)
{
    if (!*problems) {
        *problems = problem;
        return;
    }
    GError *both = NULL;
    rt_error_set(&both, RT_ERROR_UNREACHABLE, "%s; %s", (*problems)->message, problem->message);
    g_error_free(*problems);
    g_error_free(problem);
    *problems = both;
}

static bool
try_host(RtMysql *mysql, const RtHost *host, GError **error)
{
    int64_t limit_ms = mysql->settings->connect_timeout_ms;
    if (mysql->patience_ms)
        limit_ms = MIN(limit_ms, mysql->patience_ms);
    mysql->connecting_until = g_get_monotonic_time() + limit_ms * 1000;
    rt_mysql_start_waiting(mysql);
    bool is_done = rt_mysql_login(mysql, host, error) && get_to_know(mysql, error);
    mysql->connecting_until = 0;
    return is_done;
}

/* All hosts in turn, this one first. */
static bool
try_hosts(RtMysql *mysql, unsigned first, GError **error)
{
    GError *problems = NULL;
    unsigned n = mysql->settings->n_hosts;
    for (unsigned i = 0; i < n; i++) {
        GError *problem = NULL;
        if (try_host(mysql, &mysql->settings->hosts[(first + i) % n], &problem)) {
            if (problems)
                rt_events_notice(mysql->events, RT_LEVEL_WARNING, mysql->settings->product->scheme,
                                 "%s", problems->message);
            g_clear_error(&problems);
            return true;
        }
        if (!may_try_next(mysql)) {
            g_clear_error(&problems);
            g_propagate_error(error, problem);
            return false;
        }
        add_problem(&problems, problem);
    }
    g_propagate_error(error, problems);
    return false;
}

/* ---- the connection ---------------------------------------------------------------------------
 */

static bool
reopen(RtConnection *connection, GError **error)
{
    RtMysql *mysql = (RtMysql *) connection;
    unsigned lost = (unsigned) (mysql->host - mysql->settings->hosts);
    if (try_hosts(mysql, lost + 1, error)) {
        mysql->base.failure = (RtFailure){ 0 };
        return true;
    }
    mysql->is_lost = true;
    return false;
}

static bool
tell_server(RtConnection *connection, RtServer *out_server, GError **error)
{
    (void) error;
    *out_server = ((RtMysql *) connection)->server;
    return true;
}

/* The grants stand in the last column, whatever the server puts before them. */
static bool
add_grant(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    if (n && values[n - 1])
        g_ptr_array_add(data, g_strdup(values[n - 1]));
    return true;
}

static bool
tell_privileges(RtConnection *connection, GPtrArray *out_lines, GError **error)
{
    return rt_connection_query(connection, "SHOW GRANTS", add_grant, out_lines, error);
}

static void
interrupt(RtConnection *connection)
{
    const RtMysql *mysql = (RtMysql *) connection;
    uint64_t one = 1;
    if (write(mysql->wake, &one, sizeof one) < 0)
        return; /* it is full: interrupted already */
}

static void
close_connection(RtConnection *connection)
{
    RtMysql *mysql = (RtMysql *) connection;
    if (mysql->handle)
        mysql_close(mysql->handle);
    if (mysql->wake >= 0)
        close(mysql->wake);
    rt_mysql_settings_unref(mysql->settings);
    g_strfreev(mysql->session);
    g_free(mysql->version);
    g_free(mysql);
}

static RtConnection *open_companion(RtConnection *connection, int patience_ms, GError **error);

static const RtConnectionClass class = {
    .close = close_connection,
    .server = tell_server,
    .privileges = tell_privileges,
    .execute = rt_mysql_execute,
    .query_many = rt_mysql_query_many,
    .reopen = reopen,
    .companion = open_companion,
    .interrupt = interrupt,
};

static RtMysql *
make_connection(const RtEvents *events, const char *const *session)
{
    RtMysql *mysql = g_new0(RtMysql, 1);
    mysql->base.class = &class;
    mysql->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    mysql->events = events;
    mysql->session = g_strdupv((char **) session);
    return mysql;
}

/* To the same host first: the other one is connected there. */
static RtConnection *
open_companion(RtConnection *connection, int patience_ms, GError **error)
{
    const RtMysql *first = (RtMysql *) connection;
    RtMysql *mysql = make_connection(first->events, (const char *const *) first->session);
    g_autoptr(RtConnection) companion = &mysql->base;
    mysql->patience_ms = patience_ms;
    mysql->settings = rt_mysql_settings_ref(first->settings);
    if (!try_hosts(mysql, (unsigned) (first->host - first->settings->hosts), error))
        return NULL;
    return g_steal_pointer(&companion);
}

static RtConnection *
open_connection(const RtUrl *url, const RtConnectionOptions *options, bool *out_missing,
                GError **error)
{
    (void) out_missing;
    RtMysql *mysql = make_connection(options->events, options->session);
    g_autoptr(RtConnection) connection = &mysql->base;
    mysql->is_read_only = options->read_only;
    mysql->settings = rt_mysql_settings_new(url, error);
    if (!mysql->settings || !try_hosts(mysql, 0, error))
        return NULL;
    return g_steal_pointer(&connection);
}

G_MODULE_EXPORT extern const RtDriver rt_driver;
const RtDriver rt_driver = {
    .abi = RT_DRIVER_ABI,
    .size = sizeof(RtDriver),
    .name = "mysql",
    .open = open_connection,
};
