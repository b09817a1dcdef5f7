/* What the tests of this driver share: opening connections to a server of the tests. */
#pragma once

#include "connection/connection.h"
#include "support/wire-server.h"

/* "starrocks://USER@127.0.0.1:PORT/test" and what follows; NULL with an error. */
RtConnection *open_at(unsigned port, const char *user, const char *rest,
                      const RtConnectionOptions *options, GError **error);
RtConnection *open_url(const char *url, const RtConnectionOptions *options, GError **error);
/* The same for root, without an error. */
RtConnection *open_root(const RtWireServer *server);
void run(RtConnection *connection, const char *sql);
/* Rows as lines "name=value,name=value". Owned by the caller. */
char *ask(RtConnection *connection, const char *sql);
/* The fault that a statement which matches `pattern` meets; see the server. */
void plan_fault(const RtWireServer *server, const char *fault, const char *pattern);
/* What the server counted under this name. */
int read_count(const RtWireServer *server, const char *name);
/* Whether a statement that begins so reached the database. */
bool was_executed(const RtWireServer *server, const char *start);
void assert_contains(const char *text, const char *words);
