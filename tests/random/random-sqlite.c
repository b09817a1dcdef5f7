/* What makes sense in SQLite. */
#include "dialect/sqlite/sqlite.h"
#include "random/random-schema.h"

/* Types that STRICT tables know too. */
static const RtRandomType types[] = {
    { "INTEGER", { "0", "-7", "(1 + 2)" } },
    { "INT", { "42" } },
    { "TEXT", { "''", "'it''s'", "CURRENT_TIMESTAMP" } },
    { "REAL", { "1.5" } },
    { "BLOB", { "x'00ff'" } },
    { "ANY" },
    { NULL },
};

static const RtRandomType key_types[] = { { "INTEGER" }, { "TEXT" }, { "INT" }, { NULL } };

static const char *const collations[] = { "NOCASE", "RTRIM", "BINARY", NULL };
static const char *const actions[] = { "CASCADE", "SET NULL", "NO ACTION", NULL };
static const char *const conflicts[] = { "IGNORE", "ABORT", NULL };
static const char *const events[] = { "AFTER INSERT", "BEFORE DELETE", "AFTER UPDATE", NULL };

static const RtRandomChoice choices[] = {
    { "table", "strict", 15 },
    { "column", "collate", 15, collations },
    { "foreign key", "on_delete", 30, actions },
    { "foreign key", "on_update", 20, actions },
    { "foreign key", "deferrable", 20 },
    { "unique", "on_conflict", 20, conflicts },
    { NULL },
};

const RtRandomDialect rt_random_sqlite = {
    .dialect = &rt_dialect_sqlite,
    .types = types,
    .key_types = key_types,
    .choices = choices,
    .table = &rt_sqlite_form_table,
    .column = &rt_sqlite_form_column,
    .view = &rt_sqlite_form_view,
    .primary_key = &rt_sqlite_form_primary_key,
    .unique = &rt_sqlite_form_unique,
    .check = &rt_sqlite_form_check,
    .foreign_key = &rt_sqlite_form_foreign_key,
    .index = &rt_sqlite_form_index,
    .trigger = &rt_sqlite_form_trigger,
    .trigger_events = events,
    .generated_suffix = "STORED",
    .has_generated = true,
};
