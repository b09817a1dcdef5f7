/* What the reading and the writing side of the script folder share. */
#pragma once

#include "revision/folder.h"

struct RtFolder {
    GPtrArray *locations; /* of char *, without a slash at the end */
    char *file_template;
    unsigned truncate_slug_length;
    RtGraph *graph;
};
