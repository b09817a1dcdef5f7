/*
 * What StarRocks takes for granted: the key, NOT NULL of primary keys, the distribution, default
 * properties; and one way of saying what can be said in several. Facts: CREATE_TABLE, and
 * CreateTableAnalyzer of the frontend.
 */
#include "dialect/depend.h"
#include "dialect/starrocks/property.h"
#include "dialect/starrocks/query.h"

#include <string.h>

enum {
    MOST_SHORT_KEYS = 3, /* columns of an implied duplicate key */
    SHORT_KEY_BYTES = 36,
};

/* One object while it is completed; its array of children is copied at the first change. */
typedef struct Completion {
    const RtServer *server;
    RtModel *model;
    RtArena *arena;
    const RtValueContext *context;
    RtObject *object;
    const RtObject **children;
} Completion;

static void
put_child(Completion *completion, unsigned at, const RtObject *child)
{
    RtObject *object = completion->object;
    if (!completion->children) {
        completion->children =
            rt_arena_new_array(completion->arena, const RtObject *, object->n_children);
        memcpy(completion->children, object->children,
               object->n_children * sizeof *completion->children);
        object->children = completion->children;
    }
    completion->children[at] = child;
}

static void
put_value(Completion *completion, const RtValue *value)
{
    *completion->object = *rt_object_with_value(completion->arena, completion->object, value);
    if (completion->children)
        completion->object->children = completion->children;
}

/* Sets a flag of a column; a stated one stays unless `origin` is stated too. */
static void
put_flag(Completion *completion, unsigned at, uint16_t row, RtOrigin origin, bool is_set)
{
    const RtObject *column = completion->object->children[at];
    const RtValue *now = rt_object_value(column, row);
    if (now && (now->origin == RT_ORIGIN_STATED || now->origin == origin) && now->flag == is_set)
        return;
    if (now && now->origin == RT_ORIGIN_STATED && origin != RT_ORIGIN_STATED)
        return;
    RtValue value = { .row = row, .origin = (uint8_t) origin, .length = is_set, .flag = is_set };
    if (is_set)
        put_child(completion, at, rt_object_with_value(completion->arena, column, &value));
    else if (now)
        put_child(completion, at, rt_object_without_value(completion->arena, column, row));
}

static void
drop_value(Completion *completion, unsigned at, unsigned row)
{
    const RtObject *column = completion->object->children[at];
    if (rt_object_value(column, row))
        put_child(completion, at, rt_object_without_value(completion->arena, column, row));
}

static bool
is_column(const RtObject *child)
{
    return child->form == &starrocks_form_column;
}

/* ---- the key ----------------------------------------------------------------------------------
 */

/* Bytes that a column takes in a short key; 0: it cannot be in one. */
static unsigned
count_key_bytes(const RtType *type)
{
    static const struct {
        const char *name;
        unsigned bytes;
    } sizes[] = {
        { "BOOLEAN", 1 },  { "TINYINT", 1 },    { "SMALLINT", 2 }, { "INT", 4 },
        { "BIGINT", 8 },   { "LARGEINT", 16 },  { "DATE", 4 },     { "DATETIME", 8 },
        { "VARCHAR", 20 }, { "VARBINARY", 16 },
    };
    for (size_t i = 0; type && i < G_N_ELEMENTS(sizes); i++) {
        if (strcmp(type->name, sizes[i].name) == 0)
            return sizes[i].bytes;
    }
    if (type && strcmp(type->name, "CHAR") == 0)
        return type->n_arguments ? (unsigned) MIN(type->arguments[0], SHORT_KEY_BYTES + 1) : 1;
    if (type && strcmp(type->name, "DECIMAL") == 0) {
        int64_t precision = type->n_arguments ? type->arguments[0] : 10;
        return precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
    }
    return 0;
}

/* The first columns within 36 bytes, at most three; a VARCHAR is the last. */
static bool
joins_short_key(const RtObject *column, unsigned n, unsigned *bytes, bool *is_last)
{
    const RtType *type = rt_object_type(column);
    unsigned size = count_key_bytes(type);
    *is_last = type && strcmp(type->name, "VARCHAR") == 0;
    bool is_string = *is_last || (type && strcmp(type->name, "CHAR") == 0);
    *bytes += size;
    return size && n < MOST_SHORT_KEYS && (*bytes <= SHORT_KEY_BYTES || (n == 0 && is_string)) &&
           !rt_object_value(column, STARROCKS_COLUMN_GENERATED);
}

static const RtName **
choose_key(Completion *completion, bool is_aggregate, unsigned *out_n)
{
    const RtObject *table = completion->object;
    const RtName **names = rt_arena_new_array(completion->arena, const RtName *, table->n_children);
    unsigned n = 0, bytes = 0;
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *column = table->children[i];
        bool is_last = false;
        if (!is_column(column))
            continue;
        if (is_aggregate ? rt_object_value(column, STARROCKS_COLUMN_AGGREGATE) != NULL
                         : !joins_short_key(column, n, &bytes, &is_last)) {
            if (!is_aggregate)
                break;
            continue;
        }
        names[n++] = column->name;
        if (is_last)
            break;
    }
    *out_n = n;
    return names;
}

/* Columns that say KEY themselves are the key where no clause says another. */
static const RtName **
collect_flagged(Completion *completion, unsigned *out_n)
{
    const RtObject *table = completion->object;
    const RtName **names = rt_arena_new_array(completion->arena, const RtName *, table->n_children);
    unsigned n = 0;
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *column = table->children[i];
        if (is_column(column) && starrocks_flag(column, STARROCKS_COLUMN_KEY))
            names[n++] = column->name;
    }
    *out_n = n;
    return names;
}

static void
imply_key(Completion *completion)
{
    const RtObject *table = completion->object;
    bool is_aggregate = false;
    unsigned n = 0;
    for (unsigned i = 0; i < table->n_children; i++)
        is_aggregate |= is_column(table->children[i]) &&
                        rt_object_value(table->children[i], STARROCKS_COLUMN_AGGREGATE);
    const RtName **names = collect_flagged(completion, &n);
    if (n == 0)
        names = choose_key(completion, is_aggregate, &n);
    if (n == 0)
        return;
    RtValue value = { .row = is_aggregate ? STARROCKS_TABLE_AGGREGATE_KEY
                                          : STARROCKS_TABLE_DUPLICATE_KEY,
                      .origin = RT_ORIGIN_IMPLIED,
                      .length = n,
                      .names = names };
    put_value(completion, &value);
}

/* ---- columns ----------------------------------------------------------------------------------
 */

const RtObject *
starrocks_widen_sum(const RtValueContext *context, const RtObject *column)
{
    const RtValue *aggregate = rt_object_value(column, STARROCKS_COLUMN_AGGREGATE);
    const RtType *type = rt_object_type(column);
    if (!aggregate || g_ascii_strcasecmp(aggregate->text, "SUM") != 0 || !type ||
        strcmp(type->name, "DECIMAL") != 0 || type->n_arguments != 2 || type->arguments[0] == 38)
        return column;
    g_autofree char *wide = g_strdup_printf("DECIMAL(38, %d)", (int) type->arguments[1]);
    RtValue value = { .row = STARROCKS_COLUMN_TYPE };
    const RtAttribute *row = &starrocks_form_column.attributes[STARROCKS_COLUMN_TYPE];
    return rt_value_from_text(context, row, wide, &value, NULL)
               ? rt_object_with_value(rt_model_arena(context->model), column, &value)
               : column;
}

/* REPLACE may be written elsewhere than in an aggregate table, and is what happens there anyway. */
static void
complete_aggregate(Completion *completion, unsigned at, int key_row)
{
    const RtObject *column = completion->object->children[at];
    if (key_row != STARROCKS_TABLE_AGGREGATE_KEY) {
        drop_value(completion, at, STARROCKS_COLUMN_AGGREGATE);
        return;
    }
    const RtObject *wide = starrocks_widen_sum(completion->context, column);
    if (wide != column)
        put_child(completion, at, wide);
}

/* BOOLEAN defaults are printed as "1" and "0", those of BITMAP and HLL not at all. */
static void
complete_default(Completion *completion, unsigned at, const RtObject *column)
{
    const RtValue *value = rt_object_value(column, STARROCKS_COLUMN_DEFAULT);
    const RtType *type = rt_object_type(column);
    if (!value || !type)
        return;
    if (strcmp(type->name, "BITMAP") == 0 || strcmp(type->name, "HLL") == 0) {
        drop_value(completion, at, STARROCKS_COLUMN_DEFAULT);
        return;
    }
    g_autofree char *inner =
        value->length > 2 ? g_strndup(value->text + 1, value->length - 2) : NULL;
    if (strcmp(type->name, "BOOLEAN") != 0 || !inner)
        return;
    bool is_true = g_ascii_strcasecmp(inner, "true") == 0;
    if (!is_true && g_ascii_strcasecmp(inner, "false") != 0)
        return;
    RtValue spelled = *value;
    spelled.text = is_true ? "'1'" : "'0'";
    spelled.length = 3;
    put_child(completion, at, rt_object_with_value(completion->arena, column, &spelled));
}

/* A bit for each row that the column has a value of: most have a type and a comment only. */
static unsigned
collect_rows(const RtObject *column)
{
    unsigned rows = 0;
    for (unsigned i = 0; i < column->n_values; i++)
        rows |= 1u << column->values[i].row;
    return rows;
}

static void
complete_column(Completion *completion, unsigned at, int key_row, const RtValue *key)
{
    const RtObject *column = completion->object->children[at];
    unsigned rows = collect_rows(column);
    bool is_key = starrocks_names_hold(key, column->name);
    RtOrigin origin = key ? (RtOrigin) key->origin : RT_ORIGIN_IMPLIED;
    if (is_key || rows & 1u << STARROCKS_COLUMN_KEY)
        put_flag(completion, at, STARROCKS_COLUMN_KEY, origin, is_key);
    if ((key_row == STARROCKS_TABLE_PRIMARY_KEY && is_key) ||
        rows & 1u << STARROCKS_COLUMN_AUTO_INCREMENT)
        put_flag(completion, at, STARROCKS_COLUMN_NOT_NULL, RT_ORIGIN_IMPLIED, true);
    if (rows & 1u << STARROCKS_COLUMN_AGGREGATE)
        complete_aggregate(completion, at, key_row);
    if (rows & 1u << STARROCKS_COLUMN_DEFAULT)
        complete_default(completion, at, completion->object->children[at]);
}

/* ---- clauses ----------------------------------------------------------------------------------
 */

static void
imply_distribution(Completion *completion, int key_row)
{
    RtValue value = { .row = STARROCKS_TABLE_DISTRIBUTION, .origin = RT_ORIGIN_IMPLIED };
    const RtValue *now = rt_object_value(completion->object, STARROCKS_TABLE_DISTRIBUTION);
    if (now || starrocks_has_ranges(completion->server))
        return;
    if (key_row == STARROCKS_TABLE_PRIMARY_KEY) {
        const RtValue *key = starrocks_key(completion->object);
        value.length = key->length;
        value.names = key->names;
    } else if (key_row != STARROCKS_TABLE_DUPLICATE_KEY) {
        return;
    }
    put_value(completion, &value);
}

/* A table without a comment prints "OLAP" in some versions, a view its kind. */
static void
complete_comment(Completion *completion, unsigned row, const char *none)
{
    const RtValue *now = rt_object_value(completion->object, row);
    if (!now || now->origin != RT_ORIGIN_STATED || strcmp(now->text, none) != 0)
        return;
    RtValue value = *now;
    value.origin = RT_ORIGIN_IMPLIED;
    put_value(completion, &value);
}

/* Whether the same key stands again behind this one, where it counts. */
static bool
is_repeated(const RtValue *map, uint32_t at)
{
    for (uint32_t i = at + 1; i < map->length; i++) {
        if (map->properties[i].key == map->properties[at].key)
            return true;
    }
    return false;
}

/* BUCKETS 0 leaves their number to the server. */
static void
complete_buckets(Completion *completion, unsigned row)
{
    const RtValue *now = rt_object_value(completion->object, row);
    if (!now || now->number)
        return;
    *completion->object = *rt_object_without_value(completion->arena, completion->object, row);
}

/* Properties as the server spells them; those that are what it would choose are implied. */
static void
complete_properties(Completion *completion, unsigned row)
{
    const RtValue *now = rt_object_value(completion->object, row);
    bool changed = false;
    if (!now || !now->length)
        return;
    RtProperty *properties = rt_arena_new_array(completion->arena, RtProperty, now->length);
    uint32_t n = 0;
    for (uint32_t i = 0; i < now->length; i++) {
        RtProperty *property = &properties[n];
        *property = now->properties[i];
        const StarrocksProperty *known = starrocks_property_find(property->key);
        if (is_repeated(now, i) ||
            starrocks_property_is_ignored(known, completion->server, completion->object,
                                          property->value)) {
            changed = true;
            continue;
        }
        n++;
        property->value = starrocks_property_value(completion->model, known, property->value);
        const char *usual =
            starrocks_property_default(known, completion->server, completion->object);
        property->origin =
            usual && strcmp(usual, property->value) == 0 ? RT_ORIGIN_IMPLIED : RT_ORIGIN_STATED;
        changed |= property->origin != now->properties[i].origin ||
                   property->value != now->properties[i].value;
    }
    RtValue value = *now;
    value.properties = properties;
    value.length = n;
    if (n == 0)
        *completion->object = *rt_object_without_value(completion->arena, completion->object, row);
    else if (changed)
        put_value(completion, &value);
}

/* What the server adds to the properties of an index; it prints them since 3.4 or so. */
static const struct {
    const char *using, *key, *value;
} index_defaults[] = {
    { "GIN", "imp_lib", "clucene" },
    { "GIN", "parser", "none" },
    { "NGRAMBF", "bloom_filter_fpp", "0.05" },
    { "NGRAMBF", "case_sensitive", "true" },
    { "NGRAMBF", "gram_num", "2" },
};

static bool
has_property(const RtProperty *properties, uint32_t n, const char *key)
{
    for (uint32_t i = 0; i < n; i++) {
        if (strcmp(properties[i].key, key) == 0)
            return true;
    }
    return false;
}

static void
complete_index(Completion *completion, unsigned at)
{
    const RtObject *index = completion->object->children[at];
    const RtValue *using = rt_object_value(index, STARROCKS_INDEX_USING);
    const RtValue *now = rt_object_value(index, STARROCKS_INDEX_PROPERTIES);
    uint32_t n = now ? now->length : 0, kept = n;
    RtProperty *properties =
        rt_arena_new_array(completion->arena, RtProperty, n + G_N_ELEMENTS(index_defaults));
    if (n)
        memcpy(properties, now->properties, n * sizeof *properties);
    for (size_t i = 0; using && i < G_N_ELEMENTS(index_defaults); i++) {
        const char *key = index_defaults[i].key;
        if (g_ascii_strcasecmp(using->text, index_defaults[i].using) != 0 ||
            has_property(properties, n, key))
            continue;
        properties[n++] = (RtProperty){ .key = rt_model_intern(completion->model, key, strlen(key)),
                                        .value = index_defaults[i].value,
                                        .origin = RT_ORIGIN_IMPLIED };
    }
    if (n == kept)
        return;
    RtValue value = { .row = STARROCKS_INDEX_PROPERTIES,
                      .origin = RT_ORIGIN_STATED,
                      .length = n,
                      .properties = properties };
    put_child(completion, at, rt_object_with_value(completion->arena, index, &value));
}

static void
complete_table(Completion *completion)
{
    if (starrocks_key_row(completion->object) < 0)
        imply_key(completion);
    int key_row = starrocks_key_row(completion->object);
    const RtValue *key = starrocks_key(completion->object);
    for (unsigned i = 0; i < completion->object->n_children; i++) {
        if (is_column(completion->object->children[i]))
            complete_column(completion, i, key_row, key);
        else if (completion->object->children[i]->form == &starrocks_form_index)
            complete_index(completion, i);
    }
    imply_distribution(completion, key_row);
    complete_buckets(completion, STARROCKS_TABLE_BUCKETS);
    complete_comment(completion, STARROCKS_TABLE_COMMENT, "OLAP");
    complete_properties(completion, STARROCKS_TABLE_PROPERTIES);
}

/* The server lists the columns of a view always; that says something only where they are named
   otherwise than by the query, or have comments. */
static void
complete_view_columns(Completion *completion, unsigned row, unsigned body)
{
    const RtValue *columns = rt_object_value(completion->object, row);
    const RtValue *query = rt_object_value(completion->object, body);
    if (!columns || !query || columns->origin != RT_ORIGIN_STATED)
        return;
    for (uint32_t i = 0; i < columns->length; i++) {
        if (columns->parts[i].suffix || !columns->parts[i].column)
            return;
    }
    if (!starrocks_query_gives(completion->context->lexicon, query, columns))
        return;
    RtValue value = *columns;
    value.origin = RT_ORIGIN_IMPLIED;
    put_value(completion, &value);
}

/* One that is no rollup of its table is refreshed by hand and spread at random,
   where that is not by ranges. */
static void
imply_refresh(Completion *completion)
{
    const RtObject *view = completion->object;
    if (starrocks_is_synchronous(view))
        return;
    RtValue random = { .row = STARROCKS_MV_DISTRIBUTION, .origin = RT_ORIGIN_IMPLIED };
    RtValue manual = { .row = STARROCKS_MV_REFRESH,
                       .origin = RT_ORIGIN_IMPLIED,
                       .length = (uint32_t) strlen("MANUAL"),
                       .text = "MANUAL" };
    if (!rt_object_value(view, STARROCKS_MV_DISTRIBUTION) &&
        !starrocks_has_ranges(completion->server))
        put_value(completion, &random);
    if (!rt_object_value(completion->object, STARROCKS_MV_REFRESH))
        put_value(completion, &manual);
}

enum { DEEPEST_VIEW = 16 };

/* The most replicas of the tables that an object is made of; 0: not known. */
static int64_t
count_replicas(const RtServer *server, const RtCatalog *catalog, const RtObject *object,
               unsigned depth)
{
    static const char key[] = "replication_num";
    bool is_table = object->form == &starrocks_form_table;
    unsigned row = is_table ? STARROCKS_TABLE_PROPERTIES : STARROCKS_MV_PROPERTIES;
    bool has_properties = is_table || object->form == &starrocks_form_materialized_view;
    const RtValue *map = has_properties && depth ? rt_object_value(object, row) : NULL;
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (strcmp(map->properties[i].key, key) == 0)
            return g_ascii_strtoll(map->properties[i].value, NULL, 10);
    }
    if (is_table)
        return g_ascii_strtoll(
            starrocks_property_default(starrocks_property_find(key), server, object), NULL, 10);
    g_autoptr(GPtrArray) bases = g_ptr_array_new();
    int64_t most = 0;
    if (depth < DEEPEST_VIEW)
        rt_depend_relations(&rt_dialect_starrocks, catalog, object, bases);
    for (unsigned i = 0; i < bases->len; i++)
        most = MAX(most, count_replicas(server, catalog, bases->pdata[i], depth + 1));
    return most;
}

/* A materialized view has as many replicas as the tables that it reads, where nobody says it. */
static void
imply_replicas(Completion *completion, const RtCatalog *catalog)
{
    const RtValue *map = rt_object_value(completion->object, STARROCKS_MV_PROPERTIES);
    int64_t most = count_replicas(completion->server, catalog, completion->object, 0);
    if (!map || most == 0)
        return;
    g_autofree char *usual = g_strdup_printf("%" G_GINT64_FORMAT, most);
    RtProperty *properties = rt_arena_new_array(completion->arena, RtProperty, map->length);
    RtValue value = *map;
    value.properties = properties;
    for (uint32_t i = 0; i < map->length; i++) {
        properties[i] = map->properties[i];
        if (strcmp(properties[i].key, "replication_num") == 0)
            properties[i].origin =
                strcmp(properties[i].value, usual) == 0 ? RT_ORIGIN_IMPLIED : RT_ORIGIN_STATED;
    }
    put_value(completion, &value);
}

static void
complete_materialized_view(Completion *completion, const RtCatalog *catalog)
{
    imply_refresh(completion);
    complete_buckets(completion, STARROCKS_MV_BUCKETS);
    complete_view_columns(completion, STARROCKS_MV_COLUMNS, STARROCKS_MV_BODY);
    complete_comment(completion, STARROCKS_MV_COMMENT, "MATERIALIZED_VIEW");
    complete_properties(completion, STARROCKS_MV_PROPERTIES);
    imply_replicas(completion, catalog);
}

void
starrocks_complete(const RtDialect *dialect, const RtServer *server, const RtCatalog *catalog,
                   RtObject *object)
{
    (void) dialect;
    RtModel *model = rt_catalog_model(catalog);
    Completion completion = { .server = server,
                              .model = model,
                              .arena = rt_model_arena(model),
                              .context = rt_catalog_context(catalog),
                              .object = object };
    if (object->form == &starrocks_form_table)
        complete_table(&completion);
    else if (object->form == &starrocks_form_materialized_view)
        complete_materialized_view(&completion, catalog);
    else if (object->form == &starrocks_form_view)
        complete_view_columns(&completion, STARROCKS_VIEW_COLUMNS, STARROCKS_VIEW_BODY);
}
