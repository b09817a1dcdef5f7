/* Retort's own tables in a SQLite file. */
#include "dialect/sqlite/sqlite.h"
#include "sql/tokens.h"

static void
append_table(GString *out, const RtOwnTable *table)
{
    if (table->schema) {
        rt_name_print(out, &rt_sqlite_lexicon, table->schema);
        g_string_append_c(out, '.');
    }
    rt_name_print(out, &rt_sqlite_lexicon, table->name);
}

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
    append_table(out, table);
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(out, i ? ", " : " (");
        append_column(out, &table->columns[i]);
    }
    append_key(out, table);
    g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

static bool
is_whole_number(const char *value)
{
    return g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, NULL, NULL);
}

static void
append_value(GString *out, const RtOwnColumn *column, const char *value)
{
    if (!value)
        g_string_append(out, "NULL");
    else if (value == rt_own_now)
        g_string_append(out, "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
    else if (column->is_number && is_whole_number(value))
        g_string_append(out, value);
    else
        rt_string_print(out, &rt_sqlite_lexicon, value);
}

static char *
put_own(const RtDialect *dialect, const RtOwnTable *table, const char *const *values)
{
    (void) dialect;
    GString *out = g_string_new("INSERT OR REPLACE INTO ");
    append_table(out, table);
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(out, i ? ", " : " (");
        rt_name_print(out, &rt_sqlite_lexicon, table->columns[i].name);
    }
    g_string_append(out, ") VALUES (");
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(out, i ? ", " : "");
        append_value(out, &table->columns[i], values[i]);
    }
    g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

const RtOwnTables rt_sqlite_own_tables = {
    .create = create_own,
    .put = put_own,
};
