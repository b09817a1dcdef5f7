/*
 * Halves that no script holds, for `apply`: written by whoever compares, asked for again under the
 * lock, and kept with the journal where no transaction holds them, so that a run that dies can be
 * finished as it was begun. For migrate/ only.
 */
#pragma once

#include "migrate/runner.h"

/* Whether a row of the journal is of such a half. */
bool rt_unscripted_is(const RtJournalRow *row);
/*
 * The body that is to run now: that of the run that stands open (NULL: none), else the request's;
 * empty where nothing is missing. Fails with RT_ERROR_NEEDS_DECISION where revisions manage the
 * target: it has version rows, or a revision's run stands open. Owned.
 */
char *rt_unscripted_body(RtState *state, const RtRequest *request, const RtJournalRow *open,
                         const GPtrArray *rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Makes the body the half of a migration; all of it lives in `arena`. */
bool rt_unscripted_read(RtMigration *migration, RtArena *arena, const RtLexicon *lexicon,
                        const char *body, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Under the lock: whether the target still lacks what the half makes, and nothing else. True for
   halves of scripts, which do not depend on the target. */
bool rt_unscripted_check(RtRunner *runner, const RtMigration *migration, bool *out_stale,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes the text down for whoever has to finish the run; before its journal says it is open. */
bool rt_unscripted_keep(RtRunner *runner, const RtMigration *migration, const RtJournalRow *journal,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The error that an open run of such a half is to a request for revisions. */
void rt_unscripted_refuse(const RtJournalRow *open, GError **error);
