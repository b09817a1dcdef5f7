/* Equality, hashes and digests of token sequences; names and strings printed and read back. */
#include "sql/tokens.h"

#include "test-lexicon.h"

static bool
are_equal(const RtLexicon *lexicon, RtFold fold, const char *a, const char *b)
{
    return rt_tokens_equal(lexicon, fold, a, (uint32_t) strlen(a), b, (uint32_t) strlen(b));
}

static uint64_t
hash_of(const RtLexicon *lexicon, RtFold fold, const char *sql)
{
    return rt_tokens_hash(lexicon, fold, sql, (uint32_t) strlen(sql));
}

static void
test_equal(void)
{
    static const struct {
        bool backslash;
        RtFold fold;
        const char *a, *b;
        bool equal;
    } cases[] = {
        { 0, RT_FOLD_EXACT, "", " /* x */ -- y", true },
        { 0, RT_FOLD_EXACT, "select a", "SELECT  A", true },
        { 0, RT_FOLD_EXACT, "select a", "select a,", false },
        { 0, RT_FOLD_EXACT, "a b", "ab", false },
        { 0, RT_FOLD_EXACT, "a/**/b", "a b", true },
        { 0, RT_FOLD_EXACT, "\"a\"", "a", true },
        { 0, RT_FOLD_EXACT, "\"a\"", "A", false },
        { 0, RT_FOLD_ASCII, "\"a\"", "A", true },
        { 0, RT_FOLD_EXACT, "\"a\"", "`A`", false },
        { 0, RT_FOLD_ASCII, "\"a\"", "`A`", true },
        { 0, RT_FOLD_EXACT, "\"a\"", "[a]", true },
        { 0, RT_FOLD_EXACT, "\"a\"\"b\"", "[a\"b]", true },
        { 0, RT_FOLD_EXACT, "'a'", "\"a\"", false },
        { 0, RT_FOLD_ASCII, "'a'", "'A'", false },
        { 0, RT_FOLD_EXACT, "'a''b'", "'a''b' ", true },
        { 0, RT_FOLD_EXACT, "x'00'", "X'00'", true },
        { 0, RT_FOLD_EXACT, "x'00'", "'00'", false },
        { 0, RT_FOLD_EXACT, "x'00'", "x '00'", false },
        { 0, RT_FOLD_EXACT, "1.0", "1.00", false },
        { 0, RT_FOLD_EXACT, "1 .0", "1.0", false },
        { 0, RT_FOLD_EXACT, "a||b", "a || b", true },
        { 0, RT_FOLD_EXACT, "a||b", "a | | b", false },
        { 0, RT_FOLD_EXACT, ":a", "a", false },
        { 1, RT_FOLD_EXACT, "'a\\'b'", "\"a'b\"", true },
        { 1, RT_FOLD_EXACT, "'a\\nb'", "'a\nb'", true },
        { 1, RT_FOLD_EXACT, "'a\\%b'", "'a%b'", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RtLexicon *lexicon = test_lexicons[cases[i].backslash];
        const char *a = cases[i].a, *b = cases[i].b;
        g_assert_cmpint(are_equal(lexicon, cases[i].fold, a, b), ==, cases[i].equal);
        g_assert_cmpint(are_equal(lexicon, cases[i].fold, b, a), ==, cases[i].equal);
        if (cases[i].equal)
            g_assert_cmphex(hash_of(lexicon, cases[i].fold, a), ==,
                            hash_of(lexicon, cases[i].fold, b));
    }
}

/* Unequal texts that only a careless hash takes for equal, and one value that must never change. */
static void
test_hash(void)
{
    static const char *const different[] = { "",    "a",  "b",    "a b",  "ab",   "'a'",
                                             "'A'", "1",  "'1'",  "a, b", "a; b", ":a",
                                             "b a", "''", "'' a", "a ''" };
    for (size_t i = 0; i < G_N_ELEMENTS(different); i++) {
        for (size_t j = 0; j < i; j++)
            g_assert_cmphex(hash_of(&test_lexicon, RT_FOLD_EXACT, different[i]), !=,
                            hash_of(&test_lexicon, RT_FOLD_EXACT, different[j]));
    }
    g_assert_cmphex(hash_of(&test_lexicon, RT_FOLD_EXACT, "SELECT a"), ==,
                    UINT64_C(0xFBD6960225F9D8FC));
}

/* The same random tokens written in two ways: equal, with equal hashes. */
static void
test_random_equals_hash_alike(void)
{
    static const struct {
        const char *one, *other;
    } tokens[] = {
        { "select", "SELECT" }, { "\"a b\"", "[a b]" }, { "'x'", "'x'" },
        { "\"abc\"", "abc" },   { "1.5", "1.5" },       { "||", "||" },
        { "x'0f'", "X'0f'" },   { ":p", ":p" },         { "`a``\"`", "\"a`\"\"\"" },
        { "(", "(" },           { ",", "," },           { "é", "\"é\"" },
    };
    static const char *const gaps[] = { " ", "\n", "/* x */", " -- y\n", "\t " };
    for (int round = 0; round < 5000; round++) {
        g_autoptr(GString) a = g_string_new(NULL);
        g_autoptr(GString) b = g_string_new(NULL);
        int n = g_test_rand_int_range(0, 10);
        for (int i = 0; i < n; i++) {
            size_t which = (size_t) g_test_rand_int_range(0, G_N_ELEMENTS(tokens));
            bool swap = g_test_rand_bit();
            const char *gap = gaps[g_test_rand_int_range(0, G_N_ELEMENTS(gaps))];
            g_string_append_printf(a, " %s", swap ? tokens[which].other : tokens[which].one);
            g_string_append_printf(b, "%s%s", gap, swap ? tokens[which].one : tokens[which].other);
        }
        g_assert_true(are_equal(&test_lexicon, RT_FOLD_EXACT, a->str, b->str));
        g_assert_cmphex(hash_of(&test_lexicon, RT_FOLD_EXACT, a->str), ==,
                        hash_of(&test_lexicon, RT_FOLD_EXACT, b->str));
        g_string_append(b, " more");
        g_assert_false(are_equal(&test_lexicon, RT_FOLD_EXACT, a->str, b->str));
    }
}

static char *
digest_of(const char *sql)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    rt_tokens_digest(&test_lexicon, sql, (uint32_t) strlen(sql), checksum);
    return g_strdup(g_checksum_get_string(checksum));
}

static void
test_digest(void)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        { "a b", " a /* x */\n b -- y", true },
        { "a b", "ab", false },
        { "a b", "A b", false },
        { "a", "\"a\"", false },
        { "-- retort: no-wait\na", "-- retort:   no-wait \na", true },
        { "-- retort: no-wait\na", "a", false },
        { "-- retort: no-wait\na", "-- retort: idempotent\na", false },
        { "a -- retort: end\n b", "a b -- retort: end\n", false },
        { "a\n-- x\n-- retort: end", "a -- retort: end\n/* y */", true },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *a = digest_of(cases[i].a), *b = digest_of(cases[i].b);
        g_assert_cmpint(g_str_equal(a, b), ==, cases[i].equal);
    }
    g_autofree char *expected = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "a b ", -1);
    g_autofree char *got = digest_of("a -- x\n b");
    g_assert_cmpstr(got, ==, expected);
}

/* Tokens longer than what is collected before the checksum is called. */
static void
test_digest_of_long_tokens(void)
{
    for (int length = 2040; length < 2056; length++) {
        g_autoptr(GString) sql = g_string_new("a ");
        for (int i = 0; i < length; i++)
            g_string_append_c(sql, 'b');
        g_string_append(sql, " c ");
        g_autofree char *expected = g_compute_checksum_for_string(G_CHECKSUM_SHA256, sql->str, -1);
        g_autofree char *got = digest_of(sql->str);
        g_assert_cmpstr(got, ==, expected);
    }
}

static void
note_name(const char *name, RtToken token, RtToken previous, void *data)
{
    g_assert_cmpuint(token.span.end, >, previous.span.end);
    g_string_append_printf(data, "%d:%s ", previous.kind, name);
}

static void
test_each_name(void)
{
    static const char sql[] = "SELECT a.\"b\"\"c\", 'd' FROM [e]";
    g_autoptr(RtArena) arena = rt_arena_new();
    RtText *text = rt_text_new(arena, "t.sql", sql, strlen(sql));
    g_autoptr(GString) names = g_string_new(NULL);
    rt_tokens_each_name(arena, &test_lexicon, text, note_name, names);
    g_assert_cmpstr(names->str, ==, "0:SELECT 1:a 6:b\"c 3:FROM 1:e ");
}

static void
test_print(void)
{
    static const struct {
        const char *value, *name, *string, *other_name, *other_string;
    } cases[] = {
        { "plain", "plain", "'plain'", "plain", "'plain'" },
        { "_A1", "_A1", "'_A1'", "_A1", "'_A1'" },
        { "", "\"\"", "''", "``", "''" },
        { "1a", "\"1a\"", "'1a'", "`1a`", "'1a'" },
        { "a b", "\"a b\"", "'a b'", "`a b`", "'a b'" },
        { "a$b", "\"a$b\"", "'a$b'", "`a$b`", "'a$b'" },
        { "é", "\"é\"", "'é'", "`é`", "'é'" },
        { "table", "\"table\"", "'table'", "`table`", "'table'" },
        { "Add", "\"Add\"", "'Add'", "`Add`", "'Add'" },
        { "WHERE", "\"WHERE\"", "'WHERE'", "`WHERE`", "'WHERE'" },
        { "tables", "tables", "'tables'", "tables", "'tables'" },
        { "in_dex", "in_dex", "'in_dex'", "in_dex", "'in_dex'" },
        { "a\"`b", "\"a\"\"`b\"", "'a\"`b'", "`a\"``b`", "'a\"`b'" },
        { "it's\\", "\"it's\\\"", "'it''s\\'", "`it's\\`", "'it''s\\\\'" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const expected[] = { cases[i].name, cases[i].string, cases[i].other_name,
                                         cases[i].other_string };
        for (size_t j = 0; j < G_N_ELEMENTS(expected); j++) {
            const RtLexicon *lexicon = test_lexicons[j / 2];
            g_autoptr(GString) out = g_string_new(NULL);
            if (j % 2)
                rt_string_print(out, lexicon, cases[i].value);
            else
                rt_name_print(out, lexicon, cases[i].value);
            g_assert_cmpstr(out->str, ==, expected[j]);
            /* What is printed is one token that has the value. */
            g_autoptr(RtArena) arena = rt_arena_new();
            RtText *text = rt_text_new(arena, "t.sql", out->str, out->len);
            RtToken token = rt_lexer_next(lexicon, text, 0, NULL);
            g_assert_cmpuint(token.span.end, ==, out->len);
            g_assert_cmpstr(rt_token_unquote(arena, lexicon, text, token), ==, cases[i].value);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tokens/equal", test_equal);
    g_test_add_func("/tokens/hash", test_hash);
    g_test_add_func("/tokens/random_equals_hash_alike", test_random_equals_hash_alike);
    g_test_add_func("/tokens/digest", test_digest);
    g_test_add_func("/tokens/digest_of_long_tokens", test_digest_of_long_tokens);
    g_test_add_func("/tokens/each_name", test_each_name);
    g_test_add_func("/tokens/print", test_print);
    return g_test_run();
}
