/* Cuts SQL text into tokens. A token is a kind and a span; nothing is copied. */
#pragma once

#include "base/text.h"
#include "sql/lexicon.h"

typedef enum RtTokenKind {
    RT_TOKEN_END,
    RT_TOKEN_WORD,      /* keyword or bare name */
    RT_TOKEN_NAME,      /* quoted name */
    RT_TOKEN_STRING,    /* quoted string, with a prefix letter if it has one */
    RT_TOKEN_NUMBER,    /* 1, 1.5e3, 0x1F */
    RT_TOKEN_PARAMETER, /* ?1, :name, @name, $name */
    RT_TOKEN_OPERATOR,  /* one operator, parenthesis, comma, semicolon… */
    RT_TOKEN_OPEN,      /* a quote or comment that is never closed; reaches to the end of the text */
} RtTokenKind;

typedef struct RtToken {
    RtTokenKind kind;
    RtSpan span;
} RtToken;

/*
 * The token at or after byte `from`; comments and blanks are skipped. Where comments that begin
 * with "-- retort:" are passed, *hints spans from the first to the end of the last of them, else
 * it stays untouched; `hints` may be NULL.
 */
RtToken rt_lexer_next(const RtLexicon *lexicon, const RtText *text, uint32_t from, RtSpan *hints);

/* Whether the token is this word, in any case. `word` is in upper case. False for quoted names. */
bool rt_token_is_word(const RtText *text, RtToken token, const char *word);
/* Whether the token is this operator. */
bool rt_token_is(const RtText *text, RtToken token, char operator);
/* The text of a name or string without quotes and escapes, a word as it is; in the arena. */
const char *rt_token_unquote(RtArena *arena, const RtLexicon *lexicon, const RtText *text,
                             RtToken token);
