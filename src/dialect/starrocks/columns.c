/*
 * Finds the columns of each source and SELECT of a query: those that it names itself, those of the
 * catalog's tables, and of views what they name or their own queries give.
 */
#include "dialect/starrocks/columns.h"

enum {
    DEEPEST_SOURCE = 50,  /* views on views whose columns nobody names */
    MOST_COLUMNS = 10000, /* more than a server allows */
};

void
starrocks_finder_init(ColumnFinder *finder, const RtCatalog *catalog, const char *schema)
{
    *finder = (ColumnFinder){ .catalog = catalog,
                              .schema = schema,
                              .arena = rt_arena_new(),
                              .known = g_hash_table_new(NULL, NULL) };
}

void
starrocks_finder_clear(ColumnFinder *finder)
{
    g_hash_table_unref(finder->known);
    rt_arena_free(finder->arena);
}

/* The array of names (of const char *) as columns; NULL when there are none or too many. */
static const QueryColumns *
take_columns(const ColumnFinder *finder, const GPtrArray *names)
{
    if (!names->len || names->len > MOST_COLUMNS)
        return NULL;
    QueryColumns *columns = rt_arena_new_object(finder->arena, QueryColumns);
    columns->n = names->len;
    columns->names = rt_arena_new_array(finder->arena, const char *, names->len);
    for (unsigned i = 0; i < names->len; i++)
        columns->names[i] = names->pdata[i];
    return columns;
}

/* ---- objects ----------------------------------------------------------------------------------
 */

/* The columns with names that outlive the tree that they come from. */
static const QueryColumns *
keep_columns(const ColumnFinder *finder, const QueryColumns *columns)
{
    for (unsigned i = 0; columns && i < columns->n; i++) {
        if (columns->names[i])
            columns->names[i] = rt_arena_strdup(finder->arena, columns->names[i]);
    }
    return columns;
}

const QueryColumns *
starrocks_columns_given(ColumnFinder *finder, const RtObject *view)
{
    gpointer known;
    const RtValue *query = rt_object_role(view, RT_ROLE_DEFINITION);
    if (g_hash_table_lookup_extended(finder->known, view, NULL, &known))
        return known;
    if (!query || finder->n_above == DEEPEST_SOURCE)
        return NULL;
    /* A view that reads itself finds this. */
    g_hash_table_insert(finder->known, (void *) view, NULL);
    ColumnFinder inner = *finder;
    inner.schema = view->name->schema;
    inner.n_above++;
    QueryTree tree;
    starrocks_tree_open(&tree, &starrocks_lexicon, query->text, query->length);
    starrocks_columns_find(&inner, &tree);
    const QueryColumns *columns = keep_columns(finder, tree.select ? tree.select->columns : NULL);
    g_hash_table_insert(finder->known, (void *) view, (void *) columns);
    starrocks_tree_close(&tree);
    return columns;
}

const QueryColumns *
starrocks_columns_of(ColumnFinder *finder, const RtObject *object)
{
    bool is_view = object->form == &starrocks_form_view;
    bool is_materialized = object->form == &starrocks_form_materialized_view;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (unsigned i = 0; object->form == &starrocks_form_table && i < object->n_children; i++) {
        if (rt_object_kind(object->children[i]) == RT_KIND_COLUMN)
            g_ptr_array_add(names, (void *) object->children[i]->name->text);
    }
    if (!is_view && !is_materialized)
        return take_columns(finder, names);
    const RtValue *said =
        rt_object_value(object, is_view ? STARROCKS_VIEW_COLUMNS : STARROCKS_MV_COLUMNS);
    if (!said)
        return starrocks_columns_given(finder, object);
    for (uint32_t i = 0; i < said->length; i++) {
        if (said->parts[i].column)
            g_ptr_array_add(names, (void *) said->parts[i].column->text);
    }
    return take_columns(finder, names);
}

static const RtName *
make_name(const ColumnFinder *finder, const char *schema, const char *text)
{
    return rt_model_name(rt_catalog_model(finder->catalog), starrocks_rules.fold[RT_KIND_TABLE],
                         schema, text);
}

/* What a name of one, two or, with the catalog, three parts stands for. */
static void
find_table(const ColumnFinder *finder, const QueryItem *item, QuerySource *source)
{
    unsigned n = item->n_parts;
    const char *text = item->written[n - 1];
    bool is_foreign = n == 3 && g_strcmp0(item->parts[0], rt_dialect_starrocks.own_catalog) != 0;
    if (!finder->catalog || n > 3 || is_foreign)
        return;
    source->meant = make_name(finder, n > 1 ? item->written[n - 2] : finder->schema, text);
    source->object = rt_catalog_find(finder->catalog, RT_KIND_TABLE, source->meant);
    if (!source->object && n == 1)
        source->object =
            rt_catalog_find(finder->catalog, RT_KIND_TABLE, make_name(finder, NULL, text));
}

/* ---- the tree ---------------------------------------------------------------------------------
 */

/* The names in the parentheses at `open`. */
static const QueryColumns *
list_columns(const ColumnFinder *finder, const QueryTree *tree, unsigned open)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    unsigned close = starrocks_reading_at(&tree->reading, open)->close;
    for (unsigned at = open + 1; at < close; at++) {
        const QueryItem *item = starrocks_reading_at(&tree->reading, at);
        if (item->n_parts == 1)
            g_ptr_array_add(names, (void *) item->written[0]);
    }
    return take_columns(finder, names);
}

static void
find_source(ColumnFinder *finder, const QueryTree *tree, QuerySource *source)
{
    if (source->table)
        find_table(finder, source->table, source);
    if (source->is_changed)
        return;
    if (source->names)
        source->columns = list_columns(finder, tree, source->names);
    else if (source->select)
        source->columns = source->select->columns;
    else if (source->object)
        source->columns = starrocks_columns_of(finder, source->object);
}

static bool
star_covers(const QueryTree *tree, const QueryExpression *star, const QuerySource *source)
{
    const QueryItem *of = starrocks_reading_at(&tree->reading, star->first);
    bool is_named = of->n_parts && g_strcmp0(of->parts[of->n_parts - 1], source->name) == 0;
    return !source->is_hidden && (star->end - star->first == 1 || is_named);
}

bool
starrocks_star_expand(const QueryTree *tree, const QuerySelect *select, const QueryExpression *star,
                      GArray *columns)
{
    unsigned n_before = columns->len;
    for (unsigned i = 0; i < select->sources->len; i++) {
        const QuerySource *source = &g_array_index(select->sources, QuerySource, i);
        if (!star_covers(tree, star, source))
            continue;
        if (select->merges || !source->columns || columns->len > MOST_COLUMNS)
            return false;
        for (unsigned j = 0; j < source->columns->n; j++) {
            StarColumn column = { source, source->columns->names[j] };
            g_array_append_val(columns, column);
        }
    }
    return columns->len > n_before;
}

/* The name of a column that an expression gives; NULL: the server's to make, such as a field's. */
static const char *
find_name(const QueryTree *tree, const QuerySelect *select, const QueryExpression *expression)
{
    const QueryItem *item =
        starrocks_reading_find_name(&tree->reading, expression->first, expression->end);
    bool is_column = item && item->n_parts == 1;
    for (unsigned i = 0; item && !is_column && i < select->sources->len; i++) {
        const QuerySource *source = &g_array_index(select->sources, QuerySource, i);
        is_column = g_strcmp0(source->name, item->parts[item->n_parts - 2]) == 0;
    }
    return is_column ? item->written[item->n_parts - 1] : NULL;
}

static const QueryColumns *
find_columns(const ColumnFinder *finder, const QueryTree *tree, const QuerySelect *select)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(StarColumn));
    for (unsigned i = 0; i < select->expressions->len; i++) {
        const QueryExpression *one = &g_array_index(select->expressions, QueryExpression, i);
        StarColumn column = { NULL, find_name(tree, select, one) };
        if (!starrocks_expression_is_star(tree, one))
            g_array_append_val(columns, column);
        else if (!starrocks_star_expand(tree, select, one, columns))
            return NULL;
    }
    for (unsigned i = 0; i < columns->len; i++)
        g_ptr_array_add(names, (void *) g_array_index(columns, StarColumn, i).name);
    return take_columns(finder, names);
}

void
starrocks_columns_find(ColumnFinder *finder, QueryTree *tree)
{
    for (unsigned i = 0; i < tree->selects->len; i++) {
        QuerySelect *select = tree->selects->pdata[i];
        for (unsigned j = 0; j < select->sources->len; j++)
            find_source(finder, tree, &g_array_index(select->sources, QuerySource, j));
        select->columns = find_columns(finder, tree, select);
    }
}
