/*
 * Where a piece of SQL mentions a table or a column. Names are found by their tokens and the scopes
 * around them (parentheses, statements, FROM lists, aliases); nothing is resolved beyond that.
 */
#pragma once

#include "catalog/value.h"

typedef struct RtMention {
    const RtName *table;
    const RtName *column; /* of `table`; NULL: the table itself is looked for */
    /* The piece is an expression of the table itself: bare names are its columns. */
    bool is_own;
} RtMention;

bool rt_mention_found(const RtValueContext *context, const RtMention *mention, const char *data,
                      uint32_t length);
/*
 * The piece with `new_name` at each mention, in the model's arena; all else stays as it was. NULL
 * when there is none.
 */
const char *rt_mention_rename(const RtValueContext *context, const RtMention *mention,
                              const RtName *new_name, const char *data, uint32_t length,
                              uint32_t *out_length);
