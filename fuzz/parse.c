/* The parser on the toy dialect: what it reads is applied, written, and read again to the same. */
#include "fuzz.h"

#include "dialect/parse.h"
#include "dialect/render.h"
#include "toy/toy.h"

static RtCatalog *
load(RtModel *model, const RtText *text, bool from_server, GPtrArray *problems)
{
    const RtDialect *dialect = &rt_dialect_toy;
    RtCatalog *catalog = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    RtLoad options = { .dialect = dialect,
                       .server = &dialect->assumed,
                       .from_server = from_server,
                       .problems = problems };
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    bool done = rt_load_text(&options, catalog, text, deferred, NULL) &&
                rt_load_finish(&options, catalog, deferred, NULL);
    g_assert(done);
    return catalog;
}

static char *
render(RtCatalog *catalog)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const RtDialect *dialect = &rt_dialect_toy;
    bool done = rt_render_catalog(dialect, &dialect->assumed, catalog, out, NULL);
    return done ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size || !g_utf8_validate((const char *) data, (gssize) size, NULL))
        return 0;
    bool from_server = *data == '!';
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) g_error_free);
    const RtText *text =
        fuzz_text_new(rt_model_arena(model), data + from_server, size - from_server);
    g_autoptr(RtCatalog) first = load(model, text, from_server, problems);
    g_autofree char *rendered = render(first);
    if (!rendered || from_server)
        return 0;
    g_ptr_array_set_size(problems, 0);
    const RtText *again =
        rt_text_new(rt_model_arena(model), "<rendered>",
                    rt_arena_strdup(rt_model_arena(model), rendered), strlen(rendered));
    g_autoptr(RtCatalog) second = load(model, again, false, problems);
    g_autofree char *rendered_again = render(second);
    if (problems->len || g_strcmp0(rendered, rendered_again) != 0) {
        g_printerr("%s\n---\n%s\n", rendered, rendered_again);
        for (unsigned i = 0; i < problems->len; i++) {
            g_autofree char *described = rt_error_describe(problems->pdata[i]);
            g_printerr("%s\n", described);
        }
        g_abort();
    }
    return 0;
}
