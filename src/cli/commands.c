/* The list of commands, in the order of help. */
#include "cli/commands.h"

#include <stddef.h>

/* clang-format off: one a line, also where it would make columns. */
const RtCommand *const rt_commands[] = {
    &rt_command_init,     &rt_command_list_templates,
    &rt_command_revision, &rt_command_merge,
    &rt_command_upgrade,  &rt_command_downgrade,
    &rt_command_stamp,    &rt_command_ensure_version,
    &rt_command_current,  &rt_command_history,
    &rt_command_heads,    &rt_command_branches,
    &rt_command_show,     &rt_command_edit,
    &rt_command_check,    &rt_command_diff,
    &rt_command_inspect,  &rt_command_apply,
    &rt_command_lint,     &rt_command_ping,
    &rt_command_log,      NULL,
};
/* clang-format on */
