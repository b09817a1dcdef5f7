/* A graph of what must come before what, and its stable order. Private to diff/. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct RtEdges {
    GArray *edges;
} RtEdges;

void rt_edges_init(RtEdges *edges);
void rt_edges_clear(RtEdges *edges);
/* `is_soft`: given up where it is part of a circle. */
void rt_edges_add(RtEdges *edges, unsigned first, unsigned then, bool is_soft);
/*
 * Writes the nodes 0 … n - 1 to `out_order`: in their own order, but what must come before a node
 * is pulled forward to it. Of a circle the soft edges are ignored, of what is still one the edge
 * that closes it. Linear in nodes and edges.
 */
void rt_edges_order(const RtEdges *edges, unsigned n, unsigned *out_order);
