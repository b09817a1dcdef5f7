/* When values and objects are the same: origins, defaults, children in any order. */
#include <string.h>

#include "catalog/object.h"
#include "sql/tokens.h"

/* The value of the row's fallback, read once for a model; NULL where that is none. */
static const RtValue *
find_fallback(const RtValueContext *context, const RtAttribute *attribute)
{
    const RtValue *known = rt_model_known(context->model, attribute);
    if (known)
        return known;
    RtValue *fallback = rt_arena_new_object(rt_model_arena(context->model), RtValue);
    if (!rt_value_from_text(context, attribute, attribute->fallback, fallback, NULL))
        return NULL;
    rt_model_remember(context->model, attribute, fallback);
    return fallback;
}

/* Whether a value is what the server would take without it. */
static bool
is_default(const RtValueContext *context, const RtAttribute *attribute, const RtValue *value)
{
    if (attribute->fallback) {
        const RtValue *fallback = find_fallback(context, attribute);
        return fallback && rt_value_equal(context, attribute, value, fallback);
    }
    if (attribute->kind == &rt_value_flag)
        return !value->flag;
    return value->length == 0;
}

static bool
values_differ(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
              const RtValue *b)
{
    if (attribute->uncompared || attribute->is_data || a == b)
        return false;
    if (a && b)
        return (a->origin == RT_ORIGIN_STATED || b->origin == RT_ORIGIN_STATED) &&
               !rt_value_equal(context, attribute, a, b);
    const RtValue *only = a ? a : b;
    return only->origin == RT_ORIGIN_STATED && !is_default(context, attribute, only);
}

bool
rt_value_differs(const RtValueContext *context, const RtAttribute *attribute,
                 const RtValue *current, const RtValue *declared)
{
    bool is_silent = !declared || declared->origin != RT_ORIGIN_STATED;
    if (is_silent && attribute->silence == RT_SILENCE_UNMANAGED)
        return false;
    return values_differ(context, attribute, current, declared);
}

bool
rt_object_values_equal(const RtValueContext *context, const RtObject *a, const RtObject *b)
{
    if (a->form != b->form)
        return false;
    if (rt_object_shares_values(a, b))
        return true;
    unsigned i = 0, j = 0;
    while (i < a->n_values || j < b->n_values) {
        unsigned a_row = i < a->n_values ? a->values[i].row : G_MAXUINT;
        unsigned b_row = j < b->n_values ? b->values[j].row : G_MAXUINT;
        unsigned row = MIN(a_row, b_row);
        const RtValue *a_value = a_row == row ? &a->values[i++] : NULL;
        const RtValue *b_value = b_row == row ? &b->values[j++] : NULL;
        if (values_differ(context, &a->form->attributes[row], a_value, b_value))
            return false;
    }
    return true;
}

/* Position of `object` among its parent's children of the same kind. */
static bool
columns_in_order(const RtObject *a, const RtObject *b)
{
    unsigned j = 0;
    for (unsigned i = 0; i < a->n_children; i++) {
        if (rt_object_kind(a->children[i]) != RT_KIND_COLUMN)
            continue;
        while (j < b->n_children && rt_object_kind(b->children[j]) != RT_KIND_COLUMN)
            j++;
        if (j == b->n_children || !rt_name_equal(a->children[i]->name, b->children[j]->name))
            return false;
        j++;
    }
    return true;
}

/* Finds the equal of an unnamed child that no other child took; marks it taken. */
static bool
take_equal_child(const RtValueContext *context, const RtObject *child, const RtObject *b,
                 const uint64_t *hashes, bool *taken)
{
    uint64_t hash = rt_object_content_hash(context, child);
    for (unsigned i = 0; i < b->n_children; i++) {
        if (!taken[i] && !b->children[i]->name && hashes[i] == hash &&
            rt_object_equal(context, child, b->children[i])) {
            taken[i] = true;
            return true;
        }
    }
    return false;
}

static bool
unnamed_children_equal(const RtValueContext *context, const RtObject *a, const RtObject *b)
{
    g_autofree uint64_t *hashes = NULL;
    g_autofree bool *taken = NULL;
    for (unsigned i = 0; i < a->n_children; i++) {
        const RtObject *child = a->children[i];
        if (child->name)
            continue;
        if (!hashes) {
            hashes = g_new0(uint64_t, b->n_children);
            taken = g_new0(bool, b->n_children);
            for (unsigned j = 0; j < b->n_children; j++) {
                if (!b->children[j]->name)
                    hashes[j] = rt_object_content_hash(context, b->children[j]);
            }
        }
        if (!take_equal_child(context, child, b, hashes, taken))
            return false;
    }
    return true;
}

bool
rt_object_equal(const RtValueContext *context, const RtObject *a, const RtObject *b)
{
    if (a == b)
        return true;
    if (a->n_children != b->n_children || !rt_name_equal(a->name, b->name) ||
        !rt_object_values_equal(context, a, b) || g_strcmp0(a->unknown, b->unknown) != 0)
        return false;
    for (unsigned i = 0; i < a->n_children; i++) {
        const RtObject *child = a->children[i];
        if (!child->name || child == b->children[i])
            continue;
        int at = rt_object_find_child(b, rt_object_kind(child), child->name, i);
        if (at < 0 || !rt_object_equal(context, child, b->children[at]))
            return false;
    }
    if (context->rules->column_order_counts && !columns_in_order(a, b))
        return false;
    return unnamed_children_equal(context, a, b);
}

static uint64_t
mix_hash(uint64_t hash, uint64_t more)
{
    hash = (hash ^ more) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

static uint64_t
hash_text(const RtValueContext *context, const char *text, size_t length)
{
    return rt_tokens_hash(context->lexicon, RT_FOLD_ASCII, text, (uint32_t) length);
}

static uint64_t
hash_value(const RtValueContext *context, const RtValueKind *kind, const RtValue *value)
{
    uint64_t hash = 0;
    if (kind == &rt_value_table)
        return value->name->hash;
    if (kind == &rt_value_parenthesized)
        return hash_text(context, value->text, value->length);
    for (uint32_t i = 0; kind == &rt_value_names && i < value->length; i++)
        hash = mix_hash(hash, value->names[i]->hash);
    for (uint32_t i = 0; kind == &rt_value_parts && i < value->length; i++) {
        const RtPart *part = &value->parts[i];
        hash = mix_hash(hash, part->column
                                  ? part->column->hash
                                  : hash_text(context, part->expression, strlen(part->expression)));
    }
    return hash;
}

/* Only values that nobody can leave out count, since one written and one implied may be equal. */
uint64_t
rt_object_content_hash(const RtValueContext *context, const RtObject *object)
{
    uint64_t hash = g_str_hash(object->form->name);
    for (unsigned i = 0; i < object->n_values; i++) {
        const RtValue *value = &object->values[i];
        const RtAttribute *attribute = &object->form->attributes[value->row];
        bool is_essential = attribute->role == RT_ROLE_PARTS ||
                            attribute->role == RT_ROLE_REFERENCES ||
                            attribute->kind == &rt_value_parenthesized;
        if (is_essential && !attribute->fallback && !attribute->uncompared && !attribute->hooks)
            hash = mix_hash(hash, hash_value(context, attribute->kind, value));
    }
    return hash;
}
