/* What the files of the dialect share: the rows by index, the hooks, questions about a table. */
#pragma once

#include "dialect/dialect.h"
#include "dialect/parse.h"
#include "dialect/render.h"

extern const RtDialect rt_dialect_sqlite;

/* Indices of the rows of each form; the tables in rows.c stand in the same order. */
enum { SQLITE_TABLE_WITHOUT_ROWID, SQLITE_TABLE_STRICT };
enum {
    SQLITE_COLUMN_TYPE,
    SQLITE_COLUMN_NOT_NULL,
    SQLITE_COLUMN_NULL,
    SQLITE_COLUMN_CONFLICT,
    SQLITE_COLUMN_DEFAULT,
    SQLITE_COLUMN_COLLATE,
    SQLITE_COLUMN_GENERATED,
    SQLITE_COLUMN_STORED,
    SQLITE_COLUMN_VIRTUAL,
};
enum {
    SQLITE_KEY_PARTS,
    SQLITE_KEY_DESCENDING,
    SQLITE_KEY_CONFLICT,
    SQLITE_KEY_AUTOINCREMENT,
};
enum { SQLITE_UNIQUE_PARTS, SQLITE_UNIQUE_CONFLICT };
enum {
    SQLITE_FOREIGN_PARTS,
    SQLITE_FOREIGN_TABLE,
    SQLITE_FOREIGN_COLUMNS,
};
enum { SQLITE_CHECK_EXPRESSION };
enum { SQLITE_INDEX_UNIQUE, SQLITE_INDEX_PARTS, SQLITE_INDEX_WHERE };
enum { SQLITE_TRIGGER_EVENT, SQLITE_TRIGGER_BODY };
enum { SQLITE_VIEW_COLUMNS, SQLITE_VIEW_BODY };

extern const RtForm rt_sqlite_form_table;
extern const RtForm rt_sqlite_form_virtual_table;
extern const RtForm rt_sqlite_form_column;
extern const RtForm rt_sqlite_form_primary_key;
extern const RtForm rt_sqlite_form_unique;
extern const RtForm rt_sqlite_form_check;
extern const RtForm rt_sqlite_form_foreign_key;
extern const RtForm rt_sqlite_form_index;
extern const RtForm rt_sqlite_form_view;
extern const RtForm rt_sqlite_form_trigger;

extern const RtLexicon rt_sqlite_lexicon;
extern const RtRules rt_sqlite_rules;
enum { SQLITE_N_ELEMENTS = 5 };
extern const RtElementRule rt_sqlite_elements[SQLITE_N_ELEMENTS];
extern const RtForm *const rt_sqlite_forms[];
extern const RtStatementRule rt_sqlite_statements[];
extern const RtStatementRule rt_sqlite_others[];
extern const RtOwnTables rt_sqlite_own_tables;

/* What may follow ON DELETE and ON UPDATE. */
extern const RtValueKind rt_sqlite_value_action;
/* What stands before ON in CREATE TRIGGER: AFTER UPDATE OF a, b. */
extern const RtValueKind rt_sqlite_value_event;
/* The rest of CREATE TRIGGER, semicolons included. */
extern const RtValueKind rt_sqlite_value_trigger_body;

/* The generic parse functions, which also see what is temporary. */
bool rt_sqlite_parse_table(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_sqlite_parse_object(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_sqlite_parse_child(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_sqlite_parse_drop(RtParser *parser, const RtStatementRule *rule, GError **error);
bool rt_sqlite_parse_alter(RtParser *parser, const RtStatementRule *rule, GError **error);

/* Hooks of the dialect; the contract is in dialect.h. */
void rt_sqlite_complete(const RtDialect *dialect, const RtServer *server, const RtCatalog *catalog,
                        RtObject *object);
bool rt_sqlite_check(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                     const RtOp *op, GError **error);
RtChange rt_sqlite_change(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                          const RtOp *op);
RtEffect rt_sqlite_effect(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                          const RtOp *op);
void rt_sqlite_render_rebuild(RtRenderer *renderer, const RtObject *before, const RtObject *after,
                              const RtOp *ops, unsigned n);
bool rt_sqlite_check_rebuild(const RtDialect *dialect, RtConnection *connection, const char *table,
                             const char *const *statements, unsigned n, GError **error);
bool rt_sqlite_reflect_some(const RtDialect *dialect, RtConnection *connection,
                            const RtServer *server, RtCatalog *catalog, const RtName *const *names,
                            unsigned n, GError **error);
bool rt_sqlite_reflect(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
                       RtCatalog *catalog, const RtReading *reading, GPtrArray *notes,
                       GError **error);

/* ---- questions about a table (table.c) ---------------------------------------------------------
 */

/* Whether a row with a flag is set. */
bool rt_sqlite_flag(const RtObject *object, unsigned row);
/* NULL where there is none. */
const RtObject *rt_sqlite_column_find(const RtObject *table, const RtName *name);
const RtObject *rt_sqlite_primary_key(const RtObject *table);
/* The column that is another name of the rowid, or NULL. */
const RtObject *rt_sqlite_rowid_column(const RtObject *table);
/* A name by which the rowid of both tables can be read and written; NULL where one of them has none
   or columns took all three. */
const char *rt_sqlite_rowid_name(const RtObject *table, const RtObject *other);
bool rt_sqlite_is_autoincrement(const RtObject *table);
/* Whether the parts of a key, index or foreign key hold the column. */
bool rt_sqlite_parts_hold(const RtObject *child, const RtName *column);
unsigned rt_sqlite_parts_count(const RtObject *child);
/* The column at `i`, NULL for an expression. */
const RtName *rt_sqlite_parts_at(const RtObject *child, unsigned i);
/* Whether a value of the object mentions the column, or the table where `column` is NULL. */
bool rt_sqlite_mentions(const RtValueContext *context, const RtObject *object, const RtName *table,
                        const RtName *column);
/* A view, or a trigger of another table or view, whose body mentions the table (or, where `column`
   is given, that column of it); or NULL. */
const RtObject *rt_sqlite_user_find(const RtCatalog *catalog, const RtName *table,
                                    const RtName *column);
/* The table (no view) of this name, or NULL. */
const RtObject *rt_sqlite_table_find(const RtCatalog *catalog, const RtName *name);

/* ---- what ALTER TABLE cannot do (change.c) -----------------------------------------------------
 */

/* Whether a default is a constant to SQLite: a literal, signed or in parentheses. */
bool rt_sqlite_is_constant(const RtValueContext *context, const RtValue *value);
bool rt_sqlite_is_null(const RtValueContext *context, const RtValue *value);
/* Why ADD COLUMN refuses this column where the table has rows, in SQLite's words; NULL: it does
 * not. */
const char *rt_sqlite_why_not_add(const RtCatalog *before, const RtObject *column);
/* What keeps DROP COLUMN from its work, NULL: nothing. `with_inline`: foreign keys and checks
   written at the column go with it. */
const char *rt_sqlite_why_not_drop(const RtCatalog *before, const RtObject *table,
                                   const RtName *column, bool with_inline);
