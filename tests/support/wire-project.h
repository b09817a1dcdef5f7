/* A project whose target is a server of the tests, and what that server has seen. */
#pragma once

#include "support/project.h"
#include "support/wire-server.h"

typedef struct TestWire {
    RtWireServer *server;
    TestProject *project; /* not open yet */
} TestWire;

/* A server with these arguments (NULL-ended) over a memory database; the project's URL names each
   frontend, one that is alone twice. */
void test_wire_open(TestWire *wire, const char *const *arguments);
void test_wire_close(TestWire *wire);
/* The same URL for another project. Owned. */
char *test_wire_url(const TestWire *wire);
/* As if nothing had ever been there; opens the project. */
void test_wire_reset(TestWire *wire);

/* What the server counts: "packets", "logins". Costs one packet itself. */
unsigned test_wire_count(const TestWire *wire, const char *name);
/* What reached the database, without the first so many. Owned. */
char **test_wire_executed(const TestWire *wire, unsigned after);
unsigned test_wire_count_beginning(char *const *statements, const char *beginning);
