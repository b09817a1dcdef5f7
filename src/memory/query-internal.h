/* What the readers of statements and of expressions share; private to query*.c. */
#pragma once

#include "memory/query.h"

static inline bool
rt_query_accept(RtQueryReader *reader, const char *phrase)
{
    return rt_cursor_accept(&reader->cursor, phrase);
}

static inline bool
rt_query_accept_operator(RtQueryReader *reader, char operator)
{
    return rt_cursor_accept_operator(&reader->cursor, operator);
}

/* NULL and false where something else is at the cursor. */
const char *rt_query_take_name(RtQueryReader *reader);
bool rt_query_take_table(RtQueryReader *reader, const RtName **out_name);
const RtName *rt_query_take_column(RtQueryReader *reader);
/* An operand, perhaps with a sign. */
RtExpr *rt_query_read_signed(RtQueryReader *reader);
