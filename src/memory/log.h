/*
 * The file of a memory database: an append-only log of what was committed. Knows nothing of what
 * the statements mean.
 *
 * The file begins with the line "retort memory 1 DIALECT". Then come records, one for each commit:
 *
 *     4 bytes  length of the body, little-endian, as all numbers here
 *     4 bytes  CRC-32 of those four bytes
 *     4 bytes  CRC-32 of the body
 *     body     8 bytes  milliseconds since 1970 at which it was committed
 *              4 bytes  number of statements; each:
 *                  4 bytes  how long its job takes in milliseconds; 0: it is none
 *                  4 bytes  length of the text
 *                  text, without a NUL
 *
 * A record that was not written to its end (a crash, a power cut) is the last one: it reaches
 * beyond the end of the file, or to it with a wrong checksum, or is nothing but NUL bytes. It is
 * dropped. Anything else that does not fit is damage, and an error.
 */
#pragma once

#include "connection/connection.h"

typedef struct RtLog RtLog;

/* Statements that are committed together. */
typedef struct RtLogRecord {
    int64_t time;
    GArray *statements; /* of RtLogStatement */
} RtLogRecord;

typedef struct RtLogStatement {
    uint32_t job_ms;
    char *sql; /* owned by the array's clear function */
} RtLogStatement;

RtLogRecord *rt_log_record_new(int64_t time);
void rt_log_record_free(RtLogRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtLogRecord, rt_log_record_free)
void rt_log_record_add(RtLogRecord *record, uint32_t job_ms, const char *sql);

typedef bool (*RtLogFunc)(void *data, const RtLogRecord *record, GError **error);

/*
 * Hands each record of the bytes of a file to `visit`. *out_end is where the last whole record
 * ends: what follows was never committed. Fails with RT_ERROR_SERVER for a damaged file,
 * RT_ERROR_CONFIG for one of another dialect; `name` is for messages.
 */
bool rt_log_read(const char *name, const char *dialect, const char *data, size_t length,
                 RtLogFunc visit, void *visit_data, size_t *out_end,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Opens the file, for writing with an exclusive lock that is waited for as the options say
 * (RT_ERROR_LOCKED names the holder), and hands over its records. With read_only, a file that is
 * not there gives NULL with *out_missing set and no error, and nothing is locked or written.
 */
RtLog *rt_log_open(const char *path, const char *dialect, const RtConnectionOptions *options,
                   RtLogFunc visit, void *visit_data, bool *out_missing, RtFailure *out_failure,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_log_close(RtLog *log);
bool rt_log_is_read_only(const RtLog *log);
/*
 * Writes a record and waits until it is on the disk. After a failure the file is as before;
 * *out_failure says what failed.
 */
bool rt_log_append(RtLog *log, const RtLogRecord *record, RtFailure *out_failure,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
