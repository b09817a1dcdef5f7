/*
 * How the library speaks while it works. It never prints and never asks by itself: whoever runs it
 * gives an RtEvents, any member of which may be NULL, and a flag that says stop.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum RtLevel {
    RT_LEVEL_DEBUG,
    RT_LEVEL_INFO,
    RT_LEVEL_WARNING,
    RT_LEVEL_ERROR, /* of no notice: errors are returned, whoever handles them may log them */
} RtLevel;

/* Set from a signal handler or another thread: 0 go on, 1 stop after this statement, 2 stop now. */
typedef struct RtCancel {
    volatile int level;
} RtCancel;

typedef struct RtEvents {
    void *data;
    /* A statement is about to be sent to the target; `logger` is the dialect's name for those of
       scripts, "NAME.own" for what retort reads and writes beside them. */
    void (*statement)(void *data, const char *logger, const char *sql);
    /* Something goes on for a while: "waiting for the lock", a job with its progress in percent. */
    void (*progress)(void *data, const char *what, int percent);
    /* Something worth a line: "Running upgrade a -> b, message". */
    void (*notice)(void *data, RtLevel level, const char *logger, const char *message);
    /* A question that a person must answer; without it, or off a terminal, the answer is no. */
    bool (*confirm)(void *data, const char *question);
    const RtCancel *cancel;
} RtEvents;

/* All of these accept events == NULL. */
void rt_events_statement(const RtEvents *events, const char *logger, const char *sql);
void rt_events_progress(const RtEvents *events, const char *what, int percent);
void rt_events_notice(const RtEvents *events, RtLevel level, const char *logger, const char *format,
                      ...) G_GNUC_PRINTF(4, 5);
bool rt_events_confirm(const RtEvents *events, const char *question);
/* Fails with RT_ERROR_INTERRUPTED once the flag is set. */
bool rt_events_go_on(const RtEvents *events, GError **error) G_GNUC_WARN_UNUSED_RESULT;
