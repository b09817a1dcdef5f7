/*
 * Compares the children of two objects: those with a name by kind and name, those without by
 * content. The place is tried first, so that equal objects cost one look at each child.
 */
#include "diff/comparison.h"
#include "diff/moves.h"
#include "diff/parts.h"

#include <string.h>

enum { FEW_CHILDREN = 16, NO_MATCH = -1 };

typedef struct Matching {
    RtComparison *comparison;
    const RtObject *from, *to;
    int *from_of_to; /* index in `from` of each child of `to`, or NO_MATCH */
    int *to_of_from;
    GHashTable *by_name;    /* of children of `from` to their index + 1, for wide objects */
    GHashTable *by_content; /* of hashes to the first unnamed child's index + 1 */
    int *next_of_content;   /* chains of equal hashes */
    GHashTable *freed;      /* keys of columns that a key or constraint lets go; NULL: none */
} Matching;

static bool
is_same_child(const RtObject *a, const RtObject *b)
{
    return a->name && b->name && a->name->key == b->name->key &&
           rt_object_kind(a) == rt_object_kind(b);
}

static unsigned
hash_child(const void *child)
{
    const RtObject *object = child;
    return object->name->hash ^ ((unsigned) rt_object_kind(object) * 0x9E3779B9u);
}

static int
equal_children(const void *a, const void *b)
{
    return is_same_child(a, b);
}

static int
find_in_table(Matching *matching, const RtObject *child)
{
    const RtObject *from = matching->from;
    if (!matching->by_name) {
        matching->by_name = g_hash_table_new(hash_child, equal_children);
        for (unsigned i = from->n_children; i-- > 0;) {
            if (from->children[i]->name)
                g_hash_table_insert(matching->by_name, (void *) from->children[i],
                                    GUINT_TO_POINTER(i + 1));
        }
    }
    return (int) GPOINTER_TO_UINT(g_hash_table_lookup(matching->by_name, child)) - 1;
}

static int
find_named(Matching *matching, const RtObject *child, unsigned hint)
{
    const RtObject *from = matching->from;
    if (hint < from->n_children && is_same_child(from->children[hint], child))
        return (int) hint;
    if (from->n_children > FEW_CHILDREN)
        return find_in_table(matching, child);
    for (unsigned i = 0; i < from->n_children; i++) {
        if (is_same_child(from->children[i], child))
            return (int) i;
    }
    return NO_MATCH;
}

static bool
is_equal_unnamed(const Matching *matching, unsigned index, const RtObject *child)
{
    const RtObject *other = matching->from->children[index];
    return !other->name && matching->to_of_from[index] == NO_MATCH && other->form == child->form &&
           rt_object_equal(matching->comparison->context, other, child);
}

static void *
content_key(const Matching *matching, const RtObject *child)
{
    uint64_t hash = rt_object_content_hash(matching->comparison->context, child);
    return GSIZE_TO_POINTER((size_t) (hash ^ (hash >> 32)));
}

static void
index_contents(Matching *matching)
{
    const RtObject *from = matching->from;
    matching->by_content = g_hash_table_new(g_direct_hash, g_direct_equal);
    matching->next_of_content = g_new(int, from->n_children + 1);
    for (unsigned i = from->n_children; i-- > 0;) {
        if (from->children[i]->name)
            continue;
        void *key = content_key(matching, from->children[i]);
        void *first = g_hash_table_lookup(matching->by_content, key);
        matching->next_of_content[i] = (int) GPOINTER_TO_UINT(first) - 1;
        g_hash_table_insert(matching->by_content, key, GUINT_TO_POINTER(i + 1));
    }
}

/* Takes the first child of equal content that is not matched out of its chain. */
static int
find_unnamed(Matching *matching, const RtObject *child, unsigned hint)
{
    if (hint < matching->from->n_children && is_equal_unnamed(matching, hint, child))
        return (int) hint;
    if (!matching->by_content)
        index_contents(matching);
    void *key = content_key(matching, child);
    int first = (int) GPOINTER_TO_UINT(g_hash_table_lookup(matching->by_content, key)) - 1;
    int before = NO_MATCH;
    for (int i = first; i != NO_MATCH; before = i, i = matching->next_of_content[i]) {
        if (!is_equal_unnamed(matching, i, child))
            continue;
        int next = matching->next_of_content[i];
        if (before == NO_MATCH)
            g_hash_table_insert(matching->by_content, key, GUINT_TO_POINTER(next + 1));
        else
            matching->next_of_content[before] = next;
        return i;
    }
    return NO_MATCH;
}

static bool
is_looked_at(const Matching *matching, const RtObject *child)
{
    return rt_object_kind(matching->to) == RT_KIND_TABLE ||
           rt_child_is_separate(matching->comparison->dialect, child);
}

static void
match_children(Matching *matching)
{
    const RtObject *from = matching->from, *to = matching->to;
    for (unsigned i = 0; i < from->n_children; i++)
        matching->to_of_from[i] = NO_MATCH;
    unsigned hint = 0;
    for (unsigned i = 0; i < to->n_children; i++) {
        const RtObject *child = to->children[i];
        int match = !is_looked_at(matching, child) ? NO_MATCH
                    : child->name                  ? find_named(matching, child, hint)
                                                   : find_unnamed(matching, child, hint);
        if (match != NO_MATCH && matching->to_of_from[match] != NO_MATCH)
            match = NO_MATCH;
        matching->from_of_to[i] = match;
        if (match != NO_MATCH)
            matching->to_of_from[match] = (int) i;
        hint = match != NO_MATCH ? (unsigned) match + 1 : hint;
    }
}

/* One without columns is at its column only by its place in a statement, which a change is not. */
static const RtObject *
outside_of_columns(const Matching *matching, const RtObject *child)
{
    if (!child || !(child->flags & RT_OBJECT_INLINE) ||
        rt_form_row(child->form, RT_ROLE_PARTS) >= 0)
        return child;
    RtObject *copy = rt_object_copy(matching->comparison->arena, child);
    copy->flags &= (uint16_t) ~RT_OBJECT_INLINE;
    return copy;
}

static RtOp
make_op(const Matching *matching, RtVerb verb, const RtObject *before, const RtObject *after)
{
    const RtObject *child = before ? before : after;
    return (RtOp){ .verb = verb,
                   .kind = rt_object_kind(child),
                   .owner = matching->from->name,
                   .name = child->name,
                   .before = before,
                   .after = outside_of_columns(matching, after) };
}

static void
emit(const Matching *matching, RtOp op)
{
    g_array_append_val(matching->comparison->diff->ops, op);
}

static const RtName *
find_column_before(const RtObject *object, unsigned index)
{
    while (index-- > 0) {
        if (rt_object_kind(object->children[index]) == RT_KIND_COLUMN)
            return object->children[index]->name;
    }
    return NULL;
}

static void
place_after(RtOp *op, const RtObject *object, unsigned index)
{
    op->position = find_column_before(object, index);
    op->is_first = !op->position;
}

static void
compare_added(const Matching *matching, unsigned index, const RtMoves *moves)
{
    RtComparison *comparison = matching->comparison;
    const RtObject *child = matching->to->children[index];
    if (!rt_comparison_includes(comparison, matching->to->name, child, false, false))
        return;
    RtOp op = make_op(matching, RT_VERB_CREATE, NULL, child);
    if (rt_object_kind(child) == RT_KIND_COLUMN && moves && index < moves->last_kept)
        place_after(&op, matching->to, index);
    emit(matching, op);
}

static void
compare_removed(const Matching *matching, unsigned index)
{
    RtComparison *comparison = matching->comparison;
    const RtObject *child = matching->from->children[index];
    if (!is_looked_at(matching, child) ||
        !rt_comparison_includes(comparison, matching->from->name, child, true, false))
        return;
    if (child->name && rt_child_is_separate(comparison->dialect, child) &&
        rt_comparison_keeps_foreign(comparison, matching->from, child))
        return;
    emit(matching, make_op(matching, RT_VERB_DROP, child, NULL));
}

static bool
is_altered_in_place(RtKind kind)
{
    return kind == RT_KIND_COLUMN || kind == RT_KIND_PARTITION || kind == RT_KIND_FAMILY ||
           kind == RT_KIND_CHANGEFEED;
}

/* The columns of a key or constraint that goes: what it implied of them goes too. */
static void
note_freed(Matching *matching, const RtObject *child)
{
    int row = rt_form_row(child->form, RT_ROLE_PARTS);
    const RtValue *value = row >= 0 ? rt_object_value(child, row) : NULL;
    const RtValueKind *kind = row >= 0 ? child->form->attributes[row].kind : NULL;
    if (!value || (kind != &rt_value_parts && kind != &rt_value_names))
        return;
    if (!matching->freed)
        matching->freed = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < value->length; i++) {
        const RtName *column = kind == &rt_value_names ? value->names[i] : value->parts[i].column;
        if (column)
            g_hash_table_add(matching->freed, (void *) column->key);
    }
}

static void
collect_freed(Matching *matching)
{
    for (unsigned i = 0; i < matching->from->n_children; i++) {
        const RtObject *child = matching->from->children[i];
        RtKind kind = rt_object_kind(child);
        if (kind != RT_KIND_KEY && kind != RT_KIND_CONSTRAINT)
            continue;
        int match = matching->to_of_from[i];
        const RtObject *to = match == NO_MATCH ? NULL : matching->to->children[match];
        if (!to || to->form != child->form ||
            (child->name && rt_compare_values(matching->comparison, child, to, NULL, NULL)))
            note_freed(matching, child);
    }
}

/* Whether the column was implied to be what it is now declared to be, by a key that goes. */
static bool
must_be_stated(const Matching *matching, const RtObject *from, const RtObject *to)
{
    if (!matching->freed || rt_object_kind(from) != RT_KIND_COLUMN ||
        !g_hash_table_contains(matching->freed, from->name->key))
        return false;
    for (unsigned i = 0; i < to->n_values; i++) {
        const RtValue *before = rt_object_value(from, to->values[i].row);
        if (to->values[i].origin == RT_ORIGIN_STATED && before &&
            before->origin == RT_ORIGIN_IMPLIED)
            return true;
    }
    return false;
}

static void
compare_pair(const Matching *matching, unsigned index, const RtMoves *moves)
{
    RtComparison *comparison = matching->comparison;
    const RtObject *from = matching->from->children[matching->from_of_to[index]];
    const RtObject *to = matching->to->children[index];
    bool is_moved = moves && rt_object_kind(to) == RT_KIND_COLUMN && rt_moves_has(moves, index);
    bool is_other_form = from->form != to->form;
    if (from == to && !is_moved)
        return;
    if (!is_moved && !is_other_form &&
        (!from->name || (!rt_compare_values(comparison, from, to, NULL, NULL) &&
                         !must_be_stated(matching, from, to))))
        return;
    if (!rt_comparison_includes(comparison, matching->from->name, from, true, true) ||
        !rt_comparison_includes(comparison, matching->to->name, to, false, true))
        return;
    if (is_other_form) {
        emit(matching, make_op(matching, RT_VERB_DROP, from, NULL));
        emit(matching, make_op(matching, RT_VERB_CREATE, NULL, to));
        return;
    }
    bool in_place = is_altered_in_place(rt_object_kind(to));
    RtOp op = make_op(matching, in_place ? RT_VERB_ALTER : RT_VERB_RECREATE, from, to);
    if (is_moved)
        place_after(&op, matching->to, index);
    emit(matching, op);
}

static void
note_order(const Matching *matching)
{
    const char *name = rt_comparison_name(matching->comparison, NULL, matching->from->name);
    rt_comparison_note(matching->comparison, "order", name, true,
                       "the columns of %s stand in another order, which is not compared", name);
}

static void
compare_matched(const Matching *matching)
{
    RtComparison *comparison = matching->comparison;
    const RtObject *to = matching->to;
    g_autoptr(RtMoves) moves = NULL;
    if (rt_object_kind(to) == RT_KIND_TABLE) {
        moves = rt_moves_new(to, matching->from_of_to);
        if (!comparison->dialect->rules->column_order_counts) {
            if (moves && moves->n_moved > 0)
                note_order(matching);
            g_clear_pointer(&moves, rt_moves_free);
        }
    }
    for (unsigned i = 0; i < to->n_children; i++) {
        if (!is_looked_at(matching, to->children[i]))
            continue;
        if (matching->from_of_to[i] == NO_MATCH)
            compare_added(matching, i, moves);
        else
            compare_pair(matching, i, moves);
    }
    for (unsigned i = 0; i < matching->from->n_children; i++) {
        if (matching->to_of_from[i] == NO_MATCH)
            compare_removed(matching, i);
    }
}

void
rt_compare_children(RtComparison *comparison, const RtObject *from, const RtObject *to)
{
    if (from->children == to->children && from->n_children == to->n_children)
        return;
    g_autofree int *from_of_to = g_new(int, to->n_children + 1);
    g_autofree int *to_of_from = g_new(int, from->n_children + 1);
    Matching matching = { .comparison = comparison,
                          .from = from,
                          .to = to,
                          .from_of_to = from_of_to,
                          .to_of_from = to_of_from };
    match_children(&matching);
    collect_freed(&matching);
    compare_matched(&matching);
    g_clear_pointer(&matching.freed, g_hash_table_unref);
    g_clear_pointer(&matching.by_name, g_hash_table_unref);
    g_clear_pointer(&matching.by_content, g_hash_table_unref);
    g_free(matching.next_of_content);
}

/* Steps to the next child from *index on that is part of the object's own statement. */
static const RtObject *
next_body_child(const RtComparison *comparison, const RtObject *object, unsigned *index)
{
    while (*index < object->n_children) {
        const RtObject *child = object->children[(*index)++];
        if (!rt_child_is_separate(comparison->dialect, child))
            return child;
    }
    return NULL;
}

bool
rt_compare_body_children(const RtComparison *comparison, const RtObject *from, const RtObject *to)
{
    unsigned i = 0, j = 0;
    for (;;) {
        const RtObject *a = next_body_child(comparison, from, &i);
        const RtObject *b = next_body_child(comparison, to, &j);
        if (!a || !b)
            return a != b;
        if (a->form != b->form || !rt_name_equal(a->name, b->name) ||
            rt_compare_values(comparison, a, b, NULL, NULL))
            return true;
    }
}
