/* The reader of memory databases' files: any bytes give records and an end, or one error. */
#include "fuzz.h"

#include "memory/log-format.h"

#include <string.h>

/* What was read is written as it was read. */
static bool
check_record(void *data, const RtLogRecord *record, GError **error)
{
    (void) error;
    g_autoptr(GByteArray) bytes = rt_log_record_pack(record);
    g_byte_array_append(data, bytes->data, bytes->len);
    return true;
}

/*
 * A fuzzer does not guess checksums, so the bytes are tried as a file, and as the SQL of a record
 * that is packed and then cut or changed where they say.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *line = rt_log_first_line("x");
    g_autoptr(GByteArray) written = g_byte_array_new(), seen = g_byte_array_new();
    g_byte_array_append(written, (const guint8 *) line, (guint) strlen(line));
    g_byte_array_append(seen, written->data, written->len);
    g_autofree char *text = g_strndup((const char *) data, size);
    g_autofree char *sql = g_utf8_make_valid(text, -1);
    g_autoptr(RtLogRecord) record = rt_log_record_new((int64_t) size * 977);
    rt_log_record_add(record, (uint32_t) size, sql);
    rt_log_record_add(record, 0, "");
    g_autoptr(GByteArray) packed = rt_log_record_pack(record);
    g_byte_array_append(written, packed->data, packed->len);
    g_byte_array_append(written, data, (guint) size);

    size_t end = 0;
    g_autoptr(GError) error = NULL;
    if (rt_log_read("f", "x", (const char *) written->data, written->len, check_record, seen, &end,
                    &error))
        g_assert_cmpmem(seen->data, seen->len, written->data, end);
    else
        g_assert_nonnull(error);
    g_clear_error(&error);
    g_byte_array_set_size(seen, 0);
    if (!rt_log_read("f", "x", (const char *) data, size, check_record, seen, &end, &error))
        g_assert_nonnull(error);
    return 0;
}
