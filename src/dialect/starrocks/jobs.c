/*
 * Jobs of tables: SHOW ALTER TABLE COLUMN, OPTIMIZE and ROLLUP. The number of a job grows, its
 * times have seconds only: newer is by number. A table with indexes has a row for each; the job
 * that builds a synchronous materialized view is also the view's.
 */
#include "dialect/starrocks/starrocks.h"
#include "sql/tokens.h"

#include <string.h>

static const char *const kinds[] = { "COLUMN", "OPTIMIZE", "ROLLUP" };
enum { N_FILTERED = 2 }; /* those that are asked for by table; rollups have a name of their own */

/* The job of an object that was found: the first after the mark, or the newest. */
typedef struct Found {
    const RtName *object;
    guint64 mark;
    bool is_first;
    guint64 number;
    unsigned kind;
    bool is_running, is_cancelled;
    int percent;
    char *message;
} Found;

typedef struct Search {
    RtConnection *connection;
    Found *found; /* by object */
} Search;

static void
take_state(Found *found, const char *state, const char *progress, const char *message)
{
    bool is_cancelled = g_strcmp0(state, "CANCELLED") == 0;
    found->is_cancelled |= is_cancelled;
    found->is_running |= !is_cancelled && g_strcmp0(state, "FINISHED") != 0;
    if (progress && g_ascii_isdigit(*progress))
        found->percent = (int) g_ascii_strtoll(progress, NULL, 10);
    if (message && *message && !found->message)
        found->message = g_strdup(message);
}

static bool
take_job(void *data, unsigned statement, unsigned n, const char *const *values,
         const char *const *names)
{
    Found *found = &((Search *) data)->found[statement / G_N_ELEMENTS(kinds)];
    const char *name = found->object->text;
    const char *id = rt_row_value("JobId", n, values, names);
    guint64 number = id ? g_ascii_strtoull(id, NULL, 10) : 0;
    bool is_better =
        found->is_first && found->number ? number <= found->number : number >= found->number;
    bool is_its_own = g_strcmp0(rt_row_value("TableName", n, values, names), name) == 0 ||
                      g_strcmp0(rt_row_value("RollupIndexName", n, values, names), name) == 0;
    if (number <= found->mark || !is_better || !is_its_own)
        return true;
    if (number != found->number) {
        g_free(found->message);
        *found = (Found){ .object = found->object,
                          .mark = found->mark,
                          .is_first = found->is_first,
                          .number = number,
                          .kind = statement % G_N_ELEMENTS(kinds),
                          .percent = -1 };
    }
    take_state(found, rt_row_value("State", n, values, names),
               rt_row_value("Progress", n, values, names), rt_row_value("Msg", n, values, names));
    return true;
}

/* What is in no database that is there has no jobs. */
static bool
is_absent(void *data, unsigned statement, const GError *error)
{
    (void) statement, (void) error;
    return ((const Search *) data)->connection->failure.class == RT_FAILURE_NOT_FOUND;
}

static char *
write_show(const RtName *object, unsigned kind)
{
    GString *sql = g_string_new("SHOW ALTER TABLE ");
    g_string_append(sql, kinds[kind]);
    if (object->schema) {
        g_string_append(sql, " FROM ");
        rt_name_print(sql, &starrocks_lexicon, object->schema);
    }
    if (kind < N_FILTERED) {
        g_string_append(sql, " WHERE TableName = ");
        rt_string_print(sql, &starrocks_lexicon, object->text);
    }
    return g_string_free(sql, FALSE);
}

static bool
find_all(RtConnection *connection, Found *found, unsigned n, GError **error)
{
    Search search = { connection, found };
    g_autoptr(GPtrArray) shows = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < n; i++) {
        for (unsigned j = 0; j < G_N_ELEMENTS(kinds); j++)
            g_ptr_array_add(shows, write_show(found[i].object, j));
    }
    return rt_connection_query_many(connection, (const char *const *) shows->pdata, shows->len,
                                    take_job, is_absent, &search, error);
}

/* "10023 COLUMN": with what SHOW ALTER TABLE and CANCEL ALTER TABLE call it by. */
static char *
write_id(const Found *found)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s", found->number, kinds[found->kind]);
}

static RtJob
make_job(Found *found)
{
    if (!found->number)
        return (RtJob){ .state = RT_JOB_NONE, .percent = -1 };
    return (RtJob){
        .state = found->is_running     ? RT_JOB_RUNNING
                 : found->is_cancelled ? RT_JOB_CANCELLED
                                       : RT_JOB_DONE,
        .id = write_id(found),
        .message = g_steal_pointer(&found->message),
        .percent = found->percent,
    };
}

static bool
find_jobs(RtConnection *connection, const RtName *const *objects, const char *const *marks,
          unsigned n, RtJob *out_jobs, GError **error)
{
    g_autofree Found *found = g_new0(Found, n);
    for (unsigned i = 0; i < n; i++) {
        const char *mark = marks ? marks[i] : NULL;
        found[i] = (Found){ .object = objects[i],
                            .mark = mark ? g_ascii_strtoull(mark, NULL, 10) : 0,
                            .is_first = marks };
    }
    bool done = find_all(connection, found, n, error);
    for (unsigned i = 0; i < n; i++) {
        if (done)
            out_jobs[i] = make_job(&found[i]);
        g_free(found[i].message);
    }
    return done;
}

const RtJobs starrocks_jobs = {
    .find = find_jobs,
    .rules = &starrocks_job_rules,
};
