/* The splitter: statements follow each other without a gap, and it ends. */
#include "fuzz.h"

#include "sql/split.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const RtLexicon *lexicon = fuzz_take_lexicon(&data, &size);
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtText *text = fuzz_text_new(arena, data, size);
    RtSplitter splitter;
    rt_splitter_init(&splitter, lexicon, text);
    g_autoptr(GError) error = NULL;
    RtStatement statement;
    uint32_t end = 0;
    while (rt_splitter_next(&splitter, &statement, &error)) {
        g_assert(statement.whole.start == end && statement.hints.start >= end);
        g_assert(statement.hints.end >= statement.hints.start);
        g_assert(statement.span.start >= statement.hints.end);
        g_assert(statement.span.end > statement.span.start);
        g_assert(statement.whole.end >= statement.span.end);
        end = statement.whole.end;
    }
    g_assert(statement.span.start == text->length && statement.span.end == text->length);
    g_assert(error || (statement.whole.start == end && statement.whole.end == text->length));
    g_assert(splitter.next == text->length);
    return 0;
}
