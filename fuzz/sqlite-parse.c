/* SQLite's parser. */
#include "round-trip.h"

#include "dialect/sqlite/sqlite.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_round_trip(&rt_dialect_sqlite, data, size);
    return 0;
}
