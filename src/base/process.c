/* Runs commands. Input and outputs are files in memory, so that no pipe can fill up. */
#include "base/process.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILE_INPUT, FILE_OUTPUT, FILE_ERROR, N_FILES };

static GString *
read_file(int file)
{
    GString *text = g_string_new(NULL);
    char buffer[4096];
    ssize_t n;
    for (off_t at = 0; (n = pread(file, buffer, sizeof buffer, at)) > 0; at += n)
        g_string_append_len(text, buffer, n);
    return text;
}

static bool
open_files(int files[N_FILES], const char *input, GError **error)
{
    size_t length = input ? strlen(input) : 0;
    bool ok = true;
    for (int i = 0; i < N_FILES && ok; i++) {
        files[i] = memfd_create("retort", MFD_CLOEXEC);
        ok = files[i] >= 0;
    }
    ok = ok && (!length || write(files[FILE_INPUT], input, length) == (ssize_t) length) &&
         lseek(files[FILE_INPUT], 0, SEEK_SET) == 0;
    if (!ok)
        rt_error_set(error, RT_ERROR_REJECTED, "no room for the command's input: %s",
                     g_strerror(errno));
    return ok;
}

static void
wait_for(const RtProcess *process, GPid child, int *out_status)
{
    enum { CALL_EVERY_MS = 100 };
    struct pollfd end = { .fd = -1, .events = POLLIN };
    if (process->while_waiting)
        end.fd = (int) syscall(SYS_pidfd_open, child, 0);
    while (end.fd >= 0 && poll(&end, 1, CALL_EVERY_MS) <= 0)
        process->while_waiting(process->while_waiting_data);
    if (end.fd >= 0)
        close(end.fd);
    while (waitpid(child, out_status, 0) < 0 && errno == EINTR)
        ;
}

static bool
spawn_and_wait(const RtProcess *process, const int files[N_FILES], int *out_status, GError **error)
{
    char *arguments[] = { "/bin/sh", "-c", (char *) process->command, NULL };
    GPid child;
    g_autoptr(GError) failure = NULL;
    if (!g_spawn_async_with_fds(process->folder, arguments, process->environment,
                                G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child, files[FILE_INPUT],
                                files[FILE_OUTPUT], files[FILE_ERROR], &failure)) {
        rt_error_set(error, RT_ERROR_REJECTED, "the command cannot be started: %s",
                     failure->message);
        return false;
    }
    wait_for(process, child, out_status);
    return true;
}

static bool
check_status(int status, int error_file, GError **error)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    g_autofree char *said = g_strchomp(g_string_free(read_file(error_file), FALSE));
    const char *separator = *said ? ": " : "";
    if (WIFSIGNALED(status))
        rt_error_set(error, RT_ERROR_REJECTED, "the command was ended by signal %d%s%s",
                     WTERMSIG(status), separator, said);
    else
        rt_error_set(error, RT_ERROR_REJECTED, "the command ended with status %d%s%s",
                     WEXITSTATUS(status), separator, said);
    return false;
}

bool
rt_process_run(const RtProcess *process, char **out_output, size_t *out_length, GError **error)
{
    int files[N_FILES] = { -1, -1, -1 }, status = 0;
    bool ok = open_files(files, process->input, error) &&
              spawn_and_wait(process, files, &status, error) &&
              check_status(status, files[FILE_ERROR], error);
    if (ok && out_output) {
        GString *said = read_file(files[FILE_OUTPUT]);
        if (out_length)
            *out_length = said->len;
        *out_output = g_string_free(said, FALSE);
    }
    for (int i = 0; i < N_FILES; i++) {
        if (files[i] >= 0)
            close(files[i]);
    }
    return ok;
}
