/* Suggestions for misspelt words. */
#pragma once

#include <stddef.h>

/*
 * The candidate that is nearest to `word` by edit distance without case, or NULL when none is near
 * (a third of its length, at least one edit). Two letters that changed places are one edit; of
 * several that are equally near the first counts. Where none is near, the first that begins with
 * `word`, if that has three letters. `candidates` is an array of n.
 */
const char *rt_nearest(const char *word, const char *const *candidates, size_t n);
