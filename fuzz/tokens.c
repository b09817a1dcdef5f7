/* Two token sequences, parted by a NUL: equal ones hash alike, and what is printed reads back. */
#include "fuzz.h"

#include "sql/tokens.h"

static void
print_and_read(const RtLexicon *lexicon, const char *value)
{
    for (int is_string = 0; is_string <= 1; is_string++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        g_autoptr(GString) out = g_string_new(NULL);
        if (is_string)
            rt_string_print(out, lexicon, value);
        else
            rt_name_print(out, lexicon, value);
        RtText *text = rt_text_new(arena, "<print>", out->str, out->len);
        RtToken token = rt_lexer_next(lexicon, text, 0, NULL);
        g_assert(token.span.start == 0 && token.span.end == text->length);
        g_assert(strcmp(rt_token_unquote(arena, lexicon, text, token), value) == 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const RtLexicon *lexicon = fuzz_take_lexicon(&data, &size);
    const uint8_t *middle = size ? memchr(data, '\0', size) : NULL;
    if (!middle)
        return 0;
    const char *a = (const char *) data, *b = (const char *) middle + 1;
    uint32_t a_length = (uint32_t) (middle - data), b_length = (uint32_t) size - a_length - 1;
    print_and_read(lexicon, a);
    for (RtFold fold = RT_FOLD_EXACT; fold <= RT_FOLD_ASCII; fold++) {
        bool equal = rt_tokens_equal(lexicon, fold, a, a_length, b, b_length);
        g_assert(equal == rt_tokens_equal(lexicon, fold, b, b_length, a, a_length));
        uint64_t hash = rt_tokens_hash(lexicon, fold, a, a_length);
        g_assert(!equal || hash == rt_tokens_hash(lexicon, fold, b, b_length));
    }
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    rt_tokens_digest(lexicon, a, a_length, checksum);
    return 0;
}
