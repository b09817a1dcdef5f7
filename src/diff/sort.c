/*
 * Puts steps in running order. A first order is by phase, table and rank; edges between steps (used
 * before user, drop of the user before the used, one name after the other) then pull forward what
 * must come earlier. Renames part the steps: what stands before one in the input stays before it,
 * since names mean something else behind it.
 */
#include "diff/edges.h"
#include "diff/parts.h"
#include "diff/rank.h"
#include "diff/reads.h"

typedef struct Node {
    unsigned input;  /* index in the steps */
    unsigned leader; /* node that this one is emitted with; itself when alone */
    unsigned thing;
    uint8_t phase, rank;
} Node;

/* All steps of one table or view. */
typedef struct Thing {
    RtNamed named;  /* must be first */
    unsigned order; /* the first of its steps in the input */
    GArray *nodes;  /* of unsigned, by rank */
} Thing;

typedef struct Sort {
    RtOrdering *ordering;
    RtNameIndex index; /* of Thing */
    GPtrArray *things;
    GArray *nodes; /* of Node, in the first order */
    RtEdges edges;
    GArray *out; /* of RtStep */
} Sort;

static Node *
node_at(const Sort *sort, unsigned index)
{
    return &g_array_index(sort->nodes, Node, index);
}

static RtStep *
step_of(const Sort *sort, unsigned node)
{
    return &g_array_index(sort->ordering->steps, RtStep, node_at(sort, node)->input);
}

static Thing *
thing_at(const Sort *sort, unsigned index)
{
    return g_ptr_array_index(sort->things, index);
}

static unsigned
enter_thing(Sort *sort, const RtName *name, unsigned order, GHashTable *positions)
{
    RtNamed *named = rt_name_index_find(&sort->index, name);
    if (named)
        return GPOINTER_TO_UINT(g_hash_table_lookup(positions, named));
    Thing *thing = g_new0(Thing, 1);
    thing->named.name = name;
    thing->order = order;
    thing->nodes = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_hash_table_insert(positions, thing, GUINT_TO_POINTER(sort->things->len));
    g_ptr_array_add(sort->things, thing);
    rt_name_index_add(&sort->index, &thing->named);
    return sort->things->len - 1;
}

static void
free_thing(void *data)
{
    Thing *thing = data;
    g_array_unref(thing->nodes);
    g_free(thing);
}

static int
compare_nodes(const void *a, const void *b, void *data)
{
    const Node *left = a, *right = b;
    const Sort *sort = data;
    if (left->phase != right->phase)
        return left->phase < right->phase ? -1 : 1;
    unsigned left_order = thing_at(sort, left->thing)->order;
    unsigned right_order = thing_at(sort, right->thing)->order;
    if (left_order != right_order)
        return left_order < right_order ? -1 : 1;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return left->input < right->input ? -1 : left->input > right->input;
}

static int
compare_ranks(const void *a, const void *b, void *data)
{
    const Node *left = node_at(data, *(const unsigned *) a);
    const Node *right = node_at(data, *(const unsigned *) b);
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return left->input < right->input ? -1 : left->input > right->input;
}

/* A child that is dropped and created under one name: the drop comes first. */
static void
lower_replaced_children(Sort *sort)
{
    for (unsigned i = 0; i < sort->things->len; i++) {
        const Thing *thing = thing_at(sort, i);
        g_autoptr(GHashTable) created = NULL;
        for (unsigned j = 0; j < thing->nodes->len; j++) {
            unsigned at = g_array_index(thing->nodes, unsigned, j);
            const RtOp *op = &step_of(sort, at)->op;
            if (op->kind != RT_KIND_COLUMN || op->verb != RT_VERB_CREATE)
                continue;
            if (!created)
                created = g_hash_table_new(NULL, NULL);
            g_hash_table_add(created, (void *) op->name->key);
        }
        for (unsigned j = 0; created && j < thing->nodes->len; j++) {
            Node *node = node_at(sort, g_array_index(thing->nodes, unsigned, j));
            const RtOp *op = &step_of(sort, g_array_index(thing->nodes, unsigned, j))->op;
            if (node->rank == RT_RANK_DROP_COLUMN && g_hash_table_contains(created, op->name->key))
                node->rank = RT_RANK_REPLACE_CHILD;
        }
    }
}

/* The key of a name in its space, for kinds that are named in the whole schema. */
static char *
space_key(const Sort *sort, RtKind kind, const RtName *name, bool is_child)
{
    unsigned space = sort->ordering->dialect->rules->space[kind];
    if (!name || (is_child && space == 0))
        return NULL;
    return g_strdup_printf("%u:%p", space ? space : 1000u + kind, name->key);
}

/* The thing that takes each name which is unique in the whole schema: key → index + 1. */
static GHashTable *
list_takers(Sort *sort)
{
    GHashTable *takers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < sort->nodes->len; i++) {
        const RtOp *op = &step_of(sort, i)->op;
        char *key = op->verb == RT_VERB_CREATE
                        ? space_key(sort, op->kind, op->name, op->owner != NULL)
                        : NULL;
        if (key)
            g_hash_table_insert(takers, key, GUINT_TO_POINTER(node_at(sort, i)->thing + 1));
    }
    return takers;
}

/* A child whose name another table takes is dropped by itself, whatever is done to its table. */
static void
release_names(Sort *sort)
{
    g_autoptr(GHashTable) takers = list_takers(sort);
    for (unsigned i = 0; i < sort->nodes->len; i++) {
        const RtOp *op = &step_of(sort, i)->op;
        g_autofree char *key = op->verb == RT_VERB_DROP && op->owner && op->before &&
                                       rt_child_is_separate(sort->ordering->dialect, op->before)
                                   ? space_key(sort, op->kind, op->name, true)
                                   : NULL;
        unsigned taker = key ? GPOINTER_TO_UINT(g_hash_table_lookup(takers, key)) : 0;
        if (taker && taker - 1 != node_at(sort, i)->thing)
            node_at(sort, i)->rank = RT_RANK_RELEASE_NAME;
    }
}

/* Where columns have places, what is done to them keeps its order: a place is that of its time. */
static RtRank
rank_in(const RtOrdering *ordering, const RtStep *step)
{
    RtRank rank = rt_step_rank(step);
    bool is_column = rank == RT_RANK_ALTER_COLUMN || rank == RT_RANK_DROP_COLUMN;
    return is_column && ordering->dialect->rules->column_order_counts ? RT_RANK_CREATE_COLUMN
                                                                      : rank;
}

/* Enters the steps [first, end) as nodes, in the first order. */
static void
enter_nodes(Sort *sort, unsigned first, unsigned end)
{
    g_autoptr(GHashTable) positions = g_hash_table_new(NULL, NULL);
    for (unsigned i = first; i < end; i++) {
        const RtStep *step = &g_array_index(sort->ordering->steps, RtStep, i);
        Node node = { .input = i,
                      .phase = rt_step_phase(step),
                      .rank = rank_in(sort->ordering, step),
                      .thing = enter_thing(sort, rt_op_top_name(&step->op), i, positions) };
        g_array_append_val(sort->nodes, node);
        unsigned at = sort->nodes->len - 1;
        g_array_append_val(thing_at(sort, node.thing)->nodes, at);
    }
    lower_replaced_children(sort);
    release_names(sort);
    for (unsigned i = 0; i < sort->things->len; i++)
        g_array_set_size(thing_at(sort, i)->nodes, 0);
    g_array_sort_with_data(sort->nodes, compare_nodes, sort);
    for (unsigned i = 0; i < sort->nodes->len; i++) {
        node_at(sort, i)->leader = i;
        g_array_append_val(thing_at(sort, node_at(sort, i)->thing)->nodes, i);
    }
    for (unsigned i = 0; i < sort->things->len; i++)
        g_array_sort_with_data(thing_at(sort, i)->nodes, compare_ranks, sort);
}

static void
add_edge(Sort *sort, unsigned first, unsigned then, bool is_soft)
{
    first = node_at(sort, first)->leader;
    then = node_at(sort, then)->leader;
    if (first != then)
        rt_edges_add(&sort->edges, first, then, is_soft);
}

static bool
is_member(const Sort *sort, unsigned node)
{
    const RtStep *step = step_of(sort, node);
    return !rt_op_is_top(&step->op) && step->pin != RT_PIN_FRONT &&
           node_at(sort, node)->rank != RT_RANK_RELEASE_NAME;
}

/* The steps of a table that one of them rebuilds are one: the first of them leads. */
static void
join_rebuilds(Sort *sort)
{
    for (unsigned i = 0; i < sort->things->len; i++) {
        const GArray *nodes = thing_at(sort, i)->nodes;
        bool is_rebuilt = false;
        for (unsigned j = 0; j < nodes->len; j++)
            is_rebuilt |= rt_step_is_rebuild(step_of(sort, g_array_index(nodes, unsigned, j)));
        unsigned leader = G_MAXUINT;
        for (unsigned j = 0; is_rebuilt && j < nodes->len; j++) {
            unsigned at = g_array_index(nodes, unsigned, j);
            if (is_member(sort, at))
                leader = MIN(leader, at);
        }
        for (unsigned j = 0; leader != G_MAXUINT && j < nodes->len; j++) {
            unsigned at = g_array_index(nodes, unsigned, j);
            if (is_member(sort, at))
                node_at(sort, at)->leader = leader;
        }
    }
}

typedef struct Reader {
    Sort *sort;
    unsigned node;
} Reader;

/* What the step's object reads must be as it will be before the step. */
static void
follow_read(void *data, RtNamed *named, bool is_reference)
{
    const Reader *reader = data;
    const GArray *nodes = ((Thing *) named)->nodes;
    unsigned highest = is_reference ? RT_RANK_KEY : RT_RANK_ATTRIBUTE;
    for (unsigned i = nodes->len; i-- > 0;) {
        unsigned at = g_array_index(nodes, unsigned, i);
        uint8_t rank = node_at(reader->sort, at)->rank;
        if (rank < RT_RANK_CREATE)
            return;
        if (rank <= highest) {
            if (node_at(reader->sort, at)->thing != node_at(reader->sort, reader->node)->thing)
                add_edge(reader->sort, at, reader->node, true);
            return;
        }
    }
}

/* What the step's object reads no longer must stay until the step is done. */
static void
precede_read(void *data, RtNamed *named, bool is_reference)
{
    (void) is_reference;
    const Reader *reader = data;
    const GArray *nodes = ((Thing *) named)->nodes;
    bool is_drop = step_of(reader->sort, reader->node)->op.verb == RT_VERB_DROP;
    for (unsigned i = 0; i < nodes->len; i++) {
        unsigned at = g_array_index(nodes, unsigned, i);
        const Node *node = node_at(reader->sort, at);
        if (node->thing == node_at(reader->sort, reader->node)->thing)
            return;
        const RtOp *op = &step_of(reader->sort, at)->op;
        bool takes_parts =
            op->verb == RT_VERB_DROP && (op->kind == RT_KIND_KEY || op->kind == RT_KIND_COLUMN);
        if (node->rank == RT_RANK_DROP || (is_drop && takes_parts)) {
            add_edge(reader->sort, reader->node, at, true);
            return;
        }
    }
}

static void
add_read_edges(Sort *sort)
{
    const RtValueContext *context = sort->ordering->context;
    for (unsigned i = 0; i < sort->nodes->len; i++) {
        const RtOp *op = &step_of(sort, i)->op;
        Reader reader = { sort, i };
        if (op->kind == RT_KIND_ATTRIBUTE || op->verb == RT_VERB_RENAME)
            continue;
        if (op->after)
            rt_reads_each(context, &sort->index, op->after, follow_read, &reader);
        if (op->before)
            rt_reads_each(context, &sort->index, op->before, precede_read, &reader);
    }
}

static void
add_chain_edges(Sort *sort)
{
    for (unsigned i = 0; i < sort->things->len; i++) {
        const GArray *nodes = thing_at(sort, i)->nodes;
        for (unsigned j = 1; j < nodes->len; j++)
            add_edge(sort, g_array_index(nodes, unsigned, j - 1), g_array_index(nodes, unsigned, j),
                     false);
    }
}

static void
note_dropped(Sort *sort, GHashTable *dropped, RtKind kind, const RtName *name, bool is_child,
             unsigned node)
{
    char *key = space_key(sort, kind, name, is_child);
    if (key)
        g_hash_table_insert(dropped, key, GUINT_TO_POINTER(node));
}

static void
note_all_dropped(Sort *sort, GHashTable *dropped, unsigned node)
{
    const RtOp *op = &step_of(sort, node)->op;
    note_dropped(sort, dropped, op->kind, op->name, op->owner != NULL, node);
    for (unsigned i = 0; !op->owner && op->before && i < op->before->n_children; i++) {
        const RtObject *child = op->before->children[i];
        note_dropped(sort, dropped, rt_object_kind(child), child->name, true, node);
    }
}

/* Who takes a name comes after who gives it up. */
static void
add_name_edges(Sort *sort)
{
    g_autoptr(GHashTable) dropped = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < sort->nodes->len; i++) {
        if (step_of(sort, i)->op.verb == RT_VERB_DROP)
            note_all_dropped(sort, dropped, i);
    }
    if (g_hash_table_size(dropped) == 0)
        return;
    for (unsigned i = 0; i < sort->nodes->len; i++) {
        const RtOp *op = &step_of(sort, i)->op;
        g_autofree char *key = op->verb == RT_VERB_CREATE
                                   ? space_key(sort, op->kind, op->name, op->owner != NULL)
                                   : NULL;
        void *node = NULL;
        if (key && g_hash_table_lookup_extended(dropped, key, NULL, &node))
            add_edge(sort, GPOINTER_TO_UINT(node), i, false);
    }
}

/* For each leader the chain of nodes that are emitted with it, by rank. */
static unsigned *
chain_members(const Sort *sort)
{
    unsigned n = sort->nodes->len;
    unsigned *next = g_new(unsigned, n + 1);
    for (unsigned i = 0; i <= n; i++)
        next[i] = G_MAXUINT;
    for (unsigned i = 0; i < sort->things->len; i++) {
        const GArray *nodes = thing_at(sort, i)->nodes;
        unsigned last = G_MAXUINT;
        for (unsigned j = 0; j < nodes->len; j++) {
            unsigned at = g_array_index(nodes, unsigned, j);
            if (node_at(sort, at)->leader == at)
                continue;
            unsigned leader = node_at(sort, at)->leader;
            next[last == G_MAXUINT ? leader : last] = at;
            last = at;
        }
    }
    return next;
}

static void
emit_nodes(Sort *sort)
{
    unsigned n = sort->nodes->len;
    g_autofree unsigned *members = chain_members(sort);
    g_autofree unsigned *order = g_new(unsigned, n + 1);
    rt_edges_order(&sort->edges, n, order);
    for (unsigned i = 0; i < n; i++) {
        if (node_at(sort, order[i])->leader != order[i])
            continue;
        for (unsigned at = order[i]; at != G_MAXUINT; at = members[at])
            g_array_append_val(sort->out, *step_of(sort, at));
    }
}

static void
sort_segment(RtOrdering *ordering, unsigned first, unsigned end, bool grouped, GArray *out)
{
    Sort sort = { .ordering = ordering, .out = out };
    rt_name_index_init(&sort.index);
    sort.things = g_ptr_array_new_with_free_func(free_thing);
    sort.nodes = g_array_new(FALSE, FALSE, sizeof(Node));
    rt_edges_init(&sort.edges);
    enter_nodes(&sort, first, end);
    if (grouped)
        join_rebuilds(&sort);
    add_chain_edges(&sort);
    add_read_edges(&sort);
    add_name_edges(&sort);
    emit_nodes(&sort);
    g_array_unref(sort.nodes);
    rt_edges_clear(&sort.edges);
    g_ptr_array_unref(sort.things);
    rt_name_index_clear(&sort.index);
}

/* ---- renames part the steps -------------------------------------------------------------------
 */

/* A table that gets a name, or names of columns, by a rename. */
typedef struct Renamed {
    RtNamed named; /* must be first */
    unsigned last; /* the last step that does it */
} Renamed;

static void
note_renamed(void *data, RtNamed *named, bool is_reference)
{
    unsigned *last = data;
    if (!is_reference)
        *last = MAX(*last, ((Renamed *) named)->last);
}

/* What renames lead to, by the names that hold after them. */
static GPtrArray *
index_renames(const RtOrdering *ordering, RtNameIndex *index)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        const RtOp *op = &g_array_index(ordering->steps, RtStep, i).op;
        if (op->verb != RT_VERB_RENAME)
            continue;
        Renamed *renamed = g_new0(Renamed, 1);
        renamed->named.name = op->owner ? op->owner : op->new_name;
        renamed->last = i;
        g_ptr_array_add(all, renamed);
        rt_name_index_add(index, &renamed->named);
    }
    return all;
}

/*
 * Where a rename leaves views alone they use the names that it gives: what makes one comes after
 * it, though the names in the input are those before it. The others keep their side; so do
 * triggers, which a rename of their own table reaches.
 */
static void
defer_views(RtOrdering *ordering)
{
    if (ordering->dialect->rules->rename_reaches_bodies)
        return;
    RtNameIndex index;
    rt_name_index_init(&index);
    g_autoptr(GPtrArray) renames = index_renames(ordering, &index);
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtStep));
    GArray *out = g_array_sized_new(FALSE, TRUE, sizeof(RtStep), ordering->steps->len);
    unsigned until = 0; /* where the renames that the deferred wait for have ended */
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        const RtStep *step = &g_array_index(ordering->steps, RtStep, i);
        unsigned last = 0;
        bool has_body = step->op.after && step->op.kind != RT_KIND_ATTRIBUTE &&
                        step->op.verb != RT_VERB_RENAME && rt_form_is_view(step->op.after->form);
        if (has_body && renames->len > 0)
            rt_reads_own(ordering->context, &index, step->op.after, note_renamed, &last);
        until = MAX(until, last);
        g_array_append_val(last > i ? deferred : out, *step);
        if (i >= until && deferred->len > 0) {
            g_array_append_vals(out, deferred->data, deferred->len);
            g_array_set_size(deferred, 0);
        }
    }
    g_array_unref(ordering->steps);
    ordering->steps = out;
    rt_name_index_clear(&index);
}

static bool
is_rename_at(const RtOrdering *ordering, unsigned index)
{
    const RtStep *step = &g_array_index(ordering->steps, RtStep, index);
    return step->op.verb == RT_VERB_RENAME;
}

void
rt_order_sort(RtOrdering *ordering, bool grouped)
{
    defer_views(ordering);
    unsigned n = ordering->steps->len;
    GArray *out = g_array_sized_new(FALSE, TRUE, sizeof(RtStep), n);
    for (unsigned first = 0; first < n;) {
        unsigned end = first;
        while (end < n && !is_rename_at(ordering, end))
            end++;
        if (end > first)
            sort_segment(ordering, first, end, grouped, out);
        for (; end < n && is_rename_at(ordering, end); end++)
            g_array_append_val(out, g_array_index(ordering->steps, RtStep, end));
        first = end;
    }
    g_array_unref(ordering->steps);
    ordering->steps = out;
}
