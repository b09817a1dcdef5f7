/* The dialects that the laws are proven for. */
#include "laws.h"
#include "toy/toy.h"

extern const RtDialect rt_dialect_sqlite, rt_dialect_starrocks;

const RtDialect *const law_dialects[] = { &rt_dialect_toy, &rt_dialect_sqlite,
                                          &rt_dialect_starrocks, NULL };
