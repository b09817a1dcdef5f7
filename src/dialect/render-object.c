/* Objects as DDL: values in the order of their rows, columns and constraints one a line. */
#include "dialect/engine.h"
#include "sql/tokens.h"

#include <string.h>

enum {
    LONGEST_LINE = 80,    /* of clauses */
    SHORTEST_CLAUSE = 14, /* on a line of its own: BUCKETS 10 stays where it is */
};

size_t
rt_intro_length(const char *intro)
{
    return strcspn(intro, "|");
}

void
rt_render_intro(GString *out, const char *intro)
{
    g_string_append_len(out, intro, (gssize) rt_intro_length(intro));
}

void
rt_render_name(GString *out, const RtDialect *dialect, const RtName *name)
{
    if (name->schema) {
        rt_name_print(out, dialect->lexicon, name->schema);
        g_string_append_c(out, '.');
    }
    rt_name_print(out, dialect->lexicon, name->text);
}

const RtStatementRule *
rt_dialect_find_create(const RtDialect *dialect, const RtForm *form)
{
    if (form->kind == RT_KIND_COLUMN) /* the most, and never a statement of their own */
        return NULL;
    for (const RtStatementRule *rule = dialect->statements; rule->intro; rule++) {
        if (rule->form == form && g_str_has_prefix(rule->intro, "CREATE ") &&
            !(rule->flags & RT_OP_TEMPORARY))
            return rule;
    }
    return NULL;
}

const RtStatementRule *
rt_dialect_find_alter(const RtDialect *dialect, RtKind kind)
{
    for (const RtStatementRule *rule = dialect->statements; rule->intro; rule++) {
        RtKind altered = rule->form ? rule->form->kind : rule->kind;
        if (altered == kind && g_str_has_prefix(rule->intro, "ALTER "))
            return rule;
    }
    return NULL;
}

static const RtElementRule *
find_element(const RtDialect *dialect, const RtForm *form, bool is_inline)
{
    for (unsigned i = 0; i < dialect->n_elements; i++) {
        const RtElementRule *rule = &dialect->elements[i];
        if (rule->form == form && (is_inline ? rule->column_intro : rule->intro))
            return rule;
    }
    return NULL;
}

/* ---- values -----------------------------------------------------------------------------------
 */

void
rt_render_value(GString *out, const RtRenderer *renderer, const RtAttribute *row,
                const RtValue *value)
{
    RtValueContext context = { renderer->model, renderer->dialect->rules,
                               renderer->dialect->lexicon };
    rt_value_print(out, &context, row, value);
}

static void
append_blank(GString *out)
{
    if (out->len && out->str[out->len - 1] != ' ' && out->str[out->len - 1] != '\n')
        g_string_append_c(out, ' ');
}

/* Where values are printed. */
typedef enum Place {
    IN_CREATE,
    IN_ADD,
    IN_MODIFY,
} Place;

/* A flag without words of its own stands in the head of its statement: UNIQUE. */
static bool
is_printed(const RtAttribute *row, const RtValue *value, Place place)
{
    if (row->alter_only && place == IN_CREATE)
        return false;
    if (value->origin != RT_ORIGIN_STATED && !(row->alter_only && place == IN_MODIFY))
        return false;
    if (row->kind == &rt_value_flag)
        return row->intro && value->flag;
    return row->kind != &rt_value_type || value->type;
}

static void
render_attribute(GString *out, const RtRenderer *renderer, const RtAttribute *row,
                 const RtValue *value)
{
    append_blank(out);
    bool has_intro = row->intro && !row->intro_is_value;
    if (has_intro)
        rt_render_intro(out, row->intro);
    bool has_blank = has_intro && row->kind != &rt_value_flag;
    if (has_blank)
        g_string_append_c(out, ' ');
    size_t length = out->len;
    rt_render_value(out, renderer, row, value);
    if (has_blank && out->len == length)
        g_string_truncate(out, length - 1);
}

static void
render_unknown(GString *out, const RtObject *object)
{
    if (!object->unknown)
        return;
    append_blank(out);
    g_string_append(out, object->unknown);
}

/* All values but those of `skipped` (a role); commas between them where `joined`. */
static void
render_values(GString *out, const RtRenderer *renderer, const RtObject *object, RtRole skipped,
              bool joined, Place place)
{
    bool is_first = true;
    for (unsigned i = 0; i < object->n_values; i++) {
        const RtValue *value = &object->values[i];
        const RtAttribute *row = &object->form->attributes[value->row];
        if (!is_printed(row, value, place) || (skipped && row->role == skipped))
            continue;
        if (joined && !is_first)
            g_string_append_c(out, ',');
        render_attribute(out, renderer, row, value);
        is_first = false;
    }
    render_unknown(out, object);
}

/* The clauses of a statement: in its line, or each in one of its own where that would be long. */
static void
render_clauses(GString *out, const RtRenderer *renderer, const RtObject *object)
{
    size_t start = out->len, blanks[RT_MOST_ROWS];
    unsigned n = 0;
    for (unsigned i = 0; i < object->n_values; i++) {
        const RtAttribute *row = &object->form->attributes[object->values[i].row];
        if (!is_printed(row, &object->values[i], IN_CREATE))
            continue;
        if (row->intro) /* else it goes on with what stands before it */
            blanks[n++] = out->len;
        render_attribute(out, renderer, row, &object->values[i]);
    }
    render_unknown(out, object);
    bool is_long = out->len - start > LONGEST_LINE;
    for (unsigned i = 0; is_long && i < n; i++) {
        size_t end = i + 1 < n ? blanks[i + 1] : out->len;
        if (out->str[blanks[i]] == ' ' && end - blanks[i] > SHORTEST_CLAUSE)
            out->str[blanks[i]] = '\n';
    }
}

void
rt_render_attributes(GString *out, const RtRenderer *renderer, const RtObject *object)
{
    render_values(out, renderer, object, RT_ROLE_NONE, false, IN_CREATE);
}

/* ---- what stands in a table's body ------------------------------------------------------------
 */

static void
render_constraint_name(GString *out, const RtRenderer *renderer, const RtObject *child)
{
    if (!child->name || rt_kind_is_named_inside(rt_object_kind(child)))
        return;
    g_string_append(out, "CONSTRAINT ");
    rt_render_name(out, renderer->dialect, child->name);
    g_string_append_c(out, ' ');
}

void
rt_render_element(GString *out, const RtRenderer *renderer, const RtObject *child)
{
    const RtElementRule *rule = find_element(renderer->dialect, child->form, false);
    render_constraint_name(out, renderer, child);
    rt_render_intro(out, rule ? rule->intro : child->form->intro);
    if (child->name && rt_kind_is_named_inside(rt_object_kind(child))) {
        g_string_append_c(out, ' ');
        rt_render_name(out, renderer->dialect, child->name);
    }
    rt_render_attributes(out, renderer, child);
}

/* The order of the one part, as in PRIMARY KEY DESC. */
static void
render_inline_order(GString *out, const RtObject *child)
{
    int row = rt_form_row(child->form, RT_ROLE_PARTS);
    const RtValue *parts = row < 0 ? NULL : rt_object_value(child, (unsigned) row);
    if (!parts || child->form->attributes[row].kind != &rt_value_parts || !parts->parts[0].suffix)
        return;
    append_blank(out);
    g_string_append(out, parts->parts[0].suffix);
}

static bool
is_intro_of_row(const RtForm *form, const char *intro)
{
    for (unsigned i = 0; i < form->n_attributes; i++) {
        if (form->attributes[i].intro && strcmp(form->attributes[i].intro, intro) == 0)
            return true;
    }
    return false;
}

bool
rt_render_inline(GString *out, const RtRenderer *renderer, const RtObject *child)
{
    const RtElementRule *rule = find_element(renderer->dialect, child->form, true);
    if (!rule)
        return false;
    append_blank(out);
    render_constraint_name(out, renderer, child);
    if (!is_intro_of_row(child->form, rule->column_intro))
        rt_render_intro(out, rule->column_intro);
    render_inline_order(out, child);
    render_values(out, renderer, child, RT_ROLE_PARTS, false, IN_CREATE);
    return true;
}

static const RtName *
find_only_part(const RtObject *child)
{
    const RtAttribute *row;
    int index = rt_form_row(child->form, RT_ROLE_PARTS);
    const RtValue *value = index < 0 ? NULL : rt_object_value(child, (unsigned) index);
    if (!value || value->length != 1)
        return NULL;
    row = &child->form->attributes[index];
    return row->kind == &rt_value_names ? value->names[0] : value->parts[0].column;
}

static bool
has_parts(const RtObject *child)
{
    return rt_form_row(child->form, RT_ROLE_PARTS) >= 0;
}

static bool
mentions_column(const RtRenderer *renderer, const RtObject *child, const RtObject *table,
                const RtName *column)
{
    RtValueContext context = { renderer->model, renderer->dialect->rules,
                               renderer->dialect->lexicon };
    for (unsigned i = 0; i < child->n_values; i++) {
        const RtValue *value = &child->values[i];
        if (rt_value_mentions(&context, &child->form->attributes[value->row], table->name, column,
                              value))
            return true;
    }
    return false;
}

/*
 * The place of the column that child `at` is printed at, or -1 when it has a line of its own. It
 * must have been written so. Where it has parts the column is its only one; else (CHECK) it is the
 * column that it follows, if it speaks of it: columns may have been added in between.
 */
static int
find_inline_column(const RtRenderer *renderer, const RtObject *table, unsigned at)
{
    const RtObject *child = table->children[at];
    if (!(child->flags & RT_OBJECT_INLINE) || !find_element(renderer->dialect, child->form, true))
        return -1;
    if (has_parts(child)) {
        const RtName *part = find_only_part(child);
        return part ? rt_object_find_child(table, RT_KIND_COLUMN, part, at ? at - 1 : 0) : -1;
    }
    unsigned column = at;
    while (column && (table->children[column]->flags & RT_OBJECT_INLINE))
        column--;
    const RtObject *found = table->children[column];
    bool is_column = rt_object_kind(found) == RT_KIND_COLUMN;
    return is_column && mentions_column(renderer, child, table, found->name) ? (int) column : -1;
}

static void
render_column(GString *out, const RtRenderer *renderer, const RtObject *column)
{
    rt_name_print(out, renderer->dialect->lexicon, column->name->text);
    rt_render_attributes(out, renderer, column);
}

void
rt_render_column_clause(GString *out, const RtRenderer *renderer, const RtObject *column,
                        bool is_anew)
{
    rt_name_print(out, renderer->dialect->lexicon, column->name->text);
    render_values(out, renderer, column, RT_ROLE_NONE, false, is_anew ? IN_MODIFY : IN_ADD);
}

void
rt_render_column(GString *out, const RtRenderer *renderer, const RtObject *column,
                 const RtObject *table)
{
    render_column(out, renderer, column);
    int at = table ? rt_object_find_child(table, RT_KIND_COLUMN, column->name, 0) : -1;
    for (unsigned i = 0; at >= 0 && i < table->n_children; i++) {
        if (find_inline_column(renderer, table, i) == at)
            rt_render_inline(out, renderer, table->children[i]);
    }
}

/* For each column of a table, its constraints: the first, and after each the next; 0 ends. */
typedef struct Placing {
    unsigned *first, *next;
    bool *is_placed;
} Placing;

static void
place_inline(const RtRenderer *renderer, const RtObject *table, Placing *placing)
{
    for (unsigned i = table->n_children; i--;) {
        int column = find_inline_column(renderer, table, i);
        if (column < 0)
            continue;
        placing->is_placed[i] = true;
        placing->next[i] = placing->first[column];
        placing->first[column] = i + 1;
    }
}

/* A line of the body: a column and what is printed at it, or a constraint. */
static void
render_line(GString *out, const RtRenderer *renderer, const RtObject *table, unsigned at,
            const Placing *placing)
{
    const RtObject *child = table->children[at];
    if (rt_object_kind(child) != RT_KIND_COLUMN) {
        rt_render_element(out, renderer, child);
        return;
    }
    render_column(out, renderer, child);
    for (unsigned i = placing->first[at]; i; i = placing->next[i - 1])
        rt_render_inline(out, renderer, table->children[i - 1]);
}

/* Columns first, which most grammars demand; all else may stand between them once it was inline. */
static void
render_body(GString *out, const RtRenderer *renderer, const RtObject *table)
{
    g_autofree unsigned *first = g_new0(unsigned, table->n_children);
    g_autofree unsigned *next = g_new0(unsigned, table->n_children);
    g_autofree bool *is_placed = g_new0(bool, table->n_children);
    Placing placing = { first, next, is_placed };
    const char *separator = "\n    ";
    place_inline(renderer, table, &placing);
    for (unsigned i = 0; i < 2 * table->n_children; i++) {
        unsigned at = i % table->n_children;
        const RtObject *child = table->children[at];
        bool is_column = rt_object_kind(child) == RT_KIND_COLUMN;
        if (is_column != (i < table->n_children) || is_placed[at] ||
            rt_dialect_find_create(renderer->dialect, child->form))
            continue;
        g_string_append(out, separator);
        separator = ",\n    ";
        render_line(out, renderer, table, at, &placing);
    }
}

/* ---- CREATE -----------------------------------------------------------------------------------
 */

static void
render_head(GString *out, const RtRenderer *renderer, const RtObject *object, const RtName *as,
            unsigned flags)
{
    g_string_append(out, "CREATE ");
    if (flags & RT_OP_TEMPORARY)
        g_string_append(out, "TEMPORARY ");
    if (rt_object_flag(object, RT_ROLE_UNIQUE))
        g_string_append(out, "UNIQUE ");
    rt_render_intro(out, object->form->intro);
    g_string_append(out, flags & RT_OP_IF_NOT_EXISTS ? " IF NOT EXISTS " : " ");
    rt_render_name(out, renderer->dialect, as);
}

void
rt_render_object_create(GString *out, const RtRenderer *renderer, const RtObject *object,
                        const RtName *as, unsigned flags)
{
    bool is_table = rt_object_kind(object) == RT_KIND_TABLE && object->n_children;
    render_head(out, renderer, object, as, flags);
    if (is_table) {
        g_string_append(out, " (");
        render_body(out, renderer, object);
        g_string_append(out, "\n)");
    }
    bool joined = is_table && (renderer->dialect->capabilities & RT_JOINS_TABLE_CLAUSES);
    if (!joined && (is_table || rt_object_kind(object) == RT_KIND_MATERIALIZED_VIEW))
        render_clauses(out, renderer, object);
    else
        render_values(out, renderer, object, RT_ROLE_NONE, joined, IN_CREATE);
}

void
rt_render_create(GString *out, const RtRenderer *renderer, const RtObject *object, const RtName *as)
{
    rt_render_object_create(out, renderer, object, as ?: object->name, 0);
}

/* Words without an intro (BEFORE INSERT) stand before ON, all else behind the table. */
void
rt_render_child_create(GString *out, const RtRenderer *renderer, const RtObject *child,
                       const RtName *owner, unsigned flags)
{
    if (!rt_dialect_find_create(renderer->dialect, child->form)) {
        rt_render_element(out, renderer, child);
        return;
    }
    const RtAttribute *rows = child->form->attributes;
    render_head(out, renderer, child, child->name, flags);
    unsigned first = 0;
    for (; first < child->n_values; first++) {
        const RtAttribute *row = &rows[child->values[first].row];
        bool is_before = row->kind == &rt_value_words && row->ends && !strcmp(row->ends[0], "ON");
        if (is_before)
            render_attribute(out, renderer, row, &child->values[first]);
        else if (is_printed(row, &child->values[first], IN_CREATE))
            break;
    }
    g_string_append(out, " ON ");
    RtName bare = *owner;
    if (child->name->schema && g_strcmp0(child->name->schema, owner->schema) == 0)
        bare.schema = NULL;
    rt_render_name(out, renderer->dialect, &bare);
    RtObject rest = *child;
    rest.values += first;
    rest.n_values -= (uint16_t) first;
    rt_render_attributes(out, renderer, &rest);
}

void
rt_render_child(GString *out, const RtRenderer *renderer, const RtObject *child,
                const RtObject *table)
{
    rt_render_child_create(out, renderer, child, table->name, 0);
}
