/*
 * A source is anything that yields a catalog: a .sql file, a folder of them, "-" (standard input),
 * "exec:COMMAND", a database URL, "scripts[@REVISION]". Whoever needs a schema gets it here.
 */
#pragma once

#include "revision/folder.h"
#include "source/database.h"

/* What sources are loaded with; borrowed for the call. */
typedef struct RtSourceContext {
    const RtDialect *const *dialects;
    const RtDialect *dialect;    /* the project's, or from --dialect; NULL: each source says */
    RtServer server;             /* assumed where no live one answers */
    RtFolder *folder;            /* for scripts; NULL: there is no project */
    const char *folder_of_paths; /* what relative paths count from; NULL: the working folder */
    const char *const *own;      /* own tables' names, NULL-ended */
    const char *const *schemas;  /* read of databases beside their default; may be NULL */
    RtConnectionOptions connection;
    GString **input; /* keeps what "-" gave, for whoever loads it twice; NULL: it is not kept */
} RtSourceContext;

/*
 * The dialect of a source, found without loading it: from its URL, the first line
 * "-- retort: dialect NAME", the context. Two that disagree, or none, are RT_ERROR_CONFIG.
 */
const RtDialect *rt_source_dialect(const RtSourceContext *context, const char *source,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The schema that names without one are in where the source is a URL, else that of the context's
 * server. Owned by the caller; NULL: none is known.
 */
char *rt_source_schema(const RtSourceContext *context, const RtDialect *dialect,
                       const char *source);
/* Whether the source is the URL of a database. */
bool rt_source_is_url(const char *source);

/*
 * Loads `source` into `catalog`. Files are declared catalogs, all else complete ones. Problems (of
 * GError *) get all errors that were found, `error` the first; notes (of char *) what was passed
 * over. Both may be NULL.
 */
bool rt_source_load(const RtSourceContext *context, const char *source, RtCatalog *catalog,
                    GPtrArray *problems, GPtrArray *notes,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Loads several that are one schema: what stands in one may be about a table of a later one. Where
 * the context names no dialect, the first source does for all.
 */
bool rt_source_load_list(const RtSourceContext *context, const char *const *sources,
                         RtCatalog *catalog, GPtrArray *problems, GPtrArray *notes,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Replays one half on a catalog: conditions are decided on it, asserts taken as true, each
 * statement parsed, checked and applied. `visit` (may be NULL) is told of each step before it is
 * applied: whether its condition holds and the operations it is.
 */
typedef bool (*RtReplayFunc)(void *data, const RtScriptStep *step, bool is_taken, RtOp *ops,
                             unsigned n, GError **error);
bool rt_replay_half(const RtDialect *dialect, const RtServer *server, RtCatalog *catalog,
                    const RtText *text, const RtHalf *half, RtReplayFunc visit, void *data,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the object that an `if` or a settled step asks for is in the catalog. */
bool rt_replay_condition(const RtCatalog *catalog, const RtScriptStep *step);
/* The table that a directive names; NULL where there is none. */
const RtObject *rt_replay_table(const RtCatalog *catalog, const char *name);
/* The columns of a table before a rebuild block that it has no more, of const RtObject *. */
GPtrArray *rt_replay_lost_columns(const RtCatalog *after, const RtObject *before);
/* Replays the upgrades that lead to these rows of a version table (NULL-ended). */
bool rt_replay_rows(const RtSourceContext *context, RtCatalog *catalog, const char *const *rows,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Replays the upgrades of `revisions` (in running order). */
bool rt_replay_revisions(const RtSourceContext *context, RtCatalog *catalog,
                         const RtRevision *const *revisions, unsigned n,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
