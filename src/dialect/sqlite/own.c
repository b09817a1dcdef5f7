/* Retort's own tables in a SQLite file. */
#include "dialect/sqlite/sqlite.h"
#include "sql/tokens.h"

static void
append_column(GString *out, const RtOwnColumn *column)
{
    rt_name_print(out, &rt_sqlite_lexicon, column->name);
    if (column->is_number)
        g_string_append(out, " INTEGER");
    else if (column->length)
        g_string_append_printf(out, " VARCHAR(%u)", column->length);
    else
        g_string_append(out, " TEXT");
    if (column->is_key || column->not_null)
        g_string_append(out, " NOT NULL");
}

static void
append_key(GString *out, const RtOwnTable *table)
{
    const char *separator = ", PRIMARY KEY (";
    bool has_key = false;
    for (unsigned i = 0; i < table->n_columns; i++) {
        if (!table->columns[i].is_key)
            continue;
        g_string_append(out, separator);
        rt_name_print(out, &rt_sqlite_lexicon, table->columns[i].name);
        separator = ", ";
        has_key = true;
    }
    if (has_key)
        g_string_append_c(out, ')');
}

static char *
create_own(const RtDialect *dialect, const RtOwnTable *table, bool is_new)
{
    (void) dialect;
    GString *out = g_string_new(is_new ? "CREATE TABLE " : "CREATE TABLE IF NOT EXISTS ");
    rt_own_append_name(out, &rt_sqlite_lexicon, table);
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(out, i ? ", " : " (");
        append_column(out, &table->columns[i]);
    }
    append_key(out, table);
    g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

const RtOwnTables rt_sqlite_own_tables = {
    .create = create_own,
    .put = "INSERT OR REPLACE INTO",
    .now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
};
