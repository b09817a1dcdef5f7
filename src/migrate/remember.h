/* Definition memory at the end of a run; for migrate/ only. */
#pragma once

#include "migrate/runner.h"

/* Keeps what the server has stored for texts of the scripts (see state/definition.h). The run is
   done by then: a failure is only told. */
void rt_remember_definitions(RtRunner *runner);
