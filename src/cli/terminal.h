/* The person's side: colours, notices, progress and questions; consumers of the library's events.
 */
#pragma once

#include "base/events.h"

typedef struct RtTerminal {
    int verbosity; /* -1 quiet … 2 SQL as sent */
    bool is_json;  /* notices for programs */
    bool has_color;
    bool can_ask;      /* standard input and error are terminals */
    bool has_progress; /* a progress line stands unfinished */
    RtCancel *cancel;
} RtTerminal;

void rt_terminal_init(RtTerminal *terminal, int verbosity, bool is_json);
/* The listeners that print on standard error; valid as long as `terminal`. */
RtEvents rt_terminal_events(RtTerminal *terminal);
/* Prints an error as INTERFACE promises: text with the excerpt, or one JSON object. */
void rt_terminal_error(RtTerminal *terminal, const GError *error);
/* Writes all of `text` to standard output; false (with errno) when it cannot. */
bool rt_terminal_write(const char *text, size_t length);
/* Lets SIGINT and SIGTERM set the cancel flag: once to stop soon, twice to stop now. */
void rt_terminal_catch_signals(void);
