/* Interned names, texts and types: open-addressed tables over the arena. */
#include "catalog/model.h"

#include <string.h>

enum {
    FIRST_SLOTS = 256,
    SHARED_SLOTS = 256,  /* each the last copy of its hash */
    LARGEST_SHARED = 64, /* bytes; larger pieces are hardly ever equal */
};

typedef struct Slot {
    const void *item; /* NULL: free */
    uint32_t hash;
    uint32_t length; /* of the text */
} Slot;

typedef struct Table {
    Slot *slots;
    uint32_t mask, count;
} Table;

/* A type's spelling: what was read before, under which rules. */
typedef struct Spelling {
    const void *rules;
    const char *text;
    const RtType *type;
} Spelling;

typedef struct Made {
    const void *key, *thing;
} Made;

typedef struct Shared {
    const void *copy; /* NULL: free */
    size_t size;
} Shared;

struct RtModel {
    RtArena *arena;
    const char *default_schema;
    Table names[2]; /* by RtFold */
    Table strings, types, spellings, made;
    struct RtPhraseBook *phrase_book;
    Shared shared[SHARED_SLOTS];
};

static void
init_table(Table *table)
{
    *table = (Table){ g_new0(Slot, FIRST_SLOTS), FIRST_SLOTS - 1, 0 };
}

static void
put_slot(Slot *slots, uint32_t mask, Slot slot)
{
    uint32_t at = slot.hash & mask;
    while (slots[at].item)
        at = (at + 1) & mask;
    slots[at] = slot;
}

static void
add_item(Table *table, uint32_t hash, size_t length, const void *item)
{
    if (table->count >= table->mask - table->mask / 4) {
        uint32_t mask = table->mask * 2 + 1;
        Slot *slots = g_new0(Slot, (size_t) mask + 1);
        for (uint32_t i = 0; i <= table->mask; i++) {
            if (table->slots[i].item)
                put_slot(slots, mask, table->slots[i]);
        }
        g_free(table->slots);
        table->slots = slots;
        table->mask = mask;
    }
    put_slot(table->slots, table->mask, (Slot){ item, hash, (uint32_t) length });
    table->count++;
}

/* Adds bytes to a hash; the low bits are good only after finish_hash. */
static uint64_t
hash_bytes(uint64_t hash, RtFold fold, const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ rt_fold_byte(fold, (unsigned char) data[i])) * 0x100000001B3u;
    return hash;
}

static uint32_t
finish_hash(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15u;
    return (uint32_t) (hash >> 32);
}

static const uint64_t HASH_START = 0xCBF29CE484222325u;

RtModel *
rt_model_new(const char *default_schema)
{
    RtModel *model = g_new0(RtModel, 1);
    model->arena = rt_arena_new();
    model->default_schema = rt_arena_strdup(model->arena, default_schema);
    for (size_t i = 0; i < G_N_ELEMENTS(model->names); i++)
        init_table(&model->names[i]);
    init_table(&model->strings);
    init_table(&model->types);
    init_table(&model->spellings);
    init_table(&model->made);
    return model;
}

void
rt_model_free(RtModel *model)
{
    if (!model)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(model->names); i++)
        g_free(model->names[i].slots);
    g_free(model->strings.slots);
    g_free(model->types.slots);
    g_free(model->spellings.slots);
    g_free(model->made.slots);
    rt_arena_free(model->arena);
    g_free(model);
}

RtArena *
rt_model_arena(RtModel *model)
{
    return model->arena;
}

struct RtPhraseBook **
rt_model_phrase_book(RtModel *model)
{
    return &model->phrase_book;
}

const char *
rt_model_default_schema(const RtModel *model)
{
    return model->default_schema;
}

bool
rt_fold_equal(RtFold fold, const char *name, const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char a = (unsigned char) name[i], b = (unsigned char) data[i];
        if (!a || rt_fold_byte(fold, a) != rt_fold_byte(fold, b))
            return false;
    }
    return !name[length];
}

/* Whether the slot may hold a text of this hash and length. */
static inline bool
is_like(const Slot *slot, uint32_t hash, size_t length)
{
    return slot->hash == hash && slot->length == (uint32_t) length;
}

static bool
schemas_equal(RtFold fold, const char *a, const char *b)
{
    return a && b ? rt_fold_equal(fold, a, b, strlen(b)) : a == b;
}

static const RtName *
add_name(RtModel *model, RtFold fold, const RtName *same_key, RtName name, size_t length)
{
    RtName *added = rt_arena_new_object(model->arena, RtName);
    *added = (RtName){
        .schema = name.schema ? rt_model_intern(model, name.schema, strlen(name.schema)) : NULL,
        .text = rt_model_intern(model, name.text, length),
        .key = same_key ? same_key->key : added,
        .hash = name.hash,
    };
    add_item(&model->names[fold], name.hash, length, added);
    return added;
}

const RtName *
rt_model_name_of(RtModel *model, RtFold fold, const char *schema, const char *text, size_t length)
{
    if (schema && model->default_schema && schemas_equal(fold, model->default_schema, schema))
        schema = NULL;
    uint64_t start = HASH_START;
    if (schema)
        start = hash_bytes(start, fold, schema, strlen(schema) + 1);
    uint32_t hash = finish_hash(hash_bytes(start, fold, text, length));

    const Table *table = &model->names[fold];
    const RtName *same_key = NULL;
    for (uint32_t at = hash & table->mask; table->slots[at].item; at = (at + 1) & table->mask) {
        const RtName *name = table->slots[at].item;
        if (!is_like(&table->slots[at], hash, length))
            continue;
        if (memcmp(name->text, text, length) == 0 && g_strcmp0(name->schema, schema) == 0)
            return name;
        if (rt_fold_equal(fold, name->text, text, length) &&
            schemas_equal(fold, name->schema, schema))
            same_key = name;
    }
    return add_name(model, fold, same_key, (RtName){ schema, text, NULL, hash }, length);
}

const RtName *
rt_model_name(RtModel *model, RtFold fold, const char *schema, const char *text)
{
    return rt_model_name_of(model, fold, schema, text, strlen(text));
}

const char *
rt_model_intern(RtModel *model, const char *data, size_t length)
{
    uint32_t hash = finish_hash(hash_bytes(HASH_START, RT_FOLD_EXACT, data, length));
    const Table *table = &model->strings;
    for (uint32_t at = hash & table->mask; table->slots[at].item; at = (at + 1) & table->mask) {
        const Slot *slot = &table->slots[at];
        if (is_like(slot, hash, length) && memcmp(slot->item, data, length) == 0)
            return table->slots[at].item;
    }
    const char *copy = rt_arena_copy(model->arena, data, length);
    add_item(&model->strings, hash, length, copy);
    return copy;
}

static uint64_t
hash_words(const void *data, size_t size)
{
    uint64_t hash = size;
    for (const char *at = data, *end = at + size; at + sizeof hash <= end; at += sizeof hash) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    return hash;
}

const void *
rt_model_share(RtModel *model, const void *data, size_t size)
{
    if (size > LARGEST_SHARED)
        return rt_arena_memdup(model->arena, data, size);
    Shared *shared = &model->shared[hash_words(data, size) % SHARED_SLOTS];
    if (!shared->copy || shared->size != size || memcmp(shared->copy, data, size) != 0)
        *shared = (Shared){ rt_arena_memdup(model->arena, data, size), size };
    return shared->copy;
}

const RtType *
rt_model_type(RtModel *model, const RtType *type)
{
    const char *text = rt_model_intern(model, type->text, strlen(type->text));
    const char *written = rt_model_intern(model, type->written, strlen(type->written));
    uint32_t hash = finish_hash((uintptr_t) text ^ (uintptr_t) written << 1);
    const Table *table = &model->types;
    for (uint32_t at = hash & table->mask; table->slots[at].item; at = (at + 1) & table->mask) {
        const RtType *known = table->slots[at].item;
        if (known->text == text && known->written == written)
            return known;
    }
    RtType *added = rt_arena_new_object(model->arena, RtType);
    *added = *type;
    added->text = text;
    added->written = written;
    add_item(&model->types, hash, 0, added);
    return added;
}

static uint32_t
hash_spelling(const void *rules, const char *data, size_t length)
{
    return finish_hash(hash_bytes(HASH_START ^ (uintptr_t) rules, RT_FOLD_EXACT, data, length));
}

const RtType *
rt_model_known_type(const RtModel *model, const void *rules, const char *data, size_t length)
{
    uint32_t hash = hash_spelling(rules, data, length);
    const Table *table = &model->spellings;
    for (uint32_t at = hash & table->mask; table->slots[at].item; at = (at + 1) & table->mask) {
        const Spelling *spelling = table->slots[at].item;
        if (is_like(&table->slots[at], hash, length) && spelling->rules == rules &&
            memcmp(spelling->text, data, length) == 0)
            return spelling->type;
    }
    return NULL;
}

void
rt_model_remember_type(RtModel *model, const void *rules, const char *data, size_t length,
                       const RtType *type)
{
    if (rt_model_known_type(model, rules, data, length))
        return;
    Spelling *spelling = rt_arena_new_object(model->arena, Spelling);
    *spelling = (Spelling){ rules, rt_model_intern(model, data, length), type };
    add_item(&model->spellings, hash_spelling(rules, data, length), length, spelling);
}

const void *
rt_model_known(const RtModel *model, const void *key)
{
    const Table *table = &model->made;
    for (uint32_t at = finish_hash((uintptr_t) key) & table->mask; table->slots[at].item;
         at = (at + 1) & table->mask) {
        const Made *made = table->slots[at].item;
        if (made->key == key)
            return made->thing;
    }
    return NULL;
}

void
rt_model_remember(RtModel *model, const void *key, const void *thing)
{
    Made *made = rt_arena_new_object(model->arena, Made);
    *made = (Made){ key, thing };
    add_item(&model->made, finish_hash((uintptr_t) key), 0, made);
}
