/* ALTER: its clauses by the dialect's rules, and values of attributes by their rows. */
#include "dialect/engine.h"

#include <string.h>

static RtKind
find_subject_kind(const RtStatementRule *rule)
{
    return rule->form ? rule->form->kind : rule->kind;
}

/* Properties are changed one by one: each is an operation of its own. */
static void
add_property_ops(RtParser *parser, RtOp template, const RtValue *value)
{
    RtArena *arena = rt_model_arena(parser->model);
    for (uint32_t i = 0; i < value->length; i++) {
        const RtProperty *property = &value->properties[i];
        RtValue *single = rt_arena_new_object(arena, RtValue);
        single->row = value->row;
        single->origin = (uint8_t) property->origin;
        single->length = (uint32_t) strlen(property->value);
        single->text = property->value;
        template.property = property->key;
        template.value_after = single;
        g_array_append_val(parser->ops, template);
    }
}

/* RESET ("a", "b"): properties that are taken away, each an operation of its own. */
static bool
parse_property_clears(RtParser *parser, RtOp template, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    if (!rt_cursor_expect_operator(cursor, '(', error))
        return false;
    do {
        const char *key = rt_cursor_take_string(cursor, "the name of a property", error);
        if (!key)
            return false;
        template.property = rt_model_intern(parser->model, key, strlen(key));
        g_array_append_val(parser->ops, template);
    } while (rt_cursor_accept_operator(cursor, ','));
    return rt_cursor_expect_operator(cursor, ')', error);
}

/* The value of one row of `form`, behind the words that set or clear it. */
static bool
parse_attribute_change(RtParser *parser, const RtForm *form, RtOp op, bool *out_found,
                       GError **error)
{
    int id = rt_phrases_accept(rt_phrases_get(parser, RT_PHRASES_ALTER, form), &parser->cursor);
    *out_found = id >= 0;
    if (id < 0)
        return true;
    op.row = (uint16_t) (id / 2);
    op.form = form;
    if (id % 2 == 0) {
        RtValue *value = rt_arena_new_object(rt_model_arena(parser->model), RtValue);
        if (!rt_parse_value(parser, form, op.row, value, error))
            return false;
        if (form->attributes[op.row].kind == &rt_value_properties) {
            add_property_ops(parser, op, value);
            return true;
        }
        op.value_after = value;
    } else if (form->attributes[op.row].kind == &rt_value_properties) {
        return parse_property_clears(parser, op, error);
    }
    g_array_append_val(parser->ops, op);
    return true;
}

static bool
parse_clause(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    const RtStatementRule *clauses = rule->clauses;
    int found =
        clauses ? rt_phrases_accept(rt_phrases_get(parser, RT_PHRASES_RULES, clauses), cursor) : -1;
    if (found >= 0)
        return clauses[found].parse(parser, &clauses[found], error);
    bool is_attribute = false;
    RtOp op = { .verb = RT_VERB_ALTER, .kind = RT_KIND_ATTRIBUTE, .name = parser->subject };
    if (rule->form && !parse_attribute_change(parser, rule->form, op, &is_attribute, error))
        return false;
    if (!is_attribute)
        rt_cursor_expected(cursor, error, "a change that ALTER can make");
    return is_attribute;
}

bool
rt_parse_alter(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    unsigned first = parser->ops->len;
    uint32_t flags = rule->flags;
    if (rt_cursor_accept(cursor, "IF EXISTS"))
        flags |= RT_OP_IF_EXISTS;
    parser->subject = rt_parse_name(parser, find_subject_kind(rule), "a name", error);
    parser->subject_rule = rule;
    if (!parser->subject)
        return false;
    do {
        if (!parse_clause(parser, rule, error))
            return false;
    } while (rule->joined && rt_cursor_accept_operator(cursor, ','));
    for (unsigned i = first; i < parser->ops->len; i++)
        g_array_index(parser->ops, RtOp, i).flags |= flags;
    return true;
}

static bool
parse_position(RtParser *parser, const RtStatementRule *rule, bool *out_is_first,
               const RtName **out_after, GError **error)
{
    *out_is_first = false;
    *out_after = NULL;
    if (rule->variant != RT_COLUMN_MAY_MOVE)
        return true;
    if (rt_cursor_accept(&parser->cursor, "FIRST")) {
        *out_is_first = true;
        return true;
    }
    if (!rt_cursor_accept(&parser->cursor, "AFTER"))
        return true;
    *out_after = rt_parse_name(parser, RT_KIND_COLUMN, "a column", error);
    return *out_after != NULL;
}

static void
add_children(RtParser *parser, const GPtrArray *children)
{
    for (unsigned i = 0; i < children->len; i++) {
        const RtObject *child = children->pdata[i];
        RtOp *op = rt_parser_add_op(parser, RT_VERB_CREATE, child->form->kind, 0);
        op->owner = parser->subject;
        op->name = child->name;
        op->after = child;
    }
}

static bool
parse_column_change(RtParser *parser, const RtStatementRule *rule, RtVerb verb, uint32_t flags,
                    GError **error)
{
    g_autoptr(GPtrArray) children = g_ptr_array_new();
    const RtObject *column = rt_parse_column(parser, children, error);
    bool is_first;
    const RtName *position;
    if (!column || !parse_position(parser, rule, &is_first, &position, error))
        return false;
    RtOp *op = rt_parser_add_op(parser, verb, RT_KIND_COLUMN, flags | rule->flags);
    op->owner = parser->subject;
    op->name = column->name;
    op->after = column;
    op->is_first = is_first;
    op->position = position;
    add_children(parser, children);
    return true;
}

bool
rt_parse_add_column(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    bool is_if = rt_cursor_accept(&parser->cursor, "IF NOT EXISTS");
    return parse_column_change(parser, rule, RT_VERB_CREATE, is_if ? RT_OP_IF_NOT_EXISTS : 0,
                               error);
}

bool
rt_parse_modify_column(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    return parse_column_change(parser, rule, RT_VERB_ALTER, 0, error);
}

static bool
parse_child_drop(RtParser *parser, RtKind kind, uint32_t flags, const char *what, GError **error)
{
    if (rt_cursor_accept(&parser->cursor, "IF EXISTS"))
        flags |= RT_OP_IF_EXISTS;
    const RtName *name = rt_parse_name(parser, kind, what, error);
    if (!name)
        return false;
    RtOp *op = rt_parser_add_op(parser, RT_VERB_DROP, kind, flags);
    op->owner = parser->subject;
    op->name = name;
    return true;
}

bool
rt_parse_drop_column(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    return parse_child_drop(parser, RT_KIND_COLUMN, rule->flags, "a column", error);
}

/* A rule with a form is for what has no name: DROP PRIMARY KEY. */
bool
rt_parse_drop_child(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    if (rule->form) {
        RtOp *op = rt_parser_add_op(parser, RT_VERB_DROP, rule->form->kind, rule->flags);
        op->owner = parser->subject;
        op->form = rule->form;
        return true;
    }
    return parse_child_drop(parser, rule->kind, rule->flags, "a name", error);
}

bool
rt_parse_rename_column(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    const RtName *name = rt_parse_name(parser, RT_KIND_COLUMN, "a column", error);
    if (!name || !rt_cursor_expect(&parser->cursor, "TO", error))
        return false;
    const RtName *new_name = rt_parse_name(parser, RT_KIND_COLUMN, "a column", error);
    if (!new_name)
        return false;
    RtOp *op = rt_parser_add_op(parser, RT_VERB_RENAME, RT_KIND_COLUMN, rule->flags);
    op->owner = parser->subject;
    op->name = name;
    op->new_name = new_name;
    return true;
}

/* A new name without schema stays in the schema of the old one. */
bool
rt_parse_rename(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtKind kind = find_subject_kind(parser->subject_rule);
    const RtName *new_name = rt_parse_name(parser, kind, "the new name", error);
    if (!new_name)
        return false;
    if (parser->subject->schema && !new_name->schema)
        new_name = rt_parser_intern(parser, kind, parser->subject->schema, new_name->text);
    RtOp *op = rt_parser_add_op(parser, RT_VERB_RENAME, kind, rule->flags);
    op->name = parser->subject;
    op->new_name = new_name;
    return true;
}

bool
rt_parse_alter_column(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtOp op = { .verb = RT_VERB_ALTER, .kind = RT_KIND_ATTRIBUTE, .owner = parser->subject };
    op.name = rt_parse_name(parser, RT_KIND_COLUMN, "a column", error);
    bool found = false;
    if (!op.name || !parse_attribute_change(parser, rule->form, op, &found, error))
        return false;
    if (!found)
        rt_cursor_expected(&parser->cursor, error, "a change of the column");
    return found;
}

bool
rt_parse_add_element(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    (void) rule;
    g_autoptr(GPtrArray) children = g_ptr_array_new();
    bool found;
    if (!rt_parse_element(parser, children, &found, error))
        return false;
    if (!found) {
        rt_cursor_expected(&parser->cursor, error, "what a table can have");
        return false;
    }
    add_children(parser, children);
    return true;
}
