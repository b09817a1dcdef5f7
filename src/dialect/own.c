/* The statements on retort's own tables that all dialects write alike. */
#include "dialect/dialect.h"
#include "sql/tokens.h"

void
rt_own_append_name(GString *out, const RtLexicon *lexicon, const RtOwnTable *table)
{
    if (table->schema) {
        rt_name_print(out, lexicon, table->schema);
        g_string_append_c(out, '.');
    }
    rt_name_print(out, lexicon, table->name);
}

static bool
is_whole_number(const char *value)
{
    return g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, NULL, NULL);
}

static void
append_value(GString *out, const RtDialect *dialect, const RtOwnColumn *column, const char *value)
{
    if (!value)
        g_string_append(out, "NULL");
    else if (value == rt_own_now && dialect->own->now)
        g_string_append(out, dialect->own->now);
    else if (column->is_number && is_whole_number(value))
        g_string_append(out, value);
    else
        rt_string_print(out, dialect->lexicon, value);
}

char *
rt_own_put(const RtDialect *dialect, const RtOwnTable *table, const char *const *values)
{
    GString *out = g_string_new(dialect->own->put);
    g_string_append_c(out, ' ');
    rt_own_append_name(out, dialect->lexicon, table);
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(out, i ? ", " : " (");
        rt_name_print(out, dialect->lexicon, table->columns[i].name);
    }
    g_string_append(out, ") VALUES (");
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(out, i ? ", " : "");
        append_value(out, dialect, &table->columns[i], values[i]);
    }
    g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}
