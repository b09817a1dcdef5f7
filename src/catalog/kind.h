/* The kinds of things a schema is made of. */
#pragma once

typedef enum RtKind {
    RT_KIND_DATABASE,
    RT_KIND_TABLE,
    RT_KIND_COLUMN,
    RT_KIND_KEY,
    RT_KIND_INDEX,
    RT_KIND_CONSTRAINT,
    RT_KIND_PARTITION,
    RT_KIND_ROLLUP,
    RT_KIND_FAMILY,
    RT_KIND_CHANGEFEED,
    RT_KIND_VIEW,
    RT_KIND_MATERIALIZED_VIEW,
    RT_KIND_TRIGGER,
    RT_KIND_SEQUENCE,
    RT_KIND_ATTRIBUTE, /* one value of an object; only operations are of this kind */
    RT_N_KINDS,
} RtKind;

/* "table", "materialized view": as JSON and messages say it. */
const char *rt_kind_name(RtKind kind);
