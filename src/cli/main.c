/* The program: reads the command line, runs one command, prints its answer or its error. */
#include "cli/command.h"
#include "cli/project.h"
#include "cli/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A closed pipe is the reader's choice; any other failure to write is an error. */
static int
write_answer(const RtInvocation *invocation, int status, GError **error)
{
    const GString *out = invocation->out;
    if (!out->len || rt_terminal_write(out->str, out->len) || errno == EPIPE)
        return status;
    rt_error_set(error, RT_ERROR_FILE, "cannot write the answer: %s", g_strerror(errno));
    return -1;
}

static int
run_command(RtInvocation *invocation, GError **error)
{
    if (rt_invocation_flag(invocation, "version")) {
        rt_invocation_print(invocation, "retort %s", RT_VERSION);
        return 0;
    }
    bool wants_help = rt_invocation_flag(invocation, "help");
    if (wants_help || (!invocation->command && !invocation->is_json)) {
        g_autofree char *help =
            invocation->command ? rt_help_command(invocation->command) : rt_help_program();
        g_string_append(invocation->out, help);
    }
    if (wants_help)
        return 0;
    if (!invocation->command) {
        rt_error_set(error, RT_ERROR_USAGE, "no command given; `retort --help` lists them");
        return -1;
    }
    return invocation->command->run(invocation, error);
}

/* The error, and below it what else was wrong with the same sources. */
static void
print_errors(RtTerminal *terminal, const RtInvocation *invocation, const GError *error)
{
    rt_terminal_error(terminal, error);
    const GPtrArray *problems =
        invocation->project ? rt_project_problems(invocation->project) : NULL;
    for (unsigned i = 1; problems && i < problems->len && !terminal->is_json; i++)
        rt_terminal_error(terminal, g_ptr_array_index(problems, i));
}

int
main(int argc, char **argv)
{
    RtInvocation invocation = { 0 };
    RtTerminal terminal;
    g_autoptr(GError) error = NULL;
    int status = -1;

    rt_terminal_catch_signals();
    bool is_parsed = rt_invocation_parse(&invocation, argc, argv, &error);
    rt_terminal_init(&terminal, invocation.verbosity, invocation.is_json);
    invocation.terminal = &terminal;
    if (is_parsed)
        status = run_command(&invocation, &error);
    if (invocation.out) {
        g_autoptr(GError) failure = NULL;
        status = write_answer(&invocation, status, &failure);
        if (failure && !error)
            error = g_steal_pointer(&failure);
    }
    if (error) {
        print_errors(&terminal, &invocation, error);
        status = rt_error_exit_status(error);
    }
    rt_invocation_close(&invocation);
    rt_terminal_close(&terminal);
    rt_invocation_clear(&invocation);
    return status;
}
