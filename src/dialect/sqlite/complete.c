/*
 * What SQLite takes for granted: the columns that a foreign key points at, NOT NULL of keys; and
 * one way of saying what can be said in several.
 */
#include "dialect/sqlite/sqlite.h"

/* One table while it is completed; its array of children is copied at the first change. */
typedef struct Completion {
    const RtCatalog *catalog;
    RtArena *arena;
    RtObject *table;
    const RtObject **children;
} Completion;

static void
put_child(Completion *completion, unsigned at, const RtObject *child)
{
    RtObject *table = completion->table;
    if (!completion->children) {
        completion->children =
            rt_arena_new_array(completion->arena, const RtObject *, table->n_children);
        memcpy(completion->children, table->children,
               table->n_children * sizeof *completion->children);
        table->children = completion->children;
    }
    completion->children[at] = child;
}

/* Sets a value that is implied, or takes it away when it no longer is; stated ones stay. */
static void
put_implied(Completion *completion, unsigned at, const RtValue *value, bool is_implied)
{
    const RtObject *child = completion->table->children[at];
    const RtValue *now = rt_object_value(child, value->row);
    if (now && now->origin == RT_ORIGIN_STATED)
        return;
    if (is_implied)
        put_child(completion, at, rt_object_with_value(completion->arena, child, value));
    else if (now)
        put_child(completion, at, rt_object_without_value(completion->arena, child, value->row));
}

static bool
ends_with_word(const char *suffix, const char *word)
{
    size_t length = suffix ? strlen(suffix) : 0, n = strlen(word);
    return length >= n && g_ascii_strcasecmp(suffix + length - n, word) == 0;
}

/* Takes what follows the only column of a key away and sets the flag of a row instead. */
static void
move_suffix(Completion *completion, unsigned at, uint16_t row)
{
    const RtObject *key = completion->table->children[at];
    RtValue parts = *rt_object_value(key, SQLITE_KEY_PARTS);
    RtPart *part = rt_arena_new_object(completion->arena, RtPart);
    part->column = parts.parts[0].column;
    parts.parts = part;
    RtValue flag = { .row = row, .origin = RT_ORIGIN_STATED, .length = 1, .flag = true };
    key = rt_object_with_value(completion->arena, key, &parts);
    RtObject *changed =
        rt_object_copy(completion->arena, rt_object_with_value(completion->arena, key, &flag));
    changed->flags |= RT_OBJECT_INLINE;
    put_child(completion, at, changed);
}

/*
 * "PRIMARY KEY (id AUTOINCREMENT)" is the same as "id … PRIMARY KEY AUTOINCREMENT". "PRIMARY KEY
 * DESC" at a column is not the same as "PRIMARY KEY (id DESC)": only the latter may be the rowid.
 */
static void
complete_key(Completion *completion, unsigned at)
{
    const RtObject *key = completion->table->children[at];
    const RtValue *parts = rt_object_value(key, SQLITE_KEY_PARTS);
    if (!parts || parts->length != 1 || !parts->parts[0].column || !parts->parts[0].suffix)
        return;
    const char *suffix = parts->parts[0].suffix;
    if (ends_with_word(suffix, "AUTOINCREMENT"))
        move_suffix(completion, at, SQLITE_KEY_AUTOINCREMENT);
    else if ((key->flags & RT_OBJECT_INLINE) && g_ascii_strcasecmp(suffix, "DESC") == 0)
        move_suffix(completion, at, SQLITE_KEY_DESCENDING);
}

/* The columns of the parent's primary key, for REFERENCES without columns. */
static void
complete_foreign_key(Completion *completion, unsigned at)
{
    const RtObject *child = completion->table->children[at];
    const RtValue *now = rt_object_value(child, SQLITE_FOREIGN_COLUMNS);
    if (now && now->origin == RT_ORIGIN_STATED)
        return;
    const RtValue *reference = rt_object_value(child, SQLITE_FOREIGN_TABLE);
    bool is_self = reference && rt_name_equal(reference->name, completion->table->name);
    const RtObject *parent = is_self ? completion->table
                             : reference
                                 ? rt_sqlite_table_find(completion->catalog, reference->name)
                                 : NULL;
    const RtObject *key = parent ? rt_sqlite_primary_key(parent) : NULL;
    unsigned n = key ? rt_sqlite_parts_count(key) : 0;
    const RtName **names = n ? rt_arena_new_array(completion->arena, const RtName *, n) : NULL;
    for (unsigned i = 0; i < n; i++)
        names[i] = rt_sqlite_parts_at(key, i);
    RtValue value = {
        .row = SQLITE_FOREIGN_COLUMNS, .origin = RT_ORIGIN_IMPLIED, .length = n, .names = names
    };
    put_implied(completion, at, &value, n > 0);
}

/*
 * A CHECK may call its column t.a, the only expression in a table's body that may. Without the
 * qualifier it means the same, and the table can be written anew under another name.
 */
static const char *
without_qualifiers(const Completion *completion, const char *data, uint32_t length)
{
    const RtName *table = completion->table->name;
    const RtValueContext *context = rt_catalog_context(completion->catalog);
    RtText text = { .data = data, .length = length };
    RtCursor cursor;
    g_autoptr(GString) out = g_string_sized_new(length);
    uint32_t copied = 0;
    rt_cursor_init(&cursor, completion->arena, context->lexicon, &text);
    while (!rt_cursor_at_end(&cursor) && cursor.token.kind != RT_TOKEN_OPEN) {
        RtCursor next = cursor;
        rt_cursor_next(&next);
        bool is_name = cursor.token.kind == RT_TOKEN_WORD || cursor.token.kind == RT_TOKEN_NAME;
        if (is_name && rt_cursor_at_operator(&next, '.')) {
            const char *name =
                rt_token_unquote(completion->arena, context->lexicon, &text, cursor.token);
            bool is_own =
                g_ascii_strcasecmp(name, table->text) == 0 || g_ascii_strcasecmp(name, "main") == 0;
            rt_cursor_next(&next);
            if (is_own) {
                g_string_append_len(out, data + copied, cursor.token.span.start - copied);
                copied = next.token.span.start;
            }
        }
        cursor = next;
    }
    if (!copied)
        return NULL;
    g_string_append_len(out, data + copied, length - copied);
    return rt_arena_copy(completion->arena, out->str, out->len);
}

static void
complete_check(Completion *completion, unsigned at)
{
    const RtObject *child = completion->table->children[at];
    const RtValue *expression = rt_object_value(child, SQLITE_CHECK_EXPRESSION);
    if (!expression || !memchr(expression->text, '.', expression->length))
        return;
    const char *text = without_qualifiers(completion, expression->text, expression->length);
    if (!text)
        return;
    RtValue value = *expression;
    value.text = text;
    value.length = (uint32_t) strlen(text);
    put_child(completion, at, rt_object_with_value(completion->arena, child, &value));
}

/*
 * The rowid is never NULL, and no column of the key is in a table WITHOUT ROWID or STRICT;
 * elsewhere a key may hold NULL: sqlite.org/lang_createtable.html#the_primary_key.
 */
static void
complete_column(Completion *completion, unsigned at, const RtObject *tight_key,
                const RtObject *rowid)
{
    const RtObject *column = completion->table->children[at];
    bool is_implied =
        column == rowid || (tight_key && rt_sqlite_parts_hold(tight_key, column->name));
    RtValue value = {
        .row = SQLITE_COLUMN_NOT_NULL, .origin = RT_ORIGIN_IMPLIED, .length = 1, .flag = true
    };
    put_implied(completion, at, &value, is_implied);
}

void
rt_sqlite_complete(const RtDialect *dialect, const RtServer *server, const RtCatalog *catalog,
                   RtObject *object)
{
    (void) dialect, (void) server;
    if (object->form != &rt_sqlite_form_table)
        return;
    Completion completion = { .catalog = catalog,
                              .arena = rt_model_arena(rt_catalog_model(catalog)),
                              .table = object };
    for (unsigned i = 0; i < object->n_children; i++) {
        if (object->children[i]->form == &rt_sqlite_form_primary_key)
            complete_key(&completion, i);
        else if (object->children[i]->form == &rt_sqlite_form_check)
            complete_check(&completion, i);
    }
    bool is_tight = rt_sqlite_flag(object, SQLITE_TABLE_WITHOUT_ROWID) ||
                    rt_sqlite_flag(object, SQLITE_TABLE_STRICT);
    const RtObject *tight_key = is_tight ? rt_sqlite_primary_key(object) : NULL;
    const RtObject *rowid = rt_sqlite_rowid_column(object);
    for (unsigned i = 0; i < object->n_children; i++) {
        if (object->children[i]->form == &rt_sqlite_form_foreign_key)
            complete_foreign_key(&completion, i);
        else if (object->children[i]->form == &rt_sqlite_form_column)
            complete_column(&completion, i, tight_key, rowid);
    }
}
