/* Opening memory databases of any dialect and looking at what they answer, for the tests. */
#pragma once

#include "memory/memory.h"

/* Opens "memory+NAME:" with `rest` behind the colon; fails the test where that fails. */
RtConnection *open_memory(const RtDialect *dialect, const char *rest,
                          const RtMemorySettings *settings);
/* The same, with all that can be said; NULL with *error. */
RtConnection *try_memory(const RtDialect *dialect, const char *rest,
                         const RtConnectionOptions *options, const RtMemorySettings *settings,
                         bool *out_missing, GError **error);
void run_sql(RtConnection *connection, const char *sql);
/* The rows as lines "name=value,name=value"; owned. */
char *query_rows(RtConnection *connection, const char *sql);
void assert_rows(RtConnection *connection, const char *sql, const char *expected);
void assert_fails(RtConnection *connection, const char *sql, RtErrorCode code, RtFailureClass class,
                  const char *message);
/* All tables of the schema with all of their rows, sorted; owned. For comparing databases. */
char *dump(RtConnection *connection);
