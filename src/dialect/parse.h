/*
 * The generic parser: statements, table bodies and clauses by walking a dialect's rows. Users'
 * files, scripts and what servers print of themselves all come through here.
 */
#pragma once

#include "dialect/dialect.h"

void rt_parser_init(RtParser *parser, const RtDialect *dialect, const RtServer *server,
                    RtModel *model, const RtText *text, GArray *ops);
/*
 * Reads the statement at the cursor and appends its operations to parser->ops; the cursor ends
 * behind its semicolon. *out_done is set at the end of the text, where nothing is appended. After
 * an error the cursor stands behind the broken statement, so that reading can go on.
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
/* Clauses of ALTER TABLE t. Those of columns take FIRST and AFTER when `variant` says so. */
enum { RT_COLUMN_MAY_MOVE = 1 };
bool rt_parse_add_column(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_parse_drop_column(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_parse_rename_column(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_parse_rename(RtParser *parser, const RtStatementRule *rule, GError **error);
/* MODIFY COLUMN definition: the whole column anew */
bool rt_parse_modify_column(RtParser *parser, const RtStatementRule *rule, GError **error);
/* ALTER COLUMN name, then one row's alter_intro with a value, or its `clear`; the rule has the form
 */
bool rt_parse_alter_column(RtParser *parser, const RtStatementRule *rule, GError **error);
/* ADD, then what may stand in the table's body */
bool rt_parse_add_element(RtParser *parser, const RtStatementRule *rule, GError **error);
/* DROP INDEX name, DROP CONSTRAINT name: the rule has the kind; DROP PRIMARY KEY: it has the form
 */
bool rt_parse_drop_child(RtParser *parser, const RtStatementRule *rule, GError **error);

/* Appends an operation; its place is filled in at the end of the statement. Valid until the next.
 */
RtOp *rt_parser_add_op(RtParser *parser, RtVerb verb, RtKind kind, uint32_t flags);
/* Appends the whole statement as an opaque operation and passes it. */
bool rt_parse_opaque(RtParser *parser, uint32_t flags, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The name of a `renamed from` line of `hints`, NULL without one. All its lines are checked. */
bool rt_parse_hints(RtParser *parser, RtSpan hints, RtKind kind, const RtName **out_renamed_from,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* [schema.]name, folded for `kind`; without schema where the dialect has none, and for columns. */
const RtName *rt_parse_name(RtParser *parser, RtKind kind, const char *what,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A column definition: name, type, clauses; constraints written at it are appended to `children`.
 */
RtObject *rt_parse_column(RtParser *parser, GPtrArray *children,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Walks the rows of object->form at the cursor until none fits, and sets the object's values. */
bool rt_parse_attributes(RtParser *parser, RtObject *object,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How texts become catalogs. */
typedef struct RtLoad {
    const RtDialect *dialect;
    const RtServer *server;
    const char *schema; /* what objects without a schema are in; NULL: the model's default */
    bool from_server;
    bool check;          /* ask the dialect's `check` before each operation */
    GPtrArray *problems; /* of GError *: all that were found; NULL: stop at the first */
    GPtrArray *notes;    /* of char *, may be NULL: temporary objects, things left alone… */
} RtLoad;

/*
 * Reads all of `text` and applies it to `catalog`. Statements whose table comes later in the same
 * load are put off and applied when all is read: `deferred` (of RtOp) collects them, and
 * rt_load_finish applies them and completes the catalog. With `problems` what is wrong goes there,
 * and the result is true: look at problems->len.
 */
bool rt_load_text(const RtLoad *load, RtCatalog *catalog, const RtText *text, GArray *deferred,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool rt_load_finish(const RtLoad *load, RtCatalog *catalog, GArray *deferred,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Fills in implied values of every object. */
void rt_catalog_complete(RtCatalog *catalog, const RtDialect *dialect, const RtServer *server);

/* Fills in implied values of the object of this name; nothing when there is none. */
void rt_catalog_complete_object(RtCatalog *catalog, const RtDialect *dialect,
                                const RtServer *server, RtKind kind, const RtName *name);

/*
 * The object of a complete catalog without what the server prints and would do without: defaults,
 * flags that say nothing. For people who read it; it stays equal to what it was.
 */
const RtObject *rt_object_make_plain(RtArena *arena, const RtValueContext *context,
                                     const RtObject *object);
/* All objects of the catalog made so. */
void rt_catalog_make_plain(RtCatalog *catalog);

/* check, then apply, then complete what it touched: what replay and the memory database do. */
bool rt_replay(const RtDialect *dialect, const RtServer *server, RtCatalog *catalog, RtOp *op,
               GError **error) G_GNUC_WARN_UNUSED_RESULT;
