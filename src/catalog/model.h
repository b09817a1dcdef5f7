/*
 * What all catalogs of one comparison share: the arena, the interned names and types. Equal names
 * and equal types are the same pointer within one model, so comparing them costs nothing.
 */
#pragma once

#include "base/arena.h"
#include "sql/lexicon.h"

typedef struct RtModel RtModel;
typedef struct RtName RtName;
typedef struct RtType RtType;

/*
 * A name of a schema object. `schema` is NULL for the connection's default schema; naming the
 * default explicitly gives the same name. Compare with rt_name_equal, print `text`.
 */
struct RtName {
    const char *schema; /* unquoted, as first written; NULL: the default */
    const char *text;   /* unquoted, as written */
    const void *key;    /* the same pointer for equal names */
    uint32_t hash;      /* of the key */
};

/* Model memory, freed all at once. `default_schema` may be NULL. */
RtModel *rt_model_new(const char *default_schema);
void rt_model_free(RtModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtModel, rt_model_free)
RtArena *rt_model_arena(RtModel *model);
const char *rt_model_default_schema(const RtModel *model);

/* Interns a name; the texts are copied when new. `schema` may be NULL. */
const RtName *rt_model_name(RtModel *model, RtFold fold, const char *schema, const char *text);
/* As above, of `length` bytes that need no NUL behind them. */
const RtName *rt_model_name_of(RtModel *model, RtFold fold, const char *schema, const char *text,
                               size_t length);
/* Interns `length` bytes exactly as they are; equal bytes give the same pointer, NUL-terminated. */
const char *rt_model_intern(RtModel *model, const char *data, size_t length);

/*
 * A copy of these bytes, aligned for any type, or one that was made of equal bytes not long ago: of
 * what a schema says again and again (INT NOT NULL) the model holds little more than one. Padding
 * that is not zeroed is no error, it only shares less.
 */
const void *rt_model_share(RtModel *model, const void *data, size_t size);

static inline bool
rt_name_equal(const RtName *a, const RtName *b)
{
    return a && b ? a->key == b->key : a == b;
}

/*
 * A data type. `text` is the canonical spelling by which types are equal: it is the same pointer
 * for equal types of one model, which are told apart by how they are written alone. `name` is its
 * first part in upper case ("DECIMAL" of "decimal(10, 2)").
 */
struct RtType {
    const char *text;
    const char
        *written; /* blanks made one: how it is printed where a dialect has no form of its own
                   */
    const char *name;
    const int64_t *arguments;             /* 10 and 2 of DECIMAL(10, 2) */
    const struct RtTypeElement *elements; /* of nested types: ARRAY<INT>, STRUCT<a INT, b INT> */
    uint16_t n_arguments, n_elements;
};

typedef struct RtTypeElement {
    const char *name; /* of a struct's field, else NULL */
    const char *note; /* the value of the string that the rules let stand behind it, else NULL */
    const RtType *type;
} RtTypeElement;

static inline bool
rt_type_equal(const RtType *a, const RtType *b)
{
    return a && b ? a->text == b->text : a == b;
}

/* Interns a type by `text` and `written`; copies the struct when new, whose other members must be
   in the arena. */
const RtType *rt_model_type(RtModel *model, const RtType *type);

/*
 * The type that these bytes were read as before under the same rules, or NULL: a schema spells few
 * types in many places. `rules` only tells sets of rules apart.
 */
const RtType *rt_model_known_type(const RtModel *model, const void *rules, const char *data,
                                  size_t length);
void rt_model_remember_type(RtModel *model, const void *rules, const char *data, size_t length,
                            const RtType *type);

/*
 * What was made of something constant before, by its address, or NULL: the value of a row's
 * fallback is read once. `thing` lives as long as the model.
 */
const void *rt_model_known(const RtModel *model, const void *key);
void rt_model_remember(RtModel *model, const void *key, const void *thing);

/*
 * The parsers' index of introducing words, which they make and keep here: a model whose texts are
 * many scripts indexes the words of its dialect once. NULL at first.
 */
struct RtPhraseBook **rt_model_phrase_book(RtModel *model);

/* How names fold, for comparing without a model. */
static inline unsigned char
rt_fold_byte(RtFold fold, unsigned char byte)
{
    return fold == RT_FOLD_ASCII && (unsigned) byte - 'A' < 26u ? byte | 0x20 : byte;
}
/* Whether `length` bytes are the same name as `name`. */
bool rt_fold_equal(RtFold fold, const char *name, const char *data, size_t length);
