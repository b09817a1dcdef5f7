/* Reads what is declared and what is stored, and keeps the pairs. */
#include "work/accept.h"

#include "base/nearest.h"
#include "state/definition.h"

static bool
keep(RtProject *project, const RtCatalog *declared, GPtrArray *names, bool accepts,
     const RtDefinitions *definitions, unsigned *out_kept, GError **error)
{
    RtDatabase *database = rt_project_database(project, false, error);
    if (!database)
        return false;
    const RtDialect *dialect = database->dialect;
    g_autoptr(RtCatalog) live =
        rt_catalog_new(rt_catalog_model(declared), dialect->rules, dialect->lexicon);
    return rt_database_reflect_some(database, live, (const RtName *const *) names->pdata,
                                    names->len, error) &&
           rt_definitions_keep(definitions, live, declared, accepts, out_kept, error);
}

bool
rt_keep_definitions(RtProject *project, const RtCatalog *declared, GError **error)
{
    RtDatabase *database = rt_project_database(project, false, error);
    RtState *state = database ? rt_project_state(project, false, error) : NULL;
    if (!state)
        return false;
    if (!rt_definitions_are_needed(database->dialect, &database->server))
        return true;
    g_autoptr(RtDefinitions) definitions = rt_definitions_read(state, &database->server, error);
    if (!definitions)
        return false;
    g_autoptr(GPtrArray) names = rt_definitions_missing(definitions, declared);
    return !names->len || keep(project, declared, names, false, definitions, NULL, error);
}

/* ---- by hand ----------------------------------------------------------------------------------
 */

static char *
print_name(const RtName *name)
{
    return name->schema ? g_strdup_printf("%s.%s", name->schema, name->text) : g_strdup(name->text);
}

/* Takes all out but the one that is named. */
static bool
pick_object(RtCatalog *declared, const char *object, GError **error)
{
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);
    unsigned n_found = 0;
    for (unsigned i = 0; i < rt_catalog_size(declared); i++) {
        const RtObject *one = rt_catalog_at(declared, i);
        g_autofree char *name = one ? print_name(one->name) : NULL;
        if (!name)
            continue;
        if (g_str_equal(name, object)) {
            n_found++;
            continue;
        }
        rt_catalog_remove(declared, one);
        g_ptr_array_add(others, g_steal_pointer(&name));
    }
    if (n_found)
        return true;
    const char *near = rt_nearest(object, (const char *const *) others->pdata, others->len);
    rt_error_set(error, RT_ERROR_USAGE, "`%s` is not declared%s%s%s", object,
                 near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
    return false;
}

static RtCatalog *
load_declared(RtProject *project, RtModel *model, const RtDialect *dialect, const char *object,
              GError **error)
{
    g_autoptr(RtCatalog) declared = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    if (!rt_project_load_schema(project, declared, rt_project_problems(project), NULL, error) ||
        (object && !pick_object(declared, object, error)))
        return NULL;
    return g_steal_pointer(&declared);
}

bool
rt_accept_definitions(RtProject *project, const char *object, unsigned *out_kept, GError **error)
{
    RtDatabase *database =
        rt_project_schema(project, error) ? rt_project_database(project, false, error) : NULL;
    RtState *state = database ? rt_project_state(project, false, error) : NULL;
    if (!state)
        return false;
    if (!rt_definitions_are_needed(database->dialect, &database->server)) {
        rt_error_set(error, RT_ERROR_UNSUPPORTED,
                     "%s %u.%u.%u keeps every text as it is given: there is nothing to accept",
                     database->server.product, database->server.major, database->server.minor,
                     database->server.patch);
        return false;
    }
    g_autoptr(RtModel) model = rt_model_new(database->schema);
    g_autoptr(RtCatalog) declared = load_declared(project, model, database->dialect, object, error);
    g_autoptr(RtDefinitions) definitions =
        declared ? rt_definitions_read(state, &database->server, error) : NULL;
    if (!definitions)
        return false;
    g_autoptr(GPtrArray) names = rt_definitions_names(definitions, declared);
    *out_kept = 0;
    return !names->len || keep(project, declared, names, true, definitions, out_kept, error);
}
