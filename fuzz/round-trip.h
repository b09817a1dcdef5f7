/* Any text is read or refused; what is read and written again is read as the same. */
#pragma once

#include "fuzz.h"

#include "dialect/parse.h"
#include "dialect/render.h"

void fuzz_round_trip(const RtDialect *dialect, const uint8_t *data, size_t size);
