/*
 * Before a table is written anew: what hangs on it in the database, made by other hands since the
 * script was written, and would go with the old table.
 */
#include "dialect/sqlite/sqlite.h"
#include "sql/tokens.h"

/* The indexes and triggers that the block makes or drops, by folded name. */
static bool
collect_named(const RtDialect *dialect, const char *const *statements, unsigned n,
              GHashTable *named, GError **error)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    for (unsigned i = 0; i < n; i++) {
        RtText *text =
            rt_text_new(rt_model_arena(model), "<rebuild>", statements[i], strlen(statements[i]));
        RtParser parser;
        rt_parser_init(&parser, dialect, &dialect->assumed, model, text, ops);
        for (bool done = false; !done;) {
            if (!rt_parser_next(&parser, &done, error))
                return false;
        }
    }
    for (unsigned i = 0; i < ops->len; i++) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        if (op->kind == RT_KIND_INDEX || op->kind == RT_KIND_TRIGGER)
            g_hash_table_add(named, g_ascii_strdown(op->name->text, -1));
    }
    return true;
}

typedef struct Search {
    GHashTable *named;
    GString *missing;
    unsigned n_missing;
} Search;

static bool
note_missing(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    Search *search = data;
    g_autofree char *folded = g_ascii_strdown(values[1], -1);
    if (g_hash_table_contains(search->named, folded))
        return true;
    g_string_append_printf(search->missing, "%s%s %s", search->n_missing++ ? ", " : "", values[0],
                           values[1]);
    return true;
}

/* A directive names the table as SQL does, perhaps in quotes. */
static char *
unquote_table(const char *table)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    RtText *text = rt_text_new(arena, "<rebuild>", table, strlen(table));
    RtToken token = rt_lexer_next(&rt_sqlite_lexicon, text, 0, NULL);
    bool is_name = token.kind == RT_TOKEN_NAME && token.span.end == text->length;
    return g_strdup(is_name ? rt_token_unquote(arena, &rt_sqlite_lexicon, text, token) : table);
}

bool
rt_sqlite_check_rebuild(const RtDialect *dialect, RtConnection *connection, const char *table,
                        const char *const *statements, unsigned n, GError **error)
{
    g_autoptr(GHashTable) named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) missing = g_string_new(NULL);
    g_autoptr(GString) query =
        g_string_new("SELECT type, name FROM sqlite_master WHERE sql IS NOT "
                     "NULL AND type IN ('index', 'trigger') AND tbl_name = ");
    if (!collect_named(dialect, statements, n, named, error))
        return false;
    g_autofree char *name = unquote_table(table);
    rt_string_print(query, &rt_sqlite_lexicon, name);
    g_string_append(query, " COLLATE NOCASE ORDER BY rowid");
    Search search = { .named = named, .missing = missing };
    if (!rt_connection_query(connection, query->str, note_missing, &search, error))
        return false;
    if (!search.n_missing)
        return true;
    rt_error_set(error, RT_ERROR_NEEDS_DECISION,
                 "%s would be lost with the old table %s: the rebuild neither makes it again nor "
                 "drops it; add its CREATE or DROP to the block",
                 missing->str, name);
    return false;
}
