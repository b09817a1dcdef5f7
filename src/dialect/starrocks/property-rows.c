/*
 * The properties of tables and materialized views; manual: CREATE_TABLE, ALTER_TABLE,
 * CREATE_MATERIALIZED_VIEW, and what a 4.1 frontend answered to each (frontend.jsonl, `behaviour`).
 */
#include "dialect/starrocks/property.h"

#include "base/nearest.h"

#include <string.h>

/* ---- defaults ---------------------------------------------------------------------------------
 */

/* Persistent indexes are on by default since 3.3 for tables with a primary key. */
static const char *
default_persistent_index(const RtServer *server, const RtObject *object)
{
    (void) object;
    return starrocks_is_before(server, 3, 3, 0) ? "false" : "true";
}

static const char *
default_replicated_storage(const RtServer *server, const RtObject *object)
{
    (void) server;
    return starrocks_has_inverted_index(object) ? "false" : "true";
}

/* As many copies as there are backends, at most three: default_replication_num. */
static const char *
default_replication(const RtServer *server, const RtObject *object)
{
    (void) object;
    if (starrocks_is_shared_data(server) || (server && server->backends == 1))
        return "1";
    return server && server->backends == 2 ? "2" : "3";
}

static const char *
default_bucket_size(const RtServer *server, const RtObject *object)
{
    (void) object;
    return starrocks_is_before(server, 4, 0, 0) ? "4294967296" : "1073741824";
}

/* ---- what is not heeded -----------------------------------------------------------------------
 */

static bool
is_always_ignored(const RtServer *server, const RtObject *object, const char *value)
{
    (void) server, (void) object, (void) value;
    return true;
}

static bool
is_zero(const RtServer *server, const RtObject *object, const char *value)
{
    (void) server, (void) object;
    return strcmp(value, "0") == 0;
}

static bool
has_no_primary_key(const RtServer *server, const RtObject *object, const char *value)
{
    (void) server, (void) value;
    return object->form == &starrocks_form_table &&
           starrocks_key_row(object) != STARROCKS_TABLE_PRIMARY_KEY;
}

/* The server turns replicated storage off where there is an inverted index. */
static bool
is_turned_off(const RtServer *server, const RtObject *object, const char *value)
{
    (void) server;
    return strcmp(value, "true") == 0 && starrocks_has_inverted_index(object);
}

/* ---- kinds ------------------------------------------------------------------------------------
 */

/* zstd takes a level from 1 to 22 in parentheses, the others none. */
static const char *
find_compression_problem(const char *value)
{
    static const char *const names[] = { "lz4", "lz4_frame", "zlib", "zstd", "snappy" };
    static const char unknown[] = "unknown compression type: one of LZ4, ZSTD, ZSTD(1…22), ZLIB, "
                                  "SNAPPY";
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_ascii_strcasecmp(value, names[i]) == 0)
            return NULL;
    }
    g_autofree char *bare = g_ascii_strdown(value, -1);
    g_auto(GStrv) words = g_strsplit(bare, " ", -1);
    g_autofree char *joined = g_strjoinv("", words);
    gint64 level;
    size_t length = strlen(joined);
    if (!g_str_has_prefix(joined, "zstd(") || joined[length - 1] != ')')
        return unknown;
    joined[length - 1] = '\0';
    if (strspn(joined + 5, "0123456789") != strlen(joined + 5) || !joined[5])
        return unknown;
    return g_ascii_string_to_signed(joined + 5, 10, 1, 22, &level, NULL)
               ? NULL
               : "Invalid level for zstd compression type: from 1 to 22";
}

/* "dt2 between days_sub(dt, 1) and days_add(dt, 1)"; '' takes it away. */
static const char *
find_drift_problem(const char *value)
{
    g_autofree char *folded = g_ascii_strdown(value, -1);
    const char *between = strstr(folded, " between ");
    return !*value || (between && strstr(between, " and "))
               ? NULL
               : "legal format is '<targetColumn> between <boundExpr1> and <boundExpr2>'";
}

static const char *const truths[] = { "true", "false", NULL };
static const char *const quorums[] = { "MAJORITY", "ONE", "ALL", NULL };
static const char *const media[] = { "HDD", "SSD", NULL };
static const char *const index_types[] = { "CLOUD_NATIVE", "LOCAL", NULL };
static const char *const strategies[] = { "DEFAULT", "REAL_TIME", NULL };
static const char *const layouts[] = { "COLUMN", "ROW", "COLUMN_WITH_ROW", NULL };
static const char *const units[] = { "HOUR", "DAY", "WEEK", "MONTH", "YEAR", NULL };

/* CREATE takes any word that is not true for false. */
static const StarrocksPropertyKind truth = { .words = truths, .is_loose = true };
static const StarrocksPropertyKind quorum = { .words = quorums };
static const StarrocksPropertyKind medium = { .words = media };
static const StarrocksPropertyKind index_type = { .words = index_types };
static const StarrocksPropertyKind strategy = { .words = strategies };
static const StarrocksPropertyKind layout = { .words = layouts };
static const StarrocksPropertyKind time_unit = { .words = units };
static const StarrocksPropertyKind number = { .is_number = true, .least = INT64_MIN };
static const StarrocksPropertyKind count = { .is_number = true };
static const StarrocksPropertyKind positive = { .is_number = true, .least = 1, .none = 1 };
static const StarrocksPropertyKind limit = { .is_number = true, .least = 1, .none = -1 };
static const StarrocksPropertyKind chance = { .lowest = 0.0001, .highest = 0.05 };
static const StarrocksPropertyKind compression = { .find_problem = find_compression_problem };
static const StarrocksPropertyKind drift = { .find_problem = find_drift_problem };

static bool
is_word(const StarrocksPropertyKind *kind, const char *value)
{
    for (const char *const *word = kind->words; *word; word++) {
        if (g_ascii_strcasecmp(*word, value) == 0)
            return true;
    }
    return false;
}

static char *
find_number_problem(const StarrocksPropertyKind *kind, const char *value)
{
    gint64 read;
    if (!g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, &read, NULL))
        return g_strdup("must be integer");
    if (read >= kind->least || (kind->none < kind->least && read == kind->none))
        return NULL;
    return g_strdup_printf("must not be less than %" G_GINT64_FORMAT, (gint64) kind->least);
}

char *
starrocks_property_problem(const StarrocksPropertyKind *kind, const char *value)
{
    if (kind->words && !is_word(kind, value)) {
        g_autofree char *words = g_strjoinv(", ", (char **) (void *) kind->words);
        return g_strdup_printf("not valid: one of %s", words);
    }
    if (kind->is_number)
        return find_number_problem(kind, value);
    if (kind->highest != 0) {
        char *end;
        double read = g_ascii_strtod(value, &end);
        bool fits = end != value && !*end && read >= kind->lowest && read <= kind->highest;
        return fits ? NULL : g_strdup_printf("should be in [%g, %g]", kind->lowest, kind->highest);
    }
    return kind->find_problem ? g_strdup(kind->find_problem(value)) : NULL;
}

/* ---- the rows ---------------------------------------------------------------------------------
 */

#define OF_VIEWS .place = STARROCKS_OF_VIEWS
#define OF_BOTH .place = STARROCKS_OF_BOTH
#define OF_OTHERS .place = STARROCKS_OF_OTHERS, .setting = STARROCKS_SET_NEVER
#define SET_NEVER .setting = STARROCKS_SET_NEVER
#define SET_IN_VIEWS .is_set_in_views = true
#define APART .home = STARROCKS_APART
#define APART_ONLY .home = STARROCKS_APART_ONLY

/* Sorted by key. */
static const StarrocksProperty rows[] = {
    { .key = "auto_refresh_partitions_limit", .kind = &limit, OF_VIEWS, SET_IN_VIEWS },
    { .key = "base_compaction_forbidden_time_ranges", .since = { 3, 2, 13 }, .value = "" },
    { .key = "binlog.enable", .kind = &truth }, /* printed as binlog_enable, and so on */
    { .key = "binlog.max_size", .kind = &number },
    { .key = "binlog.ttl_second", .kind = &number },
    { .key = "binlog_enable", .value = "false", .kind = &truth },
    { .key = "binlog_max_size", .value = "9223372036854775807", .kind = &number },
    { .key = "binlog_ttl_second", .value = "1800", .kind = &number },
    { .key = "binlog_version", .value = "0" },
    { .key = "bloom_filter_columns",
      .spell = starrocks_spell_columns,
      .value = "",
      OF_BOTH,
      SET_IN_VIEWS },
    { .key = "bloom_filter_fpp", .kind = &chance, OF_BOTH, SET_IN_VIEWS },
    { .key = "bucket_size",
      .since = { 3, 2, 0 },
      .is_ignored = is_zero,
      .find = default_bucket_size,
      .kind = &count },
    { .key = "cloud_native_fast_schema_evolution_v2",
      .since = { 4, 1, 0 },
      .value = "true",
      .kind = &truth,
      APART_ONLY },
    { .key = "colocate_mv", SET_NEVER },
    { .key = "colocate_with", .value = "", OF_BOTH },
    { .key = "column_separator", OF_OTHERS },
    { .key = "compaction_strategy", .kind = &strategy, APART_ONLY },
    { .key = "compression",
      .spell = starrocks_spell_compression,
      .value = "LZ4",
      .kind = &compression,
      OF_BOTH,
      SET_NEVER },
    { .key = "datacache.enable", .value = "true", .kind = &truth, OF_BOTH, APART },
    { .key = "datacache.partition_duration", OF_BOTH, APART },
    { .key = "distribution_type" },
    { .key = "dynamic_partition.buckets", .value = "0", .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.enable",
      .value = "false",
      .kind = &truth,
      .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.end", .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.history_partition_num",
      .value = "0",
      .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.prefix", .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.replication_num", .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.start", .value = "-2147483648", .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.start_day_of_month", .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.start_day_of_week", .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.time_unit",
      .spell = starrocks_spell_upper,
      .kind = &time_unit,
      .need = STARROCKS_NEEDS_RANGES },
    { .key = "dynamic_partition.time_zone", .need = STARROCKS_NEEDS_RANGES },
    { .key = "enable_async_write_back", .value = "false", SET_NEVER, APART },
    { .key = "enable_load_profile" },
    { .key = "enable_persistent_index",
      .is_ignored = has_no_primary_key,
      .find = default_persistent_index,
      .kind = &truth },
    { .key = "enable_query_rewrite", OF_VIEWS, SET_IN_VIEWS },
    { .key = "enable_statistic_collect_on_first_load" },
    { .key = "excluded_refresh_tables", OF_VIEWS, SET_IN_VIEWS },
    { .key = "excluded_trigger_tables", OF_VIEWS, SET_IN_VIEWS },
    { .key = "external_cooldown_schedule" },
    { .key = "external_cooldown_target" },
    { .key = "external_cooldown_wait_second" },
    { .key = "fast_schema_evolution",
      .since = { 3, 2, 0 },
      .value = "true",
      .kind = &truth,
      SET_NEVER },
    { .key = "file_bundling", .since = { 4, 0, 0 }, .value = "true", .kind = &truth, APART },
    { .key = "file_format", OF_OTHERS },
    { .key = "flat_json.column.max", .since = { 4, 0, 0 }, .value = "100" },
    { .key = "flat_json.enable", .since = { 4, 0, 0 }, .value = "false" },
    { .key = "flat_json.null.factor", .since = { 4, 0, 0 }, .value = "0.3" },
    { .key = "flat_json.sparsity.factor", .since = { 4, 0, 0 }, .value = "0.3" },
    { .key = "force_external_table_query_rewrite", OF_VIEWS, SET_IN_VIEWS },
    { .key = "foreign_key_constraints",
      .spell = starrocks_spell_constraints,
      OF_BOTH,
      SET_IN_VIEWS },
    { .key = "format-version", OF_OTHERS },
    { .key = "in_memory", .is_ignored = is_always_ignored, .value = "false" },
    { .key = "labels.location", OF_BOTH, SET_IN_VIEWS },
    { .key = "lake_compaction_max_parallel", .kind = &count, APART },
    { .key = "light_schema_change", .value = "true", SET_NEVER },
    { .key = "line_delimiter", OF_OTHERS },
    { .key = "mutable_bucket_num", .kind = &count },
    { .key = "mv_randomize_start", OF_VIEWS },
    { .key = "mv_rewrite_staleness_second", OF_VIEWS, SET_IN_VIEWS },
    { .key = "mv_sort_keys", OF_VIEWS },
    { .key = "partition_live_number", .kind = &limit },
    { .key = "partition_refresh_number", .kind = &limit, OF_VIEWS, SET_IN_VIEWS },
    { .key = "partition_refresh_strategy", OF_VIEWS, SET_IN_VIEWS },
    { .key = "partition_retention_condition",
      .since = { 3, 5, 0 },
      .need = STARROCKS_NEEDS_PARTITIONS,
      OF_BOTH,
      SET_IN_VIEWS },
    { .key = "partition_ttl", OF_BOTH, SET_IN_VIEWS },
    { .key = "partition_ttl_number", .kind = &limit, OF_VIEWS, SET_IN_VIEWS },
    { .key = "persistent_index_type",
      .spell = starrocks_spell_upper,
      .value = "CLOUD_NATIVE",
      .kind = &index_type,
      APART_ONLY },
    { .key = "primary_index_cache_expire_sec", .value = "0", .kind = &count },
    { .key = "query_rewrite_consistency",
      .spell = starrocks_spell_upper,
      .value = "CHECKED",
      OF_VIEWS,
      SET_IN_VIEWS },
    { .key = "refresh_mode", OF_VIEWS, SET_IN_VIEWS },
    { .key = "replicated_storage",
      .is_ignored = is_turned_off,
      .find = default_replicated_storage,
      .kind = &truth,
      OF_BOTH },
    { .key = "replication_num",
      .find = default_replication,
      .kind = &positive,
      OF_BOTH,
      .setting = STARROCKS_SET_AS_DEFAULT_IF_PARTITIONED },
    { .key = "resource_group", OF_VIEWS, SET_IN_VIEWS },
    { .key = "schema_version", SET_NEVER },
    { .key = "send_clear_alter_tasks" },
    { .key = "short_key", SET_NEVER },
    { .key = "storage_cooldown_time", OF_BOTH, SET_NEVER },
    { .key = "storage_cooldown_ttl", .spell = starrocks_spell_period, OF_BOTH },
    { .key = "storage_format",
      .is_ignored = is_always_ignored,
      .spell = starrocks_spell_upper,
      .value = "DEFAULT",
      SET_NEVER },
    { .key = "storage_medium",
      .spell = starrocks_spell_upper,
      .value = "HDD",
      .kind = &medium,
      OF_BOTH,
      .setting = STARROCKS_SET_AS_DEFAULT },
    { .key = "storage_type", .kind = &layout, SET_NEVER },
    { .key = "storage_volume",
      .since = { 3, 1, 0 },
      .value = "builtin_storage_volume",
      OF_BOTH,
      SET_NEVER,
      APART },
    { .key = "table_query_timeout", .kind = &positive },
    { .key = "tablet_split_size", SET_NEVER },
    { .key = "tablet_type", SET_NEVER },
    { .key = "time_drift_constraint", .kind = &drift, OF_BOTH, SET_IN_VIEWS },
    { .key = "transparent_mv_rewrite_mode",
      .spell = starrocks_spell_upper,
      OF_VIEWS,
      SET_IN_VIEWS },
    { .key = "unique_constraints", .spell = starrocks_spell_constraints, OF_BOTH, SET_IN_VIEWS },
    { .key = "version_info", SET_NEVER },
    { .key = "warehouse", OF_VIEWS, SET_IN_VIEWS },
    { .key = "write_quorum", .spell = starrocks_spell_upper, .value = "MAJORITY", .kind = &quorum },
};

const StarrocksProperty *
starrocks_property_find(const char *key)
{
    size_t low = 0, high = G_N_ELEMENTS(rows);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(key, rows[middle].key);
        if (order == 0)
            return &rows[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *
starrocks_property_nearest(const char *key)
{
    const char *keys[G_N_ELEMENTS(rows)];
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        keys[i] = rows[i].key;
    return rt_nearest(key, keys, G_N_ELEMENTS(keys));
}

const StarrocksPropertyKind *
starrocks_index_property_kind(const char *key)
{
    static const struct {
        const char *key;
        const StarrocksPropertyKind *kind;
    } kinds[] = {
        { "bloom_filter_fpp", &chance },
        { "case_sensitive", &truth },
        { "gram_num", &positive },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_ascii_strcasecmp(kinds[i].key, key) == 0)
            return kinds[i].kind;
    }
    return NULL;
}
