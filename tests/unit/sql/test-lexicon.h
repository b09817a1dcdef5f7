/* Two lexicons for the tests of src/sql and its fuzzers: standard quotes, and backslashes. */
#pragma once

#include "sql/lexicon.h"

#include <stddef.h>

static const char *const test_reserved[] = { "ADD",   "CREATE", "FROM",  "INDEX", "NOT",
                                             "ORDER", "SELECT", "TABLE", "WHERE" };

/* As SQLite has them. */
static const RtLexicon test_lexicon = {
    .bytes = { RT_BYTES_COMMON, ['\''] = RT_BYTE_QUOTE, ['"'] = RT_BYTE_QUOTE,
               ['`'] = RT_BYTE_QUOTE, ['['] = RT_BYTE_QUOTE, ['?'] = RT_BYTE_PARAMETER,
               [':'] = RT_BYTE_PARAMETER, ['@'] = RT_BYTE_PARAMETER, ['$'] = RT_BYTE_PARAMETER },
    .quotes = { { '\'', '\'', RT_QUOTE_STRING, .doubled = true },
                { '"', '"', RT_QUOTE_NAME, .doubled = true },
                { '`', '`', RT_QUOTE_NAME, .doubled = true },
                { '[', ']', RT_QUOTE_NAME } },
    .operators = { "->>", "||", "->", "<<", ">>", "<=", ">=", "==", "!=", "<>" },
    .word_has_dollar = true,
    .string_prefixes = "xX",
    .compounds = { { "CREATE * TRIGGER", "BEGIN", "END" } },
    .reserved = test_reserved,
    .n_reserved = sizeof test_reserved / sizeof *test_reserved,
    .name_quote = '"',
};

/* As MySQL has them, with nested comments and brackets besides. */
static const RtLexicon test_backslash_lexicon = {
    .bytes = { RT_BYTES_COMMON, ['\''] = RT_BYTE_QUOTE, ['"'] = RT_BYTE_QUOTE,
               ['`'] = RT_BYTE_QUOTE, ['#'] = RT_BYTE_HASH, ['?'] = RT_BYTE_PARAMETER,
               ['@'] = RT_BYTE_PARAMETER },
    .quotes = { { '\'', '\'', RT_QUOTE_STRING, .doubled = true, .backslash = true },
                { '"', '"', RT_QUOTE_STRING, .doubled = true, .backslash = true },
                { '`', '`', RT_QUOTE_NAME, .doubled = true } },
    .operators = { "<=>", "->>", "||", "&&", ":=", "->", "<<", ">>", "<=", ">=", "!=", "<>" },
    .nested_comments = true,
    .dash_needs_space = true,
    .compounds = { { "CREATE * TRIGGER", "BEGIN", "END" } },
    .reserved = test_reserved,
    .n_reserved = sizeof test_reserved / sizeof *test_reserved,
    .name_quote = '`',
};

static const RtLexicon *const test_lexicons[] = { &test_lexicon, &test_backslash_lexicon };
