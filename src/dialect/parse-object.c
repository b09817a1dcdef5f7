/* Statements of one object each: CREATE VIEW, INDEX, TRIGGER and the like, and DROP. */
#include "dialect/engine.h"

#include <string.h>

static bool
parse_statement_hints(RtParser *parser, RtObject *object, GError **error)
{
    RtSpan hints = parser->hints;
    if (hints.start == hints.end || parser->from_server)
        return true;
    const RtName *renamed_from;
    if (!rt_parse_hints(parser, hints, object->form->kind, &renamed_from, error))
        return false;
    object->renamed_from = renamed_from;
    return true;
}

static uint32_t
accept_if_not_exists(RtParser *parser, const RtStatementRule *rule)
{
    bool is_there = rt_cursor_accept(&parser->cursor, "IF NOT EXISTS");
    return rule->flags | (is_there ? RT_OP_IF_NOT_EXISTS : 0);
}

static RtOp *
add_create(RtParser *parser, const RtObject *object, uint32_t flags)
{
    RtOp *op = rt_parser_add_op(parser, RT_VERB_CREATE, object->form->kind, flags);
    op->name = object->name;
    op->after = object;
    return op;
}

static bool
finish_object(RtParser *parser, RtObject *object, GError **error)
{
    if (!rt_parse_check_complete(parser, object, error))
        return false;
    if (rt_cursor_at_end(&parser->cursor) || rt_cursor_at_operator(&parser->cursor, ';'))
        return true;
    return rt_parse_unknown(parser, object, "", "the end of the statement", error);
}

bool
rt_parse_create_object(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtKind kind = rule->form->kind;
    uint32_t flags = accept_if_not_exists(parser, rule);
    RtObject *object = rt_parser_new_object(parser, rule->form, NULL);
    object->name = rt_parse_name(parser, kind, "a name", error);
    if (!object->name || !parse_statement_hints(parser, object, error) ||
        !rt_parse_attributes(parser, object, error) || !finish_object(parser, object, error))
        return false;
    add_create(parser, object, flags);
    return true;
}

/* What stands between the name and ON, then the table; bare rows are read only up to ON. */
static const RtName *
parse_owner(RtAttributeReader *reader, GError **error)
{
    RtParser *parser = reader->parser;
    for (bool found = true; !rt_cursor_at(&parser->cursor, "ON") && found;) {
        if (!rt_attribute_reader_read(reader, true, &found, error))
            return NULL;
    }
    if (!rt_cursor_expect(&parser->cursor, "ON", error))
        return NULL;
    return rt_parse_name(parser, RT_KIND_TABLE, "the name of a table", error);
}

static void
set_unique(RtAttributeReader *reader, const RtStatementRule *rule)
{
    int row = rt_form_row(rule->form, RT_ROLE_UNIQUE);
    if (row < 0 || !strstr(rule->intro, "UNIQUE"))
        return;
    rt_attribute_reader_set(reader, (unsigned) row,
                            (RtValue){ .origin = RT_ORIGIN_STATED, .length = 1, .flag = true });
}

/* An index of a schema is an index on a table of that schema. */
static const RtName *
qualify_owner(RtParser *parser, const RtName *owner, const RtName *child)
{
    if (owner->schema || !child->schema)
        return owner;
    return rt_parser_intern(parser, RT_KIND_TABLE, child->schema, owner->text);
}

bool
rt_parse_create_child(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    uint32_t flags = accept_if_not_exists(parser, rule);
    RtObject *object = rt_parser_new_object(parser, rule->form, NULL);
    object->name = rt_parse_name(parser, rule->form->kind, "a name", error);
    if (!object->name || !parse_statement_hints(parser, object, error))
        return false;

    RtAttributeReader reader;
    rt_attribute_reader_init(&reader, parser, object);
    set_unique(&reader, rule);
    const RtName *owner = parse_owner(&reader, error);
    if (!owner)
        return false;
    for (bool found = true; found;) {
        if (!rt_attribute_reader_read(&reader, true, &found, error))
            return false;
    }
    rt_attribute_reader_finish(&reader, object);
    if (!finish_object(parser, object, error))
        return false;
    add_create(parser, object, flags)->owner = qualify_owner(parser, owner, object->name);
    return true;
}

bool
rt_parse_drop(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    RtKind kind = rule->form ? rule->form->kind : rule->kind;
    uint32_t flags = rule->flags;
    if (rt_cursor_accept(cursor, "IF EXISTS"))
        flags |= RT_OP_IF_EXISTS;
    do {
        const RtName *name = rt_parse_name(parser, kind, "a name", error), *owner = NULL;
        if (!name)
            return false;
        bool is_child = kind == RT_KIND_INDEX || kind == RT_KIND_TRIGGER;
        if (is_child && rt_cursor_accept(cursor, "ON")) {
            owner = rt_parse_name(parser, RT_KIND_TABLE, "the name of a table", error);
            if (!owner)
                return false;
        }
        RtOp *op = rt_parser_add_op(parser, RT_VERB_DROP, kind, flags);
        op->name = name;
        op->owner = owner;
    } while (rt_cursor_accept_operator(cursor, ','));
    return true;
}
