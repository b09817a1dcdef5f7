/* Reads a command line by the rows of options. */
#include "cli/command.h"

#include "base/nearest.h"
#include "base/text.h"

#include <string.h>

const RtOption rt_global_options[] = {
    { "config", 'c', "FILE", "configuration file (RETORT_CONFIG, else retort.ini)" },
    { "env", 'e', "NAME", "use the keys of section [env NAME]; also -n" },
    { "url", 0, "URL", "the database, instead of the configured one" },
    { "dialect", 0, "NAME", "dialect of schema files" },
    { "set", 'x', "KEY=VALUE", "a value for ${KEY} in the configuration", .is_repeatable = true },
    { "json", 0, NULL, "answer for programs" },
    { "quiet", 'q', NULL, "no notices" },
    { "verbose", 'v', NULL, "more of everything; -vv prints SQL as it is sent",
      .is_repeatable = true },
    { "help", 'h', NULL, "show this help" },
    { "version", 0, NULL, "show the version of the program" },
    { NULL },
};

/* Option names are compared with "_" as "-", so that both spellings of Alembic's work. */
static bool
is_name(const char *name, const char *written, size_t length)
{
    if (strlen(name) != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (name[i] != (written[i] == '_' ? '-' : written[i]))
            return false;
    }
    return true;
}

static const RtOption *
find_in(const RtOption *options, const char *name, size_t length, char letter)
{
    for (const RtOption *option = options; option && option->name; option++) {
        if (letter ? option->letter == letter : is_name(option->name, name, length))
            return option;
    }
    return NULL;
}

static const RtOption *
find_global(const char *name, size_t length, char letter)
{
    return find_in(rt_global_options, name, length, letter == 'n' ? 'e' : letter);
}

/* While the command is not known, an option is a global one, or any command's of that name. */
static const RtOption *
find_anywhere(const char *name, size_t length, char letter)
{
    const RtOption *option = find_global(name, length, letter);
    for (const RtCommand *const *command = rt_commands; *command && !option; command++)
        option = find_in((*command)->options, name, length, letter);
    return option;
}

static const char *
nearest_option(const RtCommand *command, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const RtOption *option = command ? command->options : NULL; option && option->name;
         option++)
        g_ptr_array_add(names, (void *) option->name);
    for (const RtOption *option = rt_global_options; option->name; option++)
        g_ptr_array_add(names, (void *) option->name);
    return rt_nearest(name, (const char *const *) names->pdata, names->len);
}

static void
add_value(RtInvocation *invocation, const RtOption *option, const char *value)
{
    GPtrArray *values = g_hash_table_lookup(invocation->values, option->name);
    if (!values) {
        values = g_ptr_array_new();
        g_hash_table_insert(invocation->values, (void *) option->name, values);
    }
    if (values->len) /* the NULL at its end */
        g_ptr_array_set_size(values, (int) values->len - 1);
    g_ptr_array_add(values, (void *) value);
    g_ptr_array_add(values, NULL);
}

static void
set_unknown(GError **error, const RtCommand *command, const char *argument)
{
    g_autofree char *name = g_strndup(argument, strcspn(argument, "="));
    const char *near = g_str_has_prefix(name, "--") ? nearest_option(command, name + 2) : NULL;
    rt_error_set(error, RT_ERROR_USAGE, "unknown option %s%s%s%s `retort %s%s--help` lists them",
                 argument, near ? ", did you mean --" : ";", near ? near : "", near ? "?" : "",
                 command ? command->name : "", command ? " " : "");
}

/* What is being read: the words without the command, and the place in them. */
typedef struct Reader {
    RtInvocation *invocation;
    char **words;
    int n, next;
    int n_before; /* words that stand before the command */
} Reader;

/*
 * After a command its own options come first, before it the global ones: `current -c` is its
 * --check-heads, `-c FILE current` names the configuration.
 */
static const RtOption *
find_option(const Reader *reader, const char *name, size_t length, char letter)
{
    const RtCommand *command = reader->invocation->command;
    const RtOption *own = command ? find_in(command->options, name, length, letter) : NULL;
    const RtOption *global = find_global(name, length, letter);
    return global && (!own || reader->next <= reader->n_before) ? global : own;
}

static bool
take_value(Reader *reader, const RtOption *option, const char *attached, GError **error)
{
    if (!option->argument) {
        add_value(reader->invocation, option, "");
        return true;
    }
    if (!attached && reader->next < reader->n)
        attached = reader->words[reader->next++];
    if (!attached) {
        rt_error_set(error, RT_ERROR_USAGE, "option --%s needs a value: %s", option->name,
                     option->argument);
        return false;
    }
    add_value(reader->invocation, option, attached);
    return true;
}

static bool
read_long(Reader *reader, const char *word, GError **error)
{
    const char *equal = strchr(word, '=');
    size_t length = equal ? (size_t) (equal - word) : strlen(word);
    const RtOption *option = find_option(reader, word + 2, length - 2, 0);
    if (!option || (equal && !option->argument)) {
        set_unknown(error, reader->invocation->command, word);
        return false;
    }
    return take_value(reader, option, equal ? equal + 1 : NULL, error);
}

static bool
read_short(Reader *reader, const char *word, GError **error)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const RtOption *option = find_option(reader, "", 0, *letter);
        if (!option) {
            set_unknown(error, reader->invocation->command, word);
            return false;
        }
        const char *attached = option->argument && letter[1] ? letter + 1 : NULL;
        if (!take_value(reader, option, attached, error))
            return false;
        if (option->argument)
            break;
    }
    return true;
}

static bool
is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && !g_ascii_isdigit(word[1]);
}

static bool
read_words(Reader *reader, GError **error)
{
    while (reader->next < reader->n) {
        const char *word = reader->words[reader->next++];
        if (strcmp(word, "--") == 0) {
            while (reader->next < reader->n)
                g_ptr_array_add(reader->invocation->arguments, reader->words[reader->next++]);
        } else if (!is_option(word)) {
            g_ptr_array_add(reader->invocation->arguments, (void *) word);
        } else if (!(word[1] == '-' ? read_long(reader, word, error)
                                    : read_short(reader, word, error))) {
            return false;
        }
    }
    return true;
}

static bool
takes_next_word(const char *word)
{
    if (word[1] == '-') {
        const RtOption *option = find_anywhere(word + 2, strlen(word + 2), 0);
        return option && option->argument;
    }
    for (const char *letter = word + 1; *letter; letter++) {
        const RtOption *option = find_anywhere("", 0, *letter);
        if (option && option->argument)
            return !letter[1];
    }
    return false;
}

/* The command is the first word that is neither an option nor the value of one. */
static int
find_command_word(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            return i + 1 < argc ? i + 1 : 0;
        if (!is_option(argv[i]))
            return i;
        i += takes_next_word(argv[i]);
    }
    return 0;
}

static bool
find_command(RtInvocation *invocation, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const RtCommand *const *command = rt_commands; *command; command++) {
        if (is_name((*command)->name, name, strlen(name))) {
            invocation->command = *command;
            return true;
        }
        g_ptr_array_add(names, (void *) (*command)->name);
    }
    const char *near = rt_nearest(name, (const char *const *) names->pdata, names->len);
    rt_error_set(error, RT_ERROR_USAGE, "unknown command `%s`%s%s%s `retort --help` lists them",
                 name, near ? ", did you mean `" : ";", near ? near : "", near ? "`?" : "");
    return false;
}

static bool
check_count(const RtInvocation *invocation, GError **error)
{
    const RtCommand *command = invocation->command;
    unsigned n = invocation->arguments->len;
    if (!command || (n >= command->min_arguments && n <= command->max_arguments))
        return true;
    if (n < command->min_arguments)
        rt_error_set(error, RT_ERROR_USAGE, "`retort %s` needs %s", command->name,
                     command->arguments);
    else
        rt_error_set(
            error, RT_ERROR_USAGE, "`retort %s` takes no argument `%s`", command->name,
            (const char *) g_ptr_array_index(invocation->arguments, command->max_arguments));
    return false;
}

bool
rt_invocation_parse(RtInvocation *invocation, int argc, char **argv, GError **error)
{
    invocation->arguments = g_ptr_array_new();
    invocation->values =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
    invocation->out = g_string_new(NULL);
    /* known before anything can fail, so that a usage error too is told in the form asked for */
    invocation->is_json = g_strv_contains((const char *const *) argv, "--json");

    int at = find_command_word(argc, argv);
    if (at && !find_command(invocation, argv[at], error))
        return false;
    g_autofree char **words = g_new0(char *, argc + 1);
    Reader reader = { .invocation = invocation, .words = words, .n_before = MAX(at - 1, 0) };
    for (int i = 1; i < argc; i++) {
        if (i != at)
            words[reader.n++] = argv[i];
    }
    if (!read_words(&reader, error))
        return false;
    invocation->is_json = rt_invocation_flag(invocation, "json");
    const GPtrArray *verbose = g_hash_table_lookup(invocation->values, "verbose");
    invocation->verbosity = rt_invocation_flag(invocation, "quiet") ? -1
                            : verbose                               ? (int) verbose->len - 1
                                                                    : 0;
    return rt_invocation_flag(invocation, "help") || check_count(invocation, error);
}

void
rt_invocation_clear(RtInvocation *invocation)
{
    g_clear_pointer(&invocation->arguments, g_ptr_array_unref);
    g_clear_pointer(&invocation->values, g_hash_table_unref);
    if (invocation->out)
        g_string_free(g_steal_pointer(&invocation->out), TRUE);
}

bool
rt_invocation_flag(const RtInvocation *invocation, const char *option)
{
    return g_hash_table_contains(invocation->values, option);
}

const char *
rt_invocation_value(const RtInvocation *invocation, const char *option)
{
    const GPtrArray *values = g_hash_table_lookup(invocation->values, option);
    return values ? g_ptr_array_index(values, values->len - 2) : NULL;
}

const char *const *
rt_invocation_values(RtInvocation *invocation, const char *option)
{
    static const char *const none[] = { NULL };
    const GPtrArray *values = g_hash_table_lookup(invocation->values, option);
    return values ? (const char *const *) values->pdata : none;
}

const char *
rt_invocation_argument(const RtInvocation *invocation, unsigned i)
{
    return i < invocation->arguments->len ? g_ptr_array_index(invocation->arguments, i) : NULL;
}

const char *const *
rt_invocation_arguments(RtInvocation *invocation)
{
    g_ptr_array_add(invocation->arguments, NULL);
    g_ptr_array_set_size(invocation->arguments, (int) invocation->arguments->len - 1);
    return (const char *const *) invocation->arguments->pdata;
}

void
rt_invocation_print(RtInvocation *invocation, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    rt_text_append_visible(invocation->out, text);
    g_string_append_c(invocation->out, '\n');
}
