/* What a URL asks of a connection, checked and complete; knows nothing of libmariadb. */
#pragma once

#include "connection/url.h"

/* What a new connection asks, in this order. */
typedef enum RtMysqlQuestion {
    RT_MYSQL_VERSION,  /* the true one, where the greeting's is made up; others refuse it */
    RT_MYSQL_RUN_MODE, /* this and what follows not everybody may ask */
    RT_MYSQL_BACKENDS,
    RT_MYSQL_WORKERS, /* compute nodes */
    RT_MYSQL_N_QUESTIONS,
} RtMysqlQuestion;

/* A server that speaks MySQL's protocol, by the scheme that asks for it. */
typedef struct RtMysqlProduct {
    const char *scheme;
    const char *label; /* NULL: any server will do */
    unsigned port;
    const char *questions[RT_MYSQL_N_QUESTIONS]; /* all, or none */
} RtMysqlProduct;

typedef enum RtMysqlTls {
    RT_MYSQL_TLS_OFF,
    RT_MYSQL_TLS_ON,     /* encrypted, by whoever answers */
    RT_MYSQL_TLS_VERIFY, /* and the certificate must be the host's */
} RtMysqlTls;

typedef struct RtMysqlSettings {
    const RtMysqlProduct *product;
    RtHost *hosts; /* each with its port */
    unsigned n_hosts;
    char *user, *password; /* password NULL: none */
    char *database;        /* NULL: none */
    RtMysqlTls tls;
    char *ca, *certificate, *key, *tls_version; /* NULL: the library's choice */
    int connect_timeout_ms;                     /* for each host */
    int read_timeout_ms;                        /* without a byte from the server; 0: none */
} RtMysqlSettings;

/*
 * The password is that of the URL, else the first line of the file ?password_file=, else what the
 * environment variable ?password_env= holds, else what RETORT_PASSWORD holds. Fails with
 * RT_ERROR_CONFIG, RT_ERROR_FILE for a password file that cannot be read.
 */
RtMysqlSettings *rt_mysql_settings_new(const RtUrl *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;
RtMysqlSettings *rt_mysql_settings_ref(RtMysqlSettings *settings);
/* With the last one that is given back they end; the password is overwritten first. */
void rt_mysql_settings_unref(RtMysqlSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtMysqlSettings, rt_mysql_settings_unref)
