/* The toy dialect itself: reflection, jobs, own tables. */
#include "toy/toy.h"

#include "dialect/parse.h"
#include "sql/tokens.h"
#include "toy/toy-internal.h"

#include <string.h>

/* ---- reflection: SHOW CREATE ALL gives one statement a row ------------------------------------
 */

static bool
collect_statement(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    g_string_append_printf(data, "%s;\n", n && values[n - 1] ? values[n - 1] : "");
    return true;
}

static bool
reflect(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
        RtCatalog *catalog, GPtrArray *notes, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    if (!rt_connection_query(connection, "SHOW CREATE ALL", collect_statement, sql, error))
        return false;
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    const RtText *text =
        rt_text_new(arena, "<server>", rt_arena_copy(arena, sql->str, sql->len), sql->len);
    RtLoad load = { .dialect = dialect, .server = server, .from_server = true, .notes = notes };
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    return rt_load_text(&load, catalog, text, deferred, error) &&
           rt_load_finish(&load, catalog, deferred, error);
}

/* ---- jobs: SHOW JOBS FROM t gives id, state, progress, message, the newest last ---------------
 */

typedef struct JobRow {
    char *id, *state, *message;
    int percent;
} JobRow;

static void
job_row_clear(JobRow *row)
{
    g_free(row->id);
    g_free(row->state);
    g_free(row->message);
    *row = (JobRow){ 0 };
}

static bool
keep_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    JobRow *row = data;
    job_row_clear(row);
    row->id = g_strdup(n > 0 ? values[0] : NULL);
    row->state = g_strdup(n > 1 ? values[1] : NULL);
    row->percent = n > 2 && values[2] ? (int) g_ascii_strtoll(values[2], NULL, 10) : -1;
    row->message = g_strdup(n > 3 ? values[3] : NULL);
    return true;
}

static bool
read_newest(RtConnection *connection, const RtName *object, JobRow *out_row, GError **error)
{
    g_autoptr(GString) sql = g_string_new("SHOW JOBS FROM ");
    if (object->schema) {
        rt_name_print(sql, &rt_toy_lexicon, object->schema);
        g_string_append_c(sql, '.');
    }
    rt_name_print(sql, &rt_toy_lexicon, object->text);
    *out_row = (JobRow){ 0 };
    if (rt_connection_query(connection, sql->str, keep_row, out_row, error))
        return true;
    job_row_clear(out_row);
    return false;
}

static bool
mark_jobs(RtConnection *connection, const RtName *object, char **out_mark, GError **error)
{
    JobRow row;
    if (!read_newest(connection, object, &row, error))
        return false;
    *out_mark = g_steal_pointer(&row.id);
    job_row_clear(&row);
    return true;
}

static RtJobState
find_state(const char *state)
{
    if (g_strcmp0(state, "FINISHED") == 0)
        return RT_JOB_DONE;
    return g_strcmp0(state, "CANCELLED") == 0 ? RT_JOB_CANCELLED : RT_JOB_RUNNING;
}

static bool
find_job(RtConnection *connection, const RtName *object, const char *mark, RtJob *out_job,
         GError **error)
{
    JobRow row;
    if (!read_newest(connection, object, &row, error))
        return false;
    *out_job = (RtJob){ .state = RT_JOB_NONE, .percent = -1 };
    if (row.id && g_strcmp0(row.id, mark) != 0)
        *out_job = (RtJob){ .state = find_state(row.state),
                            .id = g_steal_pointer(&row.id),
                            .message = g_steal_pointer(&row.message),
                            .percent = row.percent };
    job_row_clear(&row);
    return true;
}

static bool
cancel_job(RtConnection *connection, const RtName *object, const char *id, GError **error)
{
    (void) object;
    g_autofree char *sql = g_strdup_printf("CANCEL JOB %s", id);
    return rt_connection_execute(connection, sql, error);
}

static const RtJobs jobs = { .mark = mark_jobs, .find = find_job, .cancel = cancel_job };

/* ---- own tables -------------------------------------------------------------------------------
 */

static void
append_table_name(GString *sql, const RtOwnTable *table)
{
    if (table->schema) {
        rt_name_print(sql, &rt_toy_lexicon, table->schema);
        g_string_append_c(sql, '.');
    }
    rt_name_print(sql, &rt_toy_lexicon, table->name);
}

static void
append_own_column(GString *sql, const RtOwnColumn *column)
{
    rt_name_print(sql, &rt_toy_lexicon, column->name);
    if (column->is_number)
        g_string_append(sql, " BIGINT");
    else if (column->length)
        g_string_append_printf(sql, " VARCHAR(%u)", column->length);
    else
        g_string_append(sql, " STRING");
    if (column->not_null)
        g_string_append(sql, " NOT NULL");
}

static char *
create_own(const RtDialect *dialect, const RtOwnTable *table)
{
    (void) dialect;
    GString *sql = g_string_new("CREATE TABLE IF NOT EXISTS ");
    append_table_name(sql, table);
    const char *separator = " (\n    ";
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(sql, separator);
        append_own_column(sql, &table->columns[i]);
        separator = ",\n    ";
    }
    bool has_key = false;
    for (unsigned i = 0; i < table->n_columns; i++) {
        if (!table->columns[i].is_key)
            continue;
        g_string_append(sql, has_key ? ", " : ",\n    PRIMARY KEY (");
        rt_name_print(sql, &rt_toy_lexicon, table->columns[i].name);
        has_key = true;
    }
    g_string_append(sql, has_key ? ")\n)" : "\n)");
    if (table->properties)
        g_string_append_printf(sql, " PROPERTIES (%s)", table->properties);
    return g_string_free(sql, FALSE);
}

static char *
put_own(const RtDialect *dialect, const RtOwnTable *table, const char *const *values)
{
    (void) dialect;
    GString *sql = g_string_new("REPLACE INTO ");
    append_table_name(sql, table);
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(sql, i ? ", " : " (");
        rt_name_print(sql, &rt_toy_lexicon, table->columns[i].name);
    }
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append(sql, i ? ", " : ") VALUES (");
        if (!values[i])
            g_string_append(sql, "NULL");
        else if (table->columns[i].is_number)
            g_string_append(sql, values[i]);
        else
            rt_string_print(sql, &rt_toy_lexicon, values[i]);
    }
    g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

static const RtOwnTables own = { .create = create_own, .put = put_own };

/* ---- the dialect ------------------------------------------------------------------------------
 */

static const char *const schemes[] = { "toy", NULL };

const RtDialect rt_dialect_toy = {
    .name = "toy",
    .label = "Toy",
    .lexicon = &rt_toy_lexicon,
    .rules = &rt_toy_rules,
    .capabilities = RT_CAN_QUALIFY | RT_CAN_RENAME_TABLE | RT_CAN_RENAME_COLUMN,
    .statements = rt_toy_statements,
    .elements = rt_toy_elements,
    .n_elements = RT_TOY_N_ELEMENTS,
    .forms = rt_toy_forms,
    .others = rt_toy_others,
    .complete = rt_toy_complete,
    .check = rt_toy_check,
    .change = rt_toy_change,
    .effect = rt_toy_effect,
    .reflect = reflect,
    .jobs = &jobs,
    .own = &own,
    .schemes = schemes,
    .assumed = { .product = "Toy", .major = 1, .backends = 1 },
};

const RtDialect *const rt_toy_dialects[] = { &rt_dialect_toy, NULL };
