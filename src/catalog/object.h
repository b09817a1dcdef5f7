/*
 * A schema object: a node with a form, a name, values and children. Immutable once it is in a
 * catalog: a change makes a new node that shares what stayed the same.
 */
#pragma once

#include "catalog/rules.h"

typedef enum RtObjectFlags {
    RT_OBJECT_NOT_UNDERSTOOD = 1 << 0, /* a server printed a clause that no row knows: `unknown` */
    RT_OBJECT_CHANGING = 1 << 1,       /* a job runs on it */
    RT_OBJECT_INLINE = 1 << 2,         /* a constraint written at its only column; style */
    RT_OBJECT_KEPT = 1 << 3,           /* what a swap put aside: a person drops it, no comparison */
} RtObjectFlags;

struct RtObject {
    const RtForm *form;
    const RtName *name;              /* NULL: a constraint without a name */
    const RtName *renamed_from;      /* from a "renamed from" hint, else NULL */
    const RtValue *values;           /* sorted by row; absent values do not stand here */
    const RtObject *const *children; /* in declared order; columns, keys, constraints, indexes… */
    const RtText *text;              /* where it was read, for messages; may be NULL */
    const char *unknown;             /* see RT_OBJECT_NOT_UNDERSTOOD */
    uint32_t offset;                 /* in `text` */
    uint32_t n_children;
    uint16_t n_values;
    uint16_t flags;
};

static inline RtKind
rt_object_kind(const RtObject *object)
{
    return object->form->kind;
}

/* Whether they share their values; rt_model_share makes that so for most that are alike. */
static inline bool
rt_object_shares_values(const RtObject *a, const RtObject *b)
{
    return a->values == b->values && a->n_values == b->n_values && a->form == b->form;
}

/* NULL where absent. */
const RtValue *rt_object_value(const RtObject *object, unsigned row);
const RtValue *rt_object_role(const RtObject *object, RtRole role);
/* Typed accessors: NULL or false where absent. */
const RtType *rt_object_type(const RtObject *object);
bool rt_object_flag(const RtObject *object, RtRole role);
const char *rt_object_text(const RtObject *object, RtRole role);

/* A shallow copy in the arena that may be changed until it enters a catalog. */
RtObject *rt_object_copy(RtArena *arena, const RtObject *object);
/* Copies of an object with one thing changed; the rest is shared. */
const RtObject *rt_object_with_value(RtArena *arena, const RtObject *object, const RtValue *value);
const RtObject *rt_object_without_value(RtArena *arena, const RtObject *object, unsigned row);
/* Puts `child` before position `at` (n_children: at the end). */
const RtObject *rt_object_with_child(RtArena *arena, const RtObject *object, const RtObject *child,
                                     unsigned at);
/* Replaces child `at`, or takes it out when `child` is NULL. */
const RtObject *rt_object_replace_child(RtArena *arena, const RtObject *object, unsigned at,
                                        const RtObject *child);

/* Index of the child of this kind and name, or -1. `hint` is looked at first. */
int rt_object_find_child(const RtObject *object, RtKind kind, const RtName *name, unsigned hint);

/*
 * Whether two values of one attribute differ, by origin: both stated and unequal, or one stated and
 * unequal to the other side's effective default, unless the silent side is `declared` and the row
 * says that silence is unmanaged. Either may be NULL (absent).
 */
bool rt_value_differs(const RtValueContext *context, const RtAttribute *attribute,
                      const RtValue *current, const RtValue *declared);
/* Whether two objects of one form have equal values (names and children not looked at). */
bool rt_object_values_equal(const RtValueContext *context, const RtObject *a, const RtObject *b);
/* Equal values and equal children, in any order where the rules do not count it. */
bool rt_object_equal(const RtValueContext *context, const RtObject *a, const RtObject *b);
/* A hash that equal constraints share, for matching those without a name by content. */
uint64_t rt_object_content_hash(const RtValueContext *context, const RtObject *object);
