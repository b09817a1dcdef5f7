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

/* What is closed by another kind than opened it stays open. */
static void
match_parentheses(const QueryReading *reading)
{
    static const char opening[] = "([{", closing[] = ")]}";
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(unsigned));
    for (unsigned i = 0; i < reading->items->len; i++) {
        QueryItem *item = &g_array_index(reading->items, QueryItem, i);
        const char *text = item->kind == RT_TOKEN_OPERATOR ? item->text : "";
        const char *closes = *text ? strchr(closing, *text) : NULL;
        if (*text && strchr(opening, *text))
            g_array_append_val(open, i);
        if (!closes || !open->len)
            continue;
        unsigned last = g_array_index(open, unsigned, open->len - 1);
        QueryItem *opener = &g_array_index(reading->items, QueryItem, last);
        if (*opener->text != opening[closes - closing])
            continue;
        opener->close = i;
        g_array_set_size(open, open->len - 1);
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
    match_parentheses(reading);
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

const QueryItem *
starrocks_reading_find_name(const QueryReading *reading, unsigned first, unsigned end)
{
    static const char *const operators[] = { "and", "or",   "not", "is",    "in",     "xor",
                                             "div", "like", "mod", "rlike", "regexp", NULL };
    const QueryItem *last = starrocks_reading_at(reading, end - 1);
    const QueryItem *before = end - first > 1 ? starrocks_reading_at(reading, end - 2) : NULL;
    bool follows = before && (before->n_parts || starrocks_item_is_operator(before, ")"));
    bool is_alias = last->n_parts == 1 && before &&
                    (last->is_alias || (follows && !starrocks_item_is_one_of(before, operators)));
    bool is_name = last->n_parts && (end - first == 1 || is_alias);
    return is_name && !starrocks_item_is(last, "end") ? last : NULL;
}
