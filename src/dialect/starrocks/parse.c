/* Whole statements that the generic engine does not read alone: what stays opaque, OR REPLACE. */
#include "dialect/starrocks/starrocks.h"

#include <string.h>

/* Passes "default_catalog." before a name of three parts: it says nothing. */
static void
pass_default_catalog(RtCursor *cursor)
{
    RtCursor at = *cursor;
    if (rt_cursor_accept(&at, "DEFAULT_CATALOG") && rt_cursor_accept_operator(&at, '.') &&
        (at.token.kind == RT_TOKEN_WORD || at.token.kind == RT_TOKEN_NAME)) {
        RtCursor rest = at;
        rt_cursor_next(&rest);
        if (rt_cursor_at_operator(&rest, '.'))
            *cursor = at;
    }
}

/* Passes IF [NOT] EXISTS where it is, which then goes into the rule, and the default catalog. */
static RtStatementRule
pass_condition(RtParser *parser, const RtStatementRule *rule)
{
    RtStatementRule passed = *rule;
    if (rt_cursor_accept(&parser->cursor, "IF NOT EXISTS"))
        passed.flags |= RT_OP_IF_NOT_EXISTS;
    else if (rt_cursor_accept(&parser->cursor, "IF EXISTS"))
        passed.flags |= RT_OP_IF_EXISTS;
    pass_default_catalog(&parser->cursor);
    return passed;
}

bool
starrocks_at_foreign_name(const RtCursor *cursor)
{
    RtCursor at = *cursor;
    for (unsigned i = 0; i < 2; i++) {
        if (at.token.kind != RT_TOKEN_WORD && at.token.kind != RT_TOKEN_NAME)
            return false;
        rt_cursor_next(&at);
        if (!rt_cursor_accept_operator(&at, '.'))
            return false;
    }
    return true;
}

/* Passes a name, perhaps qualified. */
static void
pass_name(RtCursor *cursor)
{
    do
        rt_cursor_next(cursor);
    while (rt_cursor_accept_operator(cursor, '.'));
}

/*
 * Whether CREATE TABLE is one that only the server can carry out: LIKE, AS SELECT (perhaps behind
 * names of columns and clauses), in another catalog.
 */
static bool
is_opaque_table(const RtCursor *cursor)
{
    RtCursor at = *cursor;
    if (starrocks_at_foreign_name(&at))
        return true;
    pass_name(&at);
    if (!rt_cursor_accept_operator(&at, '('))
        return rt_cursor_at(&at, "LIKE") || rt_cursor_at(&at, "AS") ||
               rt_cursor_at(&at, "ENGINE") || rt_cursor_at(&at, "COMMENT") ||
               rt_cursor_at(&at, "PARTITION") || rt_cursor_at(&at, "DISTRIBUTED") ||
               rt_cursor_at(&at, "ORDER") || rt_cursor_at(&at, "PROPERTIES") ||
               rt_cursor_at(&at, "PRIMARY") || rt_cursor_at(&at, "DUPLICATE") ||
               rt_cursor_at(&at, "UNIQUE") || rt_cursor_at(&at, "AGGREGATE");
    rt_cursor_next(&at);
    return rt_cursor_at_operator(&at, ',') || rt_cursor_at_operator(&at, ')');
}

/* Tables of other engines are left alone: their statement is read again as such. */
static bool
is_external(const RtOp *op)
{
    const RtValue *engine = op->after ? rt_object_value(op->after, STARROCKS_TABLE_ENGINE) : NULL;
    return engine && g_ascii_strcasecmp(engine->text, "OLAP") != 0;
}

static bool
parse_external(RtParser *parser, uint32_t flags, GError **error)
{
    RtStatementRule rule = { .form = &starrocks_form_external_table, .flags = flags };
    return starrocks_parse_object(parser, &rule, error);
}

bool
starrocks_parse_table(RtParser *parser, const RtStatementRule *written, GError **error)
{
    RtStatementRule passed = pass_condition(parser, written), *rule = &passed;
    RtCursor start = parser->cursor;
    unsigned first = parser->ops->len;
    if (!parser->from_server && is_opaque_table(&start))
        return rt_parse_opaque(parser, rule->flags & RT_OP_TEMPORARY, error);
    if (!rt_parse_create_table(parser, rule, error))
        return false;
    if (parser->ops->len == first || !is_external(&g_array_index(parser->ops, RtOp, first)))
        return true;
    parser->cursor = start;
    g_array_set_size(parser->ops, first);
    return parse_external(parser, rule->flags, error);
}

bool
starrocks_parse_object(RtParser *parser, const RtStatementRule *written, GError **error)
{
    RtStatementRule passed = pass_condition(parser, written), *rule = &passed;
    unsigned first = parser->ops->len;
    if (starrocks_at_foreign_name(&parser->cursor))
        return rt_parse_opaque(parser, 0, error);
    if (!rt_parse_create_object(parser, rule, error))
        return false;
    if (rule->form->is_left_alone)
        g_array_index(parser->ops, RtOp, first).flags |= RT_OP_LEFT_ALONE;
    return true;
}

/* CREATE OR REPLACE: made where it is not there. */
bool
starrocks_parse_replace(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    unsigned first = parser->ops->len;
    if (!starrocks_parse_object(parser, rule, error))
        return false;
    RtOp *op = &g_array_index(parser->ops, RtOp, first);
    if (op->verb == RT_VERB_CREATE) {
        op->verb = RT_VERB_RECREATE;
        op->flags |= RT_OP_IF_NOT_EXISTS;
    }
    return true;
}

/* An index stands in the table's body, so that the rule of the statement has no form. */
bool
starrocks_parse_index(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtStatementRule of_index = *rule;
    of_index.form = &starrocks_form_index;
    return rt_parse_create_child(parser, &of_index, error);
}

/* USE and SET CATALOG: what follows is about another schema than names without one say. */
bool
starrocks_parse_use(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor at = parser->cursor;
    bool is_own = rt_cursor_at(&at, "DEFAULT_CATALOG");
    bool is_catalog = rule->variant == STARROCKS_USE_CATALOG;
    if (!is_catalog && !rt_cursor_at_end(&at)) {
        rt_cursor_next(&at);
        is_catalog = rt_cursor_at_operator(&at, '.');
    }
    uint32_t abroad = is_catalog && !is_own ? RT_OP_ABROAD : 0;
    return rt_parse_opaque(parser, RT_OP_SESSION | RT_OP_ELSEWHERE | abroad, error);
}

bool
starrocks_parse_drop(RtParser *parser, const RtStatementRule *written, GError **error)
{
    RtStatementRule passed = pass_condition(parser, written), *rule = &passed;
    if (starrocks_at_foreign_name(&parser->cursor))
        return rt_parse_opaque(parser, 0, error);
    if (!rt_parse_drop(parser, rule, error))
        return false;
    rt_cursor_accept(&parser->cursor, "FORCE");
    return true;
}

/* The kinds of clauses of which several may stand in one ALTER; 0: alone. */
static int
find_share(const RtOp *op)
{
    if (op->kind == RT_KIND_INDEX || (op->kind == RT_KIND_COLUMN && op->verb != RT_VERB_RENAME) ||
        (op->kind == RT_KIND_ATTRIBUTE && op->owner))
        return 1;
    if (op->kind != RT_KIND_ATTRIBUTE || op->form != &starrocks_form_table)
        return 0;
    if (op->row == STARROCKS_TABLE_ORDER)
        return 1;
    return op->row == STARROCKS_TABLE_ROLLUP ? op->value_after ? 2 : 3 : 0;
}

/* AlterOpType of the frontend: only changes of columns, or of rollups, stand together. */
static bool
check_conflicts(RtParser *parser, unsigned first, unsigned n_clauses, GError **error)
{
    int share = 0;
    for (unsigned i = first; i < parser->ops->len && n_clauses > 1; i++) {
        int next = find_share(&g_array_index(parser->ops, RtOp, i));
        if (i > first && (next != share || !next)) {
            rt_cursor_error(&parser->cursor, error, RT_ERROR_REJECTED,
                            "clauses of one ALTER TABLE conflict: only changes of columns, or of "
                            "rollups, may stand together");
            return false;
        }
        share = next;
    }
    return true;
}

/* Several properties share a SET only where all of them are of one of these families. */
static bool
check_properties(RtParser *parser, unsigned first, GError **error)
{
    static const char *const families[] = { "dynamic_partition.", "binlog" };
    unsigned n = 0, n_of[G_N_ELEMENTS(families)] = { 0 };
    for (unsigned i = first; i < parser->ops->len; i++) {
        const RtOp *op = &g_array_index(parser->ops, RtOp, i);
        if (op->kind != RT_KIND_ATTRIBUTE || op->form != &starrocks_form_table || op->owner ||
            op->row != STARROCKS_TABLE_PROPERTIES || !op->property)
            continue;
        n++;
        for (size_t j = 0; j < G_N_ELEMENTS(families); j++)
            n_of[j] += g_str_has_prefix(op->property, families[j]);
    }
    if (n < 2 || n_of[0] == n || n_of[1] == n)
        return true;
    rt_cursor_error(&parser->cursor, error, RT_ERROR_REJECTED,
                    "Can only set one table property at a time: write an ALTER TABLE for each");
    return false;
}

/* Commas between clauses; those in parentheses are not. */
static unsigned
count_clauses(const RtCursor *start, uint32_t end)
{
    RtCursor at = *start;
    unsigned n = 1, depth = 0;
    for (; !rt_cursor_at_end(&at) && at.token.span.start < end; rt_cursor_next(&at)) {
        depth += rt_cursor_at_operator(&at, '(') || rt_cursor_at_operator(&at, '<');
        depth -= depth && (rt_cursor_at_operator(&at, ')') || rt_cursor_at_operator(&at, '>'));
        n += depth == 0 && rt_cursor_at_operator(&at, ',');
    }
    return n;
}

/* A database that scripts did not make is there all the same: the URL's own. */
static void
expect_database(RtParser *parser, unsigned first)
{
    for (unsigned i = first; i < parser->ops->len; i++) {
        RtOp *op = &g_array_index(parser->ops, RtOp, i);
        if (op->kind == RT_KIND_ATTRIBUTE && op->form == &starrocks_form_database)
            op->flags |= RT_OP_IF_EXISTS;
    }
}

bool
starrocks_parse_alter(RtParser *parser, const RtStatementRule *written, GError **error)
{
    RtStatementRule passed = pass_condition(parser, written), *rule = &passed;
    if (starrocks_at_foreign_name(&parser->cursor))
        return rt_parse_opaque(parser, 0, error);
    unsigned first = parser->ops->len;
    RtCursor start = parser->cursor;
    if (!rt_parse_alter(parser, rule, error))
        return false;
    expect_database(parser, first);
    unsigned n = rule->joined ? count_clauses(&start, parser->cursor.last) : 1;
    return check_conflicts(parser, first, n, error) && check_properties(parser, first, error);
}
