/*
 * Writes a table anew, by the procedure of sqlite.org/lang_altertable.html#otheralter: a new table
 * under another name, the rows copied, the old one dropped, the new one renamed. With
 * legacy_alter_table the rename leaves alone whatever else names the table: views, triggers,
 * foreign keys. So nothing in the new table's body may name the table itself but foreign keys,
 * which is what rt_sqlite_complete sees to.
 */
#include "dialect/sqlite/sqlite.h"
#include "sql/tokens.h"

#include <stdarg.h>

typedef struct Rebuild {
    RtRenderer *renderer;
    const RtObject *before, *after;
    const RtOp *ops;
    unsigned n_ops;
    const RtName *scratch; /* the new table until it is renamed */
} Rebuild;

static void emit(const Rebuild *rebuild, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
emit(const Rebuild *rebuild, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sql = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    rt_renderer_emit(rebuild->renderer, RT_RENDERED_STATEMENT, sql);
}

static char *
quote_name(const RtName *name)
{
    GString *out = g_string_new(NULL);
    rt_name_print(out, &rt_sqlite_lexicon, name->text);
    return g_string_free(out, FALSE);
}

static char *
quote_string(const char *text)
{
    GString *out = g_string_new(NULL);
    rt_string_print(out, &rt_sqlite_lexicon, text);
    return g_string_free(out, FALSE);
}

static bool
is_column_rename(const RtOp *op)
{
    return op->verb == RT_VERB_RENAME && op->kind == RT_KIND_COLUMN;
}

/*
 * Renames by ALTER first, where it can be: that also reaches the views and triggers of others. Not
 * where the new name is taken until the copy.
 */
static bool
is_renamed_first(const Rebuild *rebuild, const RtOp *op)
{
    const RtServer *server = rebuild->renderer->server;
    bool is_old = server && server->major && rt_server_compare(server, 3, 25, 0) < 0;
    return is_column_rename(op) && !is_old && rt_sqlite_column_find(rebuild->before, op->name) &&
           !rt_sqlite_column_find(rebuild->before, op->new_name);
}

static void
rename_table_first(const Rebuild *rebuild)
{
    if (rt_name_equal(rebuild->before->name, rebuild->after->name))
        return;
    g_autofree char *old_name = quote_name(rebuild->before->name);
    g_autofree char *new_name = quote_name(rebuild->after->name);
    rt_renderer_emit(rebuild->renderer, RT_RENDERED_STATEMENT, "PRAGMA legacy_alter_table = OFF");
    emit(rebuild, "ALTER TABLE %s RENAME TO %s", old_name, new_name);
    rt_renderer_emit(rebuild->renderer, RT_RENDERED_STATEMENT, "PRAGMA legacy_alter_table = ON");
}

static void
rename_columns_first(const Rebuild *rebuild)
{
    g_autofree char *table = quote_name(rebuild->after->name);
    for (unsigned i = 0; i < rebuild->n_ops; i++) {
        const RtOp *op = &rebuild->ops[i];
        if (!is_renamed_first(rebuild, op))
            continue;
        g_autofree char *old_name = quote_name(op->name);
        g_autofree char *new_name = quote_name(op->new_name);
        emit(rebuild, "ALTER TABLE %s RENAME COLUMN %s TO %s", table, old_name, new_name);
    }
}

/* The column of the old table whose values a column gets; *out_name is what it is called when the
   rows are copied. NULL: it has none. */
static const RtObject *
find_source(const Rebuild *rebuild, const RtObject *column, const RtName **out_name)
{
    const RtName *name = column->name, *old_name = column->name;
    for (unsigned i = 0; i < rebuild->n_ops; i++) {
        const RtOp *op = &rebuild->ops[i];
        if (!is_column_rename(op))
            continue;
        if (rt_name_equal(op->new_name, column->name)) {
            old_name = op->name;
            name = is_renamed_first(rebuild, op) ? op->new_name : op->name;
            break;
        }
        if (rt_name_equal(op->name, column->name))
            old_name = NULL;
    }
    *out_name = name;
    return old_name ? rt_sqlite_column_find(rebuild->before, old_name) : NULL;
}

static void
append_pair(GString *to, GString *from, const char *to_name, const char *from_name)
{
    const char *separator = to->len ? ", " : "";
    g_string_append_printf(to, "%s%s", separator, to_name);
    g_string_append_printf(from, "%s%s", separator, from_name);
}

/*
 * The rowid is kept: other tables may hold it as a value. Where the new table calls it by a column,
 * that column's values are the rowid; a new column gets the old rowid.
 */
static void
add_rowid(const Rebuild *rebuild, GString *to, GString *from)
{
    const RtName *name;
    const RtObject *column = rt_sqlite_rowid_column(rebuild->after);
    const char *rowid = rt_sqlite_rowid_name(rebuild->before, rebuild->after);
    if (!rowid || (column && find_source(rebuild, column, &name)))
        return;
    append_pair(to, from, rowid, rowid);
}

/* A rule of the new table with a conflict clause of its own would drop rows that break it. */
static bool
has_conflict_clause(const RtObject *table)
{
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *child = table->children[i];
        if ((child->form == &rt_sqlite_form_column &&
             rt_object_value(child, SQLITE_COLUMN_CONFLICT)) ||
            (child->form == &rt_sqlite_form_primary_key &&
             rt_object_value(child, SQLITE_KEY_CONFLICT)) ||
            (child->form == &rt_sqlite_form_unique &&
             rt_object_value(child, SQLITE_UNIQUE_CONFLICT)))
            return true;
    }
    return false;
}

static void
copy_rows(const Rebuild *rebuild)
{
    g_autoptr(GString) to = g_string_new(NULL);
    g_autoptr(GString) from = g_string_new(NULL);
    add_rowid(rebuild, to, from);
    for (unsigned i = 0; i < rebuild->after->n_children; i++) {
        const RtObject *column = rebuild->after->children[i];
        const RtName *source;
        if (column->form != &rt_sqlite_form_column ||
            rt_object_value(column, SQLITE_COLUMN_GENERATED) ||
            !find_source(rebuild, column, &source))
            continue;
        g_autofree char *to_name = quote_name(column->name);
        g_autofree char *from_name = quote_name(source);
        append_pair(to, from, to_name, from_name);
    }
    if (!to->len)
        return;
    g_autofree char *scratch = quote_name(rebuild->scratch);
    g_autofree char *table = quote_name(rebuild->after->name);
    const char *or_abort = has_conflict_clause(rebuild->after) ? " OR ABORT" : "";
    emit(rebuild, "INSERT%s INTO %s (%s)\nSELECT %s FROM %s", or_abort, scratch, to->str, from->str,
         table);
}

/* The counter may be ahead of the greatest rowid, as in a table whose rows were deleted. */
static void
copy_counter(const Rebuild *rebuild)
{
    if (!rt_sqlite_is_autoincrement(rebuild->before) || !rt_sqlite_is_autoincrement(rebuild->after))
        return;
    g_autofree char *scratch = quote_string(rebuild->scratch->text);
    g_autofree char *table = quote_string(rebuild->after->name->text);
    emit(rebuild, "DELETE FROM sqlite_sequence WHERE name = %s", scratch);
    emit(rebuild,
         "INSERT INTO sqlite_sequence (name, seq)\n"
         "SELECT %s, seq FROM sqlite_sequence WHERE name = %s COLLATE NOCASE",
         scratch, table);
}

static void
create_new_table(const Rebuild *rebuild)
{
    g_autoptr(GString) create = g_string_new(NULL);
    g_autofree char *scratch = quote_name(rebuild->scratch);
    emit(rebuild, "DROP TABLE IF EXISTS %s", scratch);
    rt_render_create(create, rebuild->renderer, rebuild->after, rebuild->scratch);
    rt_renderer_emit(rebuild->renderer, RT_RENDERED_STATEMENT, create->str);
}

static bool
has_child(const RtObject *table, const RtObject *child)
{
    for (unsigned i = 0; i < table->n_children; i++) {
        if (table->children[i]->form == child->form &&
            rt_name_equal(table->children[i]->name, child->name))
            return true;
    }
    return false;
}

/* Said, not left to the DROP of the table: what it takes along unsaid stops the block. */
static void
drop_children(const Rebuild *rebuild)
{
    for (unsigned i = 0; i < rebuild->before->n_children; i++) {
        const RtObject *child = rebuild->before->children[i];
        bool is_index = child->form == &rt_sqlite_form_index;
        if ((!is_index && child->form != &rt_sqlite_form_trigger) ||
            has_child(rebuild->after, child))
            continue;
        g_autofree char *name = quote_name(child->name);
        emit(rebuild, "DROP %s %s", is_index ? "INDEX" : "TRIGGER", name);
    }
}

static void
replace_old_table(const Rebuild *rebuild)
{
    g_autofree char *scratch = quote_name(rebuild->scratch);
    g_autofree char *table = quote_name(rebuild->after->name);
    emit(rebuild, "DROP TABLE %s", table);
    emit(rebuild, "ALTER TABLE %s RENAME TO %s", scratch, table);
}

/* Indexes and triggers went with the old table. */
static void
create_children(const Rebuild *rebuild)
{
    for (unsigned i = 0; i < rebuild->after->n_children; i++) {
        const RtObject *child = rebuild->after->children[i];
        if (child->form != &rt_sqlite_form_index && child->form != &rt_sqlite_form_trigger)
            continue;
        g_autoptr(GString) create = g_string_new(NULL);
        rt_render_child(create, rebuild->renderer, child, rebuild->after);
        rt_renderer_emit(rebuild->renderer, RT_RENDERED_STATEMENT, create->str);
    }
}

void
rt_sqlite_render_rebuild(RtRenderer *renderer, const RtObject *before, const RtObject *after,
                         const RtOp *ops, unsigned n)
{
    g_autofree char *scratch = g_strdup_printf("_retort_new_%s", after->name->text);
    Rebuild rebuild = { .renderer = renderer,
                        .before = before,
                        .after = after,
                        .ops = ops,
                        .n_ops = n,
                        .scratch = rt_model_name(renderer->model, RT_FOLD_ASCII, NULL, scratch) };
    rename_table_first(&rebuild);
    rename_columns_first(&rebuild);
    create_new_table(&rebuild);
    copy_rows(&rebuild);
    copy_counter(&rebuild);
    drop_children(&rebuild);
    replace_old_table(&rebuild);
    create_children(&rebuild);
}
