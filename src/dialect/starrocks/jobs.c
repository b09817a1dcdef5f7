/*
 * Jobs of tables: SHOW ALTER TABLE COLUMN, OPTIMIZE and ROLLUP. The number of a job grows, its
 * times have seconds only: newer is by number. A table with indexes has a row for each.
 */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

static const char *const kinds[] = { "COLUMN", "OPTIMIZE", "ROLLUP" };

/* The newest job that was found, and how it is. */
typedef struct Newest {
    guint64 number;
    unsigned kind;
    bool is_running, is_cancelled;
    int percent;
    char *message;
} Newest;

static const char *
find_value(unsigned n, const char *const *values, const char *const *names, const char *name)
{
    for (unsigned i = 0; i < n; i++) {
        if (g_ascii_strcasecmp(names[i], name) == 0)
            return values[i];
    }
    return NULL;
}

static void
take_state(Newest *newest, const char *state, const char *progress, const char *message)
{
    bool is_cancelled = g_strcmp0(state, "CANCELLED") == 0;
    newest->is_cancelled |= is_cancelled;
    newest->is_running |= !is_cancelled && g_strcmp0(state, "FINISHED") != 0;
    if (progress && g_ascii_isdigit(*progress))
        newest->percent = (int) g_ascii_strtoll(progress, NULL, 10);
    if (message && *message && !newest->message)
        newest->message = g_strdup(message);
}

static bool
take_job(void *data, unsigned statement, unsigned n, const char *const *values,
         const char *const *names)
{
    Newest *newest = data;
    const char *id = find_value(n, values, names, "JobId");
    guint64 number = id ? g_ascii_strtoull(id, NULL, 10) : 0;
    if (!number || number < newest->number)
        return true;
    if (number > newest->number) {
        g_free(newest->message);
        *newest = (Newest){ .number = number, .kind = statement, .percent = -1 };
    }
    take_state(newest, find_value(n, values, names, "State"),
               find_value(n, values, names, "Progress"), find_value(n, values, names, "Msg"));
    return true;
}

static char *
write_show(const RtName *table, const char *kind)
{
    GString *sql = g_string_new("SHOW ALTER TABLE ");
    g_string_append(sql, kind);
    if (table->schema) {
        g_string_append(sql, " FROM ");
        rt_name_print(sql, &starrocks_lexicon, table->schema);
    }
    g_string_append(sql, " WHERE TableName = ");
    rt_string_print(sql, &starrocks_lexicon, table->text);
    return g_string_free(sql, FALSE);
}

static bool
find_newest(RtConnection *connection, const RtName *table, Newest *out_newest, GError **error)
{
    char *shows[G_N_ELEMENTS(kinds)];
    *out_newest = (Newest){ .percent = -1 };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        shows[i] = write_show(table, kinds[i]);
    bool done = rt_connection_query_many(connection, (const char *const *) shows,
                                         G_N_ELEMENTS(kinds), take_job, NULL, out_newest, error);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_free(shows[i]);
    if (!done)
        g_clear_pointer(&out_newest->message, g_free);
    return done;
}

/* "10023 COLUMN": the kind is needed to cancel it. */
static char *
write_id(const Newest *newest)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s", newest->number, kinds[newest->kind]);
}

static bool
mark_job(RtConnection *connection, const RtName *object, char **out_mark, GError **error)
{
    Newest newest;
    if (!find_newest(connection, object, &newest, error))
        return false;
    *out_mark = newest.number ? write_id(&newest) : NULL;
    g_free(newest.message);
    return true;
}

static bool
find_job(RtConnection *connection, const RtName *object, const char *mark, RtJob *out_job,
         GError **error)
{
    Newest newest;
    guint64 known = mark ? g_ascii_strtoull(mark, NULL, 10) : 0;
    if (!find_newest(connection, object, &newest, error))
        return false;
    *out_job = (RtJob){ .state = RT_JOB_NONE, .percent = -1 };
    if (newest.number > known) {
        out_job->state = newest.is_running     ? RT_JOB_RUNNING
                         : newest.is_cancelled ? RT_JOB_CANCELLED
                                               : RT_JOB_DONE;
        out_job->id = write_id(&newest);
        out_job->message = g_steal_pointer(&newest.message);
        out_job->percent = newest.percent;
    }
    g_free(newest.message);
    return true;
}

static bool
cancel_job(RtConnection *connection, const RtName *object, const char *id, GError **error)
{
    const char *kind = strchr(id, ' ');
    g_autoptr(GString) sql = g_string_new("CANCEL ALTER TABLE ");
    g_string_append(sql, kind ? kind + 1 : kinds[0]);
    g_string_append(sql, " FROM ");
    rt_render_name(sql, &rt_dialect_starrocks, object);
    return rt_connection_execute(connection, sql->str, error);
}

const RtJobs starrocks_jobs = {
    .mark = mark_job,
    .find = find_job,
    .cancel = cancel_job,
    .rules = &starrocks_job_rules,
};
