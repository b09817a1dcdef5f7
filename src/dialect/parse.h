/*
 * The generic parser: statements, table bodies and clauses by walking a dialect's rows. Users' files,
 * scripts and what servers print of themselves all come through here.
 */
#pragma once

#include "dialect/dialect.h"

void rt_parser_init(RtParser *parser, const RtDialect *dialect, const RtServer *server,
                    RtModel *model, const RtText *text, GArray *ops);
/*
 * Reads the statement at the cursor and appends its operations to parser->ops; the cursor ends
 * behind its semicolon. *out_done is set at the end of the text, where nothing is appended. After an
 * error the cursor stands behind the broken statement, so that reading can go on.
 */
bool rt_parser_next(RtParser *parser, bool *out_done, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For the rules of dialects: the parse functions of ordinary statements. */
bool rt_parse_create_table(RtParser *parser, const RtStatementRule *rule, GError **error);
/* CREATE VIEW name [(columns)] clauses AS body; every form whose rows say the rest. */
bool rt_parse_create_object(RtParser *parser, const RtStatementRule *rule, GError **error);
/* CREATE INDEX name ON table …, CREATE TRIGGER name … ON table …: a child named by itself. */
bool rt_parse_create_child(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_parse_drop(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_parse_alter(RtParser *parser, const RtStatementRule *rule, GError **error);
/* clauses of ALTER TABLE t */
bool rt_parse_add_column(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_parse_drop_column(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_parse_rename_column(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_parse_rename(RtParser *parser, const RtStatementRule *rule, GError **error);

/* [schema.]name, folded for `kind`. */
const RtName *rt_parse_name(RtParser *parser, RtKind kind, const char *what, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* A column definition: name, type, clauses; constraints written at it are appended to `children`. */
RtObject *rt_parse_column(RtParser *parser, GPtrArray *children, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Walks the rows of object->form at the cursor until none fits, and sets the object's values. */
bool rt_parse_attributes(RtParser *parser, RtObject *object, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* How texts become catalogs. */
typedef struct RtLoad {
    const RtDialect *dialect;
    const RtServer *server;
    bool from_server;
    bool check;           /* ask the dialect's `check` before each operation */
    GPtrArray *problems;  /* of GError *: all that were found; NULL: stop at the first */
    GPtrArray *notes;     /* of char *, may be NULL: temporary objects, things left alone… */
} RtLoad;

/*
 * Reads all of `text` and applies it to `catalog`. Statements whose table comes later in the same
 * load are put off and applied when all is read: `deferred` (of RtOp) collects them, and
 * rt_load_finish applies them and completes the catalog.
 */
bool rt_load_text(const RtLoad *load, RtCatalog *catalog, const RtText *text, GArray *deferred,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_load_finish(const RtLoad *load, RtCatalog *catalog, GArray *deferred, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Fills in implied values of every object. */
void rt_catalog_complete(RtCatalog *catalog, const RtDialect *dialect, const RtServer *server);

/* check, then apply, then complete what it touched: what replay and the memory database do. */
bool rt_replay(const RtDialect *dialect, const RtServer *server, RtCatalog *catalog, RtOp *op,
               GError **error) G_GNUC_WARN_UNUSED_RESULT;
