/* Clauses of ALTER about partitions and rollups, which are properties of maps. */
#include "dialect/starrocks/alter.h"

#include <string.h>

static void
add_map_op(RtParser *parser, unsigned row, const char *key, const char *text, uint32_t flags)
{
    RtOp *op = rt_parser_add_op(parser, RT_VERB_ALTER, RT_KIND_ATTRIBUTE,
                                flags | parser->subject_rule->flags);
    op->name = parser->subject;
    op->form = &starrocks_form_table;
    op->row = (uint16_t) row;
    op->property = key;
    if (!text)
        return;
    RtValue *value = rt_arena_new_object(rt_model_arena(parser->model), RtValue);
    *value = (RtValue){ .row = (uint16_t) row,
                        .origin = RT_ORIGIN_STATED,
                        .length = (uint32_t) strlen(text),
                        .text = text };
    op->value_after = value;
}

/* A name of a map, at the cursor. */
static const char *
take_key(RtParser *parser, const char *what, GError **error)
{
    const char *name = rt_cursor_take_name(&parser->cursor, what, error);
    return name ? rt_model_intern(parser->model, name, strlen(name)) : NULL;
}

/* The rest of the clause as one text. */
static const char *
take_rest(RtParser *parser, GError **error)
{
    uint32_t length;
    RtSpan span;
    RtCursor *cursor = &parser->cursor;
    if (!rt_cursor_take_until(cursor, ",", NULL, &span, error))
        return NULL;
    const char *text = rt_value_expression(&parser->context, cursor->text, span, &length);
    return rt_model_intern(parser->model, text, length);
}

/* ADD PARTITION COLUMN is of tables in other catalogs. */
bool
starrocks_parse_add_partition(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor next = parser->cursor;
    RtProperty property;
    if (rt_cursor_accept(&next, "COLUMN") && !rt_cursor_at(&next, "VALUES"))
        return starrocks_parse_opaque_clause(parser, rule, error);
    if (!starrocks_parse_partition(&parser->cursor, &parser->context, &property, error))
        return false;
    add_map_op(parser, STARROCKS_TABLE_PARTITIONS, property.key, property.value, 0);
    return true;
}

/* START (…) END (…) EVERY (…): one entry, as in CREATE TABLE. */
bool
starrocks_parse_add_batch(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    (void) rule;
    RtCursor *cursor = &parser->cursor;
    if (!rt_cursor_at(cursor, "START")) {
        rt_cursor_expected(cursor, error, "START");
        return false;
    }
    const char *key = take_rest(parser, error);
    if (!key)
        return false;
    add_map_op(parser, STARROCKS_TABLE_PARTITIONS, key, "", 0);
    return true;
}

/* DROP PARTITION [IF EXISTS] p [FORCE]. */
bool
starrocks_parse_drop_partition(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor next = parser->cursor;
    if (rt_cursor_accept(&next, "COLUMN") && next.token.kind != RT_TOKEN_END &&
        !rt_cursor_at(&next, "FORCE"))
        return starrocks_parse_opaque_clause(parser, rule, error);
    bool is_if = rt_cursor_accept(&parser->cursor, "IF EXISTS");
    const char *name = take_key(parser, "the name of a partition", error);
    if (!name)
        return false;
    rt_cursor_accept(&parser->cursor, "FORCE");
    add_map_op(parser, STARROCKS_TABLE_PARTITIONS, name, NULL, is_if ? RT_OP_IF_EXISTS : 0);
    return true;
}

/* ADD ROLLUP r (a, b) [DUPLICATE KEY (a)] [FROM base] [PROPERTIES (…)], r2 … */
bool
starrocks_parse_add_rollup(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    (void) rule;
    RtCursor *cursor = &parser->cursor;
    for (;;) {
        uint32_t length;
        RtSpan span;
        const char *name = take_key(parser, "the name of a rollup", error);
        if (!name || !rt_cursor_take_until(cursor, ",", NULL, &span, error))
            return false;
        const char *text = rt_value_expression(&parser->context, cursor->text, span, &length);
        add_map_op(parser, STARROCKS_TABLE_ROLLUP, name, text, 0);
        RtCursor next = *cursor;
        if (!rt_cursor_accept_operator(&next, ',') || rt_cursor_at(&next, "ADD ROLLUP"))
            return true;
        *cursor = next;
    }
}

bool
starrocks_parse_drop_rollup(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    (void) rule;
    RtCursor *cursor = &parser->cursor;
    RtSpan inside;
    for (;;) {
        const char *name = take_key(parser, "the name of a rollup", error);
        if (!name)
            return false;
        add_map_op(parser, STARROCKS_TABLE_ROLLUP, name, NULL, 0);
        if (rt_cursor_accept(cursor, "PROPERTIES") && rt_cursor_at_operator(cursor, '(') &&
            !rt_cursor_take_parentheses(cursor, &inside, error))
            return false;
        RtCursor next = *cursor;
        if (!rt_cursor_accept_operator(&next, ',') || rt_cursor_at(&next, "DROP ROLLUP"))
            return true;
        *cursor = next;
    }
}

/* RENAME PARTITION a b, RENAME ROLLUP a b. */
bool
starrocks_parse_map_rename(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    unsigned row = rule->variant ? (unsigned) rule->variant : STARROCKS_TABLE_PARTITIONS;
    const char *what = rule->variant ? "the name of a rollup" : "the name of a partition";
    const char *from = take_key(parser, what, error);
    const RtName *to = from ? rt_parse_name(parser, RT_KIND_PARTITION, what, error) : NULL;
    if (!to)
        return false;
    add_map_op(parser, row, from, NULL, 0);
    g_array_index(parser->ops, RtOp, parser->ops->len - 1).new_name = to;
    return true;
}

bool
starrocks_parse_merge(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    (void) rule;
    const char *merged = take_rest(parser, error);
    if (!merged)
        return false;
    add_map_op(parser, STARROCKS_TABLE_PARTITION, merged, NULL, 0);
    return true;
}

/* The number of names between parentheses at the cursor, 0 with an error. */
static unsigned
pass_partition_names(RtCursor *cursor, GError **error)
{
    unsigned n = 0;
    if (!rt_cursor_expect_operator(cursor, '(', error))
        return 0;
    do {
        if (!rt_cursor_take_name(cursor, "the name of a partition", error))
            return 0;
        n++;
    } while (rt_cursor_accept_operator(cursor, ','));
    return rt_cursor_expect_operator(cursor, ')', error) ? n : 0;
}

/* As many for as many keep their names, and are other rows; else there are other partitions then,
   which no statement but that of the temporary ones says. */
bool
starrocks_parse_replace_partition(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    if (rt_cursor_at(cursor, "COLUMN")) /* of tables in other catalogs */
        return starrocks_parse_opaque_clause(parser, rule, error);
    unsigned n = pass_partition_names(cursor, error);
    if (!n || !rt_cursor_expect(cursor, "WITH TEMPORARY PARTITION", error))
        return false;
    unsigned n_temporary = pass_partition_names(cursor, error);
    if (!n_temporary)
        return false;
    bool is_same = n == n_temporary && !rt_cursor_at(cursor, "PROPERTIES");
    return rt_parse_opaque(parser, is_same ? RT_OP_DATA : 0, error);
}

/* DROP PARTITIONS [IF EXISTS] (p1, p2) [FORCE]; those that a condition or a span of time names are
   the server's to find. */
bool
starrocks_parse_drop_partitions(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    bool is_if = rt_cursor_accept(cursor, "IF EXISTS");
    if (!rt_cursor_accept_operator(cursor, '('))
        return starrocks_parse_opaque_clause(parser, rule, error);
    do {
        const char *name = take_key(parser, "the name of a partition", error);
        if (!name)
            return false;
        add_map_op(parser, STARROCKS_TABLE_PARTITIONS, name, NULL, is_if ? RT_OP_IF_EXISTS : 0);
    } while (rt_cursor_accept_operator(cursor, ','));
    if (!rt_cursor_expect_operator(cursor, ')', error))
        return false;
    rt_cursor_accept(cursor, "FORCE");
    return true;
}
