/*
 * Reads and prints database URLs. The user's part is read as widely as the guides' tools do: a
 * password may hold any character but a bare "@" before a slash.
 */
#include "connection/url.h"

#include <string.h>

/* What an error or a printed URL shows in place of a secret. */
#define HIDDEN "***"

/* Options whose values are as secret as the password. */
static const char *const secret_options[] = { "password", "passwd", "pwd", "token", "secret" };

static bool
is_secret_option(const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(secret_options); i++)
        if (strstr(lower, secret_options[i]))
            return true;
    return false;
}

/* Percent decoding; a "%" that no two hexadecimal digits follow stands for itself. */
static char *
decode(const char *text, size_t length)
{
    GString *out = g_string_sized_new(length);
    for (size_t i = 0; i < length; i++) {
        bool coded = text[i] == '%' && i + 2 < length && g_ascii_isxdigit(text[i + 1]) &&
                     g_ascii_isxdigit(text[i + 2]);
        if (!coded) {
            g_string_append_c(out, text[i]);
            continue;
        }
        int byte = g_ascii_xdigit_value(text[i + 1]) << 4 | g_ascii_xdigit_value(text[i + 2]);
        g_string_append_c(out, (char) byte);
        i += 2;
    }
    return g_string_free(out, FALSE);
}

static void
append_coded(GString *out, const char *text, const char *plain)
{
    static const char digits[] = "0123456789ABCDEF";
    for (const char *c = text; *c; c++) {
        if (g_ascii_isalnum(*c) || (guchar) *c >= 0x80 || strchr(plain, *c)) {
            g_string_append_c(out, *c);
            continue;
        }
        g_string_append_c(out, '%');
        g_string_append_c(out, digits[(guchar) *c >> 4]);
        g_string_append_c(out, digits[(guchar) *c & 15]);
    }
}

/* ---- parsing ----------------------------------------------------------------------------------
 */

static bool
fail(GError **error, const char *text, const char *what)
{
    g_autofree char *shown = rt_url_hide_password(text);
    rt_error_set(error, RT_ERROR_CONFIG, "the URL '%s' %s", shown, what);
    return false;
}

/* The length of the scheme in front of a colon, 0 where there is none. */
static size_t
scheme_length(const char *text)
{
    if (!g_ascii_isalpha(*text))
        return 0;
    size_t length = 1;
    while (g_ascii_isalnum(text[length]) || (text[length] && strchr("+-.", text[length])))
        length++;
    return text[length] == ':' ? length : 0;
}

/* The last "@" before a slash or question mark, or NULL. */
static const char *
last_at(const char *from)
{
    const char *at = NULL;
    for (const char *c = from; *c && *c != '/' && *c != '?'; c++)
        if (*c == '@')
            at = c;
    return at;
}

/*
 * Where the "@" stands that ends user and password, or NULL. The user has no slash; a password may
 * have one, and then its "@" comes later.
 */
static const char *
find_user_end(const char *authority)
{
    const char *at = last_at(authority);
    const char *colon = authority + strcspn(authority, ":/?");
    if (at || *colon != ':')
        return at;
    at = strchr(colon, '@');
    return at ? last_at(at) : NULL;
}

static bool
parse_port(const char *digits, size_t length, unsigned *out_port)
{
    unsigned port = 0;
    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isdigit(digits[i]))
            return false;
        port = port * 10 + (unsigned) (digits[i] - '0');
        if (port > 65535)
            return false;
    }
    *out_port = port;
    return length == 0 || port > 0;
}

/* One of "name", "name:port", "[::1]", "[::1]:port". */
static const char *
parse_host(const char *data, size_t length, RtHost *out_host)
{
    const char *end = data + length;
    const char *name = data, *name_end, *port;
    if (length && *data == '[') {
        name++;
        name_end = memchr(data, ']', length);
        if (!name_end)
            return "has an IPv6 address whose bracket is not closed";
        port = name_end + 1;
        if (port < end && *port != ':')
            return "has something other than a port after an IPv6 address";
    } else {
        name_end = memchr(data, ':', length);
        port = name_end = name_end ? name_end : end;
        if (port < end && memchr(port + 1, ':', (size_t) (end - port - 1)))
            return "has a host with several colons; an IPv6 address stands in brackets: [::1]";
    }
    if (name == name_end)
        return "has a host without a name";
    if (port < end && !parse_port(port + 1, (size_t) (end - port - 1), &out_host->port))
        return "has a port that is no number from 1 to 65535";
    out_host->name = decode(name, (size_t) (name_end - name));
    return NULL;
}

static const char *
parse_hosts(RtUrl *url, const char *data, const char *end)
{
    if (data == end)
        return NULL;
    g_autoptr(GArray) hosts = g_array_new(FALSE, TRUE, sizeof(RtHost));
    const char *problem = NULL;
    for (const char *from = data; !problem && from <= end;) {
        const char *comma = memchr(from, ',', (size_t) (end - from));
        const char *to = comma ? comma : end;
        RtHost host = { 0 };
        problem = parse_host(from, (size_t) (to - from), &host);
        if (!problem)
            g_array_append_val(hosts, host);
        from = to + 1;
    }
    url->n_hosts = hosts->len;
    url->hosts = (RtHost *) g_array_steal(hosts, NULL);
    return problem;
}

static const char *
parse_options(RtUrl *url, const char *text)
{
    g_auto(GStrv) pairs = g_strsplit(text, "&", -1);
    for (char **pair = pairs; *pair; pair++) {
        if (!**pair)
            continue;
        size_t name = strcspn(*pair, "=");
        if (name == 0)
            return "has an option without a name";
        const char *value = *pair + name + ((*pair)[name] == '=');
        g_hash_table_replace(url->options, decode(*pair, name), decode(value, strlen(value)));
    }
    return NULL;
}

/* What follows "scheme:". Returns what is wrong with it, or NULL. */
static const char *
parse_rest(RtUrl *url, const char *rest)
{
    if (*rest && *rest != '?' && !g_str_has_prefix(rest, "//"))
        return "lacks '//' after its scheme; a file is written SCHEME:///file";
    const char *authority = g_str_has_prefix(rest, "//") ? rest + 2 : rest;
    const char *at = find_user_end(authority);
    if (at) {
        const char *colon = memchr(authority, ':', (size_t) (at - authority));
        if (!colon)
            colon = at;
        url->user = decode(authority, (size_t) (colon - authority));
        if (colon < at)
            url->password = decode(colon + 1, (size_t) (at - colon - 1));
        authority = at + 1;
    }
    const char *path = authority + strcspn(authority, "/?");
    const char *question = path + strcspn(path, "?");
    const char *problem = parse_hosts(url, authority, path);
    if (problem)
        return problem;
    if (*path == '/')
        path++;
    url->path = decode(path, (size_t) (question - path));
    return *question ? parse_options(url, question + 1) : NULL;
}

static bool
is_utf8(const char *text)
{
    return !text || g_utf8_validate(text, -1, NULL);
}

/* Percent codes can give bytes that are no text. */
static bool
is_text(const RtUrl *url)
{
    bool is = is_utf8(url->user) && is_utf8(url->password) && is_utf8(url->path);
    for (unsigned i = 0; i < url->n_hosts; i++)
        is = is && is_utf8(url->hosts[i].name);
    GHashTableIter iter;
    gpointer name, value;
    g_hash_table_iter_init(&iter, url->options);
    while (g_hash_table_iter_next(&iter, &name, &value))
        is = is && is_utf8(name) && is_utf8(value);
    return is;
}

RtUrl *
rt_url_parse(const char *text, GError **error)
{
    size_t scheme = scheme_length(text);
    if (!scheme) {
        fail(error, text, "has no scheme; a database URL looks like SCHEME://HOST/DATABASE");
        return NULL;
    }
    if (!g_utf8_validate(text, -1, NULL)) {
        rt_error_set(error, RT_ERROR_CONFIG, "the URL is no valid UTF-8");
        return NULL;
    }
    const char *nul = strstr(text, "%00");
    if (nul) {
        fail(error, text, "holds a NUL byte (%00)");
        return NULL;
    }
    g_autoptr(RtUrl) url = g_new0(RtUrl, 1);
    url->scheme = g_ascii_strdown(text, (gssize) scheme);
    url->options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const char *problem = parse_rest(url, text + scheme + 1);
    if (!problem && !is_text(url))
        problem = "has percent codes that are no valid UTF-8";
    if (problem) {
        fail(error, text, problem);
        return NULL;
    }
    return g_steal_pointer(&url);
}

void
rt_url_free(RtUrl *url)
{
    if (!url)
        return;
    for (unsigned i = 0; i < url->n_hosts; i++)
        g_free(url->hosts[i].name);
    g_free(url->hosts);
    g_free(url->scheme);
    g_free(url->user);
    g_free(url->password);
    g_free(url->path);
    if (url->options)
        g_hash_table_unref(url->options);
    g_free(url);
}

/* ---- printing ---------------------------------------------------------------------------------
 */

static void
print_hosts(GString *out, const RtUrl *url)
{
    for (unsigned i = 0; i < url->n_hosts; i++) {
        const RtHost *host = &url->hosts[i];
        bool bracketed = strchr(host->name, ':');
        g_string_append(out, i ? "," : "");
        g_string_append(out, bracketed ? "[" : "");
        append_coded(out, host->name, bracketed ? "-._~:" : "-._~");
        g_string_append(out, bracketed ? "]" : "");
        if (host->port)
            g_string_append_printf(out, ":%u", host->port);
    }
}

static void
print_options(GString *out, const RtUrl *url, bool with_secrets)
{
    GList *names = g_list_sort(g_hash_table_get_keys(url->options), (GCompareFunc) strcmp);
    char before = '?';
    for (GList *item = names; item; item = item->next) {
        const char *value = g_hash_table_lookup(url->options, item->data);
        g_string_append_c(out, before);
        before = '&';
        append_coded(out, item->data, "-._~");
        g_string_append_c(out, '=');
        if (!with_secrets && is_secret_option(item->data))
            g_string_append(out, HIDDEN);
        else
            append_coded(out, value, "-._~/:,");
    }
    g_list_free(names);
}

static char *
print(const RtUrl *url, bool with_secrets)
{
    GString *out = g_string_new(url->scheme);
    g_string_append(out, "://");
    if (url->user) {
        append_coded(out, url->user, "-._~");
        if (url->password) {
            g_string_append_c(out, ':');
            if (with_secrets)
                append_coded(out, url->password, "-._~");
            else
                g_string_append(out, HIDDEN);
        }
        g_string_append_c(out, '@');
    }
    print_hosts(out, url);
    if (*url->path) {
        g_string_append_c(out, '/');
        append_coded(out, url->path, url->n_hosts ? "-._~/:" : "-._~/:@+,= ");
    }
    print_options(out, url, with_secrets);
    return g_string_free(out, FALSE);
}

char *
rt_url_print(const RtUrl *url)
{
    return print(url, false);
}

char *
rt_url_print_secret(const RtUrl *url)
{
    return print(url, true);
}

/* Hides bytes `from` to `to` of `text`. */
static void
hide(GString *text, size_t from, size_t to)
{
    g_string_erase(text, (gssize) from, (gssize) (to - from));
    g_string_insert(text, (gssize) from, HIDDEN);
}

/* "user:secret" where the host was forgotten: what stands in the port's place is no number. */
static void
hide_port(GString *text, size_t authority)
{
    const char *start = text->str + authority;
    const char *colon = start + strcspn(start, ":/?[");
    if (*colon != ':')
        return;
    size_t length = strcspn(colon + 1, "/?,");
    unsigned port;
    if (!parse_port(colon + 1, length, &port))
        hide(text, (size_t) (colon + 1 - text->str), strlen(text->str));
}

static void
hide_options(GString *text)
{
    size_t from = strcspn(text->str, "?");
    while (from < text->len) {
        from++;
        size_t name = strcspn(text->str + from, "=&");
        g_autofree char *option = g_strndup(text->str + from, name);
        size_t value = from + name;
        size_t end = value + strcspn(text->str + value, "&");
        if (value < end && is_secret_option(option)) {
            hide(text, value + 1, end);
            end = value + 1 + strlen(HIDDEN);
        }
        from = end;
    }
}

/*
 * What is broken cannot be told apart for sure, so this hides rather too much: all from the colon
 * after the user to the last "@".
 */
char *
rt_url_hide_password(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_new(valid);
    const char *slashes = strstr(out->str, "://");
    size_t scheme = scheme_length(out->str);
    size_t authority = slashes ? (size_t) (slashes + 3 - out->str) : 0;
    if (!slashes && scheme && out->str[scheme + 1] == '/')
        authority = scheme + 1;
    const char *at = strrchr(out->str + authority, '@');
    size_t colon = authority + strcspn(out->str + authority, ":");
    if (at && colon < (size_t) (at - out->str))
        hide(out, colon + 1, (size_t) (at - out->str));
    else if (authority && !at)
        hide_port(out, authority);
    hide_options(out);
    return g_string_free(out, FALSE);
}

/* ---- use --------------------------------------------------------------------------------------
 */

const char *
rt_url_option(const RtUrl *url, const char *name)
{
    return g_hash_table_lookup(url->options, name);
}

bool
rt_url_flag(const RtUrl *url, const char *name, bool fallback, bool *out_flag, GError **error)
{
    static const char *const yes[] = { "on", "yes", "true", "1", NULL };
    static const char *const no[] = { "off", "no", "false", "0", NULL };
    const char *value = rt_url_option(url, name);
    g_autofree char *lower = g_ascii_strdown(value ? value : "", -1);
    if (value && !g_strv_contains(yes, lower) && !g_strv_contains(no, lower)) {
        rt_error_set(error, RT_ERROR_CONFIG, "the URL's option '%s' is '%s'; it is on or off", name,
                     value);
        return false;
    }
    *out_flag = value ? g_strv_contains(yes, lower) : fallback;
    return true;
}

static bool
is_known(const char *name, const char *const *known)
{
    return g_strv_contains(known, name);
}

bool
rt_url_check_options(const RtUrl *url, const char *const *known, GError **error)
{
    GList *names = g_list_sort(g_hash_table_get_keys(url->options), (GCompareFunc) strcmp);
    const char *unknown = NULL;
    for (GList *item = names; item && !unknown; item = item->next)
        if (!is_known(item->data, known))
            unknown = item->data;
    g_list_free(names);
    if (!unknown)
        return true;
    g_autofree char *list = g_strjoinv(", ", (char **) known);
    rt_error_set(error, RT_ERROR_CONFIG, "%s URLs have no option '%s'; they have: %s", url->scheme,
                 unknown, list);
    return false;
}

bool
rt_url_check_file(const RtUrl *url, const char *example, GError **error)
{
    if (!url->n_hosts && !url->user)
        return true;
    g_autofree char *shown = rt_url_print(url);
    rt_error_set(error, RT_ERROR_CONFIG,
                 "'%s' names a host; a file has three slashes (%s:///%s), or four with an absolute "
                 "path",
                 shown, url->scheme, example);
    return false;
}

void
rt_url_resolve_path(RtUrl *url, const char *folder)
{
    bool is_file = url->n_hosts == 0 && *url->path && !g_str_equal(url->path, ":memory:");
    if (!is_file || g_path_is_absolute(url->path) || g_str_equal(folder, "."))
        return;
    char *resolved = g_build_filename(folder, url->path, NULL);
    g_free(url->path);
    url->path = resolved;
}
