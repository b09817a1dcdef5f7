/* URLs: what is read can be printed and read again, and no password is ever shown. */
#include "fuzz.h"

#include "connection/url.h"

static void
check_round_trip(const RtUrl *url)
{
    g_autofree char *secret = rt_url_print_secret(url);
    g_autoptr(GError) error = NULL;
    g_autoptr(RtUrl) again = rt_url_parse(secret, &error);
    g_assert_no_error(error);
    g_autofree char *second = rt_url_print_secret(again);
    g_assert_cmpstr(secret, ==, second);
    g_assert_cmpstr(url->password, ==, again->password);
    g_assert_cmpstr(url->path, ==, again->path);
    g_autofree char *printed = rt_url_print(url);
    g_autoptr(RtUrl) hidden = rt_url_parse(printed, NULL);
    g_assert_true(hidden && (!url->password || g_str_equal(hidden->password, "***")));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *) data, size);
    g_autofree char *hidden = rt_url_hide_password(text);
    g_assert_true(g_utf8_validate(hidden, -1, NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(RtUrl) url = rt_url_parse(text, &error);
    g_assert_true(!url == !!error);
    if (url)
        check_round_trip(url);
    return 0;
}
