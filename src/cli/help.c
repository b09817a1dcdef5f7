/* Help texts from the rows of commands and options. */
#include "cli/command.h"

#include <string.h>

enum { HELP_COLUMN = 28 };

static void
append_padded(GString *out, const char *left, const char *right)
{
    g_string_append_printf(out, "  %-*s %s\n", HELP_COLUMN - 3, left, right);
}

static void
append_options(GString *out, const RtOption *options)
{
    for (const RtOption *option = options; option && option->name; option++) {
        g_autofree char *letter =
            option->letter ? g_strdup_printf("-%c, ", option->letter) : g_strdup("    ");
        g_autofree char *left =
            g_strdup_printf("%s--%s%s%s", letter, option->name, option->argument ? " " : "",
                            option->argument ? option->argument : "");
        if (strlen(left) > HELP_COLUMN - 3)
            g_string_append_printf(out, "  %s\n%*s%s\n", left, HELP_COLUMN, "", option->help);
        else
            append_padded(out, left, option->help);
    }
}

char *
rt_help_program(void)
{
    GString *out = g_string_new("usage: retort [OPTION…] COMMAND [ARGUMENT…]\n\n"
                                "Schema migration for analytical and distributed databases.\n\n"
                                "commands:\n");
    for (const RtCommand *const *command = rt_commands; *command; command++)
        append_padded(out, (*command)->name, (*command)->summary);
    g_string_append(out, "\noptions of every command:\n");
    append_options(out, rt_global_options);
    g_string_append(out, "\nexamples:\n"
                         "  retort init\n"
                         "  retort revision --autogenerate -m \"first tables\"\n"
                         "  retort upgrade\n"
                         "\n`retort COMMAND --help` says more of one.\n");
    return g_string_free(out, FALSE);
}

char *
rt_help_command(const RtCommand *command)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "usage: retort %s [OPTION…]%s%s\n\n%s.\n", command->name,
                           command->arguments ? " " : "",
                           command->arguments ? command->arguments : "", command->summary);
    if (command->description)
        g_string_append_printf(out, "\n%s\n", command->description);
    if (command->options) {
        g_string_append(out, "\noptions:\n");
        append_options(out, command->options);
    }
    g_string_append(out, "\noptions of every command:\n");
    append_options(out, rt_global_options);
    if (command->examples) {
        g_auto(GStrv) lines = g_strsplit(command->examples, "\n", -1);
        g_string_append(out, "\nexamples:\n");
        for (char **line = lines; *line; line++)
            g_string_append_printf(out, "  %s\n", *line);
    }
    return g_string_free(out, FALSE);
}
