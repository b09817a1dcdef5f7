/* One operation as statements: CREATE, DROP and the clauses of ALTER, all by the rules' own words.
 */
#include "dialect/effect.h"
#include "dialect/engine.h"
#include "dialect/recreate.h"
#include "sql/tokens.h"

typedef bool (*ParseFunc)(RtParser *parser, const RtStatementRule *rule, GError **error);

/* An ALTER that is being written. */
typedef struct Alter {
    RtRenderer *renderer;
    const RtStatementRule *rule; /* of the statement */
    const RtName *subject;
    GString *sql;
    unsigned n_clauses;
} Alter;

/* ---- finding rules ----------------------------------------------------------------------------
 */

static const RtStatementRule *
find_clause(const RtStatementRule *alter, ParseFunc parse)
{
    for (const RtStatementRule *rule = alter->clauses; rule && rule->intro; rule++) {
        if ((rule->written_as ?: rule->parse) == parse)
            return rule;
    }
    return NULL;
}

/* The clause that drops a child: by form when it has no name, else by kind. */
static const RtStatementRule *
find_drop_clause(const RtStatementRule *alter, const RtOp *op)
{
    const RtForm *form = op->before ? op->before->form : op->form;
    for (const RtStatementRule *rule = alter->clauses; rule && rule->intro; rule++) {
        if ((rule->written_as ?: rule->parse) != rt_parse_drop_child)
            continue;
        if (op->name ? !rule->form && rule->kind == op->kind : rule->form && rule->form == form)
            return rule;
    }
    return NULL;
}

static const RtStatementRule *
find_drop(const RtDialect *dialect, RtKind kind)
{
    for (const RtStatementRule *rule = dialect->statements; rule->intro; rule++) {
        RtKind dropped = rule->form ? rule->form->kind : rule->kind;
        if (dropped == kind && g_str_has_prefix(rule->intro, "DROP "))
            return rule;
    }
    return NULL;
}

static bool
fail_unsupported(const RtRenderer *renderer, const RtOp *op, GError **error)
{
    g_autofree char *what = rt_op_describe(op, renderer->catalog);
    rt_error_set(error, RT_ERROR_UNSUPPORTED, "%s has no statement to %s", renderer->dialect->label,
                 what);
    return false;
}

/* ---- whole statements -------------------------------------------------------------------------
 */

static void
emit(RtRenderer *renderer, const GString *sql)
{
    rt_renderer_emit(renderer, RT_RENDERED_STATEMENT, sql->str);
}

static void
render_create(RtRenderer *renderer, const RtOp *op)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    const RtObject *object = op->after;
    if (op->owner)
        rt_render_child_create(sql, renderer, object, op->owner, op->flags);
    else
        rt_render_object_create(sql, renderer, object, op->name ?: object->name, op->flags);
    emit(renderer, sql);
    for (unsigned i = 0; !op->owner && i < object->n_children; i++) {
        if (!rt_dialect_find_create(renderer->dialect, object->children[i]->form))
            continue;
        g_string_truncate(sql, 0);
        rt_render_child_create(sql, renderer, object->children[i], object->name, 0);
        emit(renderer, sql);
    }
}

static bool
render_drop(RtRenderer *renderer, const RtOp *op, GError **error)
{
    const RtStatementRule *rule = find_drop(renderer->dialect, op->kind);
    if (!rule || !op->name)
        return fail_unsupported(renderer, op, error);
    g_autoptr(GString) sql = g_string_new(NULL);
    rt_render_intro(sql, rule->intro);
    g_string_append(sql, op->flags & RT_OP_IF_EXISTS ? " IF EXISTS " : " ");
    rt_render_name(sql, renderer->dialect, op->name);
    emit(renderer, sql);
    return true;
}

static void
render_opaque(RtRenderer *renderer, const RtOp *op)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    if (op->text)
        g_string_append_len(sql, op->text->data + op->span.start, op->span.end - op->span.start);
    emit(renderer, sql);
}

/* ---- clauses of ALTER -------------------------------------------------------------------------
 */

static void
begin_clause(Alter *alter, const char *intro)
{
    if (alter->n_clauses++)
        g_string_append(alter->sql, ", ");
    if (intro)
        rt_render_intro(alter->sql, intro);
}

static void
begin_alter(Alter *alter)
{
    g_string_truncate(alter->sql, 0);
    alter->n_clauses = 0;
    rt_render_intro(alter->sql, alter->rule->intro);
    g_string_append_c(alter->sql, ' ');
    rt_render_name(alter->sql, alter->renderer->dialect, alter->subject);
    g_string_append_c(alter->sql, ' ');
}

static void
flush_alter(Alter *alter)
{
    if (alter->n_clauses)
        emit(alter->renderer, alter->sql);
    begin_alter(alter);
}

static void
append_name_clause(Alter *alter, const char *intro, const RtName *name)
{
    begin_clause(alter, intro);
    g_string_append_c(alter->sql, ' ');
    rt_name_print(alter->sql, alter->renderer->dialect->lexicon, name->text);
}

static void
append_position(Alter *alter, const RtStatementRule *rule, const RtOp *op)
{
    if (rule->variant != RT_COLUMN_MAY_MOVE)
        return;
    if (op->is_first)
        g_string_append(alter->sql, " FIRST");
    if (!op->position)
        return;
    g_string_append(alter->sql, " AFTER ");
    rt_name_print(alter->sql, alter->renderer->dialect->lexicon, op->position->text);
}

/* Constraints at the column that is added: operations of the same statement, printed inside it. */
static unsigned
append_inline(Alter *alter, const RtOp *ops, unsigned n)
{
    unsigned used = 1;
    for (; used < n; used++) {
        const RtOp *op = &ops[used];
        bool is_inline = op->verb == RT_VERB_CREATE && op->kind != RT_KIND_COLUMN && op->after &&
                         (op->after->flags & RT_OBJECT_INLINE);
        if (!is_inline || !rt_render_inline(alter->sql, alter->renderer, op->after))
            break;
    }
    return used;
}

static unsigned
append_column(Alter *alter, const RtStatementRule *rule, const RtOp *ops, unsigned n)
{
    begin_clause(alter, rule->intro);
    if (ops->flags & RT_OP_IF_NOT_EXISTS)
        g_string_append(alter->sql, " IF NOT EXISTS");
    g_string_append_c(alter->sql, ' ');
    rt_render_column_clause(alter->sql, alter->renderer, ops->after, ops->verb == RT_VERB_ALTER);
    unsigned used = append_inline(alter, ops, n);
    append_position(alter, rule, ops);
    return used;
}

/* Sets or clears the value of a row, behind its own words. False: it has no clause for that. */
static bool
append_value(Alter *alter, const RtAttribute *row, const RtValue *value)
{
    bool is_set = value && (row->kind != &rt_value_flag || value->flag);
    bool is_reset = !is_set && !row->clear && row->fallback; /* to the server's default, by name */
    const char *intro = is_set || is_reset ? row->alter_intro ?: row->intro : row->clear;
    if (!intro)
        return false;
    rt_render_intro(alter->sql, intro);
    if (is_reset)
        g_string_append_printf(alter->sql, " %s", row->fallback);
    if (!is_set || row->kind == &rt_value_flag)
        return true;
    g_string_append_c(alter->sql, ' ');
    rt_render_value(alter->sql, alter->renderer, row, value);
    return true;
}

/* Properties of one group that are set share their parentheses; returns how many they are. */
static unsigned
append_properties(Alter *alter, const RtOp *ops, unsigned n)
{
    g_autoptr(GArray) properties = g_array_new(FALSE, TRUE, sizeof(RtProperty));
    unsigned used = 0;
    for (; used < n; used++) {
        const RtOp *op = &ops[used];
        if (op->kind != RT_KIND_ATTRIBUTE || op->form != ops->form || op->row != ops->row ||
            !op->property || !op->value_after || !rt_name_equal(op->name, ops->name))
            break;
        RtProperty property = { op->property, op->value_after->text, RT_ORIGIN_STATED };
        g_array_append_val(properties, property);
    }
    RtValue value = { .row = ops->row, .origin = RT_ORIGIN_STATED, .length = properties->len };
    value.properties = (const RtProperty *) (const void *) properties->data;
    begin_clause(alter, NULL);
    append_value(alter, &ops->form->attributes[ops->row], &value);
    return used;
}

/* RESET ("key"), where the row has words for it. */
static bool
append_property_clear(Alter *alter, const RtOp *op)
{
    const RtAttribute *row = &op->form->attributes[op->row];
    if (!row->clear)
        return false;
    begin_clause(alter, row->clear);
    g_string_append(alter->sql, " (");
    rt_string_print(alter->sql, alter->renderer->dialect->lexicon, op->property);
    g_string_append_c(alter->sql, ')');
    return true;
}

static bool
begin_column_change(Alter *alter, const RtName *column)
{
    const RtStatementRule *rule = find_clause(alter->rule, rt_parse_alter_column);
    if (!rule)
        return false;
    append_name_clause(alter, rule->intro, column);
    g_string_append_c(alter->sql, ' ');
    return true;
}

static unsigned
append_attribute(Alter *alter, const RtOp *ops, unsigned n)
{
    const RtAttribute *row = &ops->form->attributes[ops->row];
    if (ops->owner) {
        if (!begin_column_change(alter, ops->name))
            return 0;
    } else if (ops->property) {
        return ops->value_after ? append_properties(alter, ops, n)
                                : append_property_clear(alter, ops);
    } else {
        begin_clause(alter, NULL);
    }
    return append_value(alter, row, ops->value_after);
}

/* A column whose attributes change one by one, where no clause says it anew: several statements. */
static bool
append_column_values(Alter *alter, const RtObject *before, const RtObject *after)
{
    RtValueContext context = { alter->renderer->model, alter->renderer->dialect->rules,
                               alter->renderer->dialect->lexicon };
    unsigned n = 0;
    for (unsigned i = 0; i < after->form->n_attributes; i++) {
        const RtAttribute *row = &after->form->attributes[i];
        const RtValue *value = rt_object_value(after, i);
        if (!rt_value_differs(&context, row, rt_object_value(before, i), value))
            continue;
        if (n++ && !alter->rule->joined)
            flush_alter(alter);
        if (!begin_column_change(alter, after->name) || !append_value(alter, row, value))
            return false;
    }
    return n > 0;
}

static unsigned
append_column_alter(Alter *alter, const RtOp *ops, unsigned n)
{
    const RtStatementRule *rule = find_clause(alter->rule, rt_parse_modify_column);
    if (rule)
        return append_column(alter, rule, ops, n);
    const RtCatalog *catalog = alter->renderer->catalog;
    const RtObject *table = rt_catalog_find(catalog, RT_KIND_TABLE, ops->owner);
    int at = table ? rt_object_find_child(table, RT_KIND_COLUMN, ops->name, 0) : -1;
    return at >= 0 && append_column_values(alter, table->children[at], ops->after);
}

/* The values of a view or other object that differ, a clause each. */
static bool
append_object_values(Alter *alter, const RtObject *before, const RtObject *after)
{
    RtValueContext context = { alter->renderer->model, alter->renderer->dialect->rules,
                               alter->renderer->dialect->lexicon };
    bool changed = false;
    for (unsigned i = 0; before && i < after->form->n_attributes; i++) {
        const RtAttribute *row = &after->form->attributes[i];
        const RtValue *value = rt_object_value(after, i);
        if (!rt_value_differs(&context, row, rt_object_value(before, i), value))
            continue;
        if (changed && !alter->rule->joined)
            flush_alter(alter);
        begin_clause(alter, NULL);
        if (!append_value(alter, row, value))
            return false;
        changed = true;
    }
    return changed;
}

static unsigned
append_child_create(Alter *alter, const RtOp *ops, unsigned n)
{
    bool is_column = ops->kind == RT_KIND_COLUMN;
    const RtStatementRule *rule =
        find_clause(alter->rule, is_column ? rt_parse_add_column : rt_parse_add_element);
    if (!rule)
        return 0;
    if (is_column)
        return append_column(alter, rule, ops, n);
    begin_clause(alter, rule->intro);
    g_string_append_c(alter->sql, ' ');
    rt_render_element(alter->sql, alter->renderer, ops->after);
    return 1;
}

static unsigned
append_child_drop(Alter *alter, const RtOp *op)
{
    const RtStatementRule *rule = op->kind == RT_KIND_COLUMN
                                      ? find_clause(alter->rule, rt_parse_drop_column)
                                      : find_drop_clause(alter->rule, op);
    if (!rule)
        return 0;
    begin_clause(alter, rule->intro);
    if (op->flags & RT_OP_IF_EXISTS)
        g_string_append(alter->sql, " IF EXISTS");
    if (!op->name)
        return 1;
    g_string_append_c(alter->sql, ' ');
    rt_name_print(alter->sql, alter->renderer->dialect->lexicon, op->name->text);
    return 1;
}

static unsigned
append_rename(Alter *alter, const RtOp *op)
{
    bool is_column = op->kind == RT_KIND_COLUMN;
    const RtStatementRule *rule =
        find_clause(alter->rule, is_column ? rt_parse_rename_column : rt_parse_rename);
    if (!rule || (op->owner && !is_column))
        return 0;
    if (!is_column) {
        append_name_clause(alter, rule->intro, op->new_name);
        return 1;
    }
    append_name_clause(alter, rule->intro, op->name);
    g_string_append(alter->sql, " TO ");
    rt_name_print(alter->sql, alter->renderer->dialect->lexicon, op->new_name->text);
    return 1;
}

/* The clause that a dialect writes by itself; 0: it does not. */
static unsigned
append_irregular(Alter *alter, const RtOp *ops, unsigned n)
{
    const RtDialect *dialect = alter->renderer->dialect;
    if (!dialect->render_clause)
        return 0;
    size_t length = alter->sql->len;
    begin_clause(alter, NULL);
    unsigned used = dialect->render_clause(alter->sql, alter->renderer, ops, n);
    if (!used) {
        g_string_truncate(alter->sql, length);
        alter->n_clauses--;
    }
    return used;
}

/* Appends the clause of the first of `ops`; returns how many it is for, 0: there is no clause. */
static unsigned
append_clause(Alter *alter, const RtOp *ops, unsigned n)
{
    unsigned irregular = append_irregular(alter, ops, n);
    if (irregular)
        return irregular;
    switch (ops->verb) {
    case RT_VERB_CREATE:
        return ops->owner ? append_child_create(alter, ops, n) : 0;
    case RT_VERB_DROP:
        return ops->owner ? append_child_drop(alter, ops) : 0;
    case RT_VERB_RENAME:
        return append_rename(alter, ops);
    case RT_VERB_ALTER:
        if (ops->kind == RT_KIND_ATTRIBUTE)
            return append_attribute(alter, ops, n);
        if (ops->kind == RT_KIND_COLUMN)
            return append_column_alter(alter, ops, n);
        if (ops->owner)
            return 0;
        return append_object_values(
            alter, rt_catalog_find(alter->renderer->catalog, ops->kind, ops->name), ops->after);
    default:
        return 0;
    }
}

/* ---- choosing ---------------------------------------------------------------------------------
 */

static RtKind
find_altered_kind(const RtOp *op)
{
    if (op->owner)
        return RT_KIND_TABLE;
    return op->kind == RT_KIND_ATTRIBUTE ? op->form->kind : op->kind;
}

/* Whether `next` may stand in the ALTER of `op`, whose change is `change`. */
static bool
may_share(const RtRenderer *renderer, const RtStatementRule *rule, const RtChange *change,
          const RtOp *op, const RtOp *next)
{
    if (!change || change->how != RT_HOW_SHARED || !rule->joined)
        return false;
    RtChange of_next = rt_change(renderer->dialect, renderer->server, renderer->catalog, next);
    return of_next.how == RT_HOW_SHARED && of_next.share == change->share &&
           rt_name_equal(op->owner ?: op->name, next->owner ?: next->name) &&
           find_altered_kind(op) == find_altered_kind(next);
}

/* `change` NULL: nothing shares the statement. */
static unsigned
render_alter(RtRenderer *renderer, const RtOp *ops, unsigned n, const RtChange *change,
             GError **error)
{
    const RtStatementRule *rule = rt_dialect_find_alter(renderer->dialect, find_altered_kind(ops));
    if (!rule)
        return fail_unsupported(renderer, ops, error);
    g_autoptr(GString) sql = g_string_new(NULL);
    Alter alter = { renderer, rule, ops->owner ?: ops->name, sql, 0 };
    begin_alter(&alter);
    unsigned used = 0;
    do {
        unsigned length = sql->len;
        unsigned taken = append_clause(&alter, &ops[used], n - used);
        if (!taken && !used)
            return fail_unsupported(renderer, ops, error);
        if (!taken) {
            g_string_truncate(sql, length);
            break;
        }
        used += taken;
    } while (used < n && may_share(renderer, rule, change, ops, &ops[used]));
    renderer->n = used;
    flush_alter(&alter);
    return used;
}

static bool
has_own_statement(const RtRenderer *renderer, const RtOp *op)
{
    const RtObject *object = op->after ?: op->before;
    if (op->kind == RT_KIND_ATTRIBUTE)
        return false;
    if (object)
        return !op->owner || rt_dialect_find_create(renderer->dialect, object->form);
    return op->kind != RT_KIND_COLUMN && find_drop(renderer->dialect, op->kind);
}

/* DROP and CREATE; for what has no statement of its own two ALTERs. */
static bool
render_replace(RtRenderer *renderer, const RtOp *op, GError **error)
{
    RtOp drop = *op, create = *op;
    drop.flags = create.flags = 0;
    drop.verb = RT_VERB_DROP;
    create.verb = RT_VERB_CREATE;
    create.name = op->after->name;
    if (!has_own_statement(renderer, op))
        return render_alter(renderer, &drop, 1, NULL, error) &&
               render_alter(renderer, &create, 1, NULL, error);
    if (!render_drop(renderer, &drop, error))
        return false;
    render_create(renderer, &create);
    return true;
}

/* An attribute that cannot be altered in place is the whole object made anew. */
static const RtObject *
find_replacement(RtRenderer *renderer, const RtOp *op)
{
    if (op->kind != RT_KIND_ATTRIBUTE)
        return op->after;
    const RtObject *object = rt_catalog_find(renderer->catalog, op->form->kind, op->name);
    RtArena *arena = rt_model_arena(renderer->model);
    if (!object || op->owner || op->property)
        return NULL;
    return op->value_after ? rt_object_with_value(arena, object, op->value_after)
                           : rt_object_without_value(arena, object, op->row);
}

unsigned
rt_render_op(RtRenderer *renderer, RtOp *ops, unsigned n, GError **error)
{
    if (ops->verb == RT_VERB_OPAQUE) {
        render_opaque(renderer, ops);
        return 1;
    }
    RtChange change = rt_change(renderer->dialect, renderer->server, renderer->catalog, ops);
    if (change.how == RT_HOW_REFUSED && !(ops->flags & RT_OP_LEFT_ALONE)) {
        g_autofree char *what = rt_op_describe(ops, renderer->catalog);
        rt_error_set(error, RT_ERROR_UNSUPPORTED, "cannot %s: %s", what, change.reason);
        return 0;
    }
    if (change.how == RT_HOW_BESIDE)
        return rt_render_recreate(renderer, ops, error);
    if (ops->verb == RT_VERB_RECREATE ||
        (ops->verb == RT_VERB_ALTER && change.how == RT_HOW_REPLACE)) {
        RtOp op = *ops;
        op.after = find_replacement(renderer, ops);
        if (ops->kind == RT_KIND_ATTRIBUTE)
            op.kind = ops->form->kind;
        return op.after ? render_replace(renderer, &op, error)
                        : fail_unsupported(renderer, ops, error);
    }
    if (has_own_statement(renderer, ops)) {
        if (ops->verb == RT_VERB_CREATE) {
            render_create(renderer, ops);
            return 1;
        }
        if (ops->verb == RT_VERB_DROP)
            return render_drop(renderer, ops, error);
    }
    return render_alter(renderer, ops, n, &change, error);
}
