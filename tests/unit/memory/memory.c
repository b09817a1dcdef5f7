/* The memory database: data statements, rows under DDL, keys, transactions, jobs, reflection. */
#include "memory/memory.h"

#include "dialect/parse.h"
#include "dialect/render.h"
#include "toy/toy.h"
#include "unit/memory/database.h"

#include <string.h>

static const RtDialect *
sqlite_dialect(void)
{
    return rt_dialect_find(rt_dialects, "sqlite");
}

static RtConnection *
open_plain(void)
{
    return open_memory(sqlite_dialect(), "", NULL);
}

static void
test_rows(void)
{
    g_autoptr(RtConnection) db = open_plain();
    run_sql(db, "CREATE TABLE t (a INTEGER, b TEXT DEFAULT 'x', c REAL DEFAULT (1))");
    run_sql(db, "INSERT INTO t VALUES (1, 'one', 1.5), ('2', 2, NULL), (-3, x'00ff', 2)");
    run_sql(db, "INSERT INTO t (a) VALUES (4); -- the rest takes its default");
    assert_rows(db, "SELECT * FROM t",
                "a=1,b=one,c=1.5\na=2,b=2,c=NULL\na=-3,b=X'00FF',c=2.0\na=4,b=x,c=1.0\n");
    assert_rows(db, "SELECT count(*) AS n FROM t WHERE c IS NOT NULL", "n=3\n");
    assert_rows(db, "SELECT a FROM t WHERE b = 'one' OR a IN (4, 5) ORDER BY a DESC", "a=4\na=1\n");
    assert_rows(db, "SELECT a + 1 AS n, b || '!' AS s FROM t WHERE a = '1'", "n=2,s=one!\n");
    run_sql(db, "UPDATE t SET a = a * 2 + 1, b = b || '?' WHERE a > 0 AND NOT a = 4");
    assert_rows(db, "SELECT a, b FROM t ORDER BY 1 LIMIT 2 OFFSET 1", "a=3,b=one?\na=4,b=x\n");
    run_sql(db, "DELETE FROM t WHERE c IS NULL");
    assert_rows(db, "SELECT count(*) FROM t", "count(*)=3\n");
    assert_rows(db, "SELECT 1 AS one, 'x', NULL AS n", "one=1,'x'=x,n=NULL\n");
}

static void
test_keys(void)
{
    g_autoptr(RtConnection) db = open_plain();
    run_sql(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT DEFAULT 7, "
                "UNIQUE (a, b))");
    run_sql(db, "INSERT INTO t (a) VALUES ('x'), ('y')");
    assert_rows(db, "SELECT * FROM t", "id=1,a=x,b=7\nid=2,a=y,b=7\n");
    assert_fails(db, "INSERT INTO t VALUES (9, 'z', 1), (1, 'z', 2)", RT_ERROR_REJECTED,
                 RT_FAILURE_CONSTRAINT, "UNIQUE constraint failed: t.id");
    assert_fails(db, "INSERT INTO t (a, b) VALUES ('x', 7)", RT_ERROR_REJECTED,
                 RT_FAILURE_CONSTRAINT, "UNIQUE constraint failed: t.a, t.b");
    assert_fails(db, "INSERT INTO t (b) VALUES (1)", RT_ERROR_REJECTED, RT_FAILURE_CONSTRAINT,
                 "NOT NULL constraint failed: t.a");
    assert_fails(db, "UPDATE t SET a = 'x' WHERE id = 2", RT_ERROR_REJECTED, RT_FAILURE_CONSTRAINT,
                 "UNIQUE constraint failed: t.a, t.b");
    assert_rows(db, "SELECT count(*) AS n FROM t", "n=2\n");
    run_sql(db, "INSERT OR IGNORE INTO t VALUES (1, 'no', 0), (3, 'z', NULL), (4, NULL, 1)");
    run_sql(db, "INSERT OR REPLACE INTO t (id, a) VALUES (2, 'Y')");
    run_sql(db, "REPLACE INTO t VALUES (1, 'X', NULL)");
    run_sql(db, "UPSERT INTO t (id, a) VALUES (1, 'XX'), (5, 'five')");
    assert_rows(db, "SELECT * FROM t ORDER BY id",
                "id=1,a=XX,b=NULL\nid=2,a=Y,b=7\nid=3,a=z,b=NULL\nid=5,a=five,b=7\n");
    assert_fails(db, "CREATE UNIQUE INDEX i ON t (b)", RT_ERROR_REJECTED, RT_FAILURE_CONSTRAINT,
                 "UNIQUE constraint failed: t.b");
    run_sql(db, "CREATE UNIQUE INDEX i ON t (a)");
    assert_fails(db, "INSERT INTO t (a) VALUES ('Y')", RT_ERROR_REJECTED, RT_FAILURE_CONSTRAINT,
                 "UNIQUE constraint failed: t.a");
    run_sql(db, "DROP INDEX i");
    run_sql(db, "INSERT INTO t (a, b) VALUES ('Y', 1)");
}

static void
test_rows_follow_the_schema(void)
{
    g_autoptr(RtConnection) db = open_plain();
    run_sql(db, "CREATE TABLE t (a INT, b TEXT)");
    run_sql(db, "INSERT INTO t VALUES (1, 'x'), (2, 'y')");
    run_sql(db, "ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'new'");
    run_sql(db, "ALTER TABLE t RENAME COLUMN b TO d");
    run_sql(db, "ALTER TABLE t DROP COLUMN a");
    run_sql(db, "ALTER TABLE t RENAME TO u");
    assert_rows(db, "SELECT * FROM u", "d=x,c=new\nd=y,c=new\n");
    assert_fails(db, "SELECT * FROM t", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND,
                 "no such table: t");
    assert_fails(db, "SELECT b FROM u", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND,
                 "no such column: b");
    run_sql(db, "CREATE TABLE n (key INTEGER PRIMARY KEY, d TEXT)");
    run_sql(db, "INSERT INTO n (rowid, d) SELECT rowid, d FROM u");
    run_sql(db, "DROP TABLE u");
    run_sql(db, "ALTER TABLE n RENAME TO u");
    assert_rows(db, "SELECT * FROM u", "key=1,d=x\nkey=2,d=y\n");
    assert_fails(db, "CREATE TABLE u (a)", RT_ERROR_REJECTED, RT_FAILURE_EXISTS, "u");
    assert_fails(db, "DROP TABLE v", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND, "v");
    run_sql(db, "CREATE TABLE IF NOT EXISTS u (z)");
    assert_rows(db, "SELECT count(*) AS n FROM u", "n=2\n");
}

static void
test_rows_of_other_tables(void)
{
    g_autoptr(RtConnection) db = open_memory(sqlite_dialect(), "", NULL);
    run_sql(db, "CREATE TABLE t (a INT, b TEXT)");
    run_sql(db, "CREATE TABLE u (c INT, b TEXT, a INT DEFAULT 7)");
    run_sql(db, "INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, NULL)");
    run_sql(db, "INSERT INTO u (c, b) SELECT a, b FROM t WHERE b IS NULL OR t.a = 1");
    assert_rows(db, "SELECT * FROM u", "c=1,b=x,a=7\nc=3,b=NULL,a=7\n");
    assert_rows(db, "SELECT (SELECT count(*) FROM t) = 1 + (SELECT count(*) FROM u) AS same",
                "same=1\n");
    run_sql(db, "INSERT OVERWRITE u (b, a) SELECT b, a FROM t");
    assert_rows(db, "SELECT * FROM u", "c=NULL,b=x,a=1\nc=NULL,b=y,a=2\nc=NULL,b=NULL,a=3\n");
    run_sql(db, "UPDATE t SET b = 'z'");
    run_sql(db, "INSERT OVERWRITE TABLE u PARTITION (p) (b, a) SELECT b, a FROM t WHERE a >= 2 AND "
                "a < 3");
    assert_rows(db, "SELECT b, a FROM u ORDER BY a", "b=x,a=1\nb=z,a=2\nb=NULL,a=3\n");
    run_sql(db, "INSERT OVERWRITE u (a) SELECT a FROM u WHERE a = 1");
    assert_rows(db, "SELECT * FROM u", "c=NULL,b=NULL,a=1\n");
    run_sql(db, "INSERT OVERWRITE u (a) SELECT a FROM u WHERE a = 5");
    assert_rows(db, "SELECT (SELECT count(*) FROM u) AS n", "n=0\n");
    assert_fails(db, "SELECT (SELECT count(*) FROM w)", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND,
                 "no such table: w");
    assert_fails(db, "INSERT INTO u (a) SELECT a FROM t WHERE d = 1", RT_ERROR_REJECTED,
                 RT_FAILURE_NOT_FOUND, "no such column: d");
}

static void
count_notice(void *data, RtLevel level, const char *logger, const char *message)
{
    g_assert_cmpint(level, ==, RT_LEVEL_WARNING);
    g_assert_cmpstr(logger, ==, "sqlite");
    g_assert_nonnull(strstr(message, "does not run"));
    ++*(unsigned *) data;
}

static void
test_qualified_columns(void)
{
    g_autoptr(RtConnection) db = open_memory(sqlite_dialect(), "", NULL);
    run_sql(db, "CREATE TABLE t (a, b)");
    run_sql(db, "INSERT INTO t VALUES (1, 'x'), (2, 'y')");
    assert_rows(db, "SELECT t.b, T.a AS c FROM t WHERE t.a = 2", "b=y,c=2\n");
    run_sql(db, "UPDATE t SET b = 'z' WHERE t.a = 1");
    run_sql(db, "DELETE FROM t WHERE t.a = 2");
    assert_rows(db, "SELECT t.b FROM t ORDER BY t.a", "b=z\n");
    assert_fails(db, "SELECT u.b FROM t", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND,
                 "no such column: u.b");
}

static void
test_what_is_not_run_is_said(void)
{
    static const char *const passed[] = {
        "INSERT INTO t SELECT a + 1 FROM t",
        "UPDATE t SET a = (SELECT 1)",
        "DELETE FROM t WHERE a LIKE 'x'",
        "SELECT max(a) FROM t",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "SELECT * FROM v",
        "SELECT main.t.a FROM t",
    };
    unsigned notices = 0;
    RtEvents events = { .data = &notices, .notice = count_notice };
    RtConnectionOptions options = { .events = &events };
    bool missing;
    g_autoptr(RtConnection) db = try_memory(sqlite_dialect(), "", &options, NULL, &missing, NULL);
    run_sql(db, "CREATE TABLE t (a)");
    run_sql(db, "CREATE VIEW v AS SELECT a FROM t");
    run_sql(db, "INSERT INTO t VALUES (1)");
    for (unsigned i = 0; i < G_N_ELEMENTS(passed); i++) {
        g_assert_true(rt_memory_was_executed(db));
        run_sql(db, passed[i]);
        g_assert_false(rt_memory_was_executed(db));
        g_assert_cmpuint(notices, ==, i + 1);
        assert_rows(db, "SELECT a FROM t", "a=1\n");
    }
    run_sql(db, "PRAGMA foreign_keys = ON");
    run_sql(db, "DELETE FROM sqlite_sequence WHERE name = 't'");
    g_assert_false(rt_memory_was_executed(db));
    g_assert_cmpuint(notices, ==, G_N_ELEMENTS(passed) + 1);
    assert_fails(db, "SELECT 1; SELECT 2", RT_ERROR_REJECTED, RT_FAILURE_OTHER,
                 "text follows the end of the statement");
    assert_fails(db, "CREATE TABLE x (", RT_ERROR_SYNTAX, RT_FAILURE_OTHER, "");
}

static void
test_transactions(void)
{
    g_autoptr(RtConnection) db = open_plain();
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_connection_is_transactional(db));
    run_sql(db, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)");
    run_sql(db, "INSERT INTO t VALUES (1, 'x'), (2, 'y')");
    g_autofree char *before = dump(db);
    static const char *const changes[] = {
        "INSERT INTO t (b) VALUES ('z')",
        "UPDATE t SET b = 'q' WHERE a = 1",
        "DELETE FROM t WHERE a = 2",
        "REPLACE INTO t VALUES (1, 'r')",
        "ALTER TABLE t ADD COLUMN c INT",
        "ALTER TABLE t RENAME TO u",
        "INSERT INTO u (b, c) VALUES ('w', 5)",
        "ALTER TABLE u RENAME COLUMN b TO bb",
        "ALTER TABLE u DROP COLUMN c",
        "CREATE TABLE x (y)",
        "INSERT INTO x VALUES (1)",
        "CREATE UNIQUE INDEX i ON u (bb)",
        "DROP TABLE u",
        "DROP TABLE x",
    };
    for (unsigned n = 1; n <= G_N_ELEMENTS(changes); n++) {
        g_assert_true(rt_connection_begin(db, &error));
        for (unsigned i = 0; i < n; i++)
            run_sql(db, changes[i]);
        rt_connection_rollback(db);
        g_autofree char *after = dump(db);
        g_assert_cmpstr(after, ==, before);
        assert_fails(db, "INSERT INTO t VALUES (2, '')", RT_ERROR_REJECTED, RT_FAILURE_CONSTRAINT,
                     "UNIQUE");
    }
    run_sql(db, "BEGIN IMMEDIATE");
    run_sql(db, "DELETE FROM t");
    run_sql(db, "COMMIT");
    assert_rows(db, "SELECT count(*) AS n FROM t", "n=0\n");
    g_assert_false(rt_connection_commit(db, &error));
    g_autoptr(RtConnection) off = open_memory(sqlite_dialect(), "?transactions=off", NULL);
    g_assert_false(rt_connection_is_transactional(off));
}

/* Rows by a key are found without looking at all of them, deleted places do not pile up. */
static void
test_many_rows(void)
{
    g_autoptr(RtConnection) db = open_plain();
    run_sql(db, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)");
    for (int i = 0; i < 5000; i++) {
        g_autofree char *put = g_strdup_printf("REPLACE INTO t VALUES (%d, 'x')", i % 500);
        g_autofree char *set = g_strdup_printf("UPDATE t SET b = b || 'y' WHERE a = %d", i % 500);
        run_sql(db, put);
        run_sql(db, set);
    }
    assert_rows(db, "SELECT count(*) AS n FROM t WHERE b = 'xy'", "n=500\n");
    for (int i = 0; i < 500; i++) {
        g_autofree char *sql = g_strdup_printf("DELETE FROM t WHERE a = %d AND b = 'xy'", i);
        run_sql(db, sql);
    }
    assert_rows(db, "SELECT count(*) AS n FROM t", "n=0\n");
}

/* ---- jobs -------------------------------------------------------------------------------------
 */

static int64_t
read_fake_clock(void *data)
{
    return *(int64_t *) data;
}

static void
test_jobs(void)
{
    int64_t now = 1000000;
    RtMemorySettings settings = { .clock = read_fake_clock, .clock_data = &now };
    g_autoptr(RtConnection) db = open_memory(&rt_dialect_toy, "?job_seconds=2", &settings);
    g_assert_false(rt_connection_is_transactional(db));
    run_sql(db, "CREATE TABLE t (a INT, b INT, PRIMARY KEY (a))");
    run_sql(db, "INSERT INTO t VALUES (1, 2)");
    assert_rows(db, "SHOW JOBS FROM t", "");
    run_sql(db, "ALTER TABLE t DROP COLUMN b");
    now += 500;
    assert_rows(db, "SHOW JOBS FROM t", "id=1,state=RUNNING,progress=25,message=NULL\n");
    assert_rows(db, "SELECT * FROM t", "a=1,b=2\n");
    assert_fails(db, "ALTER TABLE t ADD COLUMN c INT", RT_ERROR_LOCKED, RT_FAILURE_BUSY,
                 "table t has a job under way (1)");
    run_sql(db, "CREATE TABLE other (a INT, PRIMARY KEY (a))");
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) seen = rt_catalog_new(model, rt_dialect_toy.rules, rt_dialect_toy.lexicon);
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_memory_reflect(db, seen, NULL, NULL, &error));
    g_assert_true(rt_catalog_at(seen, 0)->flags & RT_OBJECT_CHANGING);
    g_assert_false(rt_catalog_at(seen, 1)->flags & RT_OBJECT_CHANGING);
    now += 1500;
    assert_rows(db, "SHOW JOBS FROM t", "id=1,state=FINISHED,progress=100,message=NULL\n");
    assert_rows(db, "SELECT * FROM t", "a=1\n");
    run_sql(db, "ALTER TABLE t ADD COLUMN c INT");
    run_sql(db, "ALTER TABLE t DROP COLUMN c");
    run_sql(db, "CANCEL JOB 2");
    assert_rows(db, "SHOW JOBS FROM t",
                "id=1,state=FINISHED,progress=100,message=NULL\n"
                "id=2,state=CANCELLED,progress=100,message=cancelled by a statement\n");
    assert_rows(db, "SELECT * FROM t", "a=1,c=NULL\n");
    assert_fails(db, "CANCEL JOB 2", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND, "no job 2");
    assert_fails(db, "ALTER TABLE t DROP COLUMN nope", RT_ERROR_REJECTED, RT_FAILURE_NOT_FOUND,
                 "nope");
}

/* The dialect's own hooks find the same jobs. */
static void
test_jobs_through_the_dialect(void)
{
    int64_t now = 1000000;
    RtMemorySettings settings = { .clock = read_fake_clock, .clock_data = &now };
    g_autoptr(RtConnection) db = open_memory(&rt_dialect_toy, "?job_seconds=2", &settings);
    g_autoptr(GError) error = NULL;
    g_autoptr(RtModel) model = rt_model_new(NULL);
    const RtName *name = rt_model_name(model, RT_FOLD_EXACT, NULL, "t");
    RtJob job;
    run_sql(db, "CREATE TABLE t (a INT, b INT, PRIMARY KEY (a))");
    g_assert_true(rt_dialect_toy.jobs->find(db, &name, NULL, 1, &job, &error));
    g_assert_cmpint(job.state, ==, RT_JOB_NONE);
    run_sql(db, "ALTER TABLE t DROP COLUMN b");
    g_assert_true(rt_dialect_toy.jobs->find(db, &name, NULL, 1, &job, &error));
    g_assert_cmpint(job.state, ==, RT_JOB_RUNNING);
    g_autofree char *cancel = g_strdup_printf("CANCEL JOB %s", job.id);
    run_sql(db, cancel);
    g_free(job.id);
    g_free(job.message);
    g_assert_true(rt_dialect_toy.jobs->find(db, &name, NULL, 1, &job, &error));
    g_assert_cmpint(job.state, ==, RT_JOB_CANCELLED);
    g_free(job.id);
    g_free(job.message);
}

/* ---- reflection and options -------------------------------------------------------------------
 */

static void
test_reflection(void)
{
    static const char schema[] =
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT 'x' UNIQUE)|"
        "CREATE INDEX i ON t (b DESC) WHERE b > 'a'|"
        "CREATE VIEW v AS SELECT a, b FROM t|"
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; SELECT 1; END";
    g_autoptr(RtConnection) db = open_plain();
    g_auto(GStrv) statements = g_strsplit(schema, "|", -1);
    for (char **sql = statements; *sql; sql++)
        run_sql(db, *sql);
    const RtDialect *dialect = sqlite_dialect();
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) seen = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    g_autoptr(GError) error = NULL;
    bool done = rt_memory_reflect(db, seen, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(done);
    g_autoptr(GString) a = g_string_new(NULL), b = g_string_new(NULL);
    RtServer server = { 0 };
    g_assert_true(rt_connection_server(db, &server, &error));
    g_assert_true(rt_render_catalog(dialect, &server, seen, a, &error));
    g_assert_true(rt_render_catalog(dialect, &server, rt_memory_catalog(db), b, &error));
    g_assert_cmpstr(a->str, ==, b->str);
    g_assert_nonnull(strstr(a->str, "CREATE TRIGGER"));
}

static void
test_reading_only(void)
{
    RtConnectionOptions options = { .read_only = true };
    bool missing = false;
    g_autoptr(GError) error = NULL;
    g_autoptr(RtConnection) db = try_memory(sqlite_dialect(), "", &options, NULL, &missing, &error);
    assert_fails(db, "CREATE TABLE t (a)", RT_ERROR_DENIED, RT_FAILURE_READ_ONLY, "reading only");
    g_assert_false(rt_connection_begin(db, &error));
    g_clear_error(&error);
    g_autofree char *rest = g_strdup_printf("///%s/none.log", g_get_tmp_dir());
    g_assert_null(try_memory(sqlite_dialect(), rest, &options, NULL, &missing, &error));
    g_assert_no_error(error);
    g_assert_true(missing);

    missing = false;
    g_autofree char *astray = g_strdup_printf("///%s/no folder/none.log", g_get_tmp_dir());
    g_assert_null(try_memory(sqlite_dialect(), astray, &options, NULL, &missing, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_UNREACHABLE));
    g_assert_false(missing);
}

static void
test_wrong_urls(void)
{
    static const struct {
        const char *rest, *message;
    } cases[] = {
        { "?job_seconds=soon", "it is a number of seconds" },
        { "?job_seconds=-1", "it is a number of seconds" },
        { "?speed=1", "have no option 'speed'" },
        { "?transactions=2", "it is on or off" },
        { "//file.log", "names a host" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        RtConnectionOptions options = { 0 };
        bool missing = false;
        g_assert_null(
            try_memory(sqlite_dialect(), cases[i].rest, &options, NULL, &missing, &error));
        g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
        g_assert_nonnull(strstr(error->message, cases[i].message));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/memory/rows", test_rows);
    g_test_add_func("/memory/keys", test_keys);
    g_test_add_func("/memory/rows_follow_the_schema", test_rows_follow_the_schema);
    g_test_add_func("/memory/rows-of-other-tables", test_rows_of_other_tables);
    g_test_add_func("/memory/qualified_columns", test_qualified_columns);
    g_test_add_func("/memory/what_is_not_run_is_said", test_what_is_not_run_is_said);
    g_test_add_func("/memory/transactions", test_transactions);
    g_test_add_func("/memory/many_rows", test_many_rows);
    g_test_add_func("/memory/jobs", test_jobs);
    g_test_add_func("/memory/jobs_through_the_dialect", test_jobs_through_the_dialect);
    g_test_add_func("/memory/reflection", test_reflection);
    g_test_add_func("/memory/reading_only", test_reading_only);
    g_test_add_func("/memory/wrong_urls", test_wrong_urls);
    return g_test_run();
}
