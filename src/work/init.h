/* New projects: the configuration, the declared schema and the script folder. */
#pragma once

#include "dialect/dialect.h"

typedef struct RtTemplate {
    const char *name, *summary;
    const RtDialect *dialect;
} RtTemplate;

/* One template a dialect, the first also as "generic"; of `dialects`, in an array of RtTemplate. */
GArray *rt_init_templates(const RtDialect *const *dialects);
/*
 * Writes the configuration, schema.sql beside it, and `folder`/versions; without `folder` that is
 * "migrations" beside the configuration. Files that are there are kept. `out_lines` (of char *,
 * owned) says what was made and what was kept. Fails with RT_ERROR_USAGE for an unknown template or
 * a folder that holds something else, and then has written nothing.
 */
bool rt_init(const RtDialect *const *dialects, const char *folder, const char *template_name,
             const char *config, GPtrArray *out_lines, GError **error) G_GNUC_WARN_UNUSED_RESULT;
