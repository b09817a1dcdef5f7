/* The table of errors and the GError that knows its place in a text. */
#include "base/error.h"

typedef struct RtErrorPrivate {
    RtErrorPlace place;
} RtErrorPrivate;

static const struct {
    const char *name;
    int exit_status;
} table[] = {
    [RT_ERROR_USAGE] = { "usage", 2 },
    [RT_ERROR_CONFIG] = { "config", 2 },
    [RT_ERROR_SYNTAX] = { "syntax", 3 },
    [RT_ERROR_UNSUPPORTED] = { "unsupported", 3 },
    [RT_ERROR_NOT_UNDERSTOOD] = { "not_understood", 3 },
    [RT_ERROR_SCRIPT_EDITED] = { "script_edited", 3 },
    [RT_ERROR_NOT_UP_TO_DATE] = { "not_up_to_date", 3 },
    [RT_ERROR_REJECTED] = { "rejected", 3 },
    [RT_ERROR_ASSERTION] = { "assertion", 3 },
    [RT_ERROR_IRREVERSIBLE] = { "irreversible", 3 },
    [RT_ERROR_FILE] = { "file", 3 },
    [RT_ERROR_MULTIPLE_HEADS] = { "multiple_heads", 3 },
    [RT_ERROR_NOT_FOUND] = { "not_found", 3 },
    [RT_ERROR_NO_SUCH_BRANCH] = { "no_such_branch", 3 },
    [RT_ERROR_NOT_IN_BRANCH] = { "not_in_branch", 3 },
    [RT_ERROR_AMBIGUOUS_PREFIX] = { "ambiguous_prefix", 3 },
    [RT_ERROR_NOT_ANCESTOR] = { "not_ancestor", 3 },
    [RT_ERROR_NOT_ON_BRANCH_DOWNGRADE] = { "not_on_branch_downgrade", 3 },
    [RT_ERROR_RELATIVE_TOO_FAR] = { "relative_too_far", 3 },
    [RT_ERROR_AMBIGUOUS_WALK] = { "ambiguous_walk", 3 },
    [RT_ERROR_AMBIGUOUS_CURRENT] = { "ambiguous_current", 3 },
    [RT_ERROR_OVERLAP] = { "overlap", 3 },
    [RT_ERROR_NEEDS_SPLICE] = { "needs_splice", 3 },
    [RT_ERROR_DUPLICATE_HEADS] = { "duplicate_heads", 3 },
    [RT_ERROR_DUPLICATE_LABEL] = { "duplicate_label", 3 },
    [RT_ERROR_DUPLICATE_REVISION] = { "duplicate_revision", 3 },
    [RT_ERROR_ILLEGAL_CHARACTER] = { "illegal_character", 3 },
    [RT_ERROR_CYCLE] = { "cycle", 3 },
    [RT_ERROR_SELF_LOOP] = { "self_loop", 3 },
    [RT_ERROR_DEPENDENCY_CYCLE] = { "dependency_cycle", 3 },
    [RT_ERROR_DEPENDENCY_SELF_LOOP] = { "dependency_self_loop", 3 },
    [RT_ERROR_ROW_COUNT] = { "row_count", 3 },
    [RT_ERROR_RANGE_REQUIRED] = { "range_required", 3 },
    [RT_ERROR_RANGE_NOT_ALLOWED] = { "range_not_allowed", 3 },
    [RT_ERROR_DENIED] = { "denied", 4 },
    [RT_ERROR_UNREACHABLE] = { "unreachable", 4 },
    [RT_ERROR_TIMEOUT] = { "timeout", 4 },
    [RT_ERROR_LOST] = { "lost", 4 },
    [RT_ERROR_SERVER] = { "server", 4 },
    [RT_ERROR_LOCKED] = { "locked", 5 },
    [RT_ERROR_NEEDS_DECISION] = { "needs_decision", 6 },
    [RT_ERROR_INTERRUPTED] = { "interrupted", 130 },
};

/* GLib keeps what a domain adds to its errors in front of them, aligned. */
static RtErrorPrivate *
get_private(const GError *error)
{
    gsize alignment = 2 * sizeof(gsize);
    gsize size = (sizeof(RtErrorPrivate) + alignment - 1) & -alignment;
    return (RtErrorPrivate *) ((guint8 *) error - size);
}

static RtErrorPlace
copy_place(const RtErrorPlace *place)
{
    return (RtErrorPlace){
        .file = g_strdup(place->file),
        .line = place->line,
        .column = place->column,
        .excerpt = g_strdup(place->excerpt),
    };
}

static void
init_private(GError *error)
{
    *get_private(error) = (RtErrorPrivate){ 0 };
}

static void
copy_private(const GError *from, GError *to)
{
    const RtErrorPlace *place = &get_private(from)->place;
    get_private(to)->place = copy_place(place);
}

static void
clear_private(GError *error)
{
    const RtErrorPlace *place = &get_private(error)->place;
    g_free(place->file);
    g_free(place->excerpt);
}

/*
 * What G_DEFINE_EXTENDED_ERROR writes, but for the question whether the domain is there already:
 * driver modules hold a second copy of this file, and all copies share one domain.
 */
GQuark
rt_error_quark(void)
{
    static gsize quark;
    if (g_once_init_enter(&quark)) {
        GQuark known = g_quark_try_string("RtError");
        g_once_init_leave(&quark, known ? known
                                        : g_error_domain_register_static(
                                              "RtError", sizeof(RtErrorPrivate), init_private,
                                              copy_private, clear_private));
    }
    return (GQuark) quark;
}

static RtErrorCode
code_of(const GError *error)
{
    if (error->domain == RT_ERROR)
        return (RtErrorCode) error->code;
    return error->domain == G_FILE_ERROR ? RT_ERROR_FILE : RT_ERROR_SERVER;
}

const char *
rt_error_name(const GError *error)
{
    return table[code_of(error)].name;
}

int
rt_error_exit_status(const GError *error)
{
    return table[code_of(error)].exit_status;
}

bool
rt_error_is(const GError *error, RtErrorCode code)
{
    return g_error_matches(error, RT_ERROR, (int) code);
}

const RtErrorPlace *
rt_error_place(const GError *error)
{
    if (error->domain != RT_ERROR)
        return NULL;
    const RtErrorPlace *place = &get_private(error)->place;
    return place->file ? place : NULL;
}

void
rt_error_set(GError **error, RtErrorCode code, const char *format, ...)
{
    if (!error)
        return;
    va_list args;
    va_start(args, format);
    *error = g_error_new_valist(RT_ERROR, (int) code, format, args);
    va_end(args);
}

void
rt_error_set_at(GError **error, RtErrorCode code, const RtErrorPlace *place, const char *format,
                ...)
{
    if (!error)
        return;
    va_list args;
    va_start(args, format);
    *error = g_error_new_valist(RT_ERROR, (int) code, format, args);
    va_end(args);
    get_private(*error)->place = copy_place(place);
}

char *
rt_error_locate(const GError *error)
{
    const RtErrorPlace *place = rt_error_place(error);
    if (!place)
        return g_strdup(error->message);

    GString *text = g_string_new(place->file);
    if (place->line)
        g_string_append_printf(text, ":%u", place->line);
    if (place->column)
        g_string_append_printf(text, ":%u", place->column);
    g_string_append_printf(text, ": %s", error->message);
    return g_string_free(text, FALSE);
}

char *
rt_error_describe(const GError *error)
{
    const RtErrorPlace *place = rt_error_place(error);
    g_autofree char *text = rt_error_locate(error);
    return place && place->excerpt ? g_strconcat(text, "\n", place->excerpt, NULL)
                                   : g_steal_pointer(&text);
}
