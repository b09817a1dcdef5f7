/* Who may use what is made anew: rights that the new object does not have by itself. */
#pragma once

#include "work/compare.h"

/*
 * Reads them into the operations that make something anew, where `database` (NULL: none) can be
 * asked; a memory database knows no users. What cannot be read is said in the operation.
 */
void rt_comparison_read_rights(RtComparison *comparison, const RtDatabase *database);
