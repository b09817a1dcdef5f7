/*
 * Fields of structs: MODIFY COLUMN c ADD FIELD and DROP FIELD, as changes of one part of a type,
 * and the way from one struct to another by them. Docs: ALTER_TABLE, "Add or remove fields".
 */
#include "dialect/starrocks/alter.h"
#include "sql/tokens.h"

#include <string.h>

enum { DEEPEST_FIELD = 32 };

/* What happens to the field that a path ends with. */
typedef struct Edit {
    const RtValueContext *context;
    RtOp *op; /* value_after NULL: it goes; its place and type before are filled in */
    const char *name;
    const char *problem;
} Edit;

static bool
is_field(const RtTypeElement *element, const char *name)
{
    return element->name && g_ascii_strcasecmp(element->name, name) == 0;
}

static bool
is_struct(const RtType *type)
{
    return type && strcmp(type->name, "STRUCT") == 0;
}

static const RtTypeElement *
find_field(const RtType *type, const char *name)
{
    for (unsigned i = 0; i < type->n_elements; i++) {
        if (is_field(&type->elements[i], name))
            return &type->elements[i];
    }
    return NULL;
}

/* ---- one change -------------------------------------------------------------------------------
 */

static void
append_element(GString *out, const RtValueContext *context, const RtTypeElement *element)
{
    g_string_append(out, out->str[out->len - 1] == '<' ? "" : ", ");
    starrocks_print_element(out, context, element);
}

/* Keeps what an inverse needs: the type of a field that goes, and what it stood behind. */
static void
note_dropped(const Edit *edit, const RtType *type, unsigned at)
{
    RtValue *before = rt_arena_new_object(rt_model_arena(edit->context->model), RtValue);
    *before = (RtValue){ .row = edit->op->row,
                         .origin = RT_ORIGIN_STATED,
                         .length = 1,
                         .type = type->elements[at].type };
    edit->op->value_before = before;
    edit->op->was_first = at == 0;
    edit->op->position_before = NULL;
    if (at > 0 && at + 1 < type->n_elements)
        edit->op->position_before =
            rt_model_name(edit->context->model, RT_FOLD_ASCII, NULL, type->elements[at - 1].name);
}

static bool
drop_field(GString *out, Edit *edit, const RtType *type)
{
    bool found = false;
    for (unsigned i = 0; i < type->n_elements; i++) {
        bool goes = is_field(&type->elements[i], edit->name);
        if (goes)
            note_dropped(edit, type, i);
        else
            append_element(out, edit->context, &type->elements[i]);
        found |= goes;
    }
    if (!found)
        edit->problem = "Drop field is not found";
    else if (type->n_elements == 1)
        edit->problem = "Can not drop the last field";
    return !edit->problem;
}

static bool
add_field(GString *out, Edit *edit, const RtType *type)
{
    const RtTypeElement added = { .name = edit->name, .type = edit->op->value_after->type };
    const RtName *after = edit->op->position;
    if (find_field(type, edit->name)) {
        edit->problem = "is already exist.";
        return false;
    }
    if (after && !find_field(type, after->text)) {
        edit->problem = "has a position that is no field";
        return false;
    }
    if (edit->op->is_first)
        append_element(out, edit->context, &added);
    for (unsigned i = 0; i < type->n_elements; i++) {
        append_element(out, edit->context, &type->elements[i]);
        if (after && is_field(&type->elements[i], after->text))
            append_element(out, edit->context, &added);
    }
    if (!after && !edit->op->is_first)
        append_element(out, edit->context, &added);
    return true;
}

/* The type with the change at the end of the path. */
static bool
append_edited(GString *out, Edit *edit, const RtType *type, char **path)
{
    bool is_array = strcmp(type->name, "ARRAY") == 0 && strcmp(*path, "[*]") == 0;
    bool is_last = !path[1], found = false;
    if (!is_array && !is_struct(type)) {
        edit->problem = "is not a field of a struct";
        return false;
    }
    g_string_append_printf(out, "%s<", type->name);
    if (is_last && !is_array) {
        edit->name = *path;
        if (!(edit->op->value_after ? add_field(out, edit, type) : drop_field(out, edit, type)))
            return false;
        g_string_append_c(out, '>');
        return true;
    }
    for (unsigned i = 0; i < type->n_elements; i++) {
        const RtTypeElement *element = &type->elements[i];
        if (is_last || !(is_array || is_field(element, *path))) {
            append_element(out, edit->context, element);
            continue;
        }
        found = true;
        g_string_append(out, out->str[out->len - 1] == '<' ? "" : ", ");
        if (element->name) {
            rt_name_print(out, edit->context->lexicon, element->name);
            g_string_append_c(out, ' ');
        }
        if (!append_edited(out, edit, element->type, path + 1))
            return false;
    }
    g_string_append_c(out, '>');
    edit->problem = found ? NULL : "is not found";
    return found;
}

bool
starrocks_change_field(const RtValueContext *context, const RtObject *column, const RtValue *old,
                       RtOp *op, RtValue *out_value, const char **out_problem)
{
    const RtAttribute *attribute = &column->form->attributes[op->row];
    g_auto(GStrv) path = g_strsplit(op->property, ".", DEEPEST_FIELD);
    g_autoptr(GString) text = g_string_new(NULL);
    Edit edit = { .context = context, .op = op };
    *out_value = (RtValue){ .row = op->row };
    if (!old || !old->type || !append_edited(text, &edit, old->type, path)) {
        *out_problem = edit.problem ? edit.problem : "is not a field of a struct";
        return false;
    }
    if (!rt_value_from_text(context, attribute, text->str, out_value, NULL)) {
        *out_problem = "makes no type";
        return false;
    }
    return true;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* a.b.[*].c, kept with points between. */
static const char *
take_path(RtParser *parser, GError **error)
{
    RtCursor *cursor = &parser->cursor;
    g_autoptr(GString) path = g_string_new(NULL);
    do {
        g_string_append(path, path->len ? "." : "");
        if (rt_cursor_accept_operator(cursor, '[')) {
            if (!rt_cursor_expect_operator(cursor, '*', error) ||
                !rt_cursor_expect_operator(cursor, ']', error))
                return NULL;
            g_string_append(path, "[*]");
            continue;
        }
        const char *name = rt_cursor_take_name(cursor, "a field", error);
        if (!name)
            return NULL;
        g_string_append(path, name);
    } while (rt_cursor_accept_operator(cursor, '.'));
    return rt_model_intern(parser->model, path->str, path->len);
}

static bool
parse_added(RtParser *parser, RtOp *op, GError **error)
{
    RtValue *value = rt_arena_new_object(rt_model_arena(parser->model), RtValue);
    value->row = STARROCKS_COLUMN_TYPE;
    value->origin = RT_ORIGIN_STATED;
    if (!rt_value_parse(&parser->cursor, &parser->context,
                        &starrocks_form_column.attributes[STARROCKS_COLUMN_TYPE], value, error))
        return false;
    op->value_after = value;
    op->is_first = rt_cursor_accept(&parser->cursor, "FIRST");
    if (op->is_first || !rt_cursor_accept(&parser->cursor, "AFTER"))
        return true;
    op->position = rt_parse_name(parser, RT_KIND_COLUMN, "a field", error);
    return op->position != NULL;
}

bool
starrocks_parse_field(RtParser *parser, GError **error)
{
    RtOp field = { .owner = parser->subject,
                   .form = &starrocks_form_column,
                   .row = STARROCKS_COLUMN_TYPE };
    field.name = rt_parse_name(parser, RT_KIND_COLUMN, "a column", error);
    if (!field.name)
        return false;
    bool is_added = rt_cursor_accept(&parser->cursor, "ADD FIELD");
    if (!is_added && !rt_cursor_expect(&parser->cursor, "DROP FIELD", error))
        return false;
    field.property = take_path(parser, error);
    if (!field.property || (is_added && !parse_added(parser, &field, error)))
        return false;
    RtOp *op = rt_parser_add_op(parser, RT_VERB_ALTER, RT_KIND_ATTRIBUTE, 0);
    field.verb = op->verb;
    field.kind = op->kind;
    *op = field;
    return true;
}

/* ---- the way from one struct to another -------------------------------------------------------
 */

typedef struct Way {
    const RtValueContext *context;
    const RtOp *op; /* of the column */
    GArray *steps;  /* of RtOp */
} Way;

static bool find_steps(const Way *way, const RtType *from, const RtType *to, const char *path);

static RtOp *
add_step(const Way *way, const char *path, const char *name)
{
    g_autofree char *whole = g_strdup_printf("%s%s%s", path, *path ? "." : "", name);
    RtOp op = { .verb = RT_VERB_ALTER,
                .kind = RT_KIND_ATTRIBUTE,
                .owner = way->op->owner,
                .name = way->op->name,
                .form = &starrocks_form_column,
                .row = STARROCKS_COLUMN_TYPE,
                .property = rt_model_intern(way->context->model, whole, strlen(whole)) };
    g_array_append_val(way->steps, op);
    return &g_array_index(way->steps, RtOp, way->steps->len - 1);
}

/* Fields that stay must stand in the same order: none of them can be moved. */
static bool
keeps_order(const RtType *from, const RtType *to)
{
    unsigned at = 0, n_kept = 0;
    for (unsigned i = 0; i < from->n_elements; i++) {
        if (!from->elements[i].name || !find_field(to, from->elements[i].name))
            continue;
        while (at < to->n_elements && !find_field(from, to->elements[at].name))
            at++;
        if (at == to->n_elements || !is_field(&to->elements[at], from->elements[i].name))
            return false;
        at++;
        n_kept++;
    }
    return n_kept > 0;
}

static bool
add_fields(const Way *way, const RtType *from, const RtType *to, const char *path)
{
    for (unsigned i = 0; i < to->n_elements; i++) {
        const RtTypeElement *element = &to->elements[i];
        const RtTypeElement *old = find_field(from, element->name);
        if (old) {
            g_autofree char *inside =
                g_strdup_printf("%s%s%s", path, *path ? "." : "", element->name);
            if (!find_steps(way, old->type, element->type, inside))
                return false;
            continue;
        }
        RtValue *value = rt_arena_new_object(rt_model_arena(way->context->model), RtValue);
        *value = (RtValue){ .row = STARROCKS_COLUMN_TYPE,
                            .origin = RT_ORIGIN_STATED,
                            .length = 1,
                            .type = element->type };
        RtOp *step = add_step(way, path, element->name);
        step->value_after = value;
        step->is_first = i == 0;
        if (i > 0)
            step->position =
                rt_model_name(way->context->model, RT_FOLD_ASCII, NULL, to->elements[i - 1].name);
    }
    return true;
}

static bool
find_steps(const Way *way, const RtType *from, const RtType *to, const char *path)
{
    if (rt_type_equal(from, to))
        return true;
    if (strcmp(from->name, "ARRAY") == 0 && strcmp(to->name, "ARRAY") == 0) {
        g_autofree char *inside = g_strconcat(path, *path ? "." : "", "[*]", NULL);
        return find_steps(way, from->elements[0].type, to->elements[0].type, inside);
    }
    if (!is_struct(from) || !is_struct(to) || !keeps_order(from, to))
        return false;
    for (unsigned i = 0; i < from->n_elements; i++) {
        if (!find_field(to, from->elements[i].name))
            add_step(way, path, from->elements[i].name);
    }
    return add_fields(way, from, to, path);
}

bool
starrocks_find_field_steps(const RtValueContext *context, const RtOp *op, const RtObject *before,
                           const RtObject *after, GArray *steps)
{
    const Way way = { context, op, steps };
    const RtType *from = rt_object_type(before), *to = rt_object_type(after);
    if (!from || !to || rt_type_equal(from, to) || op->position || op->is_first)
        return false;
    for (unsigned row = 0; row < before->form->n_attributes; row++) {
        if (row != STARROCKS_COLUMN_TYPE && row != STARROCKS_COLUMN_COMMENT &&
            rt_value_differs(context, &before->form->attributes[row], rt_object_value(before, row),
                             rt_object_value(after, row)))
            return false;
    }
    return find_steps(&way, from, to, "");
}
