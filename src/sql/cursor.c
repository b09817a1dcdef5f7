/* The cursor: phrases, names, balanced pieces, and errors that show the token in the way. */
#include "sql/cursor.h"

enum { LONGEST_SHOWN = 40 };

void
rt_cursor_init(RtCursor *cursor, RtArena *arena, const RtLexicon *lexicon, const RtText *text)
{
    *cursor = (RtCursor){ .text = text, .lexicon = lexicon, .arena = arena };
    rt_cursor_seek(cursor, 0);
}

void
rt_cursor_seek(RtCursor *cursor, uint32_t from)
{
    cursor->last = from;
    cursor->hints = (RtSpan){ from, from };
    cursor->token = rt_lexer_next(cursor->lexicon, cursor->text, from, &cursor->hints);
}

void
rt_cursor_next(RtCursor *cursor)
{
    rt_cursor_seek(cursor, cursor->token.span.end);
}

/* Whether the token is the first word of the phrase, whose length goes to *out_length. */
static inline bool
match_word(const RtText *text, RtToken token, const char *phrase, size_t *out_length)
{
    const char *at = text->data + token.span.start;
    size_t length = token.span.end - token.span.start;
    if (token.kind != RT_TOKEN_WORD && token.kind != RT_TOKEN_OPERATOR)
        return false;
    int fold = token.kind == RT_TOKEN_WORD ? ~0x20 : ~0;
    for (size_t i = 0; i < length; i++) {
        if (at[i] != phrase[i] && (at[i] & fold) != phrase[i])
            return false;
    }
    *out_length = length;
    return phrase[length] == ' ' || phrase[length] == '\0';
}

/* The end of the last token of the phrase, 0 when the tokens are other ones. */
static uint32_t
find_phrase_end(const RtCursor *cursor, const char *phrase)
{
    RtToken token = cursor->token;
    for (size_t length; match_word(cursor->text, token, phrase, &length);) {
        phrase += length;
        if (!*phrase++)
            return token.span.end;
        token = rt_lexer_next(cursor->lexicon, cursor->text, token.span.end, NULL);
    }
    return 0;
}

bool
rt_cursor_match(const RtCursor *cursor, const char *phrase)
{
    return find_phrase_end(cursor, phrase) != 0;
}

bool
rt_cursor_match_and_pass(RtCursor *cursor, const char *phrase)
{
    uint32_t end = find_phrase_end(cursor, phrase);
    if (!end)
        return false;
    rt_cursor_seek(cursor, end);
    return true;
}

bool
rt_cursor_accept_operator(RtCursor *cursor, char operator)
{
    if (!rt_cursor_at_operator(cursor, operator))
        return false;
    rt_cursor_next(cursor);
    return true;
}

bool
rt_cursor_expect(RtCursor *cursor, const char *phrase, GError **error)
{
    if (rt_cursor_accept(cursor, phrase))
        return true;
    rt_cursor_expected(cursor, error, phrase);
    return false;
}

bool
rt_cursor_expect_operator(RtCursor *cursor, char operator, GError ** error)
{
    if (rt_cursor_accept_operator(cursor, operator))
        return true;
    rt_cursor_expected(cursor, error, (char[]){ '"', operator, '"', '\0' });
    return false;
}

static const char *
take_value(RtCursor *cursor)
{
    const char *value =
        rt_token_unquote(cursor->arena, cursor->lexicon, cursor->text, cursor->token);
    rt_cursor_next(cursor);
    return value;
}

bool
rt_cursor_at_name(const RtCursor *cursor)
{
    RtToken token = cursor->token;
    if (token.kind != RT_TOKEN_STRING)
        return token.kind == RT_TOKEN_WORD || token.kind == RT_TOKEN_NAME;
    bool has_prefix = g_ascii_isalpha(cursor->text->data[token.span.start]);
    return cursor->lexicon->string_is_name && !has_prefix;
}

const char *
rt_cursor_take_name(RtCursor *cursor, const char *what, GError **error)
{
    if (rt_cursor_at_name(cursor))
        return take_value(cursor);
    rt_cursor_expected(cursor, error, what);
    return NULL;
}

const char *
rt_cursor_take_string(RtCursor *cursor, const char *what, GError **error)
{
    if (cursor->token.kind == RT_TOKEN_STRING)
        return take_value(cursor);
    rt_cursor_expected(cursor, error, what);
    return NULL;
}

static const char opening[] = "([{", closing[] = ")]}";

/* Counters instead of a stack: what nests a million deep costs nothing. */
typedef struct Depth {
    uint32_t open[G_N_ELEMENTS(opening) - 1];
    uint32_t total;
    RtToken outermost; /* the one that was opened at depth 0 */
} Depth;

static inline bool
is_single_operator(RtToken token)
{
    return token.kind == RT_TOKEN_OPERATOR && token.span.end - token.span.start == 1;
}

/* Counts the current token; false when it closes what is not open. */
static bool
count_depth(Depth *depth, const RtCursor *cursor)
{
    char operator= cursor->text->data[cursor->token.span.start];
    for (size_t i = 0; i < G_N_ELEMENTS(depth->open); i++) {
        if (operator== opening[i]) {
            if (!depth->total++)
                depth->outermost = cursor->token;
            depth->open[i]++;
        } else if (operator== closing[i]) {
            if (!depth->open[i])
                return false;
            depth->open[i]--;
            depth->total--;
        }
    }
    return true;
}

static bool
fail_at(const RtCursor *cursor, RtToken token, const char *message, GError **error)
{
    rt_text_error(error, RT_ERROR_SYNTAX, cursor->text, token.span, "%s", message);
    return false;
}

/*
 * Passes one token and counts it. Where a statement ends inside parentheses the error is at the
 * outermost of them: looking further would find the parentheses of the next statement.
 */
static bool
pass_counted(RtCursor *cursor, Depth *depth, GError **error)
{
    if (cursor->token.kind == RT_TOKEN_OPEN) {
        rt_token_open_error(error, cursor->text, cursor->token);
        return false;
    }
    if (depth->total && (rt_cursor_at_end(cursor) || rt_cursor_at_operator(cursor, ';')))
        return fail_at(cursor, depth->outermost, "this is never closed", error);
    if (is_single_operator(cursor->token) && !count_depth(depth, cursor))
        return fail_at(cursor, cursor->token, "this closes nothing", error);
    rt_cursor_next(cursor);
    return true;
}

bool
rt_cursor_take_parentheses(RtCursor *cursor, RtSpan *out_inside, GError **error)
{
    if (!rt_cursor_at_operator(cursor, '(')) {
        rt_cursor_expected(cursor, error, "\"(\"");
        return false;
    }
    Depth depth = { 0 };
    if (!pass_counted(cursor, &depth, error))
        return false;
    uint32_t start = cursor->token.span.start, end = start;
    while (depth.total) {
        end = cursor->last;
        if (!pass_counted(cursor, &depth, error))
            return false;
    }
    *out_inside = (RtSpan){ MIN(start, end), end };
    return true;
}

static bool
is_stop(const RtCursor *cursor, const char *stops, const char *const *phrases)
{
    RtToken token = cursor->token;
    if (token.kind == RT_TOKEN_END)
        return true;
    if (is_single_operator(token)) {
        char operator= cursor->text->data[token.span.start];
        if (operator== ';' ||(operator&& strchr(stops, operator)))
            return true;
    }
    for (; phrases && *phrases; phrases++) {
        if (rt_cursor_at(cursor, *phrases))
            return true;
    }
    return false;
}

bool
rt_cursor_take_until(RtCursor *cursor, const char *stops, const char *const *phrases,
                     RtSpan *out_passed, GError **error)
{
    Depth depth = { 0 };
    RtSpan passed = { cursor->token.span.start, cursor->token.span.start };
    while (depth.total || !is_stop(cursor, stops, phrases)) {
        if (!pass_counted(cursor, &depth, error))
            return false;
        passed.end = cursor->last;
    }
    *out_passed = passed;
    return true;
}

bool
rt_cursor_skip_statement(RtCursor *cursor, GError **error)
{
    while (!rt_cursor_at_end(cursor) && !rt_cursor_at_operator(cursor, ';')) {
        if (cursor->token.kind == RT_TOKEN_OPEN) {
            rt_token_open_error(error, cursor->text, cursor->token);
            return false;
        }
        rt_cursor_next(cursor);
    }
    return true;
}

/* The token as it is shown in a message: quoted unless it has quotes, cut when long. */
static char *
token_show(const RtText *text, RtToken token)
{
    if (token.kind == RT_TOKEN_END)
        return g_strdup("the end");
    const char *at = text->data + token.span.start;
    size_t length = token.span.end - token.span.start;
    const char *more = "";
    if (length > LONGEST_SHOWN) {
        for (length = LONGEST_SHOWN; length && (at[length] & 0xC0) == 0x80;)
            length--;
        more = "…";
    }
    bool has_quotes = token.kind == RT_TOKEN_NAME || token.kind == RT_TOKEN_STRING;
    const char *mark = has_quotes ? "" : "\"";
    return g_strdup_printf("%s%.*s%s%s", mark, (int) length, at, more, mark);
}

void
rt_cursor_expected(const RtCursor *cursor, GError **error, const char *what)
{
    if (cursor->token.kind == RT_TOKEN_OPEN) {
        rt_token_open_error(error, cursor->text, cursor->token);
        return;
    }
    g_autofree char *found = token_show(cursor->text, cursor->token);
    rt_cursor_error(cursor, error, RT_ERROR_SYNTAX, "expected %s, found %s", what, found);
}

void
rt_cursor_error(const RtCursor *cursor, GError **error, RtErrorCode code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    rt_text_error(error, code, cursor->text, cursor->token.span, "%s", message);
}

void
rt_token_open_error(GError **error, const RtText *text, RtToken token)
{
    const char *at = text->data + token.span.start;
    bool is_comment = at[0] == '/' && token.span.end - token.span.start > 1 && at[1] == '*';
    RtSpan span = { token.span.start, token.span.start + (is_comment ? 2 : 1) };
    rt_text_error(error, RT_ERROR_SYNTAX, text, span, "this %s is never closed",
                  is_comment ? "comment" : "quote");
}
