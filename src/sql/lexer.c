/* The lexer: one dispatch on the class of a token's first byte, then a tight loop per kind. */
#include "sql/lexer.h"

#define HINT "-- retort:"

/* What the loops need, kept in registers. */
typedef struct Input {
    const RtLexicon *lexicon;
    const char *end;
} Input;

/* What begins at a byte: its kind, and where it ends. */
typedef struct Piece {
    const char *end;
    RtTokenKind kind;
    bool has_escapes;
} Piece;

static inline RtByteClass
class_at(Input input, const char *at)
{
    return at < input.end ? (RtByteClass) input.lexicon->bytes[(uint8_t) *at] : RT_BYTE_END;
}

static inline char
byte_at(Input input, const char *at)
{
    return at < input.end ? *at : '\0';
}

static inline const char *
skip_blanks(Input input, const char *at)
{
    while (at < input.end && input.lexicon->bytes[(uint8_t) *at] == RT_BYTE_SPACE)
        at++;
    return at;
}

static inline const char *
skip_digits(Input input, const char *at)
{
    while (at < input.end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

static inline bool
is_word_class(uint8_t class)
{
    return class == RT_BYTE_LETTER || class == RT_BYTE_DIGIT;
}

static inline const char *
skip_word(Input input, const char *at)
{
    for (;;) {
        while (at < input.end && is_word_class(input.lexicon->bytes[(uint8_t) *at]))
            at++;
        if (byte_at(input, at) != '$' || !input.lexicon->word_has_dollar)
            return at;
        at++;
    }
}

static const char *
skip_line(Input input, const char *at)
{
    const char *newline = memchr(at, '\n', (size_t) (input.end - at));
    return newline ? newline : input.end;
}

/* The end of a comment that begins at `at`, NULL when it is never closed. */
static const char *
skip_nested_comment(Input input, const char *at)
{
    for (uint32_t depth = 0; at + 1 < input.end; at++) {
        if (at[0] == '/' && at[1] == '*') {
            depth++;
            at++;
        } else if (at[0] == '*' && at[1] == '/') {
            at++;
            if (--depth == 0)
                return at + 1;
        }
    }
    return NULL;
}

static const char *
skip_block_comment(Input input, const char *at)
{
    if (input.lexicon->nested_comments)
        return skip_nested_comment(input, at);
    for (at += 2; (at = memchr(at, '*', (size_t) (input.end - at))); at++) {
        if (byte_at(input, at + 1) == '/')
            return at + 2;
    }
    return NULL;
}

static inline bool
is_dash_comment(Input input, const char *at)
{
    if (byte_at(input, at + 1) != '-')
        return false;
    if (!input.lexicon->dash_needs_space)
        return true;
    RtByteClass after = class_at(input, at + 2);
    return after == RT_BYTE_SPACE || after == RT_BYTE_END;
}

/*
 * What is quoted from its opening character at `at`. The next closing character is remembered while
 * backslashes are passed, so that each byte is looked at twice at most.
 */
static Piece
skip_quoted(Input input, const char *at)
{
    const RtQuote *quote = rt_lexicon_quote(input.lexicon, *at);
    Piece piece = { .kind = quote->use == RT_QUOTE_STRING ? RT_TOKEN_STRING : RT_TOKEN_NAME };
    at++;
    const char *close = memchr(at, quote->close, (size_t) (input.end - at));
    while (close) {
        const char *backslash =
            quote->backslash && at < close ? memchr(at, '\\', (size_t) (close - at)) : NULL;
        piece.end = close + 1;
        if (!backslash && (!quote->doubled || byte_at(input, piece.end) != quote->close))
            return piece;
        piece.has_escapes = true;
        at = (backslash ? backslash : close) + 2;
        if (at > close)
            close = at < input.end ? memchr(at, quote->close, (size_t) (input.end - at)) : NULL;
    }
    return (Piece){ input.end, .kind = RT_TOKEN_OPEN };
}

static const char *
skip_number(Input input, const char *at)
{
    at = skip_digits(input, at);
    if (byte_at(input, at) == '.' && byte_at(input, at + 1) != '.')
        at = skip_digits(input, at + 1);
    if ((byte_at(input, at) | 0x20) == 'e') {
        char sign = byte_at(input, at + 1);
        const char *exponent = at + (sign == '+' || sign == '-' ? 2 : 1);
        if (class_at(input, exponent) == RT_BYTE_DIGIT)
            at = skip_digits(input, exponent);
    }
    return skip_word(input, at);
}

static const char *
skip_operator(Input input, const char *at)
{
    for (const char *const *operator= input.lexicon->operators; *operator; operator++) {
        size_t length = strlen(*operator);
        if (**operator== * at && length <=(size_t)(input.end - at) &&
            memcmp(*operator, at, length) == 0)
            return at + length;
    }
    return at + 1;
}

/* "?" stands alone or with a number; "@@name" is one token; ":" without a word is an operator. */
static Piece
skip_parameter(Input input, const char *at)
{
    const char *end = skip_operator(input, at);
    if (end > at + 1)
        return (Piece){ end, .kind = RT_TOKEN_OPERATOR };
    if (*at == '@' && byte_at(input, at + 1) == '@')
        end++;
    const char *word_end = skip_word(input, end);
    if (word_end == end && *at != '?')
        return (Piece){ at + 1, .kind = RT_TOKEN_OPERATOR };
    return (Piece){ word_end, .kind = RT_TOKEN_PARAMETER };
}

static void
note_hint(const RtText *text, RtSpan *hints, uint32_t *n_hints, const char *at, const char *end)
{
    if ((size_t) (end - at) < strlen(HINT) || memcmp(at, HINT, strlen(HINT)) != 0)
        return;
    if (!(*n_hints)++)
        hints->start = (uint32_t) (at - text->data);
    hints->end = (uint32_t) (end - text->data);
}

static inline RtToken
make_token(const RtText *text, const char *at, Piece piece)
{
    RtSpan span = { (uint32_t) (at - text->data), (uint32_t) (piece.end - text->data) };
    return (RtToken){ piece.kind, span, piece.has_escapes };
}

static inline bool
joins_string(Input input, const char *start, const char *end)
{
    const RtLexicon *lexicon = input.lexicon;
    return end == start + 1 && lexicon->string_prefixes && class_at(input, end) == RT_BYTE_QUOTE &&
           strchr(lexicon->string_prefixes, *start) &&
           rt_lexicon_quote(lexicon, *end)->use == RT_QUOTE_STRING;
}

/*
 * The tokens by what begins them. rt_lexer_next ends in a call of one of these or in none, so that
 * it has no registers to save; inlined into it they would cost each comma as much as a string.
 */
static G_GNUC_NO_INLINE RtToken
lex_quoted(Input input, const RtText *text, const char *at)
{
    return make_token(text, at, skip_quoted(input, at));
}

static G_GNUC_NO_INLINE RtToken
lex_letter(Input input, const RtText *text, const char *at)
{
    const char *end = skip_word(input, at + 1);
    return make_token(text, at,
                      joins_string(input, at, end) ? skip_quoted(input, end)
                                                   : (Piece){ end, .kind = RT_TOKEN_WORD });
}

/* The operator or number that begins at `at`, where it is no comment. */
static G_GNUC_NO_INLINE RtToken
lex_mark(Input input, const RtText *text, const char *at)
{
    Piece piece;
    RtByteClass class = class_at(input, at);
    if (class == RT_BYTE_PARAMETER)
        piece = skip_parameter(input, at);
    else if (class == RT_BYTE_DIGIT ||
             (class == RT_BYTE_POINT && class_at(input, at + 1) == RT_BYTE_DIGIT))
        piece = (Piece){ skip_number(input, at), .kind = RT_TOKEN_NUMBER };
    else
        piece = (Piece){ skip_operator(input, at), .kind = RT_TOKEN_OPERATOR };
    return make_token(text, at, piece);
}

/* What may be a comment, and what follows it. */
static G_GNUC_NO_INLINE RtToken
lex_slowly(Input input, const RtText *text, const char *at, RtSpan *hints)
{
    uint32_t n_hints = 0;
    while ((at = skip_blanks(input, at)) < input.end) {
        RtByteClass class = class_at(input, at);
        if ((class == RT_BYTE_DASH && is_dash_comment(input, at)) || class == RT_BYTE_HASH) {
            const char *end = skip_line(input, at);
            if (hints && class == RT_BYTE_DASH)
                note_hint(text, hints, &n_hints, at, end);
            at = end;
        } else if (class == RT_BYTE_SLASH && byte_at(input, at + 1) == '*') {
            const char *end = skip_block_comment(input, at);
            if (!end)
                return make_token(text, at, (Piece){ input.end, .kind = RT_TOKEN_OPEN });
            at = end;
        } else if (class == RT_BYTE_QUOTE) {
            return lex_quoted(input, text, at);
        } else if (class == RT_BYTE_LETTER) {
            return lex_letter(input, text, at);
        } else {
            return lex_mark(input, text, at);
        }
    }
    return make_token(text, input.end, (Piece){ input.end, .kind = RT_TOKEN_END });
}

RtToken
rt_lexer_next(const RtLexicon *lexicon, const RtText *text, uint32_t from, RtSpan *hints)
{
    const Input input = { lexicon, text->data + text->length };
    const char *at = skip_blanks(input, text->data + from);
    switch (class_at(input, at)) {
    case RT_BYTE_LETTER:
        return lex_letter(input, text, at);
    case RT_BYTE_QUOTE:
        return lex_quoted(input, text, at);
    case RT_BYTE_OPERATOR:
        /* These four begin no longer operator anywhere, and are most of what DDL has. */
        if (*at == ',' || *at == '(' || *at == ')' || *at == ';')
            return make_token(text, at, (Piece){ at + 1, .kind = RT_TOKEN_OPERATOR });
        return lex_mark(input, text, at);
    case RT_BYTE_DIGIT:
        return lex_mark(input, text, at);
    default:
        return lex_slowly(input, text, at, hints);
    }
}

void
rt_token_reader_init(RtTokenReader *reader, const RtLexicon *lexicon, const RtText *text,
                     RtToken token)
{
    *reader = (RtTokenReader){ text->data + token.span.start, text->data + token.span.end };
    if (token.kind != RT_TOKEN_NAME && token.kind != RT_TOKEN_STRING)
        return;
    if (lexicon->bytes[(uint8_t) *reader->at] == RT_BYTE_LETTER)
        reader->prefix = g_ascii_toupper(*reader->at++);
    reader->quote = *rt_lexicon_quote(lexicon, *reader->at++);
    reader->end--;
}

/*
 * What a backslash and a character stand for (MySQL 8.4 manual, table 9.1); 0 for the backslash
 * itself: "\%" and "\_" keep it for LIKE, and a NUL cannot be in a value.
 */
static char
unescape(char escaped)
{
    switch (escaped) {
    case 'b':
        return '\b';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'Z':
        return '\032';
    case '%':
    case '_':
    case '0':
        return '\0';
    default:
        return escaped;
    }
}

int
rt_token_reader_next(RtTokenReader *reader)
{
    if (reader->at >= reader->end)
        return -1;
    char byte = *reader->at++;
    if (!reader->quote.open || reader->at >= reader->end)
        return (uint8_t) byte;
    if (reader->quote.backslash && byte == '\\') {
        char meant = unescape(*reader->at);
        if (!meant)
            return '\\';
        reader->at++;
        return (uint8_t) meant;
    }
    /* Inside the quotes the closing character stands only doubled. */
    if (reader->quote.doubled && byte == reader->quote.close)
        reader->at++;
    return (uint8_t) byte;
}

const char *
rt_token_unquote(RtArena *arena, const RtLexicon *lexicon, const RtText *text, RtToken token)
{
    RtTokenReader reader;
    rt_token_reader_init(&reader, lexicon, text, token);
    size_t length = (size_t) (reader.end - reader.at);
    if (length == 0)
        return "";
    char *value = rt_arena_copy(arena, reader.at, length);
    if (!token.has_escapes)
        return value;
    char *out = value;
    for (int byte; (byte = rt_token_reader_next(&reader)) >= 0;)
        *out++ = (char) byte;
    *out = '\0';
    return value;
}
