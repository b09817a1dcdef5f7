/* What makes sense in the toy dialect. */
#include "toy/toy-internal.h"

#include "random/random-schema.h"

static const RtRandomType types[] = {
    { "INT", { "0", "-7", "42" } },
    { "BIGINT", { "0", "(1 + 2)" } },
    { "VARCHAR(20)", { "''", "'it''s'" } },
    { "VARCHAR(40)", { "'x'" } },
    { "DECIMAL(10, 2)", { "1.50" } },
    { "BOOLEAN", { "TRUE" } },
    { "DATE", { "CURRENT_DATE" } },
    { "TEXT" },
    { "ARRAY<INT>" },
    { NULL },
};

static const RtRandomType key_types[] = { { "INT" }, { "BIGINT" }, { "VARCHAR(20)" }, { NULL } };

static const char *const engines[] = { "FAST", NULL };
static const char *const tiers[] = { "hot", "cold", NULL };
static const char *const ttls[] = { "'1 day'", "30", NULL };
static const char *const actions[] = { "CASCADE", "RESTRICT", NULL };
static const char *const methods[] = { "TREE", "BITMAP", NULL };
static const char *const events[] = { "AFTER INSERT", "BEFORE UPDATE", NULL };

static const RtRandomChoice choices[] = {
    { "table", "engine", 10, engines }, { "table", "comment", 30 },
    { "table", "buckets", 30 },         { "table", "tier", 20, tiers },
    { "table", "ttl", 20, ttls },       { "table", "properties", 30 },
    { "column", "comment", 15 },        { "foreign key", "on_delete", 30, actions },
    { "index", "method", 30, methods }, { "index", "comment", 20 },
    { "view", "comment", 30 },          { NULL },
};

const RtRandomDialect rt_random_toy = {
    .dialect = &rt_dialect_toy,
    .types = types,
    .key_types = key_types,
    .choices = choices,
    .table = &rt_toy_table,
    .column = &rt_toy_column,
    .view = &rt_toy_view,
    .primary_key = &rt_toy_primary_key,
    .unique = &rt_toy_unique,
    .check = &rt_toy_check_form,
    .foreign_key = &rt_toy_foreign_key,
    .index = &rt_toy_index,
    .trigger = &rt_toy_trigger,
    .trigger_events = events,
    .has_generated = true,
    .names_constraints = true,
};
