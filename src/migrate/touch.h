/* The objects that a statement touches, their DDL and newest jobs before it; for migrate/ only. */
#pragma once

#include "migrate/runner.h"

typedef enum RtTouchKind {
    RT_TOUCH_SCHEMA,  /* operations on objects that can be compared */
    RT_TOUCH_SESSION, /* settings and temporary objects: may be repeated, and must be on resume */
    RT_TOUCH_OPAQUE,  /* rows, or what no parser knows: nobody can see whether it ran */
} RtTouchKind;

typedef struct RtTouchedObject {
    RtKind kind;
    char *schema, *name; /* schema NULL: the default */
    bool has_jobs;       /* what the statement does to it may be a job */
    bool may_wait;       /* it waits for the jobs of others; not kept */
    char *mark;          /* the newest job on it before the statement; NULL: none */
} RtTouchedObject;

typedef struct RtTouch {
    RtTouchKind kind;
    GArray *objects; /* of RtTouchedObject */
    char *ddl;       /* of those that are there, before the statement */
    char *blocker;   /* a job that ran on one of them when they were read, for messages; not kept */
} RtTouch;

RtTouch *rt_touch_new(void);
void rt_touch_free(RtTouch *touch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtTouch, rt_touch_free)

/* What the statement of a step touches, and how that stands in the target now. */
RtTouch *rt_touch_read(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the step brings something up to date or back to work, so that what changes under it must
   have ended: no names in it say what that is. */
bool rt_touch_is_of_state(const RtDatabase *database, const RtMigration *migration,
                          const RtScriptStep *step);
char *rt_touch_to_json(const RtTouch *touch);
/* Never NULL: what cannot be read is an opaque touch. */
RtTouch *rt_touch_from_json(const char *json);
/* The object's name as the dialect folds it. */
const RtName *rt_touch_name(const RtDialect *dialect, RtModel *model,
                            const RtTouchedObject *object);
/* Whether a statement names one of the objects. */
bool rt_touch_is_named(const RtDialect *dialect, const RtTouchedObject *object, const char *sql);

/* An empty catalog in the model for some of the objects that are there. */
RtCatalog *rt_touch_catalog(const RtDialect *dialect, RtModel *model);
/* A catalog of the touched objects only, as far as they are in `all`. */
RtCatalog *rt_touch_pick(const RtDialect *dialect, const RtTouch *touch, const RtCatalog *all);
/* The names of all objects (of const RtName *). */
GPtrArray *rt_touch_names(const RtDialect *dialect, RtModel *model, const RtTouch *touch);
/* Whether an operation changes a part of an attribute that is data: a partition, a rollup. */
bool rt_touch_is_part(const RtOp *op);
