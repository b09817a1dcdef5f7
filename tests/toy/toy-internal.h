/* What the files of the toy dialect share. */
#pragma once

#include "toy/toy.h"

extern const RtLexicon rt_toy_lexicon;
extern const RtRules rt_toy_rules;
extern const RtStatementRule rt_toy_statements[];
extern const RtStatementRule rt_toy_others[];
extern const RtElementRule rt_toy_elements[];
enum { RT_TOY_N_ELEMENTS = 6 };
extern const RtForm *const rt_toy_forms[];
extern const RtForm rt_toy_table, rt_toy_column, rt_toy_primary_key, rt_toy_unique,
    rt_toy_check_form, rt_toy_foreign_key, rt_toy_index, rt_toy_view, rt_toy_trigger;

void rt_toy_complete(const RtDialect *dialect, const RtServer *server, const RtCatalog *catalog,
                     RtObject *object);
bool rt_toy_check(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                  const RtOp *op, GError **error);
RtChange rt_toy_change(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                       const RtOp *op);
RtEffect rt_toy_effect(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                       const RtOp *op);
