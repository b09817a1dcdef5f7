/*
 * Reads expressions by the precedence of StarRocks' grammar and writes them in one form. Servers
 * print parentheses that nobody wrote, and leave out some that somebody did.
 */
#include "dialect/starrocks/expression.h"

#include <string.h>

enum { DEEPEST_EXPRESSION = 200 };

typedef struct Reader {
    const RtValueContext *context;
    RtCursor cursor;
    unsigned depth;
} Reader;

static bool read_expression(Reader *reader, unsigned strength, GString *out);

/* Operators between two operands, the loosest first. */
static const struct {
    const char *word;
    const char *canonical;
    unsigned strength;
} binary_operators[] = {
    { "OR", "or", 1 },         { "||", "||", 1 },
    { "XOR", "xor", 2 },       { "AND", "and", 3 },
    { "&&", "and", 3 },        { "=", "=", 5 },
    { "<=>", "<=>", 5 },       { "<>", "!=", 5 },
    { "!=", "!=", 5 },         { "<=", "<=", 5 },
    { ">=", ">=", 5 },         { "<", "<", 5 },
    { ">", ">", 5 },           { "NOT LIKE", "not like", 5 },
    { "LIKE", "like", 5 },     { "NOT REGEXP", "not regexp", 5 },
    { "REGEXP", "regexp", 5 }, { "RLIKE", "regexp", 5 },
    { "|", "|", 6 },           { "&", "&", 7 },
    { "<<", "<<", 8 },         { ">>", ">>", 8 },
    { "+", "+", 9 },           { "-", "-", 9 },
    { "*", "*", 10 },          { "/", "/", 10 },
    { "%", "%", 10 },          { "DIV", "div", 10 },
    { "MOD", "%", 10 },        { "^", "^", 11 },
    { "->", "->", 12 },
};

enum {
    STRENGTH_NOT = 4,
    STRENGTH_COMPARISON = 5,
    STRENGTH_SIGN = 12,
};

static void
append_name(Reader *reader, GString *out)
{
    const char *name = rt_token_unquote(reader->cursor.arena, reader->cursor.lexicon,
                                        reader->cursor.text, reader->cursor.token);
    g_autofree char *folded = g_ascii_strdown(name, -1);
    g_string_append(out, folded);
    rt_cursor_next(&reader->cursor);
}

static void
append_literal(Reader *reader, GString *out)
{
    RtCursor *cursor = &reader->cursor;
    if (cursor->token.kind == RT_TOKEN_STRING) {
        starrocks_append_literal(
            out, rt_token_unquote(cursor->arena, cursor->lexicon, cursor->text, cursor->token));
    } else {
        g_string_append_len(out, cursor->text->data + cursor->token.span.start,
                            cursor->token.span.end - cursor->token.span.start);
    }
    rt_cursor_next(cursor);
}

/* Expressions with commas between them, up to `close`, which is passed; *out_n commas there were.
 */
static bool
read_counted(Reader *reader, char close, GString *out, unsigned *out_n)
{
    *out_n = 0;
    while (!rt_cursor_accept_operator(&reader->cursor, close)) {
        if (!read_expression(reader, 0, out))
            return false;
        bool is_comma = rt_cursor_accept_operator(&reader->cursor, ',');
        *out_n += is_comma;
        if (is_comma)
            g_string_append_c(out, ',');
        else if (!rt_cursor_at_operator(&reader->cursor, close))
            return false;
    }
    g_string_append_c(out, close);
    return true;
}

static bool
read_list(Reader *reader, char close, GString *out)
{
    unsigned n;
    return read_counted(reader, close, out, &n);
}

/* CAST(x AS type), its parenthesis passed. */
static bool
read_cast(Reader *reader, GString *out)
{
    static const RtAttribute plain = { .name = "type", .kind = &rt_value_type };
    RtValue value = { 0 };
    if (!read_expression(reader, 0, out) || !rt_cursor_accept(&reader->cursor, "AS") ||
        !rt_value_parse(&reader->cursor, reader->context, &plain, &value, NULL))
        return false;
    g_string_append_printf(out, " as %s)", value.type->text);
    return rt_cursor_accept_operator(&reader->cursor, ')');
}

/* INTERVAL 7 DAY is 7, 'day' to the functions that take it. */
static bool
read_interval(Reader *reader, GString *out)
{
    if (!read_expression(reader, STRENGTH_SIGN, out) || reader->cursor.token.kind != RT_TOKEN_WORD)
        return false;
    g_string_append(out, ",'");
    append_name(reader, out);
    g_string_append_c(out, '\'');
    return true;
}

static bool
read_case(Reader *reader, GString *out)
{
    static const char *const words[] = { "WHEN", "THEN", "ELSE" };
    RtCursor *cursor = &reader->cursor;
    g_string_append(out, "case");
    while (!rt_cursor_accept(cursor, "END")) {
        bool found = false;
        for (size_t i = 0; i < G_N_ELEMENTS(words) && !found; i++) {
            found = rt_cursor_accept(cursor, words[i]);
            if (found)
                g_string_append_printf(out, " %s", words[i]);
        }
        g_string_append_c(out, ' ');
        if (!read_expression(reader, 0, out))
            return false;
    }
    g_string_append(out, " end");
    return true;
}

/* Takes `ending` off the end of what stands behind `start`, which goes on with a parenthesis. */
static bool
drop_argument(GString *out, gsize start, const char *ending)
{
    if (!g_str_has_suffix(out->str + start, ending))
        return false;
    g_string_truncate(out, out->len - strlen(ending));
    g_string_append_c(out, ')');
    return true;
}

/* Arguments of time_slice and date_trunc that say the unit are words or strings in any case; those
   that say what is so without them go. */
static void
fold_call(GString *out, gsize start, const char *name)
{
    if (g_str_equal(name, "dictionary_get"))
        drop_argument(out, start, ",false)");
    if (!g_str_equal(name, "time_slice") && !g_str_equal(name, "date_trunc"))
        return;
    for (gsize i = start; i < out->len; i++)
        out->str[i] = g_ascii_tolower(out->str[i]);
    if (drop_argument(out, start, ",floor)") || drop_argument(out, start, ",'floor')"))
        return;
    if (drop_argument(out, start, ",ceil)")) {
        g_string_truncate(out, out->len - 1);
        g_string_append(out, ",'ceil')");
    }
}

static bool
read_name(Reader *reader, GString *out)
{
    RtCursor *cursor = &reader->cursor;
    gsize start = out->len;
    bool is_word = cursor->token.kind == RT_TOKEN_WORD;
    append_name(reader, out);
    while (rt_cursor_accept_operator(cursor, '.')) {
        g_string_append_c(out, '.');
        if (cursor->token.kind != RT_TOKEN_WORD && cursor->token.kind != RT_TOKEN_NAME)
            return false;
        append_name(reader, out);
    }
    if (is_word && cursor->token.kind == RT_TOKEN_STRING) {
        append_literal(reader, out); /* DATE '2026-01-01' */
        return true;
    }
    if (!is_word || !rt_cursor_accept_operator(cursor, '('))
        return true;
    g_autofree char *name = g_strdup(out->str + start);
    g_string_append_c(out, '(');
    if (g_str_equal(name, "cast"))
        return read_cast(reader, out);
    if (!read_list(reader, ')', out))
        return false;
    fold_call(out, start, name);
    return true;
}

/* (a) is a; (a, b) is a row. */
static bool
read_parentheses(Reader *reader, GString *out)
{
    gsize start = out->len;
    unsigned n;
    g_string_append_c(out, '(');
    if (!read_counted(reader, ')', out, &n))
        return false;
    if (n == 0) {
        g_string_erase(out, (gssize) start, 1);
        g_string_truncate(out, out->len - 1);
    }
    return true;
}

static bool
read_prefix(Reader *reader, GString *out)
{
    RtCursor *cursor = &reader->cursor;
    if (rt_cursor_accept(cursor, "NOT") || rt_cursor_accept_operator(cursor, '!')) {
        g_string_append(out, "(not ");
        bool done = read_expression(reader, STRENGTH_NOT, out);
        g_string_append_c(out, ')');
        return done;
    }
    if (rt_cursor_accept_operator(cursor, '-')) {
        g_string_append_c(out, '-');
        return read_expression(reader, STRENGTH_SIGN, out);
    }
    if (rt_cursor_accept(cursor, "CASE"))
        return read_case(reader, out);
    if (rt_cursor_accept(cursor, "INTERVAL"))
        return read_interval(reader, out);
    if (rt_cursor_accept(cursor, "DISTINCT"))
        g_string_append(out, "distinct ");
    if (rt_cursor_accept_operator(cursor, '('))
        return read_parentheses(reader, out);
    if (rt_cursor_accept_operator(cursor, '[')) {
        g_string_append_c(out, '[');
        return read_list(reader, ']', out);
    }
    if (rt_cursor_accept_operator(cursor, '*')) {
        g_string_append_c(out, '*');
        return true;
    }
    if (cursor->token.kind == RT_TOKEN_STRING || cursor->token.kind == RT_TOKEN_NUMBER) {
        append_literal(reader, out);
        return true;
    }
    if (cursor->token.kind != RT_TOKEN_WORD && cursor->token.kind != RT_TOKEN_NAME)
        return false;
    return read_name(reader, out);
}

/* a[1], a.b behind a call. */
static bool
read_subscripts(Reader *reader, GString *out)
{
    RtCursor *cursor = &reader->cursor;
    for (;;) {
        if (rt_cursor_accept_operator(cursor, '[')) {
            g_string_append_c(out, '[');
            if (!read_list(reader, ']', out))
                return false;
        } else if (rt_cursor_accept_operator(cursor, '.')) {
            g_string_append_c(out, '.');
            append_name(reader, out);
        } else {
            return true;
        }
    }
}

/*
 * IS [NOT] NULL, [NOT] IN (…), [NOT] BETWEEN a AND b, up to the parenthesis that closes it;
 * *out_found false: none of them is here.
 */
static bool
read_predicate(Reader *reader, GString *out, bool *out_found)
{
    RtCursor *cursor = &reader->cursor;
    bool is_null = rt_cursor_accept(cursor, "IS NULL");
    *out_found = true;
    if (is_null || rt_cursor_accept(cursor, "IS NOT NULL")) {
        g_string_append(out, is_null ? " is null)" : " is not null)");
        return true;
    }
    bool is_not = rt_cursor_at(cursor, "NOT IN") || rt_cursor_at(cursor, "NOT BETWEEN");
    if (is_not)
        rt_cursor_next(cursor);
    if (rt_cursor_accept(cursor, "IN")) {
        g_string_append(out, is_not ? " not in (" : " in (");
        if (!rt_cursor_accept_operator(cursor, '(') || !read_list(reader, ')', out))
            return false;
        g_string_append_c(out, ')');
        return true;
    }
    *out_found = rt_cursor_accept(cursor, "BETWEEN");
    if (!*out_found)
        return true;
    g_string_append(out, is_not ? " not between " : " between ");
    if (!read_expression(reader, STRENGTH_COMPARISON + 1, out) || !rt_cursor_accept(cursor, "AND"))
        return false;
    g_string_append(out, " and ");
    bool done = read_expression(reader, STRENGTH_COMPARISON + 1, out);
    g_string_append_c(out, ')');
    return done;
}

/* The operator here that binds at least as tightly; it is passed. -1: none. */
static int
accept_binary(RtCursor *cursor, unsigned strength)
{
    for (size_t i = 0; i < G_N_ELEMENTS(binary_operators); i++) {
        if (binary_operators[i].strength >= strength &&
            rt_cursor_accept(cursor, binary_operators[i].word))
            return (int) i;
    }
    return -1;
}

/* One more operation on what was read; *out_found false: there is none that binds so tightly. */
static bool
read_operation(Reader *reader, unsigned strength, GString *out, bool *out_found)
{
    *out_found = false;
    if (strength <= STRENGTH_COMPARISON && !read_predicate(reader, out, out_found))
        return false;
    if (*out_found)
        return true;
    int at = accept_binary(&reader->cursor, strength);
    *out_found = at >= 0;
    if (at < 0)
        return true;
    g_string_append_printf(out, " %s ", binary_operators[at].canonical);
    if (!read_expression(reader, binary_operators[at].strength + 1, out))
        return false;
    g_string_append_c(out, ')');
    return true;
}

/* Operations one behind the other; the parentheses that they open are put in at once, since each
   moves all that was written. */
static bool
read_rest(Reader *reader, unsigned strength, GString *out, gsize start)
{
    gsize n = 0;
    bool done = true;
    for (bool found = true; found && done; n += found)
        done = read_operation(reader, strength, out, &found);
    g_autofree char *open = g_strnfill(n, '(');
    g_string_insert_len(out, (gssize) start, open, (gssize) n);
    return done;
}

static bool
read_expression(Reader *reader, unsigned strength, GString *out)
{
    gsize start = out->len;
    if (++reader->depth > DEEPEST_EXPRESSION)
        return false;
    bool done = read_prefix(reader, out) && read_subscripts(reader, out) &&
                read_rest(reader, strength, out, start);
    reader->depth--;
    return done;
}

char *
starrocks_canonical_expression(const RtValueContext *context, const char *data, uint32_t length)
{
    RtText text = { .data = data, .length = length };
    Reader reader = { .context = context };
    GString *out = g_string_sized_new(length + 16);
    rt_cursor_init(&reader.cursor, rt_model_arena(context->model), context->lexicon, &text);
    bool done = true;
    do {
        if (out->len)
            g_string_append_c(out, ',');
        done = read_expression(&reader, 0, out);
    } while (done && rt_cursor_accept_operator(&reader.cursor, ','));
    if (done && rt_cursor_at_end(&reader.cursor))
        return g_string_free(out, FALSE);
    g_string_free(out, TRUE);
    return starrocks_fold_expression(context, data, length);
}
