/* The forms of the lock; for the files of the lock only. */
#pragma once

#include "migrate/lock.h"

/* How the lock stood when it was looked at. */
typedef struct RtLockLook {
    char
        *holder; /* owned; who has it, "another runner" where that is not known; NULL: it is ours */
    char *owner; /* owned; as it was written down; NULL: nobody has it, or it is not known */
    char *sign;  /* owned; differs after each sign of life */
} RtLockLook;

typedef struct RtLockForm {
    /*
     * Takes the lock if it is free, or if `is_dead` says so of its holder. Else it fills in *out,
     * and it returns false only on errors.
     */
    bool (*try)(RtRunner *runner, bool (*is_dead)(void *data, const RtLockLook *look), void *data,
                RtLockLook *out, GError **error);
    bool (*begin_write)(RtRunner *runner, GError **error);
    bool (*begin_step)(RtRunner *runner, GError **error);
    bool (*end_write)(RtRunner *runner, bool ok, GError **error);
    /* Gives a sign of life by another connection, while a statement is under way; NULL: no
       statement of such a target takes long. */
    bool (*beat_through)(RtRunner *runner, RtConnection *companion, GError **error);
    void (*release)(RtRunner *runner);
} RtLockForm;

extern const RtLockForm rt_lock_by_row, rt_lock_by_generation;
