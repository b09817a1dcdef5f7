/* Records of the log as bytes; for log.c and tests. The format stands in log.h. */
#pragma once

#include "memory/log.h"

/* The line that a file begins with; owned by the caller. */
char *rt_log_first_line(const char *dialect);
GByteArray *rt_log_record_pack(const RtLogRecord *record);
