/* Walks the attribute rows of a form at the cursor; values are read by their kinds. */
#include "dialect/engine.h"

#include <string.h>

void
rt_attribute_reader_init(RtAttributeReader *reader, RtParser *parser, const RtObject *object)
{
    g_assert(object->form->n_attributes <= RT_MOST_ROWS);
    reader->parser = parser;
    reader->form = object->form;
    reader->phrases = rt_phrases_get(parser, RT_PHRASES_ATTRIBUTES, object->form);
    reader->present = 0;
    reader->next = 0;
    for (unsigned i = 0; i < object->n_values; i++)
        rt_attribute_reader_set(reader, object->values[i].row, object->values[i]);
}

static void
note_present(RtAttributeReader *reader, unsigned row)
{
    reader->present |= UINT64_C(1) << row;
    reader->next = row + 1;
}

void
rt_attribute_reader_set(RtAttributeReader *reader, unsigned row, RtValue value)
{
    value.row = (uint16_t) row;
    reader->values[row] = value;
    note_present(reader, row);
}

void
rt_attribute_reader_finish(const RtAttributeReader *reader, RtObject *object)
{
    RtValue values[RT_MOST_ROWS];
    unsigned n = 0;
    for (uint64_t left = reader->present; left; left &= left - 1)
        values[n++] = reader->values[__builtin_ctzll(left)];
    object->values = rt_model_share(reader->parser->model, values, n * sizeof *values);
    object->n_values = (uint16_t) n;
}

/* Whether the text ends in this word; bounded texts end with their last token. */
static bool
ends_in_word(const RtText *text, const char *word)
{
    size_t length = strlen(word);
    return text->length >= length &&
           g_ascii_strncasecmp(text->data + text->length - length, word, length) == 0;
}

/* A block that is never closed reaches to the end of the text: better an error here. */
static bool
check_block(const RtCursor *cursor, GError **error)
{
    for (const RtCompound *compound = cursor->lexicon->compounds; compound->intro; compound++) {
        if (!rt_cursor_at(cursor, compound->begin))
            continue;
        if (ends_in_word(cursor->text, compound->end))
            return true;
        rt_cursor_error(cursor, error, RT_ERROR_SYNTAX, "this %s has no %s", compound->begin,
                        compound->end);
        return false;
    }
    return true;
}

/* A body that holds semicolons: where it ends the splitter has found. */
static bool
take_bounded_body(RtParser *parser, RtValue *out_value, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    RtSpan span = { cursor->token.span.start, cursor->text->length };
    if (rt_cursor_at_end(cursor)) {
        rt_cursor_expected(cursor, error, "a body");
        return false;
    }
    if (!check_block(cursor, error))
        return false;
    out_value->length = span.end - span.start;
    out_value->text = rt_arena_copy(rt_model_arena(parser->model), cursor->text->data + span.start,
                                    out_value->length);
    out_value->origin = RT_ORIGIN_STATED;
    rt_cursor_seek(cursor, span.end);
    cursor->last = span.end;
    return true;
}

bool
rt_parse_value(RtParser *parser, const RtForm *form, unsigned row, RtValue *out_value,
               GError **error)
{
    const RtAttribute *attribute = &form->attributes[row];
    bool is_bounded_body = parser->cursor.text == &parser->bounded &&
                           attribute->kind == &rt_value_body && !attribute->hooks;
    out_value->row = (uint16_t) row;
    return is_bounded_body
               ? take_bounded_body(parser, out_value, error)
               : rt_value_parse(&parser->cursor, &parser->context, attribute, out_value, error);
}

bool
rt_attribute_reader_read_row(RtAttributeReader *reader, unsigned row, GError **error)
{
    if (!rt_parse_value(reader->parser, reader->form, row, &reader->values[row], error))
        return false;
    note_present(reader, row);
    return true;
}

static bool
at_ends(const RtCursor *cursor, const RtAttribute *attribute)
{
    for (const char *const *end = attribute->ends; end && *end; end++) {
        if (rt_cursor_at(cursor, *end))
            return true;
    }
    return false;
}

/* Whether a value of a row without introducing words can begin here. */
static bool
fits(const RtCursor *cursor, const RtAttribute *row)
{
    RtTokenKind token = cursor->token.kind;
    if (row->kind == &rt_value_flag)
        return false;
    if (row->kind == &rt_value_names || row->kind == &rt_value_parts ||
        row->kind == &rt_value_properties || row->kind == &rt_value_parenthesized)
        return rt_cursor_at_operator(cursor, '(');
    if (row->kind == &rt_value_string)
        return token == RT_TOKEN_STRING;
    if (row->kind == &rt_value_number)
        return token == RT_TOKEN_NUMBER;
    if (row->kind == &rt_value_word || row->kind == &rt_value_words)
        return token == RT_TOKEN_WORD && !at_ends(cursor, row);
    if (row->kind == &rt_value_type || row->kind == &rt_value_name || row->kind == &rt_value_table)
        return (token == RT_TOKEN_WORD || token == RT_TOKEN_NAME) && !at_ends(cursor, row);
    return token != RT_TOKEN_END && !rt_cursor_at_operator(cursor, ';') &&
           !rt_cursor_at_operator(cursor, ',') && !rt_cursor_at_operator(cursor, ')');
}

static int
find_bare_row(const RtAttributeReader *reader)
{
    const RtForm *form = reader->form;
    for (unsigned row = reader->next; row < form->n_attributes; row++) {
        if (!form->attributes[row].intro && fits(&reader->parser->cursor, &form->attributes[row]))
            return (int) row;
    }
    return -1;
}

bool
rt_attribute_reader_read(RtAttributeReader *reader, bool bare, bool *out_found, GError **error)
{
    uint32_t start = reader->parser->cursor.token.span.start;
    int row = rt_phrases_accept(reader->phrases, &reader->parser->cursor);
    if (row >= 0 && reader->form->attributes[row].intro_is_value)
        rt_cursor_seek(&reader->parser->cursor, start);
    if (row < 0 && bare)
        row = find_bare_row(reader);
    *out_found = row >= 0;
    return row < 0 || rt_attribute_reader_read_row(reader, (unsigned) row, error);
}

bool
rt_parse_attributes(RtParser *parser, RtObject *object, GError **error)
{
    RtAttributeReader reader;
    rt_attribute_reader_init(&reader, parser, object);
    for (bool found = true; found;) {
        if (!rt_attribute_reader_read(&reader, true, &found, error))
            return false;
    }
    rt_attribute_reader_finish(&reader, object);
    return true;
}

static bool
is_required(const RtAttribute *row)
{
    return row->role == RT_ROLE_PARTS || row->role == RT_ROLE_REFERENCES ||
           row->role == RT_ROLE_DEFINITION || (!row->intro && row->kind == &rt_value_parenthesized);
}

bool
rt_parse_check_complete(RtParser *parser, const RtObject *object, GError **error)
{
    for (unsigned row = 0; row < object->form->n_attributes; row++) {
        const RtAttribute *attribute = &object->form->attributes[row];
        if (!is_required(attribute) || rt_object_value(object, row))
            continue;
        g_autofree char *intro =
            attribute->intro
                ? g_strndup(attribute->intro, rt_intro_length(attribute->intro))
                : g_strdup(fits(&parser->cursor, attribute) ? attribute->name : "\"(\"");
        rt_cursor_expected(&parser->cursor, error, intro);
        return false;
    }
    return true;
}

bool
rt_parse_unknown(RtParser *parser, RtObject *object, const char *stops, const char *what,
                 GError **error)
{
    RtCursor *cursor = &parser->cursor;
    if (!parser->from_server) {
        rt_cursor_expected(cursor, error, what);
        return false;
    }
    RtSpan span;
    if (!rt_cursor_take_until(cursor, stops, NULL, &span, error))
        return false;
    object->unknown =
        rt_model_intern(parser->model, cursor->text->data + span.start, span.end - span.start);
    object->flags |= RT_OBJECT_NOT_UNDERSTOOD;
    return true;
}

RtObject *
rt_parser_new_object(RtParser *parser, const RtForm *form, const RtName *name)
{
    RtObject *object = rt_arena_new_object(rt_model_arena(parser->model), RtObject);
    object->form = form;
    object->name = name;
    object->text = parser->source;
    object->offset = parser->cursor.token.span.start;
    return object;
}
