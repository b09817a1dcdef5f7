/* The splitter: finds terminators, and knows which of them stand inside a compound statement. */
#include "sql/split.h"

#include "sql/cursor.h"
#include "sql/directive.h"

/*
 * Where in a compound statement the splitter is. Words like "end" may be names there: one ends a
 * block only where a statement could begin, and nothing does behind a point. CASE cannot hold a
 * semicolon, so that each one forgets the CASEs that are open.
 */
typedef struct Body {
    const RtCompound *compound; /* NULL: a plain statement */
    uint32_t blocks, cases;
    bool at_start; /* a statement of the body may begin here */
    bool after_point;
} Body;

void
rt_splitter_init(RtSplitter *splitter, const RtLexicon *lexicon, const RtText *text)
{
    *splitter = (RtSplitter){ .text = text, .lexicon = lexicon };
}

static bool
is_word(const RtText *text, RtToken token, const char *word, size_t length)
{
    return token.kind == RT_TOKEN_WORD && token.span.end - token.span.start == length &&
           g_ascii_strncasecmp(text->data + token.span.start, word, length) == 0;
}

static bool
match_intro(const RtSplitter *splitter, RtToken token, const char *intro)
{
    bool may_skip = false;
    while (*intro) {
        size_t length = strcspn(intro, " ");
        const char *next = intro + length + (intro[length] == ' ');
        if (*intro == '*') {
            may_skip = true;
            intro = next;
            continue;
        }
        if (is_word(splitter->text, token, intro, length)) {
            intro = next;
            if (!*intro)
                return true;
        } else if (!may_skip || token.kind != RT_TOKEN_WORD) {
            return false;
        }
        may_skip = false;
        token = rt_lexer_next(splitter->lexicon, splitter->text, token.span.end, NULL);
    }
    return false;
}

static const RtCompound *
find_compound(const RtSplitter *splitter, RtToken first)
{
    for (const RtCompound *compound = splitter->lexicon->compounds; compound->intro; compound++) {
        if (match_intro(splitter, first, compound->intro))
            return compound;
    }
    return NULL;
}

static void
pass_in_body(Body *body, const RtText *text, RtToken token)
{
    bool starts = false;
    if (rt_token_is(text, token, ';')) {
        body->cases = 0;
        starts = body->blocks > 0;
    } else if (!body->after_point && rt_token_is_word(text, token, "CASE")) {
        body->cases++;
    } else if (!body->after_point && rt_token_is_word(text, token, body->compound->begin)) {
        starts = !body->blocks || body->at_start;
        body->blocks += starts;
    } else if (!body->after_point && rt_token_is_word(text, token, body->compound->end)) {
        if (body->cases)
            body->cases--;
        else if (body->blocks && body->at_start)
            body->blocks--;
    }
    body->at_start = starts;
    body->after_point = rt_token_is(text, token, '.');
}

static bool
is_word_byte(const RtLexicon *lexicon, char byte)
{
    uint8_t class = lexicon->bytes[(uint8_t) byte];
    return class == RT_BYTE_LETTER || class == RT_BYTE_DIGIT;
}

/* Whether the set delimiter ends a statement at or, as in "END$$", inside this token. */
static bool
find_delimiter(const RtSplitter *splitter, RtToken token, RtSpan *out_terminator)
{
    const RtText *text = splitter->text;
    const char *delimiter = text->data + splitter->delimiter.start;
    size_t length = splitter->delimiter.end - splitter->delimiter.start;
    size_t token_length = token.span.end - token.span.start;
    const char *at = text->data + token.span.start, *found = NULL;

    if (is_word_byte(splitter->lexicon, *delimiter)) {
        if (token_length == length && memcmp(at, delimiter, length) == 0)
            found = at;
    } else if (text->length - token.span.start >= length && memcmp(at, delimiter, length) == 0) {
        found = at;
    } else if (token.kind == RT_TOKEN_WORD || token.kind == RT_TOKEN_NUMBER ||
               token.kind == RT_TOKEN_PARAMETER) {
        found = memmem(at, token_length, delimiter, length);
    }
    if (!found)
        return false;
    out_terminator->start = (uint32_t) (found - text->data);
    out_terminator->end = out_terminator->start + (uint32_t) length;
    return true;
}

static inline bool
find_terminator(const RtSplitter *splitter, RtToken token, RtSpan *out_terminator)
{
    if (splitter->delimiter.start != splitter->delimiter.end)
        return find_delimiter(splitter, token, out_terminator);
    if (!rt_token_is(splitter->text, token, ';'))
        return false;
    *out_terminator = token.span;
    return true;
}

/* Finds the last `delimiter` directive of some hints. */
static bool
read_delimiter(const RtText *text, RtSpan hints, RtSpan *out_delimiter)
{
    bool found = false;
    RtDirective directive;
    for (uint32_t from = hints.start; rt_directive_scan(text, hints, &from, &directive);) {
        RtSpan argument = directive.argument;
        if (directive.kind != RT_DIRECTIVE_DELIMITER || argument.start == argument.end)
            continue;
        bool is_semicolon = argument.end - argument.start == 1 && text->data[argument.start] == ';';
        *out_delimiter = is_semicolon ? (RtSpan){ 0, 0 } : argument;
        found = true;
    }
    return found;
}

/* The first token of the next statement, or the end; hints and delimiters on the way are taken. */
static RtToken
find_first(RtSplitter *splitter, RtStatement *statement)
{
    for (uint32_t from = splitter->next;;) {
        RtSpan hints = { from, from }, terminator;
        RtToken token = rt_lexer_next(splitter->lexicon, splitter->text, from, &hints);
        if (hints.start != hints.end) {
            read_delimiter(splitter->text, hints, &splitter->delimiter);
            if (statement->hints.start == statement->hints.end)
                statement->hints = hints;
            statement->hints.end = hints.end;
        }
        if (token.kind == RT_TOKEN_END || !find_terminator(splitter, token, &terminator) ||
            terminator.start > token.span.start)
            return token;
        from = terminator.end;
    }
}

/* Passes the tokens of a statement from its first; false at one that is never closed. */
static bool
find_last(RtSplitter *splitter, RtToken token, RtStatement *statement, GError **error)
{
    const RtText *text = splitter->text;
    bool has_delimiter = splitter->delimiter.start != splitter->delimiter.end;
    Body body = { .compound = has_delimiter ? NULL : find_compound(splitter, token) };
    RtSpan terminator, changed;
    for (;;) {
        if (!body.blocks && find_terminator(splitter, token, &terminator)) {
            if (terminator.start > token.span.start)
                statement->span.end = terminator.start;
            splitter->next = terminator.end;
            return true;
        }
        if (token.kind == RT_TOKEN_OPEN) {
            rt_token_open_error(error, text, token);
            return false;
        }
        if (body.compound)
            pass_in_body(&body, text, token);
        statement->span.end = splitter->next = token.span.end;
        RtSpan hints = { 0, 0 };
        token = rt_lexer_next(splitter->lexicon, text, token.span.end, &hints);
        if (token.kind == RT_TOKEN_END || (hints.end && read_delimiter(text, hints, &changed)))
            return true;
    }
}

bool
rt_splitter_next(RtSplitter *splitter, RtStatement *out_statement, GError **error)
{
    uint32_t start = splitter->next, end = splitter->text->length;
    RtStatement statement = { { end, end }, { start, start }, { start, end } };
    RtToken first = find_first(splitter, &statement);
    if (first.kind == RT_TOKEN_END) {
        splitter->next = end;
        *out_statement = statement;
        return false;
    }
    statement.span = (RtSpan){ first.span.start, first.span.start };
    if (!find_last(splitter, first, &statement, error)) {
        splitter->next = end;
        *out_statement = (RtStatement){ { end, end }, { end, end }, { end, end } };
        return false;
    }
    statement.whole.end = splitter->next;
    *out_statement = statement;
    return true;
}
