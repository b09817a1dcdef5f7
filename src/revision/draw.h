/* Drawings of the graph in text: a column for each line of descent, a star for each revision. */
#pragma once

#include "revision/graph.h"

typedef struct RtDrawing RtDrawing;

/*
 * Draws `revisions` (of const RtRevision *, not NULL), each before its parents. Parents outside the
 * list are not drawn. The cost is that of the text: a column ends where its revisions do, and lines
 * that lead to the same parent are joined at once.
 */
RtDrawing *rt_drawing_new(const GPtrArray *revisions);
void rt_drawing_free(RtDrawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtDrawing, rt_drawing_free)

/*
 * Appends the next revision with its text, which may have several lines, and the lines that lead on
 * from it. The calls follow the order of the list.
 */
void rt_drawing_append(RtDrawing *drawing, const RtRevision *revision, const char *text,
                       GString *out);
