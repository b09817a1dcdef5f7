/*
 * Finds names that a query or expression reads and that nothing has. Only what is certain is said:
 * a source whose columns are not known, or a word that the grammar may mean, ends the search.
 */
#include "dialect/starrocks/resolve.h"

#include "catalog/catalog.h"
#include "dialect/starrocks/reading.h"
#include "sql/tokens.h"

#include <string.h>

/* A table or view that the query reads. */
typedef struct Source {
    unsigned at;            /* the item that names it */
    const char *alias;      /* folded; NULL: none */
    const RtObject *object; /* NULL: not known */
} Source;

typedef struct Resolver {
    const RtCatalog *catalog;
    const char *schema; /* of the view, NULL: the default */
    QueryReading reading;
    GArray *sources;       /* of Source */
    GHashTable *commons;   /* folded names of WITH */
    GHashTable *given;     /* folded names that the query itself makes: aliases, columns of WITH */
    bool *is_no_column;    /* by item: it stands where no column does */
    bool has_other_source; /* something whose columns are not known is read too */
    const char *problem;
} Resolver;

static const QueryItem *
item_at(const Resolver *resolver, unsigned at)
{
    return starrocks_reading_at(&resolver->reading, at);
}

static bool
is_operator_at(const Resolver *resolver, unsigned at, const char *text)
{
    return starrocks_item_is_operator(item_at(resolver, at), text);
}

static bool
is_word_at(const Resolver *resolver, unsigned at, const char *word)
{
    return starrocks_item_is(item_at(resolver, at), word);
}

/* ---- sources ----------------------------------------------------------------------------------
 */

/* Words that follow a source, so that they are not its alias. */
static const char *const followers[] = {
    "on",      "using",  "join",      "left",   "right",  "full",      "cross",
    "semi",    "anti",   "for",       "where",  "group",  "having",    "order",
    "limit",   "except", "union",     "minus",  "window", "intersect", "qualify",
    "natural", "pivot",  "partition", "tablet", "inner",  "outer",     NULL,
};

static const RtName *
make_name(const Resolver *resolver, const char *schema, const char *text)
{
    return rt_model_name(rt_catalog_model(resolver->catalog), starrocks_rules.fold[RT_KIND_TABLE],
                         schema, text);
}

static const RtObject *
find_relation(const Resolver *resolver, const RtName *name)
{
    return rt_catalog_find(resolver->catalog, RT_KIND_TABLE, name);
}

/* Whether all that the schema holds is in the catalog: the default one, and one that it makes. */
static bool
is_schema_seen(const Resolver *resolver, const char *schema)
{
    const char *own = rt_model_default_schema(rt_catalog_model(resolver->catalog));
    if (!schema || g_strcmp0(schema, own) == 0)
        return true;
    const RtName *name = rt_model_name(rt_catalog_model(resolver->catalog),
                                       starrocks_rules.fold[RT_KIND_DATABASE], NULL, schema);
    return rt_catalog_find(resolver->catalog, RT_KIND_DATABASE, name) != NULL;
}

/* What is there though the catalog does not hold it. */
static bool
is_hidden(const Resolver *resolver, const RtName *name)
{
    return rt_catalog_is_temporary(resolver->catalog, name) ||
           rt_catalog_unreadable(resolver->catalog, name);
}

static void
note_missing(Resolver *resolver, const char *schema, const RtName *name)
{
    if (resolver->problem || rt_catalog_unseen(resolver->catalog) ||
        !is_schema_seen(resolver, schema) || is_hidden(resolver, name))
        return;
    const char *own = schema ?: rt_model_default_schema(rt_catalog_model(resolver->catalog));
    resolver->problem = rt_arena_printf(rt_model_arena(rt_catalog_model(resolver->catalog)),
                                        "Unknown table '%s%s%s': nothing of this name is there",
                                        own ?: "", own ? "." : "", name->text);
}

/* The object that the names of the item mean; NULL: none that is known. */
static const RtObject *
find_source(Resolver *resolver, const QueryItem *item)
{
    unsigned n = item->n_parts;
    const char *text = item->written[n - 1];
    if (n > 3 || (n == 3 && g_strcmp0(item->parts[0], rt_dialect_starrocks.own_catalog) != 0))
        return NULL;
    const char *schema = n > 1 ? item->written[n - 2] : resolver->schema;
    const RtName *name = make_name(resolver, schema, text);
    const RtObject *found = find_relation(resolver, name);
    if (!found && n == 1)
        found = find_relation(resolver, make_name(resolver, NULL, text));
    if (!found)
        note_missing(resolver, schema, name);
    return found;
}

static void
give(Resolver *resolver, const QueryItem *item)
{
    if (item && item->n_parts)
        g_hash_table_add(resolver->given, (void *) item->parts[item->n_parts - 1]);
}

/* (a, b) behind a name that is given: names that are given too; returns where it ends. */
static unsigned
give_list(Resolver *resolver, unsigned at)
{
    unsigned close = is_operator_at(resolver, at, "(")
                         ? starrocks_reading_find_close(&resolver->reading, at)
                         : 0;
    for (unsigned i = at + 1; i < close; i++) {
        give(resolver, item_at(resolver, i));
        resolver->is_no_column[i] = true;
    }
    return close ? close + 1 : at;
}

/* WITH a AS (…), b (x) AS (…): `at` is behind the word, or behind a comma. */
static void
read_common(Resolver *resolver, unsigned at)
{
    for (;;) {
        const QueryItem *name = item_at(resolver, at);
        if (name && name->n_parts)
            g_hash_table_add(resolver->commons, (void *) name->parts[0]);
        give(resolver, name);
        resolver->is_no_column[at] = true;
        unsigned next = at + 1;
        if (is_operator_at(resolver, next, "(")) {
            unsigned close = starrocks_reading_find_close(&resolver->reading, next);
            if (is_operator_at(resolver, close + 1, "("))
                next = give_list(resolver, next);
        }
        unsigned close = is_operator_at(resolver, next, "(")
                             ? starrocks_reading_find_close(&resolver->reading, next)
                             : 0;
        if (!close || !is_operator_at(resolver, close + 1, ","))
            return;
        at = close + 2;
    }
}

static void
read_commons(Resolver *resolver)
{
    for (unsigned at = 0; item_at(resolver, at); at++) {
        const QueryItem *name = item_at(resolver, at + 1);
        if (is_word_at(resolver, at, "with") && name && name->n_parts == 1)
            read_common(resolver, at + 1);
    }
}

/* The alias of a source, and its list of columns; `at` is behind the source. */
static const char *
read_alias(Resolver *resolver, unsigned at)
{
    const QueryItem *item = item_at(resolver, at);
    if (!item || item->n_parts != 1 ||
        (!item->is_quoted && !item->is_alias && starrocks_item_is_one_of(item, followers)))
        return NULL;
    give(resolver, item);
    resolver->is_no_column[at] = true;
    if (is_operator_at(resolver, at + 1, "("))
        give_list(resolver, at + 1);
    return item->parts[0];
}

static void
read_source(Resolver *resolver, unsigned at)
{
    const QueryItem *item = item_at(resolver, at);
    bool is_common = item->n_parts == 1 && g_hash_table_contains(resolver->commons, item->parts[0]);
    resolver->is_no_column[at] = true;
    if (is_operator_at(resolver, at + 1, "(")) { /* a function */
        resolver->has_other_source = true;
        return;
    }
    Source source = { .at = at, .alias = read_alias(resolver, at + 1) };
    give(resolver, item);
    if (!is_common) {
        source.object = find_source(resolver, item);
        g_array_append_val(resolver->sources, source);
    }
    if (is_operator_at(resolver, at + 1, "[")) /* t [_META_] */
        resolver->has_other_source = true;
}

/* Parentheses of the query. */
typedef struct Frame {
    bool is_call;  /* arguments: FROM is a word of the function */
    bool in_from;  /* a comma is followed by a source */
    bool is_other; /* when it closes, an alias may follow */
} Frame;

static bool
begins_query(const Resolver *resolver, unsigned at)
{
    static const char *const words[] = { "select", "with", "values", NULL };
    while (is_operator_at(resolver, at, "("))
        at++;
    return starrocks_item_is_one_of(item_at(resolver, at), words);
}

/* A parenthesis opens at `at`; `expects`: a source stands there. */
static Frame
open_frame(const Resolver *resolver, unsigned at, bool expects)
{
    bool is_query = begins_query(resolver, at + 1);
    return (Frame){ .is_call = !is_query && !expects,
                    .in_from = expects && !is_query,
                    .is_other = expects };
}

static void
read_sources(Resolver *resolver)
{
    static const char *const ends[] = { "where",     "group",  "having",  "order",
                                        "limit",     "union",  "minus",   "except",
                                        "intersect", "window", "qualify", NULL };
    g_autoptr(GArray) frames = g_array_new(FALSE, TRUE, sizeof(Frame));
    Frame now = { 0 };
    bool expects = false;
    for (unsigned at = 0; item_at(resolver, at); at++) {
        const QueryItem *item = item_at(resolver, at);
        if (starrocks_item_is_operator(item, "(")) {
            g_array_append_val(frames, now);
            now = open_frame(resolver, at, expects);
            expects = now.in_from;
        } else if (starrocks_item_is_operator(item, ")")) {
            if (now.is_other)
                read_alias(resolver, at + 1);
            if (frames->len) {
                now = g_array_index(frames, Frame, frames->len - 1);
                g_array_set_size(frames, frames->len - 1);
            }
            expects = false;
        } else if (starrocks_item_is(item, "from") || starrocks_item_is(item, "join")) {
            now.in_from |= !now.is_call;
            expects = !now.is_call;
        } else if (starrocks_item_is_operator(item, ",")) {
            expects = now.in_from;
        } else if (expects && item->n_parts && !starrocks_item_is(item, "lateral")) {
            read_source(resolver, at);
            expects = false;
        } else {
            now.in_from &= !starrocks_item_is_one_of(item, ends);
            expects &= starrocks_item_is(item, "lateral");
        }
    }
}

/* ---- columns ----------------------------------------------------------------------------------
 */

static bool
has_column(const RtObject *object, const char *folded)
{
    for (unsigned i = 0; i < object->n_children; i++) {
        if (object->children[i]->form == &starrocks_form_column &&
            g_ascii_strcasecmp(object->children[i]->name->text, folded) == 0)
            return true;
    }
    unsigned row = object->form == &starrocks_form_view ? (unsigned) STARROCKS_VIEW_COLUMNS
                                                        : STARROCKS_MV_COLUMNS;
    const RtValue *columns =
        object->form == &starrocks_form_table ? NULL : rt_object_value(object, row);
    for (uint32_t i = 0; columns && i < columns->length; i++) {
        const RtName *column = columns->parts[i].column;
        if (column && g_ascii_strcasecmp(column->text, folded) == 0)
            return true;
    }
    return false;
}

/* Tables, and views that say their columns. */
static bool
knows_columns(const RtObject *object)
{
    if (object->form == &starrocks_form_table)
        return object->n_children > 0;
    return (object->form == &starrocks_form_view &&
            rt_object_value(object, STARROCKS_VIEW_COLUMNS)) ||
           (object->form == &starrocks_form_materialized_view &&
            rt_object_value(object, STARROCKS_MV_COLUMNS));
}

static bool
knows_all(const Resolver *resolver)
{
    for (unsigned i = 0; i < resolver->sources->len; i++) {
        const RtObject *object = g_array_index(resolver->sources, Source, i).object;
        if (!object || !knows_columns(object))
            return false;
    }
    return !resolver->has_other_source;
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
    if (!item->n_parts || item->n_parts > 2 || resolver->is_no_column[at] || item->is_alias ||
        !begins_operand(at ? item_at(resolver, at - 1) : NULL))
        return false;
    if (next && (next->kind == RT_TOKEN_STRING || next->kind == RT_TOKEN_NUMBER ||
                 starrocks_item_is_operator(next, "(") || starrocks_item_is_operator(next, "{")))
        return false;
    bool is_bare_pair = next && next->n_parts == 1 && !next->is_quoted && !next->is_alias &&
                        item->n_parts == 1 && !item->is_quoted && is_of_grammar(next);
    static const char *const after[] = { "from",  "and",   "or",      "then",  "when",
                                         "else",  "end",   "is",      "in",    "like",
                                         "not",   "group", "order",   "where", "union",
                                         "limit", "desc",  "between", NULL };
    if (is_bare_pair && !starrocks_item_is_one_of(next, after))
        return false;
    return !is_of_grammar(item);
}

/* x -> x + 1: names that a function makes. */
static bool
has_lambda(const Resolver *resolver)
{
    for (unsigned at = 0; item_at(resolver, at); at++) {
        const QueryItem *next = item_at(resolver, at + 1);
        if (is_operator_at(resolver, at, "->") && (!next || next->kind != RT_TOKEN_STRING))
            return true;
    }
    return false;
}

/* Names that stand behind an expression: aliases without AS, and those with. */
static void
give_aliases(Resolver *resolver)
{
    for (unsigned at = 1; item_at(resolver, at); at++) {
        const QueryItem *item = item_at(resolver, at), *before = item_at(resolver, at - 1);
        bool follows = before->n_parts || before->kind == RT_TOKEN_STRING ||
                       before->kind == RT_TOKEN_NUMBER || starrocks_item_is_operator(before, ")") ||
                       starrocks_item_is_operator(before, "]");
        if (item->n_parts == 1 && (item->is_alias || (follows && !begins_operand(before))))
            give(resolver, item);
    }
}

static bool
is_in_any(const Resolver *resolver, const char *folded)
{
    for (unsigned i = 0; i < resolver->sources->len; i++) {
        if (has_column(g_array_index(resolver->sources, Source, i).object, folded))
            return true;
    }
    return g_hash_table_contains(resolver->given, folded);
}

/* The only source of this name or alias. */
static const RtObject *
find_qualifier(const Resolver *resolver, const char *folded)
{
    const RtObject *found = NULL;
    for (unsigned i = 0; i < resolver->sources->len; i++) {
        const Source *source = &g_array_index(resolver->sources, Source, i);
        const QueryItem *item = item_at(resolver, source->at);
        const char *name = source->alias ?: item ? item->parts[item->n_parts - 1] : "";
        if (strcmp(name, folded) != 0)
            continue;
        if (found)
            return NULL;
        found = source->object;
    }
    return found;
}

static bool
is_unresolved(const Resolver *resolver, const QueryItem *item)
{
    if (item->n_parts == 1)
        return !is_in_any(resolver, item->parts[0]);
    const RtObject *object = find_qualifier(resolver, item->parts[0]);
    for (unsigned i = 0; object && i < resolver->sources->len; i++) {
        if (has_column(g_array_index(resolver->sources, Source, i).object, item->parts[0]))
            return false; /* the field of a struct */
    }
    return object && !has_column(object, item->parts[1]);
}

static void
check_columns(Resolver *resolver)
{
    if (resolver->problem || !resolver->sources->len || !knows_all(resolver) ||
        has_lambda(resolver))
        return;
    give_aliases(resolver);
    for (unsigned at = 0; item_at(resolver, at); at++) {
        const QueryItem *item = item_at(resolver, at);
        if (!is_column(resolver, at) || !is_unresolved(resolver, item))
            continue;
        resolver->problem = rt_arena_printf(
            rt_model_arena(rt_catalog_model(resolver->catalog)),
            "Column '%s%s%s' cannot be resolved", item->n_parts > 1 ? item->written[0] : "",
            item->n_parts > 1 ? "." : "", item->written[item->n_parts - 1]);
        return;
    }
}

/* ---- entry ------------------------------------------------------------------------------------
 */

static void
open_resolver(Resolver *resolver, const RtCatalog *catalog, const char *text, uint32_t length)
{
    *resolver = (Resolver){ .catalog = catalog,
                            .sources = g_array_new(FALSE, TRUE, sizeof(Source)),
                            .commons = g_hash_table_new(g_str_hash, g_str_equal),
                            .given = g_hash_table_new(g_str_hash, g_str_equal) };
    starrocks_reading_open(&resolver->reading, &starrocks_lexicon, text, length);
    resolver->is_no_column = g_new0(bool, resolver->reading.items->len + 2);
}

static void
close_resolver(Resolver *resolver)
{
    starrocks_reading_close(&resolver->reading);
    g_array_unref(resolver->sources);
    g_hash_table_unref(resolver->commons);
    g_hash_table_unref(resolver->given);
    g_free(resolver->is_no_column);
}

const char *
starrocks_query_problem(const RtCatalog *catalog, const RtObject *view, const RtValue *query)
{
    Resolver resolver;
    open_resolver(&resolver, catalog, query->text, query->length);
    resolver.schema = view->name->schema;
    read_commons(&resolver);
    read_sources(&resolver);
    if (!rt_catalog_unseen(catalog))
        check_columns(&resolver);
    close_resolver(&resolver);
    return resolver.problem;
}

const char *
starrocks_expression_problem(const RtCatalog *catalog, const RtObject *table, const char *text,
                             uint32_t length)
{
    Resolver resolver;
    Source source = { .at = UINT_MAX, .object = table };
    open_resolver(&resolver, catalog, text, length);
    g_array_append_val(resolver.sources, source);
    check_columns(&resolver);
    close_resolver(&resolver);
    return resolver.problem;
}
