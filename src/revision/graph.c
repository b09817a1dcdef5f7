/*
 * Loads a graph: copies what the scripts say, checks that it fits together and links it. Cycles
 * are found in graph-check.c, dependencies and labels worked out in graph-labels.c.
 */
#include "revision/graph.h"

#include <string.h>

#include "revision/graph-internal.h"

/* All faults of one kind are reported together; the first kind that has any ends the loading. */
typedef struct Faults {
    RtErrorCode code;
    GString *text;
} Faults;

static void G_GNUC_PRINTF(3, 4) add_fault(Faults *faults, RtErrorCode code, const char *format, ...)
{
    if (faults->text->len == 0)
        faults->code = code;
    else
        g_string_append_c(faults->text, '\n');
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(faults->text, format, arguments);
    va_end(arguments);
}

static bool
report_faults(Faults *faults, GError **error)
{
    bool is_clean = faults->text->len == 0;
    if (!is_clean)
        rt_error_set(error, faults->code, "%s", faults->text->str);
    g_string_free(faults->text, TRUE);
    return is_clean;
}

static const char *
place_of(const RtRevision *revision)
{
    return revision->path ? revision->path : "no file";
}

/* The first character that lists and identifiers give another meaning, or 0. */
static char
find_illegal_character(const char *id)
{
    for (const char *at = id; *at; at++)
        if (!g_ascii_isalnum(*at) &&
            (strchr("@-+:,", *at) || g_ascii_isspace(*at) || g_ascii_iscntrl(*at)))
            return *at;
    return '\0';
}

bool
rt_revision_check_id(const char *id, GError **error)
{
    char illegal = find_illegal_character(id);
    if (illegal)
        rt_error_set(error, RT_ERROR_ILLEGAL_CHARACTER,
                     "Character(s) '%c' not allowed in revision identifier '%s'", illegal, id);
    else if (!*id)
        rt_error_set(error, RT_ERROR_ILLEGAL_CHARACTER, "a revision identifier cannot be empty");
    return *id && !illegal;
}

static const char *const *
copy_strings(RtArena *arena, const char *const *strings)
{
    size_t count = strings ? g_strv_length((char **) strings) : 0;
    const char **copy = rt_arena_new_array(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        copy[i] = rt_arena_strdup(arena, strings[i]);
    return copy;
}

static void
copy_inputs(RtGraph *graph, const RtRevisionInput *inputs)
{
    RtArena *arena = graph->arena;
    for (size_t i = 0; i < graph->count; i++) {
        const RtRevisionInput *input = &inputs[i];
        graph->revisions[i] = (RtRevision){
            .id = rt_arena_strdup(arena, input->id),
            .down_revisions = copy_strings(arena, input->down_revisions),
            .depends_on = copy_strings(arena, input->depends_on),
            .branch_labels = copy_strings(arena, input->branch_labels),
            .message = rt_arena_strdup(arena, input->message ? input->message : ""),
            .created = input->created ? rt_arena_strdup(arena, input->created) : NULL,
            .path = input->path ? rt_arena_strdup(arena, input->path) : NULL,
            .data = input->data,
            .index = i,
        };
    }
}

static bool
check_each(const RtGraph *graph, GError **error)
{
    Faults faults = { .text = g_string_new(NULL) };
    for (size_t i = 0; i < graph->count; i++) {
        const RtRevision *revision = &graph->revisions[i];
        g_autoptr(GError) illegal = NULL;
        if (g_strv_contains(revision->down_revisions, revision->id))
            add_fault(&faults, RT_ERROR_SELF_LOOP,
                      "Self-loop is detected in revisions (%s): %s names itself as "
                      "down_revision",
                      revision->id, place_of(revision));
        else if (g_strv_contains(revision->depends_on, revision->id))
            add_fault(&faults, RT_ERROR_DEPENDENCY_SELF_LOOP,
                      "Dependency self-loop is detected in revisions (%s): %s names itself in "
                      "depends_on",
                      revision->id, place_of(revision));
        else if (!rt_revision_check_id(revision->id, &illegal))
            add_fault(&faults, RT_ERROR_ILLEGAL_CHARACTER, "%s (%s)", illegal->message,
                      place_of(revision));
    }
    return report_faults(&faults, error);
}

static bool
index_ids(RtGraph *graph, GError **error)
{
    Faults faults = { .text = g_string_new(NULL) };
    for (size_t i = 0; i < graph->count; i++) {
        RtRevision *revision = &graph->revisions[i];
        const RtRevision *other = g_hash_table_lookup(graph->by_name, revision->id);
        if (other)
            add_fault(&faults, RT_ERROR_DUPLICATE_REVISION,
                      "Revision %s is present more than once: %s and %s; remove one of them or "
                      "give it another id",
                      revision->id, place_of(other), place_of(revision));
        else
            g_hash_table_insert(graph->by_name, (char *) revision->id, revision);
    }
    return report_faults(&faults, error);
}

static bool
index_labels(RtGraph *graph, GError **error)
{
    Faults faults = { .text = g_string_new(NULL) };
    for (size_t i = 0; i < graph->count; i++) {
        RtRevision *revision = &graph->revisions[i];
        for (size_t j = 0; revision->branch_labels[j]; j++) {
            const char *name = revision->branch_labels[j];
            const RtRevision *other = g_hash_table_lookup(graph->by_name, name);
            if (other) {
                add_fault(&faults, RT_ERROR_DUPLICATE_LABEL,
                          "Branch name '%s' in revision %s already used by revision %s (%s and "
                          "%s); choose another label",
                          name, revision->id, other->id, place_of(revision), place_of(other));
                continue;
            }
            RtLabel label = { .name = name, .revision = revision };
            g_array_append_val(graph->labels, label);
            g_hash_table_insert(graph->by_name, (char *) name, revision);
        }
    }
    return report_faults(&faults, error);
}

static bool
contains(const RtRevision *const *revisions, size_t count, const RtRevision *revision)
{
    for (size_t i = 0; i < count; i++)
        if (revisions[i] == revision)
            return true;
    return false;
}

/* A parent must be an id, a dependency may be a label as well. */
static RtRevisionList
link_names(RtGraph *graph, const RtRevision *revision, bool are_parents, Faults *faults)
{
    const char *const *names = are_parents ? revision->down_revisions : revision->depends_on;
    if (!names[0])
        return (RtRevisionList){ 0 };
    const RtRevision **found =
        rt_arena_new_array(graph->arena, const RtRevision *, g_strv_length((char **) names));
    size_t count = 0;
    for (size_t i = 0; names[i]; i++) {
        const RtRevision *other = g_hash_table_lookup(graph->by_name, names[i]);
        if (!other || (are_parents && strcmp(other->id, names[i]) != 0))
            add_fault(faults, RT_ERROR_NOT_FOUND,
                      "Revision %s referenced from %s (%s) is not present; restore its script or "
                      "correct the %s line",
                      names[i], revision->id, place_of(revision),
                      are_parents ? "down_revision" : "depends_on");
        else if (!contains(found, count, other))
            found[count++] = other;
    }
    return (RtRevisionList){ .items = found, .count = count };
}

static bool
link_revisions(RtGraph *graph, GError **error)
{
    Faults faults = { .text = g_string_new(NULL) };
    for (size_t i = 0; i < graph->count; i++) {
        RtRevision *revision = &graph->revisions[i];
        revision->parents = link_names(graph, revision, true, &faults);
        revision->dependencies = link_names(graph, revision, false, &faults);
    }
    if (!report_faults(&faults, error))
        return false;
    rt_graph_reverse_links(graph, G_STRUCT_OFFSET(RtRevision, parents),
                           G_STRUCT_OFFSET(RtRevision, children));
    rt_graph_reverse_links(graph, G_STRUCT_OFFSET(RtRevision, dependencies),
                           G_STRUCT_OFFSET(RtRevision, dependents));
    return true;
}

static void
mark_ends(RtGraph *graph)
{
    GPtrArray *all = g_ptr_array_new();
    GPtrArray *heads = g_ptr_array_new();
    GPtrArray *effective_heads = g_ptr_array_new();
    GPtrArray *bases = g_ptr_array_new();
    for (size_t i = 0; i < graph->count; i++) {
        RtRevision *revision = &graph->revisions[i];
        revision->is_base = revision->parents.count == 0;
        revision->is_head = revision->children.count == 0;
        revision->is_effective_head = revision->is_head && revision->dependents.count == 0;
        revision->is_branch_point = revision->children.count > 1;
        revision->is_merge_point = revision->parents.count > 1;
        g_ptr_array_add(all, revision);
        if (revision->is_head)
            g_ptr_array_add(heads, revision);
        if (revision->is_effective_head)
            g_ptr_array_add(effective_heads, revision);
        if (revision->is_base)
            g_ptr_array_add(bases, revision);
    }
    graph->all = rt_graph_list_take(graph, all);
    graph->heads = rt_graph_list_take(graph, heads);
    graph->effective_heads = rt_graph_list_take(graph, effective_heads);
    graph->bases = rt_graph_list_take(graph, bases);
}

RtGraph *
rt_graph_new(const RtRevisionInput *inputs, size_t count, GError **error)
{
    g_autoptr(RtGraph) graph = g_new0(RtGraph, 1);
    graph->arena = rt_arena_new();
    graph->count = count;
    graph->revisions = rt_arena_new_array(graph->arena, RtRevision, count + 1);
    graph->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    graph->labels = g_array_new(FALSE, FALSE, sizeof(RtLabel));
    copy_inputs(graph, inputs);
    if (!check_each(graph, error) || !index_ids(graph, error) || !index_labels(graph, error) ||
        !link_revisions(graph, error) || !rt_graph_check_cycles(graph, error))
        return NULL;
    rt_graph_normalize_dependencies(graph);
    mark_ends(graph);
    rt_graph_spread_labels(graph);
    return g_steal_pointer(&graph);
}

void
rt_graph_free(RtGraph *graph)
{
    if (!graph)
        return;
    g_hash_table_unref(graph->by_name);
    g_array_unref(graph->labels);
    rt_arena_free(graph->arena);
    g_free(graph);
}

RtRevisionList
rt_graph_revisions(const RtGraph *graph)
{
    return graph->all;
}

RtRevisionList
rt_graph_heads(const RtGraph *graph)
{
    return graph->heads;
}

RtRevisionList
rt_graph_effective_heads(const RtGraph *graph)
{
    return graph->effective_heads;
}

RtRevisionList
rt_graph_bases(const RtGraph *graph)
{
    return graph->bases;
}

const RtRevision *
rt_graph_find(const RtGraph *graph, const char *id)
{
    const RtRevision *revision = g_hash_table_lookup(graph->by_name, id);
    return revision && strcmp(revision->id, id) == 0 ? revision : NULL;
}
