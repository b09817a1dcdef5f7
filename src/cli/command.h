/*
 * Commands as rows: name, options, help and examples in one table each, from which parsing, help
 * and suggestions come. One file a command; commands.c lists them.
 */
#pragma once

#include "base/error.h"

typedef struct RtInvocation RtInvocation;
typedef struct RtProject RtProject;
typedef struct RtTerminal RtTerminal;
typedef struct RtEvents RtEvents;

typedef struct RtOption {
    const char *name;     /* "autogenerate": --autogenerate; "_" may stand for "-" */
    char letter;          /* -m; 0: none */
    const char *argument; /* what the value is called in help; NULL: a flag */
    const char *help;
    bool is_repeatable;
} RtOption;

typedef struct RtCommand {
    const char *name;      /* "ensure-version" */
    const char *arguments; /* in help: "REVISION…" */
    unsigned min_arguments, max_arguments;
    const char *summary;     /* one line */
    const char *description; /* paragraphs, may be NULL */
    const char *examples;    /* "retort check\nretort check --json", one a line */
    const RtOption *options; /* ended by name == NULL; NULL: only the global ones */
    /* Returns the exit status; -1 with *error set. */
    int (*run)(RtInvocation *invocation, GError **error);
} RtCommand;

extern const RtCommand *const rt_commands[]; /* NULL-ended, in the order of help */
extern const RtOption rt_global_options[];

/* One parsed command line, and where its answer goes. */
struct RtInvocation {
    const RtCommand *command; /* NULL: none was given */
    GPtrArray *arguments;     /* of const char * */
    GHashTable *values;       /* option name → GPtrArray of const char * */
    GString *out;             /* standard output, written when the command has ended */
    bool is_json;
    int verbosity; /* -1 quiet, 0, 1, 2 */
    RtTerminal *terminal;
    RtEvents *events;   /* made on first use */
    RtProject *project; /* opened on first use; cli/project.h */
};

/*
 * Options may stand anywhere, "--" ends them; -N and +N with a digit are arguments. Fails with
 * RT_ERROR_USAGE.
 */
bool rt_invocation_parse(RtInvocation *invocation, int argc, char **argv,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_invocation_clear(RtInvocation *invocation);

bool rt_invocation_flag(const RtInvocation *invocation, const char *option);
/* The last value given, or NULL. */
const char *rt_invocation_value(const RtInvocation *invocation, const char *option);
/* All values given, NULL-ended; an empty list when there are none. Borrowed. */
const char *const *rt_invocation_values(RtInvocation *invocation, const char *option);
/* Argument i, or NULL. */
const char *rt_invocation_argument(const RtInvocation *invocation, unsigned i);
/* All arguments, NULL-ended, borrowed. */
const char *const *rt_invocation_arguments(RtInvocation *invocation);

/* Appends a line for people to the answer, with what a terminal would obey made visible; what
   programs read (SQL, JSON) goes into `out` byte for byte. */
void rt_invocation_print(RtInvocation *invocation, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Help texts; owned by the caller. */
char *rt_help_program(void);
char *rt_help_command(const RtCommand *command);
