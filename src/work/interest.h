/*
 * What of a database is read for a comparison: not what the patterns of its filter leave out, so
 * that it costs nothing. But what is declared is read, as else it would be taken for absent.
 */
#pragma once

#include "work/filter.h"

typedef struct RtInterest {
    const RtFilter *filter;
    const RtCatalog *declared;
} RtInterest;

/* Fits RtReading.wants; `data` is the interest. */
bool rt_interest_wants(void *data, RtKind kind, const RtName *name);
/* Fits RtDiffOptions.include, for comparing what was read with something that holds more. */
bool rt_interest_includes(void *data, RtKind kind, const RtName *table, const RtName *name,
                          bool reflected, bool other_side_has_it);
