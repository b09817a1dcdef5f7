/* What the files of apply share. */
#pragma once

#include "op/apply.h"

/*
 * Applies a rename of what was found: `owner` is the table of a child, else NULL. Sets op->before
 * and op->after.
 */
bool rt_apply_rename(RtCatalog *catalog, RtOp *op, const RtObject *owner, const RtObject *object,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Keeps what a recreate puts aside (`before`) under its other name, or takes it from there; nothing
   for any other operation. */
bool rt_apply_beside(RtCatalog *catalog, const RtOp *op, const RtObject *before,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Sets RT_ERROR_REJECTED at the operation's place; always false. */
bool rt_apply_reject(const RtOp *op, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* "name" or "schema.name" in the arena. */
const char *rt_apply_name(const RtCatalog *catalog, const RtName *name);
/* False with an error when the new object of this kind cannot have this name: it is taken by
   another than `self` (may be NULL). `owner` as above. */
bool rt_apply_check_free(const RtCatalog *catalog, const RtOp *op, RtKind kind,
                         const RtObject *owner, const RtName *name, const RtObject *self,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes out what is in the database. */
void rt_apply_drop_contents(RtCatalog *catalog, const RtObject *database);
/* Renames a database and what is in it; sets op->after. */
void rt_apply_rename_database(RtCatalog *catalog, RtOp *op, const RtObject *database);

/* Lets the rules say what else happens to `before`, the object that a change was on or the table of
   a child. */
void rt_apply_adjust(RtCatalog *catalog, const RtOp *op, const RtObject *before);
/* The table without a column and what was written at it. */
const RtObject *rt_apply_without_column(RtArena *arena, const RtObject *owner, unsigned column);
/* Takes out what stands behind a column that was at `at` and was written at it without saying so.
 */
const RtObject *rt_apply_take_followers(RtArena *arena, const RtObject *owner, unsigned at,
                                        GPtrArray *out);

/* The object with the attribute that the operation is about changed, *out_before what it was; NULL
   with an error where the value has no such part. */
const RtObject *rt_apply_changed_attribute(const RtCatalog *catalog, RtOp *op,
                                           const RtObject *object, const RtValue **out_before,
                                           GError **error);
