/* The lexer and the cursor: tokens advance, stay inside the text and can be taken apart. */
#include "fuzz.h"

#include "sql/cursor.h"

static void
lex_all(const RtLexicon *lexicon, const RtText *text)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    for (uint32_t from = 0;;) {
        RtSpan hints = { from, from };
        RtToken token = rt_lexer_next(lexicon, text, from, &hints);
        g_assert(token.span.start >= from && token.span.end <= text->length);
        g_assert(hints.start >= from && hints.end <= token.span.start);
        if (token.kind == RT_TOKEN_END)
            break;
        g_assert(token.span.end > token.span.start);
        g_assert(token.kind != RT_TOKEN_OPEN || token.span.end == text->length);
        const char *value = rt_token_unquote(arena, lexicon, text, token);
        g_assert(strlen(value) <= token.span.end - token.span.start);
        from = token.span.end;
    }
}

/* Walks with everything that a cursor can do; each round passes a token at least. */
static void
walk(RtCursor *cursor)
{
    static const char *const phrases[] = { "NOT NULL", "CREATE", NULL };
    while (!rt_cursor_at_end(cursor)) {
        g_autoptr(GError) error = NULL;
        uint32_t start = cursor->token.span.start;
        RtSpan span = { 0, 0 };
        if (rt_cursor_at_operator(cursor, '(')) {
            if (!rt_cursor_take_parentheses(cursor, &span, &error))
                return;
            g_assert(span.start <= span.end && span.start > start);
        } else if (rt_cursor_accept_operator(cursor, ',')) {
            if (!rt_cursor_take_until(cursor, ",", phrases, &span, &error))
                return;
            g_assert(span.start <= span.end && span.end <= cursor->text->length);
        } else if (!rt_cursor_accept(cursor, "CREATE TABLE") &&
                   !rt_cursor_take_name(cursor, "a name", &error)) {
            rt_cursor_next(cursor);
        }
        g_assert(cursor->last > start);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const RtLexicon *lexicon = fuzz_take_lexicon(&data, &size);
    const RtText text = fuzz_text(data, size);
    lex_all(lexicon, &text);
    g_autoptr(RtArena) arena = rt_arena_new();
    RtCursor cursor;
    rt_cursor_init(&cursor, arena, lexicon, fuzz_text_new(arena, data, size));
    walk(&cursor);
    return 0;
}
