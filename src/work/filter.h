/*
 * Which objects take part in a comparison: [autogenerate] include, exclude, schemas and
 * exclude_exec.
 */
#pragma once

#include "diff/diff.h"
#include "work/settings.h"

typedef struct RtFilter RtFilter;

/* `default_schema` is the one that names without a schema are in; NULL where there are none. */
RtFilter *rt_filter_new(RtSettings *settings, const char *default_schema,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether there may be objects that take no part. */
bool rt_filter_leaves_out(const RtFilter *filter);
void rt_filter_free(RtFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtFilter, rt_filter_free)

/* Fits RtDiffOptions.include; `data` is the filter. A table that is left out takes all it holds. */
bool rt_filter_includes(void *data, RtKind kind, const RtName *table, const RtName *name,
                        bool reflected, bool other_side_has_it);
/* The same by the patterns alone, of a table or view: whoever reads a server asks before. */
bool rt_filter_may_include(const RtFilter *filter, RtKind kind, const RtName *name, bool reflected);
/* Sets what went wrong with exclude_exec since the filter was made; true when nothing did. */
bool rt_filter_check(const RtFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
