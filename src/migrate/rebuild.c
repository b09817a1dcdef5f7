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
rt_rebuild_begin(RtRunner *runner, GError **error)
{
    const RtRebuildSetting *setting = runner->database->dialect->rebuild_settings;
    g_return_val_if_fail(!runner->settings, false);
    runner->settings = g_ptr_array_new_with_free_func(g_free);
    for (; setting && setting->ask; setting++) {
        char *value = NULL;
        if (!rt_runner_send(runner, setting->ask, take_value, &value, NULL, error))
            return false;
        g_ptr_array_add(runner->settings, value ? value : g_strdup(setting->usual));
        if (!assign(runner, setting, setting->value, error))
            return false;
    }
    return true;
}

bool
rt_rebuild_end(RtRunner *runner, GError **error)
{
    const RtRebuildSetting *settings = runner->database->dialect->rebuild_settings;
    g_autoptr(GPtrArray) values = g_steal_pointer(&runner->settings);
    bool ok = true;
    for (unsigned i = 0; values && i < values->len; i++) {
        if (values->pdata[i])
            ok = assign(runner, &settings[i], values->pdata[i], ok ? error : NULL) && ok;
    }
    return ok;
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

static bool
take_violation(void *data, unsigned n, const char *const *values, const char *const *names)
{
    GString *text = data;
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(text, "%s%s %s", i ? ", " : "", names[i],
                               values[i] ? values[i] : "NULL");
    return false;
}

bool
rt_rebuild_verify(RtRunner *runner, const RtMigration *migration, GError **error)
{
    const char *const *queries = runner->database->dialect->rebuild_verify;
    if (!migration->half.n_rebuilds)
        return true;
    for (unsigned i = 0; queries && queries[i]; i++) {
        g_autoptr(GString) violation = g_string_new(NULL);
        if (!rt_runner_send(runner, queries[i], take_violation, violation, NULL, error))
            return false;
        if (!violation->len)
            continue;
        g_autofree char *title = rt_migration_title(migration);
        rt_error_set(error, RT_ERROR_REJECTED,
                     "rows break a foreign key after the rebuild in %s: %s", title, violation->str);
        return false;
    }
    return true;
}
