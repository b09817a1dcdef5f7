/* Reading, replaying and comparing records; what is not listed as known fails the test at the end.
 */
#include "records.h"

#include "op/apply.h"

#include <string.h>

static const char *data_folder, *known_folder, *coverage_path;

void
records_init(int argc, char **argv)
{
    g_assert_cmpint(argc, >=, 4);
    data_folder = argv[1];
    known_folder = argv[2];
    coverage_path = argv[3];
}

static char *
read_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, &error))
        g_error("%s", error->message);
    return text;
}

static void
read_known(Records *records, const char *name)
{
    g_autofree char *text = read_file(known_folder, name);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i]; i++) {
        char *blank = strchr(lines[i], ' ');
        if (!blank || *lines[i] == '#')
            continue;
        g_hash_table_insert(records->known, g_strndup(lines[i], (gsize) (blank - lines[i])),
                            g_strdup(blank + 1));
    }
}

void
records_open(Records *records, const char *name, const char *known)
{
    g_autofree char *file = g_strconcat(name, ".jsonl", NULL);
    g_autofree char *text = read_file(data_folder, file);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    *records = (Records){ .all = g_ptr_array_new_with_free_func((GDestroyNotify) json_decref),
                          .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                          .problems = g_string_new(NULL) };
    for (unsigned i = 0; lines[i] && *lines[i]; i++) {
        json_error_t error;
        json_t *record = json_loads(lines[i], 0, &error);
        if (!record)
            g_error("%s:%u: %s", file, i + 1, error.text);
        g_ptr_array_add(records->all, record);
    }
    g_assert_cmpuint(records->all->len, >, 0);
    if (known)
        read_known(records, known);
}

void
records_close(Records *records)
{
    GHashTableIter iterator;
    gpointer id;
    g_test_message("%u records, %u of them opaque, %u known to disagree", records->all->len,
                   records->n_opaque, records->n_known);
    g_hash_table_iter_init(&iterator, records->known);
    while (g_hash_table_iter_next(&iterator, &id, NULL)) {
        bool found = false;
        for (unsigned i = 0; i < records->all->len && !found; i++)
            found = g_strcmp0(records_text(records->all->pdata[i], "id"), id) == 0;
        if (!found) {
            records->n_problems++;
            g_string_append_printf(records->problems, "%s is listed and not there\n", (char *) id);
        }
    }
    if (records->n_problems) {
        g_printerr("%s%u problems\n", records->problems->str, records->n_problems);
        g_test_fail();
    }
    g_ptr_array_unref(records->all);
    g_hash_table_unref(records->known);
    g_string_free(records->problems, TRUE);
}

unsigned
records_agree(const Records *records)
{
    return records->all->len - records->n_known;
}

void
records_check_row(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *row = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *text = NULL;
    g_autofree char *line = g_strconcat("\n| ", row, NULL);
    g_autoptr(GRegex) comma = g_regex_new("(?<=\\d),(?=\\d)", 0, 0, NULL);
    g_assert_true(g_file_get_contents(coverage_path, &text, NULL, NULL));
    g_autofree char *plain = g_regex_replace_literal(comma, text, -1, 0, "", 0, NULL);
    if (!strstr(plain, line))
        g_test_fail_printf("%s has no row \"| %s\"", coverage_path, row);
}

const char *
records_text(const json_t *record, const char *key)
{
    return json_string_value(json_object_get(record, key));
}

void
records_note(Records *records, const json_t *record, const char *problem)
{
    const char *id = records_text(record, "id");
    bool is_known = g_hash_table_contains(records->known, id);
    records->n_known += is_known;
    if (is_known == (problem != NULL))
        return;
    records->n_problems++;
    g_string_append_printf(records->problems, "%s %s\n", id,
                           problem ? problem : "is listed and agrees");
}

static bool
is_recent(const char *version, const char *prefix)
{
    return version && g_str_has_prefix(version, prefix);
}

/* A release, a branch, or the main branch at a month. */
RtServer
records_server(const json_t *record)
{
    static const struct {
        const char *prefix;
        uint16_t major, minor;
    } branches[] = {
        { "main-2022", 3, 0 },    { "main-2023-0", 3, 1 },  { "main-2023", 3, 2 },
        { "main-2024-02", 3, 3 }, { "main-2024-0", 3, 3 },  { "main-2024", 3, 4 },
        { "main-2025-0", 3, 5 },  { "main-2025-12", 4, 1 }, { "main-2025", 4, 0 },
        { "main-2026", 4, 1 },
    };
    RtServer server = { .product = "StarRocks", .major = 4, .minor = 1, .backends = -1 };
    const json_t *versions = json_object_get(record, "versions");
    const char *version = records_text(record, "version");
    if (!version && versions)
        version = json_string_value(json_array_get(versions, 0));
    unsigned major, minor, patch = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(branches); i++) {
        if (!is_recent(version, branches[i].prefix))
            continue;
        server.major = branches[i].major;
        server.minor = branches[i].minor;
        break;
    }
    if (version && sscanf(version, "%u.%u.%u", &major, &minor, &patch) >= 2) {
        server.major = (uint16_t) major;
        server.minor = (uint16_t) minor;
        server.patch = (uint16_t) patch;
    }
    if (g_strcmp0(records_text(record, "mode"), "shared-data") == 0)
        server.run_mode = "shared_data";
    return server;
}

char *
records_parse(RtModel *model, const RtServer *server, const char *sql, bool from_server,
              GArray *ops)
{
    g_autoptr(GError) error = NULL;
    RtArena *arena = rt_model_arena(model);
    const RtText *text = rt_text_new(arena, "<record>", rt_arena_strdup(arena, sql), strlen(sql));
    RtParser parser;
    rt_parser_init(&parser, &rt_dialect_starrocks, server, model, text, ops);
    parser.from_server = from_server;
    for (bool done = false; !done;) {
        if (!rt_parser_next(&parser, &done, &error))
            return g_strdup(error->message);
    }
    return NULL;
}

char *
records_replay(RtCatalog *catalog, const RtServer *server, const char *sql, bool from_server)
{
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    char *problem = records_parse(rt_catalog_model(catalog), server, sql, from_server, ops);
    if (problem)
        return problem;
    for (unsigned i = 0; i < ops->len; i++) {
        g_autoptr(GError) error = NULL;
        RtOp *op = &g_array_index(ops, RtOp, i);
        op->flags &= ~(uint32_t) RT_OP_TEMPORARY;
        /* What a server prints it has taken: no rule judges it again. */
        bool done = from_server ? rt_apply(catalog, op, &error)
                                : rt_replay(&rt_dialect_starrocks, server, catalog, op, &error);
        if (!done)
            return g_strdup(error->message);
    }
    if (from_server)
        rt_catalog_complete(catalog, &rt_dialect_starrocks, server);
    return NULL;
}

char *
records_diff(const RtServer *server, const RtCatalog *from, const RtCatalog *to)
{
    static const char *const managed[] = { "partitions", NULL };
    static const RtDiffOptions options = { .managed = managed };
    g_autoptr(RtDiff) diff = rt_diff_new(&rt_dialect_starrocks, server, from, to, &options);
    if (rt_diff_is_empty(diff))
        return NULL;
    GString *out = g_string_new("differs:");
    for (unsigned i = 0; i < diff->ops->len; i++) {
        const RtOp *op = &g_array_index(diff->ops, RtOp, i);
        g_autofree char *what = rt_op_describe(op, to);
        g_string_append_printf(out, " %s;", what);
        if (op->kind == RT_KIND_ATTRIBUTE && op->property)
            g_string_append_printf(out, " (%s -> %s)",
                                   op->value_before ? op->value_before->text : "-",
                                   op->value_after ? op->value_after->text : "-");
    }
    for (unsigned i = 0; i < diff->refusals->len; i++) {
        const RtRefusal *refusal = &g_array_index(diff->refusals, RtRefusal, i);
        g_autofree char *what = rt_op_describe(&refusal->op, to);
        g_string_append_printf(out, " refused %s: %s;", what, refusal->reason);
    }
    return g_string_free(out, FALSE);
}
