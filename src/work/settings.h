/*
 * The configuration: retort.ini, the chosen environment, -x variables and what the command line
 * overrides. Values come out as text with variables replaced; an error names file and line.
 */
#pragma once

#include "dialect/dialect.h"

typedef struct RtSettings RtSettings;

typedef struct RtSettingsOptions {
    const char *path;                 /* of the file; NULL: none is read */
    const char *environment;          /* NAME of an [env NAME] section; NULL: none */
    const char *const *variables;     /* "key=value" of -x, NULL-ended; NULL: none */
    const RtDialect *const *dialects; /* whose names may be sections, NULL-ended; NULL: none */
} RtSettingsOptions;

/*
 * Reads and checks the whole file: RT_ERROR_CONFIG for a line that is neither section, key nor
 * comment, for an unknown section or key (the nearest is named), for an environment that no section
 * describes, for a missing file.
 */
RtSettings *rt_settings_load(const RtSettingsOptions *options,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_settings_free(RtSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtSettings, rt_settings_free)

/* The folder of the file, that relative paths in it count from; "." without a file. */
const char *rt_settings_folder(const RtSettings *settings);
const char *rt_settings_path(const RtSettings *settings);

/*
 * The value of a key: the environment's, else the file's, else the table's default, else NULL. One
 * that is empty is as if the key were not there.
 * *out_value is borrowed from the settings. Fails for ${VARIABLE} that nothing gives.
 */
bool rt_settings_get(RtSettings *settings, const char *section, const char *key,
                     const char **out_value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A comma-separated list, blanks trimmed, empty elements left out; NULL-ended, borrowed. */
bool rt_settings_list(RtSettings *settings, const char *section, const char *key,
                      const char *const **out_list, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* "60 s", "0.2", "500 ms", "5 min" in milliseconds; "none" is -1. */
bool rt_settings_duration(RtSettings *settings, const char *section, const char *key,
                          int *out_milliseconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* true, yes, on, 1 and false, no, off, 0; any other value is RT_ERROR_CONFIG. */
bool rt_settings_truth(RtSettings *settings, const char *section, const char *key, bool *out_truth,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_settings_number(RtSettings *settings, const char *section, const char *key,
                        unsigned *out_number, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the file, not a default, gives the key. */
bool rt_settings_has(const RtSettings *settings, const char *section, const char *key);
/* The keys that the file and the environment give in a section with free keys, in their order;
   NULL-ended, owned. */
GPtrArray *rt_settings_keys(const RtSettings *settings, const char *section);
/* Sets RT_ERROR_CONFIG at the line of a key, for whoever finds its value wrong. */
void rt_settings_error(const RtSettings *settings, const char *section, const char *key,
                       GError **error, const char *format, ...) G_GNUC_PRINTF(5, 6);
