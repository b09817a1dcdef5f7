/*
 * A project: its configuration and what follows from it. Everything is opened when it is first
 * asked for, so that a command pays only for what it uses.
 */
#pragma once

#include "migrate/run.h"
#include "source/source.h"
#include "work/settings.h"

typedef struct RtProject RtProject;

/* What the command line (or a program) says over the configuration. Borrowed by the project. */
typedef struct RtProjectOptions {
    const RtDialect *const *dialects; /* NULL-ended */
    const char *config;               /* NULL: RETORT_CONFIG, else retort.ini where there is one */
    const char *environment;
    const char *url;              /* NULL: RETORT_URL, else the configuration */
    const char *dialect;          /* NULL: the configuration, else the URL */
    const char *const *variables; /* "key=value", NULL-ended */
    const RtEvents *events;
    bool is_unattended;
} RtProjectOptions;

/* How a risk is taken: [lint]. */
typedef enum RtLintLevel {
    RT_LINT_OFF,
    RT_LINT_NOTE,
    RT_LINT_WARNING,
    RT_LINT_REFUSE,
} RtLintLevel;

/* Reads the configuration, where there is one. */
RtProject *rt_project_open(const RtProjectOptions *options,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_project_free(RtProject *project);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtProject, rt_project_free)

/* All errors of the sources that were loaded (of GError *); the first is the one reported. */
GPtrArray *rt_project_problems(const RtProject *project);
RtSettings *rt_project_settings(const RtProject *project);
const RtProjectOptions *rt_project_options(const RtProject *project);

/* The scripts. RT_ERROR_CONFIG without a configuration, or one without script_location. */
RtFolder *rt_project_folder(RtProject *project, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The database's URL, or NULL with no error where none is configured. */
bool rt_project_url(RtProject *project, const char **out_url,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The dialect of the project; RT_ERROR_CONFIG where nothing says it. */
const RtDialect *rt_project_dialect(RtProject *project, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * The database, connected; the same each time. `read_only` of the first call counts: a command that
 * writes asks so first. RT_ERROR_CONFIG where no URL is configured.
 */
RtDatabase *rt_project_database(RtProject *project, bool read_only,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Own tables of the database above. */
RtState *rt_project_state(RtProject *project, bool read_only,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_project_state_names(RtProject *project, RtStateNames *out_names,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What sources are loaded with. Opens the scripts only where there is a configuration. */
const RtSourceContext *rt_project_sources(RtProject *project,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What the dialect is assumed to run on where no server answers: [DIALECT] version, …, and the
   schema that the project's URL names. */
bool rt_project_server(RtProject *project, const RtDialect *dialect, RtServer *out_server,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Data loss is refused unless the configuration says otherwise, other risks are warnings. */
bool rt_project_lint_level(RtProject *project, RtRisk risk, RtLintLevel *out_level,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_project_run_options(RtProject *project, RtRunOptions *out_options,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The sources of the declared schema; RT_ERROR_CONFIG when none is configured. NULL-ended. */
const char *const *rt_project_schema(RtProject *project, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Loads the declared schema, all its sources into one catalog. */
bool rt_project_load_schema(RtProject *project, RtCatalog *catalog, GPtrArray *problems,
                            GPtrArray *notes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
