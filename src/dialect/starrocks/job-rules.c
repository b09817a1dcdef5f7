/*
 * How StarRocks runs jobs and speaks of them, for the memory database in its place: what each
 * change is a job of, what waits for one, SHOW ALTER TABLE and CANCEL ALTER TABLE.
 */
#include "dialect/depend.h"
#include "dialect/starrocks/starrocks.h"

#include <string.h>

static const char kind_column[] = "COLUMN", kind_optimize[] = "OPTIMIZE", kind_rollup[] = "ROLLUP";

/* ---- changes ----------------------------------------------------------------------------------
 */

static const char *
kind_of_attribute(const RtOp *op)
{
    if (starrocks_is_sorting(op))
        return kind_column;
    if (op->owner || op->form != &starrocks_form_table)
        return NULL;
    switch (op->row) {
    case STARROCKS_TABLE_PARTITION:
    case STARROCKS_TABLE_DISTRIBUTION:
    case STARROCKS_TABLE_BUCKETS:
        return kind_optimize;
    case STARROCKS_TABLE_ROLLUP:
        return op->value_after ? kind_rollup : NULL;
    default:
        return op->property && strcmp(op->property, "bloom_filter_columns") == 0 ? kind_column
                                                                                 : NULL;
    }
}

static bool
is_new_rollup(const RtOp *op)
{
    return op->verb == RT_VERB_CREATE && op->kind == RT_KIND_MATERIALIZED_VIEW &&
           starrocks_is_synchronous(op->after);
}

static const char *
find_kind(const RtOp *op)
{
    if (op->kind == RT_KIND_ATTRIBUTE)
        return kind_of_attribute(op);
    if (op->kind == RT_KIND_INDEX || (op->kind == RT_KIND_COLUMN && op->verb != RT_VERB_RENAME))
        return kind_column;
    return is_new_rollup(op) ? kind_rollup : NULL;
}

static const char *
find_made(const RtOp *op)
{
    if (op->kind == RT_KIND_ATTRIBUTE)
        return op->row == STARROCKS_TABLE_ROLLUP ? op->property : NULL;
    return is_new_rollup(op) ? op->name->text : NULL;
}

/* ALTER TABLE t …, TRUNCATE TABLE t: the name in a statement that stays opaque; NULL for others. */
static const RtName *
find_named_table(const RtCatalog *catalog, const RtOp *op)
{
    static const char *const intros[] = { "ALTER TABLE", "TRUNCATE TABLE" };
    const RtValueContext *context = rt_catalog_context(catalog);
    RtCursor cursor;
    rt_cursor_init(&cursor, rt_model_arena(context->model), context->lexicon, op->text);
    rt_cursor_seek(&cursor, op->span.start);
    for (size_t i = 0; i < G_N_ELEMENTS(intros); i++) {
        if (rt_cursor_accept(&cursor, intros[i]))
            return starrocks_at_foreign_name(&cursor)
                       ? NULL
                       : rt_value_take_qualified(&cursor, context, RT_KIND_TABLE, "a table", NULL);
    }
    return NULL;
}

/* Of a rollup the first relation is the one. */
static const RtName *
find_base_table(const RtDialect *dialect, const RtCatalog *catalog, const RtOp *op)
{
    g_autoptr(GPtrArray) relations = g_ptr_array_new();
    rt_depend_relations(dialect, catalog, op->after, relations);
    return relations->len ? ((const RtObject *) relations->pdata[0])->name : NULL;
}

/* DROP, views and asynchronous materialized views pass whatever runs. */
static const RtName *
find_table(const RtDialect *dialect, const RtCatalog *catalog, const RtOp *op)
{
    if (op->verb == RT_VERB_OPAQUE)
        return find_named_table(catalog, op);
    if (op->owner)
        return op->owner;
    if (is_new_rollup(op))
        return find_base_table(dialect, catalog, op);
    bool is_of_table = op->kind == RT_KIND_ATTRIBUTE
                           ? op->form == &starrocks_form_table || starrocks_is_sorting(op)
                           : op->kind == RT_KIND_TABLE && op->verb == RT_VERB_RENAME;
    return is_of_table ? op->name : NULL;
}

/* ---- words ------------------------------------------------------------------------------------
 */

#define MANUAL "https://docs.starrocks.io/docs/sql-reference/sql-statements/"
#define LOOK                                                                                       \
    "Please wait until the current operation completes. To check the status of the "               \
    "operation, see "

static char *
explain_busy(const char *kind, const RtName *table)
{
    if (kind == kind_optimize)
        return g_strdup_printf("The table %s is currently in state OPTIMIZE", table->text);
    if (kind == kind_rollup)
        return g_strdup_printf("A materialized view or rollup index is being created on the table "
                               "%s. " LOOK MANUAL
                               "materialized_view/SHOW_ALTER_MATERIALIZED_VIEW or " MANUAL
                               "table_bucket_part_index/SHOW_ALTER",
                               table->text);
    return g_strdup_printf("A schema change operation is in progress on the table %s. " LOOK MANUAL
                           "table_bucket_part_index/SHOW_ALTER",
                           table->text);
}

/* COLUMN and OPTIMIZE cancel each other's jobs; that of a rollup must be named by its number. */
static char *
refuse_cancel(const RtJobRequest *request, const RtJobRecord *running)
{
    const char *table = request->table->text;
    bool is_rollup = running && running->kind == kind_rollup;
    if (request->kind != kind_rollup)
        return running && !is_rollup
                   ? NULL
                   : g_strdup_printf("Table[%s] is not under SCHEMA_CHANGE/WAITING_STABLE.", table);
    if (!is_rollup)
        return g_strdup_printf("Table[%s] is not under ROLLUP/WAITING_STABLE. Use 'ALTER TABLE "
                               "DROP ROLLUP' if you want to.",
                               table);
    return request->id == running->id
               ? NULL
               : g_strdup_printf("Table[%s] is under ROLLUP but job does not exist.", table);
}

/* ---- statements -------------------------------------------------------------------------------
 */

static const char *
accept_kind(RtCursor *cursor)
{
    static const char *const kinds[] = { kind_column, kind_optimize, kind_rollup };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (rt_cursor_accept(cursor, kinds[i]))
            return kinds[i];
    }
    return rt_cursor_accept(cursor, "MATERIALIZED VIEW") ? kind_rollup : NULL;
}

static unsigned
take_number(RtCursor *cursor)
{
    const char *digits = cursor->text->data + cursor->token.span.start;
    unsigned number = (unsigned) g_ascii_strtoull(digits, NULL, 10);
    rt_cursor_next(cursor);
    return number;
}

/* [FROM db] [WHERE TableName = "t"] [ORDER BY CreateTime DESC] [LIMIT n] */
static bool
read_show(RtCursor *cursor, RtModel *model, RtJobRequest *request)
{
    if (rt_cursor_accept(cursor, "FROM") || rt_cursor_accept(cursor, "IN")) {
        request->schema = rt_cursor_take_name(cursor, "a database", NULL);
        const char *fallback = rt_model_default_schema(model);
        if (request->schema && g_strcmp0(request->schema, fallback) == 0)
            request->schema = NULL;
    }
    if (rt_cursor_accept(cursor, "WHERE TABLENAME")) {
        const char *table = rt_cursor_accept_operator(cursor, '=')
                                ? rt_cursor_take_string(cursor, "a table", NULL)
                                : NULL;
        if (!table)
            return false;
        RtFold fold = starrocks_rules.fold[RT_KIND_TABLE];
        request->table = rt_model_name(model, fold, request->schema, table);
    }
    if (rt_cursor_accept(cursor, "ORDER BY")) {
        rt_cursor_next(cursor);
        request->newest_first = rt_cursor_accept(cursor, "DESC");
        rt_cursor_accept(cursor, "ASC");
    }
    if (rt_cursor_accept(cursor, "LIMIT"))
        request->limit = take_number(cursor);
    return rt_cursor_at_end(cursor) || rt_cursor_at_operator(cursor, ';');
}

/* FROM [db.]t [(id)] */
static bool
read_cancel(RtCursor *cursor, RtModel *model, RtJobRequest *request)
{
    const RtValueContext context = { model, &starrocks_rules, &starrocks_lexicon };
    if (!rt_cursor_accept(cursor, "FROM"))
        return false;
    request->is_cancel = true;
    request->table = rt_value_take_qualified(cursor, &context, RT_KIND_TABLE, "a table", NULL);
    if (rt_cursor_accept_operator(cursor, '('))
        request->id = take_number(cursor);
    return request->table;
}

static bool
read_request(RtCursor *cursor, RtModel *model, RtJobRequest *out_request)
{
    bool is_show = rt_cursor_accept(cursor, "SHOW ALTER TABLE") ||
                   (rt_cursor_at(cursor, "SHOW ALTER MATERIALIZED VIEW") &&
                    rt_cursor_accept(cursor, "SHOW ALTER"));
    if (!is_show && !rt_cursor_accept(cursor, "CANCEL ALTER TABLE"))
        return false;
    RtJobRequest request = { .kind = accept_kind(cursor) };
    if (!request.kind ||
        !(is_show ? read_show(cursor, model, &request) : read_cancel(cursor, model, &request)))
        return false;
    *out_request = request;
    return true;
}

static const char *
state_name(const RtJobRecord *record)
{
    if (record->state == RT_JOB_RUNNING)
        return record->percent ? "RUNNING" : "PENDING";
    return record->state == RT_JOB_DONE ? "FINISHED" : "CANCELLED";
}

/* The columns of each kind, in the server's order. */
static const char *const column_names[] = {
    "JobId",   "TableName",     "CreateTime",    "FinishTime",    "IndexName",
    "IndexId", "OriginIndexId", "SchemaVersion", "TransactionId", "State",
    "Msg",     "Progress",      "Timeout",
};
static const char *const optimize_names[] = {
    "JobId",         "TableName", "CreateTime", "FinishTime", "Operation",
    "TransactionId", "State",     "Msg",        "Progress",   "Timeout",
};
static const char *const rollup_names[] = {
    "JobId",    "TableName",     "CreateTime", "FinishedTime", "BaseIndexName", "RollupIndexName",
    "RollupId", "TransactionId", "State",      "Msg",          "Progress",      "Timeout",
};

static const char *
find_shown(const RtJobRecord *record, const char *name, const char *id, const char *progress)
{
    const struct {
        const char *name, *value;
    } values[] = {
        { "JobId", id },
        { "TableName", record->table->text },
        { "CreateTime", record->started },
        { "FinishTime", record->ended },
        { "FinishedTime", record->ended },
        { "IndexName", record->table->text },
        { "BaseIndexName", record->table->text },
        { "RollupIndexName", record->made },
        { "State", state_name(record) },
        { "Msg", record->message ? record->message : "" },
        { "Progress", progress },
        { "Timeout", "86400" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        if (strcmp(values[i].name, name) == 0)
            return values[i].value;
    }
    return "0";
}

static bool
show_job(const RtJobRecord *record, RtRowFunc row, void *data)
{
    const char *const *names = record->kind == kind_column     ? column_names
                               : record->kind == kind_optimize ? optimize_names
                                                               : rollup_names;
    unsigned n = record->kind == kind_column     ? G_N_ELEMENTS(column_names)
                 : record->kind == kind_optimize ? G_N_ELEMENTS(optimize_names)
                                                 : G_N_ELEMENTS(rollup_names);
    const char *values[G_N_ELEMENTS(column_names)];
    g_autofree char *id = g_strdup_printf("%u", record->id);
    bool is_running = record->state == RT_JOB_RUNNING && record->percent;
    g_autofree char *progress = is_running ? g_strdup_printf("%d%%", record->percent) : NULL;
    for (unsigned i = 0; i < n; i++)
        values[i] = find_shown(record, names[i], id, progress);
    return row(data, n, values, names);
}

const RtJobRules starrocks_job_rules = {
    .cancelled = "user cancelled",
    .kind = find_kind,
    .made = find_made,
    .table = find_table,
    .explain_busy = explain_busy,
    .read = read_request,
    .refuse_cancel = refuse_cancel,
    .show = show_job,
};
