/* A database that can be spoken to: a URL, its dialect, a connection, what the server is. */
#pragma once

#include "dialect/dialect.h"

typedef struct RtDatabase {
    const RtDialect *dialect;
    RtUrl *url;
    RtConnection *connection; /* NULL: a file that is not there, to a reading command: empty */
    RtServer server;
    char
        *schema; /* of names without one; NULL: the dialect has no schemas, or the URL names none */
    char *logger; /* "NAME.own" of the dialect: what is sent beside the statements of scripts */
} RtDatabase;

/*
 * Connects. `folder` is what relative file paths count from (NULL: the working folder). Fails as
 * the driver does; an unknown scheme is RT_ERROR_CONFIG and names those that are known.
 */
RtDatabase *rt_database_open(const RtDialect *const *dialects, const char *url, const char *folder,
                             const RtConnectionOptions *options,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_database_free(RtDatabase *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtDatabase, rt_database_free)

/* Takes tables out that are never part of a comparison: those of `own` (NULL-ended names, in
   whatever schema; "x*" are all that begin with x) and "alembic_version". */
void rt_catalog_remove_own(RtCatalog *catalog, const char *const *own);

/*
 * Reads the default schema into `catalog` (empty, of the target's dialect), complete, and what
 * `reading` (NULL: nothing) adds, without what it does not want where that costs. Notes (of char *)
 * name what could not be read. Own tables of `own` (NULL-ended names) and "alembic_version" are
 * left out.
 */
bool rt_database_reflect(RtDatabase *database, RtCatalog *catalog, const char *const *own,
                         const RtReading *reading, GPtrArray *notes,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Reads what has these names (all of it where the dialect cannot do less), so that looking at a few
 * objects costs as much as they are. Own tables are not left out.
 */
bool rt_database_reflect_some(RtDatabase *database, RtCatalog *catalog, const RtName *const *names,
                              unsigned n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
