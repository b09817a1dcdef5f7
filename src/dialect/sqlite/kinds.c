/* Kinds of values that only SQLite has. */
#include "dialect/sqlite/sqlite.h"

/* sqlite.org/foreignkeys.html#fk_actions; DEFAULT and NULL also begin clauses of a column, so that
   nothing but the whole list tells where an action ends. */
static const char *const actions[] = {
    "NO ACTION", "SET NULL", "SET DEFAULT", "CASCADE", "RESTRICT",
};

static bool
parse_action(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
             RtValue *out_value, GError **error)
{
    (void) context, (void) attribute;
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (!rt_cursor_accept(cursor, actions[i]))
            continue;
        out_value->text = actions[i];
        out_value->length = (uint32_t) strlen(actions[i]);
        return true;
    }
    rt_cursor_expected(cursor, error, "NO ACTION, SET NULL, SET DEFAULT, CASCADE or RESTRICT");
    return false;
}

static bool
equal_action(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
             const RtValue *b)
{
    (void) context, (void) attribute;
    return strcmp(a->text, b->text) == 0;
}

static void
print_action(GString *out, const RtValueContext *context, const RtAttribute *attribute,
             const RtValue *value)
{
    (void) context, (void) attribute;
    g_string_append(out, value->text);
}

const RtValueKind rt_sqlite_value_action = {
    .name = "action",
    .parse = parse_action,
    .equal = equal_action,
    .print = print_action,
};

static bool
parse_event(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
            RtValue *out_value, GError **error)
{
    RtCursor start = *cursor;
    RtSpan span;
    if (!rt_cursor_take_until(cursor, "", attribute->ends, &span, error))
        return false;
    if (span.start == span.end) {
        rt_cursor_expected(&start, error, "INSERT, UPDATE or DELETE");
        return false;
    }
    out_value->text = rt_value_expression(context, cursor->text, span, &out_value->length);
    return true;
}

/* The value without these words at its beginning. */
static RtValue
without_words(const RtValueContext *context, const RtValue *value, const char *words)
{
    RtText text = { .data = value->text, .length = value->length };
    RtCursor cursor;
    RtValue rest = *value;
    rt_cursor_init(&cursor, rt_model_arena(context->model), context->lexicon, &text);
    if (rt_cursor_accept(&cursor, words)) {
        rest.text += cursor.token.span.start;
        rest.length -= cursor.token.span.start;
    }
    return rest;
}

static bool
equal_without(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
              const RtValue *b, const char *words)
{
    RtValue a_rest = without_words(context, a, words);
    RtValue b_rest = without_words(context, b, words);
    return rt_value_equal_tokens(context, attribute, &a_rest, &b_rest);
}

/* Neither BEFORE nor AFTER is BEFORE. */
static bool
equal_event(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
            const RtValue *b)
{
    return equal_without(context, attribute, a, b, "BEFORE");
}

/* FOR EACH ROW says nothing: SQLite has no other triggers. */
static bool
equal_trigger_body(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
                   const RtValue *b)
{
    return equal_without(context, attribute, a, b, "FOR EACH ROW");
}

/* The statement was cut from its text by the splitter, which knows BEGIN and END. */
static bool
parse_trigger_body(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
                   RtValue *out_value, GError **error)
{
    (void) attribute;
    uint32_t start = cursor->token.span.start;
    bool has_begin = false, is_ended = false;
    while (!rt_cursor_at_end(cursor) && cursor->token.kind != RT_TOKEN_OPEN) {
        has_begin |= rt_cursor_at(cursor, "BEGIN");
        is_ended = has_begin && rt_cursor_at(cursor, "END");
        rt_cursor_next(cursor);
    }
    if (!is_ended || !rt_cursor_at_end(cursor)) {
        rt_cursor_expected(cursor, error, has_begin ? "END" : "BEGIN");
        return false;
    }
    out_value->length = cursor->last - start;
    out_value->text = rt_arena_copy(rt_model_arena(context->model), cursor->text->data + start,
                                    out_value->length);
    return true;
}

const RtValueKind rt_sqlite_value_trigger_body = {
    .name = "trigger body",
    .parse = parse_trigger_body,
    .equal = equal_trigger_body,
};

const RtValueKind rt_sqlite_value_event = {
    .name = "event",
    .parse = parse_event,
    .equal = equal_event,
    .print = rt_value_print_text,
    .rename = rt_value_rename_own,
    .mentions = rt_value_mentions_own,
};
