/*
 * What tests of schemas share: text to catalog, catalogs to operations and their text, and the laws
 * that hold between parse, apply, diff, invert and render whatever the schemas.
 */
#pragma once

#include "dialect/parse.h"
#include "dialect/render.h"
#include "diff/diff.h"

/* The dialects that tests know, NULL-ended. */
extern const RtDialect *const law_dialects[];

/* A complete catalog from DDL; declared. NULL with an error where the text is wrong. */
RtCatalog *law_load(const RtDialect *dialect, RtModel *model, const char *sql, GError **error);
/* The operations as a script's half says them; the caller frees it. */
char *law_render(const RtDialect *dialect, RtCatalog *before, GArray *ops, GError **error);
/* Runs a script's text on the catalog. Appends the operations to `ops` (may be NULL). */
bool law_replay(const RtDialect *dialect, RtCatalog *catalog, const char *script, GArray *ops,
                GError **error);
/* "alter column t.c [1]", one line each. The caller frees it. */
char *law_describe(const RtCatalog *catalog, const GArray *ops);

/*
 * Whether all laws hold between the two schemas. Where one does not, *out_why says which, and how;
 * the caller frees it. A schema that does not load is no failure.
 */
bool law_check(const RtDialect *dialect, const char *from, const char *to, char **out_why);
