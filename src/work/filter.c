/* Patterns and the program that decide which objects are compared. */
#include "work/filter.h"

#include "export/json.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

typedef enum Side {
    SIDE_BOTH,
    SIDE_REFLECTED,
    SIDE_DECLARED,
} Side;

/* "!reflected:table:stage_*": side and kind may be missing, the last pattern that fits decides. */
typedef struct Pattern {
    bool is_included;
    Side side;
    const char *kind; /* NULL: any; "schema": the name is a schema's */
    const char *glob; /* UTF-8, as GLib's matching wants of both */
} Pattern;

struct RtFilter {
    RtArena *arena;
    GArray *patterns;           /* of Pattern */
    bool has_includes;          /* then nothing takes part unless a pattern says so */
    const char *default_schema; /* what names without a schema are in; NULL: there are none */
    const char *command;
    GPid pid;
    FILE *to, *from;
    bool has_failed;
};

static const char *
take_prefix(const char **text, const char *const *words)
{
    const char *colon = strchr(*text, ':');
    for (; colon && *words; words++) {
        if (strlen(*words) == (size_t) (colon - *text) &&
            strncmp(*words, *text, strlen(*words)) == 0) {
            *text = colon + 1;
            return *words;
        }
    }
    return NULL;
}

static void
add_pattern(RtFilter *filter, const char *text, bool is_included)
{
    static const char *const sides[] = { "reflected", "declared", NULL };
    static const char *const kinds[] = { "schema",  "database",   "table", "column",
                                         "key",     "index",      "view",  "materialized view",
                                         "trigger", "constraint", NULL };
    Pattern pattern = { .is_included = is_included };
    if (*text == '!') {
        pattern.is_included = !is_included;
        text++;
    }
    const char *side = take_prefix(&text, sides);
    pattern.side = !side ? SIDE_BOTH : *side == 'r' ? SIDE_REFLECTED : SIDE_DECLARED;
    pattern.kind = take_prefix(&text, kinds);
    pattern.glob = text;
    g_array_append_val(filter->patterns, pattern);
}

static bool
read_patterns(RtFilter *filter, RtSettings *settings, const char *key, const char *prefix,
              bool is_included, GError **error)
{
    const char *const *list;
    if (!rt_settings_list(settings, "autogenerate", key, &list, error))
        return false;
    filter->has_includes |= is_included && *list;
    for (; *list; list++)
        add_pattern(filter, rt_arena_printf(filter->arena, "%s%s", prefix, *list), is_included);
    return true;
}

RtFilter *
rt_filter_new(RtSettings *settings, const char *default_schema, GError **error)
{
    g_autoptr(RtFilter) filter = g_new0(RtFilter, 1);
    filter->arena = rt_arena_new();
    filter->default_schema = default_schema;
    filter->patterns = g_array_new(FALSE, FALSE, sizeof(Pattern));
    if (!read_patterns(filter, settings, "schemas", "schema:", true, error) ||
        !read_patterns(filter, settings, "include", "", true, error) ||
        !read_patterns(filter, settings, "exclude", "", false, error) ||
        !rt_settings_get(settings, "autogenerate", "exclude_exec", &filter->command, error))
        return NULL;
    return g_steal_pointer(&filter);
}

bool
rt_filter_leaves_out(const RtFilter *filter)
{
    return filter->patterns->len || filter->command;
}

void
rt_filter_free(RtFilter *filter)
{
    if (!filter)
        return;
    g_clear_pointer(&filter->to, fclose);
    g_clear_pointer(&filter->from, fclose);
    if (filter->pid) {
        waitpid(filter->pid, NULL, 0);
        g_spawn_close_pid(filter->pid);
    }
    g_array_unref(filter->patterns);
    rt_arena_free(filter->arena);
    g_free(filter);
}

/* An object while patterns are tried on it. The names are UTF-8: what is none is replaced. */
typedef struct Candidate {
    RtKind kind;
    bool is_reflected;
    char *name;             /* "" for none */
    char *table;            /* that it is in; NULL: none */
    char *schema;           /* "" where there are none */
    const char *short_path; /* one of these: with the schema where it is not the default */
    char *path;             /* "table.column" */
    char *full_path;        /* "schema.table.column" */
} Candidate;

static bool
pattern_fits(const Pattern *pattern, const Candidate *candidate)
{
    if (pattern->side != SIDE_BOTH && (pattern->side == SIDE_REFLECTED) != candidate->is_reflected)
        return false;
    if (pattern->kind && strcmp(pattern->kind, "schema") == 0)
        return g_pattern_match_simple(pattern->glob, candidate->schema);
    if (pattern->kind && strcmp(pattern->kind, rt_kind_name(candidate->kind)) != 0)
        return false;
    return g_pattern_match_simple(pattern->glob, candidate->full_path) ||
           g_pattern_match_simple(pattern->glob, candidate->short_path) ||
           /* the bare name of what is in a table is meant only where its kind is said */
           ((pattern->kind || !candidate->table) &&
            g_pattern_match_simple(pattern->glob, candidate->name));
}

static bool
start_program(RtFilter *filter)
{
    const char *argv[] = { "/bin/sh", "-c", filter->command, NULL };
    int to, from;
    if (!g_spawn_async_with_pipes(NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                  &filter->pid, &to, &from, NULL, NULL))
        return false;
    filter->to = fdopen(to, "w");
    filter->from = fdopen(from, "r");
    return filter->to && filter->from;
}

/* A whole line: its first letter decides, and the next answer begins behind it. */
static bool
read_answer(RtFilter *filter, bool *out_is_yes)
{
    int letter = getc(filter->from);
    for (int c = letter; c != '\n' && c != EOF;)
        c = getc(filter->from);
    *out_is_yes = letter == 'y' || letter == 'Y';
    return *out_is_yes || letter == 'n' || letter == 'N';
}

/* One line of JSON out, "yes" or "no" back: yes leaves the object out. */
static bool
ask_program(RtFilter *filter, const Candidate *candidate, bool other_side_has_it)
{
    if (filter->has_failed || (!filter->to && !start_program(filter))) {
        filter->has_failed = true;
        return false;
    }
    json_t *object =
        json_pack("{s:s, s:s, s:s?, s:s?, s:b, s:b}", "kind", rt_kind_name(candidate->kind), "name",
                  candidate->name, "table", candidate->table, "schema",
                  *candidate->schema ? candidate->schema : NULL, "reflected",
                  candidate->is_reflected, "other_side", other_side_has_it);
    g_autofree char *line = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    bool is_yes = false;
    filter->has_failed = fprintf(filter->to, "%s\n", line) < 0 || fflush(filter->to) != 0 ||
                         !read_answer(filter, &is_yes);
    return is_yes;
}

static void
init_candidate(Candidate *candidate, const RtFilter *filter, RtKind kind, const RtName *table,
               const RtName *name, bool reflected)
{
    const RtName *top = table ? table : name;
    const char *own = top ? top->schema : NULL;
    /* a database is in itself, as far as schemas are asked for */
    const char *schema = kind == RT_KIND_DATABASE && top ? top->text
                         : own                           ? own
                         : filter->default_schema        ? filter->default_schema
                                                         : "";
    candidate->kind = kind;
    candidate->is_reflected = reflected;
    candidate->name = g_utf8_make_valid(name ? name->text : "", -1);
    candidate->table = table ? g_utf8_make_valid(table->text, -1) : NULL;
    candidate->schema = g_utf8_make_valid(schema, -1);
    candidate->path = table ? g_strdup_printf("%s.%s", candidate->table, candidate->name)
                            : g_strdup(candidate->name);
    candidate->full_path = g_strdup_printf("%s.%s", candidate->schema, candidate->path);
    candidate->short_path = own ? candidate->full_path : candidate->path;
}

static void
clear_candidate(Candidate *candidate)
{
    g_free(candidate->name);
    g_free(candidate->table);
    g_free(candidate->schema);
    g_free(candidate->path);
    g_free(candidate->full_path);
}

static bool
patterns_include(const RtFilter *filter, const Candidate *candidate)
{
    /* what is inside a table takes part as its table does, unless a pattern speaks of it */
    bool is_included = !filter->has_includes || candidate->table;
    for (unsigned i = 0; i < filter->patterns->len; i++) {
        const Pattern *pattern = &g_array_index(filter->patterns, Pattern, i);
        if (pattern_fits(pattern, candidate))
            is_included = pattern->is_included;
    }
    return is_included;
}

/* Whether nothing is said of any object. */
static bool
is_silent(const RtFilter *filter)
{
    return filter->patterns->len == 0 && !filter->command;
}

bool
rt_filter_includes(void *data, RtKind kind, const RtName *table, const RtName *name, bool reflected,
                   bool other_side_has_it)
{
    RtFilter *filter = data;
    Candidate candidate;
    if (is_silent(filter))
        return true;
    init_candidate(&candidate, filter, kind, table, name, reflected);
    bool is_included = patterns_include(filter, &candidate) &&
                       !(filter->command && ask_program(filter, &candidate, other_side_has_it));
    clear_candidate(&candidate);
    return is_included;
}

bool
rt_filter_may_include(const RtFilter *filter, RtKind kind, const RtName *name, bool reflected)
{
    Candidate candidate;
    if (is_silent(filter))
        return true;
    init_candidate(&candidate, filter, kind, NULL, name, reflected);
    bool is_included = patterns_include(filter, &candidate);
    clear_candidate(&candidate);
    return is_included;
}

bool
rt_filter_check(const RtFilter *filter, GError **error)
{
    if (!filter->has_failed)
        return true;
    rt_error_set(error, RT_ERROR_CONFIG,
                 "exclude_exec `%s` does not answer: it must read a line of JSON and print yes or "
                 "no for each object",
                 filter->command);
    return false;
}
