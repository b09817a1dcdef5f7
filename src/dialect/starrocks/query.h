/* What is known of a query by its tokens, and by the schema around it. */
#pragma once

#include "dialect/starrocks/starrocks.h"

/*
 * Whether the columns of a view (parts, by name) are those that its query gives it anyway, as far
 * as that can be seen: names that the server makes of expressions and the columns of a star are
 * taken as they are.
 */
bool starrocks_query_gives(const RtLexicon *lexicon, const RtValue *query, const RtValue *columns);
/*
 * RtValueKind.normalize of a query: each star replaced by the columns of its sources as far as the
 * context's catalog knows them, and the columns behind the name of a WITH left out where its query
 * gives them anyway. The value itself where there is nothing of that.
 */
const RtValue *starrocks_complete_query(const RtValueContext *context, const RtObject *view,
                                        const RtValue *value);
