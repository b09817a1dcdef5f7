/* The StarRocks dialect: its tables and hooks in one struct. */
#include "dialect/starrocks/starrocks.h"

static const char *const schemes[] = { "starrocks", NULL };

const RtDialect rt_dialect_starrocks = {
    .name = "starrocks",
    .label = "StarRocks",
    .lexicon = &starrocks_lexicon,
    .rules = &starrocks_rules,
    .capabilities = RT_CAN_QUALIFY | RT_CAN_RENAME_TABLE | RT_CAN_RENAME_COLUMN |
                    RT_CAN_RENAME_VIEW | RT_URL_NAMES_SCHEMA,
    .statements = starrocks_statements,
    .elements = starrocks_elements,
    .n_elements = STARROCKS_N_ELEMENTS,
    .forms = starrocks_forms,
    .others = starrocks_others,
    .complete = starrocks_complete,
    .check = starrocks_check,
    .change = starrocks_change,
    .effect = starrocks_effect,
    .activate = starrocks_activate,
    .render = starrocks_render,
    .render_clause = starrocks_render_clause,
    .recreation = &starrocks_recreation,
    .reflect = starrocks_reflect,
    .reflect_some = starrocks_reflect_some,
    .jobs = &starrocks_jobs,
    .own = &starrocks_own_tables,
    .schemes = schemes,
    .own_catalog = "default_catalog",
    .example_url = "starrocks://root@localhost:9030/mydatabase",
    .driver = "mysql",
    .assumed = { .product = "StarRocks", .major = 4, .minor = 1, .backends = -1 },
};
