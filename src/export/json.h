/* Catalogs as JSON; the shape is described by docs/inspect.schema.json. */
#pragma once

#include "diff/diff.h"

#include <jansson.h>

/* All objects in declared order; the caller owns the result. */
json_t *rt_export_json(const RtDialect *dialect, const RtCatalog *catalog);
/* One object of a catalog, as it stands in that of all; the caller owns the result. */
json_t *rt_export_object(const RtCatalog *catalog, const RtObject *object);
