/* Revisions and steps as text; see describe.h. */
#include "revision/describe.h"

#include "base/text.h"

#include <string.h>

static char *
join_sorted(const char *const *strings)
{
    g_autofree const char **copy =
        g_memdup2(strings, sizeof(strings[0]) * (g_strv_length((char **) strings) + 1));
    qsort(copy, g_strv_length((char **) copy), sizeof(copy[0]), rt_compare_strings);
    return g_strjoinv(", ", (char **) copy);
}

static char *
join_parents(const RtRevision *revision)
{
    return revision->down_revisions[0] ? g_strjoinv(", ", (char **) revision->down_revisions)
                                       : g_strdup("<base>");
}

/* The message up to its first empty line. */
static void
append_short_message(GString *text, const RtRevision *revision)
{
    const char *end = strstr(revision->message, "\n\n");
    g_string_append(text, ", ");
    g_string_append_len(text, revision->message, end ? end - revision->message : -1);
}

static void
append_list(GString *text, const char *const *strings)
{
    if (!strings[0])
        return;
    g_autofree char *list = join_sorted(strings);
    g_string_append_printf(text, " (%s)", list);
}

static void
append_head_marks(GString *text, const RtRevision *revision, bool is_current)
{
    if (revision->is_effective_head)
        g_string_append(text, " (head)");
    else if (revision->is_head)
        g_string_append(text, " (effective head)");
    if (is_current)
        g_string_append(text, " (current)");
}

static void
append_tree_marks(GString *text, const RtRevision *revision)
{
    if (revision->is_branch_point)
        g_string_append(text, " (branchpoint)");
    if (revision->is_merge_point)
        g_string_append(text, " (mergepoint)");
}

char *
rt_describe_history(const RtRevision *revision, bool is_current)
{
    g_autofree char *parents = join_parents(revision);
    g_autoptr(GString) text = g_string_new(parents);
    append_list(text, revision->depends_on);
    g_string_append(text, " -> ");
    g_string_append(text, revision->id);
    append_list(text, revision->labels);
    append_head_marks(text, revision, is_current);
    append_tree_marks(text, revision);
    append_short_message(text, revision);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
rt_describe_head(const RtRevision *revision)
{
    g_autoptr(GString) text = g_string_new(revision->id);
    append_list(text, revision->labels);
    append_head_marks(text, revision, false);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
rt_describe_current(const RtRevision *revision)
{
    g_autoptr(GString) text = g_string_new(revision->id);
    append_head_marks(text, revision, false);
    append_tree_marks(text, revision);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char **
list_children(const RtRevision *revision)
{
    char **ids = g_new0(char *, revision->children.count + 1);
    for (size_t i = 0; i < revision->children.count; i++)
        ids[i] = g_strdup(revision->children.items[i]->id);
    return ids;
}

static void
append_message(GString *text, const RtRevision *revision)
{
    g_auto(GStrv) lines = g_strsplit(revision->message, "\n", -1);
    size_t count = g_strv_length(lines);
    if (count && !lines[count - 1][0])
        count--;
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(text, "    %s%s", lines[i], i + 1 < count ? "\n" : "");
    g_string_append_c(text, '\n');
}

char *
rt_describe_entry(const RtRevision *revision, bool is_current)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *parents = join_parents(revision);
    g_string_append_printf(text, "Rev: %s%s", revision->id, revision->is_head ? " (head)" : "");
    append_tree_marks(text, revision);
    g_string_append(text, is_current ? " (current)\n" : "\n");
    g_string_append_printf(text, "%s: %s\n", revision->is_merge_point ? "Merges" : "Parent",
                           parents);
    if (revision->depends_on[0]) {
        g_autofree char *depends_on = join_sorted(revision->depends_on);
        g_string_append_printf(text, "Also depends on: %s\n", depends_on);
    }
    if (revision->is_branch_point) {
        g_auto(GStrv) children = list_children(revision);
        g_autofree char *list = join_sorted((const char *const *) children);
        g_string_append_printf(text, "Branches into: %s\n", list);
    }
    if (revision->labels[0]) {
        g_autofree char *labels = join_sorted(revision->labels);
        g_string_append_printf(text, "Branch names: %s\n", labels);
    }
    g_string_append_printf(text, "Path: %s\n\n", revision->path ? revision->path : "");
    append_message(text, revision);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
describe_child(const RtRevision *branch_point, const RtRevision *child, bool with_message)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%*s -> %s", (int) strlen(branch_point->id), "", child->id);
    append_list(text, child->labels);
    append_head_marks(text, child, false);
    append_tree_marks(text, child);
    if (with_message)
        append_short_message(text, child);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
describe_fork(const RtRevision *revision)
{
    g_autoptr(GString) text = g_string_new(revision->id);
    append_list(text, revision->labels);
    append_head_marks(text, revision, false);
    append_tree_marks(text, revision);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char **
rt_describe_branch_point(const RtRevision *revision, bool is_verbose)
{
    size_t count = revision->children.count;
    char **lines = g_new0(char *, count + 2);
    lines[0] = is_verbose ? rt_describe_entry(revision, false) : describe_fork(revision);
    for (size_t i = 0; i < count; i++)
        lines[i + 1] = describe_child(revision, revision->children.items[i], is_verbose);
    qsort(lines + 1, count, sizeof(lines[0]), rt_compare_strings);
    return lines;
}

char *
rt_describe_step(const RtStep *step, bool with_message)
{
    static const char *const verbs[] = {
        [RT_STEP_UPGRADE] = "upgrade",
        [RT_STEP_DOWNGRADE] = "downgrade",
        [RT_STEP_STAMP] = "stamp_revision",
    };
    g_autofree char *from = g_strjoinv(", ", (char **) step->from);
    g_autofree char *to = g_strjoinv(", ", (char **) step->to);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%s %s -> %s", verbs[step->kind], from, to);
    if (with_message && step->revision && step->revision->message[0])
        append_short_message(text, step->revision);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
