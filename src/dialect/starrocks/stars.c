/*
 * The stars of a query: a server that stores its own writing of a view puts the columns of the
 * sources in their place, as they were then. They are the tables', views' and materialized views'
 * of a catalog, those of subqueries and of a WITH. A star whose sources are not all known stays.
 */
#include "dialect/starrocks/columns.h"
#include "dialect/starrocks/query.h"
#include "sql/tokens.h"

enum { MOST_PUT = 100000 }; /* columns in the place of stars: more than a query is worth */

/* A piece of the text and what stands there instead. */
typedef struct Edit {
    RtSpan span;
    const char *text;
} Edit;

typedef struct Stars {
    const RtLexicon *lexicon;
    QueryTree tree;
    ColumnFinder finder;
    GArray *edits;  /* of Edit */
    unsigned n_put; /* columns in the place of stars */
} Stars;

static const QueryItem *
item_at(const Stars *stars, unsigned at)
{
    return starrocks_reading_at(&stars->tree.reading, at);
}

static void
add_edit(Stars *stars, unsigned first, unsigned last, const char *text)
{
    Edit edit = { { item_at(stars, first)->span.start, item_at(stars, last)->span.end }, text };
    g_array_append_val(stars->edits, edit);
}

/* Puts the columns for which a star stands in its place, if all are known. */
static void
replace_star(Stars *stars, const QuerySelect *select, const QueryExpression *star)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(StarColumn));
    bool is_known = starrocks_star_expand(&stars->tree, select, star, columns) &&
                    (stars->n_put += columns->len) <= MOST_PUT;
    for (unsigned i = 0; is_known && i < columns->len; i++) {
        const StarColumn *column = &g_array_index(columns, StarColumn, i);
        if (!column->name)
            return;
        g_string_append(text, i ? ", " : "");
        if (column->source->name) {
            rt_name_print(text, stars->lexicon, column->source->name);
            g_string_append_c(text, '.');
        }
        rt_name_print(text, stars->lexicon, column->name);
    }
    if (is_known)
        add_edit(stars, star->first, star->end - 1,
                 rt_arena_strdup(stars->finder.arena, text->str));
}

/* Whether a query of a WITH gives the columns behind its name by itself. */
static bool
is_list_given(const Stars *stars, const QueryCommon *common)
{
    const QueryColumns *given = common->select ? common->select->columns : NULL;
    if (!given || item_at(stars, common->names)->close - common->names != 2 * given->n)
        return false;
    for (unsigned i = 0; i < given->n; i++) {
        const QueryItem *item = item_at(stars, common->names + 1 + 2 * i);
        if (given->names[i]
                ? item->n_parts != 1 || g_ascii_strcasecmp(item->written[0], given->names[i]) != 0
                : !starrocks_item_is_made_alias(item))
            return false;
    }
    return true;
}

static void
find_edits(Stars *stars)
{
    for (unsigned i = 0; i < stars->tree.selects->len; i++) {
        const QuerySelect *select = stars->tree.selects->pdata[i];
        for (unsigned j = 0; j < select->expressions->len; j++) {
            const QueryExpression *one = &g_array_index(select->expressions, QueryExpression, j);
            if (starrocks_expression_is_star(&stars->tree, one))
                replace_star(stars, select, one);
        }
    }
    /* A server writes the list always. */
    for (unsigned i = 0; i < stars->tree.commons->len; i++) {
        const QueryCommon *common = stars->tree.commons->pdata[i];
        if (common->names && is_list_given(stars, common))
            add_edit(stars, common->names, item_at(stars, common->names)->close, "");
    }
}

static int
compare_edits(const void *a, const void *b)
{
    const Edit *left = a, *right = b;
    return left->span.start < right->span.start ? -1 : left->span.start > right->span.start;
}

static const RtValue *
write_edits(const Stars *stars, RtArena *arena, const RtValue *value)
{
    g_autoptr(GString) text = g_string_sized_new(value->length * 2);
    uint32_t from = 0;
    g_array_sort(stars->edits, compare_edits);
    for (unsigned i = 0; i < stars->edits->len; i++) {
        const Edit *edit = &g_array_index(stars->edits, Edit, i);
        g_string_append_len(text, value->text + from, edit->span.start - from);
        g_string_append(text, edit->text);
        from = edit->span.end;
    }
    g_string_append_len(text, value->text + from, value->length - from);
    RtValue *written = rt_arena_new_object(arena, RtValue);
    *written = *value;
    written->text = rt_arena_copy(arena, text->str, text->len);
    written->length = (uint32_t) text->len;
    return written;
}

const RtValue *
starrocks_complete_query(const RtValueContext *context, const RtObject *view, const RtValue *value)
{
    Stars stars = { .lexicon = context->lexicon, .edits = g_array_new(FALSE, FALSE, sizeof(Edit)) };
    starrocks_tree_open(&stars.tree, context->lexicon, value->text, value->length);
    starrocks_finder_init(&stars.finder, context->catalog, view->name->schema);
    starrocks_columns_find(&stars.finder, &stars.tree);
    find_edits(&stars);
    const RtValue *whole =
        stars.edits->len ? write_edits(&stars, rt_model_arena(context->model), value) : value;
    starrocks_finder_clear(&stars.finder);
    starrocks_tree_close(&stars.tree);
    g_array_unref(stars.edits);
    return whole;
}
