/*
 * Tables written anew on real SQLite: nothing is lost that the documents promise to keep. Each case
 * has a database with rows, the schema it is brought to, and what must be the answer afterwards.
 */
#include "database.h"
#include "diff/diff.h"

typedef struct Case {
    const char *name;
    const char *before;   /* statements, with rows */
    const char *after;    /* the schema that is declared */
    const char *question; /* asked afterwards */
    const char *answer;
} Case;

static const Case cases[] = {
    { "children-stay",
      "CREATE TABLE p (id INTEGER PRIMARY KEY, a INT);"
      "CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p (id) ON DELETE CASCADE);"
      "INSERT INTO p VALUES (1, 10), (2, 20); INSERT INTO c VALUES (1, 1), (2, 2), (3, 2);",
      "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT NOT NULL);"
      "CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p (id) ON DELETE CASCADE);",
      "SELECT count(*), (SELECT typeof(a) FROM p) FROM c", "3|text" },
    { "own-triggers-stay",
      "CREATE TABLE t (a INT); CREATE TABLE log (x);"
      "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END;",
      "CREATE TABLE t (a INT NOT NULL); CREATE TABLE log (x);"
      "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END;",
      "INSERT INTO t VALUES (7); SELECT x FROM log", "7" },
    { "triggers-of-others-stay",
      "CREATE TABLE t (a INT); CREATE TABLE u (b INT);"
      "CREATE TRIGGER tr AFTER INSERT ON u BEGIN INSERT INTO t VALUES (NEW.b); END;",
      "CREATE TABLE t (a INT NOT NULL); CREATE TABLE u (b INT);"
      "CREATE TRIGGER tr AFTER INSERT ON u BEGIN INSERT INTO t VALUES (NEW.b); END;",
      "INSERT INTO u VALUES (7); SELECT a FROM t", "7" },
    { "views-stay",
      "CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT * FROM v;"
      "INSERT INTO t VALUES (3);",
      "CREATE TABLE t (a INT NOT NULL); CREATE VIEW v AS SELECT a FROM t;"
      "CREATE VIEW w AS SELECT * FROM v;",
      "SELECT * FROM w", "3" },
    { "checks-stay",
      "CREATE TABLE t (a INT CHECK (t.a > 0), b INT, CHECK (a < b)); INSERT INTO t VALUES (1, 2);",
      "CREATE TABLE t (a INT CHECK (t.a > 0), b INT NOT NULL, CHECK (a < b));",
      "INSERT OR IGNORE INTO t VALUES (0, 1), (3, 2), (4, 5); SELECT a, b FROM t", "1|2\n4|5" },
    { "generated-columns-stay",
      "CREATE TABLE t (a INT, v INT AS (a * 2), s INT GENERATED ALWAYS AS (a * 3) STORED);"
      "INSERT INTO t (a) VALUES (5);",
      "CREATE TABLE t (a INT NOT NULL, v INT AS (a * 2), s INT GENERATED ALWAYS AS (a * 3) "
      "STORED);",
      "SELECT a, v, s FROM t", "5|10|15" },
    { "generated-becomes-ordinary",
      "CREATE TABLE t (a INT, v INT AS (a * 2)); INSERT INTO t (a) VALUES (5);",
      "CREATE TABLE t (a INT, v INT);", "SELECT a, v FROM t", "5|10" },
    { "counter-stays",
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT);"
      "INSERT INTO t VALUES (1, 1), (9, 2); DELETE FROM t WHERE id = 9;",
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);",
      "INSERT INTO t (a) VALUES (3); SELECT max(id) FROM t;"
      "SELECT count(*) FROM sqlite_sequence",
      "10\n1" },
    { "counter-of-an-empty-table-stays",
      "CREATE TABLE t (id INTEGER, a INT, PRIMARY KEY (id AUTOINCREMENT));"
      "INSERT INTO t VALUES (41, 1); DELETE FROM t;",
      "CREATE TABLE t (id INTEGER, a TEXT, PRIMARY KEY (id AUTOINCREMENT));",
      "INSERT INTO t (a) VALUES (3); SELECT id FROM t", "42" },
    { "rowids-stay", "CREATE TABLE t (a INT); INSERT INTO t (rowid, a) VALUES (5, 1), (77, 2);",
      "CREATE TABLE t (a TEXT);", "SELECT rowid, a FROM t", "5|1\n77|2" },
    { "rowids-stay-behind-a-column",
      "CREATE TABLE t (rowid INT, oid INT); INSERT INTO t (_rowid_, rowid) VALUES (5, 1);",
      "CREATE TABLE t (rowid TEXT, oid INT);", "SELECT _rowid_, rowid FROM t", "5|1" },
    { "no-name-for-the-rowid",
      "CREATE TABLE t (rowid INT, oid INT, _rowid_ INT); INSERT INTO t VALUES (1, 2, 3);",
      "CREATE TABLE t (rowid TEXT, oid INT, _rowid_ INT);", "SELECT * FROM t", "1|2|3" },
    { "rowid-becomes-a-column",
      "CREATE TABLE t (a INT); INSERT INTO t (rowid, a) VALUES (5, 1), (77, 2);",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT);", "SELECT id, a FROM t", "5|1\n77|2" },
    { "without-rowid", "CREATE TABLE t (k TEXT PRIMARY KEY, a INT); INSERT INTO t VALUES ('x', 1);",
      "CREATE TABLE t (k TEXT PRIMARY KEY, a INT) WITHOUT ROWID, STRICT;", "SELECT * FROM t",
      "x|1" },
    { "with-rowid-again",
      "CREATE TABLE t (k TEXT PRIMARY KEY, a INT) WITHOUT ROWID; INSERT INTO t VALUES ('x', 1);",
      "CREATE TABLE t (k TEXT PRIMARY KEY, a INT);", "SELECT rowid, k FROM t", "1|x" },
    { "self-reference",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, up INT REFERENCES t ON DELETE CASCADE, a INT);"
      "INSERT INTO t VALUES (1, NULL, 1), (2, 1, 1), (3, 2, 1);",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, up INT REFERENCES t ON DELETE CASCADE, a TEXT);",
      "PRAGMA foreign_keys = ON; SELECT count(*) FROM t; DELETE FROM t WHERE id = 1;"
      "SELECT count(*) FROM t",
      "3\n0" },
    { "names-in-quotes",
      "CREATE TABLE \"my \"\"t\"\" it's\" (\"select\" INT, [a b] INT);"
      "CREATE INDEX \"an index\" ON \"my \"\"t\"\" it's\" (\"select\", [a b]);"
      "INSERT INTO \"my \"\"t\"\" it's\" VALUES (1, 2);",
      "CREATE TABLE \"my \"\"t\"\" it's\" (\"select\" TEXT, [a b] INT);"
      "CREATE INDEX \"an index\" ON \"my \"\"t\"\" it's\" (\"select\", [a b]);",
      "SELECT \"select\", [a b] FROM \"my \"\"t\"\" it's\"", "1|2" },
    { "another-case",
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT); INSERT INTO t VALUES (4, 1);",
      "CREATE TABLE T (ID INTEGER PRIMARY KEY AUTOINCREMENT, A TEXT);",
      "INSERT INTO t (a) VALUES (2); SELECT id, a FROM t", "4|1\n5|2" },
    { "a-leftover-does-not-matter", "CREATE TABLE t (a INT); INSERT INTO t VALUES (1);",
      "CREATE TABLE t (a TEXT);", "SELECT a FROM t", "1" },
    { "indexes-stay",
      "CREATE TABLE t (a INT, b TEXT); CREATE UNIQUE INDEX i ON t (lower(b), a DESC) WHERE a > 0;"
      "CREATE INDEX j ON t (b COLLATE NOCASE);",
      "CREATE TABLE t (a INT NOT NULL, b TEXT);"
      "CREATE UNIQUE INDEX i ON t (lower(b), a DESC) WHERE a > 0;"
      "CREATE INDEX j ON t (b COLLATE NOCASE);",
      "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY 1", "i\nj" },
    { "renamed-column",
      "CREATE TABLE t (a INT, b INT CHECK (b > 0)); INSERT INTO t VALUES (1, 2);"
      "CREATE TABLE u (x); CREATE VIEW v AS SELECT a, b FROM t; CREATE TRIGGER tr AFTER INSERT ON "
      "u "
      "BEGIN INSERT INTO t (a, b) VALUES (NEW.x, 1); END;",
      "CREATE TABLE t (a TEXT,\n-- retort: renamed from b\nbb TEXT CHECK (bb > 0));"
      "CREATE TABLE u (x); CREATE VIEW v AS SELECT a, bb FROM t; CREATE TRIGGER tr AFTER INSERT ON "
      "u BEGIN INSERT INTO t (a, bb) VALUES (NEW.x, 1); END;",
      "INSERT INTO u VALUES (5); SELECT a, bb FROM v", "1|2\n5|1" },
    { "types-of-one-letter", "CREATE TABLE t (a X, b 'Y z'); INSERT INTO t VALUES (1, 2);",
      "CREATE TABLE t (a X NOT NULL, b 'Y z');", "SELECT type FROM pragma_table_info('t')",
      "X\nY z" },
    { "constraints-come-and-go",
      "CREATE TABLE t (a INT UNIQUE, b INT); INSERT INTO t VALUES (1, 2);",
      "CREATE TABLE t (a INT, b INT CONSTRAINT positive CHECK (b > 0), UNIQUE (a, b));",
      "SELECT * FROM t", "1|2" },
    { "dropped-column-in-an-index",
      "CREATE TABLE t (a INT, b INT, UNIQUE (b)); INSERT INTO t VALUES (1, 2);",
      "CREATE TABLE t (a INT);", "SELECT * FROM t", "1" },
    { "new-column-with-changing-default", "CREATE TABLE t (a INT); INSERT INTO t VALUES (1);",
      "CREATE TABLE t (a INT, b TEXT NOT NULL DEFAULT (lower('X')));", "SELECT * FROM t", "1|x" },
};

static GArray *
render_diff(RtCatalog *from, const RtCatalog *to)
{
    g_autoptr(GError) error = NULL;
    const RtDiffOptions options = { 0 };
    g_autoptr(RtDiff) diff =
        rt_diff_new(&rt_dialect_sqlite, &rt_dialect_sqlite.assumed, from, to, &options);
    g_assert_cmpuint(diff->refusals->len, ==, 0);
    GArray *rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    if (!rt_render(&rt_dialect_sqlite, &rt_dialect_sqlite.assumed, from,
                   (RtOp *) (void *) diff->ops->data, diff->ops->len, rendered, &error))
        g_error("%s", rt_error_describe(error));
    return rendered;
}

static void
set_for_rebuild(Database *database)
{
    const RtRebuildSetting *setting = rt_dialect_sqlite.rebuild_settings;
    for (; setting->ask; setting++) {
        g_autofree char *sql = g_strconcat(setting->set, setting->value, NULL);
        database_run(database, sql);
    }
}

/* As a runner does it; returns how many rebuilds there were. */
static unsigned
run_rendered(Database *database, const GArray *rendered)
{
    unsigned n_rebuilds = 0;
    set_for_rebuild(database);
    database_run(database, "BEGIN IMMEDIATE");
    for (unsigned i = 0; i < rendered->len; i++) {
        const RtRendered *statement = &g_array_index(rendered, RtRendered, i);
        n_rebuilds += statement->kind == RT_RENDERED_OPEN;
        if (statement->kind == RT_RENDERED_STATEMENT)
            database_run(database, statement->sql);
    }
    g_autofree char *violations = database_ask(database, rt_dialect_sqlite.rebuild_verify[0]);
    g_assert_cmpstr(violations, ==, "");
    database_run(database, "COMMIT");
    return n_rebuilds;
}

/* The law of replay: the statements mean to retort what they mean to SQLite. */
static void
assert_replays(Database *database, const GArray *rendered, const RtCatalog *to)
{
    g_autoptr(RtCatalog) replayed = database_reflect(database);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    for (unsigned i = 0; i < rendered->len; i++) {
        const RtRendered *statement = &g_array_index(rendered, RtRendered, i);
        if (statement->kind == RT_RENDERED_STATEMENT)
            g_string_append_printf(sql, "%s;\n", statement->sql);
    }
    if (g_test_verbose())
        g_test_message("%s", sql->str);
    if (!replay_text(replayed, sql->str, &error))
        g_error("%s", rt_error_describe(error));
    assert_catalogs_equal(replayed, to);
}

static void
test_case(gconstpointer data)
{
    const Case *test = data;
    Database database;
    database_open(&database);
    database_run(&database, "PRAGMA foreign_keys = ON");
    database_run(&database, test->before);
    {
        g_autoptr(RtCatalog) from = database_reflect(&database);
        g_autoptr(RtCatalog) to = load_catalog(database.model, test->after);
        g_autoptr(GArray) rendered = render_diff(from, to);
        assert_replays(&database, rendered, to);
        if (g_str_equal(test->name, "a-leftover-does-not-matter"))
            database_run(&database, "CREATE TABLE _retort_new_t (x); INSERT INTO _retort_new_t "
                                    "VALUES (1)");
        g_assert_cmpuint(run_rendered(&database, rendered), ==, 1);
        g_autoptr(RtCatalog) now = database_reflect(&database);
        assert_catalogs_equal(now, to);
        g_autofree char *answer = database_ask(&database, test->question);
        g_assert_cmpstr(answer, ==, test->answer);
        g_autofree char *health = database_ask(&database, "PRAGMA integrity_check");
        g_assert_cmpstr(health, ==, "ok");
    }
    database_close(&database);
}

/* What another hand made on the table since stops the block, by name. */
static void
test_what_hangs_on_the_table_stops_it(void)
{
    static const char *const statements[] = {
        "CREATE TABLE \"_retort_new_a b\" (a TEXT)",
        "DROP TABLE \"a b\"",
        "CREATE INDEX Known ON \"a b\" (a)",
        "DROP TRIGGER gone",
    };
    Database database;
    database_open(&database);
    database_run(&database,
                 "CREATE TABLE \"A B\" (a INT UNIQUE); CREATE INDEX known ON \"a b\" (a);"
                 "CREATE TRIGGER gone AFTER INSERT ON \"a b\" BEGIN SELECT 1; END;");
    g_autoptr(GError) error = NULL;
    g_assert_true(
        database_check_rebuild(&database, "\"a b\"", statements, G_N_ELEMENTS(statements), &error));
    g_assert_no_error(error);
    database_run(&database, "CREATE INDEX foreign_index ON \"a b\" (a);"
                            "CREATE TRIGGER late AFTER INSERT ON \"a b\" BEGIN SELECT 1; END;");
    g_assert_false(
        database_check_rebuild(&database, "\"a b\"", statements, G_N_ELEMENTS(statements), &error));
    g_assert_true(rt_error_is(error, RT_ERROR_NEEDS_DECISION));
    g_assert_nonnull(strstr(error->message, "index foreign_index, trigger late would be lost"));
    database_close(&database);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/sqlite/rebuild/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/sqlite/rebuild/what-hangs-on-the-table-stops-it",
                    test_what_hangs_on_the_table_stops_it);
    return g_test_run();
}
