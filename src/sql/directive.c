/* The table of directives, and the scanner that finds them among the comments of a span. */
#include "sql/directive.h"

#include <string.h>

#include "base/nearest.h"

#define INTRO "-- retort:"

enum {
    IN_SCRIPT = 1 << RT_PLACE_SCRIPT,
    IN_HALF = 1 << RT_PLACE_HALF,
    IN_SCHEMA = 1 << RT_PLACE_SCHEMA,
    ANY = 0xFFFF,
};

/* `arguments` is shown to who got them wrong; `least` and `most` count words. */
typedef struct Row {
    const char *word, *arguments;
    unsigned places;
    unsigned least, most;
} Row;

static const Row rows[] = {
    [RT_DIRECTIVE_UPGRADE] = { "upgrade", "", IN_SCRIPT | IN_HALF, 0, 0 },
    [RT_DIRECTIVE_DOWNGRADE] = { "downgrade", "", IN_SCRIPT | IN_HALF, 0, 0 },
    [RT_DIRECTIVE_IF] = { "if", " [not] exists table|view|column|index NAME", IN_HALF, 3, ANY },
    [RT_DIRECTIVE_END] = { "end", "", IN_HALF, 0, 0 },
    [RT_DIRECTIVE_ASSERT] = { "assert", " SELECT …", IN_HALF, 2, ANY },
    [RT_DIRECTIVE_IRREVERSIBLE] = { "irreversible", " REASON", IN_HALF, 1, ANY },
    [RT_DIRECTIVE_ALLOW] = { "allow", " RISK REASON", IN_HALF, 2, ANY },
    [RT_DIRECTIVE_IDEMPOTENT] = { "idempotent", "", IN_HALF, 0, 0 },
    [RT_DIRECTIVE_BATCH] = { "batch", " N", IN_HALF, 1, 1 },
    [RT_DIRECTIVE_REBUILD] = { "rebuild", " TABLE", IN_HALF, 1, ANY },
    [RT_DIRECTIVE_RUN] = { "run", " COMMAND", IN_HALF, 1, ANY },
    [RT_DIRECTIVE_NO_TRANSACTION] = { "no-transaction", "", IN_HALF, 0, 0 },
    [RT_DIRECTIVE_NO_WAIT] = { "no-wait", "", IN_HALF, 0, 0 },
    [RT_DIRECTIVE_DELIMITER] = { "delimiter", " X", IN_HALF | IN_SCHEMA, 1, 1 },
    [RT_DIRECTIVE_DIALECT] = { "dialect", " NAME", IN_SCHEMA, 1, 1 },
    [RT_DIRECTIVE_RENAMED_FROM] = { "renamed from", " NAME", IN_SCHEMA, 1, ANY },
    [RT_DIRECTIVE_REFERENCES] = { "references", " TABLE(COLUMN)", IN_SCHEMA | IN_HALF, 1, ANY },
};

static const char *const place_names[] = {
    [RT_PLACE_SCRIPT] = "before the first half of a script",
    [RT_PLACE_HALF] = "in a half of a script",
    [RT_PLACE_SCHEMA] = "in a schema file",
};

static bool
is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static uint32_t
skip_blanks(const RtText *text, RtSpan span)
{
    while (span.start < span.end && is_blank(text->data[span.start]))
        span.start++;
    return span.start;
}

static uint32_t
skip_word(const RtText *text, RtSpan span)
{
    while (span.start < span.end && !is_blank(text->data[span.start]))
        span.start++;
    return span.start;
}

static RtSpan
strip_span(const RtText *text, RtSpan span)
{
    span.start = skip_blanks(text, span);
    while (span.end > span.start && is_blank(text->data[span.end - 1]))
        span.end--;
    return span;
}

static bool
begins_with(const RtText *text, RtSpan span, const char *beginning)
{
    size_t length = strlen(beginning);
    return span.end - span.start >= length &&
           memcmp(text->data + span.start, beginning, length) == 0;
}

static uint32_t
find_after(const RtText *text, RtSpan span, const char *mark)
{
    const char *at = text->data + span.start;
    const char *found = memmem(at, span.end - span.start, mark, strlen(mark));
    return found ? (uint32_t) (found + strlen(mark) - text->data) : span.end;
}

/*
 * Finds the next line of `span` that is a directive. Between hints there are only comments and
 * blanks, so that this needs no lexicon: what a block comment holds is passed, and else a line
 * comment is told by its beginning.
 */
static bool
find_line(const RtText *text, RtSpan span, RtSpan *out_line)
{
    while ((span.start = skip_blanks(text, span)) < span.end) {
        if (begins_with(text, span, "/*")) {
            span.start = find_after(text, (RtSpan){ span.start + 2, span.end }, "*/");
            continue;
        }
        uint32_t next = find_after(text, span, "\n");
        if (begins_with(text, span, INTRO)) {
            *out_line = strip_span(text, (RtSpan){ span.start, next });
            return true;
        }
        span.start = next;
    }
    return false;
}

/* Rows are told by their first word; where a row has two, what follows must be the second. */
static RtDirectiveKind
find_kind(const RtText *text, RtSpan word)
{
    for (size_t i = 1; i < G_N_ELEMENTS(rows); i++) {
        size_t length = strcspn(rows[i].word, " ");
        if (word.end - word.start == length &&
            memcmp(text->data + word.start, rows[i].word, length) == 0)
            return (RtDirectiveKind) i;
    }
    return RT_DIRECTIVE_NONE;
}

bool
rt_directive_scan(const RtText *text, RtSpan hints, uint32_t *from, RtDirective *out_directive)
{
    RtSpan line;
    if (!find_line(text, (RtSpan){ MAX(*from, hints.start), hints.end }, &line))
        return false;
    *from = line.end;

    RtDirective directive = { .line = line };
    RtSpan rest = strip_span(text, (RtSpan){ line.start + strlen(INTRO), line.end });
    directive.word = (RtSpan){ rest.start, skip_word(text, rest) };
    directive.argument = strip_span(text, (RtSpan){ directive.word.end, rest.end });
    directive.kind = find_kind(text, directive.word);
    const char *second = strchr(rows[directive.kind].word ?: "", ' ');
    if (second) {
        RtSpan word = { directive.argument.start, skip_word(text, directive.argument) };
        if (word.end - word.start == strlen(second + 1) && begins_with(text, word, second + 1)) {
            directive.word.end = word.end;
            directive.argument = strip_span(text, (RtSpan){ word.end, rest.end });
        } else {
            directive.argument.end = directive.argument.start;
        }
    }
    *out_directive = directive;
    return true;
}

static unsigned
count_words(const RtText *text, RtSpan span)
{
    unsigned n = 0;
    for (; (span.start = skip_blanks(text, span)) < span.end; n++)
        span.start = skip_word(text, span);
    return n;
}

static bool
fail_unknown(const RtText *text, const RtDirective *directive, GError **error)
{
    RtSpan word = directive->word;
    if (word.start == word.end) {
        rt_text_error(error, RT_ERROR_SYNTAX, text, directive->line,
                      "a directive is missing after \"retort:\"");
        return false;
    }
    g_autofree char *unknown = g_strndup(text->data + word.start, word.end - word.start);
    const char *words[G_N_ELEMENTS(rows) - 1];
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        words[i] = rows[i + 1].word;
    const char *nearest = rt_nearest(unknown, words, G_N_ELEMENTS(words));
    if (nearest)
        rt_text_error(error, RT_ERROR_SYNTAX, text, word,
                      "unknown directive \"%s\", did you mean \"%s\"", unknown, nearest);
    else
        rt_text_error(error, RT_ERROR_SYNTAX, text, word, "unknown directive \"%s\"", unknown);
    return false;
}

static bool
check_directive(const RtText *text, const RtDirective *directive, RtDirectivePlace place,
                GError **error)
{
    if (directive->kind == RT_DIRECTIVE_NONE)
        return fail_unknown(text, directive, error);
    const Row *row = &rows[directive->kind];
    if (!(row->places & (1U << place))) {
        rt_text_error(error, RT_ERROR_SYNTAX, text, directive->word, "\"%s\" cannot stand %s",
                      row->word, place_names[place]);
        return false;
    }
    unsigned n = count_words(text, directive->argument);
    if (n < row->least || n > row->most) {
        rt_text_error(error, RT_ERROR_SYNTAX, text, directive->line,
                      "\"%s\" is %s, write \"-- retort: %s%s\"", row->word,
                      n < row->least ? "not complete" : "followed by too much", row->word,
                      row->arguments);
        return false;
    }
    return true;
}

bool
rt_directive_next(const RtText *text, RtSpan hints, RtDirectivePlace place, uint32_t *from,
                  RtDirective *out_directive, GError **error)
{
    RtDirective directive;
    if (!rt_directive_scan(text, hints, from, &directive) ||
        !check_directive(text, &directive, place, error))
        return false;
    *out_directive = directive;
    return true;
}

const char *
rt_directive_argument(RtArena *arena, const RtText *text, const RtDirective *directive)
{
    RtSpan argument = directive->argument;
    return rt_arena_copy(arena, text->data + argument.start, argument.end - argument.start);
}

const char *
rt_directive_word(RtDirectiveKind kind)
{
    return rows[kind].word;
}
