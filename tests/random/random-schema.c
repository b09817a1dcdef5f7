/* Makes random schemas: names, values of rows, tables with their children, views. */
#include <string.h>

#include "random/random-internal.h"

/* ---- items ------------------------------------------------------------------------------------
 */

Item *
item_new(RtRandomSchema *schema, const RtForm *form, char *name, GRand *random)
{
    Item *item = g_new0(Item, 1);
    item->id = ++schema->next_id;
    item->form = form;
    item->name = name;
    item->children = g_ptr_array_new_with_free_func((GDestroyNotify) item_free);
    item->columns = g_array_new(FALSE, FALSE, sizeof(unsigned));
    item->reads = g_array_new(FALSE, FALSE, sizeof(Reference));
    item->target_columns = g_array_new(FALSE, FALSE, sizeof(unsigned));
    item->number = g_rand_int(random) >> 8;
    return item;
}

static gpointer
copy_element(gconstpointer item, gpointer data)
{
    (void) data;
    return item_copy(item);
}

Item *
item_copy(const Item *item)
{
    Item *copy = g_memdup2(item, sizeof *item);
    copy->name = g_strdup(item->name);
    copy->renamed_from = g_strdup(item->renamed_from);
    for (unsigned row = 0; row < RT_ITEM_ROWS; row++)
        copy->values[row] = g_strdup(item->values[row]);
    copy->children = g_ptr_array_copy(item->children, copy_element, NULL);
    g_ptr_array_set_free_func(copy->children, (GDestroyNotify) item_free);
    copy->columns = g_array_copy(item->columns);
    copy->reads = g_array_copy(item->reads);
    copy->target_columns = g_array_copy(item->target_columns);
    return copy;
}

void
item_free(Item *item)
{
    g_free(item->name);
    g_free(item->renamed_from);
    for (unsigned row = 0; row < RT_ITEM_ROWS; row++)
        g_free(item->values[row]);
    g_ptr_array_unref(item->children);
    g_array_unref(item->columns);
    g_array_unref(item->reads);
    g_array_unref(item->target_columns);
    g_free(item);
}

bool
is_form(const Item *item, const RtForm *form)
{
    return form && item->form == form;
}

Item *
find_item(const GPtrArray *items, unsigned id)
{
    for (unsigned i = 0; i < items->len; i++) {
        Item *item = items->pdata[i];
        if (item->id == id)
            return item;
    }
    return NULL;
}

bool
has_column(const GArray *columns, unsigned id)
{
    for (unsigned i = 0; i < columns->len; i++) {
        if (g_array_index(columns, unsigned, i) == id)
            return true;
    }
    return false;
}

/* ---- names and values -------------------------------------------------------------------------
 */

/* Unique by its number, whatever the folding; now and then one that must be quoted. */
char *
make_name(RtRandomSchema *schema, GRand *random, const char *stem)
{
    static const char *const odd[] = {
        "select %u", "Ünï%u", "%u", "a\"b`c%u", "UPPER%u", "x-y.%u"
    };
    unsigned number = ++schema->next_id;
    if (!flip(random, 8))
        return g_strdup_printf("%s%u", stem, number);
    g_autofree char *digits = g_strdup_printf("%u", number);
    g_auto(GStrv) halves = g_strsplit(odd[below(random, G_N_ELEMENTS(odd))], "%u", 2);
    return g_strconcat(halves[0], digits, halves[1], NULL);
}

static char *
make_string(GRand *random)
{
    static const char *const texts[] = { "'some words'", "'it''s'", "'a; b -- c'", "'/* x */'",
                                         "'Größe'" };
    if (flip(random, 30))
        return g_strdup(texts[below(random, G_N_ELEMENTS(texts))]);
    return g_strdup_printf("'note %u'", below(random, 100));
}

static char *
make_properties(GRand *random)
{
    GString *out = g_string_new("(");
    unsigned n = 1 + below(random, 3), first = below(random, 3);
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(out, "%s'key%u' = '%u'", i ? ", " : "", first + i, below(random, 4));
    return g_string_free(g_string_append_c(out, ')'), FALSE);
}

static char *
make_by_kind(const RtValueKind *kind, GRand *random)
{
    if (kind == &rt_value_flag)
        return g_strdup("");
    if (kind == &rt_value_string)
        return make_string(random);
    if (kind == &rt_value_number)
        return g_strdup_printf("%u", 1 + below(random, 16));
    g_assert(kind == &rt_value_properties);
    return make_properties(random);
}

static unsigned
count_texts(const char *const *texts)
{
    unsigned n = 0;
    while (texts[n])
        n++;
    return n;
}

/* Chooses anew every attribute that has a choice. */
void
fill_values(const RtRandomSchema *schema, Item *item, GRand *random)
{
    g_assert(item->form->n_attributes <= RT_ITEM_ROWS);
    for (const RtRandomChoice *choice = schema->dialect->choices; choice->form; choice++) {
        if (strcmp(choice->form, item->form->name) != 0)
            continue;
        for (unsigned row = 0; row < item->form->n_attributes; row++) {
            const RtAttribute *attribute = &item->form->attributes[row];
            if (strcmp(attribute->name, choice->attribute) != 0)
                continue;
            g_clear_pointer(&item->values[row], g_free);
            if (!flip(random, choice->percent))
                continue;
            item->values[row] =
                choice->texts ? g_strdup(choice->texts[below(random, count_texts(choice->texts))])
                              : make_by_kind(attribute->kind, random);
        }
    }
}

static void
set_role(Item *item, RtRole role, char *text)
{
    int row = rt_form_row(item->form, role);
    if (row < 0) {
        g_free(text);
        return;
    }
    g_free(item->values[row]);
    item->values[row] = text;
}

/* ---- tables -----------------------------------------------------------------------------------
 */

static bool
is_generated(const Item *column)
{
    return column->columns->len > 0;
}

static bool
is_plain_column(const RtRandomSchema *schema, const Item *item)
{
    return is_form(item, schema->dialect->column) && !is_generated(item);
}

/* A random column that is not generated, or NULL. */
static Item *
pick_column(const RtRandomSchema *schema, const Item *table, GRand *random)
{
    unsigned n = 0;
    Item *picked = NULL;
    for (unsigned i = 0; i < table->children->len; i++) {
        Item *child = table->children->pdata[i];
        if (is_plain_column(schema, child) && below(random, ++n) == 0)
            picked = child;
    }
    return picked;
}

static void
pick_columns(const RtRandomSchema *schema, const Item *table, GArray *out, unsigned n,
             GRand *random)
{
    for (unsigned i = 0; i < n; i++) {
        const Item *column = pick_column(schema, table, random);
        if (column && !has_column(out, column->id))
            g_array_append_val(out, column->id);
    }
}

static unsigned
count_types(const RtRandomType *types)
{
    unsigned n = 0;
    while (types[n].type)
        n++;
    return n;
}

void
fill_column(RtRandomSchema *schema, Item *table, Item *column, GRand *random)
{
    const RtRandomDialect *dialect = schema->dialect;
    const RtRandomType *type = &dialect->types[below(random, count_types(dialect->types))];
    const Item *source =
        dialect->has_generated && flip(random, 8) ? pick_column(schema, table, random) : NULL;
    fill_values(schema, column, random);
    set_role(column, RT_ROLE_TYPE, g_strdup(type->type));
    set_role(column, RT_ROLE_NOT_NULL, !source && flip(random, 35) ? g_strdup("") : NULL);
    set_role(column, RT_ROLE_DEFAULT, NULL);
    if (source)
        g_array_append_val(column->columns, source->id);
    else if (type->defaults[0] && flip(random, 30))
        set_role(column, RT_ROLE_DEFAULT,
                 g_strdup(type->defaults[below(random, count_texts(type->defaults))]));
}

static Item *
find_child(const Item *table, const RtForm *form)
{
    for (unsigned i = 0; form && i < table->children->len; i++) {
        Item *child = table->children->pdata[i];
        if (child->form == form)
            return child;
    }
    return NULL;
}

static bool
fill_foreign_key(RtRandomSchema *schema, Item *table, Item *key, GRand *random)
{
    unsigned n = 0;
    const Item *target = flip(random, 10) ? table : NULL;
    for (unsigned i = 0; !target && i < schema->items->len; i++) {
        const Item *other = schema->items->pdata[i];
        if (is_form(other, schema->dialect->table) && below(random, ++n) == 0)
            target = other;
        if (i + 1 < schema->items->len)
            target = below(random, schema->items->len) == 0 ? target : NULL;
    }
    const Item *primary = target ? find_child(target, schema->dialect->primary_key) : NULL;
    if (!primary)
        return false;
    pick_columns(schema, table, key->columns, 8, random);
    if (key->columns->len < primary->columns->len)
        return false;
    g_array_set_size(key->columns, primary->columns->len);
    key->target = target->id;
    g_array_append_vals(key->target_columns, primary->columns->data, primary->columns->len);
    return true;
}

static const RtForm *
pick_child_form(const RtRandomDialect *dialect, GRand *random)
{
    const RtForm *forms[] = { dialect->unique, dialect->check,   dialect->foreign_key,
                              dialect->index,  dialect->trigger, dialect->index };
    return forms[below(random, G_N_ELEMENTS(forms))];
}

Item *
make_child(RtRandomSchema *schema, Item *table, GRand *random)
{
    const RtRandomDialect *dialect = schema->dialect;
    const RtForm *form = pick_child_form(dialect, random);
    if (!form)
        return NULL;
    bool is_constraint =
        form == dialect->unique || form == dialect->check || form == dialect->foreign_key;
    bool is_named = !is_constraint || dialect->names_constraints || flip(random, 50);
    Item *child = item_new(schema, form, is_named ? make_name(schema, random, "k") : NULL, random);
    fill_values(schema, child, random);
    child->is_inline = is_constraint && flip(random, 40);
    bool fits = form != dialect->foreign_key || fill_foreign_key(schema, table, child, random);
    if (form != dialect->foreign_key)
        pick_columns(schema, table, child->columns, form == dialect->check ? 1 : 2, random);
    if (form == dialect->trigger)
        child->values[0] =
            g_strdup(dialect->trigger_events[below(random, count_texts(dialect->trigger_events))]);
    if (fits && child->columns->len)
        return child;
    item_free(child);
    return NULL;
}

static void
add_primary_key(RtRandomSchema *schema, Item *table, GRand *random)
{
    const RtRandomDialect *dialect = schema->dialect;
    if (!dialect->primary_key || flip(random, 15))
        return;
    bool is_named = dialect->names_constraints && flip(random, 30);
    Item *key = item_new(schema, dialect->primary_key,
                         is_named ? make_name(schema, random, "pk") : NULL, random);
    pick_columns(schema, table, key->columns, 1 + below(random, 2), random);
    for (unsigned i = 0; i < key->columns->len; i++) {
        Item *column = find_item(table->children, g_array_index(key->columns, unsigned, i));
        const RtRandomType *types = dialect->key_types;
        set_role(column, RT_ROLE_TYPE, g_strdup(types[below(random, count_types(types))].type));
        set_role(column, RT_ROLE_DEFAULT, NULL);
    }
    key->is_inline = key->columns->len == 1 && flip(random, 50);
    g_ptr_array_add(table->children, key);
}

/* Its children that refer to other tables come later, when all tables are there. */
Item *
make_table(RtRandomSchema *schema, GRand *random)
{
    Item *table = item_new(schema, schema->dialect->table, make_name(schema, random, "t"), random);
    unsigned n = 1 + below(random, 8);
    fill_values(schema, table, random);
    for (unsigned i = 0; i < n; i++) {
        Item *column =
            item_new(schema, schema->dialect->column, make_name(schema, random, "c"), random);
        fill_column(schema, table, column, random);
        g_ptr_array_add(table->children, column);
    }
    add_primary_key(schema, table, random);
    return table;
}

/* ---- views ------------------------------------------------------------------------------------
 */

static void
add_reads(RtRandomSchema *schema, Item *view, const Item *relation, GRand *random)
{
    unsigned n = 1 + below(random, 3);
    for (unsigned i = 0; i < n; i++) {
        Reference read = { .relation = relation->id };
        if (is_form(relation, schema->dialect->view)) {
            read.column = below(random, relation->reads->len);
        } else {
            const Item *column = pick_column(schema, relation, random);
            if (!column)
                continue;
            read.column = column->id;
        }
        g_array_append_val(view->reads, read);
    }
}

/* The view reads some of the first `n_before` items. */
void
fill_view(RtRandomSchema *schema, Item *view, GRand *random, unsigned n_before)
{
    g_array_set_size(view->reads, 0);
    add_reads(schema, view, schema->items->pdata[below(random, n_before)], random);
    if (flip(random, 40))
        add_reads(schema, view, schema->items->pdata[below(random, n_before)], random);
}

Item *
make_view(RtRandomSchema *schema, GRand *random, unsigned n_before)
{
    if (!schema->dialect->view || !n_before)
        return NULL;
    Item *view = item_new(schema, schema->dialect->view, make_name(schema, random, "v"), random);
    fill_values(schema, view, random);
    fill_view(schema, view, random, n_before);
    if (view->reads->len)
        return view;
    item_free(view);
    return NULL;
}

/* ---- schemas ----------------------------------------------------------------------------------
 */

static void
add_children(RtRandomSchema *schema, Item *table, GRand *random)
{
    for (unsigned n = below(random, 5); n--;) {
        Item *child = make_child(schema, table, random);
        if (child)
            g_ptr_array_add(table->children, child);
    }
}

RtRandomSchema *
rt_random_schema_new(const RtRandomDialect *dialect, GRand *random, unsigned size)
{
    RtRandomSchema *schema = g_new0(RtRandomSchema, 1);
    schema->dialect = dialect;
    schema->items = g_ptr_array_new_with_free_func((GDestroyNotify) item_free);
    for (unsigned i = 0; i < size; i++)
        g_ptr_array_add(schema->items, make_table(schema, random));
    for (unsigned i = 0; i < size; i++)
        add_children(schema, schema->items->pdata[i], random);
    for (unsigned n = below(random, size + 1); n--;) {
        Item *view = make_view(schema, random, schema->items->len);
        if (view)
            g_ptr_array_add(schema->items, view);
    }
    return schema;
}

RtRandomSchema *
rt_random_schema_copy(const RtRandomSchema *schema)
{
    RtRandomSchema *copy = g_memdup2(schema, sizeof *schema);
    copy->items = g_ptr_array_copy(schema->items, copy_element, NULL);
    g_ptr_array_set_free_func(copy->items, (GDestroyNotify) item_free);
    return copy;
}

void
rt_random_schema_free(RtRandomSchema *schema)
{
    g_ptr_array_unref(schema->items);
    g_free(schema);
}
