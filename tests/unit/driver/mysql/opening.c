/* What opening a connection can meet: accounts, hosts, TLS, other servers, wrong URLs. */
#include "client.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *
tls_file(const char *name)
{
    static char path[4096];
    g_snprintf(path, sizeof path, "%s/%s", g_getenv("TLS_FOLDER"), name);
    return path;
}

/* Opening fails so, and the message says so; no password is in it. */
static void
assert_refused(unsigned port, const char *user, const char *rest, RtErrorCode code,
               const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RtConnection) connection = open_at(port, user, rest, NULL, &error);
    g_assert_null(connection);
    assert_contains(error->message, message);
    g_assert_null(strstr(error->message, "s3cret"));
    g_test_message("%s", error->message);
    g_assert_true(rt_error_is(error, code));
}

static void
assert_opens(unsigned port, const char *user, const char *rest)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RtConnection) connection = open_at(port, user, rest, NULL, &error);
    g_assert_no_error(error);
    g_autofree char *rows = ask(connection, "SELECT 1 AS one");
    g_assert_cmpstr(rows, ==, "one=1\n");
}

/* ---- accounts ---------------------------------------------------------------------------------
 */

static const char *const account[] = { "--user", "ann:s3cret", "--user", "root:", NULL };

static void
test_password_in_url(void)
{
    g_autoptr(RtWireServer) server = rt_wire_server_start(account);
    assert_opens(server->port, "ann:s3cret", "test");
    assert_opens(server->port, "ann:s3cret", "");
    assert_opens(server->port, "ann:s3cret", "default_catalog.test");
    assert_opens(server->port, "ann:s3cret", "test?charset=utf8mb4");
    assert_refused(server->port, "ann:wrong", "test", RT_ERROR_DENIED,
                   "Access denied for user 'ann' (using password: YES); check the user");
    assert_refused(server->port, "ann", "test", RT_ERROR_DENIED, "RETORT_PASSWORD");
    assert_refused(server->port, "nobody", "test", RT_ERROR_DENIED, "Access denied");
    assert_refused(server->port, "ann:s3cret", "nowhere", RT_ERROR_UNREACHABLE,
                   "Unknown database 'nowhere'; create it");
}

static void
test_password_in_environment(void)
{
    g_autoptr(RtWireServer) server = rt_wire_server_start(account);
    g_setenv("RETORT_PASSWORD", "s3cret", TRUE);
    assert_opens(server->port, "ann", "test");
    /* What the URL says goes first. */
    assert_refused(server->port, "ann:wrong", "test", RT_ERROR_DENIED, "Access denied");
    assert_refused(server->port, "ann", "test?password_env=NOT_SET_ANYWHERE", RT_ERROR_CONFIG,
                   "'NOT_SET_ANYWHERE', which is not set");
    g_unsetenv("RETORT_PASSWORD");
    g_setenv("MY_SECRET", "s3cret", TRUE);
    assert_opens(server->port, "ann", "test?password_env=MY_SECRET");
    g_unsetenv("MY_SECRET");
}

static void
test_password_in_file(void)
{
    g_autoptr(RtWireServer) server = rt_wire_server_start(account);
    g_autofree char *folder = g_dir_make_tmp("retort-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "secret", NULL);
    g_autofree char *rest = g_strdup_printf("test?password_file=%s", path);
    assert_refused(server->port, "ann", rest, RT_ERROR_FILE, "password file");
    g_assert_true(g_file_set_contents(path, "s3cret\n", -1, NULL));
    assert_opens(server->port, "ann", rest);
    g_assert_true(g_file_set_contents(path, "s3\0cret", 7, NULL));
    assert_refused(server->port, "ann", rest, RT_ERROR_FILE, "holds no password");
    g_unlink(path);
    g_rmdir(folder);
}

/* ---- hosts ------------------------------------------------------------------------------------
 */

static void
test_refused_connection(void)
{
    unsigned port = rt_wire_free_port();
    assert_refused(port, "root", "test", RT_ERROR_UNREACHABLE, "Connection refused");
}

static void
test_silent_server(void)
{
    static const char *const arguments[] = { "--silent", NULL };
    g_autoptr(RtWireServer) server = rt_wire_server_start(arguments);
    assert_refused(server->port, "root", "test?connect_timeout=0.2", RT_ERROR_UNREACHABLE,
                   "did not answer for 0.2 s");
}

/* A deadline is one also for a server that is never quite silent. */
static void
test_dripping_server(void)
{
    static const char *const arguments[] = { "--drip", NULL };
    g_autoptr(RtWireServer) server = rt_wire_server_start(arguments);
    assert_refused(server->port, "root", "test?connect_timeout=0.2", RT_ERROR_UNREACHABLE,
                   "did not answer for 0.2 s");
}

static void
test_failover(void)
{
    g_autoptr(RtWireServer) server = rt_wire_server_start(account);
    g_autoptr(GError) error = NULL;
    unsigned closed = rt_wire_free_port();
    g_autofree char *url = g_strdup_printf("starrocks://ann:s3cret@127.0.0.1:%u,127.0.0.1:%u/test",
                                           closed, server->port);
    g_autoptr(RtConnection) connection = open_url(url, NULL, &error);
    g_assert_no_error(error);
    g_assert_nonnull(connection);
}

/* It takes the login and then says no more: connecting is not over before it is known. */
static void
test_failover_after_login(void)
{
    g_autoptr(RtWireServer) first = rt_wire_server_start(NULL);
    g_autoptr(RtWireServer) second = rt_wire_server_start(NULL);
    g_autoptr(GError) error = NULL;
    plan_fault(first, "freeze", "current_version");
    assert_refused(first->port, "root", "test?connect_timeout=0.3", RT_ERROR_TIMEOUT,
                   "for 0.3 s (the URL's connect_timeout)");
    plan_fault(first, "during", "current_version");
    assert_refused(first->port, "root", "test", RT_ERROR_LOST, "was lost");
    plan_fault(first, "freeze", "current_version");
    g_autofree char *url =
        g_strdup_printf("starrocks://root@127.0.0.1:%u,127.0.0.1:%u/test?connect_timeout=0.3",
                        first->port, second->port);
    g_autoptr(RtConnection) connection = open_url(url, NULL, &error);
    g_assert_no_error(error);
    run(connection, "CREATE TABLE t (a INTEGER)");
    g_assert_true(was_executed(second, "CREATE TABLE t"));
    /* The time for connecting is no limit for what follows. */
    g_usleep(400 * 1000);
    run(connection, "SELECT 1");
}

static void
test_no_host_answers(void)
{
    g_autoptr(GError) error = NULL;
    unsigned closed = rt_wire_free_port();
    g_autofree char *url =
        g_strdup_printf("starrocks://root@127.0.0.1:%u,localhost:%u/test", closed, closed);
    g_assert_null(open_url(url, NULL, &error));
    g_autofree char *first = g_strdup_printf("127.0.0.1:%u", closed);
    g_autofree char *second = g_strdup_printf("localhost:%u", closed);
    assert_contains(error->message, first);
    assert_contains(error->message, second);
    g_assert_true(rt_error_is(error, RT_ERROR_UNREACHABLE));
}

/* Asking the next host with the same wrong password could lock the account. */
static void
test_denied_once(void)
{
    g_autoptr(RtWireServer) first = rt_wire_server_start(account);
    g_autoptr(RtWireServer) second = rt_wire_server_start(account);
    g_autoptr(GError) error = NULL;
    g_autofree char *url = g_strdup_printf("starrocks://root:x@127.0.0.1:%u,127.0.0.1:%u/test",
                                           first->port, second->port);
    g_assert_null(open_url(url, NULL, &error));
    g_autofree char *place = g_strdup_printf("127.0.0.1:%u", second->port);
    g_assert_null(strstr(error->message, place));
}

/* ---- servers ----------------------------------------------------------------------------------
 */

static void
test_server(void)
{
    static const struct {
        const char *arguments[9];
        const char *user;
        unsigned major, minor, patch;
        const char *run_mode;
        int backends;
    } cases[] = {
        { { "--version", "3.5.5-abc1234" }, "root", 3, 5, 5, "shared_nothing", 3 },
        { { "--run-mode", "shared_data", "--version", "4.1" }, "root", 4, 1, 0, "shared_data", 3 },
        { { "--backends", "0" }, "root", 4, 1, 0, "shared_nothing", 0 },
        /* An account without privileges knows the version only. */
        { { "--user", "ann:", "--restricted", "ann" }, "ann", 4, 1, 0, NULL, -1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtWireServer) server = rt_wire_server_start(cases[i].arguments);
        g_autoptr(GError) error = NULL;
        g_autoptr(RtConnection) connection =
            open_at(server->port, cases[i].user, "test", NULL, &error);
        g_assert_no_error(error);
        RtServer known;
        g_assert_true(rt_connection_server(connection, &known, NULL));
        g_assert_cmpstr(known.product, ==, "StarRocks");
        g_assert_cmpint(rt_server_compare(&known, cases[i].major, cases[i].minor, cases[i].patch),
                        ==, 0);
        g_assert_cmpstr(known.run_mode, ==, cases[i].run_mode);
        g_assert_cmpint(known.backends, ==, cases[i].backends);
        g_autoptr(GPtrArray) privileges = g_ptr_array_new_with_free_func(g_free);
        g_assert_true(rt_connection_privileges(connection, privileges, NULL));
        bool is_root = strcmp(cases[i].user, "root") == 0;
        g_assert_cmpuint(privileges->len, ==, is_root ? 1 : 2);
        g_assert_true(g_str_has_prefix(g_ptr_array_index(privileges, 0), "GRANT "));
    }
}

/* Logging in and one packet: who it is, the session, the state. */
static void
test_round_trips(void)
{
    static const char *const session[] = { "query_timeout", "60", "sql_mode", "it's", NULL };
    g_autoptr(RtWireServer) server = rt_wire_server_start(NULL);
    g_autoptr(GError) error = NULL;
    RtConnectionOptions options = { .session = session };
    g_autoptr(RtConnection) connection = open_at(server->port, "root", "test", &options, &error);
    g_assert_no_error(error);
    g_autofree char *rows = ask(connection, "TEST COUNTS");
    assert_contains(rows, "name=logins,value=1\nname=packets,value=2\n");
    g_autofree char *values = ask(connection, "SELECT @@query_timeout AS a, @@sql_mode AS b");
    g_assert_cmpstr(values, ==, "a=60,b=it's\n");
}

static void
test_wrong_session(void)
{
    static const struct {
        const char *session[3];
        const char *message;
    } cases[] = {
        { { "no_such_variable", "1", NULL }, "'no_such_variable' cannot be set: Unknown system" },
        { { "a; DROP TABLE t", "1", NULL }, "is no name of a session variable" },
    };
    g_autoptr(RtWireServer) server = rt_wire_server_start(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        RtConnectionOptions options = { .session = cases[i].session };
        g_assert_null(open_at(server->port, "root", "test", &options, &error));
        assert_contains(error->message, cases[i].message);
        g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    }
}

static void
test_other_products(void)
{
    static const struct {
        const char *greeting, *message;
    } cases[] = {
        { "8.0.36", "is no StarRocks server; it calls itself MySQL 8.0.36" },
        { "5.5.5-10.11.9-MariaDB", "is no StarRocks server; it calls itself MariaDB 10.11.9" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *arguments[] = { "--product", "mysql", "--greeting", cases[i].greeting, NULL };
        g_autoptr(RtWireServer) server = rt_wire_server_start(arguments);
        assert_refused(server->port, "root", "test", RT_ERROR_UNREACHABLE, cases[i].message);
        /* Who asks for MySQL gets it. */
        g_autofree char *url = g_strdup_printf("mysql://root@127.0.0.1:%u/test", server->port);
        g_autoptr(GError) error = NULL;
        g_autoptr(RtConnection) connection = open_url(url, NULL, &error);
        g_assert_no_error(error);
    }
}

static void
test_reads_only(void)
{
    static const char *const refused[] = { "DROP TABLE t", "INSERT INTO t VALUES (1)",
                                           "ADMIN SET FRONTEND CONFIG ('a' = 'b')", "SELECTED" };
    static const char *const taken[] = { "SHOW TABLES", " SELECT 1", "SYNC" };
    g_autoptr(RtWireServer) server = rt_wire_server_start(NULL);
    g_autoptr(GError) error = NULL;
    RtConnectionOptions options = { .read_only = true };
    g_autoptr(RtConnection) connection = open_at(server->port, "root", "test", &options, &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < G_N_ELEMENTS(taken); i++)
        run(connection, taken[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_assert_false(rt_connection_execute(connection, refused[i], &error));
        g_assert_true(rt_error_is(error, RT_ERROR_DENIED));
        g_assert_cmpint(connection->failure.class, ==, RT_FAILURE_READ_ONLY);
        g_assert_cmpint(connection->failure.sent, ==, RT_SENT_NO);
        g_assert_false(was_executed(server, refused[i]));
        g_clear_error(&error);
    }
}

/* ---- TLS and passwords in clear ---------------------------------------------------------------
 */

typedef struct TlsCase {
    const char *plugin; /* NULL: the usual one */
    bool server_has_tls;
    const char *options; /* "%s" is the authority's certificate */
    const char *message; /* NULL: it opens */
    bool may_see_password;
} TlsCase;

static const TlsCase tls_cases[] = {
    { NULL, true, "", NULL, false },
    { NULL, true, "?tls=on", NULL, false },
    { NULL, true, "?tls=verify&tls_ca=%s", NULL, false },
    { NULL, true, "?tls=verify&tls_ca=%s&tls_version=TLSv1.3", NULL, false },
    { NULL, true, "?tls=verify", "certificate", false }, /* the system knows no such authority */
    { NULL, false, "?tls=on", "the server has no TLS", false },
    { NULL, false, "?tls=verify&tls_ca=%s", "SSL is required", false },
    { "mysql_clear_password", true, "", "only over TLS with a certificate", false },
    { "mysql_clear_password", true, "?tls=on", "only over TLS with a certificate", false },
    { "mysql_clear_password", false, "", "only over TLS with a certificate", false },
    { "mysql_clear_password", true, "?tls=verify&tls_ca=%s", NULL, true },
    { "caching_sha2_password", true, "", "only over TLS with a certificate", false },
    { "authentication_openid_connect_client", true, "?tls=verify&tls_ca=%s", "does not speak",
      false },
};

static void
test_tls(gconstpointer data)
{
    const TlsCase *at = data;
    g_autofree char *folder = g_dir_make_tmp("retort-XXXXXX", NULL);
    g_autofree char *log = g_build_filename(folder, "log", NULL);
    g_autofree char *certificate = g_strdup(tls_file("server.pem"));
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_strv_builder_add_many(builder, "--user", "ann:s3cret", "--log", log, NULL);
    if (at->plugin)
        g_strv_builder_add_many(builder, "--login", at->plugin, NULL);
    if (at->server_has_tls)
        g_strv_builder_add_many(builder, "--tls", certificate, NULL);
    g_auto(GStrv) arguments = g_strv_builder_end(builder);
    g_autoptr(RtWireServer) server = rt_wire_server_start((const char *const *) arguments);
    g_auto(GStrv) parts = g_strsplit(at->options, "%s", 2);
    g_autofree char *options = g_strjoinv(tls_file("ca.pem"), parts);
    g_autofree char *rest = g_strconcat("test", options, NULL);
    if (at->message)
        assert_refused(server->port, "ann:s3cret", rest,
                       at->plugin ? RT_ERROR_DENIED : RT_ERROR_UNREACHABLE, at->message);
    else
        assert_opens(server->port, "ann:s3cret", rest);
    g_autofree char *seen = NULL;
    if (g_file_get_contents(log, &seen, NULL, NULL))
        g_assert_cmpint(strstr(seen, "s3cret") != NULL, ==, at->may_see_password);
    g_unlink(log);
    g_rmdir(folder);
}

/* ---- URLs -------------------------------------------------------------------------------------
 */

static void
test_wrong_urls(void)
{
    static const struct {
        const char *url, *message;
    } cases[] = {
        { "starrocks:///test", "names no host" },
        { "starrocks://root@h/test?colour=red", "have no option 'colour'" },
        { "starrocks://root@h/test?charset=latin1", "it can only be utf8mb4" },
        { "starrocks://root@h/test?tls=maybe", "it is off, on" },
        { "starrocks://root@h/test?tls_ca=x.pem", "but no TLS" },
        { "starrocks://root@h/test?tls=on&tls_ca=x.pem", "use tls=verify" },
        { "starrocks://root@h/test?connect_timeout=soon", "it is a number of seconds" },
        { "starrocks://root@h/test?connect_timeout=nan", "it is a number of seconds" },
        { "starrocks://root@h/test?connect_timeout=0", "leaves no time" },
        { "starrocks://root@h/test?read_timeout=-1", "it is a number of seconds" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(open_url(cases[i].url, NULL, &error));
        assert_contains(error->message, cases[i].message);
        g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("RETORT_PASSWORD");
#define ADD(name, function) g_test_add_func("/driver/mysql/" name, function)
    ADD("password in URL", test_password_in_url);
    ADD("password in environment", test_password_in_environment);
    ADD("password in file", test_password_in_file);
    ADD("refused connection", test_refused_connection);
    ADD("silent server", test_silent_server);
    ADD("dripping server", test_dripping_server);
    ADD("failover", test_failover);
    ADD("failover after login", test_failover_after_login);
    ADD("no host answers", test_no_host_answers);
    ADD("denied once", test_denied_once);
    ADD("server", test_server);
    ADD("round trips", test_round_trips);
    ADD("wrong session", test_wrong_session);
    ADD("other products", test_other_products);
    ADD("reads only", test_reads_only);
    for (size_t i = 0; i < G_N_ELEMENTS(tls_cases); i++) {
        g_autofree char *name = g_strdup_printf("/driver/mysql/tls/%zu", i);
        g_test_add_data_func(name, &tls_cases[i], test_tls);
    }
    ADD("wrong URLs", test_wrong_urls);
    return g_test_run();
}
