/*
 * The stars of a query: a server that stores its own writing of a view puts the columns of the
 * sources in their place, as they were then. They are the tables', views' and materialized views'
 * of a catalog, those of subqueries and of a WITH. A star whose sources are not all known stays.
 */
#include "catalog/catalog.h"
#include "dialect/starrocks/query.h"
#include "dialect/starrocks/reading.h"
#include "sql/tokens.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEEPEST_QUERY = 100,  /* parentheses within each other */
    DEEPEST_SOURCE = 50,  /* views on views whose columns nobody names */
    MOST_COLUMNS = 10000, /* more than a server allows */
};

/* Names as they are written; NULL among them: the server's to make. */
typedef struct Columns {
    const char **names;
    unsigned n;
} Columns;

/* What a FROM reads; its columns are NULL where they are not known. */
typedef struct Source {
    const char *name; /* folded; NULL: it has none */
    const Columns *columns;
    bool is_hidden; /* a SEMI or ANTI join only asks whether it is there */
} Source;

/* A query of a WITH; those before it hide behind it. */
typedef struct Common {
    const struct Common *before;
    const char *name; /* folded */
    const Columns *columns;
} Common;

/* A piece of the text and what stands there instead. */
typedef struct Edit {
    RtSpan span;
    const char *text;
} Edit;

/* One query being read. */
typedef struct Stars {
    const RtValueContext *context;
    const char *schema; /* of the view, NULL: the default */
    RtArena *arena;     /* the columns' */
    GHashTable *known;  /* of views to their Columns, of which NULL is not known */
    unsigned n_above;   /* views whose columns are being found */
    unsigned depth;
    QueryReading reading;
    GArray *edits; /* of Edit */
} Stars;

static const Columns *read_query(Stars *stars, unsigned at, unsigned end, const Common *common);

static const QueryItem *
item_at(const Stars *stars, unsigned at)
{
    return starrocks_reading_at(&stars->reading, at);
}

static bool
is_operator_at(const Stars *stars, unsigned at, const char *text)
{
    return starrocks_item_is_operator(item_at(stars, at), text);
}

/* The array of names (of const char *) as columns; NULL when there are too many. */
static const Columns *
take_columns(const Stars *stars, const GPtrArray *names)
{
    if (names->len > MOST_COLUMNS)
        return NULL;
    Columns *columns = rt_arena_new_object(stars->arena, Columns);
    columns->n = names->len;
    columns->names = rt_arena_new_array(stars->arena, const char *, MAX(names->len, 1));
    for (unsigned i = 0; i < names->len; i++)
        columns->names[i] = names->pdata[i];
    return columns;
}

static void
add_edit(Stars *stars, unsigned first, unsigned last, const char *text)
{
    Edit edit = { { item_at(stars, first)->span.start, item_at(stars, last)->span.end }, text };
    g_array_append_val(stars->edits, edit);
}

/* ---- what the catalog knows -------------------------------------------------------------------
 */

static void
open_stars(Stars *stars, const RtValue *query)
{
    starrocks_reading_open(&stars->reading, stars->context->lexicon, query->text, query->length);
    stars->edits = g_array_new(FALSE, FALSE, sizeof(Edit));
}

static void
close_stars(Stars *stars)
{
    g_array_unref(stars->edits);
    starrocks_reading_close(&stars->reading);
}

/* The columns with names that outlive the reading that they come from. */
static const Columns *
keep_columns(const Stars *stars, const Columns *columns)
{
    for (unsigned i = 0; columns && i < columns->n; i++) {
        if (columns->names[i])
            columns->names[i] = rt_arena_strdup(stars->arena, columns->names[i]);
    }
    return columns;
}

/* The columns of a view that nobody names: what its own query gives. */
static const Columns *
find_given(const Stars *reader, const RtObject *view, const RtValue *query)
{
    gpointer known;
    if (g_hash_table_lookup_extended(reader->known, view, NULL, &known))
        return known;
    if (reader->n_above == DEEPEST_SOURCE)
        return NULL;
    /* A view that reads itself finds this. */
    g_hash_table_insert(reader->known, (void *) view, NULL);
    Stars stars = { .context = reader->context,
                    .schema = view->name->schema,
                    .arena = reader->arena,
                    .known = reader->known,
                    .n_above = reader->n_above + 1 };
    open_stars(&stars, query);
    const Columns *columns =
        keep_columns(reader, read_query(&stars, 0, stars.reading.items->len, NULL));
    g_hash_table_insert(reader->known, (void *) view, (void *) columns);
    close_stars(&stars);
    return columns;
}

static const Columns *
find_object_columns(const Stars *stars, const RtObject *object)
{
    bool is_view = object->form == &starrocks_form_view;
    bool is_materialized = object->form == &starrocks_form_materialized_view;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    if (object->form == &starrocks_form_table) {
        for (unsigned i = 0; i < object->n_children; i++) {
            if (rt_object_kind(object->children[i]) == RT_KIND_COLUMN)
                g_ptr_array_add(names, (void *) object->children[i]->name->text);
        }
        return take_columns(stars, names);
    }
    if (!is_view && !is_materialized)
        return NULL;
    const RtValue *said =
        rt_object_value(object, is_view ? STARROCKS_VIEW_COLUMNS : STARROCKS_MV_COLUMNS);
    const RtValue *query = rt_object_role(object, RT_ROLE_DEFINITION);
    if (!said)
        return query ? find_given(stars, object, query) : NULL;
    for (uint32_t i = 0; i < said->length; i++) {
        if (said->parts[i].column)
            g_ptr_array_add(names, (void *) said->parts[i].column->text);
    }
    return take_columns(stars, names);
}

/* The columns of what a name of one, two or, with the catalog, three parts stands for. */
static const Columns *
find_columns(const Stars *stars, const QueryItem *name, const Common *common)
{
    static const char own_catalog[] = "default_catalog";
    for (; common && name->n_parts == 1; common = common->before) {
        if (strcmp(common->name, name->parts[0]) == 0)
            return common->columns;
    }
    if (name->n_parts > 3 || (name->n_parts == 3 && strcmp(name->parts[0], own_catalog) != 0))
        return NULL;
    const RtValueContext *context = stars->context;
    const char *schema = name->n_parts > 1 ? name->written[name->n_parts - 2] : stars->schema;
    const RtName *found = rt_model_name(context->model, context->rules->fold[RT_KIND_TABLE], schema,
                                        name->written[name->n_parts - 1]);
    const RtObject *object =
        context->catalog ? rt_catalog_find(context->catalog, RT_KIND_TABLE, found) : NULL;
    return object ? find_object_columns(stars, object) : NULL;
}

/* ---- FROM -------------------------------------------------------------------------------------
 */

/* What follows a FROM. */
static const char *const ends_of_from[] = {
    "where", "group",     "having", "order",  "limit",   "except",
    "union", "intersect", "minus",  "window", "qualify", NULL,
};
/* What follows a source within it. */
static const char *const joints[] = {
    "on",   "using", "join", "left",    "right", "full", "cross",
    "semi", "anti",  "for",  "natural", "pivot", NULL,
};

static bool
is_alias_at(const Stars *stars, unsigned at)
{
    const QueryItem *item = item_at(stars, at);
    return item && item->n_parts == 1 && !starrocks_item_is_one_of(item, ends_of_from) &&
           !starrocks_item_is_one_of(item, joints);
}

/* (a, b) at `open`, up to its parenthesis at `close`. */
static const Columns *
read_names(const Stars *stars, unsigned open, unsigned close)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (unsigned at = open + 1; at < close; at++) {
        const QueryItem *item = item_at(stars, at);
        if (item->n_parts == 1)
            g_ptr_array_add(names, (void *) item->written[0]);
    }
    return take_columns(stars, names);
}

/* Passes the parentheses at `at` if there are any, and reads the queries in them. */
static unsigned
pass_parentheses(Stars *stars, unsigned at, const Common *common, const Columns **out_columns)
{
    unsigned close =
        is_operator_at(stars, at, "(") ? starrocks_reading_find_close(&stars->reading, at) : 0;
    if (close)
        *out_columns = read_query(stars, at + 1, close, common);
    return close ? close + 1 : at;
}

/* PARTITION (p) and TABLET (1) say which rows are read. */
static unsigned
pass_choice(Stars *stars, unsigned at)
{
    static const char *const words[] = { "partition", "partitions", "tablet", "tablets", NULL };
    const Columns *none;
    if (!starrocks_item_is_one_of(item_at(stars, at), words))
        return at;
    return pass_parentheses(stars, at + 1, NULL, &none);
}

/* A table, view, function or subquery at `at`, with its alias; passes it. */
static unsigned
read_source(Stars *stars, unsigned at, const Common *common, Source *out_source)
{
    Source source = { 0 };
    const QueryItem *item = item_at(stars, at);
    if (item && item->n_parts) {
        bool is_function = is_operator_at(stars, at + 1, "(");
        source.name = item->parts[item->n_parts - 1];
        source.columns = is_function ? NULL : find_columns(stars, item, common);
        at = pass_choice(stars, at + 1);
    }
    const Columns *inside = NULL;
    at = pass_parentheses(stars, at, common, &inside);
    if (!source.name)
        source.columns = inside;
    if (is_operator_at(stars, at, "[")) /* t [_META_] */
        source.columns = NULL;
    if (is_alias_at(stars, at)) {
        unsigned close = is_operator_at(stars, at + 1, "(")
                             ? starrocks_reading_find_close(&stars->reading, at + 1)
                             : 0;
        source.name = item_at(stars, at)->parts[0];
        if (close)
            source.columns = read_names(stars, at + 1, close);
        at = close ? close + 1 : at + 1;
    }
    *out_source = source;
    return at;
}

/* What stands between two sources. */
typedef struct Joint {
    bool hides_left, hides_right;
    bool is_unknown; /* it decides which columns there are: USING, NATURAL, or a clause not known */
} Joint;

/* Passes up to the next source, or to the end of the FROM, where it returns false. */
static bool
pass_joint(Stars *stars, unsigned *at, unsigned end, const Common *common, Joint *out_joint)
{
    static const char *const existence[] = { "semi", "anti", NULL };
    static const char *const unknown[] = { "using", "natural", "pivot", NULL };
    *out_joint = (Joint){ 0 };
    while (*at < end && !starrocks_item_is_one_of(item_at(stars, *at), ends_of_from)) {
        const QueryItem *item = item_at(stars, (*at)++);
        const Columns *none;
        if (starrocks_item_is_operator(item, ",") || starrocks_item_is(item, "join"))
            return true;
        if (starrocks_item_is_operator(item, "("))
            *at = MAX(*at, pass_parentheses(stars, *at - 1, common, &none));
        if (starrocks_item_is_one_of(item, existence)) {
            bool is_right = starrocks_item_is(item_at(stars, *at - 2), "right");
            out_joint->hides_left |= is_right;
            out_joint->hides_right |= !is_right;
        }
        out_joint->is_unknown |= starrocks_item_is_one_of(item, unknown);
    }
    return false;
}

/* The sources of the FROM at *at, which is passed; NULL: they are not all known. */
static GArray *
read_sources(Stars *stars, unsigned *at, unsigned end, const Common *common)
{
    static const char *const marks[] = { "lateral", NULL };
    GArray *sources = g_array_new(FALSE, FALSE, sizeof(Source));
    bool is_unknown = false;
    Joint joint = { 0 };
    if (!starrocks_item_is(item_at(stars, *at), "from") || *at >= end)
        return sources;
    (*at)++;
    do {
        Source source;
        /* JOIN [SHUFFLE] */
        while (is_operator_at(stars, *at, "[") || is_operator_at(stars, *at, "]") ||
               is_operator_at(stars, *at - 1, "[") ||
               starrocks_item_is_one_of(item_at(stars, *at), marks))
            (*at)++;
        *at = read_source(stars, *at, common, &source);
        for (unsigned i = 0; joint.hides_left && i < sources->len; i++)
            g_array_index(sources, Source, i).is_hidden = true;
        source.is_hidden = joint.hides_right;
        g_array_append_val(sources, source);
        is_unknown |= joint.is_unknown;
    } while (pass_joint(stars, at, end, common, &joint));
    if (is_unknown || joint.is_unknown)
        g_clear_pointer(&sources, g_array_unref);
    return sources;
}

/* ---- SELECT -----------------------------------------------------------------------------------
 */

static bool
is_star(const Stars *stars, unsigned first, unsigned end)
{
    return is_operator_at(stars, end - 1, "*") &&
           (end - first == 1 || (end - first == 3 && is_operator_at(stars, first + 1, ".")));
}

/* Puts the columns of the sources for which a star stands in its place; false: not all known. */
static bool
replace_star(Stars *stars, unsigned first, unsigned end, const GArray *sources, GPtrArray *names)
{
    const QueryItem *of = end - first > 1 ? item_at(stars, first) : NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned n_before = names->len;
    for (unsigned i = 0; sources && i < sources->len; i++) {
        const Source *source = &g_array_index(sources, Source, i);
        if (source->is_hidden ||
            (of && (!of->n_parts || g_strcmp0(of->parts[of->n_parts - 1], source->name) != 0)))
            continue;
        if (!source->columns || names->len > MOST_COLUMNS)
            return false;
        for (unsigned j = 0; j < source->columns->n; j++) {
            const char *name = source->columns->names[j];
            if (!name)
                return false;
            g_ptr_array_add(names, (void *) name);
            if (text->len)
                g_string_append(text, ", ");
            if (source->name) {
                rt_name_print(text, stars->context->lexicon, source->name);
                g_string_append_c(text, '.');
            }
            rt_name_print(text, stars->context->lexicon, name);
        }
    }
    if (names->len > n_before)
        add_edit(stars, first, end - 1, rt_arena_strdup(stars->arena, text->str));
    return names->len > n_before;
}

/* Reads the queries within the expressions of a list, and gives where the list ends. */
static unsigned
pass_list(Stars *stars, unsigned at, unsigned end, const Common *common, GArray *ends)
{
    while (at < end) {
        unsigned item_end = MIN(starrocks_reading_find_end(&stars->reading, at), end);
        if (item_end == at)
            break;
        for (unsigned i = at; i < item_end;) {
            const Columns *none;
            unsigned behind = pass_parentheses(stars, i, common, &none);
            i = MAX(behind, i + 1);
        }
        g_array_append_val(ends, item_end);
        at = item_end;
        if (at < end && !is_operator_at(stars, at, ","))
            break;
        at++;
    }
    return MIN(at, end);
}

/* SELECT … FROM … at *at; passes both. */
static const Columns *
read_select(Stars *stars, unsigned *at, unsigned end, const Common *common)
{
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    unsigned first = starrocks_reading_pass_select(&stars->reading, *at);
    *at = pass_list(stars, first, end, common, ends);
    g_autoptr(GArray) sources = read_sources(stars, at, end, common);
    bool is_known = true;
    for (unsigned i = 0; i < ends->len; i++) {
        unsigned item_end = g_array_index(ends, unsigned, i);
        if (is_star(stars, first, item_end)) {
            is_known &= replace_star(stars, first, item_end, sources, names);
        } else {
            const QueryItem *name = starrocks_reading_find_name(&stars->reading, first, item_end);
            g_ptr_array_add(names, name ? (void *) name->written[name->n_parts - 1] : NULL);
        }
        first = item_end + 1;
    }
    return is_known ? take_columns(stars, names) : NULL;
}

/* ---- WITH -------------------------------------------------------------------------------------
 */

/* Whether a query gives these columns by itself. */
static bool
is_list_given(const Stars *stars, unsigned open, unsigned close, const Columns *given)
{
    if (!given || close - open != 2 * given->n)
        return false;
    for (unsigned i = 0; i < given->n; i++) {
        const QueryItem *item = item_at(stars, open + 1 + 2 * i);
        if (given->names[i]
                ? item->n_parts != 1 || g_ascii_strcasecmp(item->written[0], given->names[i]) != 0
                : !starrocks_item_is_made_alias(item))
            return false;
    }
    return true;
}

/* name (a, b) AS (query) at *at, which is passed; a server writes the list always. */
static const Common *
read_common(Stars *stars, unsigned *at, const Common *before)
{
    Common *common = rt_arena_new_object(stars->arena, Common);
    const QueryItem *name = item_at(stars, (*at)++);
    *common = (Common){ before, name->parts[0], NULL };
    const QueryItem *next = item_at(stars, *at);
    unsigned open = *at, close = 0;
    if (starrocks_item_is_operator(next, "(") && !next->is_alias)
        close = starrocks_reading_find_close(&stars->reading, open);
    if (close)
        *at = close + 1;
    *at = pass_parentheses(stars, *at, before, &common->columns);
    if (close && is_list_given(stars, open, close, common->columns))
        add_edit(stars, open, close, "");
    else if (close)
        common->columns = read_names(stars, open, close);
    return common;
}

static const Common *
read_with(Stars *stars, unsigned *at, unsigned end, const Common *common)
{
    do {
        (*at)++;
        *at += starrocks_item_is(item_at(stars, *at), "recursive");
        const QueryItem *name = item_at(stars, *at);
        if (*at >= end || name->n_parts != 1)
            break;
        common = read_common(stars, at, common);
    } while (*at < end && is_operator_at(stars, *at, ","));
    return common;
}

/* Everything from `at` to `end`; gives the columns of the first SELECT in no parentheses but those
   around all of it, NULL: none, or not known. */
static const Columns *
read_query(Stars *stars, unsigned at, unsigned end, const Common *common)
{
    const Columns *columns = NULL;
    bool is_first = true;
    if (stars->depth == DEEPEST_QUERY)
        return NULL;
    stars->depth++;
    if (at < end && starrocks_item_is(item_at(stars, at), "with"))
        common = read_with(stars, &at, end, common);
    while (at < end) {
        const Columns *found = NULL;
        unsigned behind = pass_parentheses(stars, at, common, &found);
        if (starrocks_item_is(item_at(stars, at), "select"))
            found = read_select(stars, &behind, end, common);
        if (is_first)
            columns = found;
        is_first = false;
        at = MAX(behind, at + 1);
    }
    stars->depth--;
    return columns;
}

/* ---- the query --------------------------------------------------------------------------------
 */

static int
compare_edits(const void *a, const void *b)
{
    const Edit *left = a, *right = b;
    return left->span.start < right->span.start ? -1 : left->span.start > right->span.start;
}

static const RtValue *
write_edits(const Stars *stars, const RtValue *value)
{
    RtArena *arena = rt_model_arena(stars->context->model);
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
    g_autoptr(RtArena) arena = rt_arena_new();
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    Stars stars = {
        .context = context, .schema = view->name->schema, .arena = arena, .known = known
    };
    open_stars(&stars, value);
    read_query(&stars, 0, stars.reading.items->len, NULL);
    const RtValue *whole = stars.edits->len ? write_edits(&stars, value) : value;
    close_stars(&stars);
    return whole;
}
