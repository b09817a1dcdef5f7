/* Data types: read by the rules of the dialect into one canonical spelling, nested to any depth. */
#include <string.h>

#include "catalog/rules.h"
#include "sql/tokens.h"

enum { DEEPEST_TYPE = 1000 };

/* A type while it is read. */
typedef struct Reading {
    GString *name, *text;
    GArray *arguments; /* of int64_t */
    GArray *elements;  /* of RtTypeElement */
} Reading;

static const RtType *read_type(RtCursor *cursor, const RtValueContext *context, unsigned depth,
                               GError **error);

static bool
at_byte(const RtCursor *cursor, char byte)
{
    return byte && cursor->token.kind == RT_TOKEN_OPERATOR &&
           cursor->text->data[cursor->token.span.start] == byte;
}

/* Passes one byte: ">>" that closes two types is one operator to the lexer. */
static void
pass_byte(RtCursor *cursor)
{
    if (cursor->token.span.end - cursor->token.span.start == 1) {
        rt_cursor_next(cursor);
        return;
    }
    cursor->token.span.start++;
    cursor->last = cursor->token.span.start;
}

static bool
at_phrase(const RtCursor *cursor, const char *const *phrases)
{
    if (cursor->token.kind != RT_TOKEN_WORD || !phrases)
        return false;
    int first = cursor->text->data[cursor->token.span.start] & ~0x20;
    while (*phrases && (**phrases != first || !rt_cursor_match(cursor, *phrases)))
        phrases++;
    return *phrases;
}

static bool
at_type_word(const RtCursor *cursor, const RtValueContext *context)
{
    RtTokenKind kind = cursor->token.kind;
    return (kind == RT_TOKEN_WORD || kind == RT_TOKEN_NAME || kind == RT_TOKEN_STRING) &&
           !at_phrase(cursor, context->rules->types.ends);
}

static bool
at_type(const RtCursor *cursor, const RtValueContext *context)
{
    return at_type_word(cursor, context) &&
           (context->rules->types.may_be_quoted || cursor->token.kind == RT_TOKEN_WORD);
}

static void
append_upper(GString *out, const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        g_string_append_c(out, g_ascii_toupper(data[i]));
}

static void
append_token(GString *out, const RtCursor *cursor)
{
    RtSpan span = cursor->token.span;
    if (cursor->token.kind == RT_TOKEN_WORD)
        append_upper(out, cursor->text->data + span.start, span.end - span.start);
    else
        g_string_append_len(out, cursor->text->data + span.start, span.end - span.start);
}

static void
read_words(RtCursor *cursor, const RtValueContext *context, Reading *reading)
{
    do {
        if (reading->name->len)
            g_string_append_c(reading->name, ' ');
        if (cursor->token.kind == RT_TOKEN_WORD) {
            append_token(reading->name, cursor);
        } else {
            const char *text =
                rt_token_unquote(cursor->arena, cursor->lexicon, cursor->text, cursor->token);
            append_upper(reading->name, text, strlen(text));
        }
        rt_cursor_next(cursor);
    } while (context->rules->types.many_words && at_type_word(cursor, context));
}

static bool
read_number(RtCursor *cursor, Reading *reading)
{
    RtCursor at = *cursor;
    bool is_negative = rt_cursor_accept_operator(&at, '-');
    if (!is_negative)
        rt_cursor_accept_operator(&at, '+');
    if (at.token.kind != RT_TOKEN_NUMBER)
        return false;
    g_autoptr(GString) digits = g_string_new(is_negative ? "-" : "");
    append_token(digits, &at);
    gint64 number;
    if (!g_ascii_string_to_signed(digits->str, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return false;
    rt_cursor_next(&at);
    if (!rt_cursor_at_operator(&at, ',') && !rt_cursor_at_operator(&at, ')'))
        return false;
    *cursor = at;
    g_array_append_val(reading->arguments, number);
    g_string_append_printf(reading->text, "%" G_GINT64_FORMAT, number);
    return true;
}

/* What is no number, as in ENUM('a', 'b') or VARCHAR(MAX), is part of the text only. */
static bool
read_words_argument(RtCursor *cursor, Reading *reading, GError **error)
{
    RtCursor end = *cursor;
    RtSpan span;
    if (!rt_cursor_take_until(&end, ",)", NULL, &span, error))
        return false;
    if (span.start == span.end) {
        rt_cursor_expected(cursor, error, "an argument of the type");
        return false;
    }
    for (uint32_t last = span.start;
         cursor->token.span.start < span.end && !rt_cursor_at_end(cursor); rt_cursor_next(cursor)) {
        if (cursor->token.span.start > last)
            g_string_append_c(reading->text, ' ');
        append_token(reading->text, cursor);
        last = cursor->token.span.end;
    }
    return true;
}

static bool
read_arguments(RtCursor *cursor, Reading *reading, GError **error)
{
    const char *separator = "(";
    do {
        rt_cursor_next(cursor);
        g_string_append(reading->text, separator);
        separator = ", ";
        if (!read_number(cursor, reading) && !read_words_argument(cursor, reading, error))
            return false;
    } while (rt_cursor_at_operator(cursor, ','));
    g_string_append_c(reading->text, ')');
    return rt_cursor_expect_operator(cursor, ')', error);
}

/* "a INT" or "a: INT" of a struct, or just a type. */
static bool
read_element(RtCursor *cursor, const RtValueContext *context, Reading *reading, unsigned depth,
             GError **error)
{
    RtTypeElement element = { 0 };
    RtCursor next = *cursor;
    if (at_type_word(cursor, context)) {
        rt_cursor_next(&next);
        bool has_colon = rt_cursor_at_operator(&next, ':');
        if (has_colon || at_type_word(&next, context)) {
            element.name = rt_cursor_take_name(cursor, "a field", error);
            if (!element.name)
                return false;
            if (has_colon)
                rt_cursor_next(cursor);
            rt_name_print(reading->text, context->lexicon, element.name);
            g_string_append_c(reading->text, ' ');
        }
    }
    element.type = read_type(cursor, context, depth + 1, error);
    if (!element.type)
        return false;
    g_string_append(reading->text, element.type->text);
    const char *note = context->rules->types.note;
    if (note && rt_cursor_accept(cursor, note)) {
        element.note = rt_cursor_take_string(cursor, "a string", error);
        if (!element.note)
            return false;
    }
    g_array_append_val(reading->elements, element);
    return true;
}

static bool
read_nested(RtCursor *cursor, const RtValueContext *context, Reading *reading, unsigned depth,
            GError **error)
{
    char close = context->rules->types.close;
    g_string_append_c(reading->text, context->rules->types.open);
    pass_byte(cursor);
    if (!at_byte(cursor, close)) {
        for (;;) {
            if (!read_element(cursor, context, reading, depth, error))
                return false;
            if (!rt_cursor_at_operator(cursor, ','))
                break;
            rt_cursor_next(cursor);
            g_string_append(reading->text, ", ");
        }
    }
    if (!at_byte(cursor, close))
        return rt_cursor_expect_operator(cursor, close, error);
    pass_byte(cursor);
    g_string_append_c(reading->text, close);
    return true;
}

/* The row for all of the type, else the one for its name; NULL for none. */
static const RtTypeAlias *
find_alias(const RtTypeAlias *aliases, const Reading *reading)
{
    const RtTypeAlias *of_name = NULL;
    for (; aliases && aliases->alias; aliases++) {
        if (strcmp(aliases->alias, reading->text->str) == 0)
            return aliases;
        bool takes_any = aliases->arguments || !strchr(aliases->canonical, '(');
        if (strcmp(aliases->alias, reading->name->str) == 0 && takes_any)
            of_name = aliases;
    }
    return of_name;
}

/* Numbers of the canonical spelling from `first` on. */
static void
append_canonical_arguments(GArray *arguments, const char *bracket, unsigned first)
{
    unsigned at = 0;
    while (bracket && *bracket != ')') {
        char *end;
        gint64 number = g_ascii_strtoll(bracket + 1, &end, 10);
        if (at++ >= first)
            g_array_append_val(arguments, number);
        bracket = strpbrk(end, ",)");
    }
}

/* The text of a type whose arguments are all numbers. */
static void
spell_numbers(Reading *reading, const char *name, size_t length)
{
    g_string_truncate(reading->text, 0);
    g_string_append_len(reading->text, name, (gssize) length);
    for (unsigned i = 0; i < reading->arguments->len; i++)
        g_string_append_printf(reading->text, "%s%" G_GINT64_FORMAT, i ? ", " : "(",
                               g_array_index(reading->arguments, gint64, i));
    if (reading->arguments->len)
        g_string_append_c(reading->text, ')');
}

static void
resolve_alias(const RtValueContext *context, Reading *reading)
{
    const RtTypeAlias *alias = find_alias(context->rules->types.aliases, reading);
    if (!alias)
        return;
    const char *bracket = strchr(alias->canonical, '(');
    size_t name_length = bracket ? (size_t) (bracket - alias->canonical) : strlen(alias->canonical);
    if (alias->arguments == RT_ARGUMENTS_DROPPED) {
        g_array_set_size(reading->arguments, 0);
        append_canonical_arguments(reading->arguments, bracket, 0);
        spell_numbers(reading, alias->canonical, name_length);
    } else if (alias->arguments == RT_ARGUMENTS_FILLED) {
        append_canonical_arguments(reading->arguments, bracket, reading->arguments->len);
        spell_numbers(reading, alias->canonical, name_length);
    } else if (!bracket && strcmp(alias->alias, reading->text->str) != 0) {
        g_string_erase(reading->text, 0, (gssize) reading->name->len);
        g_string_prepend(reading->text, alias->canonical);
    } else {
        g_string_assign(reading->text, alias->canonical);
        g_array_set_size(reading->arguments, 0);
        append_canonical_arguments(reading->arguments, bracket, 0);
    }
    g_string_truncate(reading->name, 0);
    g_string_append_len(reading->name, alias->canonical, (gssize) name_length);
}

static const RtType *
intern_reading(const RtCursor *cursor, const RtValueContext *context, const Reading *reading,
               uint32_t start)
{
    RtArena *arena = rt_model_arena(context->model);
    uint32_t written_length;
    RtType type = {
        .text = reading->text->str,
        .written = rt_value_expression(context, cursor->text, (RtSpan){ start, cursor->last },
                                       &written_length),
        .name = rt_model_intern(context->model, reading->name->str, reading->name->len),
        .n_arguments = (uint16_t) reading->arguments->len,
        .n_elements = (uint16_t) reading->elements->len,
    };
    if (type.n_arguments)
        type.arguments =
            rt_arena_memdup(arena, reading->arguments->data, type.n_arguments * sizeof(int64_t));
    if (type.n_elements)
        type.elements = rt_arena_memdup(arena, reading->elements->data,
                                        type.n_elements * sizeof(RtTypeElement));
    return rt_model_type(context->model, &type);
}

static bool
read_parts(RtCursor *cursor, const RtValueContext *context, Reading *reading, unsigned depth,
           GError **error)
{
    read_words(cursor, context, reading);
    g_string_append_len(reading->text, reading->name->str, (gssize) reading->name->len);
    if (rt_cursor_at_operator(cursor, '(') && !read_arguments(cursor, reading, error))
        return false;
    if (at_byte(cursor, context->rules->types.open) &&
        !read_nested(cursor, context, reading, depth, error))
        return false;
    if (reading->elements->len <= UINT16_MAX && reading->arguments->len <= UINT16_MAX)
        return true;
    rt_cursor_error(cursor, error, RT_ERROR_SYNTAX, "the type has more than %d parts", UINT16_MAX);
    return false;
}

static const RtType *
read_type(RtCursor *cursor, const RtValueContext *context, unsigned depth, GError **error)
{
    if (depth > DEEPEST_TYPE) {
        rt_cursor_error(cursor, error, RT_ERROR_SYNTAX, "types are nested deeper than %d",
                        DEEPEST_TYPE);
        return NULL;
    }
    if (!at_type(cursor, context)) {
        rt_cursor_expected(cursor, error, "a type");
        return NULL;
    }
    uint32_t start = cursor->token.span.start;
    g_autoptr(GString) name = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GArray) arguments = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(RtTypeElement));
    Reading reading = { name, text, arguments, elements };
    if (!read_parts(cursor, context, &reading, depth, error))
        return NULL;
    resolve_alias(context, &reading);
    return intern_reading(cursor, context, &reading, start);
}

/* Moves behind a type that is words and perhaps arguments; false where it is nested. */
static bool
pass_plain_type(RtCursor *cursor, const RtValueContext *context)
{
    do
        rt_cursor_next(cursor);
    while (context->rules->types.many_words && at_type_word(cursor, context));
    if (rt_cursor_at_operator(cursor, '(')) {
        do
            rt_cursor_next(cursor);
        while (cursor->token.kind == RT_TOKEN_NUMBER || rt_cursor_at_operator(cursor, ','));
        if (!rt_cursor_accept_operator(cursor, ')'))
            return false;
    }
    return !at_byte(cursor, context->rules->types.open);
}

static bool
parse_type(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
           RtValue *out_value, GError **error)
{
    const RtTypeRules *rules = &context->rules->types;
    bool is_there = at_type_word(cursor, context);
    if (rules->may_be_missing && (!is_there || at_phrase(cursor, attribute->ends))) {
        out_value->type = NULL;
        out_value->length = 0;
        return true;
    }
    uint32_t start = cursor->token.span.start;
    RtCursor behind = *cursor;
    bool is_plain = is_there && pass_plain_type(&behind, context);
    const char *data = cursor->text->data + start;
    const RtType *type =
        is_plain ? rt_model_known_type(context->model, rules, data, behind.last - start) : NULL;
    if (type) {
        *cursor = behind;
    } else {
        type = read_type(cursor, context, 0, error);
        if (!type)
            return false;
        if (is_plain && cursor->last == behind.last)
            rt_model_remember_type(context->model, rules, data, behind.last - start, type);
    }
    out_value->type = type;
    out_value->length = 1;
    return true;
}

static bool
equal_type(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
           const RtValue *b)
{
    (void) context, (void) attribute;
    return rt_type_equal(a->type, b->type);
}

static void
print_type(GString *out, const RtValueContext *context, const RtAttribute *attribute,
           const RtValue *value)
{
    (void) context, (void) attribute;
    if (value->type)
        g_string_append(out, value->type->written);
}

const RtValueKind rt_value_type = {
    .name = "type",
    .parse = parse_type,
    .equal = equal_type,
    .print = print_type,
};
