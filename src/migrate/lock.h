/*
 * Who may change the target while no transaction keeps others out; the whole contract of locking is
 * here. A row of retort_lock holds owner, fence and heartbeat; every write of a run checks the
 * fence in its own transaction, so that a runner that wakes up late fails. Where the connection has
 * no transactions it excludes others by itself (one process, or the lock of a file), and these do
 * nothing. For migrate/ only.
 */
#pragma once

#include "migrate/runner.h"

/*
 * Takes the lock, waiting as the options say. The holder counts as dead when its heartbeat has not
 * moved for one lease on our own clock and, where its process would run on this machine, that is
 * gone. Fails with RT_ERROR_LOCKED, naming the holder.
 */
bool rt_lock_take(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Around each write of the journal: begins a transaction, checks the fence, moves the heartbeat. */
bool rt_lock_begin_write(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Commits when `ok`, else rolls back; returns whether all went well. */
bool rt_lock_end_write(RtRunner *runner, bool ok, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Gives the lock back, where it is ours; never fails: it would run out by itself. */
void rt_lock_release(RtRunner *runner);
