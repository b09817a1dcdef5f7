/* Every statement that a server has taken is read, or is opaque because it is known to be. */
#include "records.h"

/* Statements that only the server can carry out, by what makes them so. */
static bool
may_be_opaque(const char *sql)
{
    static const char *const reasons[] = {
        "\\blike\\b",
        "\\bas\\b\\s*(select|with|\\(|/\\*|values)",
        "\\w\\.\\S+\\.\\w",
        "\\bquota\\b",
        "temporary\\s+partition",
        "\\bexecute\\b",
        "partition\\s+column",
        "\\b(branch|tag|dialect|compact)\\b",
        "replace\\s+partition",
        "truncate\\s+partition",
        "modify\\s+partition",
        "drop\\s+partitions",
        "drop\\s+all",
        "\\bpartitions?\\s*\\(?[p\\d]",
        "materialized\\s+view\\s+\\S+\\s+(active|inactive|add|drop|order)",
        "\\bsplit\\b",
        "auto_increment\\s*=",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++) {
        if (g_regex_match_simple(reasons[i], sql, G_REGEX_CASELESS, 0))
            return true;
    }
    return false;
}

static char *
check_statement(Records *records, const json_t *record)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtServer server = records_server(record);
    const char *sql = records_text(record, "stmt");
    char *problem = records_parse(model, &server, sql, false, ops);
    if (problem && g_strcmp0(records_text(record, "outcome"), "error") == 0) {
        g_free(problem);
        return NULL;
    }
    if (problem)
        return problem;
    if (ops->len == 0)
        return g_strdup("nothing was read");
    if (g_array_index(ops, RtOp, 0).verb != RT_VERB_OPAQUE)
        return NULL;
    records->n_opaque++;
    return may_be_opaque(sql) ? NULL : g_strdup_printf("is opaque: %.60s", sql);
}

typedef struct List {
    const char *name, *row;
} List;

static void
test_list(gconstpointer data)
{
    Records records;
    const List *list = data;
    g_autofree char *known = g_strconcat(list->name, ".known", NULL);
    records_open(&records, list->name, known);
    for (unsigned i = 0; i < records.all->len; i++) {
        const json_t *record = records.all->pdata[i];
        g_autofree char *problem = check_statement(&records, record);
        records_note(&records, record, problem);
    }
    records_check_row("%s | %u | %u, %u of them opaque | %u", list->row, records.all->len,
                      records_agree(&records), records.n_opaque, records.n_known);
    records_close(&records);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    records_init(argc, argv);
    static const List valid = { "valid_ddl", "statements that servers took, read" };
    static const List alter = { "alter_ddl", "`ALTER` statements, read" };
    g_test_add_data_func("/starrocks/statements/valid", &valid, test_list);
    g_test_add_data_func("/starrocks/statements/alter", &alter, test_list);
    return g_test_run();
}
