/* Database URLs: every form of the documents, odd passwords, what is refused, and no leak. */
#include "connection/url.h"

#include <string.h>

static void
test_parts(void)
{
    static const struct {
        const char *text, *scheme, *user, *password, *host, *path;
        unsigned port, n_hosts;
    } cases[] = {
        { "starrocks://u:p@h:9030/db", "starrocks", "u", "p", "h", "db", 9030, 1 },
        { "starrocks://u@h/c.db", "starrocks", "u", NULL, "h", "c.db", 0, 1 },
        { "starrocks://u:@h/", "starrocks", "u", "", "h", "", 0, 1 },
        { "StarRocks+x://h", "starrocks+x", NULL, NULL, "h", "", 0, 1 },
        { "yql+ydb://host:2136/local/sub", "yql+ydb", NULL, NULL, "host", "local/sub", 2136, 1 },
        { "a://u:p@a:1,b,c:3/d", "a", "u", "p", "a", "d", 1, 3 },
        { "a://[::1]:9030/d", "a", NULL, NULL, "::1", "d", 9030, 1 },
        { "a://[fe80::1%25eth0],b/d", "a", NULL, NULL, "fe80::1%eth0", "d", 0, 2 },
        { "a://u%40x:p%3A%2f%25@h/a%20b", "a", "u@x", "p:/%", "h", "a b", 0, 1 },
        { "a://u:p@ss:w@h/d", "a", "u", "p@ss:w", "h", "d", 0, 1 },
        { "a://u:p/w?#@h/d", "a", "u", "p/w?#", "h", "d", 0, 1 },
        { "a://me@corp:pw@h/d", "a", "me@corp", "pw", "h", "d", 0, 1 },
        { "a://u:100%@h/d", "a", "u", "100%", "h", "d", 0, 1 },
        { "a://u:pässwörd 1@h", "a", "u", "pässwörd 1", "h", "", 0, 1 },
        { "a://h/x@y", "a", NULL, NULL, "h", "x@y", 0, 1 },
        { "sqlite:///rel.db", "sqlite", NULL, NULL, NULL, "rel.db", 0, 0 },
        { "sqlite:////abs/file.db", "sqlite", NULL, NULL, NULL, "/abs/file.db", 0, 0 },
        { "sqlite:///a:b@c.db", "sqlite", NULL, NULL, NULL, "a:b@c.db", 0, 0 },
        { "sqlite://", "sqlite", NULL, NULL, NULL, "", 0, 0 },
        { "memory+starrocks:", "memory+starrocks", NULL, NULL, NULL, "", 0, 0 },
        { "memory+x:?transactions=off", "memory+x", NULL, NULL, NULL, "", 0, 0 },
        { "memory+x:///f.log?a=b", "memory+x", NULL, NULL, NULL, "f.log", 0, 0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RtUrl) url = rt_url_parse(cases[i].text, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(url->scheme, ==, cases[i].scheme);
        g_assert_cmpstr(url->user, ==, cases[i].user);
        g_assert_cmpstr(url->password, ==, cases[i].password);
        g_assert_cmpuint(url->n_hosts, ==, cases[i].n_hosts);
        g_assert_cmpstr(url->n_hosts ? url->hosts[0].name : NULL, ==, cases[i].host);
        g_assert_cmpuint(url->n_hosts ? url->hosts[0].port : 0, ==, cases[i].port);
        g_assert_cmpstr(url->path, ==, cases[i].path);
    }
}

static void
test_options(void)
{
    g_autoptr(RtUrl) url = rt_url_parse("memory+x:///f?transactions=off&job_seconds=0.2&a%26b=c%3Dd"
                                        "&job_seconds=0.3&flag&&on=YES",
                                        NULL);
    static const char *const known[] = { "transactions", "job_seconds", "a&b", "on", NULL };
    bool flag = true;
    g_autoptr(GError) error = NULL;
    g_assert_cmpstr(rt_url_option(url, "job_seconds"), ==, "0.3");
    g_assert_cmpstr(rt_url_option(url, "a&b"), ==, "c=d");
    g_assert_cmpstr(rt_url_option(url, "flag"), ==, "");
    g_assert_null(rt_url_option(url, "missing"));
    g_assert_true(rt_url_flag(url, "transactions", true, &flag, &error));
    g_assert_false(flag);
    g_assert_true(rt_url_flag(url, "on", false, &flag, &error));
    g_assert_true(flag);
    g_assert_true(rt_url_flag(url, "missing", true, &flag, &error));
    g_assert_true(flag);
    g_assert_false(rt_url_flag(url, "a&b", true, &flag, &error));
    g_assert_cmpstr(error->message, ==, "the URL's option 'a&b' is 'c=d'; it is on or off");
    g_clear_error(&error);
    g_assert_false(rt_url_check_options(url, known, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    g_assert_cmpstr(error->message, ==,
                    "memory+x URLs have no option 'flag'; they have: transactions, job_seconds, "
                    "a&b, on");
}

static void
test_refused(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "", "the URL '' has no scheme; a database URL looks like SCHEME://HOST/DATABASE" },
        { "file.db", "the URL 'file.db' has no scheme; a database URL looks like "
                     "SCHEME://HOST/DATABASE" },
        { "://x",
          "the URL '://x' has no scheme; a database URL looks like SCHEME://HOST/DATABASE" },
        { "sqlite:x.db", "the URL 'sqlite:x.db' lacks '//' after its scheme; a file is written "
                         "SCHEME:///file" },
        { "a://h:0/", "the URL 'a://h:***' has a port that is no number from 1 to 65535" },
        { "a://h:65536", "the URL 'a://h:***' has a port that is no number from 1 to 65535" },
        { "a://u:secret", "the URL 'a://u:***' has a port that is no number from 1 to 65535" },
        { "a://u:secret@h:x/", "the URL 'a://u:***@h:x/' has a port that is no number from 1 to "
                               "65535" },
        { "a://h,,b", "the URL 'a://h,,b' has a host without a name" },
        { "a://h,", "the URL 'a://h,' has a host without a name" },
        { "a://u:secret@:9030", "the URL 'a://u:***@:9030' has a host without a name" },
        { "a://::1/", "the URL 'a://:***' has a host with several colons; an IPv6 address stands "
                      "in brackets: [::1]" },
        { "a://[::1/d", "the URL 'a://[::1/d' has an IPv6 address whose bracket is not closed" },
        { "a://[::1]9/d", "the URL 'a://[::1]9/d' has something other than a port after an IPv6 "
                          "address" },
        { "a://h/d?=x", "the URL 'a://h/d?=x' has an option without a name" },
        { "a://h/%00", "the URL 'a://h/%00' holds a NUL byte (%00)" },
        { "a://u:%ff@h/", "the URL 'a://u:***@h/' has percent codes that are no valid UTF-8" },
        { "a://h/\xff", "the URL is no valid UTF-8" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(rt_url_parse(cases[i].text, &error));
        g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
assert_same(const RtUrl *a, const RtUrl *b)
{
    g_assert_cmpstr(a->scheme, ==, b->scheme);
    g_assert_cmpstr(a->user, ==, b->user);
    g_assert_cmpstr(a->password, ==, b->password);
    g_assert_cmpuint(a->n_hosts, ==, b->n_hosts);
    for (unsigned i = 0; i < a->n_hosts; i++) {
        g_assert_cmpstr(a->hosts[i].name, ==, b->hosts[i].name);
        g_assert_cmpuint(a->hosts[i].port, ==, b->hosts[i].port);
    }
    g_assert_cmpstr(a->path, ==, b->path);
    g_assert_cmpuint(g_hash_table_size(a->options), ==, g_hash_table_size(b->options));
    GHashTableIter iter;
    gpointer name, value;
    g_hash_table_iter_init(&iter, a->options);
    while (g_hash_table_iter_next(&iter, &name, &value))
        g_assert_cmpstr(value, ==, rt_url_option(b, name));
}

static void
test_printing(void)
{
    static const struct {
        const char *text, *printed, *secret;
    } cases[] = {
        { "A://u:secret@h:1,[::1]:2/d", "a://u:***@h:1,[::1]:2/d", "a://u:secret@h:1,[::1]:2/d" },
        { "a://u:p/w@h/d", "a://u:***@h/d", "a://u:p%2Fw@h/d" },
        { "a://h/d?z=1&password=secret&b=%26", "a://h/d?b=%26&password=***&z=1",
          "a://h/d?b=%26&password=secret&z=1" },
        { "sqlite:////x/y@z.db", "sqlite:////x/y@z.db", "sqlite:////x/y@z.db" },
        { "sqlite:///a?b=c", "sqlite:///a?b=c", "sqlite:///a?b=c" },
        { "sqlite:///a%3Fb", "sqlite:///a%3Fb", "sqlite:///a%3Fb" },
        { "memory+x:", "memory+x://", "memory+x://" },
        { "a://u:@h", "a://u:***@h", "a://u:@h" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtUrl) url = rt_url_parse(cases[i].text, NULL);
        g_autofree char *printed = rt_url_print(url);
        g_autofree char *secret = rt_url_print_secret(url);
        g_autoptr(RtUrl) again = rt_url_parse(secret, NULL);
        g_assert_cmpstr(printed, ==, cases[i].printed);
        g_assert_cmpstr(secret, ==, cases[i].secret);
        assert_same(url, again);
    }
}

static void
test_hiding(void)
{
    static const struct {
        const char *text, *hidden;
    } cases[] = {
        { "a://u:secret@h/d", "a://u:***@h/d" },
        { "a:/u:secret@h/d", "a:/u:***@h/d" },
        { "u:secret@h/d", "u:***@h/d" },
        { "a://u:sec@ret/se@h/d", "a://u:***@h/d" },
        { "a://u:secret", "a://u:***" },
        { "a://u:secret/d", "a://u:***" },
        { "a://h:9030/d", "a://h:9030/d" },
        { "a://h/d?auth_token=secret&x=y", "a://h/d?auth_token=***&x=y" },
        { "a://h/d?x=y&Password=secret", "a://h/d?x=y&Password=***" },
        { "sqlite:///x.db", "sqlite:///x.db" },
        { "", "" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *hidden = rt_url_hide_password(cases[i].text);
        g_assert_cmpstr(hidden, ==, cases[i].hidden);
    }
}

/* Random URLs from parts: printed with the password they read back, without it nothing leaks. */
static void
test_random_round_trip(void)
{
    static const char *const passwords[] = { "QQ",    "Q@Q", "Q:Q", "Q Q",
                                             "Q%41Q", "QéQ", "Q?Q", "Q#,Q" };
    static const char *const hosts[] = { "h", "h:1", "a,b:2", "[::1]", "[::1]:80,c" };
    static const char *const paths[] = { "", "/", "/d", "/a/b c", "/%2F%3F", "/é" };
    static const char *const options[] = { "", "?", "?a=b", "?a=b&c=%20%26", "?secret=QQ" };
    for (unsigned i = 0; i < 2000; i++) {
        g_autofree char *text = g_strdup_printf(
            "x+y://u:%s@%s%s%s", passwords[g_test_rand_int_range(0, G_N_ELEMENTS(passwords))],
            hosts[g_test_rand_int_range(0, G_N_ELEMENTS(hosts))],
            paths[g_test_rand_int_range(0, G_N_ELEMENTS(paths))],
            options[g_test_rand_int_range(0, G_N_ELEMENTS(options))]);
        g_autoptr(GError) error = NULL;
        g_autoptr(RtUrl) url = rt_url_parse(text, &error);
        g_assert_no_error(error);
        g_autofree char *secret = rt_url_print_secret(url);
        g_autoptr(RtUrl) again = rt_url_parse(secret, &error);
        g_assert_no_error(error);
        assert_same(url, again);
        g_autofree char *printed = rt_url_print(url);
        g_autofree char *hidden = rt_url_hide_password(text);
        g_assert_null(strchr(printed, 'Q'));
        g_assert_null(strchr(hidden, 'Q'));
    }
}

static void
test_paths_are_resolved(void)
{
    static const struct {
        const char *text, *path;
    } cases[] = {
        { "sqlite:///x.db", "/base/x.db" },     { "sqlite:///a/x.db", "/base/a/x.db" },
        { "sqlite:////abs/x.db", "/abs/x.db" }, { "sqlite://", "" },
        { "sqlite:///:memory:", ":memory:" },   { "starrocks://h/db", "db" },
        { "memory+x:///f.log", "/base/f.log" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtUrl) url = rt_url_parse(cases[i].text, NULL);
        rt_url_resolve_path(url, "/base");
        g_assert_cmpstr(url->path, ==, cases[i].path);
    }
    g_autoptr(RtUrl) here = rt_url_parse("sqlite:///x.db", NULL);
    rt_url_resolve_path(here, ".");
    g_assert_cmpstr(here->path, ==, "x.db");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/url/parts", test_parts);
    g_test_add_func("/url/options", test_options);
    g_test_add_func("/url/refused", test_refused);
    g_test_add_func("/url/printing", test_printing);
    g_test_add_func("/url/hiding", test_hiding);
    g_test_add_func("/url/random_round_trip", test_random_round_trip);
    g_test_add_func("/url/paths_are_resolved", test_paths_are_resolved);
    return g_test_run();
}
