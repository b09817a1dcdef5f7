/* Scripts: headers, halves, hashes, errors with their places, and the round trip of printing. */
#include "revision/script.h"

#include "../sql/test-lexicon.h"

static const char header_text[] = "-- revision: abc123\n-- down_revision: a1, b2\n"
                                  "-- branch_labels: main\n-- depends_on:\n-- replaces:\n"
                                  "-- message: add age: first\n-- created: 2026-11-21 09:30:00\n\n";

typedef struct Script {
    RtArena *arena;
    RtText *text;
    RtScriptHeader header;
    RtHalf half;
    GError *error;
} Script;

static bool
parse_script(Script *script, const char *body, RtDirection direction)
{
    *script = (Script){ .arena = rt_arena_new() };
    const char *data = rt_arena_printf(script->arena, "%s%s", header_text, body);
    script->text = rt_text_new(script->arena, "x.sql", data, strlen(data));
    return rt_script_parse_header(script->arena, script->text, &script->header, &script->error) &&
           rt_script_parse_half(script->arena, &test_lexicon, script->text, &script->header,
                                direction, &script->half, &script->error);
}

static void
clear_script(Script *script)
{
    g_clear_error(&script->error);
    rt_arena_free(script->arena);
}

static void
test_header(void)
{
    Script script;
    g_assert_true(parse_script(&script, "-- retort: upgrade\n", RT_UP));
    g_assert_no_error(script.error);
    g_assert_cmpstr(script.header.revision, ==, "abc123");
    g_assert_cmpstr(script.header.down_revision[0], ==, "a1");
    g_assert_cmpstr(script.header.down_revision[1], ==, "b2");
    g_assert_null(script.header.down_revision[2]);
    g_assert_cmpstr(script.header.branch_labels[0], ==, "main");
    g_assert_null(script.header.depends_on[0]);
    g_assert_cmpstr(script.header.message, ==, "add age: first");
    g_assert_cmpstr(script.header.created, ==, "2026-11-21 09:30:00");
    g_assert_cmpuint(script.header.end, ==, strlen(header_text) - 1);
    clear_script(&script);
}

static void
test_header_errors(void)
{
    static const struct {
        const char *data, *message;
        unsigned line, column;
    } cases[] = {
        { "", "no line '-- revision: ID' at the start of the script", 1, 1 },
        { "\n\nSELECT 1;", "no line '-- revision: ID' at the start of the script", 1, 1 },
        { "-- revision: a\n-- down_revison: b\n",
          "unknown key 'down_revison' in the header, did you mean 'down_revision'?", 2, 4 },
        { "-- revision: a b\n", "'a b' is no single identifier", 1, 14 },
        { "-- revision:\n", "'revision' is empty", 1, 13 },
        { "-- revision: a\n-- revision: b\n", "'revision' stands twice in the header", 2, 4 },
        { "-- revision: a\n-- down_revision: b,,c\n", "the list has an empty element", 2, 19 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        g_autoptr(GError) error = NULL;
        RtText *text = rt_text_new(arena, "x.sql", cases[i].data, strlen(cases[i].data));
        RtScriptHeader header;
        g_assert_false(rt_script_parse_header(arena, text, &header, &error));
        g_assert_cmpstr(error->message, ==, cases[i].message);
        g_assert_cmpuint(rt_error_place(error)->line, ==, cases[i].line);
        g_assert_cmpuint(rt_error_place(error)->column, ==, cases[i].column);
    }
}

static void
test_header_characters(void)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    g_autoptr(GError) error = NULL;
    RtText *text = rt_text_new(arena, "x.sql", "-- revision: a@b\n", 17);
    RtScriptHeader header;
    g_assert_false(rt_script_parse_header(arena, text, &header, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_ILLEGAL_CHARACTER));
    g_assert_cmpuint(rt_error_place(error)->column, ==, 14);
}

static void
test_steps(void)
{
    Script script;
    g_assert_true(parse_script(&script,
                               "-- retort: upgrade\n"
                               "-- about t\n"
                               "CREATE TABLE t (a INT); -- tail\n"
                               "-- retort: allow data-loss it is a copy\n"
                               "-- retort: idempotent\n"
                               "-- retort: batch 100\n"
                               "-- retort: no-wait\n"
                               "DELETE FROM t WHERE a = ';';\n"
                               "-- retort: assert SELECT count(*) = 0 FROM t\n"
                               "-- retort: run ./tool --x\n"
                               "SELECT 1\n"
                               "-- retort: downgrade\n"
                               "DROP TABLE t;\n",
                               RT_UP) == false);
    g_assert_cmpstr(script.error->message, ==,
                    "a directive cannot stand inside a statement, the one before it is not ended");
    clear_script(&script);
    g_assert_true(parse_script(&script,
                               "-- retort: upgrade\n"
                               "-- about t\n"
                               "CREATE TABLE t (a INT); -- tail\n"
                               "-- retort: allow data-loss it is a copy\n"
                               "-- retort: idempotent\n"
                               "-- retort: batch 100\n"
                               "-- retort: no-wait\n"
                               "DELETE FROM t WHERE a = ';';\n"
                               "-- retort: assert SELECT count(*) = 0 FROM t\n"
                               "-- retort: run ./tool --x\n"
                               "-- retort: downgrade\n"
                               "DROP TABLE t;\n",
                               RT_UP));
    g_assert_cmpuint(script.half.n_steps, ==, 4);
    const RtScriptStep *steps = script.half.steps;
    g_assert_cmpstr(steps[0].sql, ==, "CREATE TABLE t (a INT)");
    g_assert_cmpuint(steps[0].comment.end - steps[0].comment.start, ==, strlen("-- about t"));
    g_assert_false(steps[0].idempotent);
    g_assert_cmpstr(steps[1].sql, ==, "DELETE FROM t WHERE a = ';'");
    g_assert_cmpstr(steps[1].allow[0], ==, "data-loss");
    g_assert_null(steps[1].allow[1]);
    g_assert_true(steps[1].idempotent && steps[1].no_wait);
    g_assert_cmpuint(steps[1].batch, ==, 100);
    g_assert_cmpint(steps[2].kind, ==, RT_SCRIPT_ASSERT);
    g_assert_cmpstr(steps[2].sql, ==, "SELECT count(*) = 0 FROM t");
    g_assert_false(steps[2].idempotent);
    g_assert_cmpint(steps[3].kind, ==, RT_SCRIPT_RUN);
    g_assert_cmpstr(steps[3].sql, ==, "./tool --x");
    clear_script(&script);
}

static void
test_blocks(void)
{
    Script script;
    g_assert_true(parse_script(&script,
                               "-- retort: downgrade\n"
                               "-- retort: no-transaction\n"
                               "-- retort: if not exists column \"my t\".a\n"
                               "-- retort: if exists table t\n"
                               "SELECT 1;\n"
                               "-- retort: end\n"
                               "-- retort: rebuild \"my t\"\n"
                               "SELECT 2; SELECT 3;\n"
                               "-- retort: end\n"
                               "-- retort: end\n"
                               "-- retort: irreversible no way\n",
                               RT_DOWN));
    const RtHalf *half = &script.half;
    g_assert_true(half->is_written && half->no_transaction);
    g_assert_cmpuint(half->n_steps, ==, 6);
    g_assert_cmpint(half->steps[0].kind, ==, RT_SCRIPT_IF);
    g_assert_true(half->steps[0].if_not);
    g_assert_cmpstr(half->steps[0].if_kind, ==, "column");
    g_assert_cmpstr(half->steps[0].if_name, ==, "my t.a");
    g_assert_cmpint(half->steps[1].condition, ==, 0);
    g_assert_cmpint(half->steps[2].condition, ==, 1);
    g_assert_cmpint(half->steps[3].condition, ==, 0);
    g_assert_cmpint(half->steps[2].rebuild, ==, -1);
    g_assert_cmpint(half->steps[4].rebuild, ==, 0);
    g_assert_cmpuint(half->n_rebuilds, ==, 1);
    g_assert_cmpstr(half->rebuilds[0].table, ==, "my t");
    g_assert_cmpuint(half->rebuilds[0].first, ==, 3);
    g_assert_cmpuint(half->rebuilds[0].n, ==, 2);
    g_assert_cmpint(half->steps[5].kind, ==, RT_SCRIPT_IRREVERSIBLE);
    g_assert_cmpint(half->steps[5].condition, ==, -1);
    clear_script(&script);
}

static void
test_missing_and_empty_halves(void)
{
    Script script;
    g_assert_true(parse_script(&script, "-- retort: upgrade\nSELECT 1;\n", RT_DOWN));
    g_assert_false(script.half.is_written);
    clear_script(&script);
    g_assert_true(parse_script(&script, "-- retort: upgrade\n-- retort: downgrade\n", RT_DOWN));
    g_assert_true(script.half.is_written);
    g_assert_cmpuint(script.half.n_steps, ==, 0);
    clear_script(&script);
}

static void
test_delimiter(void)
{
    Script script;
    g_assert_true(parse_script(&script,
                               "-- retort: upgrade\n-- retort: delimiter //\nSELECT 1; SELECT 2//\n"
                               "-- retort: delimiter ;\nSELECT 3;\n",
                               RT_UP));
    g_assert_cmpuint(script.half.n_steps, ==, 2);
    g_assert_cmpstr(script.half.steps[0].sql, ==, "SELECT 1; SELECT 2");
    g_assert_cmpstr(script.half.steps[1].sql, ==, "SELECT 3");
    clear_script(&script);
}

static void
test_half_errors(void)
{
    static const struct {
        const char *body, *message;
        unsigned line; /* in the body */
    } cases[] = {
        { "SELECT 1;", "a statement before the line '-- retort: upgrade'", 1 },
        { "-- retort: upgrade\n-- retort: end", "'end' without an 'if' or 'rebuild' before it", 2 },
        { "-- retort: upgrade\n-- retort: if exists table t\nSELECT 1;", "this 'if' has no 'end'",
          2 },
        { "-- retort: upgrade\n-- retort: rebuild t\n-- retort: downgrade",
          "this 'rebuild' has no 'end'", 2 },
        { "-- retort: upgrade\n-- retort: upgrade", "the script has a half 'upgrade' already", 2 },
        { "-- retort: upgrade\n-- retort: idempotent\n",
          "no statement follows to which this applies", 2 },
        { "-- retort: upgrade\nSELECT 1;\n-- retort: no-transaction",
          "'no-transaction' must be the first line of its half", 3 },
        { "-- retort: upgrade\n-- retort: batch 0\nSELECT 1;",
          "expected a number of rows from 1, found '0'", 2 },
        { "-- retort: upgrade\n-- retort: if exists thing t\n-- retort: end",
          "expected '[not] exists table|view|column|index NAME'", 2 },
        { "-- retort: upgrade\n-- retort: if exists column t\n-- retort: end",
          "a column is written TABLE.COLUMN", 2 },
        { "-- retort: upgrade\n-- retort: batch 5\n-- retort: run ./x",
          "this applies to statements, not to 'run'", 2 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Script script;
        g_assert_false(parse_script(&script, cases[i].body, RT_UP));
        g_assert_cmpstr(script.error->message, ==, cases[i].message);
        g_assert_cmpuint(rt_error_place(script.error)->line, ==, 8 + cases[i].line);
        g_assert_nonnull(rt_error_place(script.error)->excerpt);
        clear_script(&script);
    }
}

static void
test_hashes_see_tokens_only(void)
{
    static const char *const same[] = {
        "-- retort: upgrade\nSELECT 1, 2;\n-- retort: idempotent\nSELECT 3;",
        "-- retort: upgrade\n\n-- why\nSELECT  1,2;\n--  note\n-- retort:   idempotent\nSELECT\n3",
    };
    static const char *const other[] = {
        "-- retort: upgrade\nSELECT 1, 2;\nSELECT 3;",
        "-- retort: upgrade\nSELECT 1, 3;\n-- retort: idempotent\nSELECT 3;",
        "-- retort: upgrade\n-- retort: no-transaction\nSELECT 1, 2;\n-- retort: "
        "idempotent\nSELECT 3;",
        "-- retort: upgrade\n-- retort: rebuild t\nSELECT 1, 2;\n-- retort: end\n-- retort: "
        "idempotent\nSELECT 3;",
    };
    Script first, second;
    g_assert_true(parse_script(&first, same[0], RT_UP));
    g_assert_true(parse_script(&second, same[1], RT_UP));
    g_assert_cmpstr(first.half.hash, ==, second.half.hash);
    g_assert_cmpstr(first.half.steps[1].hash, ==, second.half.steps[1].hash);
    g_assert_cmpuint(strlen(first.half.hash), ==, 64);
    clear_script(&second);
    for (size_t i = 0; i < G_N_ELEMENTS(other); i++) {
        g_assert_true(parse_script(&second, other[i], RT_UP));
        g_assert_cmpstr(first.half.hash, !=, second.half.hash);
        clear_script(&second);
    }
    clear_script(&first);
}

static const char **
random_list(RtArena *arena, GRand *random)
{
    unsigned n = (unsigned) g_rand_int_range(random, 0, 4);
    const char **list = rt_arena_new_array(arena, const char *, n + 1);
    for (unsigned i = 0; i < n; i++)
        list[i] = rt_arena_printf(arena, "r%x", g_rand_int(random));
    return list;
}

static void
assert_equal_lists(const char *const *a, const char *const *b)
{
    g_assert_true(g_strv_equal(a, b));
}

static void
test_print_and_parse_are_inverse(void)
{
    static const char *const messages[] = { "", "add age", "é -- x: y", "a, b; 'c'", "retort: up" };
    static const char *const bodies[] = { "", "SELECT 1;", "SELECT 1;\n\n-- x\nSELECT ';';\n" };
    static const unsigned n_steps[] = { 0, 1, 2 };
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32) g_test_rand_int());
    for (int i = 0; i < 300; i++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        int up = g_rand_int_range(random, 0, 3), down = g_rand_int_range(random, 0, 3);
        RtScriptHeader header = {
            .revision = rt_arena_printf(arena, "r%x", g_rand_int(random)),
            .down_revision = random_list(arena, random),
            .branch_labels = random_list(arena, random),
            .depends_on = random_list(arena, random),
            .replaces = random_list(arena, random),
            .message = messages[g_rand_int_range(random, 0, G_N_ELEMENTS(messages))],
            .created = "2026-11-21 09:30:00 +00:00",
        };
        g_autofree char *data = rt_script_print(&header, bodies[up], bodies[down]);
        RtText *text = rt_text_new(arena, "x.sql", data, strlen(data));
        RtScriptHeader read;
        RtHalf half;
        g_assert_true(rt_script_parse_header(arena, text, &read, NULL));
        g_assert_cmpstr(read.revision, ==, header.revision);
        assert_equal_lists(read.down_revision, header.down_revision);
        assert_equal_lists(read.branch_labels, header.branch_labels);
        assert_equal_lists(read.depends_on, header.depends_on);
        assert_equal_lists(read.replaces, header.replaces);
        g_assert_cmpstr(read.message, ==, header.message);
        g_assert_cmpstr(read.created, ==, header.created);
        g_assert_true(rt_script_parse_half(arena, &test_lexicon, text, &read, RT_UP, &half, NULL));
        g_assert_cmpuint(half.n_steps, ==, n_steps[up]);
        g_assert_true(
            rt_script_parse_half(arena, &test_lexicon, text, &read, RT_DOWN, &half, NULL));
        g_assert_cmpuint(half.n_steps, ==, n_steps[down]);
        g_autofree char *again = rt_script_print(&read, bodies[up], bodies[down]);
        g_assert_cmpstr(again, ==, data);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/script/header", test_header);
    g_test_add_func("/script/header_errors", test_header_errors);
    g_test_add_func("/script/header_characters", test_header_characters);
    g_test_add_func("/script/steps", test_steps);
    g_test_add_func("/script/blocks", test_blocks);
    g_test_add_func("/script/missing_and_empty_halves", test_missing_and_empty_halves);
    g_test_add_func("/script/delimiter", test_delimiter);
    g_test_add_func("/script/half_errors", test_half_errors);
    g_test_add_func("/script/hashes_see_tokens_only", test_hashes_see_tokens_only);
    g_test_add_func("/script/print_and_parse_are_inverse", test_print_and_parse_are_inverse);
    return g_test_run();
}
