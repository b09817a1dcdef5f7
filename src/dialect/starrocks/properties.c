/* What properties are to a server: its defaults by version and run mode, how it spells them. */
#include "dialect/starrocks/property.h"

#include <string.h>

static bool
is_primary(const RtObject *object)
{
    return object->form == &starrocks_form_table &&
           starrocks_key_row(object) == STARROCKS_TABLE_PRIMARY_KEY;
}

bool
starrocks_has_inverted_index(const RtObject *object)
{
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtObject *child = object->children[i];
        const RtValue *using = child->form == &starrocks_form_index
                                   ? rt_object_value(child, STARROCKS_INDEX_USING)
                                   : NULL;
        if (using && g_ascii_strcasecmp(using->text, "GIN") == 0)
            return true;
    }
    return false;
}

const char *
starrocks_property_default(const RtServer *server, const RtObject *object, const char *key)
{
    const StarrocksProperty *row = starrocks_property_find(key);
    return row && row->find ? row->find(server, object) : row ? row->value : NULL;
}

const char *
starrocks_property_setting(RtModel *model, const RtObject *object, const char *key)
{
    const StarrocksProperty *row =
        object->form == &starrocks_form_table ? starrocks_property_find(key) : NULL;
    bool is_partitioned = row && rt_object_value(object, STARROCKS_TABLE_PARTITION);
    StarrocksSetting setting = row ? row->setting : STARROCKS_SET_AS_IT_IS;
    if (setting == STARROCKS_SET_NEVER)
        return NULL;
    if (setting == STARROCKS_SET_AS_IT_IS ||
        (setting == STARROCKS_SET_AS_DEFAULT_IF_PARTITIONED && !is_partitioned))
        return key;
    g_autofree char *prefixed = g_strconcat("default.", key, NULL);
    return rt_model_intern(model, prefixed, strlen(prefixed));
}

/* Words that the server prints in one case whatever was written. */
static bool
is_upper(const char *key)
{
    static const char *const keys[] = {
        "compression",
        "dynamic_partition.time_unit",
        "persistent_index_type",
        "storage_format",
        "storage_medium",
        "query_rewrite_consistency",
        "transparent_mv_rewrite_mode",
        "write_quorum",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (strcmp(keys[i], key) == 0)
            return true;
    }
    return false;
}

static bool
is_boolean(const char *value)
{
    return g_ascii_strcasecmp(value, "true") == 0 || g_ascii_strcasecmp(value, "false") == 0;
}

/* "V2,k1" is k1, v2: names without case, sorted, a blank behind each comma. */
static char *
spell_columns(const char *value)
{
    g_autofree char *folded = g_ascii_strdown(value, -1);
    g_auto(GStrv) names = g_strsplit(folded, ",", -1);
    for (unsigned i = 0; names[i]; i++)
        g_strstrip(names[i]);
    unsigned n = g_strv_length(names);
    for (unsigned i = 1; i < n; i++) {
        for (unsigned j = i; j && strcmp(names[j - 1], names[j]) > 0; j--) {
            char *kept = names[j];
            names[j] = names[j - 1];
            names[j - 1] = kept;
        }
    }
    return g_strjoinv(", ", names);
}

/* Constraints without the catalogs, databases and tables that the server writes before names. */
static char *
spell_constraints(const char *value)
{
    GString *out = g_string_new(NULL);
    while (*value) {
        size_t length = strcspn(value, ",;() ");
        const char *point = g_strrstr_len(value, (gssize) length, ".");
        const char *start = point ? point + 1 : value;
        g_string_append_len(out, start, (gssize) (value + length - start));
        value += length;
        for (; *value && strchr(",;() ", *value); value++) {
            if (*value != ' ' || g_str_has_prefix(value, " REFERENCES") || out->len == 0 ||
                g_str_has_suffix(out->str, "REFERENCES"))
                g_string_append_c(out, *value);
        }
    }
    while (out->len && strchr("; ", out->str[out->len - 1]))
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

/* 1 days is 1 day. */
static char *
spell_period(const char *value)
{
    char *spelled = g_ascii_strdown(value, -1);
    size_t length = strlen(spelled);
    if (length && spelled[length - 1] == 's')
        spelled[length - 1] = '\0';
    return spelled;
}

typedef struct Spelling {
    const char *key;
    char *(*spell)(const char *value);
} Spelling;

static const Spelling spellings[] = {
    { "bloom_filter_columns", spell_columns },
    { "foreign_key_constraints", spell_constraints },
    { "storage_cooldown_ttl", spell_period },
    { "unique_constraints", spell_constraints },
};

/* Properties that mean something where compute and storage are apart only. */
static bool
is_of_shared_data(const char *key)
{
    return strcmp(key, "storage_volume") == 0 || strcmp(key, "file_bundling") == 0 ||
           strcmp(key, "enable_async_write_back") == 0 || g_str_has_prefix(key, "datacache.");
}

bool
starrocks_property_is_ignored(const RtServer *server, const RtObject *object, const char *key,
                              const char *value)
{
    if (strcmp(key, "bucket_size") == 0 && strcmp(value, "0") == 0)
        return true;
    if (!starrocks_is_shared_data(server) && is_of_shared_data(key))
        return true;
    if (strcmp(key, "in_memory") == 0 || strcmp(key, "storage_format") == 0)
        return true;
    if (strcmp(key, "enable_persistent_index") == 0)
        return object->form == &starrocks_form_table && !is_primary(object);
    return strcmp(key, "replicated_storage") == 0 && strcmp(value, "true") == 0 &&
           starrocks_has_inverted_index(object);
}

const char *
starrocks_property_value(RtModel *model, const char *key, const char *value)
{
    g_autofree char *spelled = NULL;
    if (is_boolean(value))
        spelled = g_ascii_strdown(value, -1);
    else if (is_upper(key))
        spelled = g_ascii_strup(value, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(spellings) && !spelled; i++) {
        if (strcmp(key, spellings[i].key) == 0)
            spelled = spellings[i].spell(value);
    }
    if (strcmp(key, "compression") == 0) {
        g_auto(GStrv) words = g_strsplit(spelled ?: value, " ", -1);
        g_free(spelled);
        spelled = g_strjoinv("", words);
    }
    return spelled ? rt_model_intern(model, spelled, strlen(spelled)) : value;
}
