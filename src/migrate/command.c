/* Programs as steps. Input and outputs are files in memory, so that no pipe can fill up. */
#include "migrate/command.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILE_INPUT, FILE_OUTPUT, FILE_ERROR, N_FILES };

static char *
make_input(const RtRunner *runner, const RtMigration *migration)
{
    const char *context = runner->options->context;
    json_t *object = context ? json_loads(context, 0, NULL) : NULL;
    if (!json_is_object(object)) {
        json_decref(object);
        object = json_object();
    }
    json_object_set_new(object, "revision", json_string(migration->revision->id));
    json_object_set_new(object, "direction",
                        json_string(migration->direction == RT_UP ? "up" : "down"));
    g_autofree char *dumped = json_dumps(object, JSON_COMPACT);
    char *text = g_strconcat(dumped, "\n", NULL);
    json_decref(object);
    return text;
}

static char **
make_environment(const RtRunner *runner)
{
    g_autofree char *printed = runner->options->url ? NULL : rt_url_print(runner->database->url);
    return g_environ_setenv(g_get_environ(), "RETORT_URL", printed ? printed : runner->options->url,
                            TRUE);
}

static char *
read_file(int file)
{
    GString *text = g_string_new(NULL);
    char buffer[4096];
    ssize_t n;
    for (off_t at = 0; (n = pread(file, buffer, sizeof buffer, at)) > 0; at += n)
        g_string_append_len(text, buffer, n);
    return g_strchomp(g_string_free(text, FALSE));
}

static bool
open_files(int files[N_FILES], const char *input)
{
    for (int i = 0; i < N_FILES; i++) {
        files[i] = memfd_create("retort", MFD_CLOEXEC);
        if (files[i] < 0)
            return false;
    }
    size_t length = strlen(input);
    return write(files[FILE_INPUT], input, length) == (ssize_t) length &&
           lseek(files[FILE_INPUT], 0, SEEK_SET) == 0;
}

static bool
spawn_and_wait(const char *command, char **environment, const int files[N_FILES], int *out_status,
               GError **error)
{
    char *arguments[] = { "/bin/sh", "-c", (char *) command, NULL };
    GPid child;
    g_autoptr(GError) failure = NULL;
    if (!g_spawn_async_with_fds(NULL, arguments, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                &child, files[FILE_INPUT], files[FILE_OUTPUT], files[FILE_ERROR],
                                &failure)) {
        rt_error_set(error, RT_ERROR_REJECTED, "the command cannot be started: %s",
                     failure->message);
        return false;
    }
    while (waitpid(child, out_status, 0) < 0 && errno == EINTR)
        ;
    return true;
}

static bool
check_status(int status, int error_file, GError **error)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    g_autofree char *said = read_file(error_file);
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
rt_command_run(RtRunner *runner, const RtMigration *migration, const char *command, GError **error)
{
    int files[N_FILES] = { -1, -1, -1 }, status = 0;
    g_autofree char *input = make_input(runner, migration);
    g_auto(GStrv) environment = make_environment(runner);
    bool ok = open_files(files, input);
    if (!ok)
        rt_error_set(error, RT_ERROR_REJECTED, "no room for the command's input: %s",
                     g_strerror(errno));
    ok = ok && spawn_and_wait(command, environment, files, &status, error) &&
         check_status(status, files[FILE_ERROR], error);
    g_autofree char *said = files[FILE_OUTPUT] >= 0 ? read_file(files[FILE_OUTPUT]) : NULL;
    if (ok && said && *said)
        rt_events_notice(runner->events, RT_LEVEL_INFO, "retort.run", "%s", said);
    for (int i = 0; i < N_FILES; i++) {
        if (files[i] >= 0)
            close(files[i]);
    }
    return ok;
}
