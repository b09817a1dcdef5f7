/* What is known of each property: where it may stand, what it may be, how it is changed. */
#pragma once

#include "dialect/starrocks/starrocks.h"

/* What may have the property when it is made. */
typedef enum StarrocksPlace {
    STARROCKS_OF_TABLES,
    STARROCKS_OF_BOTH,  /* and materialized views */
    STARROCKS_OF_VIEWS, /* materialized views alone */
    STARROCKS_OF_OTHERS /* tables of other catalogs and engines */
} StarrocksPlace;

/* How ALTER TABLE … SET takes a property of a table that is there. */
typedef enum StarrocksSetting {
    STARROCKS_SET_AS_IT_IS,
    STARROCKS_SET_NEVER,
    STARROCKS_SET_AS_DEFAULT,                /* "default.key": for partitions to come */
    STARROCKS_SET_AS_DEFAULT_IF_PARTITIONED, /* else of the one partition that there is */
} StarrocksSetting;

/* Which servers know it. */
typedef enum StarrocksHome {
    STARROCKS_AT_HOME,
    STARROCKS_APART,      /* what is shared-nothing takes it in CREATE and heeds it not */
    STARROCKS_APART_ONLY, /* … and does not take it */
} StarrocksHome;

/* What a table must have for it. */
typedef enum StarrocksNeed {
    STARROCKS_NEEDS_NOTHING,
    STARROCKS_NEEDS_PARTITIONS,
    STARROCKS_NEEDS_RANGES,
} StarrocksNeed;

/* What values it may have; all members unset: anything. */
typedef struct StarrocksPropertyKind {
    const char *const *words; /* one of them, in any case; NULL-ended */
    bool is_number;           /* whole, and not less than `least`, or `none` where that is less */
    int64_t least, none;
    double lowest, highest;                         /* where the last is not 0 */
    bool is_loose;                                  /* CREATE takes what SET does not */
    const char *(*find_problem)(const char *value); /* NULL: it fits; static */
} StarrocksPropertyKind;

typedef struct StarrocksProperty {
    const char *key;
    const char *value; /* of one that nobody says; NULL: none, or not known */
    const char *(*find)(const RtServer *server, const RtObject *object); /* in its place */
    /* Whether a server that takes this value does not heed it; NULL: it does. */
    bool (*is_ignored)(const RtServer *server, const RtObject *object, const char *value);
    char *(*spell)(const char *value); /* as the server writes it; NULL: as it was written */
    const StarrocksPropertyKind *kind;
    StarrocksPlace place;
    StarrocksSetting setting;
    RtVersion since; /* 0: all that are known */
    StarrocksHome home;
    StarrocksNeed need;
    bool is_set_in_views; /* ALTER MATERIALIZED VIEW … SET takes it */
} StarrocksProperty;

/* The row of the property, NULL: it is not known. */
const StarrocksProperty *starrocks_property_find(const char *key);
/* What a property of an index may be, in any case; NULL: anything. */
const StarrocksPropertyKind *starrocks_index_property_kind(const char *key);
/* The known one that was perhaps meant, NULL: none is near. */
const char *starrocks_property_nearest(const char *key);
/* What the server takes for the property when nobody says it, NULL: nothing, or not known; `row`
   may be NULL. */
const char *starrocks_property_default(const StarrocksProperty *row, const RtServer *server,
                                       const RtObject *object);
/* Whether nobody sees a difference without it; `row` may be NULL. */
bool starrocks_property_is_ignored(const StarrocksProperty *row, const RtServer *server,
                                   const RtObject *object, const char *value);
/* The value as the server writes it: zstd is ZSTD. Interned, or `value`; `row` may be NULL. */
const char *starrocks_property_value(RtModel *model, const StarrocksProperty *row,
                                     const char *value);
/* Whether the table states the property with this value, in any case. */
bool starrocks_property_says(const RtObject *table, const char *key, const char *value);
/* NULL where the value fits the kind, else what it must be; owned by the caller. */
char *starrocks_property_problem(const StarrocksPropertyKind *kind, const char *value);

/* ---- spellings (properties.c): what the rows name, owned by the caller ------------------------
 */

char *starrocks_spell_upper(const char *value);
char *starrocks_spell_compression(const char *value);
char *starrocks_spell_columns(const char *value);
char *starrocks_spell_constraints(const char *value);
char *starrocks_spell_period(const char *value);
