/* Makes the context of commands from the variables of the command line. */
#include "work/context.h"

#include "export/json.h"

#include <string.h>

json_t *
rt_context_new(const RtProject *project)
{
    json_t *variables = json_object();
    const char *const *one = rt_project_options(project)->variables;
    for (; one && *one; one++) {
        const char *equal = strchr(*one, '=');
        g_autofree char *key = equal ? g_strndup(*one, (size_t) (equal - *one)) : g_strdup(*one);
        json_object_set_new(variables, key, rt_json_text(equal ? equal + 1 : ""));
    }
    return json_pack("{s:o}", "variables", variables);
}
