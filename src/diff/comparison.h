/* What the parts of a comparison share while it runs; private to diff/. */
#pragma once

#include "diff/diff.h"

typedef struct RtComparison {
    const RtDialect *dialect;
    const RtServer *server;
    const RtDiffOptions *options; /* never NULL */
    const RtCatalog *from;        /* as it was given */
    RtCatalog *renamed;           /* `from` after the renames; NULL: nothing is renamed */
    const RtCatalog *to;
    const RtValueContext *context;
    RtModel *model;
    RtArena *arena;
    RtDiff *diff;
    unsigned n_foreign;
} RtComparison;

/* The catalog that `to` is compared with: `from` after the renames. */
static inline const RtCatalog *
rt_comparison_current(const RtComparison *comparison)
{
    return comparison->renamed ? comparison->renamed : comparison->from;
}

/* "schema.table.child" in the arena; `owner` NULL: a top-level object; `name` NULL: unnamed. */
const char *rt_comparison_name(const RtComparison *comparison, const RtName *owner,
                               const RtName *name);
void rt_comparison_note(RtComparison *comparison, const char *code, const char *object,
                        bool verbose_only, const char *format, ...) G_GNUC_PRINTF(5, 6);
/* Refuses `op` for `reason`, which must be in model memory; `way` may be NULL. */
void rt_comparison_refuse(RtComparison *comparison, const RtOp *op, const char *reason,
                          const char *way);
/* Whether the object takes part; `owner` as in RtDiffOptions.include. */
bool rt_comparison_includes(const RtComparison *comparison, const RtName *owner,
                            const RtObject *object, bool reflected, bool other_side_has_it);
/* Whether an undeclared object of the target is foreign; then it is noted and counted. */
bool rt_comparison_keeps_foreign(RtComparison *comparison, const RtObject *owner,
                                 const RtObject *object);
/* The same of an entry of a map that is data, of the object `owner`. */
bool rt_comparison_keeps_foreign_part(RtComparison *comparison, const RtObject *owner, unsigned row,
                                      const char *key);

/* renames.c: finds the renames that hints ask for, emits them and fills comparison->renamed. */
void rt_compare_renames(RtComparison *comparison);
/* compare.c: all objects of both sides. */
void rt_compare_catalogs(RtComparison *comparison);
/* recreate.c: what `asked` wants of objects that can only be made anew, as the refusals from
   `first_refusal` on say, becomes one operation each, all in order again; those refusals go. What
   cannot be made anew either stays as it was, and why is a refusal more. */
void rt_compare_recreate(RtComparison *comparison, const GArray *asked, unsigned first_refusal);
/* similar.c: notes where a drop and a create of the same kind look like a rename. */
void rt_compare_suggest(RtComparison *comparison);

/* values.c: whether the value in this row differs; definitions are completed, each from its side's
   schema (RtValueKind.normalize). */
bool rt_compare_value(const RtComparison *comparison, const RtObject *from, const RtObject *to,
                      unsigned row);
/* One attribute differs; `before` or `after` may be NULL (absent). */
typedef void (*RtDifferenceFunc)(void *data, unsigned row, const RtValue *before,
                                 const RtValue *after);
/* Calls `visit` (may be NULL) for each attribute that differs; returns whether any does. */
bool rt_compare_values(const RtComparison *comparison, const RtObject *from, const RtObject *to,
                       RtDifferenceFunc visit, void *data);
/* Emits an operation for each attribute that differs; of property maps for each key. */
void rt_compare_attributes(RtComparison *comparison, const RtObject *from, const RtObject *to);

/* children.c: emits the operations between the children of two objects of one form. */
void rt_compare_children(RtComparison *comparison, const RtObject *from, const RtObject *to);
/* Whether the children that are part of the object's own statement differ (columns of views). */
bool rt_compare_body_children(const RtComparison *comparison, const RtObject *from,
                              const RtObject *to);
