/* Records of the log as bytes. */
#include "memory/log-format.h"

#include <string.h>

enum {
    HEADER_SIZE = 12,
    BODY_START = 12, /* time and count */
    STATEMENT_START = 8,
};

#define MAGIC "retort memory 1 "

/* The checksum of zip and png, a bit at a time from a table for half bytes. */
static uint32_t
checksum(const char *data, size_t length)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < length; i++) {
        crc ^= (unsigned char) data[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

static void
append_number(GByteArray *out, uint64_t number, unsigned n_bytes)
{
    for (unsigned i = 0; i < n_bytes; i++) {
        guint8 byte = (guint8) (number >> (8 * i));
        g_byte_array_append(out, &byte, 1);
    }
}

static uint64_t
read_number(const char *data, unsigned n_bytes)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < n_bytes; i++)
        number |= (uint64_t) (unsigned char) data[i] << (8 * i);
    return number;
}

/* ---- records ----------------------------------------------------------------------------------
 */

static void
clear_statement(RtLogStatement *statement)
{
    g_free(statement->sql);
}

RtLogRecord *
rt_log_record_new(int64_t time)
{
    RtLogRecord *record = g_new0(RtLogRecord, 1);
    record->time = time;
    record->statements = g_array_new(FALSE, TRUE, sizeof(RtLogStatement));
    g_array_set_clear_func(record->statements, (GDestroyNotify) clear_statement);
    return record;
}

void
rt_log_record_free(RtLogRecord *record)
{
    if (!record)
        return;
    g_array_unref(record->statements);
    g_free(record);
}

void
rt_log_record_add(RtLogRecord *record, uint32_t job_ms, const char *sql)
{
    RtLogStatement statement = { job_ms, g_strdup(sql) };
    g_array_append_val(record->statements, statement);
}

char *
rt_log_first_line(const char *dialect)
{
    return g_strconcat(MAGIC, dialect, "\n", NULL);
}

GByteArray *
rt_log_record_pack(const RtLogRecord *record)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    append_number(body, (uint64_t) record->time, 8);
    append_number(body, record->statements->len, 4);
    for (unsigned i = 0; i < record->statements->len; i++) {
        const RtLogStatement *statement = &g_array_index(record->statements, RtLogStatement, i);
        size_t length = strlen(statement->sql);
        append_number(body, statement->job_ms, 4);
        append_number(body, length, 4);
        g_byte_array_append(body, (const guint8 *) statement->sql, (guint) length);
    }
    GByteArray *out = g_byte_array_new();
    append_number(out, body->len, 4);
    append_number(out, checksum((const char *) out->data, 4), 4);
    append_number(out, checksum((const char *) body->data, body->len), 4);
    g_byte_array_append(out, body->data, body->len);
    return out;
}

/* NULL where the body is no record, though its checksum is right. */
static RtLogRecord *
unpack(const char *body, size_t length)
{
    if (length < BODY_START)
        return NULL;
    g_autoptr(RtLogRecord) record = rt_log_record_new((int64_t) read_number(body, 8));
    uint64_t n = read_number(body + 8, 4);
    size_t at = BODY_START;
    for (uint64_t i = 0; i < n; i++) {
        if (length - at < STATEMENT_START)
            return NULL;
        uint64_t text = read_number(body + at + 4, 4);
        if (text > length - at - STATEMENT_START)
            return NULL;
        g_autofree char *sql = g_strndup(body + at + STATEMENT_START, text);
        if (strlen(sql) != text || !g_utf8_validate(sql, (gssize) text, NULL))
            return NULL;
        rt_log_record_add(record, (uint32_t) read_number(body + at, 4), sql);
        at += STATEMENT_START + text;
    }
    return at == length ? g_steal_pointer(&record) : NULL;
}

/* ---- files ------------------------------------------------------------------------------------
 */

/* A file that grew before its bytes were written holds NUL bytes at its end. */
static bool
is_blank(const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (data[i])
            return false;
    return true;
}

static bool
fail_damaged(const char *name, size_t at, GError **error)
{
    rt_error_set(
        error, RT_ERROR_SERVER,
        "%s is damaged at byte %zu; what stands before it is whole, what follows cannot be "
        "trusted",
        name, at);
    return false;
}

/* The first line. A file that ends within it was never committed to: *out_end is 0. */
static bool
read_first_line(const char *name, const char *dialect, const char *data, size_t length,
                size_t *out_end, GError **error)
{
    g_autofree char *line = rt_log_first_line(dialect);
    size_t expected = strlen(line);
    size_t magic = MIN(strlen(MAGIC), length);
    *out_end = 0;
    if (is_blank(data, length) || (length < expected && memcmp(data, line, length) == 0))
        return true;
    if (memcmp(data, MAGIC, magic) != 0) {
        rt_error_set(error, RT_ERROR_UNREACHABLE, "%s is no file of a memory database", name);
        return false;
    }
    if (length < expected || memcmp(data, line, expected) != 0) {
        const char *rest = data + magic;
        const char *end = memchr(rest, '\n', length - magic);
        int shown = end ? (int) MIN(end - rest, 40) : 0;
        g_autofree char *other = g_utf8_make_valid(rest, shown);
        rt_error_set(error, RT_ERROR_CONFIG, "%s is a memory database of '%s', not of '%s'", name,
                     other, dialect);
        return false;
    }
    *out_end = expected;
    return true;
}

typedef enum Found {
    FOUND_RECORD,
    FOUND_TORN, /* or the end */
    FOUND_DAMAGE,
} Found;

static Found
find_record(const char *data, size_t length, size_t at, size_t *out_body)
{
    size_t rest = length - at;
    if (rest < HEADER_SIZE)
        return FOUND_TORN;
    size_t body = read_number(data + at, 4);
    if (checksum(data + at, 4) != read_number(data + at + 4, 4))
        return is_blank(data + at, rest) ? FOUND_TORN : FOUND_DAMAGE;
    if (body > rest - HEADER_SIZE)
        return FOUND_TORN;
    *out_body = body;
    if (checksum(data + at + HEADER_SIZE, body) == read_number(data + at + 8, 4))
        return FOUND_RECORD;
    return body == rest - HEADER_SIZE ? FOUND_TORN : FOUND_DAMAGE;
}

bool
rt_log_read(const char *name, const char *dialect, const char *data, size_t length, RtLogFunc visit,
            void *visit_data, size_t *out_end, GError **error)
{
    size_t at, body;
    if (!read_first_line(name, dialect, data, length, &at, error))
        return false;
    while (at > 0 && at < length) {
        Found found = find_record(data, length, at, &body);
        if (found == FOUND_TORN)
            break;
        g_autoptr(RtLogRecord) record =
            found == FOUND_RECORD ? unpack(data + at + HEADER_SIZE, body) : NULL;
        if (!record)
            return fail_damaged(name, at, error);
        if (!visit(visit_data, record, error))
            return false;
        at += HEADER_SIZE + body;
    }
    *out_end = at;
    return true;
}
