/* Operations → DDL text. */
#pragma once

#include "dialect/dialect.h"

typedef enum RtRenderedKind {
    RT_RENDERED_STATEMENT, /* without its semicolon */
    RT_RENDERED_OPEN,  /* a directive that opens a block: "rebuild t"; `sql` is behind "-- retort: "
                        */
    RT_RENDERED_CLOSE, /* "end" */
    RT_RENDERED_DIRECTIVE, /* one that opens nothing: about the next statement, or a step itself */
    RT_RENDERED_COMMENT,   /* a line for people; `sql` is behind "-- " */
} RtRenderedKind;

typedef struct RtRendered {
    RtRenderedKind kind;
    const char *sql;   /* in model memory */
    unsigned first, n; /* the operations of it, indices into the array that was rendered */
} RtRendered;

/*
 * Renders `ops` in order, from the state `before`, which is changed while it works and restored.
 * Operations of one group give the statements of the group, named by its first operation. Appends
 * to `out` (of RtRendered). Fails where an operation does not apply.
 */
bool rt_render(const RtDialect *dialect, const RtServer *server, RtCatalog *before, RtOp *ops,
               unsigned n, GArray *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Puts into what is `rendered` of the operations, which have these effects, the statements that
 * bring back what they leave invalid, as of no operation (`first` is n). `catalog` is that before
 * them.
 */
void rt_render_activations(const RtDialect *dialect, const RtCatalog *catalog, const RtOp *ops,
                           const RtEffect *effects, unsigned n, GArray *rendered);
/* The statements that create all of a catalog, in dependency order, each with its semicolon. */
bool rt_render_catalog(const RtDialect *dialect, const RtServer *server, RtCatalog *catalog,
                       GString *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For dialects: pieces. */
void rt_render_name(GString *out, const RtDialect *dialect, const RtName *name);
void rt_render_create(GString *out, const RtRenderer *renderer, const RtObject *object,
                      const RtName *as);
void rt_render_column(GString *out, const RtRenderer *renderer, const RtObject *column,
                      const RtObject *table);
void rt_render_child(GString *out, const RtRenderer *renderer, const RtObject *child,
                     const RtObject *table);
void rt_render_attributes(GString *out, const RtRenderer *renderer, const RtObject *object);
void rt_renderer_emit(RtRenderer *renderer, RtRenderedKind kind, const char *sql);
