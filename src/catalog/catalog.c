/* The catalog: objects in order, a table of their names, who refers to whom, and the undo log. */
#include "catalog/catalog.h"

#include "sql/tokens.h"

#include <string.h>

enum { FIRST_SLOTS = 64 };

/* Where the object of a name is. */
typedef struct Slot {
    const void *key; /* NULL: free */
    uint32_t hash;
    uint32_t position : 24, space : 7, is_child : 1;
} Slot;

typedef struct Change {
    const RtObject *old, *new; /* NULL: added, removed */
    unsigned position;
} Change;

struct RtCatalog {
    RtValueContext context;
    bool is_declared;
    unsigned unseen; /* bits of RtUnseen */
    GArray *objects; /* of const RtObject *, NULL where one was removed */
    unsigned count;
    Slot *slots;
    uint32_t mask, used;
    GArray *log;            /* of Change */
    GHashTable *references; /* key of a table → GArray of positions that refer to it */
    GHashTable *bodies;     /* position → number of definitions in the object and its children */
    GHashTable *words; /* key of a word in definitions → (position → how often it is there) */
    const RtForm *silent_form; /* the last that was asked for, of nodes that speak of no other */
    GHashTable *temporary;     /* keys of names; NULL: none so far */
    GHashTable *unreadable;    /* keys of names → reason; NULL: none */
};

enum { MOST_OBJECTS = (1 << 24) - 1 };

RtCatalog *
rt_catalog_new(RtModel *model, const RtRules *rules, const RtLexicon *lexicon)
{
    RtCatalog *catalog = g_new0(RtCatalog, 1);
    catalog->context =
        (RtValueContext){ .model = model, .rules = rules, .lexicon = lexicon, .catalog = catalog };
    catalog->objects = g_array_new(FALSE, FALSE, sizeof(RtObject *));
    catalog->slots = g_new0(Slot, FIRST_SLOTS);
    catalog->mask = FIRST_SLOTS - 1;
    catalog->log = g_array_new(FALSE, FALSE, sizeof(Change));
    catalog->references = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
    catalog->bodies = g_hash_table_new(NULL, NULL);
    catalog->words = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify) g_hash_table_unref);
    return catalog;
}

void
rt_catalog_free(RtCatalog *catalog)
{
    if (!catalog)
        return;
    g_array_unref(catalog->objects);
    g_array_unref(catalog->log);
    g_hash_table_unref(catalog->references);
    g_hash_table_unref(catalog->bodies);
    g_hash_table_unref(catalog->words);
    g_clear_pointer(&catalog->temporary, g_hash_table_unref);
    g_clear_pointer(&catalog->unreadable, g_hash_table_unref);
    g_free(catalog->slots);
    g_free(catalog);
}

void
rt_catalog_set_temporary(RtCatalog *catalog, const RtName *name, bool is_temporary)
{
    if (!catalog->temporary)
        catalog->temporary = g_hash_table_new(NULL, NULL);
    if (is_temporary)
        g_hash_table_add(catalog->temporary, (void *) name->key);
    else
        g_hash_table_remove(catalog->temporary, name->key);
}

bool
rt_catalog_is_temporary(const RtCatalog *catalog, const RtName *name)
{
    return catalog->temporary && name && g_hash_table_contains(catalog->temporary, name->key);
}

void
rt_catalog_set_unreadable(RtCatalog *catalog, const RtName *name, const char *reason)
{
    if (!catalog->unreadable)
        catalog->unreadable = g_hash_table_new(NULL, NULL);
    RtArena *arena = rt_model_arena(catalog->context.model);
    g_hash_table_insert(catalog->unreadable, (void *) name->key, rt_arena_strdup(arena, reason));
}

const char *
rt_catalog_unreadable(const RtCatalog *catalog, const RtName *name)
{
    if (!catalog->unreadable)
        return NULL;
    const char *reason = g_hash_table_lookup(catalog->unreadable, name->key);
    if (reason || !name->schema)
        return reason;
    RtFold fold = catalog->context.rules->fold[RT_KIND_TABLE];
    const RtName *all = rt_model_name(catalog->context.model, fold, name->schema, "*");
    return g_hash_table_lookup(catalog->unreadable, all->key);
}

void
rt_catalog_inherit(RtCatalog *catalog, const RtCatalog *from)
{
    catalog->is_declared = from->is_declared;
    catalog->unseen = from->unseen;
    g_clear_pointer(&catalog->unreadable, g_hash_table_unref);
    catalog->unreadable = from->unreadable ? g_hash_table_ref(from->unreadable) : NULL;
}

void
rt_catalog_set_unseen(RtCatalog *catalog, RtUnseen why, bool is_so)
{
    catalog->unseen = is_so ? catalog->unseen | why : catalog->unseen & ~(unsigned) why;
}

unsigned
rt_catalog_unseen(const RtCatalog *catalog)
{
    return catalog->unseen;
}

RtModel *
rt_catalog_model(const RtCatalog *catalog)
{
    return catalog->context.model;
}

const RtValueContext *
rt_catalog_context(const RtCatalog *catalog)
{
    return &catalog->context;
}

bool
rt_catalog_is_declared(const RtCatalog *catalog)
{
    return catalog->is_declared;
}

void
rt_catalog_set_declared(RtCatalog *catalog, bool is_declared)
{
    catalog->is_declared = is_declared;
}

static unsigned
space_of(const RtCatalog *catalog, RtKind kind)
{
    return catalog->context.rules->space[kind];
}

/* Top-level kinds without a space of their own have one per kind, behind those of the rules. */
static unsigned
top_space_of(const RtCatalog *catalog, RtKind kind)
{
    unsigned space = space_of(catalog, kind);
    return space ? space : 64 + (unsigned) kind;
}

static uint32_t
hash_slot(const RtName *name, unsigned space)
{
    return name->hash ^ space * 0x9E3779B9u;
}

static Slot *
find_slot(const RtCatalog *catalog, unsigned space, const RtName *name)
{
    uint32_t hash = hash_slot(name, space);
    for (uint32_t at = hash & catalog->mask;; at = (at + 1) & catalog->mask) {
        Slot *slot = &catalog->slots[at];
        if (!slot->key)
            return NULL;
        if (slot->key == name->key && slot->space == space)
            return slot;
    }
}

static void
put_slot(Slot *slots, uint32_t mask, Slot slot)
{
    uint32_t at = slot.hash & mask;
    while (slots[at].key)
        at = (at + 1) & mask;
    slots[at] = slot;
}

static void
add_slot(RtCatalog *catalog, unsigned space, const RtName *name, unsigned position, bool is_child)
{
    g_assert(space < 128);
    if (catalog->used >= catalog->mask - catalog->mask / 4) {
        uint32_t mask = catalog->mask * 2 + 1;
        Slot *slots = g_new0(Slot, (size_t) mask + 1);
        for (uint32_t i = 0; i <= catalog->mask; i++) {
            if (catalog->slots[i].key)
                put_slot(slots, mask, catalog->slots[i]);
        }
        g_free(catalog->slots);
        catalog->slots = slots;
        catalog->mask = mask;
    }
    Slot slot = { .key = name->key,
                  .hash = hash_slot(name, space),
                  .position = position & MOST_OBJECTS,
                  .space = space & 127,
                  .is_child = is_child };
    put_slot(catalog->slots, catalog->mask, slot);
    catalog->used++;
}

/* Takes a name out and moves up those that it had pushed on. */
static void
remove_slot(RtCatalog *catalog, unsigned space, const RtName *name)
{
    Slot *slot = find_slot(catalog, space, name);
    g_assert(slot);
    uint32_t hole = (uint32_t) (slot - catalog->slots);
    for (uint32_t at = (hole + 1) & catalog->mask; catalog->slots[at].key;
         at = (at + 1) & catalog->mask) {
        uint32_t home = catalog->slots[at].hash & catalog->mask;
        if (((at - home) & catalog->mask) >= ((at - hole) & catalog->mask)) {
            catalog->slots[hole] = catalog->slots[at];
            hole = at;
        }
    }
    catalog->slots[hole] = (Slot){ 0 };
    catalog->used--;
}

static void
count_position(GHashTable *counts, unsigned position, int change)
{
    gpointer key = GUINT_TO_POINTER(position + 1);
    int count = GPOINTER_TO_INT(g_hash_table_lookup(counts, key)) + change;
    if (count)
        g_hash_table_insert(counts, key, GINT_TO_POINTER(count));
    else
        g_hash_table_remove(counts, key);
}

/* The same pointer for all spellings of a word. */
static gconstpointer
word_key(const RtCatalog *catalog, const char *word)
{
    return rt_model_name(catalog->context.model, RT_FOLD_ASCII, NULL, word)->key;
}

typedef struct WordCount {
    RtCatalog *catalog;
    unsigned position;
    int change;
} WordCount;

static void
count_word(const char *word, RtToken token, RtToken previous, void *data)
{
    (void) token, (void) previous;
    const WordCount *count = data;
    GHashTable *words = count->catalog->words;
    gpointer key = (gpointer) word_key(count->catalog, word);
    GHashTable *counts = g_hash_table_lookup(words, key);
    if (!counts) {
        counts = g_hash_table_new(NULL, NULL);
        g_hash_table_insert(words, key, counts);
    }
    count_position(counts, count->position, count->change);
}

static void
count_body(RtCatalog *catalog, const RtValue *body, unsigned position, int change)
{
    WordCount count = { catalog, position, change };
    const RtText text = { .data = body->text, .length = body->length };
    g_autoptr(RtArena) scratch = rt_arena_new();
    count_position(catalog->bodies, position, change);
    rt_tokens_each_name(scratch, catalog->context.lexicon, &text, count_word, &count);
}

static void
note_reference(RtCatalog *catalog, const RtName *table, unsigned position, bool is_added)
{
    gpointer key = (gpointer) table->key;
    GArray *positions = g_hash_table_lookup(catalog->references, key);
    if (!positions) {
        positions = g_array_new(FALSE, FALSE, sizeof(unsigned));
        g_hash_table_insert(catalog->references, key, positions);
    }
    if (is_added) {
        g_array_append_val(positions, position);
        return;
    }
    for (unsigned i = positions->len; i-- > 0;) {
        if (g_array_index(positions, unsigned, i) == position) {
            g_array_remove_index_fast(positions, i);
            return;
        }
    }
    g_assert_not_reached();
}

/* Whether nodes of the form can say something of others; most are columns, which cannot. */
static bool
is_about_others(const RtForm *form)
{
    return rt_form_row(form, RT_ROLE_REFERENCES) >= 0 || rt_form_row(form, RT_ROLE_DEFINITION) >= 0;
}

/* Enters or takes out what one node (not its children) says of others. */
static void
note_values(RtCatalog *catalog, const RtObject *object, unsigned position, bool is_added)
{
    if (object->form == catalog->silent_form)
        return;
    if (!is_about_others(object->form)) {
        catalog->silent_form = object->form;
        return;
    }
    for (unsigned i = 0; i < object->n_values; i++) {
        const RtValue *value = &object->values[i];
        const RtAttribute *attribute = &object->form->attributes[value->row];
        if (attribute->role == RT_ROLE_REFERENCES)
            note_reference(catalog, value->name, position, is_added);
        else if (attribute->role == RT_ROLE_DEFINITION)
            count_body(catalog, value, position, is_added ? 1 : -1);
    }
}

static void
note_child(RtCatalog *catalog, const RtObject *child, unsigned position, bool is_added)
{
    note_values(catalog, child, position, is_added);
    unsigned space = space_of(catalog, rt_object_kind(child));
    if (!space || !child->name)
        return;
    if (is_added)
        add_slot(catalog, space, child->name, position, true);
    else
        remove_slot(catalog, space, child->name);
}

/* Brings the names in step with an object that takes the place of another; either may be NULL. */
static void
exchange(RtCatalog *catalog, unsigned position, const RtObject *old, const RtObject *new)
{
    unsigned n_old = old ? old->n_children : 0, n_new = new ? new->n_children : 0;
    unsigned first = 0;
    while (first < n_old && first < n_new && old->children[first] == new->children[first])
        first++;
    while (n_old > first && n_new > first && old->children[n_old - 1] == new->children[n_new - 1])
        n_old--, n_new--;

    for (unsigned i = first; i < n_old; i++)
        note_child(catalog, old->children[i], position, false);
    if (old) {
        note_values(catalog, old, position, false);
        remove_slot(catalog, top_space_of(catalog, rt_object_kind(old)), old->name);
        catalog->count--;
    }
    if (new) {
        note_values(catalog, new, position, true);
        add_slot(catalog, top_space_of(catalog, rt_object_kind(new)), new->name, position, false);
        catalog->count++;
    }
    for (unsigned i = first; i < n_new; i++)
        note_child(catalog, new->children[i], position, true);
    g_array_index(catalog->objects, const RtObject *, position) = new;
}

static void
log_change(RtCatalog *catalog, unsigned position, const RtObject *old, const RtObject *new)
{
    Change change = { old, new, position };
    g_array_append_val(catalog->log, change);
}

static const RtObject *
object_at(const RtCatalog *catalog, unsigned position)
{
    return g_array_index(catalog->objects, const RtObject *, position);
}

static unsigned
position_of(const RtCatalog *catalog, const RtObject *object)
{
    const Slot *slot =
        find_slot(catalog, top_space_of(catalog, rt_object_kind(object)), object->name);
    g_assert(slot && object_at(catalog, slot->position) == object);
    return slot->position;
}

/* The child of this name in the space; it need not be of the kind that was asked for. */
static const RtObject *
find_child_in_space(const RtCatalog *catalog, const RtObject *owner, unsigned space,
                    const RtName *name)
{
    for (unsigned i = 0; i < owner->n_children; i++) {
        const RtObject *child = owner->children[i];
        if (rt_name_equal(child->name, name) && space_of(catalog, rt_object_kind(child)) == space)
            return child;
    }
    return NULL;
}

const RtObject *
rt_catalog_find(const RtCatalog *catalog, RtKind kind, const RtName *name)
{
    unsigned space = top_space_of(catalog, kind);
    const Slot *slot = name ? find_slot(catalog, space, name) : NULL;
    if (!slot)
        return NULL;
    const RtObject *object = object_at(catalog, slot->position);
    return slot->is_child ? find_child_in_space(catalog, object, space, name) : object;
}

const RtObject *
rt_catalog_find_owner(const RtCatalog *catalog, RtKind kind, const RtName *name,
                      const RtObject **out_child)
{
    unsigned space = space_of(catalog, kind);
    const Slot *slot = name && space ? find_slot(catalog, space, name) : NULL;
    if (!slot || !slot->is_child)
        return NULL;
    const RtObject *owner = object_at(catalog, slot->position);
    if (out_child)
        *out_child = find_child_in_space(catalog, owner, space, name);
    return owner;
}

unsigned
rt_catalog_size(const RtCatalog *catalog)
{
    return catalog->objects->len;
}

const RtObject *
rt_catalog_at(const RtCatalog *catalog, unsigned index)
{
    return object_at(catalog, index);
}

unsigned
rt_catalog_count(const RtCatalog *catalog)
{
    return catalog->count;
}

void
rt_catalog_add(RtCatalog *catalog, const RtObject *object)
{
    g_assert(catalog->objects->len < MOST_OBJECTS);
    const RtObject *none = NULL;
    g_array_append_val(catalog->objects, none);
    exchange(catalog, catalog->objects->len - 1, NULL, object);
    log_change(catalog, catalog->objects->len - 1, NULL, object);
}

void
rt_catalog_replace(RtCatalog *catalog, const RtObject *old, const RtObject *object)
{
    unsigned position = position_of(catalog, old);
    exchange(catalog, position, old, object);
    log_change(catalog, position, old, object);
}

void
rt_catalog_remove(RtCatalog *catalog, const RtObject *object)
{
    unsigned position = position_of(catalog, object);
    exchange(catalog, position, object, NULL);
    log_change(catalog, position, object, NULL);
}

size_t
rt_catalog_mark(RtCatalog *catalog)
{
    return catalog->log->len;
}

void
rt_catalog_undo(RtCatalog *catalog, size_t mark)
{
    while (catalog->log->len > mark) {
        Change change = g_array_index(catalog->log, Change, catalog->log->len - 1);
        g_array_set_size(catalog->log, catalog->log->len - 1);
        exchange(catalog, change.position, change.new, change.old);
        if (!change.old) /* it was added, at the end then */
            g_array_set_size(catalog->objects, change.position);
    }
}

void
rt_catalog_forget(RtCatalog *catalog)
{
    g_array_set_size(catalog->log, 0);
}

static int
compare_positions(gconstpointer a, gconstpointer b)
{
    unsigned left = *(const unsigned *) a, right = *(const unsigned *) b;
    return left < right ? -1 : left > right;
}

/* Objects at the positions, each once, in declared order. */
static GPtrArray *
list_objects(const RtCatalog *catalog, GArray *positions)
{
    GPtrArray *objects = g_ptr_array_new();
    g_array_sort(positions, compare_positions);
    for (unsigned i = 0; i < positions->len; i++) {
        unsigned position = g_array_index(positions, unsigned, i);
        if (i && position == g_array_index(positions, unsigned, i - 1))
            continue;
        g_ptr_array_add(objects, (gpointer) object_at(catalog, position));
    }
    return objects;
}

GPtrArray *
rt_catalog_referrers(const RtCatalog *catalog, const RtName *table)
{
    g_autoptr(GArray) positions = g_array_new(FALSE, FALSE, sizeof(unsigned));
    const GArray *known = g_hash_table_lookup(catalog->references, table->key);
    if (known && known->len)
        g_array_append_vals(positions, known->data, known->len);
    return list_objects(catalog, positions);
}

/* Objects at the positions that are counted. */
static GPtrArray *
list_counted(const RtCatalog *catalog, GHashTable *counts)
{
    g_autoptr(GArray) positions = g_array_new(FALSE, FALSE, sizeof(unsigned));
    GHashTableIter iterator;
    gpointer key;
    g_hash_table_iter_init(&iterator, counts);
    while (g_hash_table_iter_next(&iterator, &key, NULL)) {
        unsigned position = GPOINTER_TO_UINT(key) - 1;
        g_array_append_val(positions, position);
    }
    return list_objects(catalog, positions);
}

GPtrArray *
rt_catalog_with_bodies(const RtCatalog *catalog)
{
    return list_counted(catalog, catalog->bodies);
}

GPtrArray *
rt_catalog_with_word(const RtCatalog *catalog, const char *name)
{
    GHashTable *counts = g_hash_table_lookup(catalog->words, word_key(catalog, name));
    return counts ? list_counted(catalog, counts) : g_ptr_array_new();
}
