/* Tokens of both lexicons, and the law that spans cover the text in order. */
#include "sql/lexer.h"

#include "test-lexicon.h"

static RtText
text_of(const char *data)
{
    return (RtText){ "<test>", data, (uint32_t) strlen(data), 1 };
}

/* "W:select N:"a" ;:; " and so on: the kind's letter and what it spans, joined by blanks. */
static char *
describe_tokens(const RtLexicon *lexicon, const char *data)
{
    static const char letters[] = "EWNSDP;O";
    const RtText text = text_of(data);
    GString *out = g_string_new(NULL);
    uint32_t from = 0;
    for (RtToken token; (token = rt_lexer_next(lexicon, &text, from, NULL)).kind;) {
        g_string_append_printf(out, "%s%c:%.*s", out->len ? " " : "", letters[token.kind],
                               (int) (token.span.end - token.span.start), data + token.span.start);
        from = token.span.end;
    }
    return g_string_free(out, FALSE);
}

static void
test_tokens(void)
{
    static const struct {
        bool backslash;
        const char *sql, *tokens;
    } cases[] = {
        { 0, "", "" },
        { 0, " \t\r\n ", "" },
        { 0, "CREATE TABLE t(a INT);", "W:CREATE W:TABLE W:t ;:( W:a W:INT ;:) ;:;" },
        { 0, "\"a\"\"b\" `c` [d e] 'f''g'", "N:\"a\"\"b\" N:`c` N:[d e] S:'f''g'" },
        { 0, "'' \"\" []", "S:'' N:\"\" N:[]" },
        { 0, "x'00'X'ff' y'a' xx'b'", "S:x'00' S:X'ff' W:y S:'a' W:xx S:'b'" },
        { 0, "x\"a\"", "W:x N:\"a\"" },
        { 0, "1 1.5e3 1E+5 0x1F .5 1.", "D:1 D:1.5e3 D:1E+5 D:0x1F D:.5 D:1." },
        { 0, "1e 1e+ 1..2 1_000 7u", "D:1e D:1e ;:+ D:1 ;:. D:.2 D:1_000 D:7u" },
        { 0, "t.a .5.", "W:t ;:. W:a D:.5 ;:." },
        { 0, "?1 ? :a @b $c : a", "P:?1 P:? P::a P:@b P:$c ;:: W:a" },
        { 0, "a||b->>c->d<=e<>f", "W:a ;:|| W:b ;:->> W:c ;:-> W:d ;:<= W:e ;:<> W:f" },
        { 0, "a|b - c", "W:a ;:| W:b ;:- W:c" },
        { 0, "a--b\nc -- d", "W:a W:c" },
        { 0, "a/*b*/c/**/d/ e", "W:a W:c W:d ;:/ W:e" },
        { 0, "a/*/b*/c", "W:a W:c" },
        { 0, "a$b é_1", "W:a$b W:é_1" },
        { 0, "a 'b", "W:a O:'b" },
        { 0, "a \"b\"\"", "W:a O:\"b\"\"" },
        { 0, "a /* b", "W:a O:/* b" },
        { 0, "a /*/", "W:a O:/*/" },
        { 0, "'a\\' b", "S:'a\\' W:b" },
        { 0, "x'", "O:x'" },
        { 1, "'a\\'b' \"c\\\"d\" 'e\\\\'", "S:'a\\'b' S:\"c\\\"d\" S:'e\\\\'" },
        { 1, "'a\\", "O:'a\\" },
        { 1, "'a\\'", "O:'a\\'" },
        { 1, "a # b\nc#", "W:a W:c" },
        { 1, "1--1 -- c", "D:1 ;:- ;:- D:1" },
        { 1, "a--\nb --", "W:a W:b" },
        { 1, "a /* b /* c */ d */ e", "W:a W:e" },
        { 1, "a /* b /* c */ d", "W:a O:/* b /* c */ d" },
        { 1, "@@a @b := a<=>b [c]", "P:@@a P:@b ;::= W:a ;:<=> W:b ;:[ W:c ;:]" },
        { 1, "a$b", "W:a ;:$ W:b" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *tokens = describe_tokens(test_lexicons[cases[i].backslash], cases[i].sql);
        g_assert_cmpstr(tokens, ==, cases[i].tokens);
    }
}

static void
test_unquote(void)
{
    static const struct {
        bool backslash;
        const char *sql, *value;
    } cases[] = {
        { 0, "Word", "Word" },
        { 0, "\"a\"\"b\"", "a\"b" },
        { 0, "[a\"b]", "a\"b" },
        { 0, "'it''s'", "it's" },
        { 0, "''''", "'" },
        { 0, "''", "" },
        { 0, "'a\\n'", "a\\n" },
        { 0, "x'0a'", "0a" },
        { 0, "1.50", "1.50" },
        { 1, "'a\\nb\\tc\\\\d\\'e''f'", "a\nb\tc\\d'e'f" },
        { 1, "'50\\% \\_ \\q'", "50\\% \\_ q" },
        { 1, "'a\\0b'", "a\\0b" },
        { 1, "`a\\``b`", "a\\`b" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        const RtLexicon *lexicon = test_lexicons[cases[i].backslash];
        const RtText text = text_of(cases[i].sql);
        RtToken token = rt_lexer_next(lexicon, &text, 0, NULL);
        g_assert_cmpstr(rt_token_unquote(arena, lexicon, &text, token), ==, cases[i].value);
    }
}

static void
test_escapes(void)
{
    static const struct {
        bool backslash;
        const char *sql;
        bool has_escapes;
    } cases[] = {
        { 0, "word", false },       { 0, "\"a\"", false }, { 0, "\"a\"\"b\"", true },
        { 0, "'a\\n'", false },     { 0, "''", false },    { 0, "''''", true },
        { 0, "[a\"b]", false },     { 0, "x'00'", false }, { 1, "'a\\n'", true },
        { 1, "`a\\n`", false },     { 1, "`a``b`", true }, { 1, "'a', '\\n'", false },
        { 1, "'a' 'b''c'", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RtText text = text_of(cases[i].sql);
        RtToken token = rt_lexer_next(test_lexicons[cases[i].backslash], &text, 0, NULL);
        g_assert_cmpint(token.has_escapes, ==, cases[i].has_escapes);
    }
}

static void
test_words_and_operators(void)
{
    const RtText text = text_of("Create_2 \"create_2\" || ,");
    RtToken word = rt_lexer_next(&test_lexicon, &text, 0, NULL);
    RtToken name = rt_lexer_next(&test_lexicon, &text, word.span.end, NULL);
    RtToken concat = rt_lexer_next(&test_lexicon, &text, name.span.end, NULL);
    RtToken comma = rt_lexer_next(&test_lexicon, &text, concat.span.end, NULL);
    g_assert_true(rt_token_is_word(&text, word, "CREATE_2"));
    g_assert_false(rt_token_is_word(&text, word, "CREATE_"));
    g_assert_false(rt_token_is_word(&text, word, "CREATE_22"));
    g_assert_false(rt_token_is_word(&text, word, "CREATE_3"));
    g_assert_false(rt_token_is_word(&text, name, "CREATE_2"));
    g_assert_false(rt_token_is(&text, concat, '|'));
    g_assert_true(rt_token_is(&text, comma, ','));
    g_assert_false(rt_token_is(&text, word, 'C'));
}

static void
test_hints(void)
{
    static const char data[] = "a -- no\n-- retort: one\n/* x */ -- retort: two\n-- no\nb";
    const RtText text = text_of(data);
    RtSpan hints = { 7, 7 };
    RtToken token = rt_lexer_next(&test_lexicon, &text, 0, &hints);
    g_assert_cmpuint(hints.start, ==, 7);
    token = rt_lexer_next(&test_lexicon, &text, token.span.end, &hints);
    g_assert_cmpuint(hints.start, ==, strstr(data, "-- retort: one") - data);
    g_assert_cmpuint(hints.end, ==, strstr(data, "\n-- no\nb") - data);
    g_assert_true(rt_token_is_word(&text, token, "B"));
}

/* A text that is the beginning of a longer one ends where its length says. */
static void
test_length_ends_the_text(void)
{
    static const char *const texts[] = { "abcdef", "'ab'",  "a  ",  "12.5e+3", "||",
                                         "--x",    "/*a*/", "x'a'", "@@a",     "''''" };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        for (size_t length = 0; length < strlen(texts[i]); length++) {
            g_autofree char *copy = g_strndup(texts[i], length);
            g_autofree char *expected = describe_tokens(&test_lexicon, copy);
            g_autofree char *heap = g_memdup2(texts[i], MAX(length, 1));
            const RtText text = { "<test>", heap, (uint32_t) length, 1 };
            const RtText whole = text_of(copy);
            RtToken a = rt_lexer_next(&test_lexicon, &text, 0, NULL);
            RtToken b = rt_lexer_next(&test_lexicon, &whole, 0, NULL);
            g_assert_cmpint(a.kind, ==, b.kind);
            g_assert_cmpuint(a.span.end, ==, b.span.end);
        }
    }
}

/* Random pieces glued together: between the spans there is nothing but blanks and comments. */
static void
test_spans_cover_the_text(void)
{
    static const char *const pieces[] = { "a",  "'",  "\"", "`",  "[", "]",  "--",   "\n", " ",
                                          "/*", "*/", "\\", "1",  ".", "e+", "x'0'", "#",  "@",
                                          "$",  "?",  ":",  "||", "(", ")",  ";",    "é",  "\1" };
    for (int round = 0; round < 20000; round++) {
        g_autoptr(GString) sql = g_string_new(NULL);
        for (int n = g_test_rand_int_range(0, 20); n > 0; n--)
            g_string_append(sql, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
        const RtText text = text_of(sql->str);
        const RtLexicon *lexicon = test_lexicons[round % 2];
        uint32_t from = 0;
        for (;;) {
            RtToken token = rt_lexer_next(lexicon, &text, from, NULL);
            g_assert_cmpuint(token.span.start, >=, from);
            /* What was skipped lexes to nothing. */
            const RtText gap = { "<gap>", sql->str + from, token.span.start - from, 1 };
            g_assert_cmpint(rt_lexer_next(lexicon, &gap, 0, NULL).kind, ==, RT_TOKEN_END);
            if (token.kind == RT_TOKEN_END)
                break;
            g_assert_cmpuint(token.span.end, >, token.span.start);
            from = token.span.end;
        }
        g_assert_cmpuint(from, <=, text.length);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lexer/tokens", test_tokens);
    g_test_add_func("/lexer/unquote", test_unquote);
    g_test_add_func("/lexer/escapes", test_escapes);
    g_test_add_func("/lexer/words_and_operators", test_words_and_operators);
    g_test_add_func("/lexer/hints", test_hints);
    g_test_add_func("/lexer/length_ends_the_text", test_length_ends_the_text);
    g_test_add_func("/lexer/spans_cover_the_text", test_spans_cover_the_text);
    return g_test_run();
}
