/* Compares the values of two objects of one form, and says what differs attribute by attribute. */
#include "diff/comparison.h"

#include <string.h>

static bool
is_compared(const RtComparison *comparison, const RtAttribute *attribute)
{
    const RtServer *server = comparison->server;
    bool is_hidden = server && server->major &&
                     rt_server_compare(server, attribute->shown.major, attribute->shown.minor,
                                       attribute->shown.patch) < 0;
    return !attribute->uncompared && !is_hidden &&
           !(comparison->options->ignore_comments && attribute->role == RT_ROLE_COMMENT);
}

static const RtValue *
normalize(const RtValueContext *context, const RtAttribute *attribute, const RtObject *object,
          const RtValue *value)
{
    const RtValueKind *kind = attribute->hooks ? attribute->hooks : attribute->kind;
    return value && kind->normalize ? kind->normalize(context, object, value) : value;
}

/* Two definitions that differ as they stand may be one where each is completed from its schema. */
static bool
differs(const RtComparison *comparison, const RtObject *from, const RtValue *before,
        const RtObject *to, const RtValue *after)
{
    const RtAttribute *attribute = &from->form->attributes[(before ? before : after)->row];
    if (!is_compared(comparison, attribute) ||
        !rt_value_differs(comparison->context, attribute, before, after))
        return false;
    if (attribute->role != RT_ROLE_DEFINITION || !before || !after)
        return true;
    const RtValueContext *current = rt_catalog_context(rt_comparison_current(comparison));
    return rt_value_differs(comparison->context, attribute,
                            normalize(current, attribute, from, before),
                            normalize(comparison->context, attribute, to, after));
}

bool
rt_compare_value(const RtComparison *comparison, const RtObject *from, const RtObject *to,
                 unsigned row)
{
    const RtValue *before = rt_object_value(from, row), *after = rt_object_value(to, row);
    return (before || after) && differs(comparison, from, before, to, after);
}

bool
rt_compare_values(const RtComparison *comparison, const RtObject *from, const RtObject *to,
                  RtDifferenceFunc visit, void *data)
{
    if (rt_object_shares_values(from, to))
        return false;
    bool any = false;
    unsigned a = 0, b = 0;
    while (a < from->n_values || b < to->n_values) {
        const RtValue *before = a < from->n_values ? &from->values[a] : NULL;
        const RtValue *after = b < to->n_values ? &to->values[b] : NULL;
        unsigned row = MIN(before ? before->row : G_MAXUINT, after ? after->row : G_MAXUINT);
        if (before && before->row == row)
            a++;
        else
            before = NULL;
        if (after && after->row == row)
            b++;
        else
            after = NULL;
        if (!differs(comparison, from, before, to, after))
            continue;
        if (!visit)
            return true;
        any = true;
        visit(data, row, before, after);
    }
    return any;
}

typedef struct Emission {
    RtComparison *comparison;
    const RtObject *from, *to;
} Emission;

static void
emit_attribute(const Emission *emission, unsigned row, const char *property, const RtValue *before,
               const RtValue *after)
{
    RtOp op = { .verb = RT_VERB_ALTER,
                .kind = RT_KIND_ATTRIBUTE,
                .name = emission->from->name,
                .form = emission->from->form,
                .row = row,
                .property = property,
                .value_before = before,
                .value_after = after };
    g_array_append_val(emission->comparison->diff->ops, op);
}

static const RtProperty *
find_property(const RtValue *map, const char *key)
{
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (map->properties[i].key == key)
            return &map->properties[i];
    }
    return NULL;
}

/* The property's text, as the operation on it holds it; NULL for none. */
static const RtValue *
text_of_property(RtArena *arena, unsigned row, const RtProperty *property)
{
    if (!property)
        return NULL;
    RtValue *value = rt_arena_new_object(arena, RtValue);
    *value = (RtValue){ .row = (uint16_t) row,
                        .origin = (uint8_t) property->origin,
                        .length = (uint32_t) strlen(property->value),
                        .text = property->value };
    return value;
}

static void
emit_property(const Emission *emission, unsigned row, const char *key, const RtValue *before,
              const RtValue *after)
{
    const RtAttribute *attribute = &emission->from->form->attributes[row];
    RtArena *arena = emission->comparison->arena;
    const RtProperty *old = find_property(before, key);
    const RtProperty *new = find_property(after, key);
    if (old && new &&
        (g_str_equal(old->value, new->value) ||
         (old->origin != RT_ORIGIN_STATED && new->origin != RT_ORIGIN_STATED)))
        return;
    /* What is not declared is compared only where silence means the server's default. */
    if (!new && (attribute->silence == RT_SILENCE_UNMANAGED || old->origin != RT_ORIGIN_STATED))
        return;
    if (!old && new->origin != RT_ORIGIN_STATED)
        return;
    emit_attribute(emission, row, key, text_of_property(arena, row, old),
                   text_of_property(arena, row, new));
}

static void
emit_difference(void *data, unsigned row, const RtValue *before, const RtValue *after)
{
    const Emission *emission = data;
    if (emission->from->form->attributes[row].kind != &rt_value_properties) {
        emit_attribute(emission, row, NULL, before, after);
        return;
    }
    for (uint32_t i = 0; after && i < after->length; i++)
        emit_property(emission, row, after->properties[i].key, before, after);
    for (uint32_t i = 0; before && i < before->length; i++) {
        if (!find_property(after, before->properties[i].key))
            emit_property(emission, row, before->properties[i].key, before, after);
    }
}

/* ---- data -------------------------------------------------------------------------------------
 */

static bool
is_managed(const RtComparison *comparison, const RtAttribute *attribute)
{
    const char *const *managed = comparison->options->managed;
    return attribute->is_data && managed && g_strv_contains(managed, attribute->name);
}

/* The entry as it is declared, where it is declared by its own name. */
static const RtValue *
find_written(const Emission *emission, unsigned row, const RtValue *declared, const char *key,
             const RtProperty *normal)
{
    const RtProperty *written = find_property(declared, key);
    return text_of_property(emission->comparison->arena, row, written ? written : normal);
}

/* Entries that come with the rows stay, whoever declared them; others go unless they are foreign.
 */
static void
drop_undeclared(const Emission *emission, unsigned row, const RtValue *before, const RtValue *after)
{
    bool stay = emission->from->form->attributes[row].comes_with_rows;
    for (uint32_t i = 0; before && i < before->length && !stay; i++) {
        const RtProperty *old = &before->properties[i];
        if (!find_property(after, old->key) &&
            !rt_comparison_keeps_foreign_part(emission->comparison, emission->from, row, old->key))
            emit_attribute(emission, row, old->key,
                           text_of_property(emission->comparison->arena, row, old), NULL);
    }
}

/* Entries that are not there are made; those that differ are changed where they hold rows, else
   dropped and made. */
static void
compare_data(const Emission *emission, unsigned row)
{
    const RtAttribute *attribute = &emission->from->form->attributes[row];
    const RtValue *declared = rt_object_value(emission->to, row);
    const RtValue *before = normalize(emission->comparison->context, attribute, emission->from,
                                      rt_object_value(emission->from, row));
    const RtValue *after =
        normalize(emission->comparison->context, attribute, emission->to, declared);
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    drop_undeclared(emission, row, before, after);
    for (uint32_t i = 0; before && i < before->length; i++)
        g_hash_table_insert(known, (void *) before->properties[i].key,
                            (void *) &before->properties[i]);
    for (uint32_t i = 0; after && i < after->length; i++) {
        const RtProperty *new = &after->properties[i];
        const RtProperty *old = g_hash_table_lookup(known, new->key);
        if (old && g_str_equal(old->value, new->value))
            continue;
        const RtValue *was = text_of_property(emission->comparison->arena, row, old);
        if (old && !attribute->comes_with_rows) {
            emit_attribute(emission, row, new->key, was, NULL);
            was = NULL;
        }
        emit_attribute(emission, row, new->key, was,
                       find_written(emission, row, declared, new->key, new));
    }
}

void
rt_compare_attributes(RtComparison *comparison, const RtObject *from, const RtObject *to)
{
    Emission emission = { comparison, from, to };
    rt_compare_values(comparison, from, to, emit_difference, &emission);
    for (unsigned row = 0; row < from->form->n_attributes; row++) {
        if (is_managed(comparison, &from->form->attributes[row]))
            compare_data(&emission, row);
    }
}
