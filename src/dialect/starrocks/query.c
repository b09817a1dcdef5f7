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
typedef struct Pair {
    bool has_or, is_query;
} Pair;

/* By the place of what opens them. */
static Pair *
find_pairs(const QueryReading *reading)
{
    Pair *pairs = g_new0(Pair, reading->items->len);
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(unsigned));
    for (unsigned i = 0; i < reading->items->len; i++) {
        const QueryItem *item = starrocks_reading_at(reading, i);
        Pair *inner = open->len ? &pairs[g_array_index(open, unsigned, open->len - 1)] : NULL;
        if (starrocks_item_is_operator(item, "(")) {
            g_array_append_val(open, i);
        } else if (inner && starrocks_item_is_operator(item, ")")) {
            g_array_set_size(open, open->len - 1);
        } else if (inner) {
            inner->has_or |= starrocks_item_is(item, "or");
            inner->is_query |=
                starrocks_item_is(item, "select") || starrocks_item_is_operator(item, ",");
        }
    }
    return pairs;
}

/* Whether a pair around an operand of AND or OR, or around a whole condition, changes nothing. */
static bool
is_redundant(const Pair *pair, const QueryItem *before, const QueryItem *after)
{
    static const char *const joints[] = { "and", "or", NULL };
    /* f(x): the parenthesis before is the function's, and this one the argument's. */
    if (pair->is_query || !begins_operand(before) || !ends_operand(after))
        return false;
    bool is_whole =
        !starrocks_item_is_one_of(before, joints) && !starrocks_item_is_one_of(after, joints);
    return is_whole || !pair->has_or;
}

/* Items that go lead to the one behind them, those that stay to themselves. */
static unsigned
find_kept(unsigned *next, unsigned at)
{
    while (next[at] != at)
        at = next[at] = next[next[at]];
    return at;
}

/* From the outside to the inside: what stands around a pair is what is left of it by then. */
static void
drop_parentheses(QueryReading *reading)
{
    unsigned n = reading->items->len, n_kept = 0;
    g_autofree Pair *pairs = find_pairs(reading);
    g_autofree unsigned *next = g_new(unsigned, n + 1);
    QueryItem *items = (QueryItem *) (void *) reading->items->data;
    const QueryItem *before = NULL;
    for (unsigned i = 0; i <= n; i++)
        next[i] = i;
    for (unsigned i = 0; i < n; i++) {
        unsigned close = starrocks_item_is_operator(&items[i], "(") ? items[i].close : 0;
        if (close && is_redundant(&pairs[i], before,
                                  starrocks_reading_at(reading, find_kept(next, close + 1)))) {
            next[i] = i + 1;
            next[close] = close + 1;
        }
        before = next[i] == i ? &items[i] : before;
    }
    for (unsigned i = 0; i < n; i++) {
        if (next[i] == i)
            items[n_kept++] = items[i];
    }
    g_array_set_size(reading->items, n_kept);
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
