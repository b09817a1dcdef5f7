/*
 * Retort's own tables in StarRocks: primary-key tables, whose INSERT replaces the row of the same
 * key, with one bucket. The version table has the shape that Alembic's dialect makes. No write is
 * conditional here, but of two that create the same table one fails: locks are generations.
 */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

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
create_own(const RtDialect *dialect, const RtOwnTable *table, bool is_new)
{
    (void) dialect;
    GString *out = g_string_new(is_new ? "CREATE TABLE " : "CREATE TABLE IF NOT EXISTS ");
    rt_own_append_name(out, &starrocks_lexicon, table);
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

static char *
rename_own(const RtDialect *dialect, const RtOwnTable *table, const char *new_name)
{
    (void) dialect;
    GString *out = g_string_new("ALTER TABLE ");
    rt_own_append_name(out, &starrocks_lexicon, table);
    g_string_append(out, " RENAME ");
    rt_name_print(out, &starrocks_lexicon, new_name);
    return g_string_free(out, FALSE);
}

/* Not into the recycle bin, which would keep one for each run. */
static char *
drop_own(const RtDialect *dialect, const RtOwnTable *table)
{
    (void) dialect;
    GString *out = g_string_new("DROP TABLE IF EXISTS ");
    rt_own_append_name(out, &starrocks_lexicon, table);
    g_string_append(out, " FORCE");
    return g_string_free(out, FALSE);
}

/* ---- writes -----------------------------------------------------------------------------------
 */

/* The value of a key in "{'label':'…', 'status':'COMMITTED', 'txnId':'7'}", owned; NULL: none. */
static char *
find_info(const char *info, const char *key)
{
    g_autofree char *intro = g_strdup_printf("'%s':", key);
    const char *found = info ? strstr(info, intro) : NULL;
    if (!found)
        return NULL;
    found += strlen(intro);
    found += strspn(found, " '");
    return g_strndup(found, strcspn(found, "',}"));
}

static bool
take_status(void *data, unsigned n, const char *const *values, const char *const *names)
{
    for (unsigned i = 0; i < n; i++) {
        if (g_ascii_strcasecmp(names[i], "TransactionStatus") == 0)
            *(bool *) data = g_strcmp0(values[i], "VISIBLE") == 0;
    }
    return true;
}

/* A write whose publishing took the server too long is COMMITTED: durable, but not yet read. */
static bool
is_visible(RtConnection *connection, const RtOwnTable *table, const char *info,
           bool *out_is_visible, GError **error)
{
    g_autofree char *status = find_info(info, "status");
    g_autofree char *transaction = find_info(info, "txnId"), *label = find_info(info, "label");
    bool is_known = transaction || label;
    *out_is_visible = g_strcmp0(status, "COMMITTED") != 0 || !is_known;
    if (*out_is_visible)
        return true;
    g_autoptr(GString) sql = g_string_new("SHOW TRANSACTION ");
    if (table->schema) {
        g_string_append(sql, "FROM ");
        rt_name_print(sql, &starrocks_lexicon, table->schema);
        g_string_append_c(sql, ' ');
    }
    g_string_append(sql, transaction ? "WHERE id = " : "WHERE label = ");
    if (transaction)
        g_string_append(sql, transaction);
    else
        rt_string_print(sql, &starrocks_lexicon, label);
    return rt_connection_query(connection, sql->str, take_status, out_is_visible, error);
}

/* "… Current alive backend is [10005,10006]. …": as many as these can hold a copy each. */
static char *
fit_properties(const char *properties, const char *refusal, char **out_why)
{
    static const char words[] = "alive backend is [";
    const char *list = strstr(refusal, words);
    if (!list || (properties && strstr(properties, "replication_num")))
        return NULL;
    list += strlen(words);
    size_t length = strcspn(list, "]");
    unsigned n = 0;
    for (size_t i = 0; i < length; i++)
        n += g_ascii_isdigit(list[i]) && (i == 0 || !g_ascii_isdigit(list[i - 1]));
    if (!n)
        return NULL;
    *out_why = g_strdup_printf("replication_num = %u, as the server has no more backends alive", n);
    return g_strdup_printf("%s%sreplication_num=%u", properties ? properties : "",
                           properties ? ", " : "", n);
}

const RtOwnTables starrocks_own_tables = {
    .lock = RT_OWN_LOCK_GENERATIONS,
    .create = create_own,
    .put = "INSERT INTO",
    .now = "date_format(utc_timestamp(), '%Y-%m-%dT%H:%i:%sZ')",
    .rename = rename_own,
    .drop = drop_own,
    .sync = "SYNC",
    .is_visible = is_visible,
    .fit = fit_properties,
};
