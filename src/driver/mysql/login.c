/*
 * Connects libmariadb to one host, with each setting that its defaults would leave unsafe or to the
 * release of the library said by name.
 */
#include "driver/mysql/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

enum {
    KILL_SECONDS = 2, /* for the connection that stops a statement */
    KEEPALIVE_IDLE_SECONDS = 30,
    KEEPALIVE_INTERVAL_SECONDS = 10,
    KEEPALIVE_PROBES = 6,
};

/*
 * The library would send the password in clear to any server that asks for it, and encrypted with
 * the key of any server that gives one; both only to a server that is known to be the right one.
 */
static const char *const logins[] = {
    [RT_MYSQL_TLS_OFF] = "mysql_native_password",
    [RT_MYSQL_TLS_ON] = "mysql_native_password",
    [RT_MYSQL_TLS_VERIFY] = ("mysql_native_password,mysql_clear_password,"
                             "caching_sha2_password,client_ed25519"),
};

static void
set_flag(MYSQL *handle, enum mysql_option option, bool value)
{
    my_bool flag = value;
    mysql_options(handle, option, &flag);
}

static void
set_text(MYSQL *handle, enum mysql_option option, const char *value)
{
    if (value)
        mysql_options(handle, option, value);
}

static void
set_options(MYSQL *handle, const RtMysqlSettings *settings)
{
    unsigned off = 0, protocol = MYSQL_PROTOCOL_TCP;
    mysql_options(handle, MYSQL_OPT_NONBLOCK, NULL);
    /* "localhost" would be a socket file, which is never where such a server listens. */
    mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
    /* A server could ask for any file of the user's. */
    mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &off);
    /* A statement is never sent a second time unasked. */
    set_flag(handle, MYSQL_OPT_RECONNECT, false);
    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_optionsv(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "retort");
    mysql_optionsv(handle, MARIADB_OPT_RESTRICTED_AUTH, logins[settings->tls]);

    set_flag(handle, MYSQL_OPT_SSL_ENFORCE, settings->tls != RT_MYSQL_TLS_OFF);
    set_flag(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, settings->tls == RT_MYSQL_TLS_VERIFY);
    set_text(handle, MYSQL_OPT_SSL_CA, settings->ca);
    set_text(handle, MYSQL_OPT_SSL_CERT, settings->certificate);
    set_text(handle, MYSQL_OPT_SSL_KEY, settings->key);
    set_text(handle, MARIADB_OPT_TLS_VERSION, settings->tls_version);
}

/* DDL may run for hours without a byte, so only the system can tell that the way there is dead. */
static void
keep_alive(MYSQL *handle)
{
    static const struct {
        int level, name, value;
    } options[] = {
        { SOL_SOCKET, SO_KEEPALIVE, 1 },
        { IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS },
        { IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS },
        { IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES },
        { IPPROTO_TCP, TCP_NODELAY, 1 },
    };
    int file = mysql_get_socket(handle);
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
        (void) setsockopt(file, options[i].level, options[i].name, &options[i].value,
                          sizeof options[i].value);
}

bool
rt_mysql_login(RtMysql *mysql, const RtHost *host, GError **error)
{
    const RtMysqlSettings *settings = mysql->settings;
    g_clear_pointer(&mysql->handle, mysql_close);
    mysql->handle = mysql_init(NULL);
    g_assert(mysql->handle);
    set_options(mysql->handle, settings);
    /* Several statements in a packet are this driver's own doing: query_many(). */
    unsigned long flags = CLIENT_MULTI_STATEMENTS | CLIENT_MULTI_RESULTS;
    MYSQL *connected = NULL;
    int status = mysql_real_connect_start(&connected, mysql->handle, host->name, settings->user,
                                          settings->password ? settings->password : "",
                                          settings->database, host->port, NULL, flags);
    while (status)
        status = mysql_real_connect_cont(&connected, mysql->handle, rt_mysql_wait(mysql, status));
    if (!connected) {
        rt_mysql_fail_login(mysql, host, error);
        g_clear_pointer(&mysql->handle, mysql_close);
        return false;
    }
    if (settings->tls != RT_MYSQL_TLS_OFF && !mysql_get_ssl_cipher(mysql->handle)) {
        rt_mysql_fail_plain(mysql, host, error);
        g_clear_pointer(&mysql->handle, mysql_close);
        return false;
    }
    keep_alive(mysql->handle);
    mysql->host = host;
    mysql->is_lost = false;
    return true;
}

bool
rt_mysql_kill_statement(RtMysql *mysql)
{
    int64_t limit = (int64_t) KILL_SECONDS * G_USEC_PER_SEC;
    RtMysql other = { .settings = mysql->settings,
                      .wake = -1,
                      .connecting_until = g_get_monotonic_time() + limit };
    rt_mysql_start_waiting(&other);
    if (!rt_mysql_login(&other, mysql->host, NULL))
        return false;
    g_autofree char *sql = g_strdup_printf("KILL QUERY %lu", mysql_thread_id(mysql->handle));
    int failed = 1;
    int status = mysql_real_query_start(&failed, other.handle, sql, strlen(sql));
    while (status)
        status = mysql_real_query_cont(&failed, other.handle, rt_mysql_wait(&other, status));
    mysql_close(other.handle);
    return !failed;
}
