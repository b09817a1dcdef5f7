/*
 * How SQLite makes each change: what ALTER TABLE can do, sqlite.org/lang_altertable.html, and for
 * the rest a table written anew or an object replaced.
 */
#include "dialect/sqlite/sqlite.h"

/* The words of a default without the parentheses around them. */
static void
strip_parentheses(RtCursor *cursor)
{
    while (rt_cursor_accept_operator(cursor, '('))
        ;
}

bool
rt_sqlite_is_constant(const RtValueContext *context, const RtValue *value)
{
    static const char *const times[] = { "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP" };
    RtText text = { .data = value->text, .length = value->length };
    RtCursor cursor;
    rt_cursor_init(&cursor, rt_model_arena(context->model), context->lexicon, &text);
    bool is_bare = !rt_cursor_at_operator(&cursor, '(');
    strip_parentheses(&cursor);
    while (rt_cursor_accept_operator(&cursor, '-') || rt_cursor_accept_operator(&cursor, '+'))
        ;
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
        if (rt_cursor_at(&cursor, times[i]))
            return false;
    }
    bool is_word = cursor.token.kind == RT_TOKEN_WORD || cursor.token.kind == RT_TOKEN_NAME;
    if (is_word && !is_bare && !rt_cursor_at(&cursor, "NULL") && !rt_cursor_at(&cursor, "TRUE") &&
        !rt_cursor_at(&cursor, "FALSE"))
        return false;
    rt_cursor_next(&cursor);
    while (rt_cursor_accept_operator(&cursor, ')'))
        ;
    return rt_cursor_at_end(&cursor);
}

bool
rt_sqlite_is_null(const RtValueContext *context, const RtValue *value)
{
    RtText text = { .data = value->text, .length = value->length };
    RtCursor cursor;
    rt_cursor_init(&cursor, rt_model_arena(context->model), context->lexicon, &text);
    strip_parentheses(&cursor);
    return rt_cursor_at(&cursor, "NULL");
}

const char *
rt_sqlite_why_not_add(const RtCatalog *before, const RtObject *column)
{
    const RtValueContext *context = rt_catalog_context(before);
    const RtValue *value = rt_object_value(column, SQLITE_COLUMN_DEFAULT);
    const RtValue *not_null = rt_object_value(column, SQLITE_COLUMN_NOT_NULL);
    if (rt_object_value(column, SQLITE_COLUMN_GENERATED))
        return rt_sqlite_flag(column, SQLITE_COLUMN_STORED) ? "cannot add a STORED column" : NULL;
    bool has_default = value && !rt_sqlite_is_null(context, value);
    if (not_null && not_null->flag && !has_default)
        return "Cannot add a NOT NULL column with default value NULL";
    if (has_default && !rt_sqlite_is_constant(context, value))
        return "Cannot add a column with non-constant default";
    return NULL;
}

/* What of the table itself holds the column; its own foreign keys and checks go with it. */
static const char *
why_child_holds(const RtCatalog *before, const RtObject *table, const RtObject *child,
                const RtName *column)
{
    RtValueContext context = *rt_catalog_context(before);
    context.own_table = table->name;
    if (child->form == &rt_sqlite_form_primary_key)
        return rt_sqlite_parts_hold(child, column) ? "it is part of the PRIMARY KEY" : NULL;
    if (child->form == &rt_sqlite_form_unique)
        return rt_sqlite_parts_hold(child, column) ? "it is UNIQUE" : NULL;
    if (child->form == &rt_sqlite_form_column && rt_name_equal(child->name, column))
        return NULL;
    if (child->form == &rt_sqlite_form_foreign_key && !rt_sqlite_parts_hold(child, column))
        return NULL;
    if (!rt_sqlite_mentions(&context, child, table->name, column))
        return NULL;
    if (child->form == &rt_sqlite_form_index)
        return "an index uses it";
    if (child->form == &rt_sqlite_form_trigger)
        return "a trigger uses it";
    if (child->form == &rt_sqlite_form_foreign_key)
        return "a foreign key uses it";
    return child->form == &rt_sqlite_form_check ? "a CHECK uses it" : "a generated column uses it";
}

const char *
rt_sqlite_why_not_drop(const RtCatalog *before, const RtObject *table, const RtName *column,
                       bool with_inline)
{
    const char *why = NULL;
    unsigned n_columns = 0;
    for (unsigned i = 0; i < table->n_children && !why; i++) {
        const RtObject *child = table->children[i];
        n_columns += child->form == &rt_sqlite_form_column;
        bool goes_with_it =
            with_inline && (child->flags & RT_OBJECT_INLINE) &&
            (child->form == &rt_sqlite_form_check || child->form == &rt_sqlite_form_foreign_key);
        if (!goes_with_it)
            why = why_child_holds(before, table, child, column);
    }
    if (!why && n_columns == 1)
        return "no other columns exist";
    if (why)
        return why;
    const RtObject *user = rt_sqlite_user_find(before, table->name, column);
    return !user                                ? NULL
           : user->form == &rt_sqlite_form_view ? "a view uses it"
                                                : "a trigger uses it";
}

static RtChange
change_column(const RtServer *server, const RtCatalog *before, const RtOp *op)
{
    RtChange rebuild = { .how = RT_HOW_REBUILD, .reason = "SQLite cannot alter a column" };
    RtChange statement = { .how = RT_HOW_STATEMENT };
    bool is_known = server && server->major;
    const RtObject *table = rt_sqlite_table_find(before, op->owner);
    if (op->verb == RT_VERB_CREATE) {
        rebuild.reason = rt_sqlite_why_not_add(before, op->after);
        return rebuild.reason ? rebuild : statement;
    }
    if (op->verb == RT_VERB_RENAME) {
        rebuild.reason = "SQLite renames columns since 3.25";
        return is_known && rt_server_compare(server, 3, 25, 0) < 0 ? rebuild : statement;
    }
    if (op->verb == RT_VERB_DROP) {
        rebuild.reason = is_known && rt_server_compare(server, 3, 35, 0) < 0
                             ? "SQLite drops columns since 3.35"
                         : table ? rt_sqlite_why_not_drop(before, table, op->name, false)
                                 : NULL;
        return rebuild.reason ? rebuild : statement;
    }
    return rebuild;
}

static RtChange
refuse_virtual_table(void)
{
    return (RtChange){ .how = RT_HOW_REFUSED,
                       .reason =
                           "virtual tables are left alone: their module decides what they are",
                       .ways = { "write the statement into a revision by hand" } };
}

static bool
is_on_virtual_table(const RtCatalog *before, const RtOp *op)
{
    const RtObject *object = op->after ? op->after : op->before;
    if (op->kind == RT_KIND_TABLE && object && object->form == &rt_sqlite_form_virtual_table)
        return true;
    const RtObject *table = rt_sqlite_table_find(before, op->owner ? op->owner : op->name);
    return table && table->form == &rt_sqlite_form_virtual_table &&
           (op->owner || op->kind == RT_KIND_TABLE || op->kind == RT_KIND_ATTRIBUTE);
}

RtChange
rt_sqlite_change(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                 const RtOp *op)
{
    (void) dialect;
    bool is_whole = op->verb == RT_VERB_CREATE || op->verb == RT_VERB_DROP;
    RtKind kind = op->kind == RT_KIND_ATTRIBUTE && op->form ? op->form->kind : op->kind;
    if (op->kind == RT_KIND_ATTRIBUTE)
        is_whole = false;
    if (is_on_virtual_table(before, op))
        return refuse_virtual_table();
    switch (kind) {
    case RT_KIND_TABLE:
        if (is_whole || op->verb == RT_VERB_RENAME)
            return (RtChange){ .how = RT_HOW_STATEMENT };
        return (RtChange){ .how = RT_HOW_REBUILD,
                           .reason = "SQLite cannot alter a table's options" };
    case RT_KIND_COLUMN:
        if (op->kind == RT_KIND_ATTRIBUTE)
            return (RtChange){ .how = RT_HOW_REBUILD, .reason = "SQLite cannot alter a column" };
        return change_column(server, before, op);
    case RT_KIND_KEY:
    case RT_KIND_CONSTRAINT:
        /* In a text only ADD COLUMN makes constraints: they are part of its statement. */
        if (op->text && op->verb == RT_VERB_CREATE)
            return (RtChange){ .how = RT_HOW_STATEMENT };
        return (RtChange){ .how = RT_HOW_REBUILD, .reason = "SQLite cannot alter constraints" };
    case RT_KIND_VIEW:
    case RT_KIND_INDEX:
    case RT_KIND_TRIGGER:
        return (RtChange){ .how = is_whole ? RT_HOW_STATEMENT : RT_HOW_REPLACE };
    default:
        return (RtChange){ .how = RT_HOW_STATEMENT };
    }
}
