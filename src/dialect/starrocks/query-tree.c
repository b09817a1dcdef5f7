/*
 * Finds the SELECTs of a query and what their FROMs read. All that is not known (hints, conditions,
 * clauses of new servers) is passed over, but for the queries in its parentheses.
 */
#include "dialect/starrocks/query-tree.h"

#include <string.h>

enum { DEEPEST_QUERY = 100 }; /* parentheses within each other */

static const QuerySelect *read_query(QueryTree *tree, unsigned at, unsigned end,
                                     const QueryCommon *common);

static const QueryItem *
item_at(const QueryTree *tree, unsigned at)
{
    return starrocks_reading_at(&tree->reading, at);
}

static bool
is_operator_at(const QueryTree *tree, unsigned at, const char *text)
{
    return starrocks_item_is_operator(item_at(tree, at), text);
}

static bool
is_word_at(const QueryTree *tree, unsigned at, const char *word)
{
    return starrocks_item_is(item_at(tree, at), word);
}

/* Where the parenthesis at `at` closes; 0: there is none. */
static unsigned
find_close(const QueryTree *tree, unsigned at)
{
    return is_operator_at(tree, at, "(") ? item_at(tree, at)->close : 0;
}

/* Passes the parentheses at `at` if there are any, and reads the queries in them. */
static unsigned
pass_parentheses(QueryTree *tree, unsigned at, const QueryCommon *common,
                 const QuerySelect **out_select)
{
    unsigned close = find_close(tree, at);
    if (close)
        *out_select = read_query(tree, at + 1, close, common);
    return close ? close + 1 : at;
}

static unsigned
pass_names(QueryTree *tree, unsigned open)
{
    unsigned close = find_close(tree, open);
    for (unsigned at = open; at < close; at++)
        tree->is_name[at] = true;
    return close ? close + 1 : open;
}

/* JOIN [SHUFFLE]: how something is read. */
static unsigned
pass_hint(const QueryTree *tree, unsigned at)
{
    unsigned close = is_operator_at(tree, at, "[") ? item_at(tree, at)->close : 0;
    return close ? close + 1 : at;
}

/* ---- FROM -------------------------------------------------------------------------------------
 */

/* What follows a FROM. */
static const char *const ends_of_from[] = {
    "where", "group",     "having", "order",   "limit", "except",
    "union", "intersect", "minus",  "qualify", NULL,
};
/* What follows a source within it. */
static const char *const joints[] = {
    "on",   "using", "join", "left",    "right", "full", "cross",
    "semi", "anti",  "for",  "natural", "pivot", NULL,
};

static bool
is_alias_at(const QueryTree *tree, unsigned at)
{
    const QueryItem *item = item_at(tree, at);
    return item && item->n_parts == 1 &&
           (item->is_alias || (!starrocks_item_is_one_of(item, ends_of_from) &&
                               !starrocks_item_is_one_of(item, joints)));
}

/* Whether a query stands in the parentheses before `at`, and not tables: ((SELECT …) UNION …). */
static bool
begins_query(const QueryTree *tree, unsigned at)
{
    static const char *const words[] = { "select", "with", "values", NULL };
    static const char *const joined[] = { "union", "except", "intersect", "minus",
                                          "order", "limit",  NULL };
    for (; find_close(tree, at); at++) {
        unsigned next = find_close(tree, at) + 1;
        if (!is_operator_at(tree, next, ")") &&
            !starrocks_item_is_one_of(item_at(tree, next), joined))
            return false;
    }
    return starrocks_item_is_one_of(item_at(tree, at), words);
}

/* PARTITION (p) and TABLET (1) say which rows are read. */
static unsigned
pass_choice(QueryTree *tree, unsigned at)
{
    static const char *const words[] = { "partition", "partitions", "tablet", "tablets", NULL };
    at +=
        is_word_at(tree, at, "temporary") && starrocks_item_is_one_of(item_at(tree, at + 1), words);
    while (starrocks_item_is_one_of(item_at(tree, at), words) && find_close(tree, at + 1))
        at = pass_names(tree, at + 1);
    return at;
}

/* A table, or a query of a WITH. */
static void
name_source(const QueryItem *item, const QueryCommon *common, QuerySource *source)
{
    while (common && (item->n_parts > 1 || strcmp(common->name, item->parts[0]) != 0))
        common = common->before;
    source->table = common ? NULL : item;
    source->select = common ? common->select : NULL;
    source->names = common ? common->names : 0;
}

/* A table, view, function or query at `at`, with its alias; passes it. */
static unsigned
read_source(QueryTree *tree, unsigned at, const QueryCommon *common, QuerySource *source)
{
    const QuerySelect *arguments;
    const QueryItem *item = item_at(tree, at);
    if (!item || !item->n_parts) {
        at = pass_parentheses(tree, at, common, &source->select);
    } else {
        bool is_function = find_close(tree, at + 1) != 0;
        tree->is_name[at++] = true;
        source->name = item->parts[item->n_parts - 1];
        if (!is_function)
            name_source(item, common, source);
        at = is_function ? pass_parentheses(tree, at, common, &arguments) : pass_choice(tree, at);
    }
    if (is_alias_at(tree, at)) {
        tree->is_name[at] = true;
        source->name = item_at(tree, at++)->parts[0];
        source->names = find_close(tree, at) ? at : source->names;
        at = pass_names(tree, at);
    }
    source->is_changed = is_operator_at(tree, at, "[");
    return at;
}

/* Passes up to the next source, or to the end of the FROM, where it returns false. Of the sources
   from `first` on a join hides those to its left, or *out_hides those to its right. */
static bool
pass_joint(QueryTree *tree, unsigned *at, unsigned end, const QueryCommon *common,
           QuerySelect *select, unsigned first, bool *out_hides)
{
    static const char *const existence[] = { "semi", "anti", NULL };
    *out_hides = false;
    while (*at < end && !starrocks_item_is_one_of(item_at(tree, *at), ends_of_from)) {
        const QueryItem *item = item_at(tree, *at);
        const QuerySelect *none;
        unsigned behind = pass_parentheses(tree, *at, common, &none);
        bool hides = starrocks_item_is_one_of(item, existence);
        bool is_right = hides && is_word_at(tree, *at - 1, "right");
        *at = MAX(behind, *at + 1);
        if (starrocks_item_is_operator(item, ",") || starrocks_item_is(item, "join"))
            return true;
        *out_hides |= hides && !is_right;
        select->merges |= starrocks_item_is(item, "using") || starrocks_item_is(item, "natural");
        bool is_pivot = starrocks_item_is(item, "pivot");
        for (unsigned i = first; (is_pivot || is_right) && i < select->sources->len; i++) {
            QuerySource *source = &g_array_index(select->sources, QuerySource, i);
            source->is_hidden |= hides;
            source->is_changed |= is_pivot;
        }
    }
    return false;
}

/* The sources from `at` to the end of the FROM, or of the parentheses around them; passes them. */
static unsigned
read_sources(QueryTree *tree, unsigned at, unsigned end, const QueryCommon *common,
             QuerySelect *select)
{
    unsigned first = select->sources->len;
    bool hides = false;
    tree->is_cut |= tree->depth == DEEPEST_QUERY;
    if (tree->depth == DEEPEST_QUERY)
        return end;
    tree->depth++;
    do {
        unsigned before = select->sources->len;
        at = pass_hint(tree, at);
        at += is_word_at(tree, at, "lateral");
        unsigned close = find_close(tree, at);
        if (close && !begins_query(tree, at + 1)) {
            read_sources(tree, at + 1, close, common, select);
            at = close + 1;
        } else {
            QuerySource source = { 0 };
            at = read_source(tree, at, common, &source);
            g_array_append_val(select->sources, source);
        }
        for (unsigned i = before; i < select->sources->len; i++)
            g_array_index(select->sources, QuerySource, i).is_hidden |= hides;
    } while (pass_joint(tree, &at, end, common, select, first, &hides));
    tree->depth--;
    return at;
}

/* ---- SELECT -----------------------------------------------------------------------------------
 */

/* Where the expression at `at` of a list ends: at a comma, FROM, or the end; not at * EXCEPT (a).
 */
static unsigned
find_end(const QueryTree *tree, unsigned at, unsigned end)
{
    for (unsigned first = at; at < end; at++) {
        const QueryItem *item = item_at(tree, at);
        bool is_choice = at > first && is_operator_at(tree, at - 1, "*");
        if (starrocks_item_is_operator(item, ",") || starrocks_item_is(item, "from") ||
            (!is_choice && starrocks_item_is_one_of(item, ends_of_from)))
            break;
        at = MAX(at, item->close);
    }
    return MIN(at, end);
}

/* The expressions from `at` on, and the queries within them; gives where the list ends. */
static unsigned
read_list(QueryTree *tree, unsigned at, unsigned end, const QueryCommon *common,
          GArray *expressions)
{
    for (;;) {
        QueryExpression expression = { at, find_end(tree, at, end) };
        if (expression.end == at)
            return at;
        while (at < expression.end) {
            const QuerySelect *none;
            unsigned behind = pass_parentheses(tree, at, common, &none);
            at = MAX(behind, at + 1);
        }
        g_array_append_val(expressions, expression);
        if (at >= end || !is_operator_at(tree, at, ","))
            return at;
        at++;
    }
}

/* SELECT … FROM … at *at; passes both. */
static const QuerySelect *
read_select(QueryTree *tree, unsigned *at, unsigned end, const QueryCommon *common)
{
    static const char *const words[] = { "select", "distinct", "all", NULL };
    QuerySelect *select = g_new0(QuerySelect, 1);
    select->expressions = g_array_new(FALSE, TRUE, sizeof(QueryExpression));
    select->sources = g_array_new(FALSE, TRUE, sizeof(QuerySource));
    while (*at < end && starrocks_item_is_one_of(item_at(tree, *at), words))
        (*at)++;
    *at = read_list(tree, *at, end, common, select->expressions);
    if (*at < end && is_word_at(tree, *at, "from"))
        *at = read_sources(tree, *at + 1, end, common, select);
    g_ptr_array_add(tree->selects, select);
    return select;
}

static void
free_select(gpointer data)
{
    QuerySelect *select = data;
    g_array_unref(select->expressions);
    g_array_unref(select->sources);
    g_free(select);
}

/* ---- WITH -------------------------------------------------------------------------------------
 */

/* name (a, b) AS (query) at *at, which is passed. */
static const QueryCommon *
read_common(QueryTree *tree, unsigned *at, bool is_recursive, const QueryCommon *before)
{
    QueryCommon *common = rt_arena_new_object(tree->reading.arena, QueryCommon);
    tree->is_name[*at] = true;
    *common = (QueryCommon){ .before = before, .name = item_at(tree, (*at)++)->parts[0] };
    if (find_close(tree, *at) && !item_at(tree, *at)->is_alias) {
        common->names = *at;
        *at = pass_names(tree, *at);
    }
    *at = pass_parentheses(tree, *at, is_recursive ? common : before, &common->select);
    *at = pass_hint(tree, *at);
    g_ptr_array_add(tree->commons, common);
    return common;
}

static const QueryCommon *
read_with(QueryTree *tree, unsigned *at, unsigned end, const QueryCommon *common)
{
    bool is_recursive = is_word_at(tree, *at + 1, "recursive");
    *at += is_recursive;
    do {
        (*at)++;
        if (*at >= end || item_at(tree, *at)->n_parts != 1)
            break;
        common = read_common(tree, at, is_recursive, common);
    } while (*at < end && is_operator_at(tree, *at, ","));
    return common;
}

/* Everything from `at` to `end`; gives the first SELECT in no parentheses but those around all of
   it, NULL: it begins otherwise. */
static const QuerySelect *
read_query(QueryTree *tree, unsigned at, unsigned end, const QueryCommon *common)
{
    const QuerySelect *select = NULL;
    bool is_first = true;
    tree->is_cut |= tree->depth == DEEPEST_QUERY;
    if (tree->depth == DEEPEST_QUERY)
        return NULL;
    tree->depth++;
    if (at < end && is_word_at(tree, at, "with"))
        common = read_with(tree, &at, end, common);
    while (at < end) {
        const QuerySelect *found = NULL;
        unsigned behind = pass_parentheses(tree, at, common, &found);
        if (is_word_at(tree, at, "select"))
            found = read_select(tree, &behind, end, common);
        if (is_first)
            select = found;
        is_first = false;
        at = MAX(behind, at + 1);
    }
    tree->depth--;
    return select;
}

/* ---- the tree ---------------------------------------------------------------------------------
 */

void
starrocks_tree_open(QueryTree *tree, const RtLexicon *lexicon, const char *data, uint32_t length)
{
    *tree = (QueryTree){ .selects = g_ptr_array_new_with_free_func(free_select),
                         .commons = g_ptr_array_new() };
    starrocks_reading_open(&tree->reading, lexicon, data, length);
    unsigned n = tree->reading.items->len;
    tree->is_name = rt_arena_new_array(tree->reading.arena, bool, MAX(n, 1));
    tree->select = read_query(tree, 0, n, NULL);
}

void
starrocks_tree_close(QueryTree *tree)
{
    g_ptr_array_unref(tree->selects);
    g_ptr_array_unref(tree->commons);
    starrocks_reading_close(&tree->reading);
}

bool
starrocks_expression_is_star(const QueryTree *tree, const QueryExpression *expression)
{
    unsigned n = expression->end - expression->first;
    return is_operator_at(tree, expression->end - 1, "*") &&
           (n == 1 || (n == 3 && is_operator_at(tree, expression->first + 1, ".")));
}
