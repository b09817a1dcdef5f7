/* Orders a graph depth first over arrays: linear, and without recursion. */
#include "diff/edges.h"

#include <string.h>

typedef struct Edge {
    unsigned first, then;
    bool is_soft;
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
rt_edges_add(RtEdges *edges, unsigned first, unsigned then, bool is_soft)
{
    Edge edge = { first, then, is_soft };
    g_array_append_val(edges->edges, edge);
}

/* Lists by node: starts[node] .. starts[node + 1] in `items`. */
typedef struct Lists {
    unsigned *starts, *items;
} Lists;

/* Whether an edge counts: `circles` gives each node's circle, NULL: all edges do. */
static bool
is_kept(const Edge *edge, const unsigned *circles)
{
    return !circles || !edge->is_soft || circles[edge->first] != circles[edge->then];
}

/* Who must come before each node, in ascending order. */
static Lists
list_prerequisites(const RtEdges *edges, unsigned n, const unsigned *circles)
{
    unsigned n_edges = edges->edges->len;
    Lists lists = { g_new0(unsigned, n + 2), g_new(unsigned, n_edges + 1) };
    Lists followers = { g_new0(unsigned, n + 2), g_new(unsigned, n_edges + 1) };
    for (unsigned i = 0; i < n_edges; i++) {
        const Edge *edge = &g_array_index(edges->edges, Edge, i);
        followers.starts[edge->first + 2] += is_kept(edge, circles);
        lists.starts[edge->then + 2] += is_kept(edge, circles);
    }
    for (unsigned i = 2; i < n + 2; i++) {
        followers.starts[i] += followers.starts[i - 1];
        lists.starts[i] += lists.starts[i - 1];
    }
    for (unsigned i = 0; i < n_edges; i++) {
        const Edge *edge = &g_array_index(edges->edges, Edge, i);
        if (is_kept(edge, circles))
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

static void
clear_lists(Lists *lists)
{
    g_free(lists->starts);
    g_free(lists->items);
}

/* ---- circles: Tarjan's strongly connected components ------------------------------------------
 */

typedef struct Circles {
    Lists before;
    unsigned *number; /* in the order they are entered, from 1; 0: not yet */
    unsigned *lowest; /* the first entered that can be reached */
    unsigned *next;   /* of the lists */
    unsigned *open, *path;
    unsigned *circle; /* G_MAXUINT while open */
    unsigned n_entered, n_open, depth;
} Circles;

static void
enter_node(Circles *circles, unsigned node)
{
    circles->number[node] = circles->lowest[node] = ++circles->n_entered;
    circles->next[node] = circles->before.starts[node];
    circles->open[circles->n_open++] = node;
    circles->path[circles->depth++] = node;
}

static void
leave_node(Circles *circles, unsigned node)
{
    circles->depth--;
    if (circles->depth > 0) {
        unsigned above = circles->path[circles->depth - 1];
        circles->lowest[above] = MIN(circles->lowest[above], circles->lowest[node]);
    }
    if (circles->lowest[node] != circles->number[node])
        return;
    unsigned member;
    do {
        member = circles->open[--circles->n_open];
        circles->circle[member] = node;
    } while (member != node);
}

static void
walk_from(Circles *circles, unsigned root)
{
    enter_node(circles, root);
    while (circles->depth > 0) {
        unsigned at = circles->path[circles->depth - 1];
        if (circles->next[at] == circles->before.starts[at + 1]) {
            leave_node(circles, at);
            continue;
        }
        unsigned to = circles->before.items[circles->next[at]++];
        if (circles->number[to] == 0)
            enter_node(circles, to);
        else if (circles->circle[to] == G_MAXUINT)
            circles->lowest[at] = MIN(circles->lowest[at], circles->number[to]);
    }
}

/* For each node a name of the circle that it is in. */
static unsigned *
find_circles(const RtEdges *edges, unsigned n)
{
    g_autofree unsigned *space = g_new0(unsigned, (size_t) 5 * n + 1);
    Circles circles = { .before = list_prerequisites(edges, n, NULL),
                        .number = space,
                        .lowest = space + n,
                        .next = space + (size_t) 2 * n,
                        .open = space + (size_t) 3 * n,
                        .path = space + (size_t) 4 * n,
                        .circle = g_new(unsigned, n + 1) };
    for (unsigned i = 0; i < n; i++)
        circles.circle[i] = G_MAXUINT;
    for (unsigned i = 0; i < n; i++) {
        if (circles.number[i] == 0)
            walk_from(&circles, i);
    }
    clear_lists(&circles.before);
    return circles.circle;
}

/* ---- the order --------------------------------------------------------------------------------
 */

void
rt_edges_order(const RtEdges *edges, unsigned n, unsigned *out_order)
{
    g_autofree unsigned *circles = find_circles(edges, n);
    Lists before = list_prerequisites(edges, n, circles);
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
    clear_lists(&before);
}
