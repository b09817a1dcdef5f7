/* What the halves of a plan would do, found by replaying them; for migrate/ only. */
#pragma once

#include "migrate/run.h"

typedef struct RtAssessment {
    const RtDialect *dialect;
    const RtServer *server;
    RtCatalog *catalog; /* the schema before the migration; afterwards that after it */
    RtArena *arena;     /* where texts that outlive the catalog go */
    bool is_strict;     /* what retort's rules reject stops, as no transaction takes it back */
    bool is_blind;      /* something ran that nobody can read: what is rejected may be right */
} RtAssessment;

/*
 * Fills in statements and risks of one migration, from its step `first` on (0: all). Fails for a
 * statement that cannot be read, one that is rejected where that is believed, and a half that says
 * it is irreversible.
 */
bool rt_assess(RtAssessment *assessment, RtMigration *migration, unsigned first,
               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reads the statement of a step into operations (appended to `ops`, of RtOp). */
bool rt_assess_parse(const RtDialect *dialect, const RtServer *server, RtModel *model,
                     const RtText *text, const RtScriptStep *step, GArray *ops,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
