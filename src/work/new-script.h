/* New revision scripts: who they follow, their identifier, their file, the hooks that run on it. */
#pragma once

#include "work/project.h"

typedef struct RtNewScriptOptions {
    const char *message;      /* NULL: "empty message" */
    const char *const *heads; /* NULL: the head; several make a merge */
    bool splice;
    const char *const *branch_labels; /* NULL-ended, may be NULL */
    const char *const *depends_on;    /* NULL-ended, may be NULL */
    const char *version_path;         /* NULL: that of the parent */
    const char *revision;             /* NULL: made as [retort] rev_id says */
    const char *upgrade, *downgrade;  /* bodies of the halves; NULL: left to be written */
} RtNewScriptOptions;

/*
 * Writes the script and runs the hooks of [hooks] on it: each a command in the configuration's
 * folder that finds the file's path at REVISION_SCRIPT_FILENAME, else behind its own words, and
 * work/context.h with revision, message and path on its input. Returns the path, owned by the
 * caller. A hook that fails is an error that names it; the script stays.
 */
char *rt_new_script_write(RtProject *project, const RtNewScriptOptions *options,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
