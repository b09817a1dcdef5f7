/* inspect: a source's schema as SQL or JSON. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "dialect/parse.h"
#include "dialect/render.h"
#include "export/json.h"

#include <string.h>

static const RtOption options[] = {
    { "format", 0, "FORMAT", "sql (default) or json" },
    { "schemas", 0, "LIST", "schemas read of a database beside its default, as patterns" },
    { NULL },
};

static bool
answer_catalog(RtInvocation *invocation, const RtDialect *dialect, const RtServer *server,
               RtCatalog *catalog, bool is_json, GError **error)
{
    if (!is_json)
        return rt_render_catalog(dialect, server, catalog, invocation->out, error);
    rt_answer_json(invocation, rt_export_json(dialect, catalog));
    return true;
}

static int
inspect(RtInvocation *invocation, RtProject *project, const char *source, bool is_json,
        GError **error)
{
    const RtSourceContext *sources = rt_project_sources(project, error);
    const RtDialect *dialect = sources ? rt_source_dialect(sources, source, error) : NULL;
    RtServer server;
    if (!dialect || !rt_project_server(project, dialect, &server, error))
        return -1;
    RtSourceContext context = *sources;
    const char *list = rt_invocation_value(invocation, "schemas");
    g_auto(GStrv) schemas = list ? g_strsplit(list, ",", -1) : NULL;
    if (schemas)
        context.schemas = (const char *const *) schemas;
    g_autofree char *schema = rt_source_schema(sources, dialect, source);
    g_autoptr(RtModel) model = rt_model_new(schema);
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    if (!rt_source_load(&context, source, catalog, rt_project_problems(project), notes, error))
        return -1;
    for (unsigned i = 0; i < notes->len; i++)
        rt_events_notice(rt_invocation_events(invocation), RT_LEVEL_INFO, "retort.source", "%s",
                         (char *) g_ptr_array_index(notes, i));
    if (rt_source_is_url(source) && !(dialect->capabilities & RT_KEEPS_TEXT))
        rt_catalog_make_plain(catalog);
    return answer_catalog(invocation, dialect, &server, catalog, is_json, error) ? 0 : -1;
}

static int
run_inspect(RtInvocation *invocation, GError **error)
{
    const char *format = rt_invocation_value(invocation, "format");
    if (!format)
        format = invocation->is_json ? "json" : "sql";
    bool is_json = strcmp(format, "json") == 0;
    if (!is_json && strcmp(format, "sql") != 0) {
        rt_error_set(error, RT_ERROR_USAGE, "there is no format `%s`: sql or json", format);
        return -1;
    }
    RtProject *project = rt_invocation_project(invocation, error);
    return project
               ? inspect(invocation, project, rt_invocation_argument(invocation, 0), is_json, error)
               : -1;
}

const RtCommand rt_command_inspect = {
    .name = "inspect",
    .arguments = "SOURCE",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "Show the schema of a source as SQL or JSON",
    .description =
        "A source is a .sql file or folder, -, exec:COMMAND, a database URL, or\n"
        "scripts[@REVISION]. The SQL creates the schema when it is run on an empty database.",
    .examples = "retort inspect scripts\nretort inspect schema.sql --format json",
    .options = options,
    .run = run_inspect,
};
