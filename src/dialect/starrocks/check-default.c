/* What the server refuses of DEFAULT: ColumnDef of the frontend; manual: CREATE_TABLE. */
#include "dialect/starrocks/check.h"

#include <string.h>

/* A default as it is written, and what stands between its quotes. */
typedef struct Default {
    const RtType *type;
    const char *text; /* without quotes */
} Default;

/* NULL: the type has such a value; else why not, owned by the caller. */
typedef char *(*FindProblemFunc)(const Default *value);

static char *
find_integer_problem(const Default *value)
{
    static const struct {
        const char *type;
        gint64 least, most;
    } ranges[] = {
        { "TINYINT", G_MININT8, G_MAXINT8 },
        { "SMALLINT", G_MININT16, G_MAXINT16 },
        { "INT", G_MININT32, G_MAXINT32 },
        { "BIGINT", G_MININT64, G_MAXINT64 },
    };
    g_autofree char *text = g_strstrip(g_strdup(value->text));
    g_autoptr(GError) error = NULL;
    gint64 number;
    if (!*text || strspn(text, "+-0123456789") != strlen(text))
        return g_strdup_printf("Invalid number format: %s", value->text);
    for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
        if (strcmp(value->type->name, ranges[i].type) == 0 &&
            !g_ascii_string_to_signed(text + (*text == '+'), 10, ranges[i].least, ranges[i].most,
                                      &number, &error))
            return g_strdup_printf("Number out of range: %s", value->text);
    }
    return NULL;
}

static char *
find_number_problem(const Default *value)
{
    char *end;
    g_ascii_strtod(value->text, &end);
    return *value->text && !*end ? NULL : g_strdup_printf("Invalid number format: %s", value->text);
}

/* No more digits before the point than there is place for. */
static char *
find_decimal_problem(const Default *value)
{
    char *problem = find_number_problem(value);
    if (problem || value->type->n_arguments < 2)
        return problem;
    const char *digits = value->text + strspn(value->text, "+-0");
    gint64 most = value->type->arguments[0] - value->type->arguments[1];
    return (gint64) strspn(digits, "0123456789") <= most
               ? NULL
               : g_strdup_printf("Number out of range: %s", value->text);
}

static char *
find_truth_problem(const Default *value)
{
    static const char *const truths[] = { "true", "false", "1", "0" };
    for (size_t i = 0; i < G_N_ELEMENTS(truths); i++) {
        if (g_ascii_strcasecmp(value->text, truths[i]) == 0)
            return NULL;
    }
    return g_strdup_printf("Invalid BOOLEAN literal: %s", value->text);
}

/* Dates are written in several ways, each of which begins with a digit. */
static char *
find_date_problem(const Default *value)
{
    return g_ascii_isdigit(*value->text) ? NULL
                                         : g_strdup_printf("Invalid date literal: %s", value->text);
}

static char *
find_text_problem(const Default *value)
{
    bool fits =
        !value->type->n_arguments || strlen(value->text) <= (uint64_t) value->type->arguments[0];
    return fits ? NULL : g_strdup_printf("Default value is too long: %s", value->text);
}

static char *
find_state_problem(const Default *value)
{
    return *value->text ? g_strdup("this type has no other default than ''") : NULL;
}

static char *
find_nested_problem(const Default *value)
{
    (void) value;
    return g_strdup("that of a complex type is no string but [..], map{..} or row(..)");
}

static const struct {
    const char *type;
    FindProblemFunc find;
} of_types[] = {
    { "TINYINT", find_integer_problem },  { "SMALLINT", find_integer_problem },
    { "INT", find_integer_problem },      { "BIGINT", find_integer_problem },
    { "LARGEINT", find_integer_problem }, { "FLOAT", find_number_problem },
    { "DOUBLE", find_number_problem },    { "DECIMAL", find_decimal_problem },
    { "BOOLEAN", find_truth_problem },    { "DATE", find_date_problem },
    { "DATETIME", find_date_problem },    { "CHAR", find_text_problem },
    { "VARCHAR", find_text_problem },     { "BITMAP", find_state_problem },
    { "HLL", find_state_problem },        { "ARRAY", find_nested_problem },
    { "MAP", find_nested_problem },       { "STRUCT", find_nested_problem },
};

/* Functions, and of which types they are the default. */
static const struct {
    const char *name, *type;
    int64_t shortest; /* of texts */
} functions[] = {
    { "CURRENT_TIMESTAMP", "DATETIME", 0 },
    { "NOW", "DATETIME", 0 },
    { "UUID_NUMERIC", "LARGEINT", 0 },
    { "UUID", "VARCHAR", 36 },
};

static bool
reject(const StarrocksCheck *check, const RtObject *column, const char *why)
{
    return starrocks_reject(check, "Column definition is wrong. Invalid default value for '%s': %s",
                            column->name->text, why);
}

static bool
check_function(const StarrocksCheck *check, const RtObject *column, const char *text)
{
    const RtType *type = rt_object_type(column);
    const char *start = text + strspn(text, "( ");
    for (size_t i = 0; type && i < G_N_ELEMENTS(functions); i++) {
        size_t length = strlen(functions[i].name);
        bool is_it = g_ascii_strncasecmp(start, functions[i].name, length) == 0 &&
                     !g_ascii_isalnum(start[length]) && start[length] != '_';
        if (!is_it)
            continue;
        bool fits = strcmp(type->name, functions[i].type) == 0 &&
                    (!type->n_arguments || type->arguments[0] >= functions[i].shortest);
        g_autofree char *why =
            g_strdup_printf("Default function %s for type %s is not supported; it is one of %s",
                            functions[i].name, type->text, functions[i].type);
        return fits || reject(check, column, why);
    }
    return true;
}

/* DEFAULT 7 is refused by the grammar: numbers and truths are written as strings. */
static bool
check_form(const StarrocksCheck *check, const RtObject *column, const RtValue *value)
{
    g_autofree char *folded = g_ascii_strup(value->text, (gssize) value->length);
    if (g_ascii_isdigit(*folded) || *folded == '-')
        return starrocks_reject(check,
                                "Unexpected input '%s': a default is a string, "
                                "CURRENT_TIMESTAMP or (uuid())",
                                value->text);
    if (g_str_has_prefix(folded, "TRUE") || g_str_has_prefix(folded, "FALSE"))
        return reject(check, column, "a default is a string");
    return !strstr(folded, " ON UPDATE ") ||
           starrocks_reject(check, "Unexpected input 'ON': a default has no ON UPDATE");
}

static bool
check_string(const StarrocksCheck *check, const RtObject *column, const RtValue *value)
{
    g_autofree char *text = g_strndup(value->text + 1, value->length - 2);
    const Default given = { rt_object_type(column), text };
    for (size_t i = 0; given.type && i < G_N_ELEMENTS(of_types); i++) {
        if (strcmp(given.type->name, of_types[i].type) != 0)
            continue;
        g_autofree char *problem = of_types[i].find(&given);
        return !problem || reject(check, column, problem);
    }
    return true;
}

bool
starrocks_check_default(const StarrocksCheck *check, const RtObject *column)
{
    const RtValue *value = rt_object_value(column, STARROCKS_COLUMN_DEFAULT);
    if (!value)
        return true;
    if (!check_form(check, column, value))
        return false;
    bool is_null = value->length == 4 && g_ascii_strncasecmp(value->text, "NULL", 4) == 0;
    if (is_null && rt_object_flag(column, RT_ROLE_NOT_NULL))
        return starrocks_reject(check,
                                "Column definition is wrong. Can not set null default value to non "
                                "nullable column: %s",
                                column->name->text);
    bool is_string = strchr("'\"", *value->text) && value->length >= 2;
    return is_string ? check_string(check, column, value)
                     : is_null || check_function(check, column, value->text);
}
