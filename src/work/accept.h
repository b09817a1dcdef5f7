/* Definition memory by hand: a person says that what the server has stored is what is declared. */
#pragma once

#include "work/compare.h"

/*
 * Keeps a pair (see state/definition.h) for each text of `declared` that the server rewrites, also
 * where the stored one was changed by other hands since the last. `object` (NULL: all) names one,
 * "view" or "schema.view"; one that is not there is RT_ERROR_USAGE. RT_ERROR_UNSUPPORTED where the
 * server keeps all texts as they are given.
 */
bool rt_accept_definitions(RtProject *project, const char *object, unsigned *out_kept,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same after `apply`, for what it has created: others keep their pairs. */
bool rt_keep_definitions(RtProject *project, const RtCatalog *declared,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
