/*
 * What a real frontend refused is refused here too, as far as the statement and the schema say it.
 * What was refused for another reason is passed over by the frontend's message: names of catalogs,
 * resources and files outside the schema, switches of the configuration, jobs that ran.
 */
#include "records.h"

#include <string.h>

/* Not rules about a schema. */
static const char *const elsewhere[] = {
    "Unknown catalog",
    "Unknown database",
    "is not found",
    "does ?n[o']t exist",
    "do not exist",
    "not exist",
    "resource \\[",
    "enable it by setting",
    "In-Memory index",
    "miss properties for external",
    "is being created on the table",
    "schema change operation is in progress",
    "in state OPTIMIZE",
    "Remote database is null",
    "shared-data deployment",
    "No matching function",
    "temporary table",
    "already exists",
    "default catalog",
};

/* A query, unlike a view, is nobody's business here; a database that is not the record's own (they
   are called xs1, xs2, … and b1, b2, …) is not known to the end. */
static bool
is_elsewhere(const char *sql, const char *error)
{
    static const char view[] = "^\\s*(CREATE|ALTER)( OR REPLACE)? (MATERIALIZED )?VIEW ";
    if (strstr(error, "Unknown table"))
        return !g_regex_match_simple("'(xs|b)[0-9]+[.]", error, 0, 0) ||
               !g_regex_match_simple(view, sql, G_REGEX_CASELESS, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
        if (g_regex_match_simple(elsewhere[i], error, 0, 0))
            return true;
    }
    return false;
}

typedef struct Counts {
    unsigned n_refused, n_elsewhere, n_agreed, n_taken;
} Counts;

/* Replays what was taken; of what was refused says whether it is refused here. */
static char *
check_record(const json_t *record, Counts *counts)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    RtServer server = {
        .product = "StarRocks", .major = 4, .minor = 1, .run_mode = "shared_nothing", .backends = 1
    };
    size_t i;
    json_t *step;
    GString *taken = g_string_new(NULL);
    json_array_foreach(json_object_get(record, "steps"), i, step)
    {
        const char *sql = records_text(step, "stmt"), *error = records_text(step, "error");
        bool is_ok = json_is_true(json_object_get(step, "ok"));
        if (!is_ok && is_elsewhere(sql, error)) {
            counts->n_refused++;
            counts->n_elsewhere++;
            continue;
        }
        size_t mark = rt_catalog_mark(catalog);
        g_autofree char *problem = records_replay(catalog, &server, sql, false);
        if (is_ok)
            continue;
        rt_catalog_undo(catalog, mark);
        counts->n_refused++;
        if (problem) {
            counts->n_agreed++;
        } else {
            counts->n_taken++;
            g_string_append_printf(taken, "takes %.120s (%.160s) ", sql, error);
        }
    }
    return g_string_free(taken, taken->len == 0);
}

static void
test_refusals(void)
{
    Records records;
    Counts counts = { 0 };
    records_open(&records, "frontend", "refusals.known");
    for (unsigned i = 0; i < records.all->len; i++) {
        const json_t *record = records.all->pdata[i];
        g_autofree char *problem = check_record(record, &counts);
        records_note(&records, record, problem);
    }
    g_test_message("%u refused, %u of them for reasons elsewhere", counts.n_refused,
                   counts.n_elsewhere);
    records_check_row("what that frontend refused for reasons of the schema | %u | %u | %u "
                      "statements in %u records",
                      counts.n_agreed + counts.n_taken, counts.n_agreed, counts.n_taken,
                      records.n_known);
    records_close(&records);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    records_init(argc, argv);
    g_test_add_func("/starrocks/frontend/refusals", test_refusals);
    return g_test_run();
}
