/* The file of a memory database: opening, locking, appending. Its bytes are log-format.c's. */
#include "memory/log.h"

#include "memory/log-format.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LOCK_PAUSE_US = 20 * 1000,
    TELL_AFTER_US = 100 * 1000,
    TELL_EVERY_US = 30 * 1000 * 1000,
};

struct RtLog {
    char *path;
    int file; /* -1: only read */
    off_t end;
};

static bool
fail(const char *path, const char *what, RtFailure *out_failure, GError **error)
{
    int number = errno;
    bool is_full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    bool is_denied = number == EACCES || number == EPERM || number == EROFS;
    *out_failure = (RtFailure){
        .class = is_full     ? RT_FAILURE_FULL
                 : is_denied ? RT_FAILURE_DENIED
                             : RT_FAILURE_OTHER,
        .native_code = number,
        .offset = -1,
    };
    RtErrorCode code = is_denied ? RT_ERROR_DENIED
                       : is_full ? RT_ERROR_SERVER
                                 : RT_ERROR_UNREACHABLE;
    rt_error_set(error, code, "cannot %s %s: %s", what, path, g_strerror(number));
    return false;
}

/* ---- the lock ---------------------------------------------------------------------------------
 */

/*
 * Two locks: flock() excludes, also within one process; the record lock beside it is there because
 * the system tells its holder's process.
 */
static pid_t
find_holder(int file)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (fcntl(file, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
        return 0;
    return lock.l_pid;
}

static char *
describe_holder(int file)
{
    pid_t holder = find_holder(file);
    return holder > 0 ? g_strdup_printf("process %d", (int) holder) : g_strdup("another process");
}

static bool
fail_locked(const char *path, int file, double waited, bool is_cancelled, RtFailure *out_failure,
            GError **error)
{
    g_autofree char *holder = describe_holder(file);
    *out_failure = (RtFailure){ .class = is_cancelled ? RT_FAILURE_INTERRUPTED : RT_FAILURE_BUSY,
                                .offset = -1 };
    if (is_cancelled)
        rt_error_set(error, RT_ERROR_INTERRUPTED, "interrupted while waiting for the lock on %s",
                     path);
    else
        rt_error_set(error, RT_ERROR_LOCKED, "%s is locked by %s (waited %.1f s)", path, holder,
                     waited);
    return false;
}

static bool
take_lock(const char *path, int file, const RtConnectionOptions *options, RtFailure *out_failure,
          GError **error)
{
    int64_t start = g_get_monotonic_time(), tell_at = start + TELL_AFTER_US;
    while (flock(file, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return fail(path, "lock", out_failure, error);
        int64_t now = g_get_monotonic_time();
        const RtCancel *cancel = options->events ? options->events->cancel : NULL;
        bool is_cancelled = cancel && cancel->level > 0;
        bool is_late = options->lock_timeout_ms >= 0 &&
                       now - start >= (int64_t) options->lock_timeout_ms * 1000;
        if (is_cancelled || is_late)
            return fail_locked(path, file, (double) (now - start) / G_USEC_PER_SEC, is_cancelled,
                               out_failure, error);
        if (now >= tell_at) {
            g_autofree char *holder = describe_holder(file);
            g_autofree char *what =
                g_strdup_printf("waiting for the lock on %s (held by %s)", path, holder);
            rt_events_progress(options->events, what, -1);
            tell_at = now + TELL_EVERY_US;
        }
        g_usleep(LOCK_PAUSE_US);
    }
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    fcntl(file, F_SETLK, &lock);
    return true;
}

/* ---- reading and writing ----------------------------------------------------------------------
 */

static bool
read_bytes(const char *path, int file, char **out_data, size_t *out_length, RtFailure *out_failure,
           GError **error)
{
    struct stat status;
    if (fstat(file, &status) < 0)
        return fail(path, "read", out_failure, error);
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return fail(path, "open", out_failure, error);
    }
    g_autofree char *data = g_malloc((gsize) status.st_size + 1);
    size_t length = 0;
    while (length < (size_t) status.st_size) {
        ssize_t n = read(file, data + length, (size_t) status.st_size - length);
        if (n < 0 && errno != EINTR)
            return fail(path, "read", out_failure, error);
        if (n == 0)
            break;
        length += n > 0 ? (size_t) n : 0;
    }
    data[length] = '\0';
    *out_data = g_steal_pointer(&data);
    *out_length = length;
    return true;
}

static bool
write_bytes(int file, const void *data, size_t length, off_t at)
{
    const char *bytes = data;
    while (length > 0) {
        ssize_t n = pwrite(file, bytes, length, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        at += n;
        length -= (size_t) n;
    }
    return true;
}

/* Takes away what was written but not committed, so that the next record follows the last one. */
static void
cut(RtLog *log)
{
    int number = errno;
    if (ftruncate(log->file, log->end) < 0)
        log->end = lseek(log->file, 0, SEEK_END);
    errno = number;
}

static bool
write_whole(RtLog *log, const void *data, size_t length, RtFailure *out_failure, GError **error)
{
    if (!write_bytes(log->file, data, length, log->end) || fdatasync(log->file) < 0) {
        cut(log);
        return fail(log->path, "write", out_failure, error);
    }
    log->end += (off_t) length;
    return true;
}

/* The name of a new file is on the disk only when its folder is. */
static void
sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    fsync(file);
    close(file);
}

bool
rt_log_append(RtLog *log, const RtLogRecord *record, RtFailure *out_failure, GError **error)
{
    g_autoptr(GByteArray) bytes = rt_log_record_pack(record);
    return write_whole(log, bytes->data, bytes->len, out_failure, error);
}

bool
rt_log_is_read_only(const RtLog *log)
{
    return log->file < 0;
}

/* ---- opening ----------------------------------------------------------------------------------
 */

/* Whether a file that is not there can be made: its folder is there. */
static bool
has_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    return g_file_test(folder, G_FILE_TEST_IS_DIR);
}

static int
open_file(const char *path, bool read_only, bool *out_missing, RtFailure *out_failure,
          GError **error)
{
    int flags = read_only ? O_RDONLY : O_RDWR | O_CREAT;
    int file = open(path, flags | O_CLOEXEC, 0666);
    if (file >= 0)
        return file;
    int code = errno;
    bool is_missing = read_only && code == ENOENT && has_folder(path);
    errno = code;
    if (is_missing)
        *out_missing = true;
    else
        fail(path, "open", out_failure, error);
    return -1;
}

/* Drops the torn tail and begins an empty file; only for writing. */
static bool
prepare_file(RtLog *log, const char *dialect, size_t length, RtFailure *out_failure, GError **error)
{
    if ((size_t) log->end < length && ftruncate(log->file, log->end) < 0)
        return fail(log->path, "write", out_failure, error);
    if (log->end > 0)
        return true;
    g_autofree char *line = rt_log_first_line(dialect);
    if (!write_whole(log, line, strlen(line), out_failure, error))
        return false;
    sync_folder(log->path);
    return true;
}

static bool
load(RtLog *log, int file, const char *dialect, bool read_only, RtLogFunc visit, void *visit_data,
     RtFailure *out_failure, GError **error)
{
    g_autofree char *data = NULL;
    size_t length = 0, end = 0;
    if (!read_bytes(log->path, file, &data, &length, out_failure, error))
        return false;
    *out_failure = (RtFailure){ .class = RT_FAILURE_OTHER, .offset = -1 };
    if (!rt_log_read(log->path, dialect, data, length, visit, visit_data, &end, error))
        return false;
    log->end = (off_t) end;
    return read_only || prepare_file(log, dialect, length, out_failure, error);
}

RtLog *
rt_log_open(const char *path, const char *dialect, const RtConnectionOptions *options,
            RtLogFunc visit, void *visit_data, bool *out_missing, RtFailure *out_failure,
            GError **error)
{
    int file = open_file(path, options->read_only, out_missing, out_failure, error);
    if (file < 0)
        return NULL;
    RtLog *log = g_new0(RtLog, 1);
    log->path = g_strdup(path);
    log->file = file;
    bool done = (options->read_only || take_lock(path, file, options, out_failure, error)) &&
                load(log, file, dialect, options->read_only, visit, visit_data, out_failure, error);
    if (options->read_only) {
        close(file);
        log->file = -1;
    }
    if (done)
        return log;
    rt_log_close(log);
    return NULL;
}

void
rt_log_close(RtLog *log)
{
    if (!log)
        return;
    if (log->file >= 0)
        close(log->file);
    g_free(log->path);
    g_free(log);
}
