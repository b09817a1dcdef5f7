/*
 * What an object reads: the relations that must be there before it. Known from references and from
 * the names in definitions, as far as such relations exist in a catalog.
 */
#pragma once

#include "dialect/dialect.h"

/*
 * Appends to `out` (of const RtObject *, borrowed from `catalog`) the tables and views that
 * `object` or a child of it reads, each once, in the order they are found, without the object
 * itself. Names without schema are looked for in the object's own schema first. An object that
 * `catalog` does not hold (a new one) is as good. Children that are triggers are left out: they are
 * made after all relations; give them as `object` to learn what they read.
 */
void rt_depend_relations(const RtDialect *dialect, const RtCatalog *catalog, const RtObject *object,
                         GPtrArray *out);

/*
 * Appends to `out` (of const RtObject *) the tables and views of `catalog` that read `object`
 * themselves, in declared order.
 */
void rt_depend_readers(const RtDialect *dialect, const RtCatalog *catalog, const RtObject *object,
                       GPtrArray *out);

/*
 * The objects of `catalog` such that each comes after those it reads, declared order among those
 * that do not care; in a cycle the declared order is kept. The array borrows.
 */
GPtrArray *rt_depend_order(const RtDialect *dialect, const RtCatalog *catalog);
