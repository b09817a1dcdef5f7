/* What older servers do not know yet: which statements are there since which version. */
#include "dialect/starrocks/check.h"

#include <string.h>

typedef struct Switch {
    bool (*applies)(const StarrocksCheck *check);
    RtVersion since;
    const char *what;
} Switch;

static bool
renames_column(const StarrocksCheck *check)
{
    return check->op->kind == RT_KIND_COLUMN && check->op->verb == RT_VERB_RENAME;
}

static bool
renames_view(const StarrocksCheck *check)
{
    return check->op->kind == RT_KIND_VIEW && check->op->verb == RT_VERB_RENAME;
}

static bool
changes_row(const StarrocksCheck *check, unsigned row)
{
    const RtOp *op = check->op;
    return op->kind == RT_KIND_ATTRIBUTE && !op->owner && op->form == &starrocks_form_table &&
           op->row == row;
}

static bool
distributes_anew(const StarrocksCheck *check)
{
    return changes_row(check, STARROCKS_TABLE_DISTRIBUTION) ||
           changes_row(check, STARROCKS_TABLE_BUCKETS);
}

/* 3.5.8 has it too, 4.0.0 not. */
static bool
sets_default_buckets(const StarrocksCheck *check)
{
    const RtServer *server = check->server;
    bool is_late_3_5 = server && server->major == 3 && server->minor == 5 && server->patch >= 8;
    return (check->op->flags & RT_OP_NEW_PARTITIONS) && !is_late_3_5;
}

static bool
merges_partitions(const StarrocksCheck *check)
{
    return changes_row(check, STARROCKS_TABLE_PARTITION);
}

static bool
comments_table(const StarrocksCheck *check)
{
    return changes_row(check, STARROCKS_TABLE_COMMENT);
}

static bool
sorts_view(const StarrocksCheck *check)
{
    return starrocks_is_sorting(check->op) && check->op->form == &starrocks_form_materialized_view;
}

static const RtObject *
find_created(const StarrocksCheck *check)
{
    const RtOp *op = check->op;
    bool is_table = op->verb == RT_VERB_CREATE && !op->owner && op->after &&
                    op->after->form == &starrocks_form_table;
    return is_table ? op->after : NULL;
}

static bool
is_random(const StarrocksCheck *check)
{
    const RtObject *table = find_created(check);
    const RtValue *value = table ? rt_object_value(table, STARROCKS_TABLE_DISTRIBUTION) : NULL;
    if (changes_row(check, STARROCKS_TABLE_DISTRIBUTION))
        value = check->op->value_after;
    return value && value->origin == RT_ORIGIN_STATED && value->length == 0;
}

static bool
sorts_other_than_primary(const StarrocksCheck *check)
{
    const RtObject *table = find_created(check);
    const RtValue *value = table ? rt_object_value(table, STARROCKS_TABLE_ORDER) : NULL;
    return value && starrocks_key_row(table) != STARROCKS_TABLE_PRIMARY_KEY;
}

static bool
is_generated(const StarrocksCheck *check)
{
    const RtObject *table = find_created(check), *column = check->op->after;
    for (unsigned i = 0; table && i < table->n_children; i++) {
        if (table->children[i]->form == &starrocks_form_column &&
            rt_object_value(table->children[i], STARROCKS_COLUMN_GENERATED))
            return true;
    }
    return !table && column && column->form == &starrocks_form_column &&
           rt_object_value(column, STARROCKS_COLUMN_GENERATED);
}

/* Whether the statement has these words in this order. */
static bool
says(const StarrocksCheck *check, const char *words)
{
    const RtOp *op = check->op;
    if (!op->text)
        return false;
    RtText text = { .data = op->text->data + op->span.start,
                    .length = op->span.end - op->span.start };
    RtCursor cursor;
    rt_cursor_init(&cursor, rt_model_arena(rt_catalog_model(check->before)), &starrocks_lexicon,
                   &text);
    for (; !rt_cursor_at_end(&cursor); rt_cursor_next(&cursor)) {
        if (rt_cursor_at(&cursor, words))
            return true;
    }
    return false;
}

/* Several at once, by name, condition or span. */
static bool
drops_partitions(const StarrocksCheck *check)
{
    bool may_drop =
        check->op->verb == RT_VERB_OPAQUE || changes_row(check, STARROCKS_TABLE_PARTITIONS);
    return may_drop && says(check, "DROP PARTITIONS");
}

static bool
is_temporary(const StarrocksCheck *check)
{
    const RtOp *op = check->op;
    return (op->flags & RT_OP_TEMPORARY) && op->verb == RT_VERB_CREATE && op->kind == RT_KIND_TABLE;
}

static bool
is_scheduled(const StarrocksCheck *check)
{
    const RtOp *op = check->op;
    const RtValue *value = NULL;
    if (op->after && op->after->form == &starrocks_form_materialized_view)
        value = rt_object_value(op->after, STARROCKS_MV_REFRESH);
    else if (op->kind == RT_KIND_ATTRIBUTE && op->form == &starrocks_form_materialized_view &&
             op->row == STARROCKS_MV_REFRESH)
        value = op->value_after;
    g_autofree char *folded = value ? g_ascii_strup(value->text, -1) : NULL;
    return folded && strstr(folded, "SCHEDULE");
}

static const Switch switches[] = {
    { comments_table, { 3, 1, 0 }, "the comment of a table can be changed" },
    { is_generated, { 3, 1, 0 }, "columns can be generated" },
    { is_random, { 3, 1, 0 }, "tables can be distributed at random" },
    { distributes_anew, { 3, 2, 0 }, "a table can be distributed anew" },
    { sorts_other_than_primary, { 3, 3, 0 }, "tables without a primary key can be sorted" },
    { is_temporary, { 3, 3, 0 }, "tables can be temporary" },
    { renames_column, { 3, 3, 2 }, "columns can be renamed" },
    { drops_partitions, { 3, 4, 0 }, "several partitions can be dropped at once" },
    { merges_partitions, { 3, 5, 0 }, "partitions can be merged" },
    { sets_default_buckets, { 4, 0, 1 }, "DEFAULT BUCKETS can be said" },
    { is_scheduled, { 4, 1, 0 }, "a refresh can be a SCHEDULE" },
    { renames_view, { 4, 1, 0 }, "views can be renamed" },
    { sorts_view, { 4, 2, 0 }, "a materialized view can be sorted anew" },
};

bool
starrocks_check_version(const StarrocksCheck *check)
{
    const RtServer *server = check->server;
    for (size_t i = 0; server && server->major && i < G_N_ELEMENTS(switches); i++) {
        const RtVersion *since = &switches[i].since;
        if (!starrocks_is_before(server, since->major, since->minor, since->patch) ||
            !switches[i].applies(check))
            continue;
        return starrocks_reject(check, "%s since StarRocks %u.%u.%u, and this is %u.%u.%u",
                                switches[i].what, since->major, since->minor, since->patch,
                                server->major, server->minor, server->patch);
    }
    return true;
}
