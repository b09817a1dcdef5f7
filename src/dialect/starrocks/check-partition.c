/* What the server refuses of partitions by hand: AlterTableClauseAnalyzer of the frontend. */
#include "dialect/starrocks/check.h"

#include <string.h>

StarrocksScheme
starrocks_scheme(const RtObject *table)
{
    static const struct {
        const char *word;
        StarrocksScheme scheme;
    } words[] = {
        { "RANGE", STARROCKS_SCHEME_RANGE },
        { "LIST", STARROCKS_SCHEME_LIST },
        { "date_trunc", STARROCKS_SCHEME_TIME },
        { "time_slice", STARROCKS_SCHEME_TIME },
    };
    const RtValue *scheme = rt_object_value(table, STARROCKS_TABLE_PARTITION);
    for (size_t i = 0; scheme && i < G_N_ELEMENTS(words); i++) {
        size_t length = strlen(words[i].word);
        bool is_it = g_ascii_strncasecmp(scheme->text, words[i].word, length) == 0 &&
                     (scheme->text[length] == '(' || scheme->text[length] == ' ');
        if (is_it && !strstr(scheme->text, "),"))
            return words[i].scheme;
    }
    return scheme ? STARROCKS_SCHEME_VALUE : STARROCKS_SCHEME_NONE;
}

/* Whether the table has a partition of this name, as far as its definition says. */
static bool
has_partition(const StarrocksCheck *check, const RtObject *table, const char *name)
{
    const RtValue *map =
        starrocks_normalize_partitions(rt_catalog_context(check->before), table,
                                       rt_object_value(table, STARROCKS_TABLE_PARTITIONS));
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (g_ascii_strcasecmp(map->properties[i].key, name) == 0)
            return true;
    }
    return false;
}

/* Only where the server neither makes partitions of rows nor by the clock are all known. */
static bool
knows_partitions(const RtObject *table)
{
    StarrocksScheme scheme = starrocks_scheme(table);
    const RtValue *map = rt_object_value(table, STARROCKS_TABLE_PROPERTIES);
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (g_str_has_prefix(map->properties[i].key, "dynamic_partition."))
            return false;
    }
    return scheme == STARROCKS_SCHEME_RANGE || scheme == STARROCKS_SCHEME_LIST;
}

static bool
check_range_added(const StarrocksCheck *check, const RtObject *table)
{
    switch (starrocks_scheme(table)) {
    case STARROCKS_SCHEME_TIME:
        return starrocks_reject(check, "Currently, you cannot manually add a single range "
                                       "partition to a table that is automatically partition.");
    case STARROCKS_SCHEME_RANGE:
        return true;
    default:
        return starrocks_reject(check, "Cannot add a Range partition to a table that partition "
                                       "type is not of Range");
    }
}

bool
starrocks_check_batches(const StarrocksCheck *check, const RtObject *table,
                        const RtValue *partitions)
{
    const RtValue *normal =
        starrocks_normalize_partitions(rt_catalog_context(check->before), table, partitions);
    return !normal || normal != partitions ||
           starrocks_reject(check,
                            "START … END … EVERY of table %s make more than %d partitions; a "
                            "server takes 4096 at once (max_partitions_in_one_batch)",
                            table->name->text, STARROCKS_MOST_PARTITIONS);
}

/* One more beside those that the table has. */
static bool
check_batch_added(const StarrocksCheck *check, const RtObject *table)
{
    const RtValue *old = rt_object_value(table, STARROCKS_TABLE_PARTITIONS);
    uint32_t n = old ? old->length : 0;
    g_autofree RtProperty *properties = g_new(RtProperty, n + 1);
    for (uint32_t i = 0; i < n; i++)
        properties[i] = old->properties[i];
    properties[n] = (RtProperty){ check->op->property, "", RT_ORIGIN_STATED };
    const RtValue all = { .row = STARROCKS_TABLE_PARTITIONS,
                          .length = n + 1,
                          .properties = properties };
    return starrocks_check_batches(check, table, &all);
}

bool
starrocks_check_merge(const StarrocksCheck *check, const RtObject *table)
{
    static const char *const functions[] = { "date_trunc", "time_slice" };
    const char *merged = check->op->property;
    bool is_span = false;
    for (size_t i = 0; merged && i < G_N_ELEMENTS(functions); i++)
        is_span |= g_ascii_strncasecmp(merged, functions[i], strlen(functions[i])) == 0;
    if (merged && !is_span)
        return starrocks_reject(check, "Unsupported partition type for merge partitions");
    return !merged || starrocks_scheme(table) == STARROCKS_SCHEME_TIME ||
           starrocks_reject(check, "Unsupported table partition type when merge partitions");
}

/* The columns of a list, 1 of an expression. */
static unsigned
count_columns(const RtObject *table)
{
    const char *text = rt_object_value(table, STARROCKS_TABLE_PARTITION)->text;
    unsigned n = 1, depth = 0;
    bool is_expression = strchr(text, '(') && strchr(strchr(text, '(') + 1, '(');
    for (; *text && !is_expression; text++) {
        depth += *text == '(';
        depth -= *text == ')';
        n += *text == ',' && depth < 2;
    }
    return n;
}

enum { LONG_NAME = 50 }; /* longer ones are cut */

/* p2026_a: as many values as it has pieces, or more. */
static unsigned
count_values_in(const char *name)
{
    unsigned n = 1;
    for (; *name; name++)
        n += *name == '_';
    return n;
}

/* What rows make by the day is called p20260101: a digit for each of the unit's and those above;
   and by values, pa_b: all of them. */
static bool
may_be_made(const RtObject *table, const char *name)
{
    static const struct {
        const char *unit;
        size_t digits;
    } units[] = { { "year", 4 }, { "month", 6 }, { "day", 8 }, { "hour", 10 }, { "minute", 12 } };
    const RtValue *scheme = rt_object_value(table, STARROCKS_TABLE_PARTITION);
    if (!scheme)
        return false;
    g_autofree char *folded = g_ascii_strdown(scheme->text, -1);
    if (starrocks_scheme(table) == STARROCKS_SCHEME_VALUE)
        return *name == 'p' &&
               (count_values_in(name) >= count_columns(table) || strlen(name) >= LONG_NAME);
    if (starrocks_scheme(table) != STARROCKS_SCHEME_TIME || !g_str_has_prefix(folded, "date_trunc"))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strstr(folded, units[i].unit))
            return *name == 'p' && strspn(name + 1, "0123456789") == units[i].digits &&
                   !name[1 + units[i].digits];
    }
    return true;
}

static bool
check_dropped(const StarrocksCheck *check, const RtObject *table)
{
    const RtOp *op = check->op;
    bool is_known = knows_partitions(table) || !may_be_made(table, op->property);
    bool is_missing =
        !(op->flags & RT_OP_IF_EXISTS) && is_known && !has_partition(check, table, op->property);
    return !is_missing ||
           starrocks_reject(check, "Error in list of partitions to [%s]", op->property);
}

static bool
check_renamed(const StarrocksCheck *check, const RtObject *table)
{
    const RtOp *op = check->op;
    StarrocksScheme scheme = starrocks_scheme(table);
    if (scheme == STARROCKS_SCHEME_TIME || scheme == STARROCKS_SCHEME_VALUE)
        return starrocks_reject(
            check, "Table[%s] is automatic partitioned. not support to rename partition name.",
            table->name->text);
    if (!knows_partitions(table))
        return true;
    if (!has_partition(check, table, op->property))
        return starrocks_reject(check, "Partition[%s] does not exists", op->property);
    return !has_partition(check, table, op->new_name->text) ||
           starrocks_reject(check, "Partition name[%s] is already used", op->new_name->text);
}

/* How many values the first item of VALUES IN (…) has: 1, or those in its parentheses. */
static unsigned
count_values(const char *definition)
{
    RtText text = { .data = definition, .length = (uint32_t) strlen(definition) };
    RtCursor cursor;
    unsigned n = 1;
    g_autoptr(RtArena) arena = rt_arena_new();
    rt_cursor_init(&cursor, arena, &starrocks_lexicon, &text);
    rt_cursor_accept(&cursor, "VALUES IN");
    rt_cursor_accept_operator(&cursor, '(');
    if (!rt_cursor_accept_operator(&cursor, '('))
        return 1;
    for (; !rt_cursor_at_end(&cursor) && !rt_cursor_at_operator(&cursor, ')');
         rt_cursor_next(&cursor))
        n += rt_cursor_at_operator(&cursor, ',');
    return n;
}

static bool
check_list_added(const StarrocksCheck *check, const RtObject *table)
{
    StarrocksScheme scheme = starrocks_scheme(table);
    if (scheme != STARROCKS_SCHEME_LIST && scheme != STARROCKS_SCHEME_VALUE)
        return starrocks_reject(check, "Cannot add a List partition to a table that partition type "
                                       "is not of List");
    unsigned n = count_columns(table), given = count_values(check->op->value_after->text);
    return n == given ||
           starrocks_reject(check,
                            "Partition column size should be %u: the values of partition %s have "
                            "%u each",
                            n, check->op->property, given);
}

bool
starrocks_check_partition_change(const StarrocksCheck *check, const RtObject *table)
{
    const RtOp *op = check->op;
    if (!op->property)
        return true;
    if (op->new_name)
        return check_renamed(check, table);
    if (!op->value_after)
        return check_dropped(check, table);
    bool is_batch = !*op->value_after->text;
    bool is_list = g_ascii_strncasecmp(op->value_after->text, "VALUES IN", 9) == 0;
    if (is_list)
        return check_list_added(check, table);
    return is_batch ? check_batch_added(check, table) : check_range_added(check, table);
}
