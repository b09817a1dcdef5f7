/* What the server refuses of indexes: IndexAnalyzer of the frontend. */
#include "dialect/starrocks/check.h"
#include "dialect/starrocks/property.h"

/* An inverted index is over text; one of n-grams too. */
static bool
check_indexed_type(const StarrocksCheck *check, const char *using, const RtObject *column)
{
    static const char *const texts[] = { "CHAR", "VARCHAR", NULL };
    const RtType *type = rt_object_type(column);
    if (!type || starrocks_type_is(type, texts))
        return true;
    if (g_ascii_strcasecmp(using, "GIN") == 0)
        return starrocks_reject(check, "The inverted index can only be build on column with type "
                                       "of CHAR/STRING/VARCHAR type.");
    return g_ascii_strcasecmp(using, "NGRAMBF") != 0 ||
           starrocks_reject(check, "Invalid ngram bloom filter column '%s': unsupported type %s",
                            column->name->text, type->text);
}

/* Of an index of n-grams. */
static bool
check_properties(const StarrocksCheck *check, const RtObject *index)
{
    const RtValue *map = rt_object_value(index, STARROCKS_INDEX_PROPERTIES);
    for (uint32_t i = 0; map && i < map->length; i++) {
        const RtProperty *property = &map->properties[i];
        const StarrocksPropertyKind *kind = starrocks_index_property_kind(property->key);
        g_autofree char *problem = kind ? starrocks_property_problem(kind, property->value) : NULL;
        if (problem)
            return starrocks_reject(check, "Property %s %s: %s", property->key, problem,
                                    property->value);
    }
    return true;
}

bool
starrocks_check_index(const StarrocksCheck *check, const RtObject *table, const RtObject *index)
{
    const RtValue *parts = rt_object_value(index, STARROCKS_INDEX_PARTS);
    const RtValue *using = rt_object_value(index, STARROCKS_INDEX_USING);
    int key_row = starrocks_key_row(table);
    bool is_plain = key_row == STARROCKS_TABLE_DUPLICATE_KEY ||
                    key_row == STARROCKS_TABLE_PRIMARY_KEY || key_row < 0;
    if (parts && parts->length != 1)
        return starrocks_reject(check, "%s index can only apply to a single column",
                                using ? using->text : "bitmap");
    for (uint32_t i = 0; parts && i < parts->length; i++) {
        const RtName *name = parts->names[i];
        if (!starrocks_column_find(table, name))
            return starrocks_reject(check, "%s column does not exist in table. invalid column: %s",
                                    using ? using->text : "BITMAP", name->text);
        if (using && !check_indexed_type(check, using->text, starrocks_column_find(table, name)))
            return false;
        if (!check_properties(check, index))
            return false;
        if (!is_plain && !starrocks_names_hold(starrocks_key(table), name))
            return starrocks_reject(check,
                                    "%s index only used in columns of DUP_KEYS/PRIMARY_KEYS table "
                                    "or key columns of UNIQUE_KEYS/AGG_KEYS table. invalid column: "
                                    "%s",
                                    using ? using->text : "BITMAP", name->text);
    }
    return true;
}
