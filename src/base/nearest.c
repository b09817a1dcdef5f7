/* The nearest of some words: edit distance in which a swap of neighbours counts as one edit. */
#include "base/nearest.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static size_t
smallest(size_t a, size_t b, size_t c)
{
    return MIN(a, MIN(b, c));
}

static bool
is_same(char a, char b)
{
    return g_ascii_tolower(a) == g_ascii_tolower(b);
}

/*
 * The distance of two words, `limit` + 1 when it is more than `limit`. `rows` has room for three
 * rows of the table, each a byte longer than `b`.
 */
static size_t
measure_distance(const char *a, size_t a_length, const char *b, size_t b_length, size_t limit,
                 size_t *rows)
{
    size_t width = b_length + 1;
    size_t *before = rows, *last = rows + width, *row = rows + 2 * width;
    for (size_t j = 0; j < width; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t least = row[0] = i;
        for (size_t j = 1; j < width; j++) {
            size_t change = last[j - 1] + !is_same(a[i - 1], b[j - 1]);
            row[j] = smallest(change, last[j] + 1, row[j - 1] + 1);
            if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) && is_same(a[i - 2], b[j - 1]))
                row[j] = MIN(row[j], before[j - 2] + 1);
            least = MIN(least, row[j]);
        }
        if (least > limit)
            return limit + 1;
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_length];
}

enum { SHORTEST_BEGINNING = 3 };

/* The first candidate that begins with the word, for those who leave its end out. */
static const char *
find_longer(const char *word, size_t length, const char *const *candidates, size_t n)
{
    for (size_t i = 0; i < n && length >= SHORTEST_BEGINNING; i++) {
        if (g_ascii_strncasecmp(candidates[i], word, length) == 0)
            return candidates[i];
    }
    return NULL;
}

const char *
rt_nearest(const char *word, const char *const *candidates, size_t n)
{
    size_t length = strlen(word);
    size_t limit = MAX(length / 3, 1);
    g_autofree size_t *rows = g_new(size_t, 3 * (length + limit + 1));
    const char *nearest = NULL;
    for (size_t i = 0; i < n; i++) {
        size_t other = strlen(candidates[i]);
        if (other > length + limit || length > other + limit)
            continue;
        size_t distance = measure_distance(word, length, candidates[i], other, limit, rows);
        if (distance > limit)
            continue;
        nearest = candidates[i];
        if (distance == 0)
            break;
        /* Only what is nearer still replaces it, so that the first of several wins. */
        limit = distance - 1;
    }
    return nearest ? nearest : find_longer(word, length, candidates, n);
}
