/*
 * The query of a view: as written, and equal to what the server makes of it when it stores it.
 * Servers before 4.0.6 store their own writing: names qualified as far as can be, AS before every
 * alias, an alias for each expression, INNER and OUTER and ASC written out, parentheses around the
 * operands of AND and OR. What cannot be seen without the tables (the columns of a star) stays a
 * difference, which the pairs of the definition memory settle.
 */
#include "dialect/starrocks/query.h"

#include <string.h>

enum { MOST_PARTS = 4 };

/* A token, or a name with its qualifiers. */
typedef struct Item {
    RtTokenKind kind;
    unsigned n_parts;              /* of a name; the last is the name itself */
    const char *parts[MOST_PARTS]; /* folded */
    const char *text;              /* of what is no name */
    bool is_quoted;
    bool is_alias; /* AS stood before it */
} Item;

typedef struct Reading {
    RtArena *arena;
    const RtLexicon *lexicon;
    RtText text;
    GArray *items; /* of Item */
} Reading;

static bool
is_name_token(RtToken token)
{
    return token.kind == RT_TOKEN_WORD || token.kind == RT_TOKEN_NAME;
}

static const char *
fold_name(const Reading *reading, RtToken token)
{
    const char *name = rt_token_unquote(reading->arena, reading->lexicon, &reading->text, token);
    g_autofree char *folded = g_ascii_strdown(name, -1);
    return rt_arena_strdup(reading->arena, folded);
}

/* Takes what follows a point for one more part of the name; returns where the name ends. */
static uint32_t
read_parts(const Reading *reading, Item *item, RtToken token)
{
    uint32_t from = token.span.end;
    item->parts[item->n_parts++] = fold_name(reading, token);
    while (item->n_parts < MOST_PARTS) {
        RtToken point = rt_lexer_next(reading->lexicon, &reading->text, from, NULL);
        if (!rt_token_is(&reading->text, point, '.'))
            break;
        RtToken next = rt_lexer_next(reading->lexicon, &reading->text, point.span.end, NULL);
        if (!is_name_token(next))
            break;
        item->parts[item->n_parts++] = fold_name(reading, next);
        from = next.span.end;
    }
    return from;
}

static bool
is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++) {
        if (strcmp(word, *words) == 0)
            return true;
    }
    return false;
}

static bool
is_bare(const Item *item, const char *word)
{
    return item->kind == RT_TOKEN_WORD && item->n_parts == 1 && strcmp(item->parts[0], word) == 0;
}

static bool
is_operator(const Item *item, const char *text)
{
    return item->kind == RT_TOKEN_OPERATOR && strcmp(item->text, text) == 0;
}

/* Words that say what is so without them. */
static bool
is_redundant(const Item *item)
{
    static const char *const words[] = { "inner", "outer", "asc", NULL };
    return item->kind == RT_TOKEN_WORD && item->n_parts == 1 && is_one_of(item->parts[0], words);
}

static void
read_items(Reading *reading)
{
    bool is_alias = false;
    for (uint32_t from = 0;;) {
        RtToken token = rt_lexer_next(reading->lexicon, &reading->text, from, NULL);
        Item item = { .kind = token.kind, .is_alias = is_alias };
        if (token.kind == RT_TOKEN_END || token.kind == RT_TOKEN_OPEN)
            break;
        from = token.span.end;
        is_alias = false;
        if (is_name_token(token)) {
            item.is_quoted = token.kind == RT_TOKEN_NAME;
            from = read_parts(reading, &item, token);
            if (!item.is_quoted && is_bare(&item, "as")) {
                is_alias = true;
                continue;
            }
            if (is_redundant(&item))
                continue;
        } else if (token.kind == RT_TOKEN_STRING) {
            item.text = rt_token_unquote(reading->arena, reading->lexicon, &reading->text, token);
        } else {
            item.text = rt_arena_copy(reading->arena, reading->text.data + token.span.start,
                                      token.span.end - token.span.start);
        }
        g_array_append_val(reading->items, item);
    }
}

static void
open_reading(Reading *reading, const RtLexicon *lexicon, const char *data, uint32_t length)
{
    *reading = (Reading){ .arena = rt_arena_new(),
                          .lexicon = lexicon,
                          .text = { .data = data, .length = length },
                          .items = g_array_new(FALSE, TRUE, sizeof(Item)) };
    read_items(reading);
}

static void
close_reading(Reading *reading)
{
    g_array_unref(reading->items);
    rt_arena_free(reading->arena);
}

static const Item *
item_at(const Reading *reading, unsigned at)
{
    return at < reading->items->len ? &g_array_index(reading->items, Item, at) : NULL;
}

/* ---- parentheses ------------------------------------------------------------------------------
 */

/* Where a condition or an item of a list begins and ends. */
static const char *const openers[] = { "where", "on", "having", "and", "or", NULL };
static const char *const closers[] = { "and",   "or",    "group",  "order",     "limit", "having",
                                       "union", "where", "join",   "left",      "right", "full",
                                       "cross", "from",  "except", "intersect", NULL };

static bool
begins_operand(const Item *before)
{
    return before && ((before->kind == RT_TOKEN_WORD && is_one_of(before->parts[0], openers)) ||
                      is_operator(before, "("));
}

static bool
ends_operand(const Item *after)
{
    return !after || (after->kind == RT_TOKEN_WORD && is_one_of(after->parts[0], closers)) ||
           is_operator(after, ")");
}

/* The parenthesis that closes the one at `open`; 0: none does. */
static unsigned
find_close(const Reading *reading, unsigned open, bool *out_has_or, bool *out_is_query)
{
    unsigned depth = 0;
    *out_has_or = *out_is_query = false;
    for (unsigned i = open; i < reading->items->len; i++) {
        const Item *item = item_at(reading, i);
        depth += is_operator(item, "(");
        *out_has_or |= depth == 1 && is_bare(item, "or");
        *out_is_query |= depth == 1 && (is_bare(item, "select") || is_operator(item, ","));
        if (is_operator(item, ")") && --depth == 0)
            return i;
    }
    return 0;
}

/* Whether a pair around an operand of AND or OR, or around a whole condition, changes nothing. */
static bool
is_pair_redundant(const Reading *reading, unsigned open, unsigned *out_close)
{
    bool has_or, is_query;
    const Item *before = open ? item_at(reading, open - 1) : NULL;
    if (!begins_operand(before))
        return false;
    /* f(x): the parenthesis before is the function's, and this one the argument's. */
    *out_close = find_close(reading, open, &has_or, &is_query);
    const Item *after = *out_close ? item_at(reading, *out_close + 1) : NULL;
    if (!*out_close || is_query || !ends_operand(after))
        return false;
    bool is_whole = !is_bare(before, "and") && !is_bare(before, "or") &&
                    (!after || (!is_bare(after, "and") && !is_bare(after, "or")));
    return is_whole || !has_or;
}

static void
drop_parentheses(Reading *reading)
{
    for (unsigned i = 0; i < reading->items->len;) {
        unsigned close;
        if (!is_operator(item_at(reading, i), "(") || !is_pair_redundant(reading, i, &close)) {
            i++;
            continue;
        }
        g_array_remove_index(reading->items, close);
        g_array_remove_index(reading->items, i);
    }
}

/* ---- equality ---------------------------------------------------------------------------------
 */

/* A name equals one with more qualifiers. */
static bool
names_equal(const Item *a, const Item *b)
{
    unsigned n = MIN(a->n_parts, b->n_parts);
    for (unsigned i = 1; i <= n; i++) {
        if (strcmp(a->parts[a->n_parts - i], b->parts[b->n_parts - i]) != 0)
            return false;
    }
    return n > 0;
}

static bool
items_equal(const Item *a, const Item *b)
{
    if (a->n_parts || b->n_parts)
        return a->n_parts && b->n_parts && names_equal(a, b);
    return a->kind == b->kind && strcmp(a->text, b->text) == 0;
}

/* An alias that the server has made from an expression: `count(v1)`, `123`. */
static bool
is_made_alias(const Item *item)
{
    if (!item || !item->is_alias || !item->is_quoted)
        return false;
    const char *name = item->parts[0];
    bool is_plain = !g_ascii_isdigit(*name);
    for (; *name; name++)
        is_plain &= g_ascii_isalnum(*name) || *name == '_' || (unsigned char) *name >= 0x80;
    return !is_plain;
}

static bool
readings_equal(const Reading *a, const Reading *b)
{
    unsigned i = 0, j = 0;
    for (;;) {
        const Item *left = item_at(a, i), *right = item_at(b, j);
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
    Reading left, right;
    open_reading(&left, context->lexicon, a->text, a->length);
    open_reading(&right, context->lexicon, b->text, b->length);
    drop_parentheses(&left);
    drop_parentheses(&right);
    bool equal = readings_equal(&left, &right);
    close_reading(&left);
    close_reading(&right);
    return equal;
}

const RtValueKind starrocks_value_query = {
    .name = "query",
    .equal = equal_query,
};

/* ---- columns ----------------------------------------------------------------------------------
 */

/* Behind the first SELECT that is in no parentheses but those around all. */
static unsigned
find_select(const Reading *reading)
{
    unsigned at = 0, depth = 0;
    while (item_at(reading, at) && is_operator(item_at(reading, at), "("))
        at++;
    for (; at < reading->items->len; at++) {
        const Item *item = item_at(reading, at);
        depth += is_operator(item, "(");
        depth -= depth && is_operator(item, ")");
        if (depth == 0 && is_bare(item, "select"))
            break;
    }
    at++;
    while (item_at(reading, at) &&
           (is_bare(item_at(reading, at), "distinct") || is_bare(item_at(reading, at), "all")))
        at++;
    return at;
}

/* Where the expression at `at` ends: at a comma, FROM, or the end. */
static unsigned
find_item_end(const Reading *reading, unsigned at)
{
    static const char *const ends[] = { "from", "union", "where", "limit", "order", NULL };
    unsigned depth = 0;
    for (; at < reading->items->len; at++) {
        const Item *item = item_at(reading, at);
        if (depth == 0 && (is_operator(item, ",") || is_operator(item, ")") ||
                           (item->kind == RT_TOKEN_WORD && item->n_parts == 1 &&
                            is_one_of(item->parts[0], ends))))
            break;
        depth += is_operator(item, "(");
        depth -= is_operator(item, ")");
    }
    return at;
}

/* The name of the column that an expression gives, NULL: the server's to make. */
static const char *
find_item_name(const Reading *reading, unsigned first, unsigned end)
{
    const Item *last = item_at(reading, end - 1);
    const Item *before = end - first > 1 ? item_at(reading, end - 2) : NULL;
    bool is_alias = last->n_parts == 1 && before &&
                    (last->is_alias || before->n_parts || is_operator(before, ")"));
    if (last->n_parts && (end - first == 1 || is_alias) && !is_bare(last, "end"))
        return last->parts[last->n_parts - 1];
    return NULL;
}

bool
starrocks_query_gives(const RtLexicon *lexicon, const RtValue *query, const RtValue *columns)
{
    Reading reading;
    open_reading(&reading, lexicon, query->text, query->length);
    unsigned n = 0;
    bool matches = true, has_star = false;
    for (unsigned at = find_select(&reading); at < reading.items->len && matches;) {
        unsigned end = find_item_end(&reading, at);
        if (end == at)
            break;
        has_star |= is_operator(item_at(&reading, end - 1), "*");
        const char *name = find_item_name(&reading, at, end);
        const RtName *column = n < columns->length ? columns->parts[n].column : NULL;
        if (name && !has_star)
            matches = column && g_ascii_strcasecmp(name, column->text) == 0;
        n++;
        const Item *next = item_at(&reading, end);
        if (!next || !is_operator(next, ","))
            break;
        at = end + 1;
    }
    close_reading(&reading);
    return matches && (has_star || n == columns->length);
}
