/* What SQLite rejects in the body of CREATE TABLE: sqlite.org/lang_createtable.html. */
#include "dialect/sqlite/check.h"

bool
rt_sqlite_check_parts(const SqliteCheck *check, const RtObject *table, const RtObject *child)
{
    bool is_index = child->form == &rt_sqlite_form_index;
    unsigned n = rt_sqlite_parts_count(child);
    for (unsigned i = 0; i < n; i++) {
        const RtName *name = rt_sqlite_parts_at(child, i);
        if (!name && !is_index)
            return rt_sqlite_reject(check, child,
                                    "expressions prohibited in PRIMARY KEY and UNIQUE constraints");
        if (name && !rt_sqlite_column_find(table, name))
            return rt_sqlite_reject(check, child, "table %s has no column named %s",
                                    table->name->text, name->text);
    }
    return true;
}

static bool
check_key_column(const SqliteCheck *check, const RtObject *table, const RtObject *key, unsigned i)
{
    const RtObject *column = rt_sqlite_column_find(table, rt_sqlite_parts_at(key, i));
    if (column && rt_object_value(column, SQLITE_COLUMN_GENERATED))
        return rt_sqlite_reject(check, key, "generated columns cannot be part of the PRIMARY KEY");
    return true;
}

/* The key as it will be: "(id AUTOINCREMENT)" is still a part and its suffix here. */
static bool
has_autoincrement(const RtObject *key)
{
    const RtValue *parts = rt_object_value(key, SQLITE_KEY_PARTS);
    for (unsigned i = 0; parts && i < parts->length; i++) {
        if (parts->parts[i].suffix && g_str_has_suffix(parts->parts[i].suffix, "AUTOINCREMENT"))
            return true;
    }
    return rt_sqlite_flag(key, SQLITE_KEY_AUTOINCREMENT);
}

static bool
check_primary_key(const SqliteCheck *check, const RtObject *table, const RtObject *key)
{
    if (rt_sqlite_primary_key(table) != key)
        return rt_sqlite_reject(check, key, "table \"%s\" has more than one primary key",
                                table->name->text);
    if (!rt_sqlite_check_parts(check, table, key))
        return false;
    unsigned n = rt_sqlite_parts_count(key);
    for (unsigned i = 0; i < n; i++) {
        if (!check_key_column(check, table, key, i))
            return false;
    }
    if (!has_autoincrement(key))
        return true;
    if (rt_sqlite_flag(table, SQLITE_TABLE_WITHOUT_ROWID))
        return rt_sqlite_reject(check, key, "AUTOINCREMENT not allowed on WITHOUT ROWID tables");
    const RtObject *rowid = rt_sqlite_rowid_column(table);
    const RtValue *parts = rt_object_value(key, SQLITE_KEY_PARTS);
    bool is_inline_desc = (key->flags & RT_OBJECT_INLINE) && parts->parts[0].suffix &&
                          g_ascii_strcasecmp(parts->parts[0].suffix, "DESC") == 0;
    if (!rowid || is_inline_desc)
        return rt_sqlite_reject(check, key,
                                "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY");
    return true;
}

static bool
check_foreign_key(const SqliteCheck *check, const RtObject *table, const RtObject *child)
{
    unsigned n = rt_sqlite_parts_count(child);
    const RtValue *referenced = rt_object_value(child, SQLITE_FOREIGN_COLUMNS);
    for (unsigned i = 0; i < n; i++) {
        const RtName *name = rt_sqlite_parts_at(child, i);
        if (!rt_sqlite_column_find(table, name))
            return rt_sqlite_reject(check, child, "unknown column \"%s\" in foreign key definition",
                                    name->text);
    }
    if (!referenced || referenced->origin != RT_ORIGIN_STATED || referenced->length == n)
        return true;
    if (child->flags & RT_OBJECT_INLINE)
        return rt_sqlite_reject(check, child,
                                "foreign key on %s should reference only one column of table %s",
                                rt_sqlite_parts_at(child, 0)->text,
                                rt_object_value(child, SQLITE_FOREIGN_TABLE)->name->text);
    return rt_sqlite_reject(check, child,
                            "number of columns in foreign key does not match the number of columns "
                            "in the referenced table");
}

/* sqlite.org/stricttables.html */
static bool
check_strict_type(const SqliteCheck *check, const RtObject *table, const RtObject *column)
{
    static const char *const types[] = { "INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY" };
    const RtType *type = rt_object_type(column);
    if (!type)
        return rt_sqlite_reject(check, column, "missing datatype for %s.%s", table->name->text,
                                column->name->text);
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_ascii_strcasecmp(type->text, types[i]) == 0)
            return true;
    }
    return rt_sqlite_reject(check, column, "unknown datatype for %s.%s: \"%s\"", table->name->text,
                            column->name->text, type->written);
}

static bool
check_default(const SqliteCheck *check, const RtObject *table, const RtObject *column)
{
    const RtValueContext *context = rt_catalog_context(check->before);
    const RtAttribute *attribute = &rt_sqlite_form_column.attributes[SQLITE_COLUMN_DEFAULT];
    const RtValue *value = rt_object_value(column, SQLITE_COLUMN_DEFAULT);
    if (!value)
        return true;
    if (rt_object_value(column, SQLITE_COLUMN_GENERATED))
        return rt_sqlite_reject(check, column, "cannot use DEFAULT on a generated column");
    for (unsigned i = 0; value->text[0] == '(' && i < table->n_children; i++) {
        const RtObject *child = table->children[i];
        if (child->form == &rt_sqlite_form_column &&
            rt_value_mentions(context, attribute, table->name, child->name, value))
            return rt_sqlite_reject(check, column, "default value of column [%s] is not constant",
                                    column->name->text);
    }
    return true;
}

bool
rt_sqlite_check_column(const SqliteCheck *check, const RtObject *table, const RtObject *column)
{
    if (!rt_object_value(column, SQLITE_COLUMN_GENERATED) &&
        (rt_sqlite_flag(column, SQLITE_COLUMN_STORED) ||
         rt_sqlite_flag(column, SQLITE_COLUMN_VIRTUAL)))
        return rt_sqlite_reject(check, column, "near \"%s\": syntax error",
                                rt_sqlite_flag(column, SQLITE_COLUMN_STORED) ? "STORED"
                                                                             : "VIRTUAL");
    if (rt_object_value(column, SQLITE_COLUMN_CONFLICT) &&
        !rt_sqlite_flag(column, SQLITE_COLUMN_NOT_NULL) &&
        !rt_sqlite_flag(column, SQLITE_COLUMN_NULL))
        return rt_sqlite_reject(check, column, "near \"ON\": syntax error");
    return check_default(check, table, column) &&
           (!rt_sqlite_flag(table, SQLITE_TABLE_STRICT) || check_strict_type(check, table, column));
}

/* A word by itself in an expression, as SELECT in one that may have none. */
static bool
has_word(const RtValueContext *context, const RtValue *value, const char *word)
{
    RtText text = { .data = value->text, .length = value->length };
    RtCursor cursor;
    rt_cursor_init(&cursor, rt_model_arena(context->model), context->lexicon, &text);
    while (!rt_cursor_at_end(&cursor) && !rt_cursor_at(&cursor, word))
        rt_cursor_next(&cursor);
    return !rt_cursor_at_end(&cursor);
}

static bool
check_expression(const SqliteCheck *check, const RtObject *child, unsigned row, const char *where)
{
    const RtValue *value = rt_object_value(child, row);
    if (value && has_word(rt_catalog_context(check->before), value, "SELECT"))
        return rt_sqlite_reject(check, child, "subqueries prohibited in %s", where);
    return true;
}

static bool
check_child(const SqliteCheck *check, const RtObject *table, const RtObject *child)
{
    if (child->form == &rt_sqlite_form_column)
        return rt_sqlite_check_column(check, table, child) &&
               check_expression(check, child, SQLITE_COLUMN_GENERATED, "generated columns");
    if (child->form == &rt_sqlite_form_primary_key)
        return check_primary_key(check, table, child);
    if (child->form == &rt_sqlite_form_unique)
        return rt_sqlite_check_parts(check, table, child);
    if (child->form == &rt_sqlite_form_check)
        return check_expression(check, child, SQLITE_CHECK_EXPRESSION, "CHECK constraints");
    return child->form != &rt_sqlite_form_foreign_key || check_foreign_key(check, table, child);
}

bool
rt_sqlite_check_table(const SqliteCheck *check, const RtObject *table)
{
    unsigned n_stored = 0;
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *child = table->children[i];
        n_stored += child->form == &rt_sqlite_form_column &&
                    !rt_object_value(child, SQLITE_COLUMN_GENERATED);
        if (!check_child(check, table, child))
            return false;
    }
    if (!n_stored)
        return rt_sqlite_reject(check, table, "must have at least one non-generated column");
    if (rt_sqlite_flag(table, SQLITE_TABLE_WITHOUT_ROWID) && !rt_sqlite_primary_key(table))
        return rt_sqlite_reject(check, table, "PRIMARY KEY missing on table %s", table->name->text);
    return true;
}
