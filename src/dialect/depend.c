/* Dependencies of objects: references of tables, and names in the bodies of views and triggers. */
#include "dialect/depend.h"

#include "sql/tokens.h"

#include <string.h>

typedef struct Finder {
    const RtDialect *dialect;
    const RtCatalog *catalog;
    const RtObject *object;
    const RtText *text;
    RtArena *scratch;
    const char *last_name; /* the name before this one */
    GPtrArray *out;
    GHashTable *seen; /* made when `out` grows long */
} Finder;

enum { FEW = 16 };

static bool
is_relation(const RtObject *object)
{
    RtKind kind = rt_object_kind(object);
    return kind == RT_KIND_TABLE || kind == RT_KIND_VIEW || kind == RT_KIND_MATERIALIZED_VIEW;
}

static bool
is_seen(Finder *finder, const RtObject *found)
{
    if (finder->out->len >= FEW && !finder->seen) {
        finder->seen = g_hash_table_new(NULL, NULL);
        for (unsigned i = 0; i < finder->out->len; i++)
            g_hash_table_add(finder->seen, finder->out->pdata[i]);
    }
    if (finder->seen)
        return !g_hash_table_add(finder->seen, (void *) found);
    for (unsigned i = 0; i < finder->out->len; i++) {
        if (finder->out->pdata[i] == found)
            return true;
    }
    return false;
}

static void
add_relation(Finder *finder, const RtName *name)
{
    const RtObject *found = rt_catalog_find(finder->catalog, RT_KIND_TABLE, name);
    if (!found || !is_relation(found) || rt_name_equal(found->name, finder->object->name) ||
        is_seen(finder, found))
        return;
    g_ptr_array_add(finder->out, (void *) found);
}

static const RtName *
make_name(const Finder *finder, const char *schema, const char *text)
{
    return rt_model_name(rt_catalog_model(finder->catalog),
                         finder->dialect->rules->fold[RT_KIND_TABLE], schema, text);
}

static void
visit_name(const char *name, RtToken token, RtToken previous, void *data)
{
    Finder *finder = data;
    (void) token;
    bool is_qualified = rt_token_is(finder->text, previous, '.');
    const char *own_schema = finder->object->name ? finder->object->name->schema : NULL;
    if (is_qualified && finder->last_name)
        add_relation(finder, make_name(finder, finder->last_name, name));
    else if (own_schema)
        add_relation(finder, make_name(finder, own_schema, name));
    if (!is_qualified)
        add_relation(finder, make_name(finder, NULL, name));
    finder->last_name = rt_arena_strdup(finder->scratch, name);
}

static void
find_in_body(Finder *finder, const RtObject *object)
{
    const RtValue *body = rt_object_role(object, RT_ROLE_DEFINITION);
    if (!body)
        return;
    RtText text = { .name = "", .data = body->text, .length = body->length, .first_line = 1 };
    g_autoptr(RtArena) scratch = rt_arena_new();
    finder->text = &text;
    finder->scratch = scratch;
    finder->last_name = NULL;
    rt_tokens_each_name(scratch, finder->dialect->lexicon, &text, visit_name, finder);
}

void
rt_depend_relations(const RtDialect *dialect, const RtCatalog *catalog, const RtObject *object,
                    GPtrArray *out)
{
    Finder finder = { .dialect = dialect, .catalog = catalog, .object = object, .out = out };
    find_in_body(&finder, object);
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtValue *references = rt_object_role(object->children[i], RT_ROLE_REFERENCES);
        if (references)
            add_relation(&finder, references->name);
    }
    g_clear_pointer(&finder.seen, g_hash_table_unref);
}

/* ---- order ------------------------------------------------------------------------------------
 */

typedef struct Node {
    const RtObject *object;
    GPtrArray *reads; /* NULL until the node is entered */
    unsigned next;    /* of `reads` */
} Node;

static int
rank(const RtObject *object)
{
    return rt_object_kind(object) == RT_KIND_TABLE ? 0 : 1;
}

static GPtrArray *
find_reads(const RtDialect *dialect, const RtCatalog *catalog, const RtObject *object)
{
    GPtrArray *reads = g_ptr_array_new();
    rt_depend_relations(dialect, catalog, object, reads);
    return reads;
}

/* A walk in depth with a stack of its own: views may stand on views in any number. */
static void
visit_from(const RtDialect *dialect, const RtCatalog *catalog, const RtObject *start,
           GHashTable *entered, GPtrArray *out)
{
    g_autoptr(GArray) stack = g_array_new(FALSE, TRUE, sizeof(Node));
    if (!g_hash_table_add(entered, (void *) start))
        return;
    Node first = { .object = start, .reads = find_reads(dialect, catalog, start) };
    g_array_append_val(stack, first);
    while (stack->len) {
        Node *top = &g_array_index(stack, Node, stack->len - 1);
        if (top->next == top->reads->len) {
            g_ptr_array_add(out, (void *) top->object);
            g_ptr_array_unref(top->reads);
            g_array_set_size(stack, stack->len - 1);
            continue;
        }
        const RtObject *read = top->reads->pdata[top->next++];
        if (!g_hash_table_add(entered, (void *) read))
            continue;
        Node node = { .object = read, .reads = find_reads(dialect, catalog, read) };
        g_array_append_val(stack, node);
    }
}

GPtrArray *
rt_depend_order(const RtDialect *dialect, const RtCatalog *catalog)
{
    GPtrArray *out = g_ptr_array_new();
    g_autoptr(GHashTable) entered = g_hash_table_new(NULL, NULL);
    for (int pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < rt_catalog_size(catalog); i++) {
            const RtObject *object = rt_catalog_at(catalog, i);
            if (object && rank(object) == pass)
                visit_from(dialect, catalog, object, entered, out);
        }
    }
    return out;
}
