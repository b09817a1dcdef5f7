/* Relative identifiers: +N, -N, ID+N, LABEL@-N and the walks that they ask for. */
#include <string.h>

#include "revision/graph-internal.h"

/* `[LABEL@][SYMBOL](+|-)N`, all of it; `label` and `symbol` are NULL where nothing is written. */
typedef struct Relative {
    char *label, *symbol;
    int steps;
} Relative;

static void
clear_relative(Relative *relative)
{
    g_free(relative->label);
    g_free(relative->symbol);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Relative, clear_relative)

static bool
read_relative(const char *text, Relative *relative)
{
    const char *at = strrchr(text, '@');
    const char *symbol = at ? at + 1 : text;
    const char *sign = strpbrk(symbol, "+-");
    if (!sign || at == text || !sign[1] || strspn(sign + 1, "0123456789") != strlen(sign + 1))
        return false;
    guint64 number = g_ascii_strtoull(sign + 1, NULL, 10);
    relative->steps = (int) MIN(number, (guint64) G_MAXINT) * (*sign == '-' ? -1 : 1);
    relative->label = at ? g_strndup(text, at - text) : NULL;
    relative->symbol = sign > symbol ? g_strndup(symbol, sign - symbol) : NULL;
    return true;
}

static void
report_too_far(const char *what, int steps, GError **error)
{
    int count = ABS(steps);
    rt_error_set(error, RT_ERROR_RELATIVE_TOO_FAR,
                 "Relative revision %s didn't produce %d migrations: there are not so many "
                 "revisions in that direction",
                 what, count);
}

static void
report_walked_too_far(const char *target, GError **error)
{
    rt_error_set(error, RT_ERROR_RELATIVE_TOO_FAR,
                 "Walked too far: '%s' leads beyond the last revision", target);
}

/* The places one step away. Below a base is one place, further down there is none. */
static void
list_next(const RtGraph *graph, const RtRevision *place, bool upwards, GPtrArray *next)
{
    if (place == &rt_graph_below_base)
        return;
    RtRevisionList list = upwards ? graph->bases : graph->heads;
    if (place)
        list = upwards ? place->children : place->parents;
    for (size_t i = 0; i < list.count; i++)
        g_ptr_array_add(next, (RtRevision *) list.items[i]);
    if (!upwards && list.count == 0)
        g_ptr_array_add(next, (RtRevision *) &rt_graph_below_base);
}

/* Of the ways upwards, those of the branch; a single way is looked at too. */
static void
keep_branch(const RtRevisionSet *branch, GPtrArray *next)
{
    for (size_t i = next->len; i-- > 0;)
        if (!branch[((const RtRevision *) next->pdata[i])->index])
            g_ptr_array_remove_index(next, i);
}

static void
report_fork(const GPtrArray *next, bool upwards, GError **error)
{
    const RtRevision *first = next->pdata[0], *second = next->pdata[1];
    rt_error_set(error, RT_ERROR_AMBIGUOUS_WALK,
                 "Ambiguous walk: %s and %s both come next %s; name a branch as in "
                 "'<branchname>@%s', or a revision",
                 first->id, second->id, upwards ? "upwards" : "downwards", upwards ? "+1" : "-1");
}

bool
rt_graph_walk(const RtGraph *graph, RtWalk walk, const RtRevision **out_revision, GError **error)
{
    const RtRevision *place = walk.start;
    bool upwards = walk.steps > 0;
    bool needs_branch = upwards && walk.label && *walk.label;
    g_autofree RtRevisionSet *branch = NULL;
    g_autoptr(GPtrArray) next = g_ptr_array_new();
    for (int left = ABS(walk.steps); left > 0; left--) {
        g_ptr_array_set_size(next, 0);
        list_next(graph, place, upwards, next);
        if (needs_branch && !branch && next->len &&
            !(branch = rt_graph_lineage(graph, walk.label, false, error)))
            return false;
        if (branch)
            keep_branch(branch, next);
        if (next->len > 1) {
            report_fork(next, upwards, error);
            return false;
        }
        if (next->len == 0) {
            *out_revision = walk.stop_at_end ? place : NULL;
            return true;
        }
        place = next->pdata[0];
    }
    *out_revision = place;
    return true;
}

/* Of an ancestor-closed set, those on the branch that none of the others follows. */
static GPtrArray *
find_tips(const GPtrArray *on_branch, const RtGraph *graph)
{
    g_autofree RtRevisionSet *is_followed = g_new0(RtRevisionSet, graph->count);
    for (size_t i = 0; i < on_branch->len; i++) {
        const RtRevision *revision = on_branch->pdata[i];
        for (size_t j = 0; j < revision->requires.count; j++)
            is_followed[revision->requires.items[j]->index] = true;
    }
    GPtrArray *tips = g_ptr_array_new();
    for (size_t i = 0; i < on_branch->len; i++) {
        const RtRevision *revision = on_branch->pdata[i];
        if (!is_followed[revision->index])
            g_ptr_array_add(tips, (RtRevision *) revision);
    }
    return tips;
}

static GPtrArray *
list_set(const RtGraph *graph, const RtRevisionSet *set)
{
    GPtrArray *revisions = g_ptr_array_new();
    for (size_t i = 0; i < graph->count; i++)
        if (set[i])
            g_ptr_array_add(revisions, &graph->revisions[i]);
    return revisions;
}

/*
 * Where LABEL@+N starts: the current revisions of that branch; else the highest applied ones of it;
 * else from nothing (an empty answer).
 */
static GPtrArray *
find_branch_starts(const RtGraph *graph, const GPtrArray *current, const char *label,
                   GError **error)
{
    g_autoptr(GPtrArray) starts = rt_graph_filter_lineage(graph, current, label, false, error);
    if (!starts || starts->len)
        return g_steal_pointer(&starts);
    g_autofree RtRevisionSet *applied = g_new0(RtRevisionSet, graph->count);
    rt_graph_reach(graph, current, RT_REACH_REQUIRES, applied);
    g_autoptr(GPtrArray) all = list_set(graph, applied);
    g_autoptr(GPtrArray) on_branch = rt_graph_filter_lineage(graph, all, label, false, error);
    return on_branch ? find_tips(on_branch, graph) : NULL;
}

static bool
is_place(const RtRevision *revision)
{
    return revision && revision != &rt_graph_below_base;
}

static bool
has_only_places(const GPtrArray *revisions)
{
    for (size_t i = 0; i < revisions->len; i++)
        if (!is_place(revisions->pdata[i]))
            return false;
    return true;
}

static void
report_ambiguous_current(const char *shown, GError **error)
{
    rt_error_set(error, RT_ERROR_AMBIGUOUS_CURRENT,
                 "Ambiguous upgrade from multiple current revisions: '%s' needs a branch, as in "
                 "'<branchname>@%s'",
                 shown, shown);
}

/* Where +N starts: the only current revision, or nothing. */
static bool
find_only_start(const RtGraph *graph, RtTarget from, const char *shown,
                const RtRevision **out_start, GError **error)
{
    size_t count = from.text ? 1 : from.list ? g_strv_length((char **) from.list) : 0;
    if (count > 1) {
        report_ambiguous_current(shown, error);
        return false;
    }
    if (count == 1)
        return rt_graph_resolve(graph, from.text ? from.text : from.list[0], out_start, error);
    *out_start = NULL;
    return true;
}

static bool
find_start_on_branch(const RtGraph *graph, RtTarget from, const char *label, const char *shown,
                     const RtRevision **out_start, GError **error)
{
    g_autoptr(GPtrArray) current = g_ptr_array_new();
    if (!rt_graph_resolve_target_into(graph, from, current, error))
        return false;
    if (!has_only_places(current)) {
        report_walked_too_far(from.text ? from.text : "the current revisions", error);
        return false;
    }
    g_autoptr(GPtrArray) starts = find_branch_starts(graph, current, label, error);
    if (!starts)
        return false;
    if (starts->len > 1) {
        report_ambiguous_current(shown, error);
        return false;
    }
    *out_start = starts->len ? starts->pdata[0] : NULL;
    return true;
}

/* +N and LABEL@+N: counted from what is applied. */
static bool
walk_up_from_current(const RtGraph *graph, RtTarget from, const Relative *relative,
                     bool stop_at_end, const RtRevision **out_revision, GError **error)
{
    g_autofree char *shown = g_strdup_printf("%+d", relative->steps);
    RtWalk walk = { .steps = relative->steps,
                    .label = relative->label,
                    .stop_at_end = stop_at_end };
    if (!(relative->label
              ? find_start_on_branch(graph, from, relative->label, shown, &walk.start, error)
              : find_only_start(graph, from, shown, &walk.start, error)) ||
        !rt_graph_walk(graph, walk, out_revision, error))
        return false;
    if (!*out_revision)
        report_too_far(shown, relative->steps, error);
    return *out_revision != NULL;
}

/* SYMBOL, within its branch if one is written. */
static bool
resolve_start(const RtGraph *graph, const char *label, const char *symbol,
              const RtRevision **out_revision, GError **error)
{
    g_autofree char *identifier =
        label ? g_strdup_printf("%s@%s", label, symbol) : g_strdup(symbol);
    return rt_graph_resolve(graph, identifier, out_revision, error);
}

static bool
find_relative_upgrade(const RtGraph *graph, RtTarget from, const char *target,
                      const Relative *relative, bool stop_at_end, const RtRevision **out_revision,
                      GError **error)
{
    if (!relative->symbol && relative->steps > 0)
        return walk_up_from_current(graph, from, relative, stop_at_end, out_revision, error);
    if (!relative->symbol) {
        g_autofree char *shown = g_strdup_printf("%d", relative->steps);
        report_too_far(shown, relative->steps, error);
        return false;
    }
    RtWalk walk = { .steps = relative->steps, .stop_at_end = stop_at_end };
    walk.label = relative->steps > 0 ? relative->label : NULL;
    if (!resolve_start(graph, relative->steps > 0 ? NULL : relative->label, relative->symbol,
                       &walk.start, error) ||
        !rt_graph_walk(graph, walk, out_revision, error))
        return false;
    if (!is_place(*out_revision))
        report_walked_too_far(target, error);
    return is_place(*out_revision);
}

GPtrArray *
rt_graph_upgrade_targets(const RtGraph *graph, RtTarget from, RtTarget target, bool stop_at_end,
                         GError **error)
{
    g_autoptr(GPtrArray) targets = g_ptr_array_new();
    g_auto(Relative) relative = { 0 };
    if (!target.text || !read_relative(target.text, &relative)) {
        if (!rt_graph_resolve_target_into(graph, target, targets, error))
            return NULL;
        if (!has_only_places(targets)) {
            report_walked_too_far(target.text ? target.text : "the list of targets", error);
            return NULL;
        }
        return g_steal_pointer(&targets);
    }
    const RtRevision *revision = NULL;
    if (!find_relative_upgrade(graph, from, target.text, &relative, stop_at_end, &revision, error))
        return NULL;
    g_ptr_array_add(targets, (RtRevision *) revision);
    return g_steal_pointer(&targets);
}

/* The rows as names, one after another; a single identifier is one of them. */
static const char *
row_at(RtTarget from, size_t index)
{
    if (from.text)
        return index == 0 ? from.text : NULL;
    return from.list ? from.list[index] : NULL;
}

/*
 * LABEL@-N: the one applied revision of the branch, a row or, where none is on it, what the rows
 * imply by their dependencies.
 */
static bool
find_branch_current(const RtGraph *graph, RtTarget from, const Relative *relative,
                    char **out_symbol, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    const char *row = NULL;
    for (size_t i = 0; (row = row_at(from, i)); i++) {
        const RtRevision *revision = NULL;
        if (!rt_graph_find_name(graph, row, NULL, &revision, error))
            return false;
        g_ptr_array_add(rows, (RtRevision *) revision);
        if (from.text)
            break;
    }
    g_autoptr(GPtrArray) found =
        rt_graph_filter_lineage(graph, rows, relative->label, false, error);
    if (found && found->len == 0) {
        const char *const one[] = { from.text, NULL };
        g_autoptr(GPtrArray) current = rt_graph_current(graph, from.text ? one : from.list, error);
        g_ptr_array_unref(found);
        found =
            current ? rt_graph_filter_lineage(graph, current, relative->label, false, error) : NULL;
    }
    if (!found)
        return false;
    if (found->len != 1) {
        rt_error_set(error, RT_ERROR_AMBIGUOUS_CURRENT,
                     "'%s@%d' needs one applied revision of that branch, there are %u; name the "
                     "revision to go down to",
                     relative->label, relative->steps, found->len);
        return false;
    }
    *out_symbol = g_strdup(((const RtRevision *) found->pdata[0])->id);
    return true;
}

bool
rt_graph_is_ambiguous_downgrade(const char *const *rows, const char *target)
{
    g_auto(Relative) relative = { 0 };
    if (!read_relative(target, &relative) || relative.symbol || relative.label ||
        relative.steps >= 0)
        return false;
    for (size_t i = 1; rows && rows[0] && rows[i]; i++)
        if (strcmp(rows[0], rows[i]) != 0)
            return true;
    return false;
}

/*
 * -N counts from the first row, and then stays in its branch. Alembic only warns when there are
 * several; so does the plan.
 */
static bool
choose_start(const RtGraph *graph, RtTarget from, Relative *relative, GError **error)
{
    if (relative->label)
        return find_branch_current(graph, from, relative, &relative->symbol, error);
    const char *first = row_at(from, 0);
    if (!first) {
        g_autofree char *shown = g_strdup_printf("%d", relative->steps);
        report_too_far(shown, relative->steps, error);
        return false;
    }
    relative->symbol = g_strdup(first);
    relative->label = g_strdup(first);
    return true;
}

static bool
find_relative_downgrade(const RtGraph *graph, RtTarget from, const char *target, Relative *relative,
                        bool stop_at_end, const RtRevision **out_revision, GError **error)
{
    bool is_from_current = !relative->symbol;
    g_autofree char *shown = g_strdup_printf("%+d", relative->steps);
    if (is_from_current && relative->steps >= 0) {
        report_too_far(shown, relative->steps, error);
        return false;
    }
    if (is_from_current && !choose_start(graph, from, relative, error))
        return false;
    bool upwards = relative->steps >= 0;
    RtWalk walk = { .steps = relative->steps,
                    .label = upwards ? relative->label : NULL,
                    .stop_at_end = stop_at_end };
    if (!resolve_start(graph, upwards ? NULL : relative->label, relative->symbol, &walk.start,
                       error) ||
        !rt_graph_walk(graph, walk, out_revision, error))
        return false;
    if (!*out_revision && is_from_current)
        report_too_far(shown, relative->steps, error);
    else if (!*out_revision)
        report_walked_too_far(target, error);
    return *out_revision != NULL;
}

bool
rt_graph_downgrade_target(const RtGraph *graph, RtTarget from, const char *target, bool stop_at_end,
                          char **out_label, const RtRevision **out_revision, GError **error)
{
    g_auto(Relative) relative = { 0 };
    if (!target) {
        *out_revision = NULL;
        return true;
    }
    if (read_relative(target, &relative)) {
        if (!find_relative_downgrade(graph, from, target, &relative, stop_at_end, out_revision,
                                     error))
            return false;
        *out_label = g_steal_pointer(&relative.label);
        return true;
    }
    const char *at = strrchr(target, '@');
    if (!rt_graph_resolve(graph, at ? at + 1 : target, out_revision, error))
        return false;
    *out_label = at && at > target ? g_strndup(target, at - target) : NULL;
    return true;
}
