/*
 * The rollups of a table: a map from names to what is behind them, the columns first. SHOW CREATE
 * TABLE does not print them; they stand in the list of materialized views (buildCreateMVSql of
 * the frontend).
 */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

/* ---- the columns of one -----------------------------------------------------------------------
 */

/* (a, b) DUPLICATE KEY (a): the names in the first parentheses, and where those end. */
static GPtrArray *
read_columns(const RtValueContext *context, const char *definition, uint32_t *out_end)
{
    RtArena *arena = rt_model_arena(context->model);
    const RtText *text = rt_text_new(arena, "", definition, strlen(definition));
    GPtrArray *names = g_ptr_array_new();
    RtCursor cursor;
    rt_cursor_init(&cursor, arena, context->lexicon, text);
    rt_cursor_accept_operator(&cursor, '(');
    while (!rt_cursor_at_end(&cursor) && !rt_cursor_accept_operator(&cursor, ')')) {
        const RtName *name = rt_value_take_name(&cursor, context, RT_KIND_COLUMN, "a column", NULL);
        if (!name)
            break;
        g_ptr_array_add(names, (void *) name);
        rt_cursor_accept_operator(&cursor, ',');
    }
    *out_end = cursor.last;
    return names;
}

static void
print_columns(GString *out, const RtValueContext *context, const GPtrArray *names)
{
    for (unsigned i = 0; i < names->len; i++) {
        g_string_append(out, i ? ", " : "(");
        rt_value_print_name(out, context, names->pdata[i]);
    }
    g_string_append_c(out, ')');
}

/* ---- the map ----------------------------------------------------------------------------------
 */

/* The map with what `change` makes of each definition; entries for which it gives NULL go. */
typedef const char *(*ChangeFunc)(const RtValueContext *context, const char *definition,
                                  void *data);

static const RtValue *
change_all(const RtValueContext *context, const RtValue *map, ChangeFunc change, void *data)
{
    RtArena *arena = rt_model_arena(context->model);
    RtValue *changed = rt_arena_new_object(arena, RtValue);
    RtProperty *properties = rt_arena_new_array(arena, RtProperty, map->length);
    *changed = *map;
    changed->length = 0;
    changed->properties = properties;
    for (uint32_t i = 0; i < map->length; i++) {
        RtProperty *property = &properties[changed->length];
        *property = map->properties[i];
        property->value = change(context, property->value, data);
        changed->length += property->value != NULL;
    }
    return changed;
}

static const char *
without_column(const RtValueContext *context, const char *definition, void *column)
{
    uint32_t end;
    g_autoptr(GPtrArray) names = read_columns(context, definition, &end);
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned n = names->len;
    for (unsigned i = n; i-- > 0;) {
        if (rt_name_equal(names->pdata[i], column))
            g_ptr_array_remove_index(names, i);
    }
    if (names->len == 0)
        return NULL;
    if (names->len == n)
        return definition;
    print_columns(text, context, names);
    g_string_append(text, definition + end);
    return rt_arena_strdup(rt_model_arena(context->model), text->str);
}

const RtValue *
starrocks_rollups_without(const RtValueContext *context, const RtValue *map, const RtName *column)
{
    const RtValue *rest = change_all(context, map, without_column, (void *) column);
    return rest->length ? rest : NULL;
}

typedef struct Renaming {
    const RtName *table, *column, *new_name;
    bool is_found;
} Renaming;

static const char *
rename_column(const RtValueContext *context, const char *definition, void *data)
{
    Renaming *renaming = data;
    RtValue old = { .length = (uint32_t) strlen(definition), .text = definition }, new = old;
    if (!rt_value_rename_own(context, renaming->table, renaming->column, renaming->new_name, &old,
                             &new))
        return definition;
    renaming->is_found = true;
    return rt_arena_copy(rt_model_arena(context->model), new.text, new.length);
}

static bool
rename_rollups(const RtValueContext *context, const RtName *table, const RtName *column,
               const RtName *new_name, const RtValue *value, RtValue *out_value)
{
    Renaming renaming = { table, column, new_name, false };
    const RtValue *renamed = change_all(context, value, rename_column, &renaming);
    if (renaming.is_found)
        *out_value = *renamed;
    return renaming.is_found;
}

static bool
rollups_mention(const RtValueContext *context, const RtName *table, const RtName *column,
                const RtValue *value)
{
    bool found = false;
    for (uint32_t i = 0; i < value->length && !found; i++) {
        const char *definition = value->properties[i].value;
        RtValue text = { .length = (uint32_t) strlen(definition), .text = definition };
        found = rt_value_mentions_own(context, table, column, &text);
    }
    return found;
}

/* What a server tells of a rollup: its columns in their order. */
static const char *
normalize_definition(const RtValueContext *context, const char *definition, void *data)
{
    (void) data;
    uint32_t end;
    g_autoptr(GPtrArray) names = read_columns(context, definition, &end);
    g_autoptr(GString) text = g_string_new(NULL);
    print_columns(text, context, names);
    g_autofree char *folded = g_ascii_strdown(text->str, -1);
    return rt_arena_strdup(rt_model_arena(context->model), folded);
}

static const RtValue *
normalize_rollups(const RtValueContext *context, const RtObject *table, const RtValue *value)
{
    (void) table;
    return change_all(context, value, normalize_definition, NULL);
}

static bool
read_rollup(RtCursor *cursor, const RtValueContext *context, void *out_element, GError **error)
{
    uint32_t length;
    RtSpan span;
    const char *name = rt_cursor_take_name(cursor, "the name of a rollup", error);
    if (!name || !rt_cursor_take_until(cursor, ",)", NULL, &span, error))
        return false;
    *(RtProperty *) out_element = (RtProperty){
        .key = rt_model_intern(context->model, name, strlen(name)),
        .value = rt_value_expression(context, cursor->text, span, &length),
        .origin = RT_ORIGIN_STATED,
    };
    return true;
}

static bool
parse_rollups(RtCursor *cursor, const RtValueContext *context, const RtAttribute *attribute,
              RtValue *out_value, GError **error)
{
    (void) attribute;
    out_value->properties = rt_value_parse_list(cursor, context, sizeof(RtProperty), read_rollup,
                                                &out_value->length, error);
    return out_value->properties;
}

static void
print_rollup(GString *out, const RtValueContext *context, const RtValue *value, uint32_t index)
{
    RtName name = { .text = value->properties[index].key };
    rt_value_print_name(out, context, &name);
    g_string_append_printf(out, " %s", value->properties[index].value);
}

static void
print_rollups(GString *out, const RtValueContext *context, const RtAttribute *attribute,
              const RtValue *value)
{
    (void) attribute;
    rt_value_print_list(out, context, value, print_rollup);
}

const RtValueKind starrocks_value_rollup = {
    .name = "rollups",
    .parse = parse_rollups,
    .print = print_rollups,
    .rename = rename_rollups,
    .mentions = rollups_mention,
    .normalize = normalize_rollups,
    .change_part = starrocks_change_map,
};

/* ---- what a server lists ----------------------------------------------------------------------
 */

bool
starrocks_lists_synchronous(const char *refresh_type)
{
    return g_strcmp0(refresh_type, "ROLLUP") == 0 || g_strcmp0(refresh_type, "SYNC") == 0;
}

/* SUM(v): the column between the parentheses, NULL when it is something else. */
static char *
find_aggregated(const char *item)
{
    const char *open = item + strspn(item, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    size_t length = strlen(item);
    return open > item && *open == '(' && item[length - 1] == ')'
               ? g_strndup(open + 1, length - (size_t) (open - item) - 2)
               : NULL;
}

/*
 * create materialized view r as select k1,k2,SUM(v) from t group by k1,k2: all in this case, no
 * blank behind a comma, the columns of the key and then those that have values.
 */
const char *
starrocks_find_rollup(RtArena *arena, const char *name, const char *text)
{
    static const char from_word[] = " from ", group_word[] = " group by ";
    g_autofree char *begin = g_strdup_printf("create materialized view %s as select ", name);
    const char *group = g_strrstr(text, group_word);
    if (!g_str_has_prefix(text, begin) || !group)
        return NULL;
    const char *columns = text + strlen(begin);
    const char *from = group - strlen(from_word); /* behind which a name stands */
    while (from > columns && !g_str_has_prefix(--from, from_word))
        continue;
    const char *keys = group + strlen(group_word);
    if (from <= columns || !g_str_has_prefix(columns, keys) || !strchr(", ", columns[strlen(keys)]))
        return NULL;
    g_autofree char *list = g_strndup(columns, (size_t) (from - columns));
    g_autofree char *table =
        g_strndup(from + strlen(from_word), (size_t) (group - from) - strlen(from_word));
    g_auto(GStrv) items = g_strsplit(list, ",", -1);
    g_autoptr(GString) sql = g_string_new("ALTER TABLE IF EXISTS ");
    rt_name_print(sql, &starrocks_lexicon, table);
    g_string_append(sql, " ADD ROLLUP ");
    rt_name_print(sql, &starrocks_lexicon, name);
    size_t at = 0;
    for (char **item = items; *item; item++) {
        bool is_key = at < strlen(keys);
        g_autofree char *column = is_key ? g_strdup(*item) : find_aggregated(*item);
        if (!column || strpbrk(column, " ()`"))
            return NULL;
        g_string_append(sql, at ? ", " : " (");
        rt_name_print(sql, &starrocks_lexicon, column);
        at += strlen(*item) + 1;
    }
    g_string_append_c(sql, ')');
    return rt_arena_strdup(arena, sql->str);
}
