/*
 * What SQLite rejects of a statement, in its own words where it has some; what is missing or there
 * already is left to rt_apply. The body of a table is looked at in check-table.c.
 */
#include "dialect/sqlite/check.h"

#include <string.h>

bool
rt_sqlite_reject(const SqliteCheck *check, const RtObject *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (at && at->text) {
        RtToken token = rt_lexer_next(&rt_sqlite_lexicon, at->text, at->offset, NULL);
        rt_text_error(check->error, RT_ERROR_REJECTED, at->text, token.span, "%s", message);
    } else if (check->op->text) {
        rt_text_error(check->error, RT_ERROR_REJECTED, check->op->text, check->op->span, "%s",
                      message);
    } else {
        rt_error_set(check->error, RT_ERROR_REJECTED, "%s", message);
    }
    return false;
}

static bool
check_reserved(const SqliteCheck *check, const RtName *name)
{
    if (!name || g_ascii_strncasecmp(name->text, "sqlite_", strlen("sqlite_")) != 0)
        return true;
    return rt_sqlite_reject(check, NULL, "object name reserved for internal use: %s", name->text);
}

/* The table or view that the operation is on; NULL where there is none, which rt_apply tells. */
static const RtObject *
find_owner(const SqliteCheck *check)
{
    const RtName *name = check->op->owner;
    return name ? rt_catalog_find(check->before, RT_KIND_TABLE, name) : NULL;
}

static bool
check_create_table(const SqliteCheck *check)
{
    if (!check_reserved(check, check->op->name))
        return false;
    return check->op->after->form != &rt_sqlite_form_table ||
           rt_sqlite_check_table(check, check->op->after);
}

static bool
check_create_index(const SqliteCheck *check)
{
    const RtObject *table = find_owner(check), *index = check->op->after;
    if (!check_reserved(check, check->op->name))
        return false;
    if (!table)
        return true;
    if (table->form == &rt_sqlite_form_view)
        return rt_sqlite_reject(check, index, "views may not be indexed");
    if (table->form == &rt_sqlite_form_virtual_table)
        return rt_sqlite_reject(check, index, "virtual tables may not be indexed");
    if (table->form != &rt_sqlite_form_table)
        return rt_sqlite_reject(check, index, "%s cannot be indexed", table->name->text);
    return rt_sqlite_check_parts(check, table, index);
}

static bool
check_create_trigger(const SqliteCheck *check)
{
    const RtObject *owner = find_owner(check), *trigger = check->op->after;
    const RtValue *event = rt_object_value(trigger, SQLITE_TRIGGER_EVENT);
    if (!check_reserved(check, check->op->name))
        return false;
    if (!event)
        return rt_sqlite_reject(check, trigger, "a trigger needs INSERT, UPDATE or DELETE");
    bool is_instead = g_ascii_strncasecmp(event->text, "INSTEAD", strlen("INSTEAD")) == 0;
    if (!owner)
        return true;
    if (owner->form == &rt_sqlite_form_virtual_table)
        return rt_sqlite_reject(check, trigger, "cannot create triggers on virtual tables");
    if (owner->form == &rt_sqlite_form_table && is_instead)
        return rt_sqlite_reject(check, trigger, "cannot create INSTEAD OF trigger on table: %s",
                                owner->name->text);
    if (owner->form == &rt_sqlite_form_view && !is_instead) {
        bool is_after = g_ascii_strncasecmp(event->text, "AFTER", strlen("AFTER")) == 0;
        return rt_sqlite_reject(check, trigger, "cannot create %s trigger on view: %s",
                                is_after ? "AFTER" : "BEFORE", owner->name->text);
    }
    return true;
}

static bool
check_create_view(const SqliteCheck *check)
{
    return check_reserved(check, check->op->name);
}

/* Only what ALTER TABLE is asked for in a text: other changes are made by writing the table anew.
 */
static bool
check_add_column(const SqliteCheck *check)
{
    const RtObject *table = find_owner(check), *column = check->op->after;
    if (table && table->form == &rt_sqlite_form_view)
        return rt_sqlite_reject(check, column, "Cannot add a column to a view");
    if (table && table->form == &rt_sqlite_form_virtual_table)
        return rt_sqlite_reject(check, column, "virtual tables may not be altered");
    if (!table || !check->op->text)
        return true;
    const char *why = rt_sqlite_why_not_add(check->before, column);
    if (why)
        return rt_sqlite_reject(check, column, "%s", why);
    return rt_sqlite_check_column(check, table, column);
}

static bool
check_add_key(const SqliteCheck *check)
{
    const RtObject *child = check->op->after;
    if (!check->op->text)
        return true;
    if (child->form == &rt_sqlite_form_primary_key)
        return rt_sqlite_reject(check, child, "Cannot add a PRIMARY KEY column");
    if (child->form == &rt_sqlite_form_unique)
        return rt_sqlite_reject(check, child, "Cannot add a UNIQUE column");
    return true;
}

static bool
is_older(const SqliteCheck *check, unsigned minor)
{
    return check->server && check->server->major &&
           rt_server_compare(check->server, 3, minor, 0) < 0;
}

static bool
check_drop_column(const SqliteCheck *check)
{
    const RtObject *table = find_owner(check);
    const RtName *column = check->op->name;
    if (table && table->form == &rt_sqlite_form_view)
        return rt_sqlite_reject(check, NULL, "cannot drop column from view \"%s\"",
                                table->name->text);
    if (table && table->form == &rt_sqlite_form_virtual_table)
        return rt_sqlite_reject(check, NULL, "cannot drop column from virtual table \"%s\"",
                                table->name->text);
    if (!table || !check->op->text || !rt_sqlite_column_find(table, column))
        return true;
    if (is_older(check, 35))
        return rt_sqlite_reject(check, NULL, "SQLite drops columns since 3.35");
    const char *why = rt_sqlite_why_not_drop(check->before, table, column, true);
    return !why ||
           rt_sqlite_reject(check, NULL, "cannot drop column \"%s\": %s", column->text, why);
}

static bool
check_rename_column(const SqliteCheck *check)
{
    const RtObject *table = find_owner(check);
    if (table && table->form != &rt_sqlite_form_table)
        return rt_sqlite_reject(check, NULL, "cannot rename columns of %s \"%s\"",
                                table->form->name, table->name->text);
    if (check->op->text && is_older(check, 25))
        return rt_sqlite_reject(check, NULL, "SQLite renames columns since 3.25");
    return true;
}

static bool
check_rename_table(const SqliteCheck *check)
{
    const RtObject *object = rt_catalog_find(check->before, RT_KIND_TABLE, check->op->name);
    if (object && object->form == &rt_sqlite_form_view)
        return rt_sqlite_reject(check, NULL, "view %s may not be altered", object->name->text);
    return check_reserved(check, check->op->new_name);
}

static bool
check_drop_table(const SqliteCheck *check)
{
    const RtObject *object = rt_catalog_find(check->before, RT_KIND_TABLE, check->op->name);
    if (object && object->form == &rt_sqlite_form_view)
        return rt_sqlite_reject(check, NULL, "use DROP VIEW to delete view %s", object->name->text);
    return true;
}

static bool
check_drop_view(const SqliteCheck *check)
{
    const RtObject *object = rt_catalog_find(check->before, RT_KIND_VIEW, check->op->name);
    if (object && rt_object_kind(object) == RT_KIND_TABLE)
        return rt_sqlite_reject(check, NULL, "use DROP TABLE to delete table %s",
                                object->name->text);
    return true;
}

static const struct {
    RtVerb verb;
    RtKind kind;
    bool (*check)(const SqliteCheck *check);
} checks[] = {
    { RT_VERB_CREATE, RT_KIND_TABLE, check_create_table },
    { RT_VERB_CREATE, RT_KIND_INDEX, check_create_index },
    { RT_VERB_CREATE, RT_KIND_TRIGGER, check_create_trigger },
    { RT_VERB_CREATE, RT_KIND_VIEW, check_create_view },
    { RT_VERB_CREATE, RT_KIND_COLUMN, check_add_column },
    { RT_VERB_CREATE, RT_KIND_KEY, check_add_key },
    { RT_VERB_CREATE, RT_KIND_CONSTRAINT, check_add_key },
    { RT_VERB_DROP, RT_KIND_COLUMN, check_drop_column },
    { RT_VERB_DROP, RT_KIND_TABLE, check_drop_table },
    { RT_VERB_DROP, RT_KIND_VIEW, check_drop_view },
    { RT_VERB_RENAME, RT_KIND_COLUMN, check_rename_column },
    { RT_VERB_RENAME, RT_KIND_TABLE, check_rename_table },
};

bool
rt_sqlite_check(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                const RtOp *op, GError **error)
{
    (void) dialect;
    SqliteCheck check = { .server = server, .before = before, .op = op, .error = error };
    if (op->flags & RT_OP_TEMPORARY)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        if (checks[i].verb == op->verb && checks[i].kind == op->kind)
            return checks[i].check(&check);
    }
    return true;
}
