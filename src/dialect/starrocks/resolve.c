/*
 * Finds names that a query or expression reads and that nothing has. Only what is certain is said:
 * a source whose columns are not known, or a word that the grammar may mean, ends the search.
 */
#include "dialect/starrocks/resolve.h"

#include "dialect/starrocks/columns.h"
#include "sql/tokens.h"

typedef struct Resolver {
    QueryTree tree;
    ColumnFinder finder;
    GHashTable *columns; /* folded names that sources have: `k`, and `t.k` */
    GHashTable *given;   /* folded names that the query itself makes: aliases, columns of WITH */
    GHashTable *sources; /* folded names of sources */
    const char *problem;
} Resolver;

static const QueryItem *
item_at(const Resolver *resolver, unsigned at)
{
    return starrocks_reading_at(&resolver->tree.reading, at);
}

static RtArena *
get_arena(const Resolver *resolver)
{
    return rt_model_arena(rt_catalog_model(resolver->finder.catalog));
}

/* ---- tables -----------------------------------------------------------------------------------
 */

/* Whether all that the schema holds is in the catalog: the default one, and one that it makes. */
static bool
is_schema_seen(const RtCatalog *catalog, const char *schema)
{
    RtFold fold = starrocks_rules.fold[RT_KIND_DATABASE];
    RtModel *model = rt_catalog_model(catalog);
    return !schema ||
           rt_catalog_find(catalog, RT_KIND_DATABASE, rt_model_name(model, fold, NULL, schema));
}

/* False: a table is missing for certain, or a query has no name. */
static bool
check_source(Resolver *resolver, const QuerySource *source)
{
    if (source->select && !source->name) {
        resolver->problem = "Every derived table must have its own alias";
        return false;
    }
    const RtCatalog *catalog = resolver->finder.catalog;
    const RtName *name = source->meant;
    if (!name || source->object || rt_catalog_unseen(catalog) ||
        !is_schema_seen(catalog, name->schema) || rt_catalog_is_temporary(catalog, name) ||
        rt_catalog_unreadable(catalog, name))
        return true;
    const char *schema = name->schema ?: rt_model_default_schema(rt_catalog_model(catalog));
    resolver->problem = rt_arena_printf(get_arena(resolver),
                                        "Unknown table '%s%s%s': nothing of this name is there",
                                        schema ?: "", schema ? "." : "", name->text);
    return false;
}

/* Calls for each source of all SELECTs, until one of the calls returns false. */
static bool
visit_sources(Resolver *resolver, bool (*visit)(Resolver *resolver, const QuerySource *source))
{
    for (unsigned i = 0; i < resolver->tree.selects->len; i++) {
        const QuerySelect *select = resolver->tree.selects->pdata[i];
        for (unsigned j = 0; j < select->sources->len; j++) {
            if (!visit(resolver, &g_array_index(select->sources, QuerySource, j)))
                return false;
        }
    }
    return true;
}

/* ---- columns ----------------------------------------------------------------------------------
 */

/* False: not all of its columns are known. */
static bool
take_source(Resolver *resolver, const QuerySource *source)
{
    for (unsigned i = 0; source->columns && i < source->columns->n; i++) {
        if (!source->columns->names[i])
            return false;
        char *folded = g_ascii_strdown(source->columns->names[i], -1);
        if (source->name)
            g_hash_table_add(resolver->columns, g_strconcat(source->name, ".", folded, NULL));
        g_hash_table_add(resolver->columns, folded);
    }
    if (source->name)
        g_hash_table_add(resolver->sources, (void *) source->name);
    return source->columns != NULL;
}

/* Behind these a column, a literal or a function stands. */
static bool
begins_operand(const QueryItem *before)
{
    static const char *const words[] = { "select", "distinct", "where",   "and",  "or",
                                         "on",     "by",       "then",    "when", "else",
                                         "case",   "having",   "between", NULL };
    static const char *const operators[] = { ",",  "(",  "=", "<", ">", "<=", ">=",
                                             "!=", "<>", "+", "-", "*", "/",  "%" };
    if (!before || before->n_parts)
        return !before || starrocks_item_is_one_of(before, words);
    for (size_t i = 0; i < G_N_ELEMENTS(operators); i++) {
        if (starrocks_item_is_operator(before, operators[i]))
            return true;
    }
    return false;
}

/* Words that stand where a column could and are none. */
static bool
is_of_grammar(const QueryItem *item)
{
    static const char *const words[] = {
        "year",        "quarter",   "month",     "week",     "day",      "hour",      "minute",
        "second",      "floor",     "ceil",      "date",     "time",     "timestamp", "string",
        "binary",      "varbinary", "boolean",   "datetime", "decimal",  "struct",    "map",
        "variant",     "interval",  "unbounded", "current",  "grouping", "exclude",   "millisecond",
        "microsecond", "nulls",     "sets",      "bool",     "varchar",  "all",       "any",
        "some",        "end",       NULL
    };
    if (item->is_quoted)
        return false;
    return starrocks_item_is_one_of(item, words) ||
           rt_lexicon_reserves(&starrocks_lexicon, item->parts[0]);
}

/* Whether the item is the name of a column for certain. */
static bool
is_column(const Resolver *resolver, unsigned at)
{
    const QueryItem *item = item_at(resolver, at), *next = item_at(resolver, at + 1);
    if (!item->n_parts || item->n_parts > 2 || resolver->tree.is_name[at] || item->is_alias ||
        !begins_operand(at ? item_at(resolver, at - 1) : NULL))
        return false;
    if (next && (next->kind == RT_TOKEN_STRING || next->kind == RT_TOKEN_NUMBER ||
                 starrocks_item_is_operator(next, "(") || starrocks_item_is_operator(next, "{")))
        return false;
    bool is_argument = starrocks_item_is_operator(next, "=") && /* start => 1 */
                       starrocks_item_is_operator(item_at(resolver, at + 2), ">");
    bool is_bare_pair = next && next->n_parts == 1 && !next->is_quoted && !next->is_alias &&
                        item->n_parts == 1 && !item->is_quoted && is_of_grammar(next);
    static const char *const after[] = { "from",  "and",   "or",      "then",  "when",
                                         "else",  "end",   "is",      "in",    "like",
                                         "not",   "group", "order",   "where", "union",
                                         "limit", "desc",  "between", NULL };
    if (is_argument || (is_bare_pair && !starrocks_item_is_one_of(next, after)))
        return false;
    return !is_of_grammar(item);
}

/* x -> x + 1: names that a function makes. */
static bool
has_lambda(const Resolver *resolver)
{
    for (unsigned at = 0; item_at(resolver, at); at++) {
        const QueryItem *next = item_at(resolver, at + 1);
        if (starrocks_item_is_operator(item_at(resolver, at), "->") &&
            (!next || next->kind != RT_TOKEN_STRING))
            return true;
    }
    return false;
}

/* Names that the query makes: of sources, and those that stand behind an expression, aliases
   without AS and with it. */
static void
give_names(Resolver *resolver)
{
    for (unsigned at = 0; item_at(resolver, at); at++) {
        const QueryItem *item = item_at(resolver, at);
        const QueryItem *before = at ? item_at(resolver, at - 1) : NULL;
        bool follows =
            before && (before->n_parts || before->kind == RT_TOKEN_STRING ||
                       before->kind == RT_TOKEN_NUMBER || starrocks_item_is_operator(before, ")") ||
                       starrocks_item_is_operator(before, "]"));
        bool is_alias =
            item->n_parts == 1 && (item->is_alias || (follows && !begins_operand(before)));
        if (item->n_parts && (is_alias || resolver->tree.is_name[at]))
            g_hash_table_add(resolver->given, (void *) item->parts[item->n_parts - 1]);
    }
}

/* Where the name before the point is no source, it may be a column with fields. */
static bool
is_unresolved(const Resolver *resolver, const QueryItem *item)
{
    if (g_hash_table_contains(resolver->columns, item->parts[0]))
        return false;
    if (item->n_parts == 1)
        return !g_hash_table_contains(resolver->given, item->parts[0]);
    g_autofree char *full = g_strconcat(item->parts[0], ".", item->parts[1], NULL);
    return g_hash_table_contains(resolver->sources, item->parts[0]) &&
           !g_hash_table_contains(resolver->columns, full);
}

/* The first column that is not there; NULL: none. */
static const char *
find_unresolved(Resolver *resolver)
{
    if (has_lambda(resolver))
        return NULL;
    give_names(resolver);
    for (unsigned at = 0; item_at(resolver, at); at++) {
        const QueryItem *item = item_at(resolver, at);
        if (is_column(resolver, at) && is_unresolved(resolver, item))
            return rt_arena_printf(get_arena(resolver), "%s%s%s",
                                   item->n_parts > 1 ? item->written[0] : "",
                                   item->n_parts > 1 ? "." : "", item->written[item->n_parts - 1]);
    }
    return NULL;
}

/* ---- entry ------------------------------------------------------------------------------------
 */

static void
open_resolver(Resolver *resolver, const RtCatalog *catalog, const char *schema, const char *text,
              uint32_t length)
{
    *resolver = (Resolver){
        .columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .given = g_hash_table_new(g_str_hash, g_str_equal),
        .sources = g_hash_table_new(g_str_hash, g_str_equal),
    };
    starrocks_tree_open(&resolver->tree, &starrocks_lexicon, text, length);
    starrocks_finder_init(&resolver->finder, catalog, schema);
}

static void
close_resolver(Resolver *resolver)
{
    starrocks_finder_clear(&resolver->finder);
    starrocks_tree_close(&resolver->tree);
    g_hash_table_unref(resolver->columns);
    g_hash_table_unref(resolver->given);
    g_hash_table_unref(resolver->sources);
}

const char *
starrocks_query_problem(const RtCatalog *catalog, const char *schema, const char *text,
                        uint32_t length)
{
    Resolver resolver;
    open_resolver(&resolver, catalog, schema, text, length);
    starrocks_columns_find(&resolver.finder, &resolver.tree);
    bool is_known = visit_sources(&resolver, check_source) && !resolver.tree.is_cut &&
                    !rt_catalog_unseen(catalog) && visit_sources(&resolver, take_source);
    const char *column =
        is_known && g_hash_table_size(resolver.columns) ? find_unresolved(&resolver) : NULL;
    if (column)
        resolver.problem =
            rt_arena_printf(get_arena(&resolver), "Column '%s' cannot be resolved", column);
    close_resolver(&resolver);
    return resolver.problem;
}

const char *
starrocks_unresolved(const RtCatalog *catalog, const RtObject *owner, const char *text,
                     uint32_t length)
{
    Resolver resolver;
    open_resolver(&resolver, catalog, NULL, text, length);
    QuerySource source = { .columns = starrocks_columns_of(&resolver.finder, owner) };
    bool is_known = take_source(&resolver, &source) && !resolver.tree.is_cut;
    const char *column = is_known ? find_unresolved(&resolver) : NULL;
    close_resolver(&resolver);
    return column;
}
