/* Reads the settings of a connection from its URL, and the password from where the URL says. */
#include "driver/mysql/settings.h"

#include <string.h>

enum {
    DEFAULT_CONNECT_SECONDS = 10,
    LONGEST_SECONDS = 7 * 24 * 3600,
    LONGEST_PASSWORD_FILE = 64 * 1024,
};

#define PASSWORD_VARIABLE "RETORT_PASSWORD"

/* The last one stands for every other scheme. */
static const RtMysqlProduct products[] = {
    { .scheme = "starrocks",
      .label = "StarRocks",
      .port = 9030,
      .questions = { [RT_MYSQL_VERSION] = "SELECT current_version()",
                     [RT_MYSQL_RUN_MODE] = "ADMIN SHOW FRONTEND CONFIG LIKE 'run_mode'",
                     [RT_MYSQL_BACKENDS] = "SHOW BACKENDS",
                     [RT_MYSQL_WORKERS] = "SHOW COMPUTE NODES" } },
    { .scheme = "mysql", .port = 3306 },
};

static const char *const known_options[] = {
    "connect_timeout", "read_timeout", "password_file", "password_env", "tls", "tls_ca",
    "tls_cert",        "tls_key",      "tls_version",   "charset",      NULL,
};

static const RtMysqlProduct *
find_product(const char *scheme)
{
    size_t i = 0;
    while (i + 1 < G_N_ELEMENTS(products) && !g_str_equal(products[i].scheme, scheme))
        i++;
    return &products[i];
}

/* ---- single options ---------------------------------------------------------------------------
 */

static bool
read_seconds(const RtUrl *url, const char *name, int fallback, int *out_ms, GError **error)
{
    const char *text = rt_url_option(url, name);
    *out_ms = fallback * 1000;
    if (!text)
        return true;
    char *end;
    double seconds = g_ascii_strtod(text, &end);
    if (!g_ascii_isdigit(*text) || *end || !(seconds <= LONGEST_SECONDS)) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "the URL's option '%s' is '%s'; it is a number of seconds", name, text);
        return false;
    }
    *out_ms = (int) (seconds * 1000);
    return true;
}

static bool
read_tls(const RtUrl *url, RtMysqlTls *out_tls, GError **error)
{
    static const struct {
        const char *word;
        RtMysqlTls tls;
    } words[] = {
        { "off", RT_MYSQL_TLS_OFF },
        { "on", RT_MYSQL_TLS_ON },
        { "verify", RT_MYSQL_TLS_VERIFY },
    };
    static const char *const details[] = { "tls_ca", "tls_cert", "tls_key", "tls_version" };
    const char *text = rt_url_option(url, "tls");
    bool is_known = !text;
    *out_tls = RT_MYSQL_TLS_OFF;
    for (size_t i = 0; text && i < G_N_ELEMENTS(words); i++) {
        if (!g_str_equal(text, words[i].word))
            continue;
        *out_tls = words[i].tls;
        is_known = true;
    }
    if (!is_known) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "the URL's option 'tls' is '%s'; it is off, on (encrypted, whoever answers) "
                     "or verify (and the certificate is the host's)",
                     text);
        return false;
    }
    for (size_t i = 0; *out_tls == RT_MYSQL_TLS_OFF && i < G_N_ELEMENTS(details); i++) {
        if (!rt_url_option(url, details[i]))
            continue;
        rt_error_set(error, RT_ERROR_CONFIG,
                     "the URL has '%s' but no TLS; add tls=on or tls=verify", details[i]);
        return false;
    }
    if (*out_tls == RT_MYSQL_TLS_ON && rt_url_option(url, "tls_ca")) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "tls=on verifies nothing, so 'tls_ca' says nothing; use tls=verify");
        return false;
    }
    return true;
}

/* Text goes as utf8mb4 always; URLs made for other clients say so too. */
static bool
check_charset(const RtUrl *url, GError **error)
{
    const char *charset = rt_url_option(url, "charset");
    if (!charset || !g_ascii_strcasecmp(charset, "utf8mb4") || !g_ascii_strcasecmp(charset, "utf8"))
        return true;
    rt_error_set(error, RT_ERROR_CONFIG, "the URL's charset is '%s'; it can only be utf8mb4",
                 charset);
    return false;
}

/* ---- the password -----------------------------------------------------------------------------
 */

static void
forget(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

static char *
read_password_file(const char *path, GError **error)
{
    char *text = NULL;
    gsize length = 0;
    g_autoptr(GError) problem = NULL;
    if (!g_file_get_contents(path, &text, &length, &problem)) {
        rt_error_set(error, RT_ERROR_FILE, "the password file cannot be read: %s",
                     problem->message);
        return NULL;
    }
    if (length > LONGEST_PASSWORD_FILE || memchr(text, 0, length)) {
        rt_error_set(error, RT_ERROR_FILE, "the password file '%s' holds no password", path);
        explicit_bzero(text, length);
        g_free(text);
        return NULL;
    }
    char *password = g_strndup(text, strcspn(text, "\r\n"));
    forget(text);
    return password;
}

static bool
read_password(RtMysqlSettings *settings, const RtUrl *url, GError **error)
{
    const char *file = rt_url_option(url, "password_file");
    const char *variable = rt_url_option(url, "password_env");
    if (!url->password && file) {
        settings->password = read_password_file(file, error);
        return settings->password != NULL;
    }
    if (!url->password && variable && !g_getenv(variable)) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "the URL takes the password from the environment variable '%s', which is not "
                     "set",
                     variable);
        return false;
    }
    const char *secret = url->password;
    if (!secret)
        secret = g_getenv(variable ? variable : PASSWORD_VARIABLE);
    settings->password = g_strdup(secret);
    return true;
}

/* ---- all --------------------------------------------------------------------------------------
 */

static bool
read_hosts(RtMysqlSettings *settings, const RtUrl *url, GError **error)
{
    if (!url->n_hosts) {
        rt_error_set(error, RT_ERROR_CONFIG, "the URL names no host; it is %s://USER@HOST/DATABASE",
                     url->scheme);
        return false;
    }
    settings->n_hosts = url->n_hosts;
    settings->hosts = g_new0(RtHost, url->n_hosts);
    for (unsigned i = 0; i < url->n_hosts; i++) {
        settings->hosts[i].name = g_strdup(url->hosts[i].name);
        settings->hosts[i].port = url->hosts[i].port ? url->hosts[i].port : settings->product->port;
    }
    return true;
}

static bool
read_settings(RtMysqlSettings *settings, const RtUrl *url, GError **error)
{
    if (!rt_url_check_options(url, known_options, error) || !check_charset(url, error) ||
        !read_hosts(settings, url, error) || !read_tls(url, &settings->tls, error) ||
        !read_seconds(url, "connect_timeout", DEFAULT_CONNECT_SECONDS,
                      &settings->connect_timeout_ms, error) ||
        !read_seconds(url, "read_timeout", 0, &settings->read_timeout_ms, error) ||
        !read_password(settings, url, error))
        return false;
    if (settings->connect_timeout_ms == 0) {
        rt_error_set(error, RT_ERROR_CONFIG, "the URL's connect_timeout leaves no time at all");
        return false;
    }
    settings->user = g_strdup(url->user ? url->user : g_get_user_name());
    settings->database = *url->path ? g_strdup(url->path) : NULL;
    settings->ca = g_strdup(rt_url_option(url, "tls_ca"));
    settings->certificate = g_strdup(rt_url_option(url, "tls_cert"));
    settings->key = g_strdup(rt_url_option(url, "tls_key"));
    settings->tls_version = g_strdup(rt_url_option(url, "tls_version"));
    return true;
}

RtMysqlSettings *
rt_mysql_settings_new(const RtUrl *url, GError **error)
{
    g_autoptr(RtMysqlSettings) settings = g_rc_box_new0(RtMysqlSettings);
    settings->product = find_product(url->scheme);
    if (!read_settings(settings, url, error))
        return NULL;
    return g_steal_pointer(&settings);
}

RtMysqlSettings *
rt_mysql_settings_ref(RtMysqlSettings *settings)
{
    return g_rc_box_acquire(settings);
}

static void
clear_settings(void *data)
{
    RtMysqlSettings *settings = data;
    for (unsigned i = 0; i < settings->n_hosts; i++)
        g_free(settings->hosts[i].name);
    g_free(settings->hosts);
    forget(settings->password);
    g_free(settings->user);
    g_free(settings->database);
    g_free(settings->ca);
    g_free(settings->certificate);
    g_free(settings->key);
    g_free(settings->tls_version);
}

void
rt_mysql_settings_unref(RtMysqlSettings *settings)
{
    if (settings)
        g_rc_box_release_full(settings, clear_settings);
}
