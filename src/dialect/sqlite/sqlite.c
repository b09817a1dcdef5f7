/* The SQLite dialect: its tables and hooks in one struct. */
#include "dialect/sqlite/sqlite.h"

static const char *const schemes[] = { "sqlite", NULL };

static const RtRebuildSetting rebuild_settings[] = {
    /* With it on, DROP TABLE would delete the children's rows. Off is how SQLite comes. */
    { .ask = "PRAGMA foreign_keys", .set = "PRAGMA foreign_keys = ", .value = "OFF" },
    /* Else the last RENAME would look into views and triggers, whose table is away just then. Other
       renames must reach them. */
    { .ask = "PRAGMA legacy_alter_table",
      .set = "PRAGMA legacy_alter_table = ",
      .value = "ON",
      .usual = "OFF",
      .is_local = true },
    { NULL },
};
/* Without the number of the foreign key, which a rebuild may change. */
static const char *const rebuild_verify[] = {
    "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check",
    NULL,
};

const RtDialect rt_dialect_sqlite = {
    .name = "sqlite",
    .label = "SQLite",
    .lexicon = &sqlite_lexicon,
    .rules = &sqlite_rules,
    .capabilities = RT_CAN_TRANSACT_DDL | RT_CAN_QUALIFY | RT_KEEPS_TEXT | RT_CAN_RENAME_TABLE |
                    RT_CAN_RENAME_COLUMN | RT_NEEDS_DROPPED_USERS | RT_JOINS_TABLE_CLAUSES,
    .statements = sqlite_statements,
    .elements = sqlite_elements,
    .n_elements = SQLITE_N_ELEMENTS,
    .forms = sqlite_forms,
    .others = sqlite_others,
    .complete = sqlite_complete,
    .check = sqlite_check,
    .change = sqlite_change,
    .effect = sqlite_effect,
    .render_rebuild = sqlite_render_rebuild,
    .check_rebuild = sqlite_check_rebuild,
    .rebuild_settings = rebuild_settings,
    .rebuild_verify = rebuild_verify,
    .reflect = sqlite_reflect,
    .reflect_some = sqlite_reflect_some,
    .own = &sqlite_own_tables,
    .shell_begin = "BEGIN IMMEDIATE",
    .shell_commit = "COMMIT",
    .schemes = schemes,
    .default_schema = "main",
    .example_url = "sqlite:///app.db",
    .driver = "sqlite",
    .assumed = { .product = "SQLite", .major = 3, .minor = 40, .patch = 1, .backends = -1 },
};
