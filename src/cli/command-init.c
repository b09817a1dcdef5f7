/* init and list-templates: new projects. */
#include "cli/answer.h"
#include "cli/commands.h"
#include "work/init.h"

static const RtOption options[] = {
    { "template", 't', "NAME", "what the configuration is prepared for; see list-templates" },
    { NULL },
};

static int
run_init(RtInvocation *invocation, GError **error)
{
    const char *config = rt_invocation_value(invocation, "config");
    if (!config)
        config = g_getenv("RETORT_CONFIG");
    const RtInit init = {
        .config = config ?: "retort.ini",
        .folder = rt_invocation_argument(invocation, 0),
        .template_name = rt_invocation_value(invocation, "template"),
        .url = rt_invocation_value(invocation, "url"),
    };
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    if (!rt_init(&init, rt_dialects, lines, error))
        return -1;
    if (invocation->is_json) {
        rt_answer_json(invocation, json_pack("{s:o}", "done", rt_answer_string_array(lines)));
        return 0;
    }
    for (unsigned i = 0; i < lines->len && invocation->verbosity >= 0; i++)
        rt_invocation_print(invocation, "%s", (char *) g_ptr_array_index(lines, i));
    return 0;
}

const RtCommand rt_command_init = {
    .name = "init",
    .arguments = "[DIR]",
    .max_arguments = 1,
    .summary = "Write the first files of a project",
    .description =
        "Writes retort.ini and schema.sql into the working folder and makes DIR/versions\n"
        "(default: migrations/versions). With -c FILE, schema.sql and the default are beside\n"
        "that file. The configuration names the database of --url, and its dialect. Files that\n"
        "are there are kept.",
    .examples = "retort init\nretort init --url sqlite:///shop.db db/migrations",
    .options = options,
    .run = run_init,
};

static int
run_list_templates(RtInvocation *invocation, GError **error)
{
    (void) error;
    g_autoptr(GArray) templates = rt_init_templates(rt_dialects);
    json_t *array = json_array();
    for (unsigned i = 0; i < templates->len; i++) {
        const RtTemplate *one = &g_array_index(templates, RtTemplate, i);
        if (invocation->is_json)
            json_array_append_new(
                array, json_pack("{s:s, s:s}", "name", one->name, "summary", one->summary));
        else
            rt_invocation_print(invocation, "%s - %s", one->name, one->summary);
    }
    if (invocation->is_json)
        rt_answer_json(invocation, json_incref(array));
    json_decref(array);
    return 0;
}

const RtCommand rt_command_list_templates = {
    .name = "list-templates",
    .summary = "List what `init --template` can prepare for",
    .examples = "retort list-templates",
    .run = run_list_templates,
};
