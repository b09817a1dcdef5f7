/*
 * Finds the holder of a database's lock in the kernel's list of file locks (proc_locks(5)), whose
 * lines are "1: POSIX  ADVISORY  WRITE 1234 fe:00:9977864 1073741824 1073741825".
 */
#include "driver/sqlite/lock.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Bytes that SQLite locks; "File Locking And Concurrency" and walformat.html name them. */
typedef struct LockRange {
    const char *suffix; /* of the file that is locked */
    unsigned long long first, last;
} LockRange;

static const LockRange ranges[] = {
    { "", 0x40000000, 0x40000000 + 511 },
    { "-shm", 120, 127 },
};

typedef struct Lock {
    char mode[16]; /* READ or WRITE */
    int pid;
    unsigned major, minor;
    unsigned long long inode, first;
} Lock;

static bool
read_lock(const char *line, Lock *out_lock)
{
    return sscanf(line, "%*u: POSIX %*s %15s %d %x:%x:%llu %llu", out_lock->mode, &out_lock->pid,
                  &out_lock->major, &out_lock->minor, &out_lock->inode, &out_lock->first) == 6;
}

/* File systems in layers list another device than stat() gives, so the inode alone may decide. */
static int
rate_lock(const Lock *lock, const struct stat *file, const LockRange *range)
{
    if (lock->inode != file->st_ino || lock->first < range->first || lock->first > range->last ||
        lock->pid <= 0 || lock->pid == getpid())
        return 0;
    int rating = g_str_equal(lock->mode, "WRITE") ? 3 : 1;
    return rating + (lock->major == major(file->st_dev) && lock->minor == minor(file->st_dev));
}

pid_t
rt_sqlite_lock_holder(const char *path)
{
    g_autofree char *list = NULL;
    if (!g_file_get_contents("/proc/locks", &list, NULL, NULL))
        return 0;
    g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
    pid_t holder = 0;
    int best = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
        g_autofree char *file = g_strconcat(path, ranges[i].suffix, NULL);
        struct stat status;
        if (stat(file, &status) < 0)
            continue;
        for (char **line = lines; *line; line++) {
            Lock lock;
            int rating = read_lock(*line, &lock) ? rate_lock(&lock, &status, &ranges[i]) : 0;
            if (rating > best) {
                best = rating;
                holder = lock.pid;
            }
        }
    }
    return holder;
}
