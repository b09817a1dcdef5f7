/* Random valid edits of a schema, and how a failing pair of schemas is made smaller. */
#include "random/random-internal.h"

/* ---- taking things out ------------------------------------------------------------------------
 */

static bool
view_reads(const Item *view, unsigned relation, unsigned column)
{
    for (unsigned i = 0; i < view->reads->len; i++) {
        Reference read = g_array_index(view->reads, Reference, i);
        if (read.relation == relation && (!column || read.column == column))
            return true;
    }
    return false;
}

/* The views that read the relation, or its column, go with it. */
static void
remove_readers(RtRandomSchema *schema, unsigned relation, unsigned column)
{
    for (unsigned i = schema->items->len; i--;) {
        if (i >= schema->items->len)
            continue;
        const Item *view = schema->items->pdata[i];
        if (view_reads(view, relation, column))
            remove_item(schema, view->id);
    }
}

static void
remove_foreign_keys(RtRandomSchema *schema, unsigned target, unsigned column)
{
    for (unsigned i = 0; i < schema->items->len; i++) {
        const Item *table = schema->items->pdata[i];
        for (unsigned at = table->children->len; at--;) {
            const Item *child = table->children->pdata[at];
            if (child->target == target && (!column || has_column(child->target_columns, column)))
                g_ptr_array_remove_index(table->children, at);
        }
    }
}

static void
remove_column_users(RtRandomSchema *schema, Item *table, unsigned column)
{
    remove_readers(schema, table->id, column);
    remove_foreign_keys(schema, table->id, column);
    for (unsigned at = table->children->len; at--;) {
        if (at >= table->children->len)
            continue;
        const Item *child = table->children->pdata[at];
        if (!has_column(child->columns, column))
            continue;
        unsigned user = child->id;
        bool is_column = is_form(child, schema->dialect->column);
        /* A foreign key elsewhere points at the columns of the primary key. */
        if (is_form(child, schema->dialect->primary_key))
            remove_foreign_keys(schema, table->id, 0);
        if (is_column)
            remove_item(schema, user);
        else
            g_ptr_array_remove(table->children, find_item(table->children, user));
    }
}

static unsigned
count_columns(const RtRandomSchema *schema, const Item *table)
{
    unsigned n = 0;
    for (unsigned i = 0; i < table->children->len; i++) {
        const Item *child = table->children->pdata[i];
        n += is_form(child, schema->dialect->column) && !child->columns->len;
    }
    return n;
}

static bool
remove_child(RtRandomSchema *schema, Item *table, Item *child)
{
    unsigned id = child->id;
    if (is_form(child, schema->dialect->column)) {
        if (!child->columns->len && count_columns(schema, table) < 2)
            return false;
        remove_column_users(schema, table, id);
    }
    if (is_form(child, schema->dialect->primary_key))
        remove_foreign_keys(schema, table->id, 0);
    child = find_item(table->children, id);
    if (child)
        g_ptr_array_remove(table->children, child);
    return true;
}

bool
remove_item(RtRandomSchema *schema, unsigned id)
{
    if (find_item(schema->items, id)) {
        remove_readers(schema, id, 0);
        remove_foreign_keys(schema, id, 0);
        g_ptr_array_remove(schema->items, find_item(schema->items, id));
        return true;
    }
    for (unsigned i = 0; i < schema->items->len; i++) {
        Item *table = schema->items->pdata[i];
        Item *child = find_item(table->children, id);
        if (child)
            return remove_child(schema, table, child);
    }
    return false;
}

/* ---- edits ------------------------------------------------------------------------------------
 */

typedef struct Edit {
    RtRandomSchema *schema;
    GRand *random;
    bool hints;
} Edit;

static unsigned
count_tables(const RtRandomSchema *schema)
{
    unsigned n = 0;
    while (n < schema->items->len && is_form(schema->items->pdata[n], schema->dialect->table))
        n++;
    return n;
}

static Item *
pick_table(Edit *edit)
{
    unsigned n = count_tables(edit->schema);
    return n ? edit->schema->items->pdata[below(edit->random, n)] : NULL;
}

static Item *
pick_view(Edit *edit, unsigned *out_at)
{
    unsigned first = count_tables(edit->schema), n = edit->schema->items->len - first;
    *out_at = first + below(edit->random, n);
    return n ? edit->schema->items->pdata[*out_at] : NULL;
}

static Item *
pick_child(Edit *edit, const Item *table, bool columns)
{
    unsigned n = 0;
    Item *picked = NULL;
    for (unsigned i = 0; table && i < table->children->len; i++) {
        Item *child = table->children->pdata[i];
        if (is_form(child, edit->schema->dialect->column) == columns &&
            below(edit->random, ++n) == 0)
            picked = child;
    }
    return picked;
}

static bool
is_in_primary_key(const Edit *edit, const Item *table, unsigned column)
{
    for (unsigned i = 0; i < table->children->len; i++) {
        const Item *child = table->children->pdata[i];
        if (is_form(child, edit->schema->dialect->primary_key) &&
            has_column(child->columns, column))
            return true;
    }
    return false;
}

static void
add_table(Edit *edit)
{
    Item *table = make_table(edit->schema, edit->random);
    unsigned at = below(edit->random, count_tables(edit->schema) + 1);
    g_ptr_array_insert(edit->schema->items, (int) at, table);
}

static void
drop_table(Edit *edit)
{
    const Item *table = pick_table(edit);
    if (table && count_tables(edit->schema) > 1)
        remove_item(edit->schema, table->id);
}

static void
rename_item(Edit *edit, Item *item, const char *stem)
{
    if (!item || item->renamed_from)
        return;
    char *name = make_name(edit->schema, edit->random, stem);
    if (edit->hints)
        item->renamed_from = g_steal_pointer(&item->name);
    g_free(item->name);
    item->name = name;
}

static void
rename_table(Edit *edit)
{
    rename_item(edit, pick_table(edit), "t");
}

static void
rename_column(Edit *edit)
{
    rename_item(edit, pick_child(edit, pick_table(edit), true), "c");
}

static void
add_column(Edit *edit)
{
    Item *table = pick_table(edit);
    if (!table)
        return;
    Item *column = item_new(edit->schema, edit->schema->dialect->column,
                            make_name(edit->schema, edit->random, "c"), edit->random);
    fill_column(edit->schema, table, column, edit->random);
    unsigned at = flip(edit->random, 60) ? table->children->len
                                         : below(edit->random, table->children->len + 1);
    g_ptr_array_insert(table->children, (int) at, column);
}

static void
drop_column(Edit *edit)
{
    Item *table = pick_table(edit), *column = pick_child(edit, table, true);
    if (column && !is_in_primary_key(edit, table, column->id))
        remove_child(edit->schema, table, column);
}

/* Type, default, NOT NULL and comment anew; a column stays generated or plain. */
static void
alter_column(Edit *edit)
{
    Item *table = pick_table(edit), *column = pick_child(edit, table, true);
    if (!column || column->columns->len || is_in_primary_key(edit, table, column->id))
        return;
    fill_column(edit->schema, table, column, edit->random);
    g_array_set_size(column->columns, 0);
}

static void
move_column(Edit *edit)
{
    Item *table = pick_table(edit), *column = pick_child(edit, table, true);
    if (!column)
        return;
    guint at;
    g_ptr_array_find(table->children, column, &at);
    Item *moved = g_ptr_array_steal_index(table->children, at);
    g_ptr_array_insert(table->children, (int) below(edit->random, table->children->len + 1), moved);
}

static void
add_child(Edit *edit)
{
    Item *table = pick_table(edit);
    Item *child = table ? make_child(edit->schema, table, edit->random) : NULL;
    if (child)
        g_ptr_array_add(table->children, child);
}

static void
drop_child(Edit *edit)
{
    Item *table = pick_table(edit), *child = pick_child(edit, table, false);
    if (child && !is_form(child, edit->schema->dialect->primary_key))
        remove_child(edit->schema, table, child);
}

/* Another condition, order, action or body; the columns stay. */
static void
alter_child(Edit *edit)
{
    Item *child = pick_child(edit, pick_table(edit), false);
    if (!child || is_form(child, edit->schema->dialect->primary_key))
        return;
    child->number = g_rand_int(edit->random) >> 8;
    fill_values(edit->schema, child, edit->random);
}

static void
alter_table(Edit *edit)
{
    Item *table = pick_table(edit);
    if (table)
        fill_values(edit->schema, table, edit->random);
}

static void
add_view(Edit *edit)
{
    Item *view = make_view(edit->schema, edit->random, edit->schema->items->len);
    if (view)
        g_ptr_array_add(edit->schema->items, view);
}

static void
drop_view(Edit *edit)
{
    unsigned at;
    const Item *view = pick_view(edit, &at);
    if (view)
        remove_item(edit->schema, view->id);
}

/* What other views read of it must stay: only where nothing does the columns change. */
static void
alter_view(Edit *edit)
{
    unsigned at;
    Item *view = pick_view(edit, &at);
    if (!view)
        return;
    fill_values(edit->schema, view, edit->random);
    view->number = g_rand_int(edit->random) >> 8;
    for (unsigned i = at + 1; i < edit->schema->items->len; i++) {
        if (view_reads(edit->schema->items->pdata[i], view->id, 0))
            return;
    }
    g_autoptr(GArray) kept = g_array_copy(view->reads);
    fill_view(edit->schema, view, edit->random, at);
    if (view->reads->len)
        return;
    g_array_append_vals(view->reads, kept->data, kept->len);
}

static void
rename_view(Edit *edit)
{
    unsigned at;
    rename_item(edit, pick_view(edit, &at), "v");
}

void
rt_random_schema_mutate(RtRandomSchema *schema, GRand *random, unsigned n, bool hints)
{
    static void (*const edits[])(Edit * edit) = {
        add_table,   drop_table,    rename_table, add_column,   add_column,  drop_column,
        drop_column, rename_column, alter_column, alter_column, move_column, add_child,
        add_child,   drop_child,    alter_child,  alter_table,  alter_table, add_view,
        drop_view,   alter_view,    rename_view,
    };
    Edit edit = { schema, random, hints };
    while (n--)
        edits[below(random, G_N_ELEMENTS(edits))](&edit);
}

/* ---- shrinking --------------------------------------------------------------------------------
 */

typedef struct Shrink {
    RtRandomSchema **a, **b;
    bool (*fails)(const char *a_ddl, const char *b_ddl, void *data);
    void *data;
} Shrink;

/* Keeps the smaller pair when it still fails; frees what is not kept. */
static bool
try_pair(Shrink *shrink, RtRandomSchema *a, RtRandomSchema *b)
{
    g_autofree char *a_ddl = rt_random_schema_print(a);
    g_autofree char *b_ddl = rt_random_schema_print(b);
    bool is_kept = shrink->fails(a_ddl, b_ddl, shrink->data);
    if (is_kept) {
        rt_random_schema_free(*shrink->a);
        rt_random_schema_free(*shrink->b);
        *shrink->a = a;
        *shrink->b = b;
    } else {
        rt_random_schema_free(a);
        rt_random_schema_free(b);
    }
    return is_kept;
}

/* `sides`: bit 0 takes it out of a, bit 1 out of b. */
static bool
try_without(Shrink *shrink, unsigned id, unsigned sides)
{
    RtRandomSchema *a = rt_random_schema_copy(*shrink->a);
    RtRandomSchema *b = rt_random_schema_copy(*shrink->b);
    bool changed = sides & 1 && remove_item(a, id);
    changed |= sides & 2 && remove_item(b, id);
    if (changed)
        return try_pair(shrink, a, b);
    rt_random_schema_free(a);
    rt_random_schema_free(b);
    return false;
}

void
rt_random_shrink(RtRandomSchema **a, RtRandomSchema **b,
                 bool (*fails)(const char *a_ddl, const char *b_ddl, void *data), void *data)
{
    Shrink shrink = { a, b, fails, data };
    for (bool smaller = true; smaller;) {
        smaller = false;
        for (unsigned id = (*b)->next_id; id; id--) {
            for (unsigned sides = 3; sides; sides--)
                smaller |= try_without(&shrink, id, sides);
        }
    }
}
