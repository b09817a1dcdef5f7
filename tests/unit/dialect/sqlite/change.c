/* Which changes are statements, which replace an object, which write a table anew; and what for. */
#include "database.h"
#include "dialect/effect.h"
#include "diff/diff.h"

typedef struct Case {
    const char *name, *before, *after;
    const char *sql;    /* of the first statement; NULL: a rebuild */
    unsigned risks;     /* of all operations together */
    const char *reason; /* part of one; NULL: none looked for */
} Case;

#define T "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT);"

static const Case cases[] = {
    { "add-column", T, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c TEXT);",
      "ALTER TABLE t ADD COLUMN c TEXT", 0, NULL },
    { "add-column-with-constant", T,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c TEXT NOT NULL DEFAULT 'x');",
      "ALTER TABLE t ADD COLUMN c TEXT NOT NULL DEFAULT 'x'", 0, NULL },
    { "add-column-in-the-middle", T,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, c INT, a INT, b INT);",
      "ALTER TABLE t ADD COLUMN c INT", 0, NULL },
    { "add-column-not-null", T,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c TEXT NOT NULL);", NULL,
      RT_RISK_REWRITE, "all rows of t are written again; fails where there are any" },
    { "add-column-of-key", "CREATE TABLE t (a INT, b INT);",
      "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a INT, b INT);", NULL, RT_RISK_REWRITE,
      "all rows of t are written again" },
    { "not-null", T, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT NOT NULL, b INT);", NULL,
      RT_RISK_REWRITE, "fails where one has NULL in a column that becomes NOT NULL" },
    { "add-check", T, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, CHECK (a > 0));", NULL,
      RT_RISK_REWRITE, "fails where they break the new constraint" },
    { "add-virtual-column", T,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c INT AS (a + 1));",
      "ALTER TABLE t ADD COLUMN c INT GENERATED ALWAYS AS (a + 1)", 0, NULL },
    { "add-stored-column", T,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c INT AS (a + 1) STORED);", NULL,
      RT_RISK_REWRITE, NULL },
    { "add-unique-column", T,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c INT UNIQUE);", NULL, RT_RISK_REWRITE,
      NULL },
    { "drop-column", T, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT);",
      "ALTER TABLE t DROP COLUMN b", RT_RISK_DATA_LOSS | RT_RISK_REWRITE,
      "the values of t.b are lost" },
    { "drop-column-of-a-check",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, CHECK (b > 0));",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT);", NULL, RT_RISK_DATA_LOSS | RT_RISK_REWRITE,
      "the values of t.b are lost" },
    { "rename-column", T,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT,\n-- retort: renamed from b\nc INT);",
      "ALTER TABLE t RENAME COLUMN b TO c", 0, NULL },
    { "rename-table", T,
      "-- retort: renamed from t\nCREATE TABLE n (id INTEGER PRIMARY KEY, a INT, b INT);",
      "ALTER TABLE t RENAME TO n", 0, NULL },
    { "drop-table", T, "", "DROP TABLE t", RT_RISK_DATA_LOSS, "the rows of t are lost" },
    { "create-table", "", "CREATE TABLE t (a INT) STRICT", "CREATE TABLE t (\n    a INT\n) STRICT",
      0, NULL },
    { "change-type", T, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT);", NULL,
      RT_RISK_REWRITE, NULL },
    { "change-option", T, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT) STRICT;", NULL,
      RT_RISK_REWRITE, NULL },
    { "change-key", T, "CREATE TABLE t (id INTEGER, a INT, b INT, PRIMARY KEY (id, a));", NULL,
      RT_RISK_REWRITE, NULL },
    { "change-default", T, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT DEFAULT 1, b INT);", NULL,
      RT_RISK_REWRITE, NULL },
    { "change-collation", T,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT COLLATE NOCASE, b INT);", NULL,
      RT_RISK_REWRITE, NULL },
    { "change-index", T "CREATE INDEX i ON t (a);", T "CREATE UNIQUE INDEX i ON t (a, b);",
      "DROP INDEX i", 0, NULL },
    { "change-view", T "CREATE VIEW v AS SELECT a FROM t;", T "CREATE VIEW v AS SELECT b FROM t;",
      "DROP VIEW v", 0, NULL },
    { "change-trigger", T "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;",
      T "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 2; END;", "DROP TRIGGER tr", 0, NULL },
};

/* Ways of writing that mean the same to SQLite: nothing is to be done. */
static const struct {
    const char *name, *a, *b;
} equal[] = {
    { "defaults", "CREATE TABLE t (a INT, b INT)",
      "CREATE TABLE T (\"a\" int NULL DEFAULT NULL COLLATE binary, [b] Int)" },
    { "key-at-column", "CREATE TABLE t (a INTEGER PRIMARY KEY)",
      "CREATE TABLE t (a INTEGER, PRIMARY KEY (a ASC))" },
    { "autoincrement", "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
      "CREATE TABLE t (a INTEGER NOT NULL, PRIMARY KEY (a AUTOINCREMENT))" },
    { "key-of-strict", "CREATE TABLE t (a TEXT PRIMARY KEY, b INT) STRICT",
      "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INT) STRICT" },
    { "key-of-without-rowid", "CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID",
      "CREATE TABLE t (a PRIMARY KEY NOT NULL) WITHOUT ROWID" },
    { "references", "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)",
      "CREATE TABLE c (p, FOREIGN KEY (p) REFERENCES P (ID) ON DELETE NO ACTION MATCH FULL NOT "
      "DEFERRABLE INITIALLY IMMEDIATE); CREATE TABLE p (id INTEGER PRIMARY KEY)" },
    { "check", "CREATE TABLE t (a CHECK (a > 0))", "CREATE TABLE t (a, CHECK (t.a>0))" },
    { "generated", "CREATE TABLE t (a, b AS (a + 1))",
      "CREATE TABLE t (a, b GENERATED ALWAYS AS (a+1) VIRTUAL)" },
    { "index", "CREATE TABLE t (a); CREATE INDEX i ON t (a)",
      "CREATE TABLE t (a); CREATE INDEX I ON main.t (\"A\" ASC)" },
    { "trigger", "CREATE TABLE t (a); CREATE TRIGGER x INSERT ON t BEGIN SELECT 1; END",
      "CREATE TABLE t (a); CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN\n-- one\nselect "
      "1; END" },
};

static const struct {
    const char *name, *a, *b;
} different[] = {
    { "desc-is-no-rowid", "CREATE TABLE t (a INTEGER PRIMARY KEY)",
      "CREATE TABLE t (a INTEGER PRIMARY KEY DESC)" },
    { "int-is-no-rowid", "CREATE TABLE t (a INTEGER PRIMARY KEY)",
      "CREATE TABLE t (a INT PRIMARY KEY)" },
    { "key-may-hold-null", "CREATE TABLE t (a TEXT PRIMARY KEY)",
      "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY)" },
    { "twice-unique", "CREATE TABLE t (a UNIQUE)", "CREATE TABLE t (a)" },
    { "conflict", "CREATE TABLE t (a UNIQUE)", "CREATE TABLE t (a UNIQUE ON CONFLICT REPLACE)" },
    { "deferred", "CREATE TABLE t (a REFERENCES t)",
      "CREATE TABLE t (a REFERENCES t DEFERRABLE INITIALLY DEFERRED)" },
};

static RtDiff *
compare(RtCatalog *from, const RtCatalog *to)
{
    const RtDiffOptions options = { 0 };
    return rt_diff_new(&rt_dialect_sqlite, &rt_dialect_sqlite.assumed, from, to, &options);
}

static void
assert_effects(const Case *test, const RtCatalog *before, const GArray *ops)
{
    unsigned risks = 0;
    bool has_reason = test->reason == NULL;
    for (unsigned i = 0; i < ops->len; i++) {
        RtEffect effect = rt_effect(&rt_dialect_sqlite, &rt_dialect_sqlite.assumed, before,
                                    &g_array_index(ops, RtOp, i));
        risks |= effect.risks;
        for (unsigned bit = 0; bit < RT_N_RISKS && test->reason; bit++) {
            const char *reason = rt_effect_reason(&effect, 1u << bit);
            bool is_here = effect.risks & 1u << bit && reason && strstr(reason, test->reason);
            has_reason |= is_here;
            /* A lost value is no reason for a rewrite. */
            g_assert_false(is_here && 1u << bit == RT_RISK_REWRITE && strstr(reason, " are lost"));
        }
    }
    g_assert_cmpuint(risks, ==, test->risks);
    g_assert_true(has_reason);
}

static void
test_case(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(RtModel) model = rt_model_new("main");
    g_autoptr(RtCatalog) before = load_catalog(model, test->before);
    g_autoptr(RtCatalog) after = load_catalog(model, test->after);
    g_autoptr(RtDiff) diff = compare(before, after);
    g_autoptr(GArray) rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    g_autoptr(GError) error = NULL;
    RtOp *ops = (RtOp *) (void *) diff->ops->data;
    assert_effects(test, before, diff->ops);
    g_assert_true(rt_render(&rt_dialect_sqlite, &rt_dialect_sqlite.assumed, before, ops,
                            diff->ops->len, rendered, &error));
    g_assert_cmpuint(rendered->len, >, 0);
    const RtRendered *first = &g_array_index(rendered, RtRendered, 0);
    if (test->sql)
        g_assert_cmpstr(first->sql, ==, test->sql);
    else
        g_assert_cmpint(first->kind, ==, RT_RENDERED_OPEN);
}

static void
test_equal(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(equal); i++) {
        g_autoptr(RtModel) model = rt_model_new("main");
        g_autoptr(RtCatalog) a = load_catalog(model, equal[i].a);
        g_autoptr(RtCatalog) b = load_catalog(model, equal[i].b);
        g_test_message("%s", equal[i].name);
        assert_catalogs_equal(a, b);
        g_autoptr(RtDiff) there = compare(a, b);
        g_autoptr(RtDiff) back = compare(b, a);
        g_assert_true(rt_diff_is_empty(there));
        g_assert_true(rt_diff_is_empty(back));
    }
}

static void
test_different(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(different); i++) {
        g_autoptr(RtModel) model = rt_model_new("main");
        g_autoptr(RtCatalog) a = load_catalog(model, different[i].a);
        g_autoptr(RtCatalog) b = load_catalog(model, different[i].b);
        g_test_message("%s", different[i].name);
        g_autoptr(RtDiff) diff = compare(a, b);
        g_assert_false(rt_diff_is_empty(diff));
    }
}

/* Older servers rename and drop columns by a rebuild. */
static void
test_old_servers(void)
{
    const RtServer old = { .product = "SQLite", .major = 3, .minor = 24 };
    g_autoptr(RtModel) model = rt_model_new("main");
    g_autoptr(RtCatalog) before = load_catalog(model, T);
    RtOp op = { .verb = RT_VERB_RENAME,
                .kind = RT_KIND_COLUMN,
                .owner = rt_model_name(model, RT_FOLD_ASCII, NULL, "t"),
                .name = rt_model_name(model, RT_FOLD_ASCII, NULL, "b"),
                .new_name = rt_model_name(model, RT_FOLD_ASCII, NULL, "c") };
    g_assert_cmpint(rt_sqlite_change(&rt_dialect_sqlite, &old, before, &op).how, ==,
                    RT_HOW_REBUILD);
    op.verb = RT_VERB_DROP;
    g_assert_cmpint(rt_sqlite_change(&rt_dialect_sqlite, &old, before, &op).how, ==,
                    RT_HOW_REBUILD);
    g_assert_cmpint(
        rt_sqlite_change(&rt_dialect_sqlite, &rt_dialect_sqlite.assumed, before, &op).how, ==,
        RT_HOW_STATEMENT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/sqlite/change/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/sqlite/change/ways-of-writing-are-equal", test_equal);
    g_test_add_func("/sqlite/change/what-differs", test_different);
    g_test_add_func("/sqlite/change/old-servers", test_old_servers);
    return g_test_run();
}
