/*
 * The folder of revision scripts, and the only code that reads or writes it: finds the files of all
 * version locations, reads their headers into a graph, the halves when they are asked for, and
 * creates new scripts.
 */
#pragma once

#include "revision/graph.h"
#include "revision/script.h"

typedef struct RtFolder RtFolder;

typedef struct RtFolderOptions {
    const char *script_location;          /* absolute or from the working folder */
    const char *const *version_locations; /* NULL-ended; NULL: script_location/versions */
    const char *file_template;            /* NULL: "%(rev)s_%(slug)s" */
    unsigned truncate_slug_length;        /* 0: 40 */
} RtFolderOptions;

/*
 * Reads the headers of all scripts (*.sql), sorted by file name in each location, and builds the
 * graph. A location that is not there is RT_ERROR_CONFIG and says that `init` makes it.
 */
RtFolder *rt_folder_open(const RtFolderOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_folder_free(RtFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtFolder, rt_folder_free)
const RtGraph *rt_folder_graph(const RtFolder *folder);

/* The whole text of a revision's script, read now, in `arena`. */
RtText *rt_folder_text(const RtFolder *folder, RtArena *arena, const RtRevision *revision,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_folder_half(const RtFolder *folder, RtArena *arena, const RtLexicon *lexicon,
                    const RtRevision *revision, RtDirection direction, RtHalf *out_half,
                    const RtText **out_text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Writes a new script, whole or not at all, never over a file that is there. What is no UTF-8 would
 * be no script: RT_ERROR_ILLEGAL_CHARACTER, with the line that it is in. `version_path` NULL:
 * that of the parent revision, or the only location. `created` is local time as the file name's
 * template wants it. Returns the path, owned by the caller.
 */
char *rt_folder_write(RtFolder *folder, const RtScriptHeader *header, GDateTime *created,
                      const char *version_path, const char *upgrade, const char *downgrade,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
