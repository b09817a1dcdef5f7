/* Dependencies of objects: references of tables, and names in the bodies of views and triggers. */
#include "dialect/depend.h"

#include "sql/tokens.h"

#include <stdlib.h>
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

void
rt_depend_readers(const RtDialect *dialect, const RtCatalog *catalog, const RtObject *object,
                  GPtrArray *out)
{
    g_autoptr(GPtrArray) candidates = rt_catalog_with_word(catalog, object->name->text);
    g_autoptr(GPtrArray) reads = g_ptr_array_new();
    for (unsigned i = 0; i < candidates->len; i++) {
        const RtObject *candidate = candidates->pdata[i];
        g_ptr_array_set_size(reads, 0);
        if (is_relation(candidate))
            rt_depend_relations(dialect, catalog, candidate, reads);
        if (g_ptr_array_find(reads, object, NULL))
            g_ptr_array_add(out, (void *) candidate);
    }
}

/* ---- order ------------------------------------------------------------------------------------
 */

/* A relation on the walk; components of cycles are found as Tarjan found them. */
typedef struct Node {
    const RtObject *object;
    unsigned number, low; /* from 1 in the order they are entered; 0: not yet */
    bool is_open;         /* its component is not complete */
    GPtrArray *reads;     /* while it is on the walk */
    unsigned next;        /* of `reads` */
} Node;

typedef struct Walk {
    const RtDialect *dialect;
    const RtCatalog *catalog;
    GArray *nodes;     /* of Node: tables, then all others, each in declared order */
    GHashTable *known; /* of objects to their place in `nodes`, from 1 */
    GArray *path;      /* of unsigned: the way down; a stack of its own, views may stand on views */
    GArray *open;      /* of unsigned: entered, component not complete */
    unsigned n_entered;
    GPtrArray *out;
} Walk;

static Node *
node_at(const Walk *walk, unsigned at)
{
    return &g_array_index(walk->nodes, Node, at);
}

static void
enter(Walk *walk, unsigned at)
{
    Node *node = node_at(walk, at);
    node->number = node->low = ++walk->n_entered;
    node->is_open = true;
    node->reads = g_ptr_array_new();
    rt_depend_relations(walk->dialect, walk->catalog, node->object, node->reads);
    g_array_append_val(walk->path, at);
    g_array_append_val(walk->open, at);
}

static int
compare_places(const void *a, const void *b)
{
    unsigned left = *(const unsigned *) a, right = *(const unsigned *) b;
    return left < right ? -1 : left > right;
}

/* The component that `at` was the first of is complete: its relations in declared order. */
static void
close_component(Walk *walk, unsigned at)
{
    unsigned first = walk->open->len;
    while (g_array_index(walk->open, unsigned, --first) != at)
        continue;
    unsigned *places = &g_array_index(walk->open, unsigned, first);
    unsigned n = walk->open->len - first;
    qsort(places, n, sizeof *places, compare_places);
    for (unsigned i = 0; i < n; i++) {
        node_at(walk, places[i])->is_open = false;
        g_ptr_array_add(walk->out, (void *) node_at(walk, places[i])->object);
    }
    g_array_set_size(walk->open, first);
}

static void
leave(Walk *walk, unsigned at)
{
    Node *node = node_at(walk, at);
    g_clear_pointer(&node->reads, g_ptr_array_unref);
    g_array_set_size(walk->path, walk->path->len - 1);
    if (walk->path->len) {
        Node *reader = node_at(walk, g_array_index(walk->path, unsigned, walk->path->len - 1));
        reader->low = MIN(reader->low, node->low);
    }
    if (node->low == node->number)
        close_component(walk, at);
}

static void
visit_from(Walk *walk, unsigned start)
{
    if (node_at(walk, start)->number)
        return;
    enter(walk, start);
    while (walk->path->len) {
        unsigned at = g_array_index(walk->path, unsigned, walk->path->len - 1);
        Node *node = node_at(walk, at);
        if (node->next == node->reads->len) {
            leave(walk, at);
            continue;
        }
        const void *read = node->reads->pdata[node->next++];
        unsigned other = GPOINTER_TO_UINT(g_hash_table_lookup(walk->known, read)) - 1;
        if (!node_at(walk, other)->number)
            enter(walk, other);
        else if (node_at(walk, other)->is_open)
            node->low = MIN(node->low, node_at(walk, other)->number);
    }
}

static void
collect_nodes(Walk *walk, bool tables)
{
    for (unsigned i = 0; i < rt_catalog_size(walk->catalog); i++) {
        const RtObject *object = rt_catalog_at(walk->catalog, i);
        if (!object || (rt_object_kind(object) == RT_KIND_TABLE) != tables)
            continue;
        Node node = { .object = object };
        g_array_append_val(walk->nodes, node);
        g_hash_table_insert(walk->known, (void *) object, GUINT_TO_POINTER(walk->nodes->len));
    }
}

GPtrArray *
rt_depend_order(const RtDialect *dialect, const RtCatalog *catalog)
{
    g_autoptr(GArray) nodes = g_array_new(FALSE, TRUE, sizeof(Node));
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(unsigned));
    Walk walk = { dialect, catalog, nodes, known, path, open, 0, g_ptr_array_new() };
    collect_nodes(&walk, true);
    collect_nodes(&walk, false);
    for (unsigned i = 0; i < nodes->len; i++)
        visit_from(&walk, i);
    return walk.out;
}
