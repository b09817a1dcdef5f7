/*
 * Random schemas of any dialect as DDL, and random valid edits of them: the base of all property
 * tests. A schema is kept as a description of its own, printed without the renderer that is under
 * test; what refers to a column or a table refers to its id, so that edits cannot leave loose ends.
 */
#pragma once

#include "dialect/dialect.h"

struct Item;

/* What the rows of a dialect cannot say: which values make sense. */
typedef struct RtRandomType {
    const char *type;
    const char *defaults[4]; /* NULL-ended; none: never a default */
} RtRandomType;

typedef struct RtRandomChoice {
    const char *form, *attribute;
    unsigned percent;         /* how often it is there */
    const char *const *texts; /* what may stand behind the intro, NULL-ended; NULL: by the kind */
} RtRandomChoice;

typedef struct RtRandomDialect {
    const RtDialect *dialect;
    const RtRandomType *types; /* ended by type == NULL */
    const RtRandomType *key_types;
    /* Attributes that are not structure: those without a choice are left out. */
    const RtRandomChoice *choices;       /* ended by form == NULL */
    const RtForm *table, *column, *view; /* the forms to make; view may be NULL */
    /* Children of tables, NULL where the dialect has none. */
    const RtForm *primary_key, *unique, *check, *foreign_key, *index, *trigger;
    const char *const *trigger_events; /* what stands before ON, NULL-ended */
    const char *generated_suffix;      /* behind a generated column's expression, or NULL */
    bool has_generated;
    bool names_constraints; /* always: one without a name could not be dropped */
    /* Brings a table that is about to be printed in an order that the server takes: what it is made
       of decides, nothing random. NULL: any order will do. */
    void (*settle)(struct Item *table);
} RtRandomDialect;

extern const RtRandomDialect rt_random_toy, rt_random_sqlite, rt_random_starrocks;

typedef struct RtRandomSchema RtRandomSchema;

/* About `size` tables with all that hangs on them. */
RtRandomSchema *rt_random_schema_new(const RtRandomDialect *dialect, GRand *random, unsigned size);
RtRandomSchema *rt_random_schema_copy(const RtRandomSchema *schema);
void rt_random_schema_free(RtRandomSchema *schema);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtRandomSchema, rt_random_schema_free)

/* Makes `n` random valid edits. With `hints` renames carry a "renamed from" line. */
void rt_random_schema_mutate(RtRandomSchema *schema, GRand *random, unsigned n, bool hints);
/* The DDL of all of it, the same each time. Owned by the caller. */
char *rt_random_schema_print(const RtRandomSchema *schema);

/*
 * Makes a failing pair smaller while `fails` says that it still fails: takes things out of both,
 * out of one, and takes changes back. `b` began as a copy of `a`.
 */
void rt_random_shrink(RtRandomSchema **a, RtRandomSchema **b,
                      bool (*fails)(const char *a_ddl, const char *b_ddl, void *data), void *data);
