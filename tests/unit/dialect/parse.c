#include "dialect/parse.h"

#include "toy/toy.h"

#include <string.h>

typedef struct Parsed {
    RtModel *model;
    RtParser parser;
    GArray *ops;
} Parsed;

static void
parsed_init(Parsed *parsed, const char *sql)
{
    parsed->model = rt_model_new(NULL);
    parsed->ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtText *text = rt_text_new(rt_model_arena(parsed->model), "t.sql", sql, strlen(sql));
    rt_parser_init(&parsed->parser, &rt_dialect_toy, &rt_dialect_toy.assumed, parsed->model, text,
                   parsed->ops);
}

static void
parsed_clear(Parsed *parsed)
{
    g_array_unref(parsed->ops);
    rt_model_free(parsed->model);
}

static RtOp *
read_ops(Parsed *parsed, unsigned n)
{
    GError *error = NULL;
    for (bool done = false; !done;) {
        bool read = rt_parser_next(&parsed->parser, &done, &error);
        g_assert_no_error(error);
        g_assert_true(read);
    }
    g_assert_cmpuint(parsed->ops->len, ==, n);
    return (RtOp *) (void *) parsed->ops->data;
}

static void
test_create_table(void)
{
    Parsed parsed;
    parsed_init(&parsed, "CREATE TABLE IF NOT EXISTS s.t (\n"
                         "  id INT PRIMARY KEY,\n"
                         "  `a b` VARCHAR(20) NOT NULL DEFAULT 'x' COMMENT \"say\",\n"
                         "  r INT CONSTRAINT c REFERENCES u (id) ON DELETE CASCADE,\n"
                         "  CONSTRAINT k UNIQUE (id, r),\n"
                         "  CHECK (id > 0),\n"
                         "  INDEX i (r DESC) USING BITMAP\n"
                         ") COMMENT 'all' PROPERTIES (\"k\" = \"v\");");
    RtOp *op = read_ops(&parsed, 1);
    g_assert_cmpint(op->verb, ==, RT_VERB_CREATE);
    g_assert_cmpint(op->kind, ==, RT_KIND_TABLE);
    g_assert_cmpuint(op->flags, ==, RT_OP_IF_NOT_EXISTS);
    g_assert_cmpstr(op->name->schema, ==, "s");
    const RtObject *table = op->after;
    g_assert_cmpuint(table->n_children, ==, 8);
    g_assert_cmpstr(rt_object_text(table, RT_ROLE_COMMENT), ==, "all");
    const RtObject *key = table->children[1], *column = table->children[2];
    g_assert_cmpint(rt_object_kind(key), ==, RT_KIND_KEY);
    g_assert_true(key->flags & RT_OBJECT_INLINE);
    g_assert_cmpstr(rt_object_role(key, RT_ROLE_PARTS)->names[0]->text, ==, "id");
    g_assert_cmpstr(column->name->text, ==, "a b");
    g_assert_cmpstr(rt_object_type(column)->text, ==, "VARCHAR(20)");
    g_assert_true(rt_object_flag(column, RT_ROLE_NOT_NULL));
    const RtObject *reference = table->children[4];
    g_assert_cmpstr(reference->name->text, ==, "c");
    g_assert_cmpstr(rt_object_role(reference, RT_ROLE_REFERENCES)->name->text, ==, "u");
    g_assert_cmpstr(table->children[5]->name->text, ==, "k");
    g_assert_null(table->children[6]->name);
    g_assert_cmpstr(table->children[7]->name->text, ==, "i");
    parsed_clear(&parsed);
}

static void
test_alter(void)
{
    static const struct {
        const char *sql;
        RtVerb verb;
        RtKind kind;
        const char *owner, *name;
    } cases[] = {
        { "ALTER TABLE t ADD COLUMN c INT AFTER b", RT_VERB_CREATE, RT_KIND_COLUMN, "t", "c" },
        { "ALTER TABLE t MODIFY COLUMN c BIGINT FIRST", RT_VERB_ALTER, RT_KIND_COLUMN, "t", "c" },
        { "ALTER TABLE t DROP COLUMN c", RT_VERB_DROP, RT_KIND_COLUMN, "t", "c" },
        { "ALTER TABLE t RENAME COLUMN c TO d", RT_VERB_RENAME, RT_KIND_COLUMN, "t", "c" },
        { "ALTER TABLE t RENAME TO u", RT_VERB_RENAME, RT_KIND_TABLE, NULL, "t" },
        { "ALTER TABLE t COMMENT = 'x'", RT_VERB_ALTER, RT_KIND_ATTRIBUTE, NULL, "t" },
        { "ALTER TABLE t DROP TTL", RT_VERB_ALTER, RT_KIND_ATTRIBUTE, NULL, "t" },
        { "ALTER TABLE t SET ('k' = 'v')", RT_VERB_ALTER, RT_KIND_ATTRIBUTE, NULL, "t" },
        { "ALTER TABLE t ADD INDEX i (c)", RT_VERB_CREATE, RT_KIND_INDEX, "t", "i" },
        { "ALTER TABLE t ADD CONSTRAINT u UNIQUE (c)", RT_VERB_CREATE, RT_KIND_CONSTRAINT, "t",
          "u" },
        { "ALTER TABLE t DROP INDEX i", RT_VERB_DROP, RT_KIND_INDEX, "t", "i" },
        { "ALTER TABLE t DROP PRIMARY KEY", RT_VERB_DROP, RT_KIND_KEY, "t", NULL },
        { "ALTER VIEW v AS SELECT 2", RT_VERB_ALTER, RT_KIND_ATTRIBUTE, NULL, "v" },
        { "DROP VIEW IF EXISTS v", RT_VERB_DROP, RT_KIND_VIEW, NULL, "v" },
        { "CREATE VIEW v COMMENT 'x' AS SELECT a FROM t", RT_VERB_CREATE, RT_KIND_VIEW, NULL, "v" },
        { "CREATE TRIGGER g AFTER UPDATE ON t BEGIN DELETE FROM u; DELETE FROM w; END",
          RT_VERB_CREATE, RT_KIND_TRIGGER, "t", "g" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Parsed parsed;
        parsed_init(&parsed, cases[i].sql);
        const RtOp *op = read_ops(&parsed, 1);
        g_assert_cmpint(op->verb, ==, cases[i].verb);
        g_assert_cmpint(op->kind, ==, cases[i].kind);
        g_assert_cmpstr(op->owner ? op->owner->text : NULL, ==, cases[i].owner);
        g_assert_cmpstr(op->name ? op->name->text : NULL, ==, cases[i].name);
        g_assert_cmpuint(op->span.start, ==, 0);
        g_assert_cmpuint(op->span.end, ==, strlen(cases[i].sql));
        parsed_clear(&parsed);
    }
}

static void
test_groups(void)
{
    Parsed parsed;
    parsed_init(&parsed, "ALTER TABLE t SET ('a' = '1', 'b' = '2');"
                         "ALTER TABLE t ADD COLUMN c INT UNIQUE");
    const RtOp *ops = read_ops(&parsed, 4);
    g_assert_cmpstr(ops[0].property, ==, "a");
    g_assert_cmpstr(ops[1].value_after->text, ==, "2");
    g_assert_cmpuint(ops[0].group, ==, ops[1].group);
    g_assert_cmpuint(ops[2].group, ==, ops[3].group);
    g_assert_cmpuint(ops[0].group, !=, ops[2].group);
    g_assert_true(ops[3].after->flags & RT_OBJECT_INLINE);
    parsed_clear(&parsed);
}

static void
test_others(void)
{
    Parsed parsed;
    parsed_init(&parsed, "insert into t values (1); SET a = 1; GRANT ALL;");
    const RtOp *ops = read_ops(&parsed, 3);
    g_assert_cmpuint(ops[0].flags, ==, RT_OP_DATA);
    g_assert_cmpuint(ops[1].flags, ==, RT_OP_SESSION);
    g_assert_cmpint(ops[2].verb, ==, RT_VERB_OPAQUE);
    g_assert_cmpuint(ops[2].flags, ==, 0);
    parsed_clear(&parsed);
}

static void
test_hints(void)
{
    Parsed parsed;
    parsed_init(&parsed, "-- retort: dialect toy\n"
                         "-- retort: renamed from s.old\n"
                         "CREATE TABLE t (\n"
                         "  -- retort: renamed from `x y`\n"
                         "  a INT, -- retort: references u(id)\n"
                         "  b INT -- retort: references u(id)\n"
                         ");\n"
                         "-- retort: renamed from w\n"
                         "CREATE VIEW v AS SELECT 1");
    const RtOp *ops = read_ops(&parsed, 2);
    g_assert_cmpstr(ops[0].after->renamed_from->schema, ==, "s");
    g_assert_cmpstr(ops[0].after->children[0]->renamed_from->text, ==, "x y");
    g_assert_null(ops[0].after->children[1]->renamed_from);
    g_assert_cmpstr(ops[1].after->renamed_from->text, ==, "w");
    parsed_clear(&parsed);
}

/* A caret below the line, both four columns in. */
static void
test_errors(void)
{
    static const struct {
        const char *sql, *described;
    } cases[] = {
        { "CREATE TABLE t (a INT,\n  b INT FOO 3);",
          "t.sql:2:9: expected a clause of the column, \",\" or \")\", found \"FOO\"\n"
          "      b INT FOO 3);\n"
          "            ^^^" },
        { "CREATE TABLE t (a INT, a INT)", "t.sql:1:24: column a is there twice\n"
                                           "    CREATE TABLE t (a INT, a INT)\n"
                                           "                           ^" },
        { "CREATE TABLE t (a INT) SHINY 1",
          "t.sql:1:24: expected a clause of the table or the end of the statement, found "
          "\"SHINY\"\n"
          "    CREATE TABLE t (a INT) SHINY 1\n"
          "                           ^^^^^" },
        { "ALTER TABLE t FROB", "t.sql:1:15: expected a change that ALTER can make, found "
                                "\"FROB\"\n"
                                "    ALTER TABLE t FROB\n"
                                "                  ^^^^" },
        { "CREATE TABLE t (a INT, PRIMARY KEY a)", "t.sql:1:36: expected \"(\", found \"a\"\n"
                                                   "    CREATE TABLE t (a INT, PRIMARY KEY a)\n"
                                                   "                                       ^" },
        { "DROP TABLE t u", "t.sql:1:14: expected the end of the statement, found \"u\"\n"
                            "    DROP TABLE t u\n"
                            "                 ^" },
        { "CREATE TRIGGER g AFTER INSERT ON t BEGIN DROP;",
          "t.sql:1:36: this BEGIN has no END\n"
          "    CREATE TRIGGER g AFTER INSERT ON t BEGIN DROP;\n"
          "                                       ^^^^^" },
        { "CREATE VIEW v", "t.sql:1:14: expected AS, found the end\n"
                           "    CREATE VIEW v\n"
                           "                 ^" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Parsed parsed;
        bool done;
        g_autoptr(GError) error = NULL;
        parsed_init(&parsed, cases[i].sql);
        g_assert_false(rt_parser_next(&parsed.parser, &done, &error));
        g_autofree char *described = rt_error_describe(error);
        g_assert_cmpstr(described, ==, cases[i].described);
        parsed_clear(&parsed);
    }
}

/* After an error reading goes on behind the broken statement, wherever in it the error was. */
static void
test_recovery(void)
{
    Parsed parsed;
    unsigned n_errors = 0;
    parsed_init(&parsed, "CREATE TABLE t (a INT,,); DROP TABLE x;\n"
                         "CREATE TRIGGER g ON BEGIN DELETE FROM u; END; DROP TABLE y;\n"
                         "ALTER TABLE; DROP TABLE z");
    for (bool done = false; !done;) {
        g_autoptr(GError) error = NULL;
        n_errors += !rt_parser_next(&parsed.parser, &done, &error);
    }
    g_assert_cmpuint(n_errors, ==, 3);
    g_assert_cmpuint(parsed.ops->len, ==, 3);
    for (unsigned i = 0; i < 3; i++)
        g_assert_cmpint(g_array_index(parsed.ops, RtOp, i).verb, ==, RT_VERB_DROP);
    parsed_clear(&parsed);
}

/* What a server prints and no row knows is kept and flagged. */
static void
test_unknown(void)
{
    Parsed parsed;
    parsed_init(&parsed, "CREATE TABLE t (a INT SPARSE (1, 2) x, b INT) SHINY = 'very'");
    parsed.parser.from_server = true;
    const RtObject *table = read_ops(&parsed, 1)->after;
    g_assert_cmpstr(table->unknown, ==, "SHINY = 'very'");
    g_assert_cmpstr(table->children[0]->unknown, ==, "SPARSE (1, 2) x");
    g_assert_true(table->children[0]->flags & RT_OBJECT_NOT_UNDERSTOOD);
    g_assert_false(table->children[1]->flags & RT_OBJECT_NOT_UNDERSTOOD);
    parsed_clear(&parsed);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dialect/parse/create-table", test_create_table);
    g_test_add_func("/dialect/parse/alter", test_alter);
    g_test_add_func("/dialect/parse/groups", test_groups);
    g_test_add_func("/dialect/parse/others", test_others);
    g_test_add_func("/dialect/parse/hints", test_hints);
    g_test_add_func("/dialect/parse/errors", test_errors);
    g_test_add_func("/dialect/parse/recovery", test_recovery);
    g_test_add_func("/dialect/parse/unknown", test_unknown);
    return g_test_run();
}
