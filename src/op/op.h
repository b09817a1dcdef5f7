/*
 * The operation: one change of a schema, the value that everything passes through. Plain data in
 * model memory. Parsing gives operations that know what the text says; `before` is filled in when
 * they meet a catalog (rt_apply, diff).
 */
#pragma once

#include "catalog/catalog.h"

typedef enum RtVerb {
    RT_VERB_CREATE,
    RT_VERB_DROP,
    RT_VERB_RENAME,
    RT_VERB_ALTER,
    /* dropped and made anew under the same name; with RT_OP_IF_NOT_EXISTS created where it is not
       there (CREATE OR REPLACE) */
    RT_VERB_RECREATE,
    RT_VERB_OPAQUE, /* a statement that is run as it is; `data` tells what is known of it */
} RtVerb;

typedef enum RtOpFlags {
    RT_OP_IF_EXISTS = 1 << 0,
    RT_OP_IF_NOT_EXISTS = 1 << 1,
    RT_OP_TEMPORARY = 1 << 2,   /* belongs to a session: never part of a catalog */
    RT_OP_DATA = 1 << 3,        /* opaque: reads or writes rows, no schema (INSERT, UPDATE…) */
    RT_OP_SESSION = 1 << 4,     /* opaque: settings of the session (PRAGMA, SET, BEGIN…) */
    RT_OP_LEFT_ALONE = 1 << 5,  /* on an object that is only named, never changed */
    RT_OP_TRANSACTION = 1 << 6, /* opaque, with RT_OP_SESSION: begins or ends a transaction */
    RT_OP_STATE = 1 << 7,       /* opaque, with RT_OP_DATA: whether an object is up to date and at
                                   work and who may use it, which can be said again (REFRESH,
                                   ACTIVE, GRANT) */
    RT_OP_ASIDE = 1 << 8,       /* rename: a swap puts the object aside, see RT_OBJECT_KEPT */
    RT_OP_TAKEN = 1 << 9,       /* rename: a swap gives the object its place again */
    RT_OP_BACK = 1 << 10,       /* recreate: what was kept beside takes its name again */
    RT_OP_NEW_PARTITIONS = 1 << 11, /* of an attribute: only partitions to come see it */
    RT_OP_ELSEWHERE = 1 << 12,      /* opaque, with RT_OP_SESSION: it goes to another schema */
    RT_OP_ABROAD = 1 << 13,         /* with RT_OP_ELSEWHERE: of another catalog */
} RtOpFlags;

/* How an object is made anew beside the one that is there, and takes its name. */
typedef struct RtBeside {
    const RtName *kept; /* how the old one, with its rows, is called afterwards; NULL: it is
                           dropped, since it has nothing that the new one has not */
    const char *reason; /* why nothing less will do; for people */
    /* Statements that give others again what they might do with it; NULL-ended. NULL: not known,
       perhaps because of `rights_problem`. */
    const char *const *rights;
    const char *rights_problem;
} RtBeside;

typedef struct RtOp {
    RtVerb verb;
    RtKind kind;
    uint32_t flags;
    uint32_t group;         /* operations of one group share a statement; 0: alone */
    const RtName *owner;    /* the table of a child; NULL for tables, views, and where unknown */
    const RtName *name;     /* the object; for a rename the old name; NULL: unnamed, see before */
    const RtName *new_name; /* rename only; of a part of an attribute, whose name is `property` */
    const RtObject *before; /* NULL for create, and until it met a catalog */
    const RtObject *after;  /* NULL for drop */
    /* kind attribute: the attribute `row` of `form` of the object `name`, perhaps one property. */
    const RtForm *form;
    uint16_t row;
    const char *property;                      /* interned key in a property map, else NULL */
    const RtValue *value_before, *value_after; /* NULL: absent; of a property its `text` */
    /* where a created or altered column goes: NULL and is_first false: at the end, or unmoved */
    const RtName *position; /* AFTER this column */
    bool is_first;
    /* where a dropped or moved column stood, filled in with `before`; both unset: at the end */
    const RtName *position_before;
    bool was_first;
    const RtBeside *beside; /* recreate; NULL: dropped and created */
    /* where it was read */
    const RtText *text;
    RtSpan span;
} RtOp;

const char *rt_verb_name(RtVerb verb);
/*
 * "schema.table.column", without the default schema; for an unnamed constraint "t.check(…)", for an
 * attribute "t.comment" or "t.properties.replication_num", for a rename the new name. Owned by the
 * caller.
 */
char *rt_op_object_name(const RtOp *op, const RtCatalog *catalog);
/* "add column t.c", for people. */
char *rt_op_describe(const RtOp *op, const RtCatalog *catalog);
