/* Names found and rewritten in expressions, queries and triggers. */
#include "catalog/mention.h"

#include "test-rules.h"

typedef struct Case {
    bool is_own;
    const char *column;         /* of table t; NULL: the table */
    const char *text, *renamed; /* renamed NULL: nothing is mentioned */
} Case;

/* The new name is "new one", which needs quotes. */
static const Case cases[] = {
    { true, "a", "A > 0 AND t.a < b.a", "\"new one\" > 0 AND t.\"new one\" < b.a" },
    { true, "a", "a(1) + 'a' + aa", NULL },
    { true, "a", "lower(a) || [a]", "lower(\"new one\") || \"new one\"" },
    { true, "a", "b IN (SELECT a FROM u)", NULL },
    { true, "a", "b IN (SELECT x FROM u WHERE (a = 1))", NULL },
    { true, "a", "CAST(b AS a)", NULL },
    { true, NULL, "t.a > 0", "\"new one\".a > 0" },
    { false, "a", "SELECT a FROM t", "SELECT \"new one\" FROM t" },
    { false, "a", "SELECT a FROM u", NULL },
    { false, "a", "SELECT x.a, y.a FROM t AS x JOIN u y ON x.id = y.id",
      "SELECT x.\"new one\", y.a FROM t AS x JOIN u y ON x.id = y.id" },
    { false, "a", "SELECT a FROM u UNION SELECT a -- keep\n FROM t",
      "SELECT a FROM u UNION SELECT \"new one\" -- keep\n FROM t" },
    { false, "a", "SELECT b AS a FROM t", NULL },
    { false, "a", "SELECT (SELECT a FROM u), (SELECT max(a) FROM main.t)",
      "SELECT (SELECT a FROM u), (SELECT max(\"new one\") FROM main.t)" },
    { false, "a",
      "AFTER UPDATE OF a ON t WHEN new.a > old.a BEGIN INSERT INTO log(a) VALUES (new.a); "
      "UPDATE t SET a = 1; END",
      "AFTER UPDATE OF \"new one\" ON t WHEN new.\"new one\" > old.\"new one\" BEGIN INSERT INTO "
      "log(a) VALUES (new.\"new one\"); UPDATE t SET \"new one\" = 1; END" },
    { false, "a", "AFTER INSERT ON u BEGIN INSERT INTO t(a) VALUES (new.a); END",
      "AFTER INSERT ON u BEGIN INSERT INTO t(\"new one\") VALUES (new.a); END" },
    { false, NULL, "SELECT t.a, u.t FROM u, T WHERE t > 1",
      "SELECT \"new one\".a, u.t FROM u, \"new one\" WHERE t > 1" },
    { false, NULL, "SELECT * FROM x.t", NULL },
    { false, NULL, "SELECT t FROM u", NULL },
    { false, NULL, "SELECT 't' FROM u -- t", NULL },
    { false, NULL, "INSERT OR IGNORE INTO t SELECT * FROM \"t\"",
      "INSERT OR IGNORE INTO \"new one\" SELECT * FROM \"new one\"" },
    { false, NULL, "AFTER INSERT ON t BEGIN UPDATE OR FAIL t SET a = 1; DELETE FROM t; END",
      "AFTER INSERT ON \"new one\" BEGIN UPDATE OR FAIL \"new one\" SET a = 1; DELETE FROM "
      "\"new one\"; END" },
    { false, NULL, ")(( FROM t", ")(( FROM \"new one\"" },
};

static void
test_rename(void)
{
    g_autoptr(RtModel) model = rt_model_new("main");
    RtValueContext context = { model, &test_rules, &test_lexicon };
    const RtName *new_name = rt_model_name(model, RT_FOLD_ASCII, NULL, "new one");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *at = &cases[i];
        RtMention mention = {
            .table = rt_model_name(model, RT_FOLD_ASCII, NULL, "t"),
            .column = at->column ? rt_model_name(model, RT_FOLD_ASCII, NULL, at->column) : NULL,
            .is_own = at->is_own,
        };
        uint32_t length = (uint32_t) strlen(at->text), renamed_length = 0;
        const char *renamed =
            rt_mention_rename(&context, &mention, new_name, at->text, length, &renamed_length);
        g_assert_cmpstr(renamed, ==, at->renamed);
        g_assert_cmpuint(renamed_length, ==, renamed ? strlen(renamed) : 0);
        g_assert_true(rt_mention_found(&context, &mention, at->text, length) == (renamed != NULL));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mention/rename", test_rename);
    return g_test_run();
}
