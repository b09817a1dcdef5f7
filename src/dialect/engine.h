/* What the files of the generic engine share among themselves; dialects do not see it. */
#pragma once

#include "dialect/parse.h"
#include "dialect/phrases.h"
#include "dialect/render.h"

enum { RT_MOST_ROWS = 64 }; /* attributes of one form */

/* ---- reading attributes -----------------------------------------------------------------------
 */

/* The values of an object while it is read. */
typedef struct RtAttributeReader {
    RtParser *parser;
    const RtForm *form;
    const RtPhrases *phrases;
    uint64_t present; /* bits of rows */
    unsigned next;    /* rows without an intro are looked for from here */
    RtValue values[RT_MOST_ROWS];
} RtAttributeReader;

/* Starts with the values that `object` has. */
void rt_attribute_reader_init(RtAttributeReader *reader, RtParser *parser, const RtObject *object);
/* Reads one attribute if one is at the cursor: *out_found. `bare`: also those without an intro. */
bool rt_attribute_reader_read(RtAttributeReader *reader, bool bare, bool *out_found,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reads the value of `row` at the cursor. */
bool rt_attribute_reader_read_row(RtAttributeReader *reader, unsigned row,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void rt_attribute_reader_set(RtAttributeReader *reader, unsigned row, RtValue value);
/* Gives the object what was read. */
void rt_attribute_reader_finish(const RtAttributeReader *reader, RtObject *object);
/* Reads one value of the row into *out_value, stated; of one that fails only `row` is set. */
bool rt_parse_value(RtParser *parser, const RtForm *form, unsigned row, RtValue *out_value,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Fails where what the form cannot do without was not read: the columns of a key. */
bool rt_parse_check_complete(RtParser *parser, const RtObject *object,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- objects ----------------------------------------------------------------------------------
 */

RtObject *rt_parser_new_object(RtParser *parser, const RtForm *form, const RtName *name);
/* Interns a name without schema. */
const RtName *rt_parser_intern(RtParser *parser, RtKind kind, const char *schema, const char *text);
/* Keeps what no row knows, up to one of `stops`, in a server's text; else it is an error. */
bool rt_parse_unknown(RtParser *parser, RtObject *object, const char *stops, const char *what,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* An element of a table's body that is no column, when one is here: appended to `children`. */
bool rt_parse_element(RtParser *parser, GPtrArray *children, bool *out_found,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether children of this kind carry their name behind the words that introduce them. */
bool rt_kind_is_named_inside(RtKind kind);

/* ---- rendering --------------------------------------------------------------------------------
 */

/* The length of the first of the alternatives in an intro. */
size_t rt_intro_length(const char *intro);
void rt_render_intro(GString *out, const char *intro);
/* The rule whose CREATE makes such objects by a statement of its own, or NULL. */
const RtStatementRule *rt_dialect_find_create(const RtDialect *dialect, const RtForm *form);
/* The rule of ALTER for objects of this kind, or NULL. */
const RtStatementRule *rt_dialect_find_alter(const RtDialect *dialect, RtKind kind);
/* CREATE … of a child that has a statement of its own, else its element in the table's body. */
void rt_render_child_create(GString *out, const RtRenderer *renderer, const RtObject *child,
                            const RtName *owner, unsigned flags);
void rt_render_object_create(GString *out, const RtRenderer *renderer, const RtObject *object,
                             const RtName *as, unsigned flags);
/* A column in a clause of ALTER: added, or said anew as a whole. */
void rt_render_column_clause(GString *out, const RtRenderer *renderer, const RtObject *column,
                             bool is_anew);
void rt_render_element(GString *out, const RtRenderer *renderer, const RtObject *child);
/* A constraint written at its column: without the parts. False: it has no such form. */
bool rt_render_inline(GString *out, const RtRenderer *renderer, const RtObject *child);
void rt_render_value(GString *out, const RtRenderer *renderer, const RtAttribute *row,
                     const RtValue *value);
/* Emits the statements of one operation or of some that share a statement; returns how many. */
unsigned rt_render_op(RtRenderer *renderer, RtOp *ops, unsigned n,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
