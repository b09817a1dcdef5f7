/*
 * What StarRocks cannot alter, made anew beside: CREATE, INSERT … SELECT or REFRESH, SWAP WITH.
 * Docs: ALTER_TABLE (Swap), ALTER_MATERIALIZED_VIEW, INSERT (OVERWRITE is one transaction).
 */
#include "dialect/recreate.h"

#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

/* Rows of one statement: small enough for its deadline, many enough for few versions of a tablet.
 */
#define ROWS_AT_A_TIME "batch 1000000"

/* ---- what the new object has of the old -------------------------------------------------------
 */

static bool
values_equal(const RtValueContext *context, const RtObject *before, const RtObject *declared,
             unsigned row)
{
    return !rt_value_differs(context, &before->form->attributes[row], rt_object_value(before, row),
                             rt_object_value(declared, row));
}

static const RtValue *
stated(const RtObject *object, unsigned row)
{
    const RtValue *value = rt_object_value(object, row);
    return value && value->origin == RT_ORIGIN_STATED ? value : NULL;
}

/* The key that the new table will have: that of the old one where none is declared. */
static const RtValue *
future_key(const RtObject *before, const RtObject *declared)
{
    const RtValue *key = starrocks_key(declared);
    return key && key->origin == RT_ORIGIN_STATED ? key : starrocks_key(before) ?: key;
}

/* The columns that rows are spread by must be there, and of the key where equal rows are merged. */
static bool
fits_distribution(const RtObject *before, const RtObject *declared)
{
    const RtValue *value = rt_object_value(before, STARROCKS_TABLE_DISTRIBUTION);
    const RtValue *key = future_key(before, declared);
    bool is_free = !key || key->row == STARROCKS_TABLE_DUPLICATE_KEY;
    if (!value || stated(declared, STARROCKS_TABLE_DISTRIBUTION) || !(value->length || is_free))
        return false;
    for (uint32_t i = 0; i < value->length; i++) {
        if (!starrocks_column_find(declared, value->names[i]) ||
            (!is_free && !starrocks_names_hold(key, value->names[i])))
            return false;
    }
    return true;
}

/* Properties that are about the partitions, the key or the distribution go with these. */
static bool
fits_property(const RtValueContext *context, const RtObject *before, const RtObject *declared,
              const char *key)
{
    static const struct {
        const char *prefix;
        unsigned row;
    } dependent[] = {
        { "dynamic_partition.", STARROCKS_TABLE_PARTITION },
        { "partition_", STARROCKS_TABLE_PARTITION },
        { "auto_partition", STARROCKS_TABLE_PARTITION },
        { "colocate_with", STARROCKS_TABLE_DISTRIBUTION },
        { "bucket_size", STARROCKS_TABLE_DISTRIBUTION },
        { "enable_persistent_index", STARROCKS_TABLE_PRIMARY_KEY },
        { "persistent_index_type", STARROCKS_TABLE_PRIMARY_KEY },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(dependent); i++) {
        if (!g_str_has_prefix(key, dependent[i].prefix))
            continue;
        unsigned row = dependent[i].row;
        const RtValue *future = future_key(before, declared);
        return row == STARROCKS_TABLE_PRIMARY_KEY
                   ? future && future->row == starrocks_key_row(before)
                   : values_equal(context, before, declared, row);
    }
    return true;
}

/* A rollup of columns that are still there, where there may be rollups. */
static bool
fits_rollup(const RtValueContext *context, const RtObject *before, const RtObject *declared,
            const char *key)
{
    const RtValue *map = rt_object_value(before, STARROCKS_TABLE_ROLLUP);
    const RtValue *future = future_key(before, declared);
    RtFold fold = context->rules->fold[RT_KIND_COLUMN];
    bool fits = !future || future->row != STARROCKS_TABLE_PRIMARY_KEY;
    for (uint32_t i = 0; map && fits && i < map->length; i++) {
        g_autoptr(RtArena) arena = rt_arena_new();
        RtCursor cursor;
        const char *text = map->properties[i].key == key ? map->properties[i].value : "";
        rt_cursor_init(&cursor, arena, context->lexicon,
                       rt_text_new(arena, "", text, strlen(text)));
        rt_cursor_accept_operator(&cursor, '(');
        while (fits && *text && !rt_cursor_at_operator(&cursor, ')')) {
            const char *name = rt_cursor_take_name(&cursor, "a column", NULL);
            rt_cursor_accept_operator(&cursor, ',');
            fits = name &&
                   starrocks_column_find(declared, rt_model_name(context->model, fold, NULL, name));
        }
    }
    return fits;
}

static bool
table_inherits(const RtValueContext *context, const RtObject *before, const RtObject *declared,
               unsigned row, const char *key)
{
    switch (row) {
    case STARROCKS_TABLE_DISTRIBUTION:
    case STARROCKS_TABLE_BUCKETS:
        return fits_distribution(before, declared);
    case STARROCKS_TABLE_PARTITIONS:
        /* Those that are there hold the rows; where the scheme is another they are of no use. */
        return values_equal(context, before, declared, STARROCKS_TABLE_PARTITION);
    case STARROCKS_TABLE_PROPERTIES:
        return fits_property(context, before, declared, key);
    case STARROCKS_TABLE_ROLLUP:
        return fits_rollup(context, before, declared, key);
    default:
        return future_key(before, declared)->row == row;
    }
}

/* Columns and distribution are those of the query. */
static bool
view_inherits(const RtValueContext *context, const RtObject *before, const RtObject *declared,
              unsigned row)
{
    bool is_of_query = row == STARROCKS_MV_COLUMNS || row == STARROCKS_MV_DISTRIBUTION ||
                       row == STARROCKS_MV_BUCKETS;
    return !is_of_query || values_equal(context, before, declared, STARROCKS_MV_BODY);
}

static bool
inherits(const RtValueContext *context, const RtObject *before, const RtObject *declared,
         unsigned row, const char *key)
{
    return before->form == &starrocks_form_table
               ? table_inherits(context, before, declared, row, key)
               : view_inherits(context, before, declared, row);
}

/* ---- filling ----------------------------------------------------------------------------------
 */

typedef struct Filling {
    RtRenderer *renderer;
    const RtObject *before, *after;
    const RtName *beside;
    char *columns; /* "a, b": those that both have and that are written */
} Filling;

static bool
is_copied(const RtObject *before, const RtObject *column)
{
    return column->form == &starrocks_form_column &&
           !rt_object_value(column, STARROCKS_COLUMN_GENERATED) &&
           starrocks_column_find(before, column->name);
}

static char *
list_columns(const Filling *filling)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < filling->after->n_children; i++) {
        const RtObject *column = filling->after->children[i];
        if (!is_copied(filling->before, column))
            continue;
        g_string_append(out, out->len ? ", " : "");
        rt_name_print(out, filling->renderer->dialect->lexicon, column->name->text);
    }
    return g_string_free(out, FALSE);
}

/* `partition` and `where` NULL: all of it. What is copied twice must not be there twice. */
static void
copy(const Filling *filling, const char *verb, const char *partition, const char *where)
{
    const RtDialect *dialect = filling->renderer->dialect;
    g_autoptr(GString) sql = g_string_new(verb);
    rt_render_name(sql, dialect, filling->beside);
    if (partition) {
        g_string_append(sql, " PARTITION (");
        rt_name_print(sql, dialect->lexicon, partition);
        g_string_append_c(sql, ')');
    }
    g_string_append_printf(sql, " (%s) SELECT %s FROM ", filling->columns, filling->columns);
    rt_render_name(sql, dialect, filling->before->name);
    if (where)
        g_string_append_printf(sql, " WHERE %s", where);
    rt_renderer_emit(filling->renderer, RT_RENDERED_STATEMENT, sql->str);
}

static bool
replaces_rows(const RtObject *table)
{
    int row = starrocks_key_row(table);
    return row == STARROCKS_TABLE_PRIMARY_KEY || row == STARROCKS_TABLE_UNIQUE_KEY;
}

/* By ranges of the old key where all rows have a value of it. */
static bool
has_ranges(const RtObject *table)
{
    const RtValue *key = replaces_rows(table) ? starrocks_key(table) : NULL;
    const RtObject *first = key ? starrocks_column_find(table, key->names[0]) : NULL;
    return first && rt_object_flag(first, RT_ROLE_NOT_NULL);
}

static void
fill_by_key(const Filling *filling)
{
    rt_renderer_direct(filling->renderer, "idempotent");
    if (has_ranges(filling->before))
        rt_renderer_direct(filling->renderer, ROWS_AT_A_TIME);
    copy(filling, "INSERT INTO ", NULL, NULL);
}

/* Rows of tables that keep equal rows are written by overwriting, which may be done again. */
static void
fill_by_partition(const Filling *filling, const GPtrArray *ranges)
{
    const RtValue *partitions = rt_object_value(filling->after, STARROCKS_TABLE_PARTITIONS);
    for (uint32_t i = 0; i < partitions->length; i++) {
        rt_renderer_direct(filling->renderer, "idempotent");
        copy(filling, "INSERT OVERWRITE ", partitions->properties[i].key, ranges->pdata[i]);
    }
}

static void
fill_table(const Filling *filling)
{
    if (replaces_rows(filling->after)) {
        fill_by_key(filling);
        return;
    }
    const RtValueContext *context = rt_catalog_context(filling->renderer->catalog);
    bool is_same =
        values_equal(context, filling->before, filling->after, STARROCKS_TABLE_PARTITION);
    g_autoptr(GPtrArray) ranges =
        is_same ? starrocks_partition_conditions(context, filling->after) : NULL;
    if (ranges) {
        fill_by_partition(filling, ranges);
        return;
    }
    rt_renderer_direct(filling->renderer, "idempotent");
    copy(filling, "INSERT OVERWRITE ", NULL, NULL);
}

static void
refresh(RtRenderer *renderer, const RtName *view)
{
    g_autoptr(GString) sql = g_string_new("REFRESH MATERIALIZED VIEW ");
    rt_render_name(sql, renderer->dialect, view);
    g_string_append(sql, " WITH SYNC MODE");
    rt_renderer_direct(renderer, "idempotent");
    rt_renderer_emit(renderer, RT_RENDERED_STATEMENT, sql->str);
}

static void
fill(RtRenderer *renderer, const RtObject *before, const RtObject *after, const RtName *beside)
{
    Filling filling = { renderer, before, after, beside, NULL };
    if (after->form != &starrocks_form_table) {
        refresh(renderer, beside);
        return;
    }
    filling.columns = list_columns(&filling);
    fill_table(&filling);
    g_free(filling.columns);
}

/* ---- swapping ---------------------------------------------------------------------------------
 */

static void
emit_about(RtRenderer *renderer, const char *words, const RtObject *object, const RtName *name,
           const char *clause, const RtName *other)
{
    g_autoptr(GString) sql = g_string_new(words);
    bool is_table = object->form == &starrocks_form_table;
    g_string_append(sql, is_table ? " TABLE " : " MATERIALIZED VIEW ");
    rt_render_name(sql, renderer->dialect, name);
    if (clause) {
        g_string_append_printf(sql, " %s ", clause);
        rt_name_print(sql, renderer->dialect->lexicon, other->text);
    }
    rt_renderer_emit(renderer, RT_RENDERED_STATEMENT, sql->str);
}

static void
swap(RtRenderer *renderer, const RtObject *after, const RtName *beside, const RtName *kept)
{
    emit_about(renderer, "ALTER", after, after->name, "SWAP WITH", beside);
    if (kept)
        emit_about(renderer, "ALTER", after, beside, "RENAME", kept);
    else
        emit_about(renderer, "DROP", after, beside, NULL, NULL);
}

static void
swap_back(RtRenderer *renderer, const RtObject *after, const RtName *kept)
{
    emit_about(renderer, "ALTER", after, after->name, "SWAP WITH", kept);
    emit_about(renderer, "DROP", after, kept, NULL, NULL);
}

/* ---- rights -----------------------------------------------------------------------------------
 */

typedef struct Rights {
    const RtDialect *dialect;
    const RtName *name;
    const char *type; /* of the object: "TABLE" */
    bool is_of_roles; /* else of users */
    GPtrArray *statements;
    RtArena *arena;
} Rights;

static bool
take_right(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    Rights *rights = data;
    if (n < 3 || !values[0] || !values[1])
        return true;
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "GRANT %s ON %s ", values[1], rights->type);
    rt_render_name(sql, rights->dialect, rights->name);
    g_string_append(sql, " TO ");
    if (rights->is_of_roles) {
        g_string_append(sql, "ROLE ");
        rt_string_print(sql, rights->dialect->lexicon, values[0]);
    } else {
        g_string_append_printf(sql, "USER %s", values[0]); /* 'name'@'host', as it is printed */
    }
    if (values[2] && g_ascii_strcasecmp(values[2], "YES") == 0)
        g_string_append(sql, " WITH GRANT OPTION");
    g_ptr_array_add(rights->statements, (void *) rt_arena_strdup(rights->arena, sql->str));
    return true;
}

static bool
read_from(Rights *rights, RtConnection *connection, bool is_of_roles, GError **error)
{
    const RtLexicon *lexicon = rights->dialect->lexicon;
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql,
                           "SELECT GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE FROM sys.grants_to_%s "
                           "WHERE OBJECT_TYPE = '%s' AND OBJECT_CATALOG = '%s' AND "
                           "OBJECT_DATABASE = ",
                           is_of_roles ? "roles" : "users", rights->type,
                           rights->dialect->own_catalog);
    if (rights->name->schema)
        rt_string_print(sql, lexicon, rights->name->schema);
    else
        g_string_append(sql, "DATABASE()");
    g_string_append(sql, " AND OBJECT_NAME = ");
    rt_string_print(sql, lexicon, rights->name->text);
    g_string_append(sql, " ORDER BY GRANTEE");
    rights->is_of_roles = is_of_roles;
    return rt_connection_query(connection, sql->str, take_right, rights, error);
}

/* Rights are those of the table's own number, and stay with it when the names are swapped. */
static const char *const *
read_rights(const RtDialect *dialect, RtConnection *connection, RtKind kind, const RtName *name,
            RtArena *arena, GError **error)
{
    g_autoptr(GPtrArray) statements = g_ptr_array_new();
    const char *type = kind == RT_KIND_TABLE ? "TABLE" : "MATERIALIZED VIEW";
    Rights rights = { dialect, name, type, false, statements, arena };
    if (!read_from(&rights, connection, true, error) ||
        !read_from(&rights, connection, false, error))
        return NULL;
    const char **list = rt_arena_new_array(arena, const char *, statements->len + 1);
    if (statements->len)
        memcpy(list, statements->pdata, statements->len * sizeof *list);
    return list;
}

const RtRecreation starrocks_recreation = {
    .inherits = inherits,
    .is_part = starrocks_is_synchronous,
    .fill = fill,
    .swap = swap,
    .swap_back = swap_back,
    .read_rights = read_rights,
};
