/* What fuzz targets share: the choice of a lexicon, and inputs as texts. */
#pragma once

#include "../tests/unit/sql/test-lexicon.h"
#include "base/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte of the input chooses the lexicon. */
static inline const RtLexicon *
fuzz_take_lexicon(const uint8_t **data, size_t *size)
{
    if (*size == 0)
        return test_lexicons[0];
    (*size)--;
    return test_lexicons[*(*data)++ % G_N_ELEMENTS(test_lexicons)];
}

/* The input as it is, with no NUL behind it, so that every overread is seen: for the lexer. */
static inline RtText
fuzz_text(const uint8_t *data, size_t size)
{
    return (RtText){ "<fuzz>", (const char *) data, (uint32_t) size, 1 };
}

/* The input as a text that keeps the promise of data[length] == NUL; in the arena. */
static inline RtText *
fuzz_text_new(RtArena *arena, const uint8_t *data, size_t size)
{
    return rt_text_new(arena, "<fuzz>", rt_arena_copy(arena, data, size), size);
}
