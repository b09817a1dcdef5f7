/* What is known of a server, live or assumed; parsing, checks and effects depend on it. */
#pragma once

#include <stdint.h>

typedef struct RtServer {
    const char *product;          /* "SQLite"; NULL: unknown */
    uint16_t major, minor, patch; /* 0.0.0: unknown, taken as the newest known */
    const char *run_mode;         /* the product's word for how it runs, or NULL */
    int backends;                 /* alive; -1: unknown */
    uint64_t features;            /* the dialect's own bits */
    const char *schema;  /* what names without a schema are in; NULL: the dialect's own default */
    const char *catalog; /* where the schemas are not the product's own tables; NULL: they are */
} RtServer;

static inline int
rt_server_compare(const RtServer *server, unsigned major, unsigned minor, unsigned patch)
{
    if (server->major != major)
        return server->major < major ? -1 : 1;
    if (server->minor != minor)
        return server->minor < minor ? -1 : 1;
    return server->patch < patch ? -1 : server->patch > patch;
}
