/* After a run, on servers that store other texts than they are given: what they have made of them.
 */
#include "migrate/remember.h"

#include "source/source.h"
#include "state/definition.h"

/* What the scripts have made, up to the rows of the version table. */
static RtCatalog *
replay(const RtRunner *runner, RtModel *model, GError **error)
{
    const RtDialect *dialect = runner->database->dialect;
    RtSourceContext context = { .dialect = dialect,
                                .server = runner->database->server,
                                .folder = runner->folder };
    g_autoptr(GPtrArray) rows = rt_state_read_versions(runner->state, NULL, error);
    if (!rows)
        return NULL;
    g_ptr_array_add(rows, NULL);
    g_autoptr(RtCatalog) made = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    if (!rt_replay_rows(&context, made, (const char *const *) rows->pdata, error))
        return NULL;
    return g_steal_pointer(&made);
}

static bool
remember(RtRunner *runner, GError **error)
{
    const RtDatabase *database = runner->database;
    g_autoptr(RtModel) model = rt_model_new(database->schema);
    g_autoptr(RtCatalog) made = replay(runner, model, error);
    g_autoptr(RtDefinitions) definitions =
        made ? rt_definitions_read(runner->state, &database->server, error) : NULL;
    if (!definitions)
        return false;
    g_autoptr(GPtrArray) names = rt_definitions_missing(definitions, made);
    if (!names->len)
        return true;
    g_autoptr(RtCatalog) live = rt_runner_reflect(runner, model, names, error);
    return live && rt_definitions_keep(definitions, live, made, false, NULL, error);
}

void
rt_remember_definitions(RtRunner *runner)
{
    const RtDatabase *database = runner->database;
    g_autoptr(GError) failure = NULL;
    if (!runner->folder || !rt_definitions_are_needed(database->dialect, &database->server) ||
        remember(runner, &failure))
        return;
    rt_events_notice(runner->events, RT_LEVEL_WARNING, "retort.migrate",
                     "what the server has stored for views could not be kept, the next run tries "
                     "again: %s",
                     failure->message);
}
