/* Every command's row; each is defined in the file of its name. */
#pragma once

#include "cli/command.h"

extern const RtCommand rt_command_apply;
extern const RtCommand rt_command_branches;
extern const RtCommand rt_command_check;
extern const RtCommand rt_command_current;
extern const RtCommand rt_command_diff;
extern const RtCommand rt_command_downgrade;
extern const RtCommand rt_command_edit;
extern const RtCommand rt_command_ensure_version;
extern const RtCommand rt_command_heads;
extern const RtCommand rt_command_history;
extern const RtCommand rt_command_init;
extern const RtCommand rt_command_inspect;
extern const RtCommand rt_command_lint;
extern const RtCommand rt_command_list_templates;
extern const RtCommand rt_command_log;
extern const RtCommand rt_command_merge;
extern const RtCommand rt_command_ping;
extern const RtCommand rt_command_revision;
extern const RtCommand rt_command_show;
extern const RtCommand rt_command_stamp;
extern const RtCommand rt_command_upgrade;
