/*
 * What a real frontend took, replayed: after each statement the catalog holds what the frontend
 * printed then. After statements that only the server can carry out, what it printed is taken over.
 */
#include "records.h"

#include <string.h>

typedef struct Replay {
    RtModel *model;
    RtCatalog *catalog;
    RtServer server;
    unsigned n_compared, n_taken;
} Replay;

/* Whether the statement is not understood, and what it made must be taken from the server. */
static bool
is_opaque(const Replay *replay, const char *sql)
{
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    g_autofree char *problem = records_parse(replay->model, &replay->server, sql, false, ops);
    return !problem && ops->len && g_array_index(ops, RtOp, 0).verb == RT_VERB_OPAQUE;
}

static RtCatalog *
new_catalog(RtModel *model)
{
    return rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
}

/* The catalog with what was printed in the place of what has its name; *out_own is that. */
static RtCatalog *
print_over(const Replay *replay, const char *show, const RtObject **out_own, char **out_problem)
{
    g_autoptr(RtCatalog) alone = new_catalog(replay->model);
    *out_own = NULL;
    *out_problem = records_replay(alone, &replay->server, show, true);
    RtCatalog *printed = new_catalog(replay->model);
    const RtObject *object = rt_catalog_size(alone) ? rt_catalog_at(alone, 0) : NULL;
    for (unsigned i = 0; i < rt_catalog_size(replay->catalog); i++) {
        const RtObject *own = rt_catalog_at(replay->catalog, i);
        bool is_same = own && object && rt_object_kind(own) == rt_object_kind(object) &&
                       rt_name_equal(own->name, object->name);
        if (is_same)
            *out_own = own;
        else if (own)
            rt_catalog_add(printed, own);
    }
    if (!*out_problem)
        *out_problem = records_replay(printed, &replay->server, show, true);
    return printed;
}

static void
take_over(Replay *replay, const RtCatalog *printed, const RtObject *own)
{
    const RtObject *object = rt_catalog_at(printed, rt_catalog_size(printed) - 1);
    if (own)
        rt_catalog_replace(replay->catalog, own, object);
    else
        rt_catalog_add(replay->catalog, object);
    replay->n_taken++;
}

static char *
compare(Replay *replay, const char *show, bool takes_over)
{
    const RtObject *own;
    char *problem;
    g_autoptr(RtCatalog) printed = print_over(replay, show, &own, &problem);
    if (problem)
        return problem;
    if (takes_over || !own) {
        take_over(replay, printed, own);
        return NULL;
    }
    replay->n_compared++;
    return records_diff(&replay->server, printed, replay->catalog)
               ?: records_diff(&replay->server, replay->catalog, printed);
}

/* Until a job ends the frontend prints what was before it. */
static bool
is_pending(const json_t *step)
{
    const char *state = records_text(json_object_get(step, "job"), "state");
    return state && !g_str_equal(state, "FINISHED");
}

/* The database that the record works in, NULL: the one it began in. */
static char *
find_database(const json_t *record)
{
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(record, "steps"), i, step)
    {
        const char *sql = records_text(step, "stmt");
        if (g_ascii_strncasecmp(sql, "use ", 4) != 0)
            continue;
        char *name = g_strdup(sql + 4);
        return g_strstrip(g_strdelimit(name, "`;", ' '));
    }
    return NULL;
}

static char *
run_step(Replay *replay, const json_t *step)
{
    const char *sql = records_text(step, "stmt"), *show = records_text(step, "show_create");
    if (!json_is_true(json_object_get(step, "ok")))
        return NULL;
    bool takes_over = is_opaque(replay, sql) || is_pending(step);
    char *problem = records_replay(replay->catalog, &replay->server, sql, false);
    if (!problem && show)
        problem = compare(replay, show, takes_over);
    if (!problem)
        return NULL;
    char *full = g_strdup_printf("%s\n  %.200s", problem, sql);
    g_free(problem);
    return full;
}

static char *
check_record(const json_t *record, Replay *counts)
{
    g_autofree char *database = find_database(record);
    g_autoptr(RtModel) model = rt_model_new(database);
    g_autoptr(RtCatalog) catalog = new_catalog(model);
    bool is_behaviour = g_strcmp0(records_text(record, "list"), "behaviour") == 0;
    Replay replay = { .model = model, .catalog = catalog };
    replay.server = (RtServer){
        .product = "StarRocks",
        .major = 4,
        .minor = 1,
        .run_mode = "shared_nothing",
        .backends = is_behaviour ? 1 : -1,
    };
    size_t i;
    json_t *step;
    char *problem = NULL;
    json_array_foreach(json_object_get(record, "steps"), i, step)
    {
        if (!problem)
            problem = run_step(&replay, step);
    }
    counts->n_compared += replay.n_compared;
    counts->n_taken += replay.n_taken;
    return problem;
}

static void
test_replay(void)
{
    Records records;
    Replay counts = { 0 };
    records_open(&records, "frontend", "frontend.known");
    for (unsigned i = 0; i < records.all->len; i++) {
        const json_t *record = records.all->pdata[i];
        g_autofree char *problem = check_record(record, &counts);
        records_note(&records, record, problem);
    }
    g_test_message("%u states taken over", counts.n_taken);
    records_check_row("a real frontend's answers, replayed | %u (%u states compared) | %u | %u",
                      records.all->len, counts.n_compared, records_agree(&records),
                      records.n_known);
    records_close(&records);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    records_init(argc, argv);
    g_test_add_func("/starrocks/frontend/replay", test_replay);
    return g_test_run();
}
