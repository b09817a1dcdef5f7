/*
 * Pieces of SQL as token sequences: equality and hashes that do not see comments, blanks, the case
 * of words or the way of quoting.
 */
#pragma once

#include "sql/lexer.h"

/*
 * Whether two pieces are the same tokens. Bare words are compared without case, quoted names with a
 * bare word by `fold`, strings by value, numbers as written.
 */
bool rt_tokens_equal(const RtLexicon *lexicon, RtFold fold, const char *a, uint32_t a_length,
                     const char *b, uint32_t b_length);
/*
 * Equal tokens have equal hashes. No hash sees the case of words and names, whatever `fold` says: a
 * bare word may be a keyword, and equals itself in any case. It never changes between versions.
 */
uint64_t rt_tokens_hash(const RtLexicon *lexicon, RtFold fold, const char *data, uint32_t length);
/*
 * Adds the tokens of a piece to a SHA-256. Comments and blanks are dropped, "-- retort:" lines kept
 * (with their blanks made one), words as written.
 */
void rt_tokens_digest(const RtLexicon *lexicon, const char *data, uint32_t length,
                      GChecksum *checksum);

/*
 * Calls `visit` for each word or name of a piece, with its unquoted text; for finding what a view
 * reads. `previous` is the token before it (RT_TOKEN_END for none).
 */
void rt_tokens_each_name(RtArena *scratch, const RtLexicon *lexicon, const RtText *text,
                         void (*visit)(const char *name, RtToken token, RtToken previous,
                                       void *data),
                         void *data);

/* Appends a name, quoted when it must be. */
void rt_name_print(GString *out, const RtLexicon *lexicon, const char *name);
/* Appends a string literal in single quotes. */
void rt_string_print(GString *out, const RtLexicon *lexicon, const char *value);
/* Whether the word must be quoted as a name, in any case. */
bool rt_lexicon_reserves(const RtLexicon *lexicon, const char *name);
