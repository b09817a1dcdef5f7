/* New projects: the configuration, the declared schema and the script folder. */
#pragma once

#include "dialect/dialect.h"

typedef struct RtTemplate {
    const char *name, *summary;
    const RtDialect *dialect;
} RtTemplate;

/* One template a dialect, the first also as "generic"; of `dialects`, in an array of RtTemplate. */
GArray *rt_init_templates(const RtDialect *const *dialects);
typedef struct RtInit {
    const char *config;        /* the file */
    const char *folder;        /* of the scripts; NULL: "migrations" beside the configuration */
    const char *template_name; /* NULL: "generic", which is for any URL */
    const char *url;           /* what the configuration will name; NULL: an example */
} RtInit;

/*
 * Writes the configuration, schema.sql beside it, and `folder`/versions. Files that are there are
 * kept; a password is not written down. `out_lines` (of char *, owned) says what was made and what
 * was kept. Fails with RT_ERROR_USAGE for a template that is unknown or not for the URL or a folder
 * that holds something else, with RT_ERROR_CONFIG for a bad URL, and then has written nothing.
 */
bool rt_init(const RtInit *init, const RtDialect *const *dialects, GPtrArray *out_lines,
             GError **error) G_GNUC_WARN_UNUSED_RESULT;
