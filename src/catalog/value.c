/* Dispatch of values to hooks and kinds, names in values, and the kinds of one token. */
#include "catalog/value.h"

#include <errno.h>
#include <string.h>

#include "catalog/rules.h"
#include "sql/tokens.h"

bool
rt_value_parse(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
               RtValue *out_value, GError **error)
{
    const RtValueKind *hooks = attribute->hooks;
    RtValue value = { .row = out_value->row, .origin = RT_ORIGIN_STATED };
    if (!(hooks && hooks->parse ? hooks->parse : attribute->kind->parse)(cursor, context, attribute,
                                                                         &value, error))
        return false;
    *out_value = value;
    return true;
}

bool
rt_value_equal(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
               const RtValue *b)
{
    const RtValueKind *hooks = attribute->hooks;
    return (hooks && hooks->equal ? hooks->equal : attribute->kind->equal)(context, attribute, a,
                                                                           b);
}

void
rt_value_print(GString *out, const RtValueContext *context, const RtAttribute *attribute,
               const RtValue *value)
{
    const RtValueKind *hooks = attribute->hooks;
    (hooks && hooks->print ? hooks->print : attribute->kind->print)(out, context, attribute, value);
}

/*
 * Who says what a value mentions. A body that is no definition (the WHERE of an index) is an
 * expression of its own table like any other.
 */
static const RtValueKind *
mentioning_kind(const RtAttribute *attribute)
{
    const RtValueKind *hooks = attribute->hooks;
    if (hooks && hooks->mentions && hooks->rename)
        return hooks;
    if (attribute->kind == &rt_value_body && attribute->role != RT_ROLE_DEFINITION)
        return &rt_value_parenthesized;
    return attribute->kind;
}

bool
rt_value_rename(const RtValueContext *context, const RtAttribute *attribute, const RtName *table,
                const RtName *column, const RtName *new_name, const RtValue *value,
                RtValue *out_value)
{
    const RtValueKind *kind = mentioning_kind(attribute);
    RtValue renamed = *value;
    if (!kind->rename || !kind->rename(context, table, column, new_name, value, &renamed))
        return false;
    *out_value = renamed;
    return true;
}

bool
rt_value_mentions(const RtValueContext *context, const RtAttribute *attribute, const RtName *table,
                  const RtName *column, const RtValue *value)
{
    const RtValueKind *kind = mentioning_kind(attribute);
    return kind->mentions && kind->mentions(context, table, column, value);
}

bool
rt_value_from_text(const RtValueContext *context, const RtAttribute *attribute, const char *text,
                   RtValue *out_value, GError **error)
{
    RtArena *arena = rt_model_arena(context->model);
    RtText *source =
        rt_text_new(arena, attribute->name, rt_arena_strdup(arena, text), strlen(text));
    RtCursor cursor;
    rt_cursor_init(&cursor, arena, context->lexicon, source);
    RtValue value = { .row = out_value->row };
    if (!rt_value_parse(&cursor, context, attribute, &value, error))
        return false;
    if (!rt_cursor_at_end(&cursor)) {
        rt_cursor_expected(&cursor, error, "the end of the value");
        return false;
    }
    *out_value = value;
    return true;
}

const RtName *
rt_value_take_name(RtCursor *cursor, const RtValueContext *context, RtKind kind, const char *what,
                   GError **error)
{
    RtToken token = cursor->token;
    RtFold fold = context->rules->fold[kind];
    uint32_t quote = token.kind == RT_TOKEN_NAME;
    if (token.kind == RT_TOKEN_WORD || (quote && !token.has_escapes)) {
        const RtName *name = rt_model_name_of(context->model, fold, NULL,
                                              cursor->text->data + token.span.start + quote,
                                              token.span.end - token.span.start - 2 * quote);
        rt_cursor_next(cursor);
        return name;
    }
    const char *text = rt_cursor_take_name(cursor, what, error);
    return text ? rt_model_name(context->model, fold, NULL, text) : NULL;
}

const RtName *
rt_value_take_qualified(RtCursor *cursor, const RtValueContext *context, RtKind kind,
                        const char *what, GError **error)
{
    const RtName *name = rt_value_take_name(cursor, context, kind, what, error);
    if (!name || !rt_cursor_accept_operator(cursor, '.')) {
        if (!name || !context->schema || kind == RT_KIND_DATABASE)
            return name;
        return rt_model_name(context->model, context->rules->fold[kind], context->schema,
                             name->text);
    }
    const RtName *last = rt_value_take_name(cursor, context, kind, what, error);
    if (!last)
        return NULL;
    return rt_model_name(context->model, context->rules->fold[kind], name->text, last->text);
}

void
rt_value_print_name(GString *out, const RtValueContext *context, const RtName *name)
{
    if (name->schema) {
        rt_name_print(out, context->lexicon, name->schema);
        g_string_append_c(out, '.');
    }
    rt_name_print(out, context->lexicon, name->text);
}

static bool
parse_flag(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
           RtValue *out_value, GError **error)
{
    (void) cursor, (void) context, (void) attribute, (void) error;
    out_value->flag = true;
    out_value->length = 1;
    return true;
}

static bool
equal_flag(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
           const RtValue *b)
{
    (void) context, (void) attribute;
    return a->flag == b->flag;
}

static void
print_nothing(GString *out, const RtValueContext *context, const RtAttribute *attribute,
              const RtValue *value)
{
    (void) out, (void) context, (void) attribute, (void) value;
}

const RtValueKind rt_value_flag = {
    .name = "flag",
    .parse = parse_flag,
    .equal = equal_flag,
    .print = print_nothing,
};

static bool
parse_number(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
             RtValue *out_value, GError **error)
{
    (void) context;
    RtCursor at = *cursor;
    bool is_negative = rt_cursor_accept_operator(&at, '-');
    if (!is_negative)
        rt_cursor_accept_operator(&at, '+');
    const RtToken token = at.token;
    g_autofree char *digits =
        g_strdup_printf("%s%.*s", is_negative ? "-" : "", (int) (token.span.end - token.span.start),
                        at.text->data + token.span.start);
    gint64 number = 0;
    if (token.kind != RT_TOKEN_NUMBER ||
        !g_ascii_string_to_signed(digits, 10, G_MININT64, G_MAXINT64, &number, NULL)) {
        g_autofree char *what = g_strdup_printf("a whole number for %s", attribute->name);
        rt_cursor_expected(&at, error, what);
        return false;
    }
    rt_cursor_next(&at);
    *cursor = at;
    out_value->number = number;
    out_value->length = 1;
    return true;
}

static bool
equal_number(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
             const RtValue *b)
{
    (void) context, (void) attribute;
    return a->number == b->number;
}

static void
print_number(GString *out, const RtValueContext *context, const RtAttribute *attribute,
             const RtValue *value)
{
    (void) context, (void) attribute;
    g_string_append_printf(out, "%" G_GINT64_FORMAT, value->number);
}

const RtValueKind rt_value_number = {
    .name = "number",
    .parse = parse_number,
    .equal = equal_number,
    .print = print_number,
};

static bool
parse_string(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
             RtValue *out_value, GError **error)
{
    (void) context;
    if (cursor->token.kind != RT_TOKEN_STRING) {
        g_autofree char *what = g_strdup_printf("a string for %s", attribute->name);
        rt_cursor_expected(cursor, error, what);
        return false;
    }
    const char *text = rt_cursor_take_string(cursor, "a string", error);
    out_value->text = text;
    out_value->length = (uint32_t) strlen(text);
    return true;
}

static bool
equal_string(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
             const RtValue *b)
{
    (void) context, (void) attribute;
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static void
print_string(GString *out, const RtValueContext *context, const RtAttribute *attribute,
             const RtValue *value)
{
    (void) attribute;
    rt_string_print(out, context->lexicon, value->text);
}

const RtValueKind rt_value_string = {
    .name = "string",
    .parse = parse_string,
    .equal = equal_string,
    .print = print_string,
};

static bool
parse_column(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
             RtValue *out_value, GError **error)
{
    out_value->name = rt_value_take_name(cursor, context, RT_KIND_COLUMN, attribute->name, error);
    out_value->length = 1;
    return out_value->name != NULL;
}

static bool
parse_table(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
            RtValue *out_value, GError **error)
{
    (void) attribute;
    out_value->name =
        rt_value_take_qualified(cursor, context, RT_KIND_TABLE, "the name of a table", error);
    out_value->length = 1;
    return out_value->name != NULL;
}

static bool
equal_name(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
           const RtValue *b)
{
    (void) context, (void) attribute;
    return rt_name_equal(a->name, b->name);
}

static void
print_name(GString *out, const RtValueContext *context, const RtAttribute *attribute,
           const RtValue *value)
{
    (void) attribute;
    rt_value_print_name(out, context, value->name);
}

static bool
mentions_column(const RtValueContext *context, const RtName *table, const RtName *column,
                const RtValue *value)
{
    (void) context, (void) table;
    return column && rt_name_equal(value->name, column);
}

static bool
rename_column(const RtValueContext *context, const RtName *table, const RtName *column,
              const RtName *new_name, const RtValue *value, RtValue *out_value)
{
    if (!mentions_column(context, table, column, value))
        return false;
    out_value->name = new_name;
    return true;
}

static bool
mentions_table(const RtValueContext *context, const RtName *table, const RtName *column,
               const RtValue *value)
{
    (void) context;
    return !column && rt_name_equal(value->name, table);
}

static bool
rename_table(const RtValueContext *context, const RtName *table, const RtName *column,
             const RtName *new_name, const RtValue *value, RtValue *out_value)
{
    if (!mentions_table(context, table, column, value))
        return false;
    out_value->name = new_name;
    return true;
}

const RtValueKind rt_value_name = {
    .name = "name",
    .parse = parse_column,
    .equal = equal_name,
    .print = print_name,
    .rename = rename_column,
    .mentions = mentions_column,
};

const RtValueKind rt_value_table = {
    .name = "table",
    .parse = parse_table,
    .equal = equal_name,
    .print = print_name,
    .rename = rename_table,
    .mentions = mentions_table,
};
