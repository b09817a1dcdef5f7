/* Catalogs as JSON; the shape is described by docs/inspect.schema.json. */
#pragma once

#include "diff/diff.h"

#include <jansson.h>

/* A text as it may stand in JSON: what is no UTF-8 in it is replaced; null for NULL. For all that a
   server, a file system or a command line says. */
json_t *rt_json_text(const char *text);
/* All objects in declared order; the caller owns the result. */
json_t *rt_export_json(const RtDialect *dialect, const RtCatalog *catalog);
/* One object of a catalog, as it stands in that of all; the caller owns the result. */
json_t *rt_export_object(const RtCatalog *catalog, const RtObject *object);
