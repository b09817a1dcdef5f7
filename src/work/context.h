/* What commands that a project runs are told on their standard input, as JSON. */
#pragma once

#include "work/project.h"

#include <jansson.h>

/* {"variables": {KEY: VALUE of -x}}; the caller adds what it knows, and owns the result. */
json_t *rt_context_new(const RtProject *project);
