/* The kinds of values of views: their columns, how they are refreshed, their query. */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

/* ---- columns ----------------------------------------------------------------------------------
 */

/* An index of a materialized view stands between its columns: kept as an expression. */
static bool
parse_view_index(RtCursor *cursor, const RtValueContext *context, RtPart *out_part, GError **error)
{
    uint32_t length;
    RtSpan span;
    if (!rt_cursor_take_until(cursor, ",)", NULL, &span, error))
        return false;
    out_part->expression = rt_value_expression(context, cursor->text, span, &length);
    return true;
}

static bool
read_view_column(RtCursor *cursor, const RtValueContext *context, void *out_element, GError **error)
{
    RtPart *out_part = out_element;
    RtCursor next = *cursor;
    rt_cursor_next(&next);
    bool is_index = rt_cursor_at(cursor, "INDEX") && next.token.kind != RT_TOKEN_OPERATOR;
    if (is_index)
        return parse_view_index(cursor, context, out_part, error);
    out_part->column = rt_value_take_name(cursor, context, RT_KIND_COLUMN, "a column", error);
    if (!out_part->column)
        return false;
    if (!rt_cursor_accept(cursor, "COMMENT"))
        return true;
    const char *comment = rt_cursor_take_string(cursor, "a comment", error);
    if (comment && *comment)
        out_part->suffix = rt_model_intern(context->model, comment, strlen(comment));
    return comment != NULL;
}

static bool
parse_columns(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
              RtValue *out_value, GError **error)
{
    (void) attribute;
    out_value->parts = rt_value_parse_list(cursor, context, sizeof(RtPart), read_view_column,
                                           &out_value->length, error);
    return out_value->parts;
}

static bool
equal_columns(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
              const RtValue *b)
{
    (void) context, (void) attribute;
    if (a->length != b->length)
        return false;
    for (uint32_t i = 0; i < a->length; i++) {
        if (!rt_name_equal(a->parts[i].column, b->parts[i].column) ||
            g_strcmp0(a->parts[i].suffix, b->parts[i].suffix) != 0 ||
            g_strcmp0(a->parts[i].expression, b->parts[i].expression) != 0)
            return false;
    }
    return true;
}

static void
print_column(GString *out, const RtValueContext *context, const RtValue *value, uint32_t index)
{
    const RtPart *part = &value->parts[index];
    if (part->column)
        rt_name_print(out, context->lexicon, part->column->text);
    else
        g_string_append(out, part->expression);
    if (!part->suffix)
        return;
    g_string_append(out, " COMMENT ");
    rt_string_print(out, context->lexicon, part->suffix);
}

static void
print_columns(GString *out, const RtValueContext *context, const RtAttribute *attribute,
              const RtValue *value)
{
    (void) attribute;
    rt_value_print_list(out, context, value, print_column);
}

const RtValueKind starrocks_value_columns = {
    .name = "view columns",
    .parse = parse_columns,
    .equal = equal_columns,
    .print = print_columns,
};

/* ---- refresh ----------------------------------------------------------------------------------
 */

static bool
pass_refresh(RtCursor *cursor, GError **error)
{
    RtSpan inside;
    if (!rt_cursor_accept(cursor, "IMMEDIATE"))
        rt_cursor_accept(cursor, "DEFERRED");
    if (rt_cursor_accept(cursor, "MANUAL") || rt_cursor_accept(cursor, "INCREMENTAL"))
        return true;
    if (!rt_cursor_accept(cursor, "ASYNC") && !rt_cursor_accept(cursor, "SCHEDULE")) {
        rt_cursor_expected(cursor, error, "ASYNC, SCHEDULE, MANUAL or INCREMENTAL");
        return false;
    }
    static const char *const options[] = { "START", "EVERY" };
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        if (!rt_cursor_accept(cursor, options[i]))
            continue;
        if (!rt_cursor_at_operator(cursor, '(')) {
            rt_cursor_expected(cursor, error, "\"(\"");
            return false;
        }
        if (!rt_cursor_take_parentheses(cursor, &inside, error))
            return false;
    }
    return true;
}

static bool
parse_refresh(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
              RtValue *out_value, GError **error)
{
    (void) attribute;
    uint32_t start = cursor->token.span.start;
    if (!pass_refresh(cursor, error))
        return false;
    RtSpan span = { start, cursor->last };
    out_value->text = rt_value_expression(context, cursor->text, span, &out_value->length);
    return true;
}

/* IMMEDIATE is what it is without a word; SCHEDULE is what 4.1 calls ASYNC with a time. */
static char *
fold_refresh(const RtValueContext *context, const RtValue *value)
{
    g_autofree char *folded = starrocks_fold_expression(context, value->text, value->length);
    g_auto(GStrv) words = g_strsplit(folded, " ", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (unsigned i = 0; words[i]; i++) {
        if (g_str_equal(words[i], "immediate"))
            continue;
        bool is_schedule = g_str_equal(words[i], "schedule");
        g_string_append_printf(out, "%s ", is_schedule ? "async" : words[i]);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static bool
equal_refresh(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
              const RtValue *b)
{
    (void) attribute;
    g_autofree char *left = fold_refresh(context, a);
    g_autofree char *right = fold_refresh(context, b);
    return g_str_equal(left, right);
}

const RtValueKind starrocks_value_refresh = {
    .name = "refresh",
    .parse = parse_refresh,
    .equal = equal_refresh,
    .print = rt_value_print_text,
};
