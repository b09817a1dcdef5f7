/* Programs as steps: what they are told, and what becomes of what they say. */
#include "migrate/command.h"

#include "base/process.h"

#include <jansson.h>

static char *
make_input(const RtRunner *runner, const RtMigration *migration)
{
    const char *context = runner->options->context;
    json_t *object = context ? json_loads(context, 0, NULL) : NULL;
    if (!json_is_object(object)) {
        json_decref(object);
        object = json_object();
    }
    const char *revision = migration->revision ? migration->revision->id : NULL;
    json_object_set_new(object, "revision", revision ? json_string(revision) : json_null());
    json_object_set_new(object, "direction",
                        json_string(migration->direction == RT_UP ? "up" : "down"));
    g_autofree char *dumped = json_dumps(object, JSON_COMPACT);
    char *text = g_strconcat(dumped, "\n", NULL);
    json_decref(object);
    return text;
}

static char **
make_environment(const RtRunner *runner)
{
    const char *url = runner->options->url;
    g_autofree char *printed = url ? NULL : rt_url_print_secret(runner->database->url);
    return g_environ_setenv(g_get_environ(), "RETORT_URL", url ? url : printed, TRUE);
}

bool
rt_command_run(RtRunner *runner, const RtMigration *migration, const char *command, GError **error)
{
    g_autofree char *input = make_input(runner, migration);
    g_auto(GStrv) environment = make_environment(runner);
    g_autofree char *said = NULL;
    const RtConnection *connection = runner->database->connection;
    RtProcess process = { .command = command,
                          .environment = environment,
                          .input = input,
                          .while_waiting = connection->while_waiting,
                          .while_waiting_data = connection->while_waiting_data };
    if (!rt_process_run(&process, &said, NULL, error))
        return false;
    if (*g_strchomp(said))
        rt_events_notice(runner->events, RT_LEVEL_INFO, "retort.run", "%s", said);
    return true;
}
