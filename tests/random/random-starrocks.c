/* What makes sense in StarRocks: keys first, values aggregated where the table says so. */
#include "dialect/starrocks/starrocks.h"
#include "random/random-internal.h"
#include "sql/tokens.h"

#include <string.h>

static const RtRandomType types[] = {
    { "INT", { "'0'", "'-7'" } },
    { "BIGINT", { "\"42\"" } },
    { "BOOLEAN", { "'true'" } },
    { "VARCHAR(20)", { "''", "'it''s'", "\"say \\\"hi\\\"\"" } },
    { "VARCHAR(40)", { "'x'" } },
    { "STRING" },
    { "DECIMAL(10, 2)", { "'1.50'" } },
    { "DECIMAL(18, 4)" },
    { "DATE", { "'2026-01-01'" } },
    { "DATETIME", { "CURRENT_TIMESTAMP" } },
    { "JSON" },
    { "ARRAY<INT>" },
    { "MAP<INT, STRING>" },
    { "STRUCT<a INT, b ARRAY<VARCHAR(5)>>" },
    { "STRUCT<a INT, c STRUCT<x INT, y INT>, b ARRAY<VARCHAR(5)>>" },
    { "STRUCT<n DATE, a INT, c STRUCT<y INT, z INT>>" },
    { NULL },
};

static const RtRandomType key_types[] = { { "INT" },  { "BIGINT" },   { "VARCHAR(20)" },
                                          { "DATE" }, { "DATETIME" }, { NULL } };

static const char *const properties[] = {
    "('replication_num' = '1')",
    "('replication_num' = '2', 'storage_medium' = 'SSD')",
    "('compression' = 'ZSTD', \"bloom_filter_columns\" = '')",
    NULL,
};
static const char *const securities[] = { "NONE", "INVOKER", NULL };

static const RtRandomChoice choices[] = {
    { "table", "comment", 30 },  { "table", "buckets", 30 },
    { "column", "comment", 20 }, { "table", "properties", 30, properties },
    { "index", "comment", 20 },  { "view", "security", 30, securities },
    { "view", "comment", 30 },   { NULL },
};

static void
set_value(Item *item, unsigned row, char *text)
{
    g_free(item->values[row]);
    item->values[row] = text;
}

static bool
is_column(const Item *item)
{
    return item->form == &starrocks_form_column;
}

/* ---- columns ----------------------------------------------------------------------------------
 */

static unsigned
find_key_row(const Item *table)
{
    static const unsigned rows[] = { STARROCKS_TABLE_DUPLICATE_KEY, STARROCKS_TABLE_PRIMARY_KEY,
                                     STARROCKS_TABLE_UNIQUE_KEY, STARROCKS_TABLE_AGGREGATE_KEY };
    return rows[table->number % G_N_ELEMENTS(rows)];
}

static bool
may_be_key(const Item *child)
{
    return is_column(child) && child->columns->len == 0;
}

/* A third of the columns, and one at least. */
static bool
is_key(const Item *table, const Item *child)
{
    const Item *first = NULL;
    for (unsigned i = 0; i < table->children->len; i++) {
        const Item *other = table->children->pdata[i];
        if (!may_be_key(other))
            continue;
        if (other->number % 3 == 0)
            return may_be_key(child) && child->number % 3 == 0;
        first = first ? first : other;
    }
    return child == first;
}

static bool
is_key_type(const char *type)
{
    for (const RtRandomType *known = key_types; known->type; known++) {
        if (strcmp(known->type, type) == 0)
            return true;
    }
    return false;
}

static void
settle_column(const Item *table, Item *column)
{
    bool is_aggregate = find_key_row(table) == STARROCKS_TABLE_AGGREGATE_KEY;
    if (is_key(table, column)) {
        if (is_key_type(column->values[STARROCKS_COLUMN_TYPE]))
            return;
        set_value(column, STARROCKS_COLUMN_TYPE,
                  g_strdup(key_types[column->number % (G_N_ELEMENTS(key_types) - 1)].type));
        set_value(column, STARROCKS_COLUMN_DEFAULT, NULL);
    } else if (is_aggregate) {
        set_value(column, STARROCKS_COLUMN_AGGREGATE, g_strdup("REPLACE"));
    }
}

/* Keys, values, what is computed of them, and then what is no column. */
static unsigned
rank(const Item *table, const Item *child)
{
    if (!is_column(child))
        return 3;
    return child->columns->len ? 2 : is_key(table, child) ? 0 : 1;
}

static void
sort_children(Item *table)
{
    GPtrArray *children = table->children;
    for (unsigned i = 1; i < children->len; i++) {
        for (unsigned j = i;
             j && rank(table, children->pdata[j]) < rank(table, children->pdata[j - 1]); j--) {
            gpointer kept = children->pdata[j];
            children->pdata[j] = children->pdata[j - 1];
            children->pdata[j - 1] = kept;
        }
    }
}

/* ---- indexes ----------------------------------------------------------------------------------
 */

static unsigned
get_indexed(const Item *index)
{
    return g_array_index(index->columns, unsigned, 0);
}

/* One column, which has no other index, and a key where rows are merged. */
static bool
may_stand(const Item *table, unsigned at)
{
    const Item *index = table->children->pdata[at];
    const Item *column = find_item(table->children, get_indexed(index));
    unsigned key_row = find_key_row(table);
    bool is_merged =
        key_row == STARROCKS_TABLE_UNIQUE_KEY || key_row == STARROCKS_TABLE_AGGREGATE_KEY;
    if (!column || !is_key_type(column->values[STARROCKS_COLUMN_TYPE]) ||
        (is_merged && !is_key(table, column)))
        return false;
    for (unsigned i = 0; i < at; i++) {
        const Item *other = table->children->pdata[i];
        if (!is_column(other) && get_indexed(other) == column->id)
            return false;
    }
    return true;
}

static void
settle_indexes(Item *table)
{
    for (unsigned i = 0; i < table->children->len; i++) {
        Item *index = table->children->pdata[i];
        if (is_column(index))
            continue;
        g_array_set_size(index->columns, 1);
        if (may_stand(table, i))
            set_value(index, STARROCKS_INDEX_USING, g_strdup("BITMAP"));
        else
            g_ptr_array_remove_index(table->children, i--);
    }
}

/* ---- clauses ----------------------------------------------------------------------------------
 */

static void
append_name(GString *out, const char *name)
{
    g_string_append(out, out->len && !strchr("(", out->str[out->len - 1]) ? ", " : "");
    rt_name_print(out, &starrocks_lexicon, name);
}

/* The columns of the key; `first`: the first of them alone. */
static char *
list_key(const Item *table, const char *before, bool first)
{
    GString *out = g_string_new(before);
    g_string_append_c(out, '(');
    for (unsigned i = 0; i < table->children->len; i++) {
        const Item *child = table->children->pdata[i];
        if (!is_key(table, child))
            continue;
        append_name(out, child->name);
        if (first)
            break;
    }
    return g_string_free(g_string_append_c(out, ')'), FALSE);
}

static void
settle_partition(Item *table)
{
    const Item *key = table->children->pdata[0];
    const char *type = key->values[STARROCKS_COLUMN_TYPE];
    g_autoptr(GString) name = g_string_new(NULL);
    append_name(name, key->name);
    if (table->number / 4 % 4 == 0 && g_str_has_prefix(type, "DATE"))
        set_value(table, STARROCKS_TABLE_PARTITION,
                  g_strdup_printf("date_trunc('day', %s)", name->str));
    if (table->number / 4 % 4 != 1 || !g_str_equal(type, "DATE"))
        return;
    set_value(table, STARROCKS_TABLE_PARTITION, g_strdup_printf("RANGE (%s)", name->str));
    set_value(table, STARROCKS_TABLE_PARTITIONS,
              g_strdup("(PARTITION p1 VALUES LESS THAN ('2026-01-01'))"));
}

/* Tables that aggregate have no generated columns. */
static void
make_plain(const Item *table)
{
    for (unsigned i = 0; i < table->children->len; i++) {
        Item *child = table->children->pdata[i];
        if (is_column(child))
            g_array_set_size(child->columns, 0);
    }
}

/* The sum of a whole number and a small one. */
static void
settle_generated(const Item *table, Item *column)
{
    static const char *const numbers[] = { "INT", "BIGINT" };
    const Item *source = find_item(table->children, g_array_index(column->columns, unsigned, 0));
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (g_str_equal(source->values[STARROCKS_COLUMN_TYPE], numbers[i]))
            set_value(column, STARROCKS_COLUMN_TYPE, g_strdup("BIGINT"));
    }
}

static void
settle_table(Item *table)
{
    if (find_key_row(table) == STARROCKS_TABLE_AGGREGATE_KEY)
        make_plain(table);
    for (unsigned i = 0; i < table->children->len; i++) {
        if (is_column(table->children->pdata[i]))
            settle_column(table, table->children->pdata[i]);
    }
    for (unsigned i = 0; i < table->children->len; i++) {
        Item *child = table->children->pdata[i];
        if (is_column(child) && child->columns->len)
            settle_generated(table, child);
    }
    sort_children(table);
    settle_indexes(table);
    set_value(table, find_key_row(table), list_key(table, "", false));
    settle_partition(table);
    set_value(table, STARROCKS_TABLE_DISTRIBUTION, list_key(table, "HASH ", true));
}

const RtRandomDialect rt_random_starrocks = {
    .dialect = &rt_dialect_starrocks,
    .types = types,
    .key_types = key_types,
    .choices = choices,
    .table = &starrocks_form_table,
    .column = &starrocks_form_column,
    .view = &starrocks_form_view,
    .index = &starrocks_form_index,
    .has_generated = true,
    .settle = settle_table,
};
