/* The person's side: colours, notices, progress and questions; consumers of the library's events.
 */
#pragma once

#include "base/events.h"
#include "work/logging.h"

#include <stdio.h>

typedef struct RtTerminal {
    int verbosity; /* -1 quiet … 2 SQL as sent */
    bool is_json;  /* notices for programs */
    bool has_color;
    bool can_ask;      /* standard input and error are terminals */
    bool has_progress; /* a progress line stands unfinished */
    char *waited_for;  /* what the last line of progress said, and when */
    gint64 waited_at;
    RtCancel *cancel;
    RtLogging *logging; /* NULL until the configuration is known */
    FILE *log;          /* the file that it names; NULL: standard error is the log */
} RtTerminal;

void rt_terminal_init(RtTerminal *terminal, int verbosity, bool is_json);
/* Listens as the configuration says from here on; takes `logging`. RT_ERROR_CONFIG when its file
   cannot be written. */
bool rt_terminal_log(RtTerminal *terminal, RtLogging *logging,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_terminal_close(RtTerminal *terminal);
/* The listeners that print on standard error; valid as long as `terminal`. */
RtEvents rt_terminal_events(RtTerminal *terminal);
/* Prints an error as INTERFACE promises: text with the excerpt, or one JSON object. */
void rt_terminal_error(RtTerminal *terminal, const GError *error);
/* Writes all of `text` to standard output; false (with errno) when it cannot. */
bool rt_terminal_write(const char *text, size_t length);
/* Lets SIGINT and SIGTERM set the cancel flag: once to stop soon, twice to stop now. The third ends
   the program where it is. */
void rt_terminal_catch_signals(void);
