/* The schemas beside the default one that things are in: what is to be read of a server. */
#pragma once

#include "op/op.h"

typedef struct RtSchemas RtSchemas;

RtSchemas *rt_schemas_new(void);
void rt_schemas_free(RtSchemas *schemas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtSchemas, rt_schemas_free)

/* Adds a name, or a pattern with * and ?, once. */
void rt_schemas_add(RtSchemas *schemas, const char *name);
/* Adds those that operations name, and the databases that they are about. */
void rt_schemas_add_ops(RtSchemas *schemas, const RtOp *ops, size_t n);
/* Adds those that objects of a catalog are in, and its databases. */
void rt_schemas_add_catalog(RtSchemas *schemas, const RtCatalog *catalog);

/* All of them in the order in which they came, NULL-ended and borrowed. */
const char *const *rt_schemas_list(const RtSchemas *schemas);
/* Whether a name is in such a list, or fits a pattern of it; the list may be NULL. */
bool rt_schemas_hold(const char *const *list, const char *name);
bool rt_schema_is_pattern(const char *name);
