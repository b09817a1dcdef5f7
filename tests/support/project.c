/* Projects for tests: scripts written by hand, one target, listeners that remember. */
#include "support/project.h"

#include "dialect/render.h"
#include "toy/toy.h"

#include <glib/gstdio.h>
#include <string.h>

/* The statements of scripts: what retort sends beside them has a logger with a point. */
static void
note_statement(void *data, const char *logger, const char *sql)
{
    if (strchr(logger, '.'))
        return;
    g_ptr_array_add(((TestProject *) data)->statements, g_strdup(sql));
}

static void
note_notice(void *data, RtLevel level, const char *logger, const char *message)
{
    (void) level, (void) logger;
    g_ptr_array_add(((TestProject *) data)->notices, g_strdup(message));
}

static void
note_progress(void *data, const char *what, int percent)
{
    (void) percent;
    g_ptr_array_add(((TestProject *) data)->notices, g_strdup(what));
}

static bool
answer_question(void *data, const char *question)
{
    TestProject *project = data;
    g_free(project->question);
    project->question = g_strdup(question);
    return project->answer;
}

TestProject *
test_project_new(const char *url)
{
    TestProject *project = g_new0(TestProject, 1);
    project->folder = g_dir_make_tmp("retort-run-XXXXXX", NULL);
    g_assert_nonnull(project->folder);
    g_autofree char *versions = g_build_filename(project->folder, "versions", NULL);
    g_assert_cmpint(g_mkdir(versions, 0700), ==, 0);
    g_autoptr(GString) text = g_string_new(url);
    g_string_replace(text, "%s", project->folder, 1);
    project->url = g_strdup(text->str);
    project->statements = g_ptr_array_new_with_free_func(g_free);
    project->notices = g_ptr_array_new_with_free_func(g_free);
    project->events = (RtEvents){ .data = project,
                                  .statement = note_statement,
                                  .notice = note_notice,
                                  .progress = note_progress,
                                  .confirm = answer_question,
                                  .cancel = &project->cancel };
    project->options = (RtRunOptions){ .events = &project->events,
                                       .owner = "tester@nowhere:1",
                                       .lock_timeout_ms = 300,
                                       .lease_ms = 100,
                                       .settle_ms = 1,
                                       .poll_ms = 1,
                                       .refused_risks = RT_RISK_DATA_LOSS,
                                       .is_unattended = true };
    return project;
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;
    while (directory && (name = g_dir_read_name(directory))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_tree(child);
    }
    g_remove(path);
}

void
test_project_close(TestProject *project)
{
    g_clear_pointer(&project->state, rt_state_free);
    g_clear_pointer(&project->database, rt_database_free);
    g_clear_pointer(&project->scripts, rt_folder_free);
}

void
test_project_free(TestProject *project)
{
    test_project_close(project);
    remove_tree(project->folder);
    g_ptr_array_unref(project->statements);
    g_ptr_array_unref(project->notices);
    g_free(project->question);
    g_free(project->folder);
    g_free(project->url);
    g_free(project);
}

void
test_project_script(TestProject *project, const char *id, const char *down, const char *upgrade,
                    const char *downgrade)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "-- revision: %s\n-- down_revision: %s\n-- message: make %s\n", id,
                           down ? down : "", id);
    if (upgrade)
        g_string_append_printf(text, "\n-- retort: upgrade\n%s\n", upgrade);
    if (downgrade)
        g_string_append_printf(text, "\n-- retort: downgrade\n%s\n", downgrade);
    g_autofree char *path = g_strdup_printf("%s/versions/%s.sql", project->folder, id);
    g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
}

/* The program's dialects and the toy. */
static const RtDialect *const *
all_dialects(TestProject *project)
{
    unsigned n = 0;
    for (; rt_dialects[n] && n < G_N_ELEMENTS(project->dialects) - 2; n++)
        project->dialects[n] = rt_dialects[n];
    project->dialects[n] = &rt_dialect_toy;
    return project->dialects;
}

void
test_project_open(TestProject *project)
{
    static const RtStateNames names = { .version = "retort_version" };
    GError *error = NULL;
    test_project_close(project);
    RtConnectionOptions options = { .url = project->url,
                                    .lock_timeout_ms = 2000,
                                    .events = &project->events };
    project->database =
        rt_database_open(all_dialects(project), project->url, NULL, &options, &error);
    g_assert_no_error(error);
    RtFolderOptions folder = { .script_location = project->folder };
    project->scripts = rt_folder_open(&folder, &error);
    g_assert_no_error(error);
    project->state =
        rt_state_new(project->database->dialect, project->database->connection, &names);
    project->options.url = project->url;
}

static void
check_rows(TestProject *project, const RtMigrationPlan *plan)
{
    GError *error = NULL;
    g_autofree char *versions = test_project_versions(project);
    g_autoptr(GString) rows = g_string_new(NULL);
    for (guint i = 0; i < plan->rows_after->len; i++)
        g_string_append_printf(rows, "%s%s", i ? " " : "", (char *) plan->rows_after->pdata[i]);
    g_assert_no_error(error);
    g_assert_cmpstr(versions, ==, rows->str);
}

bool
test_project_run(TestProject *project, RtGoal goal, const char *target, GError **error)
{
    const char *targets[] = { target, NULL };
    RtRequest request = { .goal = goal, .targets = targets };
    GError *failure = NULL;
    g_autoptr(RtMigrationPlan) plan = rt_run(project->scripts, project->database, project->state,
                                             &request, &project->options, &failure);
    if (project->after_run)
        project->after_run(project);
    if (!failure) {
        check_rows(project, plan);
        return true;
    }
    g_propagate_error(error, failure);
    return false;
}

void
test_project_upgrade(TestProject *project, const char *target)
{
    GError *error = NULL;
    if (!test_project_run(project, RT_GOAL_UPGRADE, target, &error)) {
        g_autofree char *text = rt_error_describe(error);
        g_error("%s", text);
    }
}

void
test_project_downgrade(TestProject *project, const char *target)
{
    GError *error = NULL;
    test_project_run(project, RT_GOAL_DOWNGRADE, target, &error);
    g_assert_no_error(error);
}

static bool
append_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    GString *text = data;
    if (text->len)
        g_string_append_c(text, ';');
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(text, "%s%s", i ? "|" : "", values[i] ? values[i] : "NULL");
    return true;
}

char *
test_project_query(TestProject *project, const char *sql)
{
    GError *error = NULL;
    GString *text = g_string_new(NULL);
    bool ok = rt_connection_query(project->database->connection, sql, append_row, text, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    return g_string_free(text, FALSE);
}

bool
test_project_execute(TestProject *project, const char *sql)
{
    g_autoptr(GError) error = NULL;
    return rt_connection_execute(project->database->connection, sql, &error);
}

char *
test_project_schema(TestProject *project)
{
    GError *error = NULL;
    RtDatabase *database = project->database;
    const RtDialect *dialect = database->dialect;
    g_autoptr(RtModel) model = rt_model_new(dialect->default_schema);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    GString *text = g_string_new(NULL);
    bool ok = rt_database_reflect(database, catalog, rt_state_tables(project->state), NULL, NULL,
                                  &error) &&
              rt_render_catalog(dialect, &database->server, catalog, text, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
    return g_string_free(text, FALSE);
}

char *
test_project_versions(TestProject *project)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) rows = rt_state_read_versions(project->state, NULL, &error);
    g_assert_no_error(error);
    g_ptr_array_add(rows, NULL);
    return g_strjoinv(" ", (char **) rows->pdata);
}

unsigned
test_project_count_sent(const TestProject *project, const char *beginning)
{
    unsigned n = 0;
    for (guint i = 0; i < project->statements->len; i++)
        n += g_str_has_prefix(project->statements->pdata[i], beginning);
    return n;
}

bool
test_project_has_notice(const TestProject *project, const char *part)
{
    for (guint i = 0; i < project->notices->len; i++) {
        if (strstr(project->notices->pdata[i], part))
            return true;
    }
    return false;
}
