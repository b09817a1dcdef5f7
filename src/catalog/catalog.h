/*
 * A schema in memory: objects by name, in declared order. Changes are made in place and can be
 * undone to any mark, so that replay of n scripts is linear and trying a change costs its size.
 */
#pragma once

#include "catalog/object.h"

typedef struct RtCatalog RtCatalog;

/* Lives in the arena of `model`; `rules` and `lexicon` are a dialect's and borrowed. */
RtCatalog *rt_catalog_new(RtModel *model, const RtRules *rules, const RtLexicon *lexicon);
/* Frees what is not in the arena: the tables of names. */
void rt_catalog_free(RtCatalog *catalog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtCatalog, rt_catalog_free)

RtModel *rt_catalog_model(const RtCatalog *catalog);
const RtValueContext *rt_catalog_context(const RtCatalog *catalog);

/* Declared catalogs may leave things out; replayed and reflected ones are complete. */
bool rt_catalog_is_declared(const RtCatalog *catalog);
void rt_catalog_set_declared(RtCatalog *catalog, bool is_declared);

/*
 * The object of this name in the name space that `kind` belongs to, whatever its kind; or NULL. It
 * may be a child (an index) where children share the space.
 */
const RtObject *rt_catalog_find(const RtCatalog *catalog, RtKind kind, const RtName *name);
/*
 * The table that holds the child (index, trigger…) of this name, for kinds that are named in the
 * whole schema; *out_child, which may be NULL, is the child. NULL when there is none.
 */
const RtObject *rt_catalog_find_owner(const RtCatalog *catalog, RtKind kind, const RtName *name,
                                      const RtObject **out_child);

/* Objects in declared order; `index` from 0 to n - 1, NULL for one that was removed. */
unsigned rt_catalog_size(const RtCatalog *catalog);
const RtObject *rt_catalog_at(const RtCatalog *catalog, unsigned index);
unsigned rt_catalog_count(const RtCatalog *catalog); /* without removed ones */

/* Adds an object; the name must be free. */
void rt_catalog_add(RtCatalog *catalog, const RtObject *object);
/* Puts `object` at the place of `old`, under its own name, which must be free or old's. */
void rt_catalog_replace(RtCatalog *catalog, const RtObject *old, const RtObject *object);
void rt_catalog_remove(RtCatalog *catalog, const RtObject *object);

/* Objects, each once and in declared order, that refer to a table (RT_ROLE_REFERENCES) themselves
   or by a child. The array is the caller's. */
GPtrArray *rt_catalog_referrers(const RtCatalog *catalog, const RtName *table);
/* Objects that have a definition (RT_ROLE_DEFINITION) or a child with one: views, tables with
   triggers. */
GPtrArray *rt_catalog_with_bodies(const RtCatalog *catalog);

/* Those of them in whose definitions the name stands as a word, quoted or not, in any case: all
   that use a table or column of this name are among them. */
GPtrArray *rt_catalog_with_word(const RtCatalog *catalog, const char *name);

/*
 * The names of a session's temporary tables, views and what hangs on them: they hide other objects
 * until they are dropped, and nothing else of them is kept. Not undone by the log below.
 */
void rt_catalog_set_temporary(RtCatalog *catalog, const RtName *name, bool is_temporary);
bool rt_catalog_is_temporary(const RtCatalog *catalog, const RtName *name);

/*
 * What a server has and did not show, by name, with its reason: not here, and not absent either. A
 * schema is not shown at all when the name is "*" in it.
 */
void rt_catalog_set_unreadable(RtCatalog *catalog, const RtName *name, const char *reason);
/* The reason, NULL for what was read or is not there. */
const char *rt_catalog_unreadable(const RtCatalog *catalog, const RtName *name);

/* Why there may be what a catalog does not hold: what reads such is taken then. */
typedef enum RtUnseen {
    RT_UNSEEN_LATER = 1 << 0,     /* it is still being loaded */
    RT_UNSEEN_OPAQUE = 1 << 1,    /* a statement that nobody could read may have made it */
    RT_UNSEEN_FOREIGN = 1 << 2,   /* others have made it, or it is left out on purpose */
    RT_UNSEEN_ELSEWHERE = 1 << 3, /* the session has gone to another schema */
    RT_UNSEEN_ABROAD = 1 << 4,    /* … of another catalog, whose tables follow other rules */
} RtUnseen;

/* Takes over what is known of the whole beside its objects: whether it is declared, and what it
   does not hold and may be there. */
void rt_catalog_inherit(RtCatalog *catalog, const RtCatalog *from);

/* Not undone by the log below. */
void rt_catalog_set_unseen(RtCatalog *catalog, RtUnseen why, bool is_so);
unsigned rt_catalog_unseen(const RtCatalog *catalog); /* bits of RtUnseen */

/* The undo log: a mark, and back to it. Marks nest; dropping the log makes changes final. */
size_t rt_catalog_mark(RtCatalog *catalog);
void rt_catalog_undo(RtCatalog *catalog, size_t mark);
void rt_catalog_forget(RtCatalog *catalog);
