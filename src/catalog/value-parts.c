/* The kinds that are lists: names, parts of keys and indexes, properties. */
#include <string.h>

#include "catalog/mention.h"
#include "catalog/rules.h"
#include "sql/tokens.h"

/* ---- lists ------------------------------------------------------------------------------------
 */

const void *
rt_value_parse_list(RtCursor *cursor, const RtValueContext *context, size_t size,
                    RtElementParser parse, uint32_t *out_length, GError **error)
{
    g_autoptr(GArray) list = g_array_new(FALSE, TRUE, (unsigned) size);
    if (!rt_cursor_expect_operator(cursor, '(', error))
        return NULL;
    do {
        g_array_set_size(list, list->len + 1);
        if (!parse(cursor, context, list->data + size * (list->len - 1), error))
            return NULL;
    } while (rt_cursor_accept_operator(cursor, ','));
    if (!rt_cursor_expect_operator(cursor, ')', error))
        return NULL;
    *out_length = list->len;
    return rt_arena_memdup(rt_model_arena(context->model), list->data, list->len * size);
}

void
rt_value_print_list(GString *out, const RtValueContext *context, const RtValue *value,
                    RtElementPrinter print)
{
    g_string_append_c(out, '(');
    for (uint32_t i = 0; i < value->length; i++) {
        g_string_append(out, i ? ", " : "");
        print(out, context, value, i);
    }
    g_string_append_c(out, ')');
}

/* ---- names ------------------------------------------------------------------------------------
 */

static bool
take_name(RtCursor *cursor, const RtValueContext *context, void *out_element, GError **error)
{
    const RtName **out_name = out_element;
    *out_name = rt_value_take_name(cursor, context, RT_KIND_COLUMN, "the name of a column", error);
    return *out_name;
}

static bool
parse_names(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
            RtValue *out_value, GError **error)
{
    (void) attribute;
    out_value->names = rt_value_parse_list(cursor, context, sizeof(RtName *), take_name,
                                           &out_value->length, error);
    return out_value->names;
}

static bool
equal_names(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
            const RtValue *b)
{
    (void) context, (void) attribute;
    if (a->length != b->length)
        return false;
    for (uint32_t i = 0; i < a->length; i++) {
        if (!rt_name_equal(a->names[i], b->names[i]))
            return false;
    }
    return true;
}

static void
print_name(GString *out, const RtValueContext *context, const RtValue *value, uint32_t index)
{
    rt_name_print(out, context->lexicon, value->names[index]->text);
}

static void
print_names(GString *out, const RtValueContext *context, const RtAttribute *attribute,
            const RtValue *value)
{
    (void) attribute;
    rt_value_print_list(out, context, value, print_name);
}

static bool
mentions_in_names(const RtValueContext *context, const RtName *table, const RtName *column,
                  const RtValue *value)
{
    (void) context, (void) table;
    for (uint32_t i = 0; column && i < value->length; i++) {
        if (rt_name_equal(value->names[i], column))
            return true;
    }
    return false;
}

static bool
rename_in_names(const RtValueContext *context, const RtName *table, const RtName *column,
                const RtName *new_name, const RtValue *value, RtValue *out_value)
{
    if (!mentions_in_names(context, table, column, value))
        return false;
    const RtName **names =
        rt_arena_new_array(rt_model_arena(context->model), const RtName *, value->length);
    for (uint32_t i = 0; i < value->length; i++)
        names[i] = rt_name_equal(value->names[i], column) ? new_name : value->names[i];
    out_value->names = names;
    return true;
}

const RtValueKind rt_value_names = {
    .name = "names",
    .parse = parse_names,
    .equal = equal_names,
    .print = print_names,
    .rename = rename_in_names,
    .mentions = mentions_in_names,
};

/* ---- parts ------------------------------------------------------------------------------------
 */

/* What may follow the column or expression of a part. */
static const char *const suffix_words[] = { "COLLATE", "ASC", "DESC", "NULLS", NULL };

static bool
at_suffix(const RtCursor *cursor)
{
    for (size_t i = 0; suffix_words[i]; i++) {
        if (rt_cursor_at(cursor, suffix_words[i]))
            return true;
    }
    return false;
}

static bool
at_part_end(const RtCursor *cursor)
{
    return rt_cursor_at_operator(cursor, ',') || rt_cursor_at_operator(cursor, ')');
}

/* Whether a name and what stands behind it is a column: "a", "a DESC", "a text_pattern_ops". */
static bool
is_column(const RtCursor *cursor)
{
    RtCursor at = *cursor;
    if (!rt_cursor_at_name(&at))
        return false;
    bool is_prefix = rt_cursor_at(&at, "NOT");
    rt_cursor_next(&at);
    if (at_part_end(&at) || at_suffix(&at))
        return true;
    if (is_prefix || at.token.kind != RT_TOKEN_WORD || rt_cursor_at(&at, "ISNULL") ||
        rt_cursor_at(&at, "NOTNULL"))
        return false;
    rt_cursor_next(&at);
    return at_part_end(&at) || at_suffix(&at);
}

static bool
read_part(RtCursor *cursor, const RtValueContext *context, void *out_element, GError **error)
{
    RtPart *out_part = out_element;
    uint32_t length;
    RtSpan span;
    if (is_column(cursor)) {
        out_part->column =
            rt_value_take_name(cursor, context, RT_KIND_COLUMN, "the name of a column", error);
        if (!out_part->column)
            return false;
    } else {
        RtCursor start = *cursor;
        if (!rt_cursor_take_until(cursor, ",)", suffix_words, &span, error))
            return false;
        if (span.start == span.end) {
            rt_cursor_expected(&start, error, "a column or an expression");
            return false;
        }
        out_part->expression = rt_value_expression(context, cursor->text, span, &length);
    }
    if (at_part_end(cursor))
        return true;
    if (!rt_cursor_take_until(cursor, ",)", NULL, &span, error))
        return false;
    if (span.start < span.end)
        out_part->suffix = rt_value_expression(context, cursor->text, span, &length);
    return true;
}

static bool
parse_parts(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
            RtValue *out_value, GError **error)
{
    (void) attribute;
    out_value->parts =
        rt_value_parse_list(cursor, context, sizeof(RtPart), read_part, &out_value->length, error);
    return out_value->parts;
}

/* The suffix without ASC, which is what all servers take for granted. */
static char *
significant_suffix(const RtValueContext *context, const char *suffix)
{
    GString *out = g_string_new(NULL);
    RtText text = { .data = suffix, .length = suffix ? (uint32_t) strlen(suffix) : 0 };
    for (uint32_t from = 0; from < text.length;) {
        RtToken token = rt_lexer_next(context->lexicon, &text, from, NULL);
        if (token.kind == RT_TOKEN_END)
            break;
        from = token.span.end;
        if (rt_token_is_word(&text, token, "ASC"))
            continue;
        g_string_append_len(out, suffix + token.span.start, token.span.end - token.span.start);
        g_string_append_c(out, ' ');
    }
    return g_string_free(out, FALSE);
}

static bool
texts_equal(const RtValueContext *context, const char *a, const char *b)
{
    return strcmp(a, b) == 0 || rt_tokens_equal(context->lexicon, RT_FOLD_ASCII, a,
                                                (uint32_t) strlen(a), b, (uint32_t) strlen(b));
}

static bool
suffixes_equal(const RtValueContext *context, const char *a, const char *b)
{
    if (g_strcmp0(a, b) == 0)
        return true;
    g_autofree char *a_rest = significant_suffix(context, a);
    g_autofree char *b_rest = significant_suffix(context, b);
    return texts_equal(context, a_rest, b_rest);
}

static bool
equal_parts(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
            const RtValue *b)
{
    (void) attribute;
    if (a->length != b->length)
        return false;
    for (uint32_t i = 0; i < a->length; i++) {
        const RtPart *left = &a->parts[i], *right = &b->parts[i];
        if (!rt_name_equal(left->column, right->column) ||
            (!left->column && !texts_equal(context, left->expression, right->expression)) ||
            !suffixes_equal(context, left->suffix, right->suffix))
            return false;
    }
    return true;
}

static void
print_part(GString *out, const RtValueContext *context, const RtValue *value, uint32_t index)
{
    const RtPart *part = &value->parts[index];
    if (part->column)
        rt_name_print(out, context->lexicon, part->column->text);
    else
        g_string_append(out, part->expression);
    if (part->suffix)
        g_string_append_printf(out, " %s", part->suffix);
}

static void
print_parts(GString *out, const RtValueContext *context, const RtAttribute *attribute,
            const RtValue *value)
{
    (void) attribute;
    rt_value_print_list(out, context, value, print_part);
}

static bool
part_mentions(const RtValueContext *context, const RtMention *mention, const RtPart *part)
{
    if (part->column)
        return mention->column && rt_name_equal(part->column, mention->column);
    return rt_mention_found(context, mention, part->expression,
                            (uint32_t) strlen(part->expression));
}

static bool
mentions_in_parts(const RtValueContext *context, const RtName *table, const RtName *column,
                  const RtValue *value)
{
    RtMention mention = { table, column, .is_own = true };
    for (uint32_t i = 0; i < value->length; i++) {
        if (part_mentions(context, &mention, &value->parts[i]))
            return true;
    }
    return false;
}

static bool
rename_in_parts(const RtValueContext *context, const RtName *table, const RtName *column,
                const RtName *new_name, const RtValue *value, RtValue *out_value)
{
    if (!mentions_in_parts(context, table, column, value))
        return false;
    RtMention mention = { table, column, .is_own = true };
    RtPart *parts = rt_arena_new_array(rt_model_arena(context->model), RtPart, value->length);
    for (uint32_t i = 0; i < value->length; i++) {
        parts[i] = value->parts[i];
        if (!part_mentions(context, &mention, &parts[i]))
            continue;
        uint32_t length;
        if (parts[i].column)
            parts[i].column = new_name;
        else
            parts[i].expression =
                rt_mention_rename(context, &mention, new_name, parts[i].expression,
                                  (uint32_t) strlen(parts[i].expression), &length);
    }
    out_value->parts = parts;
    return true;
}

const RtValueKind rt_value_parts = {
    .name = "parts",
    .parse = parse_parts,
    .equal = equal_parts,
    .print = print_parts,
    .rename = rename_in_parts,
    .mentions = mentions_in_parts,
};

/* ---- properties -------------------------------------------------------------------------------
 */

/* A key or value of a property: a string, a name, a number or a word, without its quotes. */
static const char *
take_property_text(RtCursor *cursor, const RtValueContext *context, const char *what,
                   GError **error)
{
    if (cursor->token.kind == RT_TOKEN_NUMBER) {
        RtSpan span = cursor->token.span;
        const char *number =
            rt_model_intern(context->model, cursor->text->data + span.start, span.end - span.start);
        rt_cursor_next(cursor);
        return number;
    }
    const char *text = cursor->token.kind == RT_TOKEN_STRING
                           ? rt_cursor_take_string(cursor, what, error)
                           : rt_cursor_take_name(cursor, what, error);
    return text ? rt_model_intern(context->model, text, strlen(text)) : NULL;
}

static bool
read_property(RtCursor *cursor, const RtValueContext *context, void *out_element, GError **error)
{
    RtProperty *property = out_element;
    property->origin = RT_ORIGIN_STATED;
    property->key = take_property_text(cursor, context, "the key of a property", error);
    if (!property->key || !rt_cursor_expect_operator(cursor, '=', error))
        return false;
    property->value = take_property_text(cursor, context, "the value of a property", error);
    return property->value;
}

static bool
parse_properties(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
                 RtValue *out_value, GError **error)
{
    (void) attribute;
    out_value->properties = rt_value_parse_list(cursor, context, sizeof(RtProperty), read_property,
                                                &out_value->length, error);
    return out_value->properties;
}

/* Keys are interned, so that the same key is the same pointer. */
static const RtProperty *
find_property(const RtValue *value, const char *key)
{
    for (uint32_t i = 0; i < value->length; i++) {
        if (value->properties[i].key == key)
            return &value->properties[i];
    }
    return NULL;
}

static bool
equal_properties(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
                 const RtValue *b)
{
    (void) context, (void) attribute;
    if (a->length != b->length)
        return false;
    for (uint32_t i = 0; i < a->length; i++) {
        const RtProperty *other = find_property(b, a->properties[i].key);
        if (!other || strcmp(other->value, a->properties[i].value) != 0)
            return false;
    }
    return true;
}

static void
print_property(GString *out, const RtValueContext *context, const RtValue *value, uint32_t index)
{
    rt_string_print(out, context->lexicon, value->properties[index].key);
    g_string_append(out, " = ");
    rt_string_print(out, context->lexicon, value->properties[index].value);
}

static void
print_properties(GString *out, const RtValueContext *context, const RtAttribute *attribute,
                 const RtValue *value)
{
    (void) attribute;
    rt_value_print_list(out, context, value, print_property);
}

const RtValueKind rt_value_properties = {
    .name = "properties",
    .parse = parse_properties,
    .equal = equal_properties,
    .print = print_properties,
};
