/* Where statements end, and the laws: nothing is lost, and joined statements split alike. */
#include "sql/split.h"

#include "test-lexicon.h"

/* Each statement followed by "|"; hints before it in "<>". */
static char *
describe_statements(const RtLexicon *lexicon, const char *sql)
{
    const RtText text = { "t.sql", sql, (uint32_t) strlen(sql), 1 };
    RtSplitter splitter;
    rt_splitter_init(&splitter, lexicon, &text);
    GString *out = g_string_new(NULL);
    RtStatement statement;
    g_autoptr(GError) error = NULL;
    while (rt_splitter_next(&splitter, &statement, &error)) {
        RtSpan span = statement.span, hints = statement.hints;
        if (hints.start != hints.end)
            g_string_append_printf(out, "<%.*s>", (int) (hints.end - hints.start),
                                   sql + hints.start);
        g_string_append_printf(out, "%.*s|", (int) (span.end - span.start), sql + span.start);
    }
    if (error)
        g_string_append_printf(out, "error %u: %s", rt_error_place(error)->column, error->message);
    else if (statement.hints.start != statement.hints.end)
        g_string_append_printf(out, "<%.*s>", (int) (statement.hints.end - statement.hints.start),
                               sql + statement.hints.start);
    return g_string_free(out, FALSE);
}

#define TRIGGER                                                                                    \
    "CREATE TEMP TRIGGER x AFTER UPDATE OF end ON t WHEN CASE a WHEN 1 THEN 2 END BEGIN "

static void
test_statements(void)
{
    static const struct {
        bool backslash;
        const char *sql, *statements;
    } cases[] = {
        { 0, "", "" },
        { 0, " ;; ; ", "" },
        { 0, "a b ; c", "a b|c|" },
        { 0, "/* 1 */ a /* 2 */; -- 3\nb -- 4", "a|b|" },
        { 0, "a ';' \";\" [;] `;` /* ; */ -- ;\n b;", "a ';' \";\" [;] `;` /* ; */ -- ;\n b|" },
        { 0, "-- retort: idempotent\na; -- retort: end\n",
          "<-- retort: idempotent>a|<-- retort: end>" },
        { 0, "a; 'b", "a|error 4: this quote is never closed" },
        { 0, "a; b /* c", "a|error 6: this comment is never closed" },
        { 0, "a; /* c", "a|error 4: this comment is never closed" },
        /* compound statements */
        { 0, "CREATE TRIGGER x BEGIN a; b; END; c", "CREATE TRIGGER x BEGIN a; b; END|c|" },
        { 0, TRIGGER "a; SELECT CASE WHEN 1 THEN 2 END; end ; c",
          TRIGGER "a; SELECT CASE WHEN 1 THEN 2 END; end|c|" },
        { 0, TRIGGER "UPDATE t SET end = new.begin, b = t.end; SELECT CASE x.case END; END;c",
          TRIGGER "UPDATE t SET end = new.begin, b = t.end; SELECT CASE x.case END; END|c|" },
        { 0, "CREATE TRIGGER begin AFTER INSERT ON t BEGIN a; END; c",
          "CREATE TRIGGER begin AFTER INSERT ON t BEGIN a; END|c|" },
        { 0, "CREATE TRIGGER x BEGIN BEGIN a; END; b; END; c",
          "CREATE TRIGGER x BEGIN BEGIN a; END; b; END|c|" },
        { 0, "CREATE TRIGGER x BEGIN END; c", "CREATE TRIGGER x BEGIN END|c|" },
        { 0, "CREATE TRIGGER x BEGIN a; b;", "CREATE TRIGGER x BEGIN a; b;|" },
        { 0, "CREATE TABLE trigger(a); BEGIN; a; END; b",
          "CREATE TABLE trigger(a)|BEGIN|a|END|b|" },
        { 0, "CREATE \"TEMP\" TRIGGER x BEGIN a; END", "CREATE \"TEMP\" TRIGGER x BEGIN a|END|" },
        { 0, "CREATE A B TRIGGER x BEGIN a; END", "CREATE A B TRIGGER x BEGIN a|END|" },
        /* delimiters */
        { 0, "a;\n-- retort: delimiter //\nb; c // d;//\n-- retort: delimiter ;\ne; f",
          "a|<-- retort: delimiter //>b; c|d;|<-- retort: delimiter ;>e|f|" },
        { 0, "-- retort: delimiter $$\nBEGIN a; END$$ '$$' \"$$\" $$ c$$d",
          "<-- retort: delimiter $$>BEGIN a; END|'$$' \"$$\"|c|d|" },
        { 0, "-- retort: delimiter GO\na GOA xGO GO b", "<-- retort: delimiter GO>a GOA xGO|b|" },
        { 0, "-- retort: delimiter ;;\na; b;; c", "<-- retort: delimiter ;;>a; b|c|" },
        { 0, "-- retort: delimiter //\na; b\n-- retort: delimiter ;\nc; d",
          "<-- retort: delimiter //>a; b|<-- retort: delimiter ;>c|d|" },
        { 0, "-- retort: delimiter\na; b", "<-- retort: delimiter>a|b|" },
        { 0, "-- retort: delimiter //\nCREATE TRIGGER x BEGIN a; END //b",
          "<-- retort: delimiter //>CREATE TRIGGER x BEGIN a; END|b|" },
        { 1, "a '\\';'; b # ;\n; c", "a '\\';'|b|c|" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *statements =
            describe_statements(test_lexicons[cases[i].backslash], cases[i].sql);
        g_assert_cmpstr(statements, ==, cases[i].statements);
    }
}

static GString *
random_sql(void)
{
    static const char *const pieces[] = {
        "a",
        " ",
        "\n",
        ";",
        ";",
        "'x;'",
        "\";\"",
        "(",
        ")",
        "CASE ",
        " END ",
        "//",
        "BEGIN ",
        "CREATE TRIGGER x ",
        "-- ;\n",
        "/*;*/",
        "$$",
        "END$$",
        ".",
        "-- retort: end\n",
        "\n-- retort: delimiter $$\n",
        "\n-- retort: delimiter ;\n",
    };
    GString *sql = g_string_new(NULL);
    for (int n = g_test_rand_int_range(0, 30); n > 0; n--)
        g_string_append(sql, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
    return sql;
}

/* `whole` spans follow each other without a gap, and hold hints before the statement. */
static void
test_whole_text_is_covered(void)
{
    for (int round = 0; round < 20000; round++) {
        g_autoptr(GString) sql = random_sql();
        const RtText text = { "t.sql", sql->str, (uint32_t) sql->len, 1 };
        RtSplitter splitter;
        rt_splitter_init(&splitter, &test_lexicon, &text);
        RtStatement statement;
        GError *error = NULL;
        uint32_t end = 0;
        while (rt_splitter_next(&splitter, &statement, &error)) {
            g_assert_cmpuint(statement.whole.start, ==, end);
            g_assert_cmpuint(statement.hints.start, >=, end);
            g_assert_cmpuint(statement.span.start, >=, statement.hints.end);
            g_assert_cmpuint(statement.span.end, >, statement.span.start);
            g_assert_cmpuint(statement.whole.end, >=, statement.span.end);
            end = statement.whole.end;
        }
        g_assert_no_error(error);
        g_assert_cmpuint(statement.whole.start, ==, end);
        g_assert_cmpuint(statement.whole.end, ==, text.length);
        g_assert_false(rt_splitter_next(&splitter, &statement, &error));
    }
}

/* The statements joined by semicolons split into the same statements. */
static void
test_split_and_join(void)
{
    static const char *const statements[] = {
        "a",
        "a 'b;c' \"d\"",
        "a -- b;\n c",
        "CREATE TRIGGER x BEGIN a; CASE b END; END",
        "CREATE TEMP TRIGGER y AFTER INSERT ON t BEGIN a; b; END",
        "BEGIN",
        "END",
        "(a, b) [;]",
    };
    for (int round = 0; round < 2000; round++) {
        g_autoptr(GString) sql = g_string_new(NULL);
        g_autoptr(GString) expected = g_string_new(NULL);
        for (int n = g_test_rand_int_range(0, 8); n > 0; n--) {
            const char *statement = statements[g_test_rand_int_range(0, G_N_ELEMENTS(statements))];
            g_string_append_printf(sql, "%s;%s", statement, g_test_rand_bit() ? "\n" : "");
            g_string_append_printf(expected, "%s|", statement);
        }
        g_autofree char *got = describe_statements(&test_lexicon, sql->str);
        g_assert_cmpstr(got, ==, expected->str);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/split/statements", test_statements);
    g_test_add_func("/split/whole_text_is_covered", test_whole_text_is_covered);
    g_test_add_func("/split/split_and_join", test_split_and_join);
    return g_test_run();
}
