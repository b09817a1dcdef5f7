/* Revision scripts: header and both halves of any text; what is read stays within it. */
#include "fuzz.h"

#include "revision/script.h"

static void
check_half(const RtText *text, const RtHalf *half)
{
    for (unsigned i = 0; i < half->n_steps; i++) {
        const RtScriptStep *step = &half->steps[i];
        g_assert(step->span.start < step->span.end && step->span.end <= text->length);
        g_assert(step->comment.start <= step->comment.end);
        g_assert(step->comment.end <= step->span.start);
        g_assert(step->condition < (int) i && step->rebuild < (int) half->n_rebuilds);
        g_assert(step->condition < 0 || half->steps[step->condition].kind == RT_SCRIPT_IF);
        g_assert(step->sql && strlen(step->hash) == 64);
    }
    for (unsigned i = 0; i < half->n_rebuilds; i++)
        g_assert(half->rebuilds[i].first + half->rebuilds[i].n <= half->n_steps);
}

/* The printed header is read as it was. */
static void
check_header(RtArena *arena, const RtScriptHeader *header)
{
    g_autofree char *printed = rt_script_print(header, "", "");
    const RtText *text = rt_text_new(arena, "<printed>", printed, strlen(printed));
    RtScriptHeader again;
    g_assert(rt_script_parse_header(arena, text, &again, NULL));
    g_assert(strcmp(again.revision, header->revision) == 0);
    g_assert(g_strv_equal(again.down_revision, header->down_revision));
    g_assert(g_strv_equal(again.depends_on, header->depends_on));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const RtLexicon *lexicon = fuzz_take_lexicon(&data, &size);
    if (memchr(data, '\0', size) || !g_utf8_validate((const char *) data, (gssize) size, NULL))
        return 0;
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtText *text = fuzz_text_new(arena, data, size);
    RtScriptHeader header = { 0 };
    g_autoptr(GError) error = NULL;
    if (rt_script_parse_header(arena, text, &header, &error)) {
        g_assert(header.end <= text->length);
        check_header(arena, &header);
    }
    g_assert(!header.revision == (error != NULL));
    for (RtDirection direction = RT_UP; direction <= RT_DOWN; direction++) {
        RtHalf half;
        g_autoptr(GError) failure = NULL;
        if (rt_script_parse_half(arena, lexicon, text, &header, direction, &half, &failure))
            check_half(text, &half);
        else
            g_assert(failure);
    }
    return 0;
}
