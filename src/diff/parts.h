/*
 * Which children are part of their object's own statement, and which have one of their own (an
 * index that no table body can hold, a trigger). Private to diff/.
 */
#pragma once

#include "dialect/dialect.h"

/* Whether the child is created by a statement of its own. */
bool rt_child_is_separate(const RtDialect *dialect, const RtObject *child);
/* The object without its separate children; the object itself when it has none. */
const RtObject *rt_object_own_part(const RtDialect *dialect, RtArena *arena,
                                   const RtObject *object);
/* The own part of `object` with the separate children of `other`. */
const RtObject *rt_object_merge(const RtDialect *dialect, RtArena *arena, const RtObject *object,
                                const RtObject *other);
/* Appends the operations that create an object: itself, then each separate child. */
void rt_ops_create(const RtDialect *dialect, RtArena *arena, const RtObject *object, GArray *ops);
/* A copy of a catalog that may be changed; its objects are shared. */
RtCatalog *rt_catalog_copy(const RtDialect *dialect, const RtCatalog *catalog);
