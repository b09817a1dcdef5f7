/* The kinds of values of PARTITION BY: a scheme, and a map from names to definitions. */
#include "dialect/starrocks/expression.h"

#include <string.h>

/* ---- the scheme -------------------------------------------------------------------------------
 */

/* One of RANGE(a), (a, b), date_trunc('day', a), a. */
static bool
pass_part(RtCursor *cursor, GError **error)
{
    RtSpan inside;
    bool is_word = cursor->token.kind == RT_TOKEN_WORD || cursor->token.kind == RT_TOKEN_NAME;
    if (!is_word && !rt_cursor_at_operator(cursor, '(')) {
        rt_cursor_expected(cursor, error, "a column or an expression to partition by");
        return false;
    }
    if (is_word)
        rt_cursor_next(cursor);
    while (is_word && rt_cursor_accept_operator(cursor, '.'))
        rt_cursor_next(cursor);
    return !rt_cursor_at_operator(cursor, '(') ||
           rt_cursor_take_parentheses(cursor, &inside, error);
}

static bool
parse_scheme(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
             RtValue *out_value, GError **error)
{
    (void) attribute;
    uint32_t start = cursor->token.span.start;
    do {
        if (!pass_part(cursor, error))
            return false;
    } while (rt_cursor_accept_operator(cursor, ','));
    RtSpan span = { start, cursor->last };
    out_value->text = rt_value_expression(context, cursor->text, span, &out_value->length);
    return true;
}

/* The parentheses around a list of several are written or not. */
static char *
fold_scheme(const RtValueContext *context, const RtValue *value)
{
    char *folded = starrocks_canonical_expression(context, value->text, value->length);
    size_t length = strlen(folded);
    if (*folded != '(' || folded[length - 1] != ')')
        return folded;
    unsigned depth = 0;
    for (size_t i = 0; i + 1 < length; i++) {
        depth += folded[i] == '(';
        depth -= folded[i] == ')';
        if (depth == 0)
            return folded;
    }
    char *inside = g_strndup(folded + 1, length - 2);
    g_free(folded);
    return inside;
}

static bool
equal_scheme(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
             const RtValue *b)
{
    (void) attribute;
    if (a->length == b->length && memcmp(a->text, b->text, a->length) == 0)
        return true;
    g_autofree char *left = fold_scheme(context, a);
    g_autofree char *right = fold_scheme(context, b);
    return g_str_equal(left, right);
}

/* The operation's property says into what partitions are merged; the scheme stays
   (MergePartitionJob of the frontend). */
static bool
merge_partitions(const RtValueContext *context, const RtObject *table, const RtValue *old, RtOp *op,
                 RtValue *out_value, const char **out_problem)
{
    (void) context, (void) table;
    op->value_before = NULL;
    if (!old) {
        *out_problem = "merges partitions, of which there are none";
        return false;
    }
    *out_value = *old;
    return true;
}

const RtValueKind starrocks_value_partition = {
    .name = "partition scheme",
    .parse = parse_scheme,
    .equal = equal_scheme,
    .print = rt_value_print_text,
    .rename = rt_value_rename_own,
    .mentions = rt_value_mentions_own,
    .change_part = merge_partitions,
};

/* ---- partitions -------------------------------------------------------------------------------
 */

/* [("a"), ("b")): opened by a bracket and closed by a parenthesis. */
static bool
pass_range(RtCursor *cursor, GError **error)
{
    RtSpan inside;
    if (!rt_cursor_expect_operator(cursor, '[', error))
        return false;
    for (unsigned i = 0; i < 2; i++) {
        if (i && !rt_cursor_expect_operator(cursor, ',', error))
            return false;
        if (!rt_cursor_at_operator(cursor, '(')) {
            rt_cursor_expected(cursor, error, "\"(\"");
            return false;
        }
        if (!rt_cursor_take_parentheses(cursor, &inside, error))
            return false;
    }
    return rt_cursor_expect_operator(cursor, ')', error);
}

bool
starrocks_pass_bounds(RtCursor *cursor, GError **error)
{
    RtSpan inside;
    if (rt_cursor_at_operator(cursor, '['))
        return pass_range(cursor, error);
    if (rt_cursor_accept(cursor, "LESS THAN")) {
        if (rt_cursor_accept(cursor, "MAXVALUE"))
            return true;
    } else if (!rt_cursor_expect(cursor, "IN", error)) {
        return false;
    }
    if (rt_cursor_at_operator(cursor, '('))
        return rt_cursor_take_parentheses(cursor, &inside, error);
    rt_cursor_expected(cursor, error, "\"(\"");
    return false;
}

/* What may stand behind the bounds: properties, DISTRIBUTED BY … BUCKETS n. */
static bool
pass_partition_options(RtCursor *cursor, GError **error)
{
    RtSpan passed;
    if (rt_cursor_at_operator(cursor, '(') && !rt_cursor_take_parentheses(cursor, &passed, error))
        return false;
    return !rt_cursor_at(cursor, "DISTRIBUTED BY") ||
           rt_cursor_take_until(cursor, ",)", NULL, &passed, error);
}

bool
starrocks_parse_partition(RtCursor *cursor, const RtValueContext *context, RtProperty *out_property,
                          GError **error)
{
    uint32_t length;
    rt_cursor_accept(cursor, "IF NOT EXISTS");
    const char *name = rt_cursor_take_name(cursor, "the name of a partition", error);
    uint32_t start = cursor->token.span.start;
    if (!name || !rt_cursor_expect(cursor, "VALUES", error) ||
        !starrocks_pass_bounds(cursor, error) || !pass_partition_options(cursor, error))
        return false;
    RtSpan span = { start, cursor->last };
    out_property->key = rt_model_intern(context->model, name, strlen(name));
    out_property->value = rt_value_expression(context, cursor->text, span, &length);
    out_property->origin = RT_ORIGIN_STATED;
    return true;
}

/* START ("a") END ("b") EVERY (INTERVAL 1 DAY): its whole text is its name. */
static bool
parse_batch(RtCursor *cursor, const RtValueContext *context, RtProperty *out_property,
            GError **error)
{
    uint32_t length, start = cursor->token.span.start;
    RtSpan passed;
    if (!rt_cursor_at(cursor, "START") && !rt_cursor_at(cursor, "END")) {
        rt_cursor_expected(cursor, error, "PARTITION or START");
        return false;
    }
    if (!rt_cursor_take_until(cursor, ",)", NULL, &passed, error))
        return false;
    RtSpan span = { start, cursor->last };
    const char *text = rt_value_expression(context, cursor->text, span, &length);
    out_property->key = rt_model_intern(context->model, text, length);
    out_property->value = "";
    out_property->origin = RT_ORIGIN_STATED;
    return true;
}

/* There may be none. */
static bool
parse_partitions(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
                 RtValue *out_value, GError **error)
{
    (void) attribute;
    g_autoptr(GArray) properties = g_array_new(FALSE, FALSE, sizeof(RtProperty));
    if (!rt_cursor_expect_operator(cursor, '(', error))
        return false;
    while (!rt_cursor_at_operator(cursor, ')')) {
        RtProperty property;
        if (properties->len && !rt_cursor_expect_operator(cursor, ',', error))
            return false;
        if (rt_cursor_accept(cursor, "PARTITION")
                ? !starrocks_parse_partition(cursor, context, &property, error)
                : !parse_batch(cursor, context, &property, error))
            return false;
        g_array_append_val(properties, property);
    }
    rt_cursor_next(cursor);
    out_value->length = properties->len;
    out_value->properties = rt_arena_memdup(rt_model_arena(context->model), properties->data,
                                            properties->len * sizeof(RtProperty));
    return true;
}

static void
print_partitions(GString *out, const RtValueContext *context, const RtAttribute *attribute,
                 const RtValue *value)
{
    (void) attribute;
    g_string_append(out, "(");
    for (uint32_t i = 0; i < value->length; i++) {
        const RtProperty *property = &value->properties[i];
        g_string_append(out, i ? ",\n    " : "\n    ");
        if (*property->value) {
            RtName name = { .text = property->key };
            g_string_append(out, "PARTITION ");
            rt_value_print_name(out, context, &name);
            g_string_append_printf(out, " %s", property->value);
        } else {
            g_string_append(out, property->key);
        }
    }
    g_string_append(out, value->length ? "\n)" : ")");
}

const RtValueKind starrocks_value_partitions = {
    .name = "partitions",
    .parse = parse_partitions,
    .print = print_partitions,
    .normalize = starrocks_normalize_partitions,
    .change_part = starrocks_change_partitions,
};
