/* ping: whether the database answers, and what it is. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "export/json.h"

#include <string.h>

/* What was found, for both forms of the answer. */
typedef struct Ping {
    RtDatabase *database;
    char *url;
    bool has_version_table;
    GPtrArray *rows;
    GPtrArray *privileges;
    RtJournalRow *open;
} Ping;

static char *
describe_version(const RtServer *server)
{
    return g_strdup_printf("%u.%u.%u", server->major, server->minor, server->patch);
}

/* The revision of the open run, "apply" of one that has none; NULL: nothing is open. */
static const char *
name_open(const RtJournalRow *open)
{
    return open && !open->revision ? open->direction : open ? open->revision : NULL;
}

static void
answer_json(RtInvocation *invocation, const Ping *ping)
{
    const RtServer *server = &ping->database->server;
    g_autofree char *version = describe_version(server);
    rt_answer_json(invocation,
                   json_pack("{s:o, s:s, s:s?, s:s, s:o, s:o, s:o, s:b, s:b, s:o, s:o}", "url",
                             rt_json_text(ping->url), "dialect", ping->database->dialect->name,
                             "server", server->product, "version", version, "run_mode",
                             rt_json_text(server->run_mode), "backends",
                             server->backends >= 0 ? json_integer(server->backends) : json_null(),
                             "privileges", rt_answer_string_array(ping->privileges), "exists",
                             ping->database->connection != NULL, "version_table",
                             ping->has_version_table, "current", rt_answer_string_array(ping->rows),
                             "interrupted", rt_json_text(name_open(ping->open))));
}

static void
answer_text(RtInvocation *invocation, const Ping *ping)
{
    const RtServer *server = &ping->database->server;
    g_autofree char *version = describe_version(server);
    rt_invocation_print(invocation, "url            %s", ping->url);
    rt_invocation_print(invocation, "server         %s %s%s", server->product, version,
                        ping->database->connection ? ""
                                                   : " (assumed: the file is not there yet, "
                                                     "it is made by the first upgrade)");
    if (server->run_mode)
        rt_invocation_print(invocation, "run mode       %s", server->run_mode);
    if (server->backends >= 0)
        rt_invocation_print(invocation, "backends       %d", server->backends);
    for (unsigned i = 0; i < ping->privileges->len; i++)
        rt_invocation_print(invocation, "%-14s %s", i ? "" : "privileges",
                            (char *) g_ptr_array_index(ping->privileges, i));
    g_autoptr(GString) rows = g_string_new(NULL);
    for (unsigned i = 0; i < ping->rows->len; i++)
        g_string_append_printf(rows, "%s%s", i ? ", " : "",
                               (char *) g_ptr_array_index(ping->rows, i));
    rt_invocation_print(invocation, "version table  %s",
                        !ping->has_version_table ? "none yet; `retort upgrade` makes it"
                        : rows->len              ? rows->str
                                                 : "empty");
    if (ping->open)
        rt_answer_interrupted(invocation, "interrupted    ", ping->open);
}

static int
run_ping(RtInvocation *invocation, GError **error)
{
    RtProject *project = rt_invocation_project(invocation, error);
    RtDatabase *database = project ? rt_project_database(project, true, error) : NULL;
    RtState *state = database ? rt_project_state(project, true, error) : NULL;
    g_autoptr(GError) failure = NULL;
    g_autoptr(GPtrArray) privileges = g_ptr_array_new_with_free_func(g_free);
    Ping ping = { .database = database, .privileges = privileges };
    if (state && database->connection &&
        !rt_connection_privileges(database->connection, privileges, &failure)) {
        g_ptr_array_add(privileges, g_strdup_printf("not told: %s", failure->message));
        g_clear_error(&failure);
    }
    g_auto(RtStanding) standing = { 0 };
    if (!state || !rt_state_read_standing(state, &standing, error))
        return -1;
    g_autofree char *url = rt_url_print(database->url);
    ping.url = url;
    ping.rows = standing.rows;
    ping.has_version_table = standing.has_version_table;
    ping.open = standing.open;
    if (invocation->is_json)
        answer_json(invocation, &ping);
    else
        answer_text(invocation, &ping);
    return 0;
}

const RtCommand rt_command_ping = {
    .name = "ping",
    .summary = "Connect to the database and say what it is",
    .examples = "retort ping\nretort ping --url sqlite:///app.db --json",
    .run = run_ping,
};
