/* Commands run by the shell, from start to end. */
#pragma once

#include "base/error.h"

typedef struct RtProcess {
    const char *command;
    const char *folder;                /* to run it in; NULL: the working folder */
    char **environment;                /* NULL: that of this program */
    const char *input;                 /* what it reads on standard input; NULL: nothing */
    void (*while_waiting)(void *data); /* called about ten times a second until it ends, or NULL */
    void *while_waiting_data;
} RtProcess;

/*
 * Runs the command to its end. *out_output is what it printed, owned by the caller, *out_length the
 * number of its bytes; both may be NULL. Any exit status but 0 is RT_ERROR_REJECTED with what the
 * command said on its standard error.
 */
bool rt_process_run(const RtProcess *process, char **out_output, size_t *out_length,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
