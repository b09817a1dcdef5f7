/* Modules that the loader must refuse; -DVARIANT chooses what is wrong with this one. */
#include "connection/connection.h"

#include <gmodule.h>

enum { WRONG_ABI = 1, WRONG_SIZE, WRONG_NAME, NO_DRIVER };

#if VARIANT != 4
G_MODULE_EXPORT extern const RtDriver rt_driver;
const RtDriver rt_driver = {
    .abi = VARIANT == WRONG_ABI ? RT_DRIVER_ABI + 1 : RT_DRIVER_ABI,
    .size = VARIANT == WRONG_SIZE ? sizeof(RtDriver) - 8 : sizeof(RtDriver),
    .name = VARIANT == WRONG_NAME ? "other" : "wrong",
};
#else
G_MODULE_EXPORT extern const int nothing;
const int nothing = NO_DRIVER;
#endif
