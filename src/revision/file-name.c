/* The file template and the slug. */
#include "revision/file-name.h"

#include "base/nearest.h"

#include <string.h>

static bool
is_word_character(gunichar c)
{
    return c == '_' || g_unichar_isalnum(c);
}

/* Cuts to `length` characters, back to the last "_" before it, which stays. */
static char *
truncate_slug(char *slug, unsigned length)
{
    if (g_utf8_strlen(slug, -1) <= (glong) length)
        return slug;
    *g_utf8_offset_to_pointer(slug, (glong) length) = '\0';
    char *last = strrchr(slug, '_');
    if (last)
        *last = '\0';
    char *truncated = g_strconcat(slug, "_", NULL);
    g_free(slug);
    return truncated;
}

char *
rt_slug_new(const char *message, unsigned truncate_length)
{
    g_autoptr(GString) words = g_string_new(NULL);
    bool in_word = false;
    for (const char *p = message; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        bool is_word = is_word_character(c);
        if (is_word && !in_word && words->len)
            g_string_append_c(words, '_');
        if (is_word)
            g_string_append_unichar(words, c);
        in_word = is_word;
    }
    return truncate_slug(g_utf8_strdown(words->str, -1), truncate_length);
}

typedef struct Token {
    const char *name;
    char type; /* 's' or 'd' */
    char *(*text)(const RtFileName *name);
    int (*number)(GDateTime *created);
} Token;

static char *
text_of_revision(const RtFileName *name)
{
    return g_strdup(name->revision);
}

static char *
text_of_slug(const RtFileName *name)
{
    return rt_slug_new(name->message, name->truncate_slug_length);
}

static char *
text_of_epoch(const RtFileName *name)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, g_date_time_to_unix(name->created));
}

static const Token tokens[] = {
    { "rev", 's', .text = text_of_revision },
    { "slug", 's', .text = text_of_slug },
    { "epoch", 's', .text = text_of_epoch },
    { "year", 'd', .number = g_date_time_get_year },
    { "month", 'd', .number = g_date_time_get_month },
    { "day", 'd', .number = g_date_time_get_day_of_month },
    { "hour", 'd', .number = g_date_time_get_hour },
    { "minute", 'd', .number = g_date_time_get_minute },
    { "second", 'd', .number = g_date_time_get_second },
};

static const Token *
find_token(const char *word, size_t length, GError **error)
{
    const char *names[G_N_ELEMENTS(tokens)];
    for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++) {
        names[i] = tokens[i].name;
        if (strlen(names[i]) == length && strncmp(names[i], word, length) == 0)
            return &tokens[i];
    }
    g_autofree char *unknown = g_strndup(word, length);
    const char *nearest = rt_nearest(unknown, names, G_N_ELEMENTS(names));
    rt_error_set(error, RT_ERROR_CONFIG, "file_template has no token '%s', did you mean '%s'?",
                 unknown, nearest ? nearest : "rev");
    return NULL;
}

static void
set_broken(const RtFileName *name, GError **error)
{
    rt_error_set(error, RT_ERROR_CONFIG,
                 "file_template '%s' is broken, a token is written as in '%%(rev)s'",
                 name->template);
}

/* Appends what "%(name)[0][width][.precision]type" at *at means and moves *at behind it. */
static bool
append_token(GString *out, const RtFileName *name, const char **at, GError **error)
{
    const char *word = *at + 2, *end = strchr(word, ')');
    if (!end) {
        set_broken(name, error);
        return false;
    }
    const Token *token = find_token(word, (size_t) (end - word), error);
    if (!token)
        return false;
    const char *p = end + 1;
    bool zeros = *p == '0';
    gint64 width = g_ascii_strtoll(g_ascii_isdigit(*p) ? p : "0", NULL, 10), precision = 0;
    p += strspn(p, "0123456789");
    if (*p == '.') {
        precision = g_ascii_strtoll(g_ascii_isdigit(p[1]) ? p + 1 : "0", NULL, 10);
        p += 1 + strspn(p + 1, "0123456789");
    }
    if ((*p != 's' && *p != 'd') || width > 40 || precision > 40 || (*p == 'd' && !token->number)) {
        set_broken(name, error);
        return false;
    }
    if (token->number)
        g_string_append_printf(out, "%0*d", (int) MAX(zeros || *p == 'd' ? width : 0, precision),
                               token->number(name->created));
    else {
        g_autofree char *text = token->text(name);
        g_string_append(out, g_strdelimit(text, "/", '_'));
    }
    *at = p + 1;
    return true;
}

static bool
check_path(const char *path, const RtFileName *name, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    for (unsigned i = 0; parts[i]; i++) {
        /* An empty part is an absolute path or no file name; a leading point leaves or hides. */
        if (!*parts[i] || *parts[i] == '.') {
            rt_error_set(error, RT_ERROR_CONFIG, "file_template '%s' gives the path '%s', %s",
                         name->template, path,
                         "whose parts must not be empty or begin with a point");
            return false;
        }
    }
    return true;
}

char *
rt_file_name_expand(const RtFileName *name, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = name->template; *p;) {
        /* In alembic.ini the percent sign is doubled; both forms are taken. */
        if (strncmp(p, "%%(", 3) == 0)
            p++;
        if (strncmp(p, "%(", 2) == 0) {
            if (!append_token(out, name, &p, error))
                return NULL;
            continue;
        }
        if (*p == '%' && *++p != '%') {
            set_broken(name, error);
            return NULL;
        }
        g_string_append_c(out, *p++);
    }
    if (!check_path(out->str, name, error))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
