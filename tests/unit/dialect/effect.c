#include "dialect/effect.h"

#include "toy/toy.h"

static void
test_names(void)
{
    static const char *const names[] = { "data-loss", "rewrite",     "job",
                                         "lock",      "invalidates", "irreversible" };
    for (unsigned i = 0; i < RT_N_RISKS; i++) {
        g_assert_cmpstr(rt_risk_name((RtRisk) (1u << i)), ==, names[i]);
        g_assert_cmpuint(rt_risk_find(names[i]), ==, 1u << i);
    }
    g_assert_cmpuint(rt_risk_find("none"), ==, 0);
    g_assert_cmpstr(rt_runs_name(RT_RUNS_COPY), ==, "copy");
}

/* Without a hook the rows say how a change is made. */
static void
test_by_rows(void)
{
    RtDialect plain = rt_dialect_toy;
    plain.change = NULL;
    plain.effect = NULL;
    static const struct {
        const char *row;
        RtHow how;
    } cases[] = {
        { "engine", RT_HOW_REFUSED },
        { "comment", RT_HOW_STATEMENT },
        { "buckets", RT_HOW_STATEMENT },
    };
    const RtForm *form = plain.forms[0];
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        RtOp op = { .verb = RT_VERB_ALTER, .kind = RT_KIND_ATTRIBUTE, .form = form };
        while (g_strcmp0(form->attributes[op.row].name, cases[i].row) != 0)
            op.row++;
        g_assert_cmpint(rt_change(&plain, &plain.assumed, NULL, &op).how, ==, cases[i].how);
    }
    RtOp rename = { .verb = RT_VERB_RENAME, .kind = RT_KIND_VIEW };
    g_assert_cmpint(rt_change(&plain, &plain.assumed, NULL, &rename).how, ==, RT_HOW_REFUSED);
    RtOp drop = { .verb = RT_VERB_DROP, .kind = RT_KIND_COLUMN };
    g_assert_cmpuint(rt_effect(&plain, &plain.assumed, NULL, &drop).risks, ==, RT_RISK_DATA_LOSS);
    RtOp create = { .verb = RT_VERB_CREATE, .kind = RT_KIND_TABLE };
    g_assert_cmpuint(rt_effect(&plain, &plain.assumed, NULL, &create).risks, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dialect/effect/names", test_names);
    g_test_add_func("/dialect/effect/by-rows", test_by_rows);
    return g_test_run();
}
