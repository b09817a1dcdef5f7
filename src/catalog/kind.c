/* The names of the kinds. */
#include "catalog/kind.h"

static const char *const names[] = {
    [RT_KIND_DATABASE] = "database",   [RT_KIND_TABLE] = "table",
    [RT_KIND_COLUMN] = "column",       [RT_KIND_KEY] = "key",
    [RT_KIND_INDEX] = "index",         [RT_KIND_CONSTRAINT] = "constraint",
    [RT_KIND_PARTITION] = "partition", [RT_KIND_ROLLUP] = "rollup",
    [RT_KIND_FAMILY] = "family",       [RT_KIND_CHANGEFEED] = "changefeed",
    [RT_KIND_VIEW] = "view",           [RT_KIND_MATERIALIZED_VIEW] = "materialized view",
    [RT_KIND_TRIGGER] = "trigger",     [RT_KIND_SEQUENCE] = "sequence",
    [RT_KIND_ATTRIBUTE] = "attribute",
};

const char *
rt_kind_name(RtKind kind)
{
    return names[kind];
}
