/* Generated revisions: the declared schema compared with what is there, written as a script. */
#pragma once

#include "work/compare.h"
#include "work/new-script.h"

typedef struct RtAutogenerateOptions {
    const char *against; /* a source; NULL: the database, else the scripts */
    bool allow_empty;    /* write a script also where nothing differs */
    bool print_only;     /* write no file */
    bool recreate;       /* make anew what cannot be altered, whatever the configuration says */
    RtNewScriptOptions script;
} RtAutogenerateOptions;

/*
 * Compares and writes. *out_path is NULL where nothing differs. A database behind its heads is
 * RT_ERROR_NOT_UP_TO_DATE. The comparison tells what was found; its refusals are no part of the
 * script.
 */
RtComparison *rt_autogenerate(RtProject *project, const RtAutogenerateOptions *options,
                              char **out_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
