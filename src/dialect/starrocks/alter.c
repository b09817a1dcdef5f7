/* Clauses of ALTER about columns, names, distribution, indexes and views. */
#include "dialect/starrocks/alter.h"

#include <string.h>

/* What may follow a column: the rollup it is for, and options of the job. */
static bool
pass_column_options(RtParser *parser, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    RtSpan inside;
    if ((rt_cursor_accept(cursor, "TO") || rt_cursor_accept(cursor, "IN") ||
         rt_cursor_accept(cursor, "FROM")) &&
        !rt_cursor_take_name(cursor, "a rollup", error))
        return false;
    return !rt_cursor_accept(cursor, "PROPERTIES") || !rt_cursor_at_operator(cursor, '(') ||
           rt_cursor_take_parentheses(cursor, &inside, error);
}

bool
starrocks_parse_add_column(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    if (!rt_cursor_accept_operator(cursor, '('))
        return rt_parse_add_column(parser, rule, error) && pass_column_options(parser, error);
    do {
        if (!rt_parse_add_column(parser, rule, error))
            return false;
    } while (rt_cursor_accept_operator(cursor, ','));
    return rt_cursor_expect_operator(cursor, ')', error) && pass_column_options(parser, error);
}

bool
starrocks_parse_drop_column(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    return rt_parse_drop_column(parser, rule, error) && pass_column_options(parser, error);
}

static bool
parse_column_comment(RtParser *parser, GError **error)
{
    const RtName *name = rt_parse_name(parser, RT_KIND_COLUMN, "a column", error);
    if (!name || !rt_cursor_expect(&parser->cursor, "COMMENT", error))
        return false;
    const char *text = rt_cursor_take_string(&parser->cursor, "a comment", error);
    if (!text)
        return false;
    RtValue *value = rt_arena_new_object(rt_model_arena(parser->model), RtValue);
    *value = (RtValue){ .row = STARROCKS_COLUMN_COMMENT,
                        .origin = RT_ORIGIN_STATED,
                        .length = (uint32_t) strlen(text),
                        .text = text };
    RtOp *op = rt_parser_add_op(parser, RT_VERB_ALTER, RT_KIND_ATTRIBUTE, 0);
    op->owner = parser->subject;
    op->name = name;
    op->form = &starrocks_form_column;
    op->row = STARROCKS_COLUMN_COMMENT;
    op->value_after = value;
    return true;
}

bool
starrocks_parse_modify_column(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor next = parser->cursor;
    rt_cursor_next(&next);
    if (rt_cursor_at(&next, "COMMENT"))
        return parse_column_comment(parser, error);
    if (rt_cursor_at(&next, "ADD FIELD") || rt_cursor_at(&next, "DROP FIELD"))
        return starrocks_parse_field(parser, error);
    return rt_parse_modify_column(parser, rule, error) && pass_column_options(parser, error);
}

static void
add_rename(RtParser *parser, RtKind kind, const RtName *from, const RtName *to, uint32_t flags)
{
    RtOp *op = rt_parser_add_op(parser, RT_VERB_RENAME, kind, flags);
    op->name = from;
    op->new_name = to;
}

/* Through a name that nobody can write. */
bool
starrocks_parse_swap(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    const RtName *subject = parser->subject;
    const RtName *other = rt_parse_name(parser, rule->kind, "the other name", error);
    if (!other)
        return false;
    RtFold fold = parser->dialect->rules->fold[rule->kind];
    if (!other->schema && subject->schema)
        other = rt_model_name(parser->model, fold, subject->schema, other->text);
    g_autofree char *text = g_strdup_printf("swapped with %s", other->text);
    const RtName *between = rt_model_name(parser->model, fold, subject->schema, text);
    add_rename(parser, rule->kind, subject, between, RT_OP_ASIDE);
    add_rename(parser, rule->kind, other, subject, RT_OP_TAKEN);
    add_rename(parser, rule->kind, between, other, RT_OP_ASIDE);
    return true;
}

static RtOp *
add_table_value(RtParser *parser, unsigned row, const RtValue *value)
{
    RtOp *op = rt_parser_add_op(parser, RT_VERB_ALTER, RT_KIND_ATTRIBUTE, 0);
    op->name = parser->subject;
    op->form = parser->subject_rule->form;
    op->row = (uint16_t) row;
    op->value_after = value;
    return op;
}

static bool
parse_row(RtParser *parser, unsigned row, const RtValue **out_value, GError **error)
{
    RtValue *value = rt_arena_new_object(rt_model_arena(parser->model), RtValue);
    value->row = (uint16_t) row;
    *out_value = value;
    return rt_value_parse(&parser->cursor, &parser->context,
                          &parser->subject_rule->form->attributes[row], value, error);
}

/* Without BUCKETS their number is the server's to choose. */
bool
starrocks_parse_distribution(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    (void) rule;
    const RtValue *distribution, *buckets = NULL;
    if (!parse_row(parser, STARROCKS_TABLE_DISTRIBUTION, &distribution, error))
        return false;
    bool is_default = rt_cursor_accept(&parser->cursor, "DEFAULT");
    if (is_default && !rt_cursor_at(&parser->cursor, "BUCKETS")) {
        rt_cursor_expected(&parser->cursor, error, "BUCKETS");
        return false;
    }
    if (rt_cursor_accept(&parser->cursor, "BUCKETS") &&
        !parse_row(parser, STARROCKS_TABLE_BUCKETS, &buckets, error))
        return false;
    if (is_default) { /* the distribution itself stays */
        add_table_value(parser, STARROCKS_TABLE_BUCKETS, buckets)->flags |= RT_OP_NEW_PARTITIONS;
        return true;
    }
    add_table_value(parser, STARROCKS_TABLE_DISTRIBUTION, distribution);
    add_table_value(parser, STARROCKS_TABLE_BUCKETS, buckets);
    return true;
}

bool
starrocks_parse_view_columns(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    (void) rule;
    const RtValue *columns, *body;
    rt_cursor_seek(&parser->cursor, parser->cursor.last - 1);
    if (!parse_row(parser, STARROCKS_VIEW_COLUMNS, &columns, error) ||
        !rt_cursor_expect(&parser->cursor, "AS", error) ||
        !parse_row(parser, STARROCKS_VIEW_BODY, &body, error))
        return false;
    /* The query first: it takes the columns away. */
    add_table_value(parser, STARROCKS_VIEW_BODY, body);
    add_table_value(parser, STARROCKS_VIEW_COLUMNS, columns);
    return true;
}

bool
starrocks_parse_opaque_clause(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    return rt_parse_opaque(parser, rule->flags, error);
}
