/* Names of script files: the file template and the slug of a message, as Alembic has them. */
#pragma once

#include "base/error.h"

typedef struct RtFileName {
    const char *template; /* "%(rev)s_%(slug)s" */
    const char *revision;
    const char *message;
    unsigned truncate_slug_length;
    GDateTime *created;
} RtFileName;

/* Words of the message in lower case, joined by "_"; owned by the caller. */
char *rt_slug_new(const char *message, unsigned truncate_length);
/*
 * The relative path without extension; "/" in the template makes folders. Tokens are rev, slug,
 * epoch, year, month, day, hour, minute, second with a width as in C: "%(month).2d". Fails with
 * RT_ERROR_CONFIG for an unknown token, a broken template, or a path that leaves its folder.
 */
char *rt_file_name_expand(const RtFileName *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
