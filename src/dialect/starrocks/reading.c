/* Cuts a query into items, and answers what their order alone tells. */
#include "dialect/starrocks/reading.h"

#include <string.h>

static bool
is_name_token(RtToken token)
{
    return token.kind == RT_TOKEN_WORD || token.kind == RT_TOKEN_NAME;
}

static void
add_part(const QueryReading *reading, QueryItem *item, RtToken token)
{
    const char *name = rt_token_unquote(reading->arena, reading->lexicon, &reading->text, token);
    g_autofree char *folded = g_ascii_strdown(name, -1);
    item->written[item->n_parts] = name;
    item->parts[item->n_parts++] = rt_arena_strdup(reading->arena, folded);
    item->span.end = token.span.end;
}

/* Takes what follows a point for one more part of the name. */
static void
read_parts(const QueryReading *reading, QueryItem *item, RtToken token)
{
    add_part(reading, item, token);
    while (item->n_parts < STARROCKS_MOST_PARTS) {
        RtToken point = rt_lexer_next(reading->lexicon, &reading->text, item->span.end, NULL);
        if (!rt_token_is(&reading->text, point, '.'))
            break;
        RtToken next = rt_lexer_next(reading->lexicon, &reading->text, point.span.end, NULL);
        if (!is_name_token(next))
            break;
        add_part(reading, item, next);
    }
}

bool
starrocks_item_is(const QueryItem *item, const char *word)
{
    return item && item->kind == RT_TOKEN_WORD && item->n_parts == 1 &&
           strcmp(item->parts[0], word) == 0;
}

bool
starrocks_item_is_one_of(const QueryItem *item, const char *const *words)
{
    while (*words && !starrocks_item_is(item, *words))
        words++;
    return *words != NULL;
}

bool
starrocks_item_is_operator(const QueryItem *item, const char *text)
{
    return item && item->kind == RT_TOKEN_OPERATOR && strcmp(item->text, text) == 0;
}

bool
starrocks_item_is_made_alias(const QueryItem *item)
{
    if (!item || !item->is_quoted || item->n_parts != 1)
        return false;
    const char *name = item->parts[0];
    bool is_plain = !g_ascii_isdigit(*name);
    for (; *name; name++)
        is_plain &= g_ascii_isalnum(*name) || *name == '_' || (unsigned char) *name >= 0x80;
    return !is_plain;
}

static void
read_items(QueryReading *reading)
{
    /* Words that say what is so without them. */
    static const char *const redundant[] = { "inner", "outer", "asc", NULL };
    bool is_alias = false;
    for (uint32_t from = 0;;) {
        RtToken token = rt_lexer_next(reading->lexicon, &reading->text, from, NULL);
        QueryItem item = { .kind = token.kind, .is_alias = is_alias, .span = token.span };
        if (token.kind == RT_TOKEN_END || token.kind == RT_TOKEN_OPEN)
            break;
        is_alias = false;
        if (is_name_token(token)) {
            item.is_quoted = token.kind == RT_TOKEN_NAME;
            read_parts(reading, &item, token);
            is_alias = starrocks_item_is(&item, "as");
        } else if (token.kind == RT_TOKEN_STRING) {
            item.text = rt_token_unquote(reading->arena, reading->lexicon, &reading->text, token);
        } else {
            item.text = rt_arena_copy(reading->arena, reading->text.data + token.span.start,
                                      token.span.end - token.span.start);
        }
        from = item.span.end;
        if (!is_alias && !starrocks_item_is_one_of(&item, redundant))
            g_array_append_val(reading->items, item);
    }
}

void
starrocks_reading_open(QueryReading *reading, const RtLexicon *lexicon, const char *data,
                       uint32_t length)
{
    *reading = (QueryReading){ .arena = rt_arena_new(),
                               .lexicon = lexicon,
                               .text = { .data = data, .length = length },
                               .items = g_array_new(FALSE, TRUE, sizeof(QueryItem)) };
    read_items(reading);
}

void
starrocks_reading_close(QueryReading *reading)
{
    g_array_unref(reading->items);
    rt_arena_free(reading->arena);
}

const QueryItem *
starrocks_reading_at(const QueryReading *reading, unsigned at)
{
    return at < reading->items->len ? &g_array_index(reading->items, QueryItem, at) : NULL;
}

unsigned
starrocks_reading_find_close(const QueryReading *reading, unsigned open)
{
    unsigned depth = 0;
    for (unsigned i = open; i < reading->items->len; i++) {
        const QueryItem *item = starrocks_reading_at(reading, i);
        depth += starrocks_item_is_operator(item, "(");
        if (starrocks_item_is_operator(item, ")") && --depth == 0)
            return i;
    }
    return 0;
}

/* ---- columns ----------------------------------------------------------------------------------
 */

unsigned
starrocks_reading_pass_select(const QueryReading *reading, unsigned at)
{
    static const char *const words[] = { "select", "distinct", "all", NULL };
    while (starrocks_item_is_one_of(starrocks_reading_at(reading, at), words))
        at++;
    return at;
}

unsigned
starrocks_reading_find_end(const QueryReading *reading, unsigned at)
{
    static const char *const ends[] = { "from",   "where", "group",     "having", "order", "limit",
                                        "except", "union", "intersect", "minus",  NULL };
    unsigned depth = 0;
    for (; at < reading->items->len; at++) {
        const QueryItem *item = starrocks_reading_at(reading, at);
        bool opens = item->kind == RT_TOKEN_OPERATOR && strchr("([{", *item->text);
        bool closes = item->kind == RT_TOKEN_OPERATOR && strchr(")]}", *item->text);
        if (depth == 0 && (closes || starrocks_item_is_operator(item, ",") ||
                           starrocks_item_is_one_of(item, ends)))
            break;
        depth += opens;
        depth -= closes;
    }
    return at;
}

const QueryItem *
starrocks_reading_find_name(const QueryReading *reading, unsigned first, unsigned end)
{
    const QueryItem *last = starrocks_reading_at(reading, end - 1);
    const QueryItem *before = end - first > 1 ? starrocks_reading_at(reading, end - 2) : NULL;
    bool is_alias = last->n_parts == 1 && before &&
                    (last->is_alias || before->n_parts || starrocks_item_is_operator(before, ")"));
    bool is_name = last->n_parts && (end - first == 1 || is_alias);
    return is_name && !starrocks_item_is(last, "end") ? last : NULL;
}
