/*
 * Tables that are created together and refer to each other in a circle: the foreign key that closes
 * the circle is added later, where the server can add one to a table that is there; the same, the
 * other way round, for tables that are dropped. Elsewhere the declared order stays.
 */
#include "dialect/effect.h"
#include "diff/order.h"
#include "diff/parts.h"
#include "diff/reads.h"

enum { UNSEEN, OPEN, DONE };

typedef struct Table {
    RtNamed named; /* must be first */
    unsigned step;
    int state;
    unsigned next_child;
    GArray *cuts; /* of unsigned: children that close a circle; NULL: none */
} Table;

typedef struct Search {
    RtOrdering *ordering;
    RtVerb verb;
    RtNameIndex index;
    GPtrArray *tables; /* of Table */
    GPtrArray *path;
} Search;

static RtStep *
step_at(RtOrdering *ordering, unsigned index)
{
    return &g_array_index(ordering->steps, RtStep, index);
}

static const RtObject *
table_object(const Search *search, const Table *table)
{
    const RtOp *op = &step_at(search->ordering, table->step)->op;
    return search->verb == RT_VERB_CREATE ? op->after : op->before;
}

static void
free_table(void *data)
{
    Table *table = data;
    if (table->cuts)
        g_array_unref(table->cuts);
    g_free(table);
}

static void
collect_tables(Search *search)
{
    for (unsigned i = 0; i < search->ordering->steps->len; i++) {
        const RtOp *op = &step_at(search->ordering, i)->op;
        if (op->verb != search->verb || op->kind != RT_KIND_TABLE)
            continue;
        Table *table = g_new0(Table, 1);
        table->named.name = op->name;
        table->step = i;
        g_ptr_array_add(search->tables, table);
        rt_name_index_add(&search->index, &table->named);
    }
}

static const RtName *
find_reference(const RtObject *child)
{
    int row = rt_form_row(child->form, RT_ROLE_REFERENCES);
    const RtValue *value = row >= 0 ? rt_object_value(child, row) : NULL;
    return value ? value->name : NULL;
}

/* Goes on from the table at the end of the path: to a table it refers to, or back. */
static void
search_on(Search *search)
{
    Table *table = g_ptr_array_index(search->path, search->path->len - 1);
    const RtObject *object = table_object(search, table);
    while (table->next_child < object->n_children) {
        unsigned at = table->next_child++;
        const RtName *name = find_reference(object->children[at]);
        Table *target = name ? (Table *) rt_name_index_find(&search->index, name) : NULL;
        if (!target || target == table || target->state == DONE)
            continue;
        if (target->state == UNSEEN) {
            target->state = OPEN;
            g_ptr_array_add(search->path, target);
            return;
        }
        if (!table->cuts)
            table->cuts = g_array_new(FALSE, FALSE, sizeof(unsigned));
        g_array_append_val(table->cuts, at);
    }
    table->state = DONE;
    g_ptr_array_set_size(search->path, (int) search->path->len - 1);
}

/* The table without the foreign keys that are cut. */
static const RtObject *
strip_cuts(RtArena *arena, const RtObject *object, const GArray *cuts)
{
    const RtObject **children = rt_arena_new_array(arena, const RtObject *, object->n_children);
    unsigned n = 0, cut = 0;
    for (unsigned i = 0; i < object->n_children; i++) {
        if (cut < cuts->len && g_array_index(cuts, unsigned, cut) == i)
            cut++;
        else
            children[n++] = object->children[i];
    }
    RtObject *stripped = rt_object_copy(arena, object);
    stripped->children = children;
    stripped->n_children = n;
    return stripped;
}

static bool
can_change(const RtOrdering *ordering, const RtObject *table, const RtOp *op)
{
    g_autoptr(RtCatalog) alone = rt_catalog_new(
        rt_catalog_model(ordering->before), ordering->dialect->rules, ordering->dialect->lexicon);
    rt_catalog_add(alone, table);
    RtHow how = rt_change(ordering->dialect, ordering->server, alone, op).how;
    return how == RT_HOW_STATEMENT || how == RT_HOW_SHARED;
}

static void
cut_table(Search *search, const Table *table)
{
    RtOrdering *ordering = search->ordering;
    const RtObject *object = table_object(search, table);
    const RtObject *stripped = strip_cuts(ordering->arena, object, table->cuts);
    bool is_create = search->verb == RT_VERB_CREATE;
    g_autoptr(GArray) cut_ops = g_array_new(FALSE, FALSE, sizeof(RtOp));
    for (unsigned i = 0; i < table->cuts->len; i++) {
        const RtObject *child = object->children[g_array_index(table->cuts, unsigned, i)];
        RtOp op = { .verb = search->verb,
                    .kind = rt_object_kind(child),
                    .owner = object->name,
                    .name = child->name,
                    .before = is_create ? NULL : child,
                    .after = is_create ? child : NULL };
        if ((!is_create && !child->name) ||
            !can_change(ordering, is_create ? stripped : object, &op))
            return;
        g_array_append_val(cut_ops, op);
    }
    RtOp *op = &step_at(ordering, table->step)->op;
    if (is_create)
        op->after = stripped;
    else
        op->before = stripped;
    for (unsigned i = 0; i < cut_ops->len; i++)
        rt_ordering_append(ordering, &g_array_index(cut_ops, RtOp, i), RT_PIN_NONE);
}

static void
cut_cycles_of(RtOrdering *ordering, RtVerb verb)
{
    Search search = { .ordering = ordering, .verb = verb };
    rt_name_index_init(&search.index);
    search.tables = g_ptr_array_new_with_free_func(free_table);
    search.path = g_ptr_array_new();
    collect_tables(&search);
    for (unsigned i = 0; i < search.tables->len; i++) {
        Table *table = g_ptr_array_index(search.tables, i);
        if (table->state != UNSEEN)
            continue;
        table->state = OPEN;
        g_ptr_array_add(search.path, table);
        while (search.path->len > 0)
            search_on(&search);
    }
    for (unsigned i = 0; i < search.tables->len; i++) {
        const Table *table = g_ptr_array_index(search.tables, i);
        if (table->cuts)
            cut_table(&search, table);
    }
    g_ptr_array_unref(search.tables);
    g_ptr_array_unref(search.path);
    rt_name_index_clear(&search.index);
}

void
rt_order_cut_cycles(RtOrdering *ordering)
{
    cut_cycles_of(ordering, RT_VERB_CREATE);
    cut_cycles_of(ordering, RT_VERB_DROP);
}
