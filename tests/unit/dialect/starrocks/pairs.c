/* What was declared, with what happened to it, equals what the server printed of it afterwards. */
#include "records.h"

#include <string.h>

typedef struct Pair {
    RtModel *model;
    RtCatalog *declared, *printed;
    RtServer server;
} Pair;

static Records sources; /* what the views of the records read */

static RtCatalog *
new_catalog(RtModel *model)
{
    RtCatalog *catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, true); /* what views read is not recorded */
    return catalog;
}

/* Where a statement leaves out the number of replicas it is the cluster's, which had as many
   backends. */
static void
guess_backends(Pair *pair, const char *create, const char *show)
{
    if (!strstr(create, "replication_num") && strstr(show, "\"replication_num\" = \"1\""))
        pair->server.backends = 1;
}

/* Adds what the record's view reads. */
static char *
add_sources(const Pair *pair, RtCatalog *catalog, const json_t *record)
{
    char *problem = NULL;
    bool is_view = g_strcmp0(records_text(record, "kind"), "table") != 0;
    for (unsigned i = 0; i < sources.all->len && is_view && !problem; i++) {
        const json_t *source = sources.all->pdata[i];
        if (g_str_equal(records_text(source, "source"), records_text(record, "source")))
            problem = records_replay(catalog, &pair->server, records_text(source, "stmt"), false);
    }
    return problem;
}

static char *
declare(Pair *pair, const json_t *record)
{
    size_t i;
    json_t *statement;
    char *problem =
        records_replay(pair->declared, &pair->server, records_text(record, "create"), false);
    json_array_foreach(json_object_get(record, "between"), i, statement)
    {
        if (!problem)
            problem =
                records_replay(pair->declared, &pair->server, json_string_value(statement), false);
    }
    return problem;
}

/* The printed object under the name that the declared one has now. */
static void
take_name(Pair *pair)
{
    const RtObject *declared = NULL, *printed = rt_catalog_at(pair->printed, 0);
    for (unsigned i = 0; i < rt_catalog_size(pair->declared); i++)
        declared = rt_catalog_at(pair->declared, i) ?: declared;
    if (!declared || !printed || declared->name == printed->name)
        return;
    RtObject *renamed = rt_object_copy(rt_model_arena(pair->model), printed);
    renamed->name = declared->name;
    rt_catalog_replace(pair->printed, printed, renamed);
}

static char *
compare(Pair *pair)
{
    char *problem = records_diff(&pair->server, pair->printed, pair->declared);
    return problem ?: records_diff(&pair->server, pair->declared, pair->printed);
}

/* Without what the server prints by itself it is still the same object. */
static char *
check_plain(Pair *pair, RtCatalog *plain)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(RtCatalog) again = new_catalog(pair->model);
    rt_catalog_make_plain(plain);
    if (!rt_render_catalog(&rt_dialect_starrocks, &pair->server, plain, sql, &error))
        return g_strdup(error->message);
    if (strstr(sql->str, "COMMENT ''") || strstr(sql->str, "ENGINE = OLAP"))
        return g_strdup_printf("is not plain: %s", sql->str);
    return records_replay(again, &pair->server, sql->str, true)
                   ?: records_diff(&pair->server, pair->printed, again)
               ?: records_diff(&pair->server, again, pair->printed);
}

/* What is rendered of the printed statement is the same object, and rendered the same again. */
static char *
check_round(Pair *pair)
{
    g_autoptr(GString) once = g_string_new(NULL);
    g_autoptr(GString) twice = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(RtCatalog) again = new_catalog(pair->model);
    if (!rt_render_catalog(&rt_dialect_starrocks, &pair->server, pair->printed, once, &error))
        return g_strdup(error->message);
    char *problem = records_replay(again, &pair->server, once->str, true);
    if (problem)
        return problem;
    problem = records_diff(&pair->server, pair->printed, again)
                  ?: records_diff(&pair->server, again, pair->printed);
    if (problem)
        return problem;
    if (!rt_render_catalog(&rt_dialect_starrocks, &pair->server, again, twice, &error))
        return g_strdup(error->message);
    return g_str_equal(once->str, twice->str) ? check_plain(pair, again)
                                              : g_strdup_printf("renders anew: %s", twice->str);
}

static char *
check_pair(const json_t *record)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) declared = new_catalog(model);
    g_autoptr(RtCatalog) printed = new_catalog(model);
    const char *create = records_text(record, "create"), *show = records_text(record, "show");
    Pair pair = { model, declared, printed, records_server(record) };
    guess_backends(&pair, create, show);
    char *problem = records_replay(printed, &pair.server, show, true)
                        ?: add_sources(&pair, printed, record)
                        ?: add_sources(&pair, declared, record)
                    ?: declare(&pair, record);
    if (problem)
        return problem;
    if (rt_catalog_count(declared) == 0)
        return g_strdup("the declared statement is opaque");
    take_name(&pair);
    return compare(&pair) ?: check_round(&pair);
}

static void
check_row(const char *row, const Records *records)
{
    records_check_row("%s | %u | %u | %u", row, records->all->len, records_agree(records),
                      records->n_known);
}

static void
test_pairs(void)
{
    Records records;
    records_open(&records, "create_show_pairs", "create_show_pairs.known");
    for (unsigned i = 0; i < records.all->len; i++) {
        const json_t *record = records.all->pdata[i];
        g_autofree char *problem = check_pair(record);
        records_note(&records, record, problem);
    }
    check_row("declared, altered, and printed by SHOW CREATE", &records);
    records_close(&records);
}

/* What was printed is read whole, and rendered and read again is the same. */
static char *
check_output(const json_t *record)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) printed = new_catalog(model);
    Pair pair = { model, NULL, printed, records_server(record) };
    const char *show = records_text(record, "show");
    bool is_query = g_strcmp0(records_text(record, "kind"), "view_definition") == 0;
    g_autofree char *view = g_strconcat("CREATE VIEW v AS ", show, NULL);
    char *problem = records_replay(printed, &pair.server, is_query ? view : show, true);
    if (problem)
        return problem;
    for (unsigned i = 0; i < rt_catalog_size(printed); i++) {
        if (rt_catalog_at(printed, i)->flags & RT_OBJECT_NOT_UNDERSTOOD)
            return g_strdup("is not understood");
    }
    return rt_catalog_size(printed) ? check_round(&pair) : g_strdup("nothing was read");
}

static void
test_outputs(void)
{
    Records records;
    records_open(&records, "show_outputs", "show_outputs.known");
    for (unsigned i = 0; i < records.all->len; i++) {
        const json_t *record = records.all->pdata[i];
        g_autofree char *problem = check_output(record);
        records_note(&records, record, problem);
    }
    check_row("printed by a server: read, written, read again", &records);
    records_close(&records);
}

static char *
check_view(const json_t *record)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) declared = new_catalog(model);
    g_autoptr(RtCatalog) printed = new_catalog(model);
    Pair pair = { model, declared, printed, records_server(record) };
    g_autofree char *original =
        g_strconcat("CREATE VIEW v AS ", records_text(record, "original"), NULL);
    g_autofree char *stored =
        g_strconcat("CREATE VIEW v AS ", records_text(record, "stored"), NULL);
    char *problem = records_replay(declared, &pair.server, original, false)
                        ?: records_replay(printed, &pair.server, stored, true)
                        ?: add_sources(&pair, declared, record)
                    ?: add_sources(&pair, printed, record);
    return problem ?: compare(&pair);
}

static void
test_views(void)
{
    Records records;
    records_open(&records, "view_pairs", "view_pairs.known");
    for (unsigned i = 0; i < records.all->len; i++) {
        const json_t *record = records.all->pdata[i];
        g_autofree char *problem = check_view(record);
        records_note(&records, record, problem);
    }
    check_row("queries of views as given and as stored", &records);
    records_close(&records);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    records_init(argc, argv);
    records_open(&sources, "sources", NULL);
    g_test_add_func("/starrocks/pairs/create", test_pairs);
    g_test_add_func("/starrocks/pairs/outputs", test_outputs);
    g_test_add_func("/starrocks/pairs/views", test_views);
    int status = g_test_run();
    records_close(&sources);
    return status;
}
