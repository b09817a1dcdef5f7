/*
 * Database URLs: scheme://user:password@host:port,host2/path?option=value. The password is kept
 * apart and never printed. It may hold any character but an "@" before a slash, percent-coded or
 * not; behind a host with a port, an "@" in the path is written %40. "scheme:" alone is the URL of
 * something without a name: a database in the process.
 */
#pragma once

#include "base/error.h"

typedef struct RtHost {
    char *name;
    unsigned port; /* 0: the scheme's default */
} RtHost;

typedef struct RtUrl {
    char *scheme;   /* lower case: "sqlite", "memory+sqlite", "starrocks" */
    char *user;     /* NULL: none given */
    char *password; /* NULL: none given; never printed */
    RtHost *hosts;
    unsigned n_hosts;
    char *path;          /* without the first slash; "" for none; decoded */
    GHashTable *options; /* of char * to char * */
} RtUrl;

/* Fails with RT_ERROR_CONFIG; the message shows the URL without its password. */
RtUrl *rt_url_parse(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_url_free(RtUrl *url);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtUrl, rt_url_free)
/* With *** in place of a password; owned by the caller. */
char *rt_url_print(const RtUrl *url);
/* The same for text that may be no URL at all: whatever looks like a password is hidden. */
char *rt_url_hide_password(const char *text);
/* With the password, for handing the URL to another program; owned by the caller. */
char *rt_url_print_secret(const RtUrl *url);
const char *rt_url_option(const RtUrl *url, const char *name);
/* An option that is on or off; RT_ERROR_CONFIG for any other word. */
bool rt_url_flag(const RtUrl *url, const char *name, bool fallback, bool *out_flag,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Fails with RT_ERROR_CONFIG for an option that is not in the NULL-ended list `known`. */
bool rt_url_check_options(const RtUrl *url, const char *const *known,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Fails with RT_ERROR_CONFIG where a URL of a file names a host or user; `example` is a file. */
bool rt_url_check_file(const RtUrl *url, const char *example,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Makes a relative file path of a file URL (sqlite:///x.db, memory+x:///y.log) count from `folder`.
 */
void rt_url_resolve_path(RtUrl *url, const char *folder);
