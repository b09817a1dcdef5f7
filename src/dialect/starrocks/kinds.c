/* The kinds of values of columns and keys: types, defaults, expressions, HASH (a, b). */
#include "dialect/starrocks/expression.h"
#include "sql/tokens.h"

#include <string.h>

/* ---- expressions ------------------------------------------------------------------------------
 */

void
starrocks_append_literal(GString *out, const char *text)
{
    g_string_append_c(out, '\'');
    for (const char *quote; (quote = strchr(text, '\'')); text = quote + 1) {
        g_string_append_len(out, text, quote + 1 - text);
        g_string_append_c(out, '\'');
    }
    g_string_append(out, text);
    g_string_append_c(out, '\'');
}

char *
starrocks_fold_expression(const RtValueContext *context, const char *data, uint32_t length)
{
    g_autoptr(RtArena) scratch = rt_arena_new();
    GString *out = g_string_sized_new(length + 16);
    RtText text = { .data = data, .length = length };
    for (uint32_t from = 0;;) {
        RtToken token = rt_lexer_next(context->lexicon, &text, from, NULL);
        if (token.kind == RT_TOKEN_END)
            break;
        from = token.span.end;
        if (out->len)
            g_string_append_c(out, ' ');
        bool is_name = token.kind == RT_TOKEN_WORD || token.kind == RT_TOKEN_NAME;
        if (is_name || token.kind == RT_TOKEN_STRING) {
            const char *value = rt_token_unquote(scratch, context->lexicon, &text, token);
            g_autofree char *folded = is_name ? g_ascii_strdown(value, -1) : NULL;
            if (is_name)
                g_string_append(out, folded);
            else
                starrocks_append_literal(out, value);
        } else {
            g_string_append_len(out, data + token.span.start, token.span.end - token.span.start);
        }
    }
    return g_string_free(out, FALSE);
}

static bool
parse_expression(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
                 RtValue *out_value, GError **error)
{
    RtCursor start = *cursor;
    RtSpan span;
    if (!rt_cursor_take_until(cursor, ",)", attribute->ends, &span, error))
        return false;
    if (span.start == span.end) {
        rt_cursor_expected(&start, error, "an expression");
        return false;
    }
    out_value->text = rt_value_expression(context, cursor->text, span, &out_value->length);
    return true;
}

static bool
equal_expression(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
                 const RtValue *b)
{
    (void) attribute;
    if (a->length == b->length && memcmp(a->text, b->text, a->length) == 0)
        return true;
    g_autofree char *left = starrocks_canonical_expression(context, a->text, a->length);
    g_autofree char *right = starrocks_canonical_expression(context, b->text, b->length);
    return g_str_equal(left, right);
}

const RtValueKind starrocks_value_expression = {
    .name = "expression",
    .parse = parse_expression,
    .equal = equal_expression,
    .print = rt_value_print_text,
    .rename = rt_value_rename_own,
    .mentions = rt_value_mentions_own,
};

/* ---- defaults ---------------------------------------------------------------------------------
 */

static bool
parse_default(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
              RtValue *out_value, GError **error)
{
    if (cursor->token.kind != RT_TOKEN_STRING)
        return parse_expression(cursor, context, attribute, out_value, error);
    RtSpan span = cursor->token.span;
    rt_cursor_next(cursor);
    out_value->text = rt_value_expression(context, cursor->text, span, &out_value->length);
    return true;
}

/* now() is CURRENT_TIMESTAMP, and functions stand in parentheses or not. */
static char *
fold_default(const RtValueContext *context, const RtValue *value)
{
    char *folded = starrocks_canonical_expression(context, value->text, value->length);
    static const struct {
        const char *written, *meant;
    } same[] = {
        { "now()", "current_timestamp" },
        { "current_timestamp()", "current_timestamp" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
        if (g_str_equal(folded, same[i].written)) {
            g_free(folded);
            return g_strdup(same[i].meant);
        }
    }
    return folded;
}

static bool
equal_default(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
              const RtValue *b)
{
    (void) attribute;
    if (a->length == b->length && memcmp(a->text, b->text, a->length) == 0)
        return true;
    g_autofree char *left = fold_default(context, a);
    g_autofree char *right = fold_default(context, b);
    return g_str_equal(left, right);
}

const RtValueKind starrocks_value_default = {
    .name = "default",
    .parse = parse_default,
    .equal = equal_default,
    .print = rt_value_print_text,
};

/* ---- types ------------------------------------------------------------------------------------
 */

/* What may stand before a parenthesis and is no aggregate function: types, and what follows one. */
static bool
at_no_function(const RtCursor *cursor)
{
    static const char *const words[] = {
        "INT",     "VARCHAR",   "DECIMAL",  "BIGINT",    "CHAR",       "TINYINT",    "SMALLINT",
        "DEFAULT", "COMMENT",   "LARGEINT", "VARBINARY", "BINARY",     "DECIMALV2",  "DECIMAL32",
        "AS",      "DECIMAL64", "KEY",      "NUMERIC",   "DECIMAL128", "DECIMAL256", "NUMBER",
        "INTEGER", "DATETIME",  "FLOAT",    "DOUBLE",    "STRING",     "TEXT",       "BOOLEAN",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (rt_cursor_at(cursor, words[i]))
            return true;
    }
    return false;
}

/* Whether a word and its parenthesis are here: the state of an aggregate function, whose arguments
   are types. */
static bool
at_aggregate(const RtCursor *cursor)
{
    const RtText *text = cursor->text;
    uint32_t next = cursor->token.span.end;
    while (next < text->length && text->data[next] == ' ')
        next++;
    return cursor->token.kind == RT_TOKEN_WORD && next < text->length && text->data[next] == '(' &&
           !at_no_function(cursor);
}

/* avg(int NOT NULL): the function and its types, whose nullability the server does not keep. */
static const RtType *
read_aggregate(RtCursor *cursor, const RtValueContext *context, uint32_t start, GError **error)
{
    static const RtAttribute plain = { .name = "type", .kind = &rt_value_type };
    g_autoptr(GString) text = g_string_new(NULL);
    uint32_t length;
    const char *name = rt_cursor_take_name(cursor, "a function", error);
    if (!name || !rt_cursor_expect_operator(cursor, '(', error))
        return NULL;
    for (const char *at = name; *at; at++)
        g_string_append_c(text, g_ascii_toupper(*at));
    const char *function = rt_model_intern(context->model, text->str, text->len);
    g_string_append_c(text, '(');
    do {
        RtValue value = { 0 };
        if (cursor->token.kind != RT_TOKEN_WORD) {
            rt_cursor_expected(cursor, error, "a type");
            return NULL;
        }
        if (!rt_value_parse(cursor, context, &plain, &value, error))
            return NULL;
        g_string_append_printf(text, "%s%s", g_str_has_suffix(text->str, "(") ? "" : ", ",
                               value.type->text);
        if (!rt_cursor_accept(cursor, "NOT NULL"))
            rt_cursor_accept(cursor, "NULL");
    } while (rt_cursor_accept_operator(cursor, ','));
    if (!rt_cursor_expect_operator(cursor, ')', error))
        return NULL;
    g_string_append_c(text, ')');
    RtSpan span = { start, cursor->last };
    RtType type = {
        .text = text->str,
        .written = rt_value_expression(context, cursor->text, span, &length),
        .name = function,
    };
    return rt_model_type(context->model, &type);
}

static bool
parse_type(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
           RtValue *out_value, GError **error)
{
    if (!at_aggregate(cursor) && !rt_value_type.parse(cursor, context, attribute, out_value, error))
        return false;
    if (!at_aggregate(cursor))
        return true;
    /* SHOW CREATE TABLE prints the type of the stored state before the function. */
    out_value->type = read_aggregate(cursor, context, cursor->token.span.start, error);
    out_value->length = 1;
    return out_value->type != NULL;
}

static void print_type(GString *out, const RtValueContext *context, const RtType *type);

void
starrocks_print_element(GString *out, const RtValueContext *context, const RtTypeElement *element)
{
    if (element->name) {
        rt_name_print(out, context->lexicon, element->name);
        g_string_append_c(out, ' ');
    }
    print_type(out, context, element->type);
    if (!element->note || !*element->note)
        return;
    g_string_append(out, " COMMENT ");
    rt_string_print(out, context->lexicon, element->note);
}

static void
print_elements(GString *out, const RtValueContext *context, const RtType *type)
{
    for (unsigned i = 0; i < type->n_elements; i++) {
        g_string_append(out, i ? ", " : "<");
        starrocks_print_element(out, context, &type->elements[i]);
    }
    g_string_append_c(out, '>');
}

/* One spelling whoever wrote the type: a server prints display widths, people the words they know.
 */
static void
print_type(GString *out, const RtValueContext *context, const RtType *type)
{
    static const struct {
        const char *text, *spelling;
    } spellings[] = {
        { "VARCHAR(65533)", "STRING" },
        { "VARBINARY(1048576)", "VARBINARY" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(spellings); i++) {
        if (strcmp(type->text, spellings[i].text) == 0) {
            g_string_append(out, spellings[i].spelling);
            return;
        }
    }
    if (type->n_elements == 0) {
        g_string_append(out, type->text);
        return;
    }
    g_string_append(out, type->name);
    print_elements(out, context, type);
}

static void
print_type_value(GString *out, const RtValueContext *context, const RtAttribute *attribute,
                 const RtValue *value)
{
    (void) attribute;
    if (value->type)
        print_type(out, context, value->type);
}

const RtValueKind starrocks_value_type = {
    .name = "type",
    .parse = parse_type,
    .print = print_type_value,
    .change_part = starrocks_change_field,
};

/* ---- keys and distributions -------------------------------------------------------------------
 */

static bool
equal_key(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
          const RtValue *b)
{
    (void) context, (void) attribute, (void) a, (void) b;
    return true;
}

const RtValueKind starrocks_value_key = {
    .name = "key",
    .equal = equal_key,
};

static bool
parse_distribution(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
                   RtValue *out_value, GError **error)
{
    if (rt_cursor_accept(cursor, "RANDOM")) {
        out_value->names = NULL;
        out_value->length = 0;
        return true;
    }
    return rt_cursor_expect(cursor, "HASH", error) &&
           rt_value_names.parse(cursor, context, attribute, out_value, error);
}

static bool
equal_names(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
            const RtValue *b)
{
    return rt_value_names.equal(context, attribute, a, b);
}

static void
print_distribution(GString *out, const RtValueContext *context, const RtAttribute *attribute,
                   const RtValue *value)
{
    g_string_append(out, value->length ? "HASH" : "RANDOM");
    if (value->length)
        rt_value_names.print(out, context, attribute, value);
}

static bool
rename_names(const RtValueContext *context, const RtName *table, const RtName *column,
             const RtName *new_name, const RtValue *value, RtValue *out_value)
{
    return rt_value_names.rename(context, table, column, new_name, value, out_value);
}

static bool
mentions_names(const RtValueContext *context, const RtName *table, const RtName *column,
               const RtValue *value)
{
    return rt_value_names.mentions(context, table, column, value);
}

const RtValueKind starrocks_value_distribution = {
    .name = "distribution",
    .parse = parse_distribution,
    .equal = equal_names,
    .print = print_distribution,
    .rename = rename_names,
    .mentions = mentions_names,
};
