/* CREATE TABLE: the elements of its body, columns with what is written at them, its clauses. */
#include "dialect/engine.h"

#include <string.h>

enum { SMALL_SET = 256 };

bool
rt_kind_is_named_inside(RtKind kind)
{
    return kind != RT_KIND_KEY && kind != RT_KIND_CONSTRAINT && kind != RT_KIND_COLUMN;
}

static const RtForm *
find_column_form(const RtDialect *dialect)
{
    for (unsigned i = 0; i < dialect->n_elements; i++) {
        if (dialect->elements[i].form->kind == RT_KIND_COLUMN)
            return dialect->elements[i].form;
    }
    g_assert_not_reached();
}

/* CONSTRAINT name: *out_text is NULL without it. Of several the last one counts. */
static bool
parse_constraint_name(RtParser *parser, const char **out_text, GError **error)
{
    *out_text = NULL;
    while (rt_cursor_accept(&parser->cursor, "CONSTRAINT")) {
        *out_text = rt_cursor_take_name(&parser->cursor, "the name of a constraint", error);
        if (!*out_text)
            return false;
    }
    return true;
}

static bool
parse_element_name(RtParser *parser, const RtElementRule *rule, const char *constraint,
                   const RtName **out_name, GError **error)
{
    RtKind kind = rule->form->kind;
    if (constraint) {
        *out_name = rt_parser_intern(parser, kind, NULL, constraint);
        return true;
    }
    *out_name = NULL;
    if (!rt_kind_is_named_inside(kind))
        return true;
    *out_name = rt_parse_name(parser, kind, "a name", error);
    return *out_name != NULL;
}

/* Reads an element whose introducing words were passed. */
static bool
parse_element_body(RtParser *parser, const RtElementRule *rule, const char *constraint,
                   GPtrArray *children, GError **error)
{
    const RtName *name;
    if (!parse_element_name(parser, rule, constraint, &name, error))
        return false;
    RtObject *object = rt_parser_new_object(parser, rule->form, name);
    bool done = rule->parse ? rule->parse(parser, rule, NULL, object, error)
                            : rt_parse_attributes(parser, object, error);
    if (!done || (!rule->parse && !rt_parse_check_complete(parser, object, error)))
        return false;
    g_ptr_array_add(children, object);
    return true;
}

bool
rt_parse_element(RtParser *parser, GPtrArray *children, bool *out_found, GError **error)
{
    const char *constraint;
    if (!parse_constraint_name(parser, &constraint, error))
        return false;
    const RtPhrases *phrases = rt_phrases_get(parser, RT_PHRASES_ELEMENTS, parser->dialect);
    int found = rt_phrases_accept(phrases, &parser->cursor);
    *out_found = found >= 0;
    if (found >= 0)
        return parse_element_body(parser, &parser->dialect->elements[found], constraint, children,
                                  error);
    if (!constraint)
        return true;
    rt_cursor_expected(&parser->cursor, error, "a constraint");
    return false;
}

static RtValue
make_part_value(RtParser *parser, const RtAttribute *row, const RtName *column, const char *suffix)
{
    RtArena *arena = rt_model_arena(parser->model);
    RtValue value = { .origin = RT_ORIGIN_STATED, .length = 1 };
    if (row->kind == &rt_value_names) {
        const RtName **names = rt_arena_new_array(arena, const RtName *, 1);
        names[0] = column;
        value.names = names;
    } else {
        RtPart *parts = rt_arena_new_object(arena, RtPart);
        *parts = (RtPart){ .column = column, .suffix = suffix };
        value.parts = parts;
    }
    return value;
}

/* A constraint at its column: the parts are the column, perhaps with an order. */
static bool
parse_inline_rows(RtParser *parser, const RtElementRule *rule, const RtName *column,
                  RtCursor before, RtObject *object, GError **error)
{
    RtAttributeReader reader;
    rt_attribute_reader_init(&reader, parser, object);
    int parts = rt_form_row(rule->form, RT_ROLE_PARTS);
    if (parts >= 0) {
        const RtAttribute *row = &rule->form->attributes[parts];
        const char *suffix = NULL;
        if (row->kind == &rt_value_parts)
            suffix = rt_cursor_accept(&parser->cursor, "ASC")    ? "ASC"
                     : rt_cursor_accept(&parser->cursor, "DESC") ? "DESC"
                                                                 : NULL;
        rt_attribute_reader_set(&reader, (unsigned) parts,
                                make_part_value(parser, row, column, suffix));
    }
    for (unsigned i = 0; i < rule->form->n_attributes; i++) {
        const char *intro = rule->form->attributes[i].intro;
        if (intro && strcmp(intro, rule->column_intro) == 0)
            parser->cursor = before;
    }
    /* The same words once more begin another constraint at the same column. */
    bool found = true;
    do {
        if (!rt_attribute_reader_read(&reader, true, &found, error))
            return false;
    } while (found && !rt_cursor_at(&parser->cursor, rule->column_intro));
    rt_attribute_reader_finish(&reader, object);
    return rt_parse_check_complete(parser, object, error);
}

static bool
parse_inline(RtParser *parser, const RtElementRule *rule, const RtName *column, RtCursor before,
             const char *constraint, GPtrArray *children, GError **error)
{
    const RtName *name =
        constraint ? rt_parser_intern(parser, rule->form->kind, NULL, constraint) : NULL;
    RtObject *object = rt_parser_new_object(parser, rule->form, name);
    object->flags |= RT_OBJECT_INLINE;
    bool done = rule->parse ? rule->parse(parser, rule, column, object, error)
                            : parse_inline_rows(parser, rule, column, before, object, error);
    if (done)
        g_ptr_array_add(children, object);
    return done;
}

/* One clause behind the type: an attribute or a constraint at the column. */
static bool
parse_column_clause(RtAttributeReader *reader, const RtName *column, GPtrArray *children,
                    bool *out_found, GError **error)
{
    RtParser *parser = reader->parser;
    const char *constraint = NULL;
    if (rt_cursor_at(&parser->cursor, "CONSTRAINT") &&
        !parse_constraint_name(parser, &constraint, error))
        return false;
    if (!rt_attribute_reader_read(reader, false, out_found, error))
        return false;
    if (*out_found)
        return true;
    RtCursor before = parser->cursor;
    const RtPhrases *phrases = rt_phrases_get(parser, RT_PHRASES_COLUMN_ELEMENTS, parser->dialect);
    int found = rt_phrases_accept(phrases, &parser->cursor);
    *out_found = found >= 0 || constraint;
    return found < 0 || parse_inline(parser, &parser->dialect->elements[found], column, before,
                                     constraint, children, error);
}

static bool
at_type_end(RtAttributeReader *reader)
{
    RtParser *parser = reader->parser;
    const RtCursor *cursor = &parser->cursor;
    RtTokenKind kind = cursor->token.kind;
    if (kind != RT_TOKEN_WORD)
        return kind != RT_TOKEN_NAME && kind != RT_TOKEN_STRING;
    if (!parser->dialect->rules->types.may_be_missing)
        return false;
    if (rt_cursor_at(cursor, "CONSTRAINT") || rt_phrases_at(reader->phrases, cursor))
        return true;
    return rt_phrases_at(rt_phrases_get(parser, RT_PHRASES_COLUMN_ELEMENTS, parser->dialect),
                         cursor);
}

static bool
parse_column_type(RtAttributeReader *reader, GError **error)
{
    RtParser *parser = reader->parser;
    int row = rt_form_row(reader->form, RT_ROLE_TYPE);
    if (row < 0)
        return true;
    if (!at_type_end(reader))
        return rt_attribute_reader_read_row(reader, (unsigned) row, error);
    if (parser->dialect->rules->types.may_be_missing)
        return true;
    rt_cursor_expected(&parser->cursor, error, "a type");
    return false;
}

RtObject *
rt_parse_column(RtParser *parser, GPtrArray *children, GError **error)
{
    const RtName *renamed_from = NULL;
    const RtForm *form = find_column_form(parser->dialect);
    RtSpan hints = parser->cursor.hints;
    if (hints.start != hints.end && !parser->from_server &&
        !rt_parse_hints(parser, hints, RT_KIND_COLUMN, &renamed_from, error))
        return NULL;
    RtObject *column = rt_parser_new_object(parser, form, NULL);
    column->name = rt_parse_name(parser, RT_KIND_COLUMN, "a column", error);
    column->renamed_from = renamed_from;
    if (!column->name)
        return NULL;

    RtAttributeReader reader;
    rt_attribute_reader_init(&reader, parser, column);
    if (!parse_column_type(&reader, error))
        return NULL;
    const RtCursor *cursor = &parser->cursor;
    for (bool found = true;
         found && !rt_cursor_at_operator(cursor, ',') && !rt_cursor_at_operator(cursor, ')');) {
        if (!parse_column_clause(&reader, column->name, children, &found, error))
            return NULL;
    }
    rt_attribute_reader_finish(&reader, column);
    return column;
}

/* A column of the body with its constraints behind it. */
static bool
parse_body_column(RtParser *parser, GPtrArray *children, GError **error)
{
    unsigned at = children->len;
    g_ptr_array_add(children, NULL);
    RtObject *column = rt_parse_column(parser, children, error);
    if (!column)
        return false;
    children->pdata[at] = column;
    const RtCursor *cursor = &parser->cursor;
    if (rt_cursor_at_operator(cursor, ',') || rt_cursor_at_operator(cursor, ')'))
        return true;
    return rt_parse_unknown(parser, column, ",)", "a clause of the column, \",\" or \")\"", error);
}

static bool
parse_body_element(RtParser *parser, GPtrArray *children, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    bool found = true;
    for (unsigned n = 0; found; n++) {
        if (!rt_parse_element(parser, children, &found, error))
            return false;
        if (!found && n == 0)
            return parse_body_column(parser, children, error);
        /* Constraints may follow each other without a comma, as SQL:1992 had it. */
        if (rt_cursor_at_operator(cursor, ',') || rt_cursor_at_operator(cursor, ')'))
            return true;
    }
    RtObject *last = g_ptr_array_index(children, children->len - 1);
    return rt_parse_unknown(parser, last, ",)", "\",\" or \")\"", error);
}

static bool
fail_duplicate(RtParser *parser, const RtObject *column, GError **error)
{
    RtCursor at = parser->cursor;
    rt_cursor_seek(&at, column->offset);
    rt_cursor_error(&at, error, RT_ERROR_SYNTAX, "column %s is there twice", column->name->text);
    return false;
}

/* Names are interned, so that a set of pointers finds those that stand twice. */
static bool
check_duplicates(RtParser *parser, const GPtrArray *children, GError **error)
{
    const void *small[SMALL_SET] = { NULL };
    g_autofree const void **large = NULL;
    size_t size = SMALL_SET;
    while (size < children->len * 2)
        size *= 2;
    const void **set = size == SMALL_SET ? small : (large = g_new0(const void *, size));
    for (unsigned i = 0; i < children->len; i++) {
        const RtObject *child = children->pdata[i];
        if (child->form->kind != RT_KIND_COLUMN)
            continue;
        size_t at = child->name->hash & (size - 1);
        while (set[at] && set[at] != child->name->key)
            at = (at + 1) & (size - 1);
        if (set[at])
            return fail_duplicate(parser, child, error);
        set[at] = child->name->key;
    }
    return true;
}

static bool
parse_body(RtParser *parser, RtObject *table, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    if (!rt_cursor_expect_operator(cursor, '(', error))
        return false;
    g_autoptr(GPtrArray) children = g_ptr_array_sized_new(64);
    do {
        if (!parse_body_element(parser, children, error))
            return false;
    } while (rt_cursor_accept_operator(cursor, ','));
    RtSpan hints = cursor->hints;
    const RtName *none;
    if (hints.start != hints.end && !parser->from_server &&
        !rt_parse_hints(parser, hints, RT_KIND_COLUMN, &none, error))
        return false;
    if (!rt_cursor_expect_operator(cursor, ')', error) ||
        !check_duplicates(parser, children, error))
        return false;
    table->n_children = children->len;
    table->children = rt_arena_memdup(rt_model_arena(parser->model), children->pdata,
                                      sizeof(RtObject *) * children->len);
    for (unsigned i = 0; i < children->len; i++)
        table->flags |= table->children[i]->flags & RT_OBJECT_NOT_UNDERSTOOD;
    return true;
}

/* The clauses behind the body, with commas between them where the dialect has such. */
static bool
parse_clauses(RtParser *parser, RtObject *table, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    bool has_commas = parser->dialect->capabilities & RT_JOINS_TABLE_CLAUSES;
    RtAttributeReader reader;
    rt_attribute_reader_init(&reader, parser, table);
    for (bool found = true; found;) {
        if (!rt_attribute_reader_read(&reader, true, &found, error))
            return false;
        if (found && has_commas && rt_cursor_accept_operator(cursor, ',') &&
            !rt_phrases_at(reader.phrases, cursor))
            break;
    }
    rt_attribute_reader_finish(&reader, table);
    if (rt_cursor_at_end(cursor) || rt_cursor_at_operator(cursor, ';'))
        return true;
    return rt_parse_unknown(parser, table, "", "a clause of the table or the end of the statement",
                            error);
}

/* What columns a query gives is the server's to say; of a temporary table the name is enough. */
static bool
parse_query_table(RtParser *parser, const RtName *name, uint32_t flags, GError **error)
{
    if (!rt_parse_opaque(parser, flags, error))
        return false;
    if (flags || name->schema)
        g_array_index(parser->ops, RtOp, parser->ops->len - 1).name = name;
    return true;
}

bool
rt_parse_create_table(RtParser *parser, const RtStatementRule *rule, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    uint32_t flags = rule->flags;
    const RtName *renamed_from = NULL;
    if (rt_cursor_accept(cursor, "IF NOT EXISTS"))
        flags |= RT_OP_IF_NOT_EXISTS;
    RtObject *table = rt_parser_new_object(parser, rule->form, NULL);
    table->name = rt_parse_name(parser, rule->form->kind, "the name of a table", error);
    if (!table->name)
        return false;
    if (rt_cursor_at(cursor, "AS"))
        return parse_query_table(parser, table->name, flags & RT_OP_TEMPORARY, error);
    if (parser->hints.start != parser->hints.end && !parser->from_server &&
        !rt_parse_hints(parser, parser->hints, rule->form->kind, &renamed_from, error))
        return false;
    table->renamed_from = renamed_from;
    if (!parse_body(parser, table, error) || !parse_clauses(parser, table, error))
        return false;
    RtOp *op = rt_parser_add_op(parser, RT_VERB_CREATE, rule->form->kind, flags);
    op->name = table->name;
    op->after = table;
    return true;
}
