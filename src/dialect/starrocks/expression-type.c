/*
 * The types that expressions have: ExpressionAnalyzer of the frontend, as far as they follow from
 * columns, literals, operators and functions that always give the same. Read from the canonical
 * form, in which each operation is in parentheses.
 */
#include "dialect/starrocks/expression.h"

#include <string.h>

/* Numbers in the order in which they widen. */
typedef enum Type {
    UNKNOWN,
    TINYINT,
    SMALLINT,
    INT,
    BIGINT,
    LARGEINT,
    DOUBLE,
    FLOAT,
    DECIMAL,
    BOOLEAN,
    VARCHAR,
    DATE,
    DATETIME,
    JSON,
    N_TYPES,
} Type;

static const char *const type_names[N_TYPES] = {
    [TINYINT] = "TINYINT",   [SMALLINT] = "SMALLINT", [INT] = "INT",     [BIGINT] = "BIGINT",
    [LARGEINT] = "LARGEINT", [DOUBLE] = "DOUBLE",     [FLOAT] = "FLOAT", [DECIMAL] = "DECIMAL",
    [BOOLEAN] = "BOOLEAN",   [VARCHAR] = "VARCHAR",   [DATE] = "DATE",   [DATETIME] = "DATETIME",
    [JSON] = "JSON",
};

/* What functions give whatever they are given. */
static const struct {
    const char *name;
    Type type;
} functions[] = {
    { "char_length", INT },    { "concat", VARCHAR },       { "concat_ws", VARCHAR },
    { "curdate", DATE },       { "current_date", DATE },    { "current_timestamp", DATETIME },
    { "date", DATE },          { "date_format", VARCHAR },  { "get_json_string", VARCHAR },
    { "hex", VARCHAR },        { "length", INT },           { "lower", VARCHAR },
    { "lpad", VARCHAR },       { "ltrim", VARCHAR },        { "md5", VARCHAR },
    { "now", DATETIME },       { "parse_json", JSON },      { "repeat", VARCHAR },
    { "reverse", VARCHAR },    { "rpad", VARCHAR },         { "rtrim", VARCHAR },
    { "split_part", VARCHAR }, { "str_to_date", DATETIME }, { "substr", VARCHAR },
    { "substring", VARCHAR },  { "to_date", DATE },         { "trim", VARCHAR },
    { "truncate", DECIMAL },   { "upper", VARCHAR },
};

static const char *const comparisons[] = {
    "or", "xor", "and", "=",    "<=>",      "!=",     "<=",
    ">=", "<",   ">",   "like", "not like", "regexp", "not regexp",
};

typedef struct Reader {
    const RtObject *table;
    RtModel *model;
    const char *at;
    unsigned depth;
} Reader;

enum { DEEPEST_TYPE = 100 };

static Type read_type(Reader *reader);

static bool
accept(Reader *reader, const char *text)
{
    if (!g_str_has_prefix(reader->at, text))
        return false;
    reader->at += strlen(text);
    return true;
}

static Type
find_type(const RtType *type)
{
    for (int i = UNKNOWN + 1; type && i < N_TYPES; i++) {
        if (strcmp(type->name, type_names[i]) == 0)
            return (Type) i;
    }
    return type && strcmp(type->name, "CHAR") == 0 ? VARCHAR : UNKNOWN;
}

/* The smallest that holds it. */
static Type
read_number(Reader *reader)
{
    size_t digits = strspn(reader->at, "0123456789");
    bool is_whole = !strchr(".eE", reader->at[digits]) || !reader->at[digits];
    gint64 value = g_ascii_strtoll(reader->at, NULL, 10);
    reader->at += strspn(reader->at, "0123456789.eE");
    if (!is_whole || digits > 18)
        return UNKNOWN;
    return value <= INT8_MAX    ? TINYINT
           : value <= INT16_MAX ? SMALLINT
           : value <= INT32_MAX ? INT
                                : BIGINT;
}

static Type
read_string(Reader *reader)
{
    while (*reader->at == '\'') {
        const char *end = strchr(reader->at + 1, '\'');
        reader->at = end ? end + 1 : reader->at + strlen(reader->at);
    }
    return VARCHAR;
}

/* + - * of whole numbers give the next wider, / a DOUBLE. */
static Type
combine(Type left, Type right, const char *operator)
{
    static const Type wider[] = { [TINYINT] = SMALLINT,
                                  [SMALLINT] = INT,
                                  [INT] = BIGINT,
                                  [BIGINT] = BIGINT,
                                  [LARGEINT] = LARGEINT };
    bool is_float = left == DOUBLE || left == FLOAT || right == DOUBLE || right == FLOAT;
    bool are_numbers = left != UNKNOWN && right != UNKNOWN && left <= FLOAT && right <= FLOAT;
    for (size_t i = 0; i < G_N_ELEMENTS(comparisons); i++) {
        if (strcmp(operator, comparisons[i]) == 0)
            return BOOLEAN;
    }
    if (!are_numbers || !strchr("+-*/", *operator) || operator[1])
        return UNKNOWN;
    return is_float || *operator== '/' ? DOUBLE : wider[MAX(left, right)];
}

/* (a + b), the parenthesis passed. */
static Type
read_operation(Reader *reader)
{
    Type left = read_type(reader);
    size_t length = strcspn(reader->at + (*reader->at == ' '), "()'");
    if (accept(reader, " is null)") || accept(reader, " is not null)"))
        return BOOLEAN;
    if (!accept(reader, " ") || !length)
        return UNKNOWN;
    static const char *const operators[] = {
        "not like", "not regexp", "regexp", "like", "and", "xor", "or", "<=>", "!=",
        "<=",       ">=",         "=",      "<",    ">",   "+",   "-",  "*",   "/",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(operators); i++) {
        g_autofree char *word = g_strconcat(operators[i], " ", NULL);
        if (!accept(reader, word))
            continue;
        Type right = read_type(reader);
        return accept(reader, ")") ? combine(left, right, operators[i]) : UNKNOWN;
    }
    return UNKNOWN;
}

/* Passes arguments up to their parenthesis; the types of the first two. */
static bool
read_arguments(Reader *reader, Type *out_types)
{
    for (unsigned n = 0; !accept(reader, ")"); n++) {
        Type type = read_type(reader);
        if (n < 2)
            out_types[n] = type;
        if (!accept(reader, ",") && *reader->at != ')')
            return false;
    }
    return true;
}

static Type
read_cast(Reader *reader)
{
    read_type(reader);
    if (!accept(reader, " as "))
        return UNKNOWN;
    size_t length = strcspn(reader->at, "(<)");
    g_autofree char *name = g_strndup(reader->at, length);
    unsigned depth = 1;
    for (; *reader->at && depth; reader->at++) {
        depth += *reader->at == '(';
        depth -= *reader->at == ')';
    }
    const RtType type = { .name = name };
    return find_type(&type);
}

static Type
read_call(Reader *reader, const char *name)
{
    Type arguments[2] = { UNKNOWN, UNKNOWN };
    if (strcmp(name, "cast") == 0)
        return read_cast(reader);
    if (!read_arguments(reader, arguments))
        return UNKNOWN;
    if (strcmp(name, "date_trunc") == 0)
        return arguments[1] == DATE || arguments[1] == DATETIME ? arguments[1] : UNKNOWN;
    for (size_t i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (strcmp(name, functions[i].name) == 0)
            return functions[i].type;
    }
    return UNKNOWN;
}

static Type
read_name(Reader *reader)
{
    size_t length = 0;
    while (g_ascii_isalnum(reader->at[length]) || reader->at[length] == '_')
        length++;
    g_autofree char *name = g_strndup(reader->at, length);
    reader->at += length;
    if (!length)
        return UNKNOWN;
    if (accept(reader, "("))
        return read_call(reader, name);
    const RtName *column = rt_model_name(reader->model, RT_FOLD_ASCII, NULL, name);
    const RtObject *found = starrocks_column_find(reader->table, column);
    return found ? find_type(rt_object_type(found)) : UNKNOWN;
}

static Type
read_type(Reader *reader)
{
    if (++reader->depth > DEEPEST_TYPE)
        return UNKNOWN;
    Type type = UNKNOWN;
    if (accept(reader, "(not ")) {
        read_type(reader);
        type = accept(reader, ")") ? BOOLEAN : UNKNOWN;
    } else if (accept(reader, "(")) {
        type = read_operation(reader);
    } else if (*reader->at == '\'') {
        type = read_string(reader);
    } else if (g_ascii_isdigit(*reader->at)) {
        type = read_number(reader);
    } else {
        type = read_name(reader);
    }
    reader->depth--;
    return type;
}

/* The canonical form has names without quotes: `1 + 1` would be read for what it is not. */
static bool
is_plain(const RtObject *table)
{
    for (unsigned i = 0; i < table->n_children; i++) {
        const char *name = table->children[i]->name->text;
        if (g_ascii_isdigit(*name))
            return false;
        for (; *name; name++) {
            if (!g_ascii_isalnum(*name) && *name != '_')
                return false;
        }
    }
    return true;
}

const char *
starrocks_expression_type(const RtValueContext *context, const RtObject *table, const char *text,
                          uint32_t length)
{
    if (!is_plain(table))
        return NULL;
    g_autofree char *canonical = starrocks_canonical_expression(context, text, length);
    Reader reader = { .table = table, .model = context->model, .at = canonical };
    Type type = read_type(&reader);
    return *reader.at ? NULL : type_names[type];
}
