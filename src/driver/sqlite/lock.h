/* Who holds the lock on a database file. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * The process that holds one of SQLite's locks on the file or, in WAL mode, on the "-shm" file
 * beside it; 0 where nobody does or the system does not tell. Opens none of these files: closing
 * one would drop this process's own locks on it.
 */
pid_t rt_sqlite_lock_holder(const char *path);
