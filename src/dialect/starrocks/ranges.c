/*
 * Partitions in the one form in which they are compared: LESS THAN as a range of its own, START …
 * END … EVERY as the ranges that the server makes of it, lists as sets. MultiRangePartitionDesc and
 * RangePartitionInfo of the frontend.
 */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <stdio.h>
#include <string.h>

enum { MOST_COLUMNS = 16 };

/* The values of one bound; NULL is MAXVALUE. */
typedef struct Bound {
    const char *values[MOST_COLUMNS];
    unsigned n;
} Bound;

typedef struct Range {
    const char *name;
    Bound lower, upper;
    bool is_open; /* LESS THAN: from where the one before it ends */
} Range;

typedef struct Normalization {
    const RtValueContext *context;
    RtArena *arena;
    const RtType *types[MOST_COLUMNS]; /* of the columns; NULL: not known */
    unsigned n_columns;
    GArray *ranges;     /* of Range */
    GArray *properties; /* of RtProperty */
    unsigned n_made;    /* of all batches */
    bool is_too_long;   /* they make more than is looked at */
} Normalization;

/* ---- values -----------------------------------------------------------------------------------
 */

static bool
is_named(const RtType *type, const char *name)
{
    return type && strcmp(type->name, name) == 0;
}

/* "2026-1-2", "20260102", "2026-01-02 03:04:05" in the server's spelling; NULL: it is no date. */
static const char *
spell_date(RtArena *arena, const char *text, bool has_time)
{
    unsigned year, month, day, hour = 0, minute = 0, second = 0;
    bool is_compact = strlen(text) == 8 && strspn(text, "0123456789") == 8;
    const char *format = is_compact ? "%4u%2u%2u" : "%u-%u-%u%*[ T]%u:%u:%u";
    if (sscanf(text, format, &year, &month, &day, &hour, &minute, &second) < 3)
        return NULL;
    return has_time ? rt_arena_printf(arena, "%04u-%02u-%02u %02u:%02u:%02u", year, month, day,
                                      hour, minute, second)
                    : rt_arena_printf(arena, "%04u-%02u-%02u", year, month, day);
}

static const char *
spell(const Normalization *normalization, unsigned column, const char *text)
{
    const RtType *type = normalization->types[column];
    bool has_time = is_named(type, "DATETIME");
    if (type && !has_time && !is_named(type, "DATE"))
        return text;
    /* Of an expression the server may print the time of day or not. */
    if (!type && strchr(text, ' ') && !g_str_has_suffix(text, " 00:00:00"))
        has_time = true;
    const char *spelled = spell_date(normalization->arena, text, has_time);
    return spelled ? spelled : text;
}

/* The least value of a column, where ranges begin that have no other beginning. */
static const char *
find_least(const Normalization *normalization, unsigned column)
{
    static const struct {
        const char *type, *least;
    } known[] = {
        { "TINYINT", "-128" },
        { "SMALLINT", "-32768" },
        { "INT", "-2147483648" },
        { "BIGINT", "-9223372036854775808" },
        { "LARGEINT", "-170141183460469231731687303715884105728" },
        { "DATE", "0000-01-01" },
        { "DATETIME", "0000-01-01 00:00:00" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (is_named(normalization->types[column], known[i].type))
            return known[i].least;
    }
    return "0000-01-01";
}

static bool
read_value(RtCursor *cursor, const Normalization *normalization, Bound *bound)
{
    RtText number = *cursor->text;
    uint32_t start = cursor->token.span.start;
    if (bound->n == MOST_COLUMNS)
        return false;
    if (rt_cursor_accept(cursor, "MAXVALUE")) {
        bound->values[bound->n++] = NULL;
        return true;
    }
    const char *text;
    if (cursor->token.kind == RT_TOKEN_STRING) {
        text = rt_cursor_take_string(cursor, "a value", NULL);
    } else {
        rt_cursor_accept_operator(cursor, '-');
        rt_cursor_next(cursor);
        text = rt_arena_copy(normalization->arena, number.data + start, cursor->last - start);
    }
    if (text)
        bound->values[bound->n] = spell(normalization, bound->n, text);
    return text && ++bound->n;
}

/* ("a", 7, MAXVALUE) at the cursor. */
static bool
read_bound(RtCursor *cursor, const Normalization *normalization, Bound *bound)
{
    if (!rt_cursor_accept_operator(cursor, '('))
        return false;
    do {
        if (rt_cursor_at_end(cursor) || !read_value(cursor, normalization, bound))
            return false;
    } while (rt_cursor_accept_operator(cursor, ','));
    return rt_cursor_accept_operator(cursor, ')');
}

static void
open_cursor(RtCursor *cursor, const Normalization *normalization, const char *text)
{
    const RtText *whole = rt_text_new(normalization->arena, "partition", text, strlen(text));
    rt_cursor_init(cursor, normalization->arena, normalization->context->lexicon, whole);
}

/* ---- writing ----------------------------------------------------------------------------------
 */

static void
append_bound(GString *out, const Normalization *normalization, const Bound *bound)
{
    g_string_append_c(out, '(');
    for (unsigned i = 0; i < bound->n; i++) {
        g_string_append(out, i ? ", " : "");
        if (bound->values[i])
            rt_string_print(out, normalization->context->lexicon, bound->values[i]);
        else
            g_string_append(out, "MAXVALUE");
    }
    g_string_append_c(out, ')');
}

static void
add_property(const Normalization *normalization, const char *name, const GString *text)
{
    RtProperty property = { .key = name,
                            .value = rt_arena_strdup(normalization->arena, text->str),
                            .origin = RT_ORIGIN_STATED };
    g_array_append_val(normalization->properties, property);
}

static int
compare_values(const char *a, const char *b)
{
    if (!a || !b)
        return !a - !b;
    gint64 left, right;
    if (g_ascii_string_to_signed(a, 10, G_MININT64, G_MAXINT64, &left, NULL) &&
        g_ascii_string_to_signed(b, 10, G_MININT64, G_MAXINT64, &right, NULL))
        return left < right ? -1 : left > right;
    return strcmp(a, b);
}

static int
compare_ranges(gconstpointer a, gconstpointer b)
{
    const Bound *left = &((const Range *) a)->upper, *right = &((const Range *) b)->upper;
    for (unsigned i = 0; i < left->n && i < right->n; i++) {
        int order = compare_values(left->values[i], right->values[i]);
        if (order)
            return order;
    }
    return 0;
}

/* What a bound leaves out is the least there is. */
static void
fill_bound(const Normalization *normalization, Bound *bound)
{
    bool is_last = bound->n == 1 && !bound->values[0];
    for (; bound->n < normalization->n_columns; bound->n++)
        bound->values[bound->n] = is_last ? NULL : find_least(normalization, bound->n);
}

static void
write_ranges(const Normalization *normalization)
{
    const Bound *before = NULL;
    g_array_sort(normalization->ranges, compare_ranges);
    for (unsigned i = 0; i < normalization->ranges->len; i++) {
        Range *range = &g_array_index(normalization->ranges, Range, i);
        for (unsigned j = 0; range->is_open && !before && j < range->upper.n; j++)
            range->lower.values[range->lower.n++] = find_least(normalization, j);
        if (range->is_open && before)
            range->lower = *before;
        before = &range->upper;
        g_autoptr(GString) text = g_string_new("VALUES [");
        append_bound(text, normalization, &range->lower);
        g_string_append(text, ", ");
        append_bound(text, normalization, &range->upper);
        g_string_append_c(text, ')');
        add_property(normalization, range->name, text);
    }
}

/* ---- one partition ----------------------------------------------------------------------------
 */

static int
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* IN ("a", "b") or IN (("a", "1"), ("b", "2")): sorted, since no order counts. */
static bool
read_list(RtCursor *cursor, const Normalization *normalization, const char *name)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    if (!rt_cursor_accept_operator(cursor, '('))
        return false;
    do {
        Bound bound = { .n = 0 };
        bool is_row = rt_cursor_at_operator(cursor, '(');
        if (rt_cursor_at_end(cursor) || !(is_row ? read_bound(cursor, normalization, &bound)
                                                 : read_value(cursor, normalization, &bound)))
            return false;
        g_autoptr(GString) item = g_string_new(NULL);
        append_bound(item, normalization, &bound);
        if (!is_row) {
            g_string_truncate(item, item->len - 1);
            g_string_erase(item, 0, 1);
        }
        g_ptr_array_add(items, rt_arena_strdup(normalization->arena, item->str));
    } while (rt_cursor_accept_operator(cursor, ','));
    g_ptr_array_sort(items, compare_texts);
    g_autoptr(GString) text = g_string_new("VALUES IN (");
    for (unsigned i = 0; i < items->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", (const char *) items->pdata[i]);
    g_string_append_c(text, ')');
    add_property(normalization, name, text);
    return rt_cursor_accept_operator(cursor, ')');
}

static bool
read_partition(const Normalization *normalization, const RtProperty *property)
{
    RtCursor cursor;
    Range range = { .name = property->key };
    open_cursor(&cursor, normalization, property->value);
    if (!rt_cursor_accept(&cursor, "VALUES"))
        return false;
    if (rt_cursor_accept(&cursor, "IN"))
        return read_list(&cursor, normalization, property->key);
    if (rt_cursor_accept(&cursor, "LESS THAN")) {
        range.is_open = true;
        bool is_last = rt_cursor_accept(&cursor, "MAXVALUE");
        range.upper.n = is_last;
        if (!is_last && !read_bound(&cursor, normalization, &range.upper))
            return false;
    } else if (!rt_cursor_accept_operator(&cursor, '[') ||
               !read_bound(&cursor, normalization, &range.lower) ||
               !rt_cursor_accept_operator(&cursor, ',') ||
               !read_bound(&cursor, normalization, &range.upper)) {
        return false;
    }
    if (!range.is_open)
        fill_bound(normalization, &range.lower);
    fill_bound(normalization, &range.upper);
    g_array_append_val(normalization->ranges, range);
    return true;
}

/* ---- START … END … EVERY ----------------------------------------------------------------------
 */

typedef struct Unit {
    const char *word, *name_format; /* of g_date_time_format */
} Unit;

static const Unit units[] = {
    { "HOUR", "p%Y%m%d%H" }, { "DAY", "p%Y%m%d" }, { "WEEK", NULL },
    { "MONTH", "p%Y%m" },    { "YEAR", "p%Y" },
};

typedef struct Batch {
    Bound start, end;
    const Unit *unit; /* NULL: plain numbers */
    int step;
} Batch;

static bool
read_batch(const Normalization *normalization, const char *text, Batch *batch)
{
    RtCursor cursor;
    open_cursor(&cursor, normalization, text);
    if (!rt_cursor_accept(&cursor, "START") || !read_bound(&cursor, normalization, &batch->start) ||
        !rt_cursor_accept(&cursor, "END") || !read_bound(&cursor, normalization, &batch->end) ||
        !rt_cursor_accept(&cursor, "EVERY") || !rt_cursor_accept_operator(&cursor, '('))
        return false;
    bool is_period = rt_cursor_accept(&cursor, "INTERVAL");
    RtSpan span = cursor.token.span;
    g_autofree char *digits = g_strndup(cursor.text->data + span.start, span.end - span.start);
    rt_cursor_next(&cursor);
    for (size_t i = 0; is_period && i < G_N_ELEMENTS(units) && !batch->unit; i++) {
        if (rt_cursor_accept(&cursor, units[i].word))
            batch->unit = &units[i];
    }
    gint64 step;
    const char *number = *digits == '"' || *digits == '\'' ? digits + 1 : digits;
    step = g_ascii_strtoll(number, NULL, 10);
    batch->step = step > 0 && step < G_MAXINT ? (int) step : 0;
    return batch->step && (batch->unit || !is_period) && batch->start.n == 1 && batch->end.n == 1 &&
           batch->start.values[0] && batch->end.values[0];
}

/* Whether so many more may be made. */
static bool
can_make(Normalization *normalization, gint64 n)
{
    normalization->is_too_long |= n > STARROCKS_MOST_PARTITIONS - normalization->n_made;
    return !normalization->is_too_long;
}

static void
add_range(Normalization *normalization, const char *name, const char *lower, const char *upper)
{
    Range range = { .name = rt_model_intern(normalization->context->model, name, strlen(name)) };
    range.lower.values[range.lower.n++] = spell(normalization, 0, lower);
    range.upper.values[range.upper.n++] = spell(normalization, 0, upper);
    fill_bound(normalization, &range.lower);
    fill_bound(normalization, &range.upper);
    g_array_append_val(normalization->ranges, range);
    normalization->n_made++;
}

static bool
expand_numbers(Normalization *normalization, const Batch *batch)
{
    gint64 at, end;
    if (!g_ascii_string_to_signed(batch->start.values[0], 10, -(G_MAXINT64 / 2), G_MAXINT64 / 2,
                                  &at, NULL) ||
        !g_ascii_string_to_signed(batch->end.values[0], 10, -(G_MAXINT64 / 2), G_MAXINT64 / 2, &end,
                                  NULL) ||
        !can_make(normalization, at < end ? (end - at - 1) / batch->step + 1 : 0))
        return false;
    for (; at < end; at += batch->step) {
        RtArena *arena = normalization->arena;
        add_range(normalization, rt_arena_printf(arena, "p%" G_GINT64_FORMAT, at),
                  rt_arena_printf(arena, "%" G_GINT64_FORMAT, at),
                  rt_arena_printf(arena, "%" G_GINT64_FORMAT, at + batch->step));
    }
    return true;
}

static GDateTime *
read_time(const Normalization *normalization, const char *text)
{
    int year, month, day, hour, minute, second;
    const char *spelled = spell_date(normalization->arena, text, true);
    if (!spelled ||
        sscanf(spelled, "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute, &second) != 6)
        return NULL;
    return g_date_time_new_utc(year, month, day, hour, minute, second);
}

/* Weeks begin on Monday; the first of a year is the one that holds its first day. */
static char *
name_week(GDateTime *at)
{
    int day = g_date_time_get_day_of_year(at) - 1;
    int first = (g_date_time_get_day_of_week(at) - 1 + 7 * 53 - day) % 7;
    return g_strdup_printf("p%04d_%02d", g_date_time_get_year(at), (day + first) / 7 + 1);
}

/* The beginning of the next; weeks, months and years begin with their first day. */
static GDateTime *
step_time(GDateTime *at, const Batch *batch)
{
    g_autoptr(GDateTime) first = NULL;
    switch (batch->unit - units) {
    case 0:
        return g_date_time_add_hours(at, batch->step);
    case 1:
        return g_date_time_add_days(at, batch->step);
    case 2:
        first = g_date_time_add_days(at, 1 - g_date_time_get_day_of_week(at));
        return first ? g_date_time_add_weeks(first, batch->step) : NULL;
    case 3:
        first = g_date_time_add_days(at, 1 - g_date_time_get_day_of_month(at));
        return first ? g_date_time_add_months(first, batch->step) : NULL;
    default:
        first = g_date_time_add_days(at, 1 - g_date_time_get_day_of_year(at));
        return first ? g_date_time_add_years(first, batch->step) : NULL;
    }
}

static bool
expand_times(Normalization *normalization, const Batch *batch)
{
    static const char format[] = "%Y-%m-%d %H:%M:%S";
    g_autoptr(GDateTime) at = read_time(normalization, batch->start.values[0]);
    g_autoptr(GDateTime) end = read_time(normalization, batch->end.values[0]);
    while (at && end && g_date_time_compare(at, end) < 0) {
        g_autoptr(GDateTime) next = step_time(at, batch);
        if (!next || !can_make(normalization, 1))
            return false;
        g_autofree char *name = batch->unit->name_format
                                    ? g_date_time_format(at, batch->unit->name_format)
                                    : name_week(at);
        g_autofree char *from = g_date_time_format(at, format);
        g_autofree char *to = g_date_time_format(next, format);
        add_range(normalization, name, rt_arena_strdup(normalization->arena, from),
                  rt_arena_strdup(normalization->arena, to));
        g_date_time_unref(at);
        at = g_steal_pointer(&next);
    }
    return at && end;
}

static bool
expand_batch(Normalization *normalization, const char *text)
{
    Batch batch = { .unit = NULL };
    unsigned n = normalization->ranges->len;
    if (!read_batch(normalization, text, &batch))
        return false;
    bool is_whole =
        batch.unit ? expand_times(normalization, &batch) : expand_numbers(normalization, &batch);
    if (!is_whole)
        g_array_set_size(normalization->ranges, n);
    return is_whole;
}

/* ---- the whole --------------------------------------------------------------------------------
 */

/* The columns of RANGE (a, b) or LIST (a, b); of an expression nothing is known. False: rows make
   their partitions themselves. */
static bool
find_types(Normalization *normalization, const RtObject *table)
{
    const RtValue *scheme = rt_object_value(table, STARROCKS_TABLE_PARTITION);
    RtCursor cursor;
    if (!scheme)
        return false;
    open_cursor(&cursor, normalization,
                rt_arena_copy(normalization->arena, scheme->text, scheme->length));
    if ((!rt_cursor_accept(&cursor, "RANGE") && !rt_cursor_accept(&cursor, "LIST")) ||
        !rt_cursor_accept_operator(&cursor, '('))
        return false;
    while (normalization->n_columns < MOST_COLUMNS && rt_cursor_at_name(&cursor)) {
        const RtName *name =
            rt_value_take_name(&cursor, normalization->context, RT_KIND_COLUMN, "a column", NULL);
        const RtObject *column = name ? starrocks_column_find(table, name) : NULL;
        normalization->types[normalization->n_columns++] = column ? rt_object_type(column) : NULL;
        if (!rt_cursor_accept_operator(&cursor, ','))
            break;
    }
    return true;
}

/* The server itself makes and drops the partitions of such a table. */
static bool
is_dynamic(const RtObject *table)
{
    const RtValue *map = rt_object_value(table, STARROCKS_TABLE_PROPERTIES);
    for (uint32_t i = 0; map && i < map->length; i++) {
        if (strcmp(map->properties[i].key, "dynamic_partition.enable") == 0)
            return g_ascii_strcasecmp(map->properties[i].value, "true") == 0;
    }
    return false;
}

/* Reads each entry, or keeps it as it is where it cannot be read; false: they are too many. */
static bool
normalize_entries(Normalization *normalization, const RtValue *value)
{
    for (uint32_t i = 0; i < value->length && !normalization->is_too_long; i++) {
        const RtProperty *property = &value->properties[i];
        bool is_read = *property->value ? read_partition(normalization, property)
                                        : expand_batch(normalization, property->key);
        if (!is_read)
            g_array_append_val(normalization->properties, *property);
    }
    return !normalization->is_too_long;
}

const RtValue *
starrocks_normalize_partitions(const RtValueContext *context, const RtObject *table,
                               const RtValue *value)
{
    g_autoptr(GArray) ranges = g_array_new(FALSE, TRUE, sizeof(Range));
    g_autoptr(GArray) properties = g_array_new(FALSE, TRUE, sizeof(RtProperty));
    Normalization normalization = { .context = context,
                                    .arena = rt_model_arena(context->model),
                                    .ranges = ranges,
                                    .properties = properties };
    if (!value || is_dynamic(table) || !find_types(&normalization, table))
        return NULL;
    if (!normalize_entries(&normalization, value))
        return value;
    write_ranges(&normalization);
    RtValue *normal = rt_arena_new_object(normalization.arena, RtValue);
    *normal = *value;
    normal->length = properties->len;
    normal->properties = rt_arena_memdup(normalization.arena, properties->data,
                                         properties->len * sizeof(RtProperty));
    return normal;
}
