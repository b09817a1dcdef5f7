/* Prints notices and errors, asks questions, catches signals. */
#include "cli/terminal.h"

#include "base/error.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Written by the signal handler, which has no other way to reach anything. */
static RtCancel cancel_flag;

static void
on_signal(int number)
{
    (void) number;
    if (cancel_flag.level < 2)
        cancel_flag.level++;
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

static void
finish_progress(RtTerminal *terminal)
{
    if (terminal->has_progress)
        fputs("\r\033[K", stderr);
    terminal->has_progress = false;
}

static void
print_statement(void *data, const char *logger, const char *sql)
{
    RtTerminal *terminal = data;
    if (terminal->verbosity < 2)
        return;
    finish_progress(terminal);
    fprintf(stderr, "DEBUG [%s] %s\n", logger, sql);
}

static void
print_progress(void *data, const char *what, int percent)
{
    RtTerminal *terminal = data;
    if (terminal->verbosity < 0 || terminal->is_json)
        return;
    finish_progress(terminal);
    const char *end = isatty(STDERR_FILENO) ? "" : "\n";
    if (percent >= 0)
        fprintf(stderr, "%s: %d%%%s", what, percent, end);
    else
        fprintf(stderr, "%s%s", what, end);
    terminal->has_progress = !*end;
    fflush(stderr);
}

static void
print_notice(void *data, RtLevel level, const char *logger, const char *message)
{
    static const struct {
        const char *name, *color;
    } levels[] = { { "DEBUG", "\033[2m" }, { "INFO ", "" }, { "WARN ", "\033[33m" } };
    RtTerminal *terminal = data;
    if (terminal->verbosity < (level == RT_LEVEL_DEBUG ? 1 : level == RT_LEVEL_INFO ? 0 : -1))
        return;
    finish_progress(terminal);
    bool has_color = terminal->has_color && *levels[level].color;
    fprintf(stderr, "%s%s [%s] %s%s\n", has_color ? levels[level].color : "", levels[level].name,
            logger, message, has_color ? "\033[0m" : "");
}

static bool
ask(void *data, const char *question)
{
    RtTerminal *terminal = data;
    char answer[16];
    if (!terminal->can_ask)
        return false;
    finish_progress(terminal);
    fprintf(stderr, "%s [y/N] ", question);
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

static void
print_json_error(const GError *error)
{
    const RtErrorPlace *place = rt_error_place(error);
    json_t *body =
        json_pack("{s:s, s:s, s:s?, s:o, s:o}", "code", rt_error_name(error), "message",
                  error->message, "file", place ? place->file : NULL, "line",
                  place && place->line ? json_integer(place->line) : json_null(), "column",
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
    if (terminal->is_json) {
        print_json_error(error);
        return;
    }
    g_autofree char *text = rt_error_describe(error);
    const char *color = terminal->has_color ? "\033[31m" : "";
    fprintf(stderr, "%serror:%s %s\n", color, *color ? "\033[0m" : "", text);
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
