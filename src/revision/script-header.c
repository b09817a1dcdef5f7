/* The header of a revision script: "-- key: value" lines, read without a lexer so that it is cheap.
 */
#include "revision/script.h"

#include "base/nearest.h"
#include "revision/graph.h"

#include <stddef.h>
#include <string.h>

typedef enum HeaderValue {
    VALUE_ID,
    VALUE_LIST,
    VALUE_TEXT,
} HeaderValue;

/* The keys in the order in which they are printed. */
static const struct {
    const char *key;
    HeaderValue value;
    size_t offset;
} keys[] = {
    { "revision", VALUE_ID, offsetof(RtScriptHeader, revision) },
    { "down_revision", VALUE_LIST, offsetof(RtScriptHeader, down_revision) },
    { "branch_labels", VALUE_LIST, offsetof(RtScriptHeader, branch_labels) },
    { "depends_on", VALUE_LIST, offsetof(RtScriptHeader, depends_on) },
    { "replaces", VALUE_LIST, offsetof(RtScriptHeader, replaces) },
    { "message", VALUE_TEXT, offsetof(RtScriptHeader, message) },
    { "created", VALUE_TEXT, offsetof(RtScriptHeader, created) },
};

static const char *const no_strings[] = { NULL };

static inline bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static RtSpan
trim_span(const RtText *text, RtSpan span)
{
    while (span.start < span.end && is_blank(text->data[span.start]))
        span.start++;
    while (span.end > span.start && is_blank(text->data[span.end - 1]))
        span.end--;
    return span;
}

static RtSpan
line_at(const RtText *text, uint32_t start)
{
    const char *newline = memchr(text->data + start, '\n', text->length - start);
    return (RtSpan){ start, newline ? (uint32_t) (newline - text->data) : text->length };
}

/* The word before the colon of "-- word: value"; an empty span when the line is a plain comment. */
static RtSpan
key_of_line(const RtText *text, RtSpan line)
{
    RtSpan key = { line.start + 2, line.start + 2 };
    while (key.start < line.end && is_blank(text->data[key.start]))
        key.start++;
    key.end = key.start;
    while (key.end < line.end &&
           (g_ascii_isalnum(text->data[key.end]) || text->data[key.end] == '_'))
        key.end++;
    if (key.end == line.end || text->data[key.end] != ':')
        key.end = key.start;
    return key;
}

static bool
span_is(const RtText *text, RtSpan span, const char *word)
{
    size_t length = span.end - span.start;
    return strlen(word) == length && memcmp(text->data + span.start, word, length) == 0;
}

static int
find_key(const RtText *text, RtSpan span)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (span_is(text, span, keys[i].key))
            return (int) i;
    }
    return -1;
}

static void
set_unknown_key(const RtText *text, RtSpan key, GError **error)
{
    const char *known[G_N_ELEMENTS(keys)];
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        known[i] = keys[i].key;
    g_autofree char *word = g_strndup(text->data + key.start, key.end - key.start);
    const char *nearest = rt_nearest(word, known, G_N_ELEMENTS(keys));
    if (nearest)
        rt_text_error(error, RT_ERROR_SYNTAX, text, key,
                      "unknown key '%s' in the header, did you mean '%s'?", word, nearest);
    else
        rt_text_error(error, RT_ERROR_SYNTAX, text, key,
                      "unknown key '%s' in the header (leave an empty line before other comments)",
                      word);
}

/* One identifier or label, checked for characters that names of revisions may not have. */
static const char *
take_id(RtArena *arena, const RtText *text, RtSpan span, GError **error)
{
    const char *id = rt_arena_copy(arena, text->data + span.start, span.end - span.start);
    if (strpbrk(id, " \t,")) {
        rt_text_error(error, RT_ERROR_SYNTAX, text, span, "'%s' is no single identifier", id);
        return NULL;
    }
    g_autoptr(GError) failure = NULL;
    if (!rt_revision_check_id(id, &failure)) {
        rt_text_error(error, (RtErrorCode) failure->code, text, span, "%s", failure->message);
        return NULL;
    }
    return id;
}

static const char *const *
take_list(RtArena *arena, const RtText *text, RtSpan span, GError **error)
{
    if (span.start == span.end)
        return no_strings;
    unsigned n = 1;
    for (uint32_t at = span.start; at < span.end; at++)
        n += text->data[at] == ',';
    const char **list = rt_arena_new_array(arena, const char *, n + 1);
    uint32_t start = span.start;
    for (unsigned i = 0; i < n; i++) {
        const char *comma = memchr(text->data + start, ',', span.end - start);
        uint32_t end = comma ? (uint32_t) (comma - text->data) : span.end;
        RtSpan item = trim_span(text, (RtSpan){ start, end });
        if (item.start == item.end) {
            rt_text_error(error, RT_ERROR_SYNTAX, text, span, "the list has an empty element");
            return NULL;
        }
        list[i] = take_id(arena, text, item, error);
        if (!list[i])
            return NULL;
        start = end + 1;
    }
    return list;
}

static bool
take_value(RtArena *arena, const RtText *text, unsigned key, RtSpan span, RtScriptHeader *header,
           GError **error)
{
    void *member = (char *) header + keys[key].offset;
    switch (keys[key].value) {
    case VALUE_ID:
        if (span.start == span.end) {
            rt_text_error(error, RT_ERROR_SYNTAX, text, span, "'%s' is empty", keys[key].key);
            return false;
        }
        return (*(const char **) member = take_id(arena, text, span, error)) != NULL;
    case VALUE_LIST:
        return (*(const char *const **) member = take_list(arena, text, span, error)) != NULL;
    case VALUE_TEXT:
        *(const char **) member =
            rt_arena_copy(arena, text->data + span.start, span.end - span.start);
    }
    return true;
}

static bool
read_line(RtArena *arena, const RtText *text, RtSpan line, RtSpan key, unsigned *seen,
          RtScriptHeader *header, GError **error)
{
    int index = find_key(text, key);
    if (index < 0) {
        set_unknown_key(text, key, error);
        return false;
    }
    if (*seen & 1u << index) {
        rt_text_error(error, RT_ERROR_SYNTAX, text, key, "'%s' stands twice in the header",
                      keys[index].key);
        return false;
    }
    *seen |= 1u << index;
    RtSpan value = trim_span(text, (RtSpan){ key.end + 1, line.end });
    return take_value(arena, text, (unsigned) index, value, header, error);
}

bool
rt_script_parse_header(RtArena *arena, const RtText *text, RtScriptHeader *out_header,
                       GError **error)
{
    RtScriptHeader header = { .down_revision = no_strings,
                              .branch_labels = no_strings,
                              .depends_on = no_strings,
                              .replaces = no_strings,
                              .message = "",
                              .created = "" };
    unsigned seen = 0;
    uint32_t at = 0;
    while (at < text->length && (is_blank(text->data[at]) || text->data[at] == '\n'))
        at++;
    while (at < text->length) {
        RtSpan line = line_at(text, at);
        if (line.end - line.start < 2 || memcmp(text->data + line.start, "--", 2) != 0)
            break;
        RtSpan key = key_of_line(text, line);
        if (span_is(text, key, "retort"))
            break;
        if (key.start < key.end && !read_line(arena, text, line, key, &seen, &header, error))
            return false;
        at = MIN(line.end + 1, text->length);
    }
    if (!header.revision) {
        rt_text_error(error, RT_ERROR_SYNTAX, text, (RtSpan){ 0, 0 },
                      "no line '-- revision: ID' at the start of the script");
        return false;
    }
    header.end = at;
    *out_header = header;
    return true;
}

static char *
print_value(unsigned key, const RtScriptHeader *header)
{
    const void *member = (const char *) header + keys[key].offset;
    if (keys[key].value != VALUE_LIST) {
        const char *value = *(const char *const *) member;
        return g_strdup(value ? value : "");
    }
    const char *const *list = *(const char *const *const *) member;
    return list ? g_strjoinv(", ", (char **) list) : g_strdup("");
}

static void
append_half(GString *out, const char *word, const char *body)
{
    g_string_append_printf(out, "\n-- retort: %s\n", word);
    if (!body) {
        g_string_append_printf(out, "-- statements of the %s, each ended by a semicolon\n", word);
        return;
    }
    g_string_append(out, body);
    if (*body && out->str[out->len - 1] != '\n')
        g_string_append_c(out, '\n');
}

char *
rt_script_print(const RtScriptHeader *header, const char *upgrade, const char *downgrade)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *value = print_value(i, header);
        bool is_empty = !*g_strchomp(value);
        rt_text_append_line(out, "-- %s:%s%s", keys[i].key, is_empty ? "" : " ", value);
    }
    append_half(out, "upgrade", upgrade);
    append_half(out, "downgrade", downgrade);
    return g_string_free(out, FALSE);
}
