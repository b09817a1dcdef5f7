/* Prints notices and errors, asks questions, catches signals. */
#include "cli/terminal.h"

#include "base/error.h"
#include "base/text.h"
#include "export/json.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Written by the signal handler, which has no other way to reach anything. */
static RtCancel cancel_flag;

/* Once more than is listened to ends the program: what does not look at the flag has hung. */
static void
on_signal(int number)
{
    if (++cancel_flag.level == 2) {
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
    }
    (void) number;
}

void
rt_terminal_catch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void
rt_terminal_init(RtTerminal *terminal, int verbosity, bool is_json)
{
    const char *no_color = g_getenv("NO_COLOR"), *kind = g_getenv("TERM");
    bool is_terminal = isatty(STDERR_FILENO);
    *terminal = (RtTerminal){
        .verbosity = verbosity,
        .is_json = is_json,
        .has_color = is_terminal && !(no_color && *no_color) && g_strcmp0(kind, "dumb") != 0,
        .can_ask = is_terminal && isatty(STDIN_FILENO) && !is_json,
        .cancel = &cancel_flag,
    };
}

/* All that people read on standard error but colours: what others wrote moves no cursor. */
static void G_GNUC_PRINTF(1, 2) say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *visible = rt_text_visible(text);
    fputs(visible, stderr);
}

static void
finish_progress(RtTerminal *terminal)
{
    if (terminal->has_progress)
        fputs("\r\033[K", stderr);
    terminal->has_progress = false;
}

/* ---- messages ---------------------------------------------------------------------------------
 */

/* What standard error shows, by -q, -v and -vv; where it is the log, [logging] has a say too. */
static RtLevel
shown_level(const RtTerminal *terminal, const char *logger, bool is_statement)
{
    RtLevel level = terminal->verbosity < 0                        ? RT_LEVEL_WARNING
                    : terminal->verbosity > (is_statement ? 1 : 0) ? RT_LEVEL_DEBUG
                                                                   : RT_LEVEL_INFO;
    if (!terminal->logging || terminal->log)
        return level;
    RtLevel wanted = rt_logging_level(terminal->logging, logger, level);
    return terminal->verbosity < 0   ? MAX(wanted, level)
           : terminal->verbosity > 0 ? MIN(wanted, level)
                                     : wanted;
}

static void
write_record(const RtTerminal *terminal, FILE *file, RtLevel level, const char *logger,
             const char *message)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *record = rt_logging_format(terminal->logging, now, level, logger, message);
    fprintf(file, "%s\n", record);
}

static void
show_message(RtTerminal *terminal, RtLevel level, const char *logger, const char *message)
{
    static const char *const colors[] = { "\033[2m", "", "\033[33m", "\033[31m" };
    finish_progress(terminal);
    if (terminal->logging && !terminal->log && terminal->logging->is_json) {
        write_record(terminal, stderr, level, logger, message);
        return;
    }
    const char *color = terminal->has_color ? colors[level] : "";
    fputs(color, stderr);
    say("%-5s [%s] %s", rt_level_name(level), logger, message);
    fprintf(stderr, "%s\n", *color ? "\033[0m" : "");
}

static void
tell(RtTerminal *terminal, RtLevel level, const char *logger, const char *message,
     bool is_statement)
{
    if (terminal->log && level >= rt_logging_level(terminal->logging, logger, RT_LEVEL_INFO))
        write_record(terminal, terminal->log, level, logger, message);
    if (level >= shown_level(terminal, logger, is_statement))
        show_message(terminal, level, logger, message);
}

static void
print_statement(void *data, const char *logger, const char *sql)
{
    tell(data, RT_LEVEL_DEBUG, logger, sql, true);
}

static void
print_notice(void *data, RtLevel level, const char *logger, const char *message)
{
    tell(data, level, logger, message, false);
}

bool
rt_terminal_log(RtTerminal *terminal, RtLogging *logging, GError **error)
{
    terminal->logging = logging;
    if (!logging->path)
        return true;
    terminal->log = fopen(logging->path, "ae");
    if (terminal->log)
        return true;
    rt_error_set(error, RT_ERROR_CONFIG, "cannot write the log %s: %s", logging->path,
                 g_strerror(errno));
    return false;
}

void
rt_terminal_close(RtTerminal *terminal)
{
    g_clear_pointer(&terminal->log, fclose);
    g_clear_pointer(&terminal->logging, rt_logging_free);
    g_clear_pointer(&terminal->waited_for, g_free);
}

/* ---- progress and questions -------------------------------------------------------------------
 */

/* On a terminal one line is written over and over; a file gets one that says the same rarely. */
static bool
is_progress_due(RtTerminal *terminal, const char *what)
{
    enum { SECONDS_BETWEEN = 30 };
    gint64 now = g_get_monotonic_time();
    if (g_strcmp0(terminal->waited_for, what) == 0 &&
        now - terminal->waited_at < SECONDS_BETWEEN * G_USEC_PER_SEC)
        return false;
    g_free(terminal->waited_for);
    terminal->waited_for = g_strdup(what);
    terminal->waited_at = now;
    return true;
}

static void
print_progress(void *data, const char *what, int percent)
{
    RtTerminal *terminal = data;
    if (terminal->verbosity < 0 || terminal->is_json ||
        (!isatty(STDERR_FILENO) && !is_progress_due(terminal, what)))
        return;
    finish_progress(terminal);
    const char *end = isatty(STDERR_FILENO) ? "" : "\n";
    if (percent >= 0)
        say("%s: %d%%%s", what, percent, end);
    else
        say("%s%s", what, end);
    terminal->has_progress = !*end;
    fflush(stderr);
}

static bool
ask(void *data, const char *question)
{
    RtTerminal *terminal = data;
    char answer[16];
    if (!terminal->can_ask)
        return false;
    finish_progress(terminal);
    say("%s [y/N] ", question);
    return fgets(answer, sizeof answer, stdin) && g_ascii_tolower(answer[0]) == 'y';
}

RtEvents
rt_terminal_events(RtTerminal *terminal)
{
    return (RtEvents){ .data = terminal,
                       .statement = print_statement,
                       .progress = print_progress,
                       .notice = print_notice,
                       .confirm = ask,
                       .cancel = terminal->cancel };
}

/* ---- errors and answers -----------------------------------------------------------------------
 */

static void
print_json_error(const GError *error)
{
    const RtErrorPlace *place = rt_error_place(error);
    json_t *body =
        json_pack("{s:s, s:o, s:o, s:o, s:o}", "code", rt_error_name(error), "message",
                  rt_json_text(error->message), "file", rt_json_text(place ? place->file : NULL),
                  "line", place && place->line ? json_integer(place->line) : json_null(), "column",
                  place && place->column ? json_integer(place->column) : json_null());
    json_t *object = json_pack("{s:o}", "error", body);
    g_autofree char *text = json_dumps(object, JSON_COMPACT);
    fprintf(stderr, "%s\n", text);
    json_decref(object);
}

void
rt_terminal_error(RtTerminal *terminal, const GError *error)
{
    finish_progress(terminal);
    if (terminal->log)
        write_record(terminal, terminal->log, RT_LEVEL_ERROR, "retort", error->message);
    if (terminal->is_json) {
        print_json_error(error);
        return;
    }
    g_autofree char *text = rt_error_describe(error);
    const char *color = terminal->has_color ? "\033[31m" : "";
    fprintf(stderr, "%serror:%s ", color, *color ? "\033[0m" : "");
    say("%s\n", text);
}

bool
rt_terminal_write(const char *text, size_t length)
{
    while (length) {
        ssize_t n = write(STDOUT_FILENO, text, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        text += n;
        length -= (size_t) n;
    }
    return true;
}
