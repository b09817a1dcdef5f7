/* A real SQLite database beside a catalog of retort, for the tests of the dialect. */
#pragma once

#include <sqlite3.h>

#include "dialect/sqlite/sqlite.h"

typedef struct Database {
    RtModel *model;
    sqlite3 *handle;
} Database;

/* In memory, with the functions and collations that applications of the test data register. */
void database_open(Database *database);
void database_close(Database *database);
/* Whether SQLite takes the statements; *out_message (may be NULL) is owned, NULL on success. */
bool database_try(Database *database, const char *sql, char **out_message);
/* Fails the test when SQLite does not take the statements. */
void database_run(Database *database, const char *sql);
/* All rows of an answer: values joined by "|", rows by newlines. Owned. */
char *database_ask(Database *database, const char *sql);
/* The catalog of what the database holds, by its own texts. */
RtCatalog *database_reflect(Database *database);
/* The same, with its notes (of char *). */
RtCatalog *database_reflect_noted(Database *database, GPtrArray *notes);
/* rt_sqlite_check_rebuild on this database. */
bool database_check_rebuild(Database *database, const char *table, const char *const *statements,
                            unsigned n, GError **error);

/* The catalog that a text declares; fails the test when it does not load. */
RtCatalog *load_catalog(RtModel *model, const char *sql);
/* Reads, checks and applies; false with the error. */
bool replay_text(RtCatalog *catalog, const char *sql, GError **error);
/* Fails the test, naming the object, when the catalogs differ either way. */
void assert_catalogs_equal(const RtCatalog *a, const RtCatalog *b);
