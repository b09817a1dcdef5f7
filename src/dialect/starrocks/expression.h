/* Expressions as they are compared: one text for all ways of writing the same. */
#pragma once

#include "dialect/starrocks/starrocks.h"

/*
 * The expression with names and words folded, types in their canonical spelling, parentheses around
 * each operation and no others. What is no expression by this grammar is given as
 * starrocks_fold_expression gives it. Owned by the caller.
 */
char *starrocks_canonical_expression(const RtValueContext *context, const char *data,
                                     uint32_t length);
/*
 * The name of the type that an expression over the table's columns has, static; NULL: it is not
 * known. Texts of any length are VARCHAR.
 */
const char *starrocks_expression_type(const RtValueContext *context, const RtObject *table,
                                      const char *text, uint32_t length);
