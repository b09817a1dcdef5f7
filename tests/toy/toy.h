/*
 * A second dialect, for tests only: background jobs, no DDL transactions, one statement for each
 * change, exact names, implied values. What generic code does for it proves the contracts.
 */
#pragma once

#include "dialect/dialect.h"

extern const RtDialect rt_dialect_toy;
/* The list that tests give a context. */
extern const RtDialect *const rt_toy_dialects[];
