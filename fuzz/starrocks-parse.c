/* StarRocks' parser. */
#include "round-trip.h"

#include "dialect/starrocks/starrocks.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_round_trip(&rt_dialect_starrocks, data, size);
    return 0;
}
