/* The order of graphs: stable, prerequisites pulled forward, circles given up by their soft edges.
 */
#include "diff/edges.h"

typedef struct Link {
    unsigned first, then;
    bool is_soft;
} Link;

static void
expect_order(const Link *links, unsigned n_links, unsigned n, const unsigned *expected)
{
    RtEdges edges;
    unsigned order[8];
    g_assert_cmpuint(n, <=, G_N_ELEMENTS(order));
    rt_edges_init(&edges);
    for (unsigned i = 0; i < n_links; i++)
        rt_edges_add(&edges, links[i].first, links[i].then, links[i].is_soft);
    rt_edges_order(&edges, n, order);
    rt_edges_clear(&edges);
    for (unsigned i = 0; i < n; i++)
        g_assert_cmpuint(order[i], ==, expected[i]);
}

static void
test_no_edges(void)
{
    expect_order(NULL, 0, 3, (const unsigned[]){ 0, 1, 2 });
    expect_order(NULL, 0, 0, NULL);
}

static void
test_pulled_forward(void)
{
    const Link links[] = { { 3, 0, false }, { 2, 3, true } };
    expect_order(links, G_N_ELEMENTS(links), 5, (const unsigned[]){ 2, 3, 0, 1, 4 });
}

static void
test_soft_edges_of_a_circle(void)
{
    /* 0 before 1 is hard; 1 → 2 → 0 would turn it round. */
    const Link links[] = { { 0, 1, false }, { 1, 2, true }, { 2, 0, true }, { 3, 0, true } };
    expect_order(links, G_N_ELEMENTS(links), 4, (const unsigned[]){ 3, 0, 1, 2 });
}

static void
test_hard_circle(void)
{
    const Link links[] = { { 0, 1, false }, { 1, 0, false } };
    expect_order(links, G_N_ELEMENTS(links), 2, (const unsigned[]){ 1, 0 });
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/edges/none", test_no_edges);
    g_test_add_func("/edges/pulled-forward", test_pulled_forward);
    g_test_add_func("/edges/soft-circle", test_soft_edges_of_a_circle);
    g_test_add_func("/edges/hard-circle", test_hard_circle);
    return g_test_run();
}
