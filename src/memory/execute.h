/* Runs data statements on the rows of tables. */
#pragma once

#include "connection/connection.h"
#include "memory/evaluate.h"

/* What a statement runs on; borrowed. */
typedef struct RtTables {
    GHashTable *stores; /* of a name's key to RtStore * */
    RtUndo *undo;
    RtModel *model;
    const RtRules *rules;
    const RtLexicon *lexicon;
    const char *now;
} RtTables;

/*
 * Runs `query`. The rows changed go to *out_changed. A failure (no such table or column, a key or
 * NOT NULL broken) is RT_ERROR_REJECTED with its class in *out_class; what the statement did until
 * then is the caller's to undo.
 */
bool rt_query_run(const RtQuery *query, const RtTables *tables, RtRowFunc row, void *data,
                  int64_t *out_changed, RtFailureClass *out_class,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a column holds where a row does not say: the value of its default, as its storage keeps it.
 */
RtCell rt_tables_default(const RtTables *tables, const RtObject *column);
/* NULL where there is none of this name. */
RtStore *rt_tables_find(const RtTables *tables, const RtName *name);
