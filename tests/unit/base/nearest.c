/* Which word is suggested for a misspelt one, and for which none is. */
#include "base/nearest.h"

#include <glib.h>

static void
test_nearest(void)
{
    static const char *const words[] = { "upgrade", "downgrade", "check", "if", "irreversible" };
    static const struct {
        const char *word, *nearest;
    } cases[] = {
        { "upgrade", "upgrade" },
        { "UPGRADE", "upgrade" },
        { "upgrad", "upgrade" },
        { "upgarde", "upgrade" },
        { "downgraded", "downgrade" },
        { "chekc", "check" },
        { "chec", "check" },
        { "chk", NULL },
        { "fi", "if" },
        { "of", "if" },
        { "x", NULL },
        { "", NULL },
        { "irevesible", "irreversible" },
        { "irevrsble", "irreversible" },
        { "rvrsbl", NULL },
        { "down", "downgrade" },
        { "IRR", "irreversible" },
        { "do", NULL },
        { "something else altogether", NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(rt_nearest(cases[i].word, words, G_N_ELEMENTS(words)), ==,
                        cases[i].nearest);
    g_assert_null(rt_nearest("check", NULL, 0));
}

static void
test_first_of_equals_wins(void)
{
    static const char *const words[] = { "cold", "bold", "hold" };
    g_assert_cmpstr(rt_nearest("sold", words, G_N_ELEMENTS(words)), ==, "cold");
    g_assert_cmpstr(rt_nearest("hold", words, G_N_ELEMENTS(words)), ==, "hold");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/nearest/nearest", test_nearest);
    g_test_add_func("/nearest/first_of_equals_wins", test_first_of_equals_wins);
    return g_test_run();
}
