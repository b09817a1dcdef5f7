/* Orders a graph depth first over arrays: linear, and without recursion. */
#include "diff/edges.h"

#include <stdbool.h>
#include <string.h>

typedef struct Edge {
    unsigned first, then;
} Edge;

void
rt_edges_init(RtEdges *edges)
{
    edges->edges = g_array_new(FALSE, FALSE, sizeof(Edge));
}

void
rt_edges_clear(RtEdges *edges)
{
    g_clear_pointer(&edges->edges, g_array_unref);
}

void
rt_edges_add(RtEdges *edges, unsigned first, unsigned then)
{
    Edge edge = { first, then };
    g_array_append_val(edges->edges, edge);
}

/* Lists by node: starts[node] .. starts[node + 1] in `items`. */
typedef struct Lists {
    unsigned *starts, *items;
} Lists;

/* Who must come before each node, in ascending order. */
static Lists
list_prerequisites(const RtEdges *edges, unsigned n)
{
    unsigned n_edges = edges->edges->len;
    Lists lists = { g_new0(unsigned, n + 2), g_new(unsigned, n_edges + 1) };
    Lists followers = { g_new0(unsigned, n + 2), g_new(unsigned, n_edges + 1) };
    for (unsigned i = 0; i < n_edges; i++) {
        const Edge *edge = &g_array_index(edges->edges, Edge, i);
        followers.starts[edge->first + 2]++;
        lists.starts[edge->then + 2]++;
    }
    for (unsigned i = 2; i < n + 2; i++) {
        followers.starts[i] += followers.starts[i - 1];
        lists.starts[i] += lists.starts[i - 1];
    }
    for (unsigned i = 0; i < n_edges; i++) {
        const Edge *edge = &g_array_index(edges->edges, Edge, i);
        followers.items[followers.starts[edge->first + 1]++] = edge->then;
    }
    for (unsigned first = 0; first < n; first++) {
        for (unsigned i = followers.starts[first]; i < followers.starts[first + 1]; i++)
            lists.items[lists.starts[followers.items[i] + 1]++] = first;
    }
    g_free(followers.starts);
    g_free(followers.items);
    return lists;
}

void
rt_edges_order(const RtEdges *edges, unsigned n, unsigned *out_order)
{
    Lists before = list_prerequisites(edges, n);
    g_autofree unsigned *next = g_memdup2(before.starts, sizeof(unsigned) * (n + 1));
    g_autofree bool *is_entered = g_new0(bool, n + 1);
    g_autofree unsigned *path = g_new(unsigned, n + 1);
    unsigned n_out = 0;
    for (unsigned root = 0; root < n; root++) {
        if (is_entered[root])
            continue;
        unsigned depth = 0;
        path[depth++] = root;
        is_entered[root] = true;
        while (depth > 0) {
            unsigned at = path[depth - 1];
            if (next[at] == before.starts[at + 1]) {
                out_order[n_out++] = at;
                depth--;
                continue;
            }
            unsigned prerequisite = before.items[next[at]++];
            if (is_entered[prerequisite])
                continue;
            is_entered[prerequisite] = true;
            path[depth++] = prerequisite;
        }
    }
    g_free(before.starts);
    g_free(before.items);
}
