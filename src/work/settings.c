/* Reads retort.ini: the table of known keys, the file's lines, what overrides what. */
#include "work/settings.h"

#include "base/nearest.h"

#include <string.h>

typedef struct KnownKey {
    const char *section, *key, *fallback;
    /* The keys that "*" stands for, NULL behind the last; `dialect` is the section's, if any. */
    const char *(*name)(const RtDialect *dialect, unsigned i);
} KnownKey;

static const char *
name_rule(const RtDialect *dialect, unsigned i)
{
    (void) dialect;
    return i < RT_N_RISKS ? rt_risk_name(1u << i) : NULL;
}

/* What of the dialect is compared or not. */
static const char *
name_data(const RtDialect *dialect, unsigned i)
{
    for (const RtForm *const *form = dialect->forms; form && *form; form++) {
        for (unsigned row = 0; row < (*form)->n_attributes; row++) {
            if ((*form)->attributes[row].is_data && i-- == 0)
                return (*form)->attributes[row].name;
        }
    }
    return NULL;
}

/*
 * Every key that a file may hold. "*" is any key, or one that `name` lists; DIALECT is the name of
 * any dialect, "DIALECT.*" any key that begins with it. `[env NAME]` may hold all of them.
 */
static const KnownKey known[] = {
    { "retort", "url", NULL },
    { "retort", "schema", NULL },
    { "retort", "script_location", NULL },
    { "retort", "version_locations", NULL },
    { "retort", "file_template", NULL },
    { "retort", "rev_id", "random" },
    { "retort", "timezone", NULL },
    { "retort", "truncate_slug_length", "40" },
    { "retort", "script_format", "sql" },
    { "retort", "dialect", NULL },
    { "version_table", "name", "retort_version" },
    { "version_table", "schema", NULL },
    { "version_table", "DIALECT.*", NULL },
    { "autogenerate", "schemas", NULL },
    { "autogenerate", "include", NULL },
    { "autogenerate", "exclude", NULL },
    { "autogenerate", "exclude_exec", NULL },
    { "autogenerate", "compare_comments", "true" },
    { "autogenerate", "foreign", "keep" },
    { "autogenerate", "recreate", "false" },
    { "lint", "*", NULL, name_rule },
    { "session", "*", NULL },
    { "run", "lock_timeout", "60 s" },
    { "run", "lease", "30 s" },
    { "run", "settle", "5 s" },
    { "run", "job_timeout", "none" },
    { "run", "poll", "0.2 s" },
    { "hooks", "*", NULL },
    { "logging", "destination", "stderr" },
    { "logging", "format", "text" },
    { "logging", "*", NULL },
    { "DIALECT", "version", NULL },
    { "DIALECT", "run_mode", NULL },
    { "DIALECT", "backends", NULL },
    { "DIALECT", "*", NULL, name_data },
};

typedef struct Entry {
    const char *section, *key, *value; /* in the arena */
    RtSpan span;
} Entry;

struct RtSettings {
    RtArena *arena;
    const RtText *text;  /* NULL without a file */
    const RtText *shown; /* the same with passwords starred out, for messages */
    char *folder;
    const char *environment; /* "env NAME", NULL for none */
    GArray *entries;         /* of Entry, in the file's order */
    const char *const *variables;
    const RtDialect *const *dialects;
};

void
rt_settings_free(RtSettings *settings)
{
    if (!settings)
        return;
    g_array_unref(settings->entries);
    g_free(settings->folder);
    rt_arena_free(settings->arena);
    g_free(settings);
}

const char *
rt_settings_folder(const RtSettings *settings)
{
    return settings->folder;
}

const char *
rt_settings_path(const RtSettings *settings)
{
    return settings->text ? settings->text->name : NULL;
}

/* The dialect of this name, as it is written; NULL: none. */
static const RtDialect *
find_dialect(const RtSettings *settings, const char *name)
{
    const RtDialect *const *dialect = settings->dialects;
    while (dialect && *dialect && strcmp((*dialect)->name, name) != 0)
        dialect++;
    return dialect ? *dialect : NULL;
}

static bool
is_section(const RtSettings *settings, const KnownKey *row, const char *section)
{
    return strcmp(row->section, "DIALECT") == 0 ? find_dialect(settings, section) != NULL
                                                : strcmp(row->section, section) == 0;
}

static bool
is_known_section(const RtSettings *settings, const char *section)
{
    if (g_str_has_prefix(section, "env "))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (is_section(settings, &known[i], section))
            return true;
    }
    return false;
}

static bool
is_key(const RtSettings *settings, const KnownKey *row, const char *section, const char *key)
{
    if (strcmp(row->key, "DIALECT.*") == 0) {
        const char *point = strchr(key, '.');
        g_autofree char *dialect = point ? g_strndup(key, (size_t) (point - key)) : NULL;
        return dialect && find_dialect(settings, dialect);
    }
    if (strcmp(row->key, "*") != 0)
        return strcmp(row->key, key) == 0;
    const RtDialect *dialect = find_dialect(settings, section);
    const char *name;
    for (unsigned i = 0; row->name && (name = row->name(dialect, i)); i++) {
        if (strcmp(name, key) == 0)
            return true;
    }
    return !row->name;
}

static const KnownKey *
find_known(const RtSettings *settings, const char *section, const char *key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (is_section(settings, &known[i], section) && is_key(settings, &known[i], section, key))
            return &known[i];
    }
    return NULL;
}

/* In [env NAME] a key of [retort] stands by its name, any other as section.key. */
static bool
is_known_key(const RtSettings *settings, const char *section, const char *key)
{
    if (!g_str_has_prefix(section, "env "))
        return find_known(settings, section, key);
    const char *point = strchr(key, '.');
    if (!point)
        return find_known(settings, "retort", key);
    g_autofree char *inner = g_strndup(key, (size_t) (point - key));
    return find_known(settings, inner, point + 1);
}

static const char *
nearest_section(const RtSettings *settings, const char *section)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        g_ptr_array_add(names, (void *) known[i].section);
    for (const RtDialect *const *dialect = settings->dialects; dialect && *dialect; dialect++)
        g_ptr_array_add(names, (void *) (*dialect)->name);
    return rt_nearest(section, (const char *const *) names->pdata, names->len);
}

/* The nearest key that the section may hold. */
static const char *
nearest_key(const RtSettings *settings, const char *section, const char *key)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *home = g_str_has_prefix(section, "env ") ? "retort" : section, *name;
    const RtDialect *dialect = find_dialect(settings, home);
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (!is_section(settings, &known[i], home))
            continue;
        if (!strchr(known[i].key, '*'))
            g_ptr_array_add(names, (void *) known[i].key);
        for (unsigned j = 0; known[i].name && (name = known[i].name(dialect, j)); j++)
            g_ptr_array_add(names, (void *) name);
    }
    return rt_nearest(key, (const char *const *) names->pdata, names->len);
}

static const char *
copy_trimmed(RtArena *arena, const char *start, const char *end)
{
    while (start < end && g_ascii_isspace(*start))
        start++;
    while (end > start && g_ascii_isspace(end[-1]))
        end--;
    return rt_arena_copy(arena, start, (size_t) (end - start));
}

static bool
read_section(RtSettings *settings, RtSpan span, const char **out_section, GError **error)
{
    const char *line = settings->text->data + span.start, *end = settings->text->data + span.end;
    const char *close = memchr(line, ']', (size_t) (end - line));
    if (!close || close + 1 != end) {
        rt_text_error(error, RT_ERROR_CONFIG, settings->shown, span,
                      "a section is one name in brackets on a line of its own");
        return false;
    }
    const char *section = copy_trimmed(settings->arena, line + 1, close);
    if (!is_known_section(settings, section)) {
        const char *near = nearest_section(settings, section);
        rt_text_error(error, RT_ERROR_CONFIG, settings->shown, span, "unknown section [%s]%s%s%s",
                      section, near ? ", did you mean [" : "", near ? near : "", near ? "]?" : "");
        return false;
    }
    *out_section = section;
    return true;
}

static bool
read_entry(RtSettings *settings, const char *section, RtSpan span, GError **error)
{
    const char *line = settings->text->data + span.start, *end = settings->text->data + span.end;
    const char *equal = memchr(line, '=', (size_t) (end - line));
    if (!equal || !section) {
        rt_text_error(error, RT_ERROR_CONFIG, settings->shown, span,
                      equal ? "a key before the first [section]"
                            : "expected `key = value`, a [section] or a comment");
        return false;
    }
    Entry entry = { .section = section,
                    .key = copy_trimmed(settings->arena, line, equal),
                    .value = copy_trimmed(settings->arena, equal + 1, end),
                    .span = span };
    if (!is_known_key(settings, section, entry.key)) {
        const char *near = nearest_key(settings, section, entry.key);
        rt_text_error(error, RT_ERROR_CONFIG, settings->shown, span,
                      "unknown key `%s` in [%s]%s%s%s", entry.key, section,
                      near ? ", did you mean `" : "", near ? near : "", near ? "`?" : "");
        return false;
    }
    g_array_append_val(settings->entries, entry);
    return true;
}

static bool
read_lines(RtSettings *settings, GError **error)
{
    const RtText *text = settings->text;
    const char *section = NULL;
    for (uint32_t next = 0, start = 0; start < text->length; start = next) {
        uint32_t end = start + (uint32_t) strcspn(text->data + start, "\n");
        next = end + 1;
        while (start < end && g_ascii_isspace(text->data[start]))
            start++;
        while (end > start && g_ascii_isspace(text->data[end - 1]))
            end--;
        char first = start < end ? text->data[start] : '#';
        RtSpan span = { start, end };
        if (first == '[' ? !read_section(settings, span, &section, error)
                         : !strchr("#;", first) && !read_entry(settings, section, span, error))
            return false;
    }
    return true;
}

/* A copy of the text in which the password of each URL is as many stars. */
static const RtText *
hide_passwords(RtArena *arena, const RtText *text)
{
    char *data = rt_arena_copy(arena, text->data, text->length);
    for (char *url = data; (url = strstr(url, "://"));) {
        url += 3;
        char *at = url + strcspn(url, "\n");
        at = memrchr(url, '@', (size_t) (at - url));
        char *colon = at ? memchr(url, ':', (size_t) (at - url)) : NULL;
        if (colon)
            memset(colon + 1, '*', (size_t) (at - colon - 1));
    }
    return rt_text_new(arena, text->name, data, text->length);
}

static bool
has_environment(const RtSettings *settings)
{
    for (unsigned i = 0; i < settings->entries->len; i++) {
        if (strcmp(g_array_index(settings->entries, Entry, i).section, settings->environment) == 0)
            return true;
    }
    return false;
}

static bool
read_file(RtSettings *settings, const char *path, GError **error)
{
    g_autoptr(GError) failure = NULL;
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        rt_error_set(error, RT_ERROR_CONFIG,
                     "there is no configuration %s; `retort init` writes one, -c names another",
                     path);
        return false;
    }
    settings->text = rt_text_open(settings->arena, path, &failure);
    if (!settings->text) {
        rt_error_set(error, RT_ERROR_CONFIG, "%s", failure->message);
        return false;
    }
    settings->shown = hide_passwords(settings->arena, settings->text);
    g_free(settings->folder);
    settings->folder = g_path_get_dirname(path);
    return read_lines(settings, error);
}

RtSettings *
rt_settings_load(const RtSettingsOptions *options, GError **error)
{
    g_autoptr(RtSettings) settings = g_new0(RtSettings, 1);
    settings->arena = rt_arena_new();
    settings->folder = g_strdup(".");
    settings->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    settings->variables = options->variables;
    settings->dialects = options->dialects;
    if (options->path && !read_file(settings, options->path, error))
        return NULL;
    if (options->environment) {
        settings->environment = rt_arena_printf(settings->arena, "env %s", options->environment);
        if (!has_environment(settings)) {
            rt_error_set(error, RT_ERROR_CONFIG, "%s has no section [%s]",
                         options->path ? options->path : "the configuration",
                         settings->environment);
            return NULL;
        }
    }
    return g_steal_pointer(&settings);
}

/* The last of a repeated key counts. */
static const Entry *
find_entry(const RtSettings *settings, const char *section, const char *key)
{
    for (unsigned i = settings->entries->len; i-- > 0;) {
        const Entry *entry = &g_array_index(settings->entries, Entry, i);
        if (strcmp(entry->section, section) == 0 && strcmp(entry->key, key) == 0)
            return entry;
    }
    return NULL;
}

static const Entry *
find_effective(const RtSettings *settings, const char *section, const char *key)
{
    if (settings->environment) {
        g_autofree char *qualified = g_strdup_printf("%s.%s", section, key);
        const Entry *entry = find_entry(settings, settings->environment, qualified);
        if (!entry && strcmp(section, "retort") == 0)
            entry = find_entry(settings, settings->environment, key);
        if (entry)
            return entry;
    }
    return find_entry(settings, section, key);
}

static const char *
find_variable(const RtSettings *settings, const char *name)
{
    const char *found = NULL;
    size_t length = strlen(name);
    for (const char *const *variable = settings->variables; variable && *variable; variable++) {
        if (strncmp(*variable, name, length) == 0 && (*variable)[length] == '=')
            found = *variable + length + 1;
    }
    return found ? found : g_getenv(name);
}

/* Replaces ${NAME}; a dollar sign before anything else stands for itself. */
static const char *
replace_variables(RtSettings *settings, const Entry *entry, GError **error)
{
    if (!strstr(entry->value, "${"))
        return entry->value;
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = entry->value; *p;) {
        const char *close = p[0] == '$' && p[1] == '{' ? strchr(p, '}') : NULL;
        if (!close) {
            g_string_append_c(out, *p++);
            continue;
        }
        g_autofree char *name = g_strndup(p + 2, (size_t) (close - p - 2));
        const char *value = find_variable(settings, name);
        if (!value) {
            rt_text_error(error, RT_ERROR_CONFIG, settings->shown, entry->span,
                          "${%s} has no value; give -x %s=… or set it in the environment", name,
                          name);
            return NULL;
        }
        g_string_append(out, value);
        p = close + 1;
    }
    return rt_arena_copy(settings->arena, out->str, out->len);
}

bool
rt_settings_get(RtSettings *settings, const char *section, const char *key, const char **out_value,
                GError **error)
{
    const Entry *entry = find_effective(settings, section, key);
    const char *value = entry ? replace_variables(settings, entry, error) : "";
    if (!value)
        return false;
    const KnownKey *row = *value ? NULL : find_known(settings, section, key);
    *out_value = *value ? value : row ? row->fallback : NULL;
    return true;
}

bool
rt_settings_has(const RtSettings *settings, const char *section, const char *key)
{
    return find_effective(settings, section, key);
}

bool
rt_settings_list(RtSettings *settings, const char *section, const char *key,
                 const char *const **out_list, GError **error)
{
    const char *value;
    if (!rt_settings_get(settings, section, key, &value, error))
        return false;
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (const char *p = value ? value : ""; *p;) {
        size_t length = strcspn(p, ",");
        const char *element = copy_trimmed(settings->arena, p, p + length);
        if (*element)
            g_ptr_array_add(list, (void *) element);
        p += length + (p[length] == ',');
    }
    g_ptr_array_add(list, NULL);
    *out_list = (const char *const *) rt_arena_copy(settings->arena, list->pdata,
                                                    sizeof(void *) * list->len);
    return true;
}

bool
rt_settings_duration(RtSettings *settings, const char *section, const char *key,
                     int *out_milliseconds, GError **error)
{
    static const struct {
        const char *unit;
        double milliseconds;
    } units[] = { { "", 1000 }, { "s", 1000 }, { "ms", 1 }, { "min", 60000 }, { "h", 3600000 } };
    const char *value;
    if (!rt_settings_get(settings, section, key, &value, error))
        return false;
    if (!value || strcmp(value, "none") == 0) {
        *out_milliseconds = -1;
        return true;
    }
    char *end;
    double number = g_ascii_strtod(value, &end);
    while (g_ascii_isspace(*end))
        end++;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        double milliseconds = number * units[i].milliseconds;
        if (strcmp(end, units[i].unit) == 0 && end != value && milliseconds >= 0 &&
            milliseconds <= G_MAXINT) {
            *out_milliseconds = (int) milliseconds;
            return true;
        }
    }
    rt_settings_error(settings, section, key, error,
                      "`%s` is no duration; write a number and s, ms, min or h, or none", value);
    return false;
}

bool
rt_settings_truth(RtSettings *settings, const char *section, const char *key, bool *out_truth,
                  GError **error)
{
    static const struct {
        bool truth;
        const char *word;
    } words[] = { { true, "true" },   { true, "yes" }, { true, "on" },   { true, "1" },
                  { false, "false" }, { false, "no" }, { false, "off" }, { false, "0" } };
    const char *value;
    if (!rt_settings_get(settings, section, key, &value, error))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (value && strcmp(value, words[i].word) == 0) {
            *out_truth = words[i].truth;
            return true;
        }
    }
    rt_settings_error(settings, section, key, error, "`%s` is neither true nor false",
                      value ? value : "");
    return false;
}

bool
rt_settings_number(RtSettings *settings, const char *section, const char *key, unsigned *out_number,
                   GError **error)
{
    const char *value;
    if (!rt_settings_get(settings, section, key, &value, error))
        return false;
    guint64 number;
    if (!value || !g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT, &number, NULL)) {
        rt_settings_error(settings, section, key, error, "`%s` is no number", value ? value : "");
        return false;
    }
    *out_number = (unsigned) number;
    return true;
}

/* The key that the entry gives to the section, NULL for none; [env NAME] writes section.key. */
static const char *
find_key_of(const RtSettings *settings, const Entry *entry, const char *section)
{
    if (strcmp(entry->section, section) == 0)
        return entry->key;
    size_t length = strlen(section);
    bool is_override = settings->environment && strcmp(entry->section, settings->environment) == 0;
    return is_override && strncmp(entry->key, section, length) == 0 && entry->key[length] == '.'
               ? entry->key + length + 1
               : NULL;
}

GPtrArray *
rt_settings_keys(const RtSettings *settings, const char *section)
{
    GPtrArray *keys = g_ptr_array_new();
    for (unsigned i = 0; i < settings->entries->len; i++) {
        const char *key =
            find_key_of(settings, &g_array_index(settings->entries, Entry, i), section);
        if (key && !g_ptr_array_find_with_equal_func(keys, key, g_str_equal, NULL))
            g_ptr_array_add(keys, (void *) key);
    }
    g_ptr_array_add(keys, NULL);
    return keys;
}

void
rt_settings_error(const RtSettings *settings, const char *section, const char *key, GError **error,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    const Entry *entry = find_effective(settings, section, key);
    if (entry)
        rt_text_error(error, RT_ERROR_CONFIG, settings->shown, entry->span, "%s", message);
    else
        rt_error_set(error, RT_ERROR_CONFIG, "[%s] %s: %s", section, key, message);
}
