/* What the server refuses of views and materialized views. */
#include "dialect/depend.h"
#include "dialect/starrocks/check.h"
#include "dialect/starrocks/columns.h"
#include "dialect/starrocks/resolve.h"

#include <string.h>

bool
starrocks_check_query(const StarrocksCheck *check, const RtObject *view, const RtValue *query)
{
    const char *problem = query ? starrocks_query_problem(check->before, view->name->schema,
                                                          query->text, query->length)
                                : NULL;
    return !problem || starrocks_reject(check, "%s", problem);
}

/* percentile_union(percentile_hash(c)): how a column that a function makes of another is named. */
static bool
names_column(const QueryReading *reading, unsigned first, unsigned end)
{
    static const char *const makers[] = { "to_bitmap", "hll_hash", "percentile_hash", "bitmap_agg",
                                          NULL };
    const QueryItem *inner = starrocks_reading_at(reading, first + 2);
    bool is_made = end - first == 7 && starrocks_item_is_one_of(inner, makers) &&
                   starrocks_reading_at(reading, first + 4)->n_parts;
    return is_made || (end - first == 4 && inner->n_parts);
}

/* A column of a rollup that is neither one of the table nor an aggregate over one has an alias. */
static bool
check_aliases(const StarrocksCheck *check, const RtObject *view)
{
    static const char *const functions[] = { "sum",       "min",          "max",
                                             "hll_union", "bitmap_union", "percentile_union",
                                             NULL };
    QueryTree tree;
    bool is_fine = true;
    const RtValue *query = rt_object_role(view, RT_ROLE_DEFINITION);
    if (!query)
        return true;
    starrocks_tree_open(&tree, &starrocks_lexicon, query->text, query->length);
    const GArray *list = tree.select ? tree.select->expressions : NULL;
    for (unsigned i = 0; is_fine && list && i < list->len; i++) {
        QueryExpression one = g_array_index(list, QueryExpression, i);
        const QueryItem *first = starrocks_reading_at(&tree.reading, one.first);
        const QueryItem *open = starrocks_reading_at(&tree.reading, one.first + 1);
        is_fine = !starrocks_item_is_one_of(first, functions) ||
                  !starrocks_item_is_operator(open, "(") || open->close != one.end - 1 ||
                  names_column(&tree.reading, one.first, one.end) ||
                  starrocks_reject(check,
                                   "Create materialized view non-slot ref expression "
                                   "should have an alias: %s",
                                   first->parts[0]);
    }
    starrocks_tree_close(&tree);
    return is_fine;
}

/* A synchronous materialized view is a rollup of its table. */
static bool
check_rollup(const StarrocksCheck *check, const RtObject *view)
{
    g_autoptr(GPtrArray) relations = g_ptr_array_new();
    if (!starrocks_is_synchronous(view))
        return true;
    if (!check_aliases(check, view))
        return false;
    rt_depend_relations(&rt_dialect_starrocks, check->before, view, relations);
    const RtObject *table = relations->len ? relations->pdata[0] : NULL;
    if (!table || starrocks_key_row(table) != STARROCKS_TABLE_PRIMARY_KEY)
        return true;
    return starrocks_reject(check,
                            "Do not support create materialized view on primary key "
                            "table[%s]",
                            table->name->text);
}

/* Words that the parser takes for what they are not. */
static bool
check_grammar(const StarrocksCheck *check, const RtObject *view)
{
    static const struct {
        unsigned row;
        const char *word, *why;
    } rules[] = {
        { STARROCKS_MV_REFRESH, "INCREMENTAL", "a refresh is ASYNC, MANUAL or SCHEDULE" },
        { STARROCKS_MV_PARTITION, "RANGE", "a view is partitioned by a column or a function" },
        { STARROCKS_MV_PARTITION, "LIST", "a view is partitioned by a column or a function" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        const RtValue *value = rt_object_value(view, rules[i].row);
        size_t length = strlen(rules[i].word);
        if (value && g_ascii_strncasecmp(value->text, rules[i].word, length) == 0 &&
            !g_ascii_isalnum(value->text[length]) && value->text[length] != '_')
            return starrocks_reject(check, "Unexpected input '%s': %s", rules[i].word,
                                    rules[i].why);
    }
    return true;
}

static const RtValue *
find_columns(const RtObject *view)
{
    bool is_plain = view->form == &starrocks_form_view;
    return rt_object_value(view,
                           is_plain ? (unsigned) STARROCKS_VIEW_COLUMNS : STARROCKS_MV_COLUMNS);
}

/* The columns that a view names: each once. */
static bool
check_columns(const StarrocksCheck *check, const RtObject *view)
{
    const RtValue *columns = find_columns(view);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; columns && i < columns->length; i++) {
        const RtName *name = columns->parts[i].column;
        if (name && !g_hash_table_add(seen, (void *) name->key))
            return starrocks_reject(check, "Duplicate column name '%s'", name->text);
    }
    return true;
}

/* Whether a column of this name is missing for certain. */
static bool
is_missing(const QueryColumns *columns, const RtName *name)
{
    for (unsigned i = 0; columns && i < columns->n; i++) {
        if (!columns->names[i] || g_ascii_strcasecmp(columns->names[i], name->text) == 0)
            return false;
    }
    /* __ROW_ID__ and the like: the server's own. */
    return columns && !g_str_has_prefix(name->text, "__");
}

/* The columns that a materialized view is distributed and sorted by are its own. */
static bool
check_names(const StarrocksCheck *check, const RtObject *view)
{
    static const struct {
        unsigned row;
        const char *before, *after;
    } rules[] = {
        { STARROCKS_MV_DISTRIBUTION, "Distribution column(", ") doesn't exist." },
        { STARROCKS_MV_ORDER, "Sort key not exists: ", "" },
    };
    bool is_fine = true;
    ColumnFinder finder;
    starrocks_finder_init(&finder, check->before, view->name->schema);
    const QueryColumns *columns = starrocks_columns_of(&finder, view);
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        const RtValue *value = rt_object_value(view, rules[i].row);
        for (uint32_t j = 0; is_fine && value && j < value->length; j++)
            is_fine = !is_missing(columns, value->names[j]) ||
                      starrocks_reject(check, "%s%s%s", rules[i].before, value->names[j]->text,
                                       rules[i].after);
    }
    starrocks_finder_clear(&finder);
    return is_fine;
}

static bool
check_partition(const StarrocksCheck *check, const RtObject *view)
{
    const RtValue *scheme = rt_object_value(view, STARROCKS_MV_PARTITION);
    const char *name =
        scheme ? starrocks_unresolved(check->before, view, scheme->text, scheme->length) : NULL;
    return !name || starrocks_reject(check,
                                     "Materialized view partition exp column:%s is not found in "
                                     "query statement",
                                     name);
}

/* A view names as many columns as its query gives. */
static bool
check_count(const StarrocksCheck *check, const RtObject *view)
{
    const RtValue *said = find_columns(view);
    ColumnFinder finder;
    starrocks_finder_init(&finder, check->before, view->name->schema);
    const QueryColumns *given = said ? starrocks_columns_given(&finder, view) : NULL;
    bool is_fine = !given || said->length == given->n;
    starrocks_finder_clear(&finder);
    return is_fine || starrocks_reject(check, "View's SELECT and view's field list have different "
                                              "column counts");
}

bool
starrocks_check_view(const StarrocksCheck *check, const RtObject *view)
{
    bool is_seen = !rt_catalog_unseen(check->before);
    if (!check_columns(check, view) ||
        !starrocks_check_query(check, view, rt_object_role(view, RT_ROLE_DEFINITION)) ||
        (is_seen && !check_count(check, view)))
        return false;
    if (view->form == &starrocks_form_view)
        return !rt_object_value(view, STARROCKS_VIEW_PROPERTIES) ||
               starrocks_reject(check, "Setting properties is only supported for Iceberg views: "
                                       "take them out");
    return check_grammar(check, view) && check_rollup(check, view) &&
           (!is_seen || (check_names(check, view) && check_partition(check, view))) &&
           starrocks_check_properties(check, view);
}

/* Docs: ALTER_MATERIALIZED_VIEW (ORDER BY), only of data that lies apart, distributed by ranges. */
bool
starrocks_check_view_order(const StarrocksCheck *check)
{
    RtKind kind = RT_KIND_MATERIALIZED_VIEW;
    const RtValue *order = check->op->value_after;
    const RtObject *view = rt_catalog_find(check->before, kind, check->op->name);
    const RtValue *spread = view ? rt_object_value(view, STARROCKS_MV_DISTRIBUTION) : NULL;
    bool is_fixed =
        starrocks_is_synchronous(view) || (spread && spread->origin == RT_ORIGIN_STATED);
    if (is_fixed || starrocks_is_shared_nothing(check->server))
        return starrocks_reject(check, "only materialized views of shared-data clusters that are "
                                       "distributed by ranges can be sorted anew");
    if (!view || !order || rt_catalog_unseen(check->before))
        return true;
    RtValue sorted = *order;
    sorted.row = STARROCKS_MV_ORDER;
    RtArena *arena = rt_model_arena(rt_catalog_model(check->before));
    return check_names(check, rt_object_with_value(arena, view, &sorted));
}
