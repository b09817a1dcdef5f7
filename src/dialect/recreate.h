/* The plan by which an object is made anew beside the one that is there, and takes its name. */
#pragma once

#include "dialect/render.h"

/*
 * The object that is declared, with what it leaves open as `before` has it: what somebody stated
 * and the dialect lets it inherit. Complete; under the name of `before`.
 */
const RtObject *rt_recreate_compose(const RtDialect *dialect, const RtServer *server,
                                    const RtCatalog *catalog, const RtObject *before,
                                    const RtObject *declared);
/* "t__old", or with a number behind it: the first such name that neither catalog has. */
const RtName *rt_recreate_name(const RtCatalog *catalog, const RtCatalog *other,
                               const RtObject *object, const char *suffix);
/* Emits the steps of `op`, a recreate whose `beside` is set. */
bool rt_render_recreate(RtRenderer *renderer, const RtOp *op,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For dialects: a directive line; a line for people. */
void rt_renderer_direct(RtRenderer *renderer, const char *directive);
void rt_renderer_comment(RtRenderer *renderer, const char *format, ...) G_GNUC_PRINTF(2, 3);
