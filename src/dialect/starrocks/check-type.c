/* What types may be and become: SchemaChangeTypeCompatibility of the frontend, and its matrices. */
#include "dialect/starrocks/check.h"

#include <string.h>

bool
starrocks_type_is(const RtType *type, const char *const *names)
{
    for (; type && *names; names++) {
        if (strcmp(type->name, *names) == 0)
            return true;
    }
    return false;
}

static int64_t
argument(const RtType *type, unsigned at)
{
    return at < type->n_arguments ? type->arguments[at] : 0;
}

bool
starrocks_type_is_state(const RtType *type)
{
    static const char *const names[] = { "BITMAP", "HLL", "PERCENTILE", NULL };
    return starrocks_type_is(type, names);
}

bool
starrocks_type_keys(const RtType *type, int key_row)
{
    static const char *const never[] = { "FLOAT",      "DOUBLE",  "JSON",   "ARRAY",
                                         "MAP",        "STRUCT",  "BITMAP", "HLL",
                                         "PERCENTILE", "VARIANT", NULL };
    static const char *const primary[] = { "BOOLEAN",  "TINYINT", "SMALLINT", "INT",     "BIGINT",
                                           "LARGEINT", "DATE",    "DATETIME", "VARCHAR", NULL };
    if (key_row == STARROCKS_TABLE_PRIMARY_KEY)
        return starrocks_type_is(type, primary);
    return !starrocks_type_is(type, never);
}

bool
starrocks_type_sorts(const RtType *type, int key_row)
{
    static const char *const never[] = { "FLOAT", "DOUBLE", "ARRAY", "MAP", "STRUCT", NULL };
    static const char *const binary[] = { "VARBINARY", NULL };
    if (key_row == STARROCKS_TABLE_PRIMARY_KEY)
        return starrocks_type_keys(type, key_row) || starrocks_type_is(type, binary);
    return !starrocks_type_is(type, never);
}

bool
starrocks_type_partitions(const RtType *type)
{
    static const char *const never[] = { "FLOAT", "DOUBLE", "DECIMAL", "ARRAY",
                                         "MAP",   "STRUCT", NULL };
    return !starrocks_type_is(type, never);
}

bool
starrocks_type_aggregates(const RtType *type, const char *function)
{
    static const char *const sums[] = { "INT",    "BIGINT",  "LARGEINT", "FLOAT",
                                        "DOUBLE", "DECIMAL", NULL };
    static const char *const never_most[] = { "BOOLEAN",    "VARBINARY", "JSON",   "ARRAY",
                                              "MAP",        "STRUCT",    "BITMAP", "HLL",
                                              "PERCENTILE", "VARIANT",   NULL };
    static const struct {
        const char *function, *type;
    } unions[] = {
        { "HLL_UNION", "HLL" },
        { "BITMAP_UNION", "BITMAP" },
        { "PERCENTILE_UNION", "PERCENTILE" },
    };
    if (g_ascii_strcasecmp(function, "SUM") == 0)
        return starrocks_type_is(type, sums);
    if (g_ascii_strcasecmp(function, "MAX") == 0 || g_ascii_strcasecmp(function, "MIN") == 0)
        return !starrocks_type_is(type, never_most) &&
               (strcmp(type->name, "DECIMAL") != 0 || argument(type, 0) <= 38);
    for (size_t i = 0; i < G_N_ELEMENTS(unions); i++) {
        if (g_ascii_strcasecmp(function, unions[i].function) == 0)
            return strcmp(type->name, unions[i].type) == 0;
    }
    return true;
}

/* Conversions that do not depend on lengths; those to VARCHAR and from it do. */
static const struct {
    const char *from;
    const char *const to[8];
} conversions[] = {
    { "TINYINT", { "SMALLINT", "INT", "BIGINT", "LARGEINT", "DOUBLE", "VARCHAR", NULL } },
    { "SMALLINT", { "INT", "BIGINT", "LARGEINT", "DOUBLE", "VARCHAR", NULL } },
    { "INT", { "BIGINT", "LARGEINT", "DOUBLE", "DATE", "VARCHAR", NULL } },
    { "BIGINT", { "LARGEINT", "DOUBLE", "VARCHAR", NULL } },
    { "LARGEINT", { "VARCHAR", NULL } },
    { "FLOAT", { "DOUBLE", "VARCHAR", NULL } },
    { "DOUBLE", { "VARCHAR", NULL } },
    { "CHAR", { "CHAR", "VARCHAR", NULL } },
    { "DATE", { "DATETIME", NULL } },
    { "DATETIME", { "DATE", NULL } },
    { "JSON", { "VARCHAR", NULL } },
    { "DECIMAL", { "DECIMAL", "VARCHAR", NULL } },
    { "VARBINARY", { "VARBINARY", NULL } },
};

static bool
converts(const RtType *from, const RtType *to)
{
    static const char *const from_text[] = { "VARCHAR", "TINYINT",  "SMALLINT", "INT",
                                             "BIGINT",  "LARGEINT", "FLOAT",    "DOUBLE",
                                             "DECIMAL", "DATE",     "JSON",     NULL };
    if (strcmp(from->name, "VARCHAR") == 0)
        return starrocks_type_is(to, from_text);
    for (size_t i = 0; i < G_N_ELEMENTS(conversions); i++) {
        if (strcmp(from->name, conversions[i].from) == 0)
            return starrocks_type_is(to, conversions[i].to);
    }
    return false;
}

/* Neither the digits before the point nor those behind it may become fewer. */
static bool
decimal_fits(const RtType *from, const RtType *to)
{
    int64_t scale = argument(from, 1), new_scale = argument(to, 1);
    return new_scale >= scale && argument(to, 0) - new_scale >= argument(from, 0) - scale;
}

/* Digits, sign and point, and a zero before it. */
static bool
decimal_fits_text(const RtType *from, const RtType *to)
{
    return argument(to, 0) >= argument(from, 0) + (argument(from, 1) ? 4 : 3);
}

static bool
is_text(const RtType *type)
{
    static const char *const names[] = { "CHAR", "VARCHAR", NULL };
    return starrocks_type_is(type, names);
}

bool
starrocks_type_is_longer(const RtType *from, const RtType *to)
{
    return strcmp(from->name, "VARCHAR") == 0 && strcmp(to->name, "VARCHAR") == 0 &&
           argument(to, 0) > argument(from, 0);
}

char *
starrocks_type_label(const RtType *type)
{
    if (strcmp(type->name, "DECIMAL") != 0)
        return g_strdup(type->text);
    int64_t precision = argument(type, 0);
    return g_strdup_printf("DECIMAL%s(%d,%d)",
                           precision <= 18   ? "64"
                           : precision <= 38 ? "128"
                                             : "256",
                           (int) precision, (int) argument(type, 1));
}

const char *
starrocks_type_why_not(RtArena *arena, const RtType *from, const RtType *to)
{
    enum { SHORTEST_JSON = 1024 };
    g_autofree char *old = starrocks_type_label(from);
    g_autofree char *new = starrocks_type_label(to);
    bool is_decimal = strcmp(from->name, "DECIMAL") == 0;
    if (rt_type_equal(from, to))
        return NULL;
    if (is_text(from) && is_text(to) && argument(to, 0) < argument(from, 0) && converts(from, to))
        return "Cannot shorten string length";
    bool allowed = converts(from, to);
    if (allowed && is_decimal)
        allowed =
            strcmp(to->name, "DECIMAL") == 0 ? decimal_fits(from, to) : decimal_fits_text(from, to);
    if (allowed && strcmp(from->name, "JSON") == 0 && argument(to, 0) < SHORTEST_JSON)
        return "JSON needs minimum length of 1024";
    return allowed ? NULL : rt_arena_printf(arena, "Can not change %s to %s", old, new);
}
