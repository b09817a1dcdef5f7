/*
 * The words that introduce rows, rules and elements, found by their first letter. Made once per
 * model and only for what its texts use; looking up costs a comparison or two.
 */
#pragma once

#include "dialect/dialect.h"

typedef struct RtPhrases RtPhrases;
typedef struct RtPhraseBook RtPhraseBook;

/* Which words of a table of rows are meant. */
typedef enum RtPhraseUse {
    RT_PHRASES_ATTRIBUTES,      /* RtForm: the intro of each row; ids are rows */
    RT_PHRASES_ALTER,           /* RtForm: row * 2 its alter_intro, row * 2 + 1 its `clear` */
    RT_PHRASES_RULES,           /* RtStatementRule[]: ids are indices */
    RT_PHRASES_ELEMENTS,        /* the dialect's elements in a table's body; ids are indices */
    RT_PHRASES_COLUMN_ELEMENTS, /* the same at a column */
    RT_N_PHRASE_USES,
} RtPhraseUse;

/* `key` is the form or the array of rules, for elements the dialect. */
const RtPhrases *rt_phrases_get(RtParser *parser, RtPhraseUse use, const void *key);
/* The id of the longest phrase at the cursor, which is passed; or -1. */
int rt_phrases_accept(const RtPhrases *phrases, RtCursor *cursor);
/* Whether one of the phrases is at the cursor. */
bool rt_phrases_at(const RtPhrases *phrases, const RtCursor *cursor);
