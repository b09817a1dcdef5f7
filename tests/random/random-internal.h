/* The description of a random schema; see random-schema.h. */
#pragma once

#include "random/random-schema.h"

enum { RT_ITEM_ROWS = 32 };

/* A column that something refers to: of a table by its id, of a view by its number. */
typedef struct Reference {
    unsigned relation, column;
} Reference;

/* An object: a table, a column, an index… */
typedef struct Item {
    unsigned id;
    const RtForm *form;
    char *name;                 /* NULL: a constraint without a name */
    char *renamed_from;         /* NULL: no hint */
    char *values[RT_ITEM_ROWS]; /* what stands behind the intro of each row; "" for a flag */
    GPtrArray *children;        /* of Item */
    GArray *columns;            /* of unsigned: ids of the columns of a key, check, index */
    GArray *reads;              /* of Reference: a view's, in the order of its columns */
    unsigned target;            /* the table of a foreign key */
    GArray *target_columns;     /* of unsigned */
    unsigned number;            /* what is random in its text and style */
    bool is_inline;
} Item;

struct RtRandomSchema {
    const RtRandomDialect *dialect;
    GPtrArray *items; /* tables, then views; a view reads what stands before it */
    unsigned next_id;
};

Item *item_new(RtRandomSchema *schema, const RtForm *form, char *name, GRand *random);
Item *item_copy(const Item *item);
void item_free(Item *item);
Item *find_item(const GPtrArray *items, unsigned id);
bool has_column(const GArray *columns, unsigned id);

char *make_name(RtRandomSchema *schema, GRand *random, const char *stem);
void fill_values(const RtRandomSchema *schema, Item *item, GRand *random);
void fill_column(RtRandomSchema *schema, Item *table, Item *column, GRand *random);
Item *make_table(RtRandomSchema *schema, GRand *random);
/* May return NULL: nothing fits. */
Item *make_child(RtRandomSchema *schema, Item *table, GRand *random);
Item *make_view(RtRandomSchema *schema, GRand *random, unsigned n_before);
void fill_view(RtRandomSchema *schema, Item *view, GRand *random, unsigned n_before);
/* Drops the item with all that refers to it; false when it is not there. */
bool remove_item(RtRandomSchema *schema, unsigned id);
bool is_form(const Item *item, const RtForm *form);

static inline bool
flip(GRand *random, unsigned percent)
{
    return (unsigned) g_rand_int_range(random, 0, 100) < percent;
}

static inline unsigned
below(GRand *random, unsigned n)
{
    return n ? (unsigned) g_rand_int_range(random, 0, (gint32) n) : 0;
}
