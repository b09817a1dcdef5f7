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
    .lexicon = &rt_sqlite_lexicon,
    .rules = &rt_sqlite_rules,
    .capabilities = RT_CAN_TRANSACT_DDL | RT_CAN_QUALIFY | RT_KEEPS_TEXT | RT_CAN_RENAME_TABLE |
                    RT_CAN_RENAME_COLUMN | RT_NEEDS_DROPPED_USERS | RT_JOINS_TABLE_CLAUSES,
    .statements = rt_sqlite_statements,
    .elements = rt_sqlite_elements,
    .n_elements = SQLITE_N_ELEMENTS,
    .forms = rt_sqlite_forms,
    .others = rt_sqlite_others,
    .complete = rt_sqlite_complete,
    .check = rt_sqlite_check,
    .change = rt_sqlite_change,
    .effect = rt_sqlite_effect,
    .render_rebuild = rt_sqlite_render_rebuild,
    .check_rebuild = rt_sqlite_check_rebuild,
    .rebuild_settings = rebuild_settings,
    .rebuild_verify = rebuild_verify,
    .reflect = rt_sqlite_reflect,
    .reflect_some = rt_sqlite_reflect_some,
    .own = &rt_sqlite_own_tables,
    .shell_begin = "BEGIN IMMEDIATE",
    .shell_commit = "COMMIT",
    .schemes = schemes,
    .default_schema = "main",
    .example_url = "sqlite:///app.db",
    .driver = "sqlite",
    .assumed = { .product = "SQLite", .major = 3, .minor = 40, .patch = 1, .backends = -1 },
};
