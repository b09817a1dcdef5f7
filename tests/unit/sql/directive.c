/* Every directive with what may follow it, the places, and the errors. */
#include "sql/directive.h"

static char *
span_text(const RtText *text, RtSpan span)
{
    return g_strndup(text->data + span.start, span.end - span.start);
}

static void
test_table(void)
{
    enum { S = 1 << RT_PLACE_SCRIPT, H = 1 << RT_PLACE_HALF, F = 1 << RT_PLACE_SCHEMA };
    static const struct {
        const char *line;
        RtDirectiveKind kind;
        unsigned places;
        const char *argument;
    } cases[] = {
        { "upgrade", RT_DIRECTIVE_UPGRADE, S | H, "" },
        { "downgrade", RT_DIRECTIVE_DOWNGRADE, S | H, "" },
        { "if not exists table t", RT_DIRECTIVE_IF, H, "not exists table t" },
        { "end", RT_DIRECTIVE_END, H, "" },
        { "assert SELECT 1", RT_DIRECTIVE_ASSERT, H, "SELECT 1" },
        { "irreversible it is gone", RT_DIRECTIVE_IRREVERSIBLE, H, "it is gone" },
        { "allow data-loss not used", RT_DIRECTIVE_ALLOW, H, "data-loss not used" },
        { "idempotent", RT_DIRECTIVE_IDEMPOTENT, H, "" },
        { "batch 1000", RT_DIRECTIVE_BATCH, H, "1000" },
        { "rebuild \"my table\"", RT_DIRECTIVE_REBUILD, H, "\"my table\"" },
        { "run ./tool --x", RT_DIRECTIVE_RUN, H, "./tool --x" },
        { "no-transaction", RT_DIRECTIVE_NO_TRANSACTION, H, "" },
        { "no-wait", RT_DIRECTIVE_NO_WAIT, H, "" },
        { "delimiter //", RT_DIRECTIVE_DELIMITER, H | F, "//" },
        { "dialect sqlite", RT_DIRECTIVE_DIALECT, F, "sqlite" },
        { "renamed  from  old", RT_DIRECTIVE_RENAMED_FROM, F, "old" },
        { "references t(c)", RT_DIRECTIVE_REFERENCES, H | F, "t(c)" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        const char *data = rt_arena_printf(arena, "-- retort:  %s \t\r\n", cases[i].line);
        RtText *text = rt_text_new(arena, "t.sql", data, strlen(data));
        for (unsigned place = RT_PLACE_SCRIPT; place <= RT_PLACE_SCHEMA; place++) {
            g_autoptr(GError) error = NULL;
            RtDirective directive = { 0 };
            uint32_t from = 0;
            bool found = rt_directive_next(text, (RtSpan){ 0, text->length },
                                           (RtDirectivePlace) place, &from, &directive, &error);
            g_assert_cmpint(found, ==, (cases[i].places >> place) & 1);
            g_assert_cmpint(found, ==, error == NULL);
            if (!found) {
                g_assert_nonnull(strstr(error->message, "\" cannot stand "));
                continue;
            }
            g_assert_cmpint(directive.kind, ==, cases[i].kind);
            g_assert_cmpstr(rt_directive_argument(arena, text, &directive), ==, cases[i].argument);
            g_assert_cmpint(data[directive.line.end - 1], >, ' ');
            g_assert_true(g_str_has_prefix(cases[i].line, rt_directive_word(directive.kind)) ||
                          directive.kind == RT_DIRECTIVE_RENAMED_FROM);
        }
    }
}

static void
test_errors(void)
{
    static const struct {
        const char *line, *error;
    } cases[] = {
        { "-- retort: upgrad", "t.sql:1:12: unknown directive \"upgrad\", did you mean "
                               "\"upgrade\"\n    -- retort: upgrad\n               ^^^^^^" },
        { "-- retort: Upgrade", "t.sql:1:12: unknown directive \"Upgrade\", did you mean "
                                "\"upgrade\"\n    -- retort: Upgrade\n               ^^^^^^^" },
        { "-- retort: xyz", "t.sql:1:12: unknown directive \"xyz\"\n"
                            "    -- retort: xyz\n               ^^^" },
        { "-- retort:", "t.sql:1:1: a directive is missing after \"retort:\"\n"
                        "    -- retort:\n    ^^^^^^^^^^" },
        { "-- retort: end now", "t.sql:1:1: \"end\" is followed by too much, write "
                                "\"-- retort: end\"\n"
                                "    -- retort: end now\n    ^^^^^^^^^^^^^^^^^^" },
        { "-- retort: allow lock", "t.sql:1:1: \"allow\" is not complete, write "
                                   "\"-- retort: allow RISK REASON\"\n"
                                   "    -- retort: allow lock\n    ^^^^^^^^^^^^^^^^^^^^^" },
        { "-- retort: delimiter a b", "t.sql:1:1: \"delimiter\" is followed by too much, write "
                                      "\"-- retort: delimiter X\"\n    -- retort: delimiter a b\n"
                                      "    ^^^^^^^^^^^^^^^^^^^^^^^^" },
        { "-- retort: dialect x", "t.sql:1:12: \"dialect\" cannot stand in a half of a script\n"
                                  "    -- retort: dialect x\n               ^^^^^^^" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        RtText *text = rt_text_new(arena, "t.sql", cases[i].line, strlen(cases[i].line));
        g_autoptr(GError) error = NULL;
        RtDirective directive = { .kind = RT_DIRECTIVE_RUN };
        uint32_t from = 0;
        g_assert_false(rt_directive_next(text, (RtSpan){ 0, text->length }, RT_PLACE_HALF, &from,
                                         &directive, &error));
        g_autofree char *described = rt_error_describe(error);
        g_assert_cmpstr(described, ==, cases[i].error);
        g_assert_cmpint(directive.kind, ==, RT_DIRECTIVE_RUN);
        g_assert_cmpuint(from, ==, text->length);
    }
}

/* "renamed from" is two words: the first alone, or with another, is not complete. */
static void
test_two_words(void)
{
    static const char *const lines[] = { "-- retort: renamed", "-- retort: renamed to x",
                                         "-- retort: renamed fromx y", "-- retort: renamed from" };
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        RtText *text = rt_text_new(arena, "t.sql", lines[i], strlen(lines[i]));
        g_autoptr(GError) error = NULL;
        RtDirective directive;
        uint32_t from = 0;
        g_assert_false(rt_directive_next(text, (RtSpan){ 0, text->length }, RT_PLACE_SCHEMA, &from,
                                         &directive, &error));
        g_assert_cmpstr(error->message, ==,
                        "\"renamed from\" is not complete, write "
                        "\"-- retort: renamed from NAME\"");
    }
}

static void
test_walk(void)
{
    static const char data[] = "-- retort: idempotent\n"
                               "-- no directive\n"
                               "/* x\n-- retort: end\n*/ -- retort: no-wait\r\n"
                               "# -- retort: end\n"
                               "-- retort: wrong\n"
                               "-- retort: batch 5";
    g_autoptr(RtArena) arena = rt_arena_new();
    RtText *text = rt_text_new(arena, "t.sql", data, strlen(data));
    RtSpan hints = { 0, text->length };
    g_autoptr(GString) seen = g_string_new(NULL);
    for (uint32_t from = 0;;) {
        g_autoptr(GError) error = NULL;
        RtDirective directive;
        if (rt_directive_next(text, hints, RT_PLACE_HALF, &from, &directive, &error)) {
            g_autofree char *line = span_text(text, directive.line);
            g_string_append_printf(seen, "%s|", line);
        } else if (error) {
            g_string_append(seen, "error|");
        } else {
            break;
        }
    }
    g_assert_cmpstr(seen->str, ==,
                    "-- retort: idempotent|-- retort: no-wait|error|-- retort: batch 5|");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/directive/table", test_table);
    g_test_add_func("/directive/errors", test_errors);
    g_test_add_func("/directive/two_words", test_two_words);
    g_test_add_func("/directive/walk", test_walk);
    return g_test_run();
}
