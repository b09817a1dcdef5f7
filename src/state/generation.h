/*
 * Locks by generations, where no write is conditional and nothing is rolled back, but of two
 * runners that create the same table one fails. Generation n is the table "retort_lock_VERSION_n",
 * VERSION being the version table's name. Who creates it holds the lock; its rows are the steps of
 * the run and one that is the sign of life, so that each write of a step says that its writer
 * lives, and fails once another has taken over. A successor creates generation n + 1, renames n to
 * "…_n_dead", copies its steps and drops it. Rows of retort_lock say which numbers were taken, so
 * that none is used twice.
 *
 * The row that is the sign of life has an empty run. It is written when all steps of earlier
 * generations are there: one without it stands for those before it.
 */
#pragma once

#include "state/state.h"

typedef struct RtGeneration {
    int64_t number; /* the newest that is there; 0: none is, the lock is free */
    int64_t taken;  /* the last number that anybody has said to have taken */
    char *owner;    /* NULL: it was given back, or its taker has not said */
    bool is_given_back;
    bool is_marked; /* its signs are those of this state, which may not know that it has it: the
                       connection was lost while it took it */
    char *sign;     /* differs after each sign of life */
} RtGeneration;
void rt_generation_clear(RtGeneration *generation);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RtGeneration, rt_generation_clear)

/* How the lock stands. All zero where it was never taken. */
bool rt_generation_find(RtState *state, RtGeneration *out_generation,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Takes the generation after `seen`, with the steps of all before it. *out_taken is unset, and no
 * error is set, where another was quicker.
 */
bool rt_generation_take(RtState *state, const RtGeneration *seen, const char *owner,
                        bool *out_taken, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether this is the generation that we hold. */
bool rt_generation_is_ours(const RtState *state, const RtGeneration *generation);
/* Gives a sign of life; fails as every write does when another has taken over. */
bool rt_generation_beat(RtState *state, const char *owner,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same by another connection, while a statement of the state's own is under way. */
bool rt_generation_beat_through(RtState *state, RtConnection *connection, const char *owner,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Gives ours back: with its steps, for whoever finishes the run, or for good. May be repeated after
   a failure. */
bool rt_generation_release(RtState *state, bool keeps_steps,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For who holds no generation: the steps in those that are there, as rt_own_read() gives rows. */
struct RtOwnMatch;
bool rt_generation_read(RtState *state, const struct RtOwnMatch *where, RtRowFunc row, void *data,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
