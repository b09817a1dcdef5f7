/*
 * What a server made of the texts that it was given. Some store other tokens than were declared (a
 * view's query with every name qualified), and no comparison of texts can tell whether the two mean
 * the same. So whoever has created or altered such an object reads back what was stored, and keeps
 * both in the target as hashes: as long as both are the same, they are equal.
 */
#pragma once

#include "state/state.h"

typedef struct RtDefinitions RtDefinitions;

/* Whether the server rewrites any text (RtAttribute.kept_since); elsewhere there are no pairs. */
bool rt_definitions_are_needed(const RtDialect *dialect, const RtServer *server);
/* All pairs; none where the table is not there. Borrows its arguments. */
RtDefinitions *rt_definitions_read(RtState *state, const RtServer *server,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_definitions_free(RtDefinitions *definitions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtDefinitions, rt_definitions_free)

/*
 * In `live`, which is what the server printed, puts the texts of `known` in the place of those that
 * were stored for them. With `trusts` a text without a pair counts as such: `known` is what the
 * scripts have made, and whoever ran them kept no pair. Both catalogs share a model.
 */
void rt_definitions_translate(const RtDefinitions *definitions, RtCatalog *live,
                              const RtCatalog *known, bool trusts);
/* The same of a live catalog whose texts all stand for those of `known`. */
void rt_definitions_trust(const RtServer *server, RtCatalog *live, const RtCatalog *known);
/*
 * Keeps a pair for each text of `known` that has none or had another text. A stored text that
 * changed by itself was changed by other hands: it keeps its old pair, unless `accepts`.
 * *out_kept (may be NULL): how many were written.
 */
bool rt_definitions_keep(const RtDefinitions *definitions, const RtCatalog *live,
                         const RtCatalog *known, bool accepts, unsigned *out_kept,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The names (of const RtName *) of all that has a rewritten text, and of those among them that
   rt_definitions_keep() writes a pair for when it accepts nothing. */
GPtrArray *rt_definitions_names(const RtDefinitions *definitions, const RtCatalog *known);
GPtrArray *rt_definitions_missing(const RtDefinitions *definitions, const RtCatalog *known);
