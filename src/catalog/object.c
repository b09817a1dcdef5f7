/* Nodes of a schema: their values and children, and copies with one thing changed. */
#include "catalog/object.h"

#include <string.h>

int
rt_form_row(const RtForm *form, RtRole role)
{
    for (int i = 0; i < form->n_attributes; i++) {
        if (form->attributes[i].role == role)
            return i;
    }
    return -1;
}

const RtValue *
rt_object_value(const RtObject *object, unsigned row)
{
    for (unsigned i = 0; i < object->n_values && object->values[i].row <= row; i++) {
        if (object->values[i].row == row)
            return &object->values[i];
    }
    return NULL;
}

const RtValue *
rt_object_role(const RtObject *object, RtRole role)
{
    for (unsigned i = 0; i < object->n_values; i++) {
        if (object->form->attributes[object->values[i].row].role == role)
            return &object->values[i];
    }
    return NULL;
}

const RtType *
rt_object_type(const RtObject *object)
{
    const RtValue *value = rt_object_role(object, RT_ROLE_TYPE);
    return value ? value->type : NULL;
}

bool
rt_object_flag(const RtObject *object, RtRole role)
{
    const RtValue *value = rt_object_role(object, role);
    return value && value->flag;
}

const char *
rt_object_text(const RtObject *object, RtRole role)
{
    const RtValue *value = rt_object_role(object, role);
    return value ? value->text : NULL;
}

RtObject *
rt_object_copy(RtArena *arena, const RtObject *object)
{
    RtObject *copy = rt_arena_new_object(arena, RtObject);
    *copy = *object;
    return copy;
}

const RtObject *
rt_object_with_value(RtArena *arena, const RtObject *object, const RtValue *value)
{
    unsigned at = 0;
    while (at < object->n_values && object->values[at].row < value->row)
        at++;
    bool replaces = at < object->n_values && object->values[at].row == value->row;
    RtObject *copy = rt_object_copy(arena, object);
    copy->n_values = (uint16_t) (object->n_values + !replaces);
    RtValue *values = rt_arena_new_array(arena, RtValue, copy->n_values);
    if (at)
        memcpy(values, object->values, at * sizeof *values);
    values[at] = *value;
    unsigned rest = at + replaces;
    if (rest < object->n_values)
        memcpy(values + at + 1, object->values + rest, (object->n_values - rest) * sizeof *values);
    copy->values = values;
    return copy;
}

const RtObject *
rt_object_without_value(RtArena *arena, const RtObject *object, unsigned row)
{
    if (!rt_object_value(object, row))
        return object;
    RtObject *copy = rt_object_copy(arena, object);
    RtValue *values = rt_arena_new_array(arena, RtValue, object->n_values);
    copy->n_values = 0;
    for (unsigned i = 0; i < object->n_values; i++) {
        if (object->values[i].row != row)
            values[copy->n_values++] = object->values[i];
    }
    copy->values = values;
    return copy;
}

const RtObject *
rt_object_with_child(RtArena *arena, const RtObject *object, const RtObject *child, unsigned at)
{
    unsigned n = object->n_children;
    RtObject *copy = rt_object_copy(arena, object);
    const RtObject **children = rt_arena_new_array(arena, const RtObject *, n + 1);
    at = MIN(at, n);
    if (at)
        memcpy(children, object->children, at * sizeof *children);
    children[at] = child;
    if (at < n)
        memcpy(children + at + 1, object->children + at, (n - at) * sizeof *children);
    copy->children = children;
    copy->n_children = n + 1;
    return copy;
}

const RtObject *
rt_object_replace_child(RtArena *arena, const RtObject *object, unsigned at, const RtObject *child)
{
    g_assert(at < object->n_children);
    unsigned n = object->n_children;
    RtObject *copy = rt_object_copy(arena, object);
    const RtObject **children = rt_arena_new_array(arena, const RtObject *, n);
    memcpy(children, object->children, n * sizeof *children);
    if (child) {
        children[at] = child;
    } else {
        memmove(children + at, children + at + 1, (n - at - 1) * sizeof *children);
        copy->n_children = n - 1;
    }
    copy->children = children;
    return copy;
}

int
rt_object_find_child(const RtObject *object, RtKind kind, const RtName *name, unsigned hint)
{
    unsigned n = object->n_children;
    if (!name || !n)
        return -1;
    /* From the hint on and round: where two tables differ by a few columns, the match is near. */
    for (unsigned i = 0, at = hint < n ? hint : 0; i < n; i++, at = at + 1 < n ? at + 1 : 0) {
        const RtObject *child = object->children[at];
        if (child->name && child->name->key == name->key && child->form->kind == kind)
            return (int) at;
    }
    return -1;
}
