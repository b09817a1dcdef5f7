/* Statements: which rule reads one, its place, its hints, and how reading goes on after an error.
 */
#include "dialect/engine.h"
#include "sql/directive.h"

#include <string.h>

void
rt_parser_init(RtParser *parser, const RtDialect *dialect, const RtServer *server, RtModel *model,
               const RtText *text, GArray *ops)
{
    *parser = (RtParser){
        .dialect = dialect,
        .model = model,
        .server = server,
        .context = { model, dialect->rules, dialect->lexicon },
        .ops = ops,
        .source = text,
    };
    rt_cursor_init(&parser->cursor, rt_model_arena(model), dialect->lexicon, text);
    rt_splitter_init(&parser->splitter, dialect->lexicon, text);
}

RtOp *
rt_parser_add_op(RtParser *parser, RtVerb verb, RtKind kind, uint32_t flags)
{
    RtOp op = { .verb = verb, .kind = kind, .flags = flags };
    g_array_append_val(parser->ops, op);
    return &g_array_index(parser->ops, RtOp, parser->ops->len - 1);
}

const RtName *
rt_parser_intern(RtParser *parser, RtKind kind, const char *schema, const char *text)
{
    return rt_model_name(parser->model, parser->dialect->rules->fold[kind], schema, text);
}

const RtName *
rt_parse_name(RtParser *parser, RtKind kind, const char *what, GError **error)
{
    bool may_be_qualified =
        (parser->dialect->capabilities & RT_CAN_QUALIFY) && parser->dialect->rules->space[kind];
    if (may_be_qualified)
        return rt_value_take_qualified(&parser->cursor, &parser->context, kind, what, error);
    return rt_value_take_name(&parser->cursor, &parser->context, kind, what, error);
}

/* The old name stands in a comment: it is read by a cursor of its own. */
static const RtName *
parse_old_name(RtParser *parser, RtSpan argument, RtKind kind, GError **error)
{
    RtCursor kept = parser->cursor;
    RtText part = *kept.text;
    part.length = argument.end;
    parser->cursor.text = &part;
    rt_cursor_seek(&parser->cursor, argument.start);
    const RtName *name = rt_parse_name(parser, kind, "the old name", error);
    if (name && !rt_cursor_at_end(&parser->cursor)) {
        rt_cursor_expected(&parser->cursor, error, "the end of the line");
        name = NULL;
    }
    parser->cursor = kept;
    return name;
}

bool
rt_parse_hints(RtParser *parser, RtSpan hints, RtKind kind, const RtName **out_renamed_from,
               GError **error)
{
    const RtName *renamed_from = NULL;
    RtDirective directive;
    GError *problem = NULL;
    uint32_t from = hints.start;
    while (from < hints.end &&
           rt_directive_next(parser->source, hints, RT_PLACE_SCHEMA, &from, &directive, &problem)) {
        if (directive.kind != RT_DIRECTIVE_RENAMED_FROM)
            continue;
        renamed_from = parse_old_name(parser, directive.argument, kind, error);
        if (!renamed_from)
            return false;
    }
    if (problem) {
        g_propagate_error(error, problem);
        return false;
    }
    *out_renamed_from = renamed_from;
    return true;
}

bool
rt_parse_opaque(RtParser *parser, uint32_t flags, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    if (!rt_cursor_skip_statement(cursor, error))
        return false;
    rt_parser_add_op(parser, RT_VERB_OPAQUE, RT_KIND_DATABASE, flags);
    return true;
}

static bool
at_statement_end(const RtCursor *cursor)
{
    return rt_cursor_at_end(cursor) || rt_cursor_at_operator(cursor, ';');
}

static bool
parse_other(RtParser *parser, GError **error)
{
    const RtStatementRule *others = parser->dialect->others;
    for (; others && others->intro; others++) {
        if (rt_cursor_at(&parser->cursor, others->intro))
            return rt_parse_opaque(parser, others->flags, error);
    }
    return rt_parse_opaque(parser, 0, error);
}

static bool
parse_statement(RtParser *parser, GError **error)
{
    const RtStatementRule *rules = parser->dialect->statements;
    int found = rt_phrases_accept(rt_phrases_get(parser, RT_PHRASES_RULES, rules), &parser->cursor);
    if (found < 0)
        return parse_other(parser, error);
    if (!rules[found].parse(parser, &rules[found], error))
        return false;
    if (at_statement_end(&parser->cursor))
        return true;
    rt_cursor_expected(&parser->cursor, error, "the end of the statement");
    return false;
}

/* Operations of one statement that share it are a group, named by where the first one stands. */
static void
place_ops(RtParser *parser, unsigned first, uint32_t end)
{
    RtSpan span = { parser->statement_start, end };
    bool is_group = parser->ops->len - first > 1;
    for (unsigned i = first; i < parser->ops->len; i++) {
        RtOp *op = &g_array_index(parser->ops, RtOp, i);
        op->text = parser->source;
        op->span = span;
        op->group = is_group ? first + 1 : 0;
    }
}

/* Whether the cursor is at the first word of the intro of a compound statement, or at its last. */
static bool
at_compound(const RtCursor *cursor, bool first)
{
    for (const RtCompound *compound = cursor->lexicon->compounds; compound->intro; compound++) {
        const char *last = strrchr(compound->intro, ' ');
        const char *word = first || !last ? compound->intro : last + 1;
        size_t length = strcspn(word, " ");
        if (cursor->token.span.end - cursor->token.span.start == length &&
            g_ascii_strncasecmp(cursor->text->data + cursor->token.span.start, word, length) == 0)
            return true;
    }
    return false;
}

/*
 * Whether only the splitter knows where the statement at the cursor ends. A compound statement
 * looks like CREATE … TRIGGER: its first words decide, so that tables are not read twice.
 */
static bool
needs_splitter(const RtParser *parser)
{
    RtCursor ahead = parser->cursor;
    if (parser->splitter.delimiter.end || ahead.hints.start != ahead.hints.end)
        return true;
    if (!at_compound(&ahead, true))
        return false;
    for (unsigned i = 0; i < 4 && ahead.token.kind == RT_TOKEN_WORD; i++) {
        rt_cursor_next(&ahead);
        if (rt_cursor_at(&ahead, "TABLE"))
            return false;
        if (at_compound(&ahead, false))
            return true;
    }
    return false;
}

/*
 * Lets the statement at the cursor end where the splitter says. *out_next is where reading goes on;
 * untouched where the statement ends at the next semicolon.
 */
static bool
bound_statement(RtParser *parser, uint32_t *out_next, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    if (!needs_splitter(parser))
        return true;
    RtStatement statement;
    GError *problem = NULL;
    parser->splitter.next = cursor->last;
    bool found = rt_splitter_next(&parser->splitter, &statement, &problem);
    *out_next = parser->splitter.next;
    if (!found) {
        *out_next = parser->source->length;
        if (problem)
            g_propagate_error(error, problem);
        return !problem;
    }
    parser->bounded = *parser->source;
    parser->bounded.length = statement.span.end;
    cursor->text = &parser->bounded;
    return true;
}

/* Behind the statement that is broken: as the splitter sees it, since the cursor may be anywhere.
 */
static uint32_t
find_next_statement(RtParser *parser)
{
    RtSplitter splitter = parser->splitter;
    RtStatement statement;
    g_autoptr(GError) problem = NULL;
    splitter.next = parser->statement_start;
    if (!rt_splitter_next(&splitter, &statement, &problem))
        return parser->source->length;
    return splitter.next;
}

bool
rt_parser_next(RtParser *parser, bool *out_done, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    while (rt_cursor_at_operator(cursor, ';'))
        rt_cursor_next(cursor);
    *out_done = rt_cursor_at_end(cursor);
    if (*out_done)
        return true;

    unsigned first = parser->ops->len;
    uint32_t next = 0;
    parser->statement_start = cursor->token.span.start;
    parser->hints = cursor->hints;
    if (!bound_statement(parser, &next, error) || !parse_statement(parser, error)) {
        g_array_set_size(parser->ops, first);
        next = next ?: find_next_statement(parser);
    } else {
        place_ops(parser, first, cursor->last);
        first = UINT_MAX;
    }
    cursor->text = parser->source;
    parser->subject = NULL;
    if (next)
        rt_cursor_seek(cursor, next);
    return first == UINT_MAX;
}
