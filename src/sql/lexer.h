/* Cuts SQL text into tokens. A token is a kind and a span; nothing is copied. */
#pragma once

#include "base/text.h"
#include "sql/lexicon.h"

#include <string.h>

typedef enum RtTokenKind {
    RT_TOKEN_END,
    RT_TOKEN_WORD,      /* keyword or bare name */
    RT_TOKEN_NAME,      /* quoted name */
    RT_TOKEN_STRING,    /* quoted string, with a prefix letter if it has one */
    RT_TOKEN_NUMBER,    /* 1, 1.5e3, 0x1F; letters that follow a number belong to it */
    RT_TOKEN_PARAMETER, /* ?1, :name, @name, $name */
    RT_TOKEN_OPERATOR,  /* one operator, parenthesis, comma, semicolon… */
    RT_TOKEN_OPEN, /* a quote or comment that is never closed; reaches to the end of the text */
} RtTokenKind;

typedef struct RtToken {
    RtTokenKind kind;
    RtSpan span;
    bool has_escapes; /* its quotes hold doubled quotes, or backslashes that escape */
} RtToken;

/*
 * The token at or after byte `from`; comments and blanks are skipped. Where comments that begin
 * with "-- retort:" are passed, *hints spans from the first to the end of the last of them, else
 * it stays untouched; `hints` may be NULL. Nothing at or after data[length] is read, so a text may
 * be the beginning of a longer one.
 */
RtToken rt_lexer_next(const RtLexicon *lexicon, const RtText *text, uint32_t from, RtSpan *hints);

/* Whether the token is this word, in any case. `word` is in upper case. False for quoted names. */
static inline bool
rt_token_is_word(const RtText *text, RtToken token, const char *word)
{
    size_t length = token.span.end - token.span.start;
    if (token.kind != RT_TOKEN_WORD || length != strlen(word))
        return false;
    const char *at = text->data + token.span.start;
    for (size_t i = 0; i < length; i++) {
        if (at[i] != word[i] && (at[i] & ~0x20) != word[i])
            return false;
    }
    return true;
}

/* Whether the token is this operator of one character. */
static inline bool
rt_token_is(const RtText *text, RtToken token, char operator)
{
    return token.kind == RT_TOKEN_OPERATOR && token.span.end - token.span.start == 1 &&
           text->data[token.span.start] == operator;
}

/* The row of `quotes` that begins with this character; there must be one. */
static inline const RtQuote *
rt_lexicon_quote(const RtLexicon *lexicon, char open)
{
    const RtQuote *quote = lexicon->quotes;
    while (quote->open != open) {
        g_assert(quote->open);
        quote++;
    }
    return quote;
}

/* The text of a name or string without quotes and escapes, a word as it is; in the arena. */
const char *rt_token_unquote(RtArena *arena, const RtLexicon *lexicon, const RtText *text,
                             RtToken token);

/*
 * The value of a token byte by byte, as rt_token_unquote gives it but without memory. `prefix` is
 * the upper-case letter before a string, or 0.
 */
typedef struct RtTokenReader {
    const char *at, *end;
    RtQuote quote; /* all zero when the token has no quotes */
    char prefix;
} RtTokenReader;

void rt_token_reader_init(RtTokenReader *reader, const RtLexicon *lexicon, const RtText *text,
                          RtToken token);
/* The next byte of the value, from 0 to 255, or -1 at its end. */
int rt_token_reader_next(RtTokenReader *reader);
