/*
 * What DESC, SHOW COLUMNS and SHOW INDEX said of tables, held against the statements that made
 * them; and statements that servers refused, as far as they say themselves why.
 */
#include "records.h"

#include <string.h>

/* The columns of an answer; -1: it has none such. */
typedef struct Layout {
    const char *stmt; /* how the statement begins */
    int field, type, null, key;
} Layout;

static const Layout layouts[] = {
    { "SHOW FULL COLUMNS", 0, 1, 3, -1 },
    { "SHOW COLUMNS", 0, 1, 2, -1 },
    { "DESC", 0, 1, 2, 3 },
};

static const char *
cell(const json_t *row, int at)
{
    return at < 0 ? NULL : json_string_value(json_array_get(row, (size_t) at));
}

static const RtType *
read_type(const RtCatalog *catalog, const char *text)
{
    RtValue value = { 0 };
    const RtAttribute *row = &starrocks_form_column.attributes[STARROCKS_COLUMN_TYPE];
    return rt_value_from_text(rt_catalog_context(catalog), row, text, &value, NULL) ? value.type
                                                                                    : NULL;
}

static char *
check_column(const RtCatalog *catalog, const RtObject *table, const Layout *layout,
             const json_t *row)
{
    const char *field = cell(row, layout->field), *type = cell(row, layout->type);
    const char *null = cell(row, layout->null), *key = cell(row, layout->key);
    const RtName *name = rt_model_name(rt_catalog_model(catalog), RT_FOLD_ASCII, NULL, field);
    const RtObject *column = starrocks_column_find(table, name);
    if (!column)
        return g_strdup_printf("there is no column %s", field);
    if (!rt_type_equal(read_type(catalog, type), rt_object_type(column)))
        return g_strdup_printf("%s is %s, not %s", field, rt_object_type(column)->text, type);
    if (null && g_str_equal(null, "NO") != rt_object_flag(column, RT_ROLE_NOT_NULL))
        return g_strdup_printf("%s: NULL %s", field, null);
    if (key && g_str_equal(key, "true") != starrocks_flag(column, STARROCKS_COLUMN_KEY))
        return g_strdup_printf("%s: key %s", field, key);
    return NULL;
}

static char *
check_index(const RtCatalog *catalog, const RtObject *table, const json_t *row)
{
    enum { NAME = 2, COLUMN = 4, USING = 10 };
    RtModel *model = rt_catalog_model(catalog);
    const RtName *name = rt_model_name(model, RT_FOLD_ASCII, NULL, cell(row, NAME));
    const RtName *column = rt_model_name(model, RT_FOLD_ASCII, NULL, cell(row, COLUMN));
    int at = rt_object_find_child(table, RT_KIND_INDEX, name, 0);
    if (at < 0)
        return g_strdup_printf("there is no index %s", name->text);
    const RtObject *index = table->children[at];
    const RtValue *using = rt_object_value(index, STARROCKS_INDEX_USING);
    if (!starrocks_names_hold(rt_object_value(index, STARROCKS_INDEX_PARTS), column))
        return g_strdup_printf("%s is not on %s", name->text, column->text);
    return g_str_has_prefix(cell(row, USING), using ? using->text : "BITMAP")
               ? NULL
               : g_strdup_printf("%s is not %s", name->text, cell(row, USING));
}

static char *
check_rows(const RtCatalog *catalog, const RtObject *table, const json_t *record)
{
    const char *sql = records_text(record, "stmt");
    const Layout *layout = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(layouts) && !layout; i++) {
        if (g_ascii_strncasecmp(sql, layouts[i].stmt, strlen(layouts[i].stmt)) == 0)
            layout = &layouts[i];
    }
    char *problem = NULL;
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(record, "rows"), i, row)
    {
        if (!problem)
            problem = layout ? check_column(catalog, table, layout, row)
                             : check_index(catalog, table, row);
    }
    return problem;
}

static const RtObject *
find_table(const RtCatalog *catalog)
{
    for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (object && object->form == &starrocks_form_table)
            return object;
    }
    return NULL;
}

/* The columns of views are their queries' to say: of them only the statement is read. */
static char *
check_described(Records *records, const json_t *record)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
    rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, true); /* of other records */
    RtServer server = records_server(record);
    size_t i;
    json_t *statement;
    char *problem = records_replay(catalog, &server, records_text(record, "create"), false);
    json_array_foreach(json_object_get(record, "between"), i, statement)
    {
        if (!problem)
            problem = records_replay(catalog, &server, json_string_value(statement), false);
    }
    const RtObject *table = find_table(catalog);
    records->n_opaque += !table;
    return problem || !table ? problem : check_rows(catalog, table, record);
}

static void
test_described(void)
{
    Records records;
    records_open(&records, "desc_pairs", "desc_pairs.known");
    for (unsigned i = 0; i < records.all->len; i++) {
        g_autofree char *problem = check_described(&records, records.all->pdata[i]);
        records_note(&records, records.all->pdata[i], problem);
    }
    records_check_row("DESC, SHOW COLUMNS, SHOW INDEX | %u | %u, %u of them of views | %u",
                      records.all->len, records_agree(&records), records.n_opaque, records.n_known);
    records_close(&records);
}

/* Only what a statement says itself can be judged: its grammar, and the definition of a table. */
static bool
is_judged(const json_t *record)
{
    const char *kind = records_text(record, "error_class"), *sql = records_text(record, "stmt");
    if (json_is_true(json_object_get(record, "accepted_elsewhere")))
        return false;
    return g_str_equal(kind, "syntax") ||
           (g_str_equal(kind, "semantic") &&
            g_regex_match_simple("^\\s*create\\s+table", sql, G_REGEX_CASELESS, 0));
}

static void
test_rejected(void)
{
    Records records;
    unsigned n_judged = 0;
    records_open(&records, "rejected_ddl", "rejected_ddl.known");
    for (unsigned i = 0; i < records.all->len; i++) {
        const json_t *record = records.all->pdata[i];
        g_autoptr(RtModel) model = rt_model_new(NULL);
        g_autoptr(RtCatalog) catalog = rt_catalog_new(model, &starrocks_rules, &starrocks_lexicon);
        rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, true); /* of other records */
        RtServer server = records_server(record);
        g_autofree char *refused =
            records_replay(catalog, &server, records_text(record, "stmt"), false);
        g_autofree char *taken =
            is_judged(record) && !refused
                ? g_strdup_printf("takes %.150s (%.150s)", records_text(record, "stmt"),
                                  records_text(record, "error"))
                : NULL;
        n_judged += is_judged(record);
        records_note(&records, record, taken);
    }
    records_check_row("statements refused, that say themselves why | %u of %u | %u | %u", n_judged,
                      records.all->len, n_judged - records.n_known, records.n_known);
    records_close(&records);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    records_init(argc, argv);
    g_test_add_func("/starrocks/described/tables", test_described);
    g_test_add_func("/starrocks/described/rejected", test_rejected);
    return g_test_run();
}
