/*
 * Reads a text token by token for the parsers: match, take or complain. The one primitive is
 * "accept this phrase whole, or nothing". A cursor is a plain value: copy it to look ahead, assign
 * it back to return. What fails leaves the cursor at the token that was not understood.
 */
#pragma once

#include "sql/lexer.h"

typedef struct RtCursor {
    const RtText *text;
    const RtLexicon *lexicon;
    RtArena *arena; /* where names and strings taken from the text go */
    RtToken token;  /* the current one */
    RtSpan hints;   /* "-- retort:" lines between the last token and this; empty: start == end */
    uint32_t last;  /* where the token before this one ended */
} RtCursor;

/* Puts the cursor on the first token of `text`. */
void rt_cursor_init(RtCursor *cursor, RtArena *arena, const RtLexicon *lexicon, const RtText *text);
/* Puts the cursor on the first token at or after byte `from`. */
void rt_cursor_seek(RtCursor *cursor, uint32_t from);
void rt_cursor_next(RtCursor *cursor);

static inline bool
rt_cursor_at_end(const RtCursor *cursor)
{
    return cursor->token.kind == RT_TOKEN_END;
}

/* Whether the token is this operator character. */
static inline bool
rt_cursor_at_operator(const RtCursor *cursor, char operator)
{
    return rt_token_is(cursor->text, cursor->token, operator);
}

/* The slow parts of rt_cursor_at and rt_cursor_accept. */
bool rt_cursor_match(const RtCursor *cursor, const char *phrase);
bool rt_cursor_match_and_pass(RtCursor *cursor, const char *phrase);

/* Whether the token's first byte allows the phrase. */
static inline bool
rt_cursor_may_be_at(const RtCursor *cursor, const char *phrase)
{
    if (rt_cursor_at_end(cursor))
        return false;
    char first = cursor->text->data[cursor->token.span.start];
    return first == *phrase || (first & ~0x20) == *phrase;
}

/* Whether the tokens from here are these words, upper case, separated by single spaces. A word
   that is no word but an operator, as in "ENGINE =", is matched as such. */
static inline bool
rt_cursor_at(const RtCursor *cursor, const char *phrase)
{
    return rt_cursor_may_be_at(cursor, phrase) && rt_cursor_match(cursor, phrase);
}

/* As above, and passes them when they are. */
static inline bool
rt_cursor_accept(RtCursor *cursor, const char *phrase)
{
    return rt_cursor_may_be_at(cursor, phrase) && rt_cursor_match_and_pass(cursor, phrase);
}

bool rt_cursor_accept_operator(RtCursor *cursor, char operator);
/* As above, or the error "expected …, found …". */
bool rt_cursor_expect(RtCursor *cursor, const char *phrase,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_cursor_expect_operator(RtCursor *cursor, char operator,
                               GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a name can stand here: a word, a quoted name, a string where the lexicon takes it so. */
bool rt_cursor_at_name(const RtCursor *cursor);
/* A word or quoted name, unquoted, in the arena; NULL with an error "expected WHAT, found …". */
const char *rt_cursor_take_name(RtCursor *cursor, const char *what,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A string literal's value, in the arena. */
const char *rt_cursor_take_string(RtCursor *cursor, const char *what,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Passes one balanced pair of parentheses and what is inside; *out_inside is the span between them
 * without blanks and comments at its ends. The cursor must be at "(".
 */
bool rt_cursor_take_parentheses(RtCursor *cursor, RtSpan *out_inside,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Passes tokens until one at depth 0 is an operator of `stops` (such as ",)"), begins one of the
 * NULL-ended `phrases` (may be NULL), is a semicolon or the end. The span holds what was passed.
 * Depth counts parentheses, brackets and braces, as far as they are operators. Fails on unbalanced
 * ones, a semicolon inside them, and quotes that are never closed.
 */
bool rt_cursor_take_until(RtCursor *cursor, const char *stops, const char *const *phrases,
                          RtSpan *out_passed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Passes tokens up to the next semicolon, which is not included, or the end; false at a quote left
 * open. Compound statements are the splitter's: it knows where they end.
 */
bool rt_cursor_skip_statement(RtCursor *cursor, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets "expected WHAT, found TOKEN" at the current token, or that a quote is not closed. */
void rt_cursor_expected(const RtCursor *cursor, GError **error, const char *what);
/* Sets an error at the current token. */
void rt_cursor_error(const RtCursor *cursor, GError **error, RtErrorCode code, const char *format,
                     ...) G_GNUC_PRINTF(4, 5);

/* Sets the error for a token of the kind RT_TOKEN_OPEN, at the quote or comment that begins it. */
void rt_token_open_error(GError **error, const RtText *text, RtToken token);
