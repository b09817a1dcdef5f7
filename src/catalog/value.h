/*
 * Values of attributes and what kinds of values there are. A kind holds the code to parse, compare
 * and print; the row that uses it (attribute.h) holds none.
 */
#pragma once

#include "catalog/kind.h"
#include "catalog/model.h"
#include "sql/cursor.h"

typedef struct RtValue RtValue;
typedef struct RtAttribute RtAttribute;
typedef struct RtRules RtRules;
typedef struct RtObject RtObject;
struct RtOp;

/* Where a value comes from; DESIGN of the comparison rests on it. */
typedef enum RtOrigin {
    RT_ORIGIN_ABSENT,
    RT_ORIGIN_IMPLIED, /* filled in by rules, or printed by a server that would choose it itself */
    RT_ORIGIN_STATED,  /* written */
} RtOrigin;

/* One part of a key or index: a column or an expression, and what follows it (COLLATE x DESC). */
typedef struct RtPart {
    const RtName *column;   /* NULL for an expression */
    const char *expression; /* as written; NULL for a column */
    const char *suffix;     /* as written, blanks made one; NULL for none */
} RtPart;

typedef struct RtProperty {
    const char *key; /* interned */
    const char *value;
    RtOrigin origin;
} RtProperty;

/*
 * One attribute's value: 16 bytes of plain data. `row` is the index of its attribute in the form of
 * its object, and values of an object are sorted by it.
 */
struct RtValue {
    uint16_t row;
    uint8_t origin;  /* RtOrigin */
    uint32_t length; /* of `text` in bytes, else the number of elements */
    union {
        bool flag;
        int64_t number;
        const char *text; /* word, string (its value), expression (as written) */
        const RtName *name;
        const RtType *type;
        const RtName *const *names;
        const RtPart *parts;
        const RtProperty *properties;
    };
};

/* What a kind's parser is given. */
typedef struct RtValueContext {
    RtModel *model;
    const RtRules *rules;
    const RtLexicon *lexicon;
    /* For rename and mentions: the table that a trigger's body belongs to, whose rows NEW and OLD
       are; NULL: only an "ON table" in the body tells. */
    const RtName *own_table;
    const char *schema; /* what objects without a schema are in; NULL: the model's default */
    const struct RtCatalog *catalog; /* what a value of it may refer to; NULL: not known */
} RtValueContext;

typedef struct RtValueKind {
    const char *name;
    /* Reads a value at the cursor, which stands behind the attribute's introducing words, and
       leaves it behind the value. Sets all of *out_value but `row` and `origin`. */
    bool (*parse)(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
                  RtValue *out_value, GError **error);
    bool (*equal)(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
                  const RtValue *b);
    void (*print)(GString *out, const RtValueContext *context, const RtAttribute *attribute,
                  const RtValue *value);
    /* The value after a column of its own table (`column` set) or a table was renamed; returns
       false when it does not mention it. NULL: cannot mention names. */
    bool (*rename)(const RtValueContext *context, const RtName *table, const RtName *column,
                   const RtName *new_name, const RtValue *value, RtValue *out_value);
    /* Whether the value mentions this column of its own table, or (column NULL) this table. */
    bool (*mentions)(const RtValueContext *context, const RtName *table, const RtName *column,
                     const RtValue *value);
    /* The value of the object with the part changed that the operation's property names, and in the
       operation what its inverse needs; `old`, NULL where there is none, is the value now. False:
       *out_problem says why not, behind the property. Without it the value is a map of properties.
     */
    bool (*change_part)(const RtValueContext *context, const RtObject *object, const RtValue *old,
                        struct RtOp *op, RtValue *out_value, const char **out_problem);
    /* The value of this object in the one form in which it is compared. Of attributes that are
       data, where NULL says that there is nothing to compare; and of definitions, with what they
       leave to the context's catalog. Without it the value is compared as it is. */
    const RtValue *(*normalize)(const RtValueContext *context, const RtObject *object,
                                const RtValue *value);
} RtValueKind;

extern const RtValueKind rt_value_flag;  /* present or not: no text of its own */
extern const RtValueKind rt_value_word;  /* one word, compared without case */
extern const RtValueKind rt_value_words; /* words up to the next clause: SET NULL */
extern const RtValueKind rt_value_number;
extern const RtValueKind rt_value_string;
extern const RtValueKind rt_value_name;  /* a column-like name */
extern const RtValueKind rt_value_table; /* the name of a table, perhaps qualified */
extern const RtValueKind rt_value_names; /* (a, b) */
extern const RtValueKind rt_value_parts; /* (a DESC, lower(b) COLLATE nocase) */
extern const RtValueKind rt_value_type;
extern const RtValueKind rt_value_literal; /* a signed number, string, word, or (expression) */
extern const RtValueKind rt_value_parenthesized; /* (expression): printed with parentheses */
extern const RtValueKind rt_value_body; /* tokens to the end of the statement: a view's query */
extern const RtValueKind rt_value_properties; /* ("key" = "value", …) */

/*
 * What the kinds above do with a text, for kinds that read or compare one in their own way. The
 * text is an expression of its own table.
 */
bool rt_value_equal_tokens(const RtValueContext *context, const RtAttribute *attribute,
                           const RtValue *a, const RtValue *b);
void rt_value_print_text(GString *out, const RtValueContext *context, const RtAttribute *attribute,
                         const RtValue *value);
bool rt_value_rename_own(const RtValueContext *context, const RtName *table, const RtName *column,
                         const RtName *new_name, const RtValue *value, RtValue *out_value);
bool rt_value_mentions_own(const RtValueContext *context, const RtName *table, const RtName *column,
                           const RtValue *value);

/*
 * Lists in parentheses, "(a, b)": one element of `size` bytes, zeroed, after the other. The array
 * is in the model's arena; its elements' number is the value's length. The printer is given the
 * index.
 */
typedef bool (*RtElementParser)(RtCursor *cursor, const RtValueContext *context, void *out_element,
                                GError **error);
typedef void (*RtElementPrinter)(GString *out, const RtValueContext *context, const RtValue *value,
                                 uint32_t index);
const void *rt_value_parse_list(RtCursor *cursor, const RtValueContext *context, size_t size,
                                RtElementParser parse, uint32_t *out_length,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_value_print_list(GString *out, const RtValueContext *context, const RtValue *value,
                         RtElementPrinter print);

/*
 * What an attribute does with a value: its hooks where it has them, else its kind. `rename` and
 * `mentions` are false for kinds that cannot mention names; hooks replace them both or neither.
 * A body is a query or trigger where its role is RT_ROLE_DEFINITION (see `own_table`), else an
 * expression of its own table.
 */
bool rt_value_parse(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
                    RtValue *out_value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_value_equal(const RtValueContext *context, const RtAttribute *attribute, const RtValue *a,
                    const RtValue *b);
void rt_value_print(GString *out, const RtValueContext *context, const RtAttribute *attribute,
                    const RtValue *value);
bool rt_value_rename(const RtValueContext *context, const RtAttribute *attribute,
                     const RtName *table, const RtName *column, const RtName *new_name,
                     const RtValue *value, RtValue *out_value);
bool rt_value_mentions(const RtValueContext *context, const RtAttribute *attribute,
                       const RtName *table, const RtName *column, const RtValue *value);
/* Reads a value from a text that holds nothing else: a fallback, an option, a server's message. */
bool rt_value_from_text(const RtValueContext *context, const RtAttribute *attribute,
                        const char *text, RtValue *out_value,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Takes a name at the cursor, folded as the rules say for `kind`; the second form takes "a.b" too.
 * Unlike rt_cursor_take_name they copy nothing when the name is known.
 */
const RtName *rt_value_take_name(RtCursor *cursor, const RtValueContext *context, RtKind kind,
                                 const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const RtName *rt_value_take_qualified(RtCursor *cursor, const RtValueContext *context, RtKind kind,
                                      const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Appends a name with its schema, each quoted when it must be. */
void rt_value_print_name(GString *out, const RtValueContext *context, const RtName *name);
/*
 * The one form in which expressions are kept: bytes `span` of `text` in the model's arena, without
 * comments, blanks between tokens made one. Doing it twice changes nothing.
 */
const char *rt_value_expression(const RtValueContext *context, const RtText *text, RtSpan span,
                                uint32_t *out_length);
