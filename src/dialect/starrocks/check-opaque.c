/* What the server refuses of statements that are run as they are: a rule for each, by their words.
 */
#include "dialect/starrocks/check.h"
#include "dialect/starrocks/resolve.h"

#include <string.h>

/* ---- tables -----------------------------------------------------------------------------------
 */

/* PARTITIONS (…) DISTRIBUTED BY …: how many buckets some partitions have, and nothing else. */
static bool
check_distributed(const StarrocksCheck *check, const RtObject *table, RtCursor *cursor)
{
    RtSpan names;
    const RtValue *spread = table ? rt_object_value(table, STARROCKS_TABLE_DISTRIBUTION) : NULL;
    if (!spread || !rt_cursor_take_parentheses(cursor, &names, NULL) ||
        !rt_cursor_accept(cursor, "DISTRIBUTED BY"))
        return true;
    if (rt_cursor_at(cursor, spread->length ? "RANDOM" : "HASH"))
        return starrocks_reject(check, "not support change distribution type when specify "
                                       "partitions.");
    if (!rt_cursor_accept(cursor, "HASH") || !rt_cursor_accept_operator(cursor, '('))
        return true;
    do {
        const RtName *name = rt_value_take_name(cursor, rt_catalog_context(check->before),
                                                RT_KIND_COLUMN, "a column", NULL);
        if (name && !starrocks_names_hold(spread, name))
            return starrocks_reject(check,
                                    "not support change distribution column when specify "
                                    "partitions: %s",
                                    name->text);
    } while (rt_cursor_accept_operator(cursor, ','));
    return true;
}

/* DROP PARTITIONS WHERE …: the condition is over the columns that partition the table. What those
   are computed from may do too. */
static bool
check_condition(const StarrocksCheck *check, const RtObject *table, const RtCursor *cursor)
{
    const RtObject *part = starrocks_partition_columns(check, table);
    uint32_t start = cursor->token.span.start;
    for (unsigned i = 0; i < part->n_children; i++) {
        if (rt_object_value(part->children[i], STARROCKS_COLUMN_GENERATED))
            return true;
    }
    const char *name = starrocks_unresolved(check->before, part, cursor->text->data + start,
                                            cursor->text->length - start);
    return !name || starrocks_reject(check,
                                     "Column `%s` in the partition condition is not a table's "
                                     "partition expression",
                                     name);
}

static bool
check_dropped(const StarrocksCheck *check, const RtObject *table, RtCursor *cursor)
{
    if (!table || !rt_object_value(table, STARROCKS_TABLE_PARTITION))
        return true;
    rt_cursor_accept(cursor, "IF EXISTS");
    if (rt_cursor_accept(cursor, "WHERE"))
        return check_condition(check, table, cursor);
    g_autofree char *unit = starrocks_partition_unit(check, table);
    g_autofree char *word = unit ? g_ascii_strup(unit, -1) : NULL;
    while (unit && !rt_cursor_at_end(cursor) && !rt_cursor_accept(cursor, "INTERVAL"))
        rt_cursor_next(cursor);
    if (!unit || rt_cursor_at_end(cursor))
        return true;
    rt_cursor_next(cursor); /* how many of them */
    return rt_cursor_at(cursor, word) ||
           starrocks_reject(check,
                            "The granularity of the auto-partitioned table granularity(%s) should "
                            "be consistent with that of the partitions",
                            unit);
}

/* CREATE TABLE … AS SELECT: what it reads. */
static bool
check_select(const StarrocksCheck *check, const RtObject *table, RtCursor *cursor)
{
    (void) table;
    while (!rt_cursor_at_end(cursor) && !rt_cursor_accept(cursor, "AS"))
        starrocks_pass_nested(cursor);
    uint32_t start = cursor->token.span.start;
    const char *problem = starrocks_query_problem(check->before, NULL, cursor->text->data + start,
                                                  cursor->text->length - start);
    return !problem || starrocks_reject(check, "%s", problem);
}

/* ---- databases --------------------------------------------------------------------------------
 */

/* SET DATA QUOTA 10T, SET REPLICA QUOTA 100: digits and, of data, a unit. */
static bool
check_quota(const StarrocksCheck *check, const RtCursor *cursor, bool is_of_data)
{
    static const char *const units[] = { "b",  "k", "kb", "m", "mb", "g",
                                         "gb", "t", "tb", "p", "pb", NULL };
    g_autofree char *text =
        g_ascii_strdown(cursor->text->data + cursor->token.span.start,
                        (gssize) (cursor->text->length - cursor->token.span.start));
    g_strstrip(text);
    const char *unit = text + strspn(text, "0123456789");
    bool is_fine = unit > text && (is_of_data ? g_strv_contains(units, unit) : !*unit);
    return is_fine ||
           starrocks_reject(check, "invalid quota %s: it is %s", text,
                            is_of_data ? "a number with a unit, such as 10T" : "a number");
}

static bool
check_data_quota(const StarrocksCheck *check, const RtObject *database, RtCursor *cursor)
{
    (void) database;
    return check_quota(check, cursor, true);
}

static bool
check_replica_quota(const StarrocksCheck *check, const RtObject *database, RtCursor *cursor)
{
    (void) database;
    return check_quota(check, cursor, false);
}

/* ---- all --------------------------------------------------------------------------------------
 */

/* `intro`, the name of an object, `clause` (NULL: whatever follows); the cursor is behind them, and
   the object is NULL where it is not known. */
static const struct {
    const char *intro;
    RtKind kind;
    const char *clause;
    bool (*check)(const StarrocksCheck *check, const RtObject *object, RtCursor *cursor);
} rules[] = {
    { "ALTER TABLE", RT_KIND_TABLE, "PARTITIONS", check_distributed },
    { "ALTER TABLE", RT_KIND_TABLE, "DROP PARTITIONS", check_dropped },
    { "ALTER DATABASE", RT_KIND_DATABASE, "SET DATA QUOTA", check_data_quota },
    { "ALTER DATABASE", RT_KIND_DATABASE, "SET REPLICA QUOTA", check_replica_quota },
    { "CREATE TABLE", RT_KIND_TABLE, NULL, check_select },
    { "CREATE TEMPORARY TABLE", RT_KIND_TABLE, NULL, check_select },
};

bool
starrocks_check_opaque(const StarrocksCheck *check)
{
    RtText text;
    RtCursor start;
    if (!check->op->text)
        return true;
    starrocks_open_statement(check, &text, &start);
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        RtCursor cursor = start;
        if (!rt_cursor_accept(&cursor, rules[i].intro))
            continue;
        if (!rt_cursor_accept(&cursor, "IF NOT EXISTS"))
            rt_cursor_accept(&cursor, "IF EXISTS");
        const RtName *name =
            starrocks_at_foreign_name(&cursor)
                ? NULL
                : rt_value_take_qualified(&cursor, rt_catalog_context(check->before), rules[i].kind,
                                          "a name", NULL);
        if (!name)
            return true;
        if (!rules[i].clause || rt_cursor_accept(&cursor, rules[i].clause))
            return rules[i].check(check, rt_catalog_find(check->before, rules[i].kind, name),
                                  &cursor);
    }
    return true;
}
