/*
 * A named piece of source text and places in it. Everything that reports an error about text does
 * so through rt_text_error, so that each looks alike: file:line:column, the line, a caret.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdint.h>

/* From byte `start` up to and without byte `end`. */
typedef struct RtSpan {
    uint32_t start, end;
} RtSpan;

/*
 * Plain data in model memory. `data[length]` is NUL. `first_line` is the number of the text's first
 * line, so that a part of a file can be a text of its own and still name the right line.
 */
typedef struct RtText {
    const char *name; /* a path, or "<input>" and the like; shown in messages */
    const char *data;
    uint32_t length;
    uint32_t first_line;
} RtText;

/* Copies nothing: `name` and `data` must live as long as the text. */
RtText *rt_text_new(RtArena *arena, const char *name, const char *data, size_t length);
/*
 * Reads a file into the arena. Fails with RT_ERROR_FILE when it cannot be read, with
 * RT_ERROR_SYNTAX when it is 2 GiB or more, holds a NUL byte or is no UTF-8. A byte order mark at
 * its start is skipped.
 */
RtText *rt_text_open(RtArena *arena, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the bytes are UTF-8 without NUL; else *out_bad (may be NULL) is the first that is not. */
bool rt_text_validate(const char *data, size_t length, const char **out_bad);
/*
 * Appends a text for people: what a terminal would obey, such as an escape, and bytes that are no
 * UTF-8 as \x1b. Ends of lines and tabs stay.
 */
void rt_text_append_visible(GString *out, const char *text);
/* The same as a string; owned by the caller. */
char *rt_text_visible(const char *text);
/* Bytes `span` of `text` as a text of its own that keeps name and line numbers. */
RtText *rt_text_part(RtArena *arena, const RtText *text, RtSpan span);

/*
 * A byte whose line is known. Places of a text that are located one behind the other with one mark
 * cost a single pass over it. All zero at first.
 */
typedef struct RtMark {
    const char *data; /* of the text */
    uint32_t offset;
    unsigned line;
} RtMark;
void rt_mark_locate(RtMark *mark, const RtText *text, uint32_t offset, unsigned *out_line,
                    unsigned *out_column);
/* Line and column (in characters) of byte `offset`, both from 1. */
void rt_text_locate(const RtText *text, uint32_t offset, unsigned *out_line, unsigned *out_column);
/* Sets an error at `span` of `text`, with the excerpt. */
void rt_text_error(GError **error, RtErrorCode code, const RtText *text, RtSpan span,
                   const char *format, ...) G_GNUC_PRINTF(5, 6);

/*
 * Appends what is printed as one line of its own: what would end the line within it becomes a
 * blank. Names that a server or a person gives may hold line ends, and what stands behind one in a
 * comment would be a statement.
 */
void rt_text_append_line(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The order of texts by their bytes, for qsort and g_ptr_array_sort: the arguments point at
   `const char *`, of which NULL comes first. */
int rt_compare_strings(const void *left, const void *right);
