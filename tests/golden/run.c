/*
 * Runs every *.case below the folder that is given: DIALECT/TOPIC/NAME.case, each a test of its
 * own. A case holds two schemas and the statements between them, and is also held to all laws.
 */
#include <string.h>

#include "laws.h"
#include "op/apply.h"
#include "op/invert.h"

typedef struct Case {
    char *path;
    const RtDialect *dialect;
    char *from, *to, *up, *down, *refused, *notes; /* NULL where the case does not say */
} Case;

static void
free_case(void *data)
{
    Case *golden = data;
    char *owned[] = { golden->path, golden->from,    golden->to,   golden->up,
                      golden->down, golden->refused, golden->notes };
    for (size_t i = 0; i < G_N_ELEMENTS(owned); i++)
        g_free(owned[i]);
    g_free(golden);
}

/* Without blanks at the ends of lines and empty lines. */
static char *
normalize(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (char **line = lines; *line; line++) {
        g_strchomp(*line);
        if (**line)
            g_string_append_printf(out, "%s\n", *line);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char **
find_section(Case *golden, const char *line)
{
    const struct {
        const char *head;
        char **text;
    } sections[] = {
        { "-- from --", &golden->from },       { "-- to --", &golden->to },
        { "-- up --", &golden->up },           { "-- down --", &golden->down },
        { "-- refused --", &golden->refused }, { "-- notes --", &golden->notes },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        if (strcmp(line, sections[i].head) == 0)
            return sections[i].text;
    }
    return NULL;
}

static void
read_sections(Case *golden)
{
    g_autofree char *content = NULL;
    g_assert_true(g_file_get_contents(golden->path, &content, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(content, "\n", -1);
    g_autoptr(GString) section = g_string_new(NULL);
    char **target = NULL;
    for (char **line = lines;; line++) {
        g_autofree char *head = *line ? g_strstrip(g_strdup(*line)) : NULL;
        char **next = head ? find_section(golden, head) : NULL;
        if (!next && head) {
            if (!target && *head)
                g_error("%s: \"%s\" stands before the first section", golden->path, head);
            g_string_append_printf(section, "%s\n", *line);
            continue;
        }
        if (target)
            *target = g_strdup(section->str);
        g_string_truncate(section, 0);
        target = next;
        if (!head)
            break;
    }
    if (!golden->from || !golden->to)
        g_error("%s: no \"-- from --\" or no \"-- to --\"", golden->path);
}

static bool
is_accepting(void)
{
    return g_strcmp0(g_getenv("RETORT_GOLDEN"), "accept") == 0;
}

static void
append_section(GString *out, const char *section, const char *text)
{
    g_autofree char *normal = text ? normalize(text) : NULL;
    if (normal && *normal)
        g_string_append_printf(out, "-- %s --\n%s", section, normal);
}

static void
write_case(const Case *golden)
{
    g_autoptr(GString) out = g_string_new(NULL);
    append_section(out, "from", golden->from);
    if (!out->len)
        g_string_append(out, "-- from --\n");
    append_section(out, "to", golden->to);
    if (!strstr(out->str, "-- to --"))
        g_string_append(out, "-- to --\n");
    append_section(out, "up", golden->up);
    append_section(out, "down", golden->down);
    append_section(out, "refused", golden->refused);
    append_section(out, "notes", golden->notes);
    g_assert_true(g_file_set_contents(golden->path, out->str, (gssize) out->len, NULL));
}

static void
expect(Case *golden, const char *section, char **expected_text, const char *found)
{
    if (is_accepting()) {
        g_free(*expected_text);
        *expected_text = g_strdup(found);
        return;
    }
    const char *expected = *expected_text;
    g_autofree char *wanted = normalize(expected ? expected : "");
    g_autofree char *given = normalize(found);
    if (strcmp(wanted, given) != 0)
        g_error("%s: \"-- %s --\" is\n%s\nand should be\n%s", golden->path, section, given, wanted);
}

static char *
list_refusals(const RtDiff *diff, const RtCatalog *catalog)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (unsigned i = 0; i < diff->refusals->len; i++) {
        const RtRefusal *refusal = &g_array_index(diff->refusals, RtRefusal, i);
        g_autofree char *what = rt_op_describe(&refusal->op, catalog);
        g_string_append_printf(out, "%s: %s\n", what, refusal->reason);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
list_notes(const RtDiff *diff)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (unsigned i = 0; i < diff->notes->len; i++) {
        const RtNote *note = &g_array_index(diff->notes, RtNote, i);
        g_string_append_printf(out, "%s: %s\n", note->code, note->message);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static RtCatalog *
load(const Case *golden, RtModel *model, const char *sql)
{
    g_autoptr(GError) error = NULL;
    RtCatalog *catalog = law_load(golden->dialect, model, sql, &error);
    if (!catalog) {
        g_autofree char *message = rt_error_describe(error);
        g_error("%s: %s", golden->path, message);
    }
    return catalog;
}

static void
expect_ops(Case *golden, const char *section, char **expected, RtCatalog *before, GArray *ops)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = law_render(golden->dialect, before, ops, &error);
    if (!text)
        g_error("%s: %s", golden->path, error->message);
    expect(golden, section, expected, text);
}

static void
expect_down(Case *golden, RtCatalog *from, const RtDiff *diff)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) inverse = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtOp *ops = (RtOp *) (void *) diff->ops->data;
    if (!rt_apply_all(from, ops, diff->ops->len, &error))
        g_error("%s: %s", golden->path, error->message);
    rt_invert(diff->model, ops, diff->ops->len, inverse, NULL);
    rt_order(golden->dialect, &golden->dialect->assumed, from, inverse);
    expect_ops(golden, "down", &golden->down, from, inverse);
}

static void
run_case(const void *data)
{
    Case golden = *(const Case *) data;
    read_sections(&golden);
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(RtCatalog) from = load(&golden, model, golden.from);
    g_autoptr(RtCatalog) to = load(&golden, model, golden.to);
    g_autoptr(RtDiff) diff = rt_diff_new(golden.dialect, &golden.dialect->assumed, from, to, NULL);
    g_autofree char *refusals = list_refusals(diff, from);
    g_autofree char *notes = list_notes(diff);
    expect(&golden, "refused", &golden.refused, refusals);
    if (golden.notes)
        expect(&golden, "notes", &golden.notes, notes);
    expect_ops(&golden, "up", &golden.up, from, diff->ops);
    if (golden.down)
        expect_down(&golden, from, diff);
    if (is_accepting())
        write_case(&golden);
    char *why = NULL;
    if (!law_check(golden.dialect, golden.from, golden.to, &why) ||
        !law_check(golden.dialect, golden.to, golden.from, &why))
        g_error("%s: %s", golden.path, why);
    char *sections[] = { golden.from, golden.to,      golden.up,
                         golden.down, golden.refused, golden.notes };
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
        g_free(sections[i]);
}

static void
add_case(const RtDialect *dialect, const char *path, const char *name)
{
    Case *golden = g_new0(Case, 1);
    golden->path = g_strdup(path);
    golden->dialect = dialect;
    g_autofree char *test = g_strndup(name, strlen(name) - strlen(".case"));
    g_test_add_data_func_full(test, golden, run_case, free_case);
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Adds the cases of a folder and those below it, in the order of their names. */
static unsigned
add_folder(const RtDialect *dialect, const char *folder, const char *name)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(g_free);
    const char *entry;
    while (dir && (entry = g_dir_read_name(dir)))
        g_ptr_array_add(entries, g_strdup(entry));
    g_ptr_array_sort(entries, compare_names);
    unsigned n = 0;
    for (unsigned i = 0; i < entries->len; i++) {
        entry = g_ptr_array_index(entries, i);
        g_autofree char *path = g_build_filename(folder, entry, NULL);
        g_autofree char *test = g_strdup_printf("%s/%s", name, entry);
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            n += add_folder(dialect, path, test);
        } else if (g_str_has_suffix(entry, ".case")) {
            add_case(dialect, path, test);
            n++;
        }
    }
    return n;
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 2);
    for (const RtDialect *const *dialect = law_dialects; *dialect; dialect++) {
        g_autofree char *folder = g_build_filename(argv[1], (*dialect)->name, NULL);
        g_autofree char *name = g_strdup_printf("/golden/%s", (*dialect)->name);
        if (add_folder(*dialect, folder, name) == 0)
            g_error("%s holds no case", folder);
    }
    return g_test_run();
}
