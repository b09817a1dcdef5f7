/* What properties are to a server: its defaults by version and run mode, how it spells them. */
#include "dialect/starrocks/property.h"

#include <stdlib.h>
#include <string.h>

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
starrocks_property_default(const StarrocksProperty *row, const RtServer *server,
                           const RtObject *object)
{
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

/* ---- spellings --------------------------------------------------------------------------------
 */

char *
starrocks_spell_upper(const char *value)
{
    return g_ascii_strup(value, -1);
}

/* zstd (3) is ZSTD(3). */
char *
starrocks_spell_compression(const char *value)
{
    char *spelled = g_ascii_strup(value, -1), *end = spelled;
    for (const char *at = spelled; *at; at++) {
        if (*at != ' ')
            *end++ = *at;
    }
    *end = '\0';
    return spelled;
}

/* "V2,k1" is k1, v2: names without case, sorted, a blank behind each comma. */
char *
starrocks_spell_columns(const char *value)
{
    g_autofree char *folded = g_ascii_strdown(value, -1);
    g_auto(GStrv) names = g_strsplit(folded, ",", -1);
    for (unsigned i = 0; names[i]; i++)
        g_strstrip(names[i]);
    qsort(names, g_strv_length(names), sizeof *names, rt_compare_strings);
    return g_strjoinv(", ", names);
}

/* Constraints without the catalogs, databases and tables that the server writes before names. */
char *
starrocks_spell_constraints(const char *value)
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
char *
starrocks_spell_period(const char *value)
{
    char *spelled = g_ascii_strdown(value, -1);
    size_t length = strlen(spelled);
    if (length && spelled[length - 1] == 's')
        spelled[length - 1] = '\0';
    return spelled;
}

/* ---- what the server makes of them ------------------------------------------------------------
 */

bool
starrocks_property_is_ignored(const StarrocksProperty *row, const RtServer *server,
                              const RtObject *object, const char *value)
{
    if (!row)
        return false;
    return (row->home == STARROCKS_APART && !starrocks_is_shared_data(server)) ||
           (row->is_ignored && row->is_ignored(server, object, value));
}

/* The word that is the truth value, NULL where it is none. */
static const char *
find_truth(const char *value)
{
    return g_ascii_strcasecmp(value, "true") == 0    ? "true"
           : g_ascii_strcasecmp(value, "false") == 0 ? "false"
                                                     : NULL;
}

const char *
starrocks_property_value(RtModel *model, const StarrocksProperty *row, const char *value)
{
    const char *truth = find_truth(value);
    g_autofree char *spelled = !truth && row && row->spell ? row->spell(value) : NULL;
    const char *now = truth ?: spelled ?: value;
    return strcmp(now, value) == 0 ? value : rt_model_intern(model, now, strlen(now));
}
