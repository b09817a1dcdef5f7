/*
 * What the parser reads more freely than the server: orders of clauses and words that are fixed
 * there, and clauses of other servers. By the tokens of the statement, each read once.
 */
#include "dialect/starrocks/check.h"

#include <string.h>

/* Words that begin a clause, by their place in the order; manual: CREATE_TABLE. */
typedef struct Place {
    const char *words;
    unsigned rank;
} Place;

static const Place clauses[] = {
    { "ENGINE", 1 },        { "PRIMARY KEY", 2 },  { "DUPLICATE KEY", 2 },  { "UNIQUE KEY", 2 },
    { "AGGREGATE KEY", 2 }, { "PARTITION BY", 4 }, { "DISTRIBUTED BY", 5 }, { "BUCKETS", 6 },
    { "ORDER BY", 7 },      { "ROLLUP", 8 },       { "PROPERTIES", 9 },
};

/* Behind the type of a column. */
static const Place column_words[] = {
    { "KEY", 1 },       { "SUM", 2 },          { "MAX", 2 },
    { "MIN", 2 },       { "REPLACE", 2 },      { "REPLACE_IF_NOT_NULL", 2 },
    { "HLL_UNION", 2 }, { "BITMAP_UNION", 2 }, { "PERCENTILE_UNION", 2 },
    { "NULL", 3 },      { "DEFAULT", 4 },      { "AUTO_INCREMENT", 4 },
    { "COMMENT", 5 },
};

/* Clauses of Hive, which has external tables too. */
static const char *const foreign_clauses[] = { "ROW FORMAT", "STORED", "LOCATION", "TBLPROPERTIES",
                                               "CLUSTERED BY" };

static unsigned
find_rank(const RtCursor *cursor, const Place *places, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (rt_cursor_at(cursor, places[i].words))
            return places[i].rank;
    }
    return 0;
}

static bool
reject_word(const StarrocksCheck *check, const RtCursor *cursor, const char *why)
{
    RtSpan span = cursor->token.span;
    return starrocks_reject(check, "Unexpected input '%.*s': %s", (int) (span.end - span.start),
                            cursor->text->data + span.start, why);
}

void
starrocks_open_statement(const StarrocksCheck *check, RtText *out_text, RtCursor *out_cursor)
{
    const RtOp *op = check->op;
    *out_text = (RtText){ .name = op->text->name,
                          .data = op->text->data + op->span.start,
                          .length = op->span.end - op->span.start,
                          .first_line = 1 };
    rt_cursor_init(out_cursor, rt_model_arena(rt_catalog_model(check->before)), &starrocks_lexicon,
                   out_text);
}

/* How many of what is nested ends at the cursor: ">>" ends two. */
static unsigned
count_closed(const RtCursor *cursor)
{
    RtSpan span = cursor->token.span;
    const char *text = cursor->text->data + span.start;
    bool is_double = span.end - span.start == 2 && strncmp(text, ">>", 2) == 0;
    return is_double ? 2 : rt_cursor_at_operator(cursor, ')') || rt_cursor_at_operator(cursor, '>');
}

void
starrocks_pass_nested(RtCursor *cursor)
{
    unsigned depth = 0;
    do {
        depth += rt_cursor_at_operator(cursor, '(') || rt_cursor_at_operator(cursor, '<');
        depth -= MIN(depth, count_closed(cursor));
        rt_cursor_next(cursor);
    } while (depth && !rt_cursor_at_end(cursor));
}

/* Words behind a column's type, up to the comma or parenthesis that ends it. */
static bool
check_column_words(const StarrocksCheck *check, RtCursor *cursor)
{
    unsigned last = 0;
    while (!rt_cursor_at_end(cursor) && !rt_cursor_at_operator(cursor, ',') &&
           !rt_cursor_at_operator(cursor, ')')) {
        unsigned rank = find_rank(cursor, column_words, G_N_ELEMENTS(column_words));
        bool has_value = rt_cursor_at(cursor, "DEFAULT") || rt_cursor_at(cursor, "COMMENT");
        if (rank && rank < last)
            return reject_word(check, cursor,
                               "the order is KEY, how it is aggregated, NULL, DEFAULT, COMMENT");
        last = MAX(last, rank);
        if (rt_cursor_at(cursor, "AS")) /* an expression, which may hold any of them */
            return true;
        starrocks_pass_nested(cursor);
        if (has_value && !rt_cursor_at_end(cursor))
            starrocks_pass_nested(cursor);
    }
    return true;
}

/* Passes the rest of the element of a table's body. */
static void
pass_element(RtCursor *cursor)
{
    while (!rt_cursor_at_end(cursor) && !rt_cursor_at_operator(cursor, ',') &&
           !rt_cursor_at_operator(cursor, ')'))
        starrocks_pass_nested(cursor);
}

/* Passes a type: no DATETIME(6), and no struct<a:int>. */
static bool
check_type(const StarrocksCheck *check, RtCursor *cursor)
{
    bool is_time = rt_cursor_at(cursor, "DATETIME") || rt_cursor_at(cursor, "DATE");
    RtCursor last = *cursor;
    rt_cursor_next(&last);
    if (is_time && rt_cursor_at_operator(&last, '('))
        return reject_word(check, &last, "the type has no precision");
    if (rt_cursor_at_operator(&last, '<'))
        starrocks_pass_nested(&last);
    for (; cursor->token.span.start < last.token.span.start; rt_cursor_next(cursor)) {
        if (rt_cursor_at_operator(cursor, ':'))
            return reject_word(check, cursor, "a blank stands between a field and its type");
    }
    return true;
}

/* The name of a column at the cursor, its type and what follows. */
static bool
check_column(const StarrocksCheck *check, RtCursor *cursor)
{
    rt_cursor_next(cursor);
    return check_type(check, cursor) && check_column_words(check, cursor);
}

static bool
check_body(const StarrocksCheck *check, RtCursor *cursor)
{
    do {
        if (!rt_cursor_at(cursor, "INDEX") && !check_column(check, cursor))
            return false;
        pass_element(cursor);
    } while (rt_cursor_accept_operator(cursor, ','));
    rt_cursor_accept_operator(cursor, ')');
    return true;
}

bool
starrocks_check_table_grammar(const StarrocksCheck *check)
{
    RtText text;
    RtCursor cursor;
    unsigned last = 0;
    if (!check->op->text)
        return true;
    starrocks_open_statement(check, &text, &cursor);
    while (!rt_cursor_at_end(&cursor) && !rt_cursor_at_operator(&cursor, '('))
        rt_cursor_next(&cursor);
    if (rt_cursor_accept_operator(&cursor, '(') && !check_body(check, &cursor))
        return false;
    for (; !rt_cursor_at_end(&cursor); starrocks_pass_nested(&cursor)) {
        unsigned rank = find_rank(&cursor, clauses, G_N_ELEMENTS(clauses));
        if (rank && rank <= last)
            return reject_word(
                check, &cursor,
                "once each; the order is ENGINE, the key, COMMENT, PARTITION BY, DISTRIBUTED "
                "BY, ORDER BY, ROLLUP, PROPERTIES");
        last = MAX(last, rank);
    }
    return true;
}

/* Engines, and what their tables cannot be without; NULL: nothing that is known. */
static const struct {
    const char *engine, *needs;
} engines[] = {
    { "broker", NULL },
    { "elasticsearch", NULL },
    { "es", NULL },
    { "file", NULL },
    { "hive", "database, table and resource" },
    { "hudi", "database, table and resource" },
    { "iceberg", "database, table and resource" },
    { "jdbc", NULL },
    { "mysql", NULL },
    { "olap", NULL },
    { "paimon", NULL },
    { "starrocks", NULL },
};

/* ENGINE = e, which is at the cursor; `has_properties`: somewhere behind it. */
static bool
check_engine(const StarrocksCheck *check, const char *engine, bool has_properties)
{
    for (size_t i = 0; i < G_N_ELEMENTS(engines); i++) {
        if (g_ascii_strcasecmp(engines[i].engine, engine) != 0)
            continue;
        return has_properties || !engines[i].needs ||
               starrocks_reject(check, "Please set properties of %s table, they are: %s", engine,
                                engines[i].needs);
    }
    return starrocks_reject(check, "Unknown engine name: %s; leave ENGINE out", engine);
}

/* PROPERTIES ("a" = "b", …) at the cursor: no words for properties, as manuals have them. */
static bool
check_strings(const StarrocksCheck *check, RtCursor cursor)
{
    rt_cursor_next(&cursor);
    while (rt_cursor_accept_operator(&cursor, '(') || rt_cursor_accept_operator(&cursor, ',')) {
        if (cursor.token.kind == RT_TOKEN_WORD)
            return reject_word(check, &cursor, "a property is a string");
        pass_element(&cursor);
    }
    return true;
}

bool
starrocks_check_external_grammar(const StarrocksCheck *check)
{
    RtText text;
    RtCursor cursor;
    g_autofree char *engine = NULL;
    bool has_properties = false;
    if (!check->op->text)
        return true;
    starrocks_open_statement(check, &text, &cursor);
    while (!rt_cursor_at_end(&cursor)) {
        for (size_t i = 0; i < G_N_ELEMENTS(foreign_clauses); i++) {
            if (rt_cursor_at(&cursor, foreign_clauses[i]))
                return reject_word(check, &cursor, "it is a clause of Hive");
        }
        if (rt_cursor_accept(&cursor, "ENGINE =")) {
            g_free(engine);
            engine = g_strdup(
                rt_token_unquote(cursor.arena, &starrocks_lexicon, cursor.text, cursor.token));
        }
        if (rt_cursor_at(&cursor, "PROPERTIES") && !check_strings(check, cursor))
            return false;
        has_properties |= rt_cursor_at(&cursor, "PROPERTIES");
        starrocks_pass_nested(&cursor);
    }
    return !engine || check_engine(check, engine, has_properties);
}

/* Whether the name of the column is at the cursor. */
static bool
is_named(const RtCursor *cursor, const RtObject *column)
{
    bool is_name = cursor->token.kind == RT_TOKEN_WORD || cursor->token.kind == RT_TOKEN_NAME;
    return is_name && g_ascii_strcasecmp(rt_token_unquote(cursor->arena, cursor->lexicon,
                                                          cursor->text, cursor->token),
                                         column->name->text) == 0;
}

bool
starrocks_check_column_grammar(const StarrocksCheck *check, const RtObject *column)
{
    RtText text;
    RtCursor cursor;
    bool says_key = starrocks_flag(column, STARROCKS_COLUMN_KEY);
    bool says_null =
        starrocks_flag(column, STARROCKS_COLUMN_NULL) || rt_object_flag(column, RT_ROLE_NOT_NULL);
    if (check->op->flags & (RT_OP_IF_EXISTS | RT_OP_IF_NOT_EXISTS))
        return starrocks_reject(check, "Unexpected input 'IF': columns have no IF [NOT] EXISTS");
    if (!check->op->text)
        return true;
    starrocks_open_statement(check, &text, &cursor);
    for (; !rt_cursor_at_end(&cursor); rt_cursor_next(&cursor)) {
        if (says_key && says_null && rt_cursor_at(&cursor, "NULL KEY"))
            return reject_word(check, &cursor, "KEY stands before NULL and NOT NULL");
        RtCursor next = cursor;
        if (is_named(&cursor, column) && rt_cursor_take_name(&next, "a column", NULL) &&
            (rt_cursor_at(&next, "DATETIME") || rt_cursor_at(&next, "DATE")) &&
            !check_type(check, &next))
            return false;
    }
    return true;
}
