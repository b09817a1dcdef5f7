/*
 * Who may change the target while no transaction keeps others out; the whole contract of locking is
 * here. Where the connection has transactions a row of retort_lock holds owner, fence and
 * heartbeat, and every write of a run checks the fence in its own transaction. Where it has none
 * and the dialect's own tables say so, the lock is a generation (state/generation.h). Either way a
 * runner that wakes up late fails its next write. While one statement runs for long, signs of life
 * are given by a second connection, which is opened when the first of them is due. Elsewhere the
 * connection excludes others by itself (one process, or the lock of a file), and these do nothing.
 * For migrate/ only.
 */
#pragma once

#include "migrate/runner.h"

/*
 * Takes the lock, waiting as the options say. The holder counts as dead when it gave no sign of
 * life for one lease on our own clock and, where it gives none while a statement runs, its process
 * does not run on this machine. Fails with RT_ERROR_LOCKED, naming the holder.
 */
bool rt_lock_take(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Around each write of tables that all runs share: begins a transaction, or gives a sign of life.
 * Fails with RT_ERROR_LOCKED once another has taken over.
 */
bool rt_lock_begin_write(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same around the write of a step: in a generation that is a sign of life itself. */
bool rt_lock_begin_step(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Ends either: commits when `ok`, else rolls back; *error says already why it is not. Returns
 * whether all went well. What failed because another has taken over is RT_ERROR_LOCKED.
 */
bool rt_lock_end_write(RtRunner *runner, bool ok, GError **error);
/* While nothing is written for long: gives a sign of life where it is time. */
bool rt_lock_keep(RtRunner *runner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Gives the lock back, where it is ours; never fails: it would run out by itself. */
void rt_lock_release(RtRunner *runner);
