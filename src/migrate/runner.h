/* What the parts of a run share: the target, the options, who we are. For migrate/ only. */
#pragma once

#include "migrate/run.h"

typedef struct RtRunner {
    RtFolder *folder;
    RtDatabase *database;
    RtState *state;
    const RtRequest *request;
    const RtRunOptions *options;
    const RtEvents *events;
    char *run_id;
    int64_t number;          /* of the last revision of this run */
    bool has_tables;         /* own tables were made or seen */
    bool is_tidy;            /* no steps of dead runs are left */
    RtLockRow lock;          /* as we wrote it; owner NULL: not taken */
    int64_t lock_shown;      /* monotonic; when we last gave a sign of life */
    int64_t lock_tried;      /* the same of trying to while a statement ran */
    RtConnection *companion; /* by which that is tried; NULL: not needed yet */
    GPtrArray *settings;    /* of char *: the session's during a rebuild, as they were; else NULL */
    GHashTable *violations; /* set of char *: the rows that broke a rule before a rebuild */
} RtRunner;

/* Whether the statements of this half, the version rows and the journal are one transaction. */
bool rt_runner_transacts(const RtRunner *runner, const RtMigration *migration);
void rt_runner_fault(const RtRunner *runner, const char *where, unsigned step);
/* Runs one statement of a script, or of the dialect around it, and tells the listeners. */
bool rt_runner_send(RtRunner *runner, const char *sql, RtRowFunc row, void *data,
                    int64_t *out_changed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What has these names (of const RtName *, in `model`, where the catalog lives too) as it is now;
   perhaps also more. */
RtCatalog *rt_runner_reflect(RtRunner *runner, RtModel *model, const GPtrArray *names,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A row of the journal for a migration that begins now; steps and rows are filled in. */
RtJournalRow *rt_runner_journal_row(RtRunner *runner, const RtMigration *migration);
/* "revision a1", for messages; owned. */
char *rt_migration_title(const RtMigration *migration);
void rt_runner_announce(const RtRunner *runner, const RtMigration *migration);

/* One transaction for all of them (several stamps, else one revision). *out_stale: the version rows
   are not those that the plan began with; nothing was done and no error is set. */
bool rt_transact(RtRunner *runner, RtMigration *const *migrations, unsigned n, bool *out_stale,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Step by step, each in the journal before it runs; also goes on with one that stands open. */
bool rt_stepwise(RtRunner *runner, RtMigration *migration, bool *out_stale,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ends the open run, if there is one, without finishing it: a stamp is a person's word. */
bool rt_runner_give_up_open_run(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A plan of nothing, to collect what was done. */
RtMigrationPlan *rt_migration_plan_empty(void);
/* A migration for a step of the graph's plan; its half is read. */
RtMigration *rt_migration_new(const RtStep *step);
void rt_migration_free(RtMigration *migration);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtMigration, rt_migration_free)
bool rt_migration_read_half(RtMigration *migration, const RtFolder *folder, RtArena *arena,
                            const RtLexicon *lexicon, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Version rows as one text; rt_rows_split() reads it. */
char *rt_rows_join(const GPtrArray *rows);
/* Carries a move out on a set of rows. */
void rt_rows_move(GPtrArray *rows, const RtMove *move);
