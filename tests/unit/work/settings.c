/* retort.ini: what counts, what overrides what, what is wrong on which line. */
#include "work/settings.h"

#include <glib/gstdio.h>

static const RtAttribute rows[] = { { .name = "pieces", .is_data = true }, { .name = "engine" } };
static const RtForm form = { .attributes = rows, .n_attributes = G_N_ELEMENTS(rows) };
static const RtForm *const forms[] = { &form, NULL };
static const RtDialect toy = { .name = "toy", .forms = forms };
static const RtDialect *const dialects[] = { &toy, NULL };

static char *
write_file(const char *data)
{
    char *path = NULL;
    int fd = g_file_open_tmp("retort-settings-XXXXXX.ini", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, data, -1, NULL));
    return path;
}

static RtSettings *
load(const char *data, const char *environment, const char *const *variables, GError **error)
{
    g_autofree char *path = write_file(data);
    RtSettingsOptions options = { path, environment, variables, dialects };
    RtSettings *settings = rt_settings_load(&options, error);
    g_unlink(path);
    return settings;
}

static const char *
get(RtSettings *settings, const char *section, const char *key)
{
    const char *value = "";
    g_autoptr(GError) error = NULL;
    bool got = rt_settings_get(settings, section, key, &value, &error);
    g_assert_no_error(error);
    g_assert_true(got);
    return value;
}

static void
test_values(void)
{
    static const char *const variables[] = { "password=a;b\\c", NULL };
    g_autoptr(GError) error = NULL;
    g_autoptr(RtSettings) settings = load("# comment\n"
                                          "[retort]\n"
                                          "url = toy://u:${password}@h/db ; kept\n"
                                          "schema = a.sql\n"
                                          "[run]\n"
                                          "poll = 500 ms\n"
                                          "[retort]\n"
                                          "schema = b.sql, c ,,\n"
                                          "[env test]\n"
                                          "run.poll = 1\n"
                                          "dialect = toy\n",
                                          "test", variables, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(get(settings, "retort", "url"), ==, "toy://u:a;b\\c@h/db ; kept");
    g_assert_cmpstr(get(settings, "retort", "dialect"), ==, "toy");
    g_assert_cmpstr(get(settings, "version_table", "name"), ==, "retort_version");
    g_assert_null(get(settings, "retort", "timezone"));

    const char *const *list;
    g_assert_true(rt_settings_list(settings, "retort", "schema", &list, &error));
    g_assert_cmpstr(list[0], ==, "b.sql");
    g_assert_cmpstr(list[1], ==, "c");
    g_assert_null(list[2]);

    int milliseconds;
    g_assert_true(rt_settings_duration(settings, "run", "poll", &milliseconds, &error));
    g_assert_cmpint(milliseconds, ==, 1000);
    g_assert_true(rt_settings_duration(settings, "run", "job_timeout", &milliseconds, &error));
    g_assert_cmpint(milliseconds, ==, -1);
}

static void
test_an_empty_value_is_none(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RtSettings) settings = load("[retort]\n"
                                          "rev_id =\n"
                                          "timezone =\n"
                                          "[autogenerate]\n"
                                          "foreign = drop\n"
                                          "foreign = \n",
                                          NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(get(settings, "retort", "rev_id"), ==, "random");
    g_assert_cmpstr(get(settings, "autogenerate", "foreign"), ==, "keep");
    g_assert_null(get(settings, "retort", "timezone"));
}

static void
test_faults_name_the_line(void)
{
    static const struct {
        const char *data;
        unsigned line;
        const char *message;
    } cases[] = {
        { "[retort]\nnonsense\n", 2, "expected `key = value`, a [section] or a comment" },
        { "url = x\n", 1, "a key before the first [section]" },
        { "[retort\n", 1, "a section is one name in brackets on a line of its own" },
        { "[retrot]\n", 1, "unknown section [retrot], did you mean [retort]?" },
        { "[retort]\n\nscript_locatoin = x\n", 3,
          "unknown key `script_locatoin` in [retort], did you mean `script_location`?" },
        { "[env a]\nrun.pol = 1\n", 2, "unknown key `run.pol` in [env a]" },
        { "[toy]\npieces = managed\nengine = managed\n", 3, "unknown key `engine` in [toy]" },
        { "[toy]\npiece = managed\n", 2, "unknown key `piece` in [toy], did you mean `pieces`?" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RtSettings) settings = load(cases[i].data, NULL, NULL, &error);
        g_assert_null(settings);
        g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
        g_assert_cmpstr(error->message, ==, cases[i].message);
        g_assert_cmpuint(rt_error_place(error)->line, ==, cases[i].line);
    }
}

static void
test_a_password_is_never_shown(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RtSettings) settings =
        load("[retort]\nulr = toy://me:s3cret@host/db\n", NULL, NULL, &error);
    g_assert_null(settings);
    g_autofree char *text = rt_error_describe(error);
    g_assert_nonnull(strstr(text, "ulr = toy://me:******@host/db"));
    g_assert_null(strstr(text, "s3cret"));
}

static void
test_a_variable_without_value(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RtSettings) settings =
        load("[retort]\nurl = ${RETORT_TEST_NOT_SET}\n", NULL, NULL, &error);
    const char *value;
    g_assert_no_error(error);
    g_assert_false(rt_settings_get(settings, "retort", "url", &value, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    g_assert_cmpuint(rt_error_place(error)->line, ==, 2);
}

static void
test_missing_files_and_environments(void)
{
    g_autoptr(GError) error = NULL;
    RtSettingsOptions options = { "/nowhere/retort.ini" };
    g_assert_null(rt_settings_load(&options, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_CONFIG));
    g_clear_error(&error);
    g_assert_null(load("[retort]\n", "prod", NULL, &error));
    g_assert_true(g_str_has_suffix(error->message, "has no section [env prod]"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settings/values", test_values);
    g_test_add_func("/settings/an_empty_value_is_none", test_an_empty_value_is_none);
    g_test_add_func("/settings/faults_name_the_line", test_faults_name_the_line);
    g_test_add_func("/settings/a_password_is_never_shown", test_a_password_is_never_shown);
    g_test_add_func("/settings/a_variable_without_value", test_a_variable_without_value);
    g_test_add_func("/settings/missing_files", test_missing_files_and_environments);
    return g_test_run();
}
