/* Rebuild blocks: the session's settings around them, what is asked before and after. */
#include "migrate/rebuild.h"

#include "migrate/step.h"

static bool
take_value(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    *(char **) data = n ? g_strdup(values[0]) : NULL;
    return false;
}

static bool
assign(RtRunner *runner, const RtRebuildSetting *setting, const char *value, GError **error)
{
    g_autofree char *sql = g_strconcat(setting->set, value, NULL);
    return rt_runner_send(runner, sql, NULL, NULL, NULL, error);
}

bool
rt_rebuild_check(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
                 GError **error)
{
    const RtDialect *dialect = runner->database->dialect;
    if (!dialect->check_rebuild)
        return true;
    const RtRebuild *rebuild = &migration->half.rebuilds[step->rebuild];
    g_autoptr(GPtrArray) statements = g_ptr_array_new();
    for (unsigned i = 0; i < migration->half.n_steps; i++) {
        const RtScriptStep *other = &migration->half.steps[i];
        if (other->rebuild == step->rebuild && other->kind == RT_SCRIPT_STATEMENT)
            g_ptr_array_add(statements, (char *) other->sql);
    }
    GError *cause = NULL;
    if (dialect->check_rebuild(dialect, runner->database->connection, rebuild->table,
                               (const char *const *) statements->pdata, statements->len, &cause))
        return true;
    rt_step_fail(error, migration, step, cause);
    return false;
}

/* ---- rows that break a rule of the schema -----------------------------------------------------
 */

static char *
describe_row(unsigned n, const char *const *values, const char *const *names)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(text, "%s%s %s", i ? ", " : "", names[i],
                               values[i] ? values[i] : "NULL");
    return g_string_free(text, FALSE);
}

static bool
keep_violation(void *data, unsigned n, const char *const *values, const char *const *names)
{
    g_hash_table_add(data, describe_row(n, values, names));
    return true;
}

/* A violation that was not there before, and then no more are asked for. */
typedef struct Search {
    GHashTable *known;
    char *found;
} Search;

static bool
find_new_violation(void *data, unsigned n, const char *const *values, const char *const *names)
{
    Search *search = data;
    g_autofree char *row = describe_row(n, values, names);
    if (!g_hash_table_contains(search->known, row))
        search->found = g_steal_pointer(&row);
    return !search->found;
}

static bool
keep_violations(RtRunner *runner, GError **error)
{
    const char *const *queries = runner->database->dialect->rebuild_verify;
    runner->violations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; queries && queries[i]; i++) {
        if (!rt_runner_send(runner, queries[i], keep_violation, runner->violations, NULL, error))
            return false;
    }
    return true;
}

bool
rt_rebuild_verify(RtRunner *runner, const RtMigration *migration, GError **error)
{
    const char *const *queries = runner->database->dialect->rebuild_verify;
    if (!migration->half.n_rebuilds)
        return true;
    for (unsigned i = 0; queries && queries[i]; i++) {
        Search search = { .known = runner->violations };
        if (!rt_runner_send(runner, queries[i], find_new_violation, &search, NULL, error))
            return false;
        g_autofree char *found = search.found;
        if (!found)
            continue;
        rt_error_set(error, RT_ERROR_REJECTED,
                     "a row breaks a foreign key after the rebuild%s%s: %s",
                     migration->revision ? " in revision " : "",
                     migration->revision ? migration->revision->id : "", found);
        return false;
    }
    return true;
}

/* ---- around a rebuild -------------------------------------------------------------------------
 */

bool
rt_rebuild_begin(RtRunner *runner, GError **error)
{
    const RtRebuildSetting *setting = runner->database->dialect->rebuild_settings;
    g_return_val_if_fail(!runner->settings, false);
    runner->settings = g_ptr_array_new_with_free_func(g_free);
    for (; setting && setting->ask; setting++) {
        g_autofree char *value = NULL;
        if (!rt_runner_send(runner, setting->ask, take_value, &value, NULL, error))
            return false;
        g_ptr_array_add(runner->settings,
                        value ? g_steal_pointer(&value) : g_strdup(setting->usual));
        if (!setting->is_local && !assign(runner, setting, setting->value, error))
            return false;
    }
    return keep_violations(runner, error);
}

bool
rt_rebuild_enter(RtRunner *runner, GError **error)
{
    const RtRebuildSetting *setting = runner->database->dialect->rebuild_settings;
    for (; setting && setting->ask; setting++) {
        if (setting->is_local && !assign(runner, setting, setting->value, error))
            return false;
    }
    return true;
}

bool
rt_rebuild_leave(RtRunner *runner, GError **error)
{
    const RtRebuildSetting *settings = runner->database->dialect->rebuild_settings;
    for (unsigned i = 0; i < runner->settings->len; i++) {
        const char *value = runner->settings->pdata[i];
        if (settings[i].is_local && value && !assign(runner, &settings[i], value, error))
            return false;
    }
    return true;
}

bool
rt_rebuild_end(RtRunner *runner, GError **error)
{
    const RtRebuildSetting *settings = runner->database->dialect->rebuild_settings;
    g_autoptr(GPtrArray) values = g_steal_pointer(&runner->settings);
    g_clear_pointer(&runner->violations, g_hash_table_unref);
    bool ok = true;
    for (unsigned i = 0; values && i < values->len; i++) {
        if (values->pdata[i])
            ok = assign(runner, &settings[i], values->pdata[i], ok ? error : NULL) && ok;
    }
    return ok;
}
