/* Source texts: reading them, and saying where in them something is wrong. */
#include "base/text.h"

#include <errno.h>
#include <string.h>

enum { LONGEST_EXCERPT = 160 };

RtText *
rt_text_new(RtArena *arena, const char *name, const char *data, size_t length)
{
    g_assert(length < G_MAXINT32);
    RtText *text = rt_arena_new_object(arena, RtText);
    *text = (RtText){ .name = name, .data = data, .length = (uint32_t) length, .first_line = 1 };
    return text;
}

RtText *
rt_text_open(RtArena *arena, const char *path, GError **error)
{
    char *data = NULL;
    size_t length = 0;
    g_autoptr(GError) failure = NULL;
    if (!g_file_get_contents(path, &data, &length, &failure)) {
        rt_error_set(error, RT_ERROR_FILE, "%s", failure->message);
        return NULL;
    }
    rt_arena_take(arena, data);
    const char *name = rt_arena_strdup(arena, path);
    if (length >= G_MAXINT32) {
        rt_error_set(error, RT_ERROR_SYNTAX, "%s: is 2 GiB or more, split it", path);
        return NULL;
    }
    if (length >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
        data += 3;
        length -= 3;
    }
    RtText *text = rt_text_new(arena, name, data, length);
    const char *bad = NULL;
    if (!rt_text_validate(data, length, &bad)) {
        uint32_t offset = (uint32_t) (bad - data);
        rt_text_error(error, RT_ERROR_SYNTAX, text, (RtSpan){ offset, offset + 1 },
                      *bad ? "is no valid UTF-8" : "has a NUL byte");
        return NULL;
    }
    return text;
}

/* The length of the plain ASCII that the bytes begin with, in whole words, without a NUL. */
static size_t
measure_ascii(const char *data, size_t length)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high_bits = ones << 7;
    size_t at = 0;
    for (uint64_t word; length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, data + at, sizeof word);
        if (((word - ones) | word) & high_bits) /* a zero byte borrows, another has its high bit */
            break;
    }
    return at;
}

bool
rt_text_validate(const char *data, size_t length, const char **out_bad)
{
    size_t ascii = measure_ascii(data, length);
    return g_utf8_validate_len(data + ascii, length - ascii, out_bad);
}

/* The controls of ASCII, DEL, and those of ISO 6429 from U+0080 on. */
static bool
is_control(gunichar c)
{
    return c < 0x20 ? c != '\n' && c != '\t' : c >= 0x7F && c < 0xA0;
}

void
rt_text_append_visible(GString *out, const char *text)
{
    while (*text) {
        gunichar c = g_utf8_get_char_validated(text, -1);
        bool is_broken = c == (gunichar) -1 || c == (gunichar) -2;
        const char *next = is_broken ? text + 1 : g_utf8_next_char(text);
        if (!is_broken && !is_control(c))
            g_string_append_len(out, text, next - text);
        for (; (is_broken || is_control(c)) && text < next; text++)
            g_string_append_printf(out, "\\x%02x", (unsigned char) *text);
        text = next;
    }
}

char *
rt_text_visible(const char *text)
{
    GString *out = g_string_new(NULL);
    rt_text_append_visible(out, text);
    return g_string_free(out, FALSE);
}

RtText *
rt_text_part(RtArena *arena, const RtText *text, RtSpan span)
{
    RtText *part = rt_text_new(arena, text->name,
                               rt_arena_copy(arena, text->data + span.start, span.end - span.start),
                               span.end - span.start);
    unsigned column;
    rt_text_locate(text, span.start, &part->first_line, &column);
    return part;
}

static const char *
line_start(const RtText *text, uint32_t offset)
{
    const char *newline = offset ? memrchr(text->data, '\n', offset) : NULL;
    return newline ? newline + 1 : text->data;
}

static long
count_characters(const char *from, const char *to)
{
    long n = 0;
    for (; from < to; from++)
        n += (*from & 0xC0) != 0x80;
    return n;
}

void
rt_mark_locate(RtMark *mark, const RtText *text, uint32_t offset, unsigned *out_line,
               unsigned *out_column)
{
    offset = MIN(offset, text->length);
    if (mark->data != text->data || mark->offset > offset)
        *mark = (RtMark){ text->data, 0, text->first_line };
    const char *end = text->data + offset;
    for (const char *p = text->data + mark->offset; (p = memchr(p, '\n', (size_t) (end - p))); p++)
        mark->line++;
    mark->offset = offset;
    *out_line = mark->line;
    *out_column = (unsigned) count_characters(line_start(text, offset), end) + 1;
}

void
rt_text_locate(const RtText *text, uint32_t offset, unsigned *out_line, unsigned *out_column)
{
    RtMark mark = { 0 };
    rt_mark_locate(&mark, text, offset, out_line, out_column);
}

/* The line with a caret under the span; tabs stay tabs so that both lines align. */
static char *
excerpt_new(const RtText *text, RtSpan span)
{
    const char *start = line_start(text, span.start), *at = text->data + span.start;
    size_t length = strcspn(start, "\r\n");
    length = MIN(length, (size_t) (text->data + text->length - start));
    if (length > LONGEST_EXCERPT || at > start + length)
        return NULL;

    GString *excerpt = g_string_new("    ");
    g_string_append_len(excerpt, start, (gssize) length);
    g_string_append(excerpt, "\n    ");
    for (const char *p = start; p < at; p++) {
        if ((*p & 0xC0) != 0x80)
            g_string_append_c(excerpt, *p == '\t' ? '\t' : ' ');
    }
    const char *end = MIN(text->data + span.end, start + length);
    long width = MAX(count_characters(at, end), 1);
    while (width-- > 0)
        g_string_append_c(excerpt, '^');
    return g_string_free(excerpt, FALSE);
}

void
rt_text_error(GError **error, RtErrorCode code, const RtText *text, RtSpan span, const char *format,
              ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);

    span.start = MIN(span.start, text->length);
    span.end = CLAMP(span.end, span.start, text->length);
    RtErrorPlace place = { .file = (char *) text->name };
    rt_text_locate(text, span.start, &place.line, &place.column);
    g_autofree char *excerpt = excerpt_new(text, span);
    place.excerpt = excerpt;
    rt_error_set_at(error, code, &place, "%s", message);
}

void
rt_text_append_line(GString *out, const char *format, ...)
{
    size_t start = out->len;
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(out, format, arguments);
    va_end(arguments);
    g_strdelimit(out->str + start, "\r\n", ' ');
    g_string_append_c(out, '\n');
}

int
rt_compare_strings(const void *left, const void *right)
{
    return g_strcmp0(*(const char *const *) left, *(const char *const *) right);
}
