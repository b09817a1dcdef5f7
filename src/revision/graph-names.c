/*
 * What a name means: ids, beginnings of ids, labels, head, heads, base, and LABEL@ before them.
 * Relative identifiers are read in graph-relative.c.
 */
#include <string.h>

#include "revision/graph-internal.h"

const RtRevision rt_graph_below_base = { .id = "base", .message = "" };

bool
rt_revision_has_label(const RtRevision *revision, const char *label)
{
    return g_strv_contains(revision->labels, label);
}

static void
report_multiple_heads(const GPtrArray *heads, const char *argument, GError **error)
{
    g_autoptr(GString) ids = g_string_new(NULL);
    for (size_t i = 0; i < heads->len; i++) {
        const RtRevision *head = g_ptr_array_index(heads, i);
        g_string_append_printf(ids, "%s%s", i ? ", " : "", head->id);
    }
    const char *symbol = strchr(argument, '@');
    rt_error_set(error, RT_ERROR_MULTIPLE_HEADS,
                 "Multiple head revisions are present for given argument '%s'; please specify a "
                 "specific target revision, '<branchname>@%s' to narrow to a specific head, or "
                 "'heads' for all heads (they are %s)",
                 argument, symbol ? symbol + 1 : argument, ids->str);
}

/* Alembic matches labels as well as ids, both only when they are longer than three characters. */
static bool
is_beginning(const char *name, const char *beginning)
{
    return strlen(name) > 3 && g_str_has_prefix(name, beginning);
}

/* A name that matches, with the revision it stands for: a label counts beside its revision. */
static void
add_match(GPtrArray *names, GPtrArray *revisions, const char *name, const RtRevision *revision)
{
    g_ptr_array_add(names, (char *) name);
    g_ptr_array_add(revisions, (RtRevision *) revision);
}

static void
report_ambiguous(const char *beginning, const GPtrArray *names, GError **error)
{
    g_autoptr(GString) some = g_string_new(NULL);
    for (size_t i = 0; i < names->len && i < 3; i++)
        g_string_append_printf(some, "%s'%s'", i ? ", " : "",
                               (const char *) g_ptr_array_index(names, i));
    rt_error_set(error, RT_ERROR_AMBIGUOUS_PREFIX,
                 "Can't locate revision identified by '%s': Multiple revisions start with '%s': "
                 "%s%s; give more characters",
                 beginning, beginning, some->str, names->len > 3 ? "…" : "");
}

static void
report_not_found(const char *name, GError **error)
{
    rt_error_set(error, RT_ERROR_NOT_FOUND,
                 "Can't locate revision identified by '%s': no script has this id or label%s", name,
                 strlen(name) < 4 ? "; please ensure at least four characters are present for "
                                    "partial revision identifier matches"
                                  : "");
}

static bool
keep_lineage(const RtGraph *graph, const char *label, GPtrArray *names, GPtrArray *revisions,
             GError **error)
{
    g_autofree RtRevisionSet *lineage = rt_graph_lineage(graph, label, false, error);
    unsigned kept = 0;
    for (unsigned i = 0; lineage && i < revisions->len; i++) {
        const RtRevision *revision = revisions->pdata[i];
        if (!lineage[revision->index])
            continue;
        revisions->pdata[kept] = revisions->pdata[i];
        names->pdata[kept++] = names->pdata[i];
    }
    g_ptr_array_set_size(revisions, kept);
    g_ptr_array_set_size(names, kept);
    return lineage != NULL;
}

/* The one revision whose id or label begins so, in the lineage of `label` if there is one. */
static bool
find_beginning(const RtGraph *graph, const char *beginning, const char *label,
               const RtRevision **out_revision, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GPtrArray) revisions = g_ptr_array_new();
    for (size_t i = 0; i < graph->count && *beginning; i++)
        if (is_beginning(graph->revisions[i].id, beginning))
            add_match(names, revisions, graph->revisions[i].id, &graph->revisions[i]);
    for (size_t i = 0; i < graph->labels->len && *beginning; i++) {
        const RtLabel *other = &g_array_index(graph->labels, RtLabel, i);
        if (is_beginning(other->name, beginning))
            add_match(names, revisions, other->name, other->revision);
    }
    if (label && revisions->len && !keep_lineage(graph, label, names, revisions, error))
        return false;
    if (revisions->len == 0)
        report_not_found(beginning, error);
    else if (revisions->len > 1)
        report_ambiguous(beginning, names, error);
    else
        *out_revision = g_ptr_array_index(revisions, 0);
    return revisions->len == 1;
}

bool
rt_graph_find_branch(const RtGraph *graph, const char *label, const RtRevision **out_revision,
                     GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (rt_graph_find_name(graph, label, NULL, out_revision, &cause))
        return true;
    rt_error_set(error, RT_ERROR_NO_SUCH_BRANCH, "No such branch: '%s' (%s)", label,
                 cause->message);
    return false;
}

/* Whether one of the two leads to the other, by parents only. */
static bool
share_lineage(const RtGraph *graph, const RtRevision *left, const RtRevision *right)
{
    g_autoptr(GPtrArray) start = g_ptr_array_new();
    g_autofree RtRevisionSet *set = g_new0(RtRevisionSet, graph->count);
    bool is_left_higher = left->level > right->level;
    g_ptr_array_add(start, (RtRevision *) (is_left_higher ? left : right));
    rt_graph_reach(graph, start, RT_REACH_PARENTS, set);
    return set[(is_left_higher ? right : left)->index];
}

bool
rt_graph_find_name(const RtGraph *graph, const char *name, const char *label,
                   const RtRevision **out_revision, GError **error)
{
    const RtRevision *branch = NULL;
    if (label && !rt_graph_find_branch(graph, label, &branch, error))
        return false;
    const RtRevision *revision = name ? g_hash_table_lookup(graph->by_name, name) : NULL;
    if (name && !revision && !find_beginning(graph, name, label, &revision, error))
        return false;
    if (branch && revision && !share_lineage(graph, revision, branch)) {
        rt_error_set(error, RT_ERROR_NOT_IN_BRANCH,
                     "Can't locate revision identified by '%s@%s': Revision %s is not a member of "
                     "branch '%s'",
                     label, name, revision->id, label);
        return false;
    }
    *out_revision = revision;
    return true;
}

/* An identifier taken apart; `names` are exact or partial, none is the base. */
typedef struct Reading {
    char *label; /* NULL where none is written */
    GPtrArray *names;
} Reading;

static void
clear_reading(Reading *reading)
{
    g_free(reading->label);
    g_ptr_array_unref(reading->names);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, clear_reading)

static GPtrArray *
list_revisions(RtRevisionList list)
{
    GPtrArray *revisions = g_ptr_array_new();
    for (size_t i = 0; i < list.count; i++)
        g_ptr_array_add(revisions, (RtRevision *) list.items[i]);
    return revisions;
}

/* `head` and `heads`, within the lineage of the label if there is one. */
static bool
read_heads(const RtGraph *graph, const char *label, bool is_one, Reading *reading, GError **error)
{
    bool is_effective = !is_one && !label;
    g_autoptr(GPtrArray) heads =
        list_revisions(is_effective ? graph->effective_heads : graph->heads);
    if (label && *label) {
        GPtrArray *related = rt_graph_filter_lineage(graph, heads, label, false, error);
        if (!related)
            return false;
        g_ptr_array_unref(heads);
        heads = related;
    }
    if (is_one && heads->len > 1) {
        g_autofree char *argument =
            label && *label ? g_strdup_printf("%s@head", label) : g_strdup("head");
        report_multiple_heads(heads, argument, error);
        return false;
    }
    for (size_t i = 0; i < heads->len; i++)
        g_ptr_array_add(reading->names, (char *) ((RtRevision *) heads->pdata[i])->id);
    return true;
}

/* Names stay borrowed from the identifier and the graph. */
static bool
read_identifier(const RtGraph *graph, const char *identifier, Reading *reading, GError **error)
{
    const char *at = identifier ? strchr(identifier, '@') : NULL;
    const char *symbol = at ? at + 1 : identifier;
    reading->names = g_ptr_array_new();
    reading->label = at ? g_strndup(identifier, at - identifier) : NULL;
    if (g_strcmp0(symbol, "heads") == 0)
        return read_heads(graph, reading->label, false, reading, error);
    if (g_strcmp0(symbol, "head") == 0)
        return read_heads(graph, reading->label, true, reading, error);
    if (symbol && strcmp(symbol, "base") != 0)
        g_ptr_array_add(reading->names, (char *) symbol);
    return true;
}

static const char *
label_to_check(const Reading *reading)
{
    return reading->label && *reading->label ? reading->label : NULL;
}

/*
 * What `against` covers: marks in `set` all that descend from it or lead to it. `base` and the
 * empty name cover everything.
 */
static bool
mark_lineage(const RtGraph *graph, const Reading *against, bool with_dependencies,
             RtRevisionSet *set, GError **error)
{
    g_autoptr(GPtrArray) shared = g_ptr_array_new();
    const RtRevision *revision = NULL;
    if (label_to_check(against)) {
        if (!rt_graph_find_name(graph, against->label, NULL, &revision, error))
            return false;
        g_ptr_array_add(shared, (RtRevision *) revision);
    }
    for (size_t i = 0; i < against->names->len; i++) {
        if (!rt_graph_find_name(graph, against->names->pdata[i], NULL, &revision, error))
            return false;
        g_ptr_array_add(shared, (RtRevision *) revision);
    }
    g_autofree RtRevisionSet *above = g_new0(RtRevisionSet, graph->count);
    rt_graph_reach(graph, shared, with_dependencies ? RT_REACH_REQUIRES : RT_REACH_PARENTS, set);
    rt_graph_reach(graph, shared, with_dependencies ? RT_REACH_REQUIRED_BY : RT_REACH_CHILDREN,
                   above);
    for (size_t i = 0; i < graph->count; i++)
        set[i] |= above[i] || shared->len == 0;
    return true;
}

RtRevisionSet *
rt_graph_lineage(const RtGraph *graph, const char *against, bool with_dependencies, GError **error)
{
    g_auto(Reading) reading = { 0 };
    g_autofree RtRevisionSet *set = g_new0(RtRevisionSet, graph->count + 1);
    if (!read_identifier(graph, against, &reading, error) ||
        !mark_lineage(graph, &reading, with_dependencies, set, error))
        return NULL;
    return g_steal_pointer(&set);
}

GPtrArray *
rt_graph_filter_lineage(const RtGraph *graph, const GPtrArray *revisions, const char *against,
                        bool with_dependencies, GError **error)
{
    g_auto(Reading) reading = { 0 };
    if (!read_identifier(graph, against, &reading, error))
        return NULL;
    g_autoptr(GPtrArray) related = g_ptr_array_new();
    g_autofree RtRevisionSet *set = g_new0(RtRevisionSet, graph->count);
    if (revisions->len && !mark_lineage(graph, &reading, with_dependencies, set, error))
        return NULL;
    for (size_t i = 0; i < revisions->len; i++) {
        const RtRevision *revision = g_ptr_array_index(revisions, i);
        if (set[revision->index])
            g_ptr_array_add(related, (RtRevision *) revision);
    }
    return g_steal_pointer(&related);
}

/* -N: so many down from each effective head, of the branch if one is written. */
static bool
resolve_down_from_heads(const RtGraph *graph, const Reading *reading, int steps,
                        GPtrArray *out_revisions, GError **error)
{
    for (size_t i = 0; i < graph->effective_heads.count; i++) {
        const RtRevision *head = graph->effective_heads.items[i], *revision = NULL;
        if (reading->label && !rt_revision_has_label(head, reading->label))
            continue;
        RtWalk walk = { .start = head, .steps = steps };
        if (!rt_graph_walk(graph, walk, &revision, error))
            return false;
        g_ptr_array_add(out_revisions, (RtRevision *) revision);
    }
    return true;
}

/* The number of a name that is -N and nothing else; 0 for any other. */
static int
read_negative(const char *name)
{
    if (name[0] != '-' || !g_ascii_isdigit(name[1]) ||
        strspn(name + 1, "0123456789") != strlen(name + 1))
        return 0;
    guint64 number = g_ascii_strtoull(name + 1, NULL, 10);
    return number > G_MAXINT ? -G_MAXINT : -(int) number;
}

bool
rt_graph_resolve_into(const RtGraph *graph, const char *identifier, GPtrArray *out_revisions,
                      GError **error)
{
    g_auto(Reading) reading = { 0 };
    if (!read_identifier(graph, identifier, &reading, error))
        return false;
    int steps = reading.names->len == 1 ? read_negative(reading.names->pdata[0]) : 0;
    if (steps < 0)
        return resolve_down_from_heads(graph, &reading, steps, out_revisions, error);
    for (size_t i = 0; i < reading.names->len; i++) {
        const RtRevision *revision = NULL;
        if (!rt_graph_find_name(graph, reading.names->pdata[i], label_to_check(&reading), &revision,
                                error))
            return false;
        g_ptr_array_add(out_revisions, (RtRevision *) revision);
    }
    return true;
}

bool
rt_graph_resolve_list_into(const RtGraph *graph, const char *const *identifiers,
                           GPtrArray *out_revisions, GError **error)
{
    for (size_t i = 0; identifiers && identifiers[i]; i++)
        if (!rt_graph_resolve_into(graph, identifiers[i], out_revisions, error))
            return false;
    return true;
}

bool
rt_graph_resolve_target_into(const RtGraph *graph, RtTarget target, GPtrArray *out_revisions,
                             GError **error)
{
    if (target.text)
        return rt_graph_resolve_into(graph, target.text, out_revisions, error);
    return rt_graph_resolve_list_into(graph, target.list, out_revisions, error);
}

bool
rt_graph_resolve(const RtGraph *graph, const char *identifier, const RtRevision **out_revision,
                 GError **error)
{
    g_auto(Reading) reading = { 0 };
    if (!read_identifier(graph, identifier, &reading, error))
        return false;
    if (reading.names->len > 1) {
        g_autoptr(GPtrArray) heads = g_ptr_array_new();
        for (size_t i = 0; i < reading.names->len; i++)
            g_ptr_array_add(heads, (RtRevision *) rt_graph_find(graph, reading.names->pdata[i]));
        report_multiple_heads(heads, identifier, error);
        return false;
    }
    return rt_graph_find_name(graph, reading.names->len ? reading.names->pdata[0] : NULL,
                              label_to_check(&reading), out_revision, error);
}

/* To callers outside, the base and what is below it are both "nothing". */
static void
hide_base(GPtrArray *revisions)
{
    for (size_t i = 0; i < revisions->len; i++)
        if (revisions->pdata[i] == &rt_graph_below_base)
            revisions->pdata[i] = NULL;
}

GPtrArray *
rt_graph_resolve_all(const RtGraph *graph, const char *const *identifiers, GError **error)
{
    g_autoptr(GPtrArray) revisions = g_ptr_array_new();
    if (!rt_graph_resolve_list_into(graph, identifiers, revisions, error))
        return NULL;
    hide_base(revisions);
    return g_steal_pointer(&revisions);
}

GPtrArray *
rt_graph_select(const RtGraph *graph, const char *identifier, const char *const *rows,
                GError **error)
{
    const char *const one[] = { identifier, NULL };
    return rt_graph_resolve_all(graph, strcmp(identifier, "current") == 0 ? rows : one, error);
}
