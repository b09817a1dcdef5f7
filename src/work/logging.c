/* Reads which messages are wanted, and writes them down. */
#include "work/logging.h"

#include "base/text.h"
#include "export/json.h"

#include <string.h>

/* Above all levels: nothing is wanted. */
enum { LEVEL_OFF = RT_LEVEL_ERROR + 1 };

static const struct {
    const char *name;
    int level;
} names[] = {
    { "DEBUG", RT_LEVEL_DEBUG }, { "INFO", RT_LEVEL_INFO }, { "WARN", RT_LEVEL_WARNING },
    { "ERROR", RT_LEVEL_ERROR }, { "OFF", LEVEL_OFF },      { "WARNING", RT_LEVEL_WARNING },
};

typedef struct Threshold {
    const char *logger;
    int level;
} Threshold;

const char *
rt_level_name(RtLevel level)
{
    return names[level].name;
}

static bool
read_level(RtLogging *logging, RtSettings *settings, const char *logger, GError **error)
{
    const char *text;
    if (!rt_settings_get(settings, "logging", logger, &text, error))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (text && g_ascii_strcasecmp(names[i].name, text) == 0) {
            Threshold threshold = { logger, names[i].level };
            g_array_append_val(logging->levels, threshold);
            return true;
        }
    }
    rt_settings_error(settings, "logging", logger, error,
                      "`%s` is no level: DEBUG, INFO, WARNING, ERROR or OFF", text ? text : "");
    return false;
}

static bool
read_levels(RtLogging *logging, RtSettings *settings, GError **error)
{
    static const char *const others[] = { "destination", "format", NULL };
    g_autoptr(GPtrArray) keys = rt_settings_keys(settings, "logging");
    for (unsigned i = 0; i + 1 < keys->len; i++) {
        const char *key = g_ptr_array_index(keys, i);
        if (!g_strv_contains(others, key) && !read_level(logging, settings, key, error))
            return false;
    }
    return true;
}

static bool
read_format(RtLogging *logging, RtSettings *settings, GError **error)
{
    const char *format;
    if (!rt_settings_get(settings, "logging", "format", &format, error))
        return false;
    logging->is_json = g_strcmp0(format, "json") == 0;
    if (logging->is_json || g_strcmp0(format, "text") == 0)
        return true;
    rt_settings_error(settings, "logging", "format", error, "`%s` is neither text nor json",
                      format ? format : "");
    return false;
}

RtLogging *
rt_logging_new(RtSettings *settings, GError **error)
{
    g_autoptr(RtLogging) logging = g_new0(RtLogging, 1);
    const char *destination;
    logging->levels = g_array_new(FALSE, FALSE, sizeof(Threshold));
    if (!rt_settings_get(settings, "logging", "destination", &destination, error) ||
        !read_format(logging, settings, error) || !read_levels(logging, settings, error))
        return NULL;
    const char *folder = rt_settings_folder(settings);
    bool is_here = !destination || g_path_is_absolute(destination) || strcmp(folder, ".") == 0;
    if (destination && strcmp(destination, "stderr") != 0)
        logging->path =
            is_here ? g_strdup(destination) : g_build_filename(folder, destination, NULL);
    return g_steal_pointer(&logging);
}

void
rt_logging_free(RtLogging *logging)
{
    if (!logging)
        return;
    g_free(logging->path);
    g_array_unref(logging->levels);
    g_free(logging);
}

static bool
covers(const char *parent, const char *logger)
{
    size_t length = strlen(parent);
    return strncmp(parent, logger, length) == 0 && (!logger[length] || logger[length] == '.');
}

/* The longest name that covers the logger decides. */
RtLevel
rt_logging_level(const RtLogging *logging, const char *logger, RtLevel fallback)
{
    size_t longest = 0;
    int level = (int) fallback;
    for (unsigned i = 0; i < logging->levels->len; i++) {
        const Threshold *threshold = &g_array_index(logging->levels, Threshold, i);
        size_t length = strlen(threshold->logger);
        if (length > longest && covers(threshold->logger, logger)) {
            longest = length;
            level = threshold->level;
        }
    }
    return (RtLevel) level;
}

char *
rt_logging_format(const RtLogging *logging, GDateTime *time, RtLevel level, const char *logger,
                  const char *message)
{
    if (!logging->is_json) {
        g_autofree char *when = g_date_time_format(time, "%Y-%m-%d %H:%M:%S");
        g_autofree char *visible = rt_text_visible(message);
        return g_strdup_printf("%s.%03d %-5s [%s] %s", when,
                               g_date_time_get_microsecond(time) / 1000, rt_level_name(level),
                               logger, visible);
    }
    g_autofree char *when = g_date_time_format_iso8601(time);
    json_t *record = json_pack("{s:s, s:s, s:s, s:o}", "time", when, "level", rt_level_name(level),
                               "logger", logger, "message", rt_json_text(message));
    char *text = json_dumps(record, JSON_COMPACT);
    json_decref(record);
    return text;
}
