/* Works out the header of a new revision: what it stands on, and whether it may. */
#include <string.h>

#include "revision/graph-internal.h"

#include "base/text.h"

void
rt_new_revision_free(RtNewRevision *revision)
{
    if (!revision)
        return;
    g_strfreev(revision->down_revisions);
    g_strfreev(revision->depends_on);
    g_strfreev(revision->branch_labels);
    g_strfreev(revision->heads_after);
    g_free(revision);
}

static void
report_bad_heads(GError **error, const GError *cause)
{
    if (rt_error_is(cause, RT_ERROR_MULTIPLE_HEADS))
        rt_error_set(error, RT_ERROR_MULTIPLE_HEADS,
                     "Multiple heads are present; please specify the head revision on which the "
                     "new revision should be based, or perform a merge (%s)",
                     cause->message);
    else
        g_propagate_error(error, g_error_copy(cause));
}

static bool
check_distinct(const GPtrArray *heads, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < heads->len; i++) {
        const RtRevision *head = heads->pdata[i];
        if (g_hash_table_add(seen, heads->pdata[i]))
            continue;
        rt_error_set(error, RT_ERROR_DUPLICATE_HEADS,
                     "Duplicate head revisions specified: %s is named more than once",
                     head ? head->id : "base");
        return false;
    }
    return true;
}

static void
report_below_base(GError **error)
{
    rt_error_set(error, RT_ERROR_RELATIVE_TOO_FAR,
                 "Walked too far: a relative identifier leads below the base; write 'base'");
}

static bool
check_head(const RtRevision *head, bool splice, GError **error)
{
    if (head == &rt_graph_below_base) {
        report_below_base(error);
        return false;
    }
    if (head && !splice && !head->is_head) {
        rt_error_set(error, RT_ERROR_NEEDS_SPLICE,
                     "Revision %s is not a head revision; please specify --splice to create a new "
                     "branch from this revision",
                     head->id);
        return false;
    }
    return true;
}

static GPtrArray *
find_heads(const RtGraph *graph, const RtNewRevisionOptions *options, GError **error)
{
    static const char *const head[] = { "head", NULL };
    g_autoptr(GPtrArray) heads = g_ptr_array_new();
    g_autoptr(GError) cause = NULL;
    if (!rt_graph_resolve_list_into(graph, options->heads ? options->heads : head, heads, &cause)) {
        report_bad_heads(error, cause);
        return NULL;
    }
    if (!check_distinct(heads, error))
        return NULL;
    for (size_t i = 0; i < heads->len; i++)
        if (!check_head(heads->pdata[i], options->splice, error))
            return NULL;
    return g_steal_pointer(&heads);
}

static bool
check_names(const RtGraph *graph, const RtNewRevisionOptions *options, GError **error)
{
    const RtRevision *other = g_hash_table_lookup(graph->by_name, options->id);
    if (other) {
        rt_error_set(error, RT_ERROR_DUPLICATE_REVISION,
                     "Revision %s is present more than once: %s has this id already", options->id,
                     other->path ? other->path : other->id);
        return false;
    }
    for (size_t i = 0; options->branch_labels && options->branch_labels[i]; i++) {
        const char *label = options->branch_labels[i];
        other = g_hash_table_lookup(graph->by_name, label);
        bool is_repeated = strcmp(label, options->id) == 0;
        for (size_t j = 0; j < i; j++)
            is_repeated |= strcmp(label, options->branch_labels[j]) == 0;
        if (!other && !is_repeated)
            continue;
        rt_error_set(error, RT_ERROR_DUPLICATE_LABEL,
                     "Branch name '%s' in revision %s already used by revision %s; choose another "
                     "label",
                     label, options->id, other ? other->id : options->id);
        return false;
    }
    return true;
}

/* A label stays a label, so that the dependency follows it when the branch grows. */
static char *
find_dependency(const RtGraph *graph, const char *name, GError **error)
{
    const RtRevision *revision = NULL;
    if (!rt_graph_resolve(graph, name, &revision, error))
        return NULL;
    if (!revision) {
        rt_error_set(error, RT_ERROR_NOT_FOUND,
                     "Can't locate revision identified by '%s': it is no revision to depend on",
                     name);
        return NULL;
    }
    return g_strdup(rt_revision_has_label(revision, name) ? name : revision->id);
}

static bool
find_dependencies(const RtGraph *graph, const char *const *names, GStrvBuilder *dependencies,
                  GError **error)
{
    for (size_t i = 0; names && names[i]; i++) {
        g_autofree char *dependency = find_dependency(graph, names[i], error);
        if (!dependency)
            return false;
        g_strv_builder_add(dependencies, dependency);
    }
    return true;
}

static char **
list_heads_after(const RtGraph *graph, GPtrArray *covered, const char *id)
{
    GPtrArray *ids = g_ptr_array_new();
    for (size_t i = 0; i < graph->heads.count; i++) {
        const RtRevision *head = graph->heads.items[i];
        if (!g_ptr_array_find(covered, head, NULL))
            g_ptr_array_add(ids, g_strdup(head->id));
    }
    g_ptr_array_add(ids, g_strdup(id));
    g_ptr_array_sort(ids, rt_compare_strings);
    g_ptr_array_add(ids, NULL);
    return (char **) g_ptr_array_free(ids, FALSE);
}

RtNewRevision *
rt_graph_new_revision(const RtGraph *graph, const RtNewRevisionOptions *options, GError **error)
{
    if (!rt_revision_check_id(options->id, error))
        return NULL;
    g_autoptr(GPtrArray) heads = find_heads(graph, options, error);
    g_autoptr(GStrvBuilder) dependencies = g_strv_builder_new();
    g_autoptr(GStrvBuilder) down_revisions = g_strv_builder_new();
    if (!heads || !find_dependencies(graph, options->depends_on, dependencies, error) ||
        !check_names(graph, options, error))
        return NULL;
    if (heads->len > 1 && g_ptr_array_find(heads, NULL, NULL)) {
        report_below_base(error);
        return NULL;
    }
    for (size_t i = 0; i < heads->len; i++)
        if (heads->pdata[i])
            g_strv_builder_add(down_revisions, ((const RtRevision *) heads->pdata[i])->id);
    static const char *const none[] = { NULL };
    RtNewRevision *revision = g_new0(RtNewRevision, 1);
    revision->down_revisions = g_strv_builder_end(down_revisions);
    revision->depends_on = g_strv_builder_end(dependencies);
    revision->branch_labels =
        g_strdupv((char **) (options->branch_labels ? options->branch_labels : none));
    revision->heads_after = list_heads_after(graph, heads, options->id);
    revision->first_head = heads->len ? heads->pdata[0] : NULL;
    return revision;
}
