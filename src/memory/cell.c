/* Cells: text with a kind. Numbers are kept as the text that SQL engines print for them. */
#include "memory/cell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

RtStorage
rt_storage_of(const char *type_name)
{
    static const struct {
        const char *part;
        RtStorage storage;
    } parts[] = {
        { "INT", RT_STORE_NUMBER }, { "CHAR", RT_STORE_TEXT },   { "CLOB", RT_STORE_TEXT },
        { "TEXT", RT_STORE_TEXT },  { "STRING", RT_STORE_TEXT }, { "UTF8", RT_STORE_TEXT },
        { "BLOB", RT_STORE_ANY },   { "REAL", RT_STORE_REAL },   { "FLOA", RT_STORE_REAL },
        { "DOUB", RT_STORE_REAL },
    };
    if (!type_name || !*type_name)
        return RT_STORE_ANY;
    g_autofree char *upper = g_ascii_strup(type_name, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        if (strstr(upper, parts[i].part))
            return parts[i].storage;
    return RT_STORE_NUMBER;
}

static bool
read_integer(const char *text, int64_t *out_number)
{
    char *end;
    errno = 0;
    *out_number = g_ascii_strtoll(text, &end, 10);
    return errno == 0 && end != text && !*end;
}

RtCell
rt_cell_integer(int64_t number)
{
    char text[32];
    g_snprintf(text, sizeof(text), "%" G_GINT64_FORMAT, number);
    return (RtCell){ RT_CELL_NUMBER, g_ref_string_new(text) };
}

RtCell
rt_cell_real(double number)
{
    char text[64];
    g_ascii_formatd(text, sizeof(text) - 2, "%.15g", number);
    if (!strpbrk(text, ".eni"))
        g_strlcat(text, ".0", sizeof(text));
    char *exponent = strchr(text, 'e');
    g_autofree char *rest = exponent && !strchr(text, '.') ? g_strdup(exponent) : NULL;
    if (rest) {
        *exponent = '\0';
        g_strlcat(text, ".0", sizeof(text));
        g_strlcat(text, rest, sizeof(text));
    }
    return (RtCell){ RT_CELL_NUMBER, g_ref_string_new(text) };
}

static RtCell
new_number(const char *text)
{
    int64_t integer;
    if (read_integer(text, &integer))
        return rt_cell_integer(integer);
    if (g_ascii_strncasecmp(text, "0x", 2) == 0)
        return rt_cell_integer((int64_t) g_ascii_strtoull(text + 2, NULL, 16));
    return rt_cell_real(g_ascii_strtod(text, NULL));
}

RtCell
rt_cell_new(RtCellKind kind, const char *text, gssize length)
{
    if (kind == RT_CELL_NULL)
        return (RtCell){ 0 };
    if (kind != RT_CELL_NUMBER)
        return (RtCell){ kind,
                         length < 0 ? g_ref_string_new(text) : g_ref_string_new_len(text, length) };
    g_autofree char *copy = length < 0 ? g_strdup(text) : g_strndup(text, (gsize) length);
    return new_number(copy);
}

RtCell
rt_cell_copy(const RtCell *cell)
{
    return (RtCell){ cell->kind, cell->text ? g_ref_string_acquire(cell->text) : NULL };
}

void
rt_cell_clear(RtCell *cell)
{
    if (cell->text)
        g_ref_string_release(cell->text);
    *cell = (RtCell){ 0 };
}

bool
rt_cell_is_integer(const RtCell *cell, int64_t *out_number)
{
    return cell->kind == RT_CELL_NUMBER && read_integer(cell->text, out_number);
}

double
rt_cell_number(const RtCell *cell)
{
    if (cell->kind == RT_CELL_NULL || cell->kind == RT_CELL_BLOB)
        return 0;
    return g_ascii_strtod(cell->text, NULL);
}

/* Whether a text is a number and nothing else; blanks around it do not count. */
static bool
is_number(const char *text)
{
    const char *start = text + strspn(text, " \t\r\n");
    /* strtod also knows hexadecimal, "inf" and "nan", which no engine stores as numbers. */
    if (!*start || strspn(start, "0123456789+-.eE \t\r\n") != strlen(start))
        return false;
    char *end;
    g_ascii_strtod(start, &end);
    return end != start && end[strspn(end, " \t\r\n")] == '\0';
}

/* Whether a double is an integer that it holds exactly. */
static bool
is_whole(double number)
{
    return number > -9007199254740992.0 && number < 9007199254740992.0 &&
           (double) (int64_t) number == number;
}

static void
store_number(RtCell *cell, RtStorage storage)
{
    if (cell->kind == RT_CELL_TEXT && !is_number(cell->text))
        return;
    g_autofree char *text = g_strstrip(g_strdup(cell->text));
    const char *digits = text + (*text == '+');
    int64_t integer;
    double real = g_ascii_strtod(digits, NULL);
    bool is_integer = read_integer(digits, &integer);
    rt_cell_clear(cell);
    if (storage == RT_STORE_REAL)
        *cell = rt_cell_real(real);
    else if (is_integer)
        *cell = rt_cell_integer(integer);
    else if (is_whole(real))
        *cell = rt_cell_integer((int64_t) real);
    else
        *cell = rt_cell_real(real);
}

void
rt_cell_store(RtCell *cell, RtStorage storage)
{
    bool is_plain = cell->kind == RT_CELL_NUMBER || cell->kind == RT_CELL_TEXT;
    if (!is_plain || storage == RT_STORE_ANY)
        return;
    if (storage == RT_STORE_TEXT)
        cell->kind = RT_CELL_TEXT;
    else
        store_number(cell, storage);
}

/* What is not there is 0, as in SQL. */
void
rt_cell_make_number(RtCell *cell)
{
    if (cell->kind == RT_CELL_NUMBER)
        return;
    g_autofree char *text = g_strdup(cell->kind == RT_CELL_TEXT ? cell->text : "");
    size_t length = strspn(text, " \t\r\n");
    length += strspn(text + length, "0123456789+-.eE");
    text[length] = '\0';
    char *end;
    double real = g_ascii_strtod(text, &end);
    *end = '\0';
    int64_t integer = 0;
    bool is_integer = end == text || read_integer(text, &integer);
    rt_cell_clear(cell);
    *cell = is_integer ? rt_cell_integer(integer) : rt_cell_real(real);
}

int
rt_cell_compare(const RtCell *a, const RtCell *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->kind == RT_CELL_NULL)
        return 0;
    int64_t left, right;
    if (rt_cell_is_integer(a, &left) && rt_cell_is_integer(b, &right))
        return (left > right) - (left < right);
    if (a->kind == RT_CELL_NUMBER) {
        double x = rt_cell_number(a), y = rt_cell_number(b);
        return (x > y) - (x < y);
    }
    int order = strcmp(a->text, b->text);
    return (order > 0) - (order < 0);
}

int
rt_cell_truth(const RtCell *cell)
{
    if (cell->kind == RT_CELL_NULL)
        return -1;
    return rt_cell_number(cell) != 0;
}

void
rt_cell_append_key(GString *out, const RtCell *cell)
{
    RtCell canonical = rt_cell_copy(cell);
    if (canonical.kind == RT_CELL_NUMBER)
        store_number(&canonical, RT_STORE_NUMBER);
    const char *text = canonical.text ? canonical.text : "";
    g_string_append_printf(out, "%d%zu:%s", canonical.kind, strlen(text), text);
    rt_cell_clear(&canonical);
}
