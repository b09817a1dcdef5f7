/* Prints the description of a schema as DDL, by the dialect's rows but not by its renderer. */
#include <string.h>

#include "random/random-internal.h"
#include "sql/tokens.h"

typedef struct Printer {
    const RtRandomSchema *schema;
    GString *out;
} Printer;

static void
print_name(Printer *printer, const char *name)
{
    rt_name_print(printer->out, printer->schema->dialect->dialect->lexicon, name);
}

static void
print_intro(Printer *printer, const char *intro)
{
    if (printer->out->len && !strchr(" \n(", printer->out->str[printer->out->len - 1]))
        g_string_append_c(printer->out, ' ');
    if (intro)
        g_string_append_len(printer->out, intro, (gssize) strcspn(intro, "|"));
}

static void
print_hint(Printer *printer, const Item *item)
{
    if (!item->renamed_from)
        return;
    g_string_append(printer->out, "-- retort: renamed from ");
    print_name(printer, item->renamed_from);
    g_string_append_c(printer->out, '\n');
}

/* (a, b DESC): an order only where the form keeps parts. */
static void
print_columns(Printer *printer, const Item *table, const GArray *columns, unsigned orders)
{
    g_string_append(printer->out, " (");
    for (unsigned i = 0; i < columns->len; i++) {
        const Item *column = find_item(table->children, g_array_index(columns, unsigned, i));
        g_string_append(printer->out, i ? ", " : "");
        print_name(printer, column->name);
        if (orders >> i & 1)
            g_string_append(printer->out, " DESC");
    }
    g_string_append_c(printer->out, ')');
}

static void
print_condition(Printer *printer, const Item *table, const Item *item, const char *operator)
{
    const Item *column = find_item(table->children, g_array_index(item->columns, unsigned, 0));
    g_string_append(printer->out, " (");
    print_name(printer, column->name);
    g_string_append_printf(printer->out, " %s %u)", operator, item->number % 50);
}

static void
print_trigger_body(Printer *printer, const Item *table, const Item *item)
{
    static const char *const bodies[] = { "UPDATE ", "DELETE FROM " };
    const Item *column = find_item(table->children, g_array_index(item->columns, unsigned, 0));
    unsigned body = item->number % 2;
    g_string_append_printf(printer->out, " BEGIN %s", bodies[body]);
    print_name(printer, table->name);
    g_string_append(printer->out, body ? " WHERE " : " SET ");
    print_name(printer, column->name);
    g_string_append_printf(printer->out, " = %u; END", item->number % 50);
}

static void
print_foreign_columns(Printer *printer, const Item *item)
{
    const Item *target = find_item(printer->schema->items, item->target);
    print_columns(printer, target, item->target_columns, 0);
}

/* One row of an item; false when it has nothing to print. */
static void
print_row(Printer *printer, const Item *table, const Item *item, unsigned row)
{
    const RtAttribute *attribute = &item->form->attributes[row];
    const RtRandomDialect *dialect = printer->schema->dialect;
    bool is_trigger = is_form(item, dialect->trigger);
    if (attribute->role == RT_ROLE_PARTS) {
        unsigned orders = attribute->kind == &rt_value_parts ? item->number % 8 & 5 : 0;
        print_columns(printer, table, item->columns, orders);
    } else if (attribute->role == RT_ROLE_REFERENCES) {
        print_intro(printer, attribute->intro);
        g_string_append_c(printer->out, ' ');
        print_name(printer, find_item(printer->schema->items, item->target)->name);
    } else if (attribute->role == RT_ROLE_REFERENCED) {
        print_foreign_columns(printer, item);
    } else if (attribute->role == RT_ROLE_DEFINITION && is_trigger) {
        print_trigger_body(printer, table, item);
    } else if (is_form(item, dialect->check) && attribute->kind == &rt_value_parenthesized) {
        print_condition(printer, table, item, "<>");
    } else if (attribute->role == RT_ROLE_GENERATED && item->columns->len) {
        print_intro(printer, attribute->intro);
        print_condition(printer, table, item, "+");
        if (dialect->generated_suffix)
            print_intro(printer, dialect->generated_suffix);
    } else if (item->values[row] && (attribute->intro || attribute->kind != &rt_value_flag)) {
        if (attribute->alter_only)
            return;
        print_intro(printer, attribute->intro_is_value ? NULL : attribute->intro);
        if (*item->values[row])
            print_intro(printer, NULL);
        g_string_append(printer->out, item->values[row]);
    }
}

static void
print_rows(Printer *printer, const Item *table, const Item *item, RtRole skipped)
{
    bool joined =
        printer->schema->dialect->dialect->capabilities & RT_JOINS_TABLE_CLAUSES && !table;
    size_t first = printer->out->len;
    for (unsigned row = 0; row < item->form->n_attributes; row++) {
        if (skipped && item->form->attributes[row].role == skipped)
            continue;
        if (joined && item->values[row] && printer->out->len > first)
            g_string_append_c(printer->out, ',');
        print_row(printer, table, item, row);
    }
}

static const RtElementRule *
find_element(const Printer *printer, const RtForm *form)
{
    const RtDialect *dialect = printer->schema->dialect->dialect;
    for (unsigned i = 0; i < dialect->n_elements; i++) {
        if (dialect->elements[i].form == form)
            return &dialect->elements[i];
    }
    return NULL;
}

static bool
has_own_statement(const Printer *printer, const RtForm *form)
{
    const RtStatementRule *rule = printer->schema->dialect->dialect->statements;
    for (; rule->intro; rule++) {
        if (rule->form == form && g_str_has_prefix(rule->intro, "CREATE"))
            return true;
    }
    return false;
}

static bool
is_at_column(const Printer *printer, const Item *child)
{
    const RtElementRule *rule = find_element(printer, child->form);
    return child->is_inline && child->columns->len == 1 && rule && rule->column_intro;
}

static void
print_constraint_name(Printer *printer, const Item *child)
{
    if (!child->name)
        return;
    print_intro(printer, "CONSTRAINT ");
    print_name(printer, child->name);
}

static void
print_inline(Printer *printer, const Item *table, const Item *column)
{
    for (unsigned i = 0; i < table->children->len; i++) {
        const Item *child = table->children->pdata[i];
        if (child->form == column->form || !is_at_column(printer, child) ||
            g_array_index(child->columns, unsigned, 0) != column->id)
            continue;
        print_constraint_name(printer, child);
        const RtElementRule *rule = find_element(printer, child->form);
        if (!is_form(child, printer->schema->dialect->foreign_key))
            print_intro(printer, rule->column_intro);
        print_rows(printer, table, child, RT_ROLE_PARTS);
    }
}

static void
print_element(Printer *printer, const Item *table, const Item *child)
{
    bool is_named_inside =
        rt_form_row(child->form, RT_ROLE_PARTS) >= 0 && child->form->kind == RT_KIND_INDEX;
    if (is_form(child, printer->schema->dialect->column)) {
        print_name(printer, child->name);
        print_rows(printer, table, child, RT_ROLE_NONE);
        print_inline(printer, table, child);
        return;
    }
    if (!is_named_inside)
        print_constraint_name(printer, child);
    print_intro(printer, find_element(printer, child->form)->intro);
    if (is_named_inside) {
        g_string_append_c(printer->out, ' ');
        print_name(printer, child->name);
    }
    print_rows(printer, table, child, RT_ROLE_NONE);
}

static void
print_child_statement(Printer *printer, const Item *table, const Item *child)
{
    int unique = rt_form_row(child->form, RT_ROLE_UNIQUE);
    print_hint(printer, child);
    g_string_append(printer->out, "CREATE ");
    if (unique >= 0 && child->values[unique])
        g_string_append(printer->out, "UNIQUE ");
    print_intro(printer, child->form->intro);
    g_string_append_c(printer->out, ' ');
    print_name(printer, child->name);
    bool is_trigger = is_form(child, printer->schema->dialect->trigger);
    if (is_trigger)
        g_string_append_printf(printer->out, " %s", child->values[0]);
    g_string_append(printer->out, " ON ");
    print_name(printer, table->name);
    for (unsigned row = is_trigger; row < child->form->n_attributes; row++)
        print_row(printer, table, child, row);
    g_string_append(printer->out, ";\n");
}

static void
print_table(Printer *printer, const Item *table)
{
    const char *separator = "\n";
    print_hint(printer, table);
    g_string_append(printer->out, "CREATE TABLE ");
    print_name(printer, table->name);
    g_string_append(printer->out, " (");
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < table->children->len; i++) {
            const Item *child = table->children->pdata[i];
            bool is_column = is_form(child, printer->schema->dialect->column);
            if (is_column == (pass == 1) || has_own_statement(printer, child->form) ||
                (!is_column && is_at_column(printer, child)))
                continue;
            g_string_append(printer->out, separator);
            separator = ",\n";
            if (is_column)
                print_hint(printer, child);
            print_element(printer, table, child);
        }
    }
    g_string_append(printer->out, "\n)");
    print_rows(printer, NULL, table, RT_ROLE_NONE);
    g_string_append(printer->out, ";\n");
    for (unsigned i = 0; i < table->children->len; i++) {
        const Item *child = table->children->pdata[i];
        if (has_own_statement(printer, child->form))
            print_child_statement(printer, table, child);
    }
}

/* ---- views ------------------------------------------------------------------------------------
 */

static void
print_read(Printer *printer, Reference read)
{
    const Item *relation = find_item(printer->schema->items, read.relation);
    g_string_append_printf(printer->out, "r%u.", read.relation);
    if (is_form(relation, printer->schema->dialect->view))
        g_string_append_printf(printer->out, "o%u", read.column);
    else
        print_name(printer, find_item(relation->children, read.column)->name);
}

static void
print_sources(Printer *printer, const Item *view)
{
    const char *separator = " FROM ";
    unsigned last = 0;
    for (unsigned i = 0; i < view->reads->len; i++) {
        Reference read = g_array_index(view->reads, Reference, i);
        bool is_seen = false;
        for (unsigned before = 0; before < i; before++)
            is_seen |= g_array_index(view->reads, Reference, before).relation == read.relation;
        if (is_seen || read.relation == last)
            continue;
        last = read.relation;
        g_string_append(printer->out, separator);
        print_name(printer, find_item(printer->schema->items, read.relation)->name);
        g_string_append_printf(printer->out, " AS r%u", read.relation);
        separator = ", ";
    }
}

static void
print_view(Printer *printer, const Item *view)
{
    print_hint(printer, view);
    g_string_append(printer->out, "CREATE VIEW ");
    print_name(printer, view->name);
    for (unsigned row = 0; row < view->form->n_attributes; row++) {
        const RtAttribute *attribute = &view->form->attributes[row];
        if (attribute->role != RT_ROLE_DEFINITION) {
            print_row(printer, NULL, view, row);
            continue;
        }
        print_intro(printer, attribute->intro);
        for (unsigned i = 0; i < view->reads->len; i++) {
            g_string_append(printer->out, i ? ", " : " SELECT ");
            print_read(printer, g_array_index(view->reads, Reference, i));
            g_string_append_printf(printer->out, " AS o%u", i);
        }
        print_sources(printer, view);
        g_string_append(printer->out, " WHERE ");
        print_read(printer, g_array_index(view->reads, Reference, 0));
        g_string_append_printf(printer->out, " <> %u", view->number % 50);
    }
    g_string_append(printer->out, ";\n");
}

char *
rt_random_schema_print(const RtRandomSchema *written)
{
    g_autoptr(RtRandomSchema) schema = rt_random_schema_copy(written);
    Printer printer = { schema, g_string_new(NULL) };
    for (unsigned i = 0; i < schema->items->len; i++) {
        Item *item = schema->items->pdata[i];
        if (schema->dialect->settle && is_form(item, schema->dialect->table))
            schema->dialect->settle(item);
        if (is_form(item, schema->dialect->view))
            print_view(&printer, item);
        else
            print_table(&printer, item);
    }
    return g_string_free(printer.out, FALSE);
}
