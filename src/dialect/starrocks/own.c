/*
 * Retort's own tables in StarRocks: primary-key tables, whose INSERT replaces the row of the same
 * key, with one bucket. The version table has the shape that Alembic's dialect makes.
 */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

static void
append_table(GString *out, const RtOwnTable *table)
{
    if (table->schema) {
        rt_name_print(out, &starrocks_lexicon, table->schema);
        g_string_append_c(out, '.');
    }
    rt_name_print(out, &starrocks_lexicon, table->name);
}

/* A table of one column has a key of its own: moving a version is then one UPDATE. */
static bool
has_own_key(const RtOwnTable *table)
{
    return table->n_columns == 1;
}

static void
append_column(GString *out, const RtOwnColumn *column)
{
    enum { LONGEST = 1048576 };
    rt_name_print(out, &starrocks_lexicon, column->name);
    if (column->is_number)
        g_string_append(out, " BIGINT");
    else
        g_string_append_printf(out, " VARCHAR(%u)", column->length ? column->length : LONGEST);
    if (column->is_key || column->not_null)
        g_string_append(out, " NOT NULL");
}

/* Columns of the key come first, as the server wants them. */
static void
append_columns(GString *out, const RtOwnTable *table)
{
    const char *separator = " (";
    if (has_own_key(table)) {
        g_string_append(out, " (id BIGINT NOT NULL AUTO_INCREMENT");
        separator = ", ";
    }
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < table->n_columns; i++) {
            if (table->columns[i].is_key != (pass == 0))
                continue;
            g_string_append(out, separator);
            append_column(out, &table->columns[i]);
            separator = ", ";
        }
    }
    g_string_append_c(out, ')');
}

static void
append_key(GString *out, const RtOwnTable *table)
{
    const char *separator = "";
    if (has_own_key(table))
        g_string_append(out, "id");
    for (unsigned i = 0; !has_own_key(table) && i < table->n_columns; i++) {
        if (!table->columns[i].is_key)
            continue;
        g_string_append(out, separator);
        rt_name_print(out, &starrocks_lexicon, table->columns[i].name);
        separator = ", ";
    }
}

/* "replication_num=1, storage_medium=SSD" of the configuration. */
static void
append_properties(GString *out, const char *properties)
{
    g_auto(GStrv) items = g_strsplit(properties, ",", -1);
    const char *separator = " PROPERTIES (";
    for (unsigned i = 0; items[i]; i++) {
        g_auto(GStrv) pair = g_strsplit(items[i], "=", 2);
        if (!pair[0] || !pair[1])
            continue;
        for (unsigned j = 0; j < 2; j++) {
            g_strstrip(pair[j]);
            size_t length = strlen(pair[j]);
            bool is_quoted =
                length > 1 && strchr("'\"", pair[j][0]) && pair[j][length - 1] == pair[j][0];
            g_autofree char *bare =
                is_quoted ? g_strndup(pair[j] + 1, length - 2) : g_strdup(pair[j]);
            g_string_append(out, j ? " = " : separator);
            rt_string_print(out, &starrocks_lexicon, bare);
        }
        separator = ", ";
    }
    if (g_str_equal(separator, ", "))
        g_string_append_c(out, ')');
}

static char *
create_own(const RtDialect *dialect, const RtOwnTable *table)
{
    (void) dialect;
    GString *out = g_string_new("CREATE TABLE IF NOT EXISTS ");
    append_table(out, table);
    append_columns(out, table);
    g_string_append(out, " PRIMARY KEY (");
    append_key(out, table);
    g_string_append(out, ") DISTRIBUTED BY HASH (");
    append_key(out, table);
    g_string_append(out, ") BUCKETS 1");
    if (table->properties)
        append_properties(out, table->properties);
    return g_string_free(out, FALSE);
}

static void
append_value(GString *out, const RtOwnColumn *column, const char *value)
{
    bool is_number = value && column->is_number &&
                     g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, NULL, NULL);
    if (!value)
        g_string_append(out, "NULL");
    else if (is_number)
        g_string_append(out, value);
    else
        rt_string_print(out, &starrocks_lexicon, value);
}

static char *
put_own(const RtDialect *dialect, const RtOwnTable *table, const char *const *values)
{
    (void) dialect;
    GString *out = g_string_new("INSERT INTO ");
    append_table(out, table);
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(out, i ? ", " : " (");
        rt_name_print(out, &starrocks_lexicon, table->columns[i].name);
    }
    g_string_append(out, ") VALUES (");
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(out, i ? ", " : "");
        append_value(out, &table->columns[i], values[i]);
    }
    g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

const RtOwnTables starrocks_own_tables = {
    .create = create_own,
    .put = put_own,
};
