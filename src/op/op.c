/* The names of operations: for JSON, for messages. */
#include "op/op.h"

static const char *const verbs[] = {
    [RT_VERB_CREATE] = "create", [RT_VERB_DROP] = "drop",         [RT_VERB_RENAME] = "rename",
    [RT_VERB_ALTER] = "alter",   [RT_VERB_RECREATE] = "recreate", [RT_VERB_OPAQUE] = "opaque",
};

const char *
rt_verb_name(RtVerb verb)
{
    return verbs[verb];
}

static void
append_name(GString *out, const RtName *name)
{
    if (name->schema)
        g_string_append_printf(out, "%s.", name->schema);
    g_string_append(out, name->text);
}

/* "check(a > 0)", "unique(a, b)": what a constraint without a name is known by. */
static void
append_content(GString *out, const RtObject *object, const RtCatalog *catalog)
{
    g_string_append(out, object->form->name);
    const RtValue *value = rt_object_role(object, RT_ROLE_PARTS);
    if (!value && object->n_values)
        value = &object->values[0];
    if (!value)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    rt_value_print(text, rt_catalog_context(catalog), &object->form->attributes[value->row], value);
    bool has_parentheses = text->str[0] == '(';
    g_string_append_printf(out, has_parentheses ? "%s" : "(%s)", text->str);
}

static void
append_object_name(GString *out, const RtOp *op, const RtName *name, const RtCatalog *catalog)
{
    const RtObject *object = op->before ? op->before : op->after;
    if (op->owner) {
        append_name(out, op->owner);
        g_string_append_c(out, '.');
    }
    if (name && op->owner)
        g_string_append(out, name->text);
    else if (name)
        append_name(out, name);
    else if (object && op->kind != RT_KIND_ATTRIBUTE)
        append_content(out, object, catalog);
    else
        g_string_append(out, op->form ? op->form->name : rt_kind_name(op->kind));
    if (op->kind != RT_KIND_ATTRIBUTE || !op->form)
        return;
    g_string_append_printf(out, ".%s", op->form->attributes[op->row].name);
    if (op->property)
        g_string_append_printf(out, ".%s", op->property);
}

char *
rt_op_object_name(const RtOp *op, const RtCatalog *catalog)
{
    GString *out = g_string_new(NULL);
    append_object_name(out, op, op->verb == RT_VERB_RENAME ? op->new_name : op->name, catalog);
    return g_string_free(out, FALSE);
}

/* People add a column to a table, but create an index. */
static const char *
spoken_verb(const RtOp *op)
{
    bool is_part = op->kind == RT_KIND_COLUMN || op->kind == RT_KIND_KEY ||
                   op->kind == RT_KIND_CONSTRAINT || op->kind == RT_KIND_PARTITION ||
                   op->kind == RT_KIND_ROLLUP || op->kind == RT_KIND_FAMILY ||
                   op->kind == RT_KIND_CHANGEFEED;
    return op->verb == RT_VERB_CREATE && is_part ? "add" : rt_verb_name(op->verb);
}

char *
rt_op_describe(const RtOp *op, const RtCatalog *catalog)
{
    GString *out = g_string_new(NULL);
    if (op->verb == RT_VERB_OPAQUE) {
        RtSpan span = op->span;
        if (op->text && span.end > span.start)
            g_string_append_len(out, op->text->data + span.start, span.end - span.start);
        else
            g_string_append(out, "a statement that is not understood");
        return g_string_free(out, FALSE);
    }
    /* Half of a swap: the name that it has between is nobody's. */
    bool is_aside = op->verb == RT_VERB_RENAME && (op->flags & RT_OP_ASIDE);
    g_string_append_printf(out, "%s %s ", is_aside ? "swap" : spoken_verb(op),
                           rt_kind_name(op->kind));
    append_object_name(out, op, op->name, catalog);
    if (op->verb == RT_VERB_RENAME && !is_aside) {
        g_string_append(out, " to ");
        append_name(out, op->new_name);
    }
    return g_string_free(out, FALSE);
}
