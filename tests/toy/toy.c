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
        RtCatalog *catalog, const RtReading *reading, GPtrArray *notes, GError **error)
{
    (void) reading;
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
    const char *mark; /* of the job after which one is looked for; NULL: from the first on */
    bool is_first, is_past;
    char *id, *state, *message;
    int percent;
} JobRow;

static void
job_row_clear(JobRow *row)
{
    g_clear_pointer(&row->id, g_free);
    g_clear_pointer(&row->state, g_free);
    g_clear_pointer(&row->message, g_free);
}

static bool
keep_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    JobRow *row = data;
    bool is_past = row->is_past;
    row->is_past = row->is_past || g_strcmp0(values[0], row->mark) == 0;
    if (row->is_first && (row->id || !is_past))
        return true;
    job_row_clear(row);
    row->id = g_strdup(n > 0 ? values[0] : NULL);
    row->state = g_strdup(n > 1 ? values[1] : NULL);
    row->percent = n > 2 && values[2] ? (int) g_ascii_strtoll(values[2], NULL, 10) : -1;
    row->message = g_strdup(n > 3 ? values[3] : NULL);
    return true;
}

static bool
read_jobs(RtConnection *connection, const RtName *object, JobRow *row, GError **error)
{
    g_autoptr(GString) sql = g_string_new("SHOW JOBS FROM ");
    if (object->schema) {
        rt_name_print(sql, &rt_toy_lexicon, object->schema);
        g_string_append_c(sql, '.');
    }
    rt_name_print(sql, &rt_toy_lexicon, object->text);
    if (rt_connection_query(connection, sql->str, keep_row, row, error))
        return true;
    job_row_clear(row);
    return false;
}

static RtJobState
find_state(const char *state)
{
    if (g_strcmp0(state, "FINISHED") == 0)
        return RT_JOB_DONE;
    return g_strcmp0(state, "CANCELLED") == 0 ? RT_JOB_CANCELLED : RT_JOB_RUNNING;
}

static bool
find_job(RtConnection *connection, const RtName *object, JobRow *row, RtJob *out_job,
         GError **error)
{
    if (!read_jobs(connection, object, row, error))
        return false;
    *out_job = (RtJob){ .state = RT_JOB_NONE, .percent = -1 };
    if (row->id)
        *out_job = (RtJob){ .state = find_state(row->state),
                            .id = g_steal_pointer(&row->id),
                            .message = g_steal_pointer(&row->message),
                            .percent = row->percent };
    job_row_clear(row);
    return true;
}

static bool
find_jobs(RtConnection *connection, const RtName *const *objects, const char *const *marks,
          unsigned n, RtJob *out_jobs, GError **error)
{
    for (unsigned i = 0; i < n; i++) {
        JobRow row = { .mark = marks ? marks[i] : NULL, .is_first = marks };
        row.is_past = !row.mark;
        if (find_job(connection, objects[i], &row, &out_jobs[i], error))
            continue;
        while (i-- > 0) {
            g_free(out_jobs[i].id);
            g_free(out_jobs[i].message);
        }
        return false;
    }
    return true;
}

static const RtJobs jobs = { .find = find_jobs };

/* ---- own tables -------------------------------------------------------------------------------
 */

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
create_own(const RtDialect *dialect, const RtOwnTable *table, bool is_new)
{
    (void) dialect;
    GString *sql = g_string_new(is_new ? "CREATE TABLE " : "CREATE TABLE IF NOT EXISTS ");
    rt_own_append_name(sql, &rt_toy_lexicon, table);
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
rename_own(const RtDialect *dialect, const RtOwnTable *table, const char *new_name)
{
    (void) dialect;
    GString *sql = g_string_new("ALTER TABLE ");
    rt_own_append_name(sql, &rt_toy_lexicon, table);
    g_string_append(sql, " RENAME TO ");
    rt_name_print(sql, &rt_toy_lexicon, new_name);
    return g_string_free(sql, FALSE);
}

static char *
drop_own(const RtDialect *dialect, const RtOwnTable *table)
{
    (void) dialect;
    GString *sql = g_string_new("DROP TABLE IF EXISTS ");
    rt_own_append_name(sql, &rt_toy_lexicon, table);
    return g_string_free(sql, FALSE);
}

static const RtOwnTables own = {
    .lock = RT_OWN_LOCK_GENERATIONS,
    .create = create_own,
    .put = "REPLACE INTO",
    .rename = rename_own,
    .drop = drop_own,
};

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
