/* A query as a row of items: its tokens, a name with its qualifiers being one of them. */
#pragma once

#include "dialect/starrocks/starrocks.h"

enum { STARROCKS_MOST_PARTS = 4 };

/* A token, or a name with its qualifiers. */
typedef struct QueryItem {
    RtTokenKind kind;
    unsigned n_parts;                          /* of a name; the last is the name itself */
    const char *parts[STARROCKS_MOST_PARTS];   /* folded */
    const char *written[STARROCKS_MOST_PARTS]; /* the same, not folded */
    const char *text;                          /* of what is no name */
    bool is_quoted;
    bool is_alias;  /* AS stood before it */
    unsigned close; /* of ( [ {: the item that closes it; 0: none does */
    RtSpan span;
} QueryItem;

/* Words that say nothing (AS, INNER, OUTER, ASC) are no items. */
typedef struct QueryReading {
    RtArena *arena;
    const RtLexicon *lexicon;
    RtText text;
    GArray *items; /* of QueryItem */
} QueryReading;

/* `data` must live as long as the reading. */
void starrocks_reading_open(QueryReading *reading, const RtLexicon *lexicon, const char *data,
                            uint32_t length);
void starrocks_reading_close(QueryReading *reading);
/* NULL behind the last. */
const QueryItem *starrocks_reading_at(const QueryReading *reading, unsigned at);

/* Whether it is this word without quotes and qualifiers; false for NULL, as all below. */
bool starrocks_item_is(const QueryItem *item, const char *word);
bool starrocks_item_is_one_of(const QueryItem *item, const char *const *words);
bool starrocks_item_is_operator(const QueryItem *item, const char *text);
/* Whether it is an alias that the server makes of an expression: `count(v1)`, `123`. */
bool starrocks_item_is_made_alias(const QueryItem *item);

/* The name of the column that the expression from `first` to `end` in a list of SELECT gives, NULL:
   the server's to make. */
const QueryItem *starrocks_reading_find_name(const QueryReading *reading, unsigned first,
                                             unsigned end);
