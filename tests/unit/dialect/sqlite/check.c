/*
 * What SQLite rejects and what it takes, and that `check` and the catalog say the same. `before`
 * has rows, since ADD COLUMN is stricter then. `words`: what the message must hold, in SQLite's
 * words.
 */
#include "database.h"

typedef struct Case {
    const char *sql;
    const char *words; /* NULL: both take it */
} Case;

#define BEFORE                                                                                     \
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT UNIQUE, b INT, c INT CHECK (c > 0), d INT,"     \
    " e INT, f INT REFERENCES p (id), g INT AS (e + 1), h INT, FOREIGN KEY (h) REFERENCES p "      \
    "(id));"                                                                                       \
    "CREATE TABLE p (id INTEGER PRIMARY KEY, one);"                                                \
    "CREATE INDEX i ON t (b) WHERE d > 0;"                                                         \
    "CREATE VIEW v AS SELECT one FROM p;"                                                          \
    "CREATE TABLE lone (a);"                                                                       \
    "CREATE TABLE strict_t (a INT) STRICT;"                                                        \
    "INSERT INTO p VALUES (1, 1); INSERT INTO t (id, a) VALUES (1, 1); INSERT INTO lone VALUES "   \
    "(1);"

static const Case cases[] = {
    /* CREATE TABLE */
    { "CREATE TABLE n (a INT, b, c VARCHAR(10) NOT NULL)", NULL },
    { "CREATE TABLE t (a)", "t exists already" },
    { "CREATE TABLE T (a)", "T exists already" },
    { "CREATE TABLE IF NOT EXISTS t (a)", NULL },
    { "CREATE TABLE v (a)", "there is already a view named v" },
    { "CREATE TABLE i (a)", "there is already an index named i" },
    { "CREATE TABLE sqlite_n (a)", "object name reserved for internal use: sqlite_n" },
    { "CREATE TABLE n (a, A)", "A is there twice" },
    { "CREATE TABLE n (a PRIMARY KEY, b PRIMARY KEY)",
      "table \"n\" has more than one primary key" },
    { "CREATE TABLE n (a PRIMARY KEY, b, PRIMARY KEY (a, b))", "more than one primary key" },
    { "CREATE TABLE n (a, PRIMARY KEY (b))", "no column named b" },
    { "CREATE TABLE n (a, UNIQUE (b))", "table n has no column named b" },
    { "CREATE TABLE n (a, UNIQUE (a COLLATE nocase, A DESC))", NULL },
    { "CREATE TABLE n (a, UNIQUE (lower(a)))", "expressions prohibited in PRIMARY KEY and UNIQUE" },
    { "CREATE TABLE n (a INT PRIMARY KEY AUTOINCREMENT)",
      "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY" },
    { "CREATE TABLE n (a INTEGER PRIMARY KEY AUTOINCREMENT)", NULL },
    { "CREATE TABLE n (a INTEGER PRIMARY KEY DESC AUTOINCREMENT)",
      "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY" },
    { "CREATE TABLE n (a INTEGER, PRIMARY KEY (a DESC AUTOINCREMENT))", NULL },
    { "CREATE TABLE n (a INTEGER, b, PRIMARY KEY (a, b AUTOINCREMENT))",
      "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY" },
    { "CREATE TABLE n (a INTEGER PRIMARY KEY AUTOINCREMENT) WITHOUT ROWID",
      "AUTOINCREMENT not allowed on WITHOUT ROWID tables" },
    { "CREATE TABLE n (a) WITHOUT ROWID", "PRIMARY KEY missing on table n" },
    { "CREATE TABLE n (a PRIMARY KEY) WITHOUT ROWID", NULL },
    { "CREATE TABLE n (a VARCHAR) STRICT", "unknown datatype for n.a: \"VARCHAR\"" },
    { "CREATE TABLE n (a INT(5)) STRICT", "unknown datatype for n.a: \"INT(5)\"" },
    { "CREATE TABLE n (a) STRICT", "missing datatype for n.a" },
    { "CREATE TABLE n (a int, b ANY, c blob, d Text, e REAL, f INTEGER) STRICT", NULL },
    { "CREATE TABLE n (a, b AS (a + 1) PRIMARY KEY)",
      "generated columns cannot be part of the PRIMARY KEY" },
    { "CREATE TABLE n (a, b AS (a) DEFAULT 1)", "cannot use DEFAULT on a generated column" },
    { "CREATE TABLE n (a AS (1))", "must have at least one non-generated column" },
    { "CREATE TABLE n (a, b AS (a + 1) STORED NOT NULL UNIQUE)", NULL },
    { "CREATE TABLE n (a INT DEFAULT 1 STORED)", "STORED" },
    { "CREATE TABLE n (a, b AS ((SELECT 1)))", "subqueries prohibited in generated columns" },
    { "CREATE TABLE n (a CHECK ((SELECT 1)))", "subqueries prohibited in CHECK constraints" },
    { "CREATE TABLE n (a DEFAULT (1 + 2), b DEFAULT (lower('X')), c DEFAULT CURRENT_TIME)", NULL },
    { "CREATE TABLE n (a, b DEFAULT (a))", "default value of column [b] is not constant" },
    { "CREATE TABLE n (a DEFAULT \"\", b DEFAULT word, c DEFAULT -1.5e3, d DEFAULT x'00')", NULL },
    { "CREATE TABLE n (a NOT NULL ON CONFLICT REPLACE UNIQUE ON CONFLICT IGNORE)", NULL },
    { "CREATE TABLE n (a ON CONFLICT REPLACE)", "ON" },
    { "CREATE TABLE n (a REFERENCES nowhere (x) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED)",
      NULL },
    { "CREATE TABLE n (a REFERENCES p (id, one))",
      "foreign key on a should reference only one column of table p" },
    { "CREATE TABLE n (a, FOREIGN KEY (b) REFERENCES p)",
      "unknown column \"b\" in foreign key definition" },
    { "CREATE TABLE n (a, b, FOREIGN KEY (a, b) REFERENCES p (id))",
      "number of columns in foreign key does not match the number of columns in the referenced" },
    { "CREATE TABLE n (a, b, FOREIGN KEY (a, b) REFERENCES p)", NULL },
    { "CREATE TABLE n (a CONSTRAINT x NOT NULL CONSTRAINT y UNIQUE, CONSTRAINT x CHECK (a > 0))",
      NULL },
    { "CREATE TABLE n (a INT, UNIQUE (a) CHECK (a > 0))", NULL },
    { "CREATE TABLE n (a INT,)", "" },
    { "CREATE TABLE n ()", "" },
    { "CREATE TABLE n (a INT b)", NULL },
    { "CREATE TABLE n (a INT WRONG CLAUSE NOT)", "" },
    { "CREATE TABLE n (a) WITHOUT ROWIDS", "" },
    { "CREATE TABLE n (\"a b\" 'my type', [c] \"T 2\"(3, 4))", NULL },
    { "CREATE TABLE main.n (a)", NULL },
    /* indexes */
    { "CREATE INDEX n ON t (b, lower(c), d DESC)", NULL },
    { "CREATE UNIQUE INDEX IF NOT EXISTS i ON t (b)", NULL },
    { "CREATE INDEX i ON p (one)", "i" },
    { "CREATE INDEX p ON t (b)", "there is already a table named p" },
    { "CREATE INDEX n ON nowhere (b)", "nowhere" },
    { "CREATE INDEX n ON v (one)", "views may not be indexed" },
    { "CREATE INDEX n ON t (absent)", "no column named absent" },
    { "CREATE INDEX sqlite_n ON t (b)", "object name reserved for internal use" },
    { "DROP INDEX i", NULL },
    { "DROP INDEX absent", "absent" },
    { "DROP INDEX IF EXISTS absent", NULL },
    /* views and triggers */
    { "CREATE VIEW n (x, y) AS SELECT 1, 2", NULL },
    { "CREATE VIEW t AS SELECT 1", "there is already a table named t" },
    { "CREATE VIEW IF NOT EXISTS v AS SELECT 1", NULL },
    { "CREATE VIEW n", "AS" },
    { "DROP VIEW v", NULL },
    { "DROP VIEW t", "use DROP TABLE to delete table t" },
    { "DROP TABLE v", "use DROP VIEW to delete view v" },
    { "CREATE TRIGGER n AFTER UPDATE OF a, b ON t BEGIN SELECT 1; SELECT 2; END", NULL },
    { "CREATE TRIGGER n INSTEAD OF INSERT ON t BEGIN SELECT 1; END",
      "cannot create INSTEAD OF trigger on table: t" },
    { "CREATE TRIGGER n AFTER INSERT ON v BEGIN SELECT 1; END",
      "cannot create AFTER trigger on view: v" },
    { "CREATE TRIGGER n DELETE ON v BEGIN SELECT 1; END",
      "cannot create BEFORE trigger on view: v" },
    { "CREATE TRIGGER n INSTEAD OF INSERT ON v BEGIN SELECT CASE WHEN 1 THEN 2 END; END", NULL },
    { "CREATE TRIGGER n AFTER INSERT ON nowhere BEGIN SELECT 1; END", "nowhere" },
    { "CREATE TRIGGER n AFTER INSERT ON t BEGIN SELECT 1;", "END" },
    { "CREATE TRIGGER n AFTER INSERT ON t SELECT 1", "BEGIN" },
    { "DROP TRIGGER absent", "absent" },
    /* ALTER TABLE */
    { "ALTER TABLE t ADD COLUMN n INT", NULL },
    { "ALTER TABLE t ADD n INT DEFAULT 5 NOT NULL", NULL },
    { "ALTER TABLE t ADD COLUMN A INT", "A" },
    { "ALTER TABLE t ADD COLUMN n PRIMARY KEY", "Cannot add a PRIMARY KEY column" },
    { "ALTER TABLE t ADD COLUMN n UNIQUE", "Cannot add a UNIQUE column" },
    { "ALTER TABLE t ADD COLUMN n NOT NULL",
      "Cannot add a NOT NULL column with default value NULL" },
    { "ALTER TABLE t ADD COLUMN n NOT NULL DEFAULT NULL",
      "Cannot add a NOT NULL column with default value NULL" },
    { "ALTER TABLE t ADD COLUMN n DEFAULT CURRENT_TIMESTAMP",
      "Cannot add a column with non-constant default" },
    { "ALTER TABLE t ADD COLUMN n DEFAULT (1 + 1)",
      "Cannot add a column with non-constant default" },
    { "ALTER TABLE t ADD COLUMN n DEFAULT (1)", NULL },
    { "ALTER TABLE t ADD COLUMN n DEFAULT (-1)", NULL },
    { "ALTER TABLE t ADD COLUMN n DEFAULT TRUE", NULL },
    { "ALTER TABLE t ADD COLUMN n NOT NULL DEFAULT 'it''s'", NULL },
    { "ALTER TABLE t ADD COLUMN n AS (a + 1)", NULL },
    { "ALTER TABLE t ADD COLUMN n AS (a + 1) STORED", "cannot add a STORED column" },
    { "ALTER TABLE t ADD COLUMN n REFERENCES p (id)", NULL },
    { "ALTER TABLE t ADD COLUMN n INT CHECK (n IS NULL)", NULL },
    { "ALTER TABLE strict_t ADD COLUMN n VARCHAR", "unknown datatype for strict_t.n: \"VARCHAR\"" },
    { "ALTER TABLE v ADD COLUMN n", "Cannot add a column to a view" },
    { "ALTER TABLE nowhere ADD COLUMN n", "nowhere" },
    { "ALTER TABLE t DROP COLUMN id", "cannot drop column \"id\": it is part of the PRIMARY KEY" },
    { "ALTER TABLE t DROP COLUMN a", "cannot drop column \"a\": it is UNIQUE" },
    { "ALTER TABLE t DROP COLUMN b", "an index uses it" },
    { "ALTER TABLE t DROP COLUMN c", NULL },
    { "ALTER TABLE t DROP COLUMN d", "an index uses it" },
    { "ALTER TABLE t DROP COLUMN e", "a generated column uses it" },
    { "ALTER TABLE t DROP COLUMN f", NULL },
    { "ALTER TABLE t ADD COLUMN n INT CHECK (n IS NULL) REFERENCES p; ALTER TABLE t DROP COLUMN n",
      NULL },
    { "ALTER TABLE t ADD COLUMN n INT; ALTER TABLE t DROP COLUMN c", NULL },
    { "ALTER TABLE t DROP COLUMN g", NULL },
    { "ALTER TABLE t DROP COLUMN h", "a foreign key uses it" },
    { "ALTER TABLE t DROP COLUMN absent", "absent" },
    { "ALTER TABLE p DROP COLUMN one", "a view uses it" },
    { "ALTER TABLE lone DROP COLUMN a", "no other columns exist" },
    { "CREATE TRIGGER n AFTER INSERT ON t BEGIN SELECT NEW.c; END; ALTER TABLE t DROP COLUMN c",
      "a trigger uses it" },
    { "CREATE TRIGGER n AFTER INSERT ON p BEGIN UPDATE t SET b = t.\"C\"; END;"
      "ALTER TABLE t DROP COLUMN c",
      "a trigger uses it" },
    /* names of what belongs to others */
    { "CREATE TABLE n (c INT); CREATE TRIGGER o AFTER UPDATE OF c ON n BEGIN "
      "UPDATE t SET f = 1; END; ALTER TABLE t DROP COLUMN c",
      NULL },
    { "CREATE VIEW n (c) AS SELECT f FROM t; ALTER TABLE t DROP COLUMN c", NULL },
    { "ALTER TABLE v DROP COLUMN one", "cannot drop column from view \"v\"" },
    { "ALTER TABLE t RENAME COLUMN a TO n", NULL },
    { "ALTER TABLE t RENAME a TO B", "B" },
    { "ALTER TABLE t RENAME absent TO n", "absent" },
    { "ALTER TABLE v RENAME one TO n", "cannot rename columns of view" },
    { "ALTER TABLE t RENAME TO n", NULL },
    { "ALTER TABLE t RENAME TO p", "p" },
    { "ALTER TABLE t RENAME TO i", "there is already an index named i" },
    { "ALTER TABLE t RENAME TO sqlite_n", "object name reserved for internal use" },
    { "ALTER TABLE v RENAME TO n", "view v may not be altered" },
    { "ALTER TABLE t ALTER COLUMN a TEXT", "" },
    { "DROP TABLE t", NULL },
    { "DROP TABLE nowhere", "nowhere" },
    { "DROP TABLE IF EXISTS nowhere", NULL },
};

static void
test_case(gconstpointer data)
{
    const Case *test = data;
    Database database;
    database_open(&database);
    database_run(&database, BEFORE);
    {
        g_autoptr(RtCatalog) catalog = database_reflect(&database);
        g_autoptr(GError) error = NULL;
        g_autofree char *message = NULL;
        bool server_takes_it = database_try(&database, test->sql, &message);
        bool retort_takes_it = replay_text(catalog, test->sql, &error);
        g_test_message("SQLite: %s", message ? message : "taken");
        g_test_message("retort: %s", error ? error->message : "taken");
        g_assert_cmpint(server_takes_it, ==, test->words == NULL);
        g_assert_cmpint(retort_takes_it, ==, test->words == NULL);
        if (test->words)
            g_assert_nonnull(strstr(error->message, test->words));
        g_autoptr(RtCatalog) now = database_reflect(&database);
        if (!test->words)
            assert_catalogs_equal(now, catalog);
    }
    database_close(&database);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup(cases[i].sql);
        g_strdelimit(name, "/", '_');
        g_autofree char *path = g_strdup_printf("/sqlite/check/%03zu: %s", i, name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
