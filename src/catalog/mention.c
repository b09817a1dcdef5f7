/* Finds the names of one table or column among the tokens of an expression, query or trigger. */
#include "catalog/mention.h"

#include <string.h>

#include "catalog/rules.h"
#include "sql/tokens.h"

enum { NO_SCOPE = UINT32_MAX };

/* Parentheses, one arm of a UNION, or one statement of a body. */
typedef struct Scope {
    uint32_t parent;
    bool has_table;  /* it reads or writes a table of its own, so that bare names are its columns */
    bool has_target; /* that table, or one of them, is the one looked for */
    bool in_from;    /* a comma is followed by a table */
} Scope;

typedef struct Item {
    RtToken token;
    uint32_t scope;
    bool is_table; /* stands where the name of a table must */
    bool is_found;
} Item;

typedef struct Scan {
    const RtValueContext *context;
    const RtMention *mention;
    const RtText *text;
    GArray *items;      /* of Item; two ends behind the last token */
    GArray *scopes;     /* of Scope */
    GPtrArray *aliases; /* of char *: other names of the table here */
    bool has_target;
    bool owns_rows; /* NEW and OLD are its rows */
} Scan;

static Item *
item_at(const Scan *scan, unsigned index)
{
    return &g_array_index(scan->items, Item, index);
}

static Scope *
scope_of(const Scan *scan, uint32_t scope)
{
    return &g_array_index(scan->scopes, Scope, scope);
}

static bool
is_word(const Scan *scan, unsigned index, const char *word)
{
    return rt_token_is_word(scan->text, item_at(scan, index)->token, word);
}

static bool
is_one_of(const Scan *scan, unsigned index, const char *const *words)
{
    if (item_at(scan, index)->token.kind != RT_TOKEN_WORD)
        return false;
    for (; *words; words++) {
        if (is_word(scan, index, *words))
            return true;
    }
    return false;
}

static bool
is_operator(const Scan *scan, unsigned index, char operator)
{
    return rt_token_is(scan->text, item_at(scan, index)->token, operator);
}

static bool
is_name(const Scan *scan, unsigned index)
{
    RtTokenKind kind = item_at(scan, index)->token.kind;
    return kind == RT_TOKEN_WORD || kind == RT_TOKEN_NAME;
}

/* The name without quotes; owned by the caller. */
static char *
unquote(const Scan *scan, unsigned index)
{
    RtToken token = item_at(scan, index)->token;
    if (token.kind == RT_TOKEN_WORD)
        return g_strndup(scan->text->data + token.span.start, token.span.end - token.span.start);
    g_autoptr(RtArena) scratch = rt_arena_new();
    return g_strdup(rt_token_unquote(scratch, scan->context->lexicon, scan->text, token));
}

static bool
is_named(const Scan *scan, unsigned index, RtFold fold, const char *name)
{
    RtToken token = item_at(scan, index)->token;
    if (token.kind == RT_TOKEN_WORD)
        return rt_fold_equal(fold, name, scan->text->data + token.span.start,
                             token.span.end - token.span.start);
    if (token.kind != RT_TOKEN_NAME)
        return false;
    g_autofree char *text = unquote(scan, index);
    return rt_fold_equal(fold, name, text, strlen(text));
}

static RtFold
table_fold(const Scan *scan)
{
    return scan->context->rules->fold[RT_KIND_TABLE];
}

/* Whether the name at `index`, which may follow a schema and a point, is the table. */
static bool
is_target(const Scan *scan, unsigned index)
{
    const RtName *table = scan->mention->table;
    if (!is_named(scan, index, table_fold(scan), table->text))
        return false;
    if (index < 2 || !is_operator(scan, index - 1, '.'))
        return !table->schema;
    const char *schema =
        table->schema ? table->schema : rt_model_default_schema(scan->context->model);
    return schema && is_named(scan, index - 2, table_fold(scan), schema);
}

static uint32_t
add_scope(Scan *scan, uint32_t parent)
{
    Scope scope = { .parent = parent };
    g_array_append_val(scan->scopes, scope);
    return scan->scopes->len - 1;
}

/* Words that cannot be the alias of the table before them. */
static const char *const no_aliases[] = {
    "ON",        "USING",   "WHERE",  "GROUP",     "ORDER", "HAVING", "LIMIT",
    "JOIN",      "LEFT",    "RIGHT",  "FULL",      "INNER", "OUTER",  "CROSS",
    "NATURAL",   "UNION",   "EXCEPT", "INTERSECT", "SET",   "VALUES", "DEFAULT",
    "SELECT",    "INDEXED", "NOT",    "WHEN",      "BEGIN", "FOR",    "WINDOW",
    "RETURNING", "OFFSET",  "FETCH",  "DO",        NULL,
};

/* Notes the table whose name ends at `last`: what it means for the scope, and its alias. */
static void
note_table(Scan *scan, unsigned last, uint32_t scope)
{
    bool found = is_target(scan, last);
    item_at(scan, last)->is_table = true;
    scope_of(scan, scope)->has_table = true;
    if (!found)
        return;
    scope_of(scan, scope)->has_target = true;
    scan->has_target = true;
    item_at(scan, last)->is_found = !scan->mention->column;
    unsigned alias = last + 1;
    if (is_word(scan, alias, "AS"))
        alias++;
    if (is_name(scan, alias) && !is_one_of(scan, alias, no_aliases))
        g_ptr_array_add(scan->aliases, unquote(scan, alias));
}

/* Handles the place behind FROM, JOIN, INTO… where a table's name stands, if one does. */
static void
expect_table(Scan *scan, unsigned index, uint32_t scope, bool may_have_columns)
{
    unsigned last = index;
    if (!is_name(scan, last))
        return;
    while (is_operator(scan, last + 1, '.') && is_name(scan, last + 2))
        last += 2;
    bool has_columns = is_operator(scan, last + 1, '(');
    if (has_columns && !may_have_columns)
        return; /* a function that gives rows */
    note_table(scan, last, scope);
}

static const char *const ends_from[] = {
    "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "SET", "SELECT", "VALUES", "WINDOW", NULL,
};
static const char *const compounds[] = { "UNION", "EXCEPT", "INTERSECT", NULL };
static const char *const trigger_words[] = { "BEGIN", "FOR", "WHEN", "REFERENCING", NULL };

/* "… ON t BEGIN" of a trigger: its table. An ON of a join is followed by a condition. */
static void
expect_trigger_table(Scan *scan, unsigned index, uint32_t scope)
{
    unsigned last = index;
    while (is_name(scan, last) && is_operator(scan, last + 1, '.') && is_name(scan, last + 2))
        last += 2;
    if (scope != 0 || !is_name(scan, last) ||
        (item_at(scan, last + 1)->token.kind != RT_TOKEN_END &&
         !is_one_of(scan, last + 1, trigger_words)))
        return;
    note_table(scan, last, scope);
    scan->owns_rows = scope_of(scan, scope)->has_target;
}

static void
expect_table_after(Scan *scan, unsigned index, uint32_t scope)
{
    Scope *here = scope_of(scan, scope);
    if (is_word(scan, index, "FROM")) {
        if (index && is_word(scan, index - 1, "DISTINCT"))
            return; /* IS DISTINCT FROM */
        here->in_from = true;
        expect_table(scan, index + 1, scope, false);
    } else if (is_word(scan, index, "JOIN")) {
        expect_table(scan, index + 1, scope, false);
    } else if (is_word(scan, index, "INTO") || is_word(scan, index, "REFERENCES") ||
               is_word(scan, index, "TABLE")) {
        expect_table(scan, index + 1, scope, true);
    } else if (is_word(scan, index, "UPDATE")) {
        unsigned at = is_word(scan, index + 1, "OR") ? index + 3 : index + 1;
        if (!is_word(scan, at, "OF") && !is_word(scan, at, "ON") && !is_word(scan, at, "SET"))
            expect_table(scan, at, scope, false);
    } else if (is_word(scan, index, "ON")) {
        expect_trigger_table(scan, index + 1, scope);
    } else if (is_one_of(scan, index, ends_from)) {
        here->in_from = false;
    }
}

/* The scope of the tokens behind "(": of "INTO t (a, b)" and the like it is that table's. */
static uint32_t
open_parenthesis(Scan *scan, unsigned index, uint32_t scope)
{
    uint32_t inner = add_scope(scan, scope);
    if (index && item_at(scan, index - 1)->is_table) {
        scope_of(scan, inner)->has_table = true;
        scope_of(scan, inner)->has_target = is_target(scan, index - 1);
    }
    return inner;
}

/* First pass: scopes, the tables in them, aliases. */
static void
note_scopes(Scan *scan)
{
    uint32_t scope = add_scope(scan, NO_SCOPE);
    scope_of(scan, 0)->has_table = scope_of(scan, 0)->has_target = scan->mention->is_own;
    scan->owns_rows =
        scan->mention->is_own ||
        (scan->context->own_table && rt_name_equal(scan->context->own_table, scan->mention->table));
    for (unsigned i = 0; i + 4 < scan->items->len; i++) {
        item_at(scan, i)->scope = scope;
        if (is_operator(scan, i, '(')) {
            scope = open_parenthesis(scan, i, scope);
        } else if (is_operator(scan, i, ')')) {
            if (scope_of(scan, scope)->parent != NO_SCOPE)
                scope = scope_of(scan, scope)->parent;
        } else if (is_operator(scan, i, ';') || is_word(scan, i, "BEGIN")) {
            scope = add_scope(scan, NO_SCOPE);
        } else if (is_operator(scan, i, ',') && scope_of(scan, scope)->in_from) {
            expect_table(scan, i + 1, scope, false);
        } else if (is_one_of(scan, i, compounds)) {
            scope = add_scope(scan, scope_of(scan, scope)->parent);
        } else if (item_at(scan, i)->token.kind == RT_TOKEN_WORD) {
            expect_table_after(scan, i, scope);
        }
    }
}

/* Whether bare names in a scope are columns of the table. */
static bool
scope_is_target(const Scan *scan, uint32_t scope)
{
    while (scope != NO_SCOPE && !scope_of(scan, scope)->has_table)
        scope = scope_of(scan, scope)->parent;
    return scope != NO_SCOPE && scope_of(scan, scope)->has_target;
}

static const char *const row_words[] = { "NEW", "OLD", NULL };

/* Whether the name before a point stands for the table. */
static bool
is_qualifier(const Scan *scan, unsigned index)
{
    if (is_target(scan, index))
        return scan->has_target || scan->mention->is_own;
    if (scan->owns_rows && is_one_of(scan, index, row_words))
        return true;
    if (is_word(scan, index, "EXCLUDED"))
        return scope_is_target(scan, item_at(scan, index)->scope);
    for (unsigned i = 0; i < scan->aliases->len; i++) {
        if (is_named(scan, index, table_fold(scan), g_ptr_array_index(scan->aliases, i)))
            return true;
    }
    return false;
}

/* A word that is the column's name and stands for itself, as a name would be quoted. */
static bool
is_reserved(const Scan *scan, unsigned index)
{
    return item_at(scan, index)->token.kind == RT_TOKEN_WORD &&
           rt_lexicon_reserves(scan->context->lexicon, scan->mention->column->text);
}

static bool
is_column(const Scan *scan, unsigned index)
{
    const Item *item = item_at(scan, index);
    RtFold fold = scan->context->rules->fold[RT_KIND_COLUMN];
    if (item->is_table || !is_named(scan, index, fold, scan->mention->column->text) ||
        is_operator(scan, index + 1, '(') || is_operator(scan, index + 1, '.'))
        return false;
    if (index >= 2 && is_operator(scan, index - 1, '.'))
        return is_qualifier(scan, index - 2);
    if (is_reserved(scan, index) || (index && is_word(scan, index - 1, "AS")) ||
        (item->token.kind == RT_TOKEN_WORD &&
         item_at(scan, index + 1)->token.kind == RT_TOKEN_STRING))
        return false;
    return scope_is_target(scan, item->scope);
}

/* The table's name before a column of it: t.a, s.t.a. */
static bool
is_table_qualifier(const Scan *scan, unsigned index)
{
    return is_operator(scan, index + 1, '.') && is_target(scan, index) &&
           (scan->has_target || scan->mention->is_own);
}

/* Second pass. Returns whether anything was found. */
static bool
note_mentions(Scan *scan)
{
    bool found = false;
    for (unsigned i = 0; i + 4 < scan->items->len; i++) {
        Item *item = item_at(scan, i);
        if (is_name(scan, i) && !item->is_found)
            item->is_found =
                scan->mention->column ? is_column(scan, i) : is_table_qualifier(scan, i);
        found |= item->is_found;
    }
    return found;
}

static void
read_items(Scan *scan)
{
    for (uint32_t from = 0;;) {
        Item item = { .token = rt_lexer_next(scan->context->lexicon, scan->text, from, NULL) };
        from = item.token.span.end;
        if (item.token.kind != RT_TOKEN_END) {
            g_array_append_val(scan->items, item);
            continue;
        }
        for (int i = 0; i < 4; i++) /* so that looking ahead needs no test */
            g_array_append_val(scan->items, item);
        return;
    }
}

/* Whether the bytes of the name stand anywhere at all; most texts are done with this. */
static bool
may_mention(const RtMention *mention, const char *data, uint32_t length)
{
    const char *name = mention->column ? mention->column->text : mention->table->text;
    size_t name_length = strlen(name);
    if (strpbrk(name, "\"'`[]\\"))
        return true;
    for (const char *at = data; (size_t) (data + length - at) >= name_length; at++) {
        if (g_ascii_tolower(*at) == g_ascii_tolower(*name) &&
            g_ascii_strncasecmp(at, name, name_length) == 0)
            return true;
    }
    return false;
}

/* Calls for a scan of the whole piece; the caller frees it with clear_scan. */
static bool
run_scan(Scan *scan, const RtValueContext *context, const RtMention *mention, const RtText *text)
{
    *scan = (Scan){
        .context = context,
        .mention = mention,
        .text = text,
        .items = g_array_new(FALSE, TRUE, sizeof(Item)),
        .scopes = g_array_new(FALSE, TRUE, sizeof(Scope)),
        .aliases = g_ptr_array_new_with_free_func(g_free),
    };
    read_items(scan);
    note_scopes(scan);
    return note_mentions(scan);
}

static void
clear_scan(Scan *scan)
{
    g_array_unref(scan->items);
    g_array_unref(scan->scopes);
    g_ptr_array_unref(scan->aliases);
}

bool
rt_mention_found(const RtValueContext *context, const RtMention *mention, const char *data,
                 uint32_t length)
{
    if (!may_mention(mention, data, length))
        return false;
    RtText text = { .data = data, .length = length };
    Scan scan;
    bool found = run_scan(&scan, context, mention, &text);
    clear_scan(&scan);
    return found;
}

const char *
rt_mention_rename(const RtValueContext *context, const RtMention *mention, const RtName *new_name,
                  const char *data, uint32_t length, uint32_t *out_length)
{
    if (!may_mention(mention, data, length))
        return NULL;
    RtText text = { .data = data, .length = length };
    Scan scan;
    const char *renamed = NULL;
    if (run_scan(&scan, context, mention, &text)) {
        g_autoptr(GString) out = g_string_sized_new(length + 16);
        uint32_t from = 0;
        for (unsigned i = 0; i < scan.items->len; i++) {
            const Item *item = item_at(&scan, i);
            if (!item->is_found)
                continue;
            g_string_append_len(out, data + from, item->token.span.start - from);
            rt_name_print(out, context->lexicon, new_name->text);
            from = item->token.span.end;
        }
        g_string_append_len(out, data + from, length - from);
        *out_length = (uint32_t) out->len;
        renamed = rt_arena_copy(rt_model_arena(context->model), out->str, out->len);
    }
    clear_scan(&scan);
    return renamed;
}
