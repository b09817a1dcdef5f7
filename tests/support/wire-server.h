/* Starts tests/servers/starrocks for a test: MySQL's protocol over a memory database. */
#pragma once

#include <glib.h>

enum { RT_WIRE_MOST_FRONTENDS = 4 };

typedef struct RtWireServer {
    unsigned port; /* of its first frontend */
    unsigned ports[RT_WIRE_MOST_FRONTENDS];
    GPid pid;
    int input; /* the server ends when this closes */
} RtWireServer;

/*
 * Starts a server with more arguments, NULL-ended; NULL: none. The environment names the program
 * (WIRE_SERVER) and its engine (WIRE_ENGINE). Ends the test program where it does not start.
 */
RtWireServer *rt_wire_server_start(const char *const *arguments);
/* Ends the server and waits for it. */
void rt_wire_server_stop(RtWireServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtWireServer, rt_wire_server_stop)
/* A port on which nobody listens. */
unsigned rt_wire_free_port(void);
