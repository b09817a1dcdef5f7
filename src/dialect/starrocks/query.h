/* What is known of a query by its tokens. */
#pragma once

#include "dialect/starrocks/starrocks.h"

/*
 * Whether the columns of a view (parts, by name) are those that its query gives it anyway, as far
 * as that can be seen: names that the server makes of expressions and the columns of a star are
 * taken as they are.
 */
bool starrocks_query_gives(const RtLexicon *lexicon, const RtValue *query, const RtValue *columns);
