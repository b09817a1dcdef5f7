/* Makes plans: lists the steps with the help of the graph, and lets heads.c move the rows. */
#include "revision/plan.h"

#include <string.h>

#include "revision/graph-internal.h"
#include "revision/heads.h"

/* Says an error of the graph in the words of the command that met it. */
static void G_GNUC_PRINTF(3, 4) reword(GError **error, RtErrorCode code, const char *format, ...)
{
    if (!error || !rt_error_is(*error, code))
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_clear_error(error);
    rt_error_set(error, code, "%s", message);
}

const char *
rt_move_kind_name(RtMoveKind kind)
{
    static const char *const names[] = {
        [RT_MOVE_INSERT] = "insert",
        [RT_MOVE_UPDATE] = "update",
        [RT_MOVE_DELETE] = "delete",
    };
    return names[kind];
}

void
rt_plan_free(RtPlan *plan)
{
    if (!plan)
        return;
    RtArena *arena = plan->arena;
    g_free(plan);
    rt_arena_free(arena);
}

static RtPlan *
begin_plan(size_t count)
{
    RtPlan *plan = g_new0(RtPlan, 1);
    plan->arena = rt_arena_new();
    plan->count = count;
    plan->steps = rt_arena_new_array(plan->arena, RtStep, count + 1);
    return plan;
}

static const char *const *
list_one(RtArena *arena, const char *id)
{
    const char **list = rt_arena_new_array(arena, const char *, 2);
    list[0] = id;
    return list;
}

static const char *const *
copy_rows(RtArena *arena, const char *const *rows)
{
    size_t count = rows ? g_strv_length((char **) rows) : 0;
    const char **copy = rt_arena_new_array(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        copy[i] = rt_arena_strdup(arena, rows[i]);
    return copy;
}

/* Runs the plan's steps over the rows, and notes what each of them does there. */
static bool
move_rows(RtPlan *plan, const RtGraph *graph, const char *const *rows, GError **error)
{
    g_autoptr(RtHeads) heads = rt_heads_new(graph, copy_rows(plan->arena, rows));
    g_autoptr(GArray) moves = g_array_new(FALSE, FALSE, sizeof(RtMove));
    for (size_t i = 0; i < plan->count; i++) {
        RtStep *step = (RtStep *) &plan->steps[i];
        g_array_set_size(moves, 0);
        if (rt_heads_is_empty(heads))
            plan->creates_version_table = true;
        bool is_moved = step->kind == RT_STEP_STAMP ? rt_heads_stamp(heads, step, moves, error)
                        : step->is_upgrade
                            ? rt_heads_upgrade(heads, step->revision, moves, error)
                            : rt_heads_downgrade(heads, step->revision, moves, error);
        if (!is_moved)
            return false;
        if (moves->len == 0)
            continue;
        step->move_count = moves->len;
        step->moves =
            (const RtMove *) rt_arena_copy(plan->arena, moves->data, sizeof(RtMove) * moves->len);
    }
    plan->rows = rt_heads_list(heads, plan->arena);
    return true;
}

/* `revisions` are newest first, as the graph gives them. */
static RtPlan *
plan_revisions(const RtGraph *graph, const GPtrArray *revisions, bool is_upgrade,
               const char *const *rows, GError **error)
{
    g_autoptr(RtPlan) plan = begin_plan(revisions->len);
    RtStep *steps = (RtStep *) plan->steps;
    for (size_t i = 0; i < plan->count; i++) {
        const RtRevision *revision = revisions->pdata[is_upgrade ? plan->count - 1 - i : i];
        const char *const *self = list_one(plan->arena, revision->id);
        steps[i] = (RtStep){
            .kind = is_upgrade ? RT_STEP_UPGRADE : RT_STEP_DOWNGRADE,
            .is_upgrade = is_upgrade,
            .revision = revision,
            .from = is_upgrade ? revision->down_revisions : self,
            .to = is_upgrade ? self : revision->down_revisions,
        };
    }
    return move_rows(plan, graph, rows, error) ? g_steal_pointer(&plan) : NULL;
}

static bool
check_no_range(const char *target, GError **error)
{
    if (strchr(target, ':'))
        rt_error_set(error, RT_ERROR_RANGE_NOT_ALLOWED,
                     "Range revision not allowed: '%s' can only be used with --sql", target);
    return !strchr(target, ':');
}

static RtPlan *
plan_upgrade(const RtGraph *graph, const char *const *rows, const char *target, GError **error)
{
    g_autoptr(GError) cause = NULL;
    RtIterateOptions options = {
        .upper = { .text = target },
        .lower = { .list = rows },
        .implicit_base = true,
    };
    g_autoptr(GPtrArray) revisions = rt_graph_iterate(graph, &options, &cause);
    if (!revisions) {
        reword(&cause, RT_ERROR_NOT_ANCESTOR,
               "Destination %s is not a valid upgrade target from current head(s)", target);
        g_propagate_error(error, g_steal_pointer(&cause));
        return NULL;
    }
    return plan_revisions(graph, revisions, true, rows, error);
}

static RtPlan *
plan_downgrade(const RtGraph *graph, const char *const *rows, const char *target, GError **error)
{
    g_autoptr(GError) cause = NULL;
    RtIterateOptions options = {
        .upper = { .list = rows },
        .lower = { .text = target },
        .select_for_downgrade = true,
    };
    g_autoptr(GPtrArray) revisions = rt_graph_iterate(graph, &options, &cause);
    if (!revisions) {
        reword(&cause, RT_ERROR_NOT_ANCESTOR,
               "Destination %s is not a valid downgrade target from current head(s): nothing "
               "above it is applied",
               target);
        g_propagate_error(error, g_steal_pointer(&cause));
        return NULL;
    }
    return plan_revisions(graph, revisions, false, rows, error);
}

RtPlan *
rt_plan_upgrade(const RtGraph *graph, const char *const *rows, const char *target, GError **error)
{
    return check_no_range(target, error) ? plan_upgrade(graph, rows, target, error) : NULL;
}

RtPlan *
rt_plan_downgrade(const RtGraph *graph, const char *const *rows, const char *target, GError **error)
{
    if (!check_no_range(target, error))
        return NULL;
    RtPlan *plan = plan_downgrade(graph, rows, target, error);
    if (plan && rt_graph_is_ambiguous_downgrade(rows, target))
        plan->warning = rt_arena_printf(
            plan->arena,
            "downgrade %s from multiple heads is ambiguous: it counts from %s; name the branch as "
            "in '<branchname>@%s', or the revision to go down to",
            target, rows[0], target);
    return plan;
}

/* What a stamp moves: the rows that have to do with its targets. */
typedef struct Stamp {
    const RtGraph *graph;
    GPtrArray *related;      /* rows in the lineage of the targets */
    GPtrArray *destinations; /* NULL is the base */
    GArray *steps;
    RtArena *arena;
} Stamp;

static void
add_stamp_step(Stamp *stamp, bool is_upgrade, bool is_branch_move, const char *const *from,
               const char *const *to)
{
    RtStep step = { .kind = RT_STEP_STAMP,
                    .is_upgrade = is_upgrade,
                    .is_branch_move = is_branch_move,
                    .from = from,
                    .to = to };
    g_array_append_val(stamp->steps, step);
}

static const char *const *
list_related(const Stamp *stamp)
{
    const char **ids = rt_arena_new_array(stamp->arena, const char *, stamp->related->len + 1);
    for (size_t i = 0; i < stamp->related->len; i++)
        ids[i] = ((const RtRevision *) stamp->related->pdata[i])->id;
    return ids;
}

static bool
has_related(const Stamp *stamp, const RtRevision *destination, RtReach reach)
{
    g_autofree RtRevisionSet *set = g_new0(RtRevisionSet, stamp->graph->count + 1);
    g_autoptr(GPtrArray) start = g_ptr_array_new();
    g_ptr_array_add(start, (RtRevision *) destination);
    rt_graph_reach(stamp->graph, start, reach, set);
    for (size_t i = 0; i < stamp->related->len; i++)
        if (set[((const RtRevision *) stamp->related->pdata[i])->index])
            return true;
    return false;
}

static bool
stamp_one(Stamp *stamp, const RtRevision *destination, GError **error)
{
    static const char *const none[] = { NULL };
    for (size_t i = 0; !destination && i < stamp->related->len; i++)
        add_stamp_step(stamp, false, true, list_one(stamp->arena, list_related(stamp)[i]), none);
    if (!destination || g_ptr_array_find(stamp->related, destination, NULL))
        return true;
    const char *const *to = list_one(stamp->arena, destination->id);
    bool is_below = has_related(stamp, destination, RT_REACH_REQUIRED_BY);
    bool is_above = has_related(stamp, destination, RT_REACH_REQUIRES);
    if (is_below && is_above) {
        rt_error_set(error, RT_ERROR_OVERLAP,
                     "Requested revision %s overlaps with other requested revisions: rows of the "
                     "version table lie above and below it; use stamp --purge",
                     destination->id);
        return false;
    }
    if (is_below || is_above)
        add_stamp_step(stamp, is_above, false, list_related(stamp), to);
    else
        add_stamp_step(stamp, true, true, none, to);
    return true;
}

/* A target may have walked to nothing, which is the base, but not a row. */
static bool
check_stamp_places(GPtrArray *revisions, bool are_rows, GError **error)
{
    if (!g_ptr_array_find(revisions, &rt_graph_below_base, NULL) &&
        !(are_rows && g_ptr_array_find(revisions, NULL, NULL)))
        return true;
    rt_error_set(error, RT_ERROR_RELATIVE_TOO_FAR,
                 "Walked too far: a relative identifier leads below the base; write 'base'");
    return false;
}

static bool
find_stamp_places(Stamp *stamp, const char *const *rows, const char *const *targets, GError **error)
{
    g_autoptr(GPtrArray) current = g_ptr_array_new();
    if (!rt_graph_resolve_list_into(stamp->graph, rows, current, error) ||
        !check_stamp_places(current, true, error))
        return false;
    for (size_t i = 0; targets[i]; i++) {
        g_autoptr(GPtrArray) related =
            rt_graph_filter_lineage(stamp->graph, current, targets[i], true, error);
        if (!related)
            return false;
        for (size_t j = 0; j < related->len; j++)
            if (!g_ptr_array_find(stamp->related, related->pdata[j], NULL))
                g_ptr_array_add(stamp->related, related->pdata[j]);
    }
    if (!rt_graph_resolve_list_into(stamp->graph, targets, stamp->destinations, error))
        return false;
    if (stamp->destinations->len == 0)
        g_ptr_array_add(stamp->destinations, NULL);
    return check_stamp_places(stamp->destinations, false, error);
}

static RtPlan *
plan_stamp(const RtGraph *graph, const char *const *rows, const char *const *targets,
           GError **error)
{
    static const char *const base[] = { "base", NULL };
    g_autoptr(RtPlan) plan = begin_plan(0);
    g_autoptr(GPtrArray) related = g_ptr_array_new();
    g_autoptr(GPtrArray) destinations = g_ptr_array_new();
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(RtStep));
    Stamp stamp = { graph, related, destinations, steps, plan->arena };
    g_autoptr(GError) cause = NULL;
    if (!find_stamp_places(&stamp, rows, targets && targets[0] ? targets : base, &cause)) {
        reword(&cause, RT_ERROR_MULTIPLE_HEADS,
               "Multiple heads are present; please specify a single target revision, or 'heads' "
               "for all of them");
        g_propagate_error(error, g_steal_pointer(&cause));
        return NULL;
    }
    for (size_t i = 0; i < destinations->len; i++)
        if (!stamp_one(&stamp, destinations->pdata[i], error))
            return NULL;
    plan->count = steps->len;
    if (steps->len)
        plan->steps =
            (const RtStep *) rt_arena_copy(plan->arena, steps->data, sizeof(RtStep) * steps->len);
    return move_rows(plan, graph, rows, error) ? g_steal_pointer(&plan) : NULL;
}

RtPlan *
rt_plan_stamp(const RtGraph *graph, const char *const *rows, const char *const *targets, bool purge,
              GError **error)
{
    for (size_t i = 0; targets && targets[i]; i++)
        if (!check_no_range(targets[i], error))
            return NULL;
    return plan_stamp(graph, purge ? NULL : rows, targets, error);
}

/* `from:to` taken apart; `from` is NULL where only `to` is written. */
typedef struct Ends {
    char *from, *to;
} Ends;

static void
clear_ends(Ends *ends)
{
    g_free(ends->from);
    g_free(ends->to);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ends, clear_ends)

static bool
read_ends(const char *range, Ends *ends, GError **error)
{
    const char *colon = strchr(range, ':');
    if (colon && strchr(colon + 1, ':')) {
        rt_error_set(error, RT_ERROR_RANGE_NOT_ALLOWED,
                     "Range revision not allowed: '%s' has more than one colon; write "
                     "<fromrev>:<torev>",
                     range);
        return false;
    }
    ends->from = colon ? g_strndup(range, colon - range) : NULL;
    ends->to = g_strdup(colon ? colon + 1 : range);
    return true;
}

/* The one row that an offline run begins with, none where it begins with nothing. */
static bool
find_offline_rows(const RtGraph *graph, const char *from, const char *out_rows[2], GError **error)
{
    const RtRevision *revision = NULL;
    if (!from || strcmp(from, "base") == 0)
        return true;
    if (!rt_graph_resolve(graph, from, &revision, error))
        return false;
    if (!revision)
        rt_error_set(error, RT_ERROR_NOT_FOUND,
                     "Can't locate revision identified by '%s': it is no revision to start from; "
                     "write 'base'",
                     from);
    else
        out_rows[0] = revision->id;
    return revision != NULL;
}

RtPlan *
rt_plan_upgrade_offline(const RtGraph *graph, const char *range, GError **error)
{
    g_auto(Ends) ends = { 0 };
    const char *rows[2] = { NULL };
    if (!read_ends(range, &ends, error) || !find_offline_rows(graph, ends.from, rows, error))
        return NULL;
    return plan_upgrade(graph, rows, ends.to, error);
}

RtPlan *
rt_plan_downgrade_offline(const RtGraph *graph, const char *range, GError **error)
{
    g_auto(Ends) ends = { 0 };
    const char *rows[2] = { NULL };
    if (!read_ends(range, &ends, error))
        return NULL;
    if (!ends.from) {
        rt_error_set(error, RT_ERROR_RANGE_REQUIRED,
                     "downgrade with --sql requires <fromrev>:<torev>");
        return NULL;
    }
    if (!find_offline_rows(graph, ends.from, rows, error))
        return NULL;
    return plan_downgrade(graph, rows, ends.to, error);
}

RtPlan *
rt_plan_stamp_offline(const RtGraph *graph, const char *const *targets, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *start = NULL;
    const char *rows[2] = { NULL };
    for (size_t i = 0; targets && targets[i]; i++) {
        g_auto(Ends) ends = { 0 };
        if (!read_ends(targets[i], &ends, error))
            return NULL;
        if (ends.from && start && strcmp(start, ends.from) != 0) {
            rt_error_set(error, RT_ERROR_RANGE_NOT_ALLOWED,
                         "Stamp operation with --sql only supports a single starting revision at "
                         "a time: '%s' and '%s' are two",
                         start, ends.from);
            return NULL;
        }
        if (ends.from && !start)
            start = g_strdup(ends.from);
        g_ptr_array_add(list, g_steal_pointer(&ends.to));
    }
    g_ptr_array_add(list, NULL);
    if (!find_offline_rows(graph, start, rows, error))
        return NULL;
    return plan_stamp(graph, rows, (const char *const *) list->pdata, error);
}
