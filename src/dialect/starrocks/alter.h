/* The clauses of ALTER that are read by functions of their own; alter.c and alter-map.c. */
#pragma once

#include "dialect/starrocks/starrocks.h"

/* ADD COLUMN c type …, or (c type …, d type …). */
bool starrocks_parse_add_column(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_drop_column(RtParser *parser, const RtStatementRule *rule, GError **error);
/* MODIFY COLUMN c COMMENT 'x' is the comment alone, else the column is said anew. */
bool starrocks_parse_modify_column(RtParser *parser, const RtStatementRule *rule, GError **error);
/* c ADD FIELD a.b INT AFTER x, c DROP FIELD a.b. */
bool starrocks_parse_field(RtParser *parser, GError **error);
/* SWAP WITH: three renames. */
bool starrocks_parse_swap(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_distribution(RtParser *parser, const RtStatementRule *rule, GError **error);
/* Partitions and rollups: properties of maps. RENAME: variant is the row, 0: the partitions. */
bool starrocks_parse_add_partition(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_add_batch(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_drop_partition(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_add_rollup(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_drop_rollup(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_drop_partitions(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_map_rename(RtParser *parser, const RtStatementRule *rule, GError **error);
/* PARTITION BY expression: not the scheme changes, partitions are merged. */
bool starrocks_parse_merge(RtParser *parser, const RtStatementRule *rule, GError **error);
/* REPLACE PARTITION (p) WITH TEMPORARY PARTITION (t). */
bool starrocks_parse_replace_partition(RtParser *parser, const RtStatementRule *rule,
                                       GError **error);
/* ALTER VIEW v (a, b) AS …, the parenthesis passed. */
bool starrocks_parse_view_columns(RtParser *parser, const RtStatementRule *rule, GError **error);
bool starrocks_parse_opaque_clause(RtParser *parser, const RtStatementRule *rule, GError **error);
