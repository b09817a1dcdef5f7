/* What every parser of a dialect is held to; which dialect, the targets say. */
#include "round-trip.h"

#include "op/apply.h"

#include <stdlib.h>

/* The catalog of what the text declares, as far as it goes. */
static RtCatalog *
load(const RtDialect *dialect, RtModel *model, const RtText *text, bool from_server)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) g_error_free);
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtCatalog *catalog = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    const RtLoad load = { .dialect = dialect,
                          .server = &dialect->assumed,
                          .from_server = from_server,
                          .check = !from_server,
                          .problems = problems };
    if (!rt_load_text(&load, catalog, text, deferred, NULL) ||
        !rt_load_finish(&load, catalog, deferred, NULL))
        g_assert_not_reached();
    return catalog;
}

static char *
render(const RtDialect *dialect, RtCatalog *catalog)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (!rt_render_catalog(dialect, &dialect->assumed, catalog, out, NULL))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* abort() lets libFuzzer keep the input, g_error() does not. */
static void
fail(const RtObject *object, const char *sql)
{
    g_printerr("%s %s differs:\n%s", object->form->name, object->name->text, sql);
    abort();
}

static void
assert_holds(const RtCatalog *a, const RtCatalog *b, const char *sql)
{
    for (unsigned i = 0; i < rt_catalog_size(a); i++) {
        const RtObject *object = rt_catalog_at(a, i);
        const RtObject *other =
            object ? rt_catalog_find(b, rt_object_kind(object), object->name) : NULL;
        if (object && (!other || !rt_object_equal(rt_catalog_context(a), object, other)))
            fail(object, sql);
    }
}

static void
check_text(const RtDialect *dialect, const RtText *text, bool from_server)
{
    g_autoptr(RtModel) model = rt_model_new(dialect->default_schema);
    g_autoptr(RtCatalog) catalog = load(dialect, model, text, from_server);
    g_autofree char *first = render(dialect, catalog);
    if (!first || from_server)
        return;
    RtArena *arena = rt_model_arena(model);
    const RtText *again = rt_text_new(arena, "<again>", first, strlen(first));
    g_autoptr(RtCatalog) same = load(dialect, model, again, from_server);
    assert_holds(catalog, same, first);
    assert_holds(same, catalog, first);
}

void
fuzz_round_trip(const RtDialect *dialect, const uint8_t *data, size_t size)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    const RtText *text = fuzz_text_new(arena, data, size);
    if (memchr(data, '\0', size) || !g_utf8_validate((const char *) data, (gssize) size, NULL))
        return;
    check_text(dialect, text, false);
    check_text(dialect, text, true);
}
