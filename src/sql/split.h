/* Cuts a text into statements, with the lexer: quotes, comments and compound bodies are seen. */
#pragma once

#include "sql/lexer.h"

typedef struct RtSplitter {
    const RtText *text;
    const RtLexicon *lexicon;
    uint32_t next;
    RtSpan delimiter; /* in the text; empty: the semicolon; set by a `delimiter X` directive */
} RtSplitter;

typedef struct RtStatement {
    RtSpan span;  /* from the first token to the last, without the terminator */
    RtSpan hints; /* the "-- retort:" lines before it; empty when start == end */
    RtSpan whole; /* from the end of the one before, comments included, with the terminator */
} RtStatement;

void rt_splitter_init(RtSplitter *splitter, const RtLexicon *lexicon, const RtText *text);
/*
 * Finds the next statement; false at the end, then *out_statement has an empty span, the hints
 * that stand after the last statement, and as `whole` what is left. An open quote or comment sets
 * an error and ends the text. Terminators without a statement are passed. A statement also ends
 * before a `delimiter` directive.
 */
bool rt_splitter_next(RtSplitter *splitter, RtStatement *out_statement,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
