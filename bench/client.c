/*
 * What a client of libmariadb takes that asks for the schema of a database as retort does, a
 * hundred statements in a packet, keeps every answer until the next packet and makes nothing of it.
 *   bench-client PORT DATABASE
 */
#include <glib.h>
#include <mysql.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PACKET = 100 };

static const char *const opening = "SELECT current_version(); ADMIN SHOW FRONTEND CONFIG LIKE "
                                   "'run_mode'; SHOW BACKENDS; SHOW COMPUTE NODES";
static const char *const listing = "SHOW FULL TABLES; SHOW MATERIALIZED VIEWS; SHOW ALTER TABLE "
                                   "COLUMN; SHOW ALTER TABLE OPTIMIZE; SHOW ALTER TABLE ROLLUP";

/* Sends a packet and takes all its answers; the first column of the first goes to `names`. */
static bool
ask(MYSQL *server, const char *sql, GPtrArray *names)
{
    if (mysql_real_query(server, sql, strlen(sql)))
        return false;
    for (int more = 0; more == 0; more = mysql_next_result(server)) {
        MYSQL_RES *result = mysql_store_result(server);
        for (MYSQL_ROW row; result && names && (row = mysql_fetch_row(result));)
            g_ptr_array_add(names, g_strdup(row[0]));
        mysql_free_result(result);
        names = NULL;
    }
    return mysql_errno(server) == 0;
}

static bool
ask_all(MYSQL *server, const GPtrArray *names)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    for (unsigned i = 0; i < names->len; i++) {
        g_string_append_printf(sql, "%sSHOW CREATE TABLE `%s`", sql->len ? ";\n" : "",
                               (char *) names->pdata[i]);
        if ((i + 1) % PACKET && i + 1 < names->len)
            continue;
        if (!ask(server, sql->str, NULL))
            return false;
        g_string_truncate(sql, 0);
    }
    return true;
}

int
main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    MYSQL *server = mysql_init(NULL);
    unsigned port = (unsigned) g_ascii_strtoull(argv[1], NULL, 10);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    bool done = mysql_real_connect(server, "127.0.0.1", "root", "", argv[2], port, NULL,
                                   CLIENT_MULTI_STATEMENTS) &&
                ask(server, opening, NULL) && ask(server, listing, names) && ask_all(server, names);
    if (!done)
        fprintf(stderr, "bench-client: %s\n", mysql_error(server));
    mysql_close(server);
    return done ? 0 : 1;
}
