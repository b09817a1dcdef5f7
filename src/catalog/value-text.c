/* The kinds that keep a piece of the text: words, literals, expressions, bodies, properties. */
#include <string.h>

#include "catalog/mention.h"
#include "catalog/rules.h"
#include "sql/tokens.h"

/* Bytes: '', 0, NULL, CURRENT_TIMESTAMP; what is no longer is one text wherever it stands. */
enum { OFTEN_SAID = 20 };

/* Whether blanks are single spaces and there is nothing that could begin a comment. */
static bool
is_tidy(const char *data, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        char c = data[i], next = i + 1 < length ? data[i + 1] : '\0';
        if ((c >= '\t' && c <= '\r') || c == '#' || (c == ' ' && next == ' ') ||
            (c == '-' && next == '-') || (c == '/' && next == '*'))
            return false;
    }
    return true;
}

const char *
rt_value_expression(const RtValueContext *context, const RtText *text, RtSpan span,
                    uint32_t *out_length)
{
    RtArena *arena = rt_model_arena(context->model);
    uint32_t length = span.end - span.start;
    *out_length = length;
    if (is_tidy(text->data + span.start, length))
        return length <= OFTEN_SAID
                   ? rt_model_intern(context->model, text->data + span.start, length)
                   : rt_arena_copy(arena, text->data + span.start, length);

    g_autoptr(GString) out = g_string_sized_new(length);
    uint32_t last = span.start;
    for (;;) {
        RtToken token = rt_lexer_next(context->lexicon, text, last, NULL);
        if (token.kind == RT_TOKEN_END || token.span.start >= span.end)
            break;
        if (out->len && token.span.start > last)
            g_string_append_c(out, ' ');
        last = MIN(token.span.end, span.end);
        g_string_append_len(out, text->data + token.span.start, last - token.span.start);
    }
    *out_length = (uint32_t) out->len;
    return rt_arena_copy(arena, out->str, out->len);
}

static void
set_expression(const RtCursor *cursor, const RtValueContext *context, RtSpan span,
               RtValue *out_value)
{
    out_value->text = rt_value_expression(context, cursor->text, span, &out_value->length);
}

bool
rt_value_equal_tokens(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
                      const RtValue *b)
{
    (void) attribute;
    if (a->length == b->length && memcmp(a->text, b->text, a->length) == 0)
        return true;
    return rt_tokens_equal(context->lexicon, RT_FOLD_ASCII, a->text, a->length, b->text, b->length);
}

void
rt_value_print_text(GString *out, const RtValueContext *context, const RtAttribute *attribute,
                    const RtValue *value)
{
    (void) context, (void) attribute;
    g_string_append_len(out, value->text, value->length);
}

bool
rt_value_mentions_own(const RtValueContext *context, const RtName *table, const RtName *column,
                      const RtValue *value)
{
    RtMention mention = { table, column, .is_own = true };
    return rt_mention_found(context, &mention, value->text, value->length);
}

bool
rt_value_rename_own(const RtValueContext *context, const RtName *table, const RtName *column,
                    const RtName *new_name, const RtValue *value, RtValue *out_value)
{
    RtMention mention = { table, column, .is_own = true };
    const char *text = rt_mention_rename(context, &mention, new_name, value->text, value->length,
                                         &out_value->length);
    if (text)
        out_value->text = text;
    return text != NULL;
}

static bool
parse_word(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
           RtValue *out_value, GError **error)
{
    RtToken token = cursor->token;
    if (token.kind == RT_TOKEN_WORD) {
        out_value->length = token.span.end - token.span.start;
        out_value->text = rt_model_intern(context->model, cursor->text->data + token.span.start,
                                          out_value->length);
        rt_cursor_next(cursor);
        return true;
    }
    g_autofree char *what = g_strdup_printf("a word for %s", attribute->name);
    const char *word = rt_cursor_take_name(cursor, what, error);
    if (!word)
        return false;
    out_value->length = (uint32_t) strlen(word);
    out_value->text = rt_model_intern(context->model, word, out_value->length);
    return true;
}

static bool
equal_word(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
           const RtValue *b)
{
    (void) context, (void) attribute;
    return a->text == b->text || g_ascii_strcasecmp(a->text, b->text) == 0;
}

/* A word is printed bare even where a name would need quotes: it is no name. */
static void
print_word(GString *out, const RtValueContext *context, const RtAttribute *attribute,
           const RtValue *value)
{
    (void) attribute;
    bool is_bare = value->length && !g_ascii_isdigit(value->text[0]);
    for (uint32_t i = 0; i < value->length; i++)
        is_bare &= g_ascii_isalnum(value->text[i]) || value->text[i] == '_';
    if (is_bare)
        g_string_append(out, value->text);
    else
        rt_name_print(out, context->lexicon, value->text);
}

const RtValueKind rt_value_word = {
    .name = "word",
    .parse = parse_word,
    .equal = equal_word,
    .print = print_word,
};

static bool
parse_words(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
            RtValue *out_value, GError **error)
{
    RtSpan span = { 0 };
    RtCursor start = *cursor;
    if (!rt_cursor_take_until(cursor, ",)", attribute->ends, &span, error))
        return false;
    if (span.start == span.end) {
        g_autofree char *what = g_strdup_printf("words for %s", attribute->name);
        rt_cursor_expected(&start, error, what);
        return false;
    }
    set_expression(cursor, context, span, out_value);
    return true;
}

const RtValueKind rt_value_words = {
    .name = "words",
    .parse = parse_words,
    .equal = rt_value_equal_tokens,
    .print = rt_value_print_text,
};

/* Passes "name", "name.name", each perhaps called: "now()", and "DATE '2026-01-01'". */
static bool
pass_called_word(RtCursor *cursor, GError **error)
{
    RtSpan inside;
    bool is_word = cursor->token.kind == RT_TOKEN_WORD;
    rt_cursor_next(cursor);
    while (rt_cursor_at_operator(cursor, '.')) {
        rt_cursor_next(cursor);
        if (cursor->token.kind != RT_TOKEN_WORD && cursor->token.kind != RT_TOKEN_NAME) {
            rt_cursor_expected(cursor, error, "a name");
            return false;
        }
        rt_cursor_next(cursor);
    }
    if (rt_cursor_at_operator(cursor, '('))
        return rt_cursor_take_parentheses(cursor, &inside, error);
    if (is_word && cursor->token.kind == RT_TOKEN_STRING)
        rt_cursor_next(cursor);
    return true;
}

static bool
pass_literal(RtCursor *cursor, GError **error)
{
    RtSpan inside;
    if (rt_cursor_at_operator(cursor, '('))
        return rt_cursor_take_parentheses(cursor, &inside, error);
    if (rt_cursor_accept_operator(cursor, '-') || rt_cursor_accept_operator(cursor, '+')) {
        if (cursor->token.kind == RT_TOKEN_NUMBER) {
            rt_cursor_next(cursor);
            return true;
        }
        if (cursor->token.kind == RT_TOKEN_WORD)
            return pass_called_word(cursor, error);
        rt_cursor_expected(cursor, error, "a number");
        return false;
    }
    switch (cursor->token.kind) {
    case RT_TOKEN_NUMBER:
    case RT_TOKEN_STRING:
        rt_cursor_next(cursor);
        return true;
    case RT_TOKEN_WORD:
    case RT_TOKEN_NAME:
        return pass_called_word(cursor, error);
    default:
        rt_cursor_expected(cursor, error, "a value");
        return false;
    }
}

static bool
parse_literal(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
              RtValue *out_value, GError **error)
{
    (void) attribute;
    uint32_t start = cursor->token.span.start;
    if (!pass_literal(cursor, error))
        return false;
    set_expression(cursor, context, (RtSpan){ start, cursor->last }, out_value);
    return true;
}

/* One pair of parentheses around all of the text, or false. */
static bool
strip_parentheses(const RtValueContext *context, const char **data, uint32_t *length)
{
    RtText text = { .data = *data, .length = *length };
    if (!*length || **data != '(' || (*data)[*length - 1] != ')')
        return false;
    unsigned depth = 0;
    for (uint32_t from = 0;;) {
        RtToken token = rt_lexer_next(context->lexicon, &text, from, NULL);
        if (token.kind == RT_TOKEN_END)
            break;
        from = token.span.end;
        depth += rt_token_is(&text, token, '(');
        if (rt_token_is(&text, token, ')') && --depth == 0 && from < *length)
            return false;
    }
    uint32_t start = 1, end = *length - 1;
    while (start < end && (*data)[start] == ' ')
        start++;
    while (end > start && (*data)[end - 1] == ' ')
        end--;
    *data += start;
    *length = end - start;
    return true;
}

/* (1) and ((1)) are 1: servers print a default with parentheses that nobody wrote. */
static bool
equal_literal(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
              const RtValue *b)
{
    if (rt_value_equal_tokens(context, attribute, a, b))
        return true;
    if (a->text[0] != '(' && b->text[0] != '(')
        return false;
    const char *a_data = a->text, *b_data = b->text;
    uint32_t a_length = a->length, b_length = b->length;
    while (strip_parentheses(context, &a_data, &a_length))
        continue;
    while (strip_parentheses(context, &b_data, &b_length))
        continue;
    return rt_tokens_equal(context->lexicon, RT_FOLD_ASCII, a_data, a_length, b_data, b_length);
}

const RtValueKind rt_value_literal = {
    .name = "literal",
    .parse = parse_literal,
    .equal = equal_literal,
    .print = rt_value_print_text,
    .rename = rt_value_rename_own,
    .mentions = rt_value_mentions_own,
};

static bool
parse_parenthesized(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
                    RtValue *out_value, GError **error)
{
    RtSpan inside;
    if (!rt_cursor_at_operator(cursor, '(')) {
        g_autofree char *what = g_strdup_printf("( of %s", attribute->name);
        rt_cursor_expected(cursor, error, what);
        return false;
    }
    if (!rt_cursor_take_parentheses(cursor, &inside, error))
        return false;
    set_expression(cursor, context, inside, out_value);
    return true;
}

static void
print_parenthesized(GString *out, const RtValueContext *context, const RtAttribute *attribute,
                    const RtValue *value)
{
    g_string_append_c(out, '(');
    rt_value_print_text(out, context, attribute, value);
    g_string_append_c(out, ')');
}

const RtValueKind rt_value_parenthesized = {
    .name = "parenthesized",
    .parse = parse_parenthesized,
    .equal = rt_value_equal_tokens,
    .print = print_parenthesized,
    .rename = rt_value_rename_own,
    .mentions = rt_value_mentions_own,
};

/* People lay a query out in lines and comment it, so that it is kept as written. */
static bool
parse_body(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
           RtValue *out_value, GError **error)
{
    uint32_t start = cursor->token.span.start;
    if (rt_cursor_at_end(cursor) || rt_cursor_at_operator(cursor, ';')) {
        g_autofree char *what = g_strdup_printf("the %s", attribute->name);
        rt_cursor_expected(cursor, error, what);
        return false;
    }
    if (!rt_cursor_skip_statement(cursor, error))
        return false;
    out_value->length = cursor->last - start;
    out_value->text = rt_arena_copy(rt_model_arena(context->model), cursor->text->data + start,
                                    out_value->length);
    return true;
}

static bool
mentions_anywhere(const RtValueContext *context, const RtName *table, const RtName *column,
                  const RtValue *value)
{
    RtMention mention = { table, column, .is_own = false };
    return rt_mention_found(context, &mention, value->text, value->length);
}

static bool
rename_anywhere(const RtValueContext *context, const RtName *table, const RtName *column,
                const RtName *new_name, const RtValue *value, RtValue *out_value)
{
    RtMention mention = { table, column, .is_own = false };
    const char *text = rt_mention_rename(context, &mention, new_name, value->text, value->length,
                                         &out_value->length);
    if (text)
        out_value->text = text;
    return text != NULL;
}

const RtValueKind rt_value_body = {
    .name = "body",
    .parse = parse_body,
    .equal = rt_value_equal_tokens,
    .print = rt_value_print_text,
    .rename = rename_anywhere,
    .mentions = mentions_anywhere,
};
