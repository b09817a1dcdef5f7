/* Directives in all places: each is inside the text, behind the one before, or has an error. */
#include "fuzz.h"

#include "sql/directive.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtText *text = fuzz_text_new(arena, data, size);
    for (int place = RT_PLACE_SCRIPT; place <= RT_PLACE_SCHEMA; place++) {
        for (uint32_t from = 0;;) {
            uint32_t before = from;
            g_autoptr(GError) error = NULL;
            RtDirective directive;
            bool found = rt_directive_next(text, (RtSpan){ 0, text->length },
                                           (RtDirectivePlace) place, &from, &directive, &error);
            if (!found && !error)
                break;
            g_assert(from > before && from <= text->length);
            if (!found)
                continue;
            g_assert(!error && rt_directive_word(directive.kind));
            g_assert(directive.line.start >= before && directive.line.end == from);
            g_assert(directive.word.start >= directive.line.start);
            g_assert(directive.argument.start >= directive.word.end);
            g_assert(directive.argument.end <= directive.line.end);
        }
    }
    return 0;
}
