/*
 * The query of a view: as written, and equal to what the server makes of it when it stores it.
 * Servers before 4.0.6 store their own writing: names qualified as far as can be, AS before every
 * alias, an alias for each expression, INNER and OUTER and ASC written out, parentheses around the
 * operands of AND and OR. What only the tables tell (the columns of a star) is stars.c's.
 */
#include "dialect/starrocks/query.h"

#include "dialect/starrocks/query-tree.h"

#include <string.h>

/* ---- parentheses ------------------------------------------------------------------------------
 */

static bool
begins_operand(const QueryItem *before)
{
    static const char *const words[] = { "where", "on", "having", "and", "or", NULL };
    return starrocks_item_is_one_of(before, words) || starrocks_item_is_operator(before, "(");
}

static bool
ends_operand(const QueryItem *after)
{
    static const char *const words[] = { "and",   "or",    "group",  "order",     "limit", "having",
                                         "union", "where", "join",   "left",      "right", "full",
                                         "cross", "from",  "except", "intersect", NULL };
    return !after || starrocks_item_is_one_of(after, words) ||
           starrocks_item_is_operator(after, ")");
}

/* What stands between two parentheses, outside of others. */
static void
look_inside(const QueryReading *reading, unsigned open, unsigned close, bool *out_has_or,
            bool *out_is_query)
{
    unsigned depth = 0;
    *out_has_or = *out_is_query = false;
    for (unsigned i = open; i < close; i++) {
        const QueryItem *item = starrocks_reading_at(reading, i);
        depth += starrocks_item_is_operator(item, "(");
        depth -= starrocks_item_is_operator(item, ")");
        *out_has_or |= depth == 1 && starrocks_item_is(item, "or");
        *out_is_query |= depth == 1 && (starrocks_item_is(item, "select") ||
                                        starrocks_item_is_operator(item, ","));
    }
}

/* Whether the pair at `open` around an operand of AND or OR, or around a whole condition, changes
   nothing. `before` is what is left before it. */
static bool
is_pair_redundant(const QueryReading *reading, unsigned open, const QueryItem *before,
                  const bool *is_dropped)
{
    static const char *const joints[] = { "and", "or", NULL };
    bool has_or, is_query;
    unsigned close = starrocks_reading_at(reading, open)->close;
    if (!close || !begins_operand(before))
        return false;
    /* f(x): the parenthesis before is the function's, and this one the argument's. */
    look_inside(reading, open, close, &has_or, &is_query);
    unsigned next = close + 1;
    while (next < reading->items->len && is_dropped[next])
        next++;
    const QueryItem *after = starrocks_reading_at(reading, next);
    if (is_query || !ends_operand(after))
        return false;
    bool is_whole =
        !starrocks_item_is_one_of(before, joints) && !starrocks_item_is_one_of(after, joints);
    return is_whole || !has_or;
}

static void
drop_parentheses(QueryReading *reading)
{
    unsigned n = reading->items->len;
    g_autofree bool *is_dropped = g_new0(bool, n + 1);
    GArray *kept = g_array_sized_new(FALSE, TRUE, sizeof(QueryItem), n);
    for (unsigned i = 0; i < n; i++) {
        const QueryItem *item = starrocks_reading_at(reading, i);
        const QueryItem *before = kept->len ? &g_array_index(kept, QueryItem, kept->len - 1) : NULL;
        if (starrocks_item_is_operator(item, "(") &&
            is_pair_redundant(reading, i, before, is_dropped))
            is_dropped[i] = is_dropped[item->close] = true;
        if (!is_dropped[i])
            g_array_append_val(kept, *item);
    }
    g_array_unref(reading->items);
    reading->items = kept;
}

/* ---- equality ---------------------------------------------------------------------------------
 */

/* A name equals one with more qualifiers. */
static bool
names_equal(const QueryItem *a, const QueryItem *b)
{
    unsigned n = MIN(a->n_parts, b->n_parts);
    for (unsigned i = 1; i <= n; i++) {
        if (strcmp(a->parts[a->n_parts - i], b->parts[b->n_parts - i]) != 0)
            return false;
    }
    return n > 0;
}

static bool
items_equal(const QueryItem *a, const QueryItem *b)
{
    if (a->n_parts || b->n_parts)
        return a->n_parts && b->n_parts && names_equal(a, b);
    return a->kind == b->kind && strcmp(a->text, b->text) == 0;
}

static bool
is_made_alias(const QueryItem *item)
{
    return item && item->is_alias && starrocks_item_is_made_alias(item);
}

static bool
readings_equal(const QueryReading *a, const QueryReading *b)
{
    unsigned i = 0, j = 0;
    for (;;) {
        const QueryItem *left = starrocks_reading_at(a, i), *right = starrocks_reading_at(b, j);
        if (!left && !right)
            return true;
        if (left && right && items_equal(left, right)) {
            i++;
            j++;
        } else if (is_made_alias(left)) {
            i++;
        } else if (is_made_alias(right)) {
            j++;
        } else {
            return false;
        }
    }
}

static bool
equal_query(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
            const RtValue *b)
{
    (void) attribute;
    if (a->length == b->length && memcmp(a->text, b->text, a->length) == 0)
        return true;
    QueryReading left, right;
    starrocks_reading_open(&left, context->lexicon, a->text, a->length);
    starrocks_reading_open(&right, context->lexicon, b->text, b->length);
    drop_parentheses(&left);
    drop_parentheses(&right);
    bool equal = readings_equal(&left, &right);
    starrocks_reading_close(&left);
    starrocks_reading_close(&right);
    return equal;
}

const RtValueKind starrocks_value_query = {
    .name = "query",
    .equal = equal_query,
    .normalize = starrocks_complete_query,
};

/* ---- columns ----------------------------------------------------------------------------------
 */

bool
starrocks_query_gives(const RtLexicon *lexicon, const RtValue *query, const RtValue *columns)
{
    QueryTree tree;
    starrocks_tree_open(&tree, lexicon, query->text, query->length);
    const GArray *list = tree.select ? tree.select->expressions : NULL;
    unsigned n = list ? list->len : 0;
    bool matches = true, has_star = false;
    for (unsigned i = 0; i < n && matches; i++) {
        const QueryExpression *one = &g_array_index(list, QueryExpression, i);
        has_star |= starrocks_expression_is_star(&tree, one);
        const QueryItem *name = starrocks_reading_find_name(&tree.reading, one->first, one->end);
        const RtName *column = i < columns->length ? columns->parts[i].column : NULL;
        if (name && !has_star)
            matches =
                column && g_ascii_strcasecmp(name->parts[name->n_parts - 1], column->text) == 0;
    }
    starrocks_tree_close(&tree);
    return matches && (has_star || n == columns->length);
}
